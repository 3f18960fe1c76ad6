//! `tidewaiter select`.

use super::clock::Today;
use super::{Console, print};
use crate::flow::select::{Inputs, Selection, Verdict, create_secret, read_secret, select, verify};
use crate::flow::{Error, write};
use crate::view::selection::{DrawView, RateView, SelectionView, UseView, hex, table};
use anyhow::Context;
use domain::Day;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Select declarations for inspection: mandatory controls, a random floor, the ranking, exploration.
///
/// Each day of the data is one draw. What is selected depends on nothing but declarations, scores, policy and secret;
/// docs/SELECTION.md says how, and with what probability each declaration had to be selected.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    run: Run,
}

const EXAMPLES: &str = "Examples:
  Before intake closes, make a secret and publish its commitment:
    tidewaiter select commit --new --seed-secret-file today.secret
  After intake has closed:
    tidewaiter select --schema kcs.toml --data today.csv --scores scores.csv --model kcs.tw \\
      --policy policies/default.toml --seed-secret-file today.secret --out selection.csv
  When the secret is revealed, anybody with the data can check:
    tidewaiter select verify --selection selection.csv --schema kcs.toml --data today.csv \\
      --scores scores.csv --policy policies/default.toml --seed-secret-file today.secret \\
      --commitment 9f86d0...";

#[derive(Debug, clap::Subcommand)]
enum Action {
    Commit(Commit),
    Verify(Verify),
}

/// Print the commitment to a secret, SHA-256 of its file, to be published before intake closes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct Commit {
    /// File with the secret
    #[arg(long, value_name = "FILE")]
    seed_secret_file: PathBuf,
    /// Make the file first, with 32 bytes from the operating system, readable by its owner alone
    #[arg(long)]
    new: bool,
}

/// Select again and compare with a selection: exit code 0 where every row is the same, 1 where one differs.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct Verify {
    /// Selection to check
    #[arg(long, value_name = "FILE")]
    selection: PathBuf,
    /// Commitment that was published
    #[arg(long, value_name = "SHA256")]
    commitment: Option<String>,
    /// Model file, to check that the scores are its own
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct Run {
    /// Model file; the scores must be its own
    #[arg(long, value_name = "FILE", required = true)]
    model: Option<PathBuf>,
    /// Selection to write
    #[arg(long, value_name = "FILE", required = true)]
    out: Option<PathBuf>,
    /// Print a summary as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    common: Common,
}

/// What selecting and verifying share. Paths are required, but may be absent where a subcommand has its own.
#[derive(Debug, clap::Args)]
struct Common {
    /// Schema that maps the columns to roles
    #[arg(long, value_name = "FILE", required = true)]
    schema: Option<PathBuf>,
    /// Declarations
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Scores of these declarations, as written by `tidewaiter score`
    #[arg(long, value_name = "FILE", required = true)]
    scores: Option<PathBuf>,
    /// Policy
    #[arg(long, value_name = "FILE", required = true)]
    policy: Option<PathBuf>,
    /// File with the secret
    #[arg(long, value_name = "FILE", required = true)]
    seed_secret_file: Option<PathBuf>,
    /// Draw this day only
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    date: Option<Day>,
    /// Selections of earlier days: no amended version and no late part of a consignment falls behind them
    #[arg(long, value_name = "FILE", num_args = 1..)]
    previous: Vec<PathBuf>,
    #[command(flatten)]
    today: Today,
}

fn parse_day(text: &str) -> Result<Day, String> {
    Day::parse(text, &["%Y-%m-%d"]).ok_or_else(|| "a day is written as 2026-01-31".to_owned())
}

/// The value of a required path.
fn given<'a>(path: &'a Option<PathBuf>, option: &str) -> anyhow::Result<&'a Path> {
    path.as_deref().with_context(|| format!("{option} is missing; see `tidewaiter select --help`"))
}

