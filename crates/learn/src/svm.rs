//! Linear support vector machines over sparse rows: many small ones on the same rows, by dual coordinate descent.
//!
//! Hsieh, Chang, Lin, Keerthi & Sundararajan, "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008,
//! algorithm 1 with the squared hinge loss. scikit-learn's `LinearSVC` solves the same problem.

use crate::error::{Error, Result};
use crate::parallel::each;
use crate::rng::Rng;

/// Problems that one thread solves before it looks for more; they share the weights being worked on.
const TOGETHER: usize = 32;

/// Rows of numbers, most of them 0 (compressed sparse rows).
#[derive(Debug, Clone, PartialEq)]
pub struct ValuedRows {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    n_cols: usize,
}

/// Unchecked parameters of [`CheckedSvmParams::fit`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SvmParams {
    /// What a squared violation of the margin costs, above 0 (LIBLINEAR's C).
    pub cost: f64,
    /// How much more it costs for a positive row, above 0.
    pub positive_factor: f64,
    /// Most passes over the rows of a problem, at least 1.
    pub passes: usize,
    /// Weights nearer to 0 are left out once a problem is solved; at least 0.
    pub least_weight: f64,
    /// A problem is solved when projected gradients differ by less in a pass; above 0.
    pub tolerance: f64,
    /// Seed of the order in which rows are visited.
    pub seed: u64,
    /// Threads, at least 1. The weights do not depend on it.
    pub threads: usize,
}

impl Default for SvmParams {
    /// LIBLINEAR's cost of 1 and tolerance of 0.1, at most 30 passes, one thread.
    fn default() -> Self {
        Self { cost: 1.0, positive_factor: 1.0, passes: 30, least_weight: 0.0, tolerance: 0.1, seed: 1, threads: 1 }
    }
}

/// Parameters that have passed [`SvmParams::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedSvmParams(SvmParams);

/// The rows of one machine: their places, and whether each is positive.
pub type Problem = Vec<(u32, bool)>;

/// The weights of one machine that are not 0, by column, rising. The margin of a row is its product with them.
pub type SparseWeights = Vec<(u32, f32)>;

impl ValuedRows {
    /// An empty matrix of `n_cols` columns.
    pub fn new(n_cols: usize) -> Self {
        Self { starts: vec![0], columns: Vec::new(), values: Vec::new(), n_cols }
    }

    /// Appends a row of columns with their values.
    ///
    /// # Errors
    /// [`Error::Value`] for a column that is not below `n_cols`, or a value that is not finite.
    pub fn push_row(&mut self, row: &[(u32, f32)]) -> Result<()> {
        let is_bad = |(column, value): &(u32, f32)| *column as usize >= self.n_cols || !value.is_finite();
        if let Some(position) = row.iter().position(is_bad) {
            return Err(Error::Value { what: "sparse entry", position, value: f64::from(row[position].1) });
        }
        self.columns.extend(row.iter().map(|(column, _)| column));
        self.values.extend(row.iter().map(|(_, value)| value));
        self.starts.push(self.columns.len());
        Ok(())
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Columns and values of row `i`; like slice indexing it panics when `i >= n_rows`.
    pub fn row(&self, i: usize) -> impl Iterator<Item = (u32, f32)> {
        let span = self.starts[i]..self.starts[i + 1];
        self.columns[span.clone()].iter().copied().zip(self.values[span].iter().copied())
    }

    fn product(&self, i: usize, weights: &[f32]) -> f32 {
        self.row(i).map(|(column, value)| weights[column as usize] * value).sum()
    }
}

impl SvmParams {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the field out of range.
    pub fn check(self) -> Result<CheckedSvmParams> {
        let positive = [("cost", self.cost), ("positive_factor", self.positive_factor), ("tolerance", self.tolerance)];
        for (name, value) in positive {
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::Parameter { name, value: value.to_string(), allowed: "a finite number above 0" });
            }
        }
        if !(self.least_weight.is_finite() && self.least_weight >= 0.0) {
            let value = self.least_weight.to_string();
            return Err(Error::Parameter { name: "least_weight", value, allowed: "a finite number, at least 0" });
        }
        for (name, value) in [("passes", self.passes), ("threads", self.threads)] {
            if value == 0 {
                return Err(Error::Parameter { name, value: "0".into(), allowed: "at least 1" });
            }
        }
        Ok(CheckedSvmParams(self))
    }
}

impl CheckedSvmParams {
    /// Solves all problems; the weights are in their order.
    ///
    /// # Errors
    /// [`Error::Value`] for a row that there is not.
    pub fn fit(&self, rows: &ValuedRows, problems: &[Problem]) -> Result<Vec<SparseWeights>> {
        let all = problems.iter().flatten();
        if let Some((row, _)) = all.clone().find(|(row, _)| *row as usize >= rows.n_rows()) {
            return Err(Error::Value { what: "row of a problem", position: *row as usize, value: f64::from(*row) });
        }
        let squares: Vec<f32> = (0..rows.n_rows()).map(|i| rows.row(i).map(|(_, value)| value * value).sum()).collect();
        let numbered: Vec<(usize, &Problem)> = problems.iter().enumerate().collect();
        let groups: Vec<&[(usize, &Problem)]> = numbered.chunks(TOGETHER).collect();
        let solved = each(&groups, self.0.threads, |group| {
            let mut weights = vec![0.0; rows.n_cols];
            let solve = |(number, problem): &(usize, &Problem)| {
                let mut rng = Rng::for_stream(self.0.seed, *number as u64);
                self.solve(rows, &squares, problem, &mut weights, &mut rng)
            };
            group.iter().map(solve).collect::<Vec<_>>()
        })?;
        Ok(solved.into_iter().flatten().collect())
    }

