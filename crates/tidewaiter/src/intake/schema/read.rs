//! From TOML to a schema, one section at a time. Written by hand and not derived, since a mistyped key is the commonest
//! mistake and has to be answered with the key that was meant.

use super::{Expression, FileFormat, MassUnit, RateUnit, Schema, SchemaError, Source, is_number};
use crate::intake::nearest::did_you_mean;
use domain::{Decimals, FindingKind, FindingStatus, LabelRules, Role};
use std::collections::BTreeMap;
use toml::{Table, Value};

pub(super) fn schema(text: &str, name: &str) -> Result<Schema, SchemaError> {
    let table = text.parse::<Table>().map_err(|error| SchemaError::Syntax {
        name: name.to_owned(),
        message: error.to_string().trim_end().to_owned(),
    })?;
    let mut top = Section { name, section: "top level", table };
    let mut file = top.section("file")?;
    let mut columns = top.section("columns")?;
    let mut label = top.section("label")?;
    let mut repeats = top.section("repeats")?;
    let mut descriptions = top.section("descriptions")?;
    let schema = Schema {
        name: top.text("name")?.unwrap_or_else(|| name.to_owned()),
        file: file_format(&mut file)?,
        roles: roles(top.section("roles")?)?,
        categorical: columns.texts("categorical")?.unwrap_or_default(),
        numeric: columns.texts("numeric")?.unwrap_or_default(),
        known_after_days: label.integer("known_after_days", 0, 3_650)?.unwrap_or(14) as i32,
        label: label_rules(&mut label)?,
        repeat_key: repeats.texts("repeat_key")?.unwrap_or_default(),
        hs_index: descriptions.text("hs_index")?.map(Into::into),
    };
    file.finish(&FILE_KEYS)?;
    columns.finish(&["categorical", "numeric"])?;
    label.finish(&["known_after_days", "kinds", "statuses"])?;
    repeats.finish(&["repeat_key"])?;
    descriptions.finish(&["hs_index"])?;
    top.finish(&["name", "file", "roles", "columns", "label", "repeats", "descriptions"])?;
    Ok(schema)
}

const FILE_KEYS: [&str; 11] = [
    "delimiter",
    "quote",
    "encoding",
    "date_formats",
    "decimal",
    "thousands",
    "null",
    "mass_unit",
    "rate_unit",
    "money_decimals",
    "default_unit",
];

fn file_format(section: &mut Section<'_>) -> Result<FileFormat, SchemaError> {
    let default = FileFormat::default();
    let encoding = section.text("encoding")?;
    let encoding = encoding.map(|label| {
        encoding_rs::Encoding::for_label(label.as_bytes())
            .ok_or_else(|| section.value("encoding", format!("names no encoding that is known: {label:?}")))
    });
    Ok(FileFormat {
        delimiter: section.byte("delimiter")?,
        quote: section.byte("quote")?.unwrap_or(default.quote),
        encoding: encoding.transpose()?,
        date_formats: date_formats(section)?.unwrap_or(default.date_formats),
        decimals: decimals(section)?,
        null: section.texts("null")?.unwrap_or_default(),
        mass_unit: section
            .choice("mass_unit", &[("kg", MassUnit::Kilogram), ("g", MassUnit::Gram), ("t", MassUnit::Tonne)])?
            .unwrap_or_default(),
        rate_unit: section
            .choice("rate_unit", &[("percent", RateUnit::Percent), ("fraction", RateUnit::Fraction)])?
            .unwrap_or_default(),
        money_decimals: section.integer("money_decimals", 0, 4)?.unwrap_or(2) as u32,
        default_unit: section.text("default_unit")?.unwrap_or(default.default_unit),
    })
}

fn date_formats(section: &mut Section<'_>) -> Result<Option<Vec<String>>, SchemaError> {
    let Some(formats) = section.texts("date_formats")? else { return Ok(None) };
    if formats.is_empty() {
        return Err(section.value("date_formats", "names no format; write for example [\"%d/%m/%Y\"]".to_owned()));
    }
    if let Some(bare) = formats.iter().find(|format| !format.contains('%')) {
        let problem = format!("has {bare:?}, which is no strptime format; write for example \"%d/%m/%Y\"");
        return Err(section.value("date_formats", problem));
    }
    Ok(Some(formats))
}

fn decimals(section: &mut Section<'_>) -> Result<Decimals, SchemaError> {
    let mark = section.choice("decimal", &[(".", '.'), (",", ',')])?.unwrap_or('.');
    let separators = [(",", ','), (".", '.'), ("'", '\''), ("\u{2019}", '\u{2019}'), (" ", ' ')];
    let thousands = section.choice("thousands", &separators)?;
    if thousands == Some(mark) {
        let problem = "is the decimal mark too; give `decimal` and `thousands` different characters";
        return Err(section.value("thousands", problem.to_owned()));
    }
    Ok(Decimals { mark, thousands })
}

