//! What an administration's own declarations say of a code: who declares it, from where, and at what price.

use super::HsError;
use crate::flow::Error;
use crate::intake::{self, Progress, Reading, Schema};
use domain::{Country, Day, GoodsItem, Header};
use hsearch::Prefix;
use learn::math::quantile_of_sorted;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Fewer parties than this could be recognised in a figure.
pub const LEAST_PARTIES: usize = 5;

/// Origins that are told.
const ORIGINS: usize = 8;

/// Figures of a code.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeStatistics {
    /// Declarations with the code.
    pub declarations: usize,
    /// Goods items.
    pub items: usize,
    /// Different importers.
    pub importers: usize,
    /// Different declarants; `None` where they are fewer than may be told.
    pub declarants: Option<usize>,
    /// The first and the last day.
    pub days: (Day, Day),
    /// Origins by items, the most frequent first.
    pub origins: Vec<OriginShare>,
    /// Origins left out because fewer than [`LEAST_PARTIES`] importers have them.
    pub origins_withheld: usize,
    /// Price of a kilogram in the money's unit, over the items that tell it; `None` of too few items or importers.
    pub price_per_kg: Option<PriceRange>,
}

/// An origin of a code's goods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OriginShare {
    /// The country.
    pub origin: Country,
    /// Items from there.
    pub items: usize,
    /// Importers of them.
    pub importers: usize,
}

/// Where most prices lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceRange {
    /// Items.
    pub items: usize,
    /// A tenth of them is cheaper.
    pub low: f64,
    /// Half of them are.
    pub median: f64,
    /// Nine tenths are.
    pub high: f64,
}

/// What is counted while declarations are read.
#[derive(Default)]
struct Count {
    declarations: usize,
    items: usize,
    importers: BTreeSet<Box<str>>,
    declarants: BTreeSet<Box<str>>,
    days: Option<(Day, Day)>,
    origins: BTreeMap<Country, (usize, BTreeSet<Box<str>>)>,
    prices: Vec<f64>,
    priced_importers: BTreeSet<Box<str>>,
}

/// Reads declarations and counts those of a code. With `is_inside` figures of few parties are told too.
///
/// # Errors
/// Where files can't be read; [`HsError::FewParties`] where fewer than [`LEAST_PARTIES`] importers have the code and they are not told.
pub fn statistics(
    schema: &Schema,
    files: &[PathBuf],
    (code, today, is_inside): (Prefix, Day, bool),
    mut progress: impl FnMut(Progress),
) -> Result<CodeStatistics, HsError> {
    let money_unit = 10f64.powi(schema.file().money_decimals as i32);
    let mut count = Count::default();
    let reading = Reading { today, outcomes: false, rejects: None };
    let mut declarations = intake::open(schema, files, reading).map_err(Error::from)?;
    let mut read = 0u64;
    while let Some(record) = declarations.next() {
        let record = record.map_err(Error::from)?;
        let header = &record.declaration.header;
        let is_of = |item: &&GoodsItem| {
            item.code.and_then(|own| hsearch::Hs6::parse(own.as_str())).is_some_and(|own| code.holds(own))
        };
        let before = count.items;
        record.declaration.items.iter().filter(is_of).for_each(|item| count.add(header, item, money_unit));
        count.declarations += usize::from(count.items > before);
        read += 1;
        if read.is_multiple_of(4_096) {
            progress(declarations.progress());
        }
    }
    let least = if is_inside { 0 } else { LEAST_PARTIES };
    count.told(least).ok_or(HsError::FewParties { code })
}

impl Count {
    fn add(&mut self, header: &Header, item: &GoodsItem, money_unit: f64) {
        self.items += 1;
        self.importers.extend(header.importer.clone());
        self.declarants.extend(header.declarant.clone());
        let (first, last) = self.days.unwrap_or((header.day, header.day));
        self.days = Some((first.min(header.day), last.max(header.day)));
        if let Some(origin) = item.origin {
            let (items, importers) = self.origins.entry(origin).or_default();
            *items += 1;
            importers.extend(header.importer.clone());
        }
        let mass_g = item.net_mass_g.or(item.gross_mass_g).filter(|mass| *mass > 0);
        if let Some((value, mass_g)) = item.value_minor().filter(|value| *value > 0).zip(mass_g) {
            self.prices.push(value as f64 / money_unit / (mass_g as f64 / 1e3));
            self.priced_importers.extend(header.importer.clone());
        }
    }

    /// The figures, without those that rest on fewer parties than `least`; `None` where all do.
    fn told(mut self, least: usize) -> Option<CodeStatistics> {
        let days = self.days.filter(|_| self.importers.len() >= least)?;
        self.prices.sort_by(f64::total_cmp);
        let quantile = |share| quantile_of_sorted(&self.prices, share);
        let range = || {
            Some(PriceRange {
                items: self.prices.len(),
                low: quantile(0.1)?,
                median: quantile(0.5)?,
                high: quantile(0.9)?,
            })
        };
        let all = self.origins.len();
        let origin = |(origin, (items, importers)): (&Country, &(usize, BTreeSet<Box<str>>))| {
            (importers.len() >= least).then_some(OriginShare {
                origin: *origin,
                items: *items,
                importers: importers.len(),
            })
        };
        let mut origins: Vec<OriginShare> = self.origins.iter().filter_map(origin).collect();
        origins.sort_by(|a, b| b.items.cmp(&a.items).then(a.origin.cmp(&b.origin)));
        // What is withheld could be had by subtraction from the total, so it has to hide several parties itself.
        let told: BTreeSet<Country> = origins.iter().map(|one| one.origin).collect();
        let hidden = self.origins.iter().filter(|(origin, _)| !told.contains(origin));
        let hidden: BTreeSet<&Box<str>> = hidden.flat_map(|(_, (_, importers))| importers).collect();
        if !hidden.is_empty() && hidden.len() < least {
            origins.pop();
        }
        let origins_withheld = all - origins.len();
        origins.truncate(ORIGINS);
        Some(CodeStatistics {
            declarations: self.declarations,
            items: self.items,
            importers: self.importers.len(),
            declarants: Some(self.declarants.len()).filter(|count| *count >= least),
            days,
            origins,
            origins_withheld,
            price_per_kg: (self.priced_importers.len() >= least).then(range).flatten(),
        })
    }
}
