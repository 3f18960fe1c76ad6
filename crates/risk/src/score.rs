//! Scoring: declarations in the order of their moments, each seen against what was known by then.

use crate::features::Feature;
use crate::history::{Facts, History, Keyed};
use crate::model::{Model, RawScore, Rows};
use crate::reasons;
use domain::{Explanation, Record, Score};
use learn::math::sigmoid;
use std::borrow::Borrow;

/// A declaration with the scores of its items.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredDeclaration {
    /// The scores of its items, in their order.
    pub items: Vec<Score>,
    /// Calibrated probability of at least one finding in the declaration.
    pub probability: f64,
    /// Sum of the expected extra revenues of its items, in hundredths of the money's unit.
    pub expected_revenue_minor: f64,
    /// Why: the reasons of the item that weighs most, and what the others add. The contributions add up to the log-odds
    /// of the probability.
    pub explanation: Explanation,
}

/// What a score comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reasons {
    /// Every score has its tree of reasons.
    All,
    /// The reasons are left out, and the scores say so.
    SkippedInBulk,
}

/// Scores declarations in the order of their moments and adds each to `history` as declared. Labels of the records are
/// not looked at: what `history` knows of results is what it was fed before, becoming known day by day.
///
/// # Errors
/// Where the history has other profiles or columns than the model.
pub fn score(
    model: &Model,
    history: &mut History,
    declarations: &[Keyed<impl Borrow<Record>>],
    reasons: Reasons,
    threads: usize,
) -> learn::Result<Vec<ScoredDeclaration>> {
    let mut rows = model.rows(history.profiles().len());
    let mut facts: Vec<Facts<'_>> = Vec::new();
    for keyed in declarations {
        history.advance(keyed.record.borrow().declaration.header.day);
        for item in history.facts_keyed(keyed) {
            rows.push(&item)?;
            facts.push(item);
        }
        history.observe_declared_keyed(keyed);
    }
    let stakes: Vec<Option<f64>> = facts.iter().map(|facts| facts.item.stake_minor()).collect();
    let raw = model.score(&rows, &stakes, threads)?;
    let mut scores = with_reasons(model, &rows, &facts, &raw, reasons, threads)?.into_iter();
    let mut declaration = |record: &Record| {
        let items: Vec<Score> = scores.by_ref().take(record.declaration.items.len()).collect();
        let probabilities: Vec<f64> = items.iter().map(Score::probability).collect();
        let probability = model.pooling().probability(&probabilities);
        ScoredDeclaration {
            probability,
            expected_revenue_minor: items.iter().map(Score::expected_revenue_minor).sum(),
            explanation: reasons::explain_declaration(record, &items, probability),
            items,
        }
    };
    Ok(declarations.iter().map(|keyed| declaration(keyed.record.borrow())).collect())
}

/// Rows that a thread explains at a time.
const BLOCK_ROWS: usize = 16;

fn with_reasons(
    model: &Model,
    rows: &Rows,
    facts: &[Facts<'_>],
    raw: &[RawScore],
    reasons: Reasons,
    threads: usize,
) -> learn::Result<Vec<Score>> {
    let mut scores: Vec<Option<learn::Result<Score>>> = vec![None; raw.len()];
    learn::parallel::for_each_block(&mut scores, BLOCK_ROWS, threads, |first, block| {
        for (row, score) in (first..).zip(block) {
            *score = Some(finish(model, model.features(), rows, row, &facts[row], &raw[row], reasons));
        }
    });
    scores.into_iter().flatten().collect()
}

fn finish(
    model: &Model,
    features: &[Feature],
    rows: &Rows,
    row: usize,
    facts: &Facts<'_>,
    raw: &RawScore,
    reasons: Reasons,
) -> learn::Result<Score> {
    let explanation = match reasons {
        Reasons::SkippedInBulk => Explanation::SkippedInBulk,
        Reasons::All => {
            let contributions = model.contributions(rows, row)?;
            Explanation::Reasons(reasons::explain(facts, features, &contributions, raw.calibrated))
        }
    };
    let id = model.id().clone();
    let revenue_hundredths = raw.expected_revenue_minor * 100.0 / facts.money_unit;
    Ok(Score::new(sigmoid(raw.calibrated), revenue_hundredths, explanation, id, facts.as_of))
}
