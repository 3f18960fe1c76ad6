//! Exact path-dependent TreeSHAP (Lundberg, Erion and Lee 2018, "Consistent Individualized Feature Attribution for Tree
//! Ensembles", Algorithm 2), computed by quadrature.
//!
//! A path to a leaf of value v passes m different features; feature j has z_j, the product of the cover ratios of its
//! splits on the path, and o_j, 1 when the row satisfies all of them and 0 otherwise. The Shapley value of feature i is
//! v (o_i - z_i) sum over S of s! (m-1-s)!/m! prod_{j in S} o_j prod_{j not in S} z_j. As s! (m-1-s)!/m! is the integral
//! of t^s (1-t)^(m-1-s) over [0, 1], that sum is the integral of prod_{j != i} (t o_j + (1-t) z_j), a polynomial of
//! degree m-1, and Gauss-Legendre quadrature with m/2 points gives it without error. The products are carried down the
//! tree and the leaf sums back up, so a row costs one pass over the nodes times the points, where Algorithm 2 takes
//! leaves times depth squared; and all terms are positive, so nothing cancels.

use super::{Forest, Tree};
use crate::error::{Result, check_length};
use crate::matrix::Matrix;
use crate::parallel::for_each_block;
use std::ops::RangeInclusive;

const NONE: u32 = u32::MAX;

/// A node together with the split above it, laid out breadth first with siblings together.
#[derive(Debug, Clone)]
struct ShapNode {
    /// Share of the cover that passes every split on `feature_above` on the way here, the z of the text.
    zero_fraction: f64,
    /// Feature of the split right above.
    feature_above: u32,
    /// The closest node above whose own split above is on the same feature, or `NONE`.
    same_feature: u32,
    feature: u32,
    threshold: f32,
    default_left: bool,
    /// Position of the left child in the tree; the right one follows. `NONE` in a leaf.
    left: u32,
    value: f32,
}

#[derive(Debug, Clone)]
struct ShapTree {
    nodes: Vec<ShapNode>,
    /// Quadrature points needed: half the most different features on any path.
    points: usize,
}

/// Tables of the explanation, made once per forest.
#[derive(Debug, Clone)]
pub(super) struct ShapForest {
    trees: Vec<ShapTree>,
    expected: f64,
}

impl ShapForest {
    pub(super) fn new(trees: &[Tree], orders: &[Vec<(u32, usize)>], base_margin: f32) -> Self {
        let lay_out = |(tree, order): (&Tree, &Vec<(u32, usize)>)| {
            let nodes = lay_out(tree, order);
            ShapTree { points: longest_path(&nodes).div_ceil(2), nodes }
        };
        let trees: Vec<ShapTree> = trees.iter().zip(orders).map(lay_out).collect();
        let expected = f64::from(base_margin) + trees.iter().map(|tree| expected_value(&tree.nodes)).sum::<f64>();
        Self { trees, expected }
    }

    fn add_row(&self, row: &[f32], phi: &mut [f64]) {
        // More points than needed change nothing but the time; these counts make whole vectors.
        self.add_trees::<2>(0..=2, row, phi);
        self.add_trees::<4>(3..=4, row, phi);
        self.add_trees::<8>(5..=8, row, phi);
        self.add_trees::<16>(9..=16, row, phi);
        self.add_trees::<32>(17..=32, row, phi);
        if let Some(last) = phi.last_mut() {
            *last += self.expected;
        }
    }

    /// Adds the contributions of the trees that need this many points.
    fn add_trees<const Q: usize>(&self, needed: RangeInclusive<usize>, row: &[f32], phi: &mut [f64]) {
        let chosen = || self.trees.iter().filter(|tree| needed.contains(&tree.points));
        let Some(most) = chosen().map(|tree| tree.nodes.len()).max() else { return };
        let (points, weights) = gauss_legendre::<Q>();
        let mut walk = Walk { nodes: &[], row, phi, points, satisfied: vec![true; most] };
        for tree in chosen() {
            walk.nodes = &tree.nodes;
            walk.descend(0, weights);
        }
    }
}

/// A pass over one tree for one row. `Q` is the number of quadrature points.
struct Walk<'a, const Q: usize> {
    nodes: &'a [ShapNode],
    row: &'a [f32],
    phi: &'a mut [f64],
    points: [f64; Q],
    /// Per node, whether the row satisfies every split on the node's `feature_above` up to the root.
    satisfied: Vec<bool>,
}

