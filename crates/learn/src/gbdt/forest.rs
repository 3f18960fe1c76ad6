//! A trained forest: plain arrays, checked when it is put together.

use super::Objective;
use super::predict::PackedForest;
use super::shap::ShapForest;
use crate::error::{Error, Result};

/// Greatest depth of a tree (edges from the root to a leaf). TreeSHAP is exact up to here.
pub(crate) const MAX_DEPTH: usize = 64;

/// A node of a tree: a split `x[feature] < threshold`, or a leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Column the split reads; of no meaning in a leaf.
    pub feature: u32,
    /// Rows with a smaller value go left, others right; of no meaning in a leaf.
    pub threshold: f32,
    /// Whether rows missing the value go left.
    pub default_left: bool,
    /// Number of the left child, [`Node::NO_CHILD`] in a leaf.
    pub left: u32,
    /// Number of the right child, [`Node::NO_CHILD`] in a leaf.
    pub right: u32,
    /// What a leaf adds to the margin (the learning rate is in it); 0 in a split.
    pub value: f32,
    /// Sum of the Hessians of the training rows that reached the node.
    pub cover: f32,
    /// Loss reduction of the split; 0 in a leaf.
    pub gain: f32,
}

impl Node {
    /// Child number that marks a leaf.
    pub const NO_CHILD: u32 = u32::MAX;

    const BLANK_LEAF: Self = Self {
        feature: 0,
        threshold: 0.0,
        default_left: false,
        left: Self::NO_CHILD,
        right: Self::NO_CHILD,
        value: 0.0,
        cover: 0.0,
        gain: 0.0,
    };

    /// Whether this is a leaf.
    pub fn is_leaf(&self) -> bool {
        self.left == Self::NO_CHILD
    }

    /// Whether a row with this value of the feature goes left; NaN follows the default direction.
    pub fn goes_left(&self, value: f32) -> bool {
        value < self.threshold || (value.is_nan() && self.default_left)
    }
}

/// A regression tree; node 0 is the root, and node numbers are those XGBoost gives as leaf indices.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// A tree of these nodes; [`Forest::new`] checks it. What has no meaning in a leaf is set to zero, so that equal trees
    /// compare equal.
    pub fn new(mut nodes: Vec<Node>) -> Self {
        for leaf in nodes.iter_mut().filter(|n| n.is_leaf()) {
            let (value, cover) = (leaf.value, leaf.cover);
            *leaf = Node { value, cover, ..Node::BLANK_LEAF };
        }
        Self { nodes }
    }

    /// The nodes by number. Nodes that no path reaches may be among them: XGBoost leaves pruned ones in place.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Number of the leaf that `row` falls into.
    pub fn leaf_of(&self, row: &[f32]) -> u32 {
        let mut at = 0u32;
        loop {
            let node = &self.nodes[at as usize];
            if node.is_leaf() {
                return at;
            }
            at = if node.goes_left(row[node.feature as usize]) { node.left } else { node.right };
        }
    }

    /// The splits that `row` passes on its way to its leaf, from the root down.
    pub fn path_of(&self, row: &[f32]) -> Vec<&Node> {
        let mut at = &self.nodes[0];
        let mut path = Vec::new();
        while !at.is_leaf() {
            path.push(at);
            at = &self.nodes[if at.goes_left(row[at.feature as usize]) { at.left } else { at.right } as usize];
        }
        path
    }

    /// Node numbers reachable from the root, parents before children and the two children of a split next to each other,
    /// with their depths. Fails when it is not a tree.
    pub(crate) fn breadth_first(&self, n_features: usize) -> Result<Vec<(u32, usize)>> {
        let broken = |why: &str| Error::ModelFormat(format!("a tree {why}; train or export the model again"));
        if self.nodes.is_empty() {
            return Err(broken("has no nodes"));
        }
        let mut seen = vec![false; self.nodes.len()];
        seen[0] = true;
        let mut order = vec![(0u32, 0usize)];
        let mut next = 0;
        while let Some(&(id, depth)) = order.get(next) {
            next += 1;
            let node = &self.nodes[id as usize];
            if !node.cover.is_finite() || node.cover < 0.0 {
                return Err(broken("has a negative or infinite sum of Hessians"));
            }
            if node.is_leaf() {
                if !node.value.is_finite() {
                    return Err(broken("has a leaf that is not a finite number"));
                }
                continue;
            }
            if node.feature as usize >= n_features || node.threshold.is_nan() {
                return Err(broken("splits on a column that does not exist, or at no number"));
            }
            if depth == MAX_DEPTH {
                return Err(broken("is deeper than 64 levels"));
            }
            for child in [node.left, node.right] {
                match seen.get_mut(child as usize) {
                    Some(visited) if !*visited => *visited = true,
                    _ => return Err(broken("has a child that is missing or has two parents")),
                }
                order.push((child, depth + 1));
            }
        }
        Ok(order)
    }
}

