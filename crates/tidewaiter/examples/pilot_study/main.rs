//! What exploration and adaptive mixes are worth with and without drift, and how often the interval of the customs gap holds
//! the truth: the tables of `docs/PILOT.md`.
//!
//! For each seed a world is simulated. `replay` replays it under each strategy with the truth revealed of what is picked, and
//! writes one line for each strategy. `gap` draws up the gap of each month and of the whole past from the world's own random
//! floor, and writes how many intervals hold the true share. The last command makes tables of the lines, with differences paired by
//! seed and 95 % percentile bootstrap intervals over the seeds.
//!
//! ```text
//! cargo run --release -p tidewaiter --example pilot_study -- replay SCENARIO[:DECLARATIONS] FIRST_SEED LAST_SEED [STRATEGY...] >> lines
//! cargo run --release -p tidewaiter --example pilot_study -- gap SCENARIO[:DECLARATIONS] FIRST_SEED LAST_SEED >> lines
//! cargo run --release -p tidewaiter --example pilot_study -- table lines
//! ```

mod gap;
#[path = "../shared/paired.rs"]
mod paired;
mod replay;
mod table;
#[path = "../shared/world.rs"]
mod world;

use std::error::Error;

/// Declarations of a world where the scenario does not say.
const DECLARATIONS: u64 = 20_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["replay", scenario, first, last, wanted @ ..] => replay::run(scenario, first.parse()?..=last.parse()?, wanted),
        ["gap", scenario, first, last] => gap::run(scenario, first.parse()?..=last.parse()?),
        ["table", lines] => table::print(lines),
        _ => Err("give `replay` or `gap` with a scenario and two seeds, or `table` and a file".into()),
    }
}

/// Writes the line of one measurement.
fn tell(part: &str, scenario: &str, seed: u64, name: &str, figures: &[f64]) {
    let figures: Vec<String> = figures.iter().map(|figure| format!("{figure:.5}")).collect();
    println!("{part}\t{scenario}\t{seed}\t{name}\t{}", figures.join(","));
}
