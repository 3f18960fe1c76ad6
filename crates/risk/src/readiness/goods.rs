//! What price references and the plausibility of codes would stand on.

use super::{Month, share};
use crate::history::{KeyMap, digest, join};
use domain::{GoodsItem, Record};
use std::collections::BTreeMap;

/// Earlier prices that a reference needs, as [`crate::History`] reads them.
const LEAST_PRICES: u32 = 4;

/// Words that a description needs to say something.
const TELLING_WORDS: usize = 2;

/// Counts about goods.
#[derive(Clone, Debug, Default)]
pub struct Goods {
    /// Items.
    pub items: u64,
    /// Items with an HS subheading.
    pub with_code: u64,
    /// Items with value and quantity, or value and mass, so that a unit price can be made.
    pub with_price: u64,
    /// Items with a duty at stake: derived, value times rate, or taxes.
    pub with_stake: u64,
    /// Items with a description.
    pub described: u64,
    /// Items whose description has two words or more and which have a subheading.
    pub telling: u64,
    /// By month: priced items, and those of them with at least four earlier prices of the same subheading and unit.
    covered: BTreeMap<Month, (u64, u64)>,
    prices: KeyMap<u32>,
}

impl Goods {
    pub(super) fn add(&mut self, record: &Record) {
        let month = Month::of(record.declaration.header.day);
        for item in &record.declaration.items {
            self.items += 1;
            self.with_code += u64::from(item.code.is_some());
            self.with_stake += u64::from(item.stake_minor().is_some());
            if let Some(text) = &item.description {
                self.described += 1;
                let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count();
                self.telling += u64::from(words >= TELLING_WORDS && item.code.is_some());
            }
            let Some(unit) = price_unit(item) else { continue };
            self.with_price += 1;
            let Some(code) = item.code else { continue };
            let earlier = self.prices.entry(join(digest(code.hs6().as_bytes()), digest(unit.as_bytes()))).or_default();
            let (priced, covered) = self.covered.entry(month).or_default();
            *priced += 1;
            *covered += u64::from(*earlier >= LEAST_PRICES);
            *earlier += 1;
        }
    }

    /// Share of the priced items in the later half of the months that have earlier prices to be compared with.
    pub fn price_cover(&self) -> Option<f64> {
        let later = self.covered.values().skip(self.covered.len() / 2);
        let (priced, covered) = later.fold((0, 0), |sum, month| (sum.0 + month.0, sum.1 + month.1));
        share(covered, priced)
    }
}

/// The unit a price can be made for.
fn price_unit(item: &GoodsItem) -> Option<&str> {
    item.value_minor().filter(|value| *value > 0)?;
    let by_quantity = item.quantity.as_ref().filter(|quantity| quantity.milli > 0).map(|quantity| &*quantity.unit);
    let by_mass = || item.net_mass_g.or(item.gross_mass_g).filter(|mass| *mass > 0).map(|_| "kg");
    by_quantity.or_else(by_mass)
}
