//! Scoring declarations as they stand, without looking at any result of theirs.

use super::Error;
use super::ahead::Ahead;
use super::declarations;
use super::history::Past;
use crate::intake::{Progress, Reading, Schema, Summary};
use domain::{Day, Record};
use risk::model::Model;
use risk::{History, Keyed, Reasons, ScoredDeclaration};
use std::path::PathBuf;

/// Declarations scored together: enough to keep both cores busy, few enough to hold in memory.
const BATCH: usize = 4096;

/// Scores the declarations of some files in the order of their moments, each against what was known on its day, and hands
/// each to `sink`. Columns that tell what was decided or found are not even read.
///
/// # Errors
/// Where files can't be read, or `sink` can't take more.
pub fn score(
    schema: &Schema,
    model: &Model,
    past: &mut Past,
    files: &[PathBuf],
    options: Options,
    mut sink: impl FnMut(&Record, &ScoredDeclaration, Progress) -> Result<(), Error>,
) -> Result<Scored, Error> {
    let reading = Reading { today: options.today, outcomes: false, rejects: None };
    let declarations = declarations::open(schema, files, reading)?;
    let mut declarations = Ahead::new(declarations, past.history.keying());
    let mut batch = Vec::with_capacity(BATCH);
    let mut overlap = Overlap::default();
    let mut flush = |batch: &mut Vec<Keyed>, history: &mut History, progress: Progress| {
        let scored = risk::score(model, history, batch, options.reasons, options.threads)?;
        batch.iter().zip(&scored).try_for_each(|(keyed, scored)| sink(&keyed.record, scored, progress))?;
        batch.clear();
        Ok::<(), Error>(())
    };
    while let Some(keyed) = declarations.next() {
        let keyed = keyed?;
        let day = keyed.record.declaration.header.day;
        if past.upcoming.is_behind(day)? {
            flush(&mut batch, &mut past.history, declarations.progress())?;
            past.catch_up(day, |_| ())?;
        }
        overlap.add(&past.history, &keyed.record);
        batch.push(keyed);
        if batch.len() == BATCH {
            flush(&mut batch, &mut past.history, declarations.progress())?;
        }
    }
    flush(&mut batch, &mut past.history, declarations.progress())?;
    Ok(Scored { summary: declarations.summary().clone(), overlap })
}

/// What scoring came to.
#[derive(Clone, Debug)]
pub struct Scored {
    /// What was read.
    pub summary: Summary,
    /// Declarations that the history knows more of than it should.
    pub overlap: Overlap,
}

/// Declarations that a history knows more of than was known on their day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// Those that the history holds themselves.
    pub heard: u64,
    /// Those dated before the last day of the history, a state file's.
    pub before: u64,
}

impl Overlap {
    /// Counts a declaration that is about to be seen against a history.
    pub fn add(&mut self, history: &History, record: &Record) {
        self.heard += u64::from(history.has_heard_of(record));
        self.before += u64::from(history.day().is_some_and(|day| day > record.declaration.header.day));
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
