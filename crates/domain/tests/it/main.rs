//! Integration tests of the vocabulary.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod normalise;
