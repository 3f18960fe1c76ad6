//! The customs gap: how much is irregular, what that costs, and what share of it is caught, by whom.
//!
//! Nothing but a random floor can say what the other controls miss. Its declarations stand for all that could be drawn:
//! the irregular share among them, with the exact interval of Clopper and Pearson (Biometrika 1934), is that of all; what
//! was found by score, by officers' own choice and by chance is then seen against it.
//!
//! Revenue is harder: few findings bring most of it. Its total is estimated as number times share times mean revenue of a
//! finding, and its interval is the generalised confidence interval for the mean of a lognormal distribution with zeros
//! (Tian, "Inferences on the mean of zero-inflated lognormal data: the generalized variable approach", Statistics in
//! Medicine 2005): share, mean and variance of the logarithms are drawn from their fiducial distributions. What was found is
//! there for certain, so no interval begins below it. Both intervals speak of what such controls **would find**: what no
//! control sees, no sample shows. Where draws were examined a second time, [`missed`](super::missed) estimates that too.

use super::Present;
use super::missed::{Missed, Second, missed};
use crate::evaluate::Outcome;
use domain::{Record, SelectedBy};
use learn::Rng;
use learn::math::quantile_of_sorted;
use learn::significance::binomial_upper_tail;

/// Findings with a revenue that the estimate of revenue needs.
pub const LEAST_REVENUES: usize = 5;

/// Draws from the fiducial distribution.
const DRAWS: usize = 20_000;

/// How a finding came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaughtBy {
    /// A score or rule.
    Score,
    /// Exploration.
    Exploration,
    /// The random floor.
    Chance,
    /// An officer's own choice, or for a reason that was not recorded.
    Other,
}

impl CaughtBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Score, Self::Exploration, Self::Chance, Self::Other];

    fn of(record: &Record, present: Present) -> Self {
        let mut by = record.inspections.iter().flatten().filter_map(|inspection| inspection.selected_by);
        match by.next() {
            _ if present == Present::Drawn => Self::Chance,
            Some(SelectedBy::Score) => Self::Score,
            Some(SelectedBy::Exploration) => Self::Exploration,
            _ => Self::Other,
        }
    }

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Exploration => "exploration",
            Self::Chance => "chance",
            Self::Other => "other",
        }
    }
}

/// What is known about some time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Declarations that could be drawn.
    pub declarations: u64,
    /// Those drawn at random whose result is known.
    pub drawn: u64,
    /// Findings among them.
    pub drawn_found: u64,
    /// Revenue of these findings in minor units, those that brought some.
    pub drawn_revenue_minor: Vec<f64>,
    /// Draws without a finding of which only some items were examined.
    pub drawn_partly: u64,
    /// What second controls and blind ones say.
    pub second: Second,
    /// Findings in all and what they brought, in the order of [`CaughtBy::ALL`].
    pub caught: [(u64, f64); 4],
}

impl Observed {
    /// Takes in a declaration as it was treated, and what came of it. Those that had to be controlled stand outside: no draw
    /// could have missed them.
    pub fn record(&mut self, record: &Record, present: Present, outcome: Option<Outcome>) {
        if present == Present::Mandatory {
            return;
        }
        self.declarations += 1;
        self.second.record(record, present, outcome);
        let Some(outcome) = outcome else { return };
        if present == Present::Drawn {
            let is_partly = !outcome.found && record.inspections.iter().any(Option::is_none);
            self.drawn += 1;
            self.drawn_found += u64::from(outcome.found);
            self.drawn_partly += u64::from(is_partly);
            self.drawn_revenue_minor.extend(Some(outcome.revenue_minor).filter(|revenue| *revenue > 0.0));
        }
        if outcome.found {
            let by = CaughtBy::of(record, present) as usize;
            self.caught[by].0 += 1;
            self.caught[by].1 += outcome.revenue_minor;
        }
    }

    /// Of two times together.
    pub fn add(&mut self, other: &Self) {
        self.declarations += other.declarations;
        self.drawn += other.drawn;
        self.drawn_found += other.drawn_found;
        self.drawn_partly += other.drawn_partly;
        self.second.add(&other.second);
        self.drawn_revenue_minor.extend(&other.drawn_revenue_minor);
        for (caught, other) in self.caught.iter_mut().zip(&other.caught) {
            caught.0 += other.0;
            caught.1 += other.1;
        }
    }