impl<const Q: usize> Walk<'_, Q> {
    /// `product` holds, per point, the weight times the factors of all features on the path to `at`. Returns the sum over
    /// the leaves below of value times the factors of the path from `at` on.
    fn descend(&mut self, at: usize, product: [f64; Q]) -> [f64; Q] {
        let node = &self.nodes[at];
        if node.left == NONE {
            return [f64::from(node.value); Q];
        }
        let value = self.row[node.feature as usize];
        let goes_left = value < node.threshold || (value.is_nan() && node.default_left);
        let left = node.left as usize;
        let mut below = self.child(left, goes_left, &product);
        let right = self.child(left + 1, !goes_left, &product);
        for q in 0..Q {
            below[q] += right[q];
        }
        below
    }

    fn child(&mut self, at: usize, taken: bool, product: &[f64; Q]) -> [f64; Q] {
        let node = &self.nodes[at];
        let (feature, zero, upper) = (node.feature_above as usize, node.zero_fraction, node.same_feature);
        if upper != NONE {
            return self.repeated(at, taken, product);
        }
        let factor = self.factor(taken, zero);
        let own = f64::from(u8::from(taken)) - zero;
        if node.left == NONE {
            let value = f64::from(node.value);
            self.phi[feature] += value * own * product.iter().sum::<f64>();
            return factor.map(|f| f * value);
        }
        self.satisfied[at] = taken;
        let mut carried = *product;
        for q in 0..Q {
            carried[q] *= factor[q];
        }
        let mut sum = self.descend(at, carried);
        let mut phi = 0.0;
        for q in 0..Q {
            phi += product[q] * sum[q];
            sum[q] *= factor[q];
        }
        self.phi[feature] += phi * own;
        sum
    }

    /// A split on a feature already split on above: its factor replaces the one above, whose share of `phi` for the
    /// leaves down here is taken back.
    fn repeated(&mut self, at: usize, taken: bool, product: &[f64; Q]) -> [f64; Q] {
        let node = &self.nodes[at];
        let (feature, zero, upper) = (node.feature_above as usize, node.zero_fraction, node.same_feature as usize);
        let satisfied_above = self.satisfied[upper];
        let zero_above = self.nodes[upper].zero_fraction;
        let satisfied = taken && satisfied_above;
        self.satisfied[at] = satisfied;
        let (above, factor) = (self.factor(satisfied_above, zero_above), self.factor(satisfied, zero));
        // A factor of 0 means no training row and not this row: nothing below counts.
        let inverse = above.map(|f| if f > 0.0 { 1.0 / f } else { 0.0 });
        let mut carried = *product;
        for q in 0..Q {
            carried[q] *= inverse[q] * factor[q];
        }
        let mut sum = self.descend(at, carried);
        let own = f64::from(u8::from(satisfied)) - zero;
        let replaced = f64::from(u8::from(satisfied_above)) - zero_above;
        let mut phi = 0.0;
        for q in 0..Q {
            let ratio = factor[q] * inverse[q];
            phi += product[q] * inverse[q] * sum[q] * (own - ratio * replaced);
            sum[q] *= ratio;
        }
        self.phi[feature] += phi;
        sum
    }

    fn factor(&self, satisfied: bool, zero: f64) -> [f64; Q] {
        let one = f64::from(u8::from(satisfied));
        self.points.map(|t| t * one + (1.0 - t) * zero)
    }
}

fn lay_out(tree: &Tree, order: &[(u32, usize)]) -> Vec<ShapNode> {
    let mut out: Vec<ShapNode> = Vec::with_capacity(order.len());
    let mut parents = vec![NONE; order.len()];
    let mut next_child = 1;
    for (position, &(id, _)) in order.iter().enumerate() {
        let node = &tree.nodes()[id as usize];
        let left = if node.is_leaf() { NONE } else { next_child };
        if left != NONE {
            parents[left as usize] = position as u32;
            parents[left as usize + 1] = position as u32;
            next_child += 2;
        }
        let mut laid = ShapNode {
            zero_fraction: 1.0,
            feature_above: NONE,
            same_feature: NONE,
            feature: node.feature,
            threshold: node.threshold,
            default_left: node.default_left,
            left,
            value: node.value,
        };
        if position > 0 {
            let parent = &tree.nodes()[order[parents[position] as usize].0 as usize];
            laid.feature_above = parent.feature;
            laid.same_feature = closest_above(&out, &parents, position, parent.feature);
            let above = out.get(laid.same_feature as usize).map_or(1.0, |n| n.zero_fraction);
            laid.zero_fraction = above * cover_ratio(tree, parent, node.cover);
        }
        out.push(laid);
    }
    out
}

fn closest_above(out: &[ShapNode], parents: &[u32], position: usize, feature: u32) -> u32 {
    let mut at = parents[position];
    while at != NONE && at != 0 {
        if out[at as usize].feature_above == feature {
            return at;
        }
        at = parents[at as usize];
    }
    NONE
}

