//! A running mean of the weights over the latest steps (Polyak and Juditsky 1992; with decay, as in Kingma and Ba 2015,
//! section 7.2): where labels are few, each step follows the few findings of its batch, and the mean is steadier than any
//! of the weights it is of.

use super::kernels::Level;
use pulp::{Simd, WithSimd};

/// The mean of the weights so far, each step counting `decay` times as much as the one after it.
#[derive(Debug)]
pub(super) struct Average {
    decay: f64,
    /// `decay` to the power of the steps so far.
    power: f64,
    mean: Vec<f32>,
}

/// Moves a mean towards the latest weights.
struct Follow<'a> {
    mean: &'a mut [f32],
    weights: &'a [f32],
    share: f32,
}

impl WithSimd for Follow<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (mean, &weight) in self.mean.iter_mut().zip(self.weights) {
            *mean += self.share * (weight - *mean);
        }
    }
}

impl Average {
    pub(super) fn new(decay: f64, len: usize) -> Self {
        Self { decay, power: 1.0, mean: vec![0.0; len] }
    }

    /// Takes in the weights after a step. The first ones count whole, so that the mean owes nothing to where it starts.
    pub(super) fn add(&mut self, level: Level, weights: &[f32]) {
        self.power *= self.decay;
        let share = ((1.0 - self.decay) / (1.0 - self.power)) as f32;
        level.run(Follow { mean: &mut self.mean, weights, share });
    }

    pub(super) fn weights(&self) -> &[f32] {
        &self.mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(decay: f64, steps: &[f32]) -> f32 {
        let mut average = Average::new(decay, 1);
        steps.iter().for_each(|step| average.add(Level::detect(), &[*step]));
        average.weights()[0]
    }

    #[test]
    fn later_steps_count_more_and_shares_add_up() {
        assert!((mean(0.5, &[1.0, 2.0, 4.0]) - (0.25 + 2.0 * 0.5 + 4.0) / 1.75).abs() < 1e-6);
        assert!((mean(0.995, &[3.0; 9]) - 3.0).abs() < 1e-6);
    }

    #[test]
    fn no_decay_is_the_latest_step() {
        assert_eq!(mean(0.0, &[1.0, 2.0, 4.0]), 4.0);
    }
}
