//! The world's promises, tested on its files as others see them.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod bytes;
mod files;
mod goods;
mod outcomes;
mod parties;
mod rates;
mod schemes;
mod table;
