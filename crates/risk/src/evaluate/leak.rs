//! Columns that know the result: made after the inspection, or of it.
//!
//! Each declared column is asked alone, on examined items, without any history: a column that is known at lodgement
//! hardly ever separates findings from the rest by itself. Repeats of a row by its repeat key count once, so that a file
//! that repeats its rows with their labels does not make each column look like a leak.
//!
//! A column that is the same for all items of a declaration is asked by declaration too: what was decided of a declaration says
//! little about each item, but all about whether anything was found in it.

use crate::history::{Declared, Field, Key, repeat_key_of};
use domain::{Day, GoodsItem, Header, LabelRules, Record};
use learn::metrics::Ranking;
use std::collections::{BTreeMap, BTreeSet};

/// A column alone that orders items better than this looks like a leak.
const LEAK_AUC: f64 = 0.95;

/// Values with at least [`PURE_ITEMS`] items, of which at least this share have a finding, are called pure.
const PURE_SHARE: f64 = 0.99;
const PURE_ITEMS: u32 = 30;

/// Pure values that hold at least this share of all findings look like a leak.
const PURE_FINDINGS: f64 = 0.2;

/// Items of each class needed before anything is said.
const LEAST_OF_EACH_CLASS: usize = 20;

/// Items and values kept of each column; what comes beyond is not looked at.
const MOST_ITEMS: usize = 200_000;

/// Weight of the overall rate in the rate of a value, in items.
const PRIOR_STRENGTH: f64 = 2.0;

/// A column that looks like a leak.
#[derive(Clone, Debug, PartialEq)]
pub struct Leak {
    /// The column, or the role where it has one.
    pub column: String,
    /// AUC of the column alone: by size for numbers, by the share of findings of the other items with the same value.
    pub auc: f64,
    /// Share of all findings that stand under values with (almost) nothing but findings.
    pub pure_findings: f64,
}

/// Watches examined items as they pass, and says which columns look like leaks.
#[derive(Clone, Debug)]
pub struct LeakWatch {
    rules: LabelRules,
    columns: Vec<Column>,
    seen: BTreeSet<Key>,
    found: Vec<bool>,
    /// Of the declarations that were looked at, whether anything was found.
    found_whole: Vec<bool>,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    source: Source,
    /// By item.
    items: Counts,
    /// By declaration; `None` once two items of one declaration differed.
    whole: Option<Counts>,
}

/// What a column says of items, or of declarations.
#[derive(Clone, Debug, Default)]
struct Counts {
    /// Cases and findings by value.
    values: BTreeMap<u64, (u32, u32)>,
    /// The numbers of the cases in their order; NaN where missing. Empty for categorical columns.
    numbers: Vec<f64>,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Text(fn(&Header, &GoodsItem) -> Option<String>),
    Number(fn(&GoodsItem) -> Option<i64>),
    Categorical(usize),
    Numeric(usize),
}

/// The roles that are looked at, by the names they have in schemas.
const ROLES: [(&str, Source); 25] = [
    ("office", Source::Text(|header, item| Field::Office.text(Declared::alone(header, item), 1.0))),
    ("procedure", Source::Text(|header, item| Field::Procedure.text(Declared::alone(header, item), 1.0))),
    ("declarant", Source::Text(|header, item| Field::Declarant.text(Declared::alone(header, item), 1.0))),
    ("importer", Source::Text(|header, item| Field::Importer.text(Declared::alone(header, item), 1.0))),
    ("consignor", Source::Text(|header, item| Field::Consignor.text(Declared::alone(header, item), 1.0))),
    ("carrier", Source::Text(|header, item| Field::Carrier.text(Declared::alone(header, item), 1.0))),
    ("departure", Source::Text(|header, item| Field::Departure.text(Declared::alone(header, item), 1.0))),
    ("transport_mode", Source::Text(|header, item| Field::Mode.text(Declared::alone(header, item), 1.0))),
    ("preference", Source::Text(|header, item| Field::Preference.text(Declared::alone(header, item), 1.0))),
    ("hs_code", Source::Text(|_, item| item.code.map(|code| code.as_str().to_owned()))),
    ("origin", Source::Text(|header, item| Field::Origin.text(Declared::alone(header, item), 1.0))),
    ("description", Source::Text(|header, item| Field::Description.text(Declared::alone(header, item), 1.0))),
    ("incoterm", Source::Text(|header, _| header.incoterm.as_deref().map(str::to_owned))),
    ("currency", Source::Text(|header, _| header.currency.as_deref().map(str::to_owned))),
    ("valuation_method", Source::Number(|item| item.valuation_method.map(i64::from))),
    ("quantity", Source::Number(|item| item.quantity.as_ref().map(|quantity| quantity.milli))),
    ("net_mass", Source::Number(|item| item.net_mass_g)),
    ("gross_mass", Source::Number(|item| item.gross_mass_g)),
    ("invoice_value", Source::Number(|item| item.invoice_value_minor)),
    ("customs_value", Source::Number(|item| item.customs_value_minor)),
    ("fob", Source::Number(|item| item.fob_minor)),
    ("cif", Source::Number(|item| item.cif_minor)),
    ("rate", Source::Number(|item| item.rate_ppm)),
    ("taxes", Source::Number(|item| item.taxes_minor)),
    ("duty_at_stake", Source::Number(|item| item.duty_at_stake_minor)),
];

