//! `tidewaiter hs`.

mod codes;
mod install;
mod teach;

use super::clock::{parse_day, today};
use super::{Console, print};
use crate::flow::hs::codes::refuse_code;
use crate::flow::hs::taught::Taught;
use crate::flow::hs::{Files, answers_as_of, evaluate, import, lines, open, open_taught, table};
use crate::flow::write::replace;
use crate::view::hs::taught::RecalledView;
use crate::view::hs::{EvaluationView, SearchView, imported, text};
use crate::view::words::Words;
use clap::Subcommand;
use domain::Day;
use hsearch::{BuildParams, Language};
use std::io::Read;
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

  What does a code cover, and what stands beside it?
    tidewaiter hs explain --index hs.index 6109.10

  An officer knows better, and the next query does too:
    tidewaiter hs teach --index hs.index --by \"A. Officer\" \"wozzle bracelet\" 711719

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
    /// Tell what a code covers: texts, notes, national lines
    Explain(codes::Explain),
    /// Walk from sections to subheadings
    Browse(codes::Browse),
    Teach(teach::Teach),
    /// Draw declared chapters against recommended ones
    Map(codes::Map),
    Install(install::Install),
    /// Measure how often the index is right on a table whose codes are known
    Evaluate(Evaluate),
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidewaiter hs import --nomenclature hs2022.csv \\\n      --instances cn8_en.csv rulings.csv --out hs.index\n\n\
                  With national lines, notes, and texts of an older edition:\n  \
                  tidewaiter hs import --nomenclature hs2022.csv --tariff taric_en.xlsx \\\n      \
                  --instances rulings2017.csv --correlation hs2017to2022.csv \\\n      \
                  --notes notes.csv --out hs.index"
)]
struct Import {
    /// Nomenclatures: subheadings with their texts; a few hundred subheadings in our own words unless given
    #[arg(long, num_args = 1.., value_name = "FILE")]
    nomenclature: Vec<PathBuf>,
    /// National tariffs: known texts, and the lines below each subheading
    #[arg(long, num_args = 1.., value_name = "FILE")]
    tariff: Vec<PathBuf>,
    /// Texts whose codes are known: national tariffs, rulings, past declarations
    #[arg(long, num_args = 1.., value_name = "FILE")]
    instances: Vec<PathBuf>,
    /// Correlations between editions (from,to; or two columns named by years): texts with older codes get the newer ones
    #[arg(long, num_args = 1.., value_name = "FILE")]
    correlation: Vec<PathBuf>,
    /// Notes to sections, chapters and headings: a table, or chapter_61.txt and the like
    #[arg(long, num_args = 1.., value_name = "FILE")]
    notes: Vec<PathBuf>,
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
    /// The description; - reads it from standard input
    text: String,
    /// How many codes
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    top: u16,
    /// Its language; told by its words unless given
    #[arg(long, value_name = "CODE", value_parser = parse_language)]
    lang: Option<Language>,
    /// As of which day; today unless given
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    as_of: Option<Day>,
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
    /// As of which day; today unless given
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    as_of: Option<Day>,
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
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let words = Words::new("en", &[], &[])?;
    match &args.command {
        Command::Import(args) => run_import(args, &words)?,
        Command::Search(args) => search(args, &words)?,
        Command::Explain(args) => codes::explain(args, console, &words)?,
        Command::Browse(args) => codes::browse(args, &words)?,
        Command::Teach(args) => teach::run(args, &words)?,
        Command::Map(args) => codes::map(args, &words)?,
        Command::Install(args) => install::run(args, &words)?,
        Command::Batch(args) => return batch(args, &words),
        Command::Evaluate(args) => {
            let index = open(&args.index)?;
            let start = Instant::now();
            let evaluation = evaluate(&index, &args.data, args.threads.max(1))?;
            let each = start.elapsed().as_secs_f64() * 1e3 / evaluation.figures.answers as f64;
            let view = EvaluationView::new(&evaluation, each);
            print(&if args.json { serde_json::to_string_pretty(&view)? } else { view.text(&words) })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn run_import(args: &Import, words: &Words) -> anyhow::Result<()> {
    let params = BuildParams { seed: args.seed, threads: args.threads.max(1) };
    let files = Files {
        nomenclatures: args.nomenclature.clone(),
        tariffs: args.tariff.clone(),
        instances: args.instances.clone(),
        correlations: args.correlation.clone(),
        notes: args.notes.clone(),
    };
    // Read before anything is written: a journal that can't be read is to be told now and not at the next query.
    let taught = Taught::read(&args.out)?;
    if files.nomenclatures.is_empty() {
        print(&words.text("hs-import-starter", &[]))?;
    }
    let done = import(&files, &args.out, params)?;
    print(&imported(&done, &args.out, taught.lessons().len(), words))
}

fn search(args: &Search, words: &Words) -> anyhow::Result<()> {
    let description = if args.text == "-" { standard_input()? } else { args.text.clone() };
    let day = args.as_of.unwrap_or_else(today);
    let (index, taught) = open_taught(&args.index)?;
    refuse_code(&index, &description, day)?;
    let answer = index.search_as_of(&description, args.lang, day)?;
    let mut view = SearchView::new(&index, &description, &answer, usize::from(args.top), words);
    let recalled = index.recalled(&description, args.lang);
    view.taught = recalled.and_then(|recalled| RecalledView::new(&taught, recalled));
    print(&if args.json { serde_json::to_string_pretty(&view)? } else { text(&view, words) })
}

/// What stands on standard input, whatever its encoding.
fn standard_input() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(crate::intake::decoded(&bytes).into_owned())
}

fn batch(args: &Batch, words: &Words) -> anyhow::Result<ExitCode> {
    let index = open(&args.index)?;
    let lines = lines(&args.file)?;
    let day = args.as_of.unwrap_or_else(today);
    let answers = answers_as_of(&index, &lines, day, args.threads.max(1))?;
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
