//! Calibrators rise, mend log loss, and stay inside their limits.

use learn::calibration::{CalibrationChoice, Calibrator, CalibratorKind, LOG_ODDS_LIMIT, Outcomes};
use learn::math::{logit, sigmoid};
use learn::metrics::{Binning, Predictions};
use learn::{Error, Rng};
use proptest::prelude::*;

/// Scores whose true log-odds are `truth(score)`.
fn draw(n: usize, seed: u64, truth: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<bool>) {
    let mut rng = Rng::new(seed);
    (0..n)
        .map(|_| {
            let x = 2.0 * rng.normal() - 1.0;
            (x, rng.bernoulli(sigmoid(truth(x))))
        })
        .unzip()
}

fn outcomes<'a>((log_odds, positive): &'a (Vec<f64>, Vec<bool>)) -> Outcomes<'a> {
    Outcomes { log_odds, positive, weights: None }
}

fn all_kinds(rows: &Outcomes<'_>) -> [Calibrator; 3] {
    [Calibrator::platt(rows).unwrap(), Calibrator::beta(rows).unwrap(), Calibrator::isotonic(rows).unwrap()]
}

/// Steep below zero and flat above: no two-parameter map fits it.
fn bent(x: f64) -> f64 {
    if x < 0.0 { 2.5 * x } else { 0.2 * x }
}

#[test]
fn platt_finds_the_truth_and_identity_changes_nothing() {
    let data = draw(40_000, 1, |x| 0.5 * x - 1.0);
    let platt = Calibrator::platt(&outcomes(&data)).unwrap();
    let slope = platt.log_odds(1.0) - platt.log_odds(0.0);
    assert!((slope - 0.5).abs() < 0.03 && (platt.log_odds(0.0) + 1.0).abs() < 0.04, "{platt:?}");
    assert_eq!(Calibrator::identity().log_odds(1.25), 1.25);
    assert_eq!(Calibrator::identity().kind(), CalibratorKind::Identity);
}

#[test]
fn platt_smooths_its_targets() {
    // All scores equal: the fit is the mean of Platt's targets, (8 * 9/10 + 2 * 1/4) / 10 = 0.77, not 0.8.
    let data = (vec![0.0; 10], vec![true, true, true, true, true, true, true, true, false, false]);
    let platt = Calibrator::platt(&outcomes(&data)).unwrap();
    assert!((platt.probability(0.0) - 0.77).abs() < 1e-6, "{}", platt.probability(0.0));
}

#[test]
fn every_kind_mends_log_loss_and_calibration_on_new_rows() {
    let (fitted, fresh) = (draw(8000, 2, bent), draw(8000, 3, bent));
    let measure = |calibrator: &Calibrator| Predictions::new(&calibrator.probabilities(&fresh.0), &fresh.1).unwrap();
    let before = measure(&Calibrator::identity());
    for calibrator in all_kinds(&outcomes(&fitted)) {
        let after = measure(&calibrator);
        assert!(after.log_loss() < before.log_loss() - 0.01, "{:?}", calibrator.kind());
        let error = |p: &Predictions| p.calibration_error(Binning::EqualMass(10));
        assert!(error(&after) < 0.6 * error(&before), "{:?}", calibrator.kind());
    }
    let [platt, beta, isotonic] = all_kinds(&outcomes(&fitted));
    assert!(measure(&beta).log_loss() < measure(&platt).log_loss() - 0.005);
    assert!(measure(&isotonic).calibration_error(Binning::EqualMass(10)) < 0.03);
}

#[test]
fn the_choice_takes_what_fits_and_platt_when_rows_are_few() {
    let choice = CalibrationChoice::default().check().unwrap();
    let kind = |n, truth: fn(f64) -> f64| choice.fit(&outcomes(&draw(n, 4, truth))).unwrap().kind();
    assert_eq!(kind(20_000, |x| 0.7 * x + 0.3), CalibratorKind::Platt);
    assert!(kind(20_000, bent) > CalibratorKind::Platt);
    assert_eq!(kind(20_000, |x| if x < 1.0 { -2.0 } else { 2.0 }), CalibratorKind::Isotonic);
    assert_eq!(kind(150, bent), CalibratorKind::Platt);
    let data = draw(5000, 5, bent);
    assert_eq!(choice.fit(&outcomes(&data)), choice.fit(&outcomes(&data)));
    assert!(CalibrationChoice { folds: 1, ..CalibrationChoice::default() }.check().is_err());
}

