//! From a schema to TOML, in the order of the documentation and without what is as by default.

use super::{FileFormat, MassUnit, RateUnit, Schema, Source};
use domain::LabelRules;
use std::fmt::Write;

pub(super) fn schema(schema: &Schema) -> String {
    let mut out = format!("name = {}\n", quoted(&schema.name));
    section(&mut out, "file", &file(&schema.file));
    out.push_str("\n[roles]\n");
    for (role, from) in &schema.roles {
        let _ = writeln!(out, "{} = {}", role.name(), source(from));
    }
    let mut columns = Vec::new();
    entry(&mut columns, "categorical", &schema.categorical);
    entry(&mut columns, "numeric", &schema.numeric);
    section(&mut out, "columns", &columns);
    section(&mut out, "label", &label(schema));
    let mut repeats = Vec::new();
    entry(&mut repeats, "repeat_key", &schema.repeat_key);
    section(&mut out, "repeats", &repeats);
    let index = schema.hs_index.iter().map(|path| format!("hs_index = {}", quoted(&path.to_string_lossy())));
    section(&mut out, "descriptions", &index.collect::<Vec<_>>());
    out
}

fn section(out: &mut String, name: &str, lines: &[String]) {
    if !lines.is_empty() {
        let _ = writeln!(out, "\n[{name}]\n{}", lines.join("\n"));
    }
}

fn entry(lines: &mut Vec<String>, key: &str, texts: &[String]) {
    if !texts.is_empty() {
        lines.push(format!("{key} = {}", list(texts.iter().map(String::as_str))));
    }
}

fn file(format: &FileFormat) -> Vec<String> {
    let default = FileFormat::default();
    let mut lines = Vec::new();
    if let Some(delimiter) = format.delimiter {
        lines.push(format!("delimiter = {}", quoted(&char::from(delimiter).to_string())));
    }
    if format.quote != default.quote {
        lines.push(format!("quote = {}", quoted(&char::from(format.quote).to_string())));
    }
    if let Some(encoding) = format.encoding {
        lines.push(format!("encoding = {}", quoted(&encoding.name().to_ascii_lowercase())));
    }
    entry(&mut lines, "date_formats", &format.date_formats);
    if format.decimals.mark != default.decimals.mark {
        lines.push(format!("decimal = {}", quoted(&format.decimals.mark.to_string())));
    }
    if let Some(thousands) = format.decimals.thousands {
        lines.push(format!("thousands = {}", quoted(&thousands.to_string())));
    }
    entry(&mut lines, "null", &format.null);
    if format.mass_unit != default.mass_unit {
        lines.push(format!("mass_unit = {}", quoted(mass_unit(format.mass_unit))));
    }
    if format.rate_unit == RateUnit::Fraction {
        lines.push("rate_unit = \"fraction\"".to_owned());
    }
    if format.money_decimals != default.money_decimals {
        lines.push(format!("money_decimals = {}", format.money_decimals));
    }
    if format.default_unit != default.default_unit {
        lines.push(format!("default_unit = {}", quoted(&format.default_unit)));
    }
    lines
}

fn mass_unit(unit: MassUnit) -> &'static str {
    match unit {
        MassUnit::Gram => "g",
        MassUnit::Kilogram => "kg",
        MassUnit::Tonne => "t",
    }
}

fn label(schema: &Schema) -> Vec<String> {
    let default = LabelRules::default();
    let mut lines = vec![format!("known_after_days = {}", schema.known_after_days)];
    if schema.label.kinds != default.kinds {
        lines.push(format!("kinds = {}", list(schema.label.kinds.iter().map(|kind| kind.name()))));
    }
    if schema.label.statuses != default.statuses {
        lines.push(format!("statuses = {}", list(schema.label.statuses.iter().map(|status| status.name()))));
    }
    lines
}

pub(crate) fn source(source: &Source) -> String {
    match source {
        Source::Column(name) => quoted(name),
        Source::Derived(expression) => format!("{{ derive = {} }}", quoted(expression.text())),
        Source::Constant(text) => format!("{{ constant = {} }}", quoted(text)),
    }
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(quoted).collect::<Vec<_>>().join(", "))
}

/// A TOML string with its quotes and escapes.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
