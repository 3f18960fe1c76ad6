//! The demo: from a simulated administration to a ranked inspection list with reasons and a report, in one folder.
//!
//! It walks the same use cases as the commands do, in the order in which an administration would: simulate in place of
//! exporting, train on what is past, measure on the quarter that followed, score and select one day, then replay the whole
//! past as a pilot. The same seed and size give the same scores, selection and reports.

mod folder;
mod pilot;
mod split;
mod today;

pub use folder::{FILES, Folder};
pub use split::Days;

use super::Error;
use super::evaluate::{EvaluateError, Evaluation, LaterRequest, evaluate};
use super::explain::Explained;
use super::history::shape;
use super::select::{Selection, SelectionError, Verdict, verify};
use super::simulate::{Plan, SimulateError, simulate};
use super::starter;
use super::train::{read, save};
use super::write::replace;
use crate::intake::{Progress, Schema, Summary};
use crate::report;
use crate::view::evaluation::{EvaluationView, Run};
use crate::view::pilot::PilotView;
use crate::view::selection;
use crate::view::words::{Words, WordsError};
use domain::Day;
use hsearch::BuildParams;
use risk::History;
use risk::model::{Model, ModelKind, TrainParams};
use std::path::{Path, PathBuf};
use world::{CheckedScenario, Scenario, ScenarioError, Tally};

