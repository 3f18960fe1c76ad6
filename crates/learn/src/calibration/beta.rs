//! Beta calibration.

use super::sigmoid_fit::{Problem, smoothed_targets};
use super::{LEAST_SLOPE, Outcomes};
use crate::error::Result;
use crate::math::softplus;

/// ln s and -ln(1 - s) of s = sigmoid(x); their slopes in x add to 1, each between 0 and 1.
pub(super) fn features(x: f64) -> [f64; 2] {
    [-softplus(-x), softplus(x)]
}

/// Slopes a and b, at least the least slope each, and the offset c.
pub(super) fn fit(outcomes: &Outcomes<'_>, sums: (f64, f64)) -> Result<(f64, f64, f64)> {
    let targets = smoothed_targets(sums);
    let base_rate = ((sums.1 + 1.0) / (sums.0 + 1.0)).ln();
    let both = |x: f64| {
        let [low, high] = features(x);
        [low, high, 1.0]
    };
    let [a, b, c] = Problem { outcomes, targets, features: &both }.minimise([0.0, 0.0, base_rate])?;
    if a >= LEAST_SLOPE && b >= LEAST_SLOPE {
        return Ok((a, b, c));
    }
    // A negative slope would turn one tail around: leave that tail level and fit the other again.
    let kept = usize::from(a < b);
    let single = |x: f64| [features(x)[kept], 1.0];
    let [slope, offset] = Problem { outcomes, targets, features: &single }.minimise([0.0, base_rate])?;
    if slope < LEAST_SLOPE {
        let level = Problem { outcomes, targets, features: &|_| [1.0] };
        let [offset] = level.minimise([base_rate])?;
        return Ok((LEAST_SLOPE, LEAST_SLOPE, offset));
    }
    Ok(if kept == 0 { (slope, LEAST_SLOPE, offset) } else { (LEAST_SLOPE, slope, offset) })
}
