//! Training: one walk over declarations in the order of their moments, then fitting.

use super::fit::{Fitted, fit_branch};
use super::{
    Branch, CheckedTrainParams, Model, ModelCard, ModelKind, Pooling, Rows, Severity, Shape, TrainError, TrainingSet,
    date, file,
};
use crate::features::{Feature, features};
use crate::history::{History, Key, Keyed};
use domain::{Day, Inspection, ModelId, Record, canonical};
use learn::math::sigmoid;
use learn::parallel::Pool;
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::collections::BTreeMap;

/// Examined items of each branch below which one branch serves all rows.
const LEAST_PER_BRANCH: usize = 400;

/// Findings each branch needs to stand alone.
const LEAST_FINDINGS_PER_BRANCH: usize = 40;

/// A declaration that was looked at as of its moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    declaration: u32,
    day: i32,
    /// Places of its items among the rows they were seen into.
    pub rows: std::ops::Range<usize>,
    /// Duty at stake of its items in minor units.
    pub stakes_minor: Vec<Option<f64>>,
    repeat_keys: Vec<Key>,
}

/// Collects what a model learns from. Feed it declarations in the order of their moments, then finish.
#[derive(Debug)]
pub struct Trainer {
    shape: Shape,
    history: History,
    features: Vec<Feature>,
    set: TrainingSet,
    inspections: Vec<Option<Inspection>>,
    digest: Sha256,
}

impl Trainer {
    /// A trainer without declarations.
    pub fn new(shape: Shape) -> Self {
        let history = History::new(shape.rules.clone());
        let features = features(history.profiles(), shape.categorical.len(), shape.numeric.len());
        let set = TrainingSet::new(features.len(), history.profiles().len());
        Self { shape, history, features, set, inspections: Vec::new(), digest: Sha256::new() }
    }

    /// Reads one declaration: its items' features as of its moment, then the declaration itself into history.
    ///
    /// # Errors
    /// Where the declaration has other columns than the shape.
    pub fn add(&mut self, keyed: &Keyed<impl Borrow<Record>>) -> Result<(), TrainError> {
        let record = keyed.record.borrow();
        self.digest.update(canonical::digest(&record.declaration));
        self.history.advance(record.declaration.header.day);
        if record.inspections.iter().any(Option::is_some) {
            self.collect(keyed)?;
        }
        self.history.observe_keyed(keyed);
        Ok(())
    }

    fn collect(&mut self, keyed: &Keyed<impl Borrow<Record>>) -> Result<(), TrainError> {
        let mut rows = self.rows();
        let seen = self.look(keyed, &mut rows)?;
        self.learn_from(&keyed.record.borrow().inspections, &seen, &rows);
        Ok(())
    }

    /// Looks at a declaration as of its moment.
    fn look(&self, keyed: &Keyed<impl Borrow<Record>>, rows: &mut Rows) -> Result<Seen, TrainError> {
        let first = rows.len();
        let (mut stakes_minor, mut repeat_keys) = (Vec::new(), Vec::new());
        for facts in self.history.facts_keyed(keyed) {
            rows.push(&facts)?;
            stakes_minor.push(facts.item.stake_minor());
            repeat_keys.push(facts.repeats.key);
        }
        let day = keyed.record.borrow().declaration.header.day.epoch_days();
        Ok(Seen {
            declaration: self.history.declarations() as u32,
            day,
            rows: first..rows.len(),
            stakes_minor,
            repeat_keys,
        })
    }

    /// Adds the items of a declaration to what can be learnt from.
    fn learn_from(&mut self, inspections: &[Option<Inspection>], seen: &Seen, rows: &Rows) {
        let count = seen.rows.len();
        self.set.rows.extend_from(rows, seen.rows.clone());
        self.set.repeat_keys.extend(&seen.repeat_keys);
        self.set.stake_minor.extend(seen.stakes_minor.iter().map(|stake| stake.map_or(f32::NAN, |minor| minor as f32)));
        self.set.labels.extend(std::iter::repeat_n(None, count));
        self.set.days.extend(std::iter::repeat_n(seen.day, count));
        self.set.declarations.extend(std::iter::repeat_n(seen.declaration, count));
        for inspection in inspections {
            let finding = inspection.as_ref().and_then(|inspection| inspection.finding.as_ref());
            let revenue = finding.and_then(|finding| finding.extra_revenue_minor);
            let probability = inspection.as_ref().and_then(|inspection| inspection.selection_probability);
            self.set.revenue_minor.push(revenue.map_or(f32::NAN, |minor| minor as f32));
            self.set.selection_probability.push(probability.map_or(f32::NAN, |p| p as f32));
            self.inspections.push(inspection.clone());
        }
    }