/// Boosted trees ready to predict and explain. Immutable; `Sync`, so that threads can share it.
#[derive(Clone)]
pub struct Forest {
    objective: Objective,
    n_features: usize,
    base_score: f32,
    trees: Vec<Tree>,
    pub(super) packed: PackedForest,
    pub(super) shap: ShapForest,
}

impl std::fmt::Debug for Forest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Forest")
            .field("objective", &self.objective)
            .field("n_features", &self.n_features)
            .field("base_score", &self.base_score)
            .field("n_trees", &self.trees.len())
            .field("n_leaves", &self.n_leaves())
            .finish()
    }
}

impl PartialEq for Forest {
    /// Equal models; the tables derived from them follow.
    fn eq(&self, other: &Self) -> bool {
        self.objective == other.objective
            && self.n_features == other.n_features
            && self.base_score.to_bits() == other.base_score.to_bits()
            && self.trees == other.trees
    }
}

impl Forest {
    /// Puts a forest together.
    ///
    /// `base_score` is the prediction before any tree in the space of predictions, as XGBoost stores it: a probability
    /// for [`Objective::Logistic`].
    ///
    /// # Errors
    /// [`Error::ModelFormat`] when a tree is not a tree, is deeper than 64, or refers to a column that does not exist, or
    /// when the base score has no finite margin.
    pub fn new(objective: Objective, n_features: usize, base_score: f32, trees: Vec<Tree>) -> Result<Self> {
        if !objective.accepts_base_score(base_score) {
            let why = format!("base_score {base_score} has no finite margin under {}", objective.name());
            return Err(Error::ModelFormat(why));
        }
        if n_features == 0 || n_features > (1 << 30) {
            return Err(Error::ModelFormat(format!("{n_features} features; expected 1..=2^30")));
        }
        let orders = trees.iter().map(|t| t.breadth_first(n_features)).collect::<Result<Vec<_>>>()?;
        let base_margin = objective.base_margin(base_score);
        let packed = PackedForest::new(&trees, &orders, base_margin);
        let shap = ShapForest::new(&trees, &orders, base_margin);
        Ok(Self { objective, n_features, base_score, trees, packed, shap })
    }

    /// The objective the trees were trained for.
    pub fn objective(&self) -> Objective {
        self.objective
    }

    /// Number of columns a row must have.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// The trees in the order they are added up.
    pub fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// The prediction before any tree (a probability for logistic loss).
    pub fn base_score(&self) -> f32 {
        self.base_score
    }

    /// The margin before any tree (log-odds for logistic loss).
    pub fn base_margin(&self) -> f32 {
        self.packed.base_margin()
    }

    /// Total gain of all splits on each feature, one entry per feature (XGBoost's `total_gain`).
    pub fn gain_importance(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.n_features];
        for tree in &self.trees {
            for node in tree.nodes().iter().filter(|n| !n.is_leaf()) {
                if let Some(total) = totals.get_mut(node.feature as usize) {
                    *total += f64::from(node.gain);
                }
            }
        }
        totals
    }
}
