//! Making an index of files.

use super::HsError;
use crate::flow::starter::{Told, goods};
use crate::flow::write::replace;
use crate::intake::nomenclature::{ReadFile, correlation, instances, nomenclature, notes, tariff};
use hsearch::{Book, BuildParams, Hs6, Index, Source, Subheading};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files that an index is made of.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Nomenclatures: subheadings with their texts. Without one the goods of the simulated country stand in.
    pub nomenclatures: Vec<PathBuf>,
    /// National tariffs: known texts, and lines below subheadings.
    pub tariffs: Vec<PathBuf>,
    /// Texts whose codes are known.
    pub instances: Vec<PathBuf>,
    /// Correlations between editions.
    pub correlations: Vec<PathBuf>,
    /// Notes.
    pub notes: Vec<PathBuf>,
}

/// What an import read, file by file, and made.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Subheadings of the nomenclature.
    pub subheadings: usize,
    /// Texts in the index.
    pub instances: usize,
    /// Texts left out: without a word, or with a code that the nomenclature does not have.
    pub left_out: usize,
    /// Texts whose codes were of an older edition and became newer ones.
    pub carried_over: usize,
    /// National lines.
    pub lines: usize,
    /// Notes.
    pub notes: usize,
    /// For each file, how many lines gave something and how many gave nothing.
    pub files: Vec<(PathBuf, usize, usize)>,
    /// Size of the index.
    pub bytes: usize,
}

/// What the files give.
#[derive(Default)]
struct Read {
    subheadings: Vec<Subheading>,
    sources: Vec<Source>,
    book: Book,
    files: Vec<(PathBuf, usize, usize)>,
}

/// Makes an index of files. What was taught to an index of the same name stays beside it.
///
/// # Errors
/// Where a file can't be read or gives nothing, or the index can't be written.
pub fn import(files: &Files, out: &Path, params: BuildParams) -> Result<Imported, HsError> {
    let mut read = Read::of(files)?;
    let held: BTreeSet<Hs6> = read.subheadings.iter().map(|one| one.code).collect();
    let mut carried_over = 0;
    for source in &mut read.sources {
        let given = std::mem::take(&mut source.instances);
        let (instances, carried) = read.book.correlation.carried_over(given, &held);
        carried_over += carried;
        source.instances = instances;
    }
    let given: usize = read.sources.iter().map(|source| source.instances.len()).sum();
    let (lines, notes) = (read.book.lines.len(), read.book.notes.len());
    let index = Index::build(&read.subheadings, &read.sources, params)?.with_book(read.book);
    let bytes = index.to_bytes()?;
    replace(out, &bytes)?;
    Ok(Imported {
        subheadings: index.len(),
        instances: index.instances(),
        left_out: given - index.instances(),
        carried_over,
        lines,
        notes,
        files: read.files,
        bytes: bytes.len(),
    })
}

impl Read {
    fn of(files: &Files) -> Result<Self, HsError> {
        let mut read = Self::default();
        for path in &files.nomenclatures {
            let subheadings = read.take(path, nomenclature(path)?, Vec::len);
            read.subheadings.extend(subheadings);
        }
        if files.nomenclatures.is_empty() {
            let (subheadings, source) = goods(Told::All)?;
            read.subheadings = subheadings;
            read.sources.push(source);
        }
        for path in &files.tariffs {
            let tariff = read.take(path, tariff(path)?, |tariff| tariff.source.instances.len());
            read.sources.push(tariff.source);
            read.book.lines.extend(tariff.lines);
        }
        for path in &files.instances {
            let source = read.take(path, instances(path)?, |source| source.instances.len());
            read.sources.push(source);
        }
        for path in &files.correlations {
            let correlation = read.take(path, correlation(path)?, hsearch::Correlation::len);
            read.book.correlation.extend(correlation);
        }
        for path in &files.notes {
            let notes = read.take(path, notes(path)?, Vec::len);
            read.book.notes.extend(notes);
        }
        Ok(read)
    }

    fn take<T>(&mut self, path: &Path, read: ReadFile<T>, count: impl Fn(&T) -> usize) -> T {
        self.files.push((path.to_owned(), count(&read.content), read.skipped));
        read.content
    }
}
