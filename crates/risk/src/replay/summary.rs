//! A strategy over all periods, and two strategies beside each other.

use super::estimate::Estimate;
use super::figures::CURVE_PERCENTS;
use super::gap::Interval;
use super::{ControlFigures, LaneFigures, OfficeFigures, PeriodFigures, Why, WhyFigures};
use domain::{Control, Lane};
use learn::metrics::CheckedBootstrap;
use std::collections::BTreeMap;

/// Sums over the periods of a strategy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Periods.
    pub periods: usize,
    /// Declarations that could be picked.
    pub declarations: u64,
    /// Picks.
    pub picks: u64,
    /// Picks whose result is known.
    pub known: u64,
    /// Findings among them.
    pub found: u64,
    /// What they brought, in minor units.
    pub revenue_minor: f64,
    /// Findings that the model expected among the picks whose result is known; `None` where some period had no model.
    pub predicted: Option<f64>,
    /// By why they were picked.
    pub by_why: BTreeMap<Why, WhyFigures>,
    /// By office.
    pub by_office: BTreeMap<Box<str>, OfficeFigures>,
    /// By the lane of the time; `None` for declarations whose lane the files don't give.
    pub by_lane: BTreeMap<Option<Lane>, LaneFigures>,
    /// By the kind of control they had at the time; `None` for picks of which the files tell none. A pick that had two kinds
    /// stands under both.
    pub by_control: BTreeMap<Option<Control>, ControlFigures>,
    /// Findings among picks of importers that had never declared before.
    pub found_new_importers: u64,
    /// Declarations of importers with fewer than ten before, and picks among them.
    pub small_importers: (u64, u64),
    /// Share of the picks that went to exploration and chance.
    pub explored: f64,
    /// What only a full past can tell.
    pub full: Option<FullTotals>,
    /// Estimates for a partial past: findings and revenue in minor units, doubly robust where there was a model.
    pub estimates: Option<(Estimate, Estimate)>,
    /// Picks that had been drawn at random at the time, on which these rest.
    pub drawn: u64,
}

/// Sums that only a full past can tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FullTotals {
    /// Findings there were.
    pub findings: u64,
    /// What they would have brought, in minor units.
    pub revenue_minor: f64,
    /// Findings of the best possible picks.
    pub oracle_found: u64,
    /// What the best possible picks would have brought.
    pub oracle_revenue_minor: f64,
    /// Findings there were among importers that had never declared before.
    pub findings_new_importers: u64,
    /// Mean over the periods that have one.
    pub auc: Option<f64>,
    /// Mean over the periods that have one.
    pub brier: Option<f64>,
    /// Findings and revenue among the top shares of its own order in each period, at [`CURVE_PERCENTS`]; empty where some
    /// period has no order.
    pub curve: Vec<(f64, f64)>,
}

impl Totals {
    /// Sums.
    pub fn of(periods: &[PeriodFigures]) -> Self {
        let mut totals = Self { periods: periods.len(), predicted: Some(0.0), ..Self::default() };
        for one in periods {
            totals.add(one);
        }
        let explored = periods.iter().map(|one| one.explored * one.picks.len() as f64).sum::<f64>();
        totals.explored = explored / totals.picks.max(1) as f64;
        totals.predicted = totals.predicted.filter(|_| !periods.is_empty());
        totals.full = full(periods);
        totals.estimates = estimates(periods);
        totals
    }

    fn add(&mut self, one: &PeriodFigures) {
        self.declarations += one.declarations;
        self.picks += one.picks.len() as u64;
        self.known += one.known;
        self.found += one.found;
        self.revenue_minor += one.revenue_minor;
        self.predicted = self.predicted.zip(one.predicted).map(|(sum, more)| sum + more);
        self.found_new_importers += one.found_new_importers;
        self.small_importers.0 += one.small_importers.0;
        self.small_importers.1 += one.small_importers.1;
        self.drawn += one.estimates.map_or(0, |estimates| estimates.drawn);
        for (why, of) in &one.by_why {
            let sum = self.by_why.entry(*why).or_default();
            sum.picks += of.picks;
            sum.found += of.found;
            sum.revenue_minor += of.revenue_minor;
        }
        for (office, of) in &one.by_office {
            let sum = self.by_office.entry(office.clone()).or_default();
            sum.declarations += of.declarations;
            sum.picks += of.picks;
            sum.found += of.found;
        }
        for (lane, of) in &one.by_lane {
            let sum = self.by_lane.entry(*lane).or_default();
            sum.declarations += of.declarations;
            sum.picks += of.picks;
            sum.known += of.known;
            sum.found += of.found;
        }
        for (control, of) in &one.by_control {
            let sum = self.by_control.entry(*control).or_default();
            sum.picks += of.picks;
            sum.known += of.known;
        }
    }

