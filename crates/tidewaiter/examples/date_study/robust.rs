//! How DATE bears a short past, wrong labels, and parties and codes that are rarely met.

use crate::quarter::{By, World, date, trained};
use crate::{Outcome, tell};
use domain::{Finding, Record};
use learn::Rng;
use std::ops::RangeInclusive;

/// Days of past that models learn from.
const LENGTHS_DAYS: [i32; 4] = [91, 182, 365, 640];

/// Shares of the findings that change places with items in order.
const SWAPPED: [f64; 4] = [0.1, 0.2, 0.3, 0.5];

/// Declarations before the quarter under the same importer or code, from .. to.
const FREQUENCIES: [(usize, usize, &str); 4] =
    [(0, 0, "none"), (1, 9, "1-9"), (10, 99, "10-99"), (100, usize::MAX, "100+")];

const PARTS: [(&str, By); 3] = [("network", By::Network), ("trees", By::Trees), ("date", By::Model)];

/// Measures `date` and its parts.
pub(crate) fn run(scenario: &str, seeds: RangeInclusive<u64>) -> Outcome<()> {
    for seed in seeds {
        let world = World::simulated(scenario, seed)?;
        for days in LENGTHS_DAYS {
            let from = world.start.plus(-days);
            let past: Vec<&Record> = world.past.iter().filter(|r| r.declaration.header.day >= from).collect();
            measure(&world, scenario, seed, &format!("days of past\t{days}"), past.into_iter())?;
        }
        for share in SWAPPED {
            let past = swapped(&world.past, share, seed);
            let part = format!("swapped findings\t{share}");
            measure(&world, scenario, seed, &part, past.iter())?;
        }
        by_frequency(&world, scenario, seed)?;
    }
    Ok(())
}

fn measure<'a>(
    world: &World,
    scenario: &str,
    seed: u64,
    part: &str,
    past: impl Iterator<Item = &'a Record>,
) -> Outcome<()> {
    let trainer = world.trainer(past)?;
    let quarter = world.quarter(&trainer)?;
    let model = trained(&trainer, date(seed))?;
    for (name, by) in PARTS {
        tell(scenario, seed, part, name, &quarter.figures(&quarter.predictions(&model, by)?, |_| true)?);
    }
    Ok(())
}

fn by_frequency(world: &World, scenario: &str, seed: u64) -> Outcome<()> {
    let trainer = world.trainer(world.past.iter())?;
    let quarter = world.quarter(&trainer)?;
    let model = trained(&trainer, date(seed))?;
    let importers = world.frequencies(|record| record.declaration.header.importer.as_deref().map(str::to_owned));
    let codes = world.frequencies(|record| Some(record.declaration.items.first()?.code?.hs6().to_owned()));
    for (name, by) in PARTS {
        let predictions = quarter.predictions(&model, by)?;
        for (what, counts) in [("importer", &importers), ("code", &codes)] {
            for (least, most, label) in FREQUENCIES {
                let figures = quarter.figures(&predictions, |place| (least..=most).contains(&counts[place]))?;
                tell(scenario, seed, &format!("declarations of the {what}\t{label}"), name, &figures);
            }
        }
    }
    Ok(())
}

/// The past with a share of its findings moved to items that were in order, so that their number stays.
fn swapped(past: &[Record], share: f64, seed: u64) -> Vec<Record> {
    let mut past = past.to_vec();
    let inspected = |found: bool| -> Vec<(usize, usize)> {
        let of = |(place, record): (usize, &Record)| {
            let items = record.inspections.iter().enumerate();
            let items = items.filter(|(_, one)| one.as_ref().is_some_and(|one| one.finding.is_some() == found));
            items.map(|(item, _)| (place, item)).collect::<Vec<_>>()
        };
        past.iter().enumerate().flat_map(of).collect()
    };
    let (mut found, mut clean) = (inspected(true), inspected(false));
    let mut rng = Rng::new(seed);
    rng.shuffle(&mut found);
    rng.shuffle(&mut clean);
    let count = (found.len() as f64 * share).round() as usize;
    for (from, to) in found.into_iter().zip(clean).take(count) {
        let finding: Option<Finding> = past[from.0].inspections[from.1].as_mut().and_then(|one| one.finding.take());
        if let Some(inspection) = past[to.0].inspections[to.1].as_mut() {
            inspection.finding = finding;
        }
    }
    past
}
