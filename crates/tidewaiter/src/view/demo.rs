//! What a demo did, as JSON and as a short text.

mod codes;

use crate::flow::demo::Demo;
use crate::view::evaluation::Run;
use crate::view::pilot::StrategyView;
use crate::view::selection::SelectionView;
use crate::view::words::Words;
use codes::CodesView;
use serde::Serialize;
use std::fmt::Write;

/// What `tidewaiter demo --json` prints.
#[derive(Debug, Serialize)]
pub struct DemoView {
    /// The folder with all files.
    pub dir: String,
    /// Seed.
    pub seed: u64,
    /// Declarations simulated.
    pub declarations: u64,
    /// Those inspected in the simulated past.
    pub inspected: u64,
    /// First day.
    pub first_day: String,
    /// First day of the quarter measured on.
    pub quarter_from: String,
    /// The day scored and selected.
    pub last_day: String,
    /// The models.
    pub models: Vec<DemoModel>,
    /// Kind of the model chosen on the latest training data.
    pub chosen: &'static str,
    /// Its file.
    pub model_file: String,
    /// What was selected.
    pub selection: SelectionView,
    /// Rows that came out the same when the draw was repeated.
    pub verified_rows: usize,
    /// The first declarations of the list.
    pub top: Vec<TopView>,
    /// Declared codes beside their descriptions.
    pub codes: CodesView,
    /// What each strategy of the pilot came to.
    pub pilot: Vec<PilotRow>,
    /// What the run cost.
    pub run: Run,
}

/// The main figures of one model.
#[derive(Debug, Serialize)]
pub struct DemoModel {
    /// Its kind.
    pub kind: &'static str,
    /// Its id.
    pub model_id: String,
    /// AUC on the latest fifth of the training data.
    pub validation_auc: Option<f64>,
    /// Average precision there, by which the model is chosen.
    pub validation_pr_auc: Option<f64>,
    /// On all declarations of the quarter, by the truth.
    pub truth: Option<MainFigures>,
    /// On those with a recorded result.
    pub labelled: Option<MainFigures>,
}

/// A few of the figures in `evaluation.json`.
#[derive(Debug, Serialize)]
pub struct MainFigures {
    /// AUC.
    pub auc: Option<f64>,
    /// Average precision.
    pub pr_auc: Option<f64>,
    /// Precision when 5 % are inspected.
    pub precision_5: Option<f64>,
    /// Share of the findings reached at 10 %.
    pub recall_10: Option<f64>,
    /// Share of the extra revenue reached at 10 %, ranked by expected revenue.
    pub revenue_10: Option<f64>,
}

/// One declaration of the list.
#[derive(Debug, Serialize)]
pub struct TopView {
    /// The declaration.
    pub id: String,
    /// Its lane.
    pub lane: &'static str,
    /// Why it was selected.
    pub selected_by: &'static str,
    /// Probability of a finding.
    pub probability: f64,
    /// Expected extra revenue in units of the currency.
    pub expected_revenue: f64,
    /// The weightiest reason; `None` where it goes out without.
    pub reason: Option<String>,
}

/// A strategy of the pilot.
#[derive(Debug, Serialize)]
pub struct PilotRow {
    /// Its name.
    pub strategy: String,
    /// Inspections.
    pub inspections: u64,
    /// Findings among them.
    pub found: u64,
    /// What they brought, in units of the currency.
    pub revenue: f64,
}

/// Declarations of the list told.
const TOLD: usize = 5;

impl DemoView {
    /// The view of a demo that cost `run`.
    pub fn new(demo: &Demo, run: Run) -> Self {
        let selection = SelectionView::new(&demo.selection, &demo.folder.path("selection.csv").display().to_string());
        Self {
            dir: demo.folder.dir().display().to_string(),
            seed: demo.seed,
            declarations: demo.tally.declarations,
            inspected: demo.tally.inspected,
            first_day: demo.days.first.to_string(),
            quarter_from: demo.days.quarter.to_string(),
            last_day: demo.days.last.to_string(),
            models: (0..demo.models.len()).map(|place| DemoModel::new(demo, place)).collect(),
            chosen: demo.model().card().kind.name(),
            model_file: demo.models[demo.chosen].0.display().to_string(),
            selection,
            verified_rows: demo.verified_rows,
            top: top(demo),
            codes: CodesView::new(demo),
            pilot: demo.pilot.strategies.iter().map(PilotRow::new).collect(),
            run,
        }
    }
}

impl DemoModel {
    fn new(demo: &Demo, place: usize) -> Self {
        let model = &demo.models[place].1;
        let figures = demo.evaluation.models.get(place);
        let main = |slice: &crate::view::evaluation::SliceView| MainFigures {
            auc: slice.figures.auc,
            pr_auc: slice.figures.pr_auc,
            precision_5: slice.figures.at.five.precision,
            recall_10: slice.figures.at.ten.recall,
            revenue_10: slice.figures.revenue_objective.expected_revenue.ten,
        };
        let labelled = figures.and_then(|figures| figures.labelled.as_ref());
        Self {
            kind: model.card().kind.name(),
            model_id: model.id().0.to_string(),
            validation_auc: model.card().validation.map(|(auc, _)| auc),
            validation_pr_auc: model.card().validation.map(|(_, average_precision)| average_precision),
            truth: figures.and_then(|figures| figures.slices.all.as_ref()).map(main),
            labelled: labelled.and_then(|labelled| labelled.slices.all.as_ref()).map(main),
        }
    }
}

impl PilotRow {
    fn new(strategy: &StrategyView) -> Self {
        Self {
            strategy: strategy.name.clone(),
            inspections: strategy.picks,
            found: strategy.found,
            revenue: strategy.revenue,
        }
    }
}

