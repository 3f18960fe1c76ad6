//! How many strategies run side by side.

use risk::replay::{Holding, Plan, Strategy, Stream};

/// Bytes in a megabyte.
const MEGABYTE: u64 = 1_000_000;

/// How many strategies run side by side, and how many threads each has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Workers {
    /// Strategies at a time.
    pub(super) count: usize,
    /// Threads of each.
    pub(super) inner: usize,
}

impl Workers {
    /// As many as the memory allows if each holds what the largest strategy does, and no more than there are threads and
    /// strategies.
    pub(super) fn new(
        stream: &Stream,
        plan: &Plan,
        strategies: &[Strategy],
        (threads, memory_mb): (usize, u64),
    ) -> Self {
        let held = strategies.iter().map(|strategy| Holding::new(stream, plan, strategy).bytes()).max();
        Self::within(memory_mb, held.unwrap_or_default(), (threads, strategies.len()))
    }

    /// Workers of so many bytes each. One always runs, whatever it holds; the threads are divided among them.
    fn within(memory_mb: u64, held: u64, (threads, strategies): (usize, usize)) -> Self {
        let fit = memory_mb.saturating_mul(MEGABYTE) / held.max(1);
        let fit = usize::try_from(fit).unwrap_or(usize::MAX);
        let count = fit.clamp(1, threads.min(strategies).max(1));
        Self { count, inner: (threads / count).max(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_bounds_the_workers_and_the_other_threads_go_to_each() {
        let table = [
            // Megabytes, held by each, (threads, strategies): workers, threads of each.
            (2_048, 100_000_000, (2, 6), (2, 1)),
            (2_048, 100_000_000, (8, 3), (3, 2)),
            (250, 100_000_000, (8, 6), (2, 4)),
            (199, 100_000_000, (8, 6), (1, 8)),
            (200, 100_000_000, (8, 6), (2, 4)),
            (300, 100_000_000, (8, 6), (3, 2)),
            (0, 100_000_000, (4, 6), (1, 4)),
            (1, u64::MAX, (4, 6), (1, 4)),
            (u64::MAX, 0, (4, 6), (4, 1)),
            (2_048, 1, (0, 0), (1, 1)),
        ];
        for (memory_mb, held, of, (count, inner)) in table {
            let workers = Workers::within(memory_mb, held, of);
            assert_eq!(workers, Workers { count, inner }, "{memory_mb} MB, {held} bytes, {of:?}");
        }
    }
}
