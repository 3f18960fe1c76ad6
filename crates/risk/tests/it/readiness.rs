//! What an assessment counts, on tables worked out by hand; and its test of the random draw on honest and broken draws.

use crate::common::records;
use domain::{
    Assessed, Control, Country, Day, Finding, FindingKind, FindingStatus, HsCode, Inspection, LabelRules, Record, Role,
    SelectedBy,
};
use learn::Rng;
use risk::readiness::{
    AssessedField, Assessor, Assignment, Capability, DataWarning, Grade, Measure, Month, NextStep, Readiness,
    SampleAspect, Setting,
};
use std::collections::BTreeSet;

const FIRST: i32 = 18_262;

fn setting(roles: &[Role], random_share: Option<f64>) -> Setting {
    Setting {
        roles: roles.iter().copied().collect(),
        labels: LabelRules::default(),
        categorical: vec!["channel".into()],
        numeric: vec!["packages".into()],
        day: Day::from_epoch_days(FIRST + 5_000),
        random_share,
    }
}

fn assess(records: &[Record], roles: &[Role], random_share: Option<f64>) -> Readiness {
    let mut assessor = Assessor::new(setting(roles, random_share));
    records.iter().for_each(|record| assessor.add(record));
    assessor.finish()
}

fn inspected(record: &Record, days: i32, found: bool) -> Inspection {
    Inspection {
        known_on: record.declaration.header.day.plus(days),
        known_on_assumed: false,
        control: Some(Control::Physical),
        selected_by: None,
        selection_probability: None,
        examiner: None,
        finding: found.then_some(Finding {
            kind: Some(FindingKind::Value),
            gravity: None,
            status: FindingStatus::Final,
            status_on: None,
            extra_revenue_minor: Some(500),
        }),
        assessed: None,
    }
}

/// A declaration of one item, taken from the made-up traffic and changed.
fn one(id: &str, day: i32, importer: &str, code: &str, result: Option<(i32, bool)>) -> Record {
    let mut record = records(1, 3).remove(0);
    let header = &mut record.declaration.header;
    *header = domain::Header { importer: Some(importer.into()), ..domain::Header::new(id, Day::from_epoch_days(day)) };
    header.office = Some("A".into());
    record.declaration.items.truncate(1);
    record.declaration.items[0].code = HsCode::parse(code).ok().map(|(code, _)| code);
    record.quality.truncate(1);
    record.plausibility.truncate(1);
    record.inspections = vec![result.map(|(days, found)| inspected(&record, days, found))];
    record
}

#[test]
fn months_by_hand() {
    // January 2020 begins on day 18 262, February on day 18 293.
    let records = [
        one("1", FIRST, "I1", "610910", Some((2, true))),
        one("2", FIRST + 1, "I2", "610910", None),
        one("3", FIRST + 1, "I1", "640399", Some((4, false))),
        one("4", FIRST + 31, "I1", "640399", None),
        one("5", FIRST + 32, "I3", "850440", Some((30, false))),
        one("6", FIRST + 33, "I3", "610910", Some((2, true))),
    ];
    let readiness = assess(&records, &[Role::Finding, Role::Inspected, Role::Importer], None);
    let month = |day: i32| readiness.traffic.months[&Month::of(Day::from_epoch_days(FIRST + day))];
    let (january, february) = (month(0), month(31));
    let counts = |month: risk::readiness::MonthCounts| {
        [month.declarations, month.inspected, month.labelled, month.findings, month.importers, month.new_importer]
    };
    assert_eq!(counts(january), [3, 2, 2, 1, 2, 2]);
    assert_eq!(counts(february), [3, 2, 2, 1, 2, 1]);
    assert_eq!([january.codes, january.new_code, february.codes, february.new_code], [2, 2, 3, 1]);
    assert_eq!((readiness.traffic.importers(), readiness.traffic.codes()), (3, 3));
    assert_eq!((readiness.traffic.mean_items(), readiness.traffic.by_items[0]), (Some(1.0), 6));
    let results = &readiness.results;
    assert_eq!((results.all.inspected, results.all.labelled, results.all.findings), (4, 4, 2));
    let delay = &results.delays["physical"];
    assert_eq!(
        (delay.dated(), delay.quantile(0.5), delay.quantile(0.75), delay.quantile(0.99)),
        (4, Some(2), Some(4), Some(30))
    );
    assert_eq!(results.by_office["A"].declarations, 6);
    assert_eq!(readiness.fills[&Role::Inspected].filled, 4);
}

