//! What a period came to.

use super::board::Board;
use super::estimate::{Chosen, Estimate, doubly_robust, inverse_propensity};
use super::{Component, Pick, Present, Stream, Training, Why};
use crate::evaluate::Outcome;
use domain::{Control, Lane};
use learn::metrics::Ranking;
use std::collections::BTreeMap;

/// Shares of the declarations, in per cent, at which the yield of a strategy's own order is told.
pub const CURVE_PERCENTS: [f64; 7] = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0];

/// An importer counts as small while it has had fewer declarations than this.
const SMALL: u32 = 10;

/// What was picked for one reason.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WhyFigures {
    /// Picks.
    pub picks: u64,
    /// Findings among those whose result is known.
    pub found: u64,
    /// What they brought, in minor units.
    pub revenue_minor: f64,
}

/// An office in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OfficeFigures {
    /// Declarations that could be picked.
    pub declarations: u64,
    /// Picks.
    pub picks: u64,
    /// Findings among them.
    pub found: u64,
}

/// A lane in a period: where declarations were routed at the time, whatever the strategy makes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneFigures {
    /// Declarations that could be picked.
    pub declarations: u64,
    /// Picks.
    pub picks: u64,
    /// Picks whose result is known.
    pub known: u64,
    /// Findings among these.
    pub found: u64,
}

/// A kind of control in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControlFigures {
    /// Picks that had it at the time.
    pub picks: u64,
    /// Picks among them whose result is known.
    pub known: u64,
}

/// What a strategy came to in one period. Declarations that are controlled whatever a strategy says are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodFigures {
    /// Which period of the stream.
    pub period: usize,
    /// Declarations that could be picked.
    pub declarations: u64,
    /// How many were to be picked.
    pub capacity: u64,
    /// Who was.
    pub picks: Vec<Pick>,
    /// What was done about the model before.
    pub training: Training,
    /// Picks whose result is known.
    pub known: u64,
    /// Findings among them.
    pub found: u64,
    /// What they brought, in minor units.
    pub revenue_minor: f64,
    /// Sum of the probabilities of the picks whose result is known; `None` without a model.
    pub predicted: Option<f64>,
    /// By why they were picked.
    pub by_why: BTreeMap<Why, WhyFigures>,
    /// By office; a declaration without one is under the empty text.
    pub by_office: BTreeMap<Box<str>, OfficeFigures>,
    /// By the lane of the time; `None` for declarations whose lane the files don't give.
    pub by_lane: BTreeMap<Option<Lane>, LaneFigures>,
    /// By the kind of control they had at the time; `None` for picks of which the files tell none. A pick that had two kinds
    /// stands under both.
    pub by_control: BTreeMap<Option<Control>, ControlFigures>,
    /// Findings among picks of importers that had never declared before.
    pub found_new_importers: u64,
    /// Declarations of importers with fewer than ten before, and picks among them.
    pub small_importers: (u64, u64),
    /// Share of the picks that went to exploration and chance.
    pub explored: f64,
    /// Mean Wasserstein distance of hidden vectors from those of the four periods before; `None` without a network.
    pub drift: Option<f64>,
    /// Mean population stability index of the declared features against the four periods before.
    pub stability: Option<f64>,
    /// What only a full past can tell; `None` for a partial one.
    pub full: Option<FullFigures>,
    /// What the picks would have found, estimated from the random floor; `None` for a full past or without a floor.
    pub estimates: Option<Estimates>,
}

/// What only a full past can tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FullFigures {
    /// Findings there were.
    pub findings: u64,
    /// What they would have brought, in minor units.
    pub revenue_minor: f64,
    /// Findings that the best possible picks would have made.
    pub oracle_found: u64,
    /// What the best possible picks would have brought.
    pub oracle_revenue_minor: f64,
    /// Findings there were among importers that had never declared before.
    pub findings_new_importers: u64,
    /// Area under the ROC curve of the strategy's model; `None` without one or with one class only.
    pub auc: Option<f64>,
    /// Mean squared error of its probabilities.
    pub brier: Option<f64>,
    /// Findings and revenue among the top shares of its own order, at [`CURVE_PERCENTS`]; empty without an order.
    pub curve: Vec<(f64, f64)>,
}