    /// Reads one declaration without its results: its items' features as of its moment go to `rows`, then the
    /// declaration itself, as declared, into history. What it is to be selected by is known then; its results follow
    /// with [`Self::reveal`], if anybody looks.
    ///
    /// # Errors
    /// Where the declaration has other columns than the shape.
    pub fn see(&mut self, keyed: &Keyed<impl Borrow<Record>>, rows: &mut Rows) -> Result<Seen, TrainError> {
        let record = keyed.record.borrow();
        self.digest.update(canonical::digest(&record.declaration));
        self.history.advance(record.declaration.header.day);
        let seen = self.look(keyed, rows)?;
        self.history.observe_declared_keyed(keyed);
        Ok(seen)
    }

    /// Takes in the results of a declaration that was seen, each from the day it becomes known; `rows` are those it was
    /// seen into.
    pub fn reveal(&mut self, keyed: &Keyed<impl Borrow<Record>>, seen: &Seen, rows: &Rows) {
        self.learn_from(&keyed.record.borrow().inspections, seen, rows);
        self.history.observe_keyed(keyed);
    }

    /// What the result of each item says as of a day.
    pub(super) fn labels(&self, as_of: Day) -> impl Iterator<Item = Option<bool>> {
        let labels = &self.shape.rules.labels;
        self.inspections.iter().map(move |inspection| labels.label(inspection.as_ref()?, as_of))
    }

    /// Places of the items with a finding known by a day.
    pub(super) fn found_by(&self, as_of: Day) -> Vec<usize> {
        self.labels(as_of).enumerate().filter(|(_, label)| *label == Some(true)).map(|(place, _)| place).collect()
    }

    /// Places of the items whose result became known, or was overturned, after `from` and by `to`, with what it says now.
    pub(super) fn news_between(&self, from: Day, to: Day) -> Vec<(usize, bool)> {
        let all = self.labels(from).zip(self.labels(to)).enumerate();
        all.filter_map(|(place, (before, now))| now.filter(|_| before != now).map(|found| (place, found))).collect()
    }

    /// Numbers of items with a result known by a day, and of findings among them.
    pub(super) fn counts_by(&self, day: Day) -> (usize, usize) {
        self.labels(day).flatten().fold((0, 0), |(all, found), label| (all + 1, found + usize::from(label)))
    }

    /// Which declaration the item at a place belongs to.
    pub(super) fn declaration_of(&self, place: usize) -> u32 {
        self.set.declarations[place]
    }

    /// Whether the outcome of an earlier repeat of the item was known.
    pub(super) fn is_repeat(&self, place: usize) -> bool {
        self.set.rows.repeats[place]
    }

    /// What training needs to know of the items at some places.
    pub(super) fn selected(&self, places: &[(usize, bool)]) -> TrainingSet {
        self.set.select(&places.iter().map(|(place, _)| *place).collect::<Vec<usize>>())
    }

    /// The inputs of the items at some places.
    pub(super) fn rows_at(&self, places: &[usize]) -> Rows {
        self.set.rows.select(places)
    }

    /// Empty rows of the width that its models read.
    pub fn rows(&self) -> Rows {
        Rows::new(self.features.len(), self.history.profiles().len())
    }

