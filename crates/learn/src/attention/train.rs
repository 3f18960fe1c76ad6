//! Training: shuffled batches, parts of a batch on several threads, the best epoch kept.

use super::average::Average;
use super::batch::{Batch, PARTS, Part, Space, Task, Whole};
use super::fusion::Net;
use super::kernels::Level;
use super::layout::{Kind, Layout};
use super::model::Attention;
use super::optimiser::Optimiser;
use super::params::{AttentionParams, BestEpoch, CheckedAttentionParams};
use super::rows::AttentionData;
use crate::calibration::{Calibrator, Outcomes};
use crate::error::{Error, Result};
use crate::math::{logit, softplus};
use crate::metrics::Ranking;
use crate::rng::Rng;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError, RwLock};

/// Shares of the validation set, in percent, whose F1 is averaged to choose the epoch.
const TOPS: [f64; 4] = [1.0, 2.0, 5.0, 10.0];

/// What an epoch came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// 1, 2, ...
    pub number: usize,
    /// Mean loss of its batches, penalty included, each before its step.
    pub loss: f64,
    /// Mean F1 at the top 1, 2, 5 and 10 % of the validation set, rows of equal score counting by their expectation;
    /// `None` without a validation set, or when it has no positive row.
    pub validation_f1: Option<f64>,
    /// Mean cross entropy of the validation set after its log-odds are brought to scale; `None` without one.
    pub validation_loss: Option<f64>,
}

impl Epoch {
    /// Whether it is to be kept rather than an earlier one.
    fn is_better(&self, than: &Self, by: BestEpoch) -> bool {
        match by {
            BestEpoch::TopF1 => self.validation_f1.is_none() || self.validation_f1 > than.validation_f1,
            BestEpoch::Last => true,
            BestEpoch::Likelihood => {
                let losses = self.validation_loss.zip(than.validation_loss);
                losses.is_none_or(|(own, other)| own < other)
            }
        }
    }
}

/// A fitted network and how it got there.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedAttention {
    /// The network after the best epoch: the first that validation ranks best, or the last epoch without any.
    pub model: Attention,
    /// All epochs run.
    pub epochs: Vec<Epoch>,
    /// Number of the epoch kept.
    pub best_epoch: usize,
}

impl CheckedAttentionParams {
    /// Trains on `data`; keeps the epoch that ranks `validation` best.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::TooFewRows`] or [`Error::Value`] for unusable data; [`Error::OneClass`] when all labels
    /// are the same.
    pub fn fit(&self, data: &AttentionData<'_>, validation: Option<&AttentionData<'_>>) -> Result<FittedAttention> {
        self.fit_with(data, validation, |_| {})
    }

    /// As [`fit`](Self::fit), telling `progress` of every epoch.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_with(
        &self,
        data: &AttentionData<'_>,
        validation: Option<&AttentionData<'_>>,
        progress: impl FnMut(&Epoch),
    ) -> Result<FittedAttention> {
        data.check()?;
        let positive = data.labels.iter().filter(|y| **y > 0.5).count();
        if positive == 0 || positive == data.labels.len() {
            return Err(Error::OneClass { what: "the attention network" });
        }
        let params = self.get();
        let layout =
            Layout::new(params.architecture, data.rows.trees(), data.rows.most_leaf(), &data.rows.most_entities());
        let scale = data.revenue_scale();
        let weights = first_weights(&layout, params.seed, data, scale);
        let start = Attention::from_weights(layout, weights, scale);
        Trainer { params, data, validation }.run(&start, progress)
    }
}

impl Attention {
    /// Goes on training from this network, for `params.epochs` passes over `data`: a week's labels, say. Tables grow to the
    /// greatest numbers in `data`; vectors of new leaves and entities start as those of number 0, at zero. The revenue
    /// scale stays. All labels may be the same.
    ///
    /// # Errors
    /// [`Error::Parameter`] when `params` has another architecture, otherwise as [`CheckedAttentionParams::fit`].
    pub fn fine_tune(
        &self,
        params: &CheckedAttentionParams,
        data: &AttentionData<'_>,
        validation: Option<&AttentionData<'_>>,
    ) -> Result<FittedAttention> {
        if params.get().architecture != *self.architecture() {
            let value = format!("{:?}", params.get().architecture);
            return Err(Error::Parameter { name: "architecture", value, allowed: "the architecture of the network" });
        }
        data.check()?;
        self.check_rows(data.rows)?;
        let start = self.grown(data.rows.most_leaf(), &data.rows.most_entities());
        Trainer { params: params.get(), data, validation }.run(&start, |_| {})
    }
}

