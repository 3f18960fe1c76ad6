//! The model of a strategy from period to period.

use super::{CheckedPlan, ReplayError, Strategy};
use crate::model::{CheckedTrainParams, Model, ModelKind, TrainError, TrainParams, Trainer};
use domain::Day;

/// What was done about the model before a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Training {
    /// There is none: the strategy needs none, or its results are still all alike.
    None,
    /// The last one is still in use.
    Kept,
    /// It went on from the last.
    Refreshed,
    /// It was trained on all that is known.
    Full,
}

impl Training {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Kept => "kept",
            Self::Refreshed => "refreshed",
            Self::Full => "full",
        }
    }

    /// The value of a stable name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::Kept, Self::Refreshed, Self::Full].into_iter().find(|one| one.name() == text)
    }
}

/// What a strategy knows.
pub(super) struct Learner {
    pub(super) trainer: Trainer,
    pub(super) model: Option<Model>,
    params: Option<CheckedTrainParams>,
    retrain_every: usize,
    full_every: usize,
}

impl Learner {
    pub(super) fn new(trainer: Trainer, plan: &CheckedPlan, strategy: &Strategy) -> Result<Self, ReplayError> {
        let plan = plan.get();
        let params = strategy
            .model()
            .map(|kind| TrainParams { kind, seed: plan.seed, threads: plan.threads, ..TrainParams::default() }.check());
        // What has neither trees nor a network is trained in no time.
        let goes_on = !matches!(strategy.model(), Some(ModelKind::Profile | ModelKind::Logistic));
        Ok(Self {
            trainer,
            model: None,
            params: params.transpose()?,
            retrain_every: plan.retrain_every,
            full_every: if goes_on { plan.full_every } else { 1 },
        })
    }

    /// The last period up to `number` whose training is a full one.
    pub(super) fn last_full(&self, number: usize) -> usize {
        let step = self.retrain_every * self.full_every;
        number / step * step
    }

    /// Learns from what is known by a day, if it is time; `number` counts the periods after the warm-up.
    pub(super) fn prepare(&mut self, number: usize, as_of: Day) -> Result<Training, ReplayError> {
        let Some(params) = &self.params else { return Ok(Training::None) };
        let kept = if self.model.is_some() { Training::Kept } else { Training::None };
        if !number.is_multiple_of(self.retrain_every) && self.model.is_some() {
            return Ok(kept);
        }
        if self.last_full(number) != number
            && let Some(model) = &self.model
        {
            match self.trainer.refresh(model, Some(as_of), params) {
                Ok(model) => {
                    self.model = Some(model);
                    return Ok(Training::Refreshed);
                }
                Err(TrainError::NothingNew(_) | TrainError::NotLater { .. }) => return Ok(kept),
                // A result that was taken back before the model knew it: it is trained anew.
                Err(TrainError::OtherPast { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        match self.trainer.finish("replay", Some(as_of), params) {
            Ok(model) => {
                self.model = Some(model);
                Ok(Training::Full)
            }
            Err(TrainError::OneClass { .. }) => Ok(kept),
            Err(error) => Err(error.into()),
        }
    }
}
