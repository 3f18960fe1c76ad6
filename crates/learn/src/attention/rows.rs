//! What the network reads: numbered leaves and entities of rows, labels, revenue and weights.

use crate::error::{Error, Result, check_length, check_weights};

/// Most rows of a table of vectors, so that a garbled number can't ask for all of the memory.
const MOST_NUMBERS: u32 = 1 << 24;

/// Rows as numbers: per row one leaf of each tree and one entity of each query.
///
/// Number 0 means padding (a leaf never seen in training) or unseen (an entity never seen): the zero vector, which is
/// never trained. Leaves are numbered 1.. over all trees together, entities 1.. within their query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttentionRows {
    trees: usize,
    queries: usize,
    n_rows: usize,
    leaves: Vec<u32>,
    entities: Vec<u32>,
}

impl AttentionRows {
    /// Takes over `leaves`, `trees` numbers a row, and `entities`, `queries` numbers a row, both row after row.
    ///
    /// # Errors
    /// [`Error::Parameter`] for other than 1..=1000 trees or more than 16 queries, [`Error::Length`] when the two do not
    /// make the same number of whole rows, [`Error::Value`] for a number above 2^24.
    pub fn new(trees: usize, leaves: Vec<u32>, queries: usize, entities: Vec<u32>) -> Result<Self> {
        if !(1..=1000).contains(&trees) {
            return Err(Error::Parameter { name: "trees", value: trees.to_string(), allowed: "1..=1000" });
        }
        if queries > 16 {
            return Err(Error::Parameter { name: "queries", value: queries.to_string(), allowed: "0..=16" });
        }
        let n_rows = leaves.len() / trees;
        check_length("leaves", n_rows * trees, leaves.len())?;
        check_length("entities", n_rows * queries, entities.len())?;
        for (what, numbers) in [("leaf number", &leaves), ("entity number", &entities)] {
            if let Some(position) = numbers.iter().position(|&n| n > MOST_NUMBERS) {
                return Err(Error::Value { what, position, value: f64::from(numbers[position]) });
            }
        }
        Ok(Self { trees, queries, n_rows, leaves, entities })
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Leaves a row.
    pub fn trees(&self) -> usize {
        self.trees
    }

    /// Entities a row.
    pub fn queries(&self) -> usize {
        self.queries
    }

    /// The leaves of row `i`; like slice indexing it panics when `i >= n_rows`.
    pub fn leaves(&self, i: usize) -> &[u32] {
        &self.leaves[i * self.trees..(i + 1) * self.trees]
    }

    /// The entities of row `i`; like slice indexing it panics when `i >= n_rows`.
    pub fn entities(&self, i: usize) -> &[u32] {
        &self.entities[i * self.queries..(i + 1) * self.queries]
    }

    /// The greatest leaf number.
    pub(super) fn most_leaf(&self) -> u32 {
        self.leaves.iter().copied().max().unwrap_or(0)
    }

    /// The greatest entity number of each query.
    pub(super) fn most_entities(&self) -> Vec<u32> {
        let of_query = |k| self.entities.iter().skip(k).step_by(self.queries.max(1)).copied().max().unwrap_or(0);
        (0..self.queries).map(of_query).collect()
    }
}

/// Rows to train or to validate on.
#[derive(Debug, Clone, Copy)]
pub struct AttentionData<'a> {
    /// The rows.
    pub rows: &'a AttentionRows,
    /// Labels, 0 or 1.
    pub labels: &'a [f32],
    /// Revenue of each row in units of money, >= 0; NaN where it is not known, which costs nothing. Without it the
    /// revenue head is not trained.
    pub revenue: Option<&'a [f32]>,
    /// Row weights >= 0, best of mean 1; every row weighs 1 without them.
    pub weights: Option<&'a [f32]>,
}

impl AttentionData<'_> {
    pub(super) fn check(&self) -> Result<()> {
        let n_rows = self.rows.n_rows();
        if n_rows == 0 {
            return Err(Error::TooFewRows { what: "the data set", needed: 1, found: 0 });
        }
        check_length("labels", n_rows, self.labels.len())?;
        if let Some(position) = self.labels.iter().position(|&y| y != 0.0 && y != 1.0) {
            return Err(Error::Value { what: "label", position, value: f64::from(self.labels[position]) });
        }
        if let Some(revenue) = self.revenue {
            check_length("revenue", n_rows, revenue.len())?;
            if let Some(position) = revenue.iter().position(|r| r.is_infinite() || *r < 0.0) {
                return Err(Error::Value { what: "revenue", position, value: f64::from(revenue[position]) });
            }
        }
        let Some(weights) = self.weights else { return Ok(()) };
        check_length("weights", n_rows, weights.len())?;
        check_weights("weight", weights.iter().map(|&w| f64::from(w)))
    }

    pub(super) fn weight(&self, row: usize) -> f32 {
        self.weights.map_or(1.0, |w| w[row])
    }

    /// The greatest log(1 + revenue) of the known rows; 1 when there is none above 0.
    pub(super) fn revenue_scale(&self) -> f64 {
        let known = self.revenue.unwrap_or(&[]).iter().filter(|r| !r.is_nan());
        let most = known.map(|&r| f64::from(r).ln_1p()).fold(0.0, f64::max);
        if most > 0.0 { most } else { 1.0 }
    }

    /// log(1 + revenue) / scale, or NaN when it is not known.
    pub(super) fn target(&self, row: usize, scale: f64) -> f32 {
        self.revenue.map_or(f32::NAN, |r| (f64::from(r[row]).ln_1p() / scale) as f32)
    }
}
