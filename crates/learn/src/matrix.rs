//! A dense table of features.

use crate::error::{Result, check_length};
use std::ops::Range;

/// Dense row-major matrix of `f32`; NaN marks a missing value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    values: Vec<f32>,
    n_rows: usize,
    n_cols: usize,
}

impl Matrix {
    /// An empty matrix of `n_cols` columns.
    pub fn new(n_cols: usize) -> Self {
        Self { values: Vec::new(), n_rows: 0, n_cols }
    }

    /// An empty matrix of `n_cols` columns with room for `n_rows` rows.
    pub fn with_capacity(n_rows: usize, n_cols: usize) -> Self {
        Self { values: Vec::with_capacity(n_rows.saturating_mul(n_cols)), n_rows: 0, n_cols }
    }

    /// Takes over `values`, `n_rows` rows of `n_cols` values each, row after row.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `values` does not hold `n_rows * n_cols` values.
    pub fn from_vec(values: Vec<f32>, n_rows: usize, n_cols: usize) -> Result<Self> {
        check_length("matrix values", n_rows.saturating_mul(n_cols), values.len())?;
        Ok(Self { values, n_rows, n_cols })
    }

    /// Copies `rows`, which must all have `n_cols` values.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when a row has another number of values.
    pub fn from_rows<R: AsRef<[f32]>>(n_cols: usize, rows: impl IntoIterator<Item = R>) -> Result<Self> {
        let mut matrix = Self::new(n_cols);
        for row in rows {
            matrix.push_row(row.as_ref())?;
        }
        Ok(matrix)
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns.
    pub fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// Row `i`; like slice indexing it panics when `i >= n_rows`.
    pub fn row(&self, i: usize) -> &[f32] {
        assert!(i < self.n_rows, "row {i} of a matrix of {} rows", self.n_rows);
        &self.values[i * self.n_cols..(i + 1) * self.n_cols]
    }

    /// Appends some rows of another matrix of the same width; like slice indexing it panics where they are not there.
    pub fn extend_from(&mut self, other: &Self, rows: Range<usize>) {
        assert_eq!(self.n_cols, other.n_cols, "columns");
        self.values.extend_from_slice(&other.values[rows.start * self.n_cols..rows.end * self.n_cols]);
        self.n_rows += rows.len();
    }

    /// The rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        (0..self.n_rows).map(|i| self.row(i))
    }

    /// The value at (`row`, `col`): `None` when missing or outside the matrix.
    pub fn get(&self, row: usize, col: usize) -> Option<f32> {
        if row >= self.n_rows || col >= self.n_cols {
            return None;
        }
        let value = self.values[row * self.n_cols + col];
        (!value.is_nan()).then_some(value)
    }

    /// The values of column `col` from top to bottom; empty when there is no such column.
    pub fn column(&self, col: usize) -> impl Iterator<Item = f32> + '_ {
        let step = self.n_cols.max(1);
        let start = if col < self.n_cols { col } else { self.values.len() };
        self.values.iter().skip(start).step_by(step).copied()
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Appends a row.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `row` does not have `n_cols` values.
    pub fn push_row(&mut self, row: &[f32]) -> Result<()> {
        check_length("row", self.n_cols, row.len())?;
        self.values.extend_from_slice(row);
        self.n_rows += 1;
        Ok(())
    }

    /// A new matrix of the given rows, in the given order; a row may appear more than once.
    /// Like slice indexing it panics on a row that does not exist.
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let mut out = Self::with_capacity(rows.len(), self.n_cols);
        for &i in rows {
            out.values.extend_from_slice(self.row(i));
        }
        out.n_rows = rows.len();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_columns_and_missing_values() {
        let m = Matrix::from_rows(2, [[1.0, f32::NAN], [3.0, 4.0], [5.0, 6.0]]).unwrap();
        assert_eq!((m.n_rows(), m.n_cols()), (3, 2));
        assert_eq!(m.get(0, 1), None);
        assert_eq!(m.get(1, 1), Some(4.0));
        assert_eq!(m.column(0).collect::<Vec<_>>(), [1.0, 3.0, 5.0]);
        assert_eq!(m.column(9).count(), 0);
        let picked = m.select_rows(&[2, 1, 2]);
        assert_eq!(picked.values(), [5.0, 6.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn a_row_of_another_width_is_refused() {
        let mut m = Matrix::new(2);
        assert!(m.push_row(&[1.0]).is_err());
        assert!(Matrix::from_vec(vec![0.0; 5], 2, 2).is_err());
        assert_eq!(m.n_rows(), 0);
    }

    #[test]
    fn a_matrix_without_columns_still_counts_rows() {
        let m = Matrix::from_vec(Vec::new(), 3, 0).unwrap();
        assert_eq!(m.rows().count(), 3);
        assert!(m.row(2).is_empty());
    }
}
