//! Logistic and ridge regression.

use crate::common::World;
use learn::linear::{Ridge, RidgeParams};
use learn::logistic::{LinearData, Logistic, LogisticParams};
use learn::{Matrix, Rng, SparseRows};
use serde::Deserialize;

#[derive(Deserialize)]
struct Answers {
    linear: Case,
}

#[derive(Deserialize)]
struct Case {
    rows: Vec<Vec<Option<f32>>>,
    sparse: Vec<Vec<u32>>,
    labels: Vec<f32>,
    targets: Vec<f32>,
    logistic_coefficients: Vec<f64>,
    logistic_intercept: f64,
    logistic_log_odds: Vec<f64>,
    ridge_coefficients: Vec<f64>,
    ridge_intercept: f64,
}

impl Case {
    fn load() -> Self {
        let answers: Answers = serde_json::from_str(include_str!("../fixtures/sklearn.json")).unwrap();
        answers.linear
    }

    fn dense(&self) -> Matrix {
        let rows = self.rows.iter().map(|r| r.iter().map(|v| v.unwrap_or(f32::NAN)).collect::<Vec<_>>());
        Matrix::from_rows(3, rows).unwrap()
    }
}

fn assert_close(got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    let gap = got.iter().zip(want).map(|(g, w)| (g - w).abs()).fold(0.0, f64::max);
    assert!(gap < tolerance, "{gap}: {got:?} {want:?}");
}

fn ones(n_cols: usize, rows: &[Vec<u32>]) -> SparseRows {
    let mut sparse = SparseRows::new(n_cols);
    rows.iter().for_each(|row| sparse.push_row(row).unwrap());
    sparse
}

#[test]
fn logistic_regression_as_in_scikit_learn() {
    let case = Case::load();
    let (dense, sparse) = (case.dense(), ones(6, &case.sparse));
    let params = LogisticParams { l2: 2.5, tolerance: 1e-10, ..LogisticParams::default() }.check().unwrap();
    let data = LinearData { dense: &dense, sparse: Some(&sparse), weights: None };
    let model = params.fit(&data, &case.labels).unwrap();
    assert!(model.converged());
    let terms = model.terms();
    let got = [&terms.coefficients[..], &terms.missing_coefficients, model.sparse_coefficients()].concat();
    assert_close(&got, &case.logistic_coefficients, 1e-6);
    assert_close(&[terms.intercept], &[case.logistic_intercept], 1e-6);
    assert_close(&model.log_odds_all(&dense, Some(&sparse), 2).unwrap(), &case.logistic_log_odds, 1e-6);
}

#[test]
fn ridge_regression_as_in_scikit_learn() {
    let case = Case::load();
    let model = RidgeParams { l2: 1.5 }.check().unwrap().fit(&case.dense(), &case.targets, None).unwrap();
    let got = [&model.terms().coefficients[..], &model.terms().missing_coefficients].concat();
    assert_close(&got, &case.ridge_coefficients, 1e-9);
    assert_close(&[model.terms().intercept], &[case.ridge_intercept], 1e-9);
}

fn hashed(world: &World, seed: u64) -> SparseRows {
    let mut rng = Rng::new(seed);
    let rows: Vec<Vec<u32>> =
        world.labels.iter().map(|_| vec![rng.below(300) as u32, 300 + rng.below(40) as u32]).collect();
    ones(340, &rows)
}

