//! Nomenclatures, national tariffs and texts with known codes, as they come: which columns a file has tells what it is.

use super::encoding::decoded;
use hsearch::{Hs6, Instance, Language, Prefix, Source, Subheading};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

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

/// A table in memory: its header in lower case, and its lines.
struct Table {
    path: PathBuf,
    header: Vec<String>,
    lines: Vec<csv::StringRecord>,
}

impl Table {
    fn read(path: &Path) -> Result<Self, NomenclatureError> {
        let bytes = fs::read(path).map_err(|source| NomenclatureError::File { path: path.to_owned(), source })?;
        let text = decoded(&bytes);
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter(&text)).flexible(true).from_reader(text.as_bytes());
        let table = |source| NomenclatureError::Table { path: path.to_owned(), source };
        let header = reader.headers().map_err(table)?.iter().map(|name| name.trim().to_lowercase()).collect();
        let lines = reader.records().collect::<Result<Vec<_>, _>>().map_err(table)?;
        Ok(Self { path: path.to_owned(), header, lines })
    }

    fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|column| column == name))
    }

    fn unknown(&self, wanted: &'static str) -> NomenclatureError {
        NomenclatureError::Columns { path: self.path.clone(), found: self.header.join(", "), wanted }
    }

    /// The language that the name of the file ends with: `cn8_2023_fr.csv`.
    fn language(&self) -> Option<Language> {
        let stem = self.path.file_stem()?.to_str()?;
        stem.rsplit(['_', '-', '.']).next().and_then(Language::parse)
    }

    fn name(&self) -> String {
        self.path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
    }
}

/// What divides the columns of a table: the most frequent of comma, semicolon and tab in its first line.
pub(crate) fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

fn field(line: &csv::StringRecord, column: Option<usize>) -> &str {
    column.and_then(|column| line.get(column)).unwrap_or_default().trim()
}

/// Reads a nomenclature: `hs6` and `text` with `heading_text` and `chapter_text`; or a tree of chapters, headings and
/// subheadings as `hscode` and `description` (datasets/harmonized-system) or `id` and `text` (UN Comtrade).
///
/// # Errors
/// [`NomenclatureError`] for a file that has no such columns or lines.
pub fn nomenclature(path: &Path) -> Result<ReadFile<Vec<Subheading>>, NomenclatureError> {
    let table = Table::read(path)?;
    let code = table.column(&["hs6", "hscode", "id", "code"]);
    let text = table.column(&["text", "description"]);
    let (Some(code), Some(text)) = (code, text) else { return Err(table.unknown("nomenclature")) };
    let (heading, chapter) = (table.column(&["heading_text"]), table.column(&["chapter_text"]));
    let by_file = table.language();
    let language = table.column(&["lang", "language"]);
    // Texts of chapters and headings that have lines of their own.
    let upper: HashMap<Prefix, &str> = table
        .lines
        .iter()
        .filter_map(|line| Some((Prefix::parse(field(line, Some(code)))?, bare(line, code, text))))
        .filter(|(prefix, _)| prefix.digits() < 6)
        .collect();
    let mut subheadings: BTreeMap<(Hs6, Language), Subheading> = BTreeMap::new();
    let mut skipped = 0;
    for line in &table.lines {
        let (digits, text) = (field(line, Some(code)), bare(line, code, text));
        if Prefix::parse(digits).is_some_and(|prefix| prefix.digits() < 6) {
            continue;
        }
        let Some(code) = Hs6::parse(digits).filter(|_| !text.is_empty()) else {
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
        };
        subheadings.entry((code, language)).or_insert(one);
    }
    if subheadings.is_empty() {
        return Err(NomenclatureError::Empty { path: path.to_owned(), lines: table.lines.len() });
    }
    Ok(ReadFile { content: subheadings.into_values().collect(), skipped })
}

/// The text of a line without the code that UN Comtrade writes before it: `010121 - Horses; live`.
fn bare(line: &csv::StringRecord, code: usize, text: usize) -> &str {
    let (code, text) = (field(line, Some(code)), field(line, Some(text)));
    match text.strip_prefix(code).map(str::trim_start).and_then(|rest| rest.strip_prefix('-')) {
        Some(rest) if !code.is_empty() => rest.trim_start(),
        _ => text,
    }
}

/// Reads texts with known codes: `code` and `text`, with `lang` and `weight`; `text` with `hs6` or `hs4`; `term` with `codes`
/// divided by bars; or a tariff as the United States publish it, `hts number`, `indent` and `description`.
///
/// # Errors
/// [`NomenclatureError`] for a file that has no such columns or lines.
pub fn instances(path: &Path) -> Result<ReadFile<Source>, NomenclatureError> {
    let table = Table::read(path)?;
    let (instances, skipped) = match table.column(&["indent"]) {
        Some(indent) => tree(&table, indent)?,
        None => flat(&table)?,
    };
    if instances.is_empty() {
        return Err(NomenclatureError::Empty { path: path.to_owned(), lines: table.lines.len() });
    }
    Ok(ReadFile { content: Source { name: table.name(), instances }, skipped })
}

fn flat(table: &Table) -> Result<(Vec<Instance>, usize), NomenclatureError> {
    let code = table.column(&["hs6", "hs4", "codes", "code", "hscode", "commodity code", "commodity_code"]);
    let text = table.column(&["text", "term", "description"]);
    let (Some(code), Some(text)) = (code, text) else { return Err(table.unknown("texts with codes")) };
    let (language, weight) = (table.column(&["lang", "language"]), table.column(&["weight"]));
    let by_file = table.language();
    let (mut instances, mut skipped) = (Vec::with_capacity(table.lines.len()), 0);
    for line in &table.lines {
        let text = field(line, Some(text));
        let mut codes: Vec<Prefix> = field(line, Some(code)).split('|').filter_map(Prefix::parse).collect();
        codes.sort_unstable();
        codes.dedup();
        if text.is_empty() || codes.is_empty() {
            skipped += 1;
            continue;
        }
        let weight: f32 = field(line, weight).parse().ok().filter(|w: &f32| w.is_finite() && *w > 0.0).unwrap_or(1.0);
        // A text with several codes speaks less for each of them.
        let weight = weight / codes.len() as f32;
        instances.extend(codes.into_iter().map(|code| Instance {
            text: text.to_owned(),
            code,
            language: Language::parse(field(line, language)).or(by_file),
            weight,
        }));
    }
    Ok((instances, skipped))
}

/// A tariff as an indented tree: each line with a code gets the texts above it, from the heading down.
fn tree(table: &Table, indent: usize) -> Result<(Vec<Instance>, usize), NomenclatureError> {
    let code = table.column(&["hts number", "htsno", "code"]);
    let text = table.column(&["description", "text"]);
    let (Some(code), Some(text)) = (code, text) else { return Err(table.unknown("tariff with indents")) };
    let mut above: Vec<&str> = Vec::new();
    let (mut instances, mut skipped) = (Vec::new(), 0);
    for line in &table.lines {
        let text = field(line, Some(text));
        let Ok(depth) = field(line, Some(indent)).parse::<usize>() else {
            skipped += 1;
            continue;
        };
        above.truncate(depth);
        above.push(text.trim_end_matches(':'));
        if let Some(code) = Hs6::parse(field(line, Some(code))) {
            instances.push(Instance {
                text: above.join(" > "),
                code: code.into(),
                language: Some(Language::En),
                weight: 1.0,
            });
        }
    }
    Ok((instances, skipped))
}