    /// Findings in all.
    pub fn found(&self) -> u64 {
        self.caught.iter().map(|(found, _)| found).sum()
    }

    /// What they brought.
    pub fn revenue_minor(&self) -> f64 {
        self.caught.iter().map(|(_, revenue)| revenue).sum()
    }
}

/// An estimate with its interval of 95 %.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self { estimate: change(self.estimate), low: change(self.low), high: change(self.high) }
    }
}

/// What the random floor says about some time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// Share of declarations that are irregular.
    pub rate: Interval,
    /// Irregular declarations.
    pub irregular: Interval,
    /// Share of them that was caught, 0 to 1.
    pub caught: Interval,
    /// What irregular declarations would bring, in minor units; `None` where too few findings of the floor brought any.
    pub revenue_minor: Option<Interval>,
    /// That less what was caught.
    pub gap_minor: Option<Interval>,
    /// Share and caught share corrected by what first controls miss; `None` where too few draws were examined again.
    pub missed: Option<Missed>,
}

/// What the random floor says; `None` where nothing was drawn.
pub fn gap(observed: &Observed, seed: u64) -> Option<Gap> {
    let Observed { declarations, drawn, drawn_found, .. } = *observed;
    if drawn == 0 || declarations == 0 {
        return None;
    }
    let all = declarations as f64;
    let (found, revenue) = (observed.found() as f64, observed.revenue_minor());
    let (low, high) = clopper_pearson(drawn_found, drawn, 0.95);
    let rate = Interval { estimate: drawn_found as f64 / drawn as f64, low, high };
    let irregular = rate.map(|rate| (rate * all).max(found));
    // The more there is, the smaller the share that was caught.
    let share = |irregular: f64| if irregular > 0.0 { found / irregular } else { 1.0 };
    let caught =
        Interval { estimate: share(irregular.estimate), low: share(irregular.high), high: share(irregular.low) };
    let total = revenue_interval(observed, seed).map(|total| total.map(|total| total.max(revenue)));
    let rate = irregular.map(|irregular| irregular / all);
    Some(Gap {
        rate,
        irregular,
        caught,
        revenue_minor: total,
        gap_minor: total.map(|total| total.map(|total| total - revenue)),
        missed: missed(observed, seed),
    })
}

/// The exact interval for a probability of which `hits` of `trials` came true (Clopper and Pearson 1934).
pub fn clopper_pearson(hits: u64, trials: u64, level: f64) -> (f64, f64) {
    let tail = (1.0 - level) / 2.0;
    let low = if hits == 0 { 0.0 } else { bisect(|p| binomial_upper_tail(hits, trials, p) < tail) };
    let high = if hits >= trials { 1.0 } else { bisect(|p| 1.0 - binomial_upper_tail(hits + 1, trials, p) > tail) };
    (low, high)
}

