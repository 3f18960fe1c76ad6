//! Reports: HTML pages without script, made from the values that stand in the JSON files. Here that of a demo; [`assess`]
//! has that of an assessment.

pub mod assess;
mod charts;
pub mod heat;
mod list;
pub mod pilot;
pub mod plot;
mod table;

use crate::flow::demo::Demo;
use crate::intake::Summary;
use crate::view::evaluation::{FiguresView, IntervalView, ModelView, SliceView};
use crate::view::selection::SelectionView;
use crate::view::words::Words;
use askama::Template;
use charts::{Chart, Material};
use domain::{QualityKind, Role};
use list::Entry;
use std::collections::BTreeMap;
use table::{Table, figure, grouped, percent_or_dash};

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    words: &'a Words,
    subtitle: String,
    cards: Vec<(String, String)>,
    list_note: String,
    entries: Vec<Entry>,
    lanes: Vec<(&'static str, String, String)>,
    lane_total: String,
    capacity: Table,
    choice: String,
    on_all: Table,
    on_labelled: Table,
    slices: Table,
    charts: Vec<Chart>,
    quality_note: String,
    quality: Table,
    limits: Vec<String>,
    facts: Vec<(String, String)>,
    commands: Vec<(String, String)>,
}

impl Page<'_> {
    fn t(&self, id: &str) -> String {
        self.words.text(id, &[])
    }
}

/// The page of a demo.
///
/// # Errors
/// None in practice: the page is written to memory.
pub fn page(demo: &Demo, words: &Words) -> askama::Result<String> {
    let selection = SelectionView::new(&demo.selection, "selection.csv");
    let models = &demo.evaluation.models;
    let chosen = models.get(demo.chosen);
    let material = Material { words, models, chosen: demo.chosen, probabilities: &demo.probabilities };
    let figures = Figures { words, demo };
    let page = Page {
        words,
        subtitle: words
            .text("report-subtitle", &[("day", &demo.days.last.to_string()), ("seed", &demo.seed.to_string())]),
        cards: cards(demo, &selection, words),
        list_note: list_note(&selection, words),
        entries: list::entries(demo, words),
        lanes: lanes(&selection, words),
        lane_total: words.text("report-lanes", &[("declarations", &grouped(selection.declarations as f64))]),
        capacity: capacity(&selection, words),
        choice: figures.choice(),
        on_all: figures.models("report-on-truth-caption", |model| model.slices.all.as_ref()),
        on_labelled: figures.models("report-on-labelled-caption", |model| model.labelled.as_ref()?.slices.all.as_ref()),
        slices: chosen.map_or_else(Table::default, |model| figures.slices(model)),
        charts: material.charts(),
        quality_note: quality_note(demo, words),
        quality: quality(&demo.training, &demo.quarter, words),
        limits: limits(demo, words),
        facts: provenance(demo, &selection, words),
        commands: commands(demo, words),
    };
    page.render()
}

fn cards(demo: &Demo, selection: &SelectionView, words: &Words) -> Vec<(String, String)> {
    let card = demo.model().card();
    let cards = [
        ("report-card-declarations", grouped(selection.declarations as f64)),
        ("report-card-selected", grouped(selection.selected as f64)),
        ("report-card-findings", format!("{:.1}", selection.expected_findings)),
        ("report-card-revenue", grouped(selection.expected_revenue)),
        ("report-card-hours", format!("{:.0}", selection.officer_hours)),
        ("report-card-model", card.kind.name().to_owned()),
    ];
    cards.map(|(id, value)| (words.text(id, &[]), value)).to_vec()
}

fn list_note(selection: &SelectionView, words: &Words) -> String {
    let by = |name: &str| selection.selected_by.get(name).copied().unwrap_or(0).to_string();
    let counts = [
        ("selected", &*selection.selected.to_string()),
        ("mandatory", &by("mandatory")),
        ("score", &by("score")),
        ("random", &by("random")),
        ("exploration", &by("exploration")),
    ];
    let blind = match selection.blind {
        0 => "report-blind-none",
        1 => "report-blind-one",
        _ => "report-blind-some",
    };
    let blind = words.text(blind, &[("blind", &selection.blind.to_string())]);
    format!("{} {blind}", words.text("report-list-note", &counts))
}

fn lanes(selection: &SelectionView, words: &Words) -> Vec<(&'static str, String, String)> {
    let lane = |name: &'static str| {
        let count = selection.lanes.get(name).copied().unwrap_or(0);
        (name, words.text(&format!("lane-{name}"), &[]), grouped(count as f64))
    };
    ["red", "yellow", "blue", "green"].map(lane).to_vec()
}

