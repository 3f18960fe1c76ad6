//! Integration tests of the binary.

mod data;
mod intake;
mod select;
mod validate;
