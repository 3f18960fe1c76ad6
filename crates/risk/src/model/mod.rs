//! Models: what was learnt from inspected items, and how it scores new ones.
//!
//! A model has up to two branches of one kind. A row whose exact repeat was inspected before asks another question
//! ("what came of it?") than a row that is new, and learning both in one lets the repeats drown the new. The branch for
//! new rows is fitted on rows that were new in their own time, so its features hold nothing of their repeats.

mod date;
mod embed;
mod file;
mod fit;
mod mix;
mod pool;
mod refresh;
mod revenue;
mod rows;
mod rules;
mod scorer;
mod train;

pub use date::{DateScorer, Query};
pub use embed::Prototypes;
pub use file::FileError;
pub use pool::Pooling;
pub use revenue::Severity;
pub use rows::{Rows, TrainingSet};
pub use rules::{Condition, Rule};
pub use scorer::{BlendPart, Contributions, LogisticScorer, ProfileScorer, Scorer, TreesScorer};
pub use train::{Seen, Trainer};

use crate::features::Feature;
use crate::history::HistoryRules;
use domain::{Day, ModelId};
use learn::attention::{AttentionParams, CheckedAttentionParams};
use learn::calibration::Calibrator;
use learn::gbdt::GbdtParams;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The kinds of model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModelKind {
    /// Past findings alone, smoothed; needs no fitting.
    Profile,
    /// Ridge logistic regression.
    Logistic,
    /// Boosted trees.
    Gbdt,
    /// Boosted trees with a logistic regression on their leaves.
    GbdtLr,
    /// DATE: the dual attentive network over the leaves of boosted trees.
    Date,
    /// The mix of the others that orders the latest training data best.
    Blend,
}

impl ModelKind {
    /// All kinds, simplest first.
    pub const ALL: [Self; 6] = [Self::Profile, Self::Logistic, Self::Gbdt, Self::GbdtLr, Self::Date, Self::Blend];

    /// The stable name used on the command line and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Logistic => "logistic",
            Self::Gbdt => "gbdt",
            Self::GbdtLr => "gbdt+lr",
            Self::Date => "date",
            Self::Blend => "blend",
        }
    }

    /// The kind of a stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }
}

/// How to train; unchecked.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainParams {
    /// The kind of model.
    pub kind: ModelKind,
    /// Seed of everything random in training.
    pub seed: u64,
    /// Threads; the result is the same for any number.
    pub threads: usize,
    /// Most rounds of boosting; fewer where the later part stops improving.
    pub rounds: usize,
    /// Ridge of the logistic regression.
    pub l2: f64,
    /// The network of `date`; seed and threads are those above.
    pub network: AttentionParams,
    /// Whose vectors make the query of `date`, by the names of profiles; none gives a query that is learnt.
    pub queries: Vec<String>,
}

impl Default for TrainParams {
    fn default() -> Self {
        Self {
            kind: ModelKind::Gbdt,
            seed: 0,
            threads: 1,
            rounds: 100,
            l2: 50.0,
            network: AttentionParams::default(),
            queries: vec!["importer".to_owned(), "hs6".to_owned()],
        }
    }
}

/// Most parties and goods that make a query.
const MOST_QUERIES: usize = 8;

/// Parameters that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedTrainParams {
    params: TrainParams,
    network: CheckedAttentionParams,
}

impl TrainParams {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`TrainError::Parameter`] names the parameter and what it takes.
    pub fn check(self) -> Result<CheckedTrainParams, TrainError> {
        let wrong = [
            (self.threads == 0, "threads must be at least 1"),
            (!(1..=2000).contains(&self.rounds), "rounds must lie between 1 and 2000"),
            (!(self.l2 > 0.0 && self.l2.is_finite()), "l2 must be above 0"),
            (self.queries.len() > MOST_QUERIES, "queries must be at most eight"),
            (self.queries.iter().collect::<BTreeSet<_>>().len() < self.queries.len(), "queries must differ"),
        ];
        if let Some((_, message)) = wrong.into_iter().find(|(wrong, _)| *wrong) {
            return Err(TrainError::Parameter(message));
        }
        let network = AttentionParams { seed: self.seed, threads: self.threads, ..self.network };
        Ok(CheckedTrainParams { network: network.check()?, params: self })
    }
}