/// Weights before the first step: Xavier-uniform matrices, vectors of tables with the variance of a square matrix (that of
/// the whole table would shrink with the number of entities), and heads that start at the base rate and the mean revenue.
fn first_weights(layout: &Layout, seed: u64, data: &AttentionData<'_>, scale: f64) -> Vec<f32> {
    let mut weights = vec![0.0; layout.len()];
    for (stream, group) in (0u64..).zip(&layout.groups) {
        let mut rng = Rng::for_stream(seed, stream);
        let (inputs, skipped) = match group.kind {
            Kind::Table => (group.cols, group.cols),
            Kind::Matrix => (group.rows, 0),
            Kind::Gain => {
                weights[group.span.clone()].fill(1.0);
                continue;
            }
            Kind::Bias => continue,
        };
        let bound = (6.0 / (inputs + group.cols) as f64).sqrt();
        let drawn = &mut weights[group.span.start + skipped..group.span.end];
        drawn.iter_mut().for_each(|w| *w = (bound * (2.0 * rng.uniform() - 1.0)) as f32);
    }
    let rows = data.labels.len();
    let total: f64 = (0..rows).map(|i| f64::from(data.weight(i))).sum();
    let positive: f64 = (0..rows).map(|i| f64::from(data.weight(i) * data.labels[i])).sum();
    weights[layout.label_b.clone()].fill(logit((positive + 0.5) / (total + 1.0)) as f32);
    let known: Vec<f64> = (0..rows).map(|i| f64::from(data.target(i, scale))).filter(|t| !t.is_nan()).collect();
    let mean = crate::math::mean(&known).unwrap_or(0.5).clamp(0.01, 1.0);
    // Softplus backwards.
    weights[layout.revenue_b.clone()].fill(mean.exp_m1().ln() as f32);
    weights
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What all threads see of a step.
#[derive(Debug)]
struct Step {
    weights: Vec<f32>,
    whole: Whole,
    batch: Vec<usize>,
    /// 1, 2, ...
    number: u64,
}

/// Threads in step: the leader prepares a step and takes part in its parts like the others.
struct Crew {
    step: RwLock<Step>,
    parts: Vec<Mutex<Part>>,
    next: AtomicUsize,
    done: AtomicBool,
    /// What a thread died of.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    barrier: Barrier,
}

struct Trainer<'a> {
    params: &'a AttentionParams,
    data: &'a AttentionData<'a>,
    validation: Option<&'a AttentionData<'a>>,
}

impl Trainer<'_> {
    fn run(&self, start: &Attention, mut progress: impl FnMut(&Epoch)) -> Result<FittedAttention> {
        if let Some(validation) = self.validation {
            validation.check()?;
            start.check_rows(validation.rows)?;
        }
        let threads = self.params.threads.clamp(1, PARTS);
        let layout = &start.layout;
        let crew = Crew {
            step: RwLock::new(Step {
                weights: start.weights.clone(),
                whole: Whole::new(layout, start.level),
                batch: Vec::new(),
                number: 0,
            }),
            parts: (0..PARTS).map(|_| Mutex::new(Part::new(layout))).collect(),
            next: AtomicUsize::new(PARTS),
            done: AtomicBool::new(false),
            panic: Mutex::default(),
            barrier: Barrier::new(threads),
        };
        let task = Task { data: self.data, params: self.params, scale: start.revenue_scale };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| crew.follow(&task, layout, start.level));
            }
            // The followers wait at a barrier: whatever becomes of the leader, they must be let go.
            let fitted = catch_unwind(AssertUnwindSafe(|| self.lead(&crew, &task, start, &mut progress)));
            crew.done.store(true, Ordering::SeqCst);
            crew.barrier.wait();
            fitted.unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    fn lead(
        &self,
        crew: &Crew,
        task: &Task<'_>,
        start: &Attention,
        progress: &mut dyn FnMut(&Epoch),
    ) -> Result<FittedAttention> {
        let mut rng = Rng::for_stream(self.params.seed, u64::MAX);
        let mut order: Vec<usize> = (0..self.data.rows.n_rows()).collect();
        let mut optimiser = Optimiser::new(self.params.learning_rate, &start.weights);
        let mut average = Average::new(self.params.averaging, start.weights.len());
        let mut space = Space::new(&start.layout, start.level);
        let mut epochs = Vec::with_capacity(self.params.epochs);
        let mut best: Option<(Epoch, Attention)> = None;
        for number in 1..=self.params.epochs {
            rng.shuffle(&mut order);
            let mut losses = Vec::new();
            for batch in order.chunks(self.params.batch) {
                losses.push(crew.step(task, &start.layout, batch, &mut optimiser, &mut space));
                average.add(start.level, &crew.step.read().unwrap_or_else(PoisonError::into_inner).weights);
            }
            let weights = average.weights().to_vec();
            let model = Attention::from_weights(start.layout.clone(), weights, start.revenue_scale);
            let (validation_f1, validation_loss) = self.validate(&model)?;
            let loss = crate::math::mean(&losses).unwrap_or(f64::NAN);
            let epoch = Epoch { number, loss, validation_f1, validation_loss };
            progress(&epoch);
            epochs.push(epoch);
            if best.as_ref().is_none_or(|(best, _)| epoch.is_better(best, self.params.best_epoch)) {
                best = Some((epoch, model));
            }
        }
        let (best_epoch, model) = best.map_or_else(|| (0, start.clone()), |(epoch, model)| (epoch.number, model));
        Ok(FittedAttention { model, epochs, best_epoch })
    }

    /// Mean F1 at the top and mean cross entropy on validation, as told of in [`Epoch`].
    fn validate(&self, model: &Attention) -> Result<(Option<f64>, Option<f64>)> {
        let Some(set) = self.validation else { return Ok((None, None)) };
        let scores = model.predict(set.rows, self.params.threads)?;
        let logits: Vec<f64> = scores.iter().map(|score| f64::from(score.logit)).collect();
        let positive: Vec<bool> = set.labels.iter().map(|&y| y > 0.5).collect();
        let weights: Vec<f64> = (0..logits.len()).map(|row| f64::from(set.weight(row))).collect();
        let ranking = Ranking::new(&logits, &positive)?.with_weights(&weights)?;
        let f1: Option<Vec<f64>> = TOPS.iter().map(|&percent| ranking.at_top(percent).f1).collect();
        // An epoch is not to blame for a scale that calibration puts right; with one class alone there is none to fit.
        let outcomes = Outcomes { log_odds: &logits, positive: &positive, weights: Some(&weights) };
        let scale = Calibrator::platt(&outcomes).ok();
        let scaled = logits.iter().map(|z| scale.as_ref().map_or(*z, |scale| scale.log_odds(*z)));
        let entropies = scaled.zip(&positive).map(|(z, y)| softplus(if *y { -z } else { z }));
        let loss = entropies.zip(&weights).map(|(entropy, weight)| entropy * weight).sum::<f64>();
        Ok((f1.and_then(|f1| crate::math::mean(&f1)), Some(loss / weights.iter().sum::<f64>())))
    }
}

