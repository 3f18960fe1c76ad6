//! DATE against its own trees, GBDT+LR and its ablations on simulated administrations, and how it bears little data, wrong
//! labels and rare parties: the tables and plots of `docs/MODEL.md`.
//!
//! For each seed a world is simulated; models learn from what was known before the last quarter and are measured on all of
//! the quarter's declarations by the truth. Everything is ranked by log-odds before calibration, so that like is compared
//! with like. One line is written for each seed and variant; the last command makes tables of them, with differences
//! paired by seed and 95 % percentile bootstrap intervals over the seeds, and plots.
//!
//! ```text
//! cargo run --release -p tidewaiter --example date_study -- variants SCENARIO FIRST_SEED LAST_SEED [VARIANT...] >> lines
//! cargo run --release -p tidewaiter --example date_study -- robust SCENARIO FIRST_SEED LAST_SEED >> lines
//! cargo run --release -p tidewaiter --example date_study -- table lines [PLOT_FOLDER]
//! ```

#[path = "../shared/paired.rs"]
mod paired;
mod quarter;
mod robust;
mod table;
mod variants;
#[path = "../shared/world.rs"]
mod world;

use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// One thread a run: two runs of different seeds use two cores better than two threads in one.
const THREADS: usize = 1;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["variants", scenario, first, last, wanted @ ..] => {
            variants::run(scenario, first.parse()?..=last.parse()?, wanted)
        }
        ["robust", scenario, first, last] => robust::run(scenario, first.parse()?..=last.parse()?),
        ["table", lines, rest @ ..] => table::print(lines, rest.first().copied()),
        _ => Err("give `variants` or `robust` with a scenario and two seeds, or `table` and a file".into()),
    }
}

/// Writes the line of one measurement.
fn tell(scenario: &str, seed: u64, part: &str, variant: &str, figures: &[f64; 8]) {
    let figures = figures.map(|figure| format!("{figure:.5}")).join(",");
    println!("{scenario}\t{seed}\t{part}\t{variant}\t{figures}");
}
