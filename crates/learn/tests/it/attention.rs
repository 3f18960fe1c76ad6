//! The dual attentive network as its users see it: what it learns, what it refuses, what it promises.

use learn::attention::{
    Architecture, Attention, AttentionData, AttentionParams, AttentionRows, AttentionScore, BestEpoch, Epoch,
    FittedAttention, Fusion,
};
use learn::metrics::Ranking;
use learn::{Error, Rng};

const TREES: usize = 12;
const LEAVES: usize = 6;

/// Rows whose label depends on a leaf together with an importer: neither tells anything alone.
struct World {
    rows: AttentionRows,
    labels: Vec<f32>,
    revenue: Vec<f32>,
}

impl World {
    fn new(n_rows: usize, queries: usize, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let (mut leaves, mut entities, mut labels, mut revenue) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..n_rows {
            let row: Vec<u32> = (0..TREES).map(|tree| (1 + tree * LEAVES + rng.below(LEAVES)) as u32).collect();
            let (importer, code) = (rng.below(30) as u32, rng.below(12) as u32);
            let high = (row[0] - 1) % LEAVES as u32 >= 3;
            let risky = high == importer.is_multiple_of(2);
            let found = rng.bernoulli(if risky { 0.45 } else { 0.03 });
            leaves.extend(row);
            entities.extend([1 + importer, 1 + code].iter().take(queries));
            labels.push(f32::from(u8::from(found)));
            let amount = (6.0 + 0.3 * f64::from(code) + 0.3 * rng.normal()).exp();
            revenue.push(if found { amount as f32 } else { 0.0 });
        }
        Self { rows: AttentionRows::new(TREES, leaves, queries, entities).unwrap(), labels, revenue }
    }

    fn data(&self) -> AttentionData<'_> {
        AttentionData { rows: &self.rows, labels: &self.labels, revenue: Some(&self.revenue), weights: None }
    }

    fn auc(&self, model: &Attention) -> f64 {
        let scores = model.predict(&self.rows, 2).unwrap();
        let logits: Vec<f64> = scores.iter().map(|s| f64::from(s.logit)).collect();
        let positive: Vec<bool> = self.labels.iter().map(|&y| y > 0.5).collect();
        Ranking::new(&logits, &positive).unwrap().auc().unwrap()
    }
}

fn fit(world: &World, params: AttentionParams, validation: Option<&World>) -> FittedAttention {
    let validation = validation.map(World::data);
    params.check().unwrap().fit(&world.data(), validation.as_ref()).unwrap()
}

fn small(architecture: Architecture) -> AttentionParams {
    let architecture = Architecture { dimension: 8, heads: 2, ..architecture };
    AttentionParams { architecture, epochs: 2, batch: 50, threads: 2, ..AttentionParams::default() }
}

/// With leaves and entities dropped in training.
fn dropped(architecture: Architecture) -> AttentionParams {
    AttentionParams { leaf_dropout: 0.3, entity_dropout: 0.2, averaging: 0.9, ..small(architecture) }
}

fn variants() -> Vec<Architecture> {
    let paper = Architecture::default;
    vec![
        paper(),
        Architecture { self_attention: false, ..paper() },
        Architecture { attention_network: false, ..paper() },
        Architecture { fusion: Fusion::Attention, ..paper() },
        Architecture { single_task: true, ..paper() },
        Architecture { residual: true, ..paper() },
    ]
}

#[test]
fn it_learns_a_leaf_together_with_an_entity() {
    let (train, test) = (World::new(6000, 2, 1), World::new(3000, 2, 2));
    let params = AttentionParams { epochs: 20, threads: 2, ..AttentionParams::default() };
    let with = test.auc(&fit(&train, params, None).model);
    let (train, test) = (World::new(6000, 0, 1), World::new(3000, 0, 2));
    let without = test.auc(&fit(&train, params, None).model);
    // Alone a leaf or an importer says nothing; the best possible area is about 0.8.
    assert!(with > 0.75, "{with}");
    assert!(without < 0.6, "{without}");
}

#[test]
fn the_revenue_head_does_not_die() {
    for seed in 0..6 {
        let world = World::new(1500, 2, seed);
        let params = AttentionParams { epochs: 3, seed, threads: 2, ..AttentionParams::default() };
        let model = fit(&world, params, None).model;
        let scores = model.predict(&world.rows, 2).unwrap();
        let scaled: Vec<f64> = scores.iter().map(|s| f64::from(s.revenue.unwrap().scaled)).collect();
        assert!(learn::math::standard_deviation(&scaled).unwrap() > 1e-3);
        assert!(scores.iter().all(|s| s.revenue.is_some_and(|r| r.scaled >= 0.0 && r.amount.is_finite())));
    }
}

