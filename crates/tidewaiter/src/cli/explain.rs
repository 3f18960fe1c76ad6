//! `tidewaiter explain`.

use super::bars::Bars;
use super::clock::Today;
use super::{Console, print};
use crate::flow::explain::{Request, explain};
use crate::flow::score::Overlap;
use crate::flow::train;
use crate::intake::Schema;
use crate::view::evaluation::overlap;
use crate::view::explanation::{ExplanationView, text};
use crate::view::words::Words;
use domain::Audience;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  Why declaration 4711 has the score it has:
    tidewaiter explain --schema kcs.toml --model kcs.tw --history train.csv \\
        --data today.csv --id 4711";

/// Explain the score of one declaration: every reason with its contribution, what to check first, and past cases.
///
/// Contributions add up to the log-odds of the probability. Each audience is told only what it may see: a trader reads
/// facts of the own declaration, and nothing of scores, lanes, other parties or ways of detection.
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
    /// Declarations among which it stands
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Id of the declaration as written in the file; of several versions the last is explained
    #[arg(long)]
    id: String,
    /// Number of one goods item; all of them by default
    #[arg(long, value_name = "N")]
    item: Option<u32>,
    /// Who will read it: targeter, inspector, court or trader
    #[arg(long, default_value = "targeter", value_parser = parse_audience)]
    audience: Audience,
    /// Language of the reasons
    #[arg(long, default_value = "en")]
    lang: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    today: Today,
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let schema = Schema::load(&args.schema)?;
    let model = train::open(&args.model)?;
    let words = Words::new(&args.lang, schema.categorical(), schema.numeric())?;
    let bars = Bars::new(console);
    let request = Request {
        schema: &schema,
        model: &model,
        history: &args.history,
        data: &args.data,
        id: &args.id,
        today: args.today.day(),
    };
    let explained = explain(&request, |label, percent| bars.show(label, percent))?;
    bars.finish();
    if explained.overlap != Overlap::default() {
        console.say(&format!("warning: {}", overlap(explained.overlap.heard, explained.overlap.before)));
    }
    let view = ExplanationView::new(&explained, &words, args.audience, args.item);
    if let (Some(number), true) = (args.item, view.items.is_empty()) {
        let numbers: Vec<String> =
            explained.record.declaration.items.iter().map(|item| item.number.to_string()).collect();
        anyhow::bail!("declaration {} has no item {number}; it has {}", args.id, numbers.join(", "));
    }
    if args.json {
        print(&serde_json::to_string_pretty(&view)?)?;
    } else {
        print(&text(&view, &words))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn parse_audience(text: &str) -> Result<Audience, String> {
    let all = [Audience::Targeter, Audience::Inspector, Audience::Court, Audience::Trader];
    let wanted = all.into_iter().find(|audience| audience.name() == text);
    wanted.ok_or_else(|| "an audience is one of targeter, inspector, court, trader".to_owned())
}
