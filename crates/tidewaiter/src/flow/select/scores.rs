//! The table of scores, by declaration.

use super::{Error, SelectionError, short_id};
use risk::select::Scored;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::path::Path;

/// What a row of scores said, word for word, so that the selection repeats it without rounding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Probability of a finding.
    pub probability: Box<str>,
    /// Expected extra revenue in units of the currency.
    pub expected_revenue: Box<str>,
    /// Up to three reasons.
    pub reasons: Vec<Box<str>>,
    /// The model.
    pub model_id: Box<str>,
}

/// The scores of declarations. Rows of single items are left to those who examine.
#[derive(Debug)]
pub struct Scores {
    rows: FxHashMap<Box<str>, Rows>,
    model_id: Option<Box<str>>,
    id: String,
}

/// The rows of one declaration.
#[derive(Debug, Default)]
struct Rows {
    /// In the order of the file: one for each version that was scored.
    waiting: VecDeque<(Scored, Told)>,
    /// Whether the declaration is in the data.
    used: bool,
}

struct Columns {
    id: usize,
    level: usize,
    probability: usize,
    expected_revenue: usize,
    reasons: [Option<usize>; 3],
    model_id: usize,
    uncertainty: Option<usize>,
    novelty: Option<usize>,
}

impl Scores {
    /// Reads the table.
    ///
    /// # Errors
    /// Where a column is missing, a number can't be used, or rows come from several models.
    pub fn read(path: &Path) -> Result<Self, SelectionError> {
        let bytes = std::fs::read(path).map_err(Error::file(path))?;
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let columns = Columns::find(reader.headers().map_err(Error::table(path))?, path)?;
        let mut scores = Self { rows: FxHashMap::default(), model_id: None, id: short_id(&bytes) };
        for record in reader.records() {
            let record = record.map_err(Error::table(path))?;
            let model = &record[columns.model_id];
            if &**scores.model_id.get_or_insert_with(|| model.into()) != model {
                let scores = scores.model_id.unwrap_or_default().into();
                return Err(SelectionError::Model { scores, model: model.to_owned() });
            }
            if &record[columns.level] == "declaration" {
                let row = columns.row(&record).map_err(|problem| {
                    let line = record.position().map_or(0, csv::Position::line);
                    SelectionError::Row { path: path.to_owned(), line, problem }
                })?;
                scores.rows.entry(record[columns.id].into()).or_default().waiting.push_back(row);
            }
        }
        Ok(scores)
    }

    /// The next score of a declaration. Several versions of one declaration take theirs in the order in which they were
    /// scored; the last stands for all that follow.
    pub fn take(&mut self, id: &str) -> (Option<Scored>, Told) {
        let Some(rows) = self.rows.get_mut(id) else { return (None, Told::default()) };
        rows.used = true;
        let row = if rows.waiting.len() > 1 { rows.waiting.pop_front() } else { rows.waiting.front().cloned() };
        row.map_or((None, Told::default()), |(scored, told)| (Some(scored), told))
    }

    /// How many declarations were never asked for, and the first of them by name.
    pub fn unused(&self) -> Option<(usize, String)> {
        let unused = || self.rows.iter().filter(|(_, rows)| !rows.used).map(|(id, _)| id);
        unused().min().map(|first| (unused().count(), first.to_string()))
    }

    /// The model that made the scores.
    pub fn model_id(&self) -> Option<&str> {
        self.model_id.as_deref()
    }

    /// First 16 hexadecimal digits of the SHA-256 of the file.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl Columns {
    fn find(head: &csv::StringRecord, path: &Path) -> Result<Self, SelectionError> {
        let find = |column: &str| head.iter().position(|name| name == column);
        let need = |column: &'static str| {
            let missing = || SelectionError::Column { path: path.to_owned(), column, command: "score" };
            find(column).ok_or_else(missing)
        };
        Ok(Self {
            id: need("id")?,
            level: need("level")?,
            probability: need("probability")?,
            expected_revenue: need("expected_revenue")?,
            reasons: ["reason_1", "reason_2", "reason_3"].map(find),
            model_id: need("model_id")?,
            uncertainty: find("uncertainty"),
            novelty: find("novelty"),
        })
    }

    fn row(&self, record: &csv::StringRecord) -> Result<(Scored, Told), String> {
        let number = |column: usize, name: &str| {
            let text = &record[column];
            text.parse::<f64>().map_err(|_| format!("{name} is `{text}`; write a number, such as 0.25"))
        };
        let share = |column: usize, name: &str| match number(column, name)? {
            share if (0.0..=1.0).contains(&share) => Ok(share),
            other => Err(format!("{name} is {other}; it must lie between 0 and 1")),
        };
        let optional = |column: Option<usize>, name: &str| {
            column.filter(|column| !record[*column].is_empty()).map(|column| share(column, name)).transpose()
        };
        let revenue = number(self.expected_revenue, "expected_revenue")?;
        if !(0.0..1e16).contains(&revenue) {
            return Err(format!("expected_revenue is {revenue}; it can't be below 0"));
        }
        let scored = Scored {
            probability: share(self.probability, "probability")?,
            expected_revenue_minor: (revenue * 100.0).round(),
            uncertainty: optional(self.uncertainty, "uncertainty")?,
            novelty: optional(self.novelty, "novelty")?,
        };
        let told = Told {
            probability: record[self.probability].into(),
            expected_revenue: record[self.expected_revenue].into(),
            reasons: self.reasons.iter().flatten().map(|column| record[*column].into()).collect(),
            model_id: record[self.model_id].into(),
        };
        Ok((scored, told))
    }
}
