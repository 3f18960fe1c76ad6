//! Fitting one branch of a model: fit on the earlier part, choose and calibrate on the later part, refit on all.

use super::date::{self, DateScorer, FittedDate};
use super::mix::{Weight, best_weights, likely_weights};
use super::rows::TrainingSet;
use super::scorer::{BlendPart, LogisticScorer, ProfileScorer, Scorer, TreesScorer, pick, sparse_rows};
use super::{CheckedTrainParams, ModelKind, TrainError};
use crate::features::{Feature, Subject};
use crate::history::{Key, KeyMap};
use learn::Matrix;
use learn::attention::{AttentionParams, CheckedAttentionParams};
use learn::calibration::{CalibrationChoice, Calibrator, Outcomes};
use learn::gbdt::{Dataset, Forest, GbdtParams, Objective};
use learn::logistic::LogisticParams;
use learn::parallel::each;
use learn::sparse::SparseRows;
use std::collections::BTreeMap;

/// Rows of each class that the later part needs before anything is chosen or calibrated on it.
const LEAST_OF_EACH_CLASS: usize = 20;

/// Share of the rows, the latest ones, that choices are made on.
const VALIDATION_SHARE: f64 = 0.2;

/// A profile value needs this many training rows to have a column of its own in the linear model.
const LEAST_ROWS_PER_VALUE: u32 = 4;

/// Ridge of the regression on leaves.
const LEAF_L2: f64 = 100.0;

/// When to stop the regressions: the likelihood is flat long before the last digits settle, and more iterations change
/// no ranking.
const FLAT: LogisticParams = LogisticParams { l2: 1.0, max_iterations: 120, tolerance: 3e-5, threads: 1 };

/// A fitted branch.
pub(super) struct Fitted {
    /// Fitted on all rows.
    pub(super) scorer: Scorer,
    /// Fitted on the later part, on the scores of a scorer fitted on the earlier part.
    pub(super) calibrator: Calibrator,
    /// The later part's rows, by their place in the training set, with their calibrated log-odds.
    pub(super) validation: Vec<(usize, f64)>,
}

/// What fitting works on: examined rows of one branch.
pub(super) struct Part<'a> {
    pub(super) set: &'a TrainingSet,
    pub(super) labels: Vec<f32>,
    pub(super) weights: Vec<f32>,
    /// Whether its rows are repeats of known outcome.
    repeats: bool,
}

impl<'a> Part<'a> {
    pub(super) fn new(set: &'a TrainingSet, labels: Vec<f32>, weights: Vec<f32>, repeats: bool) -> Self {
        Self { set, labels, weights, repeats }
    }

    fn positives(&self) -> Vec<bool> {
        self.labels.iter().map(|label| *label > 0.5).collect()
    }

    fn has_both_classes(&self, least: usize) -> bool {
        let found = self.labels.iter().filter(|label| **label > 0.5).count();
        found >= least && self.labels.len() - found >= least
    }

    fn dataset<'b>(&'b self, features: &'b Matrix) -> Dataset<'b> {
        Dataset { features, labels: &self.labels, weights: Some(&self.weights) }
    }
}

