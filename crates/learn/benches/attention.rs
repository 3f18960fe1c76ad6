//! What the dual attentive network costs: a step, training, scoring in bulk and of one row, explanation of one row.
//!
//! Corpus: made-up rows of 100 leaves (100 trees of 16 leaves each), an importer out of 5,000 and a code out of 800, from
//! seed 1; labels depend on a leaf together with an importer. The network is the paper's (d = 16, 4 heads). Rows a second
//! are printed beside the times; training and bulk scoring for one and for two threads. `bench/date_step_jax.py` times
//! the same step in JAX.
//!
//! Run: `cargo bench -p tidewaiter-learn --bench attention`

#![allow(clippy::unwrap_used, reason = "a bench may stop when its own corpus does not train")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use learn::Rng;
use learn::attention::{Attention, AttentionData, AttentionParams, AttentionRows};
use std::sync::LazyLock;

const TREES: usize = 100;
const LEAVES: usize = 16;
const BULK_ROWS: usize = 37_385;

struct Corpus {
    rows: AttentionRows,
    labels: Vec<f32>,
    revenue: Vec<f32>,
}

fn corpus(n_rows: usize, seed: u64) -> Corpus {
    let mut rng = Rng::new(seed);
    let (mut leaves, mut entities, mut labels, mut revenue) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n_rows {
        let row: Vec<u32> = (0..TREES).map(|tree| (1 + tree * LEAVES + rng.below(LEAVES)) as u32).collect();
        let importer = 1 + (rng.uniform().powi(3) * 5000.0) as u32;
        let risky = (row[0] % 4 == u32::from(importer.is_multiple_of(2))) && importer.is_multiple_of(3);
        let found = rng.bernoulli(if risky { 0.6 } else { 0.03 });
        leaves.extend(row);
        entities.extend([importer, 1 + rng.below(800) as u32]);
        labels.push(f32::from(u8::from(found)));
        revenue.push(if found { (8.0 + rng.normal()).exp() as f32 } else { 0.0 });
    }
    Corpus { rows: AttentionRows::new(TREES, leaves, 2, entities).unwrap(), labels, revenue }
}

static BULK: LazyLock<Corpus> = LazyLock::new(|| corpus(BULK_ROWS, 1));
static STEP: LazyLock<Corpus> = LazyLock::new(|| corpus(2560, 2));
static MODEL: LazyLock<Attention> = LazyLock::new(|| fit(&STEP, AttentionParams { epochs: 3, ..params(2) }));

fn params(threads: usize) -> AttentionParams {
    AttentionParams { threads, ..AttentionParams::default() }
}

fn fit(corpus: &Corpus, params: AttentionParams) -> Attention {
    let Corpus { rows, labels, revenue } = corpus;
    let data = AttentionData { rows, labels, revenue: Some(revenue), weights: None };
    params.check().unwrap().fit(&data, None).unwrap().model
}

/// Ten steps of 256 rows; divide by ten.
#[divan::bench(args = [1, 2], sample_count = 10, sample_size = 1)]
fn ten_steps_of_256_rows(bencher: Bencher<'_, '_>, threads: usize) {
    let params = AttentionParams { batch: 256, epochs: 1, ..params(threads) };
    LazyLock::force(&STEP);
    bencher.counter(ItemsCount::new(2560usize)).bench(|| fit(&STEP, params));
}

/// Rows a second are rows of the data, five epochs each.
#[divan::bench(args = [1, 2], sample_count = 1, sample_size = 1)]
fn train_37_385_rows_5_epochs(bencher: Bencher<'_, '_>, threads: usize) {
    LazyLock::force(&BULK);
    bencher.counter(ItemsCount::new(BULK_ROWS)).bench(|| fit(&BULK, params(threads)));
}

#[divan::bench(args = [1, 2], sample_count = 10, sample_size = 1)]
fn score_37_385_rows(bencher: Bencher<'_, '_>, threads: usize) {
    let (model, rows) = (&*MODEL, &BULK.rows);
    bencher.counter(ItemsCount::new(BULK_ROWS)).bench(|| model.predict(black_box(rows), threads));
}

#[divan::bench(sample_count = 1000, sample_size = 1)]
fn score_one_row(bencher: Bencher<'_, '_>) {
    let one = AttentionRows::new(TREES, BULK.rows.leaves(7).to_vec(), 2, BULK.rows.entities(7).to_vec()).unwrap();
    let model = &*MODEL;
    bencher.bench(|| model.predict(black_box(&one), 1));
}

#[divan::bench(sample_count = 200, sample_size = 1)]
fn explain_one_row(bencher: Bencher<'_, '_>) {
    let (model, rows) = (&*MODEL, &BULK.rows);
    bencher.bench(|| model.contributions(black_box(rows), 7));
}

/// A week's labels: two epochs over 700 rows, tables grown.
#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn fine_tune_700_rows_2_epochs(bencher: Bencher<'_, '_>, threads: usize) {
    let week = corpus(700, 3);
    let data = AttentionData { rows: &week.rows, labels: &week.labels, revenue: Some(&week.revenue), weights: None };
    let params = AttentionParams { epochs: 2, ..params(threads) }.check().unwrap();
    let model = &*MODEL;
    bencher.bench(|| model.fine_tune(&params, &data, None));
}

fn main() {
    divan::main();
}
