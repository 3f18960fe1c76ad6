//! Explaining the score of one declaration: its whole tree of reasons, what to check first, and past cases.

use super::Error;
use super::declarations;
use super::history::{self, Past};
use super::score::Overlap;
use crate::intake::{Progress, Reading, Schema};
use domain::{Day, Explanation, FindingKind, Record, Score};
use risk::model::{Model, Rule};
use risk::{Facts, History, PastCases, Reasons, ScoredDeclaration, reasons};
use std::path::PathBuf;

/// Crossings of features that are shown.
const RULES: usize = 3;

/// Which declaration is to be explained, and by what.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The schema of all files.
    pub schema: &'a Schema,
    /// The model.
    pub model: &'a Model,
    /// Earlier declarations with their results, or a state file first.
    pub history: &'a [PathBuf],
    /// The declarations among which it stands.
    pub data: &'a [PathBuf],
    /// Its id as written in the file.
    pub id: &'a str,
    /// The day on which files are read.
    pub today: Day,
}

/// A declaration with its scores and what an officer needs beside them.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The declaration.
    pub record: Record,
    /// Its scores with their reasons, the same as in a bulk run.
    pub scored: ScoredDeclaration,
    /// For each item, what stands beside its reasons.
    pub evidence: Vec<Evidence>,
    /// Whether the history knew more than was known on its day.
    pub overlap: Overlap,
}

/// What stands beside the reasons of one item.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What to check first.
    pub check_first: FindingKind,
    /// Comparable past cases with their outcome.
    pub cases: PastCases,
    /// The crossings of features that a network attended to most; none without a network.
    pub rules: Vec<Rule>,
}

/// Walks through the data up to the declaration, as scoring would, and explains it there. Of several versions the last
/// is explained.
///
/// # Errors
/// [`Error::NoSuchDeclaration`] where the data don't hold it, and where files can't be read or do not fit together.
pub fn explain(request: &Request<'_>, mut progress: impl FnMut(&'static str, u64)) -> Result<Explained, Error> {
    let Request { schema, model, today, .. } = *request;
    let shape = history::shape_for(schema, model)?;
    let mut told = |done: Progress| progress("reading history", done.percent());
    let mut past = Past::open(&shape, schema, request.history, today)?;
    let declarations = declarations::open(schema, request.data, Reading { today, outcomes: false, rejects: None })?;
    let mut explained = None;
    for record in declarations {
        let record = record?;
        past.catch_up(record.declaration.header.day, &mut told)?;
        let history = &mut past.history;
        if &*record.declaration.header.id == request.id {
            explained = Some(explain_next(model, history, record)?);
        } else {
            history.advance(record.declaration.header.day);
            history.observe_declared(&record);
        }
    }
    explained.ok_or_else(|| Error::NoSuchDeclaration(request.id.to_owned()))
}

/// Scores and explains the declaration that comes next after `history`, and adds it to the history as declared.
///
/// # Errors
/// Where the history has other profiles or columns than the model.
pub fn explain_next(model: &Model, history: &mut History, record: Record) -> learn::Result<Explained> {
    let mut overlap = Overlap::default();
    overlap.add(history, &record);
    history.advance(record.declaration.header.day);
    let items = 0..record.declaration.items.len();
    let cases: Vec<PastCases> = items.clone().map(|index| history.past_cases(&record, index)).collect();
    let facts: Vec<Facts<'_>> = items.map(|index| history.facts(&record, index)).collect();
    let keyed = history.keying().keyed(&record);
    let mut scored = risk::score(model, history, std::slice::from_ref(&keyed), Reasons::All, 1)?;
    let scored = scored.pop().unwrap_or(ScoredDeclaration {
        items: Vec::new(),
        probability: f64::EPSILON,
        expected_revenue_minor: 0.0,
        explanation: Explanation::SkippedInBulk,
    });
    let check = |(score, facts): (&Score, &Facts<'_>)| match score.explanation() {
        Explanation::Reasons(tree) => reasons::check_first(tree, facts),
        Explanation::SkippedInBulk => FindingKind::Value,
    };
    let checks: Vec<FindingKind> = scored.items.iter().zip(&facts).map(check).collect();
    let mut rows = model.rows(history.profiles().len());
    facts.iter().try_for_each(|facts| rows.push(facts))?;
    let mut evidence = Vec::with_capacity(checks.len());
    for (row, (check_first, cases)) in checks.into_iter().zip(cases).enumerate() {
        evidence.push(Evidence { check_first, cases, rules: model.rules(&rows, row, RULES)? });
    }
    drop(facts);
    Ok(Explained { record, scored, evidence, overlap })
}