    /// Findings among a hundred picks whose result is known, as a share.
    pub fn precision(&self) -> Option<f64> {
        (self.known > 0).then(|| self.found as f64 / self.known as f64)
    }

    /// Findings of the top share of its own order, in per cent, by straight lines between the points of the curve.
    pub fn found_at(&self, percent: f64) -> Option<f64> {
        let curve = &self.full.as_ref()?.curve;
        let points: Vec<(f64, f64)> = std::iter::once((0.0, 0.0))
            .chain(CURVE_PERCENTS.into_iter().zip(curve.iter().map(|(found, _)| *found)))
            .collect();
        let pair = points.windows(2).find(|pair| percent <= pair[1].0)?;
        let share = (percent - pair[0].0) / (pair[1].0 - pair[0].0);
        Some(pair[0].1 + share * (pair[1].1 - pair[0].1))
    }
}

fn full(periods: &[PeriodFigures]) -> Option<FullTotals> {
    let all: Vec<_> = periods.iter().map(|one| one.full.as_ref()).collect::<Option<_>>()?;
    let mut totals = FullTotals::default();
    for one in &all {
        totals.findings += one.findings;
        totals.revenue_minor += one.revenue_minor;
        totals.oracle_found += one.oracle_found;
        totals.oracle_revenue_minor += one.oracle_revenue_minor;
        totals.findings_new_importers += one.findings_new_importers;
    }
    totals.auc = learn::math::mean(&all.iter().filter_map(|one| one.auc).collect::<Vec<f64>>());
    totals.brier = learn::math::mean(&all.iter().filter_map(|one| one.brier).collect::<Vec<f64>>());
    if !all.is_empty() && all.iter().all(|one| one.curve.len() == CURVE_PERCENTS.len()) {
        totals.curve = vec![(0.0, 0.0); CURVE_PERCENTS.len()];
        for (place, at) in all.iter().flat_map(|one| one.curve.iter().enumerate()) {
            let sum = &mut totals.curve[place];
            *sum = (sum.0 + at.0, sum.1 + at.1);
        }
    }
    Some(totals)
}

fn estimates(periods: &[PeriodFigures]) -> Option<(Estimate, Estimate)> {
    let zero = (Estimate::default(), Estimate::default());
    periods.iter().try_fold(zero, |(found, revenue), one| {
        let more = one.estimates?;
        Some((found.plus(more.found_robust), revenue.plus(more.revenue_robust_minor)))
    })
}

/// How many times as much a strategy finds with one inspection as another does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ratio {
    /// Findings.
    pub found: Option<Interval>,
    /// Revenue.
    pub revenue: Option<Interval>,
}

/// A strategy against a baseline on a full past, per inspection, by a paired bootstrap over periods; `None` for what the
/// baseline did not find at all.
pub fn ratio(strategy: &[PeriodFigures], baseline: &[PeriodFigures], bootstrap: &CheckedBootstrap) -> Ratio {
    let of = |value: &(dyn Fn(&PeriodFigures) -> f64 + Sync)| {
        let per_pick = |periods: &[PeriodFigures], counts: &[f64]| {
            let sum = |value: &dyn Fn(&PeriodFigures) -> f64| -> f64 {
                periods.iter().zip(counts).map(|(one, count)| count * value(one)).sum()
            };
            sum(&|one| value(one)) / sum(&|one| one.picks.len() as f64)
        };
        let measure = |counts: &[f64]| {
            let (own, other) = (per_pick(strategy, counts), per_pick(baseline, counts));
            Some(own / other).filter(|ratio| ratio.is_finite())
        };
        let interval = bootstrap.interval(strategy.len().min(baseline.len()), measure)?;
        Some(Interval { estimate: interval.estimate, low: interval.low, high: interval.high })
    };
    Ratio { found: of(&|one| one.found as f64), revenue: of(&|one| one.revenue_minor) }
}