fn label_rules(section: &mut Section<'_>) -> Result<LabelRules, SchemaError> {
    let default = LabelRules::default();
    let kinds: Vec<_> = FindingKind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    // Overturned findings never count, so the word is no choice here.
    let statuses: Vec<_> = default.statuses.iter().map(|status: &FindingStatus| (status.name(), *status)).collect();
    Ok(LabelRules {
        kinds: section.choices("kinds", &kinds)?.unwrap_or(default.kinds),
        statuses: section.choices("statuses", &statuses)?.unwrap_or(default.statuses),
    })
}

fn roles(section: Section<'_>) -> Result<BTreeMap<Role, Source>, SchemaError> {
    let Section { name, table, .. } = section;
    let mut roles = BTreeMap::new();
    for (key, value) in table {
        let role = Role::parse(&key).ok_or_else(|| SchemaError::UnknownKey {
            name: name.to_owned(),
            section: "roles",
            hint: did_you_mean(&key, Role::ALL.iter().map(|role| role.name())),
            key,
        })?;
        roles.insert(role, source(name, role, value)?);
    }
    Ok(roles)
}

fn source(name: &str, role: Role, value: Value) -> Result<Source, SchemaError> {
    let problem = |problem: &str| SchemaError::Value {
        name: name.to_owned(),
        key: format!("roles.{}", role.name()),
        problem: problem.to_owned(),
    };
    let table = match value {
        Value::String(column) if column.is_empty() => return Err(problem("names no column")),
        Value::String(column) => return Ok(Source::Column(column)),
        Value::Table(table) => table,
        _ => return Err(problem("is \"Column\", { derive = \"a * b\" } or { constant = \"XX\" }")),
    };
    let mut entries = table.into_iter();
    match (entries.next(), entries.next()) {
        (Some((key, Value::String(text))), None) if key == "constant" => Ok(Source::Constant(text)),
        (Some((key, Value::String(text))), None) if key == "derive" => {
            if !is_number(role) {
                return Err(problem("is no number, so it can't be derived by arithmetic; name a column or a constant"));
            }
            let expression = Expression::parse(&text);
            expression.map(Source::Derived).map_err(|source| SchemaError::Derivation {
                name: name.to_owned(),
                role: role.name(),
                source,
            })
        }
        _ => Err(problem("has either { derive = \"a * b\" } or { constant = \"XX\" }, with one text")),
    }
}

/// One table of the file; keys are taken out as they are read, so that what remains is unknown.
struct Section<'a> {
    name: &'a str,
    section: &'static str,
    table: Table,
}

impl<'a> Section<'a> {
    fn value(&self, key: &str, problem: String) -> SchemaError {
        let key = if self.section == "top level" { key.to_owned() } else { format!("{}.{key}", self.section) };
        SchemaError::Value { name: self.name.to_owned(), key, problem }
    }

    fn section(&mut self, section: &'static str) -> Result<Section<'a>, SchemaError> {
        let table = match self.table.remove(section) {
            None => Table::new(),
            Some(Value::Table(table)) => table,
            Some(_) => return Err(self.value(section, format!("is a table; write it as [{section}]"))),
        };
        Ok(Section { name: self.name, section, table })
    }

    fn finish(self, known: &[&str]) -> Result<(), SchemaError> {
        let Some(key) = self.table.keys().next() else { return Ok(()) };
        Err(SchemaError::UnknownKey {
            name: self.name.to_owned(),
            section: self.section,
            key: key.clone(),
            hint: did_you_mean(key, known.iter().copied()),
        })
    }

    fn text(&mut self, key: &str) -> Result<Option<String>, SchemaError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.value(key, "is a text between quotes".to_owned())),
        }
    }

    fn texts(&mut self, key: &str) -> Result<Option<Vec<String>>, SchemaError> {
        let Some(value) = self.table.remove(key) else { return Ok(None) };
        let Value::Array(values) = value else {
            return Err(self.value(key, "is a list of texts, as in [\"a\", \"b\"]".to_owned()));
        };
        let texts: Option<Vec<String>> = values.into_iter().map(|value| Some(value.as_str()?.to_owned())).collect();
        texts.map(Some).ok_or_else(|| self.value(key, "has something else than texts in its list".to_owned()))
    }

    fn integer(&mut self, key: &str, low: i64, high: i64) -> Result<Option<i64>, SchemaError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Integer(value)) if (low..=high).contains(&value) => Ok(Some(value)),
            Some(_) => Err(self.value(key, format!("is a whole number from {low} to {high}"))),
        }
    }

    fn byte(&mut self, key: &str) -> Result<Option<u8>, SchemaError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'\r' | b'\n') => Ok(Some(*byte)),
            _ => Err(self.value(key, format!("is one ASCII character, not {text:?}"))),
        }
    }

    fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Result<Option<T>, SchemaError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        self.chosen(key, &text, choices).map(Some)
    }

    fn choices<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Result<Option<Vec<T>>, SchemaError> {
        let Some(texts) = self.texts(key)? else { return Ok(None) };
        texts.iter().map(|text| self.chosen(key, text, choices)).collect::<Result<_, _>>().map(Some)
    }

    fn chosen<T: Copy>(&self, key: &str, text: &str, choices: &[(&str, T)]) -> Result<T, SchemaError> {
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|(name, _)| format!("{name:?}")).collect();
            self.value(key, format!("is one of {}, not {text:?}", names.join(", ")))
        })
    }
}
