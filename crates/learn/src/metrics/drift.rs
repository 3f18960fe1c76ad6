//! How far two samples of a number are apart.

/// Kolmogorov-Smirnov statistic: the largest distance between the two empirical distribution functions, in [0, 1]. Missing
/// values (NaN) are left out; `None` when a sample has no others.
pub fn kolmogorov_smirnov(a: &[f64], b: &[f64]) -> Option<f64> {
    let (a, b) = (sorted(a), sorted(b));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (mut i, mut j, mut largest) = (0, 0, 0.0f64);
    while i < a.len() && j < b.len() {
        let value = a[i].min(b[j]);
        while i < a.len() && a[i] <= value {
            i += 1;
        }
        while j < b.len() && b[j] <= value {
            j += 1;
        }
        largest = largest.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    Some(largest)
}

/// Wasserstein distance of order 1 between two empirical distributions: the area between their distribution functions
/// (Villani 2009, remark 2.19). Missing values (NaN) are left out; `None` when a sample has no others.
pub fn wasserstein(a: &[f64], b: &[f64]) -> Option<f64> {
    let sorted = |values: &[f64]| {
        let mut values: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        values.sort_unstable_by(f64::total_cmp);
        values
    };
    let (a, b) = (sorted(a), sorted(b));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (mut i, mut j, mut area) = (0, 0, 0.0);
    let mut at = a[0].min(b[0]);
    while i < a.len() || j < b.len() {
        let next = a.get(i).copied().unwrap_or(f64::INFINITY).min(b.get(j).copied().unwrap_or(f64::INFINITY));
        area += (i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs() * (next - at);
        at = next;
        i += a[i..].iter().take_while(|value| **value <= next).count();
        j += b[j..].iter().take_while(|value| **value <= next).count();
    }
    Some(area)
}

/// Population stability index: sum of (q - p) ln(q / p) over bins, p and q the shares of the reference and of the current
/// sample. Bins are quantiles of the reference (`bins` of them, fewer when values repeat), plus one for missing values; each
/// count is raised by 1/2 so that empty bins stay finite. By convention below 0.1 is stable and above 0.25 a shift. `None`
/// when a sample is empty or the reference has no value.
pub fn population_stability(reference: &[f64], current: &[f64], bins: usize) -> Option<f64> {
    let ascending = sorted(reference);
    if ascending.is_empty() || current.is_empty() || bins < 2 {
        return None;
    }
    let cuts = (1..bins).filter_map(|k| crate::math::quantile_of_sorted(&ascending, k as f64 / bins as f64));
    let mut cuts: Vec<f64> = cuts.collect();
    cuts.dedup();
    stability_of_counts(&counts(reference, &cuts), &counts(current, &cuts))
}

/// [`population_stability`] of counts by category, in the same order in both. `None` when either sums to nothing.
pub fn stability_of_counts(reference: &[f64], current: &[f64]) -> Option<f64> {
    let (p, q) = (shares(reference)?, shares(current)?);
    Some(p.iter().zip(&q).map(|(p, q)| (q - p) * (q / p).ln()).sum())
}

fn shares(counts: &[f64]) -> Option<Vec<f64>> {
    let total = counts.iter().sum::<f64>();
    let raised = total + 0.5 * counts.len() as f64;
    (total > 0.0).then(|| counts.iter().map(|count| (count + 0.5) / raised).collect())
}

fn counts(values: &[f64], cuts: &[f64]) -> Vec<f64> {
    let mut counts = vec![0.0; cuts.len() + 2];
    for value in values {
        let bin = if value.is_nan() { cuts.len() + 1 } else { cuts.partition_point(|cut| cut < value) };
        counts[bin] += 1.0;
    }
    counts
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut ascending: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    ascending.sort_unstable_by(f64::total_cmp);
    ascending
}
