//! What the network of `date` lends itself to: rules, hidden vectors, prototypes, and learning on from a week's labels.

use crate::common::{records, shape};
use domain::{Day, FindingStatus, HsCode, Journey, Moment, Plausibility, Record};
use risk::model::{CheckedTrainParams, Condition, Model, ModelKind, Rows, TrainError, TrainParams, Trainer};

fn trainer(records: &[Record]) -> Trainer {
    let mut trainer = Trainer::new(shape());
    let keying = trainer.history().keying();
    records.iter().for_each(|record| trainer.add(&keying.keyed(record)).unwrap());
    trainer
}

fn params(kind: ModelKind) -> CheckedTrainParams {
    TrainParams { kind, seed: 3, rounds: 20, ..TrainParams::default() }.check().unwrap()
}

fn model(trainer: &Trainer, kind: ModelKind, as_of: Option<Day>) -> Model {
    trainer.finish("test", as_of, &params(kind)).unwrap()
}

fn rows(trainer: &Trainer, later: &[Record]) -> Rows {
    let mut history = trainer.history().clone();
    let mut rows = trainer.rows();
    for record in later {
        history.advance(record.declaration.header.day);
        (0..record.declaration.items.len()).for_each(|index| rows.push(&history.facts(record, index)).unwrap());
    }
    rows
}

fn holds(condition: &Condition, names: &[String], values: &[f32]) -> bool {
    let value = f64::from(values[names.iter().position(|name| *name == condition.feature).unwrap()]);
    condition.is_missing == value.is_nan()
        && condition.at_least.is_none_or(|least| value >= least)
        && condition.below.is_none_or(|below| value < below)
}

#[test]
fn rules_hold_for_their_row_and_come_by_attention() {
    let all = records(1600, 4);
    let trainer = trainer(&all[..1400]);
    let model = model(&trainer, ModelKind::Date, None);
    let names: Vec<String> = model.features().iter().map(|feature| feature.name.clone()).collect();
    let rows = rows(&trainer, &all[1400..]);
    for row in 0..rows.len() {
        let rules = model.rules(&rows, row, 3).unwrap();
        assert!(!rules.is_empty() && rules.len() <= 3);
        assert!(rules.windows(2).all(|pair| pair[0].attention >= pair[1].attention));
        for condition in rules.iter().flat_map(|rule| &rule.conditions) {
            assert!(holds(condition, &names, rows.dense.row(row)), "{condition:?}");
        }
    }
    let trees = self::model(&trainer, ModelKind::Gbdt, None);
    assert!(trees.rules(&rows, 0, 3).unwrap().is_empty() && trees.embed(&rows, 1).unwrap().is_none());
}

#[test]
fn prototypes_stand_for_five_cases_or_more() {
    let all = records(1600, 4);
    let trainer = trainer(&all);
    let model = model(&trainer, ModelKind::Date, None);
    let hidden = model.embed(&rows(&trainer, &all[1400..]), 2).unwrap().unwrap();
    assert_eq!(hidden.n_cols(), 16);
    let prototypes = trainer.prototypes(&model, 8, 1).unwrap().unwrap();
    assert!((1..=8).contains(&prototypes.vectors.len()) && prototypes.cases.iter().all(|cases| *cases >= 5));
    assert!(prototypes.cases.iter().sum::<usize>() <= model.card().found);
    assert_eq!(prototypes, trainer.prototypes(&model, 8, 2).unwrap().unwrap());
}

#[test]
fn a_week_of_labels_moves_the_network_a_little() {
    let all = records(1800, 5);
    let (early, whole) = (trainer(&all[..1500]), trainer(&all));
    let model = model(&early, ModelKind::Date, None);
    let refreshed = whole.refresh(&model, None, &params(ModelKind::Date)).unwrap();
    let on_two = TrainParams { kind: ModelKind::Date, seed: 3, threads: 2, ..TrainParams::default() }.check().unwrap();
    assert_eq!(refreshed.to_bytes().unwrap(), whole.refresh(&model, None, &on_two).unwrap().to_bytes().unwrap());
    assert!(refreshed.card().as_of > model.card().as_of && refreshed.card().examined > model.card().examined);
    assert_ne!(refreshed.id(), model.id());
    let rows = rows(&whole, &all[1700..]);
    let stakes = vec![None; rows.len()];
    let (before, after) = (model.score(&rows, &stakes, 1).unwrap(), refreshed.score(&rows, &stakes, 1).unwrap());
    let moved: Vec<f64> = before.iter().zip(&after).map(|(b, a)| (b.log_odds - a.log_odds).abs()).collect();
    assert!(moved.iter().any(|by| *by > 1e-4) && moved.iter().all(|by| *by < 3.0), "{moved:?}");
}

#[test]
fn a_week_of_labels_weighs_trees_anew_and_keeps_their_cuts() {
    let all = records(1800, 5);
    let (early, whole) = (trainer(&all[..1500]), trainer(&all));
    for kind in [ModelKind::Gbdt, ModelKind::GbdtLr] {
        let model = model(&early, kind, None);
        let refreshed = whole.refresh(&model, None, &params(kind)).unwrap();
        assert_eq!(refreshed.card().parent.as_ref(), Some(model.id()));
        let rows = rows(&whole, &all[1700..]);
        let scores = |model: &Model| -> Vec<f64> {
            model.score(&rows, &vec![None; rows.len()], 1).unwrap().iter().map(|score| score.log_odds).collect()
        };
        let moved: Vec<f64> =
            scores(&model).iter().zip(scores(&refreshed)).map(|(before, after)| (before - after).abs()).collect();
        assert!(moved.iter().any(|by| *by > 1e-4) && moved.iter().all(|by| *by < 3.0), "{moved:?}");
        let leaves = |model: &Model| String::from_utf8(model.to_bytes().unwrap()).unwrap().matches("\"split\"").count();
        assert_eq!(leaves(&model), leaves(&refreshed));
    }
}

