//! Maximum likelihood for a handful of parameters: p = sigmoid(beta . features).

use super::Outcomes;
use crate::error::Result;
use crate::linalg::{dot, solve_positive_definite};
use crate::math::{sigmoid, softplus};

const MAX_STEPS: usize = 100;

/// The features of the rows with targets and weights.
pub(super) struct Problem<'a, const K: usize> {
    pub(super) outcomes: &'a Outcomes<'a>,
    /// Targets of negative and of positive rows.
    pub(super) targets: (f64, f64),
    pub(super) features: &'a dyn Fn(f64) -> [f64; K],
}

/// Platt's targets for negative and positive rows, from the sums of their weights.
pub(super) fn smoothed_targets((negative, positive): (f64, f64)) -> (f64, f64) {
    (1.0 / (negative + 2.0), (positive + 1.0) / (positive + 2.0))
}

impl<const K: usize> Problem<'_, K> {
    fn rows(&self) -> impl Iterator<Item = ([f64; K], f64, f64)> + '_ {
        self.outcomes.log_odds.iter().enumerate().map(|(i, &x)| {
            let target = if self.outcomes.positive[i] { self.targets.1 } else { self.targets.0 };
            ((self.features)(x), target, self.outcomes.weight(i))
        })
    }

    fn loss(&self, beta: &[f64; K]) -> f64 {
        let loss = |(f, t, w): ([f64; K], f64, f64)| {
            let z = dot(&f, beta);
            w * (softplus(z) - t * z)
        };
        self.rows().map(loss).sum()
    }

    fn newton_step(&self, beta: &[f64; K]) -> Result<[f64; K]> {
        let mut gradient = [0.0; K];
        let mut hessian = vec![0.0; K * K];
        for (f, target, weight) in self.rows() {
            let p = sigmoid(dot(&f, beta));
            let curvature = weight * p * (1.0 - p);
            for i in 0..K {
                gradient[i] += weight * (p - target) * f[i];
                for j in 0..K {
                    hessian[i * K + j] += curvature * f[i] * f[j];
                }
            }
        }
        // A touch of ridge keeps constant scores solvable.
        for i in 0..K {
            hessian[i * K + i] += 1e-10 * (1.0 + hessian[i * K + i]);
        }
        solve_positive_definite(&mut hessian, &mut gradient)?;
        Ok(gradient)
    }

    /// Newton's method with halving, from `start`; the loss is convex.
    pub(super) fn minimise(&self, start: [f64; K]) -> Result<[f64; K]> {
        let mut beta = start;
        let mut loss = self.loss(&beta);
        for _ in 0..MAX_STEPS {
            let step = self.newton_step(&beta)?;
            let mut length = 1.0;
            let (next, next_loss) = loop {
                let next: [f64; K] = std::array::from_fn(|i| beta[i] - length * step[i]);
                let next_loss = self.loss(&next);
                if next_loss <= loss || length < 1e-10 {
                    break (next, next_loss);
                }
                length *= 0.5;
            };
            let gain = loss - next_loss;
            if gain >= 0.0 {
                (beta, loss) = (next, next_loss);
            }
            if gain <= 1e-13 * (1.0 + loss.abs()) {
                break;
            }
        }
        Ok(beta)
    }
}
