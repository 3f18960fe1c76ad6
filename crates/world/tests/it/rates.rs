//! The rates that the issue promises of the default world.

use crate::table::{default_world, simulate};
use std::collections::{HashMap, HashSet};

#[test]
fn two_to_five_per_cent_are_irregular() {
    for (name, changes) in [
        ("default", ""),
        ("strong-drift", include_str!("../../scenarios/strong-drift.toml")),
        ("no-party-signal", include_str!("../../scenarios/no-party-signal.toml")),
    ] {
        let table = simulate(changes, 11, 15_000);
        let share = table.share(|_| true, |row| row.irregular());
        assert!((0.02..=0.05).contains(&share), "{name}: {share}");
    }
}

#[test]
fn a_tenth_is_inspected_and_a_hundredth_at_random() {
    let tally = default_world().world.tally();
    let versions = (tally.declarations + tally.amendments) as f64;
    let (inspected, random) = (tally.inspected as f64 / versions, tally.random as f64 / versions);
    assert!((0.095..=0.105).contains(&inspected), "{inspected}");
    assert!((0.008..=0.012).contains(&random), "{random}");
}

#[test]
fn importers_nobody_has_seen_keep_coming() {
    let table = default_world();
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let (mut first, mut all) = (0.0, 0.0);
    for row in table.cells() {
        let number = *seen.entry(row.get("importer_tin")).or_insert(row.get("declaration_no"));
        if row.get("lodgement_date") >= "2024-07-01" {
            all += 1.0;
            first += f64::from(u8::from(number == row.get("declaration_no")));
        }
    }
    assert!((0.10..=0.20).contains(&(first / all)), "rows of first declarations: {}", first / all);
    let earlier = |row: &crate::table::Cells<'_>| row.get("lodgement_date") < "2025-10-01";
    let known: HashSet<&str> = table.cells().filter(earlier).map(|row| row.get("importer_tin")).collect();
    let unseen = table.share(|row| !earlier(row), |row| !known.contains(row.get("importer_tin")));
    assert!((0.10..=0.20).contains(&unseen), "rows of the last quarter from importers unseen before: {unseen}");
}

#[test]
fn most_declarations_have_one_to_three_items_and_none_more_than_eighty() {
    let mut items: HashMap<(&str, &str), HashSet<&str>> = HashMap::new();
    for row in default_world().cells() {
        items.entry(row.declaration()).or_default().insert(row.get("item_no"));
    }
    let few = items.values().filter(|items| items.len() <= 3).count() as f64 / items.len() as f64;
    let most = items.values().map(HashSet::len).max().unwrap();
    assert!(few > 0.8 && (60..=80).contains(&most), "{few} {most}");
}

#[test]
fn few_irregularities_hold_most_of_the_revenue() {
    let mut extra: Vec<f64> =
        default_world().cells().filter(|row| row.irregular()).map(|row| row.truth_number("extra_revenue")).collect();
    extra.sort_by(|a, b| b.total_cmp(a));
    let total: f64 = extra.iter().sum();
    let top: f64 = extra[..extra.len() / 10].iter().sum();
    assert!(top / total > 0.6 && extra.iter().all(|extra| *extra >= 0.0), "{}", top / total);
}

#[test]
fn activity_follows_zipf() {
    let mut rows: HashMap<&str, usize> = HashMap::new();
    for row in default_world().cells() {
        *rows.entry(row.get("importer_tin")).or_default() += 1;
    }
    let mut counts: Vec<usize> = rows.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let top: usize = counts[..counts.len() / 100].iter().sum();
    let share = top as f64 / default_world().rows.len() as f64;
    assert!((0.15..0.6).contains(&share), "the busiest hundredth of importers has {share} of the rows");
}
