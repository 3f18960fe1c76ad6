//! An evaluation as a table for people.

use super::{At, EvaluationView, FiguresView, FoldModelView, IntervalView, SliceView, Slices};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The evaluation as lines of text.
pub fn text(view: &EvaluationView) -> String {
    let mut out = head(view);
    for model in &view.models {
        let name = format!("{} {} ({})", model.kind, model.model_id, model.file);
        figures(&mut out, &name, plain(&model.slices));
        if let Some(labelled) = &model.labelled {
            figures(&mut out, "  the same, on recorded results alone", plain(&labelled.slices));
        }
    }
    if let Some(baselines) = &view.baselines {
        figures(&mut out, "baseline: dictionary of repeats", baselines.repeat_lookup.slices.named());
    }
    for model in
        &view.folds.iter().flat_map(|folds| folds.models.iter().chain([&folds.repeat_lookup])).collect::<Vec<_>>()
    {
        fold_figures(&mut out, model);
    }
    let stakes = view.models.first().and_then(|model| model.slices.all.as_ref()).map(|slice| &slice.figures);
    let of_folds = view.folds.as_ref().and_then(|folds| folds.models.first()).and_then(|model| model.mean.all.as_ref());
    if let Some(figures) = stakes.or(of_folds) {
        let at = &figures.revenue_objective.duty_at_stake;
        let shares = [at.one, at.two, at.five, at.ten].map(|share| number(share, 3));
        let _ = writeln!(out, "\nrevenue at 1, 2, 5, 10 % when ranked by duty at stake alone: {}", shares.join(" "));
    }
    differences(&mut out, view);
    for warning in &view.warnings {
        let _ = writeln!(out, "\nwarning: {}", warning.message);
    }
    let _ = write!(out, "\n{}", run(view));
    out
}

fn head(view: &EvaluationView) -> String {
    let declarations = &view.declarations;
    let labels = if view.labels == "truth" { "; labels are the truth of a simulated world" } else { "" };
    let mut out = format!(
        "{}: {} declarations, {} with a recorded result{labels}; revenue is {}\n",
        view.schema,
        declarations.read,
        declarations.labelled,
        if view.revenue_is == "extra_revenue" { "extra revenue" } else { "the duty at stake of items with a finding" },
    );
    if let Some(folds) = &view.folds {
        let seeds: Vec<String> = folds.seeds.iter().map(u64::to_string).collect();
        let _ = writeln!(
            out,
            "{} folds by {}, seeds {}; mean over folds and seeds, \u{b1} standard deviation over seeds",
            folds.folds,
            folds.group_by.join(" | "),
            seeds.join(", ")
        );
    }
    out
}

const HEADER: &str = "                     n  found    AUC PR-AUC    P@1    P@2    P@5   P@10   R@10  rev@1  rev@2  rev@5 rev@10  Brier    ECE";

fn plain(slices: &Slices<SliceView>) -> impl Iterator<Item = (&'static str, &FiguresView)> {
    slices.named().map(|(name, slice)| (name, &slice.figures))
}

/// `P@n`: precision when the top n % by probability are inspected; `rev@n`: share of revenue when the top n % by
/// expected revenue are.
fn figures<'a>(out: &mut String, name: &str, slices: impl Iterator<Item = (&'static str, &'a FiguresView)>) {
    let _ = writeln!(out, "\n{name}\n{HEADER}");
    for (slice, figures) in slices {
        row(out, slice, figures);
    }
}

fn row(out: &mut String, name: &str, figures: &FiguresView) {
    let precision = each(&figures.at, |at| at.precision);
    let revenue = &figures.revenue_objective.expected_revenue;
    let cells = [figures.auc, figures.pr_auc]
        .into_iter()
        .chain(precision)
        .chain([figures.at.ten.recall, revenue.one, revenue.two, revenue.five, revenue.ten])
        .chain([figures.brier, figures.ece])
        .fold(String::new(), |line, cell| line + &format!(" {:>6}", number(cell, 3)));
    let missing = figures.auc_missing.map(|reason| format!("  ({reason})")).unwrap_or_default();
    let _ = writeln!(out, "{name:<15} {:>6.0} {:>6.0}{cells}{missing}", figures.n, figures.findings);
}

fn fold_figures(out: &mut String, model: &FoldModelView) {
    let _ = writeln!(out, "\n{}\n{HEADER}", model.kind);
    for ((name, mean), (_, sd)) in model.mean.named().zip(model.sd.named()).filter(|((_, mean), _)| mean.n > 0.0) {
        row(out, name, mean);
        if model.by_seed.len() > 1 {
            row(out, "  \u{b1}", sd);
        }
    }
}

fn each<T>(at: &At<T>, read: impl Fn(&T) -> Option<f64>) -> [Option<f64>; 4] {
    [read(&at.one), read(&at.two), read(&at.five), read(&at.ten)]
}

fn differences(out: &mut String, view: &EvaluationView) {
    for model in view.models.iter().skip(1) {
        let _ = writeln!(out, "\n{} less the first model, with 95 % intervals", model.file);
        for (name, slice) in model.slices.named() {
            let Some(differences) = &slice.difference_from_first else { continue };
            let one = |measure: &str| interval(differences, measure);
            let shown: Vec<String> =
                ["auc", "pr_auc", "precision@5", "revenue@5"].into_iter().filter_map(one).collect();
            let _ = writeln!(out, "{name:<15} {}", shown.join("  "));
        }
    }
}

fn interval(differences: &BTreeMap<String, IntervalView>, measure: &str) -> Option<String> {
    let IntervalView { estimate, low, high } = differences.get(measure)?;
    Some(format!("{measure} {estimate:+.3} [{low:+.3}, {high:+.3}]"))
}

fn run(view: &EvaluationView) -> String {
    let run = &view.run;
    let memory = run.peak_mb.map(|mb| format!(", {mb:.0} MB")).unwrap_or_default();
    let processor = run.cpu_s.map(|seconds| format!(" ({seconds:.1} s of processor time)")).unwrap_or_default();
    format!("{:.1} s{processor}{memory}, {:.0} items/s", run.wall_s, run.rows_per_s)
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.decimals$}"))
}
