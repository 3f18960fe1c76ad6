//! What first controls miss: by second controls of the same goods, and by controls that were blind.
//!
//! A share p of the draws had a finding; of those without one some were examined again, and a share q of these held something
//! after all. Then p + (1 - p) q is irregular and (1 - p) q / (p + (1 - p) q) of it is missed. Only draws count: what was picked
//! for its risk is not like the rest. Whoever is examined again must be taken by chance from the draws without a finding.
//! Intervals are melded from the exact ones of p and q (Fay, Proschan and Brittain, "Combining one-sample confidence procedures
//! for inference in the two-sample case", Biometrics 2015): the lower end by draws from Beta(x, n - x + 1), the upper from
//! Beta(x + 1, n - x). A second control misses something too, so the corrected share is still what such controls would find.

use super::Present;
use super::gap::{Interval, Observed, gamma};
use crate::evaluate::Outcome;
use domain::{Record, SelectedBy};
use learn::Rng;
use learn::math::quantile_of_sorted;

/// Draws without a finding that must have been examined again before anything is said of what first controls miss.
pub const LEAST_REEXAMINED: u64 = 30;

/// Blind controls, and as many informed ones, that must be there before they are compared.
pub const LEAST_BLIND: u64 = 30;

/// Draws from each pair of distributions.
const DRAWS: usize = 10_000;

/// Controls and findings among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Controls {
    /// Declarations controlled.
    pub controls: u64,
    /// Findings.
    pub found: u64,
}

impl Controls {
    fn add(&mut self, other: Self) {
        self.controls += other.controls;
        self.found += other.found;
    }
}

/// What second and blind controls showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// Draws without a finding that were examined again, and what that found.
    pub cleared: Controls,
    /// Other declarations that were examined again; they say nothing of all.
    pub elsewhere: u64,
    /// Picks by score whose officer was shown neither score nor reasons.
    pub blind: Controls,
    /// Picks by score whose officer was.
    pub informed: Controls,
}

impl Second {
    /// Takes in a declaration with the outcome of its first control.
    pub(super) fn record(&mut self, record: &Record, present: Present, outcome: Option<Outcome>) {
        let mut again = record.checks.iter().filter_map(|check| check.reexamination).peekable();
        if again.peek().is_some() {
            match outcome {
                Some(first) if present == Present::Drawn && !first.found => {
                    self.cleared.add(Controls { controls: 1, found: u64::from(again.any(|found| found)) });
                }
                _ => self.elsewhere += 1,
            }
        }
        let mut blind = record.checks.iter().filter_map(|check| check.blind).peekable();
        let by_score = record.inspections.iter().flatten().any(|of| of.selected_by == Some(SelectedBy::Score));
        if let Some(outcome) = outcome.filter(|_| present == Present::Chosen && by_score && blind.peek().is_some()) {
            let of = if blind.any(|blind| blind) { &mut self.blind } else { &mut self.informed };
            of.add(Controls { controls: 1, found: u64::from(outcome.found) });
        }
    }

    /// Of two times together.
    pub(super) fn add(&mut self, other: &Self) {
        self.cleared.add(other.cleared);
        self.elsewhere += other.elsewhere;
        self.blind.add(other.blind);
        self.informed.add(other.informed);
    }

    /// Hit rate of informed controls less that of blind ones; `None` under [`LEAST_BLIND`] of either.
    pub fn informed_less_blind(&self, seed: u64) -> Option<Interval> {
        if self.blind.controls < LEAST_BLIND || self.informed.controls < LEAST_BLIND {
            return None;
        }
        let mut meld = Meld::new(self.informed, self.blind, seed);
        Some(meld.interval((true, false), |informed, blind| informed - blind))
    }
}

/// What first controls miss, and what follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Missed {
    /// Share of irregular declarations that a first control does not see, 0 to 1.
    pub share: Interval,
    /// Share of declarations that are irregular, with those a first control misses.
    pub rate: Interval,
    /// Share of these that was caught, 0 to 1.
    pub caught: Interval,
}

/// What first controls miss; `None` under [`LEAST_REEXAMINED`].
pub fn missed(observed: &Observed, seed: u64) -> Option<Missed> {
    let (again, all) = (observed.second.cleared, observed.declarations as f64);
    if again.controls < LEAST_REEXAMINED || observed.drawn == 0 {
        return None;
    }
    let first = Controls { controls: observed.drawn, found: observed.drawn_found };
    let mut meld = Meld::new(first, again, seed);
    let irregular = |p: f64, q: f64| p + (1.0 - p) * q;
    let share = |p: f64, q: f64| if irregular(p, q) > 0.0 { (1.0 - p) * q / irregular(p, q) } else { 0.0 };
    let rate = meld.interval((true, true), irregular);
    let found = observed.found() as f64;
    // What was found is there for certain.
    let [estimate, low, high] = [rate.estimate, rate.low, rate.high].map(|rate| (rate * all).max(found));
    let caught = |irregular: f64| if irregular > 0.0 { found / irregular } else { 1.0 };
    Some(Missed {
        share: meld.interval((false, true), share),
        rate: Interval { estimate: estimate / all, low: low / all, high: high / all },
        caught: Interval { estimate: caught(estimate), low: caught(high), high: caught(low) },
    })
}

/// Two shares, and draws for their lower and for their upper limits.
struct Meld {
    estimates: (f64, f64),
    lower: [Vec<f64>; 2],
    upper: [Vec<f64>; 2],
}