fn top(demo: &Demo) -> Vec<TopView> {
    let rows = demo.selection.draws.iter().flat_map(|draw| &draw.rows).filter(|row| row.control.is_some());
    let one = |row: &risk::select::Row| {
        let (candidate, told) = (&demo.selection.candidates[row.candidate], &demo.selection.told[row.candidate]);
        TopView {
            id: candidate.id.to_string(),
            lane: row.lane.name(),
            selected_by: row.selected_by.name(),
            probability: candidate.score.map_or(0.0, |score| score.probability),
            expected_revenue: candidate.score.map_or(0.0, |score| score.expected_revenue_minor / 100.0),
            reason: told.reasons.first().filter(|_| !row.blind).map(|reason| reason.to_string()),
        }
    };
    rows.take(TOLD).map(one).collect()
}

/// The summary for people; `files` are names with the ids of their texts.
pub fn text(view: &DemoView, files: &[(&str, &str)], words: &Words) -> String {
    let mut out = String::new();
    let (declarations, inspected) = (view.declarations.to_string(), view.inspected.to_string());
    let world = [
        ("declarations", &*declarations),
        ("first", &view.first_day),
        ("last", &view.last_day),
        ("inspected", &inspected),
    ];
    let _ = writeln!(out, "{}\n", words.text("demo-world", &world));
    models(&mut out, view, words);
    selection(&mut out, view, words);
    view.codes.text(&mut out, words);
    pilot(&mut out, view, words);
    let _ = writeln!(out, "\n{}", words.text("demo-files", &[("dir", &view.dir)]));
    for (name, id) in files {
        let _ = writeln!(out, "  {name:<16} {}", words.text(id, &[]));
    }
    next(&mut out, view, words);
    let memory = view.run.peak_mb.map_or_else(|| "-".to_owned(), |mb| format!("{mb:.0}"));
    let wall = format!("{:.1}", view.run.wall_s);
    let _ = writeln!(out, "\n{}", words.text("demo-cost", &[("wall", &wall), ("memory", &memory)]));
    out
}

fn models(out: &mut String, view: &DemoView, words: &Words) {
    let _ = writeln!(out, "{}", words.text("demo-models", &[("quarter", &view.quarter_from)]));
    let _ = writeln!(out, "{:<10} {}", "", words.text("demo-columns", &[]));
    let _ = writeln!(
        out,
        "{:<10} {:>6} {:>6}  |  {:>6} {:>6} {:>6} {:>6} {:>6}  |  {:>6} {:>6}",
        "model", "AUC", "PR-AUC", "AUC", "PR-AUC", "P@5", "R@10", "rev@10", "AUC", "PR-AUC"
    );
    let cell = |value: Option<f64>| value.map_or_else(|| format!("{:>6}", "-"), |value| format!("{value:>6.3}"));
    for model in &view.models {
        let figures = |figures: &Option<MainFigures>| {
            figures.as_ref().map_or([None; 5], |f| [f.auc, f.pr_auc, f.precision_5, f.recall_10, f.revenue_10])
        };
        let validation = [model.validation_auc, model.validation_pr_auc].map(cell).join(" ");
        let truth = figures(&model.truth).map(cell).join(" ");
        let labelled = figures(&model.labelled)[..2].iter().copied().map(cell).collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "{:<10} {validation}  |  {truth}  |  {labelled}", model.kind);
    }
    let _ = writeln!(out, "{}\n", words.text("demo-chosen", &[("kind", view.chosen)]));
}

fn selection(out: &mut String, view: &DemoView, words: &Words) {
    let selection = &view.selection;
    let (selected, declarations) = (selection.selected.to_string(), selection.declarations.to_string());
    let [findings, hours] = [selection.expected_findings, selection.officer_hours].map(|x| format!("{x:.1}"));
    let revenue = format!("{:.0}", selection.expected_revenue);
    let arguments = [
        ("selected", &*selected),
        ("declarations", &declarations),
        ("last", &view.last_day),
        ("findings", &findings),
        ("revenue", &revenue),
        ("hours", &hours),
    ];
    let _ = writeln!(out, "{}", words.text("demo-selected", &arguments));
    let rows = view.verified_rows.to_string();
    let verified = [("rows", &*rows), ("commitment", &selection.commitment)];
    let _ = writeln!(out, "{}\n\n{}", words.text("demo-verified", &verified), words.text("demo-top", &[]));
    for top in &view.top {
        let reason = top.reason.as_deref().unwrap_or_default();
        let _ = writeln!(
            out,
            "  {:<7} {:<12} {:>5.1} % {:>12.2}  {reason}",
            top.lane,
            top.id,
            top.probability * 100.0,
            top.expected_revenue
        );
    }
}

fn pilot(out: &mut String, view: &DemoView, words: &Words) {
    let _ = writeln!(out, "\n{}", words.text("demo-pilot", &[]));
    for row in &view.pilot {
        let arguments = [
            ("inspections", &*row.inspections.to_string()),
            ("found", &row.found.to_string()),
            ("revenue", &format!("{:.0}", row.revenue)),
        ];
        let _ = writeln!(out, "  {:<20} {}", row.strategy, words.text("demo-pilot-row", &arguments));
    }
}

fn next(out: &mut String, view: &DemoView, words: &Words) {
    let first = view.top.first().map_or("", |top| &top.id);
    let _ = writeln!(out, "\n{}", words.text("demo-next", &[]));
    let _ = writeln!(
        out,
        "  cd {} && tidewaiter explain --schema world/schema.toml --model {} \\\n    --history past.csv quarter.csv --data \
         today.csv --id {first}",
        view.dir, view.model_file
    );
    let _ = writeln!(out, "  tidewaiter schema guess FILE.csv    {}", words.text("demo-own-file", &[]));
}
