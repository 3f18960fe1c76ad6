//! One head of scaled dot-product attention over a row's leaves, forward and backward.
//!
//! Lanes are the leaves that ask (i); the loop runs over the leaves that answer (j), whose keys and values are broadcast.
//! So scores, softmax and weighted sum of 16 asking leaves stay in registers but for one pass through the first-level
//! cache between finding the maximum and taking powers. Queries come multiplied by log2(e) / sqrt(width): powers are of 2.

use super::exp::exp2;
use super::{lanes, lanes_mut};
use pulp::{Simd, WithSimd};
use std::array::from_fn;

/// Scores, softmax and weighted sum of one head of width `W`.
pub(in super::super) struct HeadForward<'a, const W: usize> {
    /// W channels of the asking leaves, scaled as said above.
    pub(in super::super) queries: &'a [f32],
    /// Per answering leaf W numbers.
    pub(in super::super) keys: &'a [f32],
    /// Per answering leaf W numbers.
    pub(in super::super) values: &'a [f32],
    /// Powers before they are divided by their sum: per answering leaf a channel, kept for the backward pass; or, when
    /// shorter, one vector for each answering leaf, used over and over.
    pub(in super::super) powers: &'a mut [f32],
    /// One over the sum of the powers, of each asking leaf.
    pub(in super::super) inverse: &'a mut [f32],
    /// W channels out.
    pub(in super::super) out: &'a mut [f32],
}

impl<const W: usize> WithSimd for HeadForward<'_, W> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, s: S) {
        let queries = lanes::<S>(self.queries);
        let (keys, values) = (self.keys.as_chunks::<W>().0, self.values.as_chunks::<W>().0);
        let (powers, inverse, out) =
            (lanes_mut::<S>(self.powers), lanes_mut::<S>(self.inverse), lanes_mut::<S>(self.out));
        let blocks = inverse.len();
        let kept = powers.len() >= blocks * keys.len();
        let step = if kept { blocks } else { 1 };
        for b in 0..blocks {
            let at = if kept { b } else { 0 };
            let query: [S::f32s; W] = from_fn(|c| queries[c * blocks + b]);
            let mut most = s.splat_f32s(f32::MIN);
            for (key, row) in keys.iter().zip(powers.chunks_exact_mut(step)) {
                let mut score = s.mul_f32s(query[0], s.splat_f32s(key[0]));
                for c in 1..W {
                    score = s.mul_add_e_f32s(query[c], s.splat_f32s(key[c]), score);
                }
                row[at] = score;
                most = s.max_f32s(most, score);
            }
            let (mut sum, mut mixed) = (s.splat_f32s(0.0), [s.splat_f32s(0.0); W]);
            for (value, row) in values.iter().zip(powers.chunks_exact_mut(step)) {
                let power = exp2(s, s.sub_f32s(row[at], most));
                row[at] = power;
                sum = s.add_f32s(sum, power);
                for c in 0..W {
                    mixed[c] = s.mul_add_e_f32s(power, s.splat_f32s(value[c]), mixed[c]);
                }
            }
            inverse[b] = s.div_f32s(s.splat_f32s(1.0), sum);
            for c in 0..W {
                out[c * blocks + b] = s.mul_f32s(mixed[c], inverse[b]);
            }
        }
    }
}

/// Gradients of one head of width `W`.
pub(in super::super) struct HeadBackward<'a, const W: usize> {
    /// As in [`HeadForward`].
    pub(in super::super) queries: &'a [f32],
    pub(in super::super) keys: &'a [f32],
    pub(in super::super) values: &'a [f32],
    /// As left by [`HeadForward`], one channel for each answering leaf.
    pub(in super::super) powers: &'a [f32],
    pub(in super::super) inverse: &'a [f32],
    pub(in super::super) out: &'a [f32],
    /// Gradient of the output in, spoilt after.
    pub(in super::super) out_gradient: &'a mut [f32],
    /// Room for one channel.
    pub(in super::super) spare: &'a mut [f32],
    /// Gradients out: of the scores times keys (queries' channels), of the scores times scaled queries (per answering
    /// leaf), of the values (per answering leaf). The caller multiplies the first by 1 / sqrt(width), the second by ln 2.
    pub(in super::super) query_gradient: &'a mut [f32],
    pub(in super::super) key_gradient: &'a mut [f32],
    pub(in super::super) value_gradient: &'a mut [f32],
}

