//! Evaluation: how well models order and price declarations, honestly.
//!
//! All figures are per declaration: its pooled probability against whether anything was found among its examined items.
//! A declaration nobody examined has no label and stays out, unless the truth of a simulated world is given. Every
//! figure is given for all declarations, for repeats of training rows and for novel ones, since a file that repeats its
//! rows with their labels makes any model look good. The protocols are told in `docs/EVALUATION.md`.

mod compare;
mod consignment;
mod cross;
mod figures;
mod fold;
mod leak;
mod outcome;
mod sample;
mod warning;

pub use compare::{Comparison, Measure, compare, intervals};
pub use consignment::{consignment_of, consignments};
pub use cross::{CrossPlan, CrossResult, SeedFigures, cross_evaluate};
pub use figures::{AtShare, Detail, Figures, NoAuc, PERCENTS};
pub use fold::{fold_of, folds_of};
pub use leak::{Leak, LeakWatch};
pub use outcome::{Outcome, is_whole, recorded_outcome, stake_minor};
pub use sample::{Case, Prediction, Sample, Slice};
pub use warning::{RepeatSkill, Warning};
