//! The declarations of a period as a strategy sees them when it picks.

use super::{Present, Stream};
use crate::evaluate::stake_minor;
use crate::features::Feature;
use crate::model::{Model, RawScore, Rows, Seen};
use learn::math::sigmoid;

/// Counts of earlier declarations by which novelty is told.
const COUNTS: [&str; 5] = [
    "importer.declarations",
    "importer_origin.declarations",
    "importer_hs4.declarations",
    "importer_consignor.declarations",
    "hs6_origin.declarations",
];

/// One declaration that may be picked.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// Its place in the stream.
    pub(super) place: usize,
    /// Calibrated probability of a finding; 0 without a model.
    pub(super) probability: f64,
    /// Expected extra revenue in minor units; 0 without a model.
    pub(super) expected_minor: f64,
    /// The row of its riskiest item.
    pub(super) riskiest: usize,
    /// 0 (all was met often) to 1 (nothing was).
    pub(super) novelty: f64,
    pub(super) value_minor: f64,
    pub(super) stake_minor: f64,
    /// Whether it was inspected at the time.
    pub(super) was_inspected: bool,
}

/// All that may be picked in a period.
pub(super) struct Board<'a> {
    pub(super) views: Vec<View>,
    pub(super) rows: &'a Rows,
    pub(super) model: Option<&'a Model>,
    pub(super) threads: usize,
}

impl<'a> Board<'a> {
    /// `seen` are the declarations of `candidates`, in their order.
    pub(super) fn new(
        stream: &Stream,
        candidates: &[usize],
        seen: &[&Seen],
        rows: &'a Rows,
        (features, model, threads): (&[Feature], Option<&'a Model>, usize),
    ) -> learn::Result<Self> {
        let scores = match model {
            Some(model) => model.score(rows, &stakes(seen, rows.len()), threads)?,
            None => Vec::new(),
        };
        let counts: Vec<usize> = features
            .iter()
            .enumerate()
            .filter(|(_, f)| COUNTS.contains(&f.name.as_str()))
            .map(|(place, _)| place)
            .collect();
        let view = |(place, seen): (&usize, &&Seen)| {
            let declared = &stream.declarations[*place];
            let items = &declared.keyed.record.declaration.items;
            let scores = scores.get(seen.rows.clone()).unwrap_or_default();
            let probabilities: Vec<f64> = scores.iter().map(|score| sigmoid(score.calibrated)).collect();
            View {
                place: *place,
                probability: model.map_or(0.0, |model| model.pooling().probability(&probabilities)),
                expected_minor: scores.iter().map(|score| score.expected_revenue_minor).sum(),
                riskiest: seen.rows.start + riskiest(scores),
                novelty: seen.rows.clone().map(|row| novelty(rows.dense.row(row), &counts)).fold(0.0, f64::max),
                value_minor: items.iter().filter_map(|item| item.value_minor()).map(|minor| minor as f64).sum(),
                stake_minor: stake_minor(&declared.keyed.record),
                was_inspected: declared.present != Present::Released,
            }
        };
        Ok(Self { views: candidates.iter().zip(seen).map(view).collect(), rows, model, threads })
    }
}

/// Duty at stake by row.
fn stakes(seen: &[&Seen], rows: usize) -> Vec<Option<f64>> {
    let mut stakes = vec![None; rows];
    for seen in seen {
        stakes[seen.rows.clone()].copy_from_slice(&seen.stakes_minor);
    }
    stakes
}

fn riskiest(scores: &[RawScore]) -> usize {
    let best = scores.iter().enumerate().max_by(|a, b| a.1.calibrated.total_cmp(&b.1.calibrated).then(b.0.cmp(&a.0)));
    best.map_or(0, |(place, _)| place)
}

/// Mean over the counts of 1 / (1 + count); a count that is missing says nothing.
fn novelty(row: &[f32], counts: &[usize]) -> f64 {
    // The features are log(1 + count).
    let rarity =
        counts.iter().map(|column| f64::from(row[*column])).filter(|log| !log.is_nan()).map(|log| (-log).exp());
    let (sum, known) = rarity.fold((0.0, 0usize), |(sum, known), rarity| (sum + rarity, known + 1));
    if known == 0 { 0.0 } else { sum / known as f64 }
}
