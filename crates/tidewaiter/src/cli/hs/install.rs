//! `tidewaiter hs install`.

use crate::cli::print;
use crate::flow::hs::install::{PACKAGES, install};
use crate::view::words::Words;
use std::path::{Path, PathBuf};

/// Get a starter nomenclature through pip: HS 2022 in English, the Combined Nomenclature and TARIC in several languages.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  tidewaiter hs install --dir hs-data\n\n  Without network, from files that were brought here:\n  tidewaiter hs install --from usb-stick --dir hs-data"
)]
pub(super) struct Install {
    /// The folder to make
    #[arg(long, value_name = "DIR", default_value = "hs-data")]
    dir: PathBuf,
    /// Take the packages from this folder instead of asking pip
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

pub(super) fn run(args: &Install, words: &Words) -> anyhow::Result<()> {
    let names = install(&args.dir, args.from.as_deref(), PACKAGES)?;
    let files = names.iter().map(|name| format!("  {}", args.dir.join(name).display())).collect::<Vec<_>>().join("\n");
    let path = args.dir.display().to_string();
    let next = next(&args.dir, &names);
    print(&words.text("hs-installed", &[("path", &*path), ("files", &files), ("next", &next)]))
}

/// The import to go on with. Tables of the European tariff give legal texts in other languages.
fn next(dir: &Path, names: &[String]) -> String {
    let of = |beginning: &str| {
        let some = names.iter().filter(|name| name.starts_with(beginning));
        some.map(|name| format!("    {} \\\n", dir.join(name).display())).collect::<String>()
    };
    let lines = [
        "  tidewaiter hs import \\\n".to_owned(),
        format!("    --nomenclature \\\n{}{}", of("hs2022"), of("taric")),
        format!("    --tariff \\\n{}", of("cn8")),
        "    --out hs.index".to_owned(),
    ];
    lines.concat()
}
