//! A pilot in words.

use super::{IntervalView, PilotView, StrategyView};
use crate::view::words::Words;
use risk::replay::missed::LEAST_REEXAMINED;

/// Random picks among a strategy's that an estimate needs before a sentence rests on it.
const LEAST_DRAWN: u64 = 30;

/// What a director reads first: what the proposed strategy would have brought, and how sure that is.
pub fn headline(view: &PilotView, words: &Words) -> String {
    let (Some(proposed), Some(baseline)) = (view.strategy(&view.proposed), &view.baseline) else {
        return words.text("pilot-headline-none", &[]);
    };
    let name = words.text(if baseline == "lanes" { "pilot-your-lanes" } else { "pilot-chance" }, &[]);
    let inspections = (proposed.picks as f64 / proposed.periods.len().max(1) as f64).round().to_string();
    let period = words.text(&format!("pilot-{}", view.plan.period), &[]);
    let common =
        [("inspections", &*inspections), ("period", &period), ("strategy", &proposed.name), ("baseline", &name)];
    let more = |ratio: IntervalView| {
        let ratio = IntervalView { estimate: ratio.estimate - 1.0, low: ratio.low - 1.0, high: ratio.high - 1.0 };
        (
            percent(ratio.estimate),
            format!("{} {} {}", percent(ratio.low), words.text("pilot-to", &[]), percent(ratio.high)),
        )
    };
    if let (Some(found), Some(revenue)) = (proposed.found_ratio, proposed.revenue_ratio) {
        let (found, span) = more(found);
        let (times, low, high) =
            (format!("{:.1}", revenue.estimate), format!("{:.1}", revenue.low), format!("{:.1}", revenue.high));
        let figures = [("found", &*found), ("span", &span), ("times", &times), ("low", &low), ("high", &high)];
        return words.text("pilot-headline-full", &[&common[..], &figures].concat());
    }
    match proposed.estimated_found.filter(|_| proposed.drawn >= LEAST_DRAWN) {
        Some(estimate) => {
            let figures = [estimate.estimate, estimate.low, estimate.high].map(|number| format!("{number:.0}"));
            let [found, low, high] = &figures;
            let known = view.strategy(&view.baseline).map(|baseline| baseline.found.to_string()).unwrap_or_default();
            let figures = [("found", &**found), ("low", low), ("high", high), ("known", &known)];
            words.text("pilot-headline-estimate", &[&common[..], &figures].concat())
        }
        None => words
            .text("pilot-headline-unknown", &[("drawn", &*proposed.drawn.to_string()), ("strategy", &proposed.name)]),
    }
}

/// What the pilot can't tell.
pub fn limits(view: &PilotView, words: &Words) -> Vec<String> {
    let mut ids = match view.past.outcomes {
        "truth" => vec!["pilot-limit-simulated", "pilot-limit-all-seen"],
        "all" => vec!["pilot-limit-all-known"],
        _ => vec!["pilot-limit-part"],
    };
    if view.past.outcomes == "part" && view.past.floor.is_none() {
        ids.push("pilot-limit-no-floor");
    }
    if view.past.known_after_days.is_some() {
        ids.push("pilot-limit-assumed-days");
    }
    if view.past.revenue_is == "duty_at_stake" {
        ids.push("pilot-limit-stake");
    }
    ids.extend(["pilot-limit-adapt", "pilot-limit-officers"]);
    let days = view.past.known_after_days.unwrap_or_default().to_string();
    ids.into_iter().map(|id| words.text(id, &[("days", &*days)])).collect()
}

/// The pilot as text.
pub fn text(view: &PilotView, words: &Words) -> String {
    let past = [
        ("declarations", &*view.past.declarations.to_string()),
        ("first", &view.past.first_day),
        ("last", &view.past.last_day),
        ("from", &view.plan.measured_from),
    ];
    let outcomes = words.text(&format!("pilot-outcomes-{}", view.past.outcomes), &[]);
    let mut lines =
        vec![words.text("pilot-past", &past), outcomes, String::new(), headline(view, words), String::new()];
    lines.push(head(view, words));
    lines.extend(view.strategies.iter().map(|strategy| row(view, strategy)));
    if let Some(gap) = &view.customs_gap.whole {
        lines.push(String::new());
        lines.extend(gap_sentences(gap, words));
    }
    if let Some(more) = view.more_officers {
        let number = |number: f64| format!("{number:.1}");
        let (officers, inspections) = (format!("{:.0}", more.officers), format!("{:.0}", more.inspections));
        let period = words.text(&format!("pilot-{}", view.plan.period), &[]);
        let arguments = [
            ("officers", &*officers),
            ("inspections", &inspections),
            ("found", &number(more.found)),
            ("period", &period),
        ];
        lines.push(words.text("pilot-more-officers", &arguments));
    }
    lines.push(String::new());
    lines.push(words.text("pilot-limits", &[]));
    lines.extend(limits(view, words).into_iter().map(|limit| format!("  - {limit}")));
    lines.join("\n")
}

