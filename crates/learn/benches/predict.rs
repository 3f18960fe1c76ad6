//! What boosted trees cost: training, prediction in bulk and of one row, explanation of one row.
//!
//! Corpus: made-up rows of 100 columns (normal, small integers, log-normal; 5 % missing) with labels that depend on twelve
//! of them, from seed 1. Models: 200 trees of depth 6, and 200 trees grown to 64 leaves. Rows a second are printed beside
//! the times; the bulk figures for one and for two threads.
//!
//! Run: `cargo bench -p tidewaiter-learn --bench predict`

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use learn::gbdt::{Dataset, Forest, GbdtParams};
use learn::{Matrix, Rng};
use std::sync::LazyLock;

const COLUMNS: usize = 100;
const TRAIN_ROWS: usize = 40_000;
const BULK_ROWS: usize = 100_000;

struct Corpus {
    features: Matrix,
    labels: Vec<f32>,
}

fn corpus(n_rows: usize, seed: u64) -> Corpus {
    let mut rng = Rng::new(seed);
    let mut features = Matrix::with_capacity(n_rows, COLUMNS);
    let mut labels = Vec::with_capacity(n_rows);
    let mut row = [0f32; COLUMNS];
    for _ in 0..n_rows {
        for (col, value) in row.iter_mut().enumerate() {
            *value = match col % 3 {
                0 => rng.normal() as f32,
                1 => rng.below(20) as f32,
                _ => rng.normal().exp() as f32,
            };
        }
        let z: f32 = (0..6).map(|i| row[3 * i] * (row[3 * i + 1] - 9.5) / 6.0).sum();
        labels.push(f32::from(u8::from(rng.bernoulli(learn::math::sigmoid(f64::from(z) - 2.0)))));
        row.iter_mut().filter(|_| rng.bernoulli(0.05)).for_each(|v| *v = f32::NAN);
        let _ = features.push_row(&row);
    }
    Corpus { features, labels }
}

static TRAIN: LazyLock<Corpus> = LazyLock::new(|| corpus(TRAIN_ROWS, 1));
static BULK: LazyLock<Corpus> = LazyLock::new(|| corpus(BULK_ROWS, 2));
static BY_DEPTH: LazyLock<Forest> = LazyLock::new(|| fit(GbdtParams { threads: 2, ..GbdtParams::default() }));
static BY_LEAF: LazyLock<Forest> =
    LazyLock::new(|| fit(GbdtParams { threads: 2, max_depth: None, max_leaves: Some(64), ..GbdtParams::default() }));

#[allow(clippy::unwrap_used, reason = "a bench may stop when its own corpus does not train")]
fn fit(params: GbdtParams) -> Forest {
    let set = Dataset { features: &TRAIN.features, labels: &TRAIN.labels, weights: None };
    params.check().unwrap().fit(&set, None).unwrap().forest
}

#[divan::bench(args = [1, 2], sample_count = 2, sample_size = 1)]
fn train_40_000_rows_200_trees(bencher: Bencher<'_, '_>, threads: usize) {
    LazyLock::force(&TRAIN);
    bencher.bench(|| fit(GbdtParams { threads, ..GbdtParams::default() }));
}

#[divan::bench(args = [1, 2], sample_count = 10, sample_size = 1)]
fn predict_100_000_rows_depth_6(bencher: Bencher<'_, '_>, threads: usize) {
    let (forest, x) = (&*BY_DEPTH, &BULK.features);
    bencher.counter(ItemsCount::new(BULK_ROWS)).bench(|| forest.predict_raw(black_box(x), threads));
}

#[divan::bench(args = [1, 2], sample_count = 10, sample_size = 1)]
fn predict_100_000_rows_64_leaves(bencher: Bencher<'_, '_>, threads: usize) {
    let (forest, x) = (&*BY_LEAF, &BULK.features);
    bencher.counter(ItemsCount::new(BULK_ROWS)).bench(|| forest.predict_raw(black_box(x), threads));
}

#[divan::bench]
fn predict_one_row_depth_6(bencher: Bencher<'_, '_>) {
    let (forest, row) = (&*BY_DEPTH, BULK.features.row(7));
    bencher.bench(|| forest.predict_margin_row(black_box(row)));
}

#[divan::bench]
fn explain_one_row_depth_6(bencher: Bencher<'_, '_>) {
    let (forest, row) = (&*BY_DEPTH, BULK.features.row(7));
    bencher.bench(|| forest.contributions(black_box(row)));
}

#[divan::bench]
fn explain_one_row_64_leaves(bencher: Bencher<'_, '_>) {
    let (forest, row) = (&*BY_LEAF, BULK.features.row(7));
    bencher.bench(|| forest.contributions(black_box(row)));
}

fn main() {
    divan::main();
}
