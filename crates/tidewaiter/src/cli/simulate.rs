//! `tidewaiter simulate`.

use super::{Console, print};
use crate::flow::simulate::{FILES, Plan, simulate};
use anyhow::Context;
use std::path::PathBuf;
use std::process::ExitCode;
use world::{CheckedScenario, Scenario, Scheme, Tally};

const EXAMPLES: &str = "\
Examples:
  Two years of a small administration, 60 000 declarations:
    tidewaiter simulate --seed 42 --out world

  The same traffic with prices, traders and schemes that change fast:
    tidewaiter simulate --seed 42 --scenario strong-drift --out drift

  A world of your own: a file that says what differs from the default scenario
    tidewaiter simulate --seed 42 --scenario mine.toml --declarations 1000000 --out large

truth.csv says what is really irregular. Only `evaluate --truth` may read it; never train on it.";

/// Simulate import traffic: declarations.csv, truth.csv and schema.toml.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Seed; the same seed gives the same files
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of declarations; the population grows with it, the months stay
    #[arg(long, default_value_t = 60_000, value_name = "N")]
    declarations: u64,
    /// default, strong-drift, no-party-signal, or a TOML file
    #[arg(long, default_value = "default", value_name = "NAME|FILE")]
    scenario: String,
    /// Folder for the three files
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
    /// Print the summary as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let plan = Plan {
        scenario: scenario(&args.scenario)?,
        seed: args.seed,
        declarations: args.declarations,
        out: args.out.clone(),
        force: args.force,
    };
    let bar =
        if args.json { Console::quiet() } else { console.clone() }.progress("Simulating", Some(args.declarations));
    let tally = simulate(&plan, |count| bar.inc(count))?;
    bar.finish_and_clear();
    if args.json {
        print(&serde_json::to_string_pretty(&json(&plan, &tally))?)?;
    } else {
        print(&summary(&plan, &tally))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A built-in scenario, or one from a file.
fn scenario(name: &str) -> anyhow::Result<CheckedScenario> {
    let is_file = name.ends_with(".toml") || name.contains(['/', '\\']);
    let scenario = if is_file {
        let text = std::fs::read_to_string(name).with_context(|| format!("can't read the scenario {name}"))?;
        Scenario::parse(&text)?
    } else {
        Scenario::built_in(name)?
    };
    Ok(scenario.check()?)
}

fn per_cent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

fn summary(plan: &Plan, tally: &Tally) -> String {
    let versions = tally.declarations + tally.amendments;
    format!(
        "World {name} of seed {seed}, {start} to {last}\n\
         {declarations} declarations and {amendments} amendments with {items} goods items\n\
         {inspected} inspected at the border ({inspected_share:.1} %), {random} of them at random, {mandatory} by law\n\
         {irregular} items irregular in truth ({irregular_share:.2} %); {findings} findings among {results} results on file\n\
         Written to {out}: {files}\n",
        name = plan.scenario.parameters().name,
        seed = plan.seed,
        start = plan.scenario.start(),
        last = plan.scenario.end().plus(-1),
        declarations = tally.declarations,
        amendments = tally.amendments,
        items = tally.items,
        inspected = tally.inspected,
        inspected_share = per_cent(tally.inspected, versions),
        random = tally.random,
        mandatory = tally.mandatory,
        irregular = tally.irregular_items(),
        irregular_share = per_cent(tally.irregular_items(), tally.items),
        findings = tally.findings,
        results = tally.results,
        out = plan.out.display(),
        files = FILES.join(", "),
    )
}

fn json(plan: &Plan, tally: &Tally) -> serde_json::Value {
    let schemes = Scheme::CAMPAIGNS.into_iter().chain([Scheme::HonestError]);
    let irregular: serde_json::Map<_, _> =
        schemes.zip(tally.irregular).map(|(scheme, count)| (scheme.name().to_owned(), count.into())).collect();
    serde_json::json!({
        "scenario": plan.scenario.parameters().name,
        "seed": plan.seed,
        "first_day": plan.scenario.start().to_string(),
        "last_day": plan.scenario.end().plus(-1).to_string(),
        "extracted_on": plan.scenario.extracted_on().to_string(),
        "declarations": tally.declarations,
        "amendments": tally.amendments,
        "items": tally.items,
        "inspected_declarations": tally.inspected,
        "random_declarations": tally.random,
        "mandatory_declarations": tally.mandatory,
        "results_on_file": tally.results,
        "findings_on_file": tally.findings,
        "extra_revenue_on_file": tally.found_minor as f64 / 100.0,
        "irregular_items": tally.irregular_items(),
        "irregular_items_by_scheme": irregular,
        "extra_revenue_in_truth": tally.extra_minor as f64 / 100.0,
        "files": FILES.map(|name| plan.out.join(name).display().to_string()),
    })
}
