//! Dense linear algebra for small systems.

use crate::error::{Error, Result};

/// Solves A x = b for a symmetric positive definite A, given as its full row-major square, by Cholesky factorisation
/// (Golub and Van Loan, Matrix Computations, algorithm 4.2.1). `a` is overwritten with the factor, `b` with x.
///
/// # Errors
/// [`Error::Singular`] when A is not positive definite in floating point.
pub(crate) fn solve_positive_definite(a: &mut [f64], b: &mut [f64]) -> Result<()> {
    let n = b.len();
    for j in 0..n {
        let (above, rest) = a.split_at_mut(j * n);
        let row = &mut rest[..n];
        for (k, upper) in above.chunks_exact(n).enumerate() {
            row[k] = (row[k] - dot(&row[..k], &upper[..k])) / upper[k];
        }
        let diagonal = row[j] - dot(&row[..j], &row[..j]);
        if diagonal.is_nan() || diagonal <= f64::EPSILON * row[j].abs() {
            return Err(Error::Singular);
        }
        row[j] = diagonal.sqrt();
    }
    for j in 0..n {
        b[j] = (b[j] - dot(&a[j * n..j * n + j], &b[..j])) / a[j * n + j];
    }
    for j in (0..n).rev() {
        let below: f64 = (j + 1..n).map(|i| a[i * n + j] * b[i]).sum();
        b[j] = (b[j] - below) / a[j * n + j];
    }
    Ok(())
}

/// Inner product of two slices of one length.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_system() {
        let mut a = [4.0, 12.0, -16.0, 12.0, 37.0, -43.0, -16.0, -43.0, 98.0];
        let mut b = [1.0, 2.0, 3.0];
        solve_positive_definite(&mut a, &mut b).unwrap();
        let want = [343.0 / 12.0, -23.0 / 3.0, 4.0 / 3.0];
        assert!(b.iter().zip(want).all(|(x, w)| (x - w).abs() < 1e-9), "{b:?}");
    }

    #[test]
    fn a_singular_system_is_refused() {
        assert_eq!(solve_positive_definite(&mut [1.0, 1.0, 1.0, 1.0], &mut [1.0, 2.0]), Err(Error::Singular));
        assert_eq!(solve_positive_definite(&mut [0.0], &mut [1.0]), Err(Error::Singular));
    }
}
