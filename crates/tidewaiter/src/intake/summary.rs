//! What intake saw: counts of rows, notes and rejects, with examples.

use super::rows::Origin;
use domain::{Day, Quality, QualityKind, Record, Role};
use std::collections::BTreeMap;

/// A value that shows what a note is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Index of the file among those given.
    pub file: usize,
    /// Line on which the row begins, from 1; for Parquet, the number of the row.
    pub line: u64,
    /// The value as it stood there.
    pub value: String,
}

/// How often something was noted, and where it was first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows concerned.
    pub count: u64,
    /// The first of them, three at most.
    pub examples: Vec<Example>,
}

const EXAMPLES: usize = 3;
const EXAMPLE_CHARS: usize = 60;

impl Tally {
    pub(crate) fn add(&mut self, origin: Origin, value: &str) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            let value = value.chars().take(EXAMPLE_CHARS).collect();
            self.examples.push(Example { file: origin.file as usize, line: origin.line, value });
        }
    }
}

/// What intake has seen so far; complete when the last record was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows read, headers not counted: items and rejects together.
    pub rows: u64,
    /// Goods items made of them.
    pub items: u64,
    /// Records given: declarations, with each version for itself.
    pub declarations: u64,
    /// Rows refused.
    pub rejected: u64,
    /// Refused rows by column and reason.
    pub rejects: BTreeMap<(String, &'static str), Tally>,
    /// Notes by kind and role. A duplicate is noted here and refused.
    pub quality: BTreeMap<(QualityKind, Role), Tally>,
    /// Items that somebody looked at.
    pub inspected: u64,
    /// Items with a finding.
    pub findings: u64,
    /// Inspected items whose result is taken as known some days after lodgement, for want of a finding date.
    pub known_on_assumed: u64,
    /// Texts that were not in the file's encoding and were read as windows-1252.
    pub strays: u64,
    /// First day of lodgement.
    pub first_day: Option<Day>,
    /// Last day of lodgement.
    pub last_day: Option<Day>,
    /// Whether the rows stood out of the order of their dates and were sorted.
    pub sorted: bool,
}

impl Summary {
    /// Whether there is nothing to look at: no note, no reject, no stray text.
    pub fn is_clean(&self) -> bool {
        self.quality.is_empty() && self.rejected == 0 && self.strays == 0
    }

    pub(crate) fn note(&mut self, quality: &Quality, origin: Origin) {
        self.quality.entry((quality.kind, quality.role)).or_default().add(origin, &quality.value);
    }

    pub(crate) fn reject(&mut self, column: &str, reason: &'static str, origin: Origin, value: &str) {
        self.rejected += 1;
        self.rejects.entry((column.to_owned(), reason)).or_default().add(origin, value);
    }

    pub(crate) fn record(&mut self, record: &Record) {
        self.declarations += 1;
        let day = record.declaration.header.day;
        self.first_day = Some(self.first_day.map_or(day, |first| first.min(day)));
        self.last_day = Some(self.last_day.map_or(day, |last| last.max(day)));
        for inspection in record.inspections.iter().flatten() {
            self.inspected += 1;
            self.findings += u64::from(inspection.finding.is_some());
            self.known_on_assumed += u64::from(inspection.known_on_assumed);
        }
    }
}
