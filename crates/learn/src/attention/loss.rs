//! The loss of a row and its gradients (DATE, stage 3).

use crate::math::{sigmoid, softplus};

/// What a row should give.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// 0 or 1.
    pub(super) label: f32,
    /// Scaled revenue, or NaN.
    pub(super) revenue: f32,
    /// Row weight over the rows of the batch.
    pub(super) weight: f32,
}

/// Weight of the squared error of the revenue; 0 with one task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loss {
    pub(super) alpha: f64,
}

impl Loss {
    /// Weighted cross entropy plus alpha times the squared error of softplus(`revenue`), and the gradients with respect to
    /// `logit` and `revenue`.
    pub(super) fn of(&self, wanted: &Wanted, logit: f32, revenue: f32) -> (f64, (f32, f32)) {
        let (z, y, weight) = (f64::from(logit), f64::from(wanted.label), f64::from(wanted.weight));
        let entropy = softplus(z) - y * z;
        let by_logit = weight * (sigmoid(z) - y);
        if wanted.revenue.is_nan() || self.alpha == 0.0 {
            return (weight * entropy, (by_logit as f32, 0.0));
        }
        let raw = f64::from(revenue);
        let off = softplus(raw) - f64::from(wanted.revenue);
        let by_revenue = weight * self.alpha * 2.0 * off * sigmoid(raw);
        (weight * (entropy + self.alpha * off * off), (by_logit as f32, by_revenue as f32))
    }
}
