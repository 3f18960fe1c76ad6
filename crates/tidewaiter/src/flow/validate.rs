//! Reading files only to say how they are.

use crate::intake::{self, IntakeError, Progress, Reading, Schema, Summary};
use std::path::PathBuf;

/// What a reading says of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to look at.
    Clean,
    /// Usable, with notes or refused rows to look at.
    Notes,
    /// Not one usable row.
    Unusable,
}

impl Verdict {
    /// The verdict on what was read; with `strict`, notes make files unusable.
    pub fn of(summary: &Summary, strict: bool) -> Self {
        match (summary.items, summary.is_clean()) {
            (0, _) => Self::Unusable,
            (_, true) => Self::Clean,
            (_, false) if strict => Self::Unusable,
            (_, false) => Self::Notes,
        }
    }

    /// The stable name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Notes => "notes",
            Self::Unusable => "unusable",
        }
    }
}

/// Reads all files through and says what was seen.
pub fn validate(
    schema: &Schema,
    files: &[PathBuf],
    reading: Reading,
    mut progress: impl FnMut(Progress),
) -> Result<Summary, IntakeError> {
    let mut declarations = intake::open(schema, files, reading)?;
    let mut count = 0u64;
    while let Some(record) = declarations.next() {
        record?;
        count += 1;
        if count.is_multiple_of(4_096) {
            progress(declarations.progress());
        }
    }
    Ok(declarations.summary().clone())
}
