//! The fitted network and what it says of rows.

use super::batch::{Whole, load};
use super::fusion::Net;
use super::kernels::Level;
use super::layout::{Kind, Layout};
use super::params::Architecture;
use super::row::{Forward, Keep};
use super::rows::AttentionRows;
use crate::error::{Error, Result, check_length};
use crate::math::softplus;
use crate::matrix::Matrix;
use crate::parallel::for_each_block;
use serde::{Deserialize, Serialize};

/// Rows a thread takes at a time.
const BLOCK: usize = 64;

/// A fitted network. Serialises as plain numbers and comes back to the same bits.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "Stored", try_from = "Stored")]
pub struct Attention {
    pub(super) layout: Layout,
    pub(super) weights: Vec<f32>,
    /// The log(1 + revenue) that a scaled revenue of 1 stands for.
    pub(super) revenue_scale: f64,
    pub(super) level: Level,
    /// Projections of all leaves: prediction multiplies no embedding by a weight.
    pub(super) records: Vec<f32>,
}

/// What is written of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Stored {
    architecture: Architecture,
    trees: usize,
    leaves: u32,
    entities: Vec<u32>,
    revenue_scale: f64,
    weights: Vec<f32>,
}

/// What the network says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AttentionScore {
    /// Log-odds of the label.
    pub logit: f32,
    /// Predicted revenue; `None` of a network of one task.
    pub revenue: Option<PredictedRevenue>,
}

/// Revenue as the network sees it, and in money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PredictedRevenue {
    /// log(1 + revenue) over the greatest of training, >= 0.
    pub scaled: f32,
    /// Units of money, >= 0.
    pub amount: f64,
}

impl From<Attention> for Stored {
    fn from(model: Attention) -> Self {
        let d = model.layout.dimension();
        let numbers = |len: usize| (len / d - 1) as u32;
        Self {
            architecture: model.layout.architecture,
            trees: model.layout.trees,
            leaves: numbers(model.layout.leaves.len()),
            entities: model.layout.entities.iter().map(|table| numbers(table.len())).collect(),
            revenue_scale: model.revenue_scale,
            weights: model.weights,
        }
    }
}

impl TryFrom<Stored> for Attention {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        stored.architecture.check()?;
        let widest = stored.entities.iter().chain([&stored.leaves]).copied().max().unwrap_or(0);
        // The limits of rows hold for models too: they keep a garbled file from asking for all of the memory.
        AttentionRows::new(stored.trees, vec![widest; stored.trees], stored.entities.len(), stored.entities.clone())?;
        let layout = Layout::new(stored.architecture, stored.trees, stored.leaves, &stored.entities);
        check_length("weights of the network", layout.len(), stored.weights.len())?;
        crate::error::check_finite("weight of the network", stored.weights.iter().map(|&w| f64::from(w)))?;
        if !(stored.revenue_scale.is_finite() && stored.revenue_scale > 0.0) {
            return Err(Error::Value { what: "revenue scale", position: 0, value: stored.revenue_scale });
        }
        Ok(Self::from_weights(layout, stored.weights, stored.revenue_scale))
    }
}

impl PartialEq for Attention {
    fn eq(&self, other: &Self) -> bool {
        (&self.layout, &self.weights, self.revenue_scale) == (&other.layout, &other.weights, other.revenue_scale)
    }
}

impl Attention {
    pub(super) fn from_weights(layout: Layout, weights: Vec<f32>, revenue_scale: f64) -> Self {
        let level = Level::detect();
        let mut whole = Whole::new(&layout, level);
        whole.project(Net { layout: &layout, weights: &weights });
        Self { records: whole.records, layout, weights, revenue_scale, level }
    }

