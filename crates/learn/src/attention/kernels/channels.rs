//! Linear maps and layer normalisation over channels of leaves.

use super::{lanes, lanes_mut};
use pulp::{Simd, WithSimd};

/// What [`Mix`] does with its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Then {
    /// Writes them.
    Write,
    /// Writes the positive part.
    Rectify,
    /// Adds them to what is there.
    Add,
}

/// Every output channel o is the sum over input channels k of `weights[k * in_step + o * out_step]` times channel k.
pub(in super::super) struct Mix<'a> {
    pub(in super::super) weights: &'a [f32],
    pub(in super::super) in_step: usize,
    pub(in super::super) out_step: usize,
    /// One number for each output channel, or nothing.
    pub(in super::super) bias: &'a [f32],
    pub(in super::super) then: Then,
    /// Numbers a channel.
    pub(in super::super) padded: usize,
    pub(in super::super) input: &'a [f32],
    pub(in super::super) output: &'a mut [f32],
}

impl<'a> Mix<'a> {
    /// From inputs to outputs by weights laid out inputs x outputs, `d` of each.
    pub(in super::super) fn forward(weights: &'a [f32], d: usize, input: &'a [f32], output: &'a mut [f32]) -> Self {
        let padded = output.len() / d;
        Self { weights, in_step: d, out_step: 1, bias: &[], then: Then::Write, padded, input, output }
    }

    /// From gradients of outputs to gradients of inputs by the same weights.
    pub(in super::super) fn backward(weights: &'a [f32], d: usize, input: &'a [f32], output: &'a mut [f32]) -> Self {
        Self { in_step: 1, out_step: d, ..Self::forward(weights, d, input, output) }
    }

    pub(in super::super) fn then(self, then: Then) -> Self {
        Self { then, ..self }
    }

    pub(in super::super) fn bias(self, bias: &'a [f32]) -> Self {
        Self { bias, ..self }
    }

    /// `N` output channels from `first` on.
    #[inline(always)]
    fn block<S: Simd, const N: usize>(&self, s: S, first: usize, output: &mut [S::f32s]) {
        let blocks = self.padded / S::F32_LANES;
        let input = lanes::<S>(self.input);
        for b in 0..blocks {
            let mut sums = [s.splat_f32s(0.0); N];
            for (sum, &bias) in sums.iter_mut().zip(self.bias.iter().skip(first)) {
                *sum = s.splat_f32s(bias);
            }
            for (k, channel) in input.chunks_exact(blocks).enumerate() {
                let x = channel[b];
                for (o, sum) in sums.iter_mut().enumerate() {
                    let weight = self.weights[k * self.in_step + (first + o) * self.out_step];
                    *sum = s.mul_add_e_f32s(x, s.splat_f32s(weight), *sum);
                }
            }
            for (o, &sum) in sums.iter().enumerate() {
                let out = &mut output[(first + o) * blocks + b];
                *out = match self.then {
                    Then::Write => sum,
                    Then::Rectify => s.max_f32s(sum, s.splat_f32s(0.0)),
                    Then::Add => s.add_f32s(*out, sum),
                };
            }
        }
    }
}

impl WithSimd for Mix<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, s: S) {
        let output = lanes_mut::<S>(std::mem::take(&mut self.output));
        let n_out = output.len() * S::F32_LANES / self.padded;
        let whole = n_out / 4 * 4;
        for first in (0..whole).step_by(4) {
            self.block::<S, 4>(s, first, output);
        }
        for first in whole..n_out {
            self.block::<S, 1>(s, first, output);
        }
    }
}

/// Gradients of the weights and biases of [`Mix::forward`], added to `weights` (inputs x outputs) and `bias`.
pub(in super::super) struct Outer<'a> {
    pub(in super::super) input: &'a [f32],
    pub(in super::super) output_gradient: &'a [f32],
    pub(in super::super) padded: usize,
    pub(in super::super) weights: &'a mut [f32],
    pub(in super::super) bias: &'a mut [f32],
}

impl WithSimd for Outer<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, s: S) {
        let blocks = self.padded / S::F32_LANES;
        let n_out = self.bias.len();
        let (input, gradient) = (lanes::<S>(self.input), lanes::<S>(self.output_gradient));
        for (row, channel) in self.weights.chunks_exact_mut(n_out).zip(input.chunks_exact(blocks)) {
            let (fours, rest) = row.as_chunks_mut::<4>();
            let whole = fours.len() * 4;
            for (f, four) in fours.iter_mut().enumerate() {
                let sums: [f32; 4] = products(s, channel, &gradient[f * 4 * blocks..(f + 1) * 4 * blocks]);
                (0..4).for_each(|o| four[o] += sums[o]);
            }
            for (o, weight) in rest.iter_mut().enumerate() {
                let at = (whole + o) * blocks;
                *weight += products::<S, 1>(s, channel, &gradient[at..at + blocks])[0];
            }
        }
        for (bias, channel) in self.bias.iter_mut().zip(gradient.chunks_exact(blocks)) {
            *bias += total(s, channel);
        }
    }
}

