//! Logistic regression with an L2 penalty, over dense columns and sparse ones.

use crate::error::{Error, Result, check_length};
use crate::lbfgs::{Limits, minimise};
use crate::linear::{LinearContributions, LinearTerms, check_training};
use crate::math::{sigmoid, softplus};
use crate::matrix::Matrix;
use crate::parallel::for_each_block;
use crate::sparse::SparseRows;
use serde::{Deserialize, Serialize};

/// Parts the rows are cut into for the sums of the gradient: a fixed number, so that no sum depends on the threads.
const PARTS: usize = 16;

/// Unchecked parameters of logistic regression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogisticParams {
    /// Penalty: l2 / 2 times the squared coefficients is added to the summed log loss; above 0. Dense columns are
    /// standardised, sparse ones are not. scikit-learn's `C` is 1 / l2.
    pub l2: f64,
    /// Most iterations of L-BFGS, at least 1.
    pub max_iterations: usize,
    /// Stop when no entry of the gradient, per unit of weight, is larger; above 0.
    pub tolerance: f64,
    /// Threads, at least 1. The model does not depend on it.
    pub threads: usize,
}

impl Default for LogisticParams {
    /// Penalty 1, at most 500 iterations, tolerance 1e-7, one thread.
    fn default() -> Self {
        Self { l2: 1.0, max_iterations: 500, tolerance: 1e-7, threads: 1 }
    }
}

/// Parameters that have passed [`LogisticParams::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedLogisticParams(LogisticParams);

/// Rows to train on.
#[derive(Debug, Clone, Copy)]
pub struct LinearData<'a> {
    /// Dense columns, finite or NaN (missing); may have no columns, but must have the rows.
    pub dense: &'a Matrix,
    /// Sparse columns of the same rows.
    pub sparse: Option<&'a SparseRows>,
    /// Row weights >= 0; every row weighs 1 without them.
    pub weights: Option<&'a [f64]>,
}

/// A fitted logistic regression. Serialises as plain numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    terms: LinearTerms,
    sparse_coefficients: Vec<f64>,
    converged: bool,
}

impl LogisticParams {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the field out of range.
    pub fn check(self) -> Result<CheckedLogisticParams> {
        for (name, value) in [("l2", self.l2), ("tolerance", self.tolerance)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::Parameter { name, value: value.to_string(), allowed: "a finite number above 0" });
            }
        }
        for (name, value) in [("max_iterations", self.max_iterations), ("threads", self.threads)] {
            if value == 0 {
                return Err(Error::Parameter { name, value: "0".into(), allowed: "at least 1" });
            }
        }
        Ok(CheckedLogisticParams(self))
    }
}

impl CheckedLogisticParams {
    /// Minimises the weighted log loss plus l2 / 2 times the squared coefficients, the intercept free.
    ///
    /// Labels lie in [0, 1]; a share between counts as that much of a positive row.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::TooFewRows`] or [`Error::Value`] for unusable data.
    pub fn fit(&self, data: &LinearData<'_>, labels: &[f32]) -> Result<Logistic> {
        check_training(data.dense, labels, data.weights)?;
        if let Some(position) = labels.iter().position(|y| !(0.0..=1.0).contains(y)) {
            return Err(Error::Value { what: "label", position, value: f64::from(labels[position]) });
        }
        if let Some(sparse) = data.sparse {
            check_length("sparse rows", data.dense.n_rows(), sparse.n_rows())?;
        }
        let terms = LinearTerms::standardised(data.dense, data.weights);
        let problem = Problem { data, labels, terms: &terms, params: &self.0 };
        let weight: f64 = (0..labels.len()).map(|i| problem.weight(i)).sum();
        let positive: f64 = (0..labels.len()).map(|i| problem.weight(i) * f64::from(labels[i])).sum();
        let mut start = vec![0.0; problem.n_params()];
        if let Some(intercept) = start.last_mut() {
            *intercept = ((positive + 0.5) / (weight - positive + 0.5)).ln();
        }
        let limits = Limits { max_iterations: self.0.max_iterations, gradient: self.0.tolerance * weight };
        let (solution, converged) = minimise(|x, gradient| problem.loss(x, gradient), start, &limits);
        Ok(problem.into_model(&solution, converged))
    }
}

/// The loss over parameters laid out as dense coefficients, missing coefficients, sparse coefficients, intercept.
struct Problem<'a> {
    data: &'a LinearData<'a>,
    labels: &'a [f32],
    terms: &'a LinearTerms,
    params: &'a LogisticParams,
}

