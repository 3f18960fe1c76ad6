//! Work over fixed blocks of rows on several threads. Which thread takes which block never changes what is written.

use crate::error::{Error, Result};
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Threads that several fits of boosted trees share. What one of them leaves idle the others take, so that a long fit does
/// not end alone on one thread.
#[derive(Debug)]
pub struct Pool(rayon::ThreadPool);

impl Pool {
    /// A pool of so many threads.
    ///
    /// # Errors
    /// [`Error::Training`] when the system gives no threads.
    pub fn new(threads: usize) -> Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build();
        pool.map(Self).map_err(|error| Error::Training(error.to_string()))
    }

    /// Does both at a time.
    pub fn both<A: Send, B: Send>(
        &self,
        first: impl FnOnce() -> A + Send,
        second: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        self.0.install(|| rayon::join(first, second))
    }
}

/// Does the same with each item, several at a time, on the pool that the calling thread belongs to or on one of so many
/// threads; the results are in the order of the items.
///
/// # Errors
/// [`Error::Training`] when the system gives no threads.
pub fn each<A: Sync, B: Send>(items: &[A], threads: usize, work: impl Fn(&A) -> B + Send + Sync) -> Result<Vec<B>> {
    if is_in_pool() {
        return Ok(items.par_iter().map(work).collect());
    }
    if threads < 2 || items.len() < 2 {
        return Ok(items.iter().map(work).collect());
    }
    Ok(Pool::new(threads)?.0.install(|| items.par_iter().map(work).collect()))
}

/// Whether the calling thread is one of a [`Pool`].
pub(crate) fn is_in_pool() -> bool {
    rayon::current_thread_index().is_some()
}

/// Calls `work(first, block)` for each block of `block_len` consecutive items of `out` on up to `threads` threads.
pub fn for_each_block<T, F>(out: &mut [T], block_len: usize, threads: usize, work: F)
where
    T: Send,
    F: Fn(usize, &mut [T]) + Sync,
{
    let block_len = block_len.max(1);
    let workers = threads.clamp(1, out.len().div_ceil(block_len).max(1));
    if workers == 1 {
        for (i, block) in out.chunks_mut(block_len).enumerate() {
            work(i * block_len, block);
        }
        return;
    }
    let queue = Mutex::new(out.chunks_mut(block_len).enumerate());
    let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((i, block)) = take() {
                    work(i * block_len, block);
                }
            });
        }
    });
}
