//! Irregularity hangs on parties in the default world, and on none in the world without party signal.

use crate::table::{Table, default_world, no_party_world};
use std::collections::HashMap;

/// Area under the curve of a party's rate in the first year as a ranking of its rows in the second. 0.5: no signal.
fn auc_of_earlier_rate(table: &Table, column: &str) -> f64 {
    let mut earlier: HashMap<&str, (f64, f64)> = HashMap::new();
    for row in table.cells().filter(|row| row.get("lodgement_date") < "2025-01-01") {
        let entry = earlier.entry(row.get(column)).or_default();
        entry.0 += f64::from(u8::from(row.irregular()));
        entry.1 += 1.0;
    }
    let later = table.cells().filter(|row| row.get("lodgement_date") >= "2025-01-01");
    let mut scored: Vec<(f64, bool)> = later
        .filter_map(|row| {
            let (irregular, all) = earlier.get(row.get(column))?;
            Some(((irregular + 0.6) / (all + 20.0), row.irregular()))
        })
        .collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    auc(&scored)
}

/// By ranks, ties sharing theirs.
fn auc(sorted: &[(f64, bool)]) -> f64 {
    let (mut rank_sum, mut positives, mut start) = (0.0, 0.0, 0);
    while start < sorted.len() {
        let end = start + sorted[start..].iter().take_while(|pair| pair.0 == sorted[start].0).count();
        let rank = (start + end + 1) as f64 / 2.0;
        let here = sorted[start..end].iter().filter(|pair| pair.1).count() as f64;
        rank_sum += rank * here;
        positives += here;
        start = end;
    }
    (rank_sum - positives * (positives + 1.0) / 2.0) / (positives * (sorted.len() as f64 - positives))
}

/// How far the spread of a party's rates exceeds that of independent draws: chi-squared, standardised.
fn excess_spread(table: &Table, column: &str) -> f64 {
    let rate = table.share(|_| true, |row| row.irregular());
    let mut counts: HashMap<&str, (f64, f64)> = HashMap::new();
    for row in table.cells() {
        let entry = counts.entry(row.get(column)).or_default();
        entry.0 += f64::from(u8::from(row.irregular()));
        entry.1 += 1.0;
    }
    let busy: Vec<(f64, f64)> = counts.into_values().filter(|(_, all)| *all >= 100.0).collect();
    let chi: f64 = busy.iter().map(|(some, all)| (some - rate * all).powi(2) / (rate * (1.0 - rate) * all)).sum();
    (chi - busy.len() as f64) / (2.0 * busy.len() as f64).sqrt()
}

#[test]
fn without_party_signal_the_past_of_a_party_tells_nothing() {
    for column in ["importer_tin", "declarant_code", "consignor_code"] {
        let auc = auc_of_earlier_rate(no_party_world(), column);
        let spread = excess_spread(no_party_world(), column);
        assert!((auc - 0.5).abs() < 0.03, "{column}: {auc}");
        assert!(spread.abs() < 4.0, "{column}: {spread}");
    }
}

#[test]
fn in_the_default_world_it_tells_much() {
    for (column, least) in [("importer_tin", 0.6), ("declarant_code", 0.55), ("consignor_code", 0.55)] {
        let auc = auc_of_earlier_rate(default_world(), column);
        assert!((least..0.95).contains(&auc), "{column}: {auc}");
    }
    assert!(excess_spread(default_world(), "importer_tin") > 20.0);
}
