//! Nomenclatures, national tariffs and texts with known codes, as they come: which columns a file has tells what it is.

mod correlation;
mod notes;
mod table;
mod tree;

use domain::HsCode;
use hsearch::{Hs6, Instance, Language, Period, Prefix, Section, Source, Subheading, TariffLine};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use table::{Table, field};
use tree::Tree;

pub use correlation::correlation;
pub use notes::notes;
pub(crate) use table::delimiter;

/// Why a file gives neither subheadings nor texts.
#[derive(Debug, thiserror::Error)]
pub enum NomenclatureError {
    /// It can't be read.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no table.
    #[error("{path}: {source}", path = path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: csv::Error,
    },
    /// It begins as JSON and is none.
    #[error("{path}: {source}; a list of objects is expected, as the United States publish their tariff", path = path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// It is a workbook that can't be read.
    #[error("{path}: {source}; save it again as XLSX, or as CSV", path = path.display())]
    Sheet {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: calamine::XlsxError,
    },
    /// It has columns that mean nothing here.
    #[error(
        "{path} has the columns {found}, which are no {wanted}; docs/HSEARCH.md lists the columns that are read",
        path = path.display()
    )]
    Columns {
        /// The file.
        path: PathBuf,
        /// The columns.
        found: String,
        /// What was looked for.
        wanted: &'static str,
    },
    /// A plain text that doesn't say what it is a note to.
    #[error(
        "{path} is empty, or its name says no chapter, heading or section; name it chapter_61.txt, 6109_fr.txt or section_XI.txt",
        path = path.display()
    )]
    NoteName {
        /// The file.
        path: PathBuf,
    },
    /// None of its lines has a code and a text.
    #[error("{path}: none of {lines} lines has a code of the Harmonized System and a text", path = path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// Its lines.
        lines: usize,
    },
}

/// A file that was read: what it gave, and how many lines gave nothing.
#[derive(Clone, Debug)]
pub struct ReadFile<T> {
    /// What it gave.
    pub content: T,
    /// Lines without a code or a text.
    pub skipped: usize,
}

/// A national tariff that was read: its lines as known texts, and as lines below their subheadings.
#[derive(Clone, Debug)]
pub struct Tariff {
    /// The texts.
    pub source: Source,
    /// The lines of more than six digits.
    pub lines: Vec<TariffLine>,
}

/// Reads a nomenclature: `hs6` and `text` with `heading_text` and `chapter_text`, `lang`, `valid_from` and `valid_to`; a list of
/// chapters, headings and subheadings as `hscode` and `description` (datasets/harmonized-system) or `id` and `text` (UN Comtrade);
/// or a tariff as a tree, see [`tariff`].
///
/// # Errors
/// [`NomenclatureError`] for a file that has no such columns or lines.
pub fn nomenclature(path: &Path) -> Result<ReadFile<Vec<Subheading>>, NomenclatureError> {
    let table = Table::read(path)?;
    let (content, skipped) = match Tree::of(&table) {
        Some(tree) => (tree.subheadings(), tree.skipped),
        None => listed(&table)?,
    };
    if content.is_empty() {
        return Err(table.empty());
    }
    Ok(ReadFile { content, skipped })
}

fn listed(table: &Table) -> Result<(Vec<Subheading>, usize), NomenclatureError> {
    let code = table.column(&["hs6", "hscode", "id", "code"]);
    let text = table.column(&["text", "description"]);
    let (Some(code), Some(text)) = (code, text) else { return Err(table.unknown("nomenclature")) };
    let (heading, chapter) = (table.column(&["heading_text"]), table.column(&["chapter_text"]));
    let by_file = table.language();
    let language = table.column(&["lang", "language"]);
    let upper = upper(table, code, text);
    // A code of several periods has the text of the last of them.
    let mut subheadings: BTreeMap<(Hs6, Language, Reverse<Period>), Subheading> = BTreeMap::new();
    let mut skipped = 0;
    for line in &table.lines {
        let (digits, text) = (field(line, Some(code)), bare(line, code, text));
        if Prefix::parse(digits).is_some_and(|prefix| prefix.digits() < 6) {
            continue;
        }
        // Chapters above 97 are national, or stand for what nobody specified.
        let is_harmonised = |code: &Hs6| Section::of_chapter(code.chapter()).is_some();
        let Some(code) = Hs6::parse(digits).filter(is_harmonised).filter(|_| !text.is_empty()) else {
            skipped += 1;
            continue;
        };
        let above = |column: Option<usize>, digits: usize| match column {
            Some(_) => field(line, column).to_owned(),
            None => Prefix::parse(&code.to_string()[..digits]).and_then(|p| upper.get(&p)).map_or("", |t| t).to_owned(),
        };
        let language = Language::parse(field(line, language)).or(by_file).unwrap_or(Language::En);
        let one = Subheading {
            code,
            text: text.to_owned(),
            heading_text: above(heading, 4),
            chapter_text: above(chapter, 2),
            language,
            valid: table.period(line),
        };
        subheadings.entry((code, language, Reverse(one.valid))).or_insert(one);
    }
    Ok((subheadings.into_values().collect(), skipped))
}

