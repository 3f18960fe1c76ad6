//! Rates of lanes as whole numbers of declarations, so that they hold over many days of few declarations each.
//!
//! A rate of 5 % of eight declarations is 0.4 of a declaration. Rounded to the nearest, such an office would never examine
//! anything by score. So the day's allowances are rounded by chance: laid end to end, with a mark at a start made from the
//! seed and after every whole declaration from there, each lane gets as many declarations as marks fall on it. That is
//! its allowance rounded down or up, in the mean over all starts exactly its allowance, and all lanes together are
//! rounded down or up too, so that the work of a day hardly varies.
//!
//! A start decides everything, and starts between two fractions of the marks decide the same. There are at most as many
//! such stretches as lanes, and one: the ranking is done for each, which gives the exact probability of each pick.

use super::budget::{Budgets, Rooms};
use super::candidate::Candidate;
use super::chance::Chance;
use super::checked::CheckedPolicy;
use super::ranking::{Picked, Ranking, pick};
use super::unit::Units;

/// A stretch of starts that round the rates of the day in the same way.
#[derive(Debug, PartialEq, Eq)]
struct Stretch {
    /// The first start and the one behind the last.
    starts: std::ops::Range<u64>,
    rooms: Rooms,
}

/// The picks of the ranking under every rounding of the rates.
pub(super) struct Outlook<'a> {
    outcomes: Vec<(Stretch, Picked<'a>)>,
}

impl<'a> Outlook<'a> {
    /// Goes down the ranking once for each rounding.
    pub(super) fn new(
        ranking: &Ranking,
        units: &Units,
        candidates: &'a [Candidate],
        policy: &CheckedPolicy,
        budgets: &Budgets,
    ) -> Self {
        let outcome = |stretch: Stretch| {
            let picked = pick(ranking, units, candidates, policy, budgets.clone(), stretch.rooms);
            (stretch, picked)
        };
        let lanes: Vec<_> = policy.policy().lanes.iter().map(|rule| rule.lane as usize).collect();
        let allowances = lanes.into_iter().map(|lane| (lane, budgets.allowances()[lane]));
        Self { outcomes: stretches(allowances).into_iter().map(outcome).collect() }
    }

    /// The probability, over all starts, that the ranking picks each unit.
    pub(super) fn chances(&self) -> Vec<Chance> {
        let mut chances = vec![Chance::NEVER; self.outcomes.first().map_or(0, |(_, picked)| picked.controls.len())];
        for (stretch, picked) in &self.outcomes {
            let length = stretch.starts.end - stretch.starts.start;
            let controls = chances.iter_mut().zip(&picked.controls).filter(|(_, control)| control.is_some());
            controls.for_each(|(chance, _)| *chance = chance.plus(length));
        }
        chances
    }

    /// Whatever may be picked: each unit that some start picks, and the most of each importer under any start. It does
    /// not depend on the start, so that neither does what is built on it.
    pub(super) fn at_most(&self) -> Picked<'a> {
        let mut all = Picked::default();
        for (_, picked) in &self.outcomes {
            all.controls.resize(picked.controls.len(), None);
            all.controls.iter_mut().zip(&picked.controls).for_each(|(most, control)| *most = (*most).max(*control));
            for (importer, count) in &picked.by_importer {
                let most = all.by_importer.entry(importer).or_default();
                *most = (*most).max(*count);
            }
        }
        all
    }

    /// The picks under one start, and the room that it gave to each lane.
    pub(super) fn realise(self, start: u64) -> (Picked<'a>, Rooms) {
        let found = self.outcomes.into_iter().find(|(stretch, _)| stretch.starts.contains(&start));
        found.map(|(stretch, picked)| (picked, stretch.rooms)).unwrap_or_default()
    }
}

/// The ways in which the allowances of lanes, in this order, can be rounded. They cover all starts.
fn stretches(allowances: impl Iterator<Item = (usize, Option<f64>)>) -> Vec<Stretch> {
    let whole = Chance::WHOLE;
    let mut length = 0;
    let mut lanes = Vec::new();
    for (lane, allowance) in allowances {
        let Some(allowance) = allowance else { continue };
        let begin = length;
        // Whole numbers of 2^-32 declarations: what a sum of shares is off by is less, and makes no stretch of its own.
        length += (allowance * whole as f64).round() as u64;
        lanes.push((lane, begin, length));
    }
    let mut bounds: Vec<u64> = lanes.iter().map(|(_, _, end)| end % whole).chain([0, whole]).collect();
    bounds.sort_unstable();
    bounds.dedup();
    let marks_before = |length: u64, start: u64| (length + whole - 1 - start) / whole;
    let stretch = |pair: &[u64]| {
        let mut rooms = Rooms::default();
        for &(lane, begin, end) in &lanes {
            rooms.0[lane] = Some(marks_before(end, pair[0]) - marks_before(begin, pair[0]));
        }
        Stretch { starts: pair[0]..pair[1], rooms }
    };
    bounds.windows(2).map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_lane_is_rounded_and_keeps_its_mean(sixteenths in prop::collection::vec(prop::option::of(0u32..200), 0..4)) {
            let allowance = |part: u32| f64::from(part) / 16.0;
            let lanes = || sixteenths.iter().map(|part| part.map(allowance)).enumerate();
            let stretches = stretches(lanes());
            prop_assert!(stretches.len() <= sixteenths.len() + 1);
            prop_assert!(stretches.windows(2).all(|pair| pair[0].starts.end == pair[1].starts.start));
            let mut means = [0.0; 4];
            let total: f64 = lanes().filter_map(|(_, allowance)| allowance).sum();
            for Stretch { starts, rooms } in &stretches {
                let weight = (starts.end - starts.start) as f64 / Chance::WHOLE as f64;
                let mut sum = 0.0;
                for (lane, allowance) in lanes() {
                    prop_assert_eq!(rooms.0[lane].is_some(), allowance.is_some());
                    let room = rooms.0[lane].unwrap_or(0) as f64;
                    let allowance = allowance.unwrap_or(0.0);
                    prop_assert!(room == allowance.floor() || room == allowance.ceil());
                    means[lane] += weight * room;
                    sum += room;
                }
                prop_assert!(sum == total.floor() || sum == total.ceil());
            }
            for (lane, allowance) in lanes() {
                prop_assert_eq!(means[lane], allowance.unwrap_or(0.0));
            }
        }
    }
}