/// Share of a node's cover that its child has. The sum of the children stands for the parent, so that the shares add to 1
/// whatever the rounding of the stored covers; without any cover both children get half.
fn cover_ratio(tree: &Tree, parent: &super::Node, cover: f32) -> f64 {
    let cover_of = |id: u32| f64::from(tree.nodes()[id as usize].cover);
    let total = cover_of(parent.left) + cover_of(parent.right);
    if total > 0.0 { f64::from(cover) / total } else { 0.5 }
}

fn longest_path(nodes: &[ShapNode]) -> usize {
    let mut different = vec![0usize; nodes.len()];
    for (i, node) in nodes.iter().enumerate().filter(|(_, n)| n.left != NONE) {
        for child in [node.left as usize, node.left as usize + 1] {
            different[child] = different[i] + usize::from(nodes[child].same_feature == NONE);
        }
    }
    different.into_iter().max().unwrap_or(0)
}

/// Mean of the leaves by cover, the value of a tree when nothing is known of the row.
fn expected_value(nodes: &[ShapNode]) -> f64 {
    let mut below: Vec<f64> = nodes.iter().map(|n| f64::from(n.value)).collect();
    for i in (0..nodes.len()).rev().filter(|&i| nodes[i].left != NONE) {
        let share = |child: usize| {
            let above = nodes.get(nodes[child].same_feature as usize).map_or(1.0, |n| n.zero_fraction);
            if above > 0.0 { nodes[child].zero_fraction / above } else { 0.5 }
        };
        let left = nodes[i].left as usize;
        below[i] = share(left) * below[left] + share(left + 1) * below[left + 1];
    }
    below[0]
}

/// Points and weights of Gauss-Legendre quadrature on [0, 1], exact up to degree 2 `Q` - 1; `Q` even.
/// Newton's method on the Legendre recurrence (Press et al., Numerical Recipes, section 4.6).
fn gauss_legendre<const Q: usize>() -> ([f64; Q], [f64; Q]) {
    let (mut points, mut weights) = ([0.5; Q], [1.0; Q]);
    for i in 0..Q / 2 {
        let mut z = (std::f64::consts::PI * (i as f64 + 0.75) / (Q as f64 + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..8 {
            let (mut p, mut before) = (1.0, 0.0);
            for j in 0..Q {
                let j = j as f64;
                (p, before) = (((2.0 * j + 1.0) * z * p - j * before) / (j + 1.0), p);
            }
            slope = Q as f64 * (z * p - before) / (z * z - 1.0);
            z -= p / slope;
        }
        points[i] = 0.5 * (1.0 - z);
        points[Q - 1 - i] = 0.5 * (1.0 + z);
        weights[i] = 1.0 / ((1.0 - z * z) * slope * slope);
        weights[Q - 1 - i] = weights[i];
    }
    (points, weights)
}

impl Forest {
    /// Margin of a row nothing is known of: the mean of the leaves by cover, plus the base margin.
    pub fn expected_margin(&self) -> f64 {
        self.shap.expected
    }

    /// Contribution of each feature to the margin of a row, `n_features` entries, and the
    /// [expected margin](Self::expected_margin) as the last one. All together they add up to
    /// [`predict_margin_row`](Self::predict_margin_row). Exact path-dependent TreeSHAP, the values of XGBoost's `pred_contribs`.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `row` has another number of columns than the model.
    pub fn contributions(&self, row: &[f32]) -> Result<Vec<f64>> {
        check_length("row", self.n_features(), row.len())?;
        let mut phi = vec![0.0; self.n_features() + 1];
        self.shap.add_row(row, &mut phi);
        Ok(phi)
    }

    /// [`contributions`](Self::contributions) of every row, one row after the other, each `n_features + 1` long.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) when `x` has another number of columns than the model.
    pub fn contributions_all(&self, x: &Matrix, threads: usize) -> Result<Vec<f64>> {
        check_length("columns", self.n_features(), x.n_cols())?;
        let width = self.n_features() + 1;
        let mut phi = vec![0.0; x.n_rows() * width];
        for_each_block(&mut phi, 32 * width, threads, |first, block| {
            for (i, out) in block.chunks_mut(width).enumerate() {
                self.shap.add_row(x.row(first / width + i), out);
            }
        });
        Ok(phi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integrates_monomials<const Q: usize>() {
        let (points, weights) = gauss_legendre::<Q>();
        for degree in 0..2 * Q {
            let got: f64 = points.iter().zip(&weights).map(|(t, w)| w * t.powi(degree as i32)).sum();
            assert!((got - 1.0 / (degree as f64 + 1.0)).abs() < 1e-14, "Q {Q}, degree {degree}: {got}");
        }
    }

    #[test]
    fn quadrature_is_exact_to_its_degree() {
        integrates_monomials::<2>();
        integrates_monomials::<4>();
        integrates_monomials::<8>();
        integrates_monomials::<16>();
        integrates_monomials::<32>();
    }
}
