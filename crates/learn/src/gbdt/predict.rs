//! Prediction: blocks of rows against one tree at a time, several rows descending side by side without branches.
//!
//! The nodes of a tree lie breadth first with siblings together, so that a step is `left + (value >= threshold)`. A leaf
//! points to itself and compares with NaN, which is never true: rows that arrive early wait there, and every row takes
//! as many steps as the tree is deep. Rows of a block and one tree fit the first-level cache together.

use super::{Forest, Tree};
use crate::error::{Result, check_length};
use crate::matrix::Matrix;
use crate::parallel::for_each_block;

/// Rows that descend side by side: enough to hide the latency of a step's two loads.
const LANES: usize = 8;
/// Rows a tree is applied to before the next tree is loaded.
const BLOCK_ROWS: usize = 64;
/// Rows a thread takes at a time.
const TASK_ROWS: usize = 16 * BLOCK_ROWS;
/// Bit of `PackedNode::feature` that sends rows missing the value to the right.
const MISSING_RIGHT: u32 = 1 << 31;
/// In trees deeper than this the lanes are asked now and then whether all of them have arrived.
const CHECK_EVERY: usize = 8;

#[derive(Debug, Clone, Copy)]
struct PackedNode {
    threshold: f32,
    feature: u32,
    left: u32,
    value: f32,
}

#[derive(Debug, Clone)]
struct PackedTree {
    first: usize,
    len: usize,
    depth: usize,
}

/// The nodes of all trees in the order prediction wants them.
#[derive(Debug, Clone)]
pub(super) struct PackedForest {
    nodes: Vec<PackedNode>,
    /// Number of each packed node in its `Tree`.
    ids: Vec<u32>,
    /// For leaves, the count of leaves before it in the forest.
    leaf_ordinals: Vec<u32>,
    n_leaves: usize,
    trees: Vec<PackedTree>,
    base_margin: f32,
}

/// The two ways margins are added up: `f32` as XGBoost does, `f64` to be exact.
trait Margin: Copy + Send {
    fn start(base_margin: f32) -> Self;
    fn plus(self, leaf: f32) -> Self;
}

impl Margin for f32 {
    fn start(base_margin: f32) -> Self {
        base_margin
    }
    fn plus(self, leaf: f32) -> Self {
        self + leaf
    }
}

impl Margin for f64 {
    fn start(base_margin: f32) -> Self {
        Self::from(base_margin)
    }
    fn plus(self, leaf: f32) -> Self {
        self + Self::from(leaf)
    }
}

impl PackedForest {
    pub(super) fn new(trees: &[Tree], orders: &[Vec<(u32, usize)>], base_margin: f32) -> Self {
        let mut packed = Self {
            nodes: Vec::new(),
            ids: Vec::new(),
            leaf_ordinals: Vec::new(),
            n_leaves: 0,
            trees: Vec::with_capacity(trees.len()),
            base_margin,
        };
        for (tree, order) in trees.iter().zip(orders) {
            packed.push(tree, order);
        }
        packed
    }

    fn push(&mut self, tree: &Tree, order: &[(u32, usize)]) {
        let depth = order.last().map_or(0, |&(_, depth)| depth);
        self.trees.push(PackedTree { first: self.nodes.len(), len: order.len(), depth });
        // Breadth first, the children of the k-th split are nodes 2k + 1 and 2k + 2.
        let mut next_child = 1;
        for (position, &(id, _)) in order.iter().enumerate() {
            let node = &tree.nodes()[id as usize];
            self.ids.push(id);
            self.leaf_ordinals.push(self.n_leaves as u32);
            if node.is_leaf() {
                self.n_leaves += 1;
                let left = position as u32;
                self.nodes.push(PackedNode { threshold: f32::NAN, feature: 0, left, value: node.value });
            } else {
                let feature = node.feature | if node.default_left { 0 } else { MISSING_RIGHT };
                self.nodes.push(PackedNode { threshold: node.threshold, feature, left: next_child, value: 0.0 });
                next_child += 2;
            }
        }
    }

    pub(super) fn base_margin(&self) -> f32 {
        self.base_margin
    }

    fn nodes_of(&self, tree: &PackedTree) -> &[PackedNode] {
        &self.nodes[tree.first..tree.first + tree.len]
    }

    fn margins<M: Margin>(&self, x: &Matrix, first: usize, out: &mut [M]) {
        out.fill(M::start(self.base_margin));
        for tree in &self.trees {
            let nodes = self.nodes_of(tree);
            for (group, sums) in out.chunks_mut(LANES).enumerate() {
                let start = first + group * LANES;
                let last = sums.len() - 1;
                let rows: [&[f32]; LANES] = std::array::from_fn(|k| x.row(start + k.min(last)));
                let leaves = descend(nodes, tree.depth, &rows);
                for (sum, &leaf) in sums.iter_mut().zip(&leaves) {
                    *sum = sum.plus(nodes[leaf as usize].value);
                }
            }
        }
    }

