//! `tidewaiter schema`.

use super::{Console, print};
use crate::flow::schema::{describe, guess};
use crate::intake::Schema;
use anyhow::Context;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  Propose a schema, correct it by hand, and see what it says:
    tidewaiter schema guess declarations.csv --out mine.toml
    tidewaiter schema show mine.toml";

/// Propose a schema for a file, or show what a schema says.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Propose a schema for a file of declarations, with its doubts as comments.
    ///
    /// Exit code 0: proposed without doubt. 1: proposed, with doubts to look at. 2: the file can't be read.
    #[command(after_help = EXAMPLES)]
    Guess {
        /// File to look at, CSV or Parquet
        file: PathBuf,
        /// Write the schema here instead of printing it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Check a schema and show where each role comes from.
    #[command(after_help = EXAMPLES)]
    Show {
        /// Schema to show
        schema: PathBuf,
    },
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Guess { file, out } => propose(file, out.as_deref(), console),
        Command::Show { schema } => {
            print(&describe(&Schema::load(schema)?))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn propose(file: &std::path::Path, out: Option<&std::path::Path>, console: &Console) -> anyhow::Result<ExitCode> {
    let guess = guess(file)?;
    let doubts = guess.doubts().count();
    match out {
        None => print(&guess.to_toml())?,
        Some(path) => {
            std::fs::write(path, guess.to_toml()).with_context(|| format!("can't write {}", path.display()))?;
            console.say(&format!("schema written to {}; doubts in it: {doubts}", path.display()));
        }
    }
    Ok(ExitCode::from(u8::from(doubts > 0)))
}
