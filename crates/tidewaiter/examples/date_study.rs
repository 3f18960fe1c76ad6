//! DATE against its own trees, GBDT+LR and its ablations on simulated administrations: the tables of `docs/MODEL.md`.
//!
//! For each seed a world is simulated; models learn from what was known before the last quarter and are measured on all of
//! the quarter's declarations by the truth. Differences are paired by seed; intervals are 95 % percentile bootstrap
//! intervals over the seeds.
//!
//! Run: `cargo run --release -p tidewaiter --example date_study -- SCENARIO FIRST_SEED LAST_SEED [VARIANT...]`, the variants
//! being `trees gbdt gbdt+lr` and the ablations named below; all of them where none is named.

use domain::{Day, Record};
use learn::Rng;
use learn::attention::{Architecture, AttentionParams};
use learn::math::sigmoid;
use risk::History;
use risk::evaluate::{Case, Figures, Prediction, Sample};
use risk::model::{Model, ModelKind, Rows, Scorer, TrainParams, Trainer};
use std::error::Error;
use std::path::Path;
use tidewaiter::flow::evaluate::Truth;
use tidewaiter::flow::history::shape;
use tidewaiter::flow::simulate::{Plan, simulate};
use tidewaiter::intake::{self, Reading, Schema};
use world::Scenario;

const DECLARATIONS: u64 = 60_000;
const THREADS: usize = 2;
const RESAMPLES: usize = 10_000;
const MEASURES: [&str; 6] = ["AUC", "PR-AUC", "P@1", "P@5", "rev@1", "rev@5"];

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The variants of the network: the paper's, and its table of ablations.
fn ablations() -> Vec<(&'static str, AttentionParams)> {
    let with = |architecture| AttentionParams { architecture, ..AttentionParams::default() };
    let paper = Architecture::default();
    vec![
        ("date", AttentionParams::default()),
        ("no self-attention", with(Architecture { self_attention: false, ..paper })),
        ("no attention network", with(Architecture { attention_network: false, ..paper })),
        ("one task", with(Architecture { single_task: true, ..paper })),
        ("residual", with(Architecture { residual: true, ..paper })),
    ]
}

/// The quarter's declarations as models read them, and what was really wrong with them.
struct Quarter {
    rows: Rows,
    stakes: Vec<Option<f64>>,
    /// Items of each declaration.
    items: Vec<usize>,
    sample: Sample,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [scenario, first, last, wanted @ ..] = &arguments[..] else {
        return Err("give a scenario and the first and last seed".into());
    };
    let (first, last): (u64, u64) = (first.parse()?, last.parse()?);
    let mut table: Vec<(String, Vec<[f64; 6]>)> = Vec::new();
    for seed in first..=last {
        for (name, figures) in measured(scenario, seed, wanted)? {
            println!("{scenario} {seed} {name}: {figures:.4?}");
            match table.iter_mut().find(|(known, _)| *known == name) {
                Some((_, all)) => all.push(figures),
                None => table.push((name, vec![figures])),
            }
        }
    }
    print(&table);
    Ok(())
}

/// The figures of every variant on one world.
fn measured(scenario: &str, seed: u64, wanted: &[String]) -> Outcome<Vec<(String, [f64; 6])>> {
    let folder = tempfile::tempdir()?;
    let scenario = Scenario::built_in(scenario)?.check()?;
    let plan = Plan { scenario, seed, declarations: DECLARATIONS, out: folder.path().to_owned(), force: true };
    simulate(&plan, |_| ())?;
    let (trainer, quarter) = read(folder.path())?;
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
    let train = |kind, network| -> Outcome<Model> {
        let params = TrainParams { kind, seed, threads: THREADS, network, ..TrainParams::default() };
        Ok(trainer.finish("study", None, &params.check()?)?)
    };
    let mut all = Vec::new();
    for (name, network) in ablations().into_iter().filter(|(name, _)| *name == "date" || is_wanted(name)) {
        let model = train(ModelKind::Date, network)?;
        all.push((name.to_owned(), quarter.figures(&model, false)?));
        if name == "date" && is_wanted("trees") {
            all.push(("trees".to_owned(), quarter.figures(&model, true)?));
        }
    }
    for kind in [ModelKind::Gbdt, ModelKind::GbdtLr].into_iter().filter(|kind| is_wanted(kind.name())) {
        let model = train(kind, AttentionParams::default())?;
        all.push((kind.name().to_owned(), quarter.figures(&model, false)?));
    }
    Ok(all)
}

