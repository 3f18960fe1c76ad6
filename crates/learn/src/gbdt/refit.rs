//! Leaf values fitted anew where the cuts stay: by logistic regression, or as boosting would.

use super::{CheckedGbdtParams, Dataset, Forest, Objective, Tree};
use crate::error::{Error, Result, check_length};
use crate::logistic::{CheckedLogisticParams, LinearData};
use crate::matrix::Matrix;
use crate::sparse::SparseRows;

impl Forest {
    /// GBDT+LR (He et al., "Practical Lessons from Predicting Clicks on Ads at Facebook", ADKDD 2014): a ridge logistic
    /// regression on the leaves that rows fall into, one column a leaf. Its coefficients take the place of the leaf
    /// values and its intercept that of the base score, so that the result is a forest like any other: it predicts,
    /// explains and is stored as one.
    ///
    /// # Errors
    /// - [`Error::Training`] for a forest of another objective than logistic loss.
    /// - [`Error::Length`] or [`Error::Value`] for data that don't fit, as in [`CheckedLogisticParams::fit`].
    pub fn refit_leaves(&self, data: &Dataset<'_>, params: &CheckedLogisticParams) -> Result<Self> {
        self.require_logistic()?;
        let mut leaves = SparseRows::new(self.n_leaves());
        for row in data.features.rows() {
            leaves.push_row(&self.leaf_columns(row)?)?;
        }
        let no_columns = Matrix::from_vec(Vec::new(), leaves.n_rows(), 0)?;
        let weights: Option<Vec<f64>> = data.weights.map(|weights| weights.iter().map(|w| f64::from(*w)).collect());
        let rows = LinearData { dense: &no_columns, sparse: Some(&leaves), weights: weights.as_deref() };
        let regression = params.fit(&rows, data.labels)?;
        let base_score = crate::math::sigmoid(regression.terms().intercept) as f32;
        let mut values = regression.sparse_coefficients().iter().map(|value| *value as f32);
        let refitted = |tree: &Tree| self.with_values(tree, &mut values);
        let trees = self.trees().iter().map(refitted).collect::<Result<Vec<_>>>()?;
        Self::new(self.objective(), self.n_features(), base_score, trees)
    }

    fn require_logistic(&self) -> Result<()> {
        match self.objective() {
            Objective::Logistic => Ok(()),
            _ => Err(Error::Training("leaves are fitted anew for logistic loss only; train with it".into())),
        }
    }

    /// The values of a tree's leaves, in the order of [`Forest::leaf_columns`].
    fn values_of(&self, tree: &Tree) -> Result<Vec<f32>> {
        let order = tree.breadth_first(self.n_features())?;
        let nodes = order.iter().map(|(id, _)| &tree.nodes()[*id as usize]);
        Ok(nodes.filter(|node| node.is_leaf()).map(|node| node.value).collect())
    }

    /// A tree with the next of `values` in its leaves, in the order of [`Forest::leaf_columns`].
    fn with_values(&self, tree: &Tree, values: &mut impl Iterator<Item = f32>) -> Result<Tree> {
        let mut nodes = tree.nodes().to_vec();
        for (id, _) in tree.breadth_first(self.n_features())? {
            let node = &mut nodes[id as usize];
            if node.is_leaf() {
                node.value = values.next().unwrap_or_default();
            }
        }
        Ok(Tree::new(nodes))
    }
}

impl CheckedGbdtParams {
    /// A forest with its cuts kept and its leaves weighed anew: tree after tree a leaf takes the Newton step that boosting takes
    /// there (Chen & Guestrin, "XGBoost", KDD 2016, eq. 5) on all rows given. A leaf that no row reaches keeps its value. Far
    /// cheaper than fitting, since no cut is sought; the base score stays.
    ///
    /// # Errors
    /// - [`Error::Training`] for a forest of another objective than logistic loss.
    /// - [`Error::Length`] for rows of another width than the forest's, or labels or weights of another number than the rows.
    pub fn reweigh(&self, forest: &Forest, data: &Dataset<'_>) -> Result<Forest> {
        forest.require_logistic()?;
        let n_rows = data.features.n_rows();
        check_length("labels", n_rows, data.labels.len())?;
        data.weights.map_or(Ok(()), |weights| check_length("weights", n_rows, weights.len()))?;
        let blocks = forest.leaf_blocks(data.features, self.get().threads)?;
        let mut margins = vec![forest.base_margin(); n_rows];
        let mut steps = Steps { gradients: Vec::new(), hessians: Vec::new(), first: 0 };
        let mut trees = Vec::with_capacity(forest.trees().len());
        for (number, tree) in forest.trees().iter().enumerate() {
            let leaves = || blocks.iter().flat_map(|block| block.tree(number)).copied();
            steps.add_up(tree.nodes().iter().filter(|node| node.is_leaf()).count(), leaves(), &margins, data);
            let mut values = forest.values_of(tree)?;
            values.iter_mut().enumerate().for_each(|(leaf, value)| *value = self.step(&steps, leaf, *value));
            margins.iter_mut().zip(leaves()).for_each(|(margin, leaf)| *margin += values[steps.place(leaf)]);
            trees.push(forest.with_values(tree, &mut values.iter().copied())?);
            steps.first += values.len();
        }
        Forest::new(forest.objective(), forest.n_features(), forest.base_score(), trees)
    }

    fn step(&self, steps: &Steps, leaf: usize, before: f32) -> f32 {
        let (gradient, hessian) = (steps.gradients[leaf], steps.hessians[leaf]);
        if hessian <= 0.0 {
            return before;
        }
        let params = self.get();
        let beyond = (gradient.abs() - params.alpha).max(0.0).copysign(gradient);
        (-params.learning_rate * beyond / (hessian + params.lambda)) as f32
    }
}

/// Sums of the loss's derivatives over the rows of each leaf of one tree.
struct Steps {
    gradients: Vec<f64>,
    hessians: Vec<f64>,
    /// Number of the tree's first leaf among those of the forest.
    first: usize,
}

impl Steps {
    fn place(&self, leaf: u32) -> usize {
        leaf as usize - self.first
    }

    fn add_up(&mut self, count: usize, leaves: impl Iterator<Item = u32>, margins: &[f32], data: &Dataset<'_>) {
        for sums in [&mut self.gradients, &mut self.hessians] {
            sums.clear();
            sums.resize(count, 0.0);
        }
        for (row, leaf) in leaves.enumerate() {
            let chance = 1.0 / (1.0 + (-margins[row]).exp());
            let weight = data.weights.map_or(1.0, |weights| weights[row]);
            let place = self.place(leaf);
            self.gradients[place] += f64::from(weight * (chance - data.labels[row]));
            self.hessians[place] += f64::from(weight * chance * (1.0 - chance));
        }
    }
}
