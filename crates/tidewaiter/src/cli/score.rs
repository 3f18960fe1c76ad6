//! `tidewaiter score`.

use super::clock::Today;
use super::{Console, print};
use crate::flow::history::Past;
use crate::flow::score::{Options, Overlap, Scored, score};
use crate::flow::write::NewFile;
use crate::flow::{Error, history, train};
use crate::intake::{Schema, Summary};
use crate::view::evaluation::overlap as overlap_text;
use crate::view::score::ScoreTable;
use crate::view::words::Words;
use risk::Reasons;
use risk::model::Model;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  Score a day with what train.csv knows:
    tidewaiter score --schema kcs.toml --model kcs.tw --history train.csv \\
        --data today.csv --out scores.csv";

/// Score declarations as they stand: probability of a finding, expected extra revenue, and the reasons.
///
/// Results of the declarations scored are never read, whatever columns the files have. What is known of the past comes
/// from --history: earlier declarations with their results, or a state file kept by `tidewaiter history update`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Schema that maps the columns to roles
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
    /// Model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Earlier declarations with their results, or a state file first
    #[arg(long, value_name = "FILE", num_args = 1..)]
    history: Vec<PathBuf>,
    /// Declarations to score
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Table of scores to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Language of the reasons
    #[arg(long, default_value = "en")]
    lang: String,
    /// Reasons to write with each score: all, top:N or none
    #[arg(long, default_value = "top:3", value_parser = parse_reasons)]
    reasons: usize,
    /// Threads to use; the scores are the same for any number
    #[arg(long, default_value_t = super::threads())]
    threads: usize,
    /// Print a summary as JSON on standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    today: Today,
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let schema = Schema::load(&args.schema)?;
    let model = train::open(&args.model)?;
    let shape = history::shape_for(&schema, &model)?;
    let words = Words::new(&args.lang, schema.categorical(), schema.numeric())?;
    let today = args.today.day();
    let mut past = Past::open(&shape, &schema, &args.history, today)?;
    let bar = console.progress("scoring", Some(100));
    let mut table =
        ScoreTable::new(NewFile::create(&args.out)?, words, args.reasons).map_err(Error::table(&args.out))?;
    let reasons = if args.reasons == 0 { Reasons::SkippedInBulk } else { Reasons::All };
    let options = Options { today, reasons, threads: args.threads };
    let started = Instant::now();
    let Scored { summary, overlap } =
        score(&schema, &model, &mut past, &args.data, options, |record, scored, progress| {
            bar.set_position(progress.percent());
            table.write(record, scored).map_err(Error::table(&args.out))
        })?;
    table.finish().map_err(Error::file(&args.out))?.finish()?;
    bar.finish_and_clear();
    if overlap != Overlap::default() {
        console.say(&format!("warning: {}", overlap_text(overlap.heard, overlap.before)));
    }
    let rows_per_s = summary.items as f64 / started.elapsed().as_secs_f64().max(1e-9);
    report(args, &model, &summary, rows_per_s, console)?;
    Ok(ExitCode::SUCCESS)
}

fn report(args: &Args, model: &Model, summary: &Summary, rows_per_s: f64, console: &Console) -> anyhow::Result<()> {
    let (items, declarations, id, out) = (summary.items, summary.declarations, &model.id().0, args.out.display());
    if args.json {
        let view = serde_json::json!({
            "out": out.to_string(),
            "model_id": id,
            "items": items,
            "declarations": declarations,
            "rejected": summary.rejected,
            "first_day": summary.first_day.map(|day| day.to_string()),
            "last_day": summary.last_day.map(|day| day.to_string()),
            "rows_per_s": rows_per_s,
        });
        return print(&serde_json::to_string_pretty(&view)?);
    }
    console.say(&format!(
        "{items} items in {declarations} declarations scored by model {id}, {rows_per_s:.0} items/s; written to {out}"
    ));
    Ok(())
}

/// The number of reasons: `all`, `top:N` or `none`.
fn parse_reasons(text: &str) -> Result<usize, String> {
    match (text, text.strip_prefix("top:").map(str::parse)) {
        ("none", _) => Ok(0),
        ("all", _) => Ok(40),
        (_, Some(Ok(count @ 1..=40))) => Ok(count),
        _ => Err("reasons are `all`, `none`, or `top:N` with N from 1 to 40".to_owned()),
    }
}
