//! The ranker: boosted trees over the signals of candidates, taught on the known texts themselves.
//!
//! A ranker taught on texts that are in the index would learn to look them up. So each text it learns from is asked for through
//! fields that don't hold it: those without its whole source, as a text of another origin will be met, and those without a part
//! of every source, as one more text of a known origin will.

use crate::Error;
use crate::answer::Ranked;
use crate::code::Hs6;
use crate::index::{BuildParams, Fields, Index, Known};
use crate::plausibility::{Checked, Clarity, Judge};
use crate::signals::{Candidates, SIGNALS, WAYS};
use learn::calibration::{Calibrator, Outcomes};
use learn::gbdt::{Dataset, Forest, GbdtParams};
use learn::parallel::each;
use learn::{Matrix, Rng};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sources that are left out one by one: those with the shortest texts, as traders write.
const SOURCES_LEFT_OUT: usize = 4;

/// A source needs so many texts to be learnt from.
const LEAST_TEXTS: usize = 200;

/// Texts asked for from each source in each fold.
const TEXTS: usize = 1_200;

/// One in so many texts is left out where a part of every source is.
const PART: u64 = 4;

/// So many such parts are left out, one by one.
const PARTS: u64 = 3;

/// One in so many texts is kept for calibration, the same ones in each fold.
const CALIBRATION: u64 = 5;

/// Turns signals into log-odds of being the right code.
#[derive(Clone, Debug)]
pub(crate) struct Ranker {
    trained: Option<Trained>,
}

#[derive(Clone, Debug)]
struct Trained {
    forest: Forest,
    calibrator: Calibrator,
    /// Judges declared codes by what was ranked.
    judge: Option<Judge>,
}

/// A ranker as it is stored: trees as XGBoost's JSON.
#[derive(Serialize, Deserialize)]
struct Stored {
    forest: Option<Vec<u8>>,
    calibrator: Option<Calibrator>,
    judge: Option<Judge>,
}

