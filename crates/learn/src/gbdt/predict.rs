//! Prediction: blocks of rows against one tree at a time, several rows descending side by side without branches.
//!
//! Values are mapped to integers of the same order, with missing values above all others. A split where missing values go
//! left compares after adding 2, which wraps them, and only them, around to the bottom: one comparison does for both
//! directions. The nodes of a tree lie breadth first with siblings together, so that a step is `left + (key >= threshold)`.
//! A leaf points to itself and compares with a number no key reaches: rows that arrive early wait there. Keys of the rows
//! that go together are interleaved, and the rows of a block fit the first-level cache together with one tree.

use super::{Forest, Node, Tree};
use crate::error::{Result, check_length};
use crate::matrix::Matrix;
use crate::parallel::for_each_block;

/// Rows that descend side by side: enough to hide the latency of a step's two loads.
const LANES: usize = 8;
/// Rows a tree is applied to before the next tree is loaded.
const BLOCK_ROWS: usize = 64;
/// Rows a thread takes at a time.
const TASK_ROWS: usize = 8 * BLOCK_ROWS;
/// In deep trees the lanes are asked after this many steps whether all of them have arrived.
const CHECK_EVERY: usize = 4;
/// Key of a missing value, above that of infinity.
const MISSING_KEY: u32 = u32::MAX - 1;
/// What wraps the key of a missing value to 0.
const WRAP_MISSING: u32 = 2;

/// An integer that compares as the value does.
fn key_of(value: f32) -> u32 {
    if value.is_nan() {
        return MISSING_KEY;
    }
    // Adding 0 makes the two zeros one.
    let bits = (value + 0.0).to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

fn keys_of(row: &[f32]) -> Vec<u32> {
    row.iter().map(|&value| key_of(value)).collect()
}

#[derive(Debug, Clone, Copy)]
struct PackedNode {
    /// Key of the threshold plus `wrap`; `u32::MAX` in a leaf.
    threshold: u32,
    feature: u32,
    left: u32,
    wrap: u32,
}

impl PackedNode {
    fn leaf(position: usize) -> Self {
        Self { threshold: u32::MAX, feature: 0, left: position as u32, wrap: 0 }
    }

    fn split(node: &Node, left: u32) -> Self {
        let wrap = if node.default_left { WRAP_MISSING } else { 0 };
        Self { threshold: key_of(node.threshold) + wrap, feature: node.feature, left, wrap }
    }

    #[inline(always)]
    fn next(self, key: u32) -> u32 {
        self.left + u32::from(key.wrapping_add(self.wrap) >= self.threshold)
    }
}

#[derive(Debug, Clone)]
struct PackedTree {
    first: usize,
    len: usize,
    depth: usize,
}

/// The leaves that some rows fall into, tree after tree.
#[derive(Debug, Clone, Default)]
pub(super) struct LeafBlock {
    rows: usize,
    leaves: Vec<u32>,
}

impl LeafBlock {
    /// The leaves of one tree, row after row.
    pub(super) fn tree(&self, number: usize) -> &[u32] {
        &self.leaves[number * self.rows..(number + 1) * self.rows]
    }
}

/// The nodes of all trees in the order prediction wants them.
#[derive(Debug, Clone)]
pub(super) struct PackedForest {
    nodes: Vec<PackedNode>,
    values: Vec<f32>,
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
            values: Vec::new(),
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
            self.values.push(node.value);
            self.leaf_ordinals.push(self.n_leaves as u32);
            if node.is_leaf() {
                self.n_leaves += 1;
                self.nodes.push(PackedNode::leaf(position));
            } else {
                self.nodes.push(PackedNode::split(node, next_child));
                next_child += 2;
            }
        }
    }

    pub(super) fn base_margin(&self) -> f32 {
        self.base_margin
    }

    fn margins<M: Margin>(&self, x: &Matrix, first: usize, keys: &mut [Lanes], out: &mut [M]) {
        let groups = out.len().div_ceil(LANES);
        let width = x.n_cols();
        for (group, keys) in keys.chunks_exact_mut(width).take(groups).enumerate() {
            interleave(x, first + group * LANES, first + out.len() - 1, keys);
        }
        out.fill(M::start(self.base_margin));
        for tree in &self.trees {
            let span = tree.first..tree.first + tree.len;
            let (nodes, values) = (&self.nodes[span.clone()], &self.values[span]);
            for (sums, keys) in out.chunks_mut(LANES).zip(keys.chunks_exact(width)) {
                let leaves = descend(nodes, tree.depth, keys);
                for (sum, &leaf) in sums.iter_mut().zip(&leaves) {
                    *sum = sum.plus(values[leaf as usize]);
                }
            }
        }
    }

    fn leaf_block(&self, x: &Matrix, first: usize, keys: &mut [Lanes], out: &mut LeafBlock) {
        let width = x.n_cols();
        let groups = out.rows.div_ceil(LANES);
        for (group, keys) in keys.chunks_exact_mut(width).take(groups).enumerate() {
            interleave(x, first + group * LANES, first + out.rows - 1, keys);
        }
        out.leaves.reserve_exact(self.trees.len() * out.rows);
        for tree in &self.trees {
            let nodes = &self.nodes[tree.first..tree.first + tree.len];
            for (group, keys) in keys.chunks_exact(width).take(groups).enumerate() {
                let reached = descend(nodes, tree.depth, keys);
                let ordinals = reached.iter().map(|leaf| self.leaf_ordinals[tree.first + *leaf as usize]);
                out.leaves.extend(ordinals.take(out.rows - group * LANES));
            }
        }
    }

    fn row_margin<M: Margin>(&self, row: &[f32]) -> M {
        let keys = keys_of(row);
        let leaves = self.leaves(&keys);
        leaves.fold(M::start(self.base_margin), |sum, at| sum.plus(self.values[at]))
    }

    /// Positions in `nodes` of the leaves a row falls into.
    fn leaves<'a>(&'a self, keys: &'a [u32]) -> impl Iterator<Item = usize> + 'a {
        self.trees.iter().map(move |tree| {
            let nodes = &self.nodes[tree.first..tree.first + tree.len];
            let mut at = 0;
            loop {
                let node = nodes[at as usize];
                let next = node.next(keys[node.feature as usize]);
                if next == at {
                    return tree.first + at as usize;
                }
                at = next;
            }
        })
    }
}

