//! What one's own declarations say of a code, as JSON and as text.

use crate::flow::hs::statistics::{CodeStatistics, LEAST_PARTIES, OriginShare, PriceRange};
use crate::view::words::Words;
use serde::Serialize;

/// What one's own declarations say of a code. Nothing in it rests on fewer than five importers, unless it was asked for inside.
#[derive(Debug, Serialize)]
pub struct StatisticsView {
    /// Declarations with the code.
    pub declarations: usize,
    /// Goods items.
    pub items: usize,
    /// Different importers.
    pub importers: usize,
    /// Different declarants; null where they are fewer than five.
    pub declarants: Option<usize>,
    /// The first day.
    pub first: String,
    /// The last day.
    pub last: String,
    /// The most frequent origins.
    pub origins: Vec<OriginView>,
    /// Origins that are not told.
    pub origins_withheld: usize,
    /// A tenth, half and nine tenths of the prices of a kilogram are lower, in the money's unit; of how many items.
    pub price_per_kg: Option<PriceView>,
}

/// An origin.
#[derive(Debug, Serialize)]
pub struct OriginView {
    /// The country, ISO 3166 alpha-2.
    pub origin: String,
    /// Items from there.
    pub items: usize,
    /// Importers of them.
    pub importers: usize,
}

/// A range of prices.
#[derive(Debug, Serialize)]
pub struct PriceView {
    /// Items.
    pub items: usize,
    /// A tenth is cheaper.
    pub low: f64,
    /// Half are.
    pub median: f64,
    /// Nine tenths are.
    pub high: f64,
}

impl StatisticsView {
    /// The view of figures.
    pub fn new(of: &CodeStatistics) -> Self {
        let origin = |one: &OriginShare| OriginView {
            origin: one.origin.to_string(),
            items: one.items,
            importers: one.importers,
        };
        Self {
            declarations: of.declarations,
            items: of.items,
            importers: of.importers,
            declarants: of.declarants,
            first: of.days.0.to_string(),
            last: of.days.1.to_string(),
            origins: of.origins.iter().map(origin).collect(),
            origins_withheld: of.origins_withheld,
            price_per_kg: of.price_per_kg.map(|PriceRange { items, low, median, high }| PriceView {
                items,
                low,
                median,
                high,
            }),
        }
    }

    pub(super) fn text(&self, words: &Words) -> String {
        let text = |id: &str, arguments: &[(&str, String)]| {
            let arguments: Vec<(&str, &str)> = arguments.iter().map(|(name, value)| (*name, &**value)).collect();
            words.text(id, &arguments)
        };
        let mut lines = vec![text(
            "hs-statistics",
            &[
                ("first", self.first.clone()),
                ("last", self.last.clone()),
                ("items", self.items.to_string()),
                ("declarations", self.declarations.to_string()),
                ("importers", self.importers.to_string()),
                ("declarants", self.declarants.map_or_else(|| format!("< {LEAST_PARTIES}"), |count| count.to_string())),
            ],
        )];
        lines.extend(self.origins.iter().map(|one| {
            let figures = [("items", one.items.to_string()), ("importers", one.importers.to_string())];
            format!("  {}", text("hs-statistics-origin", &[&[("origin", one.origin.clone())], &figures[..]].concat()))
        }));
        if self.origins_withheld > 0 {
            let count = [("count", self.origins_withheld.to_string()), ("least", LEAST_PARTIES.to_string())];
            lines.push(format!("  {}", text("hs-statistics-withheld", &count)));
        }
        lines.extend(self.price_per_kg.as_ref().map(|price| {
            let money = |amount: f64| format!("{amount:.2}");
            let ends = [("low", money(price.low)), ("median", money(price.median)), ("high", money(price.high))];
            text("hs-statistics-price", &[&[("items", price.items.to_string())], &ends[..]].concat())
        }));
        lines.join("\n")
    }
}
