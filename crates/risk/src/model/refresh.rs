//! A week's labels: a model goes on learning from what became known since it was trained.
//!
//! A network goes on by the new labels; trees keep their cuts and regressions their form, and are weighed anew by all labels.
//! Shares and calibration stay, so a refresh takes less than a second; train anew when drift or the figures ask for it.

use super::fit::{Part, logistic, reweighed, weights};
use super::rows::TrainingSet;
use super::scorer::{BlendPart, Scorer};
use super::{CheckedTrainParams, Model, ModelCard, ModelKind, TrainError, Trainer, file};
use domain::Day;
use learn::attention::AttentionParams;
use learn::parallel::each;

/// Passes over the new labels.
const EPOCHS: usize = 2;

impl Trainer {
    /// `model` trained on by the results that became known, or were overturned, after it was made, up to `as_of` (by default
    /// the day of the last declaration). Parties and codes that its network had not met get vectors of their own. The
    /// trainer must have read what the model learnt from, too.
    ///
    /// # Errors
    /// [`TrainError::NotLater`], [`TrainError::EarlierFeatures`], [`TrainError::OtherPast`] and [`TrainError::NothingNew`].
    pub fn refresh(&self, model: &Model, as_of: Option<Day>, params: &CheckedTrainParams) -> Result<Model, TrainError> {
        let card = &model.card;
        let as_of = as_of.or(self.history().day()).unwrap_or(card.as_of);
        if as_of <= card.as_of {
            return Err(TrainError::NotLater { as_of, model: card.as_of });
        }
        if model.kept.is_some() {
            return Err(TrainError::EarlierFeatures);
        }
        self.check_past(card)?;
        let news = self.news_between(card.as_of, as_of);
        if news.is_empty() {
            return Err(TrainError::NothingNew(card.as_of));
        }
        let whole: Vec<(usize, bool)> =
            self.labels(as_of).enumerate().filter_map(|(place, label)| Some((place, label?))).collect();
        let mut refreshed = model.clone();
        let (examined, found) = self.counts_by(as_of);
        let data = self.card_of_data(as_of);
        let (seed, schema, parent) = (params.seed(), card.schema.clone(), Some(model.id.clone()));
        refreshed.card = ModelCard { kind: card.kind, seed, schema, examined, found, parent, ..data };
        let has_two = refreshed.repeat.is_some();
        for repeats in [false, true] {
            let of_branch = |places: &[(usize, bool)]| -> Vec<(usize, bool)> {
                places.iter().copied().filter(|(place, _)| (has_two && self.is_repeat(*place)) == repeats).collect()
            };
            let branch = if repeats { refreshed.repeat.as_mut() } else { Some(&mut refreshed.novel) };
            let (news, whole) = (Labelled::new(self, of_branch(&news)), Labelled::new(self, of_branch(&whole)));
            if let Some(branch) = branch.filter(|_| !news.labels.is_empty()) {
                let parts = (&news.part(repeats), &whole.part(repeats));
                branch.scorer = gone_on(&branch.scorer, card.kind, parts, params)?;
            }
        }
        Ok(file::identified(&refreshed)?)
    }

    /// A label that was counted otherwise, or not at all, would be learnt twice or never.
    fn check_past(&self, card: &ModelCard) -> Result<(), TrainError> {
        let (examined, found) = self.counts_by(card.as_of);
        if (examined, found) == (card.examined, card.found) {
            return Ok(());
        }
        let (model_examined, model_found) = (card.examined, card.found);
        Err(TrainError::OtherPast { as_of: card.as_of, examined, found, model_examined, model_found })
    }
}

/// Items with their results.
struct Labelled {
    set: TrainingSet,
    labels: Vec<f32>,
}

impl Labelled {
    fn new(trainer: &Trainer, places: Vec<(usize, bool)>) -> Self {
        let labels = places.iter().map(|(_, found)| f32::from(u8::from(*found))).collect();
        Self { set: trainer.selected(&places), labels }
    }

    fn part(&self, repeats: bool) -> Part<'_> {
        let rows: Vec<usize> = (0..self.labels.len()).collect();
        Part::new(&self.set, self.labels.clone(), weights(&self.set, &rows, !repeats), repeats)
    }
}

/// A scorer that went on from where it was: by the news if it is a network, by everything otherwise. Profiles learn in
/// history.
fn gone_on(
    scorer: &Scorer,
    kind: ModelKind,
    (news, whole): (&Part<'_>, &Part<'_>),
    params: &CheckedTrainParams,
) -> Result<Scorer, TrainError> {
    Ok(match scorer {
        Scorer::Profile(profile) => Scorer::Profile(profile.clone()),
        Scorer::Logistic(regression) => Scorer::Logistic(logistic(whole, regression.is_dense(), params)?),
        Scorer::Gbdt(trees) => Scorer::Gbdt(Box::new(reweighed(trees, kind, whole, params)?)),
        Scorer::Date(date) => {
            let mut date = date.clone();
            let architecture = *date.network.architecture();
            // A week is a few steps: their mean would be half way back to the network that it starts from.
            let settings = AttentionParams { architecture, epochs: EPOCHS, averaging: 0.0, ..*params.network().get() };
            date.go_on(news, &settings.check()?)?;
            Scorer::Date(date)
        }
        Scorer::Blend(parts) => {
            let part = |part: &BlendPart| {
                let scorer = gone_on(&part.scorer, kind, (news, whole), params)?;
                Ok(BlendPart { scorer, slope: part.slope, offset: part.offset })
            };
            Scorer::Blend(each(parts, params.threads(), part)?.into_iter().collect::<Result<_, TrainError>>()?)
        }
    })
}
