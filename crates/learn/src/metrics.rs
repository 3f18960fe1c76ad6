//! How good scores and probabilities are.
//!
//! [`Ranking`] measures an order of rows (AUC, average precision, figures at the top n %, yield curve); [`Predictions`]
//! measures probabilities (log loss, Brier score, calibration error, reliability); [`bootstrap`] puts intervals around
//! any of them; [`drift`] compares two samples. All take row weights and none needs a seed but the bootstrap: where rows
//! tie, a figure is its exact expectation over random orders of the tied rows.

pub mod bootstrap;
pub mod drift;
mod probability;
mod ranking;

pub use bootstrap::{Bootstrap, CheckedBootstrap, Interval};
pub use probability::{Binning, Predictions, ReliabilityBin, ThresholdScore};
pub use ranking::{AtTop, Ranking, YieldPoint};
