//! The past that is replayed.

use crate::evaluate::{Outcome, is_whole, recorded_outcome};
use crate::history::Keyed;
use crate::model::Shape;
use domain::{Control as ControlMade, Day, Inspection, Record, SelectedBy, canonical};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// What the administration did with a declaration at the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Present {
    /// Nobody looked at it.
    Released,
    /// It was drawn at random.
    Drawn,
    /// It was inspected for another reason: a score, a rule, an officer's own choice.
    Chosen,
    /// The law or an agency demanded a control; no strategy has a say.
    Mandatory,
}

impl Present {
    /// What the files say was done with a declaration before it was released.
    pub fn of(record: &Record) -> Self {
        if !record.declaration.header.mandatory.is_empty() {
            return Self::Mandatory;
        }
        let at_border = |inspection: &&Inspection| {
            !matches!(inspection.control, Some(ControlMade::Audit | ControlMade::Disclosure))
        };
        let mut inspections = record.inspections.iter().flatten().filter(at_border).peekable();
        if inspections.peek().is_none() {
            return Self::Released;
        }
        let by: Vec<Option<SelectedBy>> = inspections.map(|inspection| inspection.selected_by).collect();
        match by.as_slice() {
            by if by.contains(&Some(SelectedBy::Mandatory)) => Self::Mandatory,
            by if by.contains(&Some(SelectedBy::Random)) => Self::Drawn,
            _ => Self::Chosen,
        }
    }
}

/// The kinds of control that the files record of a declaration, each once: of all its items, whenever it was made. A disclosure
/// is no control.
pub fn controls_of(record: &Record) -> Vec<ControlMade> {
    let made = record.inspections.iter().flatten().filter_map(|inspection| inspection.control);
    let made: BTreeSet<ControlMade> = made.filter(|control| *control != ControlMade::Disclosure).collect();
    made.into_iter().collect()
}

/// A declaration of the past.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The declaration. Its inspections are what a control of it reveals, whether or not there was one.
    pub keyed: Keyed<Record>,
    /// What a control finds; `None` where nobody can know.
    pub outcome: Option<Outcome>,
    /// What was done with it at the time.
    pub present: Present,
    /// The kinds of control it had at the time ([`controls_of`]); none where the files tell none.
    pub controls: Vec<ControlMade>,
}

/// Length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    /// One day.
    Day,
    /// Seven days, the first of them the first day of the past.
    Week,
    /// A month of the calendar.
    Month,
}

impl PeriodKind {
    /// The kind of a stable name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Day, Self::Week, Self::Month].into_iter().find(|kind| kind.name() == text)
    }

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The first day of the period of a day.
    fn start(self, first: Day, day: Day) -> Day {
        match self {
            Self::Day => day,
            Self::Week => day.plus(-(day.since(first).rem_euclid(7))),
            Self::Month => day.plus(1 - i32::from(day.ymd().2)),
        }
    }
}

/// A period and its declarations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub start: Day,
    /// Places of its declarations.
    pub places: Range<usize>,
}

/// The past, in the order of its moments.
#[derive(Clone, Debug)]
pub struct Stream {
    pub(super) shape: Shape,
    pub(super) declarations: Vec<Declared>,
    pub(super) periods: Vec<Period>,
    /// For each declaration, how many its importer had before it.
    pub(super) earlier: Vec<u32>,
    is_full: bool,
    has_extra_revenue: bool,
    floor: Option<f64>,
}

impl Stream {
    /// The past as declarations in the order of their moments. Periods without a declaration are left out.
    /// `has_extra_revenue` tells whether findings record it, or the duty at stake stands for it.
    pub fn new(shape: Shape, declarations: Vec<Declared>, kind: PeriodKind, has_extra_revenue: bool) -> Self {
        let day = |declared: &Declared| declared.keyed.record.declaration.header.day;
        let first = declarations.first().map_or(Day::from_epoch_days(0), day);
        let mut periods: Vec<Period> = Vec::new();
        for (place, declared) in declarations.iter().enumerate() {
            let start = kind.start(first, day(declared));
            match periods.last_mut().filter(|period| period.start == start) {
                Some(period) => period.places.end = place + 1,
                None => periods.push(Period { start, places: place..place + 1 }),
            }
        }
        let mut met: HashMap<&str, u32> = HashMap::new();
        let earlier = declarations
            .iter()
            .map(|declared| {
                let Some(importer) = &declared.keyed.record.declaration.header.importer else { return 0 };
                let count = met.entry(importer).or_default();
                *count += 1;
                *count - 1
            })
            .collect();
        let last = Day::from_epoch_days(i32::MAX);
        let is_whole = |declared: &Declared| is_whole(&declared.keyed.record, &shape.rules.labels, last);
        let is_full = declarations.iter().all(|declared| declared.outcome.is_some() && is_whole(declared));
        Self { shape, periods, earlier, is_full, has_extra_revenue, floor: floor(&declarations), declarations }
    }

    /// The share of declarations that were drawn at random and have a result, among all that could be; `None` where there
    /// are none.
    pub fn floor(&self) -> Option<f64> {
        self.floor
    }

    /// A digest of all that a replay of it hangs on.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        for declared in &self.declarations {
            digest.update(canonical::digest(&declared.keyed.record.declaration));
            let revenue = declared.outcome.map_or(f64::NAN, |outcome| outcome.revenue_minor);
            let found = declared.outcome.map_or(2, |outcome| u8::from(outcome.found));
            let lane = declared.keyed.record.lane.map_or(0, |lane| lane as u8 + 1);
            let controls = declared.controls.iter().fold(0, |bits, control| bits | 1u8 << *control as u8);
            digest.update([found, declared.present as u8, lane, controls]);
            digest.update(revenue.to_bits().to_le_bytes());
        }
        self.periods.iter().for_each(|period| digest.update(period.start.epoch_days().to_le_bytes()));
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the outcome of every declaration is known, by all its items.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Its periods.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// Its declarations.
    pub fn declarations(&self) -> &[Declared] {
        &self.declarations
    }

    /// What the results of a declaration say on a day: a finding that is overturned later still stands then.
    pub(super) fn outcome_on(&self, place: usize, day: Day) -> Outcome {
        let (record, labels) = (&self.declarations[place].keyed.record, &self.shape.rules.labels);
        recorded_outcome(record, labels, day, self.has_extra_revenue).unwrap_or_default()
    }

    /// Places of a period's declarations that a strategy may pick: all but those that are controlled anyway.
    pub(super) fn candidates(&self, period: &Period) -> Vec<usize> {
        period.places.clone().filter(|place| self.declarations[*place].present != Present::Mandatory).collect()
    }
}

fn floor(declarations: &[Declared]) -> Option<f64> {
    let free = declarations.iter().filter(|declared| declared.present != Present::Mandatory).count();
    let is_drawn = |declared: &&Declared| declared.present == Present::Drawn && declared.outcome.is_some();
    let drawn = declarations.iter().filter(is_drawn).count();
    (drawn > 0).then(|| drawn as f64 / free as f64)
}
