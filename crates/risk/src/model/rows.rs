//! Rows: the inputs of models, and the labelled ones they learn from.

use crate::features;
use crate::history::{Facts, Key};
use learn::Matrix;
use std::ops::Range;
use std::sync::Arc;

/// The inputs of items, one row an item.
#[derive(Clone, Debug)]
pub struct Rows {
    /// Dense features in the order of [`features::features`]; NaN where missing.
    pub dense: Matrix,
    /// Keys of the profiles, row after row; 0 where an item has no such value.
    pub keys: Vec<Key>,
    /// Whether the outcome of an earlier repeat of the row is known.
    pub repeats: Vec<bool>,
    profiles: usize,
    /// Which features are kept, by their places in [`features::features`]; all of them where this is `None`.
    kept: Option<Arc<[u32]>>,
}

impl Rows {
    /// No rows yet, of `features` dense features and `profiles` profiles.
    pub fn new(features: usize, profiles: usize) -> Self {
        Self { dense: Matrix::new(features), keys: Vec::new(), repeats: Vec::new(), profiles, kept: None }
    }

    /// No rows yet, of those dense features alone whose places are given: what a model of an earlier version knows.
    pub fn keeping(kept: Arc<[u32]>, profiles: usize) -> Self {
        Self { kept: Some(Arc::clone(&kept)), ..Self::new(kept.len(), profiles) }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.repeats.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.repeats.is_empty()
    }

    /// Adds the inputs of one item.
    ///
    /// # Errors
    /// Where the facts come from a history of other profiles or columns.
    pub fn push(&mut self, facts: &Facts<'_>) -> learn::Result<()> {
        let mut values = Vec::with_capacity(self.dense.n_cols());
        features::values(facts, &mut values);
        if let Some(kept) = &self.kept {
            values = kept.iter().map(|place| values.get(*place as usize).copied().unwrap_or(f32::NAN)).collect();
        }
        self.dense.push_row(&values)?;
        self.keys.extend(facts.profiles.iter().map(|profile| profile.key.unwrap_or_default()));
        self.repeats.push(facts.repeats.exact_outcome.inspected_count > 0);
        Ok(())
    }

    /// Adds some rows of others of the same width.
    pub fn extend_from(&mut self, other: &Self, rows: Range<usize>) {
        self.dense.extend_from(&other.dense, rows.clone());
        self.keys.extend_from_slice(&other.keys[rows.start * self.profiles..rows.end * self.profiles]);
        self.repeats.extend_from_slice(&other.repeats[rows]);
    }

    /// The keys of a row's profiles; 0 where missing.
    pub fn keys_of(&self, row: usize) -> &[Key] {
        &self.keys[row * self.profiles..(row + 1) * self.profiles]
    }

    fn selected_keys(&self, rows: &[usize]) -> Vec<Key> {
        let mut keys = Vec::with_capacity(rows.len() * self.profiles);
        rows.iter().for_each(|row| keys.extend_from_slice(self.keys_of(*row)));
        keys
    }

    /// The given rows, in the given order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            dense: self.dense.select_rows(rows),
            keys: self.selected_keys(rows),
            repeats: rows.iter().map(|row| self.repeats[*row]).collect(),
            profiles: self.profiles,
            kept: self.kept.clone(),
        }
    }
}

/// Items with what training needs to know of them, in the order of their moments.
#[derive(Clone, Debug)]
pub struct TrainingSet {
    /// The inputs, each as of its own moment.
    pub rows: Rows,
    /// Whether there was a finding; `None` for an unexamined item of an examined declaration.
    pub labels: Vec<Option<bool>>,
    /// Extra revenue of a finding in minor units; NaN where unknown.
    pub revenue_minor: Vec<f32>,
    /// Duty at stake in minor units; NaN where unknown.
    pub stake_minor: Vec<f32>,
    /// Epoch day of lodgement.
    pub days: Vec<i32>,
    /// Which declaration an item belongs to, counted from 0.
    pub declarations: Vec<u32>,
    /// Probability with which an item had been selected; NaN where unknown.
    pub selection_probability: Vec<f32>,
    /// Repeat keys.
    pub repeat_keys: Vec<Key>,
}

impl TrainingSet {
    /// No rows yet.
    pub fn new(features: usize, profiles: usize) -> Self {
        Self {
            rows: Rows::new(features, profiles),
            labels: Vec::new(),
            revenue_minor: Vec::new(),
            stake_minor: Vec::new(),
            days: Vec::new(),
            declarations: Vec::new(),
            selection_probability: Vec::new(),
            repeat_keys: Vec::new(),
        }
    }

    /// Bytes that a row takes, of `features` dense features and `profiles` profiles.
    pub const fn row_bytes(features: usize, profiles: usize) -> u64 {
        let inputs = features * size_of::<f32>() + profiles * size_of::<Key>() + size_of::<bool>();
        // Revenue, stake and probability; then day and declaration; then the repeat key.
        let known = size_of::<Option<bool>>() + 3 * size_of::<f32>() + size_of::<i32>() + size_of::<u32>();
        (inputs + known + size_of::<Key>()) as u64
    }

    /// The given rows, in the given order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|row| values[*row]).collect()
        }
        Self {
            rows: self.rows.select(rows),
            labels: pick(&self.labels, rows),
            revenue_minor: pick(&self.revenue_minor, rows),
            stake_minor: pick(&self.stake_minor, rows),
            days: pick(&self.days, rows),
            declarations: pick(&self.declarations, rows),
            selection_probability: pick(&self.selection_probability, rows),
            repeat_keys: pick(&self.repeat_keys, rows),
        }
    }

    /// The places of the rows for which `keep` holds.
    pub fn places(&self, keep: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.labels.len()).filter(|row| keep(*row)).collect()
    }

    /// Numbers of examined rows, and of findings among them.
    pub fn counts(&self) -> (usize, usize) {
        let examined = self.labels.iter().flatten();
        examined.fold((0, 0), |(all, found), label| (all + 1, found + usize::from(*label)))
    }
}
