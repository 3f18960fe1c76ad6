//! The policy of an administration: what it may spend, what it looks for, and what it leaves to chance.

use domain::{ControlKind, Day, Lane};
use std::collections::BTreeMap;

/// A policy as written down; [`Policy::check`] makes it usable.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its name, for people.
    pub name: String,
    /// What the ranking looks for.
    pub objective: Objective,
    /// Whether the ranking divides the objective by the officer-time of the first control of the first lane.
    pub per_officer_hour: bool,
    /// The lanes that the ranking fills, in the order in which it tries them.
    pub lanes: Vec<LaneRule>,
    /// What one control costs.
    pub efforts: BTreeMap<ControlKind, Effort>,
    /// What may be spent where and when.
    pub capacities: Vec<CapacityRule>,
    /// The random floor.
    pub random: RandomFloor,
    /// The exploration share.
    pub exploration: Exploration,
    /// The part of the objective, 0-1, that is taken off for each type of authorised economic operator; `*` stands for
    /// every type that is not named.
    pub aeo_credits: BTreeMap<String, f64>,
    /// How many consignments of one importer the ranking and exploration may take together on one day.
    pub importer_cap_per_day: Option<u32>,
    /// The share of picks by score that is given to officers without reasons.
    pub blind_share: f64,
    /// The officers among whom examinations are drawn.
    pub examiners: Vec<Examiner>,
    /// Weights of safety by the leading digits of the commodity code; the longest that fits counts.
    pub safety_weights: BTreeMap<String, f64>,
}

/// What the ranking looks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Objective {
    /// The probability of a finding.
    Finding,
    /// The expected extra revenue.
    Revenue,
    /// The probability of a finding times the safety weight of the goods.
    Safety,
    /// All three, each as its share of the day's total, times a weight.
    Weighted {
        /// Weight of findings.
        finding: f64,
        /// Weight of revenue.
        revenue: f64,
        /// Weight of safety.
        safety: f64,
    },
}

impl Objective {
    /// The weights of finding, revenue and safety.
    pub(crate) fn weights(self) -> [f64; 3] {
        match self {
            Self::Finding => [1.0, 0.0, 0.0],
            Self::Revenue => [0.0, 1.0, 0.0],
            Self::Safety => [0.0, 0.0, 1.0],
            Self::Weighted { finding, revenue, safety } => [finding, revenue, safety],
        }
    }
}

/// How the ranking fills a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneRule {
    /// The lane: red, yellow or blue.
    pub lane: Lane,
    /// The controls of this lane, in the order in which they are tried.
    pub controls: Vec<ControlKind>,
    /// The expected share of the day's declarations in this lane, chance included and mandatory controls not; no limit
    /// but capacity where missing.
    pub rate: Option<f64>,
    /// The least probability of a finding that this lane asks for; what lies below goes on to the next lane.
    pub min_probability: f64,
    /// Whether what finds this lane full goes on to the next lane, or is released.
    pub spill: bool,
}

/// The officer-time of one control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Minutes for each declaration.
    pub minutes: u32,
    /// Minutes for each goods item on top.
    pub minutes_per_item: u32,
}

/// What may be spent on one kind of control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Officer-time in minutes.
    Minutes(u64),
    /// A number of declarations.
    Count(u64),
}

/// A limit with the offices and days for which it holds. Of several that fit, the one that names the office stands
/// before the one for all, then the one that names the date, then the one that names days of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityRule {
    /// The office; every office where missing.
    pub office: Option<String>,
    /// The control.
    pub control: ControlKind,
    /// The days for which it holds.
    pub when: When,
    /// The limit for one day.
    pub limit: Limit,
}

/// The days for which a rule holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Every day.
    Always,
    /// Days of the week, Monday = 0.
    Weekdays(Vec<u8>),
    /// One date.
    Date(Day),
}

impl When {
    pub(crate) fn holds_on(&self, day: Day) -> bool {
        match self {
            Self::Always => true,
            Self::Weekdays(days) => days.contains(&day.weekday()),
            Self::Date(date) => *date == day,
        }
    }
}

/// The share of all declarations that chance alone picks. It is never zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomFloor {
    /// The chance of each declaration (or consignment), from [`RandomFloor::LEAST_SHARE`] to 1.
    pub share: f64,
    /// The least number drawn at each office and day, which raises the chance where few declarations come in.
    pub at_least: u32,
    /// The control that is done.
    pub control: ControlKind,
}

impl RandomFloor {
    /// The least share that is accepted: in a year of 100 000 declarations it draws a hundred.
    pub const LEAST_SHARE: f64 = 0.001;
}

/// The share of capacity spent on what teaches the model most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exploration {
    /// The share, 0-1, of what mandatory controls and the random floor leave of the control's capacity (and of its
    /// lane's rate).
    pub share: f64,
    /// Weight of uncertainty.
    pub uncertainty: f64,
    /// Weight of novelty.
    pub novelty: f64,
    /// The control that is done.
    pub control: ControlKind,
}

/// An officer who examines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examiner {
    /// Name or number.
    pub name: String,
    /// The office; every office where missing.
    pub office: Option<String>,
    /// Minutes a day.
    pub minutes: u64,
    /// The controls the officer is trained for.
    pub controls: Vec<ControlKind>,
}

impl Default for Policy {
    /// One per cent at random, a tenth of the rest for exploration, three lanes that spill over, no capacity.
    fn default() -> Self {
        let lane = |lane, controls: &[ControlKind]| LaneRule {
            lane,
            controls: controls.to_vec(),
            rate: None,
            min_probability: 0.0,
            spill: true,
        };
        let effort = |minutes, minutes_per_item| Effort { minutes, minutes_per_item };
        Self {
            name: "default".into(),
            objective: Objective::Finding,
            per_officer_hour: false,
            lanes: vec![
                lane(Lane::Red, &[ControlKind::Physical, ControlKind::Scan]),
                lane(Lane::Yellow, &[ControlKind::Document]),
                lane(Lane::Blue, &[ControlKind::Audit]),
            ],
            efforts: BTreeMap::from([
                (ControlKind::Physical, effort(60, 5)),
                (ControlKind::Scan, effort(20, 0)),
                (ControlKind::Document, effort(15, 2)),
                (ControlKind::Audit, effort(240, 0)),
            ]),
            capacities: Vec::new(),
            random: RandomFloor { share: 0.01, at_least: 0, control: ControlKind::Physical },
            exploration: Exploration { share: 0.1, uncertainty: 0.5, novelty: 0.5, control: ControlKind::Physical },
            aeo_credits: BTreeMap::new(),
            importer_cap_per_day: None,
            blind_share: 0.0,
            examiners: Vec::new(),
            safety_weights: BTreeMap::new(),
        }
    }
}
