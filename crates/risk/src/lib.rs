//! Features as of a moment, models, reasons, selection and evaluation of customs risk.
#![deny(missing_docs)]

pub mod features;
mod history;
pub mod model;
pub mod select;

pub use history::*;