/// The customs gap of some time in a sentence.
fn gap_sentence(gap: &super::GapView, words: &Words) -> String {
    let (Some(rate), Some(caught)) = (gap.rate, gap.caught_share) else { return words.text("pilot-gap-none", &[]) };
    let all = [rate.estimate, rate.low, rate.high, caught.estimate, caught.low, caught.high].map(fine);
    let [rate, rate_low, rate_high, caught, caught_low, caught_high] = &all;
    let drawn = gap.drawn.to_string();
    let arguments = [
        ("drawn", &*drawn),
        ("rate", rate),
        ("rate_low", rate_low),
        ("rate_high", rate_high),
        ("caught", caught),
        ("caught_low", caught_low),
        ("caught_high", caught_high),
    ];
    words.text("pilot-gap", &arguments)
}

/// The customs gap in sentences: as first controls tell it, then what second and blind ones add, or what can't be known.
pub(crate) fn gap_sentences(gap: &super::GapView, words: &Words) -> Vec<String> {
    let mut lines = vec![gap_sentence(gap, words)];
    if gap.rate.is_none() {
        return lines;
    }
    let counts = [gap.reexamined, gap.reexamined_found, gap.drawn_partly].map(|count| count.to_string());
    let [again, found, partly] = &counts;
    let least = LEAST_REEXAMINED.to_string();
    lines.push(match (gap.missed_share, gap.corrected_rate, gap.corrected_caught_share) {
        (Some(missed), Some(rate), Some(caught)) => {
            let all = [missed, rate, caught].map(|of| spread(of, words));
            let [missed, rate, caught] = &all;
            let arguments =
                [("again", &**again), ("found", found), ("missed", missed), ("rate", rate), ("caught", caught)];
            words.text("pilot-gap-corrected", &arguments)
        }
        _ => words.text("pilot-gap-not-corrected", &[("again", again), ("least", &least)]),
    });
    if gap.drawn_partly > 0 {
        lines.push(words.text("pilot-gap-partly", &[("partly", partly)]));
    }
    if let Some(less) = gap.informed_less_blind {
        let points = |share: f64| format!("{:.1}", 100.0 * share);
        let all = [less.estimate, less.low, less.high].map(points);
        let blind = gap.blind.controls.to_string();
        let arguments = [("blind", &*blind), ("less", &all[0]), ("low", &all[1]), ("high", &all[2])];
        lines.push(words.text("pilot-gap-blind", &arguments));
    }
    lines
}

/// A share with its interval.
fn spread(of: IntervalView, words: &Words) -> String {
    let [estimate, low, high] = [of.estimate, of.low, of.high].map(fine);
    words.text("pilot-spread", &[("estimate", &*estimate), ("low", &low), ("high", &high)])
}

fn is_part(view: &PilotView) -> bool {
    view.past.outcomes == "part"
}

fn head(view: &PilotView, words: &Words) -> String {
    let ids = match is_part(view) {
        true => [
            "pilot-col-picks",
            "pilot-col-known",
            "pilot-col-found",
            "pilot-col-estimated",
            "pilot-col-drawn",
            "pilot-col-explored",
        ],
        false => [
            "pilot-col-picks",
            "pilot-col-found",
            "pilot-col-precision",
            "pilot-col-recall",
            "pilot-col-revenue",
            "pilot-col-explored",
        ],
    };
    let cells: String = ids.iter().map(|id| format!("{:>18}", words.text(id, &[]))).collect();
    format!("{:32}{cells}", words.text("pilot-col-strategy", &[]))
}

fn row(view: &PilotView, strategy: &StrategyView) -> String {
    let share = |share: Option<f64>| share.map_or_else(|| "\u{2013}".to_owned(), fine);
    let cells = match is_part(view) {
        true => [
            strategy.picks.to_string(),
            strategy.known.to_string(),
            strategy.found.to_string(),
            strategy.estimated_found.map_or_else(
                || "\u{2013}".to_owned(),
                |of| format!("{:.0} ({:.0}-{:.0})", of.estimate, of.low, of.high),
            ),
            strategy.drawn.to_string(),
            fine(strategy.explored),
        ],
        false => [
            strategy.picks.to_string(),
            strategy.found.to_string(),
            share(strategy.precision),
            share(strategy.recall),
            share(strategy.revenue_recall),
            fine(strategy.explored),
        ],
    };
    let cells: String = cells.iter().map(|cell| format!("{cell:>14}")).collect();
    format!("{:32}{cells}", strategy.name)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn fine(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