/// Fits a branch on the examined rows among `places` of `set`. In the branch of repeats each row counts; elsewhere all
/// repeats of a row together weigh as one.
pub(super) fn fit_branch(
    set: &TrainingSet,
    places: &[usize],
    repeats: bool,
    features: &[Feature],
    params: &CheckedTrainParams,
) -> Result<Fitted, TrainError> {
    let places: Vec<usize> = places.iter().copied().filter(|row| set.labels[*row].is_some()).collect();
    let weights = weights(set, &places, !repeats);
    let all = set.select(&places);
    let part = |range: std::ops::Range<usize>, set: &'_ TrainingSet| -> (Vec<f32>, Vec<f32>) {
        let label = |row: usize| f32::from(u8::from(set.labels[row] == Some(true)));
        (range.clone().map(label).collect(), weights[range].to_vec())
    };
    let cut = split_day(&all);
    let rows: Vec<usize> = (0..places.len()).collect();
    let (earlier, later) = (all.select(&rows[..cut]), all.select(&rows[cut..]));
    let make = |set, (labels, weights)| Part::new(set, labels, weights, repeats);
    let earlier = make(&earlier, part(0..cut, &all));
    let later = make(&later, part(cut..places.len(), &all));
    let whole = make(&all, part(0..places.len(), &all));
    if !whole.has_both_classes(1) {
        let found = whole.labels.iter().filter(|label| **label > 0.5).count();
        return Err(TrainError::OneClass { examined: places.len(), found });
    }
    if !(earlier.has_both_classes(LEAST_OF_EACH_CLASS) && later.has_both_classes(LEAST_OF_EACH_CLASS)) {
        let plan = Plan::unchosen(params.kind());
        let scorer = plan.fit(&whole, features, params)?;
        return Ok(Fitted { calibrator: platt(&scorer, &whole, params)?, scorer, validation: Vec::new() });
    }
    let (plan, trial) = choose(params.kind(), &earlier, &later, features, params)?;
    let log_odds = trial.log_odds(&later.set.rows, params.threads())?;
    let weights: Vec<f64> = later.weights.iter().map(|weight| f64::from(*weight)).collect();
    let positive = later.positives();
    let outcomes = Outcomes { log_odds: &log_odds, positive: &positive, weights: Some(&weights) };
    let choice = CalibrationChoice { seed: params.seed(), ..CalibrationChoice::default() };
    let calibrator = choice.check()?.fit(&outcomes)?;
    let validation = places[cut..].iter().copied().zip(log_odds.iter().map(|x| calibrator.log_odds(*x))).collect();
    Ok(Fitted { scorer: plan.fit(&whole, features, params)?, calibrator, validation })
}

/// The first row of the later part; days, and with them declarations, are never split.
fn split_day(set: &TrainingSet) -> usize {
    let wanted = (set.days.len() as f64 * (1.0 - VALIDATION_SHARE)) as usize;
    let Some(day) = set.days.get(wanted) else { return set.days.len() };
    set.days.partition_point(|other| other < day)
}

/// The weight of each row: the inverse of the probability with which it was selected, where known, normalised to mean
/// 1 and held within 1/10 and 10; divided by the number of its repeats where all repeats shall weigh as one.
pub(super) fn weights(set: &TrainingSet, places: &[usize], distinct: bool) -> Vec<f32> {
    let mut repeats: BTreeMap<Key, f32> = BTreeMap::new();
    for row in places {
        *repeats.entry(set.repeat_keys[*row]).or_default() += 1.0;
    }
    let inverse = |row: &usize| {
        let probability = set.selection_probability[*row];
        if probability.is_nan() { 1.0 } else { 1.0 / probability.max(1e-3) }
    };
    let mean = places.iter().map(inverse).sum::<f32>() / places.len().max(1) as f32;
    let weight = |row: &usize| {
        let inverse = (inverse(row) / mean).clamp(0.1, 10.0);
        if distinct { inverse / repeats[&set.repeat_keys[*row]] } else { inverse }
    };
    places.iter().map(weight).collect()
}

/// What the earlier part taught about how to fit: rounds of boosting, weights of a blend.
enum Plan {
    Profile,
    Logistic,
    Gbdt(Vec<View>, Vec<Weight>),
    GbdtLr(usize),
    /// Epochs of the network; its weight, and that of its trees.
    Date(usize, Vec<Weight>),
    Blend(Vec<(Plan, Weight)>),
}

/// One of the views whose mean answers for a branch.
#[derive(Clone)]
enum View {
    /// A forest over some dense features (all where empty), of so many rounds.
    Trees { columns: Vec<u32>, rounds: usize },
    /// A regression over the profiles' values alone.
    Values,
}

impl Plan {
    fn unchosen(kind: ModelKind) -> Self {
        match kind {
            ModelKind::Profile => Self::Profile,
            ModelKind::Logistic | ModelKind::Blend => Self::Logistic,
            ModelKind::GbdtLr => Self::GbdtLr(50),
            ModelKind::Date => Self::Date(2, vec![Weight { slope: 0.5, offset: 0.0 }; 2]),
            ModelKind::Gbdt => {
                let whole = Weight { slope: 1.0, offset: 0.0 };
                Self::Gbdt(vec![View::Trees { columns: Vec::new(), rounds: 50 }], vec![whole])
            }
        }
    }

