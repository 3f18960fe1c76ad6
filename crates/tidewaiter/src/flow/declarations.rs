//! Declarations as the use cases read them: what files have, with what other pillars say of it.

use super::Error;
use super::plausibility::Judge;
use crate::intake::{self, Progress, Reading, Schema, Summary};
use domain::Record;
use std::path::PathBuf;
use std::vec::IntoIter;

/// Declarations that are judged together.
const BATCH: usize = 512;

/// The declarations of some files in the order of their days.
pub(super) struct Declarations {
    read: intake::Declarations,
    judge: Option<Judge>,
    ready: IntoIter<Record>,
    progress: Progress,
    /// An error that comes after the declarations that are ready.
    failed: Option<Error>,
}

/// Opens files, and the index that the schema judges descriptions by, if it names one.
///
/// # Errors
/// Where one of them can't be read.
pub(super) fn open(schema: &Schema, files: &[PathBuf], reading: Reading) -> Result<Declarations, Error> {
    let judge = Judge::of(schema)?;
    let read = intake::open(schema, files, reading)?;
    let progress = read.progress();
    Ok(Declarations { read, judge, ready: Vec::new().into_iter(), progress, failed: None })
}

impl Declarations {
    /// How far reading has come.
    pub(super) fn progress(&self) -> Progress {
        self.progress
    }

    /// What was seen so far; complete once the last declaration was handed on.
    pub(super) fn summary(&self) -> &Summary {
        self.read.summary()
    }

    /// Reads and judges the next declarations.
    fn fill(&mut self, judge: &mut Judge) {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            match self.read.next() {
                Some(Ok(record)) => batch.push(record),
                Some(Err(error)) => {
                    self.failed = Some(error.into());
                    break;
                }
                None => break,
            }
        }
        match judge.judge(&mut batch) {
            Ok(()) => self.ready = batch.into_iter(),
            Err(error) => self.failed = Some(error),
        }
        self.progress = self.read.progress();
    }
}

impl Drop for Declarations {
    fn drop(&mut self) {
        if let Some(judge) = self.judge.take() {
            judge.keep();
        }
    }
}

impl Iterator for Declarations {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(mut judge) = self.judge.take() else {
            self.progress = self.read.progress();
            return self.read.next().map(|record| record.map_err(Error::from));
        };
        if self.ready.len() == 0 && self.failed.is_none() {
            self.fill(&mut judge);
        }
        self.judge = Some(judge);
        self.ready.next().map(Ok).or_else(|| self.failed.take().map(Err))
    }
}
