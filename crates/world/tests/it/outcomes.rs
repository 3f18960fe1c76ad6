//! Labels: only where somebody looked, never before they were known, and true up to the examiners' errors.

use crate::table::{default_world, simulate};
use std::collections::HashSet;

const OUTCOME: [&str; 10] = [
    "selected_by",
    "selection_probability",
    "finding",
    "finding_date",
    "finding_control",
    "finding_kind",
    "finding_status",
    "finding_status_date",
    "examiner",
    "extra_revenue",
];

#[test]
fn nothing_is_said_of_what_nobody_looked_at() {
    for row in default_world().cells().filter(|row| !row.inspected()) {
        assert!(OUTCOME.iter().all(|column| row.get(column).is_empty()), "{:?}", row.declaration());
    }
}

#[test]
fn results_are_true_up_to_the_examiners_errors() {
    let table = default_world();
    let looked = |row: &crate::table::Cells<'_>| row.inspected() && row.get("finding_control") != "disclosure";
    let seen = table.share(|row| looked(row) && row.irregular(), |row| row.found());
    let mistaken = table.share(|row| looked(row) && !row.irregular(), |row| row.found());
    assert!((0.5..0.9).contains(&seen), "irregular items found: {seen}");
    assert!((0.001..0.01).contains(&mistaken), "findings where all was in order: {mistaken}");
    let right = table.share(|row| row.found() && row.irregular(), |row| row.get("finding_kind") == row.truth("kind"));
    assert!((right - 1.0).abs() < 1e-9, "a finding of what is wrong says what is wrong: {right}");
}

#[test]
fn appeals_mostly_overturn_what_was_mistaken() {
    let table = simulate("[results]\nappeal_rate = 0.25\nfalse_finding_rate = 0.03", 4, 15_000);
    let overturned = |row: &crate::table::Cells<'_>| row.get("finding_status") == "overturned";
    let of_true = table.share(|row| row.found() && row.irregular(), overturned);
    let of_false = table.share(|row| row.found() && !row.irregular(), overturned);
    assert!(of_true > 0.01 && of_false > 4.0 * of_true, "{of_true} {of_false}");
}

#[test]
fn days_follow_each_other() {
    let table = simulate("[dirt]\nlevel = 0.0", 4, 10_000);
    let taken = table.world.scenario().extracted_on().to_string();
    for row in table.cells().filter(|row| row.inspected()) {
        let (lodged, known) = (row.get("lodgement_date"), row.get("finding_date"));
        assert!(lodged <= known && known <= taken.as_str(), "{lodged} {known} {taken}");
        if row.found() {
            let status = row.get("finding_status_date");
            assert!(known <= status && status <= taken.as_str(), "{known} {status}");
        }
    }
    let audits = table.share(
        |row| row.get("finding_control") == "audit",
        |row| months(row.get("finding_date")) - months(row.get("lodgement_date")) >= 2,
    );
    assert!(audits > 0.99, "audits come months later: {audits}");
}

fn months(day: &str) -> i32 {
    day[..4].parse::<i32>().unwrap() * 12 + day[5..7].parse::<i32>().unwrap()
}

#[test]
fn the_draw_states_its_probabilities() {
    let table = default_world();
    for row in table.cells().filter(|row| row.inspected()) {
        let known = matches!(row.get("selected_by"), "random" | "score" | "mandatory");
        let probability = row.number("selection_probability");
        assert_eq!(known, probability > 0.0 && probability <= 1.0, "{:?}", row.declaration());
        assert_eq!(row.get("selected_by") == "mandatory", !row.get("mandatory_basis").is_empty());
    }
    // Of declarations drawn by rules or at random, the inverse probabilities add up to all that could be drawn.
    let drawn: f64 = table
        .cells()
        .filter(|row| matches!(row.get("selected_by"), "random" | "score"))
        .map(|row| 1.0 / row.number("selection_probability"))
        .sum();
    let open = table.cells().filter(|row| row.get("mandatory_basis").is_empty()).count() as f64;
    assert!((drawn / open - 1.0).abs() < 0.1, "{}", drawn / open);
}

#[test]
fn some_items_of_long_declarations_stay_unexamined() {
    let table = default_world();
    let looked: HashSet<(&str, &str)> =
        table.cells().filter(|row| row.inspected()).map(|row| row.declaration()).collect();
    let examined = table.share(|row| looked.contains(&row.declaration()), |row| row.inspected());
    assert!((0.3..0.99).contains(&examined), "{examined}");
}
