//! A pilot: an administration's own past replayed under several strategies, with what it can tell and what it can't.

mod journal;
mod past;
mod workers;

use super::Error;
use super::evaluate::EvaluateError;
use crate::intake::{IntakeError, Schema, Summary};
use domain::Day;
use journal::Journal;
use risk::replay::gap::{Gap, Observed, gap};
use risk::replay::{
    CheckedPlan, Control, Finished, PeriodFigures, PeriodKind, Plan, Rate, ReplayError, Strategy, Stream, replay,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use workers::Workers;

/// Megabytes, of a million bytes each, that strategies may hold together where nothing else is asked for.
pub const MEMORY_MB: u64 = 2048;

/// What is to be replayed.
#[derive(Clone, Debug)]
pub struct PilotRequest<'a> {
    /// The schema of all files.
    pub schema: &'a Schema,
    /// Declarations with their results.
    pub data: &'a [PathBuf],
    /// The truth about a simulated world: the outcome of every declaration.
    pub truth: Option<&'a Path>,
    /// The strategies, in the order in which they are told; none for the usual ones.
    pub strategies: &'a [Strategy],
    /// How it is run; the rate is the next field.
    pub plan: Plan,
    /// Share inspected; `None`: as many as were inspected at the time, or 5 % where the files don't tell.
    pub rate: Option<Rate>,
    /// Length of a period.
    pub period: PeriodKind,
    /// The folder for journal and reports.
    pub out: &'a Path,
    /// Whether to go on with a journal that is there.
    pub resume: bool,
    /// The day on which files are read.
    pub today: Day,
    /// Threads; the figures are the same for any number.
    pub threads: usize,
    /// Megabytes that the strategies which run side by side may hold together, beside the past itself; one always runs.
    pub memory_mb: u64,
}

/// Why there is no pilot.
#[derive(Debug, thiserror::Error)]
pub enum PilotError {
    /// Files, schema or truth.
    #[error(transparent)]
    Files(#[from] EvaluateError),
    /// The replay.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A journal of an unfinished pilot is there.
    #[error(
        "{path} holds the finished periods of a pilot that was stopped; go on with --resume, or delete it to start anew",
        path = .0.display()
    )]
    Unfinished(PathBuf),
    /// A journal that can't be read.
    #[error("{path}, line {line}: this is no line of a pilot's journal; delete the file to start anew", path = path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// A strategy that the files can't tell.
    #[error("`lanes` repeats what was inspected at the time, and the files don't tell: every declaration has a result")]
    NoLanes,
    /// No declaration has a result.
    #[error(
        "none of {0} declarations has a result, so there is nothing to replay; check the roles `inspected` and `finding`"
    )]
    NoResults(usize),
}

impl From<Error> for PilotError {
    fn from(error: Error) -> Self {
        Self::Files(error.into())
    }
}

impl From<IntakeError> for PilotError {
    fn from(error: IntakeError) -> Self {
        Self::Files(error.into())
    }
}

/// A strategy through all periods.
#[derive(Clone, Debug)]
pub struct Track {
    /// The strategy.
    pub strategy: Strategy,
    /// Its periods after the warm-up.
    pub periods: Vec<PeriodFigures>,
}

/// What the random floor of the files says of a month.
#[derive(Clone, Debug)]
pub struct MonthGap {
    /// Year and month.
    pub month: (i16, i8),
    /// What was observed.
    pub observed: Observed,
    /// What follows; `None` where nothing was drawn.
    pub gap: Option<Gap>,
}

/// What a pilot came to.
#[derive(Clone, Debug)]
pub struct Pilot {
    /// What was read.
    pub summary: Summary,
    /// The plan it ran under.
    pub plan: CheckedPlan,
    /// Length of its periods.
    pub period: PeriodKind,
    /// First days of all periods of the past, those of the warm-up first.
    pub starts: Vec<Day>,
    /// Whether the outcome of every declaration is known.
    pub is_full: bool,
    /// Whether that is the truth of a simulated world.
    pub has_truth: bool,
    /// Whether revenue is recorded, and not the duty at stake.
    pub has_extra_revenue: bool,
    /// Share drawn at random at the time, where there was a draw.
    pub floor: Option<f64>,
    /// Whether results without a date were taken as known some days later, and how many days.
    pub known_after_days: Option<i32>,
    /// The strategies.
    pub tracks: Vec<Track>,
    /// The customs gap, month by month.
    pub months: Vec<MonthGap>,
    /// The customs gap of the whole past.
    pub whole: MonthGap,
}

