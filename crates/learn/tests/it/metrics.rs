//! Known answers for the metrics: scikit-learn's, and ones worked out by hand.

use learn::Rng;
use learn::metrics::{Binning, Bootstrap, Predictions, Ranking, drift};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Answers {
    rankings: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    probabilities: Vec<f64>,
    positive: Vec<bool>,
    weights: Vec<f64>,
    auc: f64,
    auc_weighted: f64,
    average_precision: f64,
    average_precision_weighted: f64,
    brier: f64,
    brier_weighted: f64,
    log_loss: f64,
    log_loss_weighted: f64,
    f1_at_0_3: f64,
}

fn close(got: f64, want: f64) {
    assert!((got - want).abs() < 1e-12, "{got}, expected {want}");
}

#[test]
fn rankings_and_probabilities_measure_as_in_scikit_learn() {
    let answers: Answers = serde_json::from_str(include_str!("../fixtures/sklearn.json")).unwrap();
    for case in answers.rankings {
        let ranking = Ranking::new(&case.probabilities, &case.positive).unwrap();
        close(ranking.auc().unwrap(), case.auc);
        close(ranking.average_precision().unwrap(), case.average_precision);
        let weighted = ranking.with_weights(&case.weights).unwrap();
        close(weighted.auc().unwrap(), case.auc_weighted);
        close(weighted.average_precision().unwrap(), case.average_precision_weighted);
        let predictions = Predictions::new(&case.probabilities, &case.positive).unwrap();
        close(predictions.brier(), case.brier);
        close(predictions.log_loss(), case.log_loss);
        close(predictions.f1_at(0.3).unwrap(), case.f1_at_0_3);
        let weighted = predictions.with_weights(&case.weights).unwrap();
        close(weighted.brier(), case.brier_weighted);
        close(weighted.log_loss(), case.log_loss_weighted);
    }
}

/// Ten rows in order of score; the table an officer would draw up.
fn ten_rows() -> Ranking {
    let scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05];
    let positive = [true, false, true, false, false, true, false, false, false, false];
    let revenue = [10.0, 0.0, 50.0, 0.0, 0.0, 40.0, 0.0, 0.0, 0.0, 0.0];
    Ranking::new(&scores, &positive).unwrap().with_revenue(&revenue).unwrap()
}

#[test]
fn figures_at_the_top() {
    //  percent  selected  precision  recall   F1       revenue
    let table = [
        (1.0, 1.0, 1.0, 1.0 / 3.0, 0.5, 0.10),
        (14.9, 1.0, 1.0, 1.0 / 3.0, 0.5, 0.10),
        (15.0, 2.0, 0.5, 1.0 / 3.0, 0.4, 0.10),
        (30.0, 3.0, 2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 0.60),
        (60.0, 6.0, 0.5, 1.0, 2.0 / 3.0, 1.0),
        (100.0, 10.0, 0.3, 1.0, 6.0 / 13.0, 1.0),
    ];
    for (percent, selected, precision, recall, f1, revenue) in table {
        let top = ten_rows().at_top(percent);
        assert_eq!(top.selected, selected, "{percent}");
        close(top.precision, precision);
        close(top.recall.unwrap(), recall);
        close(top.f1.unwrap(), f1);
        close(top.revenue.unwrap(), revenue);
    }
}

#[test]
fn ties_count_as_the_mean_over_random_orders() {
    let scores = [1.0, 0.5, 0.5, 0.5, 0.5, 0.1];
    let positive = [false, true, false, false, true, true];
    let revenue = [0.0, 8.0, 0.0, 0.0, 4.0, 20.0];
    let ranking = Ranking::new(&scores, &positive).unwrap().with_revenue(&revenue).unwrap();
    let top = ranking.at_top(50.0);
    // Three of six: the first and two of the four tied, so that each tied row is in with probability 1/2.
    close(top.precision, 1.0 / 3.0);
    close(top.recall.unwrap(), 1.0 / 3.0);
    close(top.revenue.unwrap(), 6.0 / 32.0);
    let mut rng = Rng::new(5);
    let (mut hits, rounds) = (0.0, 20_000);
    for _ in 0..rounds {
        let jittered: Vec<f64> = scores.iter().map(|s| s + 1e-6 * rng.uniform()).collect();
        hits += Ranking::new(&jittered, &positive).unwrap().at_top(50.0).recall.unwrap();
    }
    assert!((hits / f64::from(rounds) - 1.0 / 3.0).abs() < 0.005);
}

#[test]
fn the_yield_curve_goes_through_the_figures_at_the_top() {
    let ranking = ten_rows();
    let curve = ranking.yield_curve();
    assert_eq!(curve.len(), 100);
    for point in curve {
        let top = ranking.at_top(point.percent);
        assert_eq!((point.findings, point.revenue), (top.recall, top.revenue));
    }
}

