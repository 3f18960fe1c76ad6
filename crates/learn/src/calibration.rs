//! From uncalibrated log-odds to calibrated probabilities.
//!
//! Every calibrator is a strictly rising function of the log-odds, so that calibration never changes an order: the
//! calibrated log-odds rise by at least 1e-4 per unit of the score. They are limited to [-20, 20], so that a probability
//! always lies in [2.06e-9, 1 - 2.06e-9] and is never 0 or 1; only scores beyond that limit can come to tie.

mod beta;
mod choose;
mod isotonic;
mod platt;
mod sigmoid_fit;

pub use choose::{CalibrationChoice, CheckedCalibrationChoice};

use crate::error::{Error, Result, check_finite, check_length, check_weights};
use crate::math::sigmoid;
use serde::{Deserialize, Serialize};

/// Least rise of the calibrated log-odds per unit of the score.
pub(crate) const LEAST_SLOPE: f64 = 1e-4;

/// Largest calibrated log-odds either way.
pub const LOG_ODDS_LIMIT: f64 = 20.0;

/// A rising map from uncalibrated log-odds to calibrated ones. Serialises as plain numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibrator {
    map: Map,
}

/// The kinds of calibrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CalibratorKind {
    /// No change but the limit.
    Identity,
    /// Two parameters: slope and offset of the log-odds.
    Platt,
    /// Three parameters: one slope for each tail and an offset.
    Beta,
    /// A broken line through pooled blocks.
    Isotonic,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Map {
    Identity,
    Platt { slope: f64, offset: f64 },
    Beta { slope_low: f64, slope_high: f64, offset: f64 },
    Isotonic { scores: Vec<f64>, log_odds: Vec<f64> },
}

/// Scores with their outcomes, to fit a calibrator on. They must not be the rows the scores were trained on.
#[derive(Debug, Clone, Copy)]
pub struct Outcomes<'a> {
    /// Uncalibrated log-odds, finite.
    pub log_odds: &'a [f64],
    /// What came true.
    pub positive: &'a [bool],
    /// Row weights >= 0; every row weighs 1 without them.
    pub weights: Option<&'a [f64]>,
}

impl Outcomes<'_> {
    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |w| w[row])
    }

    /// Sums of the weights of negative and positive rows, after checking everything.
    fn check(&self) -> Result<(f64, f64)> {
        let n = self.log_odds.len();
        check_length("outcomes", n, self.positive.len())?;
        check_finite("log-odds", self.log_odds.iter().copied())?;
        if let Some(weights) = self.weights {
            check_length("weights", n, weights.len())?;
            check_weights("weight", weights.iter().copied())?;
        }
        let sum = |class: bool| (0..n).filter(|&i| self.positive[i] == class).map(|i| self.weight(i)).sum::<f64>();
        let (negative, positive) = (sum(false), sum(true));
        if negative > 0.0 && positive > 0.0 {
            Ok((negative, positive))
        } else {
            Err(Error::OneClass { what: "calibration" })
        }
    }
}

impl Calibrator {
    /// The calibrator that changes nothing but the limit.
    pub fn identity() -> Self {
        Self { map: Map::Identity }
    }

    /// Platt scaling: calibrated log-odds = a x + b, fitted by maximum likelihood on the smoothed targets
    /// (N+ + 1)/(N+ + 2) and 1/(N- + 2) (Platt 1999; Newton steps as in Lin, Lin and Weng 2007). A slope below 1e-4, which says
    /// that the scores do not rank, becomes 1e-4 with the best offset for it.
    ///
    /// # Errors
    /// [`Error::OneClass`] when a class is missing; [`Error::Length`] or [`Error::Value`] for unusable inputs.
    pub fn platt(outcomes: &Outcomes<'_>) -> Result<Self> {
        let (slope, offset) = platt::fit(outcomes, outcomes.check()?)?;
        Ok(Self { map: Map::Platt { slope, offset } })
    }

    /// Beta calibration (Kull, Silva Filho and Flach 2017): with s = sigmoid(x), calibrated log-odds =
    /// a ln s - b ln(1 - s) + c with a, b >= 0, on the targets of [`platt`](Self::platt).
    ///
    /// # Errors
    /// As [`platt`](Self::platt).
    pub fn beta(outcomes: &Outcomes<'_>) -> Result<Self> {
        let (slope_low, slope_high, offset) = beta::fit(outcomes, outcomes.check()?)?;
        Ok(Self { map: Map::Beta { slope_low, slope_high, offset } })
    }

    /// Isotonic regression by pooling adjacent violators (Ayer et al. 1955; Zadrozny and Elkan 2002), made strictly rising:
    /// each pooled block counts half a positive and half a negative row more, so that none is at 0 or 1, blocks that no
    /// longer rise are pooled again, the calibrated log-odds run straight between the mean scores of neighbouring blocks,
    /// level beyond the outermost ones, and a line of slope 1e-4 is added.
    ///
    /// # Errors
    /// As [`platt`](Self::platt).
    pub fn isotonic(outcomes: &Outcomes<'_>) -> Result<Self> {
        outcomes.check()?;
        let (scores, log_odds) = isotonic::fit(outcomes);
        Ok(Self { map: Map::Isotonic { scores, log_odds } })
    }

    /// What kind of map this is.
    pub fn kind(&self) -> CalibratorKind {
        match self.map {
            Map::Identity => CalibratorKind::Identity,
            Map::Platt { .. } => CalibratorKind::Platt,
            Map::Beta { .. } => CalibratorKind::Beta,
            Map::Isotonic { .. } => CalibratorKind::Isotonic,
        }
    }

    /// Calibrated log-odds of uncalibrated ones, within [-20, 20].
    pub fn log_odds(&self, uncalibrated: f64) -> f64 {
        let calibrated = match &self.map {
            Map::Identity => uncalibrated,
            Map::Platt { slope, offset } => slope * uncalibrated + offset,
            Map::Beta { slope_low, slope_high, offset } => {
                let [low, high] = beta::features(uncalibrated);
                slope_low * low + slope_high * high + offset
            }
            Map::Isotonic { scores, log_odds } => isotonic::interpolate(scores, log_odds, uncalibrated),
        };
        calibrated.clamp(-LOG_ODDS_LIMIT, LOG_ODDS_LIMIT)
    }

    /// Calibrated probability of uncalibrated log-odds, never 0 or 1.
    pub fn probability(&self, uncalibrated: f64) -> f64 {
        sigmoid(self.log_odds(uncalibrated))
    }

    /// Calibrated probabilities of many scores.
    pub fn probabilities(&self, uncalibrated: &[f64]) -> Vec<f64> {
        uncalibrated.iter().map(|&x| self.probability(x)).collect()
    }
}