#[test]
fn an_overturned_finding_is_unlearnt() {
    let mut all = records(1500, 5);
    let overturned_on = all[1499].declaration.header.day;
    for record in all.iter_mut().take(1200) {
        for finding in record.inspections.iter_mut().flatten().filter_map(|one| one.finding.as_mut()) {
            (finding.status, finding.status_on) = (FindingStatus::Overturned, Some(overturned_on));
        }
    }
    let trainer = trainer(&all);
    let model = model(&trainer, ModelKind::Date, Some(overturned_on.plus(-1)));
    let refreshed = trainer.refresh(&model, Some(overturned_on), &params(ModelKind::Date)).unwrap();
    assert!(refreshed.card().found + 100 < model.card().found, "{} {}", refreshed.card().found, model.card().found);
    let rows = rows(&trainer, &all[1400..]);
    let mean = |model: &Model| {
        let scores = model.score(&rows, &vec![None; rows.len()], 1).unwrap();
        scores.iter().map(|score| score.log_odds).sum::<f64>() / scores.len() as f64
    };
    assert!(mean(&refreshed) < mean(&model));
    assert_eq!((refreshed.card().parent.as_ref(), refreshed.card().validation), (Some(model.id()), None));
}

#[test]
fn refreshing_says_why_it_can_not() {
    let all = records(1500, 5);
    let (whole, rest) = (trainer(&all), trainer(&all[700..]));
    let date = model(&whole, ModelKind::Date, Some(all[1200].declaration.header.day));
    let day = date.card().as_of;
    let refresh = |trainer: &Trainer, as_of| trainer.refresh(&date, as_of, &params(ModelKind::Date));
    assert!(matches!(refresh(&whole, Some(day)), Err(TrainError::NotLater { .. })));
    assert!(matches!(refresh(&rest, None), Err(TrainError::OtherPast { .. })));
    // Two years on everything is known; a day later there is nothing new.
    let late = all[1499].declaration.header.day.plus(730);
    let latest = model(&whole, ModelKind::Date, Some(late));
    let nothing = whole.refresh(&latest, Some(late.plus(1)), &params(ModelKind::Date));
    assert!(matches!(nothing, Err(TrainError::NothingNew(day)) if day == late));
    let queries = |names: &[&str]| TrainParams {
        kind: ModelKind::Date,
        queries: names.iter().map(|name| (*name).to_owned()).collect(),
        ..TrainParams::default()
    };
    let message = whole.finish("test", None, &queries(&["moon"]).check().unwrap()).unwrap_err().to_string();
    assert!(message.contains("`moon` is no profile"), "{message}");
    assert!(queries(&["importer", "importer"]).check().is_err());
}

#[test]
fn what_goods_are_described_as_and_their_journeys_make_queries() {
    let mut all = records(1600, 4);
    let known_at = Moment { day: Day::from_epoch_days(0), position: 0 };
    let hidden = HsCode::parse("240220").unwrap().0;
    for (place, record) in all.iter_mut().enumerate() {
        let better = (place % 3 == 0).then_some(hidden);
        record.plausibility.fill(Some(Plausibility { known_at, probability: 0.5, rank: 2, better }));
        let alerts = (place % 2) as u32;
        record.journey = Some(Journey { known_at, alerts, openings: 0, silent_hours: 0.0, delay_hours: 0.0 });
    }
    let trainer = trainer(&all[..1400]);
    let asked = |names: &[&str]| {
        let queries = names.iter().map(|name| (*name).to_owned()).collect();
        let params = TrainParams { kind: ModelKind::Date, seed: 3, rounds: 20, queries, ..TrainParams::default() };
        trainer.finish("test", None, &params.check().unwrap()).unwrap()
    };
    let model = asked(&["importer", "described_hs4", "journey"]);
    let again = Model::from_bytes(&model.to_bytes().unwrap()).unwrap();
    let rows = rows(&trainer, &all[1400..]);
    let stakes = vec![None; rows.len()];
    let scores = model.score(&rows, &stakes, 1).unwrap();
    assert_eq!(scores, again.score(&rows, &stakes, 2).unwrap());
    assert_ne!(scores, asked(&["importer", "hs6"]).score(&rows, &stakes, 1).unwrap());
    let place = |name: &str| trainer.history().profiles().iter().position(|spec| spec.name == name).unwrap();
    let told = (0..rows.len()).map(|row| model.contributions(&rows, row).unwrap());
    let weight = |name: &str| told.clone().map(|parts| parts.profiles[place(name)].abs()).sum::<f64>();
    let weights = ["described_hs4", "journey", "hs6"].map(weight);
    assert!(weights[0] > 0.0 && weights[1] > 0.0 && weights[2] == 0.0, "{weights:?}");
    for (row, score) in scores.iter().enumerate() {
        let parts = model.contributions(&rows, row).unwrap();
        let sum = parts.base + parts.features.iter().chain(&parts.profiles).sum::<f64>();
        assert!((sum - score.log_odds).abs() < 1e-6, "{sum} {}", score.log_odds);
    }
}
