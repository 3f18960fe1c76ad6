//! Tables as they come: CSV, JSON and sheets of XLSX.

use super::NomenclatureError;
use crate::intake::encoding::decoded;
use calamine::{Data, Reader, Xlsx};
use domain::Day;
use hsearch::{Language, Period};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// How a zip archive begins, which is what an XLSX file is.
const ZIP: &[u8] = b"PK\x03\x04";

/// What the United Kingdom's tables have where there is nothing.
const NOTHING: [&str; 3] = ["#NA", "NULL", "N/A"];

/// How days are written in the tables that are read.
const DAYS: [&str; 4] = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"];

/// The languages by the names that heads of columns have for them.
const NAMES: [(&str, Language); 9] = [
    ("english", Language::En),
    ("french", Language::Fr),
    ("german", Language::De),
    ("dutch", Language::Nl),
    ("spanish", Language::Es),
    ("portuguese", Language::Pt),
    ("italian", Language::It),
    ("arabic", Language::Ar),
    ("russian", Language::Ru),
];

/// A table in memory: its header in lower case, and its lines.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    /// What a sheet is called; empty elsewhere.
    pub(super) sheet: String,
    header: Vec<String>,
    pub(super) lines: Vec<Vec<String>>,
}

impl Table {
    /// The table of a file: of an XLSX file, its first sheet that has lines.
    pub(super) fn read(path: &Path) -> Result<Self, NomenclatureError> {
        let mut tables = Self::read_all(path)?;
        let place = tables.iter().position(|table| !table.lines.is_empty()).unwrap_or(0);
        Ok(tables.swap_remove(place))
    }

    /// All tables of a file, one at least: an XLSX file has one a sheet, any other a single one.
    pub(super) fn read_all(path: &Path) -> Result<Vec<Self>, NomenclatureError> {
        let bytes = fs::read(path).map_err(|source| NomenclatureError::File { path: path.to_owned(), source })?;
        if bytes.starts_with(ZIP) {
            return sheets(path, bytes);
        }
        let text = decoded(&bytes);
        if text.trim_start().starts_with(['[', '{']) {
            return Ok(vec![json(path, &text)?]);
        }
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter(&text)).flexible(true).from_reader(text.as_bytes());
        let table = |source| NomenclatureError::Table { path: path.to_owned(), source };
        let header = reader.headers().map_err(table)?.iter().map(named).collect();
        let owned = |line: csv::StringRecord| line.iter().map(|field| field.trim().to_owned()).collect();
        let lines = reader.records().map(|line| line.map(owned)).collect::<Result<Vec<_>, _>>().map_err(table)?;
        Ok(vec![Self { path: path.to_owned(), sheet: String::new(), header, lines }])
    }

    /// The column of the first of some names that the table has; of columns with one name, the last.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().rposition(|column| column == name))
    }

    /// Its columns as the file has them, in lower case.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The columns with texts of lines, each with its language where the head tells it: `text`, `name_fr`, `description (de)`,
    /// `self-explanatory texts in english`.
    pub(super) fn texts(&self) -> Vec<(usize, Option<Language>)> {
        if let Some(one) =
            self.column(&["text", "term", "description", "commodity__description", "self-explanatory texts"])
        {
            return vec![(one, None)];
        }
        let stems = ["text", "description", "name", "self-explanatory text", "self explanatory text"];
        let is_text = |column: &str| stems.iter().any(|stem| column.starts_with(stem));
        let told = self.header.iter().enumerate().filter(|(_, column)| is_text(column));
        told.filter_map(|(place, column)| Some((place, Some(language_of(column)?)))).collect()
    }

    /// The days between which a line is in force.
    pub(super) fn period(&self, line: &[String]) -> Period {
        let from = ["valid_from", "start date", "commodity__validity_start", "validity_start_date"];
        let to = ["valid_to", "end date", "commodity__validity_end", "validity_end_date"];
        Period::new(day(field(line, self.column(&from))), day(field(line, self.column(&to))))
    }

    pub(super) fn unknown(&self, wanted: &'static str) -> NomenclatureError {
        NomenclatureError::Columns { path: self.path.clone(), found: self.header.join(", "), wanted }
    }

    pub(super) fn empty(&self) -> NomenclatureError {
        NomenclatureError::Empty { path: self.path.clone(), lines: self.lines.len() }
    }

    /// The language that the name of the file ends with (`cn8_2023_fr.csv`, `fr.xlsx`).
    pub(super) fn language(&self) -> Option<Language> {
        language_of(&self.name())
    }

    pub(super) fn name(&self) -> String {
        self.path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
    }
}

