//! `tidewaiter hs`.

use super::{Console, print};
use crate::flow::hs::{answers, evaluate, import, lines, open, table};
use crate::flow::write::replace;
use crate::view::hs::{EvaluationView, SearchView, imported, text};
use crate::view::words::Words;
use clap::Subcommand;
use hsearch::{BuildParams, Language};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  An index of the nomenclature and of texts whose codes are known:
    tidewaiter hs import --nomenclature hs2022.csv \\
        --instances tariff.csv rulings.csv --out hs.index

  What is this?
    tidewaiter hs search --index hs.index \"mens cotton t-shirt, printed\"

  A whole table (id,text), ten codes a line:
    tidewaiter hs batch --index hs.index --top 10 parcels.csv --out codes.csv

  How often is it right?
    tidewaiter hs evaluate --index hs.index --data known.csv";

/// Find the HS code of a description of goods.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an index of nomenclatures and of texts whose codes are known
    Import(Import),
    /// Find codes for one description
    Search(Search),
    /// Find codes for a table of descriptions
    Batch(Batch),
    /// Measure how often the index is right on a table whose codes are known
    Evaluate(Evaluate),
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidewaiter hs import --nomenclature hs2022.csv \\\n      --instances cn8_en.csv rulings.csv --out hs.index"
)]
struct Import {
    /// Nomenclatures: subheadings with their texts
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    nomenclature: Vec<PathBuf>,
    /// Texts whose codes are known: national tariffs, rulings, past declarations
    #[arg(long, num_args = 1.., value_name = "FILE")]
    instances: Vec<PathBuf>,
    /// The index to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Seed of the samples that the ranker learns from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads to use; the index is the same for any number
    #[arg(long, default_value_t = super::threads())]
    threads: usize,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidewaiter hs search --index hs.index --top 3 \"mens cotton t-shirt\"")]
struct Search {
    /// The index
    #[arg(long, value_name = "FILE")]
    index: PathBuf,
    /// The description
    text: String,
    /// How many codes
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    top: u16,
    /// Its language; told by its words unless given
    #[arg(long, value_name = "CODE", value_parser = parse_language)]
    lang: Option<Language>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidewaiter hs batch --index hs.index --top 10 parcels.csv --out codes.csv")]
struct Batch {
    /// The index
    #[arg(long, value_name = "FILE")]
    index: PathBuf,
    /// How many codes for each description
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    top: u16,
    /// Descriptions: a table with the columns id and text
    file: PathBuf,
    /// Codes: id,rank,code,probability,outcome
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Threads to use; the codes are the same for any number
    #[arg(long, default_value_t = super::threads())]
    threads: usize,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidewaiter hs evaluate --index hs.index --data known.csv --json")]
struct Evaluate {
    /// The index
    #[arg(long, value_name = "FILE")]
    index: PathBuf,
    /// Descriptions with their codes: text and hs6
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Threads to use; the figures are the same for any number
    #[arg(long, default_value_t = super::threads())]
    threads: usize,
}

/// Runs the command. Exit code 1 where a table may have been read otherwise than it was meant.
pub fn run(args: &Args, _console: &Console) -> anyhow::Result<ExitCode> {
    let words = Words::new("en", &[], &[])?;
    match &args.command {
        Command::Import(args) => {
            let params = BuildParams { seed: args.seed, threads: args.threads.max(1) };
            let done = import(&args.nomenclature, &args.instances, &args.out, params)?;
            print(&imported(&done, &args.out, &words))?;
        }
        Command::Search(args) => {
            let index = open(&args.index)?;
            let answer = index.search(&args.text, args.lang)?;
            let view = SearchView::new(&index, &args.text, &answer, usize::from(args.top));
            print(&if args.json { serde_json::to_string_pretty(&view)? } else { text(&view, &words) })?;
        }
        Command::Batch(args) => return batch(args, &words),
        Command::Evaluate(args) => {
            let index = open(&args.index)?;
            let start = Instant::now();
            let (figures, asked) = evaluate(&index, &args.data, args.threads.max(1))?;
            let view = EvaluationView::new(&figures, start.elapsed().as_secs_f64() * 1e3 / asked as f64);
            print(&if args.json { serde_json::to_string_pretty(&view)? } else { view.text(&words) })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn batch(args: &Batch, words: &Words) -> anyhow::Result<ExitCode> {
    let index = open(&args.index)?;
    let lines = lines(&args.file)?;
    let answers = answers(&index, &lines, args.threads.max(1))?;
    replace(&args.out, &table(&lines, &answers, usize::from(args.top))?)?;
    let (count, path) = (lines.len().to_string(), args.out.display().to_string());
    print(&words.text("hs-batch", &[("texts", &*count), ("path", &path)]))?;
    let long = lines.iter().filter(|line| line.text.contains('\n')).count();
    if long == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    print(&words.text("hs-batch-lines", &[("texts", &long.to_string())]))?;
    Ok(ExitCode::from(1))
}

fn parse_language(code: &str) -> Result<Language, String> {
    Language::parse(code).ok_or_else(|| format!("languages are {}", Language::ALL.map(Language::code).join(", ")))
}
