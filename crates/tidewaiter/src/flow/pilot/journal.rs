//! The journal of a pilot: one line of JSON for each finished period of each strategy, written before the next one begins.
//!
//! The first line names the past and the plan, so that no journal goes on under another. A last line that was cut short is
//! dropped: its period is replayed again.

use super::{PilotError, PilotRequest};
use crate::flow::Error;
use domain::{Control, Lane};
use risk::replay::estimate::Estimate;
use risk::replay::{
    CheckedPlan, ControlFigures, Estimates, FullFigures, LaneFigures, OfficeFigures, PeriodFigures, Pick, Plan,
    ReplayError, Strategy, Stream, Training, Why, WhyFigures,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Name of the file.
const FILE: &str = "journal.jsonl";

/// What the first line begins with. Version 3 tells lanes and kinds of control; a journal of an earlier version can't, so it is
/// refused as one of another plan is.
const FORMAT: &str = "tidewaiter-pilot-journal 3";

/// A journal that is written to.
pub(super) struct Journal {
    path: PathBuf,
    file: Mutex<File>,
    finished: BTreeMap<String, Vec<PeriodFigures>>,
}

/// Where a folder's journal is.
pub(super) fn path(out: &Path) -> PathBuf {
    out.join(FILE)
}

#[derive(Serialize, Deserialize, PartialEq)]
struct Head {
    format: String,
    past: String,
    plan: String,
}

impl Journal {
    /// Begins a journal, or goes on with the one that is there.
    pub(super) fn open(request: &PilotRequest<'_>, plan: &CheckedPlan, stream: &Stream) -> Result<Self, PilotError> {
        std::fs::create_dir_all(request.out).map_err(Error::file(request.out))?;
        let path = path(request.out);
        // Threads don't change a figure.
        let plan = format!("{:?} {:?}", request.period, Plan { threads: 1, ..plan.get().clone() });
        let head = Head { format: FORMAT.to_owned(), past: stream.fingerprint(), plan };
        if !path.exists() || (!request.resume && is_empty(&path)?) {
            let mut file = File::create(&path).map_err(Error::file(&path))?;
            line(&mut file, &head).map_err(Error::file(&path))?;
            return Ok(Self { path, file: Mutex::new(file), finished: BTreeMap::new() });
        }
        if !request.resume {
            return Err(PilotError::Unfinished(path));
        }
        let (finished, end) = read(&path, &head)?;
        let file = OpenOptions::new().write(true).open(&path).map_err(Error::file(&path))?;
        file.set_len(end).map_err(Error::file(&path))?;
        drop(file);
        let file = OpenOptions::new().append(true).open(&path).map_err(Error::file(&path))?;
        Ok(Self { path, file: Mutex::new(file), finished })
    }

    /// The periods of a strategy that were finished before.
    pub(super) fn finished(&self, strategy: &Strategy) -> Vec<PeriodFigures> {
        self.finished.get(strategy.name()).cloned().unwrap_or_default()
    }

    /// Adds a period.
    pub(super) fn append(&self, strategy: &Strategy, figures: &PeriodFigures) -> Result<(), Error> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        line(&mut file, &Line::new(strategy, figures)).map_err(Error::file(&self.path))
    }
}

/// Whether no period stands in a journal.
fn is_empty(path: &Path) -> Result<bool, Error> {
    let text = std::fs::read(path).map_err(Error::file(path))?;
    Ok(text.iter().filter(|byte| **byte == b'\n').count() <= 1)
}

/// Writes a line in one go and to the disk.
fn line(file: &mut File, value: &impl Serialize) -> std::io::Result<()> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    file.write_all(&text)?;
    file.sync_data()
}

/// The finished periods of a journal by strategy, and where its last whole line ends.
fn read(path: &Path, head: &Head) -> Result<(BTreeMap<String, Vec<PeriodFigures>>, u64), PilotError> {
    let text = std::fs::read(path).map_err(Error::file(path))?;
    let mut finished: BTreeMap<String, Vec<PeriodFigures>> = BTreeMap::new();
    let mut end = 0;
    for (number, bytes) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if bytes.last() != Some(&b'\n') {
            break;
        }
        let wrong = || PilotError::Journal { path: path.to_owned(), line: number + 1 };
        end += bytes.len() as u64;
        if number == 0 {
            let found: Head = serde_json::from_slice(bytes).map_err(|_| wrong())?;
            if found != *head {
                return Err(ReplayError::OtherJournal.into());
            }
            continue;
        }
        let line: Line = serde_json::from_slice(bytes).map_err(|_| wrong())?;
        let strategy = line.strategy.clone();
        finished.entry(strategy).or_default().push(line.figures().ok_or_else(wrong)?);
    }
    if end == 0 { Err(PilotError::Journal { path: path.to_owned(), line: 1 }) } else { Ok((finished, end)) }
}

#[derive(Serialize, Deserialize)]
struct Line {
    strategy: String,
    period: usize,
    declarations: u64,
    capacity: u64,
    picks: Vec<(usize, String, f64, f64)>,
    training: String,
    known: u64,
    found: u64,
    revenue_minor: f64,
    predicted: Option<f64>,
    by_why: Vec<(String, u64, u64, f64)>,
    by_office: Vec<(String, u64, u64, u64)>,
    /// Lanes by their names, empty for none: declarations, picks, known, found.
    by_lane: Vec<(String, [u64; 4])>,
    /// Kinds of control by their names, empty for none: picks, known.
    by_control: Vec<(String, [u64; 2])>,
    found_new_importers: u64,
    small_importers: (u64, u64),
    explored: f64,
    drift: Option<f64>,
    stability: Option<f64>,
    full: Option<Full>,
    estimates: Option<(u64, [(f64, f64); 4])>,
}

