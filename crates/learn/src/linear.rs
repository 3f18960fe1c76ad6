//! Linear terms over standardised columns, and ridge regression.

use crate::error::{Error, Result, check_finite, check_length, check_weights};
use crate::linalg::solve_positive_definite;
use crate::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// Linear terms over dense columns: coefficient times (value - mean) / deviation, or the column's missing coefficient where
/// the value is missing (imputing the mean and adding a missing indicator). Means and deviations are those of training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinearTerms {
    /// Mean of each column over the rows that have it.
    pub means: Vec<f64>,
    /// Standard deviation of each column (divisor n), 1 where it is 0.
    pub deviations: Vec<f64>,
    /// Change of the result per standard deviation of each column.
    pub coefficients: Vec<f64>,
    /// What a missing value adds, per column.
    pub missing_coefficients: Vec<f64>,
    /// The result for a row at the means.
    pub intercept: f64,
}

/// What each part of a row adds to the result of a linear model; all of it adds up to the result.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearContributions {
    /// Per dense column.
    pub dense: Vec<f64>,
    /// Per sparse column given, in the order given.
    pub sparse: Vec<f64>,
    /// The result for a row at the means without sparse columns.
    pub intercept: f64,
}

impl LinearTerms {
    /// Terms without effect, standardised on the weighted rows of `x`.
    pub(crate) fn standardised(x: &Matrix, weights: Option<&[f64]>) -> Self {
        let n_cols = x.n_cols();
        let moments = |centre: &[f64], power: i32| -> Vec<f64> {
            let (mut sums, mut totals) = (vec![0.0; n_cols], vec![0.0; n_cols]);
            for (i, row) in x.rows().enumerate() {
                let weight = weights.map_or(1.0, |w| w[i]);
                for (j, &value) in row.iter().enumerate().filter(|(_, v)| !v.is_nan()) {
                    sums[j] += weight * (f64::from(value) - centre[j]).powi(power);
                    totals[j] += weight;
                }
            }
            sums.iter().zip(&totals).map(|(&sum, &total)| if total > 0.0 { sum / total } else { 0.0 }).collect()
        };
        let means = moments(&vec![0.0; n_cols], 1);
        let variances = moments(&means, 2);
        let deviation = |(variance, mean): (&f64, &f64)| {
            let deviation = variance.sqrt();
            if deviation > 1e-9 * mean.abs() { deviation } else { 1.0 }
        };
        let deviations = variances.iter().zip(&means).map(deviation).collect();
        let (coefficients, missing_coefficients) = (vec![0.0; n_cols], vec![0.0; n_cols]);
        Self { means, deviations, coefficients, missing_coefficients, intercept: 0.0 }
    }

    /// Standard score of a value of column `col`; `None` when missing.
    pub(crate) fn standard_score(&self, col: usize, value: f32) -> Option<f64> {
        (!value.is_nan()).then(|| (f64::from(value) - self.means[col]) / self.deviations[col])
    }

    /// What column `col` adds when it has this value.
    fn term(&self, col: usize, value: f32) -> f64 {
        match self.standard_score(col, value) {
            Some(score) => self.coefficients[col] * score,
            None => self.missing_coefficients[col],
        }
    }

    /// The contribution of each column.
    pub(crate) fn terms(&self, row: &[f32]) -> Result<Vec<f64>> {
        check_length("row", self.means.len(), row.len())?;
        Ok(row.iter().enumerate().map(|(col, &value)| self.term(col, value)).collect())
    }

    /// The intercept plus the terms of a row.
    pub(crate) fn value(&self, row: &[f32]) -> Result<f64> {
        check_length("row", self.means.len(), row.len())?;
        let terms = row.iter().enumerate().map(|(col, &value)| self.term(col, value));
        Ok(self.intercept + terms.sum::<f64>())
    }
}

/// Checks features, labels and weights against each other.
pub(crate) fn check_training(x: &Matrix, labels: &[f32], weights: Option<&[f64]>) -> Result<()> {
    if x.n_rows() == 0 {
        return Err(Error::TooFewRows { what: "the data set", needed: 1, found: 0 });
    }
    check_length("labels", x.n_rows(), labels.len())?;
    check_finite("label", labels.iter().map(|&y| f64::from(y)))?;
    if let Some(position) = x.values().iter().position(|v| v.is_infinite()) {
        return Err(Error::Value { what: "feature", position, value: f64::from(x.values()[position]) });
    }
    let Some(weights) = weights else { return Ok(()) };
    check_length("weights", x.n_rows(), weights.len())?;
    check_weights("weight", weights.iter().copied())
}

