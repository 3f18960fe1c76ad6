//! What a draw hands out: one row for each declaration, and what was spent.

use super::budget::{Budgets, Rooms};
use super::candidate::{Candidate, Relation};
use super::chance::Chance;
use super::checked::CheckedPolicy;
use super::policy::Limit;
use super::ranking::{Picked, Ranking};
use super::unit::{Unit, Units, sure_minutes};
use domain::{ControlKind, Day, Lane, SelectedBy};
use std::cmp::Reverse;

/// The outcome of one day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draw {
    /// The day; `None` where there were no candidates.
    pub day: Option<Day>,
    /// One row for each candidate: the heaviest lane first, then by rank, then by id and version.
    pub rows: Vec<Row>,
    /// What was spent at each office on each control that has a limit or was done.
    pub uses: Vec<Use>,
    /// What the ranking put into each lane that has a rate.
    pub lanes: Vec<LaneUse>,
    /// SHA-256 of the roll of all candidates; together with the secret it makes the seed.
    pub roll: [u8; 32],
    /// SHA-256 of the seed.
    pub seed_digest: [u8; 32],
}

/// What was decided of one declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Place among the candidates.
    pub candidate: usize,
    /// Place of its unit in the ranking of the day, from 1; `None` without a score and for what stands outside the ranking.
    pub rank: Option<u32>,
    /// The lane.
    pub lane: Lane,
    /// The heaviest control it gets.
    pub control: Option<ControlKind>,
    /// Why.
    pub selected_by: SelectedBy,
    /// The probability, over all secrets, with which this draw selects the declaration for any control, given what earlier
    /// draws decided. Always above 0.
    pub probability: f64,
    /// The probability with which the ranking picks its unit: 1 or 0 but for units at the edge of a rate.
    pub score_probability: f64,
    /// The chance with which the random floor took its unit; 0 for what stands outside the draw.
    pub random_probability: f64,
    /// The chance with which exploration took its unit.
    pub exploration_probability: f64,
    /// Whether officers get it without reasons.
    pub blind: bool,
    /// The officer who examines, if the policy lists officers and one had time.
    pub examiner: Option<Box<str>>,
    /// Why it shares the outcome of another declaration.
    pub inherited: Option<Relation>,
    /// What it is drawn with: `consignment:...` or `declaration:...`.
    pub unit: Box<str>,
    /// Officer-time of all its controls, in minutes.
    pub minutes: u64,
}

/// What an office spends on one kind of control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The office, empty where declarations name none.
    pub office: Box<str>,
    /// The control.
    pub control: ControlKind,
    /// The limit of the day.
    pub limit: Limit,
    /// What was used, in the measure of the limit.
    pub used: u64,
    /// How much of it what stands outside the draw used: mandatory controls, amended versions, late members.
    pub set_apart: u64,
    /// Officer-time used, in minutes.
    pub minutes: u64,
    /// Declarations controlled.
    pub declarations: u64,
}

impl Use {
    /// By how much the limit is exceeded. Mandatory controls, what earlier draws decided and the random floor are done in
    /// any case; besides them one unit a day can exceed a limit, one that was too large for what any control had left.
    pub fn overrun(&self) -> u64 {
        let (Limit::Minutes(limit) | Limit::Count(limit)) = self.limit;
        self.used.saturating_sub(limit)
    }
}

/// What the ranking put into a lane that has a rate, at all offices together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneUse {
    /// The lane.
    pub lane: Lane,
    /// Declarations for which the rate had room, rounded down or up by chance, after what chance is expected to put there.
    pub room: u64,
    /// Declarations that the ranking put there.
    pub by_score: u64,
}

impl LaneUse {
    /// By how much the last consignment, which is taken whole, exceeded the room.
    pub fn overrun(&self) -> u64 {
        self.by_score.saturating_sub(self.room)
    }
}

/// What the ranking put into each lane that has a rate.
pub(super) fn lane_uses(policy: &CheckedPolicy, units: &Units, picked: &Picked, rooms: &Rooms) -> Vec<LaneUse> {
    let of_lane = |lane: Lane| {
        let room = rooms.0[lane as usize]?;
        let mine =
            units.all.iter().zip(&picked.controls).filter(|(_, control)| control.map(ControlKind::lane) == Some(lane));
        Some(LaneUse { lane, room, by_score: mine.map(|(unit, _)| unit.size()).sum() })
    };
    policy.policy().lanes.iter().filter_map(|rule| of_lane(rule.lane)).collect()
}

/// Everything that was decided of units.
pub(super) struct Drawn<'a> {
    pub(super) ranking: Ranking,
    pub(super) picked: Picked<'a>,
    pub(super) score_chances: Vec<Chance>,
    pub(super) floor_chances: Vec<Chance>,
    pub(super) floor: Vec<bool>,
    pub(super) exploration_chances: Vec<Chance>,
    pub(super) exploration: Vec<bool>,
    pub(super) blind: Vec<bool>,
}

/// The rows of each unit, in the order of units.
pub(super) fn rows(candidates: &[Candidate], units: &Units, policy: &CheckedPolicy, drawn: &Drawn) -> Vec<Vec<Row>> {
    let of_unit = |(index, unit): (usize, &Unit)| {
        let decision = decide(index, unit, policy, drawn);
        let row = |place: &usize| row(*place, candidates, unit, policy, &decision);
        unit.members.iter().map(row).collect()
    };
    units.all.iter().enumerate().map(of_unit).collect()
}