fn capacity(selection: &SelectionView, words: &Words) -> Table {
    let uses = selection.draws.iter().flat_map(|draw| &draw.offices).filter(|entry| entry.declarations > 0);
    let row = |entry: &crate::view::selection::UseView| {
        let measured = |amount: u64| match entry.measure {
            "minutes" => words.text("report-hours", &[("hours", &format!("{:.1}", amount as f64 / 60.0))]),
            _ => amount.to_string(),
        };
        let control = words.text(&format!("control-{}", entry.control), &[]);
        vec![entry.office.clone(), control, entry.declarations.to_string(), measured(entry.used), measured(entry.limit)]
    };
    let head = ["report-office", "report-control", "report-declarations", "report-used", "report-limit"];
    Table {
        caption: words.text("report-capacity-caption", &[]),
        head: head.map(|id| words.text(id, &[])).to_vec(),
        rows: uses.map(row).collect(),
        numbers_from: 2,
    }
}

/// Tables of figures.
struct Figures<'a> {
    words: &'a Words,
    demo: &'a Demo,
}

impl Figures<'_> {
    fn text(&self, id: &str) -> String {
        self.words.text(id, &[])
    }

    fn choice(&self) -> String {
        let card = self.demo.model().card();
        let (auc, average_precision) = card.validation.unzip();
        self.words.text(
            "report-choice",
            &[
                ("kind", card.kind.name()),
                ("auc", &figure(auc)),
                ("average_precision", &figure(average_precision)),
                ("as_of", &card.as_of.to_string()),
            ],
        )
    }

    fn models<'v>(&'v self, caption: &str, slice: impl Fn(&'v ModelView) -> Option<&'v SliceView>) -> Table {
        let all = &self.demo.evaluation.models;
        let first = all.iter().find_map(&slice);
        let (n, found) = first.map_or((0.0, 0.0), |slice| (slice.figures.n, slice.figures.findings));
        let row = |model: &'v ModelView| {
            let slice = slice(model)?;
            let mut row = vec![model.kind.clone()];
            row.push(with_interval(slice.figures.auc, slice.intervals.get("auc")));
            row.push(with_interval(slice.figures.pr_auc, slice.intervals.get("pr_auc")));
            row.extend(rates(&slice.figures));
            Some(row)
        };
        let head = ["report-model", "report-auc", "report-pr-auc"].into_iter().chain(RATES);
        Table {
            caption: self.words.text(caption, &[("n", &grouped(n)), ("found", &grouped(found))]),
            head: head.map(|id| self.text(id)).collect(),
            rows: all.iter().filter_map(row).collect(),
            numbers_from: 1,
        }
    }

    fn slices(&self, model: &ModelView) -> Table {
        let slices = &model.slices;
        let parts = [
            ("slice-all", &slices.all),
            ("slice-novel", &slices.novel),
            ("slice-repeat", &slices.repeat),
            ("slice-importer-seen", &slices.importer_seen),
            ("slice-importer-unseen", &slices.importer_unseen),
        ];
        let row = |(id, slice): (&str, &Option<SliceView>)| {
            let figures = &slice.as_ref()?.figures;
            let mut row = vec![self.text(id), grouped(figures.n), grouped(figures.findings)];
            row.extend([figure(figures.auc), figure(figures.pr_auc)]);
            row.extend(rates(figures));
            Some(row)
        };
        let head = ["report-declarations", "report-count", "report-irregular", "report-auc", "report-pr-auc"];
        Table {
            caption: self.words.text("report-slices-caption", &[("kind", &model.kind)]),
            head: head.into_iter().chain(RATES).map(|id| self.text(id)).collect(),
            rows: parts.into_iter().filter_map(row).collect(),
            numbers_from: 1,
        }
    }
}

const RATES: [&str; 5] =
    ["report-precision-1", "report-precision-5", "report-precision-10", "report-recall-10", "report-revenue-10"];

fn rates(figures: &FiguresView) -> [String; 5] {
    let (at, expected) = (&figures.at, &figures.revenue_objective.expected_revenue);
    [at.one.precision, at.five.precision, at.ten.precision, at.ten.recall, expected.ten].map(percent_or_dash)
}

fn with_interval(value: Option<f64>, interval: Option<&IntervalView>) -> String {
    let interval = interval.map(|interval| format!(" ({:.3}\u{2013}{:.3})", interval.low, interval.high));
    figure(value) + &interval.unwrap_or_default()
}

fn quality_note(demo: &Demo, words: &Words) -> String {
    let (training, quarter) = (&demo.training, &demo.quarter);
    words.text(
        "report-quality-note",
        &[
            ("rows", &grouped((training.rows + quarter.rows) as f64)),
            ("rejected", &grouped((training.rejected + quarter.rejected) as f64)),
        ],
    )
}

