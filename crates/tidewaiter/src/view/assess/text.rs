//! An assessment as a text for the terminal, from the values of the JSON.

use super::{AssessmentView, RatesView, first_steps, grades};
use crate::view::number::{grouped, percent, percent_or_dash};
use crate::view::words::Words;

/// Columns of a line.
const WIDTH: usize = 96;

/// Groups of an office, lane or control that are told; the JSON has all.
const TOLD_GROUPS: usize = 6;

/// Months of which unseen importers and codes are told: the latest.
const TOLD_MONTHS: usize = 3;

/// The text.
pub fn text(view: &AssessmentView, words: &Words) -> String {
    let mut out = String::new();
    let text = |id: &str| words.text(id, &[]);
    paragraph(&mut out, "", &overview(view, words));
    let [ready, gaps, not_yet] = grades(view).map(|count| count.to_string());
    let counts = [("ready", ready.as_str()), ("gaps", &gaps), ("not", &not_yet)];
    paragraph(&mut out, "", &words.text("assess-grades", &counts));
    for capability in &view.capabilities {
        out.push('\n');
        paragraph(&mut out, "", &format!("{}: {}", capability.name, capability.grade_text));
        paragraph(&mut out, "  ", &capability.why);
        paragraph(&mut out, "  ", &format!("{} {}", text("assess-next"), capability.next_step.text));
    }
    let steps = first_steps(view);
    let warnings: Vec<&str> = view.warnings.iter().map(|warning| warning.message.as_str()).collect();
    let figures = figures(view, words);
    let figures: Vec<&str> = figures.iter().map(String::as_str).collect();
    for (title, entries) in [("assess-first-steps", steps), ("assess-warnings", warnings), ("assess-figures", figures)]
    {
        if !entries.is_empty() {
            out += &format!("\n{}\n", text(title));
            entries.iter().for_each(|entry| paragraph(&mut out, "  - ", entry));
        }
    }
    out
}

/// What was read, in words.
pub(crate) fn overview(view: &AssessmentView, words: &Words) -> String {
    let data = &view.data;
    words.text(
        "assess-overview",
        &[
            ("declarations", &grouped(data.declarations as f64)),
            ("items", &grouped(data.items as f64)),
            ("first", &data.first_day),
            ("last", &data.last_day),
            ("rejected", &grouped(data.rejected as f64)),
            ("rows", &grouped(data.rows as f64)),
            ("schema", &view.schema),
            ("day", &view.results_known_by),
        ],
    )
}

/// The figures that come first, each a sentence.
pub(crate) fn figures(view: &AssessmentView, words: &Words) -> Vec<String> {
    let mut all = vec![results(view, words)];
    let results = &view.results;
    for (id, groups) in [
        ("assess-by-office", &results.by_office),
        ("assess-by-lane", &results.by_lane),
        ("assess-by-control", &results.by_control),
        ("assess-by-selection", &results.by_selection),
    ] {
        // One group without a name says nothing.
        if groups.iter().any(|group| group.name != risk::readiness::NOT_GIVEN) {
            // Under a control or a way of selection everything was inspected.
            let group =
                if id.ends_with("office") || id.ends_with("lane") { "assess-group" } else { "assess-group-found" };
            all.push(words.text(id, &[("groups", &rates(groups, group, words))]));
        }
    }
    all.extend(view.delays.iter().filter_map(|delay| {
        let (half, most) = (delay.p50?.to_string(), delay.p90?.to_string());
        let control = control_name(delay.control, words);
        Some(words.text("assess-delay", &[("control", &control), ("half", &half), ("most", &most)]))
    }));
    if let Some(assumed) = results.dates_assumed.filter(|share| *share > 0.0) {
        all.push(words.text("assess-dates-assumed", &[("share", &percent(assumed))]));
    }
    all.extend([view.random.message.clone(), view.adjusted.message.clone(), unseen(view, words)]);
    all.extend([
        sizes(view, words),
        noted(view, words),
        words.text("assess-missing", &[("roles", &view.roles.missing.join(", "))]),
    ]);
    all
}

