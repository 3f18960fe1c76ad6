//! Work on the whole table of leaves, once a step instead of once a row: its projections and their gradients.

use pulp::{Simd, WithSimd};

/// Rectified projections of the vectors of a table: row after row, the positive part of bias + vector * weights, then the
/// first part of a record; the rest of a record is left alone.
pub(in super::super) struct Records<'a> {
    /// d numbers a row.
    pub(in super::super) vectors: &'a [f32],
    /// d x width.
    pub(in super::super) weights: &'a [f32],
    /// Width numbers.
    pub(in super::super) bias: &'a [f32],
    /// Numbers a record.
    pub(in super::super) record_len: usize,
    pub(in super::super) records: &'a mut [f32],
}

impl WithSimd for Records<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let width = self.bias.len();
        let d = self.weights.len() / width;
        let records = self.records.chunks_exact_mut(self.record_len);
        for (vector, record) in self.vectors.chunks_exact(d).zip(records) {
            let out = &mut record[..width];
            out.copy_from_slice(self.bias);
            for (&x, weights) in vector.iter().zip(self.weights.chunks_exact(width)) {
                out.iter_mut().zip(weights).for_each(|(o, &w)| *o += x * w);
            }
            out.iter_mut().for_each(|o| *o = o.max(0.0));
        }
    }
}

/// Gradients of [`Records`].
pub(in super::super) struct PullBack<'a> {
    pub(in super::super) vectors: &'a [f32],
    /// width x d: the weights transposed.
    pub(in super::super) transposed: &'a [f32],
    pub(in super::super) record_len: usize,
    pub(in super::super) records: &'a [f32],
    /// Of the records in; spoilt where they were cut off at 0.
    pub(in super::super) record_gradient: &'a mut [f32],
    /// Written: of the vectors.
    pub(in super::super) vector_gradient: &'a mut [f32],
    /// Added to.
    pub(in super::super) weights: &'a mut [f32],
    pub(in super::super) bias: &'a mut [f32],
}

impl WithSimd for PullBack<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let width = self.bias.len();
        let d = self.transposed.len() / width;
        let rows = self.vectors.chunks_exact(d).zip(self.vector_gradient.chunks_exact_mut(d));
        let records = self.records.chunks_exact(self.record_len);
        let gradients = self.record_gradient.chunks_exact_mut(self.record_len);
        for ((vector, out), (record, gradient)) in rows.zip(records.zip(gradients)) {
            let gradient = &mut gradient[..width];
            for (g, &r) in gradient.iter_mut().zip(record) {
                *g = if r > 0.0 { *g } else { 0.0 };
            }
            out.fill(0.0);
            for (&g, weights) in gradient.iter().zip(self.transposed.chunks_exact(d)) {
                out.iter_mut().zip(weights).for_each(|(o, &w)| *o += g * w);
            }
            for (&x, weights) in vector.iter().zip(self.weights.chunks_exact_mut(width)) {
                weights.iter_mut().zip(gradient.iter()).for_each(|(w, &g)| *w += x * g);
            }
            self.bias.iter_mut().zip(gradient.iter()).for_each(|(b, &g)| *b += g);
        }
    }
}

/// Adds numbers one by one.
pub(in super::super) struct AddAll<'a> {
    pub(in super::super) from: &'a [f32],
    pub(in super::super) to: &'a mut [f32],
}

impl WithSimd for AddAll<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.to.iter_mut().zip(self.from).for_each(|(t, &f)| *t += f);
    }
}
