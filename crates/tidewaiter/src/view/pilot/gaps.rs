//! The customs gap as JSON.

use super::IntervalView;
use crate::flow::pilot::{MonthGap, Pilot};
use risk::replay::gap::CaughtBy;
use serde::Serialize;
use std::collections::BTreeMap;

/// The customs gap.
#[derive(Clone, Debug, Serialize)]
pub struct GapsView {
    /// All months together; null without a random floor.
    pub whole: Option<GapView>,
    /// Month by month.
    pub months: Vec<GapView>,
}

/// The customs gap of some time.
#[derive(Clone, Debug, Serialize)]
pub struct GapView {
    /// Year and month; empty for the whole.
    pub month: String,
    /// Declarations that could be drawn.
    pub declarations: u64,
    /// Those drawn whose result is known.
    pub drawn: u64,
    /// Findings among them.
    pub drawn_found: u64,
    /// Findings by who made them.
    pub caught: BTreeMap<&'static str, u64>,
    /// Share irregular.
    pub rate: Option<IntervalView>,
    /// Share of the irregular ones that was caught.
    pub caught_share: Option<IntervalView>,
    /// Revenue that was not collected; null where too few findings of the floor brought any.
    pub revenue_gap: Option<IntervalView>,
}

impl GapsView {
    pub(super) fn new(pilot: &Pilot, unit: f64) -> Self {
        let view = |month: &MonthGap, name: String| GapView {
            month: name,
            declarations: month.observed.declarations,
            drawn: month.observed.drawn,
            drawn_found: month.observed.drawn_found,
            caught: CaughtBy::ALL
                .into_iter()
                .zip(month.observed.caught)
                .map(|(by, (found, _))| (by.name(), found))
                .collect(),
            rate: month.gap.map(|gap| gap.rate.into()),
            caught_share: month.gap.map(|gap| gap.caught.into()),
            revenue_gap: month.gap.and_then(|gap| gap.gap_minor).map(|gap| IntervalView::from(gap).scaled(1.0 / unit)),
        };
        let name = |(year, month): (i16, i8)| format!("{year:04}-{month:02}");
        Self {
            whole: pilot.whole.gap.map(|_| view(&pilot.whole, String::new())),
            months: match pilot.whole.gap {
                Some(_) => pilot.months.iter().map(|month| view(month, name(month.month))).collect(),
                None => Vec::new(),
            },
        }
    }
}
