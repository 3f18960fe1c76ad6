//! Behaviour of the crate as its users see it.

mod common;
mod forest;
mod metrics;
mod parity;
