//! Readiness: what an administration's files can bear, gathered in one pass over its declarations.
//!
//! An [`Assessor`] is shown the declarations in the order of their days and keeps counts only: memory grows with months,
//! offices, importers, codes and distinct rows (a digest each), not with what stands in them. [`Assessor::finish`] makes
//! figures, warnings and verdicts of the counts. There are no texts for people here; the binary has them.
//! Measures and rules are told in `docs/ASSESS.md`.

mod adjusted;
mod drift;
mod fill;
mod goods;
mod month;
mod random;
mod results;
mod traffic;
mod verdict;
mod warning;

pub use adjusted::{Adjusted, AssessedField, Changes};
pub use drift::{Aspect, Shift};
pub use fill::Fill;
pub use goods::Goods;
pub use month::{Month, share};
pub use random::{Assignment, Drawn, LEVEL, RandomDraw, RandomMonth, SampleAspect, SampleTest};
pub use results::{Delay, NOT_GIVEN, Rates, Results};
pub use traffic::{ITEM_CLASSES, MonthCounts, Repeats, Traffic};
pub use verdict::{Capability, Grade, Ground, Measure, NextStep, Verdict};
pub use warning::DataWarning;

use crate::evaluate::{Leak, LeakWatch};
use domain::{Day, LabelRules, Record, Role};
use std::collections::{BTreeMap, BTreeSet};

/// How an assessment is made.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Roles that the schema names a source for.
    pub roles: BTreeSet<Role>,
    /// Which findings count.
    pub labels: LabelRules,
    /// Names of the further categorical columns.
    pub categorical: Vec<String>,
    /// Names of the further numeric columns.
    pub numeric: Vec<String>,
    /// Results known by this day count.
    pub day: Day,
    /// The share that the rule of the random draw states, where it is known.
    pub random_share: Option<f64>,
}

/// Gathers counts as declarations pass, in the order of their days.
#[derive(Clone, Debug)]
pub struct Assessor {
    setting: Setting,
    fills: fill::Fills,
    results: Results,
    traffic: Traffic,
    goods: Goods,
    drift: drift::Drift,
    draws: random::Draws,
    leaks: LeakWatch,
    adjusted: BTreeMap<AssessedField, Adjusted>,
}

/// Everything an assessment says.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// Roles that the schema names.
    pub roles: BTreeSet<Role>,
    /// How often each of them has a value.
    pub fills: BTreeMap<Role, Fill>,
    /// Results.
    pub results: Results,
    /// Months.
    pub traffic: Traffic,
    /// Goods.
    pub goods: Goods,
    /// How far later months lie from the first half.
    pub drift: BTreeMap<Month, BTreeMap<Aspect, Shift>>,
    /// The random draw.
    pub draw: RandomDraw,
    /// Columns that look like leaks.
    pub leaks: Vec<Leak>,
    /// Assessed against declared values.
    pub adjusted: BTreeMap<AssessedField, Adjusted>,
}

impl Assessor {
    /// An assessor that has seen nothing.
    pub fn new(setting: Setting) -> Self {
        Self {
            fills: fill::Fills::new(&setting.roles),
            leaks: LeakWatch::new(setting.labels.clone(), &setting.categorical, &setting.numeric),
            setting,
            results: Results::default(),
            traffic: Traffic::default(),
            goods: Goods::default(),
            drift: drift::Drift::default(),
            draws: random::Draws::default(),
            adjusted: BTreeMap::new(),
        }
    }

    /// Takes a declaration in.
    pub fn add(&mut self, record: &Record) {
        let (rules, day) = (&self.setting.labels, self.setting.day);
        self.fills.add(record);
        self.results.add(record, rules, day);
        self.traffic.add(record, rules, day);
        self.goods.add(record);
        self.drift.add(record);
        self.draws.add(record, rules, day);
        self.leaks.add(record, day);
        adjusted::add(&mut self.adjusted, record, rules);
    }

    /// What the counts say.
    pub fn finish(self) -> Readiness {
        let says_random = self.setting.roles.contains(&Role::SelectedBy);
        Readiness {
            roles: self.setting.roles,
            fills: self.fills.finish(),
            results: self.results,
            traffic: self.traffic,
            goods: self.goods,
            drift: self.drift.finish(),
            draw: self.draws.finish(says_random, self.setting.random_share),
            leaks: self.leaks.leaks(),
            adjusted: self.adjusted,
        }
    }
}

impl Readiness {
    /// Whether the files tell who was inspected: there is a role for it, or not everybody was.
    pub fn selection_is_known(&self) -> bool {
        self.roles.contains(&Role::Inspected) || self.results.inspected_items < self.results.items
    }

    /// The verdicts, in the order of [`Capability::ALL`].
    pub fn verdicts(&self) -> Vec<Verdict> {
        Capability::ALL.into_iter().map(|capability| capability.judge(self)).collect()
    }

    /// What a reader has to know first, the weightiest first.
    pub fn warnings(&self) -> Vec<DataWarning> {
        warning::warnings(self)
    }
}
