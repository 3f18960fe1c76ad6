//! Bootstrap intervals, for one model and for the difference of two on the same declarations.

use super::{PERCENTS, Prediction, Sample};
use learn::metrics::{CheckedBootstrap, Interval, Ranking};

/// A figure that gets an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Area under the ROC curve.
    Auc,
    /// Average precision.
    PrAuc,
    /// Precision when the top `n` % by probability are inspected.
    Precision(f64),
    /// Share of revenue when the top `n` % by expected revenue are inspected.
    Revenue(f64),
}

impl Measure {
    /// All figures that get an interval.
    pub fn all() -> impl Iterator<Item = Self> {
        let at = PERCENTS.into_iter();
        [Self::Auc, Self::PrAuc].into_iter().chain(at.clone().map(Self::Precision)).chain(at.map(Self::Revenue))
    }

    /// The stable name used in JSON: `auc`, `pr_auc`, `precision@5`, `revenue@5`.
    pub fn name(self) -> String {
        match self {
            Self::Auc => "auc".to_owned(),
            Self::PrAuc => "pr_auc".to_owned(),
            Self::Precision(percent) => format!("precision@{percent}"),
            Self::Revenue(percent) => format!("revenue@{percent}"),
        }
    }
}

/// An interval of one figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The figure.
    pub measure: Measure,
    /// Its value, or its difference, with the interval.
    pub interval: Interval,
}

/// The two orders a model gives: by probability and by expected revenue.
struct Orders {
    probability: Ranking,
    revenue: Ranking,
}

impl Orders {
    fn of(sample: &Sample, predictions: &[Prediction]) -> learn::Result<Self> {
        let (found, revenue) = (sample.found(), sample.revenue());
        let order = |score: fn(&Prediction) -> f64| {
            let scores: Vec<f64> = predictions.iter().map(score).collect();
            Ranking::new(&scores, &found)?.with_revenue(&revenue)
        };
        Ok(Self { probability: order(|p| p.probability)?, revenue: order(|p| p.expected_revenue_minor)? })
    }

    fn measure(&self, measure: Measure, counts: &[f64]) -> Option<f64> {
        match measure {
            Measure::Auc => self.probability.with_weights(counts).ok()?.auc(),
            Measure::PrAuc => self.probability.with_weights(counts).ok()?.average_precision(),
            Measure::Precision(percent) => Some(self.probability.with_weights(counts).ok()?.at_top(percent).precision),
            Measure::Revenue(percent) => self.revenue.with_weights(counts).ok()?.at_top(percent).revenue,
        }
    }
}

/// Intervals of a model's figures; a figure that is not defined on the sample is left out.
///
/// # Errors
/// As [`super::Figures::of`].
pub fn intervals(
    sample: &Sample,
    predictions: &[Prediction],
    bootstrap: &CheckedBootstrap,
) -> learn::Result<Vec<Comparison>> {
    if sample.cases.is_empty() {
        return Ok(Vec::new());
    }
    let orders = Orders::of(sample, predictions)?;
    let interval = |measure| bootstrap.interval(sample.cases.len(), |counts| orders.measure(measure, counts));
    Ok(collect(interval))
}

/// Intervals of what `second` has more than `first`, both read under the same draws of declarations.
///
/// # Errors
/// As [`super::Figures::of`].
pub fn compare(
    sample: &Sample,
    first: &[Prediction],
    second: &[Prediction],
    bootstrap: &CheckedBootstrap,
) -> learn::Result<Vec<Comparison>> {
    if sample.cases.is_empty() {
        return Ok(Vec::new());
    }
    let (first, second) = (Orders::of(sample, first)?, Orders::of(sample, second)?);
    let interval = |measure| {
        let difference = |counts: &[f64]| Some(second.measure(measure, counts)? - first.measure(measure, counts)?);
        bootstrap.interval(sample.cases.len(), difference)
    };
    Ok(collect(interval))
}

fn collect(interval: impl Fn(Measure) -> Option<Interval>) -> Vec<Comparison> {
    Measure::all().filter_map(|measure| Some(Comparison { measure, interval: interval(measure)? })).collect()
}
