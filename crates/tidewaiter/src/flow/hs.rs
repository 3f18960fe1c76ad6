//! HS codes for descriptions: making an index, asking it, and measuring its answers.

pub mod chapters;
pub mod codes;
mod evaluation;
mod import;
pub mod install;
pub mod statistics;
pub mod taught;

use super::Error;
use crate::intake::nomenclature::NomenclatureError;
use domain::Day;
use hsearch::{Answer, Hs6, Index, Language};
use learn::parallel::each;
use std::path::{Path, PathBuf};

pub use evaluation::{Evaluation, LeftOut, evaluate};
pub use import::{Files, Imported, import};

/// Why there is no index or no answer.
#[derive(Debug, thiserror::Error)]
pub enum HsError {
    /// A file of texts.
    #[error(transparent)]
    Nomenclature(#[from] NomenclatureError),
    /// A file that can't be read or written.
    #[error(transparent)]
    Flow(#[from] Error),
    /// An index that can't be used.
    #[error("{path}: {source}", path = path.display())]
    Index {
        /// The file.
        path: PathBuf,
        /// Why.
        source: hsearch::Error,
    },
    /// No index can be made, or no answer given.
    #[error(transparent)]
    Search(#[from] hsearch::Error),
    /// The numerics refused.
    #[error(transparent)]
    Numerics(#[from] learn::Error),
    /// A table of descriptions without a column that is needed.
    #[error("{path} has no column `{column}`", path = path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// What was taught can't be read, or a lesson can't be taken.
    #[error(transparent)]
    Taught(#[from] taught::TaughtError),
    /// A table whose codes are needed and not there.
    #[error("{path}: none of {lines} descriptions has a code of the index in a column hs6 or code, so nothing can be measured{note}", path = path.display(), note = older_note(older))]
    NoCodes {
        /// The file.
        path: PathBuf,
        /// Its lines.
        lines: usize,
        /// Codes of an older edition among them, each with those that took its place.
        older: String,
    },
    /// A text that is no code.
    #[error(
        "`{text}` is no code of the Harmonized System; give a chapter, heading or subheading such as 61, 6109 or 6109.10"
    )]
    NoCode {
        /// Its beginning.
        text: String,
    },
    /// A code that is given for a description.
    #[error("{code} is a code and no description; `tidewaiter hs explain {code}` tells what it covers")]
    CodeAsText {
        /// The code.
        code: Hs6,
    },
    /// A code of an older edition.
    #[error("{code} is of an older edition of the Harmonized System; its goods are now in {newer}")]
    OlderEdition {
        /// The code.
        code: String,
        /// The codes that took its place.
        newer: String,
    },
    /// A code that is in force on other days.
    #[error("{code} is not in force on {day}, but from {periods}{instead}; ask with --as-of for another day")]
    OtherDays {
        /// The code.
        code: Hs6,
        /// The day.
        day: Day,
        /// When it is in force.
        periods: String,
        /// The codes that have its goods on the day.
        instead: String,
    },
    /// A code that is in no edition.
    #[error(
        "the nomenclature of this index has no {code}, and no correlation leads from it; `tidewaiter hs browse {browse}` shows what \
         it has"
    )]
    UnknownCode {
        /// The code.
        code: String,
        /// What of it is known.
        browse: String,
    },
    /// The goods of the simulated country.
    #[error(transparent)]
    Goods(#[from] world::CatalogueError),
    /// Figures that would show single parties.
    #[error(
        "fewer than 5 importers declare {code}, and figures of so few are not told outside; officers may see them with --inside"
    )]
    FewParties {
        /// The code.
        code: hsearch::Prefix,
    },
    /// A table that can't be read.
    #[error("{path}: {source}", path = path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: csv::Error,
    },
}

fn older_note(older: &str) -> String {
    if older.is_empty() { String::new() } else { format!("; some are of an older edition: {older}") }
}

/// Opens an index with what was taught to it.
///
/// # Errors
/// Where a file can't be read, or is no index, or what was taught is damaged.
pub fn open(path: &Path) -> Result<Index, HsError> {
    open_taught(path).map(|(index, _)| index)
}

/// Opens an index; also what was taught to it.
///
/// # Errors
/// As [`open`].
pub fn open_taught(path: &Path) -> Result<(Index, taught::Taught), HsError> {
    let mut index = open_untaught(path)?;
    let mut taught = taught::Taught::read(path)?;
    taught.without_effect = index.teach(&taught.lessons());
    Ok((index, taught))
}

