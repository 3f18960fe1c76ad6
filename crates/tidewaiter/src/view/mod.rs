//! The shapes of JSON, CSV and text at the edge; pages are made from the same values.

pub mod assess;
pub mod demo;
pub mod evaluation;
pub mod explanation;
pub mod hs;
pub mod model;
pub(crate) mod number;
pub mod params;
pub mod pilot;
pub mod policy;
pub mod score;
pub mod selection;
pub mod validation;
pub mod words;
