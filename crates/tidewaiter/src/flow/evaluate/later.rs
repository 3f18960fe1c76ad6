//! Evaluation on declarations that a model has not learnt from, usually later ones, against a history.

use super::{EvaluateError, Evaluation, ModelFigures, SliceFigures, Truth};
use crate::flow::ahead::Ahead;
use crate::flow::declarations;
use crate::flow::history::{Past, Upcoming, begin, shape, shape_for};
use crate::flow::score::Overlap;
use crate::intake::{Progress, Reading, Schema, Summary};
use domain::{Day, LabelRules, Record, Role, SelectedBy, Text};
use learn::metrics::{Bootstrap, CheckedBootstrap};
use risk::evaluate::{
    Case, Detail, Figures, LeakWatch, Outcome, Prediction, RepeatSkill, Sample, Slice, Warning, compare,
    consignment_of, consignments, intervals, recorded_outcome, stake_minor,
};
use risk::model::Model;
use risk::{History, Keyed, Reasons};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Declarations scored together.
const BATCH: usize = 4096;

/// What is to be evaluated.
#[derive(Clone, Copy, Debug)]
pub struct LaterRequest<'a> {
    /// The schema of all files.
    pub schema: &'a Schema,
    /// The models with their files.
    pub models: &'a [(PathBuf, Model)],
    /// Earlier declarations with their results, or a state file first.
    pub history: &'a [PathBuf],
    /// Declarations to measure on, with their results.
    pub data: &'a [PathBuf],
    /// The truth about them, for a simulated world.
    pub truth: Option<&'a Path>,
    /// Labels are the results known by this day; `None`: all that the files hold.
    pub as_of: Option<Day>,
    /// The day on which files are read.
    pub today: Day,
    /// Resamples of the bootstrap; 0 for no intervals.
    pub replicates: usize,
    /// Threads; the figures are the same for any number.
    pub threads: usize,
}

/// Scores the declarations with every model in one pass, and measures.
///
/// # Errors
/// Where files can't be read, do not fit together, or hold no result.
pub fn evaluate(
    request: &LaterRequest<'_>,
    mut progress: impl FnMut(&'static str, u64),
) -> Result<Evaluation, EvaluateError> {
    let mut walk = Walk::start(request)?;
    let started = Instant::now();
    let reading = Reading { today: request.today, outcomes: true, rejects: None };
    let declarations = declarations::open(request.schema, request.data, reading)?;
    let mut declarations = Ahead::new(declarations, walk.reference.keying());
    let mut batch: Vec<Keyed> = Vec::with_capacity(BATCH);
    while let Some(keyed) = declarations.next() {
        let keyed = keyed?;
        let day = keyed.record.declaration.header.day;
        let is_behind = walk.upcoming.is_behind(day)?;
        if is_behind || batch.len() == BATCH {
            walk.take(&batch)?;
            batch.clear();
            progress("scoring", declarations.progress().percent());
        }
        if is_behind {
            walk.catch_up(day, |done| progress("reading history", done.percent()))?;
        }
        batch.push(keyed);
    }
    walk.take(&batch)?;
    let scoring = started.elapsed();
    progress("measuring", 0);
    walk.finish(declarations.summary().clone(), scoring)
}

/// What is gathered while declarations pass.
struct Walk<'a> {
    request: &'a LaterRequest<'a>,
    rules: LabelRules,
    /// Labels are results known by this day.
    day: Day,
    truth: Option<Truth>,
    /// What was known before the data; takes in results as they become known, never a declaration.
    reference: History,
    histories: Vec<History>,
    /// Declarations of the history files that lie ahead.
    upcoming: Upcoming,
    overlap: Overlap,
    leaks: LeakWatch,
    rows: Vec<Row>,
    /// By model, the predictions for `rows`.
    predictions: Vec<Vec<Prediction>>,
    /// Transport document, office and day of `rows`.
    consignments: Vec<(Text, Text, Day)>,
    items: u64,
    random: u64,
    before_as_of: Vec<u64>,
}

