//! Integration tests of risk.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it fails; the configured exception covers test functions but not their helpers"
)]

mod common;
mod evaluate;
mod history;
mod model;
mod network;
mod readiness;
mod replay;
mod select;
