//! What it costs to score one declaration end to end in process (facts, features, model, pooling, reasons with their
//! facts), and many of them in bulk, on the public Korean data: trained on `kcs/train.csv`, scored `kcs/valid.csv`.
//!
//! Run: `cargo bench -p tidewaiter --bench score` with the data folder in `../shared/data` or `TIDEWAITER_DATA`.

use domain::{Day, Record};
use risk::model::{Model, ModelKind, TrainParams};
use risk::{History, Keyed, Reasons, score};
use std::path::{Path, PathBuf};
use std::time::Instant;
use tidewaiter::flow::{history, train};
use tidewaiter::intake::{self, Reading, Schema};

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = std::env::var_os("TIDEWAITER_DATA").map_or(root.join("../shared/data"), PathBuf::from).join("kcs");
    if !data.is_dir() {
        println!("not run: {} is absent", data.display());
        return Ok(());
    }
    let schema = Schema::load(&root.join("schemas/kcs.toml"))?;
    let today = Day::from_epoch_days(20_000);
    let past = [data.join("train.csv")];
    let reading = Reading { today, outcomes: false, rejects: None };
    let later: Vec<Record> = intake::open(&schema, &[data.join("valid.csv")], reading)?.collect::<Result<_, _>>()?;
    for kind in [ModelKind::Gbdt, ModelKind::Date, ModelKind::Blend] {
        let params = TrainParams { kind, threads: 2, ..TrainParams::default() }.check()?;
        let (trainer, _) = train::read(&schema, history::shape(&schema), &past, today, |_| ())?;
        let model = train::fit(&schema, &trainer, None, &params)?;
        let (history, _) = history::load(model.shape(), &schema, &past, today, |_| ())?;
        one_by_one(&model, history.clone(), &later, ("with", Reasons::All))?;
        one_by_one(&model, history.clone(), &later, ("without", Reasons::SkippedInBulk))?;
        in_bulk(&model, &history, &later)?;
        given_features(&model, &history, &later)?;
    }
    Ok(())
}

/// Latency of one declaration on one thread, with all its reasons or without.
fn one_by_one(
    model: &Model,
    mut history: History,
    later: &[Record],
    (name, reasons): (&str, Reasons),
) -> learn::Result<()> {
    let mut latencies_us = Vec::with_capacity(later.len());
    for record in later {
        let started = Instant::now();
        let keyed = history.keying().keyed(record);
        let scored = score(model, &mut history, std::slice::from_ref(&keyed), reasons, 1)?;
        latencies_us.push(started.elapsed().as_secs_f64() * 1e6);
        assert!(!scored.is_empty());
    }
    latencies_us.sort_by(f64::total_cmp);
    let at = |share: f64| latencies_us[((latencies_us.len() - 1) as f64 * share) as usize];
    let kind = model.card().kind.name();
    println!(
        "{kind}: one declaration {name} reasons: median {:.0} us, p99 {:.0} us, slowest {:.0} us",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    Ok(())
}

/// Items per second where their features are at hand, two threads, median of nine.
fn given_features(model: &Model, history: &History, later: &[Record]) -> learn::Result<()> {
    let mut rows = model.rows(history.profiles().len());
    for _ in 0..8 {
        for record in later {
            rows.push(&history.facts(record, 0))?;
        }
    }
    let stakes = vec![None; rows.len()];
    let mut rates = Vec::new();
    for _ in 0..9 {
        let started = Instant::now();
        model.score(&rows, &stakes, 2)?;
        rates.push(rows.len() as f64 / started.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    println!("{}: {:.0} items/s given features, two threads", model.card().kind.name(), rates[4]);
    Ok(())
}

/// Items per second in batches of 4096, two threads, with and without reasons.
fn in_bulk(model: &Model, history: &History, later: &[Record]) -> learn::Result<()> {
    for (name, reasons) in [("without", Reasons::SkippedInBulk), ("with", Reasons::All)] {
        let mut history = history.clone();
        let started = Instant::now();
        for batch in later.chunks(4096) {
            let keying = history.keying();
            let batch: Vec<Keyed<&Record>> = batch.iter().map(|record| keying.keyed(record)).collect();
            score(model, &mut history, &batch, reasons, 2)?;
        }
        let rate = later.len() as f64 / started.elapsed().as_secs_f64();
        println!("{}: {rate:.0} items/s {name} reasons, two threads", model.card().kind.name());
    }
    Ok(())
}
