//! `tidewaiter assess`.

use super::clock::Today;
use super::{Console, print};
use crate::flow::assess::{FILES, Request, assess, write};
use crate::intake::Schema;
use crate::report;
use crate::view::assess::{AssessmentView, text};
use crate::view::words::Words;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  What the data can bear, in words:
    tidewaiter assess --schema schemas/kcs.toml --data train.csv valid.csv

  A page for the director and the figures behind it, in the folder assessment:
    tidewaiter assess --schema ours.toml --data 2025.csv 2026.csv --out assessment

  One in a hundred was to be drawn at random: was it?
    tidewaiter assess --schema ours.toml --data 2026.csv --random-share 0.01 --json

Measures, tests and rules are told in docs/ASSESS.md.";

/// Say what an administration's data can bear: which uses are ready, what is missing, and the next step.
///
/// Nothing is trained and nothing leaves the machine. Files are read once for their dates and once in full.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Schema that maps the columns to roles
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
    /// Files with declarations and their results, CSV (also gzip or Zstandard) or Parquet
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Share of declarations that the rule of the random draw states, if there is one: 0.01 for one in a hundred
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    random_share: Option<f64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write assessment.html and assessment.json into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Language of texts
    #[arg(long, default_value = "en")]
    lang: String,
    #[command(flatten)]
    today: Today,
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let schema = Schema::load(&args.schema)?;
    let words = Words::new(&args.lang, schema.categorical(), schema.numeric())?;
    let request =
        Request { schema: &schema, data: &args.data, today: args.today.day(), random_share: args.random_share };
    let quiet = Console::quiet();
    let bar = if args.json { &quiet } else { console }.progress("reading", Some(100));
    let assessment = assess(&request, |progress| bar.set_position(progress.percent()))?;
    bar.finish_and_clear();
    let view = AssessmentView::new(&schema, &args.data, &assessment, &words);
    let json = serde_json::to_string_pretty(&view)?;
    if let Some(folder) = &args.out {
        let page = report::assess::page(&view, &words)?;
        write(folder, &page, &format!("{json}\n"))?;
    }
    let mut printed = if args.json { json } else { text(&view, &words) };
    if let (Some(folder), false) = (&args.out, args.json) {
        let files = FILES.map(|name| folder.join(name).display().to_string());
        printed += &format!("\n{}\n", words.text("assess-written", &[("page", &files[0]), ("json", &files[1])]));
    }
    print(&printed)?;
    Ok(ExitCode::SUCCESS)
}

fn parse_share(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.parse().ok();
    share.filter(|share| *share > 0.0 && *share < 1.0).ok_or_else(|| "a share lies between 0 and 1, as 0.01".to_owned())
}
