//! What a pilot came to, as JSON; page, text and CSV are made from the same values. The shape is told in `docs/PILOT.md`.

mod gaps;
mod hours;
mod periods;
mod policy;
mod text;

pub use gaps::{ControlsView, GapView, GapsView};
pub use hours::{Hours, HoursError};
pub use periods::periods;
pub use policy::policy;
pub(crate) use text::gap_sentences;
pub use text::{headline, limits, text};

use crate::flow::pilot::{Pilot, Track};
use crate::intake::Schema;
use domain::Lane;
use risk::replay::estimate::Estimate;
use risk::replay::gap::Interval;
use risk::replay::{CURVE_PERCENTS, LaneFigures, Rate, Ratio, Totals, Why, ratio};
use serde::Serialize;
use std::collections::BTreeMap;

/// Name and version of the format.
const FORMAT: &str = "tidewaiter-pilot 1";

/// Hours an officer has for inspections in a week.
const HOURS_PER_WEEK: f64 = 35.0;

/// Officers whose worth is told.
const MORE_OFFICERS: f64 = 10.0;

/// The result of `tidewaiter pilot`.
#[derive(Clone, Debug, Serialize)]
pub struct PilotView {
    /// `tidewaiter-pilot 1`.
    pub format: &'static str,
    /// Name of the schema.
    pub schema: String,
    /// What was replayed.
    pub past: PastView,
    /// How.
    pub plan: PlanView,
    /// The strategies, in the order given.
    pub strategies: Vec<StrategyView>,
    /// The strategy that the others are compared with.
    pub baseline: Option<String>,
    /// The strategy that did best of those with a random floor.
    pub proposed: Option<String>,
    /// What ten more officers would bring under the proposed strategy.
    pub more_officers: Option<MoreOfficers>,
    /// What the random floor of the files says, month by month and in all.
    pub customs_gap: GapsView,
    /// Whether revenue was ranked by.
    pub by_revenue: bool,
}

/// What was replayed.
#[derive(Clone, Debug, Serialize)]
pub struct PastView {
    /// Declarations.
    pub declarations: u64,
    /// First day of lodgement.
    pub first_day: String,
    /// Last day of lodgement.
    pub last_day: String,
    /// `truth` of a simulated world, `all` (everything was examined), or `part` (only some was).
    pub outcomes: &'static str,
    /// `extra_revenue`, or `duty_at_stake` of items with a finding where the files record none.
    pub revenue_is: &'static str,
    /// Share drawn at random at the time.
    pub floor: Option<f64>,
    /// Days after lodgement at which results without a date were taken as known; null where all had one.
    pub known_after_days: Option<i32>,
}

/// How it was replayed.
#[derive(Clone, Debug, Serialize)]
pub struct PlanView {
    /// `day`, `week` or `month`.
    pub period: &'static str,
    /// Periods in all.
    pub periods: usize,
    /// Those at the start whose known results were all revealed.
    pub warm_up: usize,
    /// First day after the warm-up.
    pub measured_from: String,
    /// Share of the warm-up's results that stayed hidden.
    pub mask: f64,
    /// `fixed`, `falling`, or `present`: as many as were inspected at the time.
    pub rate: &'static str,
    /// Share inspected at the end; null for `present`.
    pub share: Option<f64>,
    /// Trained every so many periods.
    pub retrain_every: usize,
    /// Of these trainings every so many-th was a full one.
    pub full_every: usize,
    /// Seed.
    pub seed: u64,
    /// Hours that an inspection takes whose kind is not known, or has no hours of its own.
    pub hours_per_inspection: f64,
    /// Hours by the kind of control.
    pub hours: BTreeMap<&'static str, f64>,
}

