//! The customs gap as JSON.

use super::IntervalView;
use crate::flow::pilot::{MonthGap, Pilot};
use risk::replay::gap::CaughtBy;
use risk::replay::missed::Controls;
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
    /// Draws without a finding of which only some items were examined.
    pub drawn_partly: u64,
    /// Draws without a finding that were examined again.
    pub reexamined: u64,
    /// Those of them in which that found something.
    pub reexamined_found: u64,
    /// Re-examinations of other declarations; no estimate rests on them.
    pub reexamined_elsewhere: u64,
    /// Share of irregular declarations that first controls miss; null under 30 re-examinations, as are the next two.
    pub missed_share: Option<IntervalView>,
    /// Share irregular, corrected by what first controls miss.
    pub corrected_rate: Option<IntervalView>,
    /// Share of these that was caught.
    pub corrected_caught_share: Option<IntervalView>,
    /// Picks by score whose officer saw neither score nor reasons.
    pub blind: ControlsView,
    /// Picks by score whose officer did.
    pub informed: ControlsView,
    /// Hit rate of informed picks less that of blind ones; null under 30 of either.
    pub informed_less_blind: Option<IntervalView>,
    /// Revenue that was not collected; null where too few findings of the floor brought any.
    pub revenue_gap: Option<IntervalView>,
}

/// Controls and findings among them.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ControlsView {
    /// Declarations controlled.
    pub controls: u64,
    /// Findings.
    pub found: u64,
}

impl From<Controls> for ControlsView {
    fn from(of: Controls) -> Self {
        Self { controls: of.controls, found: of.found }
    }
}

impl GapView {
    fn new(month: &MonthGap, name: String, (unit, seed): (f64, u64)) -> Self {
        let (observed, second) = (&month.observed, &month.observed.second);
        let missed = month.gap.and_then(|gap| gap.missed);
        Self {
            month: name,
            declarations: observed.declarations,
            drawn: observed.drawn,
            drawn_found: observed.drawn_found,
            caught: CaughtBy::ALL.into_iter().zip(observed.caught).map(|(by, (found, _))| (by.name(), found)).collect(),
            rate: month.gap.map(|gap| gap.rate.into()),
            caught_share: month.gap.map(|gap| gap.caught.into()),
            drawn_partly: observed.drawn_partly,
            reexamined: second.cleared.controls,
            reexamined_found: second.cleared.found,
            reexamined_elsewhere: second.elsewhere,
            missed_share: missed.map(|missed| missed.share.into()),
            corrected_rate: missed.map(|missed| missed.rate.into()),
            corrected_caught_share: missed.map(|missed| missed.caught.into()),
            blind: second.blind.into(),
            informed: second.informed.into(),
            informed_less_blind: second.informed_less_blind(seed).map(IntervalView::from),
            revenue_gap: month.gap.and_then(|gap| gap.gap_minor).map(|gap| IntervalView::from(gap).scaled(1.0 / unit)),
        }
    }
}

impl GapsView {
    pub(super) fn new(pilot: &Pilot, unit: f64) -> Self {
        let seed = pilot.plan.get().seed;
        let view = |month: &MonthGap, name: String| GapView::new(month, name, (unit, seed));
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