#[test]
fn contributions_add_up_to_the_log_odds() {
    let world = World::new(800, 5, 21);
    let sparse = hashed(&world, 1);
    let weights: Vec<f64> = world.weights.iter().map(|&w| f64::from(w)).collect();
    let data = LinearData { dense: &world.features, sparse: Some(&sparse), weights: Some(&weights) };
    let model = LogisticParams::default().check().unwrap().fit(&data, &world.labels).unwrap();
    let ridge = RidgeParams::default().check().unwrap().fit(&world.features, &world.labels, Some(&weights)).unwrap();
    for (i, row) in world.features.rows().enumerate() {
        let parts = model.contributions(row, sparse.row(i)).unwrap();
        let sum = parts.intercept + parts.dense.iter().sum::<f64>() + parts.sparse.iter().sum::<f64>();
        assert!((sum - model.log_odds(row, sparse.row(i)).unwrap()).abs() < 1e-12);
        let parts = ridge.contributions(row).unwrap();
        let sum = parts.intercept + parts.dense.iter().sum::<f64>();
        assert!((sum - ridge.predict(row).unwrap()).abs() < 1e-12);
    }
    assert!(model.log_odds(&[0.0; 4], &[]).is_err());
    let known = model.log_odds(world.features.row(0), &[]).unwrap();
    assert_eq!(model.log_odds(world.features.row(0), &[99_999]).unwrap(), known);
}

#[test]
fn threads_change_no_bit_and_a_file_keeps_every_bit() {
    let world = World::new(3000, 6, 22);
    let sparse = hashed(&world, 2);
    let data = LinearData { dense: &world.features, sparse: Some(&sparse), weights: None };
    let fit =
        |threads| LogisticParams { threads, ..LogisticParams::default() }.check().unwrap().fit(&data, &world.labels);
    let (one, three) = (fit(1).unwrap(), fit(3).unwrap());
    assert_eq!(one, three);
    let all = |threads| one.log_odds_all(&world.features, Some(&sparse), threads).unwrap();
    assert_eq!(all(1), all(3));
    let again: Logistic = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
    assert_eq!(again, one);
    let ridge = RidgeParams::default().check().unwrap().fit(&world.features, &world.labels, None).unwrap();
    let again: Ridge = serde_json::from_str(&serde_json::to_string(&ridge).unwrap()).unwrap();
    assert_eq!(again, ridge);
}

#[test]
fn a_weight_of_two_is_a_row_twice() {
    let world = World::new(300, 4, 23);
    let twice: Vec<usize> = (0..300).chain(0..100).collect();
    let weights: Vec<f64> = (0..300).map(|i| if i < 100 { 2.0 } else { 1.0 }).collect();
    let labels: Vec<f32> = twice.iter().map(|&i| world.labels[i]).collect();
    let repeated = world.features.select_rows(&twice);
    let params = LogisticParams { tolerance: 1e-10, ..LogisticParams::default() }.check().unwrap();
    let data = |dense, weights| LinearData { dense, sparse: None, weights };
    let a = params.fit(&data(&world.features, Some(&weights)), &world.labels).unwrap();
    let b = params.fit(&data(&repeated, None), &labels).unwrap();
    assert_close(&a.terms().coefficients, &b.terms().coefficients, 1e-7);
}

#[test]
fn constant_empty_and_separable_columns_do_no_harm() {
    let rows: Vec<[f32; 3]> = (0..40).map(|i| [3.0e8, f32::NAN, if i % 2 == 0 { -1.0 } else { 1.0 }]).collect();
    let x = Matrix::from_rows(3, rows).unwrap();
    let labels: Vec<f32> = (0..40).map(|i| (i % 2) as f32).collect();
    let data = LinearData { dense: &x, sparse: None, weights: None };
    let model = LogisticParams::default().check().unwrap().fit(&data, &labels).unwrap();
    let odds = model.log_odds_all(&x, None, 1).unwrap();
    assert!(odds.iter().zip(&labels).all(|(z, &y)| z.is_finite() && (*z > 1.0) == (y > 0.5)), "{odds:?}");
    let ridge = RidgeParams::default().check().unwrap().fit(&x, &labels, None).unwrap();
    assert!(ridge.predict_all(&x).unwrap().iter().zip(&labels).all(|(p, &y)| (p - f64::from(y)).abs() < 0.1));
    assert!(RidgeParams { l2: 0.0 }.check().is_err());
    assert!(LogisticParams { l2: f64::NAN, ..LogisticParams::default() }.check().is_err());
    assert!(LogisticParams::default().check().unwrap().fit(&data, &labels[1..]).is_err());
    assert!(SparseRows::new(2).push_row(&[2]).is_err());
}