fn results(view: &AssessmentView, words: &Words) -> String {
    let all = &view.results.all;
    words.text(
        "assess-results",
        &[
            ("inspected", &percent_or_dash(all.inspected_share)),
            ("labelled", &grouped(all.labelled as f64)),
            ("findings", &grouped(all.findings as f64)),
            ("share", &percent_or_dash(all.found_share)),
        ],
    )
}

/// The largest groups, each in the words of a text.
fn rates(groups: &[RatesView], id: &str, words: &Words) -> String {
    let mut largest: Vec<&RatesView> = groups.iter().collect();
    largest.sort_by_key(|group| std::cmp::Reverse(group.declarations));
    let told = largest.iter().take(TOLD_GROUPS).map(|group| {
        let name = group_name(group, words);
        words.text(
            id,
            &[
                ("name", &name),
                ("declarations", &grouped(group.declarations as f64)),
                ("inspected", &percent_or_dash(group.inspected_share)),
                ("found", &percent_or_dash(group.found_share)),
            ],
        )
    });
    let mut told: Vec<String> = told.collect();
    if groups.len() > TOLD_GROUPS {
        told.push(words.text("assess-more-groups", &[("count", &(groups.len() - TOLD_GROUPS).to_string())]));
    }
    told.join("; ")
}

/// The name of a group, in words where it has none.
pub(crate) fn group_name(group: &RatesView, words: &Words) -> String {
    let is_given = group.name != risk::readiness::NOT_GIVEN;
    if is_given { group.name.clone() } else { words.text("assess-not-given", &[]) }
}

/// A control in words.
pub(crate) fn control_name(name: &str, words: &Words) -> String {
    match name {
        risk::readiness::NOT_GIVEN => words.text("assess-control-not-given", &[]),
        name => words.text(&format!("control-{name}"), &[]),
    }
}

fn unseen(view: &AssessmentView, words: &Words) -> String {
    let latest = view.months.iter().skip(view.months.len().saturating_sub(TOLD_MONTHS)).map(|month| {
        let (importers, codes) = (percent_or_dash(month.new_importers), percent_or_dash(month.new_codes));
        words.text("assess-unseen-month", &[("month", &month.month), ("importers", &importers), ("codes", &codes)])
    });
    let months = latest.collect::<Vec<_>>().join("; ");
    let (importers, codes) = (grouped(view.traffic.importers as f64), grouped(view.traffic.codes as f64));
    words.text("assess-unseen", &[("importers", &importers), ("codes", &codes), ("months", &months)])
}

fn sizes(view: &AssessmentView, words: &Words) -> String {
    let traffic = &view.traffic;
    words.text(
        "assess-sizes",
        &[
            ("mean", &format!("{:.2}", traffic.mean_items.unwrap_or_default())),
            ("most", &traffic.most_items.to_string()),
            ("repeats", &percent_or_dash(traffic.repeats)),
        ],
    )
}

/// The most frequent notes on the data.
fn noted(view: &AssessmentView, words: &Words) -> String {
    let mut notes: Vec<&super::NoteView> = view.quality.notes.iter().collect();
    notes.sort_by_key(|note| std::cmp::Reverse(note.items));
    if notes.is_empty() {
        return words.text("assess-notes-none", &[]);
    }
    let told = notes.iter().take(TOLD_GROUPS).map(|note| {
        let kind = words.text(&format!("quality-{}", super::dashed(note.kind)), &[]);
        format!("{} {kind} {}", note.role, percent_or_dash(note.share))
    });
    words.text("assess-notes", &[("notes", &told.collect::<Vec<_>>().join("; "))])
}

/// Adds a paragraph, its lines broken at words; the first begins with `lead`, the others are set in as far.
fn paragraph(out: &mut String, lead: &str, text: &str) {
    let indent = " ".repeat(lead.chars().count());
    let mut line = lead.to_owned();
    let mut is_empty = true;
    // A sign of per cent stays with its number.
    let text = text.replace(" %", "\u{a0}%");
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            *out += &format!("{line}\n");
            line.clone_from(&indent);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line += word;
        is_empty = false;
    }
    *out += &format!("{line}\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_broken_at_words() {
        let mut out = String::new();
        paragraph(&mut out, "  - ", &"word ".repeat(30));
        assert!(!out.contains(" \n"));
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("  - word") && lines[1].starts_with("    word"));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
    }
}
