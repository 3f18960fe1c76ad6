//! An explanation as text for a terminal.

use super::{ExplanationView, ItemView, ReasonView, ScoreView, TopicView};
use crate::view::words::Words;
use std::fmt::Write;

/// Characters of the longest bar.
const BAR: f64 = 12.0;

/// The explanation in words, with bars for the contributions.
pub fn text(view: &ExplanationView, words: &Words) -> String {
    let version = view.version.to_string();
    let mut out = words.text(
        "explain-declaration",
        &[("declaration", &view.declaration), ("version", &version), ("lodged", &view.lodged_on)],
    );
    out.push('\n');
    if let (Some(model), Some(as_of)) = (&view.model_id, &view.as_of) {
        out += &words.text("explain-model", &[("model", model), ("as_of", as_of)]);
        out.push('\n');
    }
    if let (Some(probability), Some(revenue)) = (view.probability, view.expected_revenue) {
        out += &score_line(words, probability, revenue);
    }
    if let Some(ReasonView { text, contribution: Some(contribution), .. }) = &view.other_items {
        let _ = writeln!(out, "{contribution:+.2} {text}");
    }
    for item in &view.items {
        out.push('\n');
        item_text(&mut out, item, words);
    }
    out
}

fn score_line(words: &Words, probability: f64, revenue: f64) -> String {
    let (probability, revenue) = (percent(probability), format!("{revenue:.2}"));
    words.text("explain-score", &[("probability", &probability), ("revenue", &revenue)]) + "\n"
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn item_text(out: &mut String, item: &ItemView, words: &Words) {
    let missing = words.text("missing", &[]);
    let declared = |text: &Option<String>| text.clone().unwrap_or_else(|| missing.clone());
    let (number, code, origin) = (item.item.to_string(), declared(&item.code), declared(&item.origin));
    *out += &words.text("explain-item", &[("item", &number), ("code", &code), ("origin", &origin)]);
    out.push('\n');
    if let Some(description) = &item.description {
        let _ = writeln!(out, "  \"{description}\"");
    }
    if let Some(score) = &item.score {
        *out += "  ";
        *out += &score_line(words, score.probability, score.expected_revenue);
    }
    let reasons = item.topics.iter().flat_map(|topic| &topic.reasons);
    let longest = reasons.filter_map(|reason| reason.contribution).fold(0.0, |most: f64, one| most.max(one.abs()));
    for topic in &item.topics {
        topic_text(out, topic, longest);
    }
    if let Some(score) = &item.score {
        sums(out, score, words);
    }
    beside(out, item, words);
}

fn topic_text(out: &mut String, topic: &TopicView, longest: f64) {
    let sum = topic.contribution.map(|sum| format!(" {sum:+.2}")).unwrap_or_default();
    let _ = writeln!(out, "\n  {}{sum}", topic.text);
    for ReasonView { text, contribution, .. } in &topic.reasons {
        let _ = match contribution {
            Some(contribution) => writeln!(out, "    {contribution:+.2} {} {text}", bar(*contribution, longest)),
            None => writeln!(out, "    {text}"),
        };
    }
}

/// Full blocks where a reason raises the score, light ones where it lowers it.
fn bar(contribution: f64, longest: f64) -> String {
    let length = if longest > 0.0 { (contribution.abs() / longest * BAR).round() as usize } else { 0 };
    let block = if contribution < 0.0 { "\u{2591}" } else { "\u{2588}" };
    let filled = block.repeat(length);
    format!("{filled}{}", " ".repeat(BAR as usize - length.min(BAR as usize)))
}

fn sums(out: &mut String, score: &ScoreView, words: &Words) {
    out.push('\n');
    for (id, contribution) in
        [("base", score.base), ("calibration", score.calibration), ("explain-reserved", score.reserved)]
    {
        if id != "explain-reserved" || contribution.abs() > 1e-9 {
            let _ = writeln!(out, "  {contribution:+.2} {}", words.text(id, &[]));
        }
    }
    let probability = percent(score.probability);
    let sum = words.text("explain-sum", &[("probability", &probability)]);
    let _ = writeln!(out, "  {:+.2} {sum}", score.log_odds);
}

fn beside(out: &mut String, item: &ItemView, words: &Words) {
    if let Some(check) = &item.check_first {
        let _ = writeln!(out, "\n  {}", check.text);
    }
    if !item.crossings.is_empty() {
        let _ = writeln!(out, "\n  {}", words.text("explain-crossings", &[]));
    }
    for crossing in &item.crossings {
        let _ = writeln!(out, "    {:>6} {}", percent(crossing.attention), crossing.conditions.join(", "));
    }
    let Some(cases) = &item.cases else { return };
    let head = if cases.is_empty() { "explain-no-cases" } else { "explain-cases" };
    let _ = writeln!(out, "\n  {}", words.text(head, &[]));
    for case in cases {
        let _ = writeln!(out, "    {}", case.text);
    }
}
