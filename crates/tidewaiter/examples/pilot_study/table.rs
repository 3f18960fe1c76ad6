//! Tables of the lines that were measured.

use crate::paired::{interval, mean};
use crate::{Outcome, gap, replay};
use std::collections::BTreeMap;

/// What the other strategies are compared with.
const REFERENCE: &str = "gbdt";

/// Figures by strategy or kind, then by seed.
type Seeds = BTreeMap<String, BTreeMap<u64, Vec<f64>>>;

/// Prints Markdown tables of a file of lines.
pub(crate) fn print(path: &str) -> Outcome<()> {
    let mut parts: BTreeMap<(String, String), Seeds> = BTreeMap::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [part, scenario, seed, name, figures] = fields[..] else { return Err(line.into()) };
        let figures = figures.split(',').map(str::parse).collect::<Result<Vec<f64>, _>>()?;
        let names = parts.entry((part.to_owned(), scenario.to_owned())).or_default();
        names.entry(name.to_owned()).or_default().insert(seed.parse()?, figures);
    }
    for ((part, scenario), names) in &parts {
        println!("\n### {part}, {scenario}\n");
        match part.as_str() {
            "gap" => coverage(names),
            _ => strategies(names),
        }
    }
    Ok(())
}

fn head(first: &str, measures: &[&str]) {
    println!("| {first} | {} |\n|---|{}", measures.join(" | "), "---|".repeat(measures.len()));
}

fn strategies(names: &Seeds) {
    let seeds = names.values().map(BTreeMap::len).max().unwrap_or_default();
    head(&format!("mean of {seeds} seeds"), &replay::MEASURES);
    for (name, seeds) in names {
        let cell = |measure: usize| format!("{:.3}", mean(seeds.values().map(|one| one[measure])));
        println!("| `{name}` | {} |", (0..replay::MEASURES.len()).map(cell).collect::<Vec<_>>().join(" | "));
    }
    let Some(reference) = names.get(REFERENCE) else { return };
    println!();
    head(&format!("less `{REFERENCE}`"), &replay::MEASURES[..6]);
    for (name, seeds) in names.iter().filter(|(name, _)| *name != REFERENCE) {
        let cell = |measure: usize| {
            let gaps = seeds.iter().filter_map(|(seed, one)| Some(one[measure] - reference.get(seed)?[measure]));
            match gaps.filter(|gap| gap.is_finite()).collect::<Vec<f64>>() {
                gaps if gaps.is_empty() => "–".to_owned(),
                gaps => {
                    let (mean, low, high) = interval(&gaps);
                    format!("{mean:+.3} [{low:+.3}, {high:+.3}]")
                }
            }
        };
        println!("| `{name}` | {} |", (0..6).map(cell).collect::<Vec<_>>().join(" | "));
    }
}

fn coverage(names: &Seeds) {
    head("all seeds together", &gap::MEASURES);
    for (name, seeds) in names {
        let sum = |measure: usize| seeds.values().map(|one| one[measure]).sum::<f64>();
        let held = |held: usize, of: usize| format!("{} ({:.1} %)", sum(held), 100.0 * sum(held) / sum(of));
        let share = |measure: usize| format!("{:.2} %", 100.0 * mean(seeds.values().map(|one| one[measure])));
        let cells = [sum(0).to_string(), held(1, 0), sum(2).to_string(), held(3, 2), share(4), share(5), share(6)];
        println!("| {name} | {} |", cells.join(" | "));
    }
}