impl Meld {
    fn new(one: Controls, other: Controls, seed: u64) -> Self {
        let mut rng = Rng::for_stream(seed, 0x6AA);
        let mut draws = |of: Controls, more: u64| -> Vec<f64> {
            (0..DRAWS).map(|_| beta(of.found + more, of.controls - of.found + 1 - more, &mut rng)).collect()
        };
        let share = |of: Controls| of.found as f64 / of.controls.max(1) as f64;
        Self {
            estimates: (share(one), share(other)),
            lower: [draws(one, 0), draws(other, 0)],
            upper: [draws(one, 1), draws(other, 1)],
        }
    }

    /// The interval of 95 % of what rises (or else falls) with the first and with the second share.
    fn interval(&mut self, rises: (bool, bool), of: impl Fn(f64, f64) -> f64) -> Interval {
        let quantile = |is_low: bool, q: f64| {
            let first = if rises.0 == is_low { &self.lower[0] } else { &self.upper[0] };
            let second = if rises.1 == is_low { &self.lower[1] } else { &self.upper[1] };
            let mut values: Vec<f64> = first.iter().zip(second).map(|(a, b)| of(*a, *b)).collect();
            values.sort_unstable_by(f64::total_cmp);
            quantile_of_sorted(&values, q).unwrap_or_default()
        };
        let estimate = of(self.estimates.0, self.estimates.1);
        Interval { estimate, low: quantile(true, 0.025), high: quantile(false, 0.975) }
    }
}

/// A beta variate of whole parameters, of which one may be 0: then it is certain.
fn beta(a: u64, b: u64, rng: &mut Rng) -> f64 {
    match (a, b) {
        (0, _) => 0.0,
        (_, 0) => 1.0,
        (a, b) => {
            let (a, b) = (gamma(a as f64, rng), gamma(b as f64, rng));
            a / (a + b)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(interval: Interval, truth: f64) -> bool {
        interval.low <= truth && truth <= interval.high
    }

    /// Shares of 300 worlds whose intervals hold the truth: corrected share, share missed, uncorrected share.
    fn coverage(rate: f64, misses: f64, drawn: u64, again: u64) -> [f64; 3] {
        let (mut rng, declarations, runs) = (Rng::new(23), 200_000u64, 300);
        let mut counts = [0u32; 3];
        for run in 0..runs {
            let mut observed = Observed { declarations, drawn, ..Observed::default() };
            for _ in 0..drawn {
                let is_irregular = rng.bernoulli(rate);
                let is_found = is_irregular && !rng.bernoulli(misses);
                observed.drawn_found += u64::from(is_found);
                let cleared = &mut observed.second.cleared;
                if !is_found && cleared.controls < again {
                    cleared.add(Controls { controls: 1, found: u64::from(is_irregular) });
                }
            }
            let gap = super::super::gap::gap(&observed, run).unwrap();
            let missed = gap.missed.unwrap();
            let held = [holds(missed.rate, rate), holds(missed.share, misses), holds(gap.rate, rate)];
            counts.iter_mut().zip(held).for_each(|(count, held)| *count += u32::from(held));
        }
        counts.map(|count| f64::from(count) / runs as f64)
    }

    #[test]
    fn corrected_intervals_hold_the_truth_where_uncorrected_ones_do_not() {
        for (rate, misses, drawn, again) in [(0.1, 0.3, 2_000, 400), (0.05, 0.3, 1_000, 900), (0.1, 0.6, 600, 100)] {
            let [corrected, share, uncorrected] = coverage(rate, misses, drawn, again);
            assert!(corrected >= 0.94 && share >= 0.94, "{rate} {misses}: {corrected} {share}");
            assert!(uncorrected < 0.7, "{rate} {misses}: {uncorrected}");
        }
        let [corrected, share, uncorrected] = coverage(0.05, 0.0, 1_000, 200);
        assert!(corrected.min(share).min(uncorrected) >= 0.94, "controls that miss nothing");
    }

    fn observed(again: u64, found: u64) -> Observed {
        let cleared = Controls { controls: again, found };
        let second = Second { cleared, ..Second::default() };
        Observed { declarations: 10_000, drawn: 400, drawn_found: 20, second, ..Observed::default() }
    }

    #[test]
    fn worked_out_by_hand() {
        // 5 % of draws; 4 of 100 again: 0.05 + 0.95 x 0.04 = 0.088, of which 0.038 missed.
        let missed = missed(&observed(100, 4), 1).unwrap();
        assert!((missed.rate.estimate - 0.088).abs() < 1e-12 && (missed.share.estimate - 0.038 / 0.088).abs() < 1e-12);
        assert!(
            missed.rate.low > 0.05 && missed.rate.high < 0.16 && missed.share.low > 0.1 && missed.share.high < 0.75
        );
        let none = super::missed(&observed(100, 0), 1).unwrap();
        assert_eq!((none.share.estimate, none.share.low, none.rate.estimate), (0.0, 0.0, 0.05));
        assert!(none.share.high > 0.2, "nothing missed among a hundred is no proof");
        assert_eq!(super::missed(&observed(LEAST_REEXAMINED - 1, 4), 1), None);
        let caught = Observed { caught: [(500, 0.0), (0, 0.0), (0, 0.0), (0, 0.0)], ..observed(100, 4) };
        let missed = super::missed(&caught, 1).unwrap();
        assert!((missed.caught.estimate - 500.0 / 880.0).abs() < 1e-12 && missed.rate.low >= 0.05);
    }

    #[test]
    fn blind_and_informed_controls_are_compared_from_thirty_on() {
        let of = |controls, found| Controls { controls, found };
        let second = Second { blind: of(200, 20), informed: of(800, 160), ..Second::default() };
        let less = second.informed_less_blind(3).unwrap();
        assert!((less.estimate - 0.1).abs() < 1e-12 && less.low > 0.03 && less.high < 0.16, "{less:?}");
        assert_eq!(Second { blind: of(29, 3), ..second }.informed_less_blind(3), None);
    }
}
