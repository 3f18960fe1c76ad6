//! Attention of a row's query over its leaf vectors: softmax of one score a leaf, weighted sum.

use super::channels::total;
use super::exp::exp2;
use super::{lanes, lanes_mut};
use pulp::{Simd, WithSimd};
use std::f32::consts::LOG2_E;

/// Scores a_i = sum over c of `score_weights[c] * rectified[c][i]`, their softmax over the true leaves, and the sum of
/// the leaf vectors with these weights.
pub(in super::super) struct PoolForward<'a> {
    pub(in super::super) score_weights: &'a [f32],
    /// d channels.
    pub(in super::super) rectified: &'a [f32],
    /// d channels.
    pub(in super::super) vectors: &'a [f32],
    /// True leaves; the rest of a channel is padding and gets weight 0.
    pub(in super::super) trees: usize,
    /// One channel out.
    pub(in super::super) weights: &'a mut [f32],
    /// d numbers out.
    pub(in super::super) sum: &'a mut [f32],
}

impl WithSimd for PoolForward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, s: S) {
        let rectified = lanes::<S>(self.rectified);
        let blocks = self.weights.len() / S::F32_LANES;
        let weights = lanes_mut::<S>(self.weights);
        weights.fill(s.splat_f32s(0.0));
        for (channel, &weight) in rectified.chunks_exact(blocks).zip(self.score_weights) {
            for (score, &x) in weights.iter_mut().zip(channel) {
                *score = s.mul_add_e_f32s(x, s.splat_f32s(weight * LOG2_E), *score);
            }
        }
        let most = self.weights[..self.trees].iter().copied().fold(f32::MIN, f32::max);
        let weights = lanes_mut::<S>(self.weights);
        for score in weights.iter_mut() {
            // Padded scores may lie above the greatest true one; they are cut off just below.
            *score = exp2(s, s.min_f32s(s.sub_f32s(*score, s.splat_f32s(most)), s.splat_f32s(0.0)));
        }
        self.weights[self.trees..].fill(0.0);
        let weights = lanes_mut::<S>(self.weights);
        let share = s.splat_f32s(1.0 / total(s, weights));
        for weight in weights.iter_mut() {
            *weight = s.mul_f32s(*weight, share);
        }
        weighted_sums(s, weights, lanes::<S>(self.vectors), self.sum);
    }
}

/// Per channel, the sum of its numbers times the weights.
#[inline(always)]
fn weighted_sums<S: Simd>(s: S, weights: &[S::f32s], channels: &[S::f32s], sums: &mut [f32]) {
    for (channel, out) in channels.chunks_exact(weights.len()).zip(sums) {
        let mut sum = s.splat_f32s(0.0);
        for (&x, &w) in channel.iter().zip(weights) {
            sum = s.mul_add_e_f32s(x, w, sum);
        }
        *out = s.reduce_sum_f32s(sum);
    }
}

/// Gradients of [`PoolForward`].
pub(in super::super) struct PoolBackward<'a> {
    pub(in super::super) score_weights: &'a [f32],
    pub(in super::super) vectors: &'a [f32],
    pub(in super::super) weights: &'a [f32],
    /// Gradient of the sum.
    pub(in super::super) sum_gradient: &'a [f32],
    /// The rectified channels in, the gradient of what was rectified out.
    pub(in super::super) rectified: &'a mut [f32],
    /// Gradient of the vectors out, of this path alone.
    pub(in super::super) vector_gradient: &'a mut [f32],
    /// Room for one channel.
    pub(in super::super) spare: &'a mut [f32],
    /// Added to.
    pub(in super::super) score_weight_gradient: &'a mut [f32],
    /// Of the additive term of what was rectified, d numbers; written.
    pub(in super::super) bias_gradient: &'a mut [f32],
}

impl WithSimd for PoolBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, s: S) {
        let (vectors, weights) = (lanes::<S>(self.vectors), lanes::<S>(self.weights));
        let (rectified, spare) = (lanes_mut::<S>(self.rectified), lanes_mut::<S>(self.spare));
        let vector_gradient = lanes_mut::<S>(self.vector_gradient);
        let (blocks, zero) = (weights.len(), s.splat_f32s(0.0));
        spare.fill(zero);
        for (c, &gradient) in self.sum_gradient.iter().enumerate() {
            let gradient = s.splat_f32s(gradient);
            for b in 0..blocks {
                spare[b] = s.mul_add_e_f32s(gradient, vectors[c * blocks + b], spare[b]);
                vector_gradient[c * blocks + b] = s.mul_f32s(gradient, weights[b]);
            }
        }
        let mut mean = zero;
        for b in 0..blocks {
            mean = s.mul_add_e_f32s(weights[b], spare[b], mean);
        }
        let mean = s.splat_f32s(s.reduce_sum_f32s(mean));
        for b in 0..blocks {
            spare[b] = s.mul_f32s(weights[b], s.sub_f32s(spare[b], mean));
        }
        for (c, &weight) in self.score_weights.iter().enumerate() {
            let (mut of_weight, mut of_bias) = (zero, zero);
            for b in 0..blocks {
                let x = &mut rectified[c * blocks + b];
                of_weight = s.mul_add_e_f32s(spare[b], *x, of_weight);
                let slope = s.mul_f32s(spare[b], s.splat_f32s(weight));
                *x = s.select_f32s(s.greater_than_f32s(*x, zero), slope, zero);
                of_bias = s.add_f32s(of_bias, *x);
            }
            self.score_weight_gradient[c] += s.reduce_sum_f32s(of_weight);
            self.bias_gradient[c] = s.reduce_sum_f32s(of_bias);
        }
    }
}
