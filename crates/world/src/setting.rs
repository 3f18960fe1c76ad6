//! What does not change while a world runs.

use crate::goods::Catalogue;
use crate::price::PriceBook;
use crate::rng::Wheel;
use crate::scenario::{CheckedScenario, Scenario};
use domain::Day;

/// The fixed parts of a world.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) scenario: CheckedScenario,
    pub(crate) catalogue: Catalogue,
    pub(crate) prices: PriceBook,
    pub(crate) seed: u64,
    pub(crate) importers: usize,
    pub(crate) brokers: usize,
    pub(crate) examiners: usize,
    pub(crate) rings: usize,
    /// Sectors by what is traded.
    pub(crate) sectors: Wheel,
    /// Sectors of those who import once.
    pub(crate) one_off_sectors: Wheel,
}

impl Setting {
    pub(crate) fn new(scenario: CheckedScenario, catalogue: Catalogue, seed: u64, declarations: u64) -> Self {
        let parameters = scenario.parameters();
        let traders = &parameters.traders;
        let count = |per: f64, least: usize| ((declarations as f64 / per).round() as usize).max(least);
        let importers = count(traders.declarations_per_importer, 20);
        let members = importers as f64 * parameters.irregular.ring_importers;
        let sizes: Vec<f64> = catalogue.sectors().iter().map(|sector| sector.goods.len() as f64).collect();
        let private = |name: &str| match name {
            "vehicles" => 60.0,
            "household_misc" | "apparel" | "electronics" => 25.0,
            "footwear" | "consumer_chemicals" | "textiles" | "leather_bags" | "instruments" => 8.0,
            _ => 2.0,
        };
        Self {
            prices: PriceBook::new(seed, &parameters.prices, scenario.start(), &catalogue),
            seed,
            importers,
            brokers: count(traders.declarations_per_broker, 6),
            examiners: count(traders.declarations_per_examiner, 4),
            rings: ((members / parameters.irregular.importers_per_ring).round() as usize).max(2),
            sectors: Wheel::new(sizes.len(), |i| sizes[i].sqrt() * 4.0 + sizes[i]),
            one_off_sectors: Wheel::new(sizes.len(), |i| private(&catalogue.sectors()[i].name)),
            scenario,
            catalogue,
        }
    }

    pub(crate) fn parameters(&self) -> &Scenario {
        self.scenario.parameters()
    }

    /// How much of the world has passed on a day, 0-1.
    pub(crate) fn progress(&self, day: Day) -> f64 {
        let whole = f64::from(self.scenario.end().since(self.scenario.start()).max(1));
        (f64::from(day.since(self.scenario.start())) / whole).clamp(0.0, 1.0)
    }
}