#[test]
fn scores_that_do_not_rank_give_the_base_rate_and_still_keep_the_order() {
    for data in [draw(2000, 6, |x| -x), (vec![1.0; 50], (0..50).map(|i| i % 5 == 0).collect())] {
        let share = data.1.iter().filter(|&&y| y).count() as f64 / data.1.len() as f64;
        for calibrator in all_kinds(&outcomes(&data)) {
            assert!((calibrator.probability(-1.0) - share).abs() < 0.02, "{calibrator:?}");
            assert!(calibrator.log_odds(0.5) < calibrator.log_odds(0.6));
        }
    }
}

#[test]
fn perfectly_separated_rows_stay_finite() {
    let data = ((0..60).map(|i| f64::from(i) - 29.5).collect::<Vec<_>>(), (0..60).map(|i| i >= 30).collect::<Vec<_>>());
    for calibrator in all_kinds(&outcomes(&data)) {
        let (low, high) = (calibrator.probability(-29.0), calibrator.probability(29.0));
        assert!(low > 0.0 && low < 0.1 && high < 1.0 && high > 0.9, "{calibrator:?}");
    }
}

#[test]
fn a_weight_of_three_is_a_row_three_times() {
    let data = draw(200, 7, bent);
    let weights: Vec<f64> = (0..200).map(|i| f64::from(1 + 2 * u8::from(i % 4 == 0))).collect();
    let repeat = |i: usize| std::iter::repeat_n(i, weights[i] as usize);
    let rows: Vec<usize> = (0..200).flat_map(repeat).collect();
    let repeated = (rows.iter().map(|&i| data.0[i]).collect(), rows.iter().map(|&i| data.1[i]).collect());
    let weighted = Outcomes { weights: Some(&weights), ..outcomes(&data) };
    for (a, b) in all_kinds(&weighted).iter().zip(&all_kinds(&outcomes(&repeated))) {
        for x in [-4.0, -1.0, 0.3, 2.0] {
            assert!((a.log_odds(x) - b.log_odds(x)).abs() < 1e-6, "{:?}", a.kind());
        }
    }
}

#[test]
fn unusable_outcomes_are_refused() {
    let one_class = Outcomes { log_odds: &[1.0, 2.0], positive: &[true, true], weights: None };
    assert_eq!(Calibrator::platt(&one_class), Err(Error::OneClass { what: "calibration" }));
    let missing = Outcomes { log_odds: &[f64::NAN, 2.0], positive: &[true, false], weights: None };
    assert!(Calibrator::isotonic(&missing).is_err());
    let short = Outcomes { log_odds: &[1.0], positive: &[true, false], weights: None };
    assert!(Calibrator::beta(&short).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn order_is_kept_limits_hold_and_files_keep_every_bit(
        rows in prop::collection::vec((-8.0f64..8.0, any::<bool>()), 2..60),
        seed in any::<u64>(),
    ) {
        let data: (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
        prop_assume!(data.1.iter().any(|&y| y) && data.1.iter().any(|&y| !y));
        let mut rng = Rng::new(seed);
        let mut scores: Vec<f64> = (0..200).map(|_| 6.0 * rng.normal()).chain(data.0.clone()).collect();
        scores.sort_by(f64::total_cmp);
        for calibrator in all_kinds(&outcomes(&data)) {
            let text = serde_json::to_string(&calibrator).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Calibrator>(&text).unwrap(), &calibrator);
            for pair in scores.windows(2) {
                let (a, b) = (calibrator.log_odds(pair[0]), calibrator.log_odds(pair[1]));
                prop_assert!(a.abs() <= LOG_ODDS_LIMIT && b.abs() <= LOG_ODDS_LIMIT);
                if b < LOG_ODDS_LIMIT && a > -LOG_ODDS_LIMIT {
                    prop_assert!(b - a >= 0.99e-4 * (pair[1] - pair[0]) - 1e-12, "{calibrator:?} {pair:?}");
                }
            }
            let p = calibrator.probability(f64::MAX);
            prop_assert!(p < 1.0 && p <= sigmoid(LOG_ODDS_LIMIT) && calibrator.probability(f64::MIN) > 0.0);
            prop_assert!((logit(p) - calibrator.log_odds(f64::MAX)).abs() < 1e-6);
        }
    }
}
