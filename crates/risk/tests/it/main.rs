//! Integration tests of risk.

mod common;
mod evaluate;
mod history;
mod model;
mod select;
