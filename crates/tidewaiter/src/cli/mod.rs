//! The command line: one file a command, each with its arguments and its printing.

mod console;
pub mod simulate;
pub mod validate;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

pub use console::Console;

/// Which declarations to inspect, and why.
#[derive(Debug, Parser)]
#[command(name = "tidewaiter", version, about, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Simulate(simulate::Args),
    Validate(validate::Args),
}

/// Runs the command that the arguments name. Exit code 0: done; 1: done, with notes to look at; 2: not done.
pub fn main() -> ExitCode {
    let console = Console::stderr();
    let result = match Cli::parse().command {
        Command::Simulate(args) => simulate::run(&args, &console),
        Command::Validate(args) => validate::run(&args, &console),
    };
    result.unwrap_or_else(|error| {
        console.error(&error);
        ExitCode::from(2)
    })
}
