//! `tidewaiter train`.

use super::clock::{Today, parse_day};
use super::{Console, print};
use crate::flow::history::{shape, shape_for};
use crate::flow::train::{fit, open, read, refresh, save};
use crate::intake::{Schema, Summary};
use crate::view::model::ModelView;
use crate::view::params;
use anyhow::Context;
use domain::Day;
use risk::model::{Model, ModelKind, TrainParams};
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  Boosted trees on the Korean data:
    tidewaiter train --schema schemas/kcs.toml --data train.csv --model gbdt \\
        --seed 1 --out kcs.tw";

/// Learn from declarations and the results of their inspections, and write a model file.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Schema that maps the columns to roles
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
    /// Declarations with the results of their inspections, CSV (also gzip or Zstandard) or Parquet
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Kind of model: profile, logistic, gbdt, gbdt+lr, date or blend
    #[arg(long, value_name = "KIND", default_value = "blend", value_parser = parse_kind)]
    model: ModelKind,
    /// Seed of everything random; the same seed gives the same model, bit for bit
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Use only results known by this day; by default the day of the last declaration
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    as_of: Option<Day>,
    /// Model file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Go on from this model, by what became known after it was trained; the data must hold the past too
    #[arg(long, value_name = "FILE", conflicts_with_all = ["model", "params"])]
    from: Option<PathBuf>,
    /// Parameters that differ from the usual ones, as TOML; see docs/MODEL.md
    #[arg(long, value_name = "FILE")]
    params: Option<PathBuf>,
    /// Threads to use; the model is the same for any number
    #[arg(long, default_value_t = super::threads())]
    threads: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    today: Today,
}

/// Runs the command.
pub fn run(args: &Args, console: &Console) -> anyhow::Result<ExitCode> {
    let schema = Schema::load(&args.schema)?;
    let params = TrainParams { kind: args.model, seed: args.seed, threads: args.threads, ..TrainParams::default() };
    let params = match &args.params {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            params::parse(&text, params).with_context(|| path.display().to_string())?
        }
        None => params,
    };
    let params = params.check()?;
    let bar = console.progress("reading declarations", Some(100));
    let parent = args.from.as_deref().map(open).transpose()?;
    let shape = parent.as_ref().map_or_else(|| Ok(shape(&schema)), |parent| shape_for(&schema, parent))?;
    let (trainer, summary) =
        read(&schema, shape, &args.data, args.today.day(), |progress| bar.set_position(progress.percent()))?;
    bar.finish_and_clear();
    let model = match &parent {
        Some(parent) => refresh(&trainer, parent, args.as_of, &params)?,
        None => fit(&schema, &trainer, args.as_of, &params)?,
    };
    save(&model, &args.out)?;
    if args.json {
        print(&serde_json::to_string_pretty(&ModelView::of(&model))?)?;
    } else {
        print(&format!("{}\nwritten to {}", text(&model, &summary), args.out.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn text(model: &Model, summary: &Summary) -> String {
    let card = model.card();
    let mut lines = vec![format!(
        "model {} ({}): {} declarations, {} examined items with a known result, {} findings, as of {}",
        model.id().0,
        card.kind.name(),
        card.declarations,
        card.examined,
        card.found,
        card.as_of
    )];
    if card.not_yet_known > 0 {
        lines.push(format!("{} results were not known by then and were left out", card.not_yet_known));
    }
    if card.known_on_assumed > 0 {
        lines.push(format!(
            "{} results have no finding date: taken as known some days after lodgement",
            card.known_on_assumed
        ));
    }
    lines.push(match card.selection_probability_known {
        0 => "selection probabilities unknown: the model learns from who was inspected, with that bias".to_owned(),
        known => format!("{known} items weigh by the inverse of their selection probability"),
    });
    lines.push(match (card.validation, &card.parent) {
        (Some((auc, pr_auc)), _) => format!("latest fifth of the training data: AUC {auc:.3}, PR-AUC {pr_auc:.3}"),
        (None, Some(parent)) => format!("went on from model {}; measure it with `tidewaiter evaluate`", parent.0),
        (None, None) => {
            "too few results to set the latest fifth aside (it needs 20 findings and 20 items in order): a simple \
                 model, neither chosen nor checked on later results"
                .to_owned()
        }
    });
    if summary.rejected > 0 {
        lines.push(format!("{} rows refused; `tidewaiter validate` shows them", summary.rejected));
    }
    lines.join("\n")
}

pub(super) fn parse_kind(text: &str) -> Result<ModelKind, String> {
    ModelKind::parse(text).ok_or_else(|| {
        let kinds = ModelKind::ALL.map(ModelKind::name);
        format!("a model is one of {}", kinds.join(", "))
    })
}
