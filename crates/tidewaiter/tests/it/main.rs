//! Integration tests of the binary.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it fails; the configured exception covers test functions but not their helpers"
)]

mod assess;
mod browser;
mod commands;
mod data;
mod demo;
mod evaluate;
mod explain;
mod hs;
mod hs_codes;
mod hs_install;
mod hs_taught;
mod intake;
mod nomenclature;
mod pilot;
mod plausibility;
mod report;
mod select;
mod tidy;
mod validate;
