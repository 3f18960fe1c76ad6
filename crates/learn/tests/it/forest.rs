//! Training, prediction and explanation of boosted trees.

use crate::common::World;
use learn::gbdt::{Forest, GbdtParams, Monotone, Node, Objective, Tree};
use learn::logistic::{LinearData, LogisticParams};
use learn::metrics::Ranking;
use learn::{Matrix, Rng, SparseRows};
use proptest::prelude::*;

fn fit(world: &World, params: GbdtParams) -> Forest {
    params.check().unwrap().fit(&world.dataset(), None).unwrap().forest
}

fn shapes() -> Vec<GbdtParams> {
    let base = || GbdtParams { rounds: 20, ..GbdtParams::default() };
    vec![
        base(),
        GbdtParams { max_depth: Some(1), ..base() },
        GbdtParams { max_depth: None, max_leaves: Some(40), ..base() },
        GbdtParams { subsample: 0.6, colsample_bytree: 0.5, seed: 9, max_bins: 16, ..base() },
        GbdtParams { objective: Objective::SquaredError, max_depth: Some(9), min_child_weight: 0.0, ..base() },
        GbdtParams { objective: Objective::Tweedie { variance_power: 1.4 }, alpha: 0.1, gamma: 0.2, ..base() },
    ]
}

#[test]
fn trees_learn_what_is_there() {
    let (train, test) = (World::new(4000, 5, 1), World::new(2000, 5, 2));
    let forest = fit(&train, GbdtParams { max_depth: Some(4), ..GbdtParams::default() });
    let scores = forest.predict(&test.features, 1).unwrap();
    let auc = Ranking::new(&scores, &test.positive()).unwrap().auc().unwrap();
    assert!(auc > 0.77, "{auc}");
    let importance = forest.gain_importance();
    assert!(importance[0] > 2.0 * importance[2] && importance[3] > 3.0 * importance[4], "{importance:?}");
}

#[test]
fn threads_change_no_bit_of_training_or_prediction() {
    let world = World::new(3000, 7, 3);
    for params in shapes() {
        let one = fit(&world, params.clone());
        let three = fit(&world, GbdtParams { threads: 3, ..params });
        assert_eq!(one.to_xgboost_json(&[]).unwrap(), three.to_xgboost_json(&[]).unwrap());
        let bits = |v: Vec<f64>| v.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        let x = &world.features;
        assert_eq!(bits(one.predict(x, 1).unwrap()), bits(one.predict(x, 3).unwrap()));
        assert_eq!(bits(one.contributions_all(x, 1).unwrap()), bits(one.contributions_all(x, 3).unwrap()));
    }
}

#[test]
fn batch_row_and_leaf_by_leaf_prediction_agree() {
    let world = World::new(533, 7, 4);
    for params in shapes() {
        let forest = fit(&world, params);
        let batch = forest.predict_raw(&world.features, 2).unwrap();
        let exact = forest.predict_margin(&world.features, 2).unwrap();
        for (i, row) in world.features.rows().enumerate() {
            let leaves = forest.leaf_indices(row).unwrap();
            let by_hand = forest.trees().iter().zip(&leaves).fold(forest.base_margin(), |sum, (tree, &leaf)| {
                assert_eq!(tree.leaf_of(row), leaf);
                sum + tree.nodes()[leaf as usize].value
            });
            assert_eq!(batch[i].to_bits(), by_hand.to_bits());
            assert_eq!(forest.predict_raw_row(row).unwrap(), by_hand);
            assert_eq!(forest.predict_margin_row(row).unwrap(), exact[i]);
            assert!((f64::from(by_hand) - exact[i]).abs() < 1e-5);
        }
    }
}

#[test]
fn leaf_columns_number_every_leaf_once() {
    let world = World::new(2000, 5, 5);
    let forest = fit(&world, GbdtParams { rounds: 10, ..GbdtParams::default() });
    let mut seen = vec![false; forest.n_leaves()];
    for row in world.features.rows() {
        let columns = forest.leaf_columns(row).unwrap();
        assert!(columns.windows(2).all(|w| w[0] < w[1]));
        columns.iter().for_each(|&c| seen[c as usize] = true);
    }
    assert!(seen.iter().all(|&s| s));
    let leaves = forest.trees().iter().flat_map(Tree::nodes).filter(|n| n.is_leaf()).count();
    assert_eq!(leaves, forest.n_leaves());
}

