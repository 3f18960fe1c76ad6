//! Selection: rules as tables that an officer can read, and properties of the draw.

mod policies;
mod properties;
mod tables;

use domain::{ControlKind, Day, MandatoryControl, SelectedBy};
use risk::select::{
    Candidate, CapacityRule, CheckedPolicy, Draw, Limit, Policy, Previous, RandomFloor, Relation, Scored, Secret, When,
};
use std::collections::BTreeMap;

/// Monday.
fn monday() -> Day {
    Day::from_ymd(2026, 3, 2).unwrap()
}

fn secret(number: u64) -> Secret {
    Secret::new(&number.to_le_bytes()).unwrap()
}

/// A digest that differs from candidate to candidate and stands in the order of the text.
fn digest(text: &str) -> [u8; 32] {
    let mut digest = [0; 32];
    text.bytes().take(32).enumerate().for_each(|(place, byte)| digest[place] = byte);
    digest
}

/// Reads declarations from a table whose head names the columns; `-` stands for nothing.
fn declarations(table: &str) -> Vec<Candidate> {
    let mut lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let head: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    lines.map(|line| declaration(&head.iter().copied().zip(line.split_whitespace()).collect())).collect()
}

fn declaration(cells: &BTreeMap<&str, &str>) -> Candidate {
    let cell = |name: &str| cells.get(name).copied().filter(|text| *text != "-");
    let number = |name: &str| cell(name).map(|text| text.parse::<f64>().unwrap());
    let control = |text: &str| ControlKind::parse(text).unwrap();
    let version = cell("version").map_or(1, |text| text.parse().unwrap());
    let id = cell("id").unwrap();
    Candidate {
        version,
        digest: digest(&format!("{id}/{version}")),
        day: monday().plus(number("day").unwrap_or(0.0) as i32),
        office: cell("office").map(Into::into),
        importer: cell("importer").map(Into::into),
        consignment: cell("consignment").map(Into::into),
        aeo: cell("aeo").map(Into::into),
        mandatory: cell("mandatory")
            .map(|kind| MandatoryControl { legal_basis: "Act 7".into(), kind: control(kind), agency: "food".into() })
            .into_iter()
            .collect(),
        score: number("probability").map(|probability| Scored {
            uncertainty: number("uncertainty"),
            novelty: number("novelty"),
            ..Scored::of(probability, number("revenue").unwrap_or(0.0) * 100.0)
        }),
        items: number("items").unwrap_or(1.0) as u32,
        safety_weight: number("safety").unwrap_or(0.0),
        previous: cell("previous").map(|kind| Previous {
            control: control(kind),
            selected_by: SelectedBy::Score,
            relation: Relation::Amendment,
        }),
        ..Candidate::new(id, monday())
    }
}

/// Reads capacities from lines such as `physical 3` or `document 120min Mombasa`.
fn capacities(text: &str) -> Vec<CapacityRule> {
    let rule = |line: &str| {
        let mut words = line.split_whitespace();
        let control = ControlKind::parse(words.next().unwrap()).unwrap();
        let amount = words.next().unwrap();
        let limit = match amount.strip_suffix("min") {
            Some(minutes) => Limit::Minutes(minutes.parse().unwrap()),
            None => Limit::Count(amount.parse().unwrap()),
        };
        CapacityRule { office: words.next().map(Into::into), control, when: When::Always, limit }
    };
    text.split(',').map(rule).collect()
}

/// A policy whose draws are so rare that tables show the rules alone: one declaration in a thousand.
fn rules_alone(capacity: &str) -> Policy {
    let mut policy = Policy { capacities: capacities(capacity), ..Policy::default() };
    policy.random = RandomFloor { share: RandomFloor::LEAST_SHARE, at_least: 0, control: ControlKind::Audit };
    policy.exploration.share = 0.0;
    policy
}

/// Selects and writes one line for each declaration: id, rank, lane, control, why.
fn lanes(candidates: &[Candidate], policy: &CheckedPolicy) -> String {
    let draw = risk::select::select(candidates, policy, &secret(1)).unwrap();
    lines(candidates, &draw)
}

fn lines(candidates: &[Candidate], draw: &Draw) -> String {
    let line = |row: &risk::select::Row| {
        let candidate = &candidates[row.candidate];
        let version = if candidate.version > 1 { format!("/{}", candidate.version) } else { String::new() };
        let rank = row.rank.map_or("-".into(), |rank| rank.to_string());
        let control = row.control.map_or("-", ControlKind::name);
        format!("{}{version} {rank} {} {control} {}", candidate.id, row.lane.name(), row.selected_by.name())
    };
    draw.rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Compares tables word by word, so that columns may be aligned.
#[track_caller]
fn assert_table(actual: &str, expected: &str) {
    let words = |text: &str| -> Vec<Vec<String>> {
        let lines = text.lines().map(|line| line.split_whitespace().map(String::from).collect::<Vec<_>>());
        lines.filter(|line| !line.is_empty()).collect()
    };
    assert_eq!(words(actual), words(expected), "got:\n{actual}");
}