#[test]
fn threads_change_no_bit() {
    let (world, validation) = (World::new(430, 2, 5), World::new(150, 2, 6));
    for architecture in variants() {
        let params = |threads| AttentionParams { threads, adversarial_weight: 0.1, ..dropped(architecture) };
        let one = fit(&world, params(1), Some(&validation));
        for threads in [2, 3, 11] {
            assert!(fit(&world, params(threads), Some(&validation)) == one, "{architecture:?} on {threads} threads");
        }
        let scores = one.model.predict(&validation.rows, 1).unwrap();
        assert_eq!(one.model.predict(&validation.rows, 3).unwrap(), scores);
        assert!(scores.iter().all(|s| s.logit.is_finite()));
    }
}

#[test]
fn another_seed_gives_another_network() {
    let world = World::new(300, 2, 5);
    let model = |seed| fit(&world, AttentionParams { seed, ..small(Architecture::default()) }, None).model;
    assert!(model(1) == model(1));
    assert!(model(1) != model(2));
}

#[test]
fn contributions_add_up_to_the_log_odds() {
    for architecture in variants() {
        for queries in [2, 0] {
            let world = World::new(600, queries, 7);
            let model = fit(&world, AttentionParams { epochs: 4, ..small(architecture) }, None).model;
            let scores = model.predict(&world.rows, 1).unwrap();
            for (row, score) in scores.iter().enumerate().take(40) {
                let reasons = model.contributions(&world.rows, row).unwrap();
                let sum = reasons.base + reasons.trees.iter().chain(&reasons.entities).sum::<f64>();
                assert!((sum - reasons.logit).abs() < 1e-9);
                assert_eq!(reasons.logit, f64::from(score.logit));
            }
        }
    }
}

#[test]
fn a_row_of_nothing_known_is_the_baseline() {
    for architecture in variants() {
        let model = fit(&World::new(300, 2, 8), small(architecture), None).model;
        // Number 0 and numbers past the tables are the same.
        let unknown = |n: u32| AttentionRows::new(TREES, vec![n; TREES], 2, vec![n; 2]).unwrap();
        let score = model.predict(&unknown(0), 1).unwrap();
        assert!(score[0].logit.is_finite());
        assert_eq!(model.predict(&unknown(1 << 20), 1).unwrap(), score);
        let reasons = model.contributions(&unknown(0), 0).unwrap();
        assert!(reasons.trees.iter().chain(&reasons.entities).all(|c| *c == 0.0));
        assert_eq!(reasons.base, f64::from(score[0].logit));
    }
}

#[test]
fn attention_weights_add_up_and_hidden_vectors_have_the_dimension() {
    let world = World::new(300, 2, 9);
    let model = fit(&world, small(Architecture::default()), None).model;
    let weights = model.attention_weights(&world.rows, 2).unwrap();
    assert_eq!((weights.n_rows(), weights.n_cols()), (300, TREES));
    assert!(weights.rows().all(|row| (row.iter().sum::<f32>() - 1.0).abs() < 1e-5));
    let hidden = model.embed(&world.rows, 2).unwrap();
    assert_eq!((hidden.n_rows(), hidden.n_cols()), (300, 8));
    let mean = fit(&world, small(Architecture { attention_network: false, ..Architecture::default() }), None).model;
    let weights = mean.attention_weights(&world.rows, 2).unwrap();
    assert!(weights.values().iter().all(|w| (w - 1.0 / TREES as f32).abs() < 1e-6));
}

#[test]
fn a_stored_network_comes_back_to_the_same_bits() {
    for architecture in variants() {
        let world = World::new(200, 2, 10);
        let model = fit(&world, small(architecture), None).model;
        let text = serde_json::to_string(&model).unwrap();
        let back: Attention = serde_json::from_str(&text).unwrap();
        assert!(back == model);
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
        assert_eq!(back.predict(&world.rows, 1).unwrap(), model.predict(&world.rows, 1).unwrap());
        for (from, to) in
            [("\"trees\":12", "\"trees\":0"), ("\"leaves\":72", "\"leaves\":71"), ("\"heads\":2", "\"heads\":3")]
        {
            assert!(text.contains(from));
            assert!(serde_json::from_str::<Attention>(&text.replace(from, to)).is_err(), "{to}");
        }
    }
}

