//! What `validate` found, as JSON.

use crate::flow::validate::Verdict;
use crate::intake::{Schema, Summary, Tally};
use serde::Serialize;
use std::path::PathBuf;

/// The result of `tidewaiter validate --json`.
#[derive(Debug, Serialize)]
pub struct Validation {
    /// `clean`, `notes` or `unusable`.
    pub verdict: &'static str,
    /// Name of the schema.
    pub schema: String,
    /// The files read.
    pub files: Vec<String>,
    /// Rows read, headers not counted.
    pub rows: u64,
    /// Goods items made of them.
    pub items: u64,
    /// Declarations, each version for itself.
    pub declarations: u64,
    /// Rows refused.
    pub rejected: u64,
    /// Items that somebody looked at.
    pub inspected: u64,
    /// Items with a finding.
    pub findings: u64,
    /// Inspected items whose result is taken as known `known_after_days` after lodgement.
    pub known_on_assumed: u64,
    /// The schema's setting.
    pub known_after_days: i32,
    /// Texts that were not in the file's encoding.
    pub strays: u64,
    /// Whether the rows had to be sorted by date.
    pub sorted: bool,
    /// First day of lodgement, `YYYY-MM-DD`.
    pub first_day: Option<String>,
    /// Last day of lodgement.
    pub last_day: Option<String>,
    /// Notes by kind and role.
    pub notes: Vec<Note>,
    /// Refused rows by column and reason.
    pub rejects: Vec<Reject>,
}

/// How often something was noted.
#[derive(Debug, Serialize)]
pub struct Note {
    /// Kind of the note.
    pub kind: &'static str,
    /// Role that it concerns.
    pub role: &'static str,
    /// Rows concerned.
    pub count: u64,
    /// Up to three of them.
    pub examples: Vec<Example>,
}

/// How often rows were refused for one reason.
#[derive(Debug, Serialize)]
pub struct Reject {
    /// The column that made them unusable; empty where the row itself can't be read.
    pub column: String,
    /// Why, and what to do.
    pub reason: &'static str,
    /// Rows concerned.
    pub count: u64,
    /// Up to three of them.
    pub examples: Vec<Example>,
}

/// One row that shows what is meant.
#[derive(Debug, Serialize)]
pub struct Example {
    /// The file.
    pub file: String,
    /// Line on which the row begins.
    pub line: u64,
    /// The value as it stands there.
    pub value: String,
}

impl Validation {
    /// The view of a summary.
    pub fn new(schema: &Schema, files: &[PathBuf], summary: &Summary, verdict: Verdict) -> Self {
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let notes = summary.quality.iter().map(|((kind, role), tally)| Note {
            kind: kind.name(),
            role: role.name(),
            count: tally.count,
            examples: examples(tally, &files),
        });
        let rejects = summary.rejects.iter().map(|((column, reason), tally)| Reject {
            column: column.clone(),
            reason,
            count: tally.count,
            examples: examples(tally, &files),
        });
        Self {
            verdict: verdict.name(),
            schema: schema.name().to_owned(),
            rows: summary.rows,
            items: summary.items,
            declarations: summary.declarations,
            rejected: summary.rejected,
            inspected: summary.inspected,
            findings: summary.findings,
            known_on_assumed: summary.known_on_assumed,
            known_after_days: schema.known_after_days(),
            strays: summary.strays,
            sorted: summary.sorted,
            first_day: summary.first_day.map(|day| day.to_string()),
            last_day: summary.last_day.map(|day| day.to_string()),
            notes: notes.collect(),
            rejects: rejects.collect(),
            files,
        }
    }
}

fn examples(tally: &Tally, files: &[String]) -> Vec<Example> {
    let view = |example: &crate::intake::Example| Example {
        file: files.get(example.file).cloned().unwrap_or_default(),
        line: example.line,
        value: example.value.clone(),
    };
    tally.examples.iter().map(view).collect()
}
