use super::{examined, item};
use domain::{Day, LabelRules, Quality, QualityKind, Role};
use learn::metrics::Bootstrap;
use proptest::prelude::*;
use risk::evaluate::{
    Case, Detail, Figures, Measure, NoAuc, Outcome, Prediction, RepeatSkill, Sample, Slice, compare, fold_of, folds_of,
    intervals, recorded_outcome, stake_minor,
};
use risk::{History, HistoryRules};

fn case(found: bool, revenue: f64, stake: f64) -> Case {
    let outcome = Outcome { found, revenue_minor: revenue };
    Case { outcome, stake_minor: stake, repeat: false, importer_met: true, repeat_rate: 0.1 }
}

/// Ten declarations: probability, expected revenue, finding, revenue, duty at stake.
const TEN: [(f64, f64, u8, f64, f64); 10] = [
    (0.90, 9.0, 1, 100.0, 20.0),
    (0.80, 8.0, 0, 0.0, 30.0),
    (0.70, 7.0, 1, 50.0, 99.0),
    (0.60, 6.0, 0, 0.0, 40.0),
    (0.50, 5.0, 0, 0.0, 10.0),
    (0.40, 4.0, 0, 0.0, 50.0),
    (0.30, 90.0, 1, 850.0, 60.0),
    (0.20, 2.0, 0, 0.0, 70.0),
    (0.15, 1.0, 0, 0.0, 80.0),
    (0.10, 0.5, 0, 0.0, 15.0),
];

fn ten() -> (Sample, Vec<Prediction>) {
    let cases = TEN.iter().map(|(_, _, found, revenue, stake)| case(*found == 1, *revenue, *stake)).collect();
    let prediction = |row: &(f64, f64, u8, f64, f64)| Prediction { probability: row.0, expected_revenue_minor: row.1 };
    (Sample { cases }, TEN.iter().map(prediction).collect())
}

fn near(value: Option<f64>, expected: f64) {
    assert!(value.is_some_and(|value| (value - expected).abs() < 1e-12), "{value:?} is not {expected}");
}

#[test]
fn ten_declarations_by_hand() {
    let (sample, predictions) = ten();
    let figures = Figures::of(&sample, &predictions).unwrap();
    assert_eq!((figures.declarations, figures.findings, figures.no_auc()), (10.0, 3.0, None));
    // The findings stand above 7, 6 and 3 of the 7 others.
    near(figures.auc, 16.0 / 21.0);
    near(figures.pr_auc, (1.0 + 2.0 / 3.0 + 3.0 / 7.0) / 3.0);
    near(figures.brier, 2.0725 / 10.0);
    near(figures.calibration_error, 0.385);
    // 10 % of ten are one; so are 1, 2 and 5 %, since at least one is inspected.
    for at in figures.at {
        assert_eq!(at.selected, Some(1.0));
        near(at.precision, 1.0);
        near(at.recall, 1.0 / 3.0);
        near(at.f1, 0.5);
        near(at.revenue, 0.10);
        near(at.revenue_by_expected, 0.85);
        near(at.revenue_by_stake, 0.05);
    }
    let detail = Detail::of(&sample, &predictions).unwrap();
    near(detail.yield_curve[29].findings, 2.0 / 3.0);
    near(detail.yield_curve[29].revenue, 0.15);
    assert_eq!(detail.reliability.len(), 10);
}

#[test]
fn a_slice_of_one_class_has_no_auc_and_says_why() {
    let (sample, predictions) = ten();
    let reason = |places: &[usize]| {
        let own: Vec<Prediction> = places.iter().map(|place| predictions[*place]).collect();
        let figures = Figures::of(&sample.select(places), &own).unwrap();
        assert_eq!(figures.auc, None);
        figures.no_auc().unwrap()
    };
    assert_eq!(reason(&[]), NoAuc::Empty);
    assert_eq!(reason(&[1, 3]), NoAuc::NoFindings);
    assert_eq!(reason(&[0, 2]), NoAuc::OnlyFindings);
}

