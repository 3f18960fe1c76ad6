//! Means over seeds, and differences paired by seed with percentile bootstrap intervals of 95 %.

use learn::Rng;

const RESAMPLES: usize = 10_000;

/// The mean of what could be measured.
pub(crate) fn mean(figures: impl Iterator<Item = f64>) -> f64 {
    let figures: Vec<f64> = figures.filter(|figure| figure.is_finite()).collect();
    figures.iter().sum::<f64>() / figures.len() as f64
}

/// The mean, and its percentile bootstrap interval.
pub(crate) fn interval(gaps: &[f64]) -> (f64, f64, f64) {
    let mut rng = Rng::new(1);
    let mut draw = || (0..gaps.len()).map(|_| gaps[rng.below(gaps.len())]).sum::<f64>() / gaps.len() as f64;
    let mut means: Vec<f64> = (0..RESAMPLES).map(|_| draw()).collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[((RESAMPLES - 1) as f64 * share) as usize];
    (gaps.iter().sum::<f64>() / gaps.len() as f64, at(0.025), at(0.975))
}
