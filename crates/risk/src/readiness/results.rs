//! Who was inspected and what was found, by office, lane, control and way of selection, and how long results took.

use domain::{Control, Day, LabelRules, Record};
use std::collections::BTreeMap;

/// Offices told apart; those met later share one row, so that a wrong column can't fill the memory.
const MOST_OFFICES: usize = 2_000;

/// The name of the row for what is missing or beyond the limit.
pub const NOT_GIVEN: &str = "-";

/// Counts of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Declarations.
    pub declarations: u64,
    /// Declarations of which an item was inspected.
    pub inspected: u64,
    /// Items with a known result that counts.
    pub labelled: u64,
    /// Those of them with a finding.
    pub findings: u64,
}

/// How long results of one control took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    /// Results whose day was assumed for want of a date.
    pub assumed: u64,
    /// Results by days from lodgement, of those that have a date.
    pub days: BTreeMap<i32, u64>,
}

/// Everything about results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// All declarations.
    pub all: Rates,
    /// Items, inspected or not.
    pub items: u64,
    /// Items that were inspected.
    pub inspected_items: u64,
    /// By office.
    pub by_office: BTreeMap<String, Rates>,
    /// By lane.
    pub by_lane: BTreeMap<&'static str, Rates>,
    /// By control; declarations count under each control they had.
    pub by_control: BTreeMap<&'static str, Rates>,
    /// By why they were selected.
    pub by_selection: BTreeMap<&'static str, Rates>,
    /// Delays by control.
    pub delays: BTreeMap<&'static str, Delay>,
    /// Findings that count, with extra revenue above zero on record.
    pub with_extra_revenue: u64,
}

impl Delay {
    /// Results with a date.
    pub fn dated(&self) -> u64 {
        self.days.values().sum()
    }

    /// The least number of days within which `share` of the dated results came (type 1 of Hyndman and Fan 1996); `None`
    /// where no result has a date.
    pub fn quantile(&self, share: f64) -> Option<i32> {
        let due = ((share * self.dated() as f64).ceil() as u64).max(1);
        let mut came = 0;
        self.days.iter().find_map(|(days, count)| {
            came += count;
            (came >= due).then_some(*days)
        })
    }
}

impl Results {
    pub(super) fn add(&mut self, record: &Record, rules: &LabelRules, day: Day) {
        let header = &record.declaration.header;
        let mut rates = Rates { declarations: 1, ..Rates::default() };
        self.items += record.declaration.items.len() as u64;
        let (mut controls, mut selections) = (BTreeMap::new(), BTreeMap::new());
        for inspection in record.inspections.iter().flatten() {
            rates.inspected = 1;
            self.inspected_items += 1;
            let label = rules.label(inspection, day);
            let (labelled, findings) = (u64::from(label.is_some()), u64::from(label == Some(true)));
            rates.labelled += labelled;
            rates.findings += findings;
            let one = Rates { declarations: 0, inspected: 0, labelled, findings };
            let control = inspection.control.map_or(NOT_GIVEN, Control::name);
            let selection = inspection.selected_by.map_or(NOT_GIVEN, |by| by.name());
            controls.entry(control).or_insert_with(Rates::default).join(&one);
            selections.entry(selection).or_insert_with(Rates::default).join(&one);
            let extra = inspection.finding.as_ref().and_then(|finding| finding.extra_revenue_minor);
            self.with_extra_revenue += u64::from(label == Some(true) && extra.is_some_and(|minor| minor > 0));
            let delay = self.delays.entry(control).or_default();
            if inspection.known_on_assumed {
                delay.assumed += 1;
            } else {
                *delay.days.entry(inspection.known_on.since(header.day)).or_default() += 1;
            }
        }
        self.all.join(&rates);
        self.office(header.office.as_deref().unwrap_or(NOT_GIVEN)).join(&rates);
        self.by_lane.entry(record.lane.map_or(NOT_GIVEN, |lane| lane.name())).or_default().join(&rates);
        for (groups, all) in [(controls, &mut self.by_control), (selections, &mut self.by_selection)] {
            for (name, group) in groups {
                all.entry(name).or_default().join(&Rates { declarations: 1, inspected: 1, ..group });
            }
        }
    }

    fn office(&mut self, name: &str) -> &mut Rates {
        let is_known = self.by_office.contains_key(name);
        let name = if is_known || self.by_office.len() < MOST_OFFICES { name } else { NOT_GIVEN };
        self.by_office.entry(name.to_owned()).or_default()
    }

    /// Share of inspected items whose result has no date; `None` where nothing was inspected.
    pub fn assumed_share(&self) -> Option<f64> {
        let assumed = self.delays.values().map(|delay| delay.assumed).sum();
        super::share(assumed, self.inspected_items)
    }
}

impl Rates {
    fn join(&mut self, other: &Self) {
        self.declarations += other.declarations;
        self.inspected += other.inspected;
        self.labelled += other.labelled;
        self.findings += other.findings;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_hand() {
        let delay = Delay { assumed: 3, days: BTreeMap::from([(0, 5), (2, 4), (30, 1)]) };
        assert_eq!([0.1, 0.5, 0.51, 0.9, 0.91, 1.0].map(|share| delay.quantile(share).unwrap()), [0, 0, 2, 2, 30, 30]);
        assert_eq!(Delay::default().quantile(0.5), None);
    }
}
