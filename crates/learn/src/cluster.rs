//! Clusters of points by k-means: first centres by k-means++ (Arthur and Vassilvitskii, SODA 2007), then Lloyd's steps.

use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::rng::Rng;

/// Steps after which centres are taken as they are.
const MOST_STEPS: usize = 50;

/// Centres, and which of them each point belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    /// One row a centre.
    pub centres: Matrix,
    /// For each point, the row of its centre.
    pub member_of: Vec<usize>,
}

/// Square of the Euclidean distance.
fn distance(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a - b) * f64::from(a - b)).sum()
}

/// Places of `count` points far from each other, each drawn with a probability proportional to the squared distance from
/// those before it; fewer where there are not as many different points. The same seed draws the same.
pub fn spread_out(points: &Matrix, count: usize, seed: u64) -> Vec<usize> {
    let mut rng = Rng::new(seed);
    if points.n_rows() == 0 || count == 0 {
        return Vec::new();
    }
    let mut drawn = vec![rng.below(points.n_rows())];
    let mut nearest: Vec<f64> = points.rows().map(|point| distance(point, points.row(drawn[0]))).collect();
    while drawn.len() < count {
        let total: f64 = nearest.iter().sum();
        if total <= 0.0 {
            break;
        }
        let mut left = rng.uniform() * total;
        let place = nearest.iter().position(|share| {
            left -= share;
            left < 0.0 && *share > 0.0
        });
        // Rounding may leave a little at the end: then the farthest point is taken.
        let farthest = || (0..nearest.len()).max_by(|a, b| nearest[*a].total_cmp(&nearest[*b])).unwrap_or(0);
        let place = place.unwrap_or_else(farthest);
        for (nearest, point) in nearest.iter_mut().zip(points.rows()) {
            *nearest = nearest.min(distance(point, points.row(place)));
        }
        drawn.push(place);
    }
    drawn
}

/// At most `count` clusters, fewer where there are not as many different points or a cluster loses its last one. The same seed gives the same clusters.
///
/// # Errors
/// [`Error::TooFewRows`] without points, [`Error::Parameter`] for a count of 0.
pub fn k_means(points: &Matrix, count: usize, seed: u64) -> Result<Clusters> {
    if points.n_rows() == 0 {
        return Err(Error::TooFewRows { what: "points to cluster", needed: 1, found: 0 });
    }
    if count == 0 {
        return Err(Error::Parameter { name: "count", value: "0".into(), allowed: "at least 1" });
    }
    let mut centres = points.select_rows(&spread_out(points, count, seed));
    let mut member_of = assign(points, &centres);
    for _ in 0..MOST_STEPS {
        centres = means(points, &member_of, centres.n_rows())?;
        let next = assign(points, &centres);
        if next == member_of {
            break;
        }
        member_of = next;
    }
    Ok(Clusters { centres, member_of })
}

fn assign(points: &Matrix, centres: &Matrix) -> Vec<usize> {
    let nearest = |point: &[f32]| {
        let distances: Vec<f64> = centres.rows().map(|centre| distance(point, centre)).collect();
        (0..distances.len()).min_by(|a, b| distances[*a].total_cmp(&distances[*b])).unwrap_or(0)
    };
    points.rows().map(nearest).collect()
}

/// The means of the members; clusters that lost their last member are left out.
fn means(points: &Matrix, member_of: &[usize], count: usize) -> Result<Matrix> {
    let mut sums = vec![vec![0.0f64; points.n_cols()]; count];
    let mut sizes = vec![0usize; count];
    for (point, centre) in points.rows().zip(member_of) {
        sizes[*centre] += 1;
        sums[*centre].iter_mut().zip(point).for_each(|(sum, x)| *sum += f64::from(*x));
    }
    let kept = sums.into_iter().zip(sizes).filter(|(_, size)| *size > 0);
    let rows = kept.map(|(sum, size)| sum.into_iter().map(|x| (x / size as f64) as f32).collect::<Vec<f32>>());
    Matrix::from_rows(points.n_cols(), rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty points around each of three places.
    fn three_heaps() -> Matrix {
        let mut rng = Rng::new(3);
        let places = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0f32]];
        let mut point = |place: [f32; 2]| place.map(|x| x + 0.3 * rng.normal() as f32);
        Matrix::from_rows(2, (0..120).map(|i| point(places[i % 3]))).unwrap()
    }

    #[test]
    fn heaps_become_clusters() {
        for seed in 0..20 {
            let clusters = k_means(&three_heaps(), 3, seed).unwrap();
            let first = &clusters.member_of[..3];
            assert!(clusters.member_of.chunks(3).all(|members| members == first), "seed {seed}");
            assert!(first[0] != first[1] && first[1] != first[2] && first[0] != first[2]);
        }
    }

    #[test]
    fn there_are_no_more_clusters_than_different_points() {
        let points = Matrix::from_rows(1, [[1.0], [1.0], [2.0f32]]).unwrap();
        let clusters = k_means(&points, 5, 1).unwrap();
        assert_eq!(clusters.centres.n_rows(), 2);
        assert!(k_means(&Matrix::new(2), 3, 1).is_err() && k_means(&points, 0, 1).is_err());
    }
}