/// The probability at which a condition that holds near 0 stops holding.
fn bisect(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if holds(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Total revenue of all irregular declarations, as said above.
fn revenue_interval(observed: &Observed, seed: u64) -> Option<Interval> {
    let logs: Vec<f64> =
        observed.drawn_revenue_minor.iter().filter(|revenue| **revenue > 0.0).map(|r| r.ln()).collect();
    if logs.len() < LEAST_REVENUES {
        return None;
    }
    let count = logs.len() as f64;
    let mean = learn::math::mean(&logs)?;
    let variance = learn::math::standard_deviation(&logs)?.powi(2);
    let (hits, misses) = (count, observed.drawn as f64 - count);
    let mut rng = Rng::for_stream(seed, 0x6A9);
    let mut totals: Vec<f64> = (0..DRAWS)
        .map(|_| {
            // Half way between the fiducial distributions of the lower and of the upper limit.
            let (a, b) = (gamma(hits + 0.5, &mut rng), gamma(misses + 0.5, &mut rng));
            let drawn_variance = (count - 1.0) * variance / (2.0 * gamma((count - 1.0) / 2.0, &mut rng));
            let drawn_mean = mean + rng.normal() * (drawn_variance / count).sqrt();
            observed.declarations as f64 * a / (a + b) * (drawn_mean + 0.5 * drawn_variance).exp()
        })
        .collect();
    totals.sort_unstable_by(f64::total_cmp);
    let at = |q| quantile_of_sorted(&totals, q);
    let plain = observed.drawn_revenue_minor.iter().sum::<f64>() / observed.drawn as f64 * observed.declarations as f64;
    Some(Interval { estimate: plain, low: at(0.025)?, high: at(0.975)? })
}

/// A gamma variate of scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 2000), for
/// shapes of one half and above.
pub(super) fn gamma(shape: f64, rng: &mut Rng) -> f64 {
    if shape < 1.0 {
        return gamma(shape + 1.0, rng) * rng.uniform().max(f64::MIN_POSITIVE).powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = rng.normal();
        let v = (1.0 + c * x).powi(3);
        let u = rng.uniform().max(f64::MIN_POSITIVE);
        if v > 0.0 && u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clopper_and_pearson() {
        // scipy.stats.binomtest(k, n).proportion_ci(method="exact")
        let table = [
            (0, 10, 0.0, 0.308_497_103_8),
            (1, 10, 0.002_528_578_5, 0.445_016_117_0),
            (3, 100, 0.006_229_971_5, 0.085_176_053_6),
            (10, 10, 0.691_502_896_2, 1.0),
        ];
        for (hits, trials, low, high) in table {
            let (a, b) = clopper_pearson(hits, trials, 0.95);
            assert!((a - low).abs() < 1e-8 && (b - high).abs() < 1e-8, "{hits}/{trials}: {a} {b}");
        }
    }

    #[test]
    fn gamma_has_its_mean_and_variance() {
        for shape in [0.5, 1.0, 4.5, 30.0] {
            let mut rng = Rng::new(5);
            let values: Vec<f64> = (0..40_000).map(|_| gamma(shape, &mut rng)).collect();
            let mean = learn::math::mean(&values).unwrap();
            let variance = learn::math::standard_deviation(&values).unwrap().powi(2);
            assert!(
                (mean / shape - 1.0).abs() < 0.03 && (variance / shape - 1.0).abs() < 0.05,
                "{shape}: {mean} {variance}"
            );
        }
    }

    /// Shares of 400 worlds whose intervals hold the truth: rate, revenue.
    fn coverage(rate: f64, deviation: f64, drawn: u64) -> (f64, f64) {
        let (mut rng, declarations, runs) = (Rng::new(11), 40_000u64, 400);
        let (mut rates, mut revenues) = (0, 0);
        for run in 0..runs {
            let mut observed = Observed { declarations, drawn, ..Observed::default() };
            let (mut irregular, mut total) = (0.0, 0.0);
            for place in 0..declarations {
                if rng.bernoulli(rate) {
                    let revenue = (10.0 + deviation * rng.normal()).exp();
                    irregular += 1.0;
                    total += revenue;
                    if place < drawn {
                        observed.drawn_found += 1;
                        observed.drawn_revenue_minor.push(revenue);
                    }
                }
            }
            let gap = gap(&observed, run).unwrap();
            let holds = |interval: Interval, truth: f64| interval.low <= truth && truth <= interval.high;
            rates += u32::from(holds(gap.irregular, irregular));
            revenues += u32::from(gap.revenue_minor.is_none_or(|revenue| holds(revenue, total)));
        }
        (f64::from(rates) / runs as f64, f64::from(revenues) / runs as f64)
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        for (rate, deviation, drawn) in [(0.03, 1.0, 600), (0.03, 1.6, 600), (0.1, 1.3, 300)] {
            let (rates, revenues) = coverage(rate, deviation, drawn);
            assert!(rates >= 0.94, "rate {rate}, deviation {deviation}: {rates}");
            assert!(revenues >= 0.925, "rate {rate}, deviation {deviation}: {revenues}");
        }
    }

    #[test]
    fn what_was_found_is_there() {
        let observed = Observed {
            declarations: 1000,
            drawn: 50,
            drawn_found: 0,
            drawn_revenue_minor: Vec::new(),
            drawn_partly: 0,
            second: Second::default(),
            caught: [(12, 900.0), (0, 0.0), (0, 0.0), (3, 100.0)],
        };
        let gap = gap(&observed, 1).unwrap();
        assert_eq!((gap.irregular.estimate, gap.irregular.low), (15.0, 15.0));
        assert_eq!((gap.caught.high, gap.revenue_minor), (1.0, None));
        assert!(gap.irregular.high > 60.0 && gap.caught.low < 0.25);
        assert_eq!(super::gap(&Observed::default(), 1), None);
    }
}
