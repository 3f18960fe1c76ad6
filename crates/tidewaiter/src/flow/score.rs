//! Scoring declarations as they stand, without looking at any result of theirs.

use super::Error;
use crate::intake::{self, Progress, Reading, Schema, Summary};
use domain::{Day, Record};
use risk::model::Model;
use risk::{History, Reasons, ScoredDeclaration};
use std::path::PathBuf;

/// Declarations scored together: enough to keep both cores busy, few enough to hold in memory.
const BATCH: usize = 4096;

/// Scores the declarations of some files in the order of their moments and hands each to `sink`. Columns that tell what
/// was decided or found are not even read.
///
/// # Errors
/// Where files can't be read, or `sink` can't take more.
pub fn score(
    schema: &Schema,
    model: &Model,
    history: &mut History,
    files: &[PathBuf],
    options: Options,
    mut sink: impl FnMut(&Record, &ScoredDeclaration, Progress) -> Result<(), Error>,
) -> Result<Summary, Error> {
    let reading = Reading { today: options.today, outcomes: false, rejects: None };
    let mut declarations = intake::open(schema, files, reading)?;
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        batch.clear();
        for record in declarations.by_ref().take(BATCH) {
            batch.push(record?);
        }
        if batch.is_empty() {
            return Ok(declarations.summary().clone());
        }
        let scored = risk::score(model, history, &batch, options.reasons, options.threads)?;
        for (record, scored) in batch.iter().zip(&scored) {
            sink(record, scored, declarations.progress())?;
        }
    }
}

/// How to score.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The day on which the files are read.
    pub today: Day,
    /// Whether scores come with their reasons.
    pub reasons: Reasons,
    /// Threads; the result is the same for any number.
    pub threads: usize,
}
