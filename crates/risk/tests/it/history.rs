//! Nothing is known before it was known.

use crate::common::{records, shape};
use domain::{Audience, Day, FindingStatus, HsCode, Journey, Moment, Plausibility, Record};
use proptest::prelude::*;
use risk::model::Contributions;
use risk::{Facts, History, HistoryRules, features, reasons};

/// The features of every item, each as of its own moment.
fn walk(records: &[Record]) -> Vec<Vec<u32>> {
    let mut history = History::new(shape().rules);
    let mut rows = Vec::new();
    for record in records {
        history.advance(record.declaration.header.day);
        for index in 0..record.declaration.items.len() {
            rows.push(bits(&history.facts(record, index)));
        }
        history.observe(record);
    }
    rows
}

fn bits(facts: &Facts<'_>) -> Vec<u32> {
    let mut values = Vec::new();
    features::values(facts, &mut values);
    values.iter().map(|value| value.to_bits()).collect()
}

fn items(records: &[Record]) -> usize {
    records.iter().map(|record| record.declaration.items.len()).sum()
}

/// Ways of altering a record without moving it.
fn alter(record: &mut Record, how: u8) {
    match how {
        0 => record.inspections.iter_mut().for_each(|inspection| *inspection = None),
        1 => record.declaration.header.importer = Some("somebody else".into()),
        2 => record.declaration.items.iter_mut().for_each(|item| item.customs_value_minor = Some(1)),
        3 => record.declaration.items.iter_mut().for_each(|item| item.code = None),
        _ => record.inspections.iter_mut().flatten().for_each(|inspection| {
            inspection.finding = None;
            inspection.known_on = inspection.known_on.plus(-1);
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_feature_changes_when_anything_later_is_altered(
        seed in 0u64..1000, cut in 20usize..180, from in 0usize..20, how in 0u8..5,
    ) {
        let original = records(200, seed);
        let mut altered = original.clone();
        altered[(cut + from).min(199)..].iter_mut().for_each(|record| alter(record, how));
        let same = items(&original[..cut]);
        prop_assert_eq!(&walk(&original)[..same], &walk(&altered)[..same]);
    }

    #[test]
    fn no_feature_of_an_item_changes_with_its_own_results(seed in 0u64..1000, place in 0usize..200) {
        let original = records(200, seed);
        let mut altered = original.clone();
        alter(&mut altered[place], 0);
        let same = items(&original[..=place]);
        prop_assert_eq!(&walk(&original)[..same], &walk(&altered)[..same]);
    }
}

#[test]
fn features_do_change_with_what_was_known_before() {
    let original = records(200, 1);
    let mut altered = original.clone();
    altered[..100].iter_mut().for_each(|record| alter(record, 0));
    assert_ne!(walk(&original).last(), walk(&altered).last(), "else the tests above could not fail");
}

#[test]
fn a_result_counts_from_its_day_on_and_an_overturned_one_until_its_day() {
    let mut declared = records(1, 3).remove(0);
    let day = declared.declaration.header.day;
    declared.declaration.items.truncate(1);
    declared.inspections = records(60, 5)
        .into_iter()
        .flat_map(|record| record.inspections)
        .flatten()
        .find(|inspection| inspection.finding.is_some())
        .map(Some)
        .into_iter()
        .collect();
    let inspection = declared.inspections[0].as_mut().unwrap();
    inspection.known_on = day.plus(10);
    let finding = inspection.finding.as_mut().unwrap();
    finding.status = FindingStatus::Overturned;
    finding.status_on = Some(day.plus(40));

    let found = |on: Day| {
        let mut history = History::new(shape().rules);
        history.advance(day);
        history.observe(&declared);
        history.advance(on);
        let mut later = declared.clone();
        later.declaration.header.day = on;
        let facts = history.facts(&later, 0);
        (facts.profiles[0].inspected_count, facts.profiles[0].found_count)
    };
    #[rustfmt::skip]
    let table = [
        // days later   inspections, findings known of the importer
        (9,  (0, 0)),
        (10, (1, 1)),
        (39, (1, 1)),
        (40, (1, 0)),
        (99, (1, 0)),
    ];
    for (days, expected) in table {
        assert_eq!(found(day.plus(days)), expected, "{days} days later");
    }
}

#[test]
fn a_state_file_goes_on_where_it_stopped() {
    let records = records(300, 11);
    let mut whole = History::new(shape().rules);
    let mut first = History::new(shape().rules);
    for (place, record) in records.iter().enumerate() {
        let day = record.declaration.header.day;
        if place == 150 {
            first = History::from_bytes(&first.to_bytes().unwrap(), shape().rules).unwrap();
        }
        for history in [&mut whole, &mut first] {
            history.advance(day);
            history.observe(record);
        }
    }
    assert_eq!(whole.to_bytes().unwrap(), first.to_bytes().unwrap());
}

#[test]
fn a_declaration_given_twice_counts_once_and_later_results_are_taken_in() {
    let records = records(200, 17);
    let mut at_once = History::new(shape().rules);
    for record in &records {
        at_once.advance(record.declaration.header.day);
        at_once.observe(record);
    }
    // Day by day as declared, then the results in one go, then everything again.
    let mut piecemeal = History::new(shape().rules);
    for record in &records {
        piecemeal.advance(record.declaration.header.day);
        piecemeal.observe_declared(record);
        piecemeal.observe_declared(record);
    }
    for record in records.iter().chain(&records) {
        piecemeal.observe(record);
    }
    let day = records.iter().map(|record| record.declaration.header.day).max().unwrap().plus(400);
    let mut asked = records[7].clone();
    asked.declaration.header.id = "asked".into();
    asked.declaration.header.day = day;
    for history in [&mut at_once, &mut piecemeal] {
        history.advance(day);
        assert_eq!(history.declarations(), 200);
        assert!(history.has_heard_of(&records[3]) && !history.has_heard_of(&asked));
    }
    let (one, other) = (at_once.facts(&asked, 0), piecemeal.facts(&asked, 0));
    let counts = |facts: &risk::Facts<'_>| -> Vec<(u32, u32)> {
        facts.profiles.iter().map(|profile| (profile.inspected_count, profile.found_count)).collect()
    };
    assert_eq!(counts(&one), counts(&other));
    assert_eq!(format!("{:?}", one.novelty), format!("{:?}", other.novelty));
    assert_eq!(format!("{:?}", one.prices), format!("{:?}", other.prices));
}

#[test]
fn a_finding_overturned_after_it_was_taken_in_is_taken_out_again() {
    let mut record = records(400, 21).into_iter().find(|record| {
        let is_final = |i: &domain::Inspection| shape().rules.labels.label(i, i.known_on.plus(999)) == Some(true);
        record.inspections[0].as_ref().is_some_and(is_final)
    });
    let record = record.as_mut().unwrap();
    let mut history = History::new(shape().rules);
    history.advance(record.declaration.header.day);
    history.observe(record);
    let known = record.inspections.iter().flatten().map(|i| i.known_on).max().unwrap();
    let rate_on = |history: &mut History, day: domain::Day| {
        let mut asked = record.clone();
        asked.declaration.header.id = "asked".into();
        asked.declaration.header.day = day;
        history.advance(day);
        history.facts(&asked, 0).repeats.exact_outcome.found_count
    };
    assert!(rate_on(&mut history, known.plus(1)) > 0);
    let mut overturned = record.clone();
    for finding in overturned.inspections.iter_mut().flatten().filter_map(|i| i.finding.as_mut()) {
        finding.status = domain::FindingStatus::Overturned;
        finding.status_on = Some(known.plus(30));
    }
    history.observe(&overturned);
    history.observe(&overturned);
    assert!(rate_on(&mut history, known.plus(29)) > 0, "not before the day");
    assert_eq!(rate_on(&mut history, known.plus(31)), 0);
}

/// The items of one importer and heading with a repeat key of their own choice, clean or with a finding on a day.
fn inspected(id: &str, repeat: u64, day: i32, status: Option<domain::FindingStatus>) -> Record {
    let mut record = records(1, 23).remove(0);
    record.declaration.header.id = id.into();
    record.declaration.items[0].repeat_key = Some(repeat);
    record.declaration.items.truncate(1);
    let finding =
        |status| domain::Finding { kind: None, gravity: None, status, status_on: None, extra_revenue_minor: None };
    record.inspections = vec![Some(domain::Inspection {
        known_on: record.declaration.header.day.plus(day),
        known_on_assumed: false,
        control: None,
        selected_by: None,
        selection_probability: None,
        examiner: None,
        finding: status.map(finding),
        assessed: None,
    })];
    record
}

/// Inspections and findings that the profile of the importer knows once all results are in.
fn importer_profile(order: &[Record]) -> (u32, u32) {
    let mut history = History::new(shape().rules);
    for record in order {
        history.advance(record.declaration.header.day);
        history.observe(record);
        history.advance(record.declaration.header.day.plus(200));
    }
    let asked = inspected("asked", 99, 0, None);
    let importer = history.profiles().iter().position(|profile| profile.name == "importer").unwrap();
    let fact = history.facts(&asked, 0).profiles[importer];
    (fact.inspected_count, fact.found_count)
}

#[test]
fn profiles_follow_the_item_that_entered_them() {
    use domain::FindingStatus::{Final, Overturned};
    let clean = |id| inspected(id, 1, 1, None);
    let found = |id| inspected(id, 1, 9, Some(Final));
    let overturned = |id| inspected(id, 1, 9, Some(Overturned));
    assert_eq!(importer_profile(&[clean("A"), found("A")]), (2, 1), "a finding after a clean control");
    assert_eq!(importer_profile(&[found("A"), overturned("A")]), (1, 0), "overturned, nobody says when");
    assert_eq!(importer_profile(&[found("A"), found("B"), overturned("A")]), (1, 0), "a repeat in between");
    assert_eq!(importer_profile(&[found("A"), found("B"), overturned("B")]), (1, 1), "the repeat is overturned");
    assert_eq!(importer_profile(&[found("A"), found("A"), found("A")]), (1, 1), "given thrice");
}

#[test]
fn amounts_are_read_in_the_money_they_were_declared_in() {
    let record = &records(1, 5)[0];
    let mut rules = shape().rules;
    let cents = History::new(rules.clone()).facts(record, 0).amounts.value.unwrap();
    rules.money_decimals = 0;
    let whole = History::new(rules).facts(record, 0).amounts.value.unwrap();
    assert!((whole / cents - 100.0).abs() < 1e-9, "{whole} {cents}");
}

#[test]
fn state_files_of_every_version_open_for_ever() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let records = records(30, 13);
    let mut fresh = History::new(shape().rules);
    records.iter().for_each(|record| {
        fresh.advance(record.declaration.header.day);
        fresh.observe(record);
    });
    let newest = fixtures.join("history-v3.twhist");
    if std::env::var_os("TIDEWAITER_FREEZE").is_some() && !newest.exists() {
        std::fs::write(newest, fresh.to_bytes().unwrap()).unwrap();
    }
    let mut later = records[0].clone();
    later.declaration.header.day = later.declaration.header.day.plus(60);
    for version in ["history-v1.twhist", "history-v2.twhist", "history-v3.twhist"] {
        let bytes = std::fs::read(fixtures.join(version)).unwrap();
        let mut frozen = History::from_bytes(&bytes, shape().rules).unwrap();
        assert_eq!(
            frozen.to_bytes().unwrap() == bytes,
            version == "history-v3.twhist",
            "old versions are written anew"
        );
        for history in [&mut frozen, &mut fresh] {
            history.advance(later.declaration.header.day);
        }
        let facts = |history: &History| known_of_old(history.facts(&later, 0), version);
        assert_eq!(facts(&frozen), facts(&fresh), "{version}");
    }
    let importer = fresh.facts(&later, 0).novelty.importer;
    let same = |record: &&Record| record.declaration.header.importer == later.declaration.header.importer;
    assert_eq!(importer.declarations, Some(records.iter().filter(same).count() as u32));
}

/// Facts without what files of a version did not keep.
fn known_of_old(mut facts: Facts<'_>, version: &str) -> String {
    if version < "history-v3" {
        let novelty = &mut facts.novelty;
        let parties = [&mut novelty.importer, &mut novelty.declarant, &mut novelty.consignor];
        let pairs = [&mut novelty.importer_declarant, &mut novelty.importer_origin, &mut novelty.importer_hs4];
        let rest = [&mut novelty.importer_consignor, &mut novelty.hs6_origin, &mut novelty.consignment];
        parties.into_iter().chain(pairs).chain(rest).for_each(|seen| seen.recent = None);
        [&mut facts.repeats.exact, &mut facts.repeats.near].into_iter().for_each(|seen| seen.recent = None);
    }
    format!("{facts:?}")
}

#[test]
fn a_verdict_on_the_code_counts_from_its_day_on_and_brings_the_rate_of_the_better_code() {
    let all = records(60, 4);
    let mut history = History::new(shape().rules);
    for record in &all {
        history.advance(record.declaration.header.day);
        history.observe(record);
    }
    let mut record = all[59].clone();
    let declared = record.declaration.items[0].code.unwrap();
    let better = all.iter().find_map(|other| other.declaration.items[0].code.filter(|code| *code != declared)).unwrap();
    let day = record.declaration.header.day;
    record.declaration.items[0].rate_ppm = Some(20_000);
    let verdict = |day, better| {
        let known_at = Moment { day, position: 0 };
        Some(Plausibility { known_at, probability: 0.25, rank: 4, better })
    };
    let values = |record: &Record| {
        let mut values = Vec::new();
        features::values(&history.facts(record, 0), &mut values);
        let names = features::features(history.profiles(), 1, 1);
        let get = |name: &str| values[names.iter().position(|feature| feature.name == name).unwrap()];
        ["probability", "rank", "rate_drop"].map(|name| get(&format!("plausibility.{name}")))
    };
    record.plausibility[0] = verdict(day.plus(1), Some(better));
    assert!(values(&record).iter().all(|value| value.is_nan()), "it was not known yet");
    record.plausibility[0] = verdict(day, Some(better));
    assert_eq!(
        values(&record),
        [0.25, 4.0, 0.08],
        "others declare the better code at 10 %, this one was declared at 2 %"
    );
    record.plausibility[0] = verdict(day, None);
    assert_eq!(values(&record), [0.25, 4.0, 0.0]);
}

#[test]
fn officers_are_told_the_better_code_and_what_its_rate_is_more() {
    let all = records(60, 4);
    let mut history = History::new(shape().rules);
    all.iter().for_each(|record| history.observe(record));
    let mut record = all[59].clone();
    let known_at = Moment { day: record.declaration.header.day, position: 0 };
    let names = features::features(history.profiles(), 1, 1);
    let contributions = Contributions {
        features: names.iter().map(|one| f64::from(u8::from(one.name.starts_with("plausibility.")))).collect(),
        profiles: Vec::new(),
        base: 0.0,
    };
    let declared = record.declaration.items[0].code.unwrap();
    let better = all.iter().find_map(|other| other.declaration.items[0].code.filter(|code| *code != declared));
    let mut told = |better, rate_ppm| {
        record.plausibility[0] = Some(Plausibility { known_at, probability: 0.2, rank: 3, better });
        record.declaration.items[0].rate_ppm = Some(rate_ppm);
        let tree = reasons::explain(&history.facts(&record, 0), &names, &contributions, 3.0);
        let leaf = reasons::top(&tree, 1, Audience::Inspector)[0];
        let arguments: Vec<String> = leaf.arguments.iter().map(|(name, value)| format!("{name} {value:?}")).collect();
        (leaf.id, arguments.join(", "), reasons::top(&tree, 1, Audience::Trader).len())
    };
    let code = better.unwrap().hs6().to_owned();
    let (id, arguments, to_trader) = told(better, 20_000);
    assert_eq!((id, to_trader), ("plausibility-better-higher", 0), "a trader is not told how one is found out");
    assert!(arguments.contains(&code) && arguments.contains("probability Share(0.2)"), "{arguments}");
    assert!(arguments.contains("rate_drop Share(0.0"), "{arguments}");
    assert_eq!(told(better, 200_000).0, "plausibility-better");
    assert_eq!(told(None, 20_000).0, "plausibility");
}

#[test]
fn findings_are_counted_by_what_goods_are_described_as_and_by_journeys() {
    let mut all = records(80, 8);
    let known_at = Moment { day: Day::from_epoch_days(0), position: 0 };
    let hidden = HsCode::parse("240220").unwrap().0;
    for (place, record) in all.iter_mut().enumerate() {
        let better = (place % 2 == 0).then_some(hidden);
        record.plausibility.fill(Some(Plausibility { known_at, probability: 0.1, rank: 9, better }));
        let alerts = (place % 2) as u32 * 5;
        record.journey = Some(Journey { known_at, alerts, openings: 0, silent_hours: 0.0, delay_hours: -2.0 });
    }
    let mut history = History::new(shape().rules);
    for record in &all {
        history.advance(record.declaration.header.day);
        history.observe(record);
    }
    let last = all[78].declaration.header.day.plus(60);
    history.advance(last);
    let inspected = |of: &dyn Fn(usize) -> bool| {
        let records = all.iter().enumerate().filter(|(place, _)| of(*place)).map(|(_, record)| record);
        records.flat_map(|record| record.inspections.iter().flatten()).count() as u32
    };
    let mut later = all[78].clone();
    later.declaration.header.day = last;
    let facts = history.facts(&later, 0);
    let profile = |name: &str| {
        let place = facts.specs.iter().position(|spec| spec.name == name).unwrap();
        facts.profiles[place].inspected_count
    };
    assert_eq!(profile("described_hs4"), inspected(&|place| place % 2 == 0));
    assert_eq!(profile("journey"), inspected(&|place| place % 2 == 0));
    assert!(profile("hs6_described") < profile("described_hs4") && profile("hs6_described") > 0);
}

#[test]
fn damaged_foreign_and_differently_ruled_state_files_are_refused() {
    let mut history = History::new(shape().rules);
    records(20, 2).iter().for_each(|record| history.observe(record));
    let bytes = history.to_bytes().unwrap();
    let refused = |bytes: &[u8]| History::from_bytes(bytes, shape().rules).unwrap_err().to_string();
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(refused(&damaged).contains("damaged"));
    assert!(refused(b"id,date\n1,2021-01-01\n").contains("no Tidewaiter history"));
    assert!(refused(&bytes[..20]).contains("no Tidewaiter history"));
    let mut other = shape().rules;
    other.columns = 2;
    assert!(History::from_bytes(&bytes, other).unwrap_err().to_string().contains("other categorical columns"));
}

#[test]
fn keys_made_before_change_no_fact_whoever_made_them() {
    let all = records(120, 6);
    let rules = shape().rules;
    let mut history = History::new(rules.clone());
    let other = History::new(HistoryRules { money_decimals: 0, columns: 0, ..rules }).keying();
    for record in &all {
        history.advance(record.declaration.header.day);
        let plain = |index| format!("{:?}", history.facts(record, index));
        let plain: Vec<String> = (0..record.declaration.items.len()).map(plain).collect();
        for keying in [history.keying(), other.clone()] {
            let keyed = keying.keyed(record);
            let facts: Vec<String> = history.facts_keyed(&keyed).iter().map(|facts| format!("{facts:?}")).collect();
            assert_eq!(facts, plain);
        }
        history.observe_keyed(&other.keyed(record));
    }
    let mut again = History::new(shape().rules);
    for record in &all {
        again.advance(record.declaration.header.day);
        again.observe(record);
    }
    assert!(again.to_bytes().unwrap() == history.to_bytes().unwrap());
}
