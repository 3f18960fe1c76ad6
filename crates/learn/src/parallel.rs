//! Work over fixed blocks of rows on several threads. Which thread takes which block never changes what is written.

use std::sync::{Mutex, PoisonError};

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
