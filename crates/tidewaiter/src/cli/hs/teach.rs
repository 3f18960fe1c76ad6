//! `tidewaiter hs teach`.

use crate::cli::clock::{now, today};
use crate::cli::print;
use crate::flow::hs::open_taught;
use crate::flow::hs::taught::{Signed, Taught, teach, withdraw};
use crate::view::hs::taught::{TaughtView, list};
use crate::view::words::Words;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  The next query knows it, and texts much like it profit:
    tidewaiter hs teach --index hs.index --by \"A. Officer\" \\
        --why \"ruling 2026/17\" \"wozzle bracelet, gold plated\" 711719

  What was taught, and one of them taken back:
    tidewaiter hs teach --index hs.index --list
    tidewaiter hs teach --index hs.index --withdraw 3 --by \"B. Officer\"";

/// Teach the index that a text has a code; it is kept in INDEX.taught.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Teach {
    /// The index
    #[arg(long, value_name = "FILE")]
    index: PathBuf,
    /// The description
    #[arg(required_unless_present_any = ["list", "withdraw"], conflicts_with_all = ["list", "withdraw"], requires = "code")]
    text: Option<String>,
    /// Its code, six digits or more
    #[arg(requires = "by")]
    code: Option<String>,
    /// Who teaches or withdraws it
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Show all that was taught
    #[arg(long, conflicts_with = "withdraw")]
    list: bool,
    /// Withdraw the taught text of this number
    #[arg(long, value_name = "NUMBER", requires = "by")]
    withdraw: Option<u64>,
    /// Print the list as JSON
    #[arg(long, requires = "list")]
    json: bool,
}

pub(super) fn run(args: &Teach, words: &Words) -> anyhow::Result<()> {
    let signed = || Signed { by: args.by.clone().unwrap_or_default(), when: now(), why: args.why.clone() };
    if let Some(id) = args.withdraw {
        withdraw(&args.index, id, signed())?;
        return print(&words.text("hs-withdrawn", &[("id", &id.to_string())]));
    }
    let (index, taught): (_, Taught) = open_taught(&args.index)?;
    let (Some(text), Some(code)) = (&args.text, &args.code) else {
        let all = TaughtView::all(&taught);
        return print(&if args.json { serde_json::to_string_pretty(&all)? } else { list(&all, words) });
    };
    let id = teach(&args.index, &index, text, code, signed(), today())?;
    print(&words.text("hs-taught", &[("id", &id.to_string()), ("code", code)]))
}