/// A declaration that has a label of some kind.
struct Row {
    case: Case,
    truth: Option<Outcome>,
    recorded: Option<Outcome>,
}

impl<'a> Walk<'a> {
    fn start(request: &'a LaterRequest<'a>) -> Result<Self, EvaluateError> {
        let schema = request.schema;
        let own = shape(schema);
        let rules = schema.label_rules();
        let Past { history: reference, upcoming } = Past::open(&own, schema, request.history, request.today)?;
        let mut histories = Vec::with_capacity(request.models.len());
        for (_, model) in request.models {
            let of_model = shape_for(schema, model)?;
            histories.push(match of_model.rules == own.rules {
                true => reference.clone(),
                false => begin(&of_model, request.history)?.0,
            });
        }
        let decimals = schema.file().money_decimals;
        Ok(Self {
            request,
            day: request.as_of.unwrap_or(Day::from_epoch_days(i32::MAX)),
            truth: request.truth.map(|path| Truth::read(path, &rules, decimals)).transpose()?,
            reference,
            histories,
            upcoming,
            overlap: Overlap::default(),
            leaks: LeakWatch::new(rules.clone(), schema.categorical(), schema.numeric()),
            rules,
            rows: Vec::new(),
            predictions: vec![Vec::new(); request.models.len()],
            consignments: Vec::new(),
            items: 0,
            random: 0,
            before_as_of: vec![0; request.models.len()],
        })
    }

    /// Takes the history files in up to and with a day.
    fn catch_up(&mut self, day: Day, progress: impl FnMut(Progress)) -> Result<(), EvaluateError> {
        let (reference, histories) = (&mut self.reference, &mut self.histories);
        let observe = |keyed: &Keyed| {
            for history in std::iter::once(&mut *reference).chain(histories.iter_mut()) {
                history.advance(keyed.record.declaration.header.day);
                history.observe_keyed(keyed);
            }
        };
        Ok(self.upcoming.take_until(day, observe, progress)?)
    }

    fn take(&mut self, batch: &[Keyed]) -> Result<(), EvaluateError> {
        let mut kept = Vec::with_capacity(batch.len());
        for (place, record) in batch.iter().map(|keyed| &keyed.record).enumerate() {
            self.items += record.declaration.items.len() as u64;
            self.leaks.add(record, self.day);
            if let Some(row) = self.row(record)? {
                kept.push(place);
                self.rows.push(row);
                self.consignments.push(consignment_of(record));
            }
        }
        let threads = self.request.threads;
        for (index, (_, model)) in self.request.models.iter().enumerate() {
            let history = &mut self.histories[index];
            let scored = risk::score(model, history, batch, Reasons::SkippedInBulk, threads)?;
            self.predictions[index].extend(kept.iter().map(|place| Prediction {
                probability: scored[*place].probability,
                expected_revenue_minor: scored[*place].expected_revenue_minor,
            }));
            let as_of = model.card().as_of;
            let before = kept.iter().filter(|place| batch[**place].record.declaration.header.day <= as_of);
            self.before_as_of[index] += before.count() as u64;
        }
        Ok(())
    }

    /// A declaration as a row; `None` where nothing is known of it.
    fn row(&mut self, record: &Record) -> Result<Option<Row>, EvaluateError> {
        let header = &record.declaration.header;
        self.overlap.add(&self.reference, record);
        self.reference.advance(header.day);
        let has_extra = self.request.schema.has(Role::ExtraRevenue);
        let recorded = recorded_outcome(record, &self.rules, self.day, has_extra);
        let truth = self.truth.as_ref().map(|truth| truth.outcome(record)).transpose()?;
        let Some(outcome) = truth.or(recorded) else { return Ok(None) };
        self.random += u64::from(recorded.is_some() && was_drawn(record));
        let case = Case {
            outcome,
            stake_minor: stake_minor(record),
            repeat: self.reference.repeats_throughout(record),
            importer_met: self.reference.has_met_importer(header),
            repeat_rate: self.reference.repeat_rate(record, header.day),
        };
        Ok(Some(Row { case, truth, recorded }))
    }

