//! Parameters of boosted trees, checked before anything runs.

use super::Objective;
use crate::error::{Error, Result};

/// Direction in which the prediction may move when a feature grows and the others stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Monotone {
    /// Any direction.
    #[default]
    Free,
    /// Never falls.
    Increasing,
    /// Never rises.
    Decreasing,
}

/// The measure on the validation set that early stopping watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StoppingMetric {
    /// The objective's own: log loss, root mean squared error, gamma or Tweedie deviance.
    #[default]
    Objective,
    /// Area under the ROC curve, to be maximised.
    Auc,
    /// Area under the precision-recall curve, to be maximised.
    PrAuc,
}

/// Unchecked parameters of boosted trees; the names and meanings are XGBoost's. Fill in, then [`check`](Self::check).
#[derive(Debug, Clone, PartialEq)]
pub struct GbdtParams {
    /// The loss.
    pub objective: Objective,
    /// Number of trees, 1..=100 000 (fewer when training stops early).
    pub rounds: usize,
    /// Shrinkage of each tree, in (0, 1].
    pub learning_rate: f64,
    /// Greatest depth of a tree, 1..=64; `None`, which needs `max_leaves`, means 64.
    pub max_depth: Option<usize>,
    /// Greatest number of leaves of a tree, at least 2. When given, trees grow leaf by leaf (best gain first) instead of
    /// level by level.
    pub max_leaves: Option<usize>,
    /// Least sum of Hessians (for squared error: of weights) in a child, >= 0.
    pub min_child_weight: f64,
    /// L2 penalty on leaf values, >= 0.
    pub lambda: f64,
    /// L1 penalty on leaf values, >= 0.
    pub alpha: f64,
    /// Least gain of a split, >= 0.
    pub gamma: f64,
    /// Share of the rows each tree sees, in (0, 1].
    pub subsample: f64,
    /// Share of the columns each tree sees, in (0, 1].
    pub colsample_bytree: f64,
    /// Greatest number of histogram bins of a feature, 2..=65 536.
    pub max_bins: usize,
    /// Seed of the row and column samples.
    pub seed: u64,
    /// Threads for training, at least 1; on a thread of a [`crate::parallel::Pool`] those of the pool are taken instead. The
    /// model does not depend on it.
    pub threads: usize,
    /// Stop when the stopping metric on the validation set has not improved for this many rounds, and keep the trees up
    /// to the best round.
    pub early_stopping_rounds: Option<usize>,
    /// What early stopping watches.
    pub stopping_metric: StoppingMetric,
    /// One entry per feature, or empty for no constraint.
    pub monotone: Vec<Monotone>,
}

impl Default for GbdtParams {
    /// Logistic loss, 200 trees of depth 6, learning rate 0.1, 256 bins, one thread, seed 0, otherwise XGBoost's defaults.
    fn default() -> Self {
        Self {
            objective: Objective::Logistic,
            rounds: 200,
            learning_rate: 0.1,
            max_depth: Some(6),
            max_leaves: None,
            min_child_weight: 1.0,
            lambda: 1.0,
            alpha: 0.0,
            gamma: 0.0,
            subsample: 1.0,
            colsample_bytree: 1.0,
            max_bins: 256,
            seed: 0,
            threads: 1,
            early_stopping_rounds: None,
            stopping_metric: StoppingMetric::Objective,
            monotone: Vec::new(),
        }
    }
}

/// Parameters that have passed [`GbdtParams::check`]; train with [`fit`](Self::fit).
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedGbdtParams(GbdtParams);

impl CheckedGbdtParams {
    /// The parameters as they were given.
    pub fn get(&self) -> &GbdtParams {
        &self.0
    }
}

fn require(ok: bool, name: &'static str, value: impl ToString, allowed: &'static str) -> Result<()> {
    if ok { Ok(()) } else { Err(Error::Parameter { name, value: value.to_string(), allowed }) }
}

impl GbdtParams {
    /// Checks every range.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first field out of range and what is allowed.
    pub fn check(self) -> Result<CheckedGbdtParams> {
        self.check_shape()?;
        self.check_penalties()?;
        self.check_shares()?;
        Ok(CheckedGbdtParams(self))
    }

    fn check_shape(&self) -> Result<()> {
        require((1..=100_000).contains(&self.rounds), "rounds", self.rounds, "1..=100000")?;
        match (self.max_depth, self.max_leaves) {
            (None, None) => {
                require(false, "max_depth", "none", "a depth in 1..=64, or max_leaves")?;
            }
            (depth, leaves) => {
                let depth = depth.unwrap_or(super::forest::MAX_DEPTH);
                require((1..=super::forest::MAX_DEPTH).contains(&depth), "max_depth", depth, "1..=64")?;
                let leaves = leaves.unwrap_or(2);
                require((2..=1 << 20).contains(&leaves), "max_leaves", leaves, "2..=1048576")?;
            }
        }
        require((2..=65_536).contains(&self.max_bins), "max_bins", self.max_bins, "2..=65536")?;
        require(self.threads >= 1, "threads", self.threads, "at least 1")?;
        require(self.early_stopping_rounds != Some(0), "early_stopping_rounds", 0, "at least 1, or none")
    }

    fn check_penalties(&self) -> Result<()> {
        let at_least_zero = [
            ("min_child_weight", self.min_child_weight),
            ("lambda", self.lambda),
            ("alpha", self.alpha),
            ("gamma", self.gamma),
        ];
        for (name, value) in at_least_zero {
            require(value.is_finite() && value >= 0.0, name, value, "a finite number >= 0")?;
        }
        if let Objective::Tweedie { variance_power } = self.objective {
            let inside = variance_power > 1.0 && variance_power < 2.0;
            require(inside, "variance_power", variance_power, "a number between 1 and 2")?;
        }
        Ok(())
    }

    fn check_shares(&self) -> Result<()> {
        let shares = [
            ("learning_rate", self.learning_rate),
            ("subsample", self.subsample),
            ("colsample_bytree", self.colsample_bytree),
        ];
        for (name, value) in shares {
            require(value > 0.0 && value <= 1.0, name, value, "a number above 0 and up to 1")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_pass_and_each_bad_value_names_its_field() {
        assert!(GbdtParams::default().check().is_ok());
        let base = GbdtParams::default;
        let bad = [
            ("rounds", GbdtParams { rounds: 0, ..base() }),
            ("learning_rate", GbdtParams { learning_rate: 0.0, ..base() }),
            ("learning_rate", GbdtParams { learning_rate: f64::NAN, ..base() }),
            ("max_depth", GbdtParams { max_depth: None, ..base() }),
            ("max_depth", GbdtParams { max_depth: Some(65), ..base() }),
            ("max_leaves", GbdtParams { max_leaves: Some(1), ..base() }),
            ("lambda", GbdtParams { lambda: -1.0, ..base() }),
            ("gamma", GbdtParams { gamma: f64::INFINITY, ..base() }),
            ("subsample", GbdtParams { subsample: 1.5, ..base() }),
            ("max_bins", GbdtParams { max_bins: 1, ..base() }),
            ("threads", GbdtParams { threads: 0, ..base() }),
            ("early_stopping_rounds", GbdtParams { early_stopping_rounds: Some(0), ..base() }),
            ("variance_power", GbdtParams { objective: Objective::Tweedie { variance_power: 2.0 }, ..base() }),
        ];
        for (field, params) in bad {
            match params.check() {
                Err(Error::Parameter { name, .. }) => assert_eq!(name, field),
                other => panic!("{field}: {other:?}"),
            }
        }
    }
}