#[test]
fn the_epoch_that_ranks_validation_best_is_kept() {
    let (train, validation) = (World::new(1500, 2, 11), World::new(1000, 2, 12));
    let params = AttentionParams { epochs: 6, threads: 2, ..AttentionParams::default() };
    let mut seen: Vec<Epoch> = Vec::new();
    let checked = params.check().unwrap();
    let fitted = checked.fit_with(&train.data(), Some(&validation.data()), |epoch| seen.push(*epoch)).unwrap();
    assert_eq!(seen, fitted.epochs);
    let best = seen.iter().map(|e| e.validation_f1.unwrap()).fold(0.0, f64::max);
    let first = seen.iter().find(|e| e.validation_f1 == Some(best)).unwrap();
    assert_eq!(first.number, fitted.best_epoch);
    assert!(seen[5].loss < seen[0].loss);
    let without = checked.fit(&train.data(), None).unwrap();
    assert_eq!(without.best_epoch, 6);
}

#[test]
fn the_likeliest_epoch_is_kept_where_asked_for() {
    let (train, validation) = (World::new(1500, 2, 11), World::new(1000, 2, 12));
    let params = AttentionParams { epochs: 12, best_epoch: BestEpoch::Likelihood, ..AttentionParams::default() };
    let fitted = fit(&train, params, Some(&validation));
    let losses: Vec<f64> = fitted.epochs.iter().map(|epoch| epoch.validation_loss.unwrap()).collect();
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(losses[fitted.best_epoch - 1], least, "{losses:?}");
    assert!(fitted.best_epoch < 12, "it overfits in time: {losses:?}");
    assert_eq!(fit(&train, params, None).best_epoch, 12);
}

#[test]
fn averaging_steadies_the_epochs() {
    let (train, validation) = (World::new(1500, 2, 21), World::new(1000, 2, 22));
    let jumps = |averaging| {
        let params = AttentionParams { epochs: 14, averaging, ..AttentionParams::default() };
        let epochs = fit(&train, params, Some(&validation)).epochs;
        let losses: Vec<f64> = epochs.iter().skip(5).map(|epoch| epoch.validation_loss.unwrap()).collect();
        losses.windows(3).map(|w| (w[0] + w[2] - 2.0 * w[1]).abs()).sum::<f64>()
    };
    assert!(jumps(0.98) < 0.6 * jumps(0.0), "{} {}", jumps(0.98), jumps(0.0));
}

#[test]
fn dropout_teaches_what_is_left_where_a_party_is_not_known() {
    // The code tells all; in training the importer does too, since each has one code alone.
    let mut rng = Rng::new(31);
    let codes: Vec<u32> = (0..2000).map(|_| 1 + rng.below(10) as u32).collect();
    let labels: Vec<f32> =
        codes.iter().map(|code| f32::from(u8::from(rng.bernoulli(if code % 2 == 0 { 0.5 } else { 0.05 })))).collect();
    let rows = |importer: &dyn Fn(u32) -> u32| {
        let entities = codes.iter().flat_map(|code| [importer(*code), *code]).collect();
        AttentionRows::new(1, vec![1; codes.len()], 2, entities).unwrap()
    };
    let (known, unknown) = (rows(&|code| code), rows(&|_| 0));
    let loss = |entity_dropout| {
        let params = AttentionParams { epochs: 30, entity_dropout, ..AttentionParams::default() }.check().unwrap();
        let data = AttentionData { rows: &known, labels: &labels, revenue: None, weights: None };
        let model = params.fit(&data, None).unwrap().model;
        let scores = model.predict(&unknown, 1).unwrap();
        let entropy = |(score, y): (&AttentionScore, &f32)| f64::from((1.0 + score.logit.exp()).ln() - y * score.logit);
        scores.iter().zip(&labels).map(entropy).sum::<f64>() / labels.len() as f64
    };
    assert!(loss(0.3) < loss(0.0) - 0.005, "{} {}", loss(0.3), loss(0.0));
}