/// A strategy.
#[derive(Clone, Debug, Serialize)]
pub struct StrategyView {
    /// As it is written.
    pub name: String,
    /// Inspections.
    pub picks: u64,
    /// Officer-hours.
    pub officer_hours: f64,
    /// Revenue per officer-hour of the inspections whose result is known.
    pub revenue_per_hour: Option<f64>,
    /// Inspections by the kind of control they had at the time; those of which the files tell none are under the empty text.
    pub by_control: BTreeMap<&'static str, u64>,
    /// Inspections whose result is known.
    pub known: u64,
    /// Findings among them.
    pub found: u64,
    /// What they brought.
    pub revenue: f64,
    /// Findings per inspection whose result is known.
    pub precision: Option<f64>,
    /// Findings that the model expected there.
    pub predicted: Option<f64>,
    /// Share of all findings; only a full past can tell.
    pub recall: Option<f64>,
    /// Share of all revenue.
    pub revenue_recall: Option<f64>,
    /// Findings against those of the best possible picks.
    pub normalised_found: Option<f64>,
    /// Revenue against that of the best possible picks.
    pub normalised_revenue: Option<f64>,
    /// Share of the findings among new importers that was made.
    pub new_importers_recall: Option<f64>,
    /// Mean area under the ROC curve of its model over the periods.
    pub auc: Option<f64>,
    /// Mean squared error of its probabilities.
    pub brier: Option<f64>,
    /// Share of the inspections that went to exploration and chance.
    pub explored: f64,
    /// Share of small importers' declarations that was inspected, against that of all.
    pub small_importers_load: Option<f64>,
    /// By why they were inspected.
    pub by_why: BTreeMap<&'static str, WhyView>,
    /// By office.
    pub by_office: BTreeMap<String, OfficeView>,
    /// By the lane of the time; those whose lane the files don't give are under the empty text.
    pub by_lane: BTreeMap<&'static str, LaneView>,
    /// Findings and revenue among the top shares of its own order, in per cent; empty where it has none.
    pub curve: Vec<CurveView>,
    /// Times as many findings per inspection as the baseline.
    pub found_ratio: Option<IntervalView>,
    /// Times as much revenue per inspection as the baseline.
    pub revenue_ratio: Option<IntervalView>,
    /// Findings that its picks would have made, estimated from the random floor.
    pub estimated_found: Option<IntervalView>,
    /// What they would have brought, estimated from the random floor.
    pub estimated_revenue: Option<IntervalView>,
    /// Picks that had been drawn at random at the time, on which the estimates rest.
    pub drawn: u64,
    /// Its periods.
    pub periods: Vec<PeriodView>,
}

/// Inspections for one reason.
#[derive(Clone, Debug, Serialize)]
pub struct WhyView {
    /// Inspections.
    pub picks: u64,
    /// Findings.
    pub found: u64,
    /// Revenue.
    pub revenue: f64,
}

/// An office.
#[derive(Clone, Debug, Serialize)]
pub struct OfficeView {
    /// Declarations.
    pub declarations: u64,
    /// Inspections.
    pub picks: u64,
    /// Findings.
    pub found: u64,
}

/// A lane of the time.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LaneView {
    /// Declarations.
    pub declarations: u64,
    /// Inspections.
    pub picks: u64,
    /// Inspections whose result is known.
    pub known: u64,
    /// Findings among these.
    pub found: u64,
}

/// A point of the capacity curve.
#[derive(Clone, Debug, Serialize)]
pub struct CurveView {
    /// Share inspected, in per cent.
    pub percent: f64,
    /// Findings.
    pub found: f64,
    /// Revenue.
    pub revenue: f64,
}

/// An estimate with its interval of 95 %.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct IntervalView {
    /// The estimate.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A period; a line of `periods.csv`.
#[derive(Clone, Debug, Serialize)]
pub struct PeriodView {
    /// First day.
    pub start: String,
    /// Declarations that could be picked.
    pub declarations: u64,
    /// Inspections.
    pub picks: u64,
    /// Inspections whose result is known.
    pub known: u64,
    /// Findings among them.
    pub found: u64,
    /// Revenue.
    pub revenue: f64,
    /// Findings expected among them.
    pub predicted: Option<f64>,
    /// Findings there were.
    pub findings: Option<u64>,
    /// Findings of the best possible picks.
    pub oracle_found: Option<u64>,
    /// Revenue of the best possible picks.
    pub oracle_revenue: Option<f64>,
    /// Area under the ROC curve of the model.
    pub auc: Option<f64>,
    /// Mean squared error of its probabilities.
    pub brier: Option<f64>,
    /// Share of exploration and chance.
    pub explored: f64,
    /// Wasserstein distance of hidden vectors.
    pub drift: Option<f64>,
    /// Population stability index of declared features.
    pub stability: Option<f64>,
    /// `full`, `refreshed`, `kept` or `none`.
    pub training: &'static str,
}

/// What ten more officers would bring.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MoreOfficers {
    /// How many.
    pub officers: f64,
    /// Inspections a period that they could make.
    pub inspections: f64,
    /// Findings a period that these would add.
    pub found: f64,
}

impl From<Interval> for IntervalView {
    fn from(interval: Interval) -> Self {
        Self { estimate: interval.estimate, low: interval.low, high: interval.high }
    }
}

impl IntervalView {
    fn scaled(self, factor: f64) -> Self {
        Self { estimate: self.estimate * factor, low: self.low * factor, high: self.high * factor }
    }

    fn estimated(estimate: Estimate, factor: f64) -> Self {
        let (low, high) = estimate.interval();
        Self { estimate: estimate.value.max(0.0), low, high }.scaled(factor)
    }
}

