use super::{examined, item};
use domain::{LabelRules, Record};
use risk::HistoryRules;
use risk::evaluate::{CrossPlan, CrossResult, Figures, Slice, cross_evaluate};
use risk::model::{ModelKind, Shape};

/// 600 declarations under 30 codes; under every third code most have a finding.
fn records() -> (Vec<Record>, Vec<String>) {
    let record = |number: usize| {
        let heading = number * 7 % 30;
        let found = heading.is_multiple_of(3) != number.is_multiple_of(11);
        let code = format!("61{:02}10", heading + 1);
        let mut record =
            examined(&format!("D{number}"), number as i32 / 4, found, item(&code, 1_000 + number as i64, 5_000));
        record.declaration.header.importer = Some(format!("I{}", number % 40).into());
        record
    };
    ((0..600).map(record).collect(), (0..600).map(|number| format!("g{}", number % 120)).collect())
}

fn shape() -> Shape {
    Shape {
        rules: HistoryRules { labels: LabelRules::default(), columns: 0, money_decimals: 2 },
        categorical: Vec::new(),
        numeric: Vec::new(),
        judged: false,
    }
}

fn run(records: &[Record], groups: &[String], kinds: &[ModelKind], threads: usize) -> CrossResult {
    let shape = shape();
    let plan = CrossPlan {
        records,
        groups,
        shape: &shape,
        schema: "test",
        has_extra_revenue: true,
        folds: 3,
        seeds: &[0, 1],
        kinds,
        threads,
    };
    cross_evaluate(&plan, &|| {}).unwrap()
}

fn pooled(result: &CrossResult, kind: ModelKind) -> Figures {
    let (_, seeds) = result.models.iter().find(|(one, _)| *one == kind).unwrap();
    seeds[0].pooled.iter().find(|(slice, _)| *slice == Slice::All).unwrap().1
}

#[test]
fn every_labelled_declaration_is_tested_once_a_seed() {
    let (mut records, groups) = records();
    records[17].inspections = vec![None];
    let result = run(&records, &groups, &[ModelKind::Profile], 1);
    assert_eq!(result.labelled, 599);
    let figures = pooled(&result, ModelKind::Profile);
    assert_eq!(figures.declarations, 599.0);
    assert!(figures.auc.unwrap() > 0.6, "headings teach something: {:?}", figures.auc);
    assert_eq!(result.models[0].1.iter().map(|seed| seed.seed).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn neither_threads_nor_the_order_of_kinds_change_a_figure() {
    let (records, groups) = records();
    let one = run(&records, &groups, &[ModelKind::Profile, ModelKind::Logistic], 1);
    let other = run(&records, &groups, &[ModelKind::Logistic, ModelKind::Profile], 4);
    for kind in [ModelKind::Profile, ModelKind::Logistic] {
        let figures = |result: &CrossResult| result.models.iter().find(|(one, _)| *one == kind).unwrap().1.clone();
        assert_eq!(figures(&one), figures(&other));
    }
    assert_eq!(one.lookup, other.lookup);
}

#[test]
fn a_result_that_hangs_on_the_group_alone_can_not_be_learnt() {
    let (mut records, groups) = records();
    for (number, record) in records.iter_mut().enumerate() {
        // Whether there is a finding hangs on the group, and so does the only thing that differs between items.
        let group = number % 120;
        let found = group.wrapping_mul(2_654_435_761) % 7 < 3;
        *record =
            examined(&format!("D{number}"), number as i32 / 4, found, item("610910", 1_000 + group as i64, 5_000));
        record.declaration.items[0].repeat_key = Some(group as u64);
    }
    let result = run(&records, &groups, &[ModelKind::Profile], 1);
    assert_eq!(result.repeat_share, 0.0, "no repeat of a test row stands in its training folds");
    let auc = pooled(&result, ModelKind::Profile).auc.unwrap();
    assert!(auc < 0.65, "{auc}");
    let own: Vec<String> = (0..600).map(|number| number.to_string()).collect();
    let leaky = run(&records, &own, &[ModelKind::Profile], 1);
    assert!(leaky.repeat_share > 0.9, "{}", leaky.repeat_share);
    let lookup = leaky.lookup[0].pooled[0].1.auc.unwrap();
    assert!(lookup > 0.7, "folds by row let a dictionary win: {lookup}");
}

#[test]
fn a_consignment_counts_once_in_a_fold() {
    let (mut records, groups) = records();
    for (number, record) in records.iter_mut().enumerate() {
        // Four declarations a day under one document; they share a group, so a fold.
        record.declaration.header.consignment = Some(format!("B{}", number / 4).into());
    }
    let groups: Vec<String> = (0..groups.len()).map(|number| format!("g{}", number / 4)).collect();
    let result = run(&records, &groups, &[ModelKind::Profile], 1);
    assert_eq!(result.labelled, 600);
    let figures = pooled(&result, ModelKind::Profile);
    assert_eq!(figures.declarations, 150.0);
    let found = |members: &[Record]| {
        let mut inspections = members.iter().flat_map(|record| &record.inspections).flatten();
        inspections.any(|inspection| inspection.finding.is_some())
    };
    assert_eq!(figures.findings, records.chunks(4).filter(|members| found(members)).count() as f64);
}