/// The keys of one column in the rows that descend together.
type Lanes = [u32; LANES];

/// Fills `keys`, one entry per column, from the rows `first` on; rows after `last` repeat it.
fn interleave(x: &Matrix, first: usize, last: usize, keys: &mut [Lanes]) {
    for lane in 0..LANES {
        let row = x.row((first + lane).min(last));
        for (keys, &value) in keys.iter_mut().zip(row) {
            keys[lane] = key_of(value);
        }
    }
}

#[inline(always)]
fn descend(nodes: &[PackedNode], depth: usize, keys: &[Lanes]) -> [u32; LANES] {
    let mut at = [0u32; LANES];
    for level in 1..=depth {
        let before = at;
        for lane in 0..LANES {
            let node = nodes[at[lane] as usize];
            at[lane] = node.next(keys[node.feature as usize][lane]);
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
            let mut keys = vec![[0; LANES]; x.n_cols() * BLOCK_ROWS / LANES];
            for (i, block) in task.chunks_mut(BLOCK_ROWS).enumerate() {
                self.packed.margins(x, first + i * BLOCK_ROWS, &mut keys, block);
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
        Ok(self.packed.leaves(&keys_of(row)).map(|at| self.packed.ids[at]).collect())
    }

    /// Like [`leaf_indices`](Self::leaf_indices), but each leaf as its number among all leaves of the forest,
    /// 0..[`n_leaves`](Self::n_leaves): one-hot columns for a linear model on leaves, rows of an embedding table.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `row` has another number of columns than the model.
    pub fn leaf_columns(&self, row: &[f32]) -> Result<Vec<u32>> {
        check_length("row", self.n_features(), row.len())?;
        Ok(self.packed.leaves(&keys_of(row)).map(|at| self.packed.leaf_ordinals[at]).collect())
    }

    /// The leaves of all rows, block by block, as numbers among all leaves of the forest.
    pub(super) fn leaf_blocks(&self, x: &Matrix, threads: usize) -> Result<Vec<LeafBlock>> {
        check_length("columns", self.n_features(), x.n_cols())?;
        let mut blocks = vec![LeafBlock::default(); x.n_rows().div_ceil(BLOCK_ROWS)];
        for_each_block(&mut blocks, TASK_ROWS / BLOCK_ROWS, threads, |first, task| {
            let mut keys = vec![[0; LANES]; x.n_cols() * BLOCK_ROWS / LANES];
            for (number, block) in (first..).zip(task) {
                let start = number * BLOCK_ROWS;
                block.rows = BLOCK_ROWS.min(x.n_rows() - start);
                self.packed.leaf_block(x, start, &mut keys, block);
            }
        });
        Ok(blocks)
    }

    /// Number of leaves of all trees together.
    pub fn n_leaves(&self) -> usize {
        self.packed.n_leaves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_compare_as_the_values_do() {
        let ascending =
            [f32::NEG_INFINITY, f32::MIN, -1.0, -f32::MIN_POSITIVE, 0.0, f32::MIN_POSITIVE, 1.0, f32::INFINITY];
        assert!(ascending.windows(2).all(|w| key_of(w[0]) < key_of(w[1])));
        assert_eq!(key_of(-0.0), key_of(0.0));
        assert!(key_of(f32::INFINITY) < key_of(f32::NAN) && key_of(f32::NAN) == key_of(-f32::NAN));
        assert!(key_of(f32::INFINITY).checked_add(WRAP_MISSING).is_some());
        assert_eq!(key_of(f32::NAN).wrapping_add(WRAP_MISSING), 0);
    }
}