impl PilotView {
    /// The view of a pilot.
    ///
    /// # Errors
    /// None in practice: the parameters of the bootstrap are constant.
    pub fn new(schema: &Schema, pilot: &Pilot, hours: &Hours) -> learn::Result<Self> {
        let unit = 10f64.powi(schema.file().money_decimals as i32);
        let bootstrap = learn::metrics::Bootstrap { seed: pilot.plan.get().seed, ..Default::default() }.check()?;
        let is_lanes = |track: &&Track| track.strategy.is_present();
        let baseline = pilot.tracks.iter().find(is_lanes);
        let baseline = baseline.or(pilot.tracks.iter().find(|track| track.strategy.name() == "random"));
        let by_revenue = pilot.plan.get().by_revenue;
        let strategies: Vec<StrategyView> = pilot
            .tracks
            .iter()
            .map(|track| {
                let against = baseline.filter(|other| pilot.is_full && other.strategy != track.strategy);
                let ratio = against.map(|other| ratio(&track.periods, &other.periods, &bootstrap)).unwrap_or_default();
                StrategyView::new(pilot, track, ratio, (unit, hours))
            })
            .collect();
        let proposed = proposed(pilot, &strategies, by_revenue);
        Ok(Self {
            format: FORMAT,
            schema: schema.name().to_owned(),
            past: PastView::new(pilot),
            plan: PlanView::new(pilot, hours),
            more_officers: proposed.and_then(|place| more_officers(pilot, place, hours)),
            proposed: proposed.map(|place| strategies[place].name.clone()),
            baseline: baseline.map(|track| track.strategy.name().to_owned()),
            strategies,
            customs_gap: GapsView::new(pilot, unit),
            by_revenue,
        })
    }

    /// The strategy of a name.
    pub fn strategy(&self, name: &Option<String>) -> Option<&StrategyView> {
        let name = name.as_ref()?;
        self.strategies.iter().find(|strategy| strategy.name == *name)
    }
}

/// The best of the strategies with a random floor: a policy without one can't be shown to work.
fn proposed(pilot: &Pilot, strategies: &[StrategyView], by_revenue: bool) -> Option<usize> {
    let worth = |strategy: &StrategyView| {
        let inspections = strategy.picks.max(1) as f64;
        let estimated = if by_revenue { strategy.estimated_revenue } else { strategy.estimated_found };
        let known = if by_revenue { strategy.revenue } else { strategy.found as f64 };
        estimated.map_or(known, |estimate| estimate.estimate) / inspections
    };
    let has_floor = |place: &usize| {
        let strategy = &pilot.tracks[*place].strategy;
        strategy.random_share() > 0.0 && strategy.model().is_some()
    };
    (0..strategies.len())
        .filter(has_floor)
        .max_by(|a, b| worth(&strategies[*a]).total_cmp(&worth(&strategies[*b])).then(b.cmp(a)))
}

/// They inspect as the strategy does: an inspection takes the hours of its mean one.
fn more_officers(pilot: &Pilot, place: usize, hours: &Hours) -> Option<MoreOfficers> {
    let totals = Totals::of(&pilot.tracks[place].periods);
    let periods = totals.periods.max(1) as f64;
    let days = f64::from(pilot.summary.last_day?.since(*pilot.starts.first()?) + 1) / pilot.starts.len() as f64;
    let inspections = MORE_OFFICERS * HOURS_PER_WEEK * days / 7.0 / hours.mean(&totals);
    let share = |picks: f64| 100.0 * picks * periods / totals.declarations.max(1) as f64;
    let now = share(totals.picks as f64 / periods);
    let found = totals.found_at((now + share(inspections)).min(50.0))? - totals.found_at(now.min(50.0))?;
    Some(MoreOfficers { officers: MORE_OFFICERS, inspections, found: found / periods })
}

impl PastView {
    fn new(pilot: &Pilot) -> Self {
        let day = |day: Option<domain::Day>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            declarations: pilot.summary.declarations,
            first_day: day(pilot.summary.first_day),
            last_day: day(pilot.summary.last_day),
            outcomes: match (pilot.has_truth, pilot.is_full) {
                (true, _) => "truth",
                (false, true) => "all",
                (false, false) => "part",
            },
            revenue_is: if pilot.has_extra_revenue { "extra_revenue" } else { "duty_at_stake" },
            floor: pilot.floor.filter(|_| !pilot.has_truth),
            known_after_days: pilot.known_after_days,
        }
    }
}

