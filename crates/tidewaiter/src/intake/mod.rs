//! From an administration's files to declarations.
//!
//! A [`Schema`] says which column plays which role; [`open`] checks the headers of some files against it and gives their
//! declarations in the order of their days. Files are delimited text (plain, gzip or Zstandard, in any usual encoding)
//! or Parquet, told apart by their first bytes. They are streamed: what is held in memory is a day's declarations,
//! 16 bytes an item to know duplicates, and, for files out of order, one run of the sort.
//!
//! Dirty data never stop a run. Each row becomes a goods item with notes or a line of the rejects file; only a file that
//! can't be read, or that lacks a column of the schema, is an error.

mod csv;
mod declarations;
mod encoding;
mod error;
mod expression;
mod group;
mod guess;
mod nearest;
pub mod nomenclature;
mod order;
mod parquet;
mod plan;
mod quote;
mod rejects;
mod rows;
mod schema;
mod source;
mod summary;
mod table;

pub use declarations::{Declarations, Progress, Reading, open};
pub use encoding::decoded;
pub use error::IntakeError;
pub use expression::{Expression, ExpressionError};
pub use guess::Guess;
pub use schema::{FileFormat, MassUnit, RateUnit, Schema, SchemaError, Source};
pub use summary::{Example, Summary, Tally};