/// Estimates for a partial past.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimates {
    /// Picks that had been drawn at random at the time.
    pub drawn: u64,
    /// Findings, inverse propensity.
    pub found: Estimate,
    /// Revenue in minor units, inverse propensity.
    pub revenue_minor: Estimate,
    /// Findings, doubly robust.
    pub found_robust: Estimate,
    /// Revenue, doubly robust.
    pub revenue_robust_minor: Estimate,
}

/// What is known about a period beside its picks.
pub(super) struct Circumstances {
    pub(super) number: usize,
    pub(super) capacity: u64,
    pub(super) training: Training,
    pub(super) drift: Option<f64>,
    pub(super) stability: Option<f64>,
    pub(super) ranks_by: Option<Component>,
    pub(super) by_revenue: bool,
}

impl PeriodFigures {
    pub(super) fn new(
        stream: &Stream,
        board: &Board<'_>,
        picks: Vec<Pick>,
        about: &Circumstances,
    ) -> learn::Result<Self> {
        let explored = picks.iter().filter(|pick| matches!(pick.why, Why::Exploration | Why::Chance)).count();
        let mut figures = Self {
            period: about.number,
            declarations: board.views.len() as u64,
            capacity: about.capacity,
            training: about.training,
            known: 0,
            found: 0,
            revenue_minor: 0.0,
            predicted: board.model.map(|_| 0.0),
            by_why: BTreeMap::new(),
            by_office: BTreeMap::new(),
            by_lane: BTreeMap::new(),
            by_control: BTreeMap::new(),
            found_new_importers: 0,
            small_importers: (0, 0),
            explored: explored as f64 / picks.len().max(1) as f64,
            drift: about.drift,
            stability: about.stability,
            full: stream.is_full().then(|| full(stream, board, about)).transpose()?,
            // What was done at the time hangs on the draw itself, and its results are known.
            estimates: estimates(stream, board, &picks).filter(|_| about.ranks_by != Some(Component::Present)),
            picks,
        };
        figures.count_declarations(stream, board);
        figures.count_picks(stream);
        Ok(figures)
    }

    fn count_declarations(&mut self, stream: &Stream, board: &Board<'_>) {
        for view in &board.views {
            self.small_importers.0 += u64::from(stream.earlier[view.place] < SMALL);
            self.office(stream, view.place).declarations += 1;
            self.lane(stream, view.place).declarations += 1;
        }
    }

    fn office(&mut self, stream: &Stream, place: usize) -> &mut OfficeFigures {
        let office = stream.declarations[place].keyed.record.declaration.header.office.clone();
        self.by_office.entry(office.unwrap_or_default()).or_default()
    }

    fn lane(&mut self, stream: &Stream, place: usize) -> &mut LaneFigures {
        self.by_lane.entry(stream.declarations[place].keyed.record.lane).or_default()
    }

    fn count_picks(&mut self, stream: &Stream) {
        for pick in self.picks.clone() {
            let outcome = stream.declarations[pick.place].outcome;
            let Outcome { found, revenue_minor } = outcome.unwrap_or_default();
            let found = u64::from(found);
            self.known += u64::from(outcome.is_some());
            self.found += found;
            self.revenue_minor += revenue_minor;
            self.found_new_importers += found * u64::from(stream.earlier[pick.place] == 0);
            self.small_importers.1 += u64::from(stream.earlier[pick.place] < SMALL);
            if let Some(predicted) = self.predicted.as_mut().filter(|_| outcome.is_some()) {
                *predicted += pick.probability;
            }
            let why = self.by_why.entry(pick.why).or_default();
            why.picks += 1;
            why.found += found;
            why.revenue_minor += revenue_minor;
            let office = self.office(stream, pick.place);
            office.picks += 1;
            office.found += found;
            let lane = self.lane(stream, pick.place);
            lane.picks += 1;
            lane.known += u64::from(outcome.is_some());
            lane.found += found;
            self.count_controls(&stream.declarations[pick.place].controls, outcome.is_some());
        }
    }

    fn count_controls(&mut self, controls: &[Control], is_known: bool) {
        let unknown = controls.is_empty().then_some(None);
        for control in controls.iter().copied().map(Some).chain(unknown) {
            let of = self.by_control.entry(control).or_default();
            of.picks += 1;
            of.known += u64::from(is_known);
        }
    }
}

