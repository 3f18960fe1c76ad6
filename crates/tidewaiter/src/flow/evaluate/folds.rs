//! Evaluation by folds that never share a group: the honest protocol.

use super::later::{label_warnings, was_drawn};
use super::{EvaluateError, Evaluation, Folds};
use crate::flow::declarations;
use crate::flow::history::shape;
use crate::intake::{Reading, Schema, Summary};
use domain::{Day, Record, Role};
use risk::evaluate::{CrossPlan, CrossResult, RepeatSkill, SeedFigures, Slice, Warning, cross_evaluate};
use risk::model::ModelKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// What is to be evaluated by folds.
#[derive(Clone, Copy, Debug)]
pub struct FoldRequest<'a> {
    /// The schema of all files.
    pub schema: &'a Schema,
    /// Kinds of model to train on each fold.
    pub kinds: &'a [ModelKind],
    /// Declarations with their results.
    pub data: &'a [PathBuf],
    /// Columns that make a group; empty for the schema's repeat key.
    pub group_by: &'a [String],
    /// Number of folds.
    pub folds: usize,
    /// Seeds.
    pub seeds: &'a [u64],
    /// The day on which files are read.
    pub today: Day,
    /// Threads; the figures are the same for any number.
    pub threads: usize,
}

/// Trains and tests every kind on every fold of every seed. Declarations are held in memory.
///
/// # Errors
/// Where files can't be read, or a fold leaves nothing to learn from.
pub fn evaluate_folds(
    request: &FoldRequest<'_>,
    progress: &(dyn Fn(&'static str, u64) + Sync),
) -> Result<Evaluation, EvaluateError> {
    let group_by = match request.group_by {
        [] if request.schema.repeat_key().is_empty() => return Err(EvaluateError::NoRepeatKey),
        [] => request.schema.repeat_key(),
        columns => columns,
    };
    if let Some((column, role)) = outcome_column(request.schema, group_by) {
        return Err(EvaluateError::GroupByOutcome { column, role });
    }
    let (records, groups, summary) = read(request, group_by, progress)?;
    let shape = shape(request.schema);
    let plan = CrossPlan {
        records: &records,
        groups: &groups,
        shape: &shape,
        schema: request.schema.name(),
        has_extra_revenue: request.schema.has(Role::ExtraRevenue),
        folds: request.folds,
        seeds: request.seeds,
        kinds: request.kinds,
        threads: request.threads,
    };
    let started = Instant::now();
    let (done, all) = (AtomicU64::new(0), (request.folds * request.seeds.len()).max(1) as u64);
    progress("training on folds", 0);
    let result = cross_evaluate(&plan, &|| {
        progress("training on folds", (done.fetch_add(1, Ordering::Relaxed) + 1) * 100 / all);
    })?;
    let scoring = started.elapsed();
    if result.labelled == 0 {
        return Err(EvaluateError::NoLabels { declarations: summary.declarations });
    }
    let random = records.iter().filter(|record| was_drawn(record)).count() as u64;
    let mut warnings = repeat_warnings(&result);
    warnings.extend(plan.leaks().into_iter().map(Warning::Leak));
    warnings.extend(label_warnings(request.schema, &summary, result.labelled, random, false));
    Ok(Evaluation {
        labelled: result.labelled,
        has_truth: false,
        as_of: None,
        has_extra_revenue: plan.has_extra_revenue,
        models: Vec::new(),
        lookup: None,
        warnings,
        items_scored: summary.items * (request.kinds.len() * request.seeds.len()) as u64,
        scoring,
        summary,
        folds: Some(Folds { folds: request.folds, group_by: group_by.to_vec(), seeds: request.seeds.to_vec(), result }),
    })
}

/// The first of the columns that an outcome role reads, with the role.
fn outcome_column(schema: &Schema, columns: &[String]) -> Option<(String, Role)> {
    let roles = || schema.roles().iter().filter(|(role, _)| role.is_outcome());
    let role_of =
        |column: &String| roles().find(|(_, source)| source.columns().contains(column)).map(|(role, _)| *role);
    columns.iter().find_map(|column| Some((column.clone(), role_of(column)?)))
}

/// All declarations, and the group of each: the texts of its first item in the columns, as they stand in the file but
/// trimmed, joined by `|`.
fn read(
    request: &FoldRequest<'_>,
    group_by: &[String],
    progress: &(dyn Fn(&'static str, u64) + Sync),
) -> Result<(Vec<Record>, Vec<String>, Summary), EvaluateError> {
    let schema = request.schema.with_further_categorical(group_by);
    let own = request.schema.categorical().len();
    let reading = Reading { today: request.today, outcomes: true, rejects: None };
    let mut declarations = declarations::open(&schema, request.data, reading)?;
    let (mut records, mut groups) = (Vec::new(), Vec::new());
    while let Some(record) = declarations.next() {
        let mut record = record?;
        for (index, item) in record.declaration.items.iter_mut().enumerate() {
            let texts = item.categorical.split_off(own);
            if index == 0 {
                let texts: Vec<&str> = texts.iter().map(|text| text.as_deref().unwrap_or_default()).collect();
                groups.push(texts.join("|"));
            }
        }
        records.push(record);
        if records.len().is_multiple_of(4_096) {
            progress("reading declarations", declarations.progress().percent());
        }
    }
    Ok((records, groups, declarations.summary().clone()))
}

fn repeat_warnings(result: &CrossResult) -> Vec<Warning> {
    let auc = |seeds: &[SeedFigures], slice: Slice| {
        let of_seed = |seed: &SeedFigures| seed.mean.iter().find(|(one, _)| *one == slice).and_then(|(_, f)| f.auc);
        let present: Vec<f64> = seeds.iter().filter_map(of_seed).collect();
        (!present.is_empty()).then(|| present.iter().sum::<f64>() / present.len() as f64)
    };
    let skill = |(model, (_, seeds)): (usize, &(ModelKind, Vec<SeedFigures>))| {
        let skill = RepeatSkill {
            model,
            repeat_share: result.repeat_share,
            auc: auc(seeds, Slice::All)?,
            auc_novel: auc(seeds, Slice::Novel)?,
            auc_lookup: auc(&result.lookup, Slice::All)?,
        };
        skill.is_most().then_some(Warning::Repeats(skill))
    };
    result.models.iter().enumerate().filter_map(skill).collect()
}
