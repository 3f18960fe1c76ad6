//! `tidewaiter simulate`.

use super::Console;
use std::process::ExitCode;

/// Placeholder until the use case stands.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args, _console: &Console) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
