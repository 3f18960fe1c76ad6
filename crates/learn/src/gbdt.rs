//! Gradient boosted trees: training, a predictor of our own, exact TreeSHAP, and XGBoost JSON as the file format.
//!
//! Training is done by the `hessboost` crate and stays behind [`CheckedGbdtParams::fit`]. What comes out is a [`Forest`],
//! which owns nothing of it: it predicts, explains and is stored and read back by code of this crate alone, so that the
//! trainer can be replaced, and a model trained anywhere by XGBoost can be used.

mod forest;
mod objective;
mod params;
mod predict;
mod refit;
mod shap;
mod train;
mod xgboost_json;

pub use forest::{Forest, Node, Tree};
pub use objective::Objective;
pub use params::{CheckedGbdtParams, GbdtParams, Monotone, StoppingMetric};
pub use train::{Dataset, FittedForest};
