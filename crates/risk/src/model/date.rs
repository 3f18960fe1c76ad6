//! DATE: the dual attentive tree-aware embedding of Kim et al. (KDD 2020) over the rows of a branch.
//!
//! Stage 1 of the paper is a forest over all dense features; each of its leaves a row falls into is a crossing of
//! features. Stages 2 and 3, the network over leaves, importer and subheading, are [`learn::attention`]. This file turns
//! rows into the numbers that the network reads, and what the network says into contributions by feature and party.

use super::TrainError;
use super::fit::Part;
use super::rows::Rows;
use super::scorer::{BLOCK_ROWS, Contributions};
use crate::features::{Feature, Subject};
use crate::history::{Key, KeyMap};
use learn::attention::{Attention, AttentionData, AttentionParams, AttentionRows, CheckedAttentionParams};
use learn::gbdt::Forest;
use learn::parallel::for_each_block;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Steps of the optimiser that a network needs before it has learnt anything: where rows are few it passes over them more
/// often than the paper's five times over millions, and the later part says when to stop.
const LEAST_STEPS: usize = 800;

/// Most passes all the same.
const MOST_EPOCHS: usize = 40;

/// A forest and the network over its leaves.
#[derive(Clone, Debug)]
pub struct DateScorer {
    /// Stage 1; it sees all dense features.
    pub forest: Forest,
    /// What the query is made of.
    pub queries: Vec<Query>,
    /// Stages 2 and 3.
    pub network: Attention,
}

/// The values of one profile that have a vector of their own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Query {
    /// Place of the profile among the keys of a row.
    profile: usize,
    /// Keys of the values seen in training, in the order in which they were met; the first is entity 1. Entity 0 is any other.
    keys: Vec<Key>,
    /// Entities by key, made when first asked.
    #[serde(skip)]
    index: OnceLock<KeyMap<u32>>,
}

impl Query {
    fn new(profile: usize, rows: &Rows) -> Self {
        let known: BTreeSet<Key> =
            (0..rows.len()).map(|row| rows.keys_of(row)[profile]).filter(|key| *key != 0).collect();
        Self { profile, keys: known.into_iter().collect(), index: OnceLock::new() }
    }

    /// Takes in values not met before; they come after all others, whose numbers stay.
    fn grow(&mut self, rows: &Rows) {
        let known: BTreeSet<Key> = self.keys.iter().copied().collect();
        let met = (0..rows.len()).map(|row| rows.keys_of(row)[self.profile]);
        let new: BTreeSet<Key> = met.filter(|key| *key != 0 && !known.contains(key)).collect();
        self.keys.extend(new);
        self.index = OnceLock::new();
    }

    fn entity(&self, keys: &[Key]) -> u32 {
        let index = self.index.get_or_init(|| self.keys.iter().zip(1..).map(|(key, entity)| (*key, entity)).collect());
        keys.get(self.profile).and_then(|key| index.get(key)).copied().unwrap_or(0)
    }
}

/// Places of the profiles of these names.
fn places(names: &[String], features: &[Feature]) -> Result<Vec<usize>, TrainError> {
    let place = |name: &String| {
        let rate = format!("{name}.rate");
        match features.iter().find(|feature| feature.name == rate).map(|feature| feature.subject) {
            Some(Subject::Profile(place)) => Ok(usize::from(place)),
            _ => Err(TrainError::Query(name.clone())),
        }
    };
    names.iter().map(place).collect()
}

/// Whether all names are those of profiles; asked before anything is fitted.
pub(super) fn check_queries(names: &[String], features: &[Feature]) -> Result<(), TrainError> {
    places(names, features).map(drop)
}

/// The queries that the rows can answer: profiles of these names that at least one row has a value for.
fn queries(names: &[String], features: &[Feature], rows: &Rows) -> Result<Vec<Query>, TrainError> {
    let places = places(names, features)?;
    Ok(places.into_iter().map(|place| Query::new(place, rows)).filter(|query| !query.keys.is_empty()).collect())
}

/// A fitted scorer, and the epoch at which its network ranked the later part best.
pub(super) struct FittedDate {
    pub(super) scorer: DateScorer,
    pub(super) epochs: usize,
}

/// Fits the network over the leaves of `forest` on `part`; with a later part, keeps the epoch that ranks it best.
pub(super) fn fit(
    part: &Part<'_>,
    later: Option<&Part<'_>>,
    forest: Forest,
    names: (&[String], &[Feature]),
    params: &CheckedAttentionParams,
) -> Result<FittedDate, TrainError> {
    let threads = params.get().threads;
    let queries = queries(names.0, names.1, &part.set.rows)?;
    let encoded = |part: &Part<'_>| Encoded::new(part, &forest, &queries, threads);
    let train = encoded(part)?;
    let params = match &later {
        Some(_) => &patient(params, train.labels.len())?,
        None => params,
    };
    let later = later.map(encoded).transpose()?;
    let fitted = params.fit(&train.data(), later.as_ref().map(Encoded::data).as_ref())?;
    let scorer = DateScorer { forest, queries, network: fitted.model };
    Ok(FittedDate { scorer, epochs: fitted.best_epoch })
}

/// The same parameters with passes enough for [`LEAST_STEPS`].
fn patient(params: &CheckedAttentionParams, rows: usize) -> learn::Result<CheckedAttentionParams> {
    let params = *params.get();
    let steps = rows.div_ceil(params.batch).max(1);
    let epochs = params.epochs.max(LEAST_STEPS.div_ceil(steps).min(MOST_EPOCHS));
    AttentionParams { epochs, ..params }.check()
}

