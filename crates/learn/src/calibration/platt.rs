//! Platt scaling.

use super::sigmoid_fit::{Problem, smoothed_targets};
use super::{LEAST_SLOPE, Outcomes};
use crate::error::Result;

/// Slope and offset. `sums` are the weights of negative and positive rows.
pub(super) fn fit(outcomes: &Outcomes<'_>, sums: (f64, f64)) -> Result<(f64, f64)> {
    let targets = smoothed_targets(sums);
    let base_rate = ((sums.1 + 1.0) / (sums.0 + 1.0)).ln();
    let free = Problem { outcomes, targets, features: &|x| [x, 1.0] };
    let [slope, offset] = free.minimise([0.0, base_rate])?;
    if slope >= LEAST_SLOPE {
        return Ok((slope, offset));
    }
    let level = Problem { outcomes, targets, features: &|_| [1.0] };
    let [offset] = level.minimise([base_rate])?;
    Ok((LEAST_SLOPE, offset))
}
