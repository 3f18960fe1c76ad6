//! The `tidewaiter` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    tidewaiter::cli::main()
}