#[test]
fn repeats_carry_results_by_hand() {
    let mut rows = Vec::new();
    for (day, result) in [(0, Some((1, true))), (1, None), (2, Some((1, true))), (3, Some((1, false)))] {
        rows.push(one(&format!("R{day}"), FIRST + day, "I1", "610910", result));
    }
    let repeats = assess(&rows, &[Role::Finding], None).traffic.repeats;
    // The second has no result and leaves the first's in force; the third finds it again, the fourth does not.
    assert_eq!((repeats.items, repeats.both_labelled, repeats.same_result), (3, 2, 1));
    assert_eq!((repeats.after_finding, repeats.found_again), (2, 1));
}

#[test]
fn values_written_over_are_told_from_those_that_were_kept() {
    let files = |overwritten: usize| {
        let row = |index: usize| {
            let is_found = index.is_multiple_of(2);
            let mut record = one(&format!("A{index}"), FIRST + index as i32, "I1", "610910", Some((3, is_found)));
            let declared = record.declaration.items[0].value_minor().unwrap();
            let is_changed = is_found && index / 2 >= overwritten;
            record.inspections[0].as_mut().unwrap().assessed = Some(Box::new(Assessed {
                value_minor: Some(declared + if is_changed { 100 } else { 0 }),
                ..Assessed::default()
            }));
            record
        };
        (0..100).map(row).collect::<Vec<_>>()
    };
    // 50 findings about the value, of which 5 (a tenth, tolerated) or 15 left it as it was.
    for (overwritten, expected) in [(0, false), (5, false), (15, true)] {
        let readiness = assess(&files(overwritten), &[Role::Finding, Role::AssessedValue], None);
        let adjusted = &readiness.adjusted[&AssessedField::Value];
        assert_eq!((adjusted.concerned.items(), adjusted.concerned.same), (50, overwritten as u64));
        assert_eq!(adjusted.in_order.changed_share(), Some(0.0));
        assert_eq!(adjusted.looks_overwritten(), expected, "{overwritten}: {}", adjusted.p_value());
        let warns = readiness.warnings().iter().any(|one| matches!(one, DataWarning::Overwritten { .. }));
        assert_eq!(warns, expected);
        let date = readiness.verdicts().remove(1);
        assert_eq!(date.capability, Capability::Date);
        assert!(!expected || date.next == NextStep::Improve(Measure::AsDeclared));
    }
}

#[test]
fn a_column_that_knows_the_result_is_found() {
    let mut rows = records(2_000, 5);
    let warned = |rows: &[Record]| {
        let readiness = assess(rows, &[Role::Finding], None);
        readiness.leaks.iter().map(|leak| leak.column.clone()).collect::<Vec<_>>()
    };
    assert_eq!(warned(&rows), Vec::<String>::new());
    for record in &mut rows {
        for (item, inspection) in record.declaration.items.iter_mut().zip(&record.inspections) {
            let found = inspection.as_ref().is_some_and(|one| one.finding.is_some());
            item.categorical[0] = Some(if found { "amended" } else { "a" }.into());
        }
    }
    assert_eq!(warned(&rows), ["channel"]);
    let verdicts = assess(&rows, &[Role::Finding], None).verdicts();
    assert_eq!(verdicts[1].grade, Grade::NotYet, "DATE learns nothing from a leak");
}

/// How a draw goes wrong.
#[derive(Clone, Copy, PartialEq)]
enum Draw {
    Honest,
    /// Among what the ranking left.
    AmongTheRest,
    /// One office does not draw.
    OfficeLeftOut,
    /// Somebody takes half of the drawn declarations of high value out again.
    DearOnesSpared,
    /// Draws stop for a quarter of the time.
    Paused,
}

