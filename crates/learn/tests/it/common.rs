//! Made-up data shared by the tests.

use learn::{Matrix, Rng};

/// Rows with missing values and labels that depend on some of the columns.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) features: Matrix,
    pub(crate) labels: Vec<f32>,
    pub(crate) weights: Vec<f32>,
}

impl World {
    pub(crate) fn new(n_rows: usize, n_cols: usize, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let mut features = Matrix::with_capacity(n_rows, n_cols);
        let (mut labels, mut weights) = (Vec::new(), Vec::new());
        for _ in 0..n_rows {
            let row: Vec<f32> = (0..n_cols)
                .map(|col| match col % 3 {
                    _ if rng.bernoulli(0.08) => f32::NAN,
                    0 => rng.normal() as f32,
                    1 => rng.below(5) as f32,
                    _ => (rng.normal() * 2.0).exp() as f32,
                })
                .collect();
            let value = |col: usize| f64::from(row.get(col).copied().filter(|v| !v.is_nan()).unwrap_or(0.7));
            let z = value(0) + 0.8 * (value(1) - 2.0) * value(3 % n_cols) - 1.2;
            labels.push(f32::from(u8::from(rng.bernoulli(learn::math::sigmoid(z)))));
            weights.push(0.25 + rng.uniform() as f32);
            features.push_row(&row).unwrap();
        }
        Self { features, labels, weights }
    }

    pub(crate) fn dataset(&self) -> learn::gbdt::Dataset<'_> {
        learn::gbdt::Dataset { features: &self.features, labels: &self.labels, weights: Some(&self.weights) }
    }

    pub(crate) fn positive(&self) -> Vec<bool> {
        self.labels.iter().map(|&y| y > 0.5).collect()
    }
}