impl Source {
    fn is_number(self) -> bool {
        matches!(self, Self::Number(_) | Self::Numeric(_))
    }

    fn number(self, item: &GoodsItem) -> f64 {
        match self {
            Self::Number(read) => read(item).map_or(f64::NAN, |number| number as f64),
            Self::Numeric(index) => item.numeric.get(index).copied().unwrap_or(f64::NAN),
            Self::Text(_) | Self::Categorical(_) => f64::NAN,
        }
    }

    /// A digest of the value; 0 where it is missing.
    fn value(self, header: &Header, item: &GoodsItem) -> u64 {
        let text = match self {
            Self::Text(read) => read(header, item),
            Self::Categorical(index) => item.categorical.get(index).cloned().flatten().map(String::from),
            Self::Number(_) | Self::Numeric(_) => {
                let number = self.number(item);
                return if number.is_nan() { 0 } else { (number + 0.0).to_bits().max(1) };
            }
        };
        text.map_or(0, |text| crate::history::digest(text.as_bytes()))
    }
}

impl LeakWatch {
    /// A watch over the usual roles and the further columns of a schema.
    pub fn new(rules: LabelRules, categorical: &[String], numeric: &[String]) -> Self {
        let further = categorical.iter().enumerate().map(|(index, name)| (name.as_str(), Source::Categorical(index)));
        let numbers = numeric.iter().enumerate().map(|(index, name)| (name.as_str(), Source::Numeric(index)));
        let column = |(name, source): (&str, Source)| Column {
            name: name.to_owned(),
            source,
            items: Counts::default(),
            whole: Some(Counts::default()),
        };
        let columns = ROLES.into_iter().chain(further).chain(numbers).map(column).collect();
        Self { rules, columns, seen: BTreeSet::new(), found: Vec::new(), found_whole: Vec::new() }
    }

    /// Looks at the examined items of a declaration whose results are known by `day`.
    pub fn add(&mut self, record: &Record, day: Day) {
        let header = &record.declaration.header;
        let mut looked_at: Vec<(&GoodsItem, bool)> = Vec::new();
        for (item, inspection) in record.declaration.items.iter().zip(&record.inspections) {
            let label = inspection.as_ref().and_then(|inspection| self.rules.label(inspection, day));
            let Some(found) = label.filter(|_| self.found.len() < MOST_ITEMS) else { continue };
            if !self.seen.insert(repeat_key_of(header, item)) {
                continue;
            }
            self.found.push(found);
            looked_at.push((item, found));
            self.columns.iter_mut().for_each(|column| column.items.add(column.source, header, item, found));
        }
        if let Some((first, _)) = looked_at.first() {
            let found = looked_at.iter().any(|(_, found)| *found);
            self.found_whole.push(found);
            self.columns
                .iter_mut()
                .for_each(|column| column.add_whole(header, &record.declaration.items, first, found));
        }
    }

