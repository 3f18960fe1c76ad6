//! Scorers: what turns rows into log-odds, and log-odds back into contributions.

use super::date::DateScorer;
use super::rows::Rows;
use crate::history::{Key, KeyMap};
use learn::Matrix;
use learn::gbdt::Forest;
use learn::logistic::Logistic;
use learn::sparse::SparseRows;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Rows that a thread takes at a time.
pub(super) const BLOCK_ROWS: usize = 512;

/// Something that gives each row the log-odds of a finding.
#[derive(Clone, Debug)]
pub enum Scorer {
    /// Past findings alone.
    Profile(ProfileScorer),
    /// Linear in the features and in the profiles' values.
    Logistic(LogisticScorer),
    /// Boosted trees over dense features.
    Gbdt(Box<TreesScorer>),
    /// The attention network over the leaves of boosted trees.
    Date(Box<DateScorer>),
    /// A weighted sum of others.
    Blend(Vec<BlendPart>),
}

/// One part of a blend: `slope` x its log-odds + `offset`.
#[derive(Clone, Debug)]
pub struct BlendPart {
    /// The part.
    pub scorer: Scorer,
    /// Weight of its log-odds.
    pub slope: f64,
    /// What is added to them.
    pub offset: f64,
}

/// The sum of what the risk profiles say, divided by the root of their number, so that agreeing profiles count more
/// than one and fewer than all of them as if independent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileScorer {
    /// Columns of the dense features that hold the excess log-odds of profiles.
    pub columns: Vec<u32>,
}

/// Ridge logistic regression over the profile values seen in training, and over standardised dense features unless the
/// regression has no dense columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogisticScorer {
    /// Keys of profile values, sorted; the place of a key is its sparse column.
    pub dictionary: Vec<Key>,
    /// The regression.
    pub regression: Logistic,
    /// The dictionary as a map, made when first asked.
    #[serde(skip)]
    index: OnceLock<KeyMap<u32>>,
}

/// Boosted trees over some of the dense features.
#[derive(Clone, Debug)]
pub struct TreesScorer {
    /// The trees.
    pub forest: Forest,
    /// The dense features they were fitted on, in their order; all of them where empty.
    pub columns: Vec<u32>,
}

/// What each input adds to the log-odds of one row.
#[derive(Clone, Debug, Default)]
pub struct Contributions {
    /// By dense feature.
    pub features: Vec<f64>,
    /// By profile, for its value itself.
    pub profiles: Vec<f64>,
    /// What is left with no input at all.
    pub base: f64,
}

impl Scorer {
    /// Log-odds of a finding for each row.
    ///
    /// # Errors
    /// Where the rows have another number of features than the scorer was trained on.
    pub fn log_odds(&self, rows: &Rows, threads: usize) -> learn::Result<Vec<f64>> {
        match self {
            Self::Profile(scorer) => Ok((0..rows.len()).map(|row| scorer.log_odds(rows.dense.row(row))).collect()),
            Self::Logistic(scorer) => scorer.log_odds(rows, threads),
            Self::Gbdt(trees) => trees.log_odds(&rows.dense, threads),
            Self::Date(scorer) => scorer.log_odds(rows, threads),
            Self::Blend(parts) => {
                let mut sums = vec![0.0; rows.len()];
                for part in parts {
                    let log_odds = part.scorer.log_odds(rows, threads)?;
                    sums.iter_mut().zip(log_odds).for_each(|(sum, x)| *sum += part.slope * x + part.offset);
                }
                Ok(sums)
            }
        }
    }

    /// What each input adds to the log-odds of one row; the sum equals [`Self::log_odds`] to 1e-6.
    ///
    /// # Errors
    /// As [`Self::log_odds`].
    pub fn contributions(&self, rows: &Rows, row: usize) -> learn::Result<Contributions> {
        let (dense, keys) = (rows.dense.row(row), rows.keys_of(row));
        let mut out = Contributions { features: vec![0.0; dense.len()], profiles: vec![0.0; keys.len()], base: 0.0 };
        match self {
            Self::Profile(scorer) => scorer.contribute(dense, &mut out),
            Self::Logistic(scorer) => scorer.contribute(dense, keys, &mut out)?,
            Self::Gbdt(trees) => trees.contribute(dense, &mut out)?,
            Self::Date(scorer) => scorer.contribute(dense, keys, &mut out)?,
            Self::Blend(parts) => {
                for part in parts {
                    out.add(&part.scorer.contributions(rows, row)?, part.slope, part.offset);
                }
            }
        }
        Ok(out)
    }
}

impl Contributions {
    /// The log-odds they add up to.
    pub fn total(&self) -> f64 {
        self.base + self.features.iter().sum::<f64>() + self.profiles.iter().sum::<f64>()
    }

