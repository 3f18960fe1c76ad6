//! `tidewaiter evaluate`.

use super::bars::Bars;
use super::clock::{Today, parse_day};
use super::resources::{Stopwatch, cpu_s, peak_mb};
use super::{Console, print, train};
use crate::flow;
use crate::flow::evaluate::{Evaluation, FoldRequest, LaterRequest, evaluate, evaluate_folds};
use crate::flow::write::replace;
use crate::intake::Schema;
use crate::view::evaluation::{EvaluationView, Run, text};
use domain::Day;
use risk::model::ModelKind;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  Two models on a later quarter, with intervals of their difference:
    tidewaiter evaluate --schema schemas/kcs.toml --model a.tw --model b.tw \\
        --history train.csv --data valid.csv

  The honest protocol: no repeat of a test row in its training folds
    tidewaiter evaluate --schema schemas/kcs.toml --model-kind gbdt \\
        --data train.csv valid.csv --folds 5 --group-by repeat_key --seeds 0,1,2,3,4

  All declarations of a simulated world, inspected or not:
    tidewaiter evaluate --schema world/schema.toml --model m.tw \\
        --history past.csv --data later.csv --truth world/truth.csv --json

Figures, protocols and the JSON are told in docs/EVALUATION.md.";

/// Measure how well models order declarations and price them, on all rows, on repeats of training rows and on new ones.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Schema that maps the columns to roles
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
    /// Model files; differences are taken with the first
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "model_kind")]
    model: Vec<PathBuf>,
    /// Earlier declarations with their results, or a state file first
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "model_kind")]
    history: Vec<PathBuf>,
    /// Declarations to measure on, with their results
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Truth about a simulated world: labels for all its declarations
    #[arg(long, value_name = "FILE", conflicts_with = "model_kind")]
    truth: Option<PathBuf>,
    /// Use only results known by this day as labels; by default all that the files hold
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day, conflicts_with = "model_kind")]
    as_of: Option<Day>,
    /// Kinds of model to train and test by folds: profile, logistic, gbdt, gbdt+lr, date or blend
    #[arg(long, value_name = "KIND", num_args = 1.., value_parser = train::parse_kind, conflicts_with = "model")]
    model_kind: Vec<ModelKind>,
    /// Number of folds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..=50), requires = "model_kind")]
    folds: u64,
    /// Columns whose values are never split between folds, or repeat_key for those of the schema
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', default_value = "repeat_key", requires = "model_kind")]
    group_by: Vec<String>,
    /// Seeds of the folds and of training; figures are means over them
    #[arg(long, value_delimiter = ',', default_value = "0,1,2,3,4", requires = "model_kind")]
    seeds: Vec<u64>,
    /// Resamples for the intervals; 0 gives none
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = parse_replicates)]
    bootstrap: usize,
    /// Threads to use; the figures are the same for any number
    #[arg(long, default_value_t = super::threads())]
    threads: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write the JSON to this file too
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    today: Today,
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let watch = Stopwatch::start();
    let schema = Schema::load(&args.schema)?;
    let quiet = Console::quiet();
    let bars = Bars::new(if args.json { &quiet } else { console });
    let evaluation = measure(args, &schema, &bars)?;
    bars.finish();
    let run = Run {
        wall_s: watch.wall_s(),
        cpu_s: cpu_s(),
        peak_mb: peak_mb(),
        rows_per_s: evaluation.items_scored as f64 / evaluation.scoring.as_secs_f64().max(1e-9),
        threads: args.threads,
    };
    let view = EvaluationView::new(&schema, &evaluation, run);
    let json = || serde_json::to_string_pretty(&view);
    if let Some(path) = &args.out {
        replace(path, (json()? + "\n").as_bytes())?;
    }
    print(&if args.json { json()? } else { text(&view) })?;
    Ok(ExitCode::SUCCESS)
}

fn measure(args: &Args, schema: &Schema, bars: &Bars) -> anyhow::Result<Evaluation> {
    let (today, threads) = (args.today.day(), args.threads.max(1));
    if !args.model_kind.is_empty() {
        let by_repeats = args.group_by.iter().map(String::as_str).eq(["repeat_key"]);
        let request = FoldRequest {
            schema,
            kinds: &args.model_kind,
            data: &args.data,
            group_by: if by_repeats { &[] } else { &args.group_by },
            folds: args.folds as usize,
            seeds: &args.seeds,
            today,
            threads,
        };
        return Ok(evaluate_folds(&request, &|label, percent| bars.show(label, percent))?);
    }
    let opened = args.model.iter().map(|path| Ok((path.clone(), flow::train::open(path)?)));
    let models = opened.collect::<Result<Vec<_>, flow::Error>>()?;
    let request = LaterRequest {
        schema,
        models: &models,
        history: &args.history,
        data: &args.data,
        truth: args.truth.as_deref(),
        as_of: args.as_of,
        today,
        replicates: args.bootstrap,
        threads,
    };
    Ok(evaluate(&request, |label, percent| bars.show(label, percent))?)
}

fn parse_replicates(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Ok(0),
        Ok(count @ 10..=100_000) => Ok(count),
        _ => Err("resamples are 0, or a number from 10 to 100000".to_owned()),
    }
}
