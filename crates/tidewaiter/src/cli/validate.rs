//! `tidewaiter validate`.

use super::clock::Today;
use super::{Console, print};
use crate::flow::validate::{Verdict, validate};
use crate::intake::{Reading, Schema, Summary, Tally};
use crate::view::validation::Validation;
use anyhow::Context;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  What is odd in a file, with the refused rows in a file of their own:
    tidewaiter validate --schema schemas/kcs.toml --data train.csv --rejects refused.csv

  A day's declarations before scoring, results not read:
    tidewaiter validate --schema schemas/kcs.toml --data today.csv --declared-only --json";

/// Read files as training and scoring would, and say what is odd in them.
///
/// Exit code 0: clean. 1: usable, with notes or refused rows to look at. 2: unusable, that is, a file that can't be
/// read, a schema that does not fit, not one usable row, or, with --strict, any note at all.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Schema that maps the columns to roles
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
    /// Files to read, CSV (also gzip or Zstandard) or Parquet
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Write refused rows here, as line,column,value,reason
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Read only what was declared, as scoring does: columns of findings may be missing
    #[arg(long)]
    declared_only: bool,
    /// Take notes as errors: exit code 2 instead of 1
    #[arg(long)]
    strict: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    today: Today,
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let schema = Schema::load(&args.schema)?;
    let reading = Reading { today: args.today.day(), outcomes: !args.declared_only, rejects: args.rejects.clone() };
    let bar = console.progress("reading", Some(100));
    let summary = validate(&schema, &args.data, reading, |progress| {
        bar.set_position(progress.read_bytes.saturating_mul(100) / progress.total_bytes.max(1));
    })?;
    bar.finish_and_clear();
    let verdict = Verdict::of(&summary, args.strict);
    let printed = if args.json {
        let view = Validation::new(&schema, &args.data, &summary, verdict);
        serde_json::to_string_pretty(&view).context("can't write the result as JSON")?
    } else {
        text(&schema, &args.data, &summary, verdict)
    };
    print(&printed)?;
    Ok(ExitCode::from(match verdict {
        Verdict::Clean => 0,
        Verdict::Notes => 1,
        Verdict::Unusable => 2,
    }))
}

fn text(schema: &Schema, files: &[PathBuf], summary: &Summary, verdict: Verdict) -> String {
    let mut out = String::new();
    let Summary { rows, items, declarations, rejected, .. } = summary;
    let _ = writeln!(out, "{rows} rows: {items} items in {declarations} declarations, {rejected} rows refused");
    if let (Some(first), Some(last)) = (summary.first_day, summary.last_day) {
        let order = if summary.sorted { "; not in order of their dates, sorted while reading" } else { "" };
        let _ = writeln!(out, "lodged from {first} to {last}{order}");
    }
    if summary.inspected > 0 {
        let _ = writeln!(out, "{} items inspected, {} with a finding", summary.inspected, summary.findings);
    }
    if summary.known_on_assumed > 0 {
        let (count, days) = (summary.known_on_assumed, schema.known_after_days());
        let _ = writeln!(out, "{count} results have no finding date: taken as known {days} days after lodgement");
    }
    if summary.strays > 0 {
        let _ = writeln!(out, "{} texts were not in the file's encoding: read as windows-1252", summary.strays);
    }
    notes(&mut out, files, summary);
    refused(&mut out, files, summary);
    let _ = write!(
        out,
        "\n{}",
        match verdict {
            Verdict::Clean => "clean",
            Verdict::Notes => "usable, with notes to look at",
            Verdict::Unusable if *items == 0 => "unusable: not one usable row",
            Verdict::Unusable => "unusable: there are notes, and --strict was given",
        }
    );
    out
}

fn notes(out: &mut String, files: &[PathBuf], summary: &Summary) {
    if summary.quality.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{:<27} {:<20} {:>9}  examples", "note", "role", "rows");
    for ((kind, role), tally) in &summary.quality {
        let examples = examples(tally, files.len());
        let _ = writeln!(out, "{:<27} {:<20} {:>9}  {examples}", kind.name(), role.name(), tally.count);
    }
}

fn refused(out: &mut String, files: &[PathBuf], summary: &Summary) {
    if summary.rejects.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nrefused rows");
    for ((column, reason), tally) in &summary.rejects {
        let place = if column.is_empty() { String::new() } else { format!("{column}: ") };
        let _ = writeln!(out, "{:>9}  {place}{reason}", tally.count);
        let _ = writeln!(out, "           {}", examples(tally, files.len()));
    }
}

/// `line 7 "10121"`, with the number of the file where there are several.
fn examples(tally: &Tally, files: usize) -> String {
    let texts = tally.examples.iter().map(|example| {
        let file = if files > 1 { format!("file {} ", example.file + 1) } else { String::new() };
        let value = if example.value.is_empty() { String::new() } else { format!(" {:?}", example.value) };
        format!("{file}line {}{value}", example.line)
    });
    texts.collect::<Vec<_>>().join(", ")
}