/// What was decided of one unit.
struct Decision {
    control: Option<ControlKind>,
    selected_by: SelectedBy,
    rank: Option<u32>,
    blind: bool,
    floor: Chance,
    exploration: Chance,
    score: Chance,
    /// Whether it is controlled without any draw or ranking.
    set: bool,
    /// The control that comes on top of what is set apart.
    raised_to: Option<ControlKind>,
}

fn decide(index: usize, unit: &Unit, policy: &CheckedPolicy, drawn: &Drawn) -> Decision {
    let scored = drawn.picked.controls[index];
    let random = drawn.floor[index].then_some(policy.policy().random.control);
    let explored = drawn.exploration[index].then_some(policy.policy().exploration.control);
    let raised_to = scored.max(random).max(explored);
    let selected_by = if random.is_some() {
        SelectedBy::Random
    } else if scored.is_some() {
        SelectedBy::Score
    } else if explored.is_some() {
        SelectedBy::Exploration
    } else {
        unit.set
            .map_or(SelectedBy::None, |set| set.previous.map_or(SelectedBy::Mandatory, |previous| previous.selected_by))
    };
    Decision {
        control: raised_to.max(unit.set.map(|set| set.control)),
        selected_by,
        rank: drawn.ranking.ranks[index],
        blind: drawn.blind[index] && selected_by == SelectedBy::Score,
        floor: drawn.floor_chances[index],
        exploration: drawn.exploration_chances[index],
        score: drawn.score_chances[index],
        set: unit.set.is_some(),
        raised_to,
    }
}

/// The probability of either of two independent events.
fn either(a: f64, b: f64) -> f64 {
    a + b - a * b
}

fn row(place: usize, candidates: &[Candidate], unit: &Unit, policy: &CheckedPolicy, decision: &Decision) -> Row {
    let candidate = &candidates[place];
    let [score, floor, exploration] = [decision.score, decision.floor, decision.exploration].map(Chance::value);
    let previous = unit.set.and_then(|set| set.previous);
    let shared = (unit.members.len() > 1).then_some(Relation::Consignment);
    let raised = decision.raised_to.map_or(0, |control| policy.minutes(control, 1, u64::from(candidate.items)));
    Row {
        candidate: place,
        rank: decision.rank,
        lane: decision.control.map_or(Lane::Green, ControlKind::lane),
        control: decision.control,
        selected_by: decision.selected_by,
        probability: if decision.set || score == 1.0 { 1.0 } else { either(score, either(floor, exploration)) },
        score_probability: score,
        random_probability: floor,
        exploration_probability: exploration,
        blind: decision.blind,
        examiner: None,
        inherited: previous.map(|previous| previous.relation).or(shared),
        unit: unit.key.clone(),
        minutes: sure_minutes(candidate, policy) + raised,
    }
}

/// What each office spends.
pub(super) fn uses(
    candidates: &[Candidate],
    units: &Units,
    policy: &CheckedPolicy,
    rows: &[Vec<Row>],
    budgets: &Budgets,
) -> Vec<Use> {
    let start = |office: usize, control: ControlKind| Use {
        office: units.offices[office].clone(),
        control,
        limit: budgets.account(office, control).limit,
        used: 0,
        set_apart: 0,
        minutes: 0,
        declarations: 0,
    };
    let mut uses: Vec<[Use; 4]> =
        (0..units.offices.len()).map(|office| ControlKind::ALL.map(|control| start(office, control))).collect();
    let mut add = |office: usize, control: ControlKind, items: u64, set_apart: bool| {
        let cost = budgets.cost(office, control, 1, items);
        let entry = &mut uses[office][control as usize];
        entry.used += cost;
        entry.set_apart += if set_apart { cost } else { 0 };
        entry.minutes += policy.minutes(control, 1, items);
        entry.declarations += 1;
    };
    for &(office, control, items) in &units.set_apart {
        add(office, control, items, true);
    }
    for (unit, rows) in units.all.iter().zip(rows) {
        for row in rows {
            let on_top = row.control.filter(|control| unit.set.is_none_or(|set| set.control < *control));
            if let Some(control) = on_top {
                add(unit.office, control, u64::from(candidates[row.candidate].items), false);
            }
        }
    }
    let worth_telling = |entry: &Use| entry.used > 0 || !matches!(entry.limit, Limit::Minutes(0));
    uses.into_iter().flatten().filter(worth_telling).collect()
}

/// All rows, older versions included, in the order in which an officer reads them.
pub(super) fn sorted(candidates: &[Candidate], units: &Units, rows: Vec<Vec<Row>>) -> Vec<Row> {
    let mut rows: Vec<Row> = rows.into_iter().flatten().collect();
    let mut row_of = vec![usize::MAX; candidates.len()];
    rows.iter().enumerate().for_each(|(index, row)| row_of[row.candidate] = index);
    for (&place, &newest) in &units.superseded {
        if let Some(row) = rows.get(row_of[newest]) {
            let inherited = row.inherited.or(Some(Relation::Amendment));
            rows.push(Row { candidate: place, inherited, minutes: 0, ..row.clone() });
        }
    }
    rows.sort_by(|a, b| {
        let key = |row: &Row| (Reverse(row.lane), row.rank.unwrap_or(u32::MAX));
        let name = |row: &Row| {
            let candidate = &candidates[row.candidate];
            (&candidate.id, Reverse(candidate.version), &candidate.digest)
        };
        key(a).cmp(&key(b)).then_with(|| name(a).cmp(&name(b)))
    });
    rows
}
