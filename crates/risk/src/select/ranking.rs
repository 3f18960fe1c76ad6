//! The ranking by the objective of the policy, and the lanes it fills.

use super::budget::{Budgets, Rooms};
use super::candidate::Candidate;
use super::checked::CheckedPolicy;
use super::unit::{Unit, Units};
use domain::ControlKind;
use std::collections::BTreeMap;

/// The order in which units are looked at.
pub(super) struct Ranking {
    /// Units with a score, best first.
    pub(super) order: Vec<usize>,
    /// The rank of each unit from 1, `None` for units that are set apart or have no score.
    pub(super) ranks: Vec<Option<u32>>,
    /// The probability of a finding of each unit, after credit.
    probabilities: Vec<f64>,
}

/// What the ranking chose.
#[derive(Default)]
pub(super) struct Picked<'a> {
    /// The control of each unit, `None` where it was not chosen.
    pub(super) controls: Vec<Option<ControlKind>>,
    /// How many units of each importer were chosen.
    pub(super) by_importer: BTreeMap<&'a str, u32>,
}

impl Picked<'_> {
    /// How many units of an importer were chosen.
    fn number_of(&self, importer: &str) -> u32 {
        self.by_importer.get(importer).copied().unwrap_or_default()
    }
}

/// Finding, revenue and safety of a unit. Revenue adds up over the declarations of a consignment; the probability is that
/// of the worst, because findings in one consignment depend on each other.
#[derive(Clone, Copy, Default)]
struct Worth([f64; 3]);

/// Ranks all units that have a score.
pub(super) fn rank(units: &Units, candidates: &[Candidate], policy: &CheckedPolicy) -> Ranking {
    let worths: Vec<Option<Worth>> = units.all.iter().map(|unit| worth(unit, candidates, policy)).collect();
    let scales = scales(&worths, policy);
    let value = |index: usize| {
        let Worth(worth) = worths[index].unwrap_or_default();
        let value: f64 = worth.iter().zip(scales).map(|(part, scale)| part * scale).sum();
        value / divisor(&units.all[index], policy)
    };
    let mut order: Vec<(usize, f64)> =
        (0..units.all.len()).filter(|index| worths[*index].is_some()).map(|index| (index, value(index))).collect();
    // Equal values stand in the order of their digests: no trader can foresee it and it does not depend on the draw.
    let first = |index: usize| &candidates[units.all[index].members[0]];
    order.sort_by(|a, b| {
        let key = |index: usize| (&first(index).digest, &first(index).id);
        b.1.total_cmp(&a.1).then_with(|| key(a.0).cmp(&key(b.0)))
    });
    let order: Vec<usize> = order.into_iter().map(|(index, _)| index).collect();
    let mut ranks = vec![None; units.all.len()];
    let ranked = order.iter().filter(|index| units.all[**index].set.is_none());
    (1..).zip(ranked).for_each(|(rank, index)| ranks[*index] = Some(rank));
    let probabilities = worths.iter().map(|worth| worth.unwrap_or_default().0[0]).collect();
    Ranking { order, ranks, probabilities }
}

fn worth(unit: &Unit, candidates: &[Candidate], policy: &CheckedPolicy) -> Option<Worth> {
    let mut sum: Option<Worth> = None;
    for candidate in unit.members.iter().map(|place| &candidates[*place]) {
        let Some(score) = candidate.score else { continue };
        let left = policy.after_credit(candidate.aeo.as_deref());
        let probability = score.probability * left;
        let Worth([finding, revenue, safety]) = sum.get_or_insert_default();
        *finding = finding.max(probability);
        *revenue += score.expected_revenue_minor * left;
        *safety = safety.max(probability * candidate.safety_weight);
    }
    sum
}

/// The weight of each part over its total of the day, so that a value is a share of what the day can bring. Sums go from
/// small to large, because the order of units depends on the seed and the ranking must not, down to the last bit.
fn scales(worths: &[Option<Worth>], policy: &CheckedPolicy) -> [f64; 3] {
    let total = |part: usize| {
        let mut parts: Vec<f64> = worths.iter().flatten().map(|worth| worth.0[part]).collect();
        parts.sort_unstable_by(f64::total_cmp);
        parts.into_iter().sum::<f64>()
    };
    let weights = policy.policy().objective.weights();
    std::array::from_fn(|part| match total(part) {
        total if total > 0.0 => weights[part] / total,
        _ => 0.0,
    })
}

fn divisor(unit: &Unit, policy: &CheckedPolicy) -> f64 {
    if !policy.policy().per_officer_hour {
        return 1.0;
    }
    let control = policy.policy().lanes.first().and_then(|rule| rule.controls.first());
    control.map_or(1.0, |control| policy.minutes(*control, unit.size(), unit.items).max(1) as f64)
}

/// Goes down the ranking and gives each unit the first lane that takes it and has room for it.
pub(super) fn pick<'a>(
    ranking: &Ranking,
    units: &Units,
    candidates: &'a [Candidate],
    policy: &CheckedPolicy,
    mut budgets: Budgets,
    mut rooms: Rooms,
) -> Picked<'a> {
    let mut picked = Picked { controls: vec![None; units.all.len()], by_importer: BTreeMap::new() };
    let cap = policy.policy().importer_cap_per_day;
    for &index in &ranking.order {
        let unit = &units.all[index];
        let importers = unit.importers(candidates);
        if cap.is_some_and(|cap| importers.iter().any(|importer| picked.number_of(importer) >= cap)) {
            continue;
        }
        if let Some(control) = first_room(unit, ranking.probabilities[index], policy, &budgets, &rooms) {
            budgets.spend(unit, control);
            rooms.fill(control.lane(), unit);
            picked.controls[index] = Some(control);
            importers.into_iter().for_each(|importer| *picked.by_importer.entry(importer).or_default() += 1);
        }
    }
    picked
}

/// The first control with room, down the lanes; where none has room for all of the unit, the heaviest that is not
/// exhausted, which the unit then exceeds. What is set apart with a lighter control (a mandatory check of documents, say)
/// can still be raised to a heavier lane, or nobody who trades in such goods would ever be examined.
fn first_room(
    unit: &Unit,
    probability: f64,
    policy: &CheckedPolicy,
    budgets: &Budgets,
    rooms: &Rooms,
) -> Option<ControlKind> {
    let mut too_large_for = None;
    for rule in &policy.policy().lanes {
        if probability < rule.min_probability || unit.set.is_some_and(|set| set.control.lane() >= rule.lane) {
            continue;
        }
        if rooms.is_open(rule.lane) {
            let controls = || rule.controls.iter().copied();
            if let Some(control) = controls().find(|control| budgets.affords(unit, *control)) {
                return Some(control);
            }
            too_large_for = too_large_for.max(controls().filter(|control| budgets.is_open(unit, *control)).max());
        }
        if !rule.spill {
            break;
        }
    }
    too_large_for
}