/// Declarations with a draw of five in a hundred, beside a ranking that takes dear ones: three thousand, or as many as it
/// takes to see that draws are missing in some values only.
fn drawn(draw: Draw, seed: u64) -> Vec<Record> {
    let mut rng = Rng::new(seed);
    let mut rows = records(if draw == Draw::DearOnesSpared { 10_000 } else { 3_000 }, seed);
    for (position, record) in rows.iter_mut().enumerate() {
        let value = record.declaration.items.iter().filter_map(|item| item.value_minor()).sum::<i64>();
        let is_dear = value > 150_000;
        let ranked = is_dear && rng.bernoulli(0.3);
        let mut is_drawn = rng.bernoulli(0.05);
        is_drawn &= match draw {
            Draw::Honest => true,
            Draw::AmongTheRest => !ranked,
            Draw::OfficeLeftOut => record.declaration.header.office.as_deref() != Some("10"),
            Draw::DearOnesSpared => !is_dear || rng.bernoulli(0.5),
            Draw::Paused => position >= 750,
        };
        let selected_by = match (is_drawn, ranked) {
            (true, _) => Some(SelectedBy::Random),
            (false, true) => Some(SelectedBy::Score),
            (false, false) => None,
        };
        let inspection = selected_by.map(|by| Inspection { selected_by: Some(by), ..inspected(record, 3, false) });
        record.inspections = vec![inspection; record.declaration.items.len()];
    }
    rows
}

fn assignment(draw: Draw, seed: u64, share: Option<f64>) -> Assignment {
    assess(&drawn(draw, seed), &[Role::Finding, Role::SelectedBy], share).draw.assignment
}

#[test]
fn honest_draws_are_suspected_no_oftener_than_one_in_twenty() {
    for share in [None, Some(0.05)] {
        let suspected = (0..300).filter(|seed| assignment(Draw::Honest, 1_000 + seed, share) != Assignment::Kept);
        // Of 300 at the level of 5 % fifteen are due; 26 or more come in less than one case in two hundred.
        let count = suspected.count();
        assert!(count < 26, "{count} of 300 honest draws were suspected, rule {share:?}");
    }
}

#[test]
fn broken_draws_are_caught() {
    for draw in [Draw::OfficeLeftOut, Draw::DearOnesSpared, Draw::Paused] {
        let said: Vec<Assignment> = (0..20).map(|seed| assignment(draw, 2_000 + seed, None)).collect();
        // A ranking that takes dear ones too makes it look, to half, like a draw among what the ranking left.
        let is_caught = |one: &&Assignment| match draw {
            Draw::DearOnesSpared => **one != Assignment::Kept,
            _ => **one == Assignment::Broken,
        };
        let caught = said.iter().filter(is_caught).count();
        assert!(caught >= 17, "{caught} of 20, {}: {said:?}", draw as u8);
    }
    let told = (0..20).filter(|seed| assignment(Draw::AmongTheRest, 3_000 + seed, None) != Assignment::Broken).count();
    assert!(told >= 18, "a fair draw among the rest is called broken in {} of 20", 20 - told);
}

#[test]
fn a_draw_is_held_against_the_rule_that_is_stated() {
    let kept = assess(&drawn(Draw::Honest, 9), &[Role::SelectedBy], None).draw;
    let against = assess(&drawn(Draw::Honest, 9), &[Role::SelectedBy], Some(0.10)).draw;
    assert_eq!((kept.assignment, against.assignment), (Assignment::Kept, Assignment::Broken));
    assert!(against.tests.iter().any(|test| test.aspect == SampleAspect::Rule && test.corrected < 1e-6));
    let none = assess(&drawn(Draw::Honest, 9), &[], None).draw;
    assert_eq!(none.assignment, Assignment::NoRole);
    let few = assess(&drawn(Draw::Honest, 9)[..100], &[Role::SelectedBy], None).draw;
    assert_eq!(few.assignment, Assignment::TooFew);
}

#[test]
fn traffic_that_shifts_is_told_and_traffic_that_does_not_is_not() {
    let mut rows = records(4_000, 11);
    let shifted = |rows: &[Record]| {
        let warnings = assess(rows, &[Role::Finding], None).warnings();
        let aspects = warnings.iter().filter_map(|one| match one {
            DataWarning::Drift { aspect, .. } => Some(aspect.name()),
            _ => None,
        });
        aspects.collect::<BTreeSet<_>>()
    };
    assert_eq!(shifted(&rows), BTreeSet::new());
    for record in rows.iter_mut().skip(3_600) {
        record.declaration.items.iter_mut().for_each(|item| item.origin = Country::parse("IN"));
    }
    assert_eq!(shifted(&rows), BTreeSet::from(["origin"]));
}

#[test]
fn without_results_the_step_is_to_name_them() {
    let rows: Vec<Record> = (0..50).map(|n| one(&format!("{n}"), FIRST + n, "I1", "610910", None)).collect();
    let readiness = assess(&rows, &[Role::Importer], None);
    let profiles = readiness.verdicts().remove(0);
    assert_eq!((profiles.grade, profiles.next), (Grade::NotYet, NextStep::NameFindings));
}