#[test]
fn what_is_undefined_is_none() {
    let none = Ranking::new(&[0.1, 0.2], &[false, false]).unwrap();
    assert_eq!((none.auc(), none.average_precision()), (None, None));
    let top = none.at_top(50.0);
    assert_eq!((top.precision, top.recall, top.f1, top.revenue), (0.0, None, None, None));
    assert_eq!(Predictions::new(&[0.4], &[false]).unwrap().best_f1_threshold(), None);
    assert!(Ranking::new(&[], &[]).is_err() && Ranking::new(&[f64::NAN], &[true]).is_err());
    assert!(Ranking::new(&[0.1], &[true]).unwrap().with_revenue(&[-1.0]).is_err());
    assert!(Predictions::new(&[1.1], &[true]).is_err() && Predictions::new(&[0.5], &[]).is_err());
}

#[test]
fn the_reliability_table_and_the_calibration_error() {
    let probabilities = [0.05, 0.08, 0.31, 0.39, 0.92, 1.0];
    let positive = [false, true, false, true, true, true];
    let predictions = Predictions::new(&probabilities, &positive).unwrap();
    let bins = predictions.reliability(Binning::EqualWidth(10));
    let table: Vec<_> = bins.iter().map(|b| (b.lowest, b.highest, b.weight, b.observed)).collect();
    assert_eq!(table, [(0.05, 0.08, 2.0, 0.5), (0.31, 0.39, 2.0, 0.5), (0.92, 1.0, 2.0, 1.0)]);
    let gaps = (0.5 - 0.065) + (0.5 - 0.35) + (1.0 - 0.96);
    close(predictions.calibration_error(Binning::EqualWidth(10)), gaps / 3.0);
    let halves = predictions.reliability(Binning::EqualMass(2));
    assert_eq!(halves.iter().map(|b| b.weight).collect::<Vec<_>>(), [3.0, 3.0]);
    let same = Predictions::new(&[0.3; 5], &[true, false, false, false, false]).unwrap();
    assert_eq!(same.reliability(Binning::EqualMass(3)).len(), 1);
}

#[test]
fn the_best_threshold_is_the_first_with_the_highest_f1() {
    let predictions = Predictions::new(&[0.12, 0.2, 0.36, 0.45], &[false, true, false, true]).unwrap();
    let best = predictions.best_f1_threshold().unwrap();
    assert_eq!(best.threshold, 0.13);
    close(best.f1, 0.8);
}

fn two_models(n: usize) -> (Vec<bool>, Vec<f64>, Vec<f64>) {
    let mut rng = Rng::new(11);
    let positive: Vec<bool> = (0..n).map(|_| rng.bernoulli(0.3)).collect();
    let good = positive.iter().map(|&y| f64::from(u8::from(y)) + rng.normal()).collect();
    let better = positive.iter().map(|&y| 1.6 * f64::from(u8::from(y)) + rng.normal()).collect();
    (positive, good, better)
}

#[test]
fn the_paired_bootstrap_sees_a_difference_and_its_absence() {
    let (positive, good, better) = two_models(800);
    let a = Ranking::new(&better, &positive).unwrap();
    let b = Ranking::new(&good, &positive).unwrap();
    let difference = |threads: usize| {
        let bootstrap = Bootstrap { replicates: 300, seed: 3, threads, ..Bootstrap::default() }.check().unwrap();
        let auc = |r: &Ranking, counts: &[f64]| r.with_weights(counts).ok()?.auc();
        bootstrap.interval(800, |counts| Some(auc(&a, counts)? - auc(&b, counts)?)).unwrap()
    };
    let interval = difference(1);
    close(interval.estimate, a.auc().unwrap() - b.auc().unwrap());
    assert!(interval.low > 0.0 && interval.low < interval.estimate && interval.estimate < interval.high);
    assert_eq!(interval, difference(3));
    let bootstrap = Bootstrap::default().check().unwrap();
    let none = bootstrap.interval(800, |counts| {
        let auc = a.with_weights(counts).ok()?.auc()?;
        Some(auc - auc)
    });
    assert_eq!(none.map(|i| (i.low, i.high)), Some((0.0, 0.0)));
    assert!(Bootstrap { replicates: 3, ..Bootstrap::default() }.check().is_err());
}

#[test]
fn an_interval_of_a_mean_is_as_wide_as_theory_says() {
    let mut rng = Rng::new(2);
    let values: Vec<f64> = (0..400).map(|_| rng.normal()).collect();
    let mean = |counts: &[f64]| Some(counts.iter().zip(&values).map(|(c, v)| c * v).sum::<f64>() / 400.0);
    let bootstrap = Bootstrap { replicates: 2000, ..Bootstrap::default() }.check().unwrap();
    let interval = bootstrap.interval(400, mean).unwrap();
    let want = 2.0 * 1.96 * learn::math::standard_deviation(&values).unwrap() / 20.0;
    assert!((interval.high - interval.low - want).abs() < 0.1 * want);
    // Rows in pairs that are equal carry half the information.
    let groups: Vec<usize> = (0..400).map(|i| i / 2).collect();
    let paired = |counts: &[f64]| {
        let sum: f64 = counts.iter().zip(&groups).map(|(c, &g)| c * values[g]).sum();
        Some(sum / counts.iter().sum::<f64>())
    };
    let by_row = bootstrap.interval(400, paired).unwrap();
    let by_group = bootstrap.interval_by_group(&groups, paired).unwrap();
    let ratio = (by_group.high - by_group.low) / (by_row.high - by_row.low);
    assert!((ratio - 2f64.sqrt()).abs() < 0.15, "{ratio}");
}