    pub(super) fn net(&self) -> Net<'_> {
        Net { layout: &self.layout, weights: &self.weights }
    }

    /// What the network is made of.
    pub fn architecture(&self) -> &Architecture {
        &self.layout.architecture
    }

    /// Leaves a row.
    pub fn trees(&self) -> usize {
        self.layout.trees
    }

    /// Entities a row.
    pub fn queries(&self) -> usize {
        self.layout.queries
    }

    /// Leaves the network has a vector for, the padding not counted. Greater numbers are read as padding.
    pub fn n_leaves(&self) -> usize {
        self.layout.leaf_rows() - 1
    }

    /// Entities of a query the network has a vector for, the unseen one not counted; greater numbers are read as unseen.
    /// `None` when there is no such query.
    pub fn n_entities(&self, query: usize) -> Option<usize> {
        self.layout.entities.get(query).map(|table| table.len() / self.layout.dimension() - 1)
    }

    /// The log(1 + revenue) that a scaled revenue of 1 stands for.
    pub fn revenue_scale(&self) -> f64 {
        self.revenue_scale
    }

    /// Money of a scaled revenue.
    pub fn amount(&self, scaled: f64) -> f64 {
        (scaled * self.revenue_scale).exp_m1()
    }

    /// The names and the weights of each group, as laid out: rows are inputs and columns outputs.
    pub fn groups(&self) -> impl Iterator<Item = (&'static str, &[f32])> {
        self.layout.groups.iter().map(|group| (group.name, &self.weights[group.span.clone()]))
    }

    pub(super) fn check_rows(&self, rows: &AttentionRows) -> Result<()> {
        check_length("leaves of a row", self.trees(), rows.trees())?;
        check_length("entities of a row", self.queries(), rows.queries())
    }

    fn score(&self, forward: &Forward) -> AttentionScore {
        let revenue = (!self.layout.architecture.single_task).then(|| {
            let scaled = softplus(f64::from(forward.top.revenue));
            PredictedRevenue { scaled: scaled as f32, amount: self.amount(scaled) }
        });
        AttentionScore { logit: forward.top.logit, revenue }
    }

    /// Runs every row and lets `take` write its item of `out`.
    pub(super) fn each_row<T: Send>(
        &self,
        rows: &AttentionRows,
        threads: usize,
        out: &mut [T],
        per_row: usize,
        take: impl Fn(&Forward, &mut [T]) + Sync,
    ) {
        for_each_block(out, BLOCK * per_row, threads, |first, block| {
            let mut forward = Forward::new(&self.layout, self.level, Keep::Nothing);
            let mut leaves = Vec::with_capacity(rows.trees());
            for (i, item) in block.chunks_mut(per_row).enumerate() {
                load(self.net(), rows, first / per_row + i, &mut forward, &mut leaves);
                forward.run(self.net(), &self.records, &leaves);
                take(&forward, item);
            }
        });
    }

    /// Scores of all rows on up to `threads` threads. Unseen leaves and entities count as number 0.
    ///
    /// # Errors
    /// [`Error::Length`] when the rows have another number of leaves or entities than the network.
    pub fn predict(&self, rows: &AttentionRows, threads: usize) -> Result<Vec<AttentionScore>> {
        self.check_rows(rows)?;
        let mut out = vec![AttentionScore::default(); rows.n_rows()];
        self.each_row(rows, threads, &mut out, 1, |forward, out| {
            out.iter_mut().for_each(|o| *o = self.score(forward));
        });
        Ok(out)
    }

    /// The hidden vectors both heads read, a row each: what the network thinks rows have in common, for diversity and drift.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    pub fn embed(&self, rows: &AttentionRows, threads: usize) -> Result<Matrix> {
        self.check_rows(rows)?;
        let d = self.layout.dimension();
        let mut values = vec![0.0; rows.n_rows() * d];
        self.each_row(rows, threads, &mut values, d, |forward, out| out.copy_from_slice(&forward.top.hidden));
        Matrix::from_vec(values, rows.n_rows(), d)
    }

    /// How much the row's query attends to each leaf: a row for each row, a column for each tree, every row adding up
    /// to 1. To show which cross-features were looked at; these are no contributions and are not to be summed as such.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    pub fn attention_weights(&self, rows: &AttentionRows, threads: usize) -> Result<Matrix> {
        self.check_rows(rows)?;
        let trees = self.trees();
        let mut values = vec![0.0; rows.n_rows() * trees];
        self.each_row(rows, threads, &mut values, trees, |forward, out| out.copy_from_slice(forward.attention(trees)));
        Matrix::from_vec(values, rows.n_rows(), trees)
    }

    /// The same network with room for more leaves and entities, whose vectors start as those of number 0.
    pub(super) fn grown(&self, leaves: u32, entities: &[u32]) -> Self {
        let numbers = |len: usize| (len / self.layout.dimension() - 1) as u32;
        let tables = self.layout.entities.iter().zip(entities);
        let entities: Vec<u32> = tables.map(|(table, &n)| n.max(numbers(table.len()))).collect();
        let leaves = leaves.max(numbers(self.layout.leaves.len()));
        let layout = Layout::new(self.layout.architecture, self.trees(), leaves, &entities);
        let mut weights = vec![0.0; layout.len()];
        for (old, new) in self.layout.groups.iter().zip(&layout.groups) {
            debug_assert!(old.name == new.name && (old.kind == Kind::Table || old.span == new.span));
            weights[new.span.start..][..old.span.len()].copy_from_slice(&self.weights[old.span.clone()]);
        }
        Self::from_weights(layout, weights, self.revenue_scale)
    }
}
