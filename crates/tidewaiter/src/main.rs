//! The `tidewaiter` binary.

use std::process::ExitCode;

/// Declarations are made on one thread and dropped on another; the allocator of the C library locks for each of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tidewaiter::cli::main()
}
