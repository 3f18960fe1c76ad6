//! Forests and XGBoost agree, both ways.
//!
//! The committed fixtures are XGBoost's own files and answers. With `TIDEWAITER_PYTHON` pointing to an interpreter that
//! has xgboost, the installed version opens files written here and writes files to be opened here.

use crate::common::World;
use learn::Matrix;
use learn::gbdt::{Forest, GbdtParams, Objective};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Deserialize)]
struct Expected {
    rows: Vec<Vec<Option<f32>>>,
    margins: Vec<f64>,
    predictions: Vec<f64>,
    leaves: Vec<Vec<u32>>,
    contributions: Vec<Vec<f64>>,
    total_gain: BTreeMap<String, f64>,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn model_names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.filter_map(|f| f.strip_suffix(".model.json").map(str::to_owned)).collect();
    names.sort();
    names
}

fn expected(folder: &Path, name: &str) -> Expected {
    serde_json::from_slice(&std::fs::read(folder.join(format!("{name}.expected.json"))).unwrap()).unwrap()
}

/// Equal to 1e-6, relative where numbers are larger than 1.
fn assert_close(what: &str, got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs().max(1.0), "{what}: {got}, XGBoost has {want}");
}

fn assert_same(what: &str, forest: &Forest, want: &Expected) {
    let rows = want.rows.iter().map(|r| r.iter().map(|v| v.unwrap_or(f32::NAN)).collect::<Vec<_>>());
    let x = Matrix::from_rows(forest.n_features(), rows).unwrap();
    let raw = forest.predict_raw(&x, 2).unwrap();
    let predictions = forest.predict(&x, 1).unwrap();
    for (i, row) in x.rows().enumerate() {
        assert_close(what, f64::from(raw[i]), want.margins[i], 1e-6);
        assert_close(what, predictions[i], want.predictions[i], 2e-6);
        assert_eq!(forest.leaf_indices(row).unwrap(), want.leaves[i], "{what}, row {i}");
        let phi = forest.contributions(row).unwrap();
        assert_eq!(phi.len(), want.contributions[i].len());
        // XGBoost adds contributions up in f32.
        phi.iter().zip(&want.contributions[i]).for_each(|(got, want)| assert_close(what, *got, *want, 2e-5));
    }
    for (feature, gain) in forest.gain_importance().into_iter().enumerate() {
        let want = want.total_gain.get(&format!("f{feature}")).copied().unwrap_or(0.0);
        assert_close(what, gain, want, 1e-5);
    }
}

fn assert_opens_all(folder: &Path) {
    let names = model_names(folder);
    assert!(names.len() >= 5, "{names:?}");
    for name in names {
        let bytes = std::fs::read(folder.join(format!("{name}.model.json"))).unwrap();
        let forest = Forest::from_xgboost_json(&bytes).unwrap();
        assert_same(&format!("{}/{name}", folder.display()), &forest, &expected(folder, &name));
        let again = Forest::from_xgboost_json(&forest.to_xgboost_json(&[]).unwrap()).unwrap();
        assert!(again == forest, "{name} changed by writing and reading");
    }
}

#[test]
fn files_of_xgboost_2_1_open() {
    assert_opens_all(&fixtures().join("xgboost_2.1"));
}

#[test]
fn files_of_xgboost_3_2_open() {
    assert_opens_all(&fixtures().join("xgboost_3.2"));
}

/// Models of all objectives and growth policies, trained here.
fn our_models() -> BTreeMap<&'static str, (Forest, World)> {
    let base = || GbdtParams { rounds: 300, ..GbdtParams::default() };
    let params = [
        ("logistic", base()),
        ("by_leaf", GbdtParams { max_depth: None, max_leaves: Some(60), ..base() }),
        ("sampled", GbdtParams { subsample: 0.5, colsample_bytree: 0.5, max_depth: Some(9), ..base() }),
        ("squared", GbdtParams { objective: Objective::SquaredError, gamma: 1.0, ..base() }),
        ("tweedie", GbdtParams { objective: Objective::Tweedie { variance_power: 1.2 }, max_depth: Some(3), ..base() }),
        ("gamma", GbdtParams { objective: Objective::Gamma, max_depth: Some(3), ..base() }),
    ];
    let fit = |params: GbdtParams| {
        let mut world = World::new(3000, 6, 77);
        if params.objective == Objective::Gamma {
            world.labels.iter_mut().for_each(|y| *y += 0.5);
        }
        let forest = params.check().unwrap().fit(&world.dataset(), None).unwrap().forest;
        (forest, world)
    };
    params.into_iter().map(|(name, params)| (name, fit(params))).collect()
}