/// Opens an index without what was taught to it.
///
/// # Errors
/// Where the file can't be read, or is no index.
pub fn open_untaught(path: &Path) -> Result<Index, HsError> {
    let bytes = std::fs::read(path).map_err(Error::file(path))?;
    Index::from_bytes(&bytes).map_err(|source| HsError::Index { path: path.to_owned(), source })
}

/// A line of a table of descriptions.
#[derive(Clone, Debug)]
pub struct Line {
    /// What the table calls it; its number where it has no ids. Empty lines are not counted.
    pub id: String,
    /// The description.
    pub text: String,
    /// The right code, where the table knows it.
    pub code: Option<Hs6>,
    /// The language, where the table tells it.
    pub language: Option<Language>,
}

/// Reads a table of descriptions: `text`, with `id` and with `hs6` or `code`.
///
/// # Errors
/// Where it can't be read or has no column `text`.
pub fn lines(path: &Path) -> Result<Vec<Line>, HsError> {
    let table = |source| HsError::Table { path: path.to_owned(), source };
    let bytes = std::fs::read(path).map_err(Error::file(path))?;
    let text = crate::intake::decoded(&bytes);
    let delimiter = crate::intake::nomenclature::delimiter(&text);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(table)?.clone();
    let column = |names: &[&str]| {
        names.iter().find_map(|name| header.iter().position(|column| column.trim().eq_ignore_ascii_case(name)))
    };
    let text = column(&["text", "description"]).ok_or(HsError::Column { path: path.to_owned(), column: "text" })?;
    let (id, code, language) = (column(&["id"]), column(&["hs6", "code"]), column(&["lang", "language"]));
    let mut lines = Vec::new();
    for (number, record) in reader.records().enumerate() {
        let record = record.map_err(table)?;
        let field = |column: Option<usize>| column.and_then(|column| record.get(column));
        lines.push(Line {
            id: field(id).map_or_else(|| (number + 1).to_string(), str::to_owned),
            text: described(&record, text, header.len()),
            code: field(code).and_then(Hs6::parse),
            language: field(language).and_then(Language::parse),
        });
    }
    Ok(lines)
}

/// The description of a line. Where it is the last column, what stands behind delimiters that nobody quoted belongs to it.
fn described(record: &csv::StringRecord, text: usize, columns: usize) -> String {
    let last = if text + 1 == columns { record.len() } else { text + 1 };
    record.iter().take(last).skip(text).map(str::trim).collect::<Vec<_>>().join(", ")
}

/// The answers to descriptions, in their order.
///
/// # Errors
/// None for an index that was opened.
pub fn answers(index: &Index, lines: &[Line], threads: usize) -> Result<Vec<Answer>, HsError> {
    let answers = each(lines, threads, |line| index.search(&line.text, None))?;
    Ok(answers.into_iter().collect::<Result<Vec<_>, _>>()?)
}

/// The answers to descriptions as of a day, in their order.
///
/// # Errors
/// None for an index that was opened.
pub fn answers_as_of(index: &Index, lines: &[Line], day: Day, threads: usize) -> Result<Vec<Answer>, HsError> {
    let answers = each(lines, threads, |line| index.search_as_of(&line.text, None, day))?;
    Ok(answers.into_iter().collect::<Result<Vec<_>, _>>()?)
}

/// Answers as a table: `id,rank,code,probability,outcome`. Up to `top` lines for each description; one without a code where
/// nothing in it is known.
///
/// # Errors
/// None in practice: the table is written to memory.
pub fn table(lines: &[Line], answers: &[Answer], top: usize) -> csv::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(["id", "rank", "code", "probability", "outcome"])?;
    for (line, answer) in lines.iter().zip(answers) {
        let outcome = answer.outcome.name();
        if answer.ranked.is_empty() {
            writer.write_record([&line.id, "1", "", "", outcome])?;
        }
        for (place, ranked) in answer.ranked.iter().take(top).enumerate() {
            let (rank, code) = ((place + 1).to_string(), ranked.code.to_string());
            // Rounded down, so that the probabilities of a description never sum to more than 1.
            let probability = format!("{:.6}", (ranked.probability * 1e6).floor() / 1e6);
            writer.write_record([&*line.id, &rank, &code, &probability, outcome])?;
        }
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