#[test]
fn missing_values_follow_the_default_direction() {
    let split = |default_left| Node {
        feature: 0,
        threshold: 1.0,
        default_left,
        left: 1,
        right: 2,
        value: 0.0,
        cover: 4.0,
        gain: 1.0,
    };
    let leaf = |value| Node { left: Node::NO_CHILD, right: Node::NO_CHILD, value, cover: 2.0, ..split(true) };
    for (default_left, missing) in [(true, -1.0), (false, 5.0)] {
        let tree = Tree::new(vec![split(default_left), leaf(-1.0), leaf(5.0)]);
        let forest = Forest::new(Objective::SquaredError, 1, 0.0, vec![tree]).unwrap();
        let x = Matrix::from_rows(1, [[f32::NAN], [0.5], [1.0], [f32::INFINITY], [f32::NEG_INFINITY]]).unwrap();
        assert_eq!(forest.predict_raw(&x, 1).unwrap(), [missing, -1.0, 5.0, 5.0, -1.0]);
        assert_eq!(forest.leaf_indices(&[f32::NAN]).unwrap(), [if default_left { 1 } else { 2 }]);
    }
}

#[test]
fn early_stopping_keeps_the_best_round() {
    let (train, test) = (World::new(600, 5, 6), World::new(600, 5, 7));
    let params =
        GbdtParams { rounds: 400, learning_rate: 0.3, early_stopping_rounds: Some(10), ..GbdtParams::default() };
    let fitted = params.clone().check().unwrap().fit(&train.dataset(), Some(&test.dataset())).unwrap();
    let scores = &fitted.validation_scores;
    let best = (0..scores.len()).min_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap();
    assert_eq!(fitted.forest.trees().len(), best + 1);
    assert_eq!(scores.len(), best + 11);
    assert!(params.check().unwrap().fit(&train.dataset(), None).is_err());
}

#[test]
fn monotone_constraints_hold() {
    let world = World::new(2000, 3, 8);
    let monotone = vec![Monotone::Increasing, Monotone::Free, Monotone::Decreasing];
    let forest = fit(&world, GbdtParams { monotone, rounds: 50, ..GbdtParams::default() });
    for row in world.features.rows().take(50) {
        let at = |col: usize, value: f32| {
            let mut moved = row.to_vec();
            moved[col] = value;
            forest.predict_margin_row(&moved).unwrap()
        };
        let grid: Vec<f32> = (-30..30).map(|i| i as f32 / 5.0).collect();
        assert!(grid.windows(2).all(|w| at(0, w[0]) <= at(0, w[1]) && at(2, w[0]) >= at(2, w[1])));
    }
}

#[test]
fn data_that_cannot_be_trained_on_is_refused_in_words() {
    let world = World::new(50, 2, 9);
    let params = GbdtParams::default().check().unwrap();
    let refuse = |features: &Matrix, labels: &[f32], weights: Option<&[f32]>| {
        let set = learn::gbdt::Dataset { features, labels, weights };
        params.fit(&set, None).unwrap_err().to_string()
    };
    assert!(refuse(&world.features, &world.labels[1..], None).contains("labels has length 49, expected 50"));
    let infinite = Matrix::from_rows(1, [[1.0], [f32::INFINITY]]).unwrap();
    assert!(refuse(&infinite, &[0.0, 1.0], None).contains("feature at position 1 is inf"));
    assert!(refuse(&world.features, &[2.0; 50], None).contains("label at position 0 is 2"));
    assert!(refuse(&world.features, &world.labels, Some(&[-1.0; 50])).contains("weight at position 0 is -1"));
    assert!(refuse(&Matrix::new(2), &[], None).contains("empty"));
    let forest = fit(&world, GbdtParams { rounds: 1, ..GbdtParams::default() });
    assert!(forest.predict_raw(&Matrix::new(3), 1).is_err() && forest.contributions(&[0.0; 3]).is_err());
}

#[test]
fn contributions_add_up_to_the_margin() {
    let world = World::new(1500, 7, 10);
    for params in shapes() {
        let forest = fit(&world, params);
        for row in world.features.rows().take(300) {
            let phi = forest.contributions(row).unwrap();
            assert_eq!(phi.len(), 8);
            assert_eq!(phi[7], forest.expected_margin());
            let gap = phi.iter().sum::<f64>() - forest.predict_margin_row(row).unwrap();
            assert!(gap.abs() < 1e-9, "{gap}");
        }
    }
}