/// What a full past tells of a period.
fn full(stream: &Stream, board: &Board<'_>, about: &Circumstances) -> learn::Result<FullFigures> {
    let outcomes: Vec<Outcome> =
        board.views.iter().map(|view| stream.declarations[view.place].outcome.unwrap_or_default()).collect();
    let findings = outcomes.iter().filter(|outcome| outcome.found).count() as u64;
    let mut revenue: Vec<f64> = outcomes.iter().map(|outcome| outcome.revenue_minor).collect();
    let positive: Vec<bool> = outcomes.iter().map(|outcome| outcome.found).collect();
    let is_new = |view: &&super::board::View| stream.earlier[view.place] == 0;
    let new = board
        .views
        .iter()
        .filter(is_new)
        .filter(|view| stream.declarations[view.place].outcome.is_some_and(|o| o.found));
    let (auc, brier) = quality(board, &positive)?;
    let curve = curve(board, about, &positive, &revenue)?;
    let total = revenue.iter().sum();
    revenue.sort_unstable_by(|a, b| b.total_cmp(a));
    Ok(FullFigures {
        findings,
        revenue_minor: total,
        oracle_found: findings.min(about.capacity),
        oracle_revenue_minor: revenue.iter().take(about.capacity as usize).sum(),
        findings_new_importers: new.count() as u64,
        auc,
        brier,
        curve,
    })
}

fn quality(board: &Board<'_>, positive: &[bool]) -> learn::Result<(Option<f64>, Option<f64>)> {
    if board.model.is_none() || board.views.is_empty() {
        return Ok((None, None));
    }
    let probabilities: Vec<f64> = board.views.iter().map(|view| view.probability).collect();
    let squares = probabilities.iter().zip(positive).map(|(p, found)| (p - f64::from(u8::from(*found))).powi(2));
    let brier = squares.sum::<f64>() / probabilities.len() as f64;
    Ok((Ranking::new(&probabilities, positive)?.auc(), Some(brier)))
}

/// Findings and revenue among the top shares of the order that a strategy goes by.
fn curve(
    board: &Board<'_>,
    about: &Circumstances,
    positive: &[bool],
    revenue: &[f64],
) -> learn::Result<Vec<(f64, f64)>> {
    let key: Vec<f64> = match about.ranks_by {
        Some(Component::Price) => board.views.iter().map(|view| view.value_minor).collect(),
        Some(Component::Stake) => board.views.iter().map(|view| view.stake_minor).collect(),
        Some(Component::Model(_)) if board.model.is_none() => return Ok(Vec::new()),
        Some(Component::Model(_)) if about.by_revenue => board.views.iter().map(|view| view.expected_minor).collect(),
        Some(Component::Model(_)) => board.views.iter().map(|view| view.probability).collect(),
        _ => return Ok(Vec::new()),
    };
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let ranking = Ranking::new(&key, positive)?.with_revenue(revenue)?;
    let (findings, total) = (positive.iter().filter(|found| **found).count() as f64, revenue.iter().sum::<f64>());
    let at = |percent: &f64| {
        let top = ranking.at_top(*percent);
        (top.recall.unwrap_or_default() * findings, top.revenue.unwrap_or_default() * total)
    };
    Ok(CURVE_PERCENTS.iter().map(at).collect())
}

/// What the picks would have found, by those of them that had been drawn at random.
fn estimates(stream: &Stream, board: &Board<'_>, picks: &[Pick]) -> Option<Estimates> {
    let floor = stream.floor().filter(|_| !stream.is_full())?;
    let drawn = |pick: &Pick| {
        let declared = &stream.declarations[pick.place];
        declared.outcome.filter(|_| declared.present == Present::Drawn)
    };
    let expects = if board.model.is_some() { 1.0 } else { 0.0 };
    let found: Vec<Chosen> = picks
        .iter()
        .map(|pick| {
            let found = drawn(pick).map(|outcome| f64::from(u8::from(outcome.found)));
            Chosen { expected: expects * pick.probability, drawn: found }
        })
        .collect();
    let revenue = picks.iter().map(|pick| {
        let revenue = drawn(pick).map(|outcome| outcome.revenue_minor);
        Chosen { expected: expects * pick.expected_minor, drawn: revenue }
    });
    let revenue: Vec<Chosen> = revenue.collect();
    Some(Estimates {
        drawn: picks.iter().filter(|pick| drawn(pick).is_some()).count() as u64,
        found: inverse_propensity(&found, floor),
        revenue_minor: inverse_propensity(&revenue, floor),
        found_robust: doubly_robust(&found, floor),
        revenue_robust_minor: doubly_robust(&revenue, floor),
    })
}
