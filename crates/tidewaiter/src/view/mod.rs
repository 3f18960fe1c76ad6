//! view.

pub mod evaluation;
pub mod model;
pub mod policy;
pub mod score;
pub mod selection;
pub mod validation;
pub mod words;