impl PlanView {
    fn new(pilot: &Pilot, hours: &Hours) -> Self {
        let plan = pilot.plan.get();
        let (rate, share) = match plan.rate {
            Rate::Fixed(share) => ("fixed", Some(share)),
            Rate::Falling { last, .. } => ("falling", Some(last)),
            Rate::Present => ("present", None),
        };
        Self {
            period: pilot.period.name(),
            periods: pilot.starts.len(),
            warm_up: plan.warm_up,
            measured_from: pilot.starts.get(plan.warm_up).map(ToString::to_string).unwrap_or_default(),
            mask: plan.mask,
            rate,
            share,
            retrain_every: plan.retrain_every,
            full_every: plan.full_every,
            seed: plan.seed,
            hours_per_inspection: hours.plain(),
            hours: hours.by_kind().map(|(control, hours)| (control.name(), hours)).collect(),
        }
    }
}

impl StrategyView {
    fn new(pilot: &Pilot, track: &Track, ratio: Ratio, (unit, hours): (f64, &Hours)) -> Self {
        let totals = Totals::of(&track.periods);
        let full = totals.full.as_ref();
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        let of_full =
            |part: f64, whole: &dyn Fn(&risk::replay::FullTotals) -> f64| full.and_then(|f| share(part, whole(f)));
        let load = |(declarations, picks): (u64, u64)| share(picks as f64, declarations as f64);
        let all = load((totals.declarations, totals.picks)).filter(|load| *load > 0.0);
        let why = |(why, of): (&Why, &risk::replay::WhyFigures)| {
            (why.name(), WhyView { picks: of.picks, found: of.found, revenue: of.revenue_minor / unit })
        };
        let offices = totals.by_office.iter().map(|(name, of)| {
            (name.to_string(), OfficeView { declarations: of.declarations, picks: of.picks, found: of.found })
        });
        let curve = full.into_iter().flat_map(|full| CURVE_PERCENTS.into_iter().zip(&full.curve));
        Self {
            name: track.strategy.name().to_owned(),
            picks: totals.picks,
            officer_hours: hours.of_picks(&totals),
            revenue_per_hour: share(totals.revenue_minor / unit, hours.of_known(&totals)),
            by_control: hours::counts(&totals),
            known: totals.known,
            found: totals.found,
            revenue: totals.revenue_minor / unit,
            precision: totals.precision(),
            predicted: totals.predicted,
            recall: of_full(totals.found as f64, &|full| full.findings as f64),
            revenue_recall: of_full(totals.revenue_minor, &|full| full.revenue_minor),
            normalised_found: of_full(totals.found as f64, &|full| full.oracle_found as f64),
            normalised_revenue: of_full(totals.revenue_minor, &|full| full.oracle_revenue_minor),
            new_importers_recall: of_full(totals.found_new_importers as f64, &|full| {
                full.findings_new_importers as f64
            }),
            auc: full.and_then(|full| full.auc),
            brier: full.and_then(|full| full.brier),
            explored: totals.explored,
            small_importers_load: load(totals.small_importers).zip(all).map(|(small, all)| small / all),
            by_why: totals.by_why.iter().map(why).collect(),
            by_office: offices.collect(),
            by_lane: totals.by_lane.iter().map(lane).collect(),
            curve: curve.map(|(percent, at)| CurveView { percent, found: at.0, revenue: at.1 / unit }).collect(),
            found_ratio: ratio.found.map(IntervalView::from),
            revenue_ratio: ratio.revenue.map(IntervalView::from),
            estimated_found: totals.estimates.map(|(found, _)| IntervalView::estimated(found, 1.0)),
            estimated_revenue: totals.estimates.map(|(_, revenue)| IntervalView::estimated(revenue, 1.0 / unit)),
            drawn: totals.drawn,
            periods: track.periods.iter().map(|one| PeriodView::new(pilot, one, unit)).collect(),
        }
    }
}

/// A lane with its name.
fn lane((lane, of): (&Option<Lane>, &LaneFigures)) -> (&'static str, LaneView) {
    let LaneFigures { declarations, picks, known, found } = *of;
    (lane.map_or("", Lane::name), LaneView { declarations, picks, known, found })
}

impl PeriodView {
    fn new(pilot: &Pilot, figures: &risk::replay::PeriodFigures, unit: f64) -> Self {
        let full = figures.full.as_ref();
        Self {
            start: pilot.starts.get(figures.period).map(ToString::to_string).unwrap_or_default(),
            declarations: figures.declarations,
            picks: figures.picks.len() as u64,
            known: figures.known,
            found: figures.found,
            revenue: figures.revenue_minor / unit,
            predicted: figures.predicted,
            findings: full.map(|full| full.findings),
            oracle_found: full.map(|full| full.oracle_found),
            oracle_revenue: full.map(|full| full.oracle_revenue_minor / unit),
            auc: full.and_then(|full| full.auc),
            brier: full.and_then(|full| full.brier),
            explored: figures.explored,
            drift: figures.drift,
            stability: figures.stability,
            training: figures.training.name(),
        }
    }
}
