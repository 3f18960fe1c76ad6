//! Exploration by the network's own view of declarations.

use super::Component;
use super::board::{Board, View};
use learn::Matrix;
use learn::cluster::spread_out;

/// Picks up to `count` of the views whose gradients lie far from each other; fewer where there is no network.
pub(super) fn diverse(
    board: &Board<'_>,
    free: &[usize],
    component: Component,
    count: usize,
    seed: u64,
) -> learn::Result<Vec<usize>> {
    let Some(model) = board.model else { return Ok(Vec::new()) };
    let riskiest: Vec<usize> = free.iter().map(|view| board.views[*view].riskiest).collect();
    let Some(hidden) = model.embed(&board.rows.select(&riskiest), board.threads)? else { return Ok(Vec::new()) };
    let mut values = Vec::with_capacity(hidden.values().len());
    for (vector, view) in hidden.rows().zip(free) {
        let scale = scale(&board.views[*view], component) as f32;
        values.extend(vector.iter().map(|value| value * scale));
    }
    let points = Matrix::from_vec(values, hidden.n_rows(), hidden.n_cols())?;
    Ok(spread_out(&points, count, seed).into_iter().map(|place| free[place]).collect())
}

/// What the hidden vector is multiplied by. BADGE takes the gradient of the cross entropy at the likelier label, which for
/// the last layer is hidden vector times (p - label); bATE weighs it by uncertainty and by the log of the expected revenue.
fn scale(view: &View, component: Component) -> f64 {
    let gradient = view.probability.min(1.0 - view.probability);
    match component {
        Component::Badge => gradient,
        _ => gradient * uncertainty(view.probability) * (view.expected_minor.max(0.0) / 100.0 + 2.0).ln(),
    }
}

/// 1 where a probability is one half, 0.1 where it is 0 or 1 (Kim et al. 2022).
pub(super) fn uncertainty(probability: f64) -> f64 {
    1.0 - 1.8 * (probability - 0.5).abs()
}
