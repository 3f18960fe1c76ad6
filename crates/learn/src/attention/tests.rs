//! Tests that need the inside of the network: gradients, losses, instruction sets.

#![allow(clippy::unwrap_used, reason = "the configured exception covers test functions but not their helpers")]

mod attribution;
mod gradients;
mod known_answers;

use super::batch::{Batch, PARTS, Part, Space, Task, Whole};
use super::fusion::Net;
use super::kernels::Level;
use super::{Attention, AttentionData, AttentionParams, AttentionRows};

/// Every instruction set this processor has, the fallback last.
fn levels() -> Vec<Level> {
    let mut levels = vec![Level::detect()];
    #[cfg(target_arch = "x86_64")]
    levels.extend(pulp::x86::V3::try_new().map(|avx2| Level::Widest(pulp::Arch::V3(avx2))));
    levels.push(Level::Scalar);
    levels
}

/// Loss and gradient of all rows as one batch.
fn loss_and_gradient(
    model: &Attention,
    weights: &[f32],
    data: &AttentionData<'_>,
    params: &AttentionParams,
    level: Level,
) -> (f64, Vec<f32>) {
    let net = Net { layout: &model.layout, weights };
    let mut whole = Whole::new(&model.layout, level);
    whole.project(net);
    let task = Task { data, params, scale: model.revenue_scale };
    let batch: Vec<usize> = (0..data.rows.n_rows()).collect();
    let mut space = Space::new(&model.layout, level);
    let mut parts = Vec::new();
    for rows in batch.chunks(batch.len().div_ceil(PARTS)) {
        let mut part = Part::new(&model.layout);
        part.run(&task, net, &whole.records, rows, Batch { step: 1, rows: batch.len() }, &mut space);
        parts.push(part);
    }
    let loss = whole.collect(net, parts.iter(), (data.rows, &batch), params.l2);
    (loss, whole.gradient)
}

fn rows(trees: usize, leaves: &[u32], queries: usize, entities: &[u32]) -> AttentionRows {
    AttentionRows::new(trees, leaves.to_vec(), queries, entities.to_vec()).unwrap()
}