/// What the demo shall do.
#[derive(Clone, Debug)]
pub struct Request {
    /// Folder for everything it writes.
    pub dir: PathBuf,
    /// Seed of the world, of training and of the draw.
    pub seed: u64,
    /// Declarations to simulate.
    pub declarations: u64,
    /// Whether to write into a folder that holds other things.
    pub force: bool,
    /// Language of the report and of the reasons.
    pub language: String,
    /// Threads; the result is the same for any number.
    pub threads: usize,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder holds things that are not an earlier demo's.
    #[error(
        "{path} holds other things than a demo; choose another folder with --dir, or write into it with --force",
        path = .0.display()
    )]
    Occupied(PathBuf),
    /// The file of the world lacks something that the demo needs.
    #[error("{path}: {problem}", path = path.display())]
    World {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The draw does not come out the same a second time.
    #[error("the selection can't be verified: {0}; this is a defect of Tidewaiter, please report it")]
    Unverified(String),
    /// Files, schema, model or numerics.
    #[error(transparent)]
    Flow(#[from] Error),
    /// The scenario is wrong.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// No world.
    #[error(transparent)]
    Simulate(#[from] SimulateError),
    /// Nothing to measure.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// Nothing to select.
    #[error(transparent)]
    Select(#[from] SelectionError),
    /// No texts in the language.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// Nothing to replay.
    #[error(transparent)]
    Pilot(#[from] super::pilot::PilotError),
    /// The pilot's files can't be made.
    #[error(transparent)]
    PilotFiles(#[from] report::pilot::FilesError),
    /// The report can't be written.
    #[error("the report can't be drawn: {0}")]
    Report(#[from] askama::Error),
    /// The figures can't be written as JSON.
    #[error("the figures can't be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// What the demo did.
#[derive(Debug)]
pub struct Demo {
    /// The folder with its files.
    pub folder: Folder,
    /// Seed.
    pub seed: u64,
    /// What was simulated.
    pub tally: Tally,
    /// Days at which the data were cut.
    pub days: Days,
    /// The schema of the files.
    pub schema: Schema,
    /// What was read for training.
    pub training: Summary,
    /// What was read of the last quarter.
    pub quarter: Summary,
    /// The models, in the order of [`ModelKind::ALL`].
    pub models: Vec<(PathBuf, Model)>,
    /// Place of the model that orders the latest training data best; the last quarter has no say in it.
    pub chosen: usize,
    /// Its probabilities for the declarations of the last quarter.
    pub probabilities: Vec<f64>,
    /// The figures on the last quarter, as in `evaluation.json`.
    pub evaluation: EvaluationView,
    /// The declarations of the last day in their order, explained.
    pub today: Vec<Explained>,
    /// What was selected of them.
    pub selection: Selection,
    /// Rows of the selection that came out the same when it was drawn again.
    pub verified_rows: usize,
    /// The past replayed, as in the pilot's `report.json`.
    pub pilot: PilotView,
}

impl Demo {
    /// The model that scored the last day.
    pub fn model(&self) -> &Model {
        &self.models[self.chosen].1
    }
}

/// Runs the demo. `run` tells what the evaluation cost so far, `progress` is told each stage and its per cent.
///
/// # Errors
/// Where the folder is occupied or can't be written, and where any of the use cases fails.
pub fn demo(
    request: &Request,
    run: impl Fn(&Evaluation) -> Run,
    mut progress: impl FnMut(&'static str, u64) + Send,
) -> Result<Demo, DemoError> {
    let folder = Folder::prepare(request)?;
    let scenario = Scenario::built_in("default")?.check()?;
    let today = scenario.extracted_on();
    let tally = simulate_into(&folder, request, scenario, &mut progress)?;
    let schema = judging(&folder, request)?;
    let words = Words::new(&request.language, schema.categorical(), schema.numeric())?;
    let days = split::split(&folder, &schema)?;
    let Learnt { models, chosen, history, training } = learn(&folder, request, &schema, today, &mut progress)?;
    let evaluation = measure(&folder, request, &schema, &models, today, &mut progress)?;
    let quarter = evaluation.summary.clone();
    let view = EvaluationView::new(&schema, &evaluation, run(&evaluation));
    replace(&folder.path(folder::EVALUATION), (serde_json::to_string_pretty(&view)? + "\n").as_bytes())?;
    let desk = today::Desk { folder: &folder, schema: &schema, model: &models[chosen].1, reading_day: today };
    let (probabilities, history) = desk.quarter(history, request.threads, |percent| progress("scoring", percent))?;
    let explained = desk.last_day(history, Words::new(&request.language, schema.categorical(), schema.numeric())?)?;
    let inputs = folder.inputs(&models[chosen].0, today);
    let selection = super::select::select(&inputs.borrow(), |_| ()).map_err(DemoError::from)?;
    let table = selection::table(&selection).map_err(Error::table(&folder.path(folder::SELECTION)))?;
    replace(&folder.path(folder::SELECTION), &table)?;
    progress("verifying the draw", 0);
    let verified_rows = verified(&inputs, &folder.path(folder::SELECTION), &selection.commitment)?;
    // The pilot reports from several threads.
    let told = std::sync::Mutex::new(&mut progress);
    let tell = |label, percent| (told.lock().unwrap_or_else(std::sync::PoisonError::into_inner))(label, percent);
    let pilot = pilot::replayed(&folder, request, &schema, &words, today, &tell)?;
    let demo = Demo {
        seed: request.seed,
        tally,
        days,
        training,
        quarter,
        models,
        chosen,
        probabilities,
        evaluation: view,
        today: explained,
        selection,
        verified_rows,
        pilot,
        schema,
        folder,
    };
    progress("writing the report", 0);
    replace(&demo.folder.path(folder::REPORT), report::page(&demo, &words)?.as_bytes())?;
    Ok(demo)
}

fn simulate_into(
    folder: &Folder,
    request: &Request,
    scenario: CheckedScenario,
    progress: &mut impl FnMut(&'static str, u64),
) -> Result<Tally, DemoError> {
    let plan = Plan {
        scenario,
        seed: request.seed,
        declarations: request.declarations,
        out: folder.path(folder::WORLD),
        force: true,
    };
    let mut done = 0;
    Ok(simulate(&plan, |count| {
        done += count;
        progress("simulating a world", done * 100 / request.declarations.max(1));
    })?)
}

/// The schema of the world, with descriptions judged by an index of its goods.
fn judging(folder: &Folder, request: &Request) -> Result<Schema, DemoError> {
    let index = starter::index(BuildParams { seed: request.seed, threads: request.threads });
    let index = index.map_err(|error| Error::Hs(Box::new(error)))?;
    replace(&folder.path(folder::HS_INDEX), &index.to_bytes().map_err(Error::from)?)?;
    let path = folder.path(folder::SCHEMA);
    let schema = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
    replace(&path, format!("{schema}\n[descriptions]\nhs_index = \"hs.index\"\n").as_bytes())?;
    Ok(Schema::load(&path).map_err(Error::from)?)
}

/// What was learnt on everything before the last quarter.
struct Learnt {
    models: Vec<(PathBuf, Model)>,
    chosen: usize,
    history: History,
    training: Summary,
}

/// Reads the past once and fits every kind of model on it.
fn learn(
    folder: &Folder,
    request: &Request,
    schema: &Schema,
    today: Day,
    progress: &mut impl FnMut(&'static str, u64),
) -> Result<Learnt, DemoError> {
    let past = [folder.path(folder::PAST)];
    let told = |done: Progress| progress("reading the past", done.percent());
    let (trainer, training) = read(schema, shape(schema), &past, today, told)?;
    let mut models = Vec::with_capacity(ModelKind::ALL.len());
    for (index, kind) in ModelKind::ALL.into_iter().enumerate() {
        progress("training", (index * 100 / ModelKind::ALL.len()) as u64);
        let params = TrainParams { kind, seed: request.seed, threads: request.threads, ..TrainParams::default() };
        let params = params.check().map_err(Error::from)?;
        let model = trainer.finish(schema.name(), None, &params).map_err(Error::from)?;
        let name = PathBuf::from(format!("{}.tw", kind.name()));
        save(&model, &folder.path(&name))?;
        models.push((name, model));
    }
    // Of models that order the latest training data equally well, the simplest is taken.
    let quality = |model: &Model| model.card().validation.map_or(0.0, |(_, average_precision)| average_precision);
    let best = (0..models.len()).rev().max_by(|a, b| quality(&models[*a].1).total_cmp(&quality(&models[*b].1)));
    Ok(Learnt { chosen: best.unwrap_or_default(), models, history: trainer.history().clone(), training })
}

/// Resamples for the intervals of the figures.
const REPLICATES: usize = 200;

fn measure(
    folder: &Folder,
    request: &Request,
    schema: &Schema,
    models: &[(PathBuf, Model)],
    today: Day,
    progress: &mut impl FnMut(&'static str, u64),
) -> Result<Evaluation, DemoError> {
    let truth = folder.path(folder::TRUTH);
    let later = LaterRequest {
        schema,
        models,
        history: &[folder.path(folder::PAST)],
        data: &[folder.path(folder::QUARTER)],
        truth: Some(&truth),
        as_of: None,
        today,
        replicates: REPLICATES,
        threads: request.threads,
    };
    Ok(evaluate(&later, progress)?)
}

fn verified(inputs: &folder::Inputs, table: &Path, commitment: &str) -> Result<usize, DemoError> {
    match verify(&inputs.borrow(), table, Some(commitment), |_| ())? {
        Verdict::Same { rows } => Ok(rows),
        other => Err(DemoError::Unverified(format!("{other:?}"))),
    }
}