/// The language that a name ends with, as a code or in English.
fn language_of(name: &str) -> Option<Language> {
    let last = name.trim_end_matches(')').rsplit(['_', '-', '.', ' ', '(']).next()?;
    let by_name = NAMES.iter().find(|(english, _)| english.eq_ignore_ascii_case(last)).map(|(_, language)| *language);
    by_name.or_else(|| Language::parse(last))
}

fn named(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A field of a line, empty where it has none or says that there is nothing.
pub(super) fn field(line: &[String], column: Option<usize>) -> &str {
    let field = column.and_then(|column| line.get(column)).map(|field| field.trim()).unwrap_or_default();
    if NOTHING.contains(&field) { "" } else { field }
}

/// A day in one of the usual forms, with or without a time of day.
pub(super) fn day(text: &str) -> Option<Day> {
    Day::parse(text.split(['T', ' ']).next()?, &DAYS)
}

/// What divides the columns of a table: the most frequent of comma, semicolon and tab in its first line.
pub(crate) fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

/// A list of objects, by itself or as the only list of an object.
fn json(path: &Path, text: &str) -> Result<Table, NomenclatureError> {
    let json = |source| NomenclatureError::Json { path: path.to_owned(), source };
    let rows = match serde_json::from_str(text).map_err(json)? {
        Value::Array(rows) => rows,
        Value::Object(object) => {
            let lists = object.into_iter().filter_map(|(_, value)| match value {
                Value::Array(rows) if rows.first().is_some_and(Value::is_object) => Some(rows),
                _ => None,
            });
            lists.max_by_key(Vec::len).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let objects: Vec<&serde_json::Map<String, Value>> = rows.iter().filter_map(Value::as_object).collect();
    let keys: BTreeSet<&String> = objects.iter().flat_map(|object| object.keys()).collect();
    let line = |object: &&serde_json::Map<String, Value>| keys.iter().map(|key| plain(object.get(*key))).collect();
    Ok(Table {
        path: path.to_owned(),
        sheet: String::new(),
        lines: objects.iter().map(line).collect(),
        header: keys.iter().map(|key| named(key)).collect(),
    })
}

fn plain(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
        _ => String::new(),
    }
}

/// The sheets of a workbook. The header of each is its first line with two fields or more.
fn sheets(path: &Path, bytes: Vec<u8>) -> Result<Vec<Table>, NomenclatureError> {
    let broken = |source| NomenclatureError::Sheet { path: path.to_owned(), source };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut tables = Vec::new();
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).map_err(broken)?;
        let rows = range.rows().map(|row| row.iter().map(cell).collect::<Vec<String>>());
        let mut rows = rows.skip_while(|row| row.iter().filter(|field| !field.is_empty()).count() < 2);
        let header = rows.next().unwrap_or_default().iter().map(|name| named(name)).collect();
        tables.push(Table { path: path.to_owned(), sheet, header, lines: rows.collect() });
    }
    if tables.is_empty() {
        tables.push(Table { path: path.to_owned(), sheet: String::new(), header: Vec::new(), lines: Vec::new() });
    }
    Ok(tables)
}

/// A cell as a CSV file would have it: whole numbers without a point, days in their usual form.
fn cell(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(moment) => {
            // Days of a workbook are counted from 1899-12-30.
            let days = moment.as_f64().floor() as i32;
            Day::from_epoch_days(days - 25_569).to_string()
        }
        other => other.to_string().trim().to_owned(),
    }
}
