//! What each month brought: volume, results, who and what was new, repeats, notes on the data.

use super::{Month, share};
use crate::history::{KeyMap, digest, repeat_key_of};
use domain::{Day, LabelRules, QualityKind, Record, Role};
use std::collections::BTreeMap;

/// Items per declaration: the least of each class told apart.
pub const ITEM_CLASSES: [usize; 8] = [1, 2, 3, 4, 6, 11, 21, 41];

/// Counts of one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthCounts {
    /// Declarations.
    pub declarations: u64,
    /// Declarations of which an item was inspected.
    pub inspected: u64,
    /// Goods items.
    pub items: u64,
    /// Items with a known result that counts.
    pub labelled: u64,
    /// Those of them with a finding.
    pub findings: u64,
    /// Items with any note on their data.
    pub noted: u64,
    /// Declarations that name their importer.
    pub with_importer: u64,
    /// Those of them whose importer stands in no earlier declaration.
    pub new_importer: u64,
    /// Different importers.
    pub importers: u64,
    /// Items with an HS subheading.
    pub with_code: u64,
    /// Those of them whose subheading stands in no earlier item.
    pub new_code: u64,
    /// Different subheadings.
    pub codes: u64,
    /// Items that repeat an earlier one by the repeat key.
    pub repeats: u64,
}

/// Repeats, and whether they carry the results of what they repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeats {
    /// Items that repeat an earlier one.
    pub items: u64,
    /// Those with a result whose earlier one has a result too.
    pub both_labelled: u64,
    /// Those of them with the same result.
    pub same_result: u64,
    /// Those with a result whose earlier one had a finding.
    pub after_finding: u64,
    /// Those of them with a finding again.
    pub found_again: u64,
}

/// All months together.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// Counts by month.
    pub months: BTreeMap<Month, MonthCounts>,
    /// Notes by kind, role and month.
    pub notes: BTreeMap<(QualityKind, Role), BTreeMap<Month, u64>>,
    /// Repeats.
    pub repeats: Repeats,
    /// Declarations by their number of items, in the classes of [`ITEM_CLASSES`].
    pub by_items: [u64; ITEM_CLASSES.len()],
    /// The most items of a declaration.
    pub most_items: usize,
    importers: KeyMap<Month>,
    codes: KeyMap<Month>,
    /// For each repeat key, the latest result: 0 none, 1 in order, 2 a finding.
    rows: KeyMap<u8>,
}

impl Traffic {
    pub(super) fn add(&mut self, record: &Record, rules: &LabelRules, day: Day) {
        let (header, items) = (&record.declaration.header, &record.declaration.items);
        let month = Month::of(header.day);
        let mut counts = self.months.remove(&month).unwrap_or_default();
        counts.declarations += 1;
        counts.inspected += u64::from(record.inspections.iter().any(Option::is_some));
        counts.items += items.len() as u64;
        self.most_items = self.most_items.max(items.len());
        let class = ITEM_CLASSES.partition_point(|least| *least <= items.len()).max(1);
        self.by_items[class - 1] += 1;
        if let Some(importer) = &header.importer {
            counts.with_importer += 1;
            let (is_new, is_new_now) = meet(&mut self.importers, digest(importer.as_bytes()), month);
            counts.new_importer += u64::from(is_new);
            counts.importers += u64::from(is_new_now);
        }
        for code in items.iter().filter_map(|item| item.code) {
            counts.with_code += 1;
            let (is_new, is_new_now) = meet(&mut self.codes, digest(code.hs6().as_bytes()), month);
            counts.new_code += u64::from(is_new);
            counts.codes += u64::from(is_new_now);
        }
        self.notes(record, month, &mut counts);
        self.rows(record, rules, day, &mut counts);
        self.months.insert(month, counts);
    }

    fn notes(&mut self, record: &Record, month: Month, counts: &mut MonthCounts) {
        for notes in record.quality.iter().filter(|notes| !notes.is_empty()) {
            counts.noted += 1;
            for note in notes {
                *self.notes.entry((note.kind, note.role)).or_default().entry(month).or_default() += 1;
            }
        }
    }

    fn rows(&mut self, record: &Record, rules: &LabelRules, day: Day, counts: &mut MonthCounts) {
        let header = &record.declaration.header;
        for (item, inspection) in record.declaration.items.iter().zip(&record.inspections) {
            let label = inspection.as_ref().and_then(|inspection| rules.label(inspection, day));
            counts.labelled += u64::from(label.is_some());
            counts.findings += u64::from(label == Some(true));
            let result = label.map_or(0, |found| 1 + u8::from(found));
            let earlier = match self.rows.entry(repeat_key_of(header, item)) {
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(result);
                    continue;
                }
                std::collections::hash_map::Entry::Occupied(mut entry) => {
                    let earlier = *entry.get();
                    if result > 0 {
                        entry.insert(result);
                    }
                    earlier
                }
            };
            counts.repeats += 1;
            self.repeats.add(earlier, result);
        }
    }

    /// Different importers of the whole time.
    pub fn importers(&self) -> u64 {
        self.importers.len() as u64
    }

    /// Different subheadings of the whole time.
    pub fn codes(&self) -> u64 {
        self.codes.len() as u64
    }

    /// Mean number of items of a declaration.
    pub fn mean_items(&self) -> Option<f64> {
        let sum = |of: fn(&MonthCounts) -> u64| self.months.values().map(of).sum::<u64>();
        share(sum(|month| month.items), sum(|month| month.declarations))
    }

    /// Share of the items that repeat an earlier one.
    pub fn repeat_share(&self) -> Option<f64> {
        share(self.repeats.items, self.months.values().map(|month| month.items).sum())
    }
}

impl Repeats {
    fn add(&mut self, earlier: u8, result: u8) {
        self.items += 1;
        let both = earlier > 0 && result > 0;
        self.both_labelled += u64::from(both);
        self.same_result += u64::from(both && earlier == result);
        self.after_finding += u64::from(both && earlier == 2);
        self.found_again += u64::from(earlier == 2 && result == 2);
    }
}

/// Whether a key is met for the first time at all, and for the first time in this month.
fn meet(known: &mut KeyMap<Month>, key: u64, month: Month) -> (bool, bool) {
    let before = known.insert(key, month);
    (before.is_none(), before != Some(month))
}
