//! A score and everything that must come with it.

use crate::{Moment, Reason};

/// The identity of a model: the first 16 hexadecimal digits of the SHA-256 of its file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId(pub Box<str>);

/// Why a score is what it is, or the recorded choice not to say so.
#[derive(Clone, Debug, PartialEq)]
pub enum Explanation {
    /// The tree of reasons; its contributions add up to the log-odds of the calibrated probability.
    Reasons(Reason),
    /// Reasons were deliberately left out of a bulk run; they can be made later from the same model and as-of moment.
    SkippedInBulk,
}

/// The score of one goods item. It can't be built without its explanation, model and as-of moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    probability: f64,
    expected_revenue_minor: f64,
    explanation: Explanation,
    model: ModelId,
    as_of: Moment,
}

impl Score {
    /// Puts a score together. `probability` is the calibrated probability of a finding and is held inside (0, 1);
    /// `expected_revenue_minor` is the expected extra revenue in hundredths of the money's unit and never negative.
    pub fn new(
        probability: f64,
        expected_revenue_minor: f64,
        explanation: Explanation,
        model: ModelId,
        as_of: Moment,
    ) -> Self {
        Self {
            probability: probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON),
            expected_revenue_minor: expected_revenue_minor.max(0.0),
            explanation,
            model,
            as_of,
        }
    }

    /// Calibrated probability that an inspection would end in a finding, inside (0, 1).
    pub fn probability(&self) -> f64 {
        self.probability
    }

    /// Expected extra revenue of an inspection, in hundredths of the money's unit, whatever its smallest coin.
    pub fn expected_revenue_minor(&self) -> f64 {
        self.expected_revenue_minor
    }

    /// The reasons, or the recorded choice to leave them out.
    pub fn explanation(&self) -> &Explanation {
        &self.explanation
    }

    /// The model that made the score.
    pub fn model(&self) -> &ModelId {
        &self.model
    }

    /// The moment up to which data were used.
    pub fn as_of(&self) -> Moment {
        self.as_of
    }
}