    /// Joins the declarations of a consignment into one row.
    fn join(&mut self) {
        let units = consignments(&self.consignments);
        let row = |members: &Vec<usize>| {
            let rows = || members.iter().map(|place| &self.rows[*place]);
            let joined = |outcome: &dyn Fn(&Row) -> Option<Outcome>| rows().filter_map(outcome).reduce(Outcome::joined);
            let case = Case::joined(rows().map(|row| row.case))?;
            Some(Row { case, truth: joined(&|row| row.truth), recorded: joined(&|row| row.recorded) })
        };
        let rows = units.iter().filter_map(row).collect();
        for predictions in &mut self.predictions {
            let of = |members: &Vec<usize>| Prediction::joined(members.iter().map(|place| predictions[*place]));
            *predictions = units.iter().map(of).collect();
        }
        self.rows = rows;
    }

    fn finish(mut self, summary: Summary, scoring: Duration) -> Result<Evaluation, EvaluateError> {
        let labelled_declarations = self.rows.iter().filter(|row| row.recorded.is_some()).count() as u64;
        self.join();
        if self.rows.is_empty() {
            return Err(EvaluateError::NoLabels { declarations: summary.declarations });
        }
        let labelled: Vec<usize> = (0..self.rows.len()).filter(|place| self.rows[*place].recorded.is_some()).collect();
        let has_truth = self.truth.is_some();
        let sample = Sample { cases: self.rows.iter().map(|row| row.case).collect() };
        let recorded = has_truth.then(|| {
            let case = |place: &usize| {
                let row = &self.rows[*place];
                Case { outcome: row.recorded.or(row.truth).unwrap_or_default(), ..row.case }
            };
            Sample { cases: labelled.iter().map(case).collect() }
        });
        let measurer = Measurer::new(self.request, has_truth)?;
        let mut models = Vec::with_capacity(self.predictions.len());
        let of_labelled = |all: &[Prediction]| labelled.iter().map(|place| all[*place]).collect::<Vec<_>>();
        for (index, (path, model)) in self.request.models.iter().enumerate() {
            let first = (index > 0).then(|| &self.predictions[0]);
            let own = &self.predictions[index];
            models.push(ModelFigures {
                path: path.clone(),
                id: model.id().0.to_string(),
                card: Some(model.card().clone()),
                slices: measurer.slices(&sample, own, first.map(Vec::as_slice))?,
                labelled: recorded
                    .as_ref()
                    .map(|recorded| {
                        let first = first.map(|first| of_labelled(first));
                        measurer.slices(recorded, &of_labelled(own), first.as_deref())
                    })
                    .transpose()?,
            });
        }
        let lookup = ModelFigures {
            path: PathBuf::new(),
            id: "repeat-lookup".to_owned(),
            card: None,
            slices: Measurer { bootstrap: None, ..measurer }.slices(&sample, &sample.repeat_lookup(), None)?,
            labelled: None,
        };
        let warnings = self.warnings(&summary, labelled_declarations, &models, &lookup, &sample);
        Ok(Evaluation {
            labelled: labelled_declarations,
            has_truth,
            as_of: self.request.as_of,
            has_extra_revenue: has_truth || self.request.schema.has(Role::ExtraRevenue),
            models,
            lookup: Some(lookup),
            folds: None,
            warnings,
            items_scored: self.items * self.request.models.len() as u64,
            scoring,
            summary,
        })
    }

