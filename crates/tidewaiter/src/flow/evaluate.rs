//! Evaluating models: on later declarations, or by folds. Nothing is written.

mod folds;
mod later;
mod truth;

pub use folds::{FoldRequest, evaluate_folds};
pub use later::{LaterRequest, evaluate};
pub use truth::Truth;

use super::Error;
use crate::intake::{IntakeError, Summary};
use domain::{Day, Role};
use risk::evaluate::{Comparison, CrossResult, Detail, Figures, Slice, Warning};
use risk::model::{ModelCard, TrainError};
use std::path::PathBuf;

/// Why models can't be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// Files, schema, model or numerics.
    #[error(transparent)]
    Flow(#[from] Error),
    /// The truth file can't be read.
    #[error("{path}: {source}", path = path.display())]
    TruthTable {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        source: csv::Error,
    },
    /// The truth file lacks a column.
    #[error(
        "{path} has no column `{column}`; a truth file has the columns id, item, version, irregular, kind, \
         extra_revenue, as `tidewaiter simulate` writes them", path = path.display()
    )]
    TruthColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// A value of the truth file can't be read.
    #[error("{path}, line {line}: `{column}` is {value:?}; {hint}", path = path.display())]
    TruthValue {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stood there.
        value: String,
        /// What should.
        hint: &'static str,
    },
    /// The truth file is about other declarations.
    #[error(
        "the truth file says nothing of item {item} of declaration {id}, version {version}; give the truth.csv that \
         was simulated together with the data"
    )]
    TruthMissing {
        /// Declaration.
        id: String,
        /// Item.
        item: u32,
        /// Version.
        version: u32,
    },
    /// No declaration has a label.
    #[error(
        "none of {declarations} declarations has a known result, so there is nothing to measure; check the roles \
         `inspected` and `finding`, the chosen kinds and statuses, and --as-of"
    )]
    NoLabels {
        /// Declarations read.
        declarations: u64,
    },
    /// Folds were asked for by repeats, and the schema does not say what repeats are.
    #[error("the schema has no [repeats] repeat_key; name the columns after --group-by, or give it one")]
    NoRepeatKey,
    /// Folds were asked for by something that became known after the declaration.
    #[error(
        "--group-by names `{column}`, the schema's {role}; folds by what was decided or found would tell the result of \
         a row by its fold: name columns of what was declared", role = role.name()
    )]
    GroupByOutcome {
        /// The column.
        column: String,
        /// Its role.
        role: Role,
    },
}

impl From<IntakeError> for EvaluateError {
    fn from(error: IntakeError) -> Self {
        Self::Flow(error.into())
    }
}

impl From<learn::Error> for EvaluateError {
    fn from(error: learn::Error) -> Self {
        Self::Flow(error.into())
    }
}

impl From<TrainError> for EvaluateError {
    fn from(error: TrainError) -> Self {
        Self::Flow(error.into())
    }
}

/// The figures of one slice.
#[derive(Clone, Debug)]
pub struct SliceFigures {
    /// The slice.
    pub slice: Slice,
    /// The figures.
    pub figures: Figures,
    /// The tables behind them.
    pub detail: Detail,
    /// Bootstrap intervals.
    pub intervals: Vec<Comparison>,
    /// Intervals of the differences with the first model; empty for the first.
    pub differences: Vec<Comparison>,
}

/// The figures of one model.
#[derive(Clone, Debug)]
pub struct ModelFigures {
    /// The file; empty for a baseline.
    pub path: PathBuf,
    /// Identity of the model.
    pub id: String,
    /// What it says of itself; `None` for a baseline.
    pub card: Option<ModelCard>,
    /// On all labelled declarations; with the truth, on all declarations, labelled by it.
    pub slices: Vec<SliceFigures>,
    /// With the truth: on the declarations whose result is recorded, labelled by that.
    pub labelled: Option<Vec<SliceFigures>>,
}

/// What an evaluation gave.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// What was read.
    pub summary: Summary,
    /// Declarations with a recorded result.
    pub labelled: u64,
    /// Whether labels are the truth of a simulated world.
    pub has_truth: bool,
    /// Results known by this day were used; `None`: all of the files.
    pub as_of: Option<Day>,
    /// Whether revenue is the recorded extra revenue, and not the duty at stake.
    pub has_extra_revenue: bool,
    /// The models, in the order given.
    pub models: Vec<ModelFigures>,
    /// A dictionary of repeats, for comparison.
    pub lookup: Option<ModelFigures>,
    /// What folds gave.
    pub folds: Option<Folds>,
    /// What to know before believing the figures.
    pub warnings: Vec<Warning>,
    /// Goods items scored, each model counted for itself.
    pub items_scored: u64,
    /// Time that reading and scoring the data took, or training and testing on folds.
    pub scoring: std::time::Duration,
}

/// What folds gave, with how they were made.
#[derive(Clone, Debug)]
pub struct Folds {
    /// Number of folds.
    pub folds: usize,
    /// Columns that make a group.
    pub group_by: Vec<String>,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// The figures.
    pub result: CrossResult,
}