#[test]
fn fine_tuning_learns_of_new_entities_and_forgets_no_table() {
    let world = World::new(3000, 2, 13);
    let params = AttentionParams { epochs: 5, threads: 2, ..AttentionParams::default() };
    let model = fit(&world, params, None).model;
    // A new importer whose every consignment is a find, seen through an unseen leaf too.
    let mut leaves: Vec<u32> = world.rows.leaves(0).to_vec();
    leaves[1] = 90;
    let week = AttentionRows::new(TREES, leaves.repeat(60), 2, [45, 3].repeat(60)).unwrap();
    let labels = vec![1.0; 60];
    let data = AttentionData { rows: &week, labels: &labels, revenue: None, weights: None };
    let tuned = AttentionParams { epochs: 12, batch: 16, ..params }.check().unwrap();
    let tuned = model.fine_tune(&tuned, &data, None).unwrap().model;
    assert_eq!((model.n_leaves(), model.n_entities(0)), (TREES * LEAVES, Some(30)));
    assert_eq!((tuned.n_leaves(), tuned.n_entities(0), tuned.n_entities(1)), (90, Some(45), Some(12)));
    let logit = |m: &Attention| m.predict(&week, 1).unwrap()[0].logit;
    assert!(logit(&tuned) > logit(&model) + 0.5, "{} {}", logit(&tuned), logit(&model));
    let other = small(Architecture::default()).check().unwrap();
    assert!(matches!(model.fine_tune(&other, &data, None), Err(Error::Parameter { name: "architecture", .. })));
}

#[test]
fn one_tree_and_a_thousand() {
    for trees in [1, 15, 16, 17, 1000] {
        let mut rng = Rng::new(3);
        let leaves = (0..40 * trees).map(|i| (1 + (i % trees) * 2 + rng.below(2)) as u32).collect();
        let rows = AttentionRows::new(trees, leaves, 1, (0..40).map(|i| i % 5).collect()).unwrap();
        let labels: Vec<f32> = (0..40).map(|i| (i % 2) as f32).collect();
        let data = AttentionData { rows: &rows, labels: &labels, revenue: None, weights: None };
        let params = AttentionParams { epochs: 1, threads: 2, ..AttentionParams::default() };
        let model = params.check().unwrap().fit(&data, None).unwrap().model;
        assert!(model.predict(&rows, 1).unwrap().iter().all(|s| s.logit.is_finite()));
    }
}

#[test]
fn unusable_data_is_refused() {
    let rows = |trees, leaves: usize, queries, entities: usize| {
        AttentionRows::new(trees, vec![1; leaves], queries, vec![1; entities])
    };
    assert!(matches!(rows(0, 0, 0, 0), Err(Error::Parameter { name: "trees", .. })));
    assert!(matches!(rows(1001, 1001, 0, 0), Err(Error::Parameter { name: "trees", .. })));
    assert!(matches!(rows(2, 4, 17, 34), Err(Error::Parameter { name: "queries", .. })));
    assert!(matches!(rows(2, 5, 0, 0), Err(Error::Length { .. })));
    assert!(matches!(rows(2, 4, 2, 3), Err(Error::Length { .. })));
    assert!(matches!(AttentionRows::new(1, vec![u32::MAX], 0, vec![]), Err(Error::Value { .. })));

    let rows = rows(2, 4, 1, 2).unwrap();
    let params = AttentionParams::default().check().unwrap();
    let fit = |labels: &[f32], revenue: Option<&[f32]>, weights: Option<&[f32]>| {
        params.fit(&AttentionData { rows: &rows, labels, revenue, weights }, None).map(|_| ())
    };
    assert!(fit(&[0.0, 1.0], Some(&[f32::NAN, 3.0]), Some(&[1.0, 2.0])).is_ok());
    assert!(matches!(fit(&[0.0], None, None), Err(Error::Length { .. })));
    assert!(matches!(fit(&[0.0, 0.5], None, None), Err(Error::Value { what: "label", position: 1, .. })));
    assert!(matches!(fit(&[1.0, 1.0], None, None), Err(Error::OneClass { .. })));
    assert!(matches!(fit(&[0.0, 1.0], Some(&[1.0, -1.0]), None), Err(Error::Value { what: "revenue", .. })));
    assert!(matches!(fit(&[0.0, 1.0], None, Some(&[1.0, -1.0])), Err(Error::Value { what: "weight", .. })));
    assert!(matches!(fit(&[0.0, 1.0], None, Some(&[0.0, 0.0])), Err(Error::TooFewRows { .. })));
    let model = params.fit(&AttentionData { rows: &rows, labels: &[0.0, 1.0], revenue: None, weights: None }, None);
    let other = AttentionRows::new(3, vec![1; 3], 1, vec![1]).unwrap();
    assert!(matches!(model.unwrap().model.predict(&other, 1), Err(Error::Length { .. })));
}
