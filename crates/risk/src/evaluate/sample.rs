//! The declarations that figures are taken over, and their slices.

use super::Outcome;

/// One declaration that has a label, without any model's opinion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// What came of it.
    pub outcome: Outcome,
    /// Duty at stake in minor units.
    pub stake_minor: f64,
    /// Whether all its items repeat training rows.
    pub repeat: bool,
    /// Whether its importer stood in the training rows.
    pub importer_met: bool,
    /// What a dictionary of repeats would give it.
    pub repeat_rate: f64,
}

/// What a model says of one declaration.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Prediction {
    /// Probability of a finding.
    pub probability: f64,
    /// Expected extra revenue in minor units.
    pub expected_revenue_minor: f64,
}

/// A part of the declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slice {
    /// All of them.
    All,
    /// Those whose items all repeat training rows.
    Repeat,
    /// The others.
    Novel,
    /// Those of importers in the training rows.
    ImporterMet,
    /// Those of importers never met.
    ImporterNew,
}

impl Slice {
    /// The slices given always.
    pub const USUAL: [Self; 3] = [Self::All, Self::Repeat, Self::Novel];

    /// The slices given where the truth is known.
    pub const WITH_TRUTH: [Self; 5] = [Self::All, Self::Repeat, Self::Novel, Self::ImporterMet, Self::ImporterNew];

    /// The stable name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Repeat => "repeat",
            Self::Novel => "novel",
            Self::ImporterMet => "importer_seen",
            Self::ImporterNew => "importer_unseen",
        }
    }

    /// Whether a declaration belongs to it.
    pub fn holds(self, case: &Case) -> bool {
        match self {
            Self::All => true,
            Self::Repeat => case.repeat,
            Self::Novel => !case.repeat,
            Self::ImporterMet => case.importer_met,
            Self::ImporterNew => !case.importer_met,
        }
    }
}

/// Labelled declarations in the order of their moments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// The declarations.
    pub cases: Vec<Case>,
}

impl Sample {
    /// The places of a slice's declarations.
    pub fn places(&self, slice: Slice) -> Vec<usize> {
        (0..self.cases.len()).filter(|place| slice.holds(&self.cases[*place])).collect()
    }

    /// The given declarations.
    #[must_use]
    pub fn select(&self, places: &[usize]) -> Self {
        Self { cases: places.iter().map(|place| self.cases[*place]).collect() }
    }

    /// Whether anything was found, by declaration.
    pub fn found(&self) -> Vec<bool> {
        self.cases.iter().map(|case| case.outcome.found).collect()
    }

    /// What findings brought, by declaration.
    pub fn revenue(&self) -> Vec<f64> {
        self.cases.iter().map(|case| case.outcome.revenue_minor).collect()
    }

    /// Duty at stake, by declaration.
    pub fn stakes(&self) -> Vec<f64> {
        self.cases.iter().map(|case| case.stake_minor).collect()
    }

    /// What a dictionary of repeats would say, by declaration; revenue as its rate times the duty at stake.
    pub fn repeat_lookup(&self) -> Vec<Prediction> {
        let lookup = |case: &Case| Prediction {
            probability: case.repeat_rate.clamp(0.0, 1.0),
            expected_revenue_minor: case.repeat_rate * case.stake_minor,
        };
        self.cases.iter().map(lookup).collect()
    }
}
