//! Strategies on worlds.

use crate::world::World;
use crate::{DECLARATIONS, Outcome, tell};
use domain::Day;
use risk::replay::{PeriodFigures, PeriodKind, Plan, Rate, Strategy, Totals};
use std::ops::RangeInclusive;
use tidewaiter::flow::pilot::{MEMORY_MB, PilotRequest, pilot};

/// What is compared where nothing is named: none, fixed and learnt shares of exploration, and chance.
const STRATEGIES: [&str; 11] = [
    "lanes",
    "random",
    "profile",
    "gbdt",
    "gbdt:0.9+random:0.1",
    "gbdt:0.7+random:0.3",
    "gbdt:0.9+uncertainty:0.1",
    "gbdt:0.9+novelty:0.1",
    "gbdt:0.7+novelty:0.3",
    "apt(gbdt+novelty)",
    "adapt(gbdt+novelty)",
];

/// Names of the figures, in their order. The last year is told apart: exploration pays later, if it does.
pub(crate) const MEASURES: [&str; 7] =
    ["recall", "revenue", "recall, last year", "revenue, last year", "AUC, last year", "new importers", "explored"];

pub(crate) fn run(scenario: &str, seeds: RangeInclusive<u64>, wanted: &[&str]) -> Outcome<()> {
    let names = if wanted.is_empty() { &STRATEGIES[..] } else { wanted };
    let strategies = names.iter().map(|name| Strategy::parse(name)).collect::<Result<Vec<_>, _>>()?;
    for seed in seeds {
        let world = World::simulated(scenario, seed, DECLARATIONS)?;
        let (data, truth, out) = ([world.data()], world.truth(), tempfile::tempdir()?);
        let request = PilotRequest {
            schema: &world.schema,
            data: &data,
            truth: Some(&truth),
            strategies: &strategies,
            plan: Plan { full_every: 8, seed, ..Plan::default() },
            rate: Some(Rate::Fixed(0.05)),
            period: PeriodKind::Week,
            out: out.path(),
            resume: false,
            today: Day::from_epoch_days(30_000),
            threads: 1,
            memory_mb: MEMORY_MB,
        };
        for track in pilot(&request, &|_, _| ())?.tracks {
            tell("replay", scenario, seed, track.strategy.name(), &figures(&track.periods));
        }
    }
    Ok(())
}

/// The figures of a strategy. The lanes inspect more than the rate, so theirs are not beside those of the others.
fn figures(periods: &[PeriodFigures]) -> [f64; MEASURES.len()] {
    let last = &periods[periods.len().saturating_sub(52)..];
    let (all, last) = (Totals::of(periods), Totals::of(last));
    let share = |part: f64, whole: Option<f64>| whole.map_or(f64::NAN, |whole| part / whole);
    let full = |totals: &Totals| {
        let findings = totals.full.as_ref().map(|full| full.findings as f64);
        let revenue = totals.full.as_ref().map(|full| full.revenue_minor);
        (share(totals.found as f64, findings), share(totals.revenue_minor, revenue))
    };
    let new_importers = all.full.as_ref().map(|full| full.findings_new_importers as f64);
    let auc = last.full.as_ref().and_then(|full| full.auc);
    let ((recall, revenue), (recall_last, revenue_last)) = (full(&all), full(&last));
    [
        recall,
        revenue,
        recall_last,
        revenue_last,
        auc.unwrap_or(f64::NAN),
        share(all.found_new_importers as f64, new_importers),
        all.explored,
    ]
}
