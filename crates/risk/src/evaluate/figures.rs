//! The figures of one model on one slice.

use super::{Prediction, Sample};
use learn::metrics::{AtTop, Binning, Predictions, Ranking, ReliabilityBin, YieldPoint};

/// The inspection rates at which figures are given, in per cent.
pub const PERCENTS: [f64; 4] = [1.0, 2.0, 5.0, 10.0];

/// Bins of the calibration error and of the reliability table: tenths of the declarations.
const BINNING: Binning = Binning::EqualMass(10);

/// Figures when the top n % are inspected, n % being N n/100 rounded, at least one declaration.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AtShare {
    /// Declarations inspected.
    pub selected: Option<f64>,
    /// Share of them with a finding.
    pub precision: Option<f64>,
    /// Share of the findings that are among them.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall.
    pub f1: Option<f64>,
    /// Share of the revenue that is among them, ranked by probability.
    pub revenue: Option<f64>,
    /// The same, ranked by expected revenue.
    pub revenue_by_expected: Option<f64>,
    /// The same, ranked by duty at stake alone, whatever the model says: the baseline.
    pub revenue_by_stake: Option<f64>,
}

/// Why there is no AUC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAuc {
    /// No declarations in the slice.
    Empty,
    /// None of them has a finding.
    NoFindings,
    /// All of them have one.
    OnlyFindings,
}

impl NoAuc {
    /// In words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Empty => "no labelled declarations",
            Self::NoFindings => "no declaration with a finding",
            Self::OnlyFindings => "no declaration without a finding",
        }
    }
}

/// Figures that are single numbers, so that they can be averaged.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Declarations.
    pub declarations: f64,
    /// Those with a finding.
    pub findings: f64,
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// Average precision.
    pub pr_auc: Option<f64>,
    /// Mean squared error of the probability.
    pub brier: Option<f64>,
    /// Expected calibration error over ten bins of equal size.
    pub calibration_error: Option<f64>,
    /// Figures at each of [`PERCENTS`].
    pub at: [AtShare; 4],
}

/// Tables behind the figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detail {
    /// Predicted and observed shares in ten bins of equal size.
    pub reliability: Vec<ReliabilityBin>,
    /// Shares of findings and revenue against the share inspected, ranked by probability.
    pub yield_curve: Vec<YieldPoint>,
}

impl Figures {
    /// The figures of predictions on a sample, one for each declaration.
    ///
    /// # Errors
    /// Where their numbers differ, or a number is no number.
    pub fn of(sample: &Sample, predictions: &[Prediction]) -> learn::Result<Self> {
        if sample.cases.is_empty() {
            return Ok(Self::default());
        }
        let (found, revenue) = (sample.found(), sample.revenue());
        let probabilities: Vec<f64> = predictions.iter().map(|prediction| prediction.probability).collect();
        let expected: Vec<f64> = predictions.iter().map(|prediction| prediction.expected_revenue_minor).collect();
        let ranking = Ranking::new(&probabilities, &found)?.with_revenue(&revenue)?;
        let by_expected = Ranking::new(&expected, &found)?.with_revenue(&revenue)?;
        let by_stake = Ranking::new(&sample.stakes(), &found)?.with_revenue(&revenue)?;
        let calibration = Predictions::new(&probabilities, &found)?;
        Ok(Self {
            declarations: found.len() as f64,
            findings: found.iter().filter(|found| **found).count() as f64,
            auc: ranking.auc(),
            pr_auc: ranking.average_precision(),
            brier: Some(calibration.brier()),
            calibration_error: Some(calibration.calibration_error(BINNING)),
            at: PERCENTS.map(|percent| AtShare {
                revenue_by_expected: by_expected.at_top(percent).revenue,
                revenue_by_stake: by_stake.at_top(percent).revenue,
                ..AtShare::from(ranking.at_top(percent))
            }),
        })
    }

    /// Why the AUC is missing; `None` where it is there.
    pub fn no_auc(&self) -> Option<NoAuc> {
        if self.declarations == 0.0 {
            Some(NoAuc::Empty)
        } else if self.findings == 0.0 {
            Some(NoAuc::NoFindings)
        } else if self.findings == self.declarations {
            Some(NoAuc::OnlyFindings)
        } else {
            None
        }
    }

    /// Mean and sample standard deviation of each figure over several runs, leaving out runs in which it is missing;
    /// no standard deviation where fewer than two have it.
    pub fn mean_and_deviation(runs: &[Self]) -> (Self, Self) {
        let columns: Vec<Vec<Option<f64>>> = runs.iter().map(Self::values).collect();
        let over = |measure: fn(&[f64]) -> Option<f64>| {
            let of_place = |place: usize| {
                let present: Vec<f64> = columns.iter().filter_map(|values| values[place]).collect();
                measure(&present)
            };
            Self::from_values(&(0..Self::default().values().len()).map(of_place).collect::<Vec<_>>())
        };
        (over(mean), over(deviation))
    }

    fn values(&self) -> Vec<Option<f64>> {
        let head = [Some(self.declarations), Some(self.findings), self.auc, self.pr_auc, self.brier];
        let at = self.at.iter().flat_map(|at| {
            [at.selected, at.precision, at.recall, at.f1, at.revenue, at.revenue_by_expected, at.revenue_by_stake]
        });
        head.into_iter().chain([self.calibration_error]).chain(at).collect()
    }

    fn from_values(values: &[Option<f64>]) -> Self {
        let at = |place: usize| {
            let value = |offset: usize| values.get(6 + 7 * place + offset).copied().flatten();
            AtShare {
                selected: value(0),
                precision: value(1),
                recall: value(2),
                f1: value(3),
                revenue: value(4),
                revenue_by_expected: value(5),
                revenue_by_stake: value(6),
            }
        };
        let value = |place: usize| values.get(place).copied().flatten();
        Self {
            declarations: value(0).unwrap_or_default(),
            findings: value(1).unwrap_or_default(),
            auc: value(2),
            pr_auc: value(3),
            brier: value(4),
            calibration_error: value(5),
            at: [at(0), at(1), at(2), at(3)],
        }
    }
}

impl From<AtTop> for AtShare {
    fn from(top: AtTop) -> Self {
        Self {
            selected: Some(top.selected),
            precision: Some(top.precision),
            recall: top.recall,
            f1: top.f1,
            revenue: top.revenue,
            revenue_by_expected: None,
            revenue_by_stake: None,
        }
    }
}

impl Detail {
    /// The tables of predictions on a sample.
    ///
    /// # Errors
    /// As [`Figures::of`].
    pub fn of(sample: &Sample, predictions: &[Prediction]) -> learn::Result<Self> {
        if sample.cases.is_empty() {
            return Ok(Self::default());
        }
        let found = sample.found();
        let probabilities: Vec<f64> = predictions.iter().map(|prediction| prediction.probability).collect();
        let ranking = Ranking::new(&probabilities, &found)?.with_revenue(&sample.revenue())?;
        let calibration = Predictions::new(&probabilities, &found)?;
        Ok(Self { reliability: calibration.reliability(BINNING), yield_curve: ranking.yield_curve() })
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}