    /// Solves one problem with weights that are all 0, and leaves them so.
    fn solve(
        &self,
        rows: &ValuedRows,
        squares: &[f32],
        problem: &Problem,
        weights: &mut [f32],
        rng: &mut Rng,
    ) -> SparseWeights {
        let mut duals = vec![0.0f32; problem.len()];
        let mut order: Vec<usize> = (0..problem.len()).collect();
        for _ in 0..self.0.passes {
            rng.shuffle(&mut order);
            let (mut lowest, mut highest) = (f32::INFINITY, f32::NEG_INFINITY);
            for place in &order {
                let (row, is_positive) = problem[*place];
                let gradient = self.step(rows, squares, (row as usize, is_positive), &mut duals[*place], weights);
                (lowest, highest) = (lowest.min(gradient), highest.max(gradient));
            }
            if highest - lowest < self.0.tolerance as f32 {
                break;
            }
        }
        taken(rows, problem, weights, self.0.least_weight as f32)
    }

    /// Moves the dual of one row to its best value; gives the projected gradient that it had.
    fn step(
        &self,
        rows: &ValuedRows,
        squares: &[f32],
        (row, is_positive): (usize, bool),
        dual: &mut f32,
        weights: &mut [f32],
    ) -> f32 {
        let factor = if is_positive { self.0.positive_factor } else { 1.0 };
        let diagonal = (0.5 / (self.0.cost * factor)) as f32;
        let sign = if is_positive { 1.0 } else { -1.0 };
        let gradient = sign * rows.product(row, weights) - 1.0 + *dual * diagonal;
        let projected = if *dual == 0.0 { gradient.min(0.0) } else { gradient };
        if projected != 0.0 {
            let moved = (*dual - gradient / (squares[row] + diagonal)).max(0.0);
            let change = sign * (moved - *dual);
            *dual = moved;
            rows.row(row).for_each(|(column, value)| weights[column as usize] += change * value);
        }
        projected
    }
}

/// Takes the weights of the columns that a problem has, those away from 0, and puts them back to 0.
fn taken(rows: &ValuedRows, problem: &Problem, weights: &mut [f32], least: f32) -> SparseWeights {
    let mut sparse = SparseWeights::new();
    for (row, _) in problem {
        for (column, _) in rows.row(*row as usize) {
            let weight = std::mem::take(&mut weights[column as usize]);
            if weight != 0.0 && weight.abs() >= least {
                sparse.push((column, weight));
            }
        }
    }
    sparse.sort_unstable_by_key(|(column, _)| *column);
    sparse
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> ValuedRows {
        let mut rows = ValuedRows::new(3);
        for row in [[1.0, 0.2, 1.0], [0.9, 0.1, 1.0], [0.1, 0.8, 1.0], [0.2, 1.0, 1.0], [0.5, 0.6, 1.0]] {
            rows.push_row(&[(0, row[0]), (1, row[1]), (2, row[2])]).unwrap();
        }
        rows
    }

    fn problem() -> Problem {
        vec![(0, true), (1, true), (2, false), (3, false), (4, false)]
    }

    /// Half the squared weights plus the cost of the violations.
    fn primal(weights: &[f32; 3], cost: f64) -> f64 {
        let (rows, norm) = (rows(), weights.iter().map(|w| f64::from(w * w)).sum::<f64>());
        let loss = problem().into_iter().map(|(row, positive)| {
            let sign = if positive { 1.0 } else { -1.0 };
            let violation = 1.0 - sign * f64::from(rows.product(row as usize, weights));
            violation.max(0.0).powi(2)
        });
        norm / 2.0 + cost * loss.sum::<f64>()
    }

    #[test]
    fn no_step_from_the_solution_lowers_the_primal() {
        let params = SvmParams { cost: 2.0, passes: 10_000, tolerance: 1e-6, ..SvmParams::default() };
        let solved = params.check().unwrap().fit(&rows(), &[problem()]).unwrap().remove(0);
        let weights = [0, 1, 2].map(|column| solved.iter().find(|(of, _)| *of == column).map_or(0.0, |(_, w)| *w));
        let best = primal(&weights, 2.0);
        for column in 0..3 {
            for step in [-0.01, 0.01] {
                let mut moved = weights;
                moved[column] += step;
                assert!(primal(&moved, 2.0) > best, "column {column}, step {step}");
            }
        }
    }

    #[test]
    fn weights_near_nothing_are_left_out() {
        let fit = |least_weight| {
            let params = SvmParams { least_weight, ..SvmParams::default() };
            params.check().unwrap().fit(&rows(), &[problem()]).unwrap().remove(0)
        };
        let (all, some) = (fit(0.0), fit(0.5));
        assert!(some.len() < all.len() && !some.is_empty());
        assert!(some.iter().all(|entry| entry.1.abs() >= 0.5 && all.contains(entry)));
    }

    #[test]
    fn many_problems_are_the_same_for_any_number_of_threads() {
        let problems: Vec<Problem> = (0..100)
            .map(|number| problem().into_iter().map(|(row, positive)| (row, positive ^ (number % 3 == 0))).collect())
            .collect();
        let fit = |threads| SvmParams { threads, ..SvmParams::default() }.check().unwrap().fit(&rows(), &problems);
        let one = fit(1).unwrap();
        assert_eq!(one, fit(3).unwrap());
        assert!(one.len() == 100 && one[0] != one[1] && !one[1].is_empty());
    }

    #[test]
    fn what_can_not_be_solved_is_refused() {
        assert!(SvmParams { cost: 0.0, ..SvmParams::default() }.check().is_err());
        let params = SvmParams::default().check().unwrap();
        assert!(params.fit(&rows(), &[vec![(9, true)]]).is_err());
        assert!(ValuedRows::new(2).push_row(&[(2, 1.0)]).is_err());
    }
}