/// Value of a tree when only the features in `known` are known: other splits are averaged by cover.
fn value_of(tree: &Tree, at: u32, row: &[f32], known: u32) -> f64 {
    let node = &tree.nodes()[at as usize];
    if node.is_leaf() {
        return f64::from(node.value);
    }
    if known >> node.feature & 1 == 1 {
        let next = if node.goes_left(row[node.feature as usize]) { node.left } else { node.right };
        return value_of(tree, next, row, known);
    }
    let cover = |id: u32| f64::from(tree.nodes()[id as usize].cover);
    let (left, right) = (cover(node.left), cover(node.right));
    let both = left * value_of(tree, node.left, row, known) + right * value_of(tree, node.right, row, known);
    both / (left + right)
}

/// Shapley values by their definition, over all subsets.
fn shapley(tree: &Tree, row: &[f32]) -> Vec<f64> {
    let n = row.len() as u32;
    let factorial = |k: u32| (1..=k).map(f64::from).product::<f64>();
    let mut phi = vec![0.0; row.len()];
    for (i, phi) in phi.iter_mut().enumerate() {
        for known in (0..1u32 << n).filter(|s| s >> i & 1 == 0) {
            let size = known.count_ones();
            let weight = factorial(size) * factorial(n - size - 1) / factorial(n);
            *phi += weight * (value_of(tree, 0, row, known | 1 << i) - value_of(tree, 0, row, known));
        }
    }
    phi
}

