//! What a reader has to know before anything is built on the data.

use super::drift::Aspect;
use super::{AssessedField, Assignment, Month, Readiness};
use crate::evaluate::Leak;
use domain::Role;

/// Share of a role's items below which the role is as good as absent.
const HARDLY_FILLED: f64 = 0.05;

/// Repeats from which it is said that they carry results, and how many of those must agree.
const MANY_REPEATS: f64 = 0.1;
const MOSTLY: f64 = 0.9;

/// Repeats of findings without which nothing is said of them.
const LEAST_REPEATED: u64 = 20;

/// A warning; the words stand in the binary.
#[derive(Clone, Debug, PartialEq)]
pub enum DataWarning {
    /// A declared column alone separates findings from the rest.
    Leak(Leak),
    /// A declared value looks written over with the assessed one.
    Overwritten {
        /// The field.
        field: AssessedField,
        /// Findings that have to change it, but left it as declared.
        same: u64,
        /// Findings that have to change it.
        of: u64,
    },
    /// The random draw was not kept.
    RandomBroken {
        /// The smallest corrected p-value.
        p: f64,
    },
    /// The random draw was made among the declarations that were not selected otherwise.
    RandomAmongTheRest,
    /// The files don't tell who was inspected.
    SelectionUnknown,
    /// Repeats carry the results of the rows that they repeat.
    RepeatsCarryResults {
        /// Share of the items that repeat an earlier one.
        share: f64,
        /// Share of the findings among them that are found again.
        found_again: f64,
    },
    /// Traffic has shifted.
    Drift {
        /// What.
        aspect: Aspect,
        /// The latest month concerned.
        month: Month,
        /// Its index.
        index: f64,
    },
    /// A role of the schema that hardly any item has a value of.
    HardlyFilled {
        /// The role.
        role: Role,
        /// Share of items with a value.
        share: f64,
    },
    /// All results are of one class.
    OneClass {
        /// Whether all are findings.
        found: bool,
    },
}

impl DataWarning {
    /// The stable name used in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Leak(_) => "column_looks_like_a_leak",
            Self::Overwritten { .. } => "declared_value_looks_overwritten",
            Self::RandomBroken { .. } => "random_draw_not_kept",
            Self::RandomAmongTheRest => "random_draw_among_the_rest",
            Self::SelectionUnknown => "selection_unknown",
            Self::RepeatsCarryResults { .. } => "repeats_carry_results",
            Self::Drift { .. } => "traffic_has_shifted",
            Self::HardlyFilled { .. } => "role_hardly_filled",
            Self::OneClass { .. } => "results_of_one_class",
        }
    }
}

/// All warnings, the weightiest first.
pub(super) fn warnings(readiness: &Readiness) -> Vec<DataWarning> {
    let mut all: Vec<DataWarning> = readiness.leaks.iter().cloned().map(DataWarning::Leak).collect();
    let overwritten = readiness.adjusted.iter().filter(|(_, adjusted)| adjusted.looks_overwritten());
    all.extend(overwritten.map(|(field, adjusted)| DataWarning::Overwritten {
        field: *field,
        same: adjusted.concerned.same,
        of: adjusted.concerned.items(),
    }));
    let p = readiness.draw.tests.iter().map(|test| test.corrected).fold(1.0, f64::min);
    match readiness.draw.assignment {
        Assignment::Broken => all.push(DataWarning::RandomBroken { p }),
        Assignment::AmongTheRest => all.push(DataWarning::RandomAmongTheRest),
        Assignment::Kept | Assignment::TooFew | Assignment::NoRole => {}
    }
    let results = &readiness.results.all;
    if results.labelled > 0 && !readiness.selection_is_known() {
        all.push(DataWarning::SelectionUnknown);
    }
    if results.labelled > 0 && (results.findings == 0 || results.findings == results.labelled) {
        all.push(DataWarning::OneClass { found: results.findings > 0 });
    }
    all.extend(repeats(readiness));
    all.extend(Aspect::ALL.into_iter().filter_map(|aspect| shifted(readiness, aspect)));
    all.extend(readiness.fills.iter().filter_map(|(role, fill)| {
        let share = super::share(fill.filled, fill.of).filter(|share| *share < HARDLY_FILLED)?;
        // A control or a preference is rare by its nature.
        let is_rare = matches!(role, Role::MandatoryBasis | Role::MandatoryKind | Role::MandatoryAgency | Role::Aeo);
        (!is_rare && *role != Role::Inspected).then_some(DataWarning::HardlyFilled { role: *role, share })
    }));
    all
}

fn repeats(readiness: &Readiness) -> Option<DataWarning> {
    let repeats = &readiness.traffic.repeats;
    let share = readiness.traffic.repeat_share()?;
    let found_again = super::share(repeats.found_again, repeats.after_finding)?;
    let base = super::share(readiness.results.all.findings, readiness.results.all.labelled)?;
    let are_enough = repeats.after_finding >= LEAST_REPEATED;
    let carries = found_again >= MOSTLY || found_again > 2.0 * base.max(0.1);
    (share >= MANY_REPEATS && are_enough && carries).then_some(DataWarning::RepeatsCarryResults { share, found_again })
}

fn shifted(readiness: &Readiness, aspect: Aspect) -> Option<DataWarning> {
    let shifts = readiness.drift.iter().rev();
    let mut shifts = shifts.filter_map(|(month, shifts)| Some((*month, shifts.get(&aspect)?)));
    let (month, shift) = shifts.find(|(_, shift)| shift.has_shifted())?;
    Some(DataWarning::Drift { aspect, month, index: shift.index })
}