impl CheckedTrainParams {
    /// The kind of model.
    pub fn kind(&self) -> ModelKind {
        self.params.kind
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.params.seed
    }

    /// The number of threads.
    pub fn threads(&self) -> usize {
        self.params.threads
    }

    /// The same for another number of threads.
    fn with_threads(&self, threads: usize) -> Result<Self, TrainError> {
        TrainParams { threads, ..self.params.clone() }.check()
    }

    fn rounds(&self) -> usize {
        self.params.rounds
    }

    fn l2(&self) -> f64 {
        self.params.l2
    }

    fn network(&self) -> &CheckedAttentionParams {
        &self.network
    }

    fn queries(&self) -> &[String] {
        &self.params.queries
    }

    /// Settings of the trees, chosen on the honest protocol; see `docs/MODEL.md`. What came of a repeat is nearly
    /// certain, so the branch of repeats may cut small, pure leaves; elsewhere that would be noise. The few columns of
    /// what is declared bear deeper trees than the many of the history.
    fn gbdt(&self, repeats: bool, declared: bool) -> GbdtParams {
        let shared = GbdtParams {
            learning_rate: 0.08,
            max_depth: Some(4),
            min_child_weight: 15.0,
            lambda: 10.0,
            subsample: 0.7,
            colsample_bytree: 0.4,
            seed: self.params.seed,
            threads: self.params.threads,
            ..GbdtParams::default()
        };
        match (repeats, declared) {
            (true, _) => {
                GbdtParams { max_depth: Some(5), min_child_weight: 1.0, lambda: 1.0, colsample_bytree: 0.7, ..shared }
            }
            (false, true) => {
                GbdtParams { max_depth: Some(6), learning_rate: 0.06, colsample_bytree: 0.6, subsample: 1.0, ..shared }
            }
            (false, false) => shared,
        }
    }
}

/// Why no model can be made.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A parameter is out of its range.
    #[error("{0}")]
    Parameter(&'static str),
    /// The query of `date` names something that has no profile.
    #[error(
        "`{0}` is no profile that `date` can make its query of; profiles are named in docs/MODEL.md, columns are \
         `column_0`, `column_1` ..."
    )]
    Query(String),
    /// The model is of an earlier version of the program.
    #[error(
        "the model was trained on the features of an earlier version; it still scores, but to go on learning train it anew"
    )]
    EarlierFeatures,
    /// Nothing became known since a model was trained.
    #[error("no result became known after {0}, the day up to which the model learnt; give later declarations")]
    NothingNew(Day),
    /// The day asked for does not lie after that of the model.
    #[error("{as_of} does not lie after {model}, the day up to which the model learnt; give a later as-of day")]
    NotLater {
        /// The day asked for.
        as_of: Day,
        /// The day of the model.
        model: Day,
    },
    /// The data are not those that a model learnt from, and what came after.
    #[error(
        "by {as_of} the data hold {examined} examined items with {found} findings, the model learnt from {model_examined} \
         with {model_found}; give the files it was trained on, under the same schema, and what came after, or train anew"
    )]
    OtherPast {
        /// The day up to which the model learnt.
        as_of: Day,
        /// Examined items known by then.
        examined: usize,
        /// Findings among them.
        found: usize,
        /// Examined items that the model learnt from.
        model_examined: usize,
        /// Findings among them.
        model_found: usize,
    },
    /// No examined item, or all of them with the same result.
    #[error(
        "{examined} examined items with a result known by the as-of day, {found} of them with a finding; training needs \
         both findings and examined items without one: check the roles `inspected` and `finding`, the chosen kinds and \
         statuses, and the as-of day"
    )]
    OneClass {
        /// Examined items whose result was known.
        examined: usize,
        /// Those with a finding.
        found: usize,
    },
    /// The model can't be kept in a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The numerics refused.
    #[error(transparent)]
    Numerics(#[from] learn::Error),
}

/// What the columns of a schema mean to a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How history counts.
    pub rules: HistoryRules,
    /// Names of the further categorical columns.
    pub categorical: Vec<String>,
    /// Names of the further numeric columns.
    pub numeric: Vec<String>,
    /// Whether descriptions are judged by an index of HS codes.
    pub judged: bool,
}

