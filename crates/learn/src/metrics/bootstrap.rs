//! Bootstrap intervals of any measure, and of the difference of two measured on the same rows.

use crate::error::{Error, Result};
use crate::math::quantile_of_sorted;
use crate::parallel::for_each_block;
use crate::rng::Rng;

/// Unchecked parameters of a bootstrap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Number of resamples, 10..=1 000 000.
    pub replicates: usize,
    /// Coverage of the interval, in (0, 1).
    pub level: f64,
    /// Seed of the draws.
    pub seed: u64,
    /// Threads, at least 1. The interval does not depend on it.
    pub threads: usize,
}

impl Default for Bootstrap {
    /// 1000 resamples, 95 %, seed 0, one thread.
    fn default() -> Self {
        Self { replicates: 1000, level: 0.95, seed: 0, threads: 1 }
    }
}

/// Parameters that have passed [`Bootstrap::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedBootstrap(Bootstrap);

/// A measured value with its percentile bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The measure on the rows as they are.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Resamples on which the measure was defined.
    pub replicates: usize,
}

impl Bootstrap {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the field out of range.
    pub fn check(self) -> Result<CheckedBootstrap> {
        let refuse = |name, value: String, allowed| Err(Error::Parameter { name, value, allowed });
        if !(10..=1_000_000).contains(&self.replicates) {
            return refuse("replicates", self.replicates.to_string(), "10..=1000000");
        }
        if !(self.level > 0.0 && self.level < 1.0) {
            return refuse("level", self.level.to_string(), "a number between 0 and 1");
        }
        if self.threads == 0 {
            return refuse("threads", "0".into(), "at least 1");
        }
        Ok(CheckedBootstrap(self))
    }
}

impl CheckedBootstrap {
    /// Percentile interval (Efron and Tibshirani 1993, section 13.3) of a measure over `n_rows` rows.
    ///
    /// `measure` gets how often each row was drawn; a paired difference is a measure that evaluates both models under the
    /// same counts and subtracts. `None` from it (an undefined measure) leaves the resample out. `None` comes back when
    /// the measure is undefined on the rows as they are, or on all resamples.
    pub fn interval(&self, n_rows: usize, measure: impl Fn(&[f64]) -> Option<f64> + Sync) -> Option<Interval> {
        self.run(n_rows, &measure, |rng, counts| {
            for _ in 0..n_rows {
                counts[rng.below(n_rows)] += 1.0;
            }
        })
    }

    /// As [`interval`](Self::interval), drawing whole groups: rows of one group (`group[row]`, numbered from 0) are drawn or
    /// left out together, for rows that depend on each other, such as the items of a declaration.
    pub fn interval_by_group(
        &self,
        group: &[usize],
        measure: impl Fn(&[f64]) -> Option<f64> + Sync,
    ) -> Option<Interval> {
        let n_groups = group.iter().max().map_or(0, |&last| last + 1);
        self.run(group.len(), &measure, |rng, counts| {
            let mut drawn = vec![0.0; n_groups];
            for _ in 0..n_groups {
                drawn[rng.below(n_groups)] += 1.0;
            }
            for (count, &g) in counts.iter_mut().zip(group) {
                *count = drawn[g];
            }
        })
    }

    fn run(
        &self,
        n_rows: usize,
        measure: &(impl Fn(&[f64]) -> Option<f64> + Sync),
        draw: impl Fn(&mut Rng, &mut [f64]) + Sync,
    ) -> Option<Interval> {
        let Bootstrap { replicates, level, seed, threads } = self.0;
        let estimate = measure(&vec![1.0; n_rows])?;
        let mut values = vec![None; replicates];
        for_each_block(&mut values, 8, threads, |first, block| {
            let mut counts = vec![0.0; n_rows];
            for (i, value) in block.iter_mut().enumerate() {
                counts.fill(0.0);
                draw(&mut Rng::for_stream(seed, (first + i) as u64), &mut counts);
                *value = measure(&counts);
            }
        });
        let mut values: Vec<f64> = values.into_iter().flatten().collect();
        values.sort_unstable_by(f64::total_cmp);
        let tail = (1.0 - level) / 2.0;
        Some(Interval {
            estimate,
            low: quantile_of_sorted(&values, tail)?,
            high: quantile_of_sorted(&values, 1.0 - tail)?,
            replicates: values.len(),
        })
    }
}
