//! The file format of a forest: XGBoost's JSON model document (XGBoost documentation, "Introduction to Model IO").
//!
//! Written so that XGBoost 1.6 and later open it: the base score as one number in the space of predictions, no categories.
//! Read from any version: the base score as a number or, since 3.1, as an array text; `default_left` as numbers or truth
//! values. Refused in words: other boosters, other objectives, several outputs, categorical splits, tree weights (DART).

use super::{Forest, Node, Objective, Tree};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize)]
struct Document {
    learner: Learner,
    version: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct Learner {
    #[serde(default)]
    attributes: serde_json::Map<String, Value>,
    #[serde(default)]
    feature_names: Vec<String>,
    #[serde(default)]
    feature_types: Vec<String>,
    gradient_booster: Booster,
    learner_model_param: LearnerParam,
    objective: ObjectiveBlock,
}

#[derive(Serialize, Deserialize)]
struct Booster {
    model: BoosterModel,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct BoosterModel {
    gbtree_model_param: TreesParam,
    #[serde(default)]
    iteration_indptr: Vec<u64>,
    #[serde(default)]
    tree_info: Vec<i64>,
    trees: Vec<TreeArrays>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    weight_drop: Vec<f32>,
}

#[derive(Serialize, Deserialize)]
struct TreesParam {
    #[serde(default = "one")]
    num_parallel_tree: String,
    num_trees: String,
}

fn one() -> String {
    "1".into()
}

#[derive(Serialize, Deserialize)]
struct LearnerParam {
    base_score: Value,
    #[serde(default = "one")]
    boost_from_average: String,
    num_class: String,
    num_feature: String,
    #[serde(default = "one")]
    num_target: String,
}

#[derive(Serialize, Deserialize)]
struct ObjectiveBlock {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reg_loss_param: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tweedie_regression_param: Option<TweedieParam>,
}

#[derive(Serialize, Deserialize)]
struct TweedieParam {
    tweedie_variance_power: String,
}

/// A truth value, which versions write as 0 and 1 or as false and true.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum Flag {
    Number(i64),
    Truth(bool),
}

impl Flag {
    fn is_set(self) -> bool {
        match self {
            Self::Number(n) => n != 0,
            Self::Truth(t) => t,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct TreeArrays {
    #[serde(default)]
    base_weights: Vec<f32>,
    #[serde(default)]
    categories: Vec<i64>,
    #[serde(default)]
    categories_nodes: Vec<i64>,
    #[serde(default)]
    categories_segments: Vec<i64>,
    #[serde(default)]
    categories_sizes: Vec<i64>,
    default_left: Vec<Flag>,
    #[serde(default)]
    id: u64,
    left_children: Vec<i64>,
    loss_changes: Vec<f32>,
    #[serde(default)]
    parents: Vec<i64>,
    right_children: Vec<i64>,
    split_conditions: Vec<f32>,
    split_indices: Vec<i64>,
    #[serde(default)]
    split_type: Vec<Flag>,
    sum_hessian: Vec<f32>,
    tree_param: TreeParam,
}

#[derive(Serialize, Deserialize)]
struct TreeParam {
    num_deleted: String,
    num_feature: String,
    num_nodes: String,
    size_leaf_vector: String,
}

fn refused(why: impl Into<String>) -> Error {
    Error::ModelFormat(why.into())
}

impl Forest {
    /// The forest as the bytes of an XGBoost JSON model file; `Booster.load_model` opens it.
    ///
    /// `feature_names` is one name per feature, or empty. The same forest gives the same bytes.
    ///
    /// # Errors
    /// [`Error::Length`] when there are names, but not one per feature.
    pub fn to_xgboost_json(&self, feature_names: &[String]) -> Result<Vec<u8>> {
        if !feature_names.is_empty() {
            crate::error::check_length("feature_names", self.n_features(), feature_names.len())?;
        }
        let n_trees = self.trees().len();
        let learner = Learner {
            attributes: serde_json::Map::new(),
            feature_names: feature_names.to_vec(),
            feature_types: vec!["float".to_owned(); feature_names.len()],
            gradient_booster: Booster {
                model: BoosterModel {
                    gbtree_model_param: TreesParam { num_parallel_tree: one(), num_trees: n_trees.to_string() },
                    iteration_indptr: (0..=n_trees as u64).collect(),
                    tree_info: vec![0; n_trees],
                    trees: self
                        .trees()
                        .iter()
                        .enumerate()
                        .map(|(id, t)| write_tree(id, t, self.n_features()))
                        .collect(),
                    weight_drop: Vec::new(),
                },
                name: "gbtree".into(),
            },
            learner_model_param: LearnerParam {
                base_score: Value::String(format!("{:E}", self.base_score())),
                boost_from_average: one(),
                num_class: "0".into(),
                num_feature: self.n_features().to_string(),
                num_target: one(),
            },
            objective: write_objective(self.objective()),
        };
        let document = Document { learner, version: vec![2, 1, 0] };
        serde_json::to_vec(&document).map_err(|e| refused(e.to_string()))
    }

    /// Reads an XGBoost JSON model file, written here or by XGBoost.
    ///
    /// # Errors
    /// [`Error::ModelFormat`] saying what is malformed or not supported.
    pub fn from_xgboost_json(json: &[u8]) -> Result<Self> {
        let document: Document = serde_json::from_slice(json).map_err(|e| refused(e.to_string()))?;
        let learner = document.learner;
        let booster = learner.gradient_booster;
        if booster.name != "gbtree" || !booster.model.weight_drop.is_empty() {
            return Err(refused(format!("booster `{}`; only plain `gbtree` is supported", booster.name)));
        }
        let param = learner.learner_model_param;
        let outputs = [("num_class", &param.num_class), ("num_target", &param.num_target)];
        for (name, text) in outputs {
            if parse_count(name, text)? > 1 {
                return Err(refused(format!("{name} is {text}; only models with one output are supported")));
            }
        }
        let objective = read_objective(&learner.objective)?;
        let n_features = parse_count("num_feature", &param.num_feature)?;
        let base_score = read_base_score(&param.base_score)?;
        let trees = booster.model.trees.iter().enumerate();
        let trees = trees.map(|(i, t)| read_tree(t).map_err(|why| refused(format!("tree {i}: {why}"))));
        Self::new(objective, n_features, base_score, trees.collect::<Result<_>>()?)
    }

    /// The feature names stored in an XGBoost JSON model file; empty when it has none.
    ///
    /// # Errors
    /// [`Error::ModelFormat`] when `json` is not such a file.
    pub fn feature_names_of_json(json: &[u8]) -> Result<Vec<String>> {
        let document: Document = serde_json::from_slice(json).map_err(|e| refused(e.to_string()))?;
        Ok(document.learner.feature_names)
    }
}

fn parse_count(name: &str, text: &str) -> Result<usize> {
    text.trim().parse().map_err(|_| refused(format!("{name} is `{text}`, not a count")))
}

/// The base score as `5E-1` or, from XGBoost 3.1 on, `[5E-1]`.
fn read_base_score(stored: &Value) -> Result<f32> {
    let text = match stored {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let inner = text.trim();
    let inner = inner.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(inner);
    inner.trim().parse().map_err(|_| refused(format!("base_score is `{text}`, not one number")))
}

fn write_objective(objective: Objective) -> ObjectiveBlock {
    let name = objective.name().to_owned();
    match objective {
        Objective::Tweedie { variance_power } => {
            let param = TweedieParam { tweedie_variance_power: variance_power.to_string() };
            ObjectiveBlock { name, reg_loss_param: None, tweedie_regression_param: Some(param) }
        }
        _ => {
            let param = serde_json::json!({ "scale_pos_weight": "1" });
            ObjectiveBlock { name, reg_loss_param: Some(param), tweedie_regression_param: None }
        }
    }
}

fn read_objective(block: &ObjectiveBlock) -> Result<Objective> {
    match block.name.as_str() {
        "binary:logistic" => Ok(Objective::Logistic),
        "reg:squarederror" => Ok(Objective::SquaredError),
        "reg:gamma" => Ok(Objective::Gamma),
        "reg:tweedie" => {
            let text = block.tweedie_regression_param.as_ref().map_or("1.5", |p| p.tweedie_variance_power.as_str());
            let variance_power = text.parse().map_err(|_| refused(format!("tweedie_variance_power is `{text}`")))?;
            Ok(Objective::Tweedie { variance_power })
        }
        other => Err(refused(format!(
            "objective `{other}`; supported are binary:logistic, reg:squarederror, reg:gamma and reg:tweedie"
        ))),
    }
}

fn write_tree(id: usize, tree: &Tree, n_features: usize) -> TreeArrays {
    let nodes = tree.nodes();
    let mut parents = vec![i64::from(i32::MAX); nodes.len()];
    for (i, node) in nodes.iter().enumerate().filter(|(_, n)| !n.is_leaf()) {
        for child in [node.left, node.right] {
            if let Some(parent) = parents.get_mut(child as usize) {
                *parent = i as i64;
            }
        }
    }
    let child = |id: u32| if id == Node::NO_CHILD { -1 } else { i64::from(id) };
    let of = |node: &Node, leaf: f32, split: f32| if node.is_leaf() { leaf } else { split };
    TreeArrays {
        base_weights: nodes.iter().map(|n| n.value).collect(),
        categories: Vec::new(),
        categories_nodes: Vec::new(),
        categories_segments: Vec::new(),
        categories_sizes: Vec::new(),
        default_left: nodes.iter().map(|n| Flag::Number(i64::from(n.default_left && !n.is_leaf()))).collect(),
        id: id as u64,
        left_children: nodes.iter().map(|n| child(n.left)).collect(),
        loss_changes: nodes.iter().map(|n| n.gain).collect(),
        parents,
        right_children: nodes.iter().map(|n| child(n.right)).collect(),
        split_conditions: nodes.iter().map(|n| of(n, n.value, n.threshold)).collect(),
        split_indices: nodes.iter().map(|n| if n.is_leaf() { 0 } else { i64::from(n.feature) }).collect(),
        split_type: vec![Flag::Number(0); nodes.len()],
        sum_hessian: nodes.iter().map(|n| n.cover).collect(),
        tree_param: TreeParam {
            num_deleted: "0".into(),
            num_feature: n_features.to_string(),
            num_nodes: nodes.len().to_string(),
            size_leaf_vector: "1".into(),
        },
    }
}

fn read_tree(arrays: &TreeArrays) -> std::result::Result<Tree, String> {
    let n = arrays.left_children.len();
    let lengths = [
        arrays.right_children.len(),
        arrays.split_conditions.len(),
        arrays.split_indices.len(),
        arrays.default_left.len(),
        arrays.loss_changes.len(),
        arrays.sum_hessian.len(),
    ];
    if lengths.iter().any(|&l| l != n) {
        return Err(format!("its arrays have different lengths, {n} and {lengths:?}"));
    }
    if arrays.split_type.iter().any(|t| t.is_set()) || !arrays.categories.is_empty() {
        return Err("it has categorical splits; encode categories as numbers before training".into());
    }
    let nodes = (0..n).map(|i| {
        let leaf = arrays.left_children[i] < 0;
        let child = |id: i64| if leaf { Node::NO_CHILD } else { u32::try_from(id).unwrap_or(Node::NO_CHILD) };
        let condition = arrays.split_conditions[i];
        Node {
            feature: if leaf { 0 } else { u32::try_from(arrays.split_indices[i]).unwrap_or(u32::MAX) },
            threshold: if leaf { 0.0 } else { condition },
            default_left: !leaf && arrays.default_left[i].is_set(),
            left: child(arrays.left_children[i]),
            right: child(arrays.right_children[i]),
            value: if leaf { condition } else { 0.0 },
            cover: arrays.sum_hessian[i],
            gain: arrays.loss_changes[i],
        }
    });
    Ok(Tree::new(nodes.collect()))
}