    fn fit(&self, part: &Part<'_>, features: &[Feature], params: &CheckedTrainParams) -> Result<Scorer, TrainError> {
        match self {
            Self::Profile => Ok(Scorer::Profile(profile(features))),
            Self::Logistic => Ok(Scorer::Logistic(logistic(part, true, params)?)),
            Self::Gbdt(views, weights) => Ok(mixed(seen(part, None, views, params)?, weights)),
            Self::GbdtLr(rounds) => Ok(Scorer::Gbdt(Box::new(leaves(part, None, *rounds, params)?))),
            Self::Date(epochs, weights) => {
                let network = AttentionParams { epochs: *epochs, ..*params.network().get() }.check()?;
                Ok(mixed(with_trees(date(part, None, features, &network, params)?.scorer), weights))
            }
            Self::Blend(parts) => {
                let scorers = parts.iter().map(|(plan, _)| plan.fit(part, features, params));
                let scorers = scorers.collect::<Result<Vec<_>, TrainError>>()?;
                let weights: Vec<Weight> = parts.iter().map(|(_, weight)| *weight).collect();
                Ok(Scorer::Blend(weighted(scorers, &weights)))
            }
        }
    }
}

/// Chooses on the later part, and gives the scorer fitted on the earlier part beside the plan.
fn choose(
    kind: ModelKind,
    earlier: &Part<'_>,
    later: &Part<'_>,
    features: &[Feature],
    params: &CheckedTrainParams,
) -> Result<(Plan, Scorer), TrainError> {
    match kind {
        ModelKind::Profile | ModelKind::Logistic => {
            let plan = Plan::unchosen(kind);
            let scorer = plan.fit(earlier, features, params)?;
            Ok((plan, scorer))
        }
        ModelKind::Gbdt => {
            let mut views = views(features, earlier.repeats, params);
            let scorers = seen(earlier, Some(later), &views, params)?;
            let weights = likely_weights(&columns(&scorers, later, params)?, &later.positives(), &later.weights)?;
            views.iter_mut().zip(&scorers).for_each(|(view, scorer)| view.keep_rounds(scorer));
            Ok((Plan::Gbdt(views, weights.clone()), mixed(scorers, &weights)))
        }
        ModelKind::GbdtLr => {
            let trees = leaves(earlier, Some(later), params.rounds(), params)?;
            let rounds = trees.forest.trees().len().max(1);
            Ok((Plan::GbdtLr(rounds), Scorer::Gbdt(Box::new(trees))))
        }
        ModelKind::Date => {
            let fitted = date(earlier, Some(later), features, params.network(), params)?;
            let scorers = with_trees(fitted.scorer);
            let weights = likely_weights(&columns(&scorers, later, params)?, &later.positives(), &later.weights)?;
            Ok((Plan::Date(fitted.epochs, weights.clone()), mixed(scorers, &weights)))
        }
        ModelKind::Blend => blend(earlier, later, features, params),
    }
}

fn profile(features: &[Feature]) -> ProfileScorer {
    let is_rate = |feature: &Feature| matches!(feature.subject, Subject::Profile(_)) && feature.name.ends_with(".rate");
    let columns = features.iter().enumerate().filter(|(_, feature)| is_rate(feature)).map(|(column, _)| column as u32);
    ProfileScorer { columns: columns.collect() }
}

/// Ridge regression over the profiles' values, and with `dense` over the dense features too.
pub(super) fn logistic(
    part: &Part<'_>,
    dense: bool,
    params: &CheckedTrainParams,
) -> Result<LogisticScorer, TrainError> {
    let mut counts: KeyMap<u32> = KeyMap::default();
    for key in part.set.rows.keys.iter().filter(|key| **key != 0) {
        *counts.entry(*key).or_default() += 1;
    }
    let frequent = counts.into_iter().filter(|(_, count)| *count >= LEAST_ROWS_PER_VALUE);
    let mut dictionary: Vec<Key> = frequent.map(|(key, _)| key).collect();
    dictionary.sort_unstable();
    let sparse: SparseRows = sparse_rows(&dictionary, &part.set.rows)?;
    let weights: Vec<f64> = part.weights.iter().map(|weight| f64::from(*weight)).collect();
    let none = Matrix::from_vec(Vec::new(), part.labels.len(), 0)?;
    let dense = if dense { &part.set.rows.dense } else { &none };
    let data = learn::logistic::LinearData { dense, sparse: Some(&sparse), weights: Some(&weights) };
    let settings = LogisticParams { l2: params.l2(), threads: params.threads(), ..FLAT };
    let regression = settings.check()?.fit(&data, &part.labels)?;
    Ok(LogisticScorer::new(dictionary, regression))
}

