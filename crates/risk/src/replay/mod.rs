//! Replay: what a strategy would have found in the past, had it done the choosing.
//!
//! The past is cut into periods. At the start of a period a strategy learns from what it knows; then the declarations of the
//! period pass in the order of their moments, each seen as of its own; then the strategy picks as many as the capacity
//! allows, and **only what it picked reveals its results**, each from the day on which it becomes known. That is the
//! protocol of active customs selection (Kim et al., "Active Learning for Human-in-the-loop Customs Inspection", TKDE 2022).
//!
//! Two kinds of past are told apart and never mixed in one figure. Of a **full** past the outcome of every declaration is
//! known: a simulated world with its truth, or a file in which everything was examined. Of a **partial** past only what was
//! examined is known, and of a declaration examined in part what its examined items hold; what a strategy would have found there is estimated from the random floor ([`estimate`]).

mod bandit;
mod board;
mod explore;
mod figures;
mod learner;
mod memory;
mod pick;
mod plan;
mod run;
mod strategy;
mod stream;
mod summary;

pub mod estimate;
pub mod gap;
pub mod missed;

pub use bandit::Bandit;
pub use figures::{
    CURVE_PERCENTS, ControlFigures, Estimates, FullFigures, LaneFigures, OfficeFigures, PeriodFigures, WhyFigures,
};
pub use learner::Training;
pub use memory::Holding;
pub use pick::{Pick, Why};
pub use plan::{CheckedPlan, Plan, Rate};
pub use run::{Control, Finished, replay};
pub use strategy::{Adaptive, Component, Part, Strategy};
pub use stream::{Declared, Period, PeriodKind, Present, Stream, controls_of};
pub use summary::{FullTotals, Ratio, Totals, ratio};

use crate::model::TrainError;

/// Why a replay can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A strategy that can't be read.
    #[error("strategy `{text}`: {reason}")]
    Strategy {
        /// What was given.
        text: String,
        /// What is wrong, and what is wanted.
        reason: String,
    },
    /// A parameter out of range.
    #[error("{0}")]
    Plan(&'static str),
    /// Too little past.
    #[error(
        "the declarations span {periods} periods and {warm_up} are needed to warm up, so nothing is left to measure; give more \
         declarations, a shorter warm-up or shorter periods"
    )]
    TooShort {
        /// Periods of the stream.
        periods: usize,
        /// Periods of the warm-up.
        warm_up: usize,
    },
    /// A journal of finished periods that does not fit.
    #[error("the finished periods belong to another past or plan; start anew without --resume")]
    OtherJournal,
    /// Training or scoring refused.
    #[error(transparent)]
    Train(#[from] TrainError),
}

impl From<learn::Error> for ReplayError {
    fn from(error: learn::Error) -> Self {
        Self::Train(error.into())
    }
}
