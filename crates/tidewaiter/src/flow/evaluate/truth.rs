//! The truth of a simulated world: what is irregular, whether or not anybody looked.

use super::EvaluateError;
use domain::{Decimals, FindingKind, LabelRules, Record, parse_scaled};
use risk::evaluate::Outcome;
use std::collections::HashMap;
use std::path::Path;

/// What is really wrong, by declaration, version and item.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    items: HashMap<(Box<str>, u32, u32), Item>,
}

#[derive(Clone, Copy, Debug)]
struct Item {
    irregular: bool,
    extra_minor: f64,
}

const COLUMNS: [&str; 6] = ["id", "item", "version", "irregular", "kind", "extra_revenue"];

impl Truth {
    /// Reads a truth file; `rules` say which kinds count, and `money_decimals` how many minor units an amount has.
    ///
    /// # Errors
    /// Where a column is missing or a value can't be read.
    pub fn read(path: &Path, rules: &LabelRules, money_decimals: u32) -> Result<Self, EvaluateError> {
        let table = |source| EvaluateError::TruthTable { path: path.to_owned(), source };
        let mut reader = csv::Reader::from_path(path).map_err(table)?;
        let header = reader.headers().map_err(table)?.clone();
        let mut places = [0; COLUMNS.len()];
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            let found = header.iter().position(|name| name.trim() == column);
            *place = found.ok_or_else(|| EvaluateError::TruthColumn { path: path.to_owned(), column })?;
        }
        let mut items = HashMap::new();
        for row in reader.records() {
            let row = row.map_err(table)?;
            let text = |column: usize| row.get(places[column]).unwrap_or_default().trim();
            let wrong = |column: usize, hint| EvaluateError::TruthValue {
                path: path.to_owned(),
                line: row.position().map_or(0, csv::Position::line),
                column: COLUMNS[column],
                value: text(column).to_owned(),
                hint,
            };
            let whole = |column| text(column).parse::<u32>().map_err(|_| wrong(column, "it is a whole number"));
            let irregular = match text(3) {
                "0" => false,
                "1" => FindingKind::parse(text(4)).is_none_or(|kind| rules.kinds.contains(&kind)),
                _ => return Err(wrong(3, "it is 0 or 1")),
            };
            let extra = parse_scaled(text(5), Decimals::default(), money_decimals);
            let extra_minor = extra.filter(|minor| *minor >= 0).map(|minor| minor as f64);
            let extra_minor = if text(5).is_empty() { Some(0.0) } else { extra_minor };
            let extra_minor = extra_minor.ok_or_else(|| wrong(5, "it is an amount of at least 0"))?;
            items.insert((text(0).into(), whole(2)?, whole(1)?), Item { irregular, extra_minor });
        }
        Ok(Self { items })
    }

    /// The truth about a declaration.
    ///
    /// # Errors
    /// [`EvaluateError::TruthMissing`] where the file does not speak of one of its items.
    pub fn outcome(&self, record: &Record) -> Result<Outcome, EvaluateError> {
        let mut outcome = Outcome::default();
        for (irregular, extra_minor) in self.items(record)? {
            outcome.add(irregular, extra_minor);
        }
        Ok(outcome)
    }

    /// For each item of a declaration, whether it is irregular and what that would bring, in minor units.
    ///
    /// # Errors
    /// [`EvaluateError::TruthMissing`] where the file does not speak of one of them.
    pub fn items(&self, record: &Record) -> Result<Vec<(bool, f64)>, EvaluateError> {
        let header = &record.declaration.header;
        let truth = |item: &domain::GoodsItem| {
            let truth = self.items.get(&(header.id.clone(), header.version, item.number));
            truth.map(|truth| (truth.irregular, truth.extra_minor)).ok_or_else(|| EvaluateError::TruthMissing {
                id: header.id.to_string(),
                item: item.number,
                version: header.version,
            })
        };
        record.declaration.items.iter().map(truth).collect()
    }
}
