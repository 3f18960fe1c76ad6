//! How a replay is run.

use super::ReplayError;

/// How much may be inspected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rate {
    /// A share of each period's declarations.
    Fixed(f64),
    /// A share that falls by `step` each period until it is at `last`. With a step of 0.1 this is the fast plan of Kim et al.
    Falling {
        /// Share of the first period after the warm-up.
        first: f64,
        /// Share at the end.
        last: f64,
        /// What it falls by each period.
        step: f64,
    },
    /// As many as were inspected at the time.
    Present,
}

impl Rate {
    /// The share of a period, counted from the first after the warm-up; `None` for [`Rate::Present`].
    pub fn share(self, period: usize) -> Option<f64> {
        match self {
            Self::Fixed(share) => Some(share),
            Self::Falling { first, last, step } => Some((first - step * period as f64).max(last)),
            Self::Present => None,
        }
    }
}

/// How a replay is run; unchecked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Periods at the start whose known results are all revealed.
    pub warm_up: usize,
    /// Share of the warm-up's results that stay hidden, 0 up to but not 1.
    pub mask: f64,
    /// How much may be inspected.
    pub rate: Rate,
    /// Train every so many periods, at least 1.
    pub retrain_every: usize,
    /// Of these trainings every so many-th is a full one where the model has trees or a network; between them it goes on from
    /// where it was ([`Trainer::refresh`](crate::model::Trainer::refresh)). 1: all are full.
    pub full_every: usize,
    /// Whether models rank by expected revenue instead of the probability of a finding.
    pub by_revenue: bool,
    /// Seed of everything random.
    pub seed: u64,
    /// Threads; the result is the same for any number.
    pub threads: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            warm_up: 4,
            mask: 0.0,
            rate: Rate::Fixed(0.05),
            retrain_every: 1,
            full_every: 1,
            by_revenue: false,
            seed: 0,
            threads: 1,
        }
    }
}

/// A plan that has been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedPlan(Plan);

impl Plan {
    /// Checks every range.
    ///
    /// # Errors
    /// [`ReplayError::Plan`] names the parameter and what it takes.
    pub fn check(self) -> Result<CheckedPlan, ReplayError> {
        let is_share = |share: f64| share > 0.0 && share <= 1.0;
        let is_rate = match self.rate {
            Rate::Fixed(share) => is_share(share),
            Rate::Falling { first, last, step } => is_share(first) && is_share(last) && last <= first && is_share(step),
            Rate::Present => true,
        };
        let wrong = [
            (self.warm_up == 0, "the warm-up takes at least one period: without a result nothing can be learnt"),
            (!(0.0..1.0).contains(&self.mask), "the masked share lies between 0 and 1, 1 excluded"),
            (!is_rate, "an inspection rate lies above 0 and up to 100 %, and a falling one does not rise"),
            (self.retrain_every == 0 || self.full_every == 0, "trainings are counted from 1"),
            (self.threads == 0, "threads must be at least 1"),
        ];
        match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, message)) => Err(ReplayError::Plan(message)),
            None => Ok(CheckedPlan(self)),
        }
    }
}

impl CheckedPlan {
    /// The parameters.
    pub fn get(&self) -> &Plan {
        &self.0
    }
}