/// Unchecked parameters of ridge regression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RidgeParams {
    /// Penalty on the squared coefficients of the standardised columns, above 0.
    pub l2: f64,
}

/// Parameters that have passed [`RidgeParams::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedRidgeParams(RidgeParams);

/// A fitted ridge regression. Serialises as plain numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ridge {
    terms: LinearTerms,
}

impl Default for RidgeParams {
    /// A penalty of 1.
    fn default() -> Self {
        Self { l2: 1.0 }
    }
}

impl RidgeParams {
    /// Checks the range.
    ///
    /// # Errors
    /// [`Error::Parameter`] when the penalty is not a finite number above 0.
    pub fn check(self) -> Result<CheckedRidgeParams> {
        if self.l2.is_finite() && self.l2 > 0.0 {
            Ok(CheckedRidgeParams(self))
        } else {
            Err(Error::Parameter { name: "l2", value: self.l2.to_string(), allowed: "a finite number above 0" })
        }
    }
}

impl CheckedRidgeParams {
    /// Minimises sum of w (y - prediction)^2 + l2 |coefficients|^2, the intercept free, by the normal equations
    /// (Hoerl and Kennard 1970).
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::TooFewRows`] or [`Error::Value`] for unusable data, [`Error::Singular`] when the penalty
    /// is too small for the rounding.
    pub fn fit(&self, x: &Matrix, labels: &[f32], weights: Option<&[f64]>) -> Result<Ridge> {
        check_training(x, labels, weights)?;
        let mut terms = LinearTerms::standardised(x, weights);
        let n_cols = x.n_cols();
        let indicators: Vec<usize> = (0..n_cols).filter(|&col| x.column(col).any(f32::is_nan)).collect();
        let width = n_cols + indicators.len() + 1;
        let (mut gram, mut moment) = (vec![0.0; width * width], vec![0.0; width]);
        let mut expanded = vec![0.0; width];
        for (i, row) in x.rows().enumerate() {
            for (col, &value) in row.iter().enumerate() {
                expanded[col] = terms.standard_score(col, value).unwrap_or(0.0);
            }
            for (slot, &col) in expanded[n_cols..].iter_mut().zip(&indicators) {
                *slot = f64::from(u8::from(row[col].is_nan()));
            }
            expanded[width - 1] = 1.0;
            let weight = weights.map_or(1.0, |w| w[i]);
            add_row(&expanded, f64::from(labels[i]), weight, &mut gram, &mut moment);
        }
        for i in 0..width {
            gram[i * width + i] += if i + 1 < width { self.0.l2 } else { 0.0 };
        }
        solve_positive_definite(&mut gram, &mut moment)?;
        terms.coefficients.copy_from_slice(&moment[..n_cols]);
        for (&col, &coefficient) in indicators.iter().zip(&moment[n_cols..]) {
            terms.missing_coefficients[col] = coefficient;
        }
        terms.intercept = moment[width - 1];
        Ok(Ridge { terms })
    }
}

/// Adds a weighted row to the lower triangle of the normal equations.
fn add_row(row: &[f64], label: f64, weight: f64, gram: &mut [f64], moment: &mut [f64]) {
    for (i, &value) in row.iter().enumerate() {
        let weighted = weight * value;
        moment[i] += weighted * label;
        let line = &mut gram[i * row.len()..=i * row.len() + i];
        line.iter_mut().zip(row).for_each(|(cell, &other)| *cell += weighted * other);
    }
}

impl Ridge {
    /// The fitted terms.
    pub fn terms(&self) -> &LinearTerms {
        &self.terms
    }

    /// The prediction of a row.
    ///
    /// # Errors
    /// [`Error::Length`] when the row has another number of columns than the model.
    pub fn predict(&self, row: &[f32]) -> Result<f64> {
        self.terms.value(row)
    }

    /// The predictions of all rows.
    ///
    /// # Errors
    /// [`Error::Length`] when `x` has another number of columns than the model.
    pub fn predict_all(&self, x: &Matrix) -> Result<Vec<f64>> {
        x.rows().map(|row| self.predict(row)).collect()
    }

    /// What each column adds to the prediction of a row.
    ///
    /// # Errors
    /// [`Error::Length`] when the row has another number of columns than the model.
    pub fn contributions(&self, row: &[f32]) -> Result<LinearContributions> {
        Ok(LinearContributions { dense: self.terms.terms(row)?, sparse: Vec::new(), intercept: self.terms.intercept })
    }
}
