//! The loops that cost the time, for any width of vectors.
//!
//! A row's leaf vectors are held channel by channel, a channel being one number of every leaf side by side (padded to
//! whole vectors), so that the loops run over leaves and nothing is summed across a vector unless it must be. Each kernel
//! is written once over `pulp::Simd` and compiled for every instruction set; [`Level`] says which one runs. Sums differ in
//! their last bits between instruction sets, as products may be fused and weights are summed by lanes; they never depend
//! on threads. Closures do not take over the instruction set of the function around them: vector operations stay out of
//! closures.

mod channels;
mod exp;
mod heads;
mod pool;
mod table;

pub(super) use channels::{Mix, NORM_EPSILON, NormBackward, NormForward, Outer, Then};
pub(super) use heads::{HeadBackward, HeadForward};
pub(super) use pool::{PoolBackward, PoolForward};
pub(super) use table::{AddAll, PullBack, Records};

use pulp::{Arch, Simd, WithSimd};
use std::ops::{Deref, DerefMut};

/// Numbers in the widest vector: channels are padded to a multiple of it.
pub(super) const WIDEST: usize = 16;

/// Which instruction set runs the kernels.
#[derive(Debug, Clone, Copy)]
pub(super) enum Level {
    /// The widest this processor has.
    Widest(Arch),
    /// One number at a time: the fallback, forced in tests.
    #[cfg_attr(not(test), allow(dead_code, reason = "the detected level falls back to the same code by itself"))]
    Scalar,
}

impl Level {
    pub(super) fn detect() -> Self {
        Self::Widest(Arch::new())
    }

    #[inline]
    pub(super) fn run<T: WithSimd>(self, task: T) -> T::Output {
        match self {
            Self::Widest(arch) => arch.dispatch(task),
            Self::Scalar => task.with_simd(pulp::Scalar),
        }
    }
}

/// Numbers starting at a cache line, so that no vector straddles two.
#[derive(Debug)]
pub(super) struct Aligned {
    values: Vec<f32>,
    start: usize,
    len: usize,
}

impl Aligned {
    pub(super) fn new(len: usize) -> Self {
        let values = vec![0.0; len + WIDEST];
        // The allocation never moves, as the vector never grows.
        let start = values.as_ptr().align_offset(4 * WIDEST).min(WIDEST);
        Self { values, start, len }
    }
}

impl Deref for Aligned {
    type Target = [f32];

    #[inline]
    fn deref(&self) -> &[f32] {
        &self.values[self.start..self.start + self.len]
    }
}

impl DerefMut for Aligned {
    #[inline]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[self.start..self.start + self.len]
    }
}

/// Numbers seen as whole vectors.
#[inline(always)]
fn lanes<S: Simd>(values: &[f32]) -> &[S::f32s] {
    S::as_simd_f32s(values).0
}

/// Numbers seen as whole vectors.
#[inline(always)]
fn lanes_mut<S: Simd>(values: &mut [f32]) -> &mut [S::f32s] {
    S::as_mut_simd_f32s(values).0
}