/// The texts of chapters and headings that have lines of their own.
fn upper(table: &Table, code: usize, text: usize) -> HashMap<Prefix, &str> {
    let of_line = |line: &'_ Vec<String>| Prefix::parse(field(line, Some(code))).filter(|prefix| prefix.digits() < 6);
    table.lines.iter().filter_map(|line| Some((of_line(line)?, bare(line, code, text)))).collect()
}

/// The text of a line without the code that UN Comtrade writes before it: `010121 - Horses; live`.
fn bare(line: &[String], code: usize, text: usize) -> &str {
    let (code, text) = (field(line, Some(code)), field(line, Some(text)));
    match text.strip_prefix(code).map(str::trim_start).and_then(|rest| rest.strip_prefix('-')) {
        Some(rest) if !code.is_empty() => rest.trim_start(),
        _ => text,
    }
}

/// Reads texts with known codes: `code` and `text`, with `lang` and `weight`; `text` with `hs6` or `hs4`; `term` with `codes`
/// divided by bars; or a tariff, see [`tariff`].
///
/// # Errors
/// [`NomenclatureError`] for a file that has no such columns or lines.
pub fn instances(path: &Path) -> Result<ReadFile<Source>, NomenclatureError> {
    let table = Table::read(path)?;
    let (instances, skipped) = match Tree::of(&table) {
        Some(tree) => (tree.instances(), tree.skipped),
        None => flat(&table)?,
    };
    if instances.is_empty() {
        return Err(table.empty());
    }
    Ok(ReadFile { content: Source { name: table.name(), instances }, skipped })
}

/// Reads a national tariff, as CSV, JSON or XLSX: as a tree of `htsno`, `indent` and `description` (United States), of `goods code`,
/// `hier. pos.`, `indent` and `description` (European Union), of `commodity__code`, `commodity__sid`, `parent__sid` and
/// `commodity__description` (United Kingdom); or as whole texts, `code` with `text` or with self-explanatory texts (Combined
/// Nomenclature), `lang`, `valid_from` and `valid_to`.
///
/// # Errors
/// [`NomenclatureError`] for a file that has no such columns or lines.
pub fn tariff(path: &Path) -> Result<ReadFile<Tariff>, NomenclatureError> {
    let table = Table::read(path)?;
    let name = table.name();
    let (instances, lines, skipped) = match Tree::of(&table) {
        Some(tree) => (tree.instances(), tree.lines(&name), tree.skipped),
        None => {
            let (instances, skipped) = flat(&table)?;
            (instances, whole_lines(&table, &name), skipped)
        }
    };
    if instances.is_empty() {
        return Err(table.empty());
    }
    Ok(ReadFile { content: Tariff { source: Source { name, instances }, lines }, skipped })
}

/// The names of the columns with codes, those of few digits first.
const CODES: [&str; 10] = [
    "hs6",
    "hs4",
    "codes",
    "code",
    "hscode",
    "commodity code",
    "commodity_code",
    "commodity__code",
    "cn_code",
    "cn code",
];

fn flat(table: &Table) -> Result<(Vec<Instance>, usize), NomenclatureError> {
    let (code, texts) = (table.column(&CODES), table.texts());
    let (Some(code), false) = (code, texts.is_empty()) else { return Err(table.unknown("texts with codes")) };
    let (language, weight) = (table.column(&["lang", "language"]), table.column(&["weight"]));
    let by_file = table.language();
    let (mut instances, mut skipped) = (Vec::with_capacity(table.lines.len()), 0);
    for line in &table.lines {
        let mut codes: Vec<Prefix> = field(line, Some(code)).split('|').filter_map(Prefix::parse).collect();
        codes.sort_unstable();
        codes.dedup();
        if codes.is_empty() || texts.iter().all(|(column, _)| field(line, Some(*column)).is_empty()) {
            skipped += 1;
            continue;
        }
        let weight: f32 = field(line, weight).parse().ok().filter(|w: &f32| w.is_finite() && *w > 0.0).unwrap_or(1.0);
        // A text with several codes speaks less for each of them.
        let weight = weight / codes.len() as f32;
        for (column, of_column) in &texts {
            let text = field(line, Some(*column));
            let language = of_column.or(Language::parse(field(line, language))).or(by_file);
            let instance = |code: &Prefix| Instance { text: text.to_owned(), code: *code, language, weight };
            instances.extend(codes.iter().filter(|_| !text.is_empty()).map(instance));
        }
    }
    Ok((instances, skipped))
}

/// The lines of a tariff whose texts stand alone: those with codes of more than six digits.
fn whole_lines(table: &Table, source: &str) -> Vec<TariffLine> {
    let longest: Vec<&str> = CODES.into_iter().filter(|name| !["hs6", "hs4", "codes"].contains(name)).collect();
    let (code, texts) = (table.column(&longest), table.texts());
    let (language, by_file) = (table.column(&["lang", "language"]), table.language());
    let mut lines = Vec::new();
    for line in &table.lines {
        let Ok((code, _)) = HsCode::parse(field(line, code)) else { continue };
        for (column, of_column) in texts.iter().filter(|_| code.as_str().len() > 6) {
            let language = of_column.or(Language::parse(field(line, language))).or(by_file).unwrap_or(Language::En);
            let text = field(line, Some(*column)).to_owned();
            lines.push(TariffLine {
                code: code.as_str().to_owned(),
                text,
                language,
                source: source.to_owned(),
                valid: table.period(line),
            });
        }
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}
