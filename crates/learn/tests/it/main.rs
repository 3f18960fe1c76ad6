//! Behaviour of the crate as its users see it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it fails; the configured exception covers test functions but not their helpers"
)]

mod attention;
mod calibration;
mod common;
mod forest;
mod linear;
mod metrics;
mod parity;
