//! `tidewaiter hs explain|browse`.

use super::parse_language;
use crate::cli::clock::{parse_day, today};
use crate::cli::print;
use crate::flow::hs::codes::{asked, place};
use crate::flow::hs::open;
use crate::view::hs::codes::Looking;
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
    after_help = "Examples:\n  tidewaiter hs explain --index hs.index 6109.10\n  tidewaiter hs explain --index hs.index --lang fr --as-of 2021-06-30 851712"
)]
pub(super) struct Explain {
    #[command(flatten)]
    shown: Shown,
    /// A chapter, heading, subheading or national code
    code: String,
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

pub(super) fn explain(args: &Explain, words: &Words) -> anyhow::Result<()> {
    let Shown { index, lang, as_of, json } = &args.shown;
    let (index, day) = (open(index)?, as_of.unwrap_or_else(today));
    let code = asked(&index, &args.code, day)?;
    let view = Looking { index: &index, language: *lang, day, words }.explain(code);
    print(&if *json { serde_json::to_string_pretty(&view)? } else { view.text(words) })
}

pub(super) fn browse(args: &Browse, words: &Words) -> anyhow::Result<()> {
    let Shown { index, lang, as_of, json } = &args.shown;
    let (index, day) = (open(index)?, as_of.unwrap_or_else(today));
    let place = place(&index, args.code.as_deref(), day)?;
    let view = Looking { index: &index, language: *lang, day, words }.browse(place);
    print(&if *json { serde_json::to_string_pretty(&view)? } else { view.text(words) })
}
