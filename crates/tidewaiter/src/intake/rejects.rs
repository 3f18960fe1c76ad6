//! The file of refused rows.

use super::error::IntakeError;
use super::rows::Origin;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Writes `line,column,value,reason`, with `file` before them where several files are read.
pub(crate) struct Rejects {
    path: PathBuf,
    writer: csv::Writer<File>,
    /// Names of the input files where there are several.
    files: Option<Vec<String>>,
}

impl Rejects {
    pub(crate) fn create(path: &Path, files: &[PathBuf]) -> Result<Self, IntakeError> {
        let error = |source| IntakeError::Rejects { path: path.to_owned(), source };
        let names = files.iter().map(|file| file.display().to_string()).collect();
        let mut rejects = Self {
            path: path.to_owned(),
            writer: csv::Writer::from_path(path).map_err(|source| error(source.into()))?,
            files: (files.len() > 1).then_some(names),
        };
        rejects.row("file", &["line", "column", "value", "reason"])?;
        Ok(rejects)
    }

    pub(crate) fn write(&mut self, origin: Origin, column: &str, value: &str, reason: &str) -> Result<(), IntakeError> {
        let file = self.files.as_ref().map_or_else(String::new, |files| files[origin.file as usize].clone());
        self.row(&file, &[&origin.line.to_string(), column, value, reason])
    }

    pub(crate) fn flush(&mut self) -> Result<(), IntakeError> {
        let path = &self.path;
        self.writer.flush().map_err(|source| IntakeError::Rejects { path: path.clone(), source })
    }

    fn row(&mut self, file: &str, fields: &[&str]) -> Result<(), IntakeError> {
        let file = self.files.as_ref().map(|_| file);
        let written = self.writer.write_record(file.into_iter().chain(fields.iter().copied()));
        written.map_err(|source| IntakeError::Rejects { path: self.path.clone(), source: source.into() })
    }
}