/// What is new asks for three views, mixed as the later part makes likely: trees that see the whole history, trees that
/// see only what is declared and so can't lean on past findings that new rows lack, and a regression that gives each
/// profile value a weight of its own, where trees would need a cut. What repeats needs the history alone.
fn views(features: &[Feature], repeats: bool, params: &CheckedTrainParams) -> Vec<View> {
    let history = View::Trees { columns: Vec::new(), rounds: params.rounds() };
    if repeats {
        return vec![history];
    }
    let declared = features.iter().enumerate().filter(|(_, feature)| feature.is_declared());
    let columns = declared.map(|(column, _)| column as u32).collect();
    vec![history, View::Trees { columns, rounds: params.rounds() }, View::Values]
}

/// The scorers that the views ask for.
fn seen(
    part: &Part<'_>,
    later: Option<&Part<'_>>,
    views: &[View],
    params: &CheckedTrainParams,
) -> Result<Vec<Scorer>, TrainError> {
    let fit = |view: &View| match view {
        View::Trees { columns, rounds } => Ok(Scorer::Gbdt(Box::new(forest(part, later, columns, *rounds, params)?))),
        View::Values => Ok(Scorer::Logistic(logistic(part, false, params)?)),
    };
    each(views, params.threads(), fit)?.into_iter().collect()
}

/// What each scorer says of a part.
fn columns(scorers: &[Scorer], part: &Part<'_>, params: &CheckedTrainParams) -> learn::Result<Vec<Vec<f64>>> {
    scorers.iter().map(|scorer| scorer.log_odds(&part.set.rows, params.threads())).collect()
}

/// The weighted sum of scorers; one alone needs no weight.
fn mixed(mut scorers: Vec<Scorer>, weights: &[Weight]) -> Scorer {
    if scorers.len() == 1 {
        return scorers.remove(0);
    }
    Scorer::Blend(weighted(scorers, weights))
}

fn weighted(scorers: Vec<Scorer>, weights: &[Weight]) -> Vec<BlendPart> {
    let parts = scorers.into_iter().zip(weights).filter(|(_, weight)| weight.slope != 0.0);
    parts.map(|(scorer, weight)| BlendPart { scorer, slope: weight.slope, offset: weight.offset }).collect()
}

/// The network, and the trees below it as a scorer of their own.
fn with_trees(network: DateScorer) -> Vec<Scorer> {
    let trees = TreesScorer { forest: network.forest.clone(), columns: Vec::new() };
    vec![Scorer::Date(Box::new(network)), Scorer::Gbdt(Box::new(trees))]
}

/// A forest over all features whose leaves are weighed anew by a ridge logistic regression.
fn leaves(
    part: &Part<'_>,
    later: Option<&Part<'_>>,
    rounds: usize,
    params: &CheckedTrainParams,
) -> Result<TreesScorer, TrainError> {
    let trees = forest(part, later, &[], rounds, params)?;
    Ok(TreesScorer { forest: refit_leaves(&trees.forest, part, params)?, ..trees })
}

fn refit_leaves(forest: &Forest, part: &Part<'_>, params: &CheckedTrainParams) -> learn::Result<Forest> {
    let settings = LogisticParams { l2: LEAF_L2, threads: params.threads(), ..FLAT };
    forest.refit_leaves(&part.dataset(&part.set.rows.dense), &settings.check()?)
}

