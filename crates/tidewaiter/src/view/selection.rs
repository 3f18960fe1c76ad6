//! Selections as a table and as JSON.

use crate::flow::select::Selection;
use domain::{ControlKind, Lane, SelectedBy};
use risk::select::{Draw, LaneUse, Limit, Relation, Row, Use};
use serde::Serialize;
use std::collections::BTreeMap;

/// Columns of `selection.csv`.
pub const COLUMNS: [&str; 30] = [
    "day",
    "office",
    "rank",
    "id",
    "version",
    "lane",
    "control",
    "selected_by",
    "selection_probability",
    "probability",
    "expected_revenue",
    "reason_1",
    "reason_2",
    "reason_3",
    "blind",
    "examiner",
    "minutes",
    "inherited",
    "mandatory",
    "consignment",
    "unit",
    "items",
    "score_probability",
    "random_probability",
    "exploration_probability",
    "declared_sha256",
    "commitment",
    "policy_id",
    "model_id",
    "scores_id",
];

/// The whole table: a head, and one row for each declaration and version of each day.
///
/// # Errors
/// None in practice: the table is written to memory.
pub fn table(selection: &Selection) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    for draw in &selection.draws {
        let day = draw.day.map(|day| day.to_string()).unwrap_or_default();
        for row in &draw.rows {
            out.write_record(cells(selection, &day, row))?;
        }
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

fn cells(selection: &Selection, day: &str, row: &Row) -> [String; COLUMNS.len()] {
    let candidate = &selection.candidates[row.candidate];
    let told = &selection.told[row.candidate];
    let text = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().to_owned();
    let reason = |place: usize| match told.reasons.get(place) {
        Some(reason) if !row.blind => reason.to_string(),
        _ => String::new(),
    };
    let mandatory = candidate.mandatory.iter().map(|control| {
        let basis = if control.legal_basis.is_empty() { "legal basis not given" } else { &control.legal_basis };
        format!("{basis} ({}): {}", control.agency, control.kind.name())
    });
    [
        day.to_owned(),
        text(&candidate.office),
        row.rank.map(|rank| rank.to_string()).unwrap_or_default(),
        candidate.id.to_string(),
        candidate.version.to_string(),
        row.lane.name().to_owned(),
        row.control.map_or("", ControlKind::name).to_owned(),
        row.selected_by.name().to_owned(),
        row.probability.to_string(),
        told.probability.to_string(),
        told.expected_revenue.to_string(),
        reason(0),
        reason(1),
        reason(2),
        if row.blind { "yes" } else { "" }.to_owned(),
        text(&row.examiner),
        row.minutes.to_string(),
        row.inherited.map_or("", Relation::name).to_owned(),
        mandatory.collect::<Vec<_>>().join("; "),
        text(&candidate.consignment),
        row.unit.to_string(),
        candidate.items.to_string(),
        row.score_probability.to_string(),
        row.random_probability.to_string(),
        row.exploration_probability.to_string(),
        hex(&candidate.digest),
        selection.commitment.clone(),
        selection.policy_id.to_string(),
        told.model_id.to_string(),
        selection.scores_id.clone(),
    ]
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What `tidewaiter select --json` prints.
#[derive(Debug, Serialize)]
pub struct SelectionView {
    /// The table written.
    pub out: String,
    /// Name of the policy.
    pub policy: String,
    /// Identity of the policy.
    pub policy_id: String,
    /// Identity of the model whose scores were used.
    pub model_id: String,
    /// First 16 hexadecimal digits of the SHA-256 of the scores file.
    pub scores_id: String,
    /// SHA-256 of the secret.
    pub commitment: String,
    /// Declarations that took part, each version for itself.
    pub declarations: usize,
    /// Declarations without a score: they took part in everything but the ranking.
    pub without_score: usize,
    /// Declarations selected for a control.
    pub selected: usize,
    /// Declarations by lane.
    pub lanes: BTreeMap<&'static str, usize>,
    /// Declarations by why they were selected.
    pub selected_by: BTreeMap<&'static str, usize>,
    /// Picks by score that go out without reasons.
    pub blind: usize,
    /// Findings to expect among the selected.
    pub expected_findings: f64,
    /// Extra revenue to expect from the selected, in units of the currency.
    pub expected_revenue: f64,
    /// Officer-hours of all controls.
    pub officer_hours: f64,
    /// Rows of the data with a mandatory control of which this role is not given or can't be read.
    pub incomplete_mandatory: BTreeMap<&'static str, u64>,
    /// Each draw.
    pub draws: Vec<DrawView>,
}

/// One day.
#[derive(Debug, Serialize)]
pub struct DrawView {
    /// The day.
    pub day: String,
    /// Declarations that took part.
    pub declarations: usize,
    /// SHA-256 of the roll, the sorted list of ids and as-declared bytes.
    pub roll_sha256: String,
    /// SHA-256 of the seed.
    pub seed_sha256: String,
    /// What was spent.
    pub offices: Vec<UseView>,
    /// What the ranking put into each lane that has a rate.
    pub rates: Vec<RateView>,
}

/// What the ranking put into a lane that has a rate, at all offices together.
#[derive(Debug, Serialize)]
pub struct RateView {
    /// The lane.
    pub lane: &'static str,
    /// Declarations for which the rate had room, rounded down or up by chance, after what chance is expected to put there.
    pub room: u64,
    /// Declarations that the ranking put there.
    pub by_score: u64,
    /// By how much the last consignment, which is taken whole, exceeded the room.
    pub over: u64,
}

/// What an office spent on one kind of control.
#[derive(Debug, Serialize)]
pub struct UseView {
    /// The office.
    pub office: String,
    /// The control.
    pub control: &'static str,
    /// What `limit`, `used`, `set_apart` and `over` count: `minutes` or `declarations`.
    pub measure: &'static str,
    /// The limit of the day.
    pub limit: u64,
    /// What was used.
    pub used: u64,
    /// How much of it what stands outside the draw used.
    pub set_apart: u64,
    /// By how much the limit was exceeded for what must be done in any case.
    pub over: u64,
    /// Declarations controlled.
    pub declarations: u64,
    /// Officer-hours.
    pub officer_hours: f64,
}

impl SelectionView {
    /// The view of a selection that was written to `out`.
    pub fn new(selection: &Selection, out: &str) -> Self {
        let rows = || selection.draws.iter().flat_map(|draw| &draw.rows);
        let mut lanes: BTreeMap<_, _> = Lane::ALL.into_iter().map(|lane| (lane.name(), 0)).collect();
        let mut selected_by = BTreeMap::new();
        let (mut expected_findings, mut expected_revenue_minor) = (0.0, 0.0);
        for row in rows() {
            *lanes.entry(row.lane.name()).or_default() += 1;
            *selected_by.entry(row.selected_by.name()).or_default() += 1;
            let candidate = &selection.candidates[row.candidate];
            if let Some(score) = candidate.score.filter(|_| row.control.is_some()) {
                expected_findings += score.probability;
                expected_revenue_minor += score.expected_revenue_minor;
            }
        }
        Self {
            out: out.to_owned(),
            policy: selection.policy_name.clone(),
            policy_id: selection.policy_id.to_string(),
            model_id: selection.model_id.clone(),
            scores_id: selection.scores_id.clone(),
            commitment: selection.commitment.clone(),
            declarations: rows().count(),
            without_score: rows().filter(|row| selection.candidates[row.candidate].score.is_none()).count(),
            selected: rows().filter(|row| row.selected_by != SelectedBy::None).count(),
            lanes,
            selected_by,
            blind: rows().filter(|row| row.blind).count(),
            expected_findings,
            expected_revenue: expected_revenue_minor / 100.0,
            officer_hours: rows().map(|row| row.minutes).sum::<u64>() as f64 / 60.0,
            incomplete_mandatory: selection.incomplete_mandatory.iter().map(|(role, n)| (role.name(), *n)).collect(),
            draws: selection.draws.iter().map(draw_view).collect(),
        }
    }
}

fn draw_view(draw: &Draw) -> DrawView {
    DrawView {
        day: draw.day.map(|day| day.to_string()).unwrap_or_default(),
        declarations: draw.rows.len(),
        roll_sha256: hex(&draw.roll),
        seed_sha256: hex(&draw.seed_digest),
        offices: draw.uses.iter().map(use_view).collect(),
        rates: draw.lanes.iter().map(rate_view).collect(),
    }
}

fn rate_view(entry: &LaneUse) -> RateView {
    let LaneUse { lane, room, by_score } = *entry;
    RateView { lane: lane.name(), room, by_score, over: entry.overrun() }
}

fn use_view(entry: &Use) -> UseView {
    let (measure, limit) = match entry.limit {
        Limit::Minutes(limit) => ("minutes", limit),
        Limit::Count(limit) => ("declarations", limit),
    };
    UseView {
        office: entry.office.to_string(),
        control: entry.control.name(),
        measure,
        limit,
        used: entry.used,
        set_apart: entry.set_apart,
        over: entry.overrun(),
        declarations: entry.declarations,
        officer_hours: entry.minutes as f64 / 60.0,
    }
}