    fn add(&mut self, other: &Self, slope: f64, offset: f64) {
        let add = |to: &mut [f64], from: &[f64]| to.iter_mut().zip(from).for_each(|(to, from)| *to += slope * from);
        add(&mut self.features, &other.features);
        add(&mut self.profiles, &other.profiles);
        self.base += slope * other.base + offset;
    }
}

impl ProfileScorer {
    fn weight(&self, dense: &[f32]) -> f64 {
        let present = self.columns.iter().filter(|column| !dense[**column as usize].is_nan()).count();
        1.0 / (present.max(1) as f64).sqrt()
    }

    fn log_odds(&self, dense: &[f32]) -> f64 {
        let known = self.columns.iter().map(|column| f64::from(dense[*column as usize])).filter(|x| !x.is_nan());
        known.sum::<f64>() * self.weight(dense)
    }

    fn contribute(&self, dense: &[f32], out: &mut Contributions) {
        let weight = self.weight(dense);
        for column in &self.columns {
            let excess = f64::from(dense[*column as usize]);
            out.features[*column as usize] = if excess.is_nan() { 0.0 } else { excess * weight };
        }
    }
}

impl TreesScorer {
    fn log_odds(&self, dense: &Matrix, threads: usize) -> learn::Result<Vec<f64>> {
        match self.columns.is_empty() {
            true => self.forest.predict_margin(dense, threads),
            false => self.forest.predict_margin(&pick(dense, &self.columns)?, threads),
        }
    }

    fn contribute(&self, dense: &[f32], out: &mut Contributions) -> learn::Result<()> {
        let picked: Vec<f32> = self.columns.iter().map(|column| dense[*column as usize]).collect();
        let mut parts = self.forest.contributions(if self.columns.is_empty() { dense } else { &picked })?;
        out.base = parts.pop().unwrap_or_default();
        if self.columns.is_empty() {
            out.features = parts;
        } else {
            self.columns.iter().zip(parts).for_each(|(column, part)| out.features[*column as usize] = part);
        }
        Ok(())
    }
}

/// The given columns of a matrix, in the given order.
pub(super) fn pick(dense: &Matrix, columns: &[u32]) -> learn::Result<Matrix> {
    let mut picked = Matrix::with_capacity(dense.n_rows(), columns.len());
    let mut values = Vec::with_capacity(columns.len());
    for row in dense.rows() {
        values.clear();
        values.extend(columns.iter().map(|column| row[*column as usize]));
        picked.push_row(&values)?;
    }
    Ok(picked)
}

impl LogisticScorer {
    pub(super) fn new(dictionary: Vec<Key>, regression: Logistic) -> Self {
        Self { dictionary, regression, index: OnceLock::new() }
    }

    /// Whether it reads the dense features, or the profiles' values alone.
    pub(super) fn is_dense(&self) -> bool {
        !self.regression.terms().means.is_empty()
    }

    fn log_odds(&self, rows: &Rows, threads: usize) -> learn::Result<Vec<f64>> {
        let mut out = vec![Ok(0.0); rows.len()];
        learn::parallel::for_each_block(&mut out, BLOCK_ROWS, threads, |first, block| {
            for (row, log_odds) in (first..).zip(block) {
                let dense = if self.is_dense() { rows.dense.row(row) } else { &[] };
                *log_odds = self.regression.log_odds(dense, &self.columns(rows.keys_of(row)));
            }
        });
        out.into_iter().collect()
    }

    /// The sparse columns of the profile values that training knew.
    fn columns(&self, keys: &[Key]) -> Vec<u32> {
        keys.iter().filter_map(|key| self.column(*key)).collect()
    }

    fn column(&self, key: Key) -> Option<u32> {
        let index = || self.dictionary.iter().zip(0..).map(|(key, column)| (*key, column)).collect();
        self.index.get_or_init(index).get(&key).copied()
    }

    fn contribute(&self, dense: &[f32], keys: &[Key], out: &mut Contributions) -> learn::Result<()> {
        let dense = if self.is_dense() { dense } else { &[] };
        let parts = self.regression.contributions(dense, &self.columns(keys))?;
        out.features[..parts.dense.len()].copy_from_slice(&parts.dense);
        out.base = parts.intercept;
        let known = keys.iter().enumerate().filter(|(_, key)| self.column(**key).is_some());
        for ((profile, _), contribution) in known.zip(parts.sparse) {
            out.profiles[profile] += contribution;
        }
        Ok(())
    }
}

/// One-hot rows of the profile values that a dictionary knows.
pub(super) fn sparse_rows(dictionary: &[Key], rows: &Rows) -> learn::Result<SparseRows> {
    let mut sparse = SparseRows::new(dictionary.len());
    let mut columns = Vec::new();
    for row in 0..rows.len() {
        columns.clear();
        let places = rows.keys_of(row).iter().filter_map(|key| dictionary.binary_search(key).ok());
        columns.extend(places.map(|place| place as u32));
        sparse.push_row(&columns)?;
    }
    Ok(sparse)
}