fn python() -> Option<String> {
    let python = std::env::var("TIDEWAITER_PYTHON").ok().filter(|p| !p.is_empty());
    if python.is_none() {
        eprintln!("not run: parity with an installed xgboost; set TIDEWAITER_PYTHON to a Python that has xgboost");
    }
    python
}

fn run_script(python: &str, command: &str, folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/xgboost_parity.py");
    let status = Command::new(python).arg(script).arg(command).arg(folder).status().unwrap();
    assert!(status.success(), "{command} failed");
}

#[test]
fn xgboost_opens_our_files_and_predicts_the_same() {
    let Some(python) = python() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ours");
    std::fs::create_dir_all(&folder).unwrap();
    let models = our_models();
    for (name, (forest, world)) in &models {
        let rows: Vec<Vec<Option<f32>>> = world.features.rows().take(500).map(with_nulls).collect();
        std::fs::write(folder.join(format!("{name}.model.json")), forest.to_xgboost_json(&[]).unwrap()).unwrap();
        std::fs::write(folder.join(format!("{name}.rows.json")), serde_json::to_vec(&rows).unwrap()).unwrap();
    }
    run_script(&python, "answer", &folder);
    for (name, (forest, _)) in &models {
        assert_same(name, forest, &expected(&folder, name));
    }
}

fn with_nulls(row: &[f32]) -> Vec<Option<f32>> {
    row.iter().map(|&v| (!v.is_nan()).then_some(v)).collect()
}

#[test]
fn files_of_the_installed_xgboost_open() {
    let Some(python) = python() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("theirs");
    run_script(&python, "fixture", &folder);
    assert_opens_all(&folder);
}

#[test]
fn a_trained_forest_survives_its_file_bit_for_bit() {
    for (name, (forest, world)) in our_models() {
        let names: Vec<String> = (0..6).map(|i| format!("column {i}")).collect();
        let bytes = forest.to_xgboost_json(&names).unwrap();
        let again = Forest::from_xgboost_json(&bytes).unwrap();
        assert!(again == forest, "{name}");
        assert_eq!(again.predict(&world.features, 1), forest.predict(&world.features, 1));
        assert_eq!(again.to_xgboost_json(&names).unwrap(), bytes);
        assert_eq!(Forest::feature_names_of_json(&bytes).unwrap(), names);
        assert!(forest.to_xgboost_json(&names[1..]).is_err());
    }
}

#[test]
fn broken_or_foreign_files_are_refused_in_words() {
    let good = std::fs::read_to_string(fixtures().join("xgboost_3.2/logistic.model.json")).unwrap();
    let refuse = |what: &str, with: &str| {
        assert!(good.contains(what), "{what}");
        Forest::from_xgboost_json(good.replacen(what, with, 1).as_bytes()).unwrap_err().to_string()
    };
    assert!(refuse(r#""name":"gbtree""#, r#""name":"gblinear""#).contains("gblinear"));
    assert!(refuse("binary:logistic", "multi:softprob").contains("multi:softprob"));
    assert!(refuse(r#""num_class":"0""#, r#""num_class":"3""#).contains("one output"));
    assert!(refuse(r#""split_type":[0"#, r#""split_type":[1"#).contains("categorical"));
    assert!(refuse(r#""left_children":[1"#, r#""left_children":[0"#).contains("two parents"));
    assert!(refuse(r#""left_children":[1"#, r#""left_children":[999"#).contains("missing"));
    assert!(refuse(r#""split_indices":[0"#, r#""split_indices":[9"#).contains("column"));
    assert!(refuse(r#""base_score":"["#, r#""base_score":"[7"#).contains("margin"));
    assert!(refuse(r#""default_left":["#, r#""default_left":[1,"#).contains("lengths"));
    assert!(Forest::from_xgboost_json(b"{}").is_err());
    assert!(Forest::from_xgboost_json(&good.as_bytes()[..good.len() / 2]).is_err());
}
