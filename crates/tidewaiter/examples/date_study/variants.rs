//! DATE, its parts, its ablations, and the other trees.

use crate::quarter::{By, World, date, trained};
use crate::{Outcome, tell};
use learn::attention::{Architecture, AttentionParams, BestEpoch};
use risk::model::{ModelKind, TrainParams};
use std::ops::RangeInclusive;

/// What is made of the network: the paper's table of ablations, and the variant with residual connections.
fn ablations(seed: u64) -> Vec<(&'static str, TrainParams)> {
    let paper = Architecture::default();
    let with = |architecture| TrainParams {
        network: AttentionParams { architecture, ..AttentionParams::default() },
        ..date(seed)
    };
    vec![
        ("no self-attention", with(Architecture { self_attention: false, ..paper })),
        ("no importer and code", TrainParams { queries: Vec::new(), ..date(seed) }),
        ("no attention network", with(Architecture { attention_network: false, ..paper })),
        ("one task", with(Architecture { single_task: true, ..paper })),
        ("residual", with(Architecture { residual: true, ..paper })),
        ("steadier", TrainParams { network: steadier(), ..date(seed) }),
    ]
}

/// Dropout of leaves and parties, and a mean of the weights in place of the best epoch.
fn steadier() -> AttentionParams {
    AttentionParams {
        leaf_dropout: 0.4,
        entity_dropout: 0.4,
        averaging: 0.995,
        best_epoch: BestEpoch::Last,
        ..AttentionParams::default()
    }
}

/// Measures the wanted variants, all where none is named; `date` with its parts always.
pub(crate) fn run(scenario: &str, seeds: RangeInclusive<u64>, wanted: &[&str]) -> Outcome<()> {
    let is_wanted = |name: &str| wanted.is_empty() || wanted.contains(&name);
    for seed in seeds {
        let world = World::simulated(scenario, seed)?;
        let trainer = world.trainer(world.past.iter())?;
        let quarter = world.quarter(&trainer)?;
        let measure = |params: TrainParams, by: &[(&str, By)]| -> Outcome<()> {
            let model = trained(&trainer, params)?;
            for (name, by) in by {
                let figures = quarter.figures(&quarter.predictions(&model, *by)?, |_| true)?;
                tell(scenario, seed, "variants", name, &figures);
            }
            Ok(())
        };
        let parts = [
            ("network", By::Network),
            ("network, revenue head", By::RevenueHead),
            ("trees", By::Trees),
            ("date", By::Model),
        ];
        measure(date(seed), &parts)?;
        for kind in [ModelKind::GbdtLr, ModelKind::Gbdt].into_iter().filter(|kind| is_wanted(kind.name())) {
            measure(TrainParams { kind, ..date(seed) }, &[(kind.name(), By::Model)])?;
        }
        for (name, params) in ablations(seed).into_iter().filter(|(name, _)| is_wanted(name)) {
            measure(params, &[(name, By::Network)])?;
        }
    }
    Ok(())
}
