//! Models: the same from the same data and seed, whatever the threads; explained to the last digit; kept for ever.

use crate::common::{records, shape};
use domain::{Audience, Explanation, Record};
use risk::model::{Model, ModelKind, TrainError, TrainParams, Trainer};
use risk::{History, Keyed, Reasons, ScoredDeclaration, reasons, score};

fn trainer(records: &[Record]) -> Trainer {
    let mut trainer = Trainer::new(shape());
    let keying = trainer.history().keying();
    records.iter().for_each(|record| trainer.add(&keying.keyed(record)).unwrap());
    trainer
}

fn model(records: &[Record], kind: ModelKind, seed: u64, threads: usize) -> Model {
    let params = TrainParams { kind, seed, threads, rounds: 30, ..TrainParams::default() };
    trainer(records).finish("test", None, &params.check().unwrap()).unwrap()
}

fn scored(model: &Model, past: &[Record], later: &[Record], threads: usize) -> Vec<ScoredDeclaration> {
    let mut history = History::new(model.shape().rules.clone());
    for record in past {
        history.advance(record.declaration.header.day);
        history.observe(record);
    }
    let keying = history.keying();
    let later: Vec<Keyed<&Record>> = later.iter().map(|record| keying.keyed(record)).collect();
    score(model, &mut history, &later, Reasons::All, threads).unwrap()
}

#[test]
fn every_kind_is_the_same_for_any_number_of_threads_and_opens_again() {
    let all = records(1500, 1);
    let (past, later) = all.split_at(1200);
    for kind in ModelKind::ALL {
        let one = model(past, kind, 7, 1);
        let three = model(past, kind, 7, 3);
        assert_eq!(one.to_bytes().unwrap(), three.to_bytes().unwrap(), "{}", kind.name());
        let opened = Model::from_bytes(&one.to_bytes().unwrap()).unwrap();
        assert_eq!(opened.id(), one.id());
        assert_eq!(scored(&one, past, later, 1), scored(&opened, past, later, 3), "{}", kind.name());
    }
    assert_ne!(
        model(past, ModelKind::Gbdt, 7, 1).to_bytes().unwrap(),
        model(past, ModelKind::Gbdt, 8, 1).to_bytes().unwrap()
    );
}

#[test]
fn contributions_add_up_to_the_score() {
    let all = records(1500, 2);
    let (past, later) = all.split_at(1300);
    for kind in ModelKind::ALL {
        let model = model(past, kind, 1, 2);
        let declarations = scored(&model, past, later, 2);
        for declaration in &declarations {
            let Explanation::Reasons(tree) = &declaration.explanation else { panic!("reasons were asked for") };
            let log_odds = (declaration.probability / (1.0 - declaration.probability)).ln();
            assert!((tree.contribution - log_odds).abs() < 1e-6, "{}: a declaration's reasons add up", kind.name());
            let highest = declaration.items.iter().map(domain::Score::probability).fold(0.0, f64::max);
            assert!(declaration.probability >= highest - 1e-9);
        }
        for score in declarations.iter().flat_map(|declaration| &declaration.items) {
            let Explanation::Reasons(tree) = score.explanation() else { panic!("reasons were asked for") };
            let log_odds = (score.probability() / (1.0 - score.probability())).ln();
            assert!((tree.contribution - log_odds).abs() < 1e-6, "{}: {tree:?}", kind.name());
            let leaves: f64 = tree.leaves().iter().map(|leaf| leaf.contribution).sum();
            assert!((leaves - log_odds).abs() < 1e-6, "{}", kind.name());
            assert_eq!(tree.leaves().iter().filter(|leaf| leaf.id == "calibration").count(), 1);
        }
    }
}

#[test]
fn a_trader_sees_nothing_of_others() {
    let all = records(1500, 3);
    let (past, later) = all.split_at(1300);
    let model = model(past, ModelKind::Blend, 1, 2);
    let own = [
        "value",
        "mass",
        "price-unreferenced",
        "price-missing",
        "charges",
        "valuation",
        "code",
        "route",
        "data-quality",
    ];
    for score in scored(&model, past, later, 2).iter().flat_map(|declaration| &declaration.items) {
        let Explanation::Reasons(tree) = score.explanation() else { panic!("reasons were asked for") };
        for reason in reasons::top(tree, 40, Audience::Trader) {
            assert!(own.contains(&reason.id), "{} is shown to a trader", reason.id);
        }
    }
}

#[test]
fn models_learn_what_was_planted() {
    let all = records(2600, 4);
    let (past, later) = all.split_at(2000);
    for kind in ModelKind::ALL {
        let model = model(past, kind, 1, 2);
        let items = scored(&model, past, later, 2);
        let mean = |risky: bool| {
            let chosen: Vec<f64> = later
                .iter()
                .zip(&items)
                .filter(|(record, _)| {
                    let code = record.declaration.items[0].code.unwrap();
                    (code.hs6() == "640399") == risky
                })
                .map(|(_, scored)| scored.items[0].probability())
                .collect();
            chosen.iter().sum::<f64>() / chosen.len() as f64
        };
        assert!(mean(true) > 1.5 * mean(false), "{}: {} against {}", kind.name(), mean(true), mean(false));
    }
}

