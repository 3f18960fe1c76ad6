//! The honest protocol: folds by group, and for each declaration a history without its own fold.

use super::{
    Case, Figures, LeakWatch, Prediction, Sample, Slice, consignment_of, consignments, folds_of, recorded_outcome,
    stake_minor,
};
use crate::features::features;
use crate::history::History;
use crate::model::{Model, ModelKind, Rows, Shape, TrainError, TrainParams, Trainer};
use domain::{Day, Record};
use learn::math::sigmoid;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is to be evaluated by folds.
#[derive(Clone, Copy, Debug)]
pub struct CrossPlan<'a> {
    /// The declarations with their results, in the order of their moments.
    pub records: &'a [Record],
    /// For each declaration, the group that its fold follows from.
    pub groups: &'a [String],
    /// What the columns mean.
    pub shape: &'a Shape,
    /// Name of the schema.
    pub schema: &'a str,
    /// Whether findings have an extra revenue.
    pub has_extra_revenue: bool,
    /// Number of folds, at least 2.
    pub folds: usize,
    /// Seeds of the folds; a model of a fold is trained with the same seed.
    pub seeds: &'a [u64],
    /// Kinds of model.
    pub kinds: &'a [ModelKind],
    /// Threads; the figures are the same for any number.
    pub threads: usize,
}

/// The figures of one kind of model under one seed.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedFigures {
    /// The seed.
    pub seed: u64,
    /// By slice, the mean over the folds.
    pub mean: Vec<(Slice, Figures)>,
    /// By slice, the figures of all folds' predictions put together.
    pub pooled: Vec<(Slice, Figures)>,
}

/// What folds gave.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossResult {
    /// For each kind of model, the figures by seed.
    pub models: Vec<(ModelKind, Vec<SeedFigures>)>,
    /// The same for a dictionary of repeats.
    pub lookup: Vec<SeedFigures>,
    /// Labelled declarations.
    pub labelled: u64,
    /// Share of what is measured, declarations and consignments, that repeats training rows, over all seeds.
    pub repeat_share: f64,
}

/// One declaration of a test fold, or one consignment, with the predictions of each kind of model.
struct Tested {
    /// Place of the declaration among the records; of a consignment, that of its first.
    place: usize,
    case: Case,
    predictions: Vec<Prediction>,
}

/// What one fold of one seed came to.
type Outcomes = Result<Vec<Tested>, TrainError>;

/// Trains and tests on every fold of every seed. `done` is called after each.
///
/// # Errors
/// Where a fold leaves nothing to learn from.
pub fn cross_evaluate(plan: &CrossPlan<'_>, done: &(dyn Fn() + Sync)) -> Result<CrossResult, TrainError> {
    let jobs: Vec<(usize, usize)> =
        (0..plan.seeds.len()).flat_map(|seed| (0..plan.folds).map(move |fold| (seed, fold))).collect();
    let folds: Vec<Vec<usize>> = plan.seeds.iter().map(|seed| plan.folds(*seed)).collect();
    let outcomes: Vec<Mutex<Option<Outcomes>>> = jobs.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let workers = plan.threads.clamp(1, jobs.len().max(1));
    let inner = (plan.threads / workers).max(1);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((seed, fold)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
                    let outcome = plan.test(plan.seeds[seed], &folds[seed], fold, inner);
                    let place = &outcomes[seed * plan.folds + fold];
                    *place.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(outcome);
                    done();
                }
            });
        }
    });
    let outcomes = outcomes.into_iter().filter_map(|slot| slot.into_inner().unwrap_or_default());
    let tested = outcomes.collect::<Result<Vec<Vec<Tested>>, TrainError>>()?;
    plan.collect(&tested)
}