impl Common {
    fn inputs<'a>(&'a self, model: Option<&'a Path>) -> anyhow::Result<Inputs<'a>> {
        Ok(Inputs {
            schema: given(&self.schema, "--schema")?,
            data: &self.data,
            scores: given(&self.scores, "--scores")?,
            model,
            policy: given(&self.policy, "--policy")?,
            secret: given(&self.seed_secret_file, "--seed-secret-file")?,
            previous: &self.previous,
            date: self.date,
            today: self.today.day(),
        })
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    match &args.action {
        Some(Action::Commit(commit)) => run_commit(commit),
        Some(Action::Verify(verify)) => run_verify(verify, console),
        None => run_select(&args.run, console),
    }
}

fn run_commit(args: &Commit) -> anyhow::Result<ExitCode> {
    if args.new {
        create_secret(&args.seed_secret_file)?;
    }
    let secret = read_secret(&args.seed_secret_file)?;
    anyhow::ensure!(!secret.is_empty(), "{} is empty; make one with --new", args.seed_secret_file.display());
    print(&hex(&Sha256::digest(&secret)))?;
    Ok(ExitCode::SUCCESS)
}

fn run_verify(args: &Verify, console: &Console) -> anyhow::Result<ExitCode> {
    let bar = console.progress("reading", Some(100));
    let inputs = args.common.inputs(args.model.as_deref())?;
    let verdict = verify(&inputs, &args.selection, args.commitment.as_deref(), |progress| {
        bar.set_position(progress.percent());
    })?;
    bar.finish_and_clear();
    let (code, text) = match verdict {
        Verdict::Same { rows } => {
            (0, format!("verified: {rows} rows are as data, scores, policy and secret make them"))
        }
        Verdict::OtherSecret { published, actual } => {
            (1, format!("differs: the commitment published is {published}, that of this secret is {actual}"))
        }
        Verdict::Differs { line, id, difference } => {
            (1, format!("differs: line {line}, declaration {id}: {difference}"))
        }
    };
    print(&text)?;
    Ok(ExitCode::from(code))
}

fn run_select(args: &Run, console: &Console) -> anyhow::Result<ExitCode> {
    let bar = console.progress("reading", Some(100));
    let inputs = args.common.inputs(Some(given(&args.model, "--model")?))?;
    let selection = select(&inputs, |progress| bar.set_position(progress.percent()))?;
    bar.finish_and_clear();
    let out = given(&args.out, "--out")?;
    let bytes = table(&selection).map_err(Error::table(out))?;
    write::replace(out, &bytes)?;
    let view = SelectionView::new(&selection, &out.display().to_string());
    notes(&selection, &view).iter().for_each(|note| console.say(note));
    let printed = if args.json {
        serde_json::to_string_pretty(&view).context("can't write the summary as JSON")?
    } else {
        text(&view)
    };
    print(&printed)?;
    Ok(ExitCode::SUCCESS)
}

/// What the administration should look at, though nothing stopped the selection.
fn notes(selection: &Selection, view: &SelectionView) -> Vec<String> {
    let mut notes = Vec::new();
    if view.declarations == 0 {
        notes.push("note: no declarations in the data for this selection".to_owned());
    }
    if view.without_score > 0 {
        notes.push(format!(
            "note: {} declarations have no score; they took part in mandatory controls, the random floor and exploration",
            view.without_score
        ));
    }
    for (role, rows) in &view.incomplete_mandatory {
        notes.push(format!(
            "note: {rows} rows have a mandatory control without a usable {role}; it is done all the same, complete the data"
        ));
    }
    if selection.weak_secret {
        notes.push(
            "note: the secret is shorter than 32 bytes and might be guessed from its commitment; make one with \
                    `tidewaiter select commit --new`"
                .to_owned(),
        );
    }
    notes.extend(overruns(view));
    notes
}

/// The first few capacities and rates that are exceeded, and why anything may exceed them.
fn overruns(view: &SelectionView) -> Vec<String> {
    let (mut capacities, mut rates) = (Vec::new(), Vec::new());
    for DrawView { day, offices, rates: of_day, .. } in &view.draws {
        for entry in offices.iter().filter(|entry| entry.over > 0) {
            let UseView { control, limit, measure, over, .. } = entry;
            let office = office(entry);
            capacities
                .push(format!("note: {day}, {office}: {control} exceeds its capacity of {limit} {measure} by {over}"));
        }
        for RateView { lane, room, by_score, .. } in of_day.iter().filter(|entry| entry.over > 0) {
            rates.push(format!(
                "note: {day}: lane {lane} took {by_score} declarations by score where its rate left {room}"
            ));
        }
    }
    let why_capacities = "note: mandatory controls, what earlier draws decided and the random floor are done in any case, \
                          and a consignment too large for any control is not released for its size";
    let why_rates = "note: a consignment is taken whole; to share one is no shelter from a lane that has room";
    [first_few(capacities, why_capacities), first_few(rates, why_rates)].concat()
}

fn first_few(mut notes: Vec<String>, why: &str) -> Vec<String> {
    const TOLD: usize = 3;
    let more = notes.len().saturating_sub(TOLD);
    notes.truncate(TOLD);
    if more > 0 {
        notes.push(format!("note: {more} more such overruns; --json lists them"));
    }
    if !notes.is_empty() {
        notes.push(why.to_owned());
    }
    notes
}

fn office(entry: &UseView) -> String {
    if entry.office.is_empty() { "no office".to_owned() } else { format!("office {}", entry.office) }
}

fn text(view: &SelectionView) -> String {
    let mut out = String::new();
    let counts = |counts: &mut dyn Iterator<Item = (&'static str, usize)>| {
        counts.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    let lanes = ["red", "yellow", "blue", "green"].map(|name| (name, view.lanes.get(name).copied().unwrap_or(0)));
    let _ = writeln!(
        out,
        "{} of {} declarations selected on {} days: {}",
        view.selected,
        view.declarations,
        view.draws.len(),
        counts(&mut lanes.into_iter())
    );
    let by = view.selected_by.iter().filter(|(name, _)| **name != "none").map(|(name, count)| (*name, *count));
    let _ = writeln!(out, "selected by: {}; blind {}", counts(&mut { by }), view.blind);
    let _ = writeln!(
        out,
        "expected: {:.1} findings, {:.2} extra revenue, {:.1} officer-hours",
        view.expected_findings, view.expected_revenue, view.officer_hours
    );
    let _ = writeln!(
        out,
        "policy {} ({}), model {}, scores {}",
        view.policy, view.policy_id, view.model_id, view.scores_id
    );
    let _ = writeln!(out, "commitment {}", view.commitment);
    view.draws.last().into_iter().for_each(|draw| last_day(&mut out, draw));
    let _ = write!(out, "\nwritten to {}", view.out);
    out
}

/// What the last day's offices spent; `--json` has every day.
fn last_day(out: &mut String, draw: &DrawView) {
    let _ = writeln!(out, "\n{}: {} declarations, seed {}", draw.day, draw.declarations, draw.seed_sha256);
    let _ = writeln!(
        out,
        "  {:<16} {:<9} {:>12} {:>9} {:>9} {:>7}",
        "office", "control", "declarations", "used", "limit", "hours"
    );
    for entry in draw.offices.iter().filter(|entry| entry.declarations > 0) {
        let measure = if entry.measure == "minutes" { "min" } else { "" };
        let [used, limit] = [entry.used, entry.limit].map(|amount| format!("{amount}{measure}"));
        let UseView { office, control, declarations, officer_hours, .. } = entry;
        let _ =
            writeln!(out, "  {office:<16} {control:<9} {declarations:>12} {used:>9} {limit:>9} {officer_hours:>7.1}");
    }
}
