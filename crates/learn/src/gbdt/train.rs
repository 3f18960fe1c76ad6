//! Training by the `hessboost` crate; the only place that knows it.

use super::forest::MAX_DEPTH;
use super::{CheckedGbdtParams, Forest, Monotone, Node, Objective, StoppingMetric, Tree};
use crate::error::{Error, Result, check_length, check_weights};
use crate::matrix::Matrix;
use crate::parallel::is_in_pool;
use hessboost::config::{GrowPolicy, Monotone as TrainerMonotone, TrainingParams};
use hessboost::model::BoostedModel;
use hessboost::objective::{Objective as TrainerObjective, RegLoss, Tweedie};
use hessboost::prelude::{DMatrix, EvalMetric, Trainer, TreeMethod};
use std::num::NonZeroUsize;

/// Rows to train or validate on.
#[derive(Debug, Clone, Copy)]
pub struct Dataset<'a> {
    /// Features, one row per label; finite or NaN (missing).
    pub features: &'a Matrix,
    /// Labels: 0 or 1 (or a share between) for logistic loss.
    pub labels: &'a [f32],
    /// Row weights >= 0; every row weighs 1 without them.
    pub weights: Option<&'a [f32]>,
}

/// What training gave.
#[derive(Debug, Clone)]
pub struct FittedForest {
    /// The trees, up to the best round when early stopping was asked for.
    pub forest: Forest,
    /// The stopping metric on the validation set after each round run; empty without a validation set.
    pub validation_scores: Vec<f64>,
}

fn failed(error: impl ToString) -> Error {
    Error::Training(error.to_string())
}

impl CheckedGbdtParams {
    /// Trains on `train`. The result depends on the data, the parameters and the seed only, never on `threads`.
    ///
    /// # Errors
    /// - [`Error::Parameter`] when early stopping is asked for without a validation set, or `monotone` has not one entry
    ///   per feature.
    /// - [`Error::Length`], [`Error::TooFewRows`] or [`Error::Value`] for data that can't be trained on: infinite features,
    ///   labels outside the objective's domain, negative weights.
    /// - [`Error::Training`] when the trainer fails for another reason.
    pub fn fit(&self, train: &Dataset<'_>, validation: Option<&Dataset<'_>>) -> Result<FittedForest> {
        let params = self.get();
        if params.early_stopping_rounds.is_some() && validation.is_none() {
            return Err(Error::Parameter {
                name: "early_stopping_rounds",
                value: "set without a validation set".into(),
                allowed: "a validation set, or no early stopping",
            });
        }
        let n_cols = train.features.n_cols();
        if !params.monotone.is_empty() {
            check_length("monotone", n_cols, params.monotone.len())?;
        }
        let data = self.load(train)?;
        let held_out = validation.map(|set| {
            check_length("columns of the validation set", n_cols, set.features.n_cols())?;
            self.load(set)
        });
        let held_out = held_out.transpose()?;
        let trainer_params = self.translate()?;
        let mut trainer = Trainer::new(&trainer_params, &data, params.rounds);
        if let Some(set) = &held_out {
            trainer = trainer.eval(set, "validation");
        }
        if let Some(patience) = params.early_stopping_rounds.and_then(NonZeroUsize::new) {
            trainer = trainer.early_stopping_rounds(patience);
        }
        let result = trainer.train().map_err(failed)?;
        let validation_scores = result.history.rounds().filter_map(|r| r.values().last().copied()).collect();
        Ok(FittedForest { forest: to_forest(&result.model, params.objective)?, validation_scores })
    }

