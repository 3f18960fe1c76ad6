//! What chance decides: the random floor, exploration and which picks are blind.

use super::budget::Budgets;
use super::candidate::Candidate;
use super::chance::{Chance, Seed, dearest, systematic};
use super::checked::CheckedPolicy;
use super::ranking::{Picked, Ranking};
use super::unit::{Unit, Units};
use std::collections::BTreeMap;

/// The chances of the random floor, one for each unit.
pub(super) struct Floor {
    pub(super) chances: Vec<Chance>,
}

impl Floor {
    /// Gives every unit of an office that is not set apart the same chance and reserves the dearest outcome.
    pub(super) fn plan(units: &Units, policy: &CheckedPolicy, budgets: &mut Budgets) -> Self {
        let rule = policy.policy().random;
        let mut chances = vec![Chance::NEVER; units.all.len()];
        for (office, range) in units.by_office().into_iter().enumerate() {
            let drawable = || range.clone().filter(|index| units.all[*index].set.is_none());
            let number = drawable().count();
            if number == 0 {
                continue;
            }
            let chance = Chance::at_least(rule.share.max(f64::from(rule.at_least) / number as f64));
            drawable().for_each(|index| chances[index] = chance);
            let reserve = dearest(drawable().map(|index| (chance, budgets.unit_cost(&units.all[index], rule.control))));
            budgets.take(office, rule.control, reserve);
            let declarations: u64 = drawable().map(|index| units.all[index].size()).sum();
            budgets.fill(rule.control.lane(), chance.value() * declarations as f64);
        }
        Self { chances }
    }
}

/// What exploration may spend, one for each office: capacity in its own measure and an expected number of declarations.
pub(super) struct Budget(Vec<(u64, f64)>);

impl Budget {
    /// Sets the share of exploration apart from what the floor left. Of the lane's rate each office has its part.
    pub(super) fn plan(units: &Units, policy: &CheckedPolicy, budgets: &mut Budgets) -> Self {
        let rule = policy.policy().exploration;
        let lane = rule.control.lane();
        let at = |range: std::ops::Range<usize>| -> u64 {
            units.all[range].iter().filter(|unit| unit.set.is_none()).map(Unit::size).sum()
        };
        let everywhere = at(0..units.all.len()).max(1) as f64;
        let declarations = budgets.allowance(lane).map_or(f64::INFINITY, |left| left * rule.share);
        let mut plan = Vec::with_capacity(units.offices.len());
        for (office, range) in units.by_office().into_iter().enumerate() {
            let cost = (budgets.account(office, rule.control).left as f64 * rule.share).floor() as u64;
            budgets.take(office, rule.control, cost);
            plan.push((cost, declarations * (at(range) as f64 / everywhere)));
        }
        if declarations.is_finite() {
            budgets.fill(lane, declarations);
        }
        Self(plan)
    }
}

/// The chances of exploration, one for each unit: proportional to what the unit would teach, as high as the budget of
/// its office allows for the dearest outcome.
pub(super) fn explore(
    units: &Units,
    candidates: &[Candidate],
    policy: &CheckedPolicy,
    picked: &Picked,
    budget: &Budget,
    budgets: &Budgets,
) -> Vec<Chance> {
    let mut weights = weights(units, candidates, policy, picked, budget);
    cap_importers(units, candidates, policy, picked, &mut weights);
    let control = policy.policy().exploration.control;
    let mut chances = vec![Chance::NEVER; units.all.len()];
    for (range, (most_cost, most_declarations)) in units.by_office().into_iter().zip(&budget.0) {
        // What alone costs more than the budget has no chance, or nothing else of the office could have any.
        let affords = |index: &usize| budgets.unit_cost(&units.all[*index], control) <= *most_cost;
        let weighed: Vec<_> = range.filter(|index| weights[*index] > 0.0).filter(affords).collect();
        let costs: Vec<_> = weighed.iter().map(|index| budgets.unit_cost(&units.all[*index], control)).collect();
        let chance = |place: usize, factor: f64| Chance::at_most((weights[weighed[place]] * factor).min(1.0));
        let affordable = |factor: f64| {
            let of_all = || (0..weighed.len()).map(|place| chance(place, factor));
            let sizes = weighed.iter().map(|index| units.all[*index].size());
            Chance::expected(of_all().zip(sizes)) <= *most_declarations
                && dearest(of_all().zip(costs.iter().copied())) <= *most_cost
        };
        let lightest = weighed.iter().map(|index| weights[*index]).fold(f64::INFINITY, f64::min);
        if lightest.is_finite() {
            let factor = largest(1.0 / lightest, affordable);
            weighed.iter().enumerate().for_each(|(place, index)| chances[*index] = chance(place, factor));
        }
    }
    chances
}