/// A trainer that has read all but the last quarter, and the quarter.
fn read(folder: &Path) -> Outcome<(Trainer, Quarter)> {
    let schema = Schema::load(&folder.join("schema.toml"))?;
    let reading = Reading { today: Day::from_epoch_days(30_000), outcomes: true, rejects: None };
    let records = intake::open(&schema, &[folder.join("declarations.csv")], reading)?;
    let truth = Truth::read(&folder.join("truth.csv"), &schema.label_rules(), schema.file().money_decimals)?;
    let start = Day::from_ymd(2025, 10, 1).ok_or("a day")?;
    let mut trainer = Trainer::new(shape(&schema));
    let keying = trainer.history().keying();
    let mut later: Vec<Record> = Vec::new();
    for record in records {
        let record = record?;
        match record.declaration.header.day < start {
            true => trainer.add(&keying.keyed(record))?,
            false => later.push(record),
        }
    }
    let quarter = Quarter::new(trainer.history().clone(), &trainer, &later, &truth)?;
    Ok((trainer, quarter))
}

impl Quarter {
    fn new(mut history: History, trainer: &Trainer, later: &[Record], truth: &Truth) -> Outcome<Self> {
        let mut rows = trainer.rows();
        let (mut stakes, mut items, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        for record in later {
            history.advance(record.declaration.header.day);
            for index in 0..record.declaration.items.len() {
                let facts = history.facts(record, index);
                rows.push(&facts)?;
                stakes.push(facts.item.stake_minor());
            }
            items.push(record.declaration.items.len());
            let outcome = truth.outcome(record)?;
            cases.push(Case { outcome, stake_minor: 0.0, repeat: false, importer_met: false, repeat_rate: 0.0 });
            history.observe_declared(record);
        }
        Ok(Self { rows, stakes, items, sample: Sample { cases } })
    }

    /// The figures of a model, or of the trees below its network alone.
    fn figures(&self, model: &Model, trees_alone: bool) -> Outcome<[f64; 6]> {
        let scores = model.score(&self.rows, &self.stakes, THREADS)?;
        let mut probabilities: Vec<f64> = scores.iter().map(|score| sigmoid(score.calibrated)).collect();
        if let Scorer::Date(date) = &model.branch(false).scorer
            && trees_alone
        {
            let margins = date.forest.predict_margin(&self.rows.dense, THREADS)?;
            probabilities = margins.into_iter().map(sigmoid).collect();
        }
        let mut first = 0;
        let mut predictions = Vec::with_capacity(self.items.len());
        for count in &self.items {
            let span = first..first + count;
            predictions.push(Prediction {
                probability: model.pooling().probability(&probabilities[span.clone()]),
                expected_revenue_minor: scores[span].iter().map(|score| score.expected_revenue_minor).sum(),
            });
            first += count;
        }
        let figures = Figures::of(&self.sample, &predictions)?;
        let [one, _, five, _] = figures.at;
        let measures = [figures.auc, figures.pr_auc, one.precision, five.precision, one.revenue, five.revenue];
        Ok(measures.map(Option::unwrap_or_default))
    }
}

/// Means, and the differences of DATE from each other variant with their intervals.
fn print(table: &[(String, Vec<[f64; 6]>)]) {
    let Some((_, date)) = table.iter().find(|(name, _)| name == "date") else { return };
    println!("\n{} seeds\n{:22} {}", date.len(), "mean", MEASURES.map(|name| format!("{name:>8}")).concat());
    for (name, all) in table {
        let mean = |measure: usize| all.iter().map(|one| one[measure]).sum::<f64>() / all.len() as f64;
        println!("{name:22} {}", (0..6).map(|measure| format!("{:8.4}", mean(measure))).collect::<String>());
    }
    println!("\ndate less the other [95 % interval]");
    for (name, all) in table.iter().filter(|(name, _)| name != "date") {
        for (measure, label) in MEASURES.iter().enumerate() {
            let gaps: Vec<f64> = date.iter().zip(all).map(|(date, other)| date[measure] - other[measure]).collect();
            let (mean, low, high) = interval(&gaps);
            println!("{name:22} {label:7} {mean:+.4} [{low:+.4}, {high:+.4}]");
        }
    }
}

/// The mean, and its percentile bootstrap interval.
fn interval(gaps: &[f64]) -> (f64, f64, f64) {
    let mut rng = Rng::new(1);
    let mut draw = || (0..gaps.len()).map(|_| gaps[rng.below(gaps.len())]).sum::<f64>() / gaps.len() as f64;
    let mut means: Vec<f64> = (0..RESAMPLES).map(|_| draw()).collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[((RESAMPLES - 1) as f64 * share) as usize];
    (gaps.iter().sum::<f64>() / gaps.len() as f64, at(0.025), at(0.975))
}