#[derive(Serialize, Deserialize)]
struct Full {
    findings: u64,
    revenue_minor: f64,
    oracle_found: u64,
    oracle_revenue_minor: f64,
    findings_new_importers: u64,
    auc: Option<f64>,
    brier: Option<f64>,
    curve: Vec<(f64, f64)>,
}

impl Line {
    fn new(strategy: &Strategy, figures: &PeriodFigures) -> Self {
        let pick = |pick: &Pick| (pick.place, pick.why.name().to_owned(), pick.probability, pick.expected_minor);
        let why = |(why, of): (&Why, &WhyFigures)| (why.name().to_owned(), of.picks, of.found, of.revenue_minor);
        let offices = figures.by_office.iter();
        let offices = offices.map(|(name, of)| (name.to_string(), of.declarations, of.picks, of.found));
        let estimates = |of: Estimates| {
            let all = [of.found, of.revenue_minor, of.found_robust, of.revenue_robust_minor];
            (of.drawn, all.map(|one| (one.value, one.variance)))
        };
        Self {
            strategy: strategy.name().to_owned(),
            period: figures.period,
            declarations: figures.declarations,
            capacity: figures.capacity,
            picks: figures.picks.iter().map(pick).collect(),
            training: figures.training.name().to_owned(),
            known: figures.known,
            found: figures.found,
            revenue_minor: figures.revenue_minor,
            predicted: figures.predicted,
            by_why: figures.by_why.iter().map(why).collect(),
            by_office: offices.collect(),
            by_lane: figures.by_lane.iter().map(lane_line).collect(),
            by_control: figures.by_control.iter().map(control_line).collect(),
            found_new_importers: figures.found_new_importers,
            small_importers: figures.small_importers,
            explored: figures.explored,
            drift: figures.drift,
            stability: figures.stability,
            full: figures.full.as_ref().map(Full::new),
            estimates: figures.estimates.map(estimates),
        }
    }

    /// The figures as they were; `None` where a name is unknown.
    fn figures(self) -> Option<PeriodFigures> {
        let pick = |(place, why, probability, expected_minor): (usize, String, f64, f64)| {
            Some(Pick { place, why: Why::parse(&why)?, probability, expected_minor })
        };
        let why = |(why, picks, found, revenue_minor): (String, u64, u64, f64)| {
            Some((Why::parse(&why)?, WhyFigures { picks, found, revenue_minor }))
        };
        let office = |(name, declarations, picks, found): (String, u64, u64, u64)| {
            (name.into(), OfficeFigures { declarations, picks, found })
        };
        let estimates = |(drawn, all): (u64, [(f64, f64); 4])| {
            let [found, revenue_minor, found_robust, revenue_robust_minor] =
                all.map(|(value, variance)| Estimate { value, variance });
            Estimates { drawn, found, revenue_minor, found_robust, revenue_robust_minor }
        };
        Some(PeriodFigures {
            period: self.period,
            declarations: self.declarations,
            capacity: self.capacity,
            picks: self.picks.into_iter().map(pick).collect::<Option<_>>()?,
            training: Training::parse(&self.training)?,
            known: self.known,
            found: self.found,
            revenue_minor: self.revenue_minor,
            predicted: self.predicted,
            by_why: self.by_why.into_iter().map(why).collect::<Option<_>>()?,
            by_office: self.by_office.into_iter().map(office).collect(),
            by_lane: self.by_lane.into_iter().map(lane_figures).collect::<Option<_>>()?,
            by_control: self.by_control.into_iter().map(control_figures).collect::<Option<_>>()?,
            found_new_importers: self.found_new_importers,
            small_importers: self.small_importers,
            explored: self.explored,
            drift: self.drift,
            stability: self.stability,
            full: self.full.map(Full::figures),
            estimates: self.estimates.map(estimates),
        })
    }
}

fn lane_line((lane, of): (&Option<Lane>, &LaneFigures)) -> (String, [u64; 4]) {
    let name = lane.map_or("", Lane::name);
    (name.to_owned(), [of.declarations, of.picks, of.known, of.found])
}

/// A lane as it was; `None` where its name is unknown.
fn lane_figures((name, counts): (String, [u64; 4])) -> Option<(Option<Lane>, LaneFigures)> {
    let lane = if name.is_empty() { None } else { Some(Lane::parse(&name)?) };
    let [declarations, picks, known, found] = counts;
    Some((lane, LaneFigures { declarations, picks, known, found }))
}

fn control_line((control, of): (&Option<Control>, &ControlFigures)) -> (String, [u64; 2]) {
    (control.map_or("", Control::name).to_owned(), [of.picks, of.known])
}

/// A kind of control as it was; `None` where its name is unknown.
fn control_figures((name, [picks, known]): (String, [u64; 2])) -> Option<(Option<Control>, ControlFigures)> {
    let control = if name.is_empty() { None } else { Some(Control::parse(&name)?) };
    Some((control, ControlFigures { picks, known }))
}

impl Full {
    fn new(full: &FullFigures) -> Self {
        Self {
            findings: full.findings,
            revenue_minor: full.revenue_minor,
            oracle_found: full.oracle_found,
            oracle_revenue_minor: full.oracle_revenue_minor,
            findings_new_importers: full.findings_new_importers,
            auc: full.auc,
            brier: full.brier,
            curve: full.curve.clone(),
        }
    }

    fn figures(self) -> FullFigures {
        FullFigures {
            findings: self.findings,
            revenue_minor: self.revenue_minor,
            oracle_found: self.oracle_found,
            oracle_revenue_minor: self.oracle_revenue_minor,
            findings_new_importers: self.findings_new_importers,
            auc: self.auc,
            brier: self.brier,
            curve: self.curve,
        }
    }
}
