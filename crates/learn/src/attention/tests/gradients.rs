//! Gradients against central differences of the loss, for every group of weights and every variant.

use super::{levels, loss_and_gradient, rows};
use crate::Rng;
use crate::attention::kernels::Level;
use crate::attention::layout::Layout;
use crate::attention::{Architecture, Attention, AttentionData, AttentionParams, AttentionRows, Fusion};

const TREES: usize = 6;
const ROWS: usize = 8;

/// Every variant, with the number of queries.
fn variants() -> Vec<(AttentionParams, Vec<u32>)> {
    let paper = Architecture { dimension: 8, heads: 2, ..Architecture::default() };
    let of = |architecture| AttentionParams { architecture, ..AttentionParams::default() };
    vec![
        (of(paper), vec![4, 5]),
        (of(Architecture { heads: 4, ..paper }), vec![4, 5, 3]),
        (of(Architecture { dimension: 32, heads: 2, ..paper }), vec![4, 5]),
        (of(Architecture { dimension: 10, heads: 5, ..paper }), vec![4]),
        (of(Architecture { dimension: 24, heads: 3, ..paper }), vec![4, 5]),
        (of(Architecture { self_attention: false, ..paper }), vec![4, 5]),
        (of(Architecture { attention_network: false, ..paper }), vec![4, 5]),
        (of(Architecture { fusion: Fusion::Attention, ..paper }), vec![4, 5]),
        (of(Architecture { single_task: true, ..paper }), vec![4, 5]),
        (of(Architecture { residual: true, ..paper }), vec![4, 5]),
        (of(paper), vec![]),
        (AttentionParams { adversarial_weight: 0.7, adversarial_step: 0.1, ..of(paper) }, vec![4, 5]),
    ]
}

/// A network of random weights, biases too, and rows for it.
pub(super) fn random_network(architecture: Architecture, entities: &[u32], seed: u64) -> (Attention, AttentionRows) {
    let mut rng = Rng::new(seed);
    let layout = Layout::new(architecture, TREES, 9, entities);
    let mut weights: Vec<f32> = (0..layout.len()).map(|_| 0.5 * rng.normal() as f32).collect();
    for table in layout.entities.iter().chain([&layout.leaves]) {
        weights[table.start..table.start + architecture.dimension].fill(0.0);
    }
    let leaves: Vec<u32> = (0..TREES * ROWS).map(|_| rng.below(10) as u32).collect();
    let numbers: Vec<u32> =
        (0..ROWS).flat_map(|_| entities.to_vec()).map(|n| rng.below(n as usize + 1) as u32).collect();
    let model = Attention::from_weights(layout, weights, 9.0);
    (model, rows(TREES, &leaves, entities.len(), &numbers))
}

#[test]
fn gradients_are_central_differences_of_the_loss() {
    let labels: Vec<f32> = (0..ROWS).map(|i| (i % 2) as f32).collect();
    let revenue: Vec<f32> = (0..ROWS).map(|i| if i == 3 { f32::NAN } else { 40.0 * i as f32 }).collect();
    for (at, (params, entities)) in variants().into_iter().enumerate() {
        let (model, rows) = random_network(params.architecture, &entities, 40 + at as u64);
        let data = AttentionData { rows: &rows, labels: &labels, revenue: Some(&revenue), weights: None };
        let loss = |weights: &[f32]| loss_and_gradient(&model, weights, &data, &params, Level::detect()).0;
        let (_, gradient) = loss_and_gradient(&model, &model.weights, &data, &params, Level::detect());
        for group in &model.layout.groups {
            let own = &gradient[group.span.clone()];
            let norm = own.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
            if norm < 1e-3 {
                continue;
            }
            // Along the gradient the slope is its length; steps are short so that few units switch on or off.
            let along = |step: f64| {
                let mut moved = model.weights.clone();
                let weights = moved[group.span.clone()].iter_mut().zip(own);
                weights.for_each(|(w, &g)| *w += (step * f64::from(g) / norm) as f32);
                loss(&moved)
            };
            let slope = [3e-3, 1e-3, 3e-4].map(|step| (along(step) - along(-step)) / (2.0 * step));
            let off = slope.iter().map(|s| (s - norm).abs()).fold(f64::INFINITY, f64::min);
            // The loss is known to about 1e-6, its differences over these steps to about 1e-3.
            assert!(off < 0.01 * norm + 1e-3, "variant {at}, {}: slopes {slope:?}, gradient {norm}", group.name);
        }
    }
}

#[test]
fn all_instruction_sets_agree() {
    let labels: Vec<f32> = (0..ROWS).map(|i| (i % 2) as f32).collect();
    for (at, (params, entities)) in variants().into_iter().enumerate() {
        let (model, rows) = random_network(params.architecture, &entities, 80 + at as u64);
        let data = AttentionData { rows: &rows, labels: &labels, revenue: None, weights: None };
        let run = |level| loss_and_gradient(&model, &model.weights, &data, &params, level);
        let (loss, gradient) = run(Level::detect());
        let most = gradient.iter().fold(0f32, |m, g| m.max(g.abs()));
        for level in levels() {
            let (other_loss, other) = run(level);
            assert!((loss - other_loss).abs() < 1e-5 * loss);
            for (g, o) in gradient.iter().zip(&other) {
                assert!((g - o).abs() < 1e-4 * most, "variant {at}, {level:?}: {g} and {o}");
            }
        }
    }
}