impl CrossPlan<'_> {
    fn folds(&self, seed: u64) -> Vec<usize> {
        let ids = self.records.iter().map(|record| &*record.declaration.header.id);
        folds_of(seed, ids.zip(self.groups.iter().map(String::as_str)), self.folds)
    }

    /// The day by which all results are known: the folds stand for a population, and its results are all in.
    fn last_day(&self) -> Day {
        let known = self.records.iter().flat_map(|record| &record.inspections).flatten().map(|i| i.known_on);
        known.max().unwrap_or(Day::from_epoch_days(0))
    }

    /// Declarations that have a label.
    fn labelled(&self) -> u64 {
        let last_day = self.last_day();
        let outcome =
            |record: &&Record| recorded_outcome(record, &self.shape.rules.labels, last_day, self.has_extra_revenue);
        self.records.iter().filter(|record| outcome(record).is_some()).count() as u64
    }

    /// Walks all declarations once: those of other folds teach and enter history, those of `fold` are only read.
    fn test(&self, seed: u64, folds: &[usize], fold: usize, threads: usize) -> Result<Vec<Tested>, TrainError> {
        let mut trainer = Trainer::new(self.shape.clone());
        let mut history = History::new(self.shape.rules.clone());
        let width = features(history.profiles(), self.shape.categorical.len(), self.shape.numeric.len()).len();
        let (mut rows, mut stakes) = (Rows::new(width, history.profiles().len()), Vec::new());
        let mut tested: Vec<Tested> = Vec::new();
        let (last_day, keying) = (self.last_day(), history.keying());
        for (place, record) in self.records.iter().enumerate() {
            history.advance(record.declaration.header.day);
            if folds[place] != fold {
                let keyed = keying.keyed(record);
                trainer.add(&keyed)?;
                history.observe_keyed(&keyed);
                continue;
            }
            let labels = &self.shape.rules.labels;
            let Some(outcome) = recorded_outcome(record, labels, last_day, self.has_extra_revenue) else { continue };
            for index in 0..record.declaration.items.len() {
                let facts = history.facts(record, index);
                rows.push(&facts)?;
                stakes.push(facts.item.stake_minor());
            }
            let repeat_rate = history.repeat_rate(record, record.declaration.header.day);
            let case =
                Case { outcome, stake_minor: stake_minor(record), repeat: false, importer_met: false, repeat_rate };
            tested.push(Tested { place, case, predictions: Vec::new() });
        }
        for one in &mut tested {
            let record = &self.records[one.place];
            one.case.repeat = history.repeats_throughout(record);
            one.case.importer_met = history.has_met_importer(&record.declaration.header);
        }
        for kind in self.kinds {
            let params = TrainParams { kind: *kind, seed, threads, ..TrainParams::default() }.check()?;
            let model = trainer.finish(self.schema, Some(last_day), &params)?;
            self.predict(&model, &rows, &stakes, &mut tested, threads)?;
        }
        Ok(self.joined(&tested))
    }

    /// Joins the declarations of a consignment that are in the fold. Those of other folds stay there: to move them would
    /// have their groups in two folds.
    fn joined(&self, tested: &[Tested]) -> Vec<Tested> {
        let documents: Vec<_> = tested.iter().map(|one| consignment_of(&self.records[one.place])).collect();
        let join = |members: &Vec<usize>| {
            let members = || members.iter().map(|place| &tested[*place]);
            let prediction = |kind| Prediction::joined(members().map(|one| one.predictions[kind]));
            Some(Tested {
                place: members().next()?.place,
                case: Case::joined(members().map(|one| one.case))?,
                predictions: (0..self.kinds.len()).map(prediction).collect(),
            })
        };
        consignments(&documents).iter().filter_map(join).collect()
    }

    fn predict(
        &self,
        model: &Model,
        rows: &Rows,
        stakes: &[Option<f64>],
        tested: &mut [Tested],
        threads: usize,
    ) -> Result<(), TrainError> {
        let mut scores = model.score(rows, stakes, threads)?.into_iter();
        for one in tested {
            let items = self.records[one.place].declaration.items.len();
            let scores: Vec<_> = scores.by_ref().take(items).collect();
            let probabilities: Vec<f64> = scores.iter().map(|score| sigmoid(score.calibrated)).collect();
            one.predictions.push(Prediction {
                probability: model.pooling().probability(&probabilities),
                expected_revenue_minor: scores.iter().map(|score| score.expected_revenue_minor).sum(),
            });
        }
        Ok(())
    }

    fn collect(&self, tested: &[Vec<Tested>]) -> Result<CrossResult, TrainError> {
        let by_seed = || self.seeds.iter().zip(tested.chunks(self.folds));
        let figures = |read: &dyn Fn(&Tested) -> Prediction| {
            by_seed().map(|(seed, folds)| seed_figures(*seed, folds, read)).collect::<learn::Result<Vec<_>>>()
        };
        let lookup = |one: &Tested| Sample { cases: vec![one.case] }.repeat_lookup()[0];
        let models = self
            .kinds
            .iter()
            .enumerate()
            .map(|(index, kind)| Ok((*kind, figures(&|one: &Tested| one.predictions[index])?)));
        let all = || tested.iter().flatten();
        let repeats = all().filter(|one| one.case.repeat).count();
        Ok(CrossResult {
            models: models.collect::<learn::Result<_>>()?,
            lookup: figures(&lookup)?,
            labelled: self.labelled(),
            repeat_share: repeats as f64 / all().count().max(1) as f64,
        })
    }

    /// The columns that look like leaks.
    pub fn leaks(&self) -> Vec<super::Leak> {
        let shape = self.shape;
        let mut watch = LeakWatch::new(shape.rules.labels.clone(), &shape.categorical, &shape.numeric);
        let last_day = self.last_day();
        self.records.iter().for_each(|record| watch.add(record, last_day));
        watch.leaks()
    }
}

fn seed_figures(seed: u64, folds: &[Vec<Tested>], read: &dyn Fn(&Tested) -> Prediction) -> learn::Result<SeedFigures> {
    let of = |tested: &[&Tested], slice: Slice| {
        let held: Vec<&&Tested> = tested.iter().filter(|one| slice.holds(&one.case)).collect();
        let sample = Sample { cases: held.iter().map(|one| one.case).collect() };
        let predictions: Vec<Prediction> = held.iter().map(|one| read(one)).collect();
        Figures::of(&sample, &predictions)
    };
    let mut pooled: Vec<&Tested> = folds.iter().flatten().collect();
    pooled.sort_by_key(|one| one.place);
    let mean = Slice::USUAL.map(|slice| {
        let by_fold = folds.iter().map(|fold| of(&fold.iter().collect::<Vec<_>>(), slice));
        Ok((slice, Figures::mean_and_deviation(&by_fold.collect::<learn::Result<Vec<_>>>()?).0))
    });
    Ok(SeedFigures {
        seed,
        mean: mean.into_iter().collect::<learn::Result<_>>()?,
        pooled: Slice::USUAL.into_iter().map(|slice| Ok((slice, of(&pooled, slice)?))).collect::<learn::Result<_>>()?,
    })
}
