//! The Tidewaiter binary as a library, so that tests reach what the commands are made of.
//!
//! `cli` reads arguments and prints; `flow` holds the use cases and is the only part that writes; `intake` turns an
//! administration's files into domain values; `view` holds the shapes of JSON and CSV at the edge; `report` draws pages.

pub mod cli;
pub mod flow;
pub mod intake;
pub mod report;
pub mod view;