impl<const W: usize> WithSimd for HeadBackward<'_, W> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, s: S) {
        let (out_gradient, spare) = (lanes_mut::<S>(self.out_gradient), lanes_mut::<S>(self.spare));
        divide::<S, W>(s, lanes::<S>(self.inverse), lanes::<S>(self.out), out_gradient, spare);
        let query_gradient = lanes_mut::<S>(self.query_gradient);
        query_gradient.fill(s.splat_f32s(0.0));
        let channels = Channels::<S, W> { queries: lanes::<S>(self.queries), out_gradient, spare, blocks: spare.len() };
        let (keys, values) = (self.keys.as_chunks::<W>().0, self.values.as_chunks::<W>().0);
        let key_gradient = self.key_gradient.as_chunks_mut::<W>().0;
        let value_gradient = self.value_gradient.as_chunks_mut::<W>().0;
        let powers = lanes::<S>(self.powers);
        let row = |j: usize| &powers[j * channels.blocks..(j + 1) * channels.blocks];
        // Two answering leaves at a time share the loads of the asking ones.
        let pairs = keys.len() / 2 * 2;
        for j in (0..pairs).step_by(2) {
            let gradients = channels.answer(
                s,
                [row(j), row(j + 1)],
                [keys[j], keys[j + 1]],
                [values[j], values[j + 1]],
                query_gradient,
            );
            [(key_gradient[j], value_gradient[j]), (key_gradient[j + 1], value_gradient[j + 1])] = gradients;
        }
        if pairs < keys.len() {
            let j = pairs;
            let gradients = channels.answer(s, [row(j)], [keys[j]], [values[j]], query_gradient);
            [(key_gradient[j], value_gradient[j])] = gradients;
        }
    }
}

/// Divides the gradient of the output by the sums of the powers, and leaves in `spare` its product with the output: what
/// the softmax takes off every score's gradient.
#[inline(always)]
fn divide<S: Simd, const W: usize>(
    s: S,
    inverse: &[S::f32s],
    out: &[S::f32s],
    gradient: &mut [S::f32s],
    spare: &mut [S::f32s],
) {
    let blocks = inverse.len();
    for b in 0..blocks {
        let mut product = s.splat_f32s(0.0);
        for c in 0..W {
            let scaled = s.mul_f32s(gradient[c * blocks + b], inverse[b]);
            gradient[c * blocks + b] = scaled;
            product = s.mul_add_e_f32s(scaled, out[c * blocks + b], product);
        }
        spare[b] = product;
    }
}

/// The asking leaves' side of the backward pass.
struct Channels<'a, S: Simd, const W: usize> {
    queries: &'a [S::f32s],
    out_gradient: &'a [S::f32s],
    spare: &'a [S::f32s],
    blocks: usize,
}

impl<S: Simd, const W: usize> Channels<'_, S, W> {
    /// Gradients of keys and values of `J` answering leaves; adds theirs to the queries'.
    #[inline(always)]
    fn answer<const J: usize>(
        &self,
        s: S,
        powers: [&[S::f32s]; J],
        keys: [[f32; W]; J],
        values: [[f32; W]; J],
        query_gradient: &mut [S::f32s],
    ) -> [([f32; W], [f32; W]); J] {
        let blocks = self.blocks;
        let zero = s.splat_f32s(0.0);
        let (mut key_sums, mut value_sums) = ([[zero; W]; J], [[zero; W]; J]);
        for b in 0..blocks {
            let asked: [S::f32s; W] = from_fn(|c| self.out_gradient[c * blocks + b]);
            let mut scores = [zero; J];
            for j in 0..J {
                let power = powers[j][b];
                let mut gradient = s.neg_f32s(self.spare[b]);
                for c in 0..W {
                    gradient = s.mul_add_e_f32s(asked[c], s.splat_f32s(values[j][c]), gradient);
                    value_sums[j][c] = s.mul_add_e_f32s(power, asked[c], value_sums[j][c]);
                }
                scores[j] = s.mul_f32s(power, gradient);
            }
            for c in 0..W {
                let query = self.queries[c * blocks + b];
                let mut sum = query_gradient[c * blocks + b];
                for j in 0..J {
                    key_sums[j][c] = s.mul_add_e_f32s(scores[j], query, key_sums[j][c]);
                    sum = s.mul_add_e_f32s(scores[j], s.splat_f32s(keys[j][c]), sum);
                }
                query_gradient[c * blocks + b] = sum;
            }
        }
        let mut gradients = [([0.0; W], [0.0; W]); J];
        for j in 0..J {
            for c in 0..W {
                gradients[j].0[c] = s.reduce_sum_f32s(key_sums[j][c]);
                gradients[j].1[c] = s.reduce_sum_f32s(value_sums[j][c]);
            }
        }
        gradients
    }
}
