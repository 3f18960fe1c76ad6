//! What the network of `date` thinks rows have in common: hidden vectors for diversity and drift, and prototypes of found
//! cases that can be shared where cases can't.

use super::rules::network;
use super::{Model, Rows, Trainer};
use learn::Matrix;
use learn::cluster::k_means;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Cases a prototype must stand for, so that none gives a single case away.
const LEAST_CASES: usize = 5;

/// Kinds of found cases as the network sees them (the memory bank of Park, Kim and Cha 2022): means of the hidden vectors
/// of cases that lie together. Vectors of different models can't be compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prototypes {
    /// The model in whose space they lie.
    pub model: String,
    /// One vector each.
    pub vectors: Vec<Vec<f32>>,
    /// For each, how many declarations it stands for: five or more.
    pub cases: Vec<usize>,
}

impl Model {
    /// The hidden vectors of rows, one row each, in the space of the branch of new rows, whatever branch a row belongs
    /// to; `None` where the model has no network.
    ///
    /// # Errors
    /// Where the rows have another number of features than the model was trained on.
    pub fn embed(&self, rows: &Rows, threads: usize) -> learn::Result<Option<Matrix>> {
        let Some(date) = network(&self.novel.scorer) else { return Ok(None) };
        date.network.embed(&date.encode(rows, threads)?, threads).map(Some)
    }
}

impl Trainer {
    /// At most `count` prototypes of the findings known when `model` was trained on what this trainer has read; `None`
    /// where the model has no network. Groups of fewer than five declarations are left out.
    ///
    /// # Errors
    /// Where the model was trained on other columns.
    pub fn prototypes(&self, model: &Model, count: usize, threads: usize) -> learn::Result<Option<Prototypes>> {
        let found = self.found_by(model.card.as_of);
        let Some(vectors) = model.embed(&self.rows_at(&found), threads)? else { return Ok(None) };
        let mut prototypes = Prototypes { model: model.id.0.to_string(), vectors: Vec::new(), cases: Vec::new() };
        if found.is_empty() {
            return Ok(Some(prototypes));
        }
        let clusters = k_means(&vectors, count, model.card.seed)?;
        // The items of one declaration are one case.
        let mut cases = vec![BTreeSet::new(); clusters.centres.n_rows()];
        for (place, cluster) in found.iter().zip(&clusters.member_of) {
            cases[*cluster].insert(self.declaration_of(*place));
        }
        let cases = cases.into_iter().map(|cases| cases.len());
        for (centre, cases) in clusters.centres.rows().zip(cases).filter(|(_, cases)| *cases >= LEAST_CASES) {
            prototypes.vectors.push(centre.to_vec());
            prototypes.cases.push(cases);
        }
        Ok(Some(prototypes))
    }
}