/// The trees of a scorer with their leaves weighed anew on a part.
pub(super) fn reweighed(
    trees: &TreesScorer,
    kind: ModelKind,
    part: &Part<'_>,
    params: &CheckedTrainParams,
) -> Result<TreesScorer, TrainError> {
    if kind == ModelKind::GbdtLr {
        let forest = refit_leaves(&trees.forest, part, params)?;
        return Ok(TreesScorer { forest, columns: trees.columns.clone() });
    }
    let settings = params.gbdt(part.repeats, !trees.columns.is_empty()).check()?;
    let forest = match trees.columns.is_empty() {
        true => settings.reweigh(&trees.forest, &part.dataset(&part.set.rows.dense))?,
        false => settings.reweigh(&trees.forest, &part.dataset(&pick(&part.set.rows.dense, &trees.columns)?))?,
    };
    Ok(TreesScorer { forest, columns: trees.columns.clone() })
}

/// DATE: trees over all features, as many as asked for, since the network weighs their leaves itself; then the network.
fn date(
    part: &Part<'_>,
    later: Option<&Part<'_>>,
    features: &[Feature],
    network: &CheckedAttentionParams,
    params: &CheckedTrainParams,
) -> Result<FittedDate, TrainError> {
    let trees = forest(part, None, &[], params.rounds(), params)?;
    date::fit(part, later, trees.forest, (params.queries(), features), network)
}

impl View {
    /// Keeps the rounds that its forest came to.
    fn keep_rounds(&mut self, scorer: &Scorer) {
        if let (Self::Trees { rounds, .. }, Scorer::Gbdt(trees)) = (self, scorer) {
            *rounds = trees.forest.trees().len().max(1);
        }
    }
}

/// A forest. Rounds are chosen on the later part for repeats alone, whose outcome is nearly certain. Elsewhere some
/// dozens of findings there stop it too early: on simulated worlds (seeds 101-112) that cost 0.008 of AUC, and on the Korean
/// data all rounds cost nothing.
fn forest(
    part: &Part<'_>,
    later: Option<&Part<'_>>,
    columns: &[u32],
    rounds: usize,
    params: &CheckedTrainParams,
) -> Result<TreesScorer, TrainError> {
    let settings = GbdtParams {
        objective: Objective::Logistic,
        rounds,
        seed: params.seed(),
        threads: params.threads(),
        early_stopping_rounds: later.filter(|_| part.repeats).map(|_| 20),
        ..params.gbdt(part.repeats, !columns.is_empty())
    };
    let see = |part: &Part<'_>| match columns.is_empty() {
        true => Ok(part.set.rows.dense.clone()),
        false => pick(&part.set.rows.dense, columns),
    };
    let features = see(part)?;
    let later = later.map(|later| Ok::<_, TrainError>((see(later)?, later))).transpose()?;
    let validation = later.as_ref().map(|(features, later)| later.dataset(features));
    let train = part.dataset(&features);
    let forest = settings.check()?.fit(&train, validation.as_ref())?.forest;
    Ok(TreesScorer { forest, columns: columns.to_vec() })
}

fn platt(scorer: &Scorer, part: &Part<'_>, params: &CheckedTrainParams) -> Result<Calibrator, TrainError> {
    let log_odds = scorer.log_odds(&part.set.rows, params.threads())?;
    Ok(Calibrator::platt(&Outcomes { log_odds: &log_odds, positive: &part.positives(), weights: None })?)
}

/// Stacks profiles, regression, trees and network: each is brought to scale on the later part, then the weights on a grid of
/// tenths that order the later part best are taken. The corners of the grid are the parts themselves, so a blend is
/// never worse there than its best part.
fn blend(
    earlier: &Part<'_>,
    later: &Part<'_>,
    features: &[Feature],
    params: &CheckedTrainParams,
) -> Result<(Plan, Scorer), TrainError> {
    let (mut plans, mut scorers) = (Vec::new(), Vec::new());
    for kind in [ModelKind::Profile, ModelKind::Logistic, ModelKind::Gbdt, ModelKind::Date] {
        let (plan, scorer) = choose(kind, earlier, later, features, params)?;
        plans.push(plan);
        scorers.push(scorer);
    }
    let weights = best_weights(&columns(&scorers, later, params)?, &later.positives())?;
    let scorer = Scorer::Blend(weighted(scorers, &weights));
    let chosen = plans.into_iter().zip(weights).filter(|(_, weight)| weight.slope != 0.0);
    Ok((Plan::Blend(chosen.collect()), scorer))
}
