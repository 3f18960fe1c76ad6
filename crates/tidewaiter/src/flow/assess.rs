//! Reading an administration's files to say what they can bear.

use super::Error;
use super::write::replace;
use crate::intake::{self, Progress, Reading, Schema, Summary};
use domain::Day;
use risk::readiness::{Assessor, DataWarning, Readiness, Setting, Verdict};
use std::fs;
use std::path::{Path, PathBuf};

/// The files that an assessment writes.
pub const FILES: [&str; 2] = ["assessment.html", "assessment.json"];

/// What shall be assessed.
#[derive(Debug)]
pub struct Request<'a> {
    /// The schema of the files.
    pub schema: &'a Schema,
    /// The files.
    pub data: &'a [PathBuf],
    /// The day on which they are read; results known by then count.
    pub today: Day,
    /// The share that the rule of the random draw states, where the caller knows it.
    pub random_share: Option<f64>,
}

/// What the files can bear.
#[derive(Debug)]
pub struct Assessment {
    /// What intake saw.
    pub summary: Summary,
    /// The figures.
    pub readiness: Readiness,
    /// The verdicts.
    pub verdicts: Vec<Verdict>,
    /// The warnings.
    pub warnings: Vec<DataWarning>,
    /// The day by which results count.
    pub day: Day,
}

/// Reads all files through once and assesses them.
///
/// # Errors
/// Where a file can't be read, lacks a column of the schema, or where no row can be used.
pub fn assess(request: &Request<'_>, mut progress: impl FnMut(Progress)) -> Result<Assessment, Error> {
    let schema = request.schema;
    let mut assessor = Assessor::new(Setting {
        roles: schema.roles().keys().copied().collect(),
        labels: schema.label_rules(),
        categorical: schema.categorical().to_vec(),
        numeric: schema.numeric().to_vec(),
        day: request.today,
        random_share: request.random_share,
    });
    let reading = Reading { today: request.today, outcomes: true, rejects: None };
    let mut declarations = intake::open(schema, request.data, reading)?;
    let mut count = 0u64;
    while let Some(record) = declarations.next() {
        assessor.add(&record?);
        count += 1;
        if count.is_multiple_of(4_096) {
            progress(declarations.progress());
        }
    }
    if count == 0 {
        return Err(Error::NoRows);
    }
    let readiness = assessor.finish();
    Ok(Assessment {
        summary: declarations.summary().clone(),
        verdicts: readiness.verdicts(),
        warnings: readiness.warnings(),
        readiness,
        day: request.today,
    })
}

/// Writes the page and the JSON into a folder, which is made where it does not exist.
///
/// # Errors
/// Where the folder can't be written.
pub fn write(folder: &Path, page: &str, json: &str) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(Error::file(folder))?;
    for (name, text) in FILES.into_iter().zip([page, json]) {
        replace(&folder.join(name), text.as_bytes())?;
    }
    Ok(())
}
