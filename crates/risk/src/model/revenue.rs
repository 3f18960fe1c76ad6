//! Expected extra revenue: probability of a finding times what a finding brings.

use super::rows::TrainingSet;
use super::{CheckedTrainParams, TrainError};
use learn::gbdt::{Dataset, Forest, GbdtParams, Objective};

/// Findings with a known extra revenue needed before the severity is learnt rather than taken from the duty at stake.
const LEAST_FINDINGS: usize = 60;

/// What a finding brings, in minor units.
#[derive(Clone, Debug)]
pub enum Severity {
    /// Trees over the features for log(1 + revenue), times a factor that makes the sum of training right (smearing),
    /// and no more than the highest revenue seen.
    Learnt {
        /// The trees.
        forest: Box<Forest>,
        /// Mean revenue over mean of the exponentiated trees.
        smearing: f64,
        /// Highest revenue in training.
        highest_minor: f64,
    },
    /// A share of the duty at stake: mean revenue over mean stake of the findings, or all of it where no revenue is
    /// known at all.
    Stake {
        /// The share.
        share: f64,
    },
}

impl Severity {
    /// Learns the severity on the findings of a training set.
    pub(super) fn fit(set: &TrainingSet, params: &CheckedTrainParams) -> Result<Self, TrainError> {
        let found = set.places(|row| set.labels[row] == Some(true) && !set.revenue_minor[row].is_nan());
        let revenue: Vec<f64> = found.iter().map(|row| f64::from(set.revenue_minor[*row]).max(0.0)).collect();
        let total: f64 = revenue.iter().sum();
        if found.len() < LEAST_FINDINGS || total <= 0.0 {
            let stake: f64 = found.iter().map(|row| f64::from(set.stake_minor[*row])).filter(|s| !s.is_nan()).sum();
            return Ok(Self::Stake { share: if stake > 0.0 && total > 0.0 { total / stake } else { 1.0 } });
        }
        let features = set.rows.dense.select_rows(&found);
        let labels: Vec<f32> = revenue.iter().map(|minor| (minor / 100.0).ln_1p() as f32).collect();
        let settings = GbdtParams {
            objective: Objective::SquaredError,
            rounds: 60,
            learning_rate: 0.08,
            max_depth: Some(4),
            min_child_weight: 8.0,
            lambda: 5.0,
            early_stopping_rounds: None,
            ..params.gbdt(false, false)
        };
        let forest =
            settings.check()?.fit(&Dataset { features: &features, labels: &labels, weights: None }, None)?.forest;
        let predicted = forest.predict_margin(&features, params.threads())?;
        let naive: f64 = predicted.iter().map(|log| log.exp_m1().max(0.0) * 100.0).sum();
        let highest_minor = revenue.iter().copied().fold(0.0, f64::max);
        let smearing = (total / naive.max(1.0)).clamp(0.1, 50.0);
        Ok(Self::Learnt { forest: Box::new(forest), smearing, highest_minor })
    }

    /// What a finding in this row would bring, in minor units; never negative.
    ///
    /// # Errors
    /// Where the row has another number of features than the trees were trained on.
    pub fn minor(&self, features: &[f32], stake_minor: Option<f64>) -> learn::Result<f64> {
        match self {
            Self::Learnt { forest, smearing, highest_minor } => {
                let amount = forest.predict_margin_row(features)?.exp_m1().max(0.0) * 100.0 * smearing;
                Ok(amount.min(*highest_minor))
            }
            Self::Stake { share } => Ok(stake_minor.unwrap_or_default().max(0.0) * share),
        }
    }
}
