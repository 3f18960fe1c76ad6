//! `tidewaiter pilot`.

use super::bars::Bars;
use super::clock::Today;
use super::{Console, print};
use crate::flow::pilot::{MEMORY_MB, PilotRequest, done, pilot};
use crate::flow::write::replace;
use crate::intake::Schema;
use crate::report::pilot::files;
use crate::view::pilot::{Hours, HoursError, PilotView, text};
use crate::view::words::Words;
use domain::Control;
use risk::replay::{PeriodKind, Plan, Rate, Strategy};
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  Your own past, week by week, as many inspections as there were:
    tidewaiter pilot --schema my.toml --data 2024.csv 2025.csv --out pilot

  A simulated world, whose truth is known:
    tidewaiter pilot --schema world/schema.toml --data world/declarations.csv \\
        --truth world/truth.csv --rate 5% --out pilot

  Other strategies, the last two with a share of exploration that they learn:
    tidewaiter pilot --schema my.toml --data past.csv --out pilot --strategies \\
        'lanes,gbdt:0.9+random:0.1,apt(gbdt+uncertainty)+random:0.1,adapt(date+gate)'

  Go on with a pilot that was stopped:
    tidewaiter pilot --schema my.toml --data 2024.csv 2025.csv --out pilot --resume

Strategies, measures and the JSON are told in docs/PILOT.md.";

/// Replay your own past under several strategies, and see what each would have found.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Schema that maps the columns to roles
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
    /// Declarations with the results of their inspections
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Truth about a simulated world: the outcome of every declaration
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// Strategies, separated by commas; by default lanes (where known), random, stake and mixes of models with chance
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    strategies: Vec<String>,
    /// Share inspected, such as 5%; by default as many as at the time, or 5% where the files don't tell
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    rate: Option<f64>,
    /// Begin with this share and let it fall to --rate
    #[arg(long, value_name = "SHARE", value_parser = parse_share, requires = "rate")]
    rate_from: Option<f64>,
    /// What the share falls by each period; 10% is the fast plan of the literature
    #[arg(long, value_name = "SHARE", value_parser = parse_share, default_value = "10%", requires = "rate_from")]
    rate_step: f64,
    /// Length of a period: day, week or month
    #[arg(long, default_value = "week", value_parser = parse_period)]
    period: PeriodKind,
    /// Periods at the start whose known results are all revealed; by default 4, or 1 month
    #[arg(long, value_name = "N")]
    warm_up: Option<usize>,
    /// Share of the warm-up's results that stay hidden
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    mask: Option<f64>,
    /// Train every so many periods
    #[arg(long, value_name = "N", default_value_t = 1)]
    retrain_every: usize,
    /// Of the trainings of trees or a network every so many-th is a full one; between them it goes on
    #[arg(long, value_name = "N", default_value_t = 8)]
    full_every: usize,
    /// Rank by expected revenue instead of the probability of a finding
    #[arg(long)]
    by_revenue: bool,
    /// Officer-hours of an inspection whose kind of control the files don't tell
    #[arg(long, value_name = "HOURS", default_value_t = 2.0, value_parser = Hours::parse)]
    hours_per_inspection: f64,
    /// Officer-hours by the kind of control, such as physical=3,document=0.5,scan=0.2,audit=8
    #[arg(long, value_name = "KIND=HOURS", value_delimiter = ',', value_parser = Hours::parse_kind)]
    hours: Vec<(Control, f64)>,
    /// Seed of everything random
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Go on with the pilot that was stopped in this folder
    #[arg(long)]
    resume: bool,
    /// Folder for report.html, report.json, periods.csv and policy.toml
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Threads to use, each for a strategy of its own; the figures are the same for any number
    #[arg(long, default_value_t = super::threads())]
    threads: usize,
    /// Megabytes that strategies side by side may hold beside the past itself; with too few they run one after the other, to
    /// the same figures
    #[arg(long, value_name = "N", default_value_t = MEMORY_MB)]
    memory_mb: u64,
    /// Language of the report
    #[arg(long, value_name = "CODE", default_value = "en")]
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
    let words = Words::new(&args.lang, schema.categorical(), schema.numeric())?;
    let strategies: Vec<Strategy> =
        args.strategies.iter().map(|text| Strategy::parse(text)).collect::<Result<_, _>>()?;
    let hours = hours(args)?;
    let quiet = Console::quiet();
    let bars = Bars::new(if args.json { &quiet } else { console });
    let request = PilotRequest {
        schema: &schema,
        data: &args.data,
        truth: args.truth.as_deref(),
        strategies: &strategies,
        plan: plan(args),
        rate: args.rate.map(|last| rate(args, last)),
        period: args.period,
        out: &args.out,
        resume: args.resume,
        today: args.today.day(),
        threads: args.threads.max(1),
        memory_mb: args.memory_mb,
    };
    let pilot = pilot(&request, &|label, percent| bars.show(label, percent))?;
    bars.finish();
    let view = PilotView::new(&schema, &pilot, &hours)?;
    for (name, content) in files(&view, &words)? {
        replace(&args.out.join(name), &content)?;
    }
    done(&args.out)?;
    print(&if args.json {
        serde_json::to_string_pretty(&view)?
    } else {
        format!("{}\n\nWritten to {}", text(&view, &words), args.out.display())
    })?;
    Ok(ExitCode::SUCCESS)
}

fn plan(args: &Args) -> Plan {
    let usual = if args.period == PeriodKind::Month { 1 } else { Plan::default().warm_up };
    Plan {
        warm_up: args.warm_up.unwrap_or(usual),
        mask: args.mask.unwrap_or_default(),
        retrain_every: args.retrain_every,
        full_every: args.full_every,
        by_revenue: args.by_revenue,
        seed: args.seed,
        ..Plan::default()
    }
}

fn rate(args: &Args, last: f64) -> Rate {
    match args.rate_from {
        Some(first) => Rate::Falling { first, last, step: args.rate_step },
        None => Rate::Fixed(last),
    }
}

fn parse_share(text: &str) -> Result<f64, String> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.trim().parse::<f64>().map(|number| number / scale);
    share.ok().filter(|share| *share > 0.0 && *share <= 1.0).ok_or_else(|| "a share is written 5% or 0.05".to_owned())
}

fn hours(args: &Args) -> Result<Hours, HoursError> {
    Hours::plain_only(args.hours_per_inspection).with_kinds(&args.hours)
}

fn parse_period(text: &str) -> Result<PeriodKind, String> {
    PeriodKind::parse(text).ok_or_else(|| "a period is day, week or month".to_owned())
}
