//! Limited-memory BFGS for smooth convex functions (Nocedal and Wright, Numerical Optimization, algorithm 7.5).

use crate::linalg::dot;

/// Pairs of steps and gradient changes kept.
const MEMORY: usize = 10;

/// Why the search may end early.
pub(crate) struct Limits {
    pub(crate) max_iterations: usize,
    /// Largest entry of the gradient to stop at.
    pub(crate) gradient: f64,
}

struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    curvature: f64,
}

/// Minimises `function`, which fills the gradient and returns the value, from `x`. Returns the best point found and whether
/// the gradient limit was reached.
pub(crate) fn minimise(
    function: impl Fn(&[f64], &mut [f64]) -> f64,
    mut x: Vec<f64>,
    limits: &Limits,
) -> (Vec<f64>, bool) {
    let mut gradient = vec![0.0; x.len()];
    let mut value = function(&x, &mut gradient);
    let mut pairs: Vec<Pair> = Vec::new();
    for _ in 0..limits.max_iterations {
        if gradient.iter().all(|g| g.abs() <= limits.gradient) {
            return (x, true);
        }
        let mut direction = descent_direction(&gradient, &pairs);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            pairs.clear();
            direction = descent_direction(&gradient, &pairs);
            slope = dot(&direction, &gradient);
        }
        let mut length = 1.0;
        let mut next_gradient = vec![0.0; x.len()];
        let next = loop {
            let next: Vec<f64> = x.iter().zip(&direction).map(|(x, d)| x + length * d).collect();
            let next_value = function(&next, &mut next_gradient);
            if next_value <= value + 1e-4 * length * slope {
                value = next_value;
                break next;
            }
            length *= 0.5;
            if length < 1e-12 {
                // Rounding hides any further descent.
                return (x, false);
            }
        };
        remember(&mut pairs, difference(&next, &x), difference(&next_gradient, &gradient));
        (x, gradient) = (next, next_gradient);
    }
    (x, false)
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn remember(pairs: &mut Vec<Pair>, step: Vec<f64>, change: Vec<f64>) {
    let curvature = dot(&step, &change);
    if curvature > 1e-14 * dot(&change, &change) {
        if pairs.len() == MEMORY {
            pairs.remove(0);
        }
        pairs.push(Pair { step, change, curvature });
    }
}

/// Minus the gradient times the approximate inverse Hessian (the two-loop recursion).
fn descent_direction(gradient: &[f64], pairs: &[Pair]) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let share = dot(&pair.step, &q) / pair.curvature;
        add(&mut q, -share, &pair.change);
        shares.push(share);
    }
    let scale = match pairs.last() {
        Some(pair) => pair.curvature / dot(&pair.change, &pair.change),
        None => 1.0 / dot(gradient, gradient).sqrt().max(f64::MIN_POSITIVE),
    };
    q.iter_mut().for_each(|v| *v *= scale);
    for (pair, share) in pairs.iter().zip(shares.into_iter().rev()) {
        let back = dot(&pair.change, &q) / pair.curvature;
        add(&mut q, share - back, &pair.step);
    }
    q
}

fn add(to: &mut [f64], factor: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(t, w)| *t += factor * w);
}