impl Crew {
    /// One step of the leader; returns the loss before it.
    fn step(
        &self,
        task: &Task<'_>,
        layout: &Layout,
        batch: &[usize],
        optimiser: &mut Optimiser,
        space: &mut Space,
    ) -> f64 {
        {
            let mut guard = self.step.write().unwrap_or_else(PoisonError::into_inner);
            let step = &mut *guard;
            step.number += 1;
            step.batch.clear();
            step.batch.extend_from_slice(batch);
            step.whole.project(Net { layout, weights: &step.weights });
        }
        self.next.store(0, Ordering::SeqCst);
        self.barrier.wait();
        self.try_to_work(task, layout, space);
        self.barrier.wait();
        if let Some(panic) = lock(&self.panic).take() {
            resume_unwind(panic);
        }
        let mut guard = self.step.write().unwrap_or_else(PoisonError::into_inner);
        let step = &mut *guard;
        let net = Net { layout, weights: &step.weights };
        let parts: Vec<_> = self.parts.iter().map(lock).collect();
        let l2 = task.params.l2;
        let loss = step.whole.collect(net, parts.iter().map(|part| &**part), (task.data.rows, batch), l2);
        optimiser.step(Level::detect(), &mut step.weights, &step.whole.gradient);
        loss
    }

    /// Works; a panic is kept for the leader, since a thread that leaves would keep the others waiting for ever.
    fn try_to_work(&self, task: &Task<'_>, layout: &Layout, space: &mut Space) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.work(task, layout, space))) {
            *lock(&self.panic) = Some(panic);
        }
    }

    /// Takes parts of the step until none is left.
    fn work(&self, task: &Task<'_>, layout: &Layout, space: &mut Space) {
        let step = self.step.read().unwrap_or_else(PoisonError::into_inner);
        let net = Net { layout, weights: &step.weights };
        let n_batch = step.batch.len();
        let batch = Batch { step: step.number, rows: n_batch };
        let part_rows = n_batch.div_ceil(PARTS).max(1);
        loop {
            let part = self.next.fetch_add(1, Ordering::SeqCst);
            let Some(out) = self.parts.get(part) else { return };
            let rows = (part * part_rows).min(n_batch)..((part + 1) * part_rows).min(n_batch);
            lock(out).run(task, net, &step.whole.records, &step.batch[rows], batch, space);
        }
    }

    fn follow(&self, task: &Task<'_>, layout: &Layout, level: Level) {
        let mut space = Space::new(layout, level);
        loop {
            self.barrier.wait();
            if self.done.load(Ordering::SeqCst) {
                return;
            }
            self.try_to_work(task, layout, &mut space);
            self.barrier.wait();
        }
    }
}
