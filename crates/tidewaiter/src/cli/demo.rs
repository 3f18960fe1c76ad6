//! `tidewaiter demo`.

use super::bars::Bars;
use super::resources::{Stopwatch, cpu_s, peak_mb};
use super::{Console, print};
use crate::flow::demo::{Demo, FILES, Request, demo};
use crate::flow::evaluate::Evaluation;
use crate::view::demo::{DemoView, text};
use crate::view::evaluation::Run;
use crate::view::words::Words;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  Everything, in the folder tidewaiter-demo:
    tidewaiter demo

  A smaller world of another seed, with the summary as JSON:
    tidewaiter demo --dir small --declarations 5000 --seed 7 --json";

/// Show everything at once: simulate import traffic, train, compare models, select for the last day, write a report.
///
/// All files go to one folder. Nothing is read from the network, and the same seed gives the same scores, selection and
/// report. Start with report.html, which also lists the commands to repeat each step.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Folder for all files
    #[arg(long, default_value = "tidewaiter-demo")]
    dir: PathBuf,
    /// Seed of the world, of training and of the draw
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of declarations to simulate
    #[arg(long, default_value_t = 60_000, value_name = "N", value_parser = clap::value_parser!(u64).range(2_000..))]
    declarations: u64,
    /// Language of the report and of the reasons
    #[arg(long, default_value = "en")]
    lang: String,
    /// Write into a folder that holds other things
    #[arg(long)]
    force: bool,
    /// Threads to use; the result is the same for any number
    #[arg(long, default_value_t = super::threads())]
    threads: usize,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let watch = Stopwatch::start();
    let request = Request {
        dir: args.dir.clone(),
        seed: args.seed,
        declarations: args.declarations,
        force: args.force,
        language: args.lang.clone(),
        threads: args.threads.max(1),
    };
    let quiet = Console::quiet();
    let bars = Bars::new(if args.json { &quiet } else { console });
    let cost = |rows_per_s| Run {
        wall_s: watch.wall_s(),
        cpu_s: cpu_s(),
        peak_mb: peak_mb(),
        rows_per_s,
        threads: request.threads,
    };
    let rate = |evaluation: &Evaluation| evaluation.items_scored as f64 / evaluation.scoring.as_secs_f64().max(1e-9);
    let demo: Demo = demo(&request, |evaluation| cost(rate(evaluation)), |label, percent| bars.show(label, percent))?;
    bars.finish();
    let words = Words::new(&args.lang, &[], &[])?;
    let view = DemoView::new(&demo, cost(demo.evaluation.run.rows_per_s));
    if args.json {
        print(&serde_json::to_string_pretty(&view)?)?;
    } else {
        print(&text(&view, &FILES, &words))?;
    }
    Ok(ExitCode::SUCCESS)
}
