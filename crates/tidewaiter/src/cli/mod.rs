//! The command line: one file a command, each with its arguments and its printing.

pub mod assess;
mod bars;
pub mod clock;
mod console;
pub mod demo;
pub mod evaluate;
pub mod explain;
pub mod history;
pub mod hs;
pub mod pilot;
mod resources;
pub mod schema;
pub mod score;
pub mod select;
pub mod simulate;
pub mod train;
pub mod validate;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

use console::print;

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
    Assess(assess::Args),
    Demo(demo::Args),
    Evaluate(evaluate::Args),
    Explain(explain::Args),
    History(history::Args),
    Hs(hs::Args),
    Pilot(pilot::Args),
    Schema(schema::Args),
    Score(score::Args),
    Select(select::Args),
    Simulate(simulate::Args),
    Train(train::Args),
    Validate(validate::Args),
}

/// Runs the command that the arguments name. Exit code 0: done; 1: done, with notes to look at; 2: not done.
pub fn main() -> ExitCode {
    let console = Console::stderr();
    let result = match Cli::parse().command {
        Command::Assess(args) => assess::run(&args, &console),
        Command::Demo(args) => demo::run(&args, &console),
        Command::Evaluate(args) => evaluate::run(&args, &console),
        Command::Explain(args) => explain::run(&args, &console),
        Command::History(args) => history::run(&args, &console),
        Command::Hs(args) => hs::run(&args, &console),
        Command::Pilot(args) => pilot::run(&args, &console),
        Command::Schema(args) => schema::run(&args, &console),
        Command::Score(args) => score::run(&args, &console),
        Command::Select(args) => select::run(&args, &console),
        Command::Simulate(args) => simulate::run(&args, &console),
        Command::Train(args) => train::run(&args, &console),
        Command::Validate(args) => validate::run(&args, &console),
    };
    result.unwrap_or_else(|error| {
        console.error(&error);
        ExitCode::from(2)
    })
}

/// Threads to use unless told otherwise: what the machine has, at most eight.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |threads| threads.get().min(8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// A line that the terminal wraps can't be copied from the help into a shell.
    fn assert_examples_fit(command: &clap::Command) {
        for help in [command.get_after_help(), command.get_after_long_help()].into_iter().flatten() {
            let text = help.to_string();
            let long = text.lines().find(|line| line.chars().count() > 96);
            assert_eq!(long, None, "{}", command.get_name());
        }
        command.get_subcommands().for_each(assert_examples_fit);
    }

    #[test]
    fn examples_fit_a_terminal() {
        assert_examples_fit(&Cli::command());
    }
}
