//! Which calibrator to take, by cross-validation.

use super::{Calibrator, CalibratorKind, Outcomes};
use crate::error::{Error, Result};
use crate::math::softplus;
use crate::rng::Rng;

/// Unchecked parameters of the choice between calibrators.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationChoice {
    /// Folds of the cross-validation, 2..=20, each with its share of positive rows.
    pub folds: usize,
    /// Rows of each class needed to look beyond Platt scaling, at least `folds`.
    pub least_of_each_class: usize,
    /// Seed of the folds.
    pub seed: u64,
}

impl Default for CalibrationChoice {
    /// 5 folds, 100 rows of each class, seed 0.
    fn default() -> Self {
        Self { folds: 5, least_of_each_class: 100, seed: 0 }
    }
}

/// Parameters that have passed [`CalibrationChoice::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedCalibrationChoice(CalibrationChoice);

impl CalibrationChoice {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the field out of range.
    pub fn check(self) -> Result<CheckedCalibrationChoice> {
        if !(2..=20).contains(&self.folds) {
            return Err(Error::Parameter { name: "folds", value: self.folds.to_string(), allowed: "2..=20" });
        }
        if self.least_of_each_class < self.folds {
            let value = self.least_of_each_class.to_string();
            return Err(Error::Parameter {
                name: "least_of_each_class",
                value,
                allowed: "at least the number of folds",
            });
        }
        Ok(CheckedCalibrationChoice(self))
    }
}

impl CheckedCalibrationChoice {
    /// Fits the calibrator with the least cross-validated log loss. Platt scaling is taken when rows are few; a kind with
    /// more parameters has to beat the simpler one by more than the standard error of the difference.
    ///
    /// # Errors
    /// As [`Calibrator::platt`].
    pub fn fit(&self, outcomes: &Outcomes<'_>) -> Result<Calibrator> {
        outcomes.check()?;
        let positives = outcomes.positive.iter().filter(|&&y| y).count();
        let fewest = positives.min(outcomes.positive.len() - positives);
        if fewest < self.0.least_of_each_class {
            return Calibrator::platt(outcomes);
        }
        let folds = self.folds(outcomes.positive);
        let mut best = (CalibratorKind::Platt, held_out_losses(outcomes, &folds, self.0.folds, CalibratorKind::Platt)?);
        for kind in [CalibratorKind::Beta, CalibratorKind::Isotonic] {
            let losses = held_out_losses(outcomes, &folds, self.0.folds, kind)?;
            let (gain, error) = mean_difference(&best.1, &losses, outcomes);
            if gain > error {
                best = (kind, losses);
            }
        }
        fit_kind(best.0, outcomes)
    }

    /// Fold of each row: within a class, rows in random order get the folds in turn.
    fn folds(&self, positive: &[bool]) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..positive.len()).collect();
        Rng::new(self.0.seed).shuffle(&mut rows);
        let mut folds = vec![0; rows.len()];
        for class in [false, true] {
            for (turn, &row) in rows.iter().filter(|&&i| positive[i] == class).enumerate() {
                folds[row] = turn % self.0.folds;
            }
        }
        folds
    }
}

fn fit_kind(kind: CalibratorKind, outcomes: &Outcomes<'_>) -> Result<Calibrator> {
    match kind {
        CalibratorKind::Identity => Ok(Calibrator::identity()),
        CalibratorKind::Platt => Calibrator::platt(outcomes),
        CalibratorKind::Beta => Calibrator::beta(outcomes),
        CalibratorKind::Isotonic => Calibrator::isotonic(outcomes),
    }
}

/// Log loss of every row under the calibrator fitted on the other folds.
fn held_out_losses(outcomes: &Outcomes<'_>, folds: &[usize], n: usize, kind: CalibratorKind) -> Result<Vec<f64>> {
    let mut losses = vec![0.0; folds.len()];
    for fold in 0..n {
        let kept: Vec<usize> = (0..folds.len()).filter(|&i| folds[i] != fold).collect();
        let log_odds: Vec<f64> = kept.iter().map(|&i| outcomes.log_odds[i]).collect();
        let positive: Vec<bool> = kept.iter().map(|&i| outcomes.positive[i]).collect();
        let weights: Vec<f64> = kept.iter().map(|&i| outcomes.weight(i)).collect();
        let others = Outcomes { log_odds: &log_odds, positive: &positive, weights: Some(&weights) };
        let calibrator = fit_kind(kind, &others)?;
        for (row, loss) in losses.iter_mut().enumerate().filter(|&(row, _)| folds[row] == fold) {
            let z = calibrator.log_odds(outcomes.log_odds[row]);
            *loss = softplus(if outcomes.positive[row] { -z } else { z });
        }
    }
    Ok(losses)
}

/// Weighted mean of `a - b` and its standard error.
fn mean_difference(a: &[f64], b: &[f64], outcomes: &Outcomes<'_>) -> (f64, f64) {
    let rows = || a.iter().zip(b).enumerate().map(|(i, (a, b))| (outcomes.weight(i), a - b));
    let total: f64 = rows().map(|(w, _)| w).sum();
    let mean = rows().map(|(w, d)| w * d).sum::<f64>() / total;
    let variance = rows().map(|(w, d)| (w * (d - mean)).powi(2)).sum::<f64>() / (total * total);
    (mean, variance.sqrt())
}