/// Sum of all numbers.
#[inline(always)]
pub(super) fn total<S: Simd>(s: S, values: &[S::f32s]) -> f32 {
    let mut sum = s.splat_f32s(0.0);
    for &value in values {
        sum = s.add_f32s(sum, value);
    }
    s.reduce_sum_f32s(sum)
}

/// Scalar products of one channel with `N` others.
#[inline(always)]
fn products<S: Simd, const N: usize>(s: S, one: &[S::f32s], others: &[S::f32s]) -> [f32; N] {
    let blocks = one.len();
    let mut sums = [s.splat_f32s(0.0); N];
    for b in 0..blocks {
        for (o, sum) in sums.iter_mut().enumerate() {
            *sum = s.mul_add_e_f32s(one[b], others[o * blocks + b], *sum);
        }
    }
    let mut out = [0.0; N];
    for (out, &sum) in out.iter_mut().zip(&sums) {
        *out = s.reduce_sum_f32s(sum);
    }
    out
}

/// Added to the variance before the root.
pub(in super::super) const NORM_EPSILON: f32 = 1e-5;

/// Layer normalisation of each leaf over its channels, in place: `values` become gain * standard + bias.
pub(in super::super) struct NormForward<'a> {
    pub(in super::super) gain: &'a [f32],
    pub(in super::super) bias: &'a [f32],
    pub(in super::super) input: &'a [f32],
    /// Values less their mean, over their deviation.
    pub(in super::super) standard: &'a mut [f32],
    /// One over the deviation, of each leaf.
    pub(in super::super) inverse: &'a mut [f32],
    pub(in super::super) output: &'a mut [f32],
}

impl WithSimd for NormForward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, s: S) {
        let (input, standard) = (lanes::<S>(self.input), lanes_mut::<S>(self.standard));
        let (inverse, output) = (lanes_mut::<S>(self.inverse), lanes_mut::<S>(self.output));
        let (d, blocks) = (self.gain.len(), inverse.len());
        let share = s.splat_f32s(1.0 / d as f32);
        for b in 0..blocks {
            let mut mean = s.splat_f32s(0.0);
            for c in 0..d {
                mean = s.mul_add_e_f32s(input[c * blocks + b], share, mean);
            }
            let mut variance = s.splat_f32s(NORM_EPSILON);
            for c in 0..d {
                let off = s.sub_f32s(input[c * blocks + b], mean);
                variance = s.mul_add_e_f32s(s.mul_f32s(off, off), share, variance);
            }
            let scale = s.div_f32s(s.splat_f32s(1.0), s.sqrt_f32s(variance));
            inverse[b] = scale;
            for c in 0..d {
                let value = s.mul_f32s(s.sub_f32s(input[c * blocks + b], mean), scale);
                standard[c * blocks + b] = value;
                output[c * blocks + b] =
                    s.mul_add_e_f32s(value, s.splat_f32s(self.gain[c]), s.splat_f32s(self.bias[c]));
            }
        }
    }
}

/// Gradient of [`NormForward`]: turns `gradient` of its output into that of its input; adds those of gain and bias.
pub(in super::super) struct NormBackward<'a> {
    pub(in super::super) gain: &'a [f32],
    pub(in super::super) standard: &'a [f32],
    pub(in super::super) inverse: &'a [f32],
    /// When given, the gradient is kept only where these inputs of the normalisation are above 0.
    pub(in super::super) rectified: Option<&'a [f32]>,
    pub(in super::super) gradient: &'a mut [f32],
    /// Empty, or d numbers each.
    pub(in super::super) gain_gradient: &'a mut [f32],
    pub(in super::super) bias_gradient: &'a mut [f32],
}

impl WithSimd for NormBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, s: S) {
        let (standard, inverse) = (lanes::<S>(self.standard), lanes::<S>(self.inverse));
        let gradient = lanes_mut::<S>(self.gradient);
        let rectified = self.rectified.map(lanes::<S>);
        let (d, blocks, zero) = (self.gain.len(), inverse.len(), s.splat_f32s(0.0));
        for (c, (gain, bias)) in self.gain_gradient.iter_mut().zip(self.bias_gradient).enumerate() {
            let span = c * blocks..(c + 1) * blocks;
            *gain += products::<S, 1>(s, &gradient[span.clone()], &standard[span.clone()])[0];
            *bias += total(s, &gradient[span]);
        }
        let share = s.splat_f32s(1.0 / d as f32);
        for (b, &inverse) in inverse.iter().enumerate() {
            let (mut mean, mut slope) = (zero, zero);
            for c in 0..d {
                let at = c * blocks + b;
                let scaled = s.mul_f32s(gradient[at], s.splat_f32s(self.gain[c]));
                gradient[at] = scaled;
                mean = s.mul_add_e_f32s(scaled, share, mean);
                slope = s.mul_add_e_f32s(s.mul_f32s(scaled, standard[at]), share, slope);
            }
            for c in 0..d {
                let at = c * blocks + b;
                let rest = s.sub_f32s(gradient[at], s.mul_add_e_f32s(standard[at], slope, mean));
                let value = s.mul_f32s(rest, inverse);
                gradient[at] = match rectified {
                    Some(inputs) => s.select_f32s(s.greater_than_f32s(inputs[at], zero), value, zero),
                    None => value,
                };
            }
        }
    }
}