#[test]
fn a_voluntary_disclosure_and_an_unexamined_item_teach_nothing() {
    let mut all = records(800, 5);
    let params = TrainParams { kind: ModelKind::Profile, ..TrainParams::default() }.check().unwrap();
    let before = trainer(&all).finish("test", None, &params).unwrap().card().clone();
    let mut disclosed = 0;
    for inspection in all.iter_mut().flat_map(|record| record.inspections.iter_mut()).flatten() {
        if inspection.finding.is_some() && disclosed < 30 {
            inspection.control = Some(domain::Control::Disclosure);
            disclosed += 1;
        }
    }
    let after = trainer(&all).finish("test", None, &params).unwrap().card().clone();
    assert_eq!((before.found - after.found, before.examined - after.examined), (30, 30));
}

#[test]
fn training_leaves_out_what_was_not_known() {
    let all = records(800, 6);
    let params = TrainParams { kind: ModelKind::Profile, ..TrainParams::default() }.check().unwrap();
    let last = all.last().unwrap().declaration.header.day;
    let known = |as_of| trainer(&all).finish("test", Some(as_of), &params).unwrap().card().examined;
    let counted =
        |as_of| all.iter().flat_map(|record| &record.inspections).flatten().filter(|i| i.known_on <= as_of).count();
    for as_of in [last.plus(-30), last, last.plus(60)] {
        assert_eq!(known(as_of), counted(as_of));
    }
}

#[test]
fn nothing_to_learn_is_an_error_that_says_what_to_do() {
    let mut all = records(100, 7);
    all.iter_mut().for_each(|record| record.inspections.iter_mut().for_each(|inspection| *inspection = None));
    let params = TrainParams::default().check().unwrap();
    let error = trainer(&all).finish("test", None, &params).unwrap_err().to_string();
    assert!(error.contains("check the roles `inspected` and `finding`"), "{error}");
}

#[test]
fn parameters_out_of_range_are_refused() {
    for (params, part) in [
        (TrainParams { threads: 0, ..TrainParams::default() }, "threads"),
        (TrainParams { rounds: 0, ..TrainParams::default() }, "rounds"),
        (TrainParams { l2: f64::NAN, ..TrainParams::default() }, "l2"),
    ] {
        assert!(params.check().unwrap_err().to_string().contains(part));
    }
}

/// Frozen models, the first with the features of the first version, and what they gave one declaration when they were frozen.
const FROZEN: [(&str, f64); 2] =
    [("model-v1.tw", 0.044_667_364_450_210_904), ("model-v1-recent.tw", 0.059_298_982_314_961_61)];

#[test]
fn model_files_of_every_version_open_for_ever() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let past = records(700, 9);
    for (name, when_frozen) in FROZEN {
        let path = fixtures.join(name);
        if std::env::var_os("TIDEWAITER_FREEZE").is_some() && !path.exists() {
            std::fs::write(&path, model(&past, ModelKind::Blend, 3, 1).to_bytes().unwrap()).unwrap();
        }
        let bytes = std::fs::read(&path).unwrap();
        let frozen = Model::from_bytes(&bytes).unwrap();
        assert_eq!(frozen.card().kind, ModelKind::Blend);
        let probability = scored(&frozen, &past, &records(720, 9)[700..], 1)[0].probability;
        assert!((probability - when_frozen).abs() < 1e-6, "{name} scored {when_frozen}, now {probability}");
    }
    let old = std::fs::read(fixtures.join(FROZEN[0].0)).unwrap();
    let refused = refreshed(&old, &past).unwrap_err().to_string();
    assert!(refused.contains("train it anew"), "{refused}");
}

/// An old model asked to go on learning.
fn refreshed(bytes: &[u8], past: &[Record]) -> Result<Model, TrainError> {
    let frozen = Model::from_bytes(bytes).unwrap();
    let later = frozen.card().as_of.plus(30);
    trainer(past).refresh(&frozen, Some(later), &TrainParams::default().check().unwrap())
}

#[test]
fn what_is_no_model_is_refused() {
    let bytes = model(&records(700, 9), ModelKind::Profile, 3, 1).to_bytes().unwrap();
    for (cut, message) in [(0, "no Tidewaiter model"), (30, "no Tidewaiter model"), (bytes.len() - 1, "damaged")] {
        let error = Model::from_bytes(&bytes[..cut]).unwrap_err().to_string();
        assert!(error.contains(message), "{cut}: {error}");
    }
}