#[test]
fn drift_of_shifted_and_unshifted_samples() {
    let mut rng = Rng::new(8);
    let mut sample = |shift: f64| (0..2000).map(|_| rng.normal() + shift).collect::<Vec<f64>>();
    let (a, b, moved) = (sample(0.0), sample(0.0), sample(1.0));
    // The largest gap of two normals a deviation apart is 2 Phi(1/2) - 1 = 0.383.
    assert!((drift::kolmogorov_smirnov(&a, &moved).unwrap() - 0.383).abs() < 0.04);
    assert!(drift::kolmogorov_smirnov(&a, &b).unwrap() < 0.05);
    assert_eq!(drift::kolmogorov_smirnov(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0, 5.0, 6.0]), Some(0.5));
    assert_eq!(drift::kolmogorov_smirnov(&[1.0, 1.0], &[f64::NAN]), None);
    assert!(drift::population_stability(&a, &b, 10).unwrap() < 0.05);
    assert!(drift::population_stability(&a, &moved, 10).unwrap() > 0.25);
    let gaps: Vec<f64> = a.iter().enumerate().map(|(i, &v)| if i % 2 == 0 { f64::NAN } else { v }).collect();
    assert!(drift::population_stability(&a, &gaps, 10).unwrap() > 0.25);
}

proptest! {
    #[test]
    fn auc_is_the_share_of_ordered_pairs(rows in prop::collection::vec((0u8..6, any::<bool>(), 0u8..4), 1..40)) {
        let scores: Vec<f64> = rows.iter().map(|r| f64::from(r.0)).collect();
        let positive: Vec<bool> = rows.iter().map(|r| r.1).collect();
        let weights: Vec<f64> = rows.iter().map(|r| f64::from(r.2)).collect();
        let (mut won, mut pairs) = (0.0, 0.0);
        for a in rows.iter().filter(|r| r.1) {
            for b in rows.iter().filter(|r| !r.1) {
                let weight = f64::from(a.2) * f64::from(b.2);
                pairs += weight;
                won += weight * if a.0 > b.0 { 1.0 } else if a.0 == b.0 { 0.5 } else { 0.0 };
            }
        }
        let ranking = Ranking::new(&scores, &positive).unwrap();
        match ranking.with_weights(&weights) {
            Ok(ranking) => match ranking.auc() {
                Some(auc) => prop_assert!((auc - won / pairs).abs() < 1e-12),
                None => prop_assert_eq!(pairs, 0.0),
            },
            Err(_) => prop_assert!(weights.iter().all(|&w| w == 0.0)),
        }
    }

    #[test]
    fn a_weight_counts_as_so_many_rows(rows in prop::collection::vec((0u8..6, any::<bool>(), 1usize..4), 1..30), percent in 1.0..100.0) {
        let expand = |times: fn(usize) -> usize| {
            let rows = || rows.iter().flat_map(move |r| std::iter::repeat_n(r, times(r.2)));
            let scores: Vec<f64> = rows().map(|r| f64::from(r.0)).collect();
            Ranking::new(&scores, &rows().map(|r| r.1).collect::<Vec<_>>()).unwrap()
        };
        let weights: Vec<f64> = rows.iter().map(|r| r.2 as f64).collect();
        let weighted = expand(|_| 1).with_weights(&weights).unwrap();
        let repeated = expand(|times| times);
        let (a, b) = (weighted.at_top(percent), repeated.at_top(percent));
        prop_assert_eq!(a.selected, b.selected);
        prop_assert!((a.precision - b.precision).abs() < 1e-12);
        let (a, b) = (weighted.average_precision(), repeated.average_precision());
        prop_assert!((a.unwrap_or(-1.0) - b.unwrap_or(-1.0)).abs() < 1e-12);
    }
}

#[test]
fn wasserstein_is_the_area_between_the_distribution_functions() {
    // scipy.stats.wasserstein_distance([0, 1, 3], [5, 6, 8]) and ([3.4, 3.9, 7.5, 7.8], [4.5, 1.4]).
    let table = [
        (vec![0.0, 1.0, 3.0], vec![5.0, 6.0, 8.0], 5.0),
        (vec![3.4, 3.9, 7.5, 7.8], vec![4.5, 1.4], 2.7),
        (vec![1.0, 2.0, f64::NAN], vec![2.0, 1.0], 0.0),
    ];
    for (a, b, distance) in table {
        let (there, back) = (drift::wasserstein(&a, &b).unwrap(), drift::wasserstein(&b, &a).unwrap());
        assert!((there - distance).abs() < 1e-12 && (back - distance).abs() < 1e-12, "{there} {back} {distance}");
    }
    assert_eq!(drift::wasserstein(&[], &[1.0]), None);
}
