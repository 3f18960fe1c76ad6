//! One strategy through the whole past.

use super::board::Board;
use super::figures::{Circumstances, PeriodFigures};
use super::learner::{Learner, Training};
use super::pick::{Draw, Pick};
use super::{Adaptive, Bandit, CheckedPlan, Present, ReplayError, Strategy, Stream};
use crate::features::Feature;
use crate::model::{Model, Rows, Seen, Trainer};
use domain::Day;
use learn::Rng;
use learn::metrics::drift::{population_stability, wasserstein};
use std::collections::VecDeque;

/// Periods before the present one that drift is measured against, and that tell whether the model has proven itself.
const VALIDATION_PERIODS: usize = 4;

/// Rows of a period that are kept to measure drift by.
const DRIFT_ROWS: usize = 400;

/// Least share of the revenue in the top tenth of the latest picks for gATE to trust the model (Kim et al. 2022).
const GATE: f64 = 0.3;

/// Streams of random numbers that are not those of picking.
const MASK: u64 = 1 << 40;
const ARMS: u64 = 1 << 41;

/// Whether to go on after a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// On.
    GoOn,
    /// No more.
    Stop,
}

/// A period that was replayed before, as its journal has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// Its number in the stream.
    pub period: usize,
    /// Who was picked.
    pub picks: Vec<Pick>,
    /// Mean drift as it was measured.
    pub drift: Option<f64>,
}

/// Replays a strategy. `finished` are the periods after the warm-up that were replayed before: their picks are taken as they
/// were, and `tell` hears of the periods that follow, in their order. A replay that was stopped and resumed gives the same
/// figures as one that was not.
///
/// # Errors
/// [`ReplayError::TooShort`], [`ReplayError::OtherJournal`], or where training refuses.
pub fn replay(
    stream: &Stream,
    plan: &CheckedPlan,
    strategy: &Strategy,
    finished: &[Finished],
    mut tell: impl FnMut(PeriodFigures) -> Control,
) -> Result<(), ReplayError> {
    let (periods, warm_up) = (stream.periods.len(), plan.get().warm_up);
    if periods <= warm_up {
        return Err(ReplayError::TooShort { periods, warm_up });
    }
    let mut run = Run::new(stream, plan, strategy)?;
    for number in 0..warm_up {
        run.warm_up(number)?;
    }
    let needs_model_from = warm_up + run.learner.last_full(finished.len());
    for number in warm_up..periods {
        let known = finished.get(number - warm_up);
        if known.is_some_and(|known| !run.fits(number, known)) {
            return Err(ReplayError::OtherJournal);
        }
        run.settle(number);
        let training = match number >= needs_model_from {
            true => run.learner.prepare(number - warm_up, run.day_before(number))?,
            false => Training::None,
        };
        let figures = run.period(number, training, known)?;
        if let Some(figures) = figures
            && tell(figures) == Control::Stop
        {
            return Ok(());
        }
    }
    Ok(())
}

/// A round of the bandit whose reward is not known yet.
struct Round {
    arm: usize,
    probability: f64,
    /// The day by which all its picks' results are known.
    due: Day,
    value: f64,
}

/// What a pick of the latest periods was expected to bring and brought, from the day that is known.
struct Proof {
    known_on: Day,
    expected_minor: f64,
    revenue_minor: f64,
}

struct Run<'a> {
    stream: &'a Stream,
    plan: &'a CheckedPlan,
    strategy: &'a Strategy,
    learner: Learner,
    features: Vec<Feature>,
    /// Declarations that could be picked so far after the warm-up, times the rate; and how many were.
    budget: f64,
    spent: u64,
    /// Rows of the latest periods, to measure drift by.
    latest: VecDeque<Rows>,
    proofs: VecDeque<Vec<Proof>>,
    bandit: Bandit,
    rounds: Vec<Round>,
    values: Vec<f64>,
    drifts: Vec<f64>,
}