    /// The columns that look like leaks, the plainest first.
    pub fn leaks(&self) -> Vec<Leak> {
        let findings = self.found.iter().filter(|found| **found).count();
        if findings < LEAST_OF_EACH_CLASS || self.found.len() - findings < LEAST_OF_EACH_CLASS {
            return Vec::new();
        }
        let mut leaks: Vec<Leak> =
            self.columns.iter().map(|column| column.leak(&self.found, &self.found_whole)).collect();
        leaks.retain(|leak| leak.auc > LEAK_AUC || leak.pure_findings >= PURE_FINDINGS);
        leaks.sort_by(|a, b| b.auc.total_cmp(&a.auc).then_with(|| a.column.cmp(&b.column)));
        leaks
    }
}

impl Column {
    /// Takes in a declaration, as long as the column is the same for all items of each.
    fn add_whole(&mut self, header: &Header, items: &[GoodsItem], first: &GoodsItem, found: bool) {
        let Some(whole) = &mut self.whole else { return };
        let value = self.source.value(header, first);
        if items.iter().all(|item| self.source.value(header, item) == value) {
            whole.add(self.source, header, first, found);
        } else {
            self.whole = None;
        }
    }

    /// What it says of items or, where that says more, of declarations.
    fn leak(&self, found: &[bool], found_whole: &[bool]) -> Leak {
        let (auc, pure_findings) = self.items.says(found);
        let whole = self.whole.as_ref().map_or((0.0, 0.0), |whole| whole.says(found_whole));
        Leak { column: self.name.clone(), auc: auc.max(whole.0), pure_findings: pure_findings.max(whole.1) }
    }
}

impl Counts {
    fn add(&mut self, source: Source, header: &Header, item: &GoodsItem, found: bool) {
        let counts = self.values.entry(source.value(header, item)).or_default();
        *counts = (counts.0 + 1, counts.1 + u32::from(found));
        if source.is_number() {
            self.numbers.push(source.number(item));
        }
    }

    /// AUC, and the share of findings under pure values.
    fn says(&self, found: &[bool]) -> (f64, f64) {
        let findings = found.iter().filter(|found| **found).count();
        if findings < LEAST_OF_EACH_CLASS || found.len() - findings < LEAST_OF_EACH_CLASS {
            return (0.5, 0.0);
        }
        let pure = |(cases, findings): &&(u32, u32)| {
            *cases >= PURE_ITEMS && f64::from(*findings) >= PURE_SHARE * f64::from(*cases)
        };
        let pure_findings: u32 = self.values.values().filter(pure).map(|(_, findings)| findings).sum();
        let base_rate = findings as f64 / found.len() as f64;
        // Where nearly everything is a finding, pure values say nothing.
        let pure_findings = if base_rate < 0.8 { f64::from(pure_findings) / findings as f64 } else { 0.0 };
        (self.by_value(base_rate).max(self.by_size(found)), pure_findings)
    }

    /// AUC of the share of findings among the other items with the same value, so that no item speaks for itself.
    fn by_value(&self, base_rate: f64) -> f64 {
        let (mut scores, mut positive, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (items, findings) in self.values.values() {
            let (items, findings) = (f64::from(*items), f64::from(*findings));
            let mut push = |others_found: f64, is_found: bool, weight: f64| {
                scores.push((others_found + PRIOR_STRENGTH * base_rate) / (items - 1.0 + PRIOR_STRENGTH));
                positive.push(is_found);
                weights.push(weight);
            };
            push(findings - 1.0, true, findings);
            push(findings, false, items - findings);
        }
        let ranking = Ranking::new(&scores, &positive).and_then(|ranking| ranking.with_weights(&weights));
        ranking.ok().and_then(|ranking| ranking.auc()).unwrap_or(0.5)
    }

    /// AUC of the number itself, in whichever direction is better, among items that have one; 0.5 where too few do.
    fn by_size(&self, found: &[bool]) -> f64 {
        let present = || self.numbers.iter().zip(found).filter(|(number, _)| number.is_finite());
        let numbers: Vec<f64> = present().map(|(number, _)| *number).collect();
        let positive: Vec<bool> = present().map(|(_, found)| *found).collect();
        if numbers.len() * 2 < found.len() {
            return 0.5;
        }
        let auc = Ranking::new(&numbers, &positive).ok().and_then(|ranking| ranking.auc()).unwrap_or(0.5);
        auc.max(1.0 - auc)
    }
}