/// A part as the network reads it.
struct Encoded {
    rows: AttentionRows,
    labels: Vec<f32>,
    revenue: Vec<f32>,
    weights: Vec<f32>,
}

impl Encoded {
    fn new(part: &Part<'_>, forest: &Forest, queries: &[Query], threads: usize) -> learn::Result<Self> {
        let mean = part.weights.iter().sum::<f32>() / part.weights.len().max(1) as f32;
        Ok(Self {
            rows: encode(forest, queries, &part.set.rows, threads)?,
            labels: part.labels.clone(),
            revenue: revenue(part),
            weights: part.weights.iter().map(|weight| weight / mean.max(f32::MIN_POSITIVE)).collect(),
        })
    }

    fn data(&self) -> AttentionData<'_> {
        AttentionData {
            rows: &self.rows,
            labels: &self.labels,
            revenue: Some(&self.revenue),
            weights: Some(&self.weights),
        }
    }
}

/// What the second task learns, in hundreds of minor units: the extra revenue of a finding, nothing for a row in order, NaN
/// where it is not known. Where no finding has a known revenue the duty at stake stands in, as in `evaluate`.
fn revenue(part: &Part<'_>) -> Vec<f32> {
    let set = part.set;
    let found = |row: usize| part.labels[row] > 0.5;
    let known = (0..part.labels.len()).any(|row| found(row) && !set.revenue_minor[row].is_nan());
    let of = |row: usize| match (found(row), known) {
        (false, _) => 0.0,
        (true, true) => at_least_zero(set.revenue_minor[row] / 100.0),
        (true, false) => at_least_zero(set.stake_minor[row] / 100.0),
    };
    (0..part.labels.len()).map(of).collect()
}

/// The amount or 0; what is not known stays so.
fn at_least_zero(amount: f32) -> f32 {
    if amount < 0.0 { 0.0 } else { amount }
}

/// Rows as numbers: the leaf of each tree among all leaves of the forest, counted from 1, and the entity of each query.
/// Every leaf was reached by a training row, since trees grow by them; the network's padding is for tables that grow.
fn encode(forest: &Forest, queries: &[Query], rows: &Rows, threads: usize) -> learn::Result<AttentionRows> {
    let trees = forest.trees().len();
    let mut leaves = vec![Ok(Vec::new()); rows.len()];
    for_each_block(&mut leaves, BLOCK_ROWS, threads, |first, block| {
        for (row, leaves) in (first..).zip(block) {
            *leaves = forest.leaf_columns(rows.dense.row(row));
        }
    });
    let mut numbers = Vec::with_capacity(rows.len() * trees);
    for row in leaves {
        numbers.extend(row?.into_iter().map(|ordinal| ordinal + 1));
    }
    let entities = (0..rows.len()).flat_map(|row| queries.iter().map(move |query| query.entity(rows.keys_of(row))));
    AttentionRows::new(trees, numbers, queries.len(), entities.collect())
}

impl DateScorer {
    /// Rows as its network reads them.
    pub(super) fn encode(&self, rows: &Rows, threads: usize) -> learn::Result<AttentionRows> {
        encode(&self.forest, &self.queries, rows, threads)
    }

    /// Log-odds of a finding for each row.
    ///
    /// # Errors
    /// Where the rows have another number of features than the forest was trained on.
    pub(super) fn log_odds(&self, rows: &Rows, threads: usize) -> learn::Result<Vec<f64>> {
        let encoded = self.encode(rows, threads)?;
        let scores = self.network.predict(&encoded, threads)?;
        Ok(scores.into_iter().map(|score| f64::from(score.logit)).collect())
    }

    /// Goes on training the network on a part.
    pub(super) fn go_on(&mut self, part: &Part<'_>, params: &CheckedAttentionParams) -> learn::Result<()> {
        self.queries.iter_mut().for_each(|query| query.grow(&part.set.rows));
        let encoded = Encoded::new(part, &self.forest, &self.queries, params.get().threads)?;
        self.network = self.network.fine_tune(params, &encoded.data(), None)?.model;
        Ok(())
    }

    /// Extra revenue by the second head, in minor units, for each row; `None` of a network of one task.
    ///
    /// # Errors
    /// Where the rows have another number of features than the forest was trained on.
    pub fn revenue_minor(&self, rows: &Rows, threads: usize) -> learn::Result<Option<Vec<f64>>> {
        let encoded = self.encode(rows, threads)?;
        let scores = self.network.predict(&encoded, threads)?;
        Ok(scores.into_iter().map(|score| score.revenue.map(|revenue| revenue.amount * 100.0)).collect())
    }

    /// What each input adds: the network's contribution of a leaf goes in equal parts to the cuts on the way to it, that
    /// of an entity to its profile.
    pub(super) fn contribute(&self, dense: &[f32], keys: &[Key], out: &mut Contributions) -> learn::Result<()> {
        let leaves = self.forest.leaf_columns(dense)?.into_iter().map(|ordinal| ordinal + 1).collect();
        let entities = self.queries.iter().map(|query| query.entity(keys)).collect();
        let row = AttentionRows::new(self.forest.trees().len(), leaves, self.queries.len(), entities)?;
        let parts = self.network.contributions(&row, 0)?;
        out.base = parts.base;
        for (tree, part) in self.forest.trees().iter().zip(parts.trees) {
            let cuts = tree.path_of(dense);
            if cuts.is_empty() {
                out.base += part;
            }
            for cut in &cuts {
                out.features[cut.feature as usize] += part / cuts.len() as f64;
            }
        }
        for (query, part) in self.queries.iter().zip(parts.entities) {
            match out.profiles.get_mut(query.profile) {
                Some(profile) => *profile += part,
                None => out.base += part,
            }
        }
        Ok(())
    }
}