impl Serialize for Ranker {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        let trained = self.trained.as_ref();
        let json = trained.map(|one| one.forest.to_xgboost_json(&[])).transpose().map_err(S::Error::custom)?;
        Stored {
            forest: json,
            calibrator: trained.map(|one| one.calibrator.clone()),
            judge: trained.and_then(|one| one.judge.clone()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ranker {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let stored = Stored::deserialize(deserializer)?;
        let forest =
            stored.forest.map(|json| Forest::from_xgboost_json(&json)).transpose().map_err(D::Error::custom)?;
        let judge = stored.judge;
        Ok(Self {
            trained: forest.zip(stored.calibrator).map(|(forest, calibrator)| Trained { forest, calibrator, judge }),
        })
    }
}

/// What is left out of the fields that texts are asked through.
#[derive(Clone, Copy, Debug)]
enum Fold {
    /// A whole source.
    Source(u16),
    /// A part of every source.
    Part(u64),
}

impl Fold {
    fn is_out(self, index: &Index, place: usize, seed: u64) -> bool {
        match self {
            Self::Source(source) => index.known[place].source == source,
            Self::Part(part) => key(&index.known[place], seed) % PART == part,
        }
    }
}

/// Rows of asked texts.
struct Rows {
    features: Matrix,
    labels: Vec<f32>,
    /// For each text, its candidates, how clear it is and its right class.
    texts: Vec<(Vec<u32>, Clarity, u32)>,
}

impl Ranker {
    /// A ranker that was taught nothing and goes by the signals alone.
    pub(crate) fn none() -> Self {
        Self { trained: None }
    }

    /// A ranker taught on the known texts of an index. Where there are too few, it goes by the signals alone.
    pub(crate) fn taught(index: &Index, params: BuildParams) -> Result<Self, Error> {
        let sources = short_sources(&index.known);
        let (mut teach, mut check) = (Rows::new(), Rows::new());
        let folds: Vec<Fold> =
            sources.iter().map(|source| Fold::Source(*source)).chain((0..PARTS).map(Fold::Part)).collect();
        for fold in each(&folds, params.threads, |fold| ask(index, &sources, params, *fold))? {
            for (place, candidates) in fold? {
                let known = &index.known[place];
                let rows =
                    if key(known, params.seed ^ 2).is_multiple_of(CALIBRATION) { &mut check } else { &mut teach };
                rows.add(&candidates, known.classes.0)?;
            }
        }
        if !teach.has_both() || !check.has_both() {
            return Ok(Self::none());
        }
        let settings = GbdtParams {
            rounds: 160,
            learning_rate: 0.1,
            max_depth: Some(6),
            min_child_weight: 5.0,
            lambda: 2.0,
            subsample: 0.8,
            colsample_bytree: 0.5,
            max_bins: 64,
            seed: params.seed,
            threads: params.threads,
            ..GbdtParams::default()
        };
        let data = Dataset { features: &teach.features, labels: &teach.labels, weights: None };
        let forest = settings.check()?.fit(&data, None)?.forest;
        let log_odds = forest.predict_margin(&check.features, params.threads)?;
        let positive: Vec<bool> = check.labels.iter().map(|label| *label > 0.5).collect();
        let calibrator = Calibrator::platt(&Outcomes { log_odds: &log_odds, positive: &positive, weights: None })?;
        let codes: Vec<Hs6> = index.codes().collect();
        let judge = Judge::taught(&check.checked(&calibrator.probabilities(&log_odds), &codes), &codes, params.seed)?;
        Ok(Self { trained: Some(Trained { forest, calibrator, judge }) })
    }

    /// What judges declared codes, where enough texts were known to teach it.
    pub(crate) fn judge(&self) -> Option<&Judge> {
        self.trained.as_ref()?.judge.as_ref()
    }

    /// For each candidate, the probability that it is the right code: calibrated one by one, and never more than 1 together.
    pub(crate) fn probabilities(&self, candidates: &Candidates) -> Result<Vec<f64>, Error> {
        let chance = |signals: &[f32; SIGNALS]| -> Result<f64, Error> {
            Ok(match &self.trained {
                Some(Trained { forest, calibrator, .. }) => calibrator.probability(forest.predict_margin_row(signals)?),
                // Half the mean, over all ways, of the score against the best: an order, and no more sure than that.
                None => f64::from(signals[1..5 * WAYS].iter().step_by(5).sum::<f32>()) / (2 * WAYS) as f64,
            })
        };
        let mut all = candidates.signals.iter().map(chance).collect::<Result<Vec<f64>, Error>>()?;
        at_most_one(&mut all);
        Ok(all)
    }
}

/// Divides probabilities by their sum where that is above 1.
fn at_most_one(probabilities: &mut [f64]) {
    let sum: f64 = probabilities.iter().sum();
    if sum > 1.0 {
        probabilities.iter_mut().for_each(|probability| *probability /= sum);
    }
}

impl Rows {
    fn new() -> Self {
        Self { features: Matrix::new(SIGNALS), labels: Vec::new(), texts: Vec::new() }
    }

    fn has_both(&self) -> bool {
        self.labels.contains(&0.0) && self.labels.contains(&1.0)
    }

    fn add(&mut self, candidates: &Candidates, class: u32) -> Result<(), Error> {
        for (place, signals) in candidates.classes.iter().zip(&candidates.signals) {
            self.features.push_row(signals)?;
            self.labels.push(f32::from(u8::from(*place == class)));
        }
        self.texts.push((candidates.classes.clone(), candidates.clarity, class));
        Ok(())
    }
}

impl Rows {
    /// The texts with what is ranked for them by the probabilities of all rows.
    fn checked(&self, probabilities: &[f64], codes: &[Hs6]) -> Vec<Checked> {
        let mut rest = probabilities;
        let checked = |(classes, clarity, right): &(Vec<u32>, Clarity, u32)| {
            let (own, others) = rest.split_at(classes.len());
            rest = others;
            let mut own = own.to_vec();
            at_most_one(&mut own);
            let ranked = classes.iter().zip(own).map(|(class, probability)| (codes[*class as usize], probability));
            Checked { ranked: Ranked::falling(ranked), clarity: *clarity, right: codes[*right as usize] }
        };
        self.texts.iter().map(checked).collect()
    }
}

/// The sources whose texts are shortest.
fn short_sources(known: &[Known]) -> Vec<u16> {
    let mut lengths: BTreeMap<u16, (usize, usize)> = BTreeMap::new();
    for one in known.iter().filter(|one| one.classes.1 - one.classes.0 == 1) {
        let (count, terms) = lengths.entry(one.source).or_default();
        *count += 1;
        *terms += one.terms.len();
    }
    let mut sources: Vec<(f64, u16)> = lengths
        .into_iter()
        .filter(|(_, (count, _))| *count >= LEAST_TEXTS)
        .map(|(source, (count, terms))| (terms as f64 / count as f64, source))
        .collect();
    sources.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    sources.into_iter().take(SOURCES_LEFT_OUT).map(|(_, source)| source).collect()
}

/// A random number that is the same for the same place.
fn scatter(seed: u64, place: u64) -> u64 {
    Rng::for_stream(seed, place).next_u64()
}

/// A random number that is the same for texts of the same words, so that what stands twice goes the same way.
fn key(known: &Known, seed: u64) -> u64 {
    known.terms.iter().fold(seed, |key, term| scatter(key, u64::from(*term)))
}

/// Asks for known texts that are left out; gives the place of each with its candidates.
fn ask(index: &Index, sources: &[u16], params: BuildParams, fold: Fold) -> Result<Vec<(usize, Candidates)>, Error> {
    let is_out = |place: usize| fold.is_out(index, place, params.seed);
    let fields = Fields::build(&index.material(), &|place| !is_out(place), params)?;
    let mut asked: Vec<usize> = Vec::new();
    for source in sources {
        let is_asked = |place: &usize| {
            let known = &index.known[*place];
            known.source == *source && known.classes.1 - known.classes.0 == 1 && is_out(*place)
        };
        let mut all: Vec<usize> = (0..index.known.len()).filter(is_asked).collect();
        all.sort_by_cached_key(|place| scatter(params.seed ^ 1, *place as u64));
        asked.extend(all.into_iter().take(TEXTS));
    }
    let find =
        |place: &usize| (*place, Candidates::find(index, &fields, &index.query(&index.known[*place].text, None)));
    Ok(each(&asked, params.threads, find)?)
}
