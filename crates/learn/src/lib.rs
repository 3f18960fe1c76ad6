//! Numerics that know nothing of customs: boosted trees, logistic and ridge regression, calibration, metrics.
//!
//! Everything here is a function of its arguments: no files, no clock, no environment, no randomness without a seed, and
//! the same bits for any number of threads. Parameters are given as plain structs and checked before anything runs
//! (`GbdtParams::check`, then `fit`); what is wrong comes back as an [`Error`] that says what to do.
//!
//! | module | what for |
//! |---|---|
//! | [`attention`] | a dual attentive network (DATE) over leaves of trees and entities |
//! | [`gbdt`] | boosted trees: train, predict, explain, XGBoost JSON files |
//! | [`logistic`], [`linear`] | logistic and ridge regression with contributions per column |
//! | [`svm`] | linear support vector machines over sparse rows |
//! | [`cluster`] | k-means |
//! | [`calibration`] | from log-odds to calibrated probabilities |
//! | [`metrics`] | rankings, probabilities, bootstrap intervals, drift |
//! | [`matrix`], [`sparse`], [`rng`], [`math`], [`parallel`] | dense and sparse rows, seeded random numbers, scalar functions, blocks of work |
//!
//! # Example
//!
//! Petal length and width (cm) of the first ten *Iris versicolor* and *Iris virginica* of Fisher (1936): the width alone
//! tells these apart, somewhere between 1.6 and 1.7 cm.
//!
//! ```
//! use learn::gbdt::{Dataset, Forest, GbdtParams};
//! use learn::metrics::Ranking;
//! use learn::Matrix;
//!
//! # fn main() -> learn::Result<()> {
//! let petals = [
//!     [4.7, 1.4], [4.5, 1.5], [4.9, 1.5], [4.0, 1.3], [4.6, 1.5], [4.5, 1.3], [4.7, 1.6], [3.3, 1.0], [4.6, 1.3], [3.9, 1.4],
//!     [6.0, 2.5], [5.1, 1.9], [5.9, 2.1], [5.6, 1.8], [5.8, 2.2], [6.6, 2.1], [4.5, 1.7], [6.3, 1.8], [5.8, 1.8], [6.1, 2.5],
//! ];
//! let features = Matrix::from_rows(2, petals)?;
//! let labels: Vec<f32> = (0..20).map(|i| if i < 10 { 0.0 } else { 1.0 }).collect();
//!
//! let params = GbdtParams { rounds: 20, max_depth: Some(2), min_child_weight: 0.1, ..GbdtParams::default() }.check()?;
//! let forest = params.fit(&Dataset { features: &features, labels: &labels, weights: None }, None)?.forest;
//!
//! let root = forest.trees()[0].nodes()[0];
//! assert_eq!(root.feature, 1);
//! assert!(root.threshold > 1.6 && root.threshold <= 1.7);
//!
//! let probabilities = forest.predict(&features, 1)?;
//! let virginica: Vec<bool> = labels.iter().map(|&y| y == 1.0).collect();
//! assert_eq!(Ranking::new(&probabilities, &virginica)?.auc(), Some(1.0));
//!
//! // Why the flower at row 16, short but wide, is a virginica: its width says so, its length speaks against it or is silent.
//! let reasons = forest.contributions(features.row(16))?;
//! assert!(reasons[1] > 1.0 && reasons[0] <= 0.0);
//! let margin = forest.predict_margin_row(features.row(16))?;
//! assert!((reasons.iter().sum::<f64>() - margin).abs() < 1e-9);
//!
//! // The file opens in XGBoost, and here again.
//! let file = forest.to_xgboost_json(&["petal length".into(), "petal width".into()])?;
//! assert!(Forest::from_xgboost_json(&file)? == forest);
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]

pub mod attention;
pub mod calibration;
pub mod cluster;
mod error;
pub mod gbdt;
mod lbfgs;
mod linalg;
pub mod linear;
pub mod logistic;
pub mod math;
pub mod matrix;
pub mod metrics;
pub mod parallel;
pub mod rng;
pub mod significance;
pub mod sparse;
pub mod svm;

pub use error::{Error, Result};
pub use matrix::Matrix;
pub use rng::Rng;
pub use sparse::SparseRows;
