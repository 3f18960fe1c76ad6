//! `tidewaiter hs explain|browse|map`.

use super::parse_language;
use crate::cli::clock::{parse_day, today};
use crate::cli::{Console, print};
use crate::flow::hs::chapters::chapter_map;
use crate::flow::hs::codes::{asked, place};
use crate::flow::hs::open;
use crate::flow::hs::statistics::statistics;
use crate::flow::write::replace;
use crate::intake::Schema;
use crate::report::heat::{heat_map, summary};
use crate::view::hs::codes::Looking;
use crate::view::hs::statistics::StatisticsView;
use crate::view::words::Words;
use domain::Day;
use hsearch::Language;
use std::path::PathBuf;

/// How texts of the nomenclature are shown.
#[derive(Debug, clap::Args)]
pub(super) struct Shown {
    /// The index
    #[arg(long, value_name = "FILE")]
    index: PathBuf,
    /// Language of the texts, where the index has it
    #[arg(long, value_name = "CODE", default_value = "en", value_parser = parse_language)]
    lang: Language,
    /// As of which day; today unless given
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    as_of: Option<Day>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  tidewaiter hs explain --index hs.index 6109.10\n  tidewaiter hs explain --index hs.index --lang fr --as-of 2021-06-30 851712\n  tidewaiter hs explain --index hs.index --schema schema.toml --data past.csv 8517"
)]
pub(super) struct Explain {
    #[command(flatten)]
    shown: Shown,
    /// A chapter, heading, subheading or national code
    code: String,
    /// Schema of one's own declarations
    #[arg(long, value_name = "FILE", requires = "data")]
    schema: Option<PathBuf>,
    /// One's own declarations: who declares the code, from where, at what price
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "schema")]
    data: Vec<PathBuf>,
    /// Tell figures of fewer than five parties too; not for outside
    #[arg(long, requires = "data")]
    inside: bool,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  tidewaiter hs browse --index hs.index\n  tidewaiter hs browse --index hs.index XI\n  tidewaiter hs browse --index hs.index 6109"
)]
pub(super) struct Browse {
    #[command(flatten)]
    shown: Shown,
    /// A section (XI), chapter or heading; all sections unless given
    code: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidewaiter hs map --index hs.index declared.csv --out chapters.svg")]
pub(super) struct Map {
    /// The index
    #[arg(long, value_name = "FILE")]
    index: PathBuf,
    /// Descriptions with the codes that were declared: a table with text and hs6 or code
    file: PathBuf,
    /// The picture to write (SVG)
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// As of which day; today unless given
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    as_of: Option<Day>,
    /// Threads to use; the picture is the same for any number
    #[arg(long, default_value_t = crate::cli::threads())]
    threads: usize,
}

pub(super) fn map(args: &Map, words: &Words) -> anyhow::Result<()> {
    let index = open(&args.index)?;
    let map = chapter_map(&index, &args.file, args.as_of.unwrap_or_else(today), args.threads.max(1))?;
    replace(&args.out, heat_map(&map, words)?.as_bytes())?;
    let path = args.out.display().to_string();
    print(&words.text("hs-mapped", &[("summary", &*summary(&map, words)), ("path", &path)]))?;
    match map.without_code {
        0 => Ok(()),
        count => print(&words.text("hs-evaluated-without", &[("texts", &count.to_string())])),
    }
}

pub(super) fn explain(args: &Explain, console: &Console, words: &Words) -> anyhow::Result<()> {
    let Shown { index, lang, as_of, json } = &args.shown;
    let (index, day) = (open(index)?, as_of.unwrap_or_else(today));
    let code = asked(&index, &args.code, day)?;
    let mut view = Looking { index: &index, language: *lang, day, words }.explain(code);
    if let Some(schema) = &args.schema {
        let schema = Schema::load(schema)?;
        let bar = console.progress("reading declarations", Some(100));
        let of = (code.code, today(), args.inside);
        let statistics = statistics(&schema, &args.data, of, |done| bar.set_position(done.percent()))?;
        bar.finish_and_clear();
        view.statistics = Some(StatisticsView::new(&statistics));
    }
    print(&if *json { serde_json::to_string_pretty(&view)? } else { view.text(words) })
}

pub(super) fn browse(args: &Browse, words: &Words) -> anyhow::Result<()> {
    let Shown { index, lang, as_of, json } = &args.shown;
    let (index, day) = (open(index)?, as_of.unwrap_or_else(today));
    let place = place(&index, args.code.as_deref(), day)?;
    let view = Looking { index: &index, language: *lang, day, words }.browse(place);
    print(&if *json { serde_json::to_string_pretty(&view)? } else { view.text(words) })
}
