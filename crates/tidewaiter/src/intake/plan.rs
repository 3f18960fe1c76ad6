//! From a row to the texts of its roles: a schema, bound to the columns that have to be read for it.

use super::error::IntakeError;
use super::nearest::did_you_mean;
use super::rows::Row;
use super::schema::{Schema, Source};
use domain::{Conventions, Day, RawItem, Role, parse_number};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::path::Path;

/// Which columns are read, and what becomes of them. Positions are positions among these columns, whatever the order
/// of a file's header.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    columns: Vec<String>,
    /// For each column, the first use that the schema makes of it; for messages.
    uses: Vec<String>,
    values: Vec<Option<Value>>,
    categorical: Vec<usize>,
    numeric: Vec<usize>,
    repeat_key: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Value {
    Column(usize),
    Derived(super::expression::Expression, Vec<usize>),
    Constant(String),
}

impl Plan {
    /// What has to be read for `schema`; without `outcomes`, no column that only outcome roles use is among it.
    pub(crate) fn new(schema: &Schema, outcomes: bool) -> Self {
        let mut plan = Self {
            columns: Vec::new(),
            uses: Vec::new(),
            values: vec![None; Role::COUNT],
            categorical: Vec::new(),
            numeric: Vec::new(),
            repeat_key: Vec::new(),
        };
        for (role, source) in schema.roles().iter().filter(|(role, _)| outcomes || !role.is_outcome()) {
            let usage = format!("role `{}`", role.name());
            plan.values[*role as usize] = Some(match source {
                Source::Column(name) => Value::Column(plan.column(name, &usage)),
                Source::Constant(text) => Value::Constant(text.clone()),
                Source::Derived(expression) => {
                    let positions = plan.columns(expression.columns(), &usage);
                    Value::Derived(expression.clone(), positions)
                }
            });
        }
        plan.categorical = plan.columns(schema.categorical(), "[columns] categorical");
        plan.numeric = plan.columns(schema.numeric(), "[columns] numeric");
        plan.repeat_key = plan.columns(schema.repeat_key(), "[repeats] repeat_key");
        plan
    }

    fn columns(&mut self, names: &[String], usage: &str) -> Vec<usize> {
        names.iter().map(|name| self.column(name, usage)).collect()
    }

    fn column(&mut self, name: &str, usage: &str) -> usize {
        self.columns.iter().position(|known| known == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.uses.push(usage.to_owned());
            self.columns.len() - 1
        })
    }

    /// Names of the columns that are read.
    pub(crate) fn column_names(&self) -> &[String] {
        &self.columns
    }

    /// Number of columns that are read.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// Where the columns stand in a file's header.
    pub(crate) fn positions(&self, header: &[String], path: &Path) -> Result<Vec<usize>, IntakeError> {
        let mut missing = Vec::new();
        let mut positions = Vec::with_capacity(self.columns.len());
        for (column, usage) in self.columns.iter().zip(&self.uses) {
            let mut found = (0..header.len()).filter(|position| header[*position] == *column);
            match (found.next(), found.next()) {
                (Some(_), Some(_)) => {
                    return Err(IntakeError::ColumnTwice { path: path.into(), column: column.clone() });
                }
                (Some(position), None) => positions.push(position),
                _ => {
                    let hint = did_you_mean(column, header.iter().map(String::as_str));
                    missing.push(format!("`{column}` for {usage}{hint}"));
                }
            }
        }
        if missing.is_empty() { Ok(positions) } else { Err(IntakeError::Columns { path: path.into(), missing }) }
    }

    /// The only column that the order of rows hangs on; `None` where all rows have the same date.
    pub(crate) fn date_position(&self) -> Option<usize> {
        match self.values[Role::Date as usize] {
            Some(Value::Column(position)) => Some(position),
            _ => None,
        }
    }

    /// What a role is called in messages about rows: its column, else its own name.
    pub(crate) fn label(&self, role: Role) -> &str {
        match self.values[role as usize] {
            Some(Value::Column(position)) => &self.columns[position],
            _ => role.name(),
        }
    }

    /// The texts of a row by role, and how many of them were not in UTF-8.
    pub(crate) fn raw_item<'a>(&'a self, row: Row<'a>, conventions: &Conventions) -> (RawItem<'a>, u64) {
        let mut strays = 0;
        let mut text = |position: usize| {
            let (text, stray) = row.text(position);
            strays += u64::from(stray);
            text
        };
        let value = |value: &'a Option<Value>| match value.as_ref()? {
            Value::Column(position) => Some(text(*position)),
            Value::Constant(constant) => Some(Cow::Borrowed(constant.as_str())),
            Value::Derived(expression, positions) => {
                let number = |index: usize| parse_number(&row.text(positions[index]).0, conventions.decimals);
                Some(Cow::Owned(number_text(expression.evaluate(number), conventions)))
            }
        };
        let values = self.values.iter().map(value).collect();
        let mut texts = |positions: &[usize]| positions.iter().map(|position| text(*position)).collect();
        let raw = RawItem {
            values,
            categorical: texts(&self.categorical),
            numeric: texts(&self.numeric),
            repeat_key: (!self.repeat_key.is_empty()).then(|| self.repeat_digest(row, conventions.decimals.mark)),
        };
        (raw, strays)
    }

    /// The first eight bytes, little-endian, of SHA-256 over the texts of the repeat key, each in its plain form (see
    /// [`plain_text`]) and closed by the byte 1f (unit separator).
    fn repeat_digest(&self, row: Row<'_>, mark: char) -> u64 {
        let mut hasher = Sha256::new();
        for position in &self.repeat_key {
            plain_text(row.field(*position), mark).into_iter().for_each(|part| hasher.update(part));
            hasher.update([0x1f]);
        }
        first_u64(hasher)
    }

    /// The day of a row as it orders the rows: as [`domain::normalise`] will read it.
    pub(crate) fn day_of(&self, text: &str, conventions: &Conventions) -> Option<Day> {
        Day::parse(text.trim(), &conventions.date_formats).map(|day| day.min(conventions.today))
    }
}

