//! What came of a declaration.

use domain::{Day, LabelRules, Record};

/// What is known to have come of a declaration.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Whether anything was found.
    pub found: bool,
    /// What the findings brought, in minor units, never negative: their extra revenue, or the duty at stake of the
    /// items with a finding where no extra revenue is recorded.
    pub revenue_minor: f64,
}

impl Outcome {
    /// Adds what came of one item.
    pub fn add(&mut self, found: bool, revenue_minor: f64) {
        self.found |= found;
        if found {
            self.revenue_minor += revenue_minor.max(0.0);
        }
    }
}

/// What the inspections of a declaration have shown by `day`; `None` where no item has a known result. Items that
/// nobody examined say nothing. `has_extra_revenue` tells whether the files record it.
pub fn recorded_outcome(record: &Record, rules: &LabelRules, day: Day, has_extra_revenue: bool) -> Option<Outcome> {
    let mut outcome = None;
    for (item, inspection) in record.declaration.items.iter().zip(&record.inspections) {
        let Some(inspection) = inspection else { continue };
        let Some(found) = rules.label(inspection, day) else { continue };
        let extra = inspection.finding.as_ref().and_then(|finding| finding.extra_revenue_minor);
        let revenue = if has_extra_revenue { extra.map(|minor| minor as f64) } else { item.stake_minor() };
        outcome.get_or_insert_with(Outcome::default).add(found, revenue.unwrap_or_default());
    }
    outcome
}

/// Whether the result of every item of a declaration is known by `day`. What was examined in part only, and in which nothing was
/// found, may still hold something.
pub fn is_whole(record: &Record, rules: &LabelRules, day: Day) -> bool {
    let is_known = |inspection: &Option<domain::Inspection>| {
        inspection.as_ref().is_some_and(|inspection| rules.label(inspection, day).is_some())
    };
    record.inspections.len() == record.declaration.items.len() && record.inspections.iter().all(is_known)
}

/// The duty at stake of a declaration in minor units: the sum over its items, missing ones as 0.
pub fn stake_minor(record: &Record) -> f64 {
    record.declaration.items.iter().filter_map(|item| item.stake_minor()).map(|stake| stake.max(0.0)).sum()
}