fn quality(training: &Summary, quarter: &Summary, words: &Words) -> Table {
    let mut counts: BTreeMap<(QualityKind, Role), [u64; 2]> = BTreeMap::new();
    for (place, summary) in [training, quarter].into_iter().enumerate() {
        for (note, tally) in &summary.quality {
            counts.entry(*note).or_default()[place] = tally.count;
        }
    }
    let example = |note: &(QualityKind, Role)| {
        let tally = training.quality.get(note).or(quarter.quality.get(note));
        tally.and_then(|tally| tally.examples.first()).map(|example| example.value.clone()).unwrap_or_default()
    };
    let row = |(note, counts): (&(QualityKind, Role), &[u64; 2])| {
        let kind = words.text(&format!("quality-{}", note.0.name().replace('_', "-")), &[]);
        let [training, quarter] = counts.map(|count| grouped(count as f64));
        vec![kind, note.1.name().replace('_', " "), example(note), training, quarter]
    };
    let head = ["report-note", "report-role", "report-example", "report-rows-past", "report-rows-quarter"];
    Table {
        caption: words.text("report-quality-caption", &[]),
        head: head.map(|id| words.text(id, &[])).to_vec(),
        rows: counts.iter().map(row).collect(),
        numbers_from: 3,
    }
}

/// What the figures do not say, and what the evaluation warned of.
fn limits(demo: &Demo, words: &Words) -> Vec<String> {
    let fixed = ["simulated", "inspected", "proof", "price", "new", "late", "people"];
    let fixed = fixed.map(|name| words.text(&format!("report-limit-{name}"), &[]));
    fixed.into_iter().chain(demo.evaluation.warnings.iter().map(|warning| warning.message.clone())).collect()
}

fn provenance(demo: &Demo, selection: &SelectionView, words: &Words) -> Vec<(String, String)> {
    let days = &demo.days;
    let span = |from: domain::Day, to: domain::Day| {
        words.text("report-span", &[("from", &from.to_string()), ("to", &to.to_string())])
    };
    let draw = selection.draws.first();
    let facts = [
        ("report-fact-seed", demo.seed.to_string()),
        ("report-fact-past", span(days.first, days.quarter.plus(-1))),
        ("report-fact-quarter", span(days.quarter, days.last.plus(-1))),
        ("report-fact-last", days.last.to_string()),
        ("report-fact-model", demo.model().id().0.to_string()),
        ("report-fact-policy", format!("{} ({})", selection.policy, selection.policy_id)),
        ("report-fact-commitment", selection.commitment.clone()),
        ("report-fact-roll", draw.map(|draw| draw.roll_sha256.clone()).unwrap_or_default()),
        ("report-fact-verified", words.text("report-verified", &[("rows", &demo.verified_rows.to_string())])),
        ("report-fact-version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    facts.map(|(id, value)| (words.text(id, &[]), value)).to_vec()
}

/// The commands that repeat each step, run inside the folder.
fn commands(demo: &Demo, words: &Words) -> Vec<(String, String)> {
    let seed = demo.seed;
    let model = demo.models[demo.chosen].0.display().to_string();
    let kind = demo.model().card().kind.name();
    let first = demo.selection.draws.iter().flat_map(|draw| &draw.rows).next();
    let id = first.map(|row| demo.selection.candidates[row.candidate].id.to_string()).unwrap_or_default();
    let schema = "--schema world/schema.toml";
    let drawn = format!("{schema} --data today.csv --scores scores.csv --policy policy.toml --seed-secret-file secret");
    let commands = [
        (
            "simulate",
            format!("tidewaiter simulate --seed {seed} --declarations {} --out world", demo.tally.declarations),
        ),
        ("train", format!("tidewaiter train {schema} --data past.csv --model {kind} --seed {seed} --out {model}")),
        (
            "evaluate",
            format!(
                "tidewaiter evaluate {schema} --model {model} --history past.csv --data quarter.csv --truth world/truth.csv"
            ),
        ),
        (
            "score",
            format!(
                "tidewaiter score {schema} --model {model} --history past.csv quarter.csv --data today.csv --out scores.csv"
            ),
        ),
        ("select", format!("tidewaiter select {drawn} --model {model} --out selection.csv")),
        ("verify", format!("tidewaiter select verify {drawn} --selection selection.csv")),
        (
            "explain",
            format!(
                "tidewaiter explain {schema} --model {model} --history past.csv quarter.csv --data today.csv --id {id}"
            ),
        ),
    ];
    commands.map(|(name, command)| (words.text(&format!("report-command-{name}"), &[]), command)).to_vec()
}
