//! `tidewaiter history`.

use super::clock::Today;
use super::{Console, print};
use crate::flow::history::{Updated, update};
use crate::intake::Schema;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  Begin a state file with the past, then add a day when its results are in:
    tidewaiter history update --schema kcs.toml --state kcs.history --data train.csv
    tidewaiter history update --schema kcs.toml --state kcs.history --data 2021-03-01.csv

  Score with it:
    tidewaiter score --schema kcs.toml --model kcs.tw --history kcs.history \\
        --data today.csv --out scores.csv";

/// Keep what is known of the past in a state file, so that scoring a day costs a day.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Update(Update),
}

/// Add declarations with their results to a state file; without the file a new one is made.
///
/// A declaration given again counts once, and what is new of its results is taken in: a finding that became known later,
/// or that it was overturned. So a day can be given as declared, and again when its results are in.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct Update {
    /// Schema that maps the columns to roles
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
    /// State file to bring up to date
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Declarations to add
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Print a summary as JSON on standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    today: Today,
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let Command::Update(args) = &args.command;
    let schema = Schema::load(&args.schema)?;
    let bar = console.progress("reading declarations", Some(100));
    let Updated { history, summary, added } = update(&args.state, &schema, &args.data, args.today.day(), |progress| {
        bar.set_position(progress.percent());
    })?;
    bar.finish_and_clear();
    let (state, day) = (args.state.display(), history.day().map(|day| day.to_string()));
    print(&if args.json {
        serde_json::to_string_pretty(&serde_json::json!({
            "state": state.to_string(),
            "declarations_read": summary.declarations,
            "declarations_added": added,
            "rejected": summary.rejected,
            "declarations": history.declarations(),
            "last_day": day,
        }))?
    } else {
        let up_to = day.map(|day| format!(", up to {day}")).unwrap_or_default();
        let read = summary.declarations;
        format!("{state}: {read} declarations read, {added} of them new, {} in all{up_to}", history.declarations())
    })?;
    Ok(ExitCode::SUCCESS)
}