#[test]
fn intervals_hold_the_estimate_and_a_model_differs_from_itself_by_nothing() {
    let (sample, predictions) = ten();
    let bootstrap = Bootstrap { replicates: 200, ..Bootstrap::default() }.check().unwrap();
    let figures = Figures::of(&sample, &predictions).unwrap();
    for one in intervals(&sample, &predictions, &bootstrap).unwrap() {
        assert!(one.interval.low <= one.interval.estimate && one.interval.estimate <= one.interval.high);
        if one.measure == Measure::Auc {
            assert_eq!(Some(one.interval.estimate), figures.auc);
        }
    }
    let same = compare(&sample, &predictions, &predictions, &bootstrap).unwrap();
    assert_eq!(same.len(), 10);
    assert!(same.iter().all(|one| (one.interval.low, one.interval.high) == (0.0, 0.0)));
    let reversed: Vec<Prediction> =
        predictions.iter().map(|p| Prediction { probability: 1.0 - p.probability, ..*p }).collect();
    let auc = compare(&sample, &predictions, &reversed, &bootstrap).unwrap()[0].interval;
    assert!((auc.estimate - (5.0 / 21.0 - 16.0 / 21.0)).abs() < 1e-12);
}

#[test]
fn mean_and_deviation_over_seeds() {
    let with = |auc| Figures { declarations: 10.0, auc, ..Figures::default() };
    let (mean, deviation) = Figures::mean_and_deviation(&[with(Some(0.6)), with(Some(0.8)), with(None)]);
    near(mean.auc, 0.7);
    near(deviation.auc, 0.02f64.sqrt());
    assert_eq!((mean.declarations, mean.pr_auc, deviation.declarations), (10.0, None, 0.0));
    assert_eq!(Figures::mean_and_deviation(&[with(Some(0.6))]).1.auc, None);
}

#[test]
fn folds_are_those_of_python() {
    // int(hashlib.sha256(f"{seed}|{group}".encode()).hexdigest(), 16) % folds
    for (seed, group, folds, fold) in [
        (0, "440890|BE|BE|0.0|FEU1|108.0", 5, 3),
        (1, "440890|BE|BE|0.0|FEU1|108.0", 5, 4),
        (2, "440890|BE|BE|0.0|FEU1|108.0", 5, 3),
        (3, "760711|CN|CN|7.2|FCN1|901.2", 5, 2),
        (0, "", 5, 0),
        (4, "Zoll|K\u{f6}ln|8.0", 5, 0),
        (0, "a", 7, 6),
        (u64::MAX, "a", 5, 0),
    ] {
        assert_eq!(fold_of(seed, group, folds), fold, "{seed} {group}");
    }
}

#[test]
fn versions_of_a_declaration_stay_in_one_fold() {
    let declarations = [("D1", "a"), ("D2", "b"), ("D1", "another group")];
    let folds = folds_of(0, declarations.into_iter(), 7);
    assert_eq!(folds[0], fold_of(0, "a", 7));
    assert_eq!(folds[2], folds[0]);
}

#[test]
fn a_declaration_has_a_label_where_an_item_was_examined() {
    let rules = LabelRules::default();
    let mut record = examined("D1", 100, false, item("610910", 1_000, 20_000));
    record.declaration.items.push(item("610910", 2_000, 40_000));
    record.inspections.push(None);
    let label =
        |record: &domain::Record, day, extra| recorded_outcome(record, &rules, Day::from_epoch_days(day), extra);
    assert_eq!(label(&record, 102, true), None, "nothing is known before it was known");
    assert_eq!(label(&record, 103, true), Some(Outcome::default()), "the unexamined item says nothing");
    record.inspections[1] = examined("D1", 100, true, domain::GoodsItem::default()).inspections[0].clone();
    assert_eq!(label(&record, 103, true), Some(Outcome { found: true, revenue_minor: 500.0 }));
    assert_eq!(label(&record, 103, false), Some(Outcome { found: true, revenue_minor: 4_000.0 }), "duty at stake");
    assert_eq!(stake_minor(&record), 6_000.0);
    record.inspections = vec![None, None];
    assert_eq!(label(&record, 103, true), None);
}

