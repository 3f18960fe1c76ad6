//! Scoring the last quarter and the last day with the chosen model.

use super::super::Error;
use super::super::declarations;
use super::super::explain::{Explained, explain_next};
use super::super::write::NewFile;
use super::folder::{Folder, QUARTER, SCORES, TODAY};
use crate::intake::{Reading, Schema};
use crate::view::score::ScoreTable;
use crate::view::words::Words;
use domain::Day;
use learn::math::sigmoid;
use risk::History;
use risk::model::{Model, Rows};

/// Items scored together.
const BATCH: usize = 4096;

/// Reasons in `scores.csv`.
const REASONS: usize = 3;

/// What scoring needs.
pub(super) struct Desk<'a> {
    pub(super) folder: &'a Folder,
    pub(super) schema: &'a Schema,
    pub(super) model: &'a Model,
    /// The day on which files are read.
    pub(super) reading_day: Day,
}

impl Desk<'_> {
    /// The probabilities of the quarter's declarations, each as of its own moment, and the history at its end. Results
    /// come in as they become known, as they would have day by day.
    pub(super) fn quarter(
        &self,
        mut history: History,
        threads: usize,
        mut progress: impl FnMut(u64),
    ) -> Result<(Vec<f64>, History), Error> {
        let reading = Reading { today: self.reading_day, outcomes: true, rejects: None };
        let mut declarations = declarations::open(self.schema, &[self.folder.path(QUARTER)], reading)?;
        let mut batch = Batch::new(self.model, &history);
        let mut probabilities = Vec::new();
        while let Some(record) = declarations.next() {
            let record = record?;
            history.advance(record.declaration.header.day);
            for index in 0..record.declaration.items.len() {
                batch.rows.push(&history.facts(&record, index))?;
            }
            batch.items.push(record.declaration.items.len());
            history.observe(&record);
            if batch.rows.len() >= BATCH {
                progress(declarations.progress().percent());
                probabilities.extend(batch.score(self.model, threads)?);
                batch = Batch::new(self.model, &history);
            }
        }
        probabilities.extend(batch.score(self.model, threads)?);
        Ok((probabilities, history))
    }

    /// Scores the last day, explains each of its declarations, and writes `scores.csv`.
    pub(super) fn last_day(&self, mut history: History, words: Words) -> Result<Vec<Explained>, Error> {
        let path = self.folder.path(SCORES);
        let reading = Reading { today: self.reading_day, outcomes: false, rejects: None };
        let mut table = ScoreTable::new(NewFile::create(&path)?, words, REASONS).map_err(Error::table(&path))?;
        let mut all = Vec::new();
        for record in declarations::open(self.schema, &[self.folder.path(TODAY)], reading)? {
            let explained = explain_next(self.model, &mut history, record?)?;
            table.write(&explained.record, &explained.scored).map_err(Error::table(&path))?;
            all.push(explained);
        }
        table.finish().map_err(Error::file(&path))?.finish()?;
        Ok(all)
    }
}

/// Items of several declarations, scored together.
struct Batch {
    rows: Rows,
    /// Items of each declaration.
    items: Vec<usize>,
}

impl Batch {
    fn new(model: &Model, history: &History) -> Self {
        Self { rows: model.rows(history.profiles().len()), items: Vec::new() }
    }

    fn score(&self, model: &Model, threads: usize) -> learn::Result<Vec<f64>> {
        let stakes = vec![None; self.rows.len()];
        let raw = model.score(&self.rows, &stakes, threads)?;
        let mut items = raw.iter().map(|raw| sigmoid(raw.calibrated));
        let pooled = |count: &usize| {
            let probabilities: Vec<f64> = items.by_ref().take(*count).collect();
            model.pooling().probability(&probabilities)
        };
        Ok(self.items.iter().map(pooled).collect())
    }
}