    /// The history as it stands, for scoring what comes next.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Fits a model on the results known by `as_of`, by default the day of the last declaration.
    ///
    /// # Errors
    /// Where nothing can be learnt, or the numerics refuse.
    pub fn finish(&self, schema: &str, as_of: Option<Day>, params: &CheckedTrainParams) -> Result<Model, TrainError> {
        let as_of = as_of.or(self.history.day()).unwrap_or(Day::from_epoch_days(0));
        date::check_queries(params.queries(), &self.features)?;
        let mut set = self.set.clone();
        set.labels = self.labels(as_of).collect();
        let (novel, repeat) = self.branches(&set, params)?;
        let mut validation = novel.validation.clone();
        validation.extend(repeat.iter().flat_map(|fitted| fitted.validation.iter().copied()));
        let branch = |fitted: Fitted| Branch { scorer: fitted.scorer, calibrator: fitted.calibrator };
        let model = Model {
            id: ModelId("".into()),
            card: self.card(schema, as_of, &set, &validation, params),
            shape: self.shape.clone(),
            features: self.features.clone(),
            kept: None,
            novel: branch(novel),
            repeat: repeat.map(branch),
            pooling: Pooling::fit(&pooled(&set, &validation)),
            severity: Severity::fit(&set, params)?,
        };
        Ok(file::identified(&model)?)
    }

    fn branches(&self, set: &TrainingSet, params: &CheckedTrainParams) -> Result<(Fitted, Option<Fitted>), TrainError> {
        let new = set.places(|row| !set.rows.repeats[row]);
        let repeats = set.places(|row| set.rows.repeats[row]);
        let large = |places: &[usize]| {
            let examined = places.iter().filter(|row| set.labels[**row].is_some()).count();
            let found = places.iter().filter(|row| set.labels[**row] == Some(true)).count();
            examined >= LEAST_PER_BRANCH
                && found >= LEAST_FINDINGS_PER_BRANCH
                && examined - found >= LEAST_FINDINGS_PER_BRANCH
        };
        if !(large(&new) && large(&repeats)) {
            let all = set.places(|_| true);
            return Ok((fit_branch(set, &all, false, &self.features, params)?, None));
        }
        if params.threads() < 2 {
            let novel = fit_branch(set, &new, false, &self.features, params)?;
            return Ok((novel, Some(fit_branch(set, &repeats, true, &self.features, params)?)));
        }
        // Two branches at a time keep two cores busier than two threads on each: much of a fit is done by one.
        let half = params.with_threads(params.threads().div_ceil(2))?;
        let (repeat, novel) = Pool::new(params.threads())?.both(
            || fit_branch(set, &repeats, true, &self.features, &half),
            || fit_branch(set, &new, false, &self.features, &half),
        );
        Ok((novel?, Some(repeat?)))
    }

    fn card(
        &self,
        schema: &str,
        as_of: Day,
        set: &TrainingSet,
        validation: &[(usize, f64)],
        params: &CheckedTrainParams,
    ) -> ModelCard {
        let (examined, found) = set.counts();
        let scores: Vec<f64> = validation.iter().map(|(_, log_odds)| *log_odds).collect();
        let positive: Vec<bool> = validation.iter().map(|(row, _)| set.labels[*row] == Some(true)).collect();
        let ranking = learn::metrics::Ranking::new(&scores, &positive).ok();
        ModelCard {
            kind: params.kind(),
            seed: params.seed(),
            schema: schema.to_owned(),
            examined,
            found,
            validation: ranking.and_then(|ranking| ranking.auc().zip(ranking.average_precision())),
            ..self.card_of_data(as_of)
        }
    }

    /// What a card says of the data read.
    pub(super) fn card_of_data(&self, as_of: Day) -> ModelCard {
        let inspected = || self.inspections.iter().flatten();
        ModelCard {
            kind: ModelKind::Profile,
            seed: 0,
            as_of,
            schema: String::new(),
            declarations: self.history.declarations(),
            examined: 0,
            found: 0,
            not_yet_known: inspected().filter(|inspection| inspection.known_on > as_of).count(),
            known_on_assumed: inspected().filter(|inspection| inspection.known_on_assumed).count(),
            selection_probability_known: self.set.selection_probability.iter().filter(|p| !p.is_nan()).count(),
            data_sha256: self.digest.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
            validation: None,
            parent: None,
        }
    }
}

/// The examined declarations of the validation rows: their items' probabilities, and whether anything was found.
fn pooled(set: &TrainingSet, validation: &[(usize, f64)]) -> Vec<(Vec<f64>, bool)> {
    let mut declarations: BTreeMap<u32, (Vec<f64>, bool)> = BTreeMap::new();
    for (row, log_odds) in validation {
        let entry = declarations.entry(set.declarations[*row]).or_default();
        entry.0.push(sigmoid(*log_odds));
        entry.1 |= set.labels[*row] == Some(true);
    }
    declarations.into_values().collect()
}
