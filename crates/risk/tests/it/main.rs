//! Integration tests of risk.

mod select;