impl<'a> Run<'a> {
    fn new(stream: &'a Stream, plan: &'a CheckedPlan, strategy: &'a Strategy) -> Result<Self, ReplayError> {
        let trainer = Trainer::new(stream.shape.clone());
        let shape = &stream.shape;
        let features =
            crate::features::features(trainer.history().profiles(), shape.categorical.len(), shape.numeric.len());
        Ok(Self {
            stream,
            plan,
            strategy,
            learner: Learner::new(trainer, plan, strategy)?,
            features,
            budget: 0.0,
            spent: 0,
            latest: VecDeque::new(),
            proofs: VecDeque::new(),
            bandit: Bandit::new(stream.periods.len()),
            rounds: Vec::new(),
            values: Vec::new(),
            drifts: Vec::new(),
        })
    }

    fn day_before(&self, number: usize) -> Day {
        self.stream.periods[number].start.plus(-1)
    }

    /// Whether a journal's period can be one of this replay.
    fn fits(&self, number: usize, known: &Finished) -> bool {
        let places = &self.stream.periods[number].places;
        known.period == number && known.picks.iter().all(|pick| places.contains(&pick.place))
    }

    /// Looks at the declarations of a period.
    fn look(&mut self, number: usize) -> Result<(Rows, Vec<Seen>), ReplayError> {
        let mut rows = self.learner.trainer.rows();
        let places = self.stream.periods[number].places.clone();
        let declarations = &self.stream.declarations[places];
        let seen = declarations.iter().map(|declared| self.learner.trainer.see(&declared.keyed, &mut rows));
        let seen = seen.collect::<Result<Vec<Seen>, _>>()?;
        Ok((rows, seen))
    }

    /// Reveals the results of some of the period's declarations.
    fn reveal(&mut self, number: usize, rows: &Rows, seen: &[Seen], is_revealed: impl Fn(usize) -> bool) {
        for (place, seen) in self.stream.periods[number].places.clone().zip(seen) {
            let declared = &self.stream.declarations[place];
            let has_results = declared.keyed.record.inspections.iter().any(Option::is_some);
            if has_results && (declared.present == Present::Mandatory || is_revealed(place)) {
                self.learner.trainer.reveal(&declared.keyed, seen, rows);
            }
        }
    }

    fn warm_up(&mut self, number: usize) -> Result<(), ReplayError> {
        let (rows, seen) = self.look(number)?;
        let plan = self.plan.get();
        let mut rng = Rng::for_stream(plan.seed, MASK + number as u64);
        let places = self.stream.periods[number].places.clone();
        let shown: Vec<bool> = places.clone().map(|_| !rng.bernoulli(plan.mask)).collect();
        self.reveal(number, &rows, &seen, |place| shown[place - places.start]);
        self.keep(&rows);
        Ok(())
    }

    /// Keeps a sample of rows, and lets those of the oldest period go.
    fn keep(&mut self, rows: &Rows) {
        let step = rows.len().div_ceil(DRIFT_ROWS).max(1);
        self.latest.push_back(rows.select(&(0..rows.len()).step_by(step).collect::<Vec<_>>()));
        if self.latest.len() > VALIDATION_PERIODS {
            self.latest.pop_front();
        }
    }

    /// Rewards the rounds whose results are known before a period.
    fn settle(&mut self, number: usize) {
        let today = self.day_before(number);
        for round in self.rounds.extract_if(.., |round| round.due <= today) {
            self.values.push(round.value);
            let mean = self.values.iter().sum::<f64>() / self.values.len() as f64;
            let reward = if mean > 0.0 { 0.5 * round.value / mean } else { 0.0 };
            self.bandit.reward(round.arm, round.probability, reward);
        }
    }

