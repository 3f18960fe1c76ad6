//! Sparse rows of ones: hashed categories, leaves of trees.

use crate::error::{Error, Result};

/// A 0/1 matrix stored as the column numbers of the ones of each row (compressed sparse rows without values). A column
/// named twice in a row counts twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SparseRows {
    starts: Vec<usize>,
    columns: Vec<u32>,
    n_cols: usize,
}

impl SparseRows {
    /// An empty matrix of `n_cols` columns.
    pub fn new(n_cols: usize) -> Self {
        Self { starts: vec![0], columns: Vec::new(), n_cols }
    }

    /// Appends a row with ones in the given columns.
    ///
    /// # Errors
    /// [`Error::Value`] for a column that is not below `n_cols`.
    pub fn push_row(&mut self, columns: &[u32]) -> Result<()> {
        if let Some(position) = columns.iter().position(|&c| c as usize >= self.n_cols) {
            return Err(Error::Value { what: "sparse column", position, value: f64::from(columns[position]) });
        }
        self.columns.extend_from_slice(columns);
        self.starts.push(self.columns.len());
        Ok(())
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of columns.
    pub fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// Columns of the ones of row `i`; like slice indexing it panics when `i >= n_rows`.
    pub fn row(&self, i: usize) -> &[u32] {
        &self.columns[self.starts[i]..self.starts[i + 1]]
    }
}