/// The usual strategies: what was done, chance, value, and models with a tenth of chance.
fn usual(has_present: bool) -> Result<Vec<Strategy>, ReplayError> {
    let names =
        ["random", "stake", "profile:0.9+random:0.1", "gbdt:0.9+random:0.1", "gbdt:0.8+uncertainty:0.1+random:0.1"];
    let lanes = has_present.then_some("lanes");
    lanes.into_iter().chain(names).map(Strategy::parse).collect()
}

/// Replays the past. Every finished period is in the journal before the next one begins, so that a pilot that is stopped
/// loses none; the journal is removed by [`done`] once the reports are written.
///
/// # Errors
/// Where files can't be read, a strategy can't run on them, or an unfinished pilot is in the folder.
pub fn pilot(request: &PilotRequest<'_>, progress: &(dyn Fn(&'static str, u64) + Sync)) -> Result<Pilot, PilotError> {
    let past = past::read(request, progress)?;
    let stream = &past.stream;
    let rate = request.rate.unwrap_or(if past.was_inspected { Rate::Present } else { Rate::Fixed(0.05) });
    let strategies = match request.strategies {
        [] => usual(past.was_inspected)?,
        given => given.to_vec(),
    };
    if !past.was_inspected && strategies.iter().any(Strategy::is_present) {
        return Err(PilotError::NoLanes);
    }
    if stream.declarations().iter().all(|declared| declared.outcome.is_none()) {
        return Err(PilotError::NoResults(stream.declarations().len()));
    }
    let plan = Plan { rate, ..request.plan.clone() };
    let workers = Workers::new(stream, &plan, &strategies, (request.threads, request.memory_mb));
    let plan = Plan { threads: workers.inner, ..plan }.check()?;
    let journal = Journal::open(request, &plan, stream)?;
    let tracks = run(stream, &plan, &strategies, workers.count, &journal, progress)?;
    Ok(Pilot {
        starts: stream.periods().iter().map(|period| period.start).collect(),
        is_full: stream.is_full(),
        has_truth: request.truth.is_some(),
        has_extra_revenue: past.has_extra_revenue,
        floor: stream.floor(),
        known_after_days: (past.summary.known_on_assumed > 0).then(|| request.schema.known_after_days()),
        months: months(&past.observed, plan.get().seed),
        whole: whole(&past.observed, plan.get().seed),
        summary: past.summary,
        period: request.period,
        plan,
        tracks,
    })
}

/// Removes the journal of a pilot whose reports are written.
///
/// # Errors
/// Where the folder can't be written.
pub fn done(out: &Path) -> Result<(), Error> {
    let path = journal::path(out);
    std::fs::remove_file(&path).map_err(Error::file(&path))
}

fn run(
    stream: &Stream,
    plan: &CheckedPlan,
    strategies: &[Strategy],
    workers: usize,
    journal: &Journal,
    progress: &(dyn Fn(&'static str, u64) + Sync),
) -> Result<Vec<Track>, PilotError> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let all = strategies.len() * stream.periods().len().saturating_sub(plan.get().warm_up);
    let results: Vec<Mutex<Option<Result<Track, PilotError>>>> = strategies.iter().map(|_| Mutex::default()).collect();
    let one = |strategy: &Strategy| {
        let mut periods = journal.finished(strategy);
        let finished: Vec<Finished> = periods.iter().map(finished).collect();
        done.fetch_add(periods.len(), Ordering::Relaxed);
        let mut failed = None;
        replay(stream, plan, strategy, &finished, |figures| {
            if let Err(error) = journal.append(strategy, &figures) {
                failed = Some(error);
                return Control::Stop;
            }
            periods.push(figures);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress("replaying", (done * 100 / all.max(1)) as u64);
            Control::GoOn
        })?;
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(Track { strategy: strategy.clone(), periods }),
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(place) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < strategies.len()) {
                    let result = one(&strategies[place]);
                    *results[place].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                }
            });
        }
    });
    results.into_iter().filter_map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

fn finished(figures: &PeriodFigures) -> Finished {
    Finished { period: figures.period, picks: figures.picks.clone(), drift: figures.drift.or(figures.stability) }
}

fn months(observed: &BTreeMap<(i16, i8), Observed>, seed: u64) -> Vec<MonthGap> {
    let month = |(month, observed): (&(i16, i8), &Observed)| MonthGap {
        month: *month,
        gap: gap(observed, seed),
        observed: observed.clone(),
    };
    observed.iter().map(month).collect()
}

fn whole(observed: &BTreeMap<(i16, i8), Observed>, seed: u64) -> MonthGap {
    let mut sum = Observed::default();
    observed.values().for_each(|month| sum.add(month));
    let month = observed.keys().next().copied().unwrap_or_default();
    MonthGap { month, gap: gap(&sum, seed), observed: sum }
}