    /// One period after the warm-up; nothing to tell of one that was told before.
    fn period(
        &mut self,
        number: usize,
        training: Training,
        known: Option<&Finished>,
    ) -> Result<Option<PeriodFigures>, ReplayError> {
        let (rows, seen) = self.look(number)?;
        let period = &self.stream.periods[number];
        let candidates = self.stream.candidates(period);
        let capacity = self.capacity(number, &candidates);
        let (arm, probability) = self.arm(number);
        let (picks, figures) = match known {
            Some(known) => {
                self.drifts.extend(known.drift);
                (known.picks.clone(), None)
            }
            None => {
                let of_candidates: Vec<&Seen> =
                    candidates.iter().map(|place| &seen[place - period.places.start]).collect();
                let figures = self.pick(number, &candidates, &of_candidates, &rows, (training, capacity, arm))?;
                (figures.picks.clone(), Some(figures))
            }
        };
        let is_picked = |place: usize| picks.binary_search_by_key(&place, |pick| pick.place).is_ok();
        self.reveal(number, &rows, &seen, is_picked);
        self.keep(&rows);
        self.remember(&picks, arm, probability, number);
        Ok(figures)
    }

    /// How many may be picked: the rate is kept over periods, so that a small one is not rounded for ever.
    fn capacity(&mut self, number: usize, candidates: &[usize]) -> u64 {
        let plan = self.plan.get();
        let inspected = |places: &[usize]| {
            let was = |place: &&usize| self.stream.declarations[**place].present != Present::Released;
            places.iter().filter(was).count() as u64
        };
        if self.strategy.is_present() {
            return inspected(candidates);
        }
        match plan.rate.share(number - plan.warm_up) {
            None => inspected(candidates),
            Some(share) => {
                self.budget += share * candidates.len() as f64;
                let capacity = (self.budget.round() as u64).saturating_sub(self.spent).min(candidates.len() as u64);
                self.spent += capacity;
                capacity
            }
        }
    }

    /// The arm of a period and its probability.
    fn arm(&self, number: usize) -> (usize, f64) {
        let mut rng = Rng::for_stream(self.plan.get().seed, ARMS + number as u64);
        let arm = self.bandit.draw(&mut rng);
        (arm, self.bandit.probabilities()[arm])
    }

    fn pick(
        &mut self,
        number: usize,
        candidates: &[usize],
        seen: &[&Seen],
        rows: &Rows,
        (training, capacity, arm): (Training, u64, usize),
    ) -> Result<PeriodFigures, ReplayError> {
        let plan = self.plan.get();
        let model = self.learner.model.as_ref();
        let (drift, stability) = self.drift(model, rows)?;
        let explored = self.strategy.adaptive().map(|adaptive| self.share(adaptive, arm, drift.or(stability)));
        self.drifts.extend(drift.or(stability));
        let board = Board::new(self.stream, candidates, seen, rows, (&self.features, model, plan.threads))?;
        let draw = Draw {
            strategy: self.strategy,
            by_revenue: plan.by_revenue,
            explored,
            is_gate_open: self.is_gate_open(number),
            seed: plan.seed,
            number,
        };
        let picks = draw.picks(&board, capacity as usize)?;
        let about = Circumstances {
            number,
            capacity,
            training,
            drift,
            stability,
            ranks_by: self.strategy.parts().first().map(|part| part.component),
            by_revenue: plan.by_revenue,
        };
        Ok(PeriodFigures::new(self.stream, &board, picks, &about)?)
    }

    /// The share of exploration: the bandit's; under ADAPT the mean of that and of the drift, as its share of drift and its
    /// median so far together.
    fn share(&self, adaptive: Adaptive, arm: usize, drift: Option<f64>) -> f64 {
        let of_bandit = Bandit::SHARES[arm];
        let mut past = self.drifts.clone();
        past.sort_unstable_by(f64::total_cmp);
        match (adaptive, drift, learn::math::quantile_of_sorted(&past, 0.5)) {
            (Adaptive::Adapt, Some(drift), Some(median)) if drift + median > 0.0 => {
                0.5 * (of_bandit + drift / (drift + median))
            }
            _ => of_bandit,
        }
    }