    fn row_margin<M: Margin>(&self, row: &[f32]) -> M {
        let leaves = self.leaves(row);
        leaves.fold(M::start(self.base_margin), |sum, at| sum.plus(self.nodes[at].value))
    }

    /// Positions in `nodes` of the leaves a row falls into.
    fn leaves<'a>(&'a self, row: &'a [f32]) -> impl Iterator<Item = usize> + 'a {
        self.trees.iter().map(move |tree| {
            let nodes = self.nodes_of(tree);
            let mut at = 0;
            loop {
                let next = step(nodes, at, row);
                if next == at {
                    return tree.first + at as usize;
                }
                at = next;
            }
        })
    }
}

/// One step down, or none at a leaf.
#[inline(always)]
fn step(nodes: &[PackedNode], at: u32, row: &[f32]) -> u32 {
    let node = nodes[at as usize];
    let value = row[(node.feature & !MISSING_RIGHT) as usize];
    let right = (value >= node.threshold) | (value.is_nan() & (node.feature >= MISSING_RIGHT));
    node.left + u32::from(right)
}

#[inline(always)]
fn descend(nodes: &[PackedNode], depth: usize, rows: &[&[f32]; LANES]) -> [u32; LANES] {
    let mut at = [0u32; LANES];
    for level in 1..=depth {
        let before = at;
        for k in 0..LANES {
            at[k] = step(nodes, at[k], rows[k]);
        }
        if level % CHECK_EVERY == 0 && at == before {
            break;
        }
    }
    at
}

impl Forest {
    fn margins<M: Margin>(&self, x: &Matrix, threads: usize) -> Result<Vec<M>> {
        check_length("columns", self.n_features(), x.n_cols())?;
        let mut out = vec![M::start(0.0); x.n_rows()];
        for_each_block(&mut out, TASK_ROWS, threads, |first, task| {
            for (i, block) in task.chunks_mut(BLOCK_ROWS).enumerate() {
                self.packed.margins(x, first + i * BLOCK_ROWS, block);
            }
        });
        Ok(out)
    }

    /// Margins (log-odds for logistic loss) of all rows, added up in `f32` tree after tree as XGBoost does.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `x` has another number of columns than the model.
    pub fn predict_raw(&self, x: &Matrix, threads: usize) -> Result<Vec<f32>> {
        self.margins(x, threads)
    }

    /// Margins of all rows added up in `f64`: what [`contributions`](Self::contributions) add up to, without the rounding
    /// of [`predict_raw`](Self::predict_raw), which is about 1e-6 for some hundred trees. Use this one beside reasons.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `x` has another number of columns than the model.
    pub fn predict_margin(&self, x: &Matrix, threads: usize) -> Result<Vec<f64>> {
        self.margins(x, threads)
    }

    /// Predictions of all rows in the space of the labels (probabilities for logistic loss), uncalibrated.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `x` has another number of columns than the model.
    pub fn predict(&self, x: &Matrix, threads: usize) -> Result<Vec<f64>> {
        let mut margins = self.predict_margin(x, threads)?;
        for margin in &mut margins {
            *margin = self.objective().link_inverse(*margin);
        }
        Ok(margins)
    }

    /// Margin of one row, with the bits of [`predict_raw`](Self::predict_raw).
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `row` has another number of columns than the model.
    pub fn predict_raw_row(&self, row: &[f32]) -> Result<f32> {
        check_length("row", self.n_features(), row.len())?;
        Ok(self.packed.row_margin(row))
    }

    /// Margin of one row, with the bits of [`predict_margin`](Self::predict_margin).
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `row` has another number of columns than the model.
    pub fn predict_margin_row(&self, row: &[f32]) -> Result<f64> {
        check_length("row", self.n_features(), row.len())?;
        Ok(self.packed.row_margin(row))
    }

    /// Number of the leaf the row falls into, per tree (XGBoost's `pred_leaf`).
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `row` has another number of columns than the model.
    pub fn leaf_indices(&self, row: &[f32]) -> Result<Vec<u32>> {
        check_length("row", self.n_features(), row.len())?;
        Ok(self.packed.leaves(row).map(|at| self.packed.ids[at]).collect())
    }

    /// Like [`leaf_indices`](Self::leaf_indices), but each leaf as its number among all leaves of the forest,
    /// 0..[`n_leaves`](Self::n_leaves): one-hot columns for a linear model on leaves, rows of an embedding table.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `row` has another number of columns than the model.
    pub fn leaf_columns(&self, row: &[f32]) -> Result<Vec<u32>> {
        check_length("row", self.n_features(), row.len())?;
        Ok(self.packed.leaves(row).map(|at| self.packed.leaf_ordinals[at]).collect())
    }

    /// Number of leaves of all trees together.
    pub fn n_leaves(&self) -> usize {
        self.packed.n_leaves
    }
}