/// A random tree over few features, so that paths split on one feature again and again.
fn random_tree(rng: &mut Rng, n_features: usize, depth: usize, empty_share: f64) -> Tree {
    fn grow(rng: &mut Rng, nodes: &mut Vec<Node>, n_features: usize, depth: usize, cover: f32, empty: f64) -> u32 {
        let id = nodes.len() as u32;
        let value = rng.normal() as f32;
        let leaf = Node {
            feature: 0,
            threshold: 0.0,
            default_left: false,
            left: Node::NO_CHILD,
            right: Node::NO_CHILD,
            value,
            cover,
            gain: 0.0,
        };
        nodes.push(leaf);
        if depth == 0 || rng.bernoulli(0.15) {
            return id;
        }
        let share = if rng.bernoulli(empty) { 0.0 } else { rng.uniform() as f32 };
        let left = grow(rng, nodes, n_features, depth - 1, cover * share, empty);
        let right = grow(rng, nodes, n_features, depth - 1, cover - cover * share, empty);
        nodes[id as usize] = Node {
            feature: rng.below(n_features) as u32,
            threshold: rng.below(4) as f32,
            default_left: rng.bernoulli(0.5),
            left,
            right,
            value: 0.0,
            ..leaf
        };
        id
    }
    let mut nodes = Vec::new();
    grow(rng, &mut nodes, n_features, depth, 100.0, empty_share);
    Tree::new(nodes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn contributions_are_the_shapley_values(seed in 0u64..1 << 48, n_features in 1usize..7, depth in 0usize..9) {
        let mut rng = Rng::new(seed);
        let tree = random_tree(&mut rng, n_features, depth, 0.0);
        let forest = Forest::new(Objective::SquaredError, n_features, 0.25, vec![tree.clone()]).unwrap();
        for _ in 0..5 {
            let row: Vec<f32> =
                (0..n_features).map(|_| if rng.bernoulli(0.2) { f32::NAN } else { rng.below(4) as f32 }).collect();
            let got = forest.contributions(&row).unwrap();
            for (got, want) in got.iter().zip(shapley(&tree, &row)) {
                prop_assert!((got - want).abs() < 1e-9, "{got} {want}");
            }
            prop_assert!((got[n_features] - 0.25 - value_of(&tree, 0, &row, 0)).abs() < 1e-9);
        }
    }

    #[test]
    fn nodes_no_training_row_reached_do_no_harm(seed in 0u64..1 << 48) {
        let mut rng = Rng::new(seed);
        let tree = random_tree(&mut rng, 3, 7, 0.3);
        let forest = Forest::new(Objective::SquaredError, 3, 0.0, vec![tree]).unwrap();
        let row: Vec<f32> = (0..3).map(|_| rng.below(4) as f32).collect();
        let sum: f64 = forest.contributions(&row).unwrap().iter().sum();
        prop_assert!((sum - forest.predict_margin_row(&row).unwrap()).abs() < 1e-9);
    }
}

#[test]
fn one_class_and_rows_without_weight_train_to_something_finite() {
    let mut world = World::new(200, 3, 12);
    let predict = |world: &World| {
        let forest = fit(world, GbdtParams { rounds: 20, min_child_weight: 0.0, ..GbdtParams::default() });
        let phi = forest.contributions_all(&world.features, 1).unwrap();
        assert!(phi.iter().all(|v| v.is_finite()));
        forest.predict(&world.features, 1).unwrap()
    };
    world.weights.iter_mut().step_by(2).for_each(|w| *w = 0.0);
    assert!(predict(&world).iter().all(|p| *p > 0.0 && *p < 1.0));
    for class in [0.0, 1.0] {
        world.labels.fill(class);
        assert!(predict(&world).iter().all(|p| (p - f64::from(class)).abs() < 0.05));
    }
}

#[test]
fn refitted_leaves_are_a_regression_on_leaves_and_a_forest_again() {
    let (train, test) = (World::new(3000, 5, 31), World::new(800, 5, 32));
    let forest = fit(&train, GbdtParams { rounds: 15, max_depth: Some(3), ..GbdtParams::default() });
    let params = LogisticParams { l2: 5.0, ..LogisticParams::default() }.check().unwrap();
    let refitted = forest.refit_leaves(&train.dataset(), &params).unwrap();

    let mut leaves = SparseRows::new(forest.n_leaves());
    for row in train.features.rows() {
        leaves.push_row(&forest.leaf_columns(row).unwrap()).unwrap();
    }
    let none = Matrix::from_vec(Vec::new(), leaves.n_rows(), 0).unwrap();
    let weights = train.dataset().weights.map(|weights| weights.iter().map(|w| f64::from(*w)).collect::<Vec<_>>());
    let data = LinearData { dense: &none, sparse: Some(&leaves), weights: weights.as_deref() };
    let regression = params.fit(&data, train.dataset().labels).unwrap();
    for row in test.features.rows() {
        let by_leaves = regression.log_odds(&[], &forest.leaf_columns(row).unwrap()).unwrap();
        assert!((refitted.predict_margin_row(row).unwrap() - by_leaves).abs() < 1e-5);
    }
    let auc = |forest: &Forest| {
        Ranking::new(&forest.predict(&test.features, 1).unwrap(), &test.positive()).unwrap().auc().unwrap()
    };
    assert!(auc(&refitted) > auc(&forest) - 0.01, "{} {}", auc(&refitted), auc(&forest));
    assert!(Forest::from_xgboost_json(&refitted.to_xgboost_json(&[]).unwrap()).unwrap() == refitted);

    let squared = fit(&train, GbdtParams { objective: Objective::SquaredError, rounds: 2, ..GbdtParams::default() });
    assert!(squared.refit_leaves(&train.dataset(), &params).unwrap_err().to_string().contains("logistic"));
}

#[test]
fn leaves_weighed_anew_are_those_that_boosting_gives_and_follow_new_data() {
    let (train, later) = (World::new(3000, 5, 33), World::new(3000, 5, 34));
    let params = GbdtParams { rounds: 15, alpha: 0.5, threads: 2, ..GbdtParams::default() };
    let forest = fit(&train, params.clone());
    let params = params.check().unwrap();
    // With neither rows nor columns sampled, the cuts and the rows of a fit give its leaves back.
    let again = params.reweigh(&forest, &train.dataset()).unwrap();
    let pairs = forest.trees().iter().zip(again.trees()).flat_map(|(a, b)| a.nodes().iter().zip(b.nodes()));
    for (before, after) in pairs {
        assert_eq!((before.feature, before.threshold.to_bits()), (after.feature, after.threshold.to_bits()));
        assert!((before.value - after.value).abs() < 1e-4, "{} {}", before.value, after.value);
    }
    let opposite = World { labels: later.labels.iter().map(|label| 1.0 - label).collect(), ..later.clone() };
    let turned = params.reweigh(&forest, &opposite.dataset()).unwrap();
    let auc = |forest: &Forest| {
        Ranking::new(&forest.predict(&later.features, 1).unwrap(), &later.positive()).unwrap().auc().unwrap()
    };
    assert!(auc(&forest) > 0.7 && auc(&turned) < 0.3, "{} {}", auc(&forest), auc(&turned));
    let on_one = GbdtParams { threads: 1, ..params.get().clone() }.check().unwrap();
    assert!(on_one.reweigh(&forest, &opposite.dataset()).unwrap() == turned);
    let short = learn::gbdt::Dataset { labels: &later.labels[1..], ..later.dataset() };
    assert!(params.reweigh(&forest, &short).is_err());
    let squared = fit(&train, GbdtParams { objective: Objective::SquaredError, rounds: 2, ..GbdtParams::default() });
    assert!(params.reweigh(&squared, &train.dataset()).unwrap_err().to_string().contains("logistic"));
}
