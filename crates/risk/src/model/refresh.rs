//! A week's labels: the networks of a model go on learning from what became known since it was trained.
//!
//! Trees, shares and calibration stay, so a refresh takes less than a second; train anew when drift or the figures ask for it.

use super::date::DateScorer;
use super::fit::{Part, weights};
use super::rules::network;
use super::scorer::Scorer;
use super::{Branch, CheckedTrainParams, Model, ModelCard, TrainError, Trainer, file};
use domain::Day;
use learn::attention::AttentionParams;

/// Passes over the new labels.
const EPOCHS: usize = 2;

impl Trainer {
    /// `model` with its networks trained on by the results that became known, or were overturned, after it was made, up to
    /// `as_of` (by default the day of the last declaration). Parties and codes that it had not met get vectors of their
    /// own. The trainer must have read what the model learnt from, too.
    ///
    /// # Errors
    /// [`TrainError::NotLater`], [`TrainError::OtherPast`], [`TrainError::NothingNew`], and [`TrainError::NoNetwork`] where a
    /// branch with news has no network.
    pub fn refresh(&self, model: &Model, as_of: Option<Day>, params: &CheckedTrainParams) -> Result<Model, TrainError> {
        let card = &model.card;
        let as_of = as_of.or(self.history().day()).unwrap_or(card.as_of);
        if as_of <= card.as_of {
            return Err(TrainError::NotLater { as_of, model: card.as_of });
        }
        self.check_past(card)?;
        let news = self.news_between(card.as_of, as_of);
        if news.is_empty() {
            return Err(TrainError::NothingNew(card.as_of));
        }
        let mut refreshed = model.clone();
        let (examined, found) = self.counts_by(as_of);
        let data = self.card_of_data(as_of);
        let (seed, schema, parent) = (params.seed(), card.schema.clone(), Some(model.id.clone()));
        refreshed.card = ModelCard { kind: card.kind, seed, schema, examined, found, parent, ..data };
        let has_two = refreshed.repeat.is_some();
        for repeats in [false, true] {
            let of_branch = |place: usize| has_two && self.is_repeat(place);
            let places: Vec<(usize, bool)> = news.iter().copied().filter(|(p, _)| of_branch(*p) == repeats).collect();
            let branch = if repeats { refreshed.repeat.as_mut() } else { Some(&mut refreshed.novel) };
            if let Some(branch) = branch.filter(|_| !places.is_empty()) {
                if network(&branch.scorer).is_none() {
                    return Err(TrainError::NoNetwork(card.kind.name()));
                }
                self.refresh_branch(branch, &places, repeats, params)?;
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

    fn refresh_branch(
        &self,
        branch: &mut Branch,
        places: &[(usize, bool)],
        repeats: bool,
        params: &CheckedTrainParams,
    ) -> Result<(), TrainError> {
        let set = self.selected(places);
        let rows: Vec<usize> = (0..places.len()).collect();
        let labels = places.iter().map(|(_, found)| f32::from(u8::from(*found))).collect();
        let part = Part::new(&set, labels, weights(&set, &rows, !repeats), repeats);
        let settings = *params.network().get();
        each_network(&mut branch.scorer, &mut |date| {
            let architecture = *date.network.architecture();
            // A week is a few steps: their mean would be half way back to the network that it starts from.
            let settings = AttentionParams { architecture, epochs: EPOCHS, averaging: 0.0, ..settings }.check()?;
            date.go_on(&part, &settings)
        })?;
        Ok(())
    }
}

fn each_network(
    scorer: &mut Scorer,
    change: &mut dyn FnMut(&mut DateScorer) -> learn::Result<()>,
) -> learn::Result<()> {
    match scorer {
        Scorer::Date(date) => change(date),
        Scorer::Blend(parts) => parts.iter_mut().try_for_each(|part| each_network(&mut part.scorer, change)),
        _ => Ok(()),
    }
}