    /// How far the rows lie from those of the latest periods: hidden vectors by the mean Wasserstein distance over their
    /// dimensions (Mai et al. 2021), declared features by their mean population stability index.
    fn drift(&self, model: Option<&Model>, rows: &Rows) -> learn::Result<(Option<f64>, Option<f64>)> {
        let mut reference = self.learner.trainer.rows();
        self.latest.iter().for_each(|rows| reference.extend_from(rows, 0..rows.len()));
        let step = rows.len().div_ceil(DRIFT_ROWS).max(1);
        let current = rows.select(&(0..rows.len()).step_by(step).collect::<Vec<_>>());
        let column = |matrix: &learn::Matrix, column| matrix.column(column).map(f64::from).collect::<Vec<f64>>();
        let hidden = |rows| model.map(|model| model.embed(rows, self.plan.get().threads)).transpose();
        let distance = match (hidden(&reference)?.flatten(), hidden(&current)?.flatten()) {
            (Some(a), Some(b)) => mean((0..a.n_cols()).filter_map(|c| wasserstein(&column(&a, c), &column(&b, c)))),
            _ => None,
        };
        // The calendar drifts by itself.
        let declared = self.features.iter().enumerate();
        let declared = declared.filter(|(_, feature)| feature.is_declared() && !feature.name.starts_with("calendar."));
        let stability = declared.filter_map(|(place, _)| {
            population_stability(&column(&reference.dense, place), &column(&current.dense, place), 10)
        });
        Ok((distance, mean(stability)))
    }

    /// Whether expected revenue has lately pointed to revenue: the top tenth of the picks of the latest periods whose results
    /// are known holds at least [`GATE`] of their revenue.
    fn is_gate_open(&self, number: usize) -> bool {
        let today = self.day_before(number);
        let mut proofs: Vec<&Proof> = self.proofs.iter().flatten().filter(|proof| proof.known_on <= today).collect();
        proofs.sort_by(|a, b| b.expected_minor.total_cmp(&a.expected_minor));
        let total: f64 = proofs.iter().map(|proof| proof.revenue_minor).sum();
        let top: f64 = proofs.iter().take(proofs.len().div_ceil(10)).map(|proof| proof.revenue_minor).sum();
        total > 0.0 && top >= GATE * total
    }

    /// Keeps what the picks of a period will have proven.
    fn remember(&mut self, picks: &[Pick], arm: usize, probability: f64, number: usize) {
        let known_on = |pick: &Pick| {
            let results = self.stream.declarations[pick.place].keyed.record.inspections.iter().flatten();
            results.map(|inspection| inspection.known_on).max()
        };
        let proof = |pick: &Pick| {
            let (known_on, expected_minor) = (known_on(pick)?, pick.expected_minor);
            let revenue_minor = self.stream.outcome_on(pick.place, known_on).revenue_minor;
            Some(Proof { known_on, expected_minor, revenue_minor })
        };
        self.proofs.push_back(picks.iter().filter_map(proof).collect());
        if self.proofs.len() > VALIDATION_PERIODS {
            self.proofs.pop_front();
        }
        if self.strategy.adaptive().is_none() || picks.is_empty() {
            return;
        }
        let by_revenue = self.plan.get().by_revenue;
        let due = picks.iter().filter_map(known_on).max().unwrap_or(self.stream.periods[number].start);
        let value = |pick: &Pick| {
            let outcome = self.stream.outcome_on(pick.place, due);
            if by_revenue { (1.0 + outcome.revenue_minor / 100.0).ln() } else { f64::from(u8::from(outcome.found)) }
        };
        let value = picks.iter().map(value).sum::<f64>() / picks.len() as f64;
        self.rounds.push(Round { arm, probability, due, value });
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    learn::math::mean(&values.collect::<Vec<f64>>())
}
