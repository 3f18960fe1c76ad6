//! Drift: how far each month of the later half lies from the first half of the file.
//!
//! The measure is the population stability index, sum of (q - p) ln(q / p) over categories (Siddiqi 2006, Credit Risk
//! Scorecards; by convention below 0.1 stable, above 0.25 a shift). Where nothing drifts its expectation is about
//! (categories - 1) (1/n + 1/m), n and m being the sizes of both samples (Yurdakul 2018, Statistical Properties of
//! Population Stability Index); with many codes and few items that alone passes 0.1, so it is told beside the index and
//! taken off before anything is called a shift.

use super::Month;
use crate::history::digest;
use domain::{GoodsItem, Header, Record};
use learn::metrics::drift::stability_of_counts;
use std::collections::{BTreeMap, BTreeSet};

/// Categories told apart a month; what comes beyond is one category.
const MOST_CATEGORIES: usize = 4_096;

/// Index above noise from which a month is called shifted.
const SHIFTED: f64 = 0.25;

/// Groups of about equal size that values are put into.
pub(super) const VALUE_GROUPS: usize = 10;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// HS chapter.
    Chapter,
    /// Country of origin.
    Origin,
    /// Customs office.
    Office,
    /// Declared value, in tenths of the reference.
    Value,
}

/// Of one month and aspect, how far it lies from the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The index.
    pub index: f64,
    /// What the index would be on average if nothing had moved.
    pub noise: f64,
}

type Counts = BTreeMap<u64, u32>;

/// Counts by month.
#[derive(Clone, Debug, Default)]
pub(super) struct Drift(BTreeMap<Month, [Counts; Aspect::ALL.len()]>);

impl Aspect {
    /// All aspects.
    pub const ALL: [Self; 4] = [Self::Chapter, Self::Origin, Self::Office, Self::Value];

    /// The stable name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chapter => "chapter",
            Self::Origin => "origin",
            Self::Office => "office",
            Self::Value => "value",
        }
    }

    fn category(self, header: &Header, item: &GoodsItem) -> Option<u64> {
        match self {
            Self::Chapter => item.code.map(|code| code.number(2)),
            Self::Origin => item.origin.map(|country| digest(country.as_str().as_bytes())),
            Self::Office => header.office.as_ref().map(|office| digest(office.as_bytes())),
            Self::Value => item.value_minor().map(value_band),
        }
    }
}

/// A band of a quarter of a doubling.
pub(super) fn value_band(minor: i64) -> u64 {
    ((minor.max(1) as f64).log2() * 4.0).floor() as u64
}

impl Shift {
    /// Whether the month has shifted, beyond noise.
    pub fn has_shifted(&self) -> bool {
        self.index - self.noise > SHIFTED
    }
}

impl Drift {
    pub(super) fn add(&mut self, record: &Record) {
        let header = &record.declaration.header;
        let aspects = self.0.entry(Month::of(header.day)).or_default();
        for item in &record.declaration.items {
            for (aspect, counts) in Aspect::ALL.iter().zip(aspects.iter_mut()) {
                // A missing value is a category of its own.
                let category = aspect.category(header, item).unwrap_or(u64::MAX);
                let is_known = counts.len() < MOST_CATEGORIES || counts.contains_key(&category);
                *counts.entry(if is_known { category } else { u64::MAX - 1 }).or_default() += 1;
            }
        }
    }

    /// The shifts of the months after the first half, by aspect. Empty where there is but one month.
    pub(super) fn finish(self) -> BTreeMap<Month, BTreeMap<Aspect, Shift>> {
        let half = self.0.len() / 2;
        let months: Vec<(Month, [Counts; 4])> = self.0.into_iter().collect();
        let (first, later) = months.split_at(half);
        let mut shifts: BTreeMap<Month, BTreeMap<Aspect, Shift>> = BTreeMap::new();
        for (place, aspect) in Aspect::ALL.into_iter().enumerate() {
            let mut reference = Counts::new();
            for (category, count) in first.iter().flat_map(|(_, counts)| &counts[place]) {
                *reference.entry(*category).or_default() += count;
            }
            let groups = (aspect == Aspect::Value).then(|| equal_groups(&reference));
            for (month, counts) in later {
                if let Some(shift) = shift(&reference, &counts[place], groups.as_ref()) {
                    shifts.entry(*month).or_default().insert(aspect, shift);
                }
            }
        }
        shifts
    }
}

/// The first band of each group but the first, so that groups hold about equal counts.
pub(super) fn equal_groups(counts: &BTreeMap<u64, u32>) -> Vec<u64> {
    let total: f64 = counts.values().map(|count| f64::from(*count)).sum();
    let (mut bounds, mut below) = (Vec::new(), 0.0);
    for (band, count) in counts {
        if below >= total * (bounds.len() + 1) as f64 / VALUE_GROUPS as f64 {
            bounds.push(*band);
        }
        below += f64::from(*count);
    }
    bounds
}

fn shift(reference: &Counts, current: &Counts, groups: Option<&Vec<u64>>) -> Option<Shift> {
    let grouped = |counts: &Counts| match groups {
        None => counts.clone(),
        Some(bounds) => counts.iter().fold(Counts::new(), |mut sum, (band, count)| {
            let is_special = *band >= u64::MAX - 1;
            let group = if is_special { *band } else { bounds.partition_point(|bound| bound <= band) as u64 };
            *sum.entry(group).or_default() += count;
            sum
        }),
    };
    let (reference, current) = (grouped(reference), grouped(current));
    let categories: BTreeSet<u64> = reference.keys().chain(current.keys()).copied().collect();
    let counts = |of: &Counts| -> Vec<f64> {
        categories.iter().map(|category| of.get(category).map_or(0.0, |count| f64::from(*count))).collect()
    };
    let (p, q) = (counts(&reference), counts(&current));
    let index = stability_of_counts(&p, &q)?;
    let [n, m] = [p, q].map(|counts| counts.iter().sum::<f64>());
    Some(Shift { index, noise: (categories.len() as f64 - 1.0) * (1.0 / n + 1.0 / m) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_by_hand() {
        // Shares after raising by 1/2: 50.5/101 and 50.5/101 against 75.5/101 and 25.5/101.
        let reference = Counts::from([(1, 50), (2, 50)]);
        let current = Counts::from([(1, 75), (2, 25)]);
        let (q, r) = (75.5 / 101.0, 25.5 / 101.0);
        let expected = (q - 0.5f64) * (q / 0.5f64).ln() + (r - 0.5f64) * (r / 0.5f64).ln();
        let shift = shift(&reference, &current, None).unwrap();
        assert!((shift.index - expected).abs() < 1e-12);
        assert!((shift.noise - 0.02).abs() < 1e-12);
        assert!((0.25..0.27).contains(&shift.index) && !shift.has_shifted(), "below 0.25 once noise is taken off");
    }

    #[test]
    fn groups_hold_about_equal_counts() {
        let bands: BTreeMap<u64, u32> = (0..100).map(|band| (band, 7)).collect();
        let bounds = equal_groups(&bands);
        assert_eq!(bounds, [10, 20, 30, 40, 50, 60, 70, 80, 90]);
        assert_eq!(equal_groups(&BTreeMap::from([(4, 1000)])), Vec::<u64>::new());
    }
}
