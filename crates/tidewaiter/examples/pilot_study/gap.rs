//! The customs gap of worlds beside their truth.
//!
//! Two questions are told apart. Whether the interval is right **as a statement about a sample**: the draws of the floor are given
//! their true outcomes, and the true share and revenue of all that could be drawn must lie in the interval as often as it says. And
//! what it says **in use**: the draws have the outcomes that the controls found, and controls miss things.

use crate::world::World;
use crate::{DECLARATIONS, Outcome, tell};
use domain::{Day, Record, Role};
use risk::evaluate::{Outcome as Found, recorded_outcome};
use risk::replay::Present;
use risk::replay::gap::{Observed, gap};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use tidewaiter::flow::evaluate::Truth;
use tidewaiter::intake::{self, Reading};

/// Names of the figures: intervals drawn up and those that held the truth, for the share and for revenue; the mean width
/// of the interval of the share; and the estimated share and the true one.
pub(crate) const MEASURES: [&str; 7] =
    ["intervals", "hold the share", "with revenue", "hold the revenue", "width", "estimated share", "true share"];

/// Some time: what was observed, and what is true of all that could be drawn.
#[derive(Default)]
struct Time {
    observed: Observed,
    irregular: u64,
    revenue_minor: f64,
}

impl Time {
    fn record(&mut self, record: &Record, present: Present, seen: Option<Found>, truth: &Found) {
        self.observed.record(record, present, seen);
        if present != Present::Mandatory {
            self.irregular += u64::from(truth.found);
            self.revenue_minor += truth.revenue_minor;
        }
    }

    fn add(&mut self, other: &Self) {
        self.observed.add(&other.observed);
        self.irregular += other.irregular;
        self.revenue_minor += other.revenue_minor;
    }

    /// What its interval came to, in the order of [`MEASURES`].
    fn figures(&self, seed: u64) -> Option<[f64; MEASURES.len()]> {
        let gap = gap(&self.observed, seed)?;
        let share = self.irregular as f64 / self.observed.declarations as f64;
        let holds = |low: f64, high: f64, truth: f64| f64::from(u8::from(low <= truth && truth <= high));
        let revenue = gap.revenue_minor.map(|all| holds(all.low, all.high, self.revenue_minor));
        Some([
            1.0,
            holds(gap.rate.low, gap.rate.high, share),
            f64::from(u8::from(revenue.is_some())),
            revenue.unwrap_or_default(),
            gap.rate.high - gap.rate.low,
            gap.rate.estimate,
            share,
        ])
    }
}

pub(crate) fn run(scenario: &str, seeds: RangeInclusive<u64>) -> Outcome<()> {
    for seed in seeds {
        let world = World::simulated(scenario, seed, DECLARATIONS)?;
        for (name, times) in [("true outcomes", times(&world, true)?), ("controls' findings", times(&world, false)?)] {
            let mut whole = Time::default();
            times.values().for_each(|time| whole.add(time));
            tell_sum(scenario, seed, &format!("{name}, by month"), times.values());
            tell_sum(scenario, seed, &format!("{name}, whole past"), std::iter::once(&whole));
        }
    }
    Ok(())
}

fn tell_sum<'a>(scenario: &str, seed: u64, name: &str, times: impl Iterator<Item = &'a Time>) {
    let mut sum = [0.0; MEASURES.len()];
    for figures in times.filter_map(|time| time.figures(seed)) {
        sum.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
    }
    let intervals = sum[0];
    sum[4..].iter_mut().for_each(|figure| *figure /= intervals);
    tell("gap", scenario, seed, name, &sum);
}

/// The months of a world. What was caught is as the files say, but for `by_truth`, where all that was inspected has its
/// true outcome.
fn times(world: &World, by_truth: bool) -> Outcome<BTreeMap<(i16, i8), Time>> {
    let rules = world.schema.label_rules();
    let truth = Truth::read(&world.truth(), &rules, world.schema.file().money_decimals)?;
    let has_extra = world.schema.has(Role::ExtraRevenue);
    let reading = Reading { today: Day::from_epoch_days(30_000), outcomes: true, rejects: None };
    let mut times = BTreeMap::<(i16, i8), Time>::new();
    for record in intake::open(&world.schema, &[world.data()], reading)? {
        let record = record?;
        let outcome = truth.outcome(&record)?;
        let recorded = recorded_outcome(&record, &rules, Day::from_epoch_days(i32::MAX), has_extra);
        let seen = if by_truth { recorded.map(|_| outcome) } else { recorded };
        let (year, month, _) = record.declaration.header.day.ymd();
        times.entry((year, month)).or_default().record(&record, Present::of(&record), seen, &outcome);
    }
    Ok(times)
}
