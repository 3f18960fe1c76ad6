//! Numerics that know nothing of customs: boosted trees, logistic regression, calibration, metrics.
#![deny(missing_docs)]

pub mod calibration;
mod error;
pub mod gbdt;
mod lbfgs;
mod linalg;
pub mod linear;
pub mod logistic;
pub mod math;
pub mod matrix;
pub mod metrics;
mod parallel;
pub mod rng;
pub mod sparse;

pub use error::{Error, Result};
pub use matrix::Matrix;
pub use rng::Rng;
pub use sparse::SparseRows;