/// The largest factor up to `most` that is affordable, by bisection; what it returns was tried, and 0 costs nothing.
fn largest(most: f64, affordable: impl Fn(f64) -> bool) -> f64 {
    if affordable(most) {
        return most;
    }
    let (mut yes, mut no) = (0.0, most);
    for _ in 0..48 {
        let middle = 0.5 * (yes + no);
        if affordable(middle) { yes = middle } else { no = middle }
    }
    yes
}

/// What each unit would teach; 0 for units that exploration can't take.
fn weights(
    units: &Units,
    candidates: &[Candidate],
    policy: &CheckedPolicy,
    picked: &Picked,
    budget: &Budget,
) -> Vec<f64> {
    let rule = policy.policy().exploration;
    let weight = |place: &usize| {
        let candidate = &candidates[*place];
        // Nobody knows less than about a declaration without a score.
        let (uncertainty, novelty) =
            candidate.score.map_or((1.0, 1.0), |score| (score.uncertainty(), score.novelty.unwrap_or(0.0)));
        // A small weight for everything keeps the draw from being empty where nothing is uncertain or new.
        (0.01 + rule.uncertainty * uncertainty + rule.novelty * novelty) * policy.after_credit(candidate.aeo.as_deref())
    };
    let of_unit = |(index, unit): (usize, &Unit)| {
        let eligible = unit.set.is_none() && picked.controls[index].is_none() && budget.0[unit.office].0 > 0;
        if eligible { unit.members.iter().map(weight).fold(0.0, f64::max) } else { 0.0 }
    };
    units.all.iter().enumerate().map(of_unit).collect()
}

/// Leaves each importer only as many units, the most instructive ones, as the ranking left of the cap. The choice is
/// certain given the declarations, so that the cap is kept whatever is drawn and the chances stay exact.
fn cap_importers(
    units: &Units,
    candidates: &[Candidate],
    policy: &CheckedPolicy,
    picked: &Picked,
    weights: &mut [f64],
) {
    let Some(cap) = policy.policy().importer_cap_per_day else { return };
    let mut order: Vec<_> = (0..weights.len()).filter(|index| weights[*index] > 0.0).collect();
    let first = |index: usize| &candidates[units.all[index].members[0]];
    order.sort_by(|a, b| {
        weights[*b].total_cmp(&weights[*a]).then_with(|| {
            let key = |index: &usize| (&first(*index).digest, &first(*index).id);
            key(a).cmp(&key(b))
        })
    });
    let mut taken: BTreeMap<&str, u32> = picked.by_importer.clone();
    for index in order {
        let importers = units.all[index].importers(candidates);
        if importers.iter().all(|importer| taken.get(importer).copied().unwrap_or_default() < cap) {
            importers.iter().for_each(|importer| *taken.entry(importer).or_default() += 1);
        } else {
            weights[index] = 0.0;
        }
    }
}

/// Draws at each office by itself.
pub(super) fn draw(units: &Units, chances: &[Chance], seed: &Seed, kind: &str) -> Vec<bool> {
    let of_office = |(office, range): (usize, std::ops::Range<usize>)| {
        systematic(chances[range].iter().copied(), seed.start(&[kind, &units.offices[office]]))
    };
    units.by_office().into_iter().enumerate().flat_map(of_office).collect()
}

/// Which units the officers get without reasons: a systematic draw down the list of picks, so that every part of the
/// list has its share.
pub(super) fn blind(ranking: &Ranking, picked: &Picked, policy: &CheckedPolicy, seed: &Seed) -> Vec<bool> {
    let chance = Chance::at_least(policy.policy().blind_share);
    let list: Vec<usize> = ranking.order.iter().copied().filter(|index| picked.controls[*index].is_some()).collect();
    let drawn = systematic(list.iter().map(|_| chance), seed.start(&["blind"]));
    let mut blind = vec![false; picked.controls.len()];
    list.into_iter().zip(drawn).for_each(|(index, drawn)| blind[index] = drawn);
    blind
}
