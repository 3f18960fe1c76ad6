//! Leaf values fitted anew by logistic regression.

use super::{Dataset, Forest, Objective, Tree};
use crate::error::{Error, Result};
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
        if self.objective() != Objective::Logistic {
            return Err(Error::Training("leaves are refitted by logistic regression; train with logistic loss".into()));
        }
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