/// What a model file says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCard {
    /// The kind.
    pub kind: ModelKind,
    /// The seed.
    pub seed: u64,
    /// The day up to which results were used.
    pub as_of: Day,
    /// Name of the schema.
    pub schema: String,
    /// Declarations read.
    pub declarations: u64,
    /// Examined items learnt from.
    pub examined: usize,
    /// Findings among them.
    pub found: usize,
    /// Examined items left out because their result was not known by `as_of`.
    pub not_yet_known: usize,
    /// Examined items whose finding date was assumed.
    pub known_on_assumed: usize,
    /// Examined items whose selection probability was known and used as weight.
    pub selection_probability_known: usize,
    /// SHA-256 over the canonical bytes of all declarations read, in order.
    pub data_sha256: String,
    /// Quality on the latest fifth of the training data: AUC and average precision; `None` where results were too few to
    /// set a fifth aside, and for a model that went on from another.
    pub validation: Option<(f64, f64)>,
    /// The model that this one went on from.
    pub parent: Option<ModelId>,
}

/// A scorer with its calibration.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Gives uncalibrated log-odds.
    pub scorer: Scorer,
    /// Makes them true to past frequencies.
    pub calibrator: Calibrator,
}

/// A trained model.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) id: ModelId,
    pub(crate) card: ModelCard,
    pub(crate) shape: Shape,
    pub(crate) features: Vec<Feature>,
    /// Places of the features among those that facts have today; `None` where they are the same.
    pub(crate) kept: Option<Arc<[u32]>>,
    pub(crate) novel: Branch,
    pub(crate) repeat: Option<Branch>,
    pub(crate) pooling: Pooling,
    pub(crate) severity: Severity,
}

/// The numbers of one item's score, before they become a [`domain::Score`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawScore {
    /// Log-odds as the scorer gives them.
    pub log_odds: f64,
    /// Calibrated log-odds.
    pub calibrated: f64,
    /// Expected extra revenue in minor units.
    pub expected_revenue_minor: f64,
}

impl Model {
    /// The identity: first 16 hexadecimal digits of the SHA-256 of the file.
    pub fn id(&self) -> &ModelId {
        &self.id
    }

    /// What it says of itself.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// The columns and label rules it was trained under.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Its features.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// How items become declarations.
    pub fn pooling(&self) -> &Pooling {
        &self.pooling
    }

    /// Empty rows of this model's width for a history of the given profiles.
    pub fn rows(&self, profiles: usize) -> Rows {
        match &self.kept {
            Some(kept) => Rows::keeping(Arc::clone(kept), profiles),
            None => Rows::new(self.features.len(), profiles),
        }
    }

    /// The branch that answers for a row.
    pub fn branch(&self, repeats: bool) -> &Branch {
        self.repeat.as_ref().filter(|_| repeats).unwrap_or(&self.novel)
    }

    /// Scores rows; `stakes_minor` are their duties at stake.
    ///
    /// # Errors
    /// Where the rows have another number of features than the model.
    pub fn score(&self, rows: &Rows, stakes_minor: &[Option<f64>], threads: usize) -> learn::Result<Vec<RawScore>> {
        let mut log_odds = vec![0.0; rows.len()];
        for repeats in [false, true] {
            let places: Vec<usize> = (0..rows.len()).filter(|row| rows.repeats[*row] == repeats).collect();
            if places.is_empty() {
                continue;
            }
            let scores = match places.len() == rows.len() {
                true => self.branch(repeats).scorer.log_odds(rows, threads)?,
                false => self.branch(repeats).scorer.log_odds(&rows.select(&places), threads)?,
            };
            places.iter().zip(scores).for_each(|(row, score)| log_odds[*row] = score);
        }
        let finish = |(row, log_odds): (usize, f64)| {
            let calibrated = self.branch(rows.repeats[row]).calibrator.log_odds(log_odds);
            let severity = self.severity.minor(rows.dense.row(row), stakes_minor[row])?;
            let expected_revenue_minor = learn::math::sigmoid(calibrated) * severity;
            Ok(RawScore { log_odds, calibrated, expected_revenue_minor })
        };
        log_odds.into_iter().enumerate().map(finish).collect()
    }

    /// What each input adds to the uncalibrated log-odds of a row.
    ///
    /// # Errors
    /// As [`Self::score`].
    pub fn contributions(&self, rows: &Rows, row: usize) -> learn::Result<Contributions> {
        self.branch(rows.repeats[row]).scorer.contributions(rows, row)
    }
}