    fn warnings(
        &self,
        summary: &Summary,
        labelled: u64,
        models: &[ModelFigures],
        lookup: &ModelFigures,
        sample: &Sample,
    ) -> Vec<Warning> {
        let schema = self.request.schema;
        let repeat_share = sample.places(Slice::Repeat).len() as f64 / sample.cases.len() as f64;
        let mut warnings = Vec::new();
        for (index, model) in models.iter().enumerate() {
            warnings.extend(repeat_warning(index, repeat_share, &model.slices, &lookup.slices));
        }
        if self.overlap != Overlap::default() {
            warnings.push(Warning::HistoryOverlaps { heard: self.overlap.heard, before: self.overlap.before });
        }
        warnings.extend(self.leaks.leaks().into_iter().map(Warning::Leak));
        for (model, declarations) in self.before_as_of.iter().copied().enumerate().filter(|(_, count)| *count > 0) {
            warnings.push(Warning::BeforeAsOf { model, declarations });
        }
        warnings.extend(label_warnings(schema, summary, labelled, self.random, self.truth.is_some()));
        warnings
    }
}

/// Whether an item of a declaration was selected by chance.
pub(super) fn was_drawn(record: &Record) -> bool {
    record.inspections.iter().flatten().any(|inspection| inspection.selected_by == Some(SelectedBy::Random))
}

/// Whether repeats explain most of a model's skill.
fn repeat_warning(
    model: usize,
    repeat_share: f64,
    slices: &[SliceFigures],
    lookup: &[SliceFigures],
) -> Option<Warning> {
    let auc = |slices: &[SliceFigures], slice| slices.iter().find(|one| one.slice == slice)?.figures.auc;
    let skill = RepeatSkill {
        model,
        repeat_share,
        auc: auc(slices, Slice::All)?,
        auc_novel: auc(slices, Slice::Novel)?,
        auc_lookup: auc(lookup, Slice::All)?,
    };
    skill.is_most().then_some(Warning::Repeats(skill))
}

/// Warnings about what the labels rest on.
pub(super) fn label_warnings(
    schema: &Schema,
    summary: &Summary,
    labelled: u64,
    random: u64,
    has_truth: bool,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if summary.known_on_assumed > 0 {
        let (items, days) = (summary.known_on_assumed, schema.known_after_days());
        warnings.push(Warning::FindingDateAssumed { items, days });
    }
    let declarations = summary.declarations;
    if has_truth {
        return warnings;
    }
    if labelled < declarations {
        warnings.push(Warning::SelectedOnly { labelled, declarations, random });
    } else if !schema.has(Role::Inspected) {
        warnings.push(Warning::SelectionUnknown { declarations });
    }
    warnings
}

/// Measures slices alike.
struct Measurer {
    bootstrap: Option<CheckedBootstrap>,
    has_truth: bool,
}

impl Measurer {
    fn new(request: &LaterRequest<'_>, has_truth: bool) -> learn::Result<Self> {
        let bootstrap = Bootstrap { replicates: request.replicates, threads: request.threads, ..Bootstrap::default() };
        let bootstrap = (request.replicates > 0).then(|| bootstrap.check()).transpose()?;
        Ok(Self { bootstrap, has_truth })
    }

    fn slices(
        &self,
        sample: &Sample,
        predictions: &[Prediction],
        first: Option<&[Prediction]>,
    ) -> learn::Result<Vec<SliceFigures>> {
        let slices: &[Slice] = if self.has_truth { &Slice::WITH_TRUTH } else { &Slice::USUAL };
        let one = |slice: &Slice| {
            let places = sample.places(*slice);
            let part = sample.select(&places);
            let pick = |all: &[Prediction]| places.iter().map(|place| all[*place]).collect::<Vec<_>>();
            let own = pick(predictions);
            let of_own = |bootstrap| intervals(&part, &own, bootstrap);
            let with_first = |(bootstrap, first)| compare(&part, &pick(first), &own, bootstrap);
            Ok(SliceFigures {
                slice: *slice,
                figures: Figures::of(&part, &own)?,
                detail: Detail::of(&part, &own)?,
                intervals: self.bootstrap.as_ref().map(of_own).transpose()?.unwrap_or_default(),
                differences: self.bootstrap.as_ref().zip(first).map(with_first).transpose()?.unwrap_or_default(),
            })
        };
        slices.iter().map(one).collect()
    }
}
