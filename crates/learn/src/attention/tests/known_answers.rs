//! Against the same small networks written in JAX; `tests/parity/attention_fixture.py` made the answers.

use super::{levels, loss_and_gradient, rows};
use crate::attention::{Attention, AttentionData, AttentionParams};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    model: Attention,
    leaves: Vec<u32>,
    entities: Vec<u32>,
    labels: Vec<f32>,
    revenue: Vec<Option<f32>>,
    weights: Vec<f32>,
    groups: Vec<(String, usize)>,
    loss: f64,
    gradient: Vec<f64>,
    logit: Vec<f64>,
    hidden: Vec<f64>,
    attention: Vec<f64>,
    scaled_revenue: Option<Vec<f64>>,
}

#[track_caller]
fn assert_close(what: &str, got: impl IntoIterator<Item = f32>, wanted: &[f64], tolerance: f64) {
    let got: Vec<f32> = got.into_iter().collect();
    assert_eq!(got.len(), wanted.len(), "{what}");
    for (i, (g, w)) in got.iter().zip(wanted).enumerate() {
        assert!((f64::from(*g) - w).abs() <= tolerance * w.abs().max(1.0), "{what} {i}: {g} instead of {w}");
    }
}

#[test]
fn forward_loss_and_gradients_are_those_of_jax() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../tests/fixtures/attention.json")).unwrap();
    assert_eq!(cases.len(), 6);
    for case in cases {
        let model = &case.model;
        let rows = rows(model.trees(), &case.leaves, model.queries(), &case.entities);
        let name = |what: &str| format!("{}: {what}", case.name);
        let scores = model.predict(&rows, 1).unwrap();
        assert_close(&name("logit"), scores.iter().map(|s| s.logit), &case.logit, 1e-5);
        if let Some(wanted) = &case.scaled_revenue {
            assert_close(&name("revenue"), scores.iter().map(|s| s.revenue.unwrap().scaled), wanted, 1e-5);
        } else {
            assert!(scores.iter().all(|s| s.revenue.is_none()));
        }
        assert_close(&name("hidden"), model.embed(&rows, 1).unwrap().values().to_vec(), &case.hidden, 1e-5);
        let attention = model.attention_weights(&rows, 1).unwrap();
        assert_close(&name("attention"), attention.values().to_vec(), &case.attention, 1e-5);

        let revenue: Vec<f32> = case.revenue.iter().map(|r| r.unwrap_or(f32::NAN)).collect();
        let data =
            AttentionData { rows: &rows, labels: &case.labels, revenue: Some(&revenue), weights: Some(&case.weights) };
        let params = AttentionParams { architecture: *model.architecture(), ..AttentionParams::default() };
        let groups: Vec<_> = model.groups().map(|(_, weights)| weights.len()).collect();
        assert_eq!(groups, case.groups.iter().map(|(_, len)| *len).collect::<Vec<_>>());
        for level in levels() {
            let (loss, gradient) = loss_and_gradient(model, &model.weights, &data, &params, level);
            assert!((loss - case.loss).abs() < 1e-5 * case.loss, "{}: {loss} instead of {}", case.name, case.loss);
            let mut at = 0;
            for (group, len) in &case.groups {
                let span = at..at + len;
                assert_close(&name(group), gradient[span.clone()].to_vec(), &case.gradient[span], 1e-4);
                at += len;
            }
        }
    }
}