impl Problem<'_> {
    fn n_dense(&self) -> usize {
        self.data.dense.n_cols()
    }

    fn n_params(&self) -> usize {
        2 * self.n_dense() + self.data.sparse.map_or(0, SparseRows::n_cols) + 1
    }

    fn weight(&self, row: usize) -> f64 {
        self.data.weights.map_or(1.0, |w| w[row])
    }

    fn sparse_row(&self, row: usize) -> &[u32] {
        self.data.sparse.map_or(&[], |s| s.row(row))
    }

    fn loss(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let n_rows = self.labels.len();
        let part_rows = n_rows.div_ceil(PARTS);
        let mut parts = vec![(0.0, vec![0.0; x.len()]); PARTS];
        for_each_block(&mut parts, 1, self.params.threads, |part, out| {
            let span = (part * part_rows).min(n_rows)..((part + 1) * part_rows).min(n_rows);
            for (loss, gradient) in out {
                *loss = span.clone().map(|row| self.add_row(row, x, gradient)).sum();
            }
        });
        let penalised = x.len() - 1;
        let squares: f64 = x[..penalised].iter().map(|v| v * v).sum();
        let mut loss = 0.5 * self.params.l2 * squares;
        for (i, g) in gradient.iter_mut().enumerate() {
            *g = if i < penalised { self.params.l2 * x[i] } else { 0.0 };
        }
        for (part_loss, part) in &parts {
            loss += part_loss;
            gradient.iter_mut().zip(part).for_each(|(g, p)| *g += p);
        }
        loss
    }

    /// Adds a row to the gradient and returns its loss.
    fn add_row(&self, row: usize, x: &[f64], gradient: &mut [f64]) -> f64 {
        let d = self.n_dense();
        let values = self.data.dense.row(row);
        let sparse = self.sparse_row(row);
        let mut z = x[x.len() - 1];
        for (col, &value) in values.iter().enumerate() {
            z += match self.terms.standard_score(col, value) {
                Some(score) => x[col] * score,
                None => x[d + col],
            };
        }
        z += sparse.iter().map(|&col| x[2 * d + col as usize]).sum::<f64>();
        let (weight, label) = (self.weight(row), f64::from(self.labels[row]));
        let error = weight * (sigmoid(z) - label);
        for (col, &value) in values.iter().enumerate() {
            match self.terms.standard_score(col, value) {
                Some(score) => gradient[col] += error * score,
                None => gradient[d + col] += error,
            }
        }
        for &col in sparse {
            gradient[2 * d + col as usize] += error;
        }
        gradient[x.len() - 1] += error;
        weight * (softplus(z) - label * z)
    }

    fn into_model(self, x: &[f64], converged: bool) -> Logistic {
        let d = self.n_dense();
        let mut terms = self.terms.clone();
        terms.coefficients.copy_from_slice(&x[..d]);
        terms.missing_coefficients.copy_from_slice(&x[d..2 * d]);
        terms.intercept = x[x.len() - 1];
        Logistic { terms, sparse_coefficients: x[2 * d..x.len() - 1].to_vec(), converged }
    }
}

impl Logistic {
    /// The dense part of the model.
    pub fn terms(&self) -> &LinearTerms {
        &self.terms
    }

    /// The coefficient of each sparse column.
    pub fn sparse_coefficients(&self) -> &[f64] {
        &self.sparse_coefficients
    }

    /// Whether the tolerance was reached within the iterations.
    pub fn converged(&self) -> bool {
        self.converged
    }

    fn sparse_term(&self, col: u32) -> f64 {
        self.sparse_coefficients.get(col as usize).copied().unwrap_or(0.0)
    }

    /// Log-odds of a row with these dense values and ones in these sparse columns; columns unknown to the model add nothing.
    ///
    /// # Errors
    /// [`Error::Length`] when `dense` has another number of columns than the model.
    pub fn log_odds(&self, dense: &[f32], sparse: &[u32]) -> Result<f64> {
        Ok(self.terms.value(dense)? + sparse.iter().map(|&col| self.sparse_term(col)).sum::<f64>())
    }

    /// Log-odds of all rows.
    ///
    /// # Errors
    /// [`Error::Length`] when columns or rows do not fit.
    pub fn log_odds_all(&self, dense: &Matrix, sparse: Option<&SparseRows>, threads: usize) -> Result<Vec<f64>> {
        check_length("columns", self.terms.means.len(), dense.n_cols())?;
        if let Some(sparse) = sparse {
            check_length("sparse rows", dense.n_rows(), sparse.n_rows())?;
        }
        let mut out = vec![0.0; dense.n_rows()];
        for_each_block(&mut out, 1024, threads, |first, block| {
            for (i, z) in block.iter_mut().enumerate() {
                let ones = sparse.map_or(&[][..], |s| s.row(first + i));
                // The width was checked above.
                *z = self.log_odds(dense.row(first + i), ones).unwrap_or(f64::NAN);
            }
        });
        Ok(out)
    }

    /// What each part of a row adds to its log-odds.
    ///
    /// # Errors
    /// [`Error::Length`] when `dense` has another number of columns than the model.
    pub fn contributions(&self, dense: &[f32], sparse: &[u32]) -> Result<LinearContributions> {
        Ok(LinearContributions {
            dense: self.terms.terms(dense)?,
            sparse: sparse.iter().map(|&col| self.sparse_term(col)).collect(),
            intercept: self.terms.intercept,
        })
    }
}
