//! Files to declarations.

mod dirty;
mod formats;
mod grouping;
mod guess;
mod limits;
mod schema;

use domain::{Day, Record};
use std::path::{Path, PathBuf};
use tidewaiter::intake::{self, IntakeError, Reading, Schema, Summary};

/// A schema with most roles, over short column names.
pub(crate) const SCHEMA: &str = r#"
[roles]
declaration_id = "id"
item_number = "item"
version = "version"
date = "date"
importer = "importer"
hs_code = "hs"
origin = "origin"
quantity = "qty"
quantity_unit = "unit"
net_mass = "net"
gross_mass = "gross"
customs_value = "value"
inspected = "inspected"
finding = "finding"
finding_date = "found"
"#;

/// The columns of [`SCHEMA`].
pub(crate) const HEADER: &str =
    "id,item,version,date,importer,hs,origin,qty,unit,net,gross,value,inspected,finding,found";

pub(crate) fn schema(text: &str) -> Schema {
    Schema::parse(text, "test.toml").unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn today() -> Day {
    Day::from_ymd(2021, 12, 31).unwrap()
}

/// Everything that a reading gave.
pub(crate) struct Read {
    pub(crate) records: Vec<Record>,
    pub(crate) summary: Summary,
    pub(crate) rejects: String,
}

pub(crate) fn try_read(schema: &Schema, files: &[PathBuf], outcomes: bool) -> Result<Read, IntakeError> {
    let rejects = tempfile::NamedTempFile::new().unwrap();
    let reading = Reading { today: today(), outcomes, rejects: Some(rejects.path().to_owned()) };
    let mut declarations = intake::open(schema, files, reading)?;
    let records = declarations.by_ref().collect::<Result<Vec<_>, _>>()?;
    let summary = declarations.summary().clone();
    Ok(Read { records, summary, rejects: std::fs::read_to_string(rejects.path()).unwrap() })
}

pub(crate) fn read(schema: &Schema, files: &[&Path]) -> Read {
    let files: Vec<PathBuf> = files.iter().map(|file| file.to_path_buf()).collect();
    try_read(schema, &files, true).unwrap_or_else(|error| panic!("{error}"))
}

/// Bytes in a file that is removed with the value.
pub(crate) fn file(bytes: impl AsRef<[u8]>) -> tempfile::TempPath {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file.into_temp_path()
}

pub(crate) fn read_bytes(schema: &Schema, bytes: impl AsRef<[u8]>) -> Read {
    read(schema, &[&file(bytes)])
}

/// Rows under the header of [`SCHEMA`]; fields left out at the end are empty.
pub(crate) fn csv(rows: &str) -> String {
    let width = HEADER.split(',').count();
    let mut text = format!("{HEADER}\n");
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let missing = width - row.split(',').count();
        text += &format!("{row}{}\n", ",".repeat(missing));
    }
    text
}

impl Read {
    /// The records, a line each: id, version, day, and the numbers of the items.
    pub(crate) fn outline(&self) -> String {
        let line = |record: &Record| {
            let header = &record.declaration.header;
            let items: Vec<_> = record.declaration.items.iter().map(|item| item.number.to_string()).collect();
            format!("{} v{} {} [{}]\n", header.id, header.version, header.day, items.join(" "))
        };
        self.records.iter().map(line).collect()
    }

    /// The notes, a line each: line of the file, kind, role, value. Missing values are left out.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for ((kind, role), tally) in &self.summary.quality {
            for example in tally.examples.iter().filter(|_| kind.name() != "missing") {
                notes.push(format!("{} {} {} {}", example.line, kind.name(), role.name(), example.value));
            }
        }
        notes
    }
}