    fn load(&self, set: &Dataset<'_>) -> Result<DMatrix> {
        let n_rows = set.features.n_rows();
        if n_rows == 0 || set.features.n_cols() == 0 {
            return Err(Error::TooFewRows { what: "the data set", needed: 1, found: n_rows });
        }
        check_length("labels", n_rows, set.labels.len())?;
        let infinite = set.features.values().iter().position(|v| v.is_infinite());
        if let Some(position) = infinite {
            let value = f64::from(set.features.values()[position]);
            return Err(Error::Value { what: "feature", position, value });
        }
        let objective = self.get().objective;
        if let Some(position) = set.labels.iter().position(|&y| !objective.accepts_label(y)) {
            return Err(Error::Value { what: "label", position, value: f64::from(set.labels[position]) });
        }
        let data = DMatrix::from_dense(set.features.values(), n_rows, set.features.n_cols()).map_err(failed)?;
        let data = data.with_labels(set.labels).map_err(failed)?;
        let Some(weights) = set.weights else { return Ok(data) };
        check_length("weights", n_rows, weights.len())?;
        check_weights("weight", weights.iter().map(|&w| f64::from(w)))?;
        data.with_weights(weights).map_err(failed)
    }

    fn translate(&self) -> Result<TrainingParams> {
        let p = self.get();
        let mut builder = TrainingParams::builder()
            .objective(translate_objective(p.objective)?)
            .tree_method(TreeMethod::Hist)
            .eta(p.learning_rate)
            .max_depth(p.max_depth.unwrap_or(MAX_DEPTH))
            .min_child_weight(p.min_child_weight)
            .lambda(p.lambda)
            .alpha(p.alpha)
            .gamma(p.gamma)
            .subsample(p.subsample)
            .colsample_bytree(p.colsample_bytree)
            .max_bin(p.max_bins)
            .seed(p.seed)
            .monotone_constraints(p.monotone.iter().copied().map(translate_monotone).collect());
        if !is_in_pool() {
            builder = builder.nthread(p.threads);
        }
        if let Some(leaves) = p.max_leaves {
            builder = builder.max_leaves(leaves).grow_policy(GrowPolicy::LossGuide);
        }
        match p.stopping_metric {
            StoppingMetric::Objective => {}
            StoppingMetric::Auc => builder = builder.eval_metric(EvalMetric::Auc),
            StoppingMetric::PrAuc => builder = builder.eval_metric(EvalMetric::AucPr),
        }
        builder.build().map_err(failed)
    }
}

fn translate_objective(objective: Objective) -> Result<TrainerObjective> {
    Ok(match objective {
        Objective::Logistic => TrainerObjective::BinaryLogistic(RegLoss::default()),
        Objective::SquaredError => TrainerObjective::SquaredError(RegLoss::default()),
        Objective::Gamma => TrainerObjective::Gamma(RegLoss::default()),
        Objective::Tweedie { variance_power } => {
            TrainerObjective::Tweedie(Tweedie::new(variance_power).map_err(failed)?)
        }
    })
}

fn translate_monotone(monotone: Monotone) -> TrainerMonotone {
    match monotone {
        Monotone::Free => TrainerMonotone::None,
        Monotone::Increasing => TrainerMonotone::Increasing,
        Monotone::Decreasing => TrainerMonotone::Decreasing,
    }
}

/// Copies the trees out of the trainer's model, up to the best round.
fn to_forest(model: &BoostedModel, objective: Objective) -> Result<Forest> {
    let kept = model.best_iteration().map_or(model.num_trees(), |best| best + 1);
    let trees = model.trees().iter().take(kept).map(to_tree).collect::<Result<Vec<_>>>()?;
    // The trainer keeps the intercept as a margin; files keep it as a prediction, and so do we, so that a forest and its
    // stored copy give the same bits.
    let base_score = objective.link_inverse(f64::from(model.base_score())) as f32;
    Forest::new(objective, model.n_features(), base_score, trees)
}

fn to_tree(tree: &hessboost::tree::RegTree) -> Result<Tree> {
    if tree.has_categorical_splits() || tree.linear_leaves().is_some() || tree.is_vector_leaf() {
        return Err(Error::Training("a tree has splits or leaves this crate does not know".into()));
    }
    let child = |id: i32| u32::try_from(id).unwrap_or(Node::NO_CHILD);
    let nodes = tree.nodes().iter().map(|n| Node {
        feature: n.split_feature,
        threshold: n.split_cond,
        default_left: n.default_left,
        left: child(n.left),
        right: child(n.right),
        value: if n.is_leaf() { n.leaf_value } else { 0.0 },
        cover: n.sum_hess,
        gain: n.split_gain,
    });
    Ok(Tree::new(nodes.collect()))
}
