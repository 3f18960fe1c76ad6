//! A model as JSON tells it.

use risk::model::Model;
use serde::Serialize;

/// What `train --json` prints.
#[derive(Debug, Serialize)]
pub struct ModelView {
    /// First 16 hexadecimal digits of the SHA-256 of the model file.
    pub model_id: String,
    /// Kind of model.
    pub kind: &'static str,
    /// Seed.
    pub seed: u64,
    /// Day up to which results were used.
    pub as_of: String,
    /// Schema it was trained under.
    pub schema: String,
    /// Declarations read.
    pub declarations: u64,
    /// Examined items learnt from.
    pub examined: usize,
    /// Findings among them.
    pub findings: usize,
    /// Results not known by `as_of`, left out.
    pub not_yet_known: usize,
    /// Results whose date was assumed.
    pub known_on_assumed: usize,
    /// Items weighted by the inverse of a known selection probability.
    pub selection_probability_known: usize,
    /// SHA-256 over the declarations read.
    pub data_sha256: String,
    /// Number of features.
    pub features: usize,
    /// AUC on the latest fifth of the training data.
    pub validation_auc: Option<f64>,
    /// Average precision there.
    pub validation_pr_auc: Option<f64>,
    /// The model that this one went on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_model_id: Option<String>,
}

impl ModelView {
    /// The view of a model.
    pub fn of(model: &Model) -> Self {
        let card = model.card();
        Self {
            model_id: model.id().0.to_string(),
            kind: card.kind.name(),
            seed: card.seed,
            as_of: card.as_of.to_string(),
            schema: card.schema.clone(),
            declarations: card.declarations,
            examined: card.examined,
            findings: card.found,
            not_yet_known: card.not_yet_known,
            known_on_assumed: card.known_on_assumed,
            selection_probability_known: card.selection_probability_known,
            data_sha256: card.data_sha256.clone(),
            features: model.features().len(),
            validation_auc: card.validation.map(|(auc, _)| auc),
            validation_pr_auc: card.validation.map(|(_, pr_auc)| pr_auc),
            parent_model_id: card.parent.as_ref().map(|parent| parent.0.to_string()),
        }
    }
}