#[test]
fn repeats_and_novel_are_told_apart_by_what_was_observed() {
    let rules = HistoryRules { labels: LabelRules::default(), columns: 0, money_decimals: 2 };
    let mut history = History::new(rules);
    let with_importer = |id: &str, importer: &str, mass| {
        let mut record = examined(id, 100, true, item("610910", mass, 20_000));
        record.declaration.header.importer = Some(importer.into());
        record
    };
    history.observe(&with_importer("D1", "I1", 1_000));
    let slices = |record: &domain::Record| {
        let met = history.has_met_importer(&record.declaration.header);
        (history.repeats_throughout(record), met)
    };
    assert_eq!(slices(&with_importer("D2", "I1", 1_000)), (true, true));
    assert_eq!(slices(&with_importer("D3", "I1", 1_001)), (false, true));
    assert_eq!(slices(&with_importer("D4", "I2", 1_000)), (false, false));
    let mut half = with_importer("D5", "I1", 1_000);
    half.declaration.items.push(item("610910", 7, 7));
    assert_eq!(slices(&half), (false, true), "one new item makes a declaration novel");
    let before = history.repeat_rate(&with_importer("D2", "I1", 1_000), Day::from_epoch_days(101));
    history.advance(Day::from_epoch_days(103));
    let after = history.repeat_rate(&with_importer("D2", "I1", 1_000), Day::from_epoch_days(103));
    assert!(after > before, "the finding counts from the day it became known");
}

#[test]
fn notes_on_results_are_no_facts() {
    let mut record = examined("D1", 100, true, item("610910", 1_000, 20_000));
    let note = |role| Quality { kind: QualityKind::Unreadable, role, value: "?".into() };
    record.quality[0] = vec![note(Role::FindingDate), note(Role::Origin), note(Role::FindingKind)];
    let history = History::new(HistoryRules { labels: LabelRules::default(), columns: 0, money_decimals: 2 });
    let roles: Vec<Role> = history.facts(&record, 0).quality.iter().map(|note| note.role).collect();
    assert_eq!(roles, [Role::Origin]);
}

#[test]
fn repeats_explain_the_skill_where_a_dictionary_does_as_well() {
    #[rustfmt::skip]
    let table = [
        // share  all    novel  lookup  warned
        (0.82,    0.98,  0.60,  0.976,  true),  // the public Korean data
        (0.82,    0.98,  0.80,  0.976,  false), // skill on novel rows too
        (0.82,    0.98,  0.60,  0.60,   false), // the dictionary can't do it
        (0.02,    0.98,  0.60,  0.976,  false), // hardly any repeats
        (0.82,    0.50,  0.50,  0.50,   false), // no skill at all
    ];
    for (repeat_share, auc, auc_novel, auc_lookup, warned) in table {
        let skill = RepeatSkill { model: 0, repeat_share, auc, auc_novel, auc_lookup };
        assert_eq!(skill.is_most(), warned, "{skill:?}");
    }
}

proptest! {
    #[test]
    fn slices_part_the_declarations(flags in prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 1..60)) {
        let cases = flags.iter().map(|(found, repeat, importer_met)| Case {
            repeat: *repeat,
            importer_met: *importer_met,
            ..case(*found, 1.0, 1.0)
        });
        let sample = Sample { cases: cases.collect() };
        let size = |slice| sample.places(slice).len();
        prop_assert_eq!(size(Slice::Repeat) + size(Slice::Novel), size(Slice::All));
        prop_assert_eq!(size(Slice::ImporterMet) + size(Slice::ImporterNew), size(Slice::All));
    }

    #[test]
    fn figures_do_not_depend_on_the_order_of_declarations(
        rows in prop::collection::vec((0..20u8, any::<bool>(), 0..1000u32), 2..80),
        shift in 1..79usize,
    ) {
        let sample = |rows: &[(u8, bool, u32)]| Sample {
            cases: rows.iter().map(|(_, found, revenue)| case(*found, f64::from(*revenue), 1.0)).collect(),
        };
        let predictions = |rows: &[(u8, bool, u32)]| rows.iter().map(|(score, ..)| Prediction {
            probability: f64::from(*score) / 20.0,
            expected_revenue_minor: f64::from(*score),
        }).collect::<Vec<_>>();
        let mut turned = rows.clone();
        turned.rotate_left(shift % rows.len());
        let first = Figures::of(&sample(&rows), &predictions(&rows)).unwrap();
        let second = Figures::of(&sample(&turned), &predictions(&turned)).unwrap();
        prop_assert!((first.auc.unwrap_or(0.0) - second.auc.unwrap_or(0.0)).abs() < 1e-9);
        for (a, b) in first.at.iter().zip(&second.at) {
            prop_assert!((a.precision.unwrap_or(0.0) - b.precision.unwrap_or(0.0)).abs() < 1e-9);
        }
    }
}