/// The first eight bytes of a digest, little-endian.
pub(crate) fn first_u64(hasher: Sha256) -> u64 {
    let digest: [u8; 32] = hasher.finalize().into();
    digest.iter().take(8).rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// A number in the conventions of the file, so that it is read like a column's.
fn number_text(number: Option<f64>, conventions: &Conventions) -> String {
    let text = number.map_or_else(String::new, |number| number.to_string());
    if conventions.decimals.mark == '.' { text } else { text.replace('.', &conventions.decimals.mark.to_string()) }
}

/// The parts of a text in the form that does not depend on the program that wrote the file: trimmed, and a plain number
/// with a decimal point and without zeros that carry nothing, so that `8,0`, `8` and `08` are the same.
pub(crate) fn plain_text(text: &[u8], mark: char) -> [&[u8]; 4] {
    let text = text.trim_ascii();
    let (sign, number) = if text.first() == Some(&b'-') { text.split_at(1) } else { (&b""[..], text) };
    let mark = number.iter().position(|byte| char::from(*byte) == mark);
    let (whole, fraction) = mark.map_or((number, &b""[..]), |mark| (&number[..mark], &number[mark + 1..]));
    let is_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return [text, b"", b"", b""];
    }
    let leading = whole.iter().take_while(|byte| **byte == b'0').count().min(whole.len() - 1);
    let trailing = fraction.iter().rev().take_while(|byte| **byte == b'0').count();
    let fraction = &fraction[..fraction.len() - trailing];
    [sign, &whole[leading..], if fraction.is_empty() { b"" } else { b"." }, fraction]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_the_zeros_that_carry_nothing() {
        for (text, mark, plain) in [
            ("8.0", '.', "8"),
            ("8,0", ',', "8"),
            (" 8 ", '.', "8"),
            ("08", '.', "8"),
            ("0.50", '.', "0.5"),
            ("0,50", ',', "0.5"),
            ("000", '.', "0"),
            ("100", '.', "100"),
            ("100.250", '.', "100.25"),
            ("-03.00", '.', "-3"),
            ("A0", '.', "A0"),
            ("1.2.0", '.', "1.2.0"),
            ("1,5", '.', "1,5"),
            ("5.", '.', "5"),
            ("", '.', ""),
            ("-", '.', "-"),
            (".0", '.', ".0"),
        ] {
            assert_eq!(plain_text(text.as_bytes(), mark).concat(), plain.as_bytes(), "{text:?}");
        }
    }
}
