//! What goods cost: by subheading, origin and day, before the quality tier of an importer's line.

use crate::country;
use crate::goods::Catalogue;
use crate::rng::{Rng, Stream};
use crate::scenario::Prices;
use domain::{Country, Day};

/// The usual unit prices of the world.
#[derive(Clone, Debug)]
pub(crate) struct PriceBook {
    seed: u64,
    prices: Prices,
    start: Day,
    shock_day: Option<Day>,
    /// Of each good: yearly trend, place of its season in the year (turns), jump at the shock.
    moves: Vec<Moves>,
}

#[derive(Clone, Debug)]
struct Moves {
    trend: f64,
    phase: f64,
    jump: f64,
}

impl PriceBook {
    pub(crate) fn new(seed: u64, prices: &Prices, start: Day, catalogue: &Catalogue) -> Self {
        let normal = |stream, index: usize| Rng::new(seed, stream, index as u64).normal();
        let moves = catalogue.goods().iter().enumerate().map(|(index, good)| Moves {
            trend: prices.trend_sd * normal(Stream::Trend, index),
            phase: Rng::new(seed, Stream::Trend, 1_000_000 + index as u64).unit(),
            jump: prices.shock_sd * normal(Stream::Shock, good.sector),
        });
        let shock_days = (f64::from(prices.shock_month) * 30.44) as i32;
        Self {
            seed,
            prices: prices.clone(),
            start,
            shock_day: (prices.shock_month > 0).then(|| start.plus(shock_days)),
            moves: moves.collect(),
        }
    }

    /// Natural logarithm of the price of good `index` relative to the catalogue's.
    pub(crate) fn level(&self, index: usize, origin: Country, day: Day) -> f64 {
        let key = origin.as_str().bytes().fold(index as u64, |sum, byte| sum << 8 | u64::from(byte));
        let pair = self.prices.origin_sd * Rng::new(self.seed, Stream::OriginLevel, key).normal();
        let years = f64::from(day.since(self.start)) / 365.25;
        let Some(moves) = self.moves.get(index) else { return pair };
        let season = self.prices.season * (std::f64::consts::TAU * (years + moves.phase)).cos();
        let jump = if self.shock_day.is_some_and(|shock| day >= shock) { moves.jump } else { 0.0 };
        country::price_level(origin) + pair + moves.trend * years + season + jump
    }
}
