//! Features as of a moment, models, reasons, selection and evaluation of customs risk.
#![deny(missing_docs)]

pub mod evaluate;
pub mod features;
mod history;
pub mod model;
pub mod readiness;
pub mod reasons;
pub mod replay;
mod score;
pub mod select;

pub use history::*;
pub use score::{Reasons, ScoredDeclaration, score};
