//! RAdam (Liu et al. 2020, "On the Variance of the Adaptive Learning Rate and Beyond", Algorithm 2) inside Lookahead
//! (Zhang et al. 2019, "Lookahead Optimizer: k steps forward, 1 step back", Algorithm 1).

use super::kernels::Level;
use pulp::{Simd, WithSimd};

const BETA1: f64 = 0.95;
const BETA2: f64 = 0.999;
const EPSILON: f32 = 1e-5;
/// Steps of the fast weights before the slow ones follow.
const LOOK_AHEAD: u32 = 6;
/// How far the slow weights follow.
const FOLLOW: f32 = 0.5;

/// Moments of every weight, and the slow weights.
#[derive(Debug)]
pub(super) struct Optimiser {
    rate: f64,
    steps: u32,
    mean: Vec<f32>,
    square: Vec<f32>,
    slow: Vec<f32>,
}

/// One pass over all weights.
struct Pass<'a> {
    weights: &'a mut [f32],
    gradient: &'a [f32],
    mean: &'a mut [f32],
    square: &'a mut [f32],
    /// Step for the mean over the root of the squares; `None` while the variance of that root is not yet tractable.
    adaptive: Option<f32>,
    /// Step for the mean alone.
    plain: f32,
}

impl WithSimd for Pass<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (b1, b2) = (BETA1 as f32, BETA2 as f32);
        let moments = self.mean.iter_mut().zip(self.square.iter_mut());
        for ((weight, &g), (mean, square)) in self.weights.iter_mut().zip(self.gradient).zip(moments) {
            *mean = b1 * *mean + (1.0 - b1) * g;
            *square = b2 * *square + (1.0 - b2) * g * g;
            *weight -= match self.adaptive {
                Some(step) => step * *mean / (square.sqrt() + EPSILON),
                None => self.plain * *mean,
            };
        }
    }
}

impl Optimiser {
    pub(super) fn new(rate: f64, weights: &[f32]) -> Self {
        let zeros = || vec![0.0; weights.len()];
        Self { rate, steps: 0, mean: zeros(), square: zeros(), slow: weights.to_vec() }
    }

    /// Moves the weights against the gradient.
    pub(super) fn step(&mut self, level: Level, weights: &mut [f32], gradient: &[f32]) {
        self.steps += 1;
        let (adaptive, plain) = step_sizes(self.rate, self.steps);
        let (mean, square) = (&mut self.mean[..], &mut self.square[..]);
        level.run(Pass { weights, gradient, mean, square, adaptive, plain });
        if self.steps.is_multiple_of(LOOK_AHEAD) {
            for (fast, slow) in weights.iter_mut().zip(&mut self.slow) {
                *slow += FOLLOW * (*fast - *slow);
                *fast = *slow;
            }
        }
    }
}

/// Step sizes of step `t` with and without division by the root of the squares, the corrections of both moments included.
fn step_sizes(rate: f64, t: u32) -> (Option<f32>, f32) {
    let t = f64::from(t);
    let (power1, power2) = (BETA1.powf(t), BETA2.powf(t));
    let longest = 2.0 / (1.0 - BETA2) - 1.0;
    let length = longest - 2.0 * t * power2 / (1.0 - power2);
    let plain = rate / (1.0 - power1);
    // Algorithm 2 asks for a length above 4; 5 is the authors' choice in practice.
    let adaptive = (length > 5.0).then(|| {
        let above = (length - 4.0) * (length - 2.0) * longest;
        let below = (longest - 4.0) * (longest - 2.0) * length;
        (plain * (above / below).sqrt() * (1.0 - power2).sqrt()) as f32
    });
    (adaptive, plain as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_steps_are_plain_and_the_later_ones_approach_adam() {
        assert_eq!(step_sizes(0.1, 5).0, None);
        assert!(step_sizes(0.1, 6).0.is_some());
        assert!((step_sizes(0.1, 1).1 - 0.1 / 0.05).abs() < 1e-6);
        // Far along, all corrections are gone.
        assert!((step_sizes(0.1, 20_000).0.unwrap() - 0.1).abs() < 1e-6);
    }

    #[test]
    fn a_bowl_is_descended() {
        let mut weights = vec![3.0f32, -2.0];
        let mut optimiser = Optimiser::new(0.02, &weights);
        for _ in 0..3000 {
            let gradient: Vec<f32> = weights.iter().zip([1.0, 10.0]).map(|(w, s)| 2.0 * s * (w - 1.0)).collect();
            optimiser.step(Level::detect(), &mut weights, &gradient);
        }
        assert!(weights.iter().all(|w| (w - 1.0).abs() < 1e-2), "{weights:?}");
    }
}
