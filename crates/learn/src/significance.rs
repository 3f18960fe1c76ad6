//! Tests of whether counts agree with what was expected of them: chi-square, the exact binomial test, and Holm's
//! correction where several are made.

/// Natural logarithm of the gamma function for positive arguments, by Lanczos' series (g = 7, nine terms; Press et al.,
/// Numerical Recipes, 6.1): relative error below 1e-14.
pub fn ln_gamma(x: f64) -> f64 {
    const SERIES: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let sum = (1..9).fold(SERIES[0], |sum, index| sum + SERIES[index] / (x + index as f64));
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// Probability that a chi-square variable with `freedom` degrees of freedom is at least `statistic`: the regularised upper
/// incomplete gamma function Q(freedom/2, statistic/2), by its series below and its continued fraction above the mean
/// (Numerical Recipes, 6.2). 1 where there is no degree of freedom.
pub fn chi_square_tail(statistic: f64, freedom: f64) -> f64 {
    if freedom <= 0.0 || statistic <= 0.0 || statistic.is_nan() {
        return 1.0;
    }
    let (a, x) = (freedom / 2.0, statistic / 2.0);
    if !x.is_finite() {
        return 0.0;
    }
    let scale = (a * x.ln() - x - ln_gamma(a)).exp();
    let tail = if x < a + 1.0 { 1.0 - scale * lower_series(a, x) } else { scale * upper_fraction(a, x) };
    tail.clamp(0.0, 1.0)
}

fn lower_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
    while term > sum * 1e-17 {
        n += 1.0;
        term *= x / n;
        sum += term;
    }
    sum
}

/// Lentz's method.
fn upper_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1.0 / TINY, 1.0 / b);
    let mut fraction = d;
    for step in 1..100_000 {
        let i = f64::from(step);
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = if d.abs() < TINY { TINY } else { d };
        c = b + an / c;
        c = if c.abs() < TINY { TINY } else { c };
        d = 1.0 / d;
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

/// Natural logarithm of the probability of `hits` in `trials` of probability `share`.
fn ln_binomial(hits: f64, trials: f64, share: f64) -> f64 {
    let ways = ln_gamma(trials + 1.0) - ln_gamma(hits + 1.0) - ln_gamma(trials - hits + 1.0);
    ways + hits * share.ln() + (trials - hits) * (-share).ln_1p()
}

/// Probability of `hits` or more in `trials` of probability `share`.
pub fn binomial_upper_tail(hits: u64, trials: u64, share: f64) -> f64 {
    match (hits, share) {
        (0, _) => 1.0,
        _ if hits > trials || share <= 0.0 => 0.0,
        _ if share >= 1.0 => 1.0,
        _ if (hits as f64) <= share * trials as f64 => 1.0 - falling(hits - 1, trials, share, false),
        _ => falling(hits, trials, share, true),
    }
}

/// The sum of probabilities from `start` away from the mean, upwards or downwards, where they fall.
fn falling(start: u64, trials: u64, share: f64, up: bool) -> f64 {
    let odds = share / (1.0 - share);
    let mut hits = start;
    let mut term = ln_binomial(hits as f64, trials as f64, share).exp();
    let mut sum = term;
    while (if up { hits < trials } else { hits > 0 }) && term > sum * 1e-17 {
        if up {
            term *= (trials - hits) as f64 / (hits + 1) as f64 * odds;
            hits += 1;
        } else {
            term *= hits as f64 / (trials - hits + 1) as f64 / odds;
            hits -= 1;
        }
        sum += term;
    }
    sum.min(1.0)
}

/// The exact two-sided binomial test: the probability of all numbers of hits that are no likelier than `hits`, as R's
/// `binom.test` counts them (Clopper and Pearson 1934; ties within a relative 1e-7).
pub fn binomial_two_sided(hits: u64, trials: u64, share: f64) -> f64 {
    if trials == 0 || hits > trials {
        return 1.0;
    }
    if share <= 0.0 || share >= 1.0 {
        let certain = if share <= 0.0 { 0 } else { trials };
        return if hits == certain { 1.0 } else { 0.0 };
    }
    let mean = share * trials as f64;
    let bound = ln_binomial(hits as f64, trials as f64, share) + 1e-7;
    let is_rare = |other: u64| ln_binomial(other as f64, trials as f64, share) <= bound;
    let mode = (((trials + 1) as f64 * share).floor() as u64).min(trials);
    if hits as f64 >= mean {
        // The greatest number below the mode that is no likelier.
        let first_common = partition(0, mode, |other| !is_rare(other));
        let other = first_common.checked_sub(1).map_or(0.0, |other| falling(other, trials, share, false));
        (binomial_upper_tail(hits, trials, share) + other).min(1.0)
    } else {
        let first_rare = partition(mode, trials + 1, is_rare);
        let other = if first_rare > trials { 0.0 } else { falling(first_rare, trials, share, true) };
        (falling(hits, trials, share, false) + other).min(1.0)
    }
}

/// The first number in `low..high` from which on `holds`, which must not cease once it holds; `high` where it never does.
fn partition(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Holm's step-down correction (Holm 1979): p-values that hold for all of them together. Compare each with the level that
/// the whole family shall have.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut corrected = vec![1.0; p_values.len()];
    let mut least = 0.0f64;
    for (rank, index) in order.into_iter().enumerate() {
        least = least.max(((p_values.len() - rank) as f64 * p_values[index]).min(1.0));
        corrected[index] = least;
    }
    corrected
}

/// Wilson's score interval of a share at 95 % (Wilson 1927).
pub fn wilson_interval(hits: f64, trials: f64) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_963_984_540_054;
    if trials <= 0.0 {
        return None;
    }
    let share = hits / trials;
    let scale = 1.0 + Z * Z / trials;
    let middle = (share + Z * Z / (2.0 * trials)) / scale;
    let half = Z * (share * (1.0 - share) / trials + Z * Z / (4.0 * trials * trials)).sqrt() / scale;
    Some(((middle - half).max(0.0), (middle + half).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: f64, expected: f64, relative: f64) {
        assert!((value - expected).abs() <= relative * expected.abs().max(1e-300), "{value} is not {expected}");
    }

    #[test]
    fn logarithms_of_factorials() {
        for (x, expected) in [(1.0, 0.0f64), (2.0, 0.0), (5.0, 24f64.ln()), (0.5, std::f64::consts::PI.sqrt().ln())] {
            assert!((ln_gamma(x) - expected).abs() < 1e-13, "{x}");
        }
        close(ln_gamma(101.0), 363.739_375_555_563_5, 1e-14);
    }

    #[test]
    fn chi_square_as_in_printed_tables() {
        // NIST/SEMATECH e-Handbook, 1.3.6.7.4: upper critical values.
        for (statistic, freedom, p) in [
            (3.841, 1.0, 0.05),
            (6.635, 1.0, 0.01),
            (18.307, 10.0, 0.05),
            (23.209, 10.0, 0.01),
            (67.505, 50.0, 0.05),
            (149.449, 100.0, 0.001),
        ] {
            close(chi_square_tail(statistic, freedom), p, 2e-3);
        }
        // With two degrees of freedom the tail is exp(-x/2).
        for statistic in [0.1f64, 1.0, 5.0, 40.0, 400.0] {
            close(chi_square_tail(statistic, 2.0), (-statistic / 2.0).exp(), 1e-12);
        }
        assert_eq!((chi_square_tail(5.0, 0.0), chi_square_tail(0.0, 3.0)), (1.0, 1.0));
    }

    #[test]
    fn binomial_tails_by_hand() {
        // Ten tosses of a coin: 8, 9 or 10 heads have probability (45 + 10 + 1) / 1024.
        close(binomial_upper_tail(8, 10, 0.5), 56.0 / 1024.0, 1e-12);
        close(binomial_upper_tail(3, 10, 0.5), 1.0 - 56.0 / 1024.0, 1e-12);
        close(binomial_two_sided(8, 10, 0.5), 112.0 / 1024.0, 1e-12);
        close(binomial_two_sided(2, 10, 0.5), 112.0 / 1024.0, 1e-12);
        assert_eq!(binomial_two_sided(5, 10, 0.5), 1.0);
        assert_eq!((binomial_two_sided(0, 0, 0.3), binomial_two_sided(1, 9, 0.0)), (1.0, 0.0));
    }

    #[test]
    fn two_sided_test_sums_all_that_is_no_likelier() {
        for (hits, trials, share) in [(682, 925, 0.75), (3, 40, 0.2), (15, 40, 0.2), (0, 30, 0.1), (30, 30, 0.9)] {
            let pmf = |k: u64| ln_binomial(k as f64, trials as f64, share).exp();
            let direct: f64 = (0..=trials).map(pmf).filter(|p| *p <= pmf(hits) * (1.0 + 1e-7)).sum();
            close(binomial_two_sided(hits, trials, share), direct, 1e-9);
        }
        // Conover 1971, page 97, as in the help of R's binom.test: p = 0.3825.
        close(binomial_two_sided(682, 925, 0.75), 0.3825, 1e-3);
    }

    #[test]
    fn tests_agree_with_scipy() {
        // scipy 1.17.1: stats.chi2.sf; stats.binomtest(...).pvalue, two-sided; stats.binom.sf(hits - 1, ...).
        for (statistic, freedom, p) in [
            (3.7, 1.0, 0.054_412_467_991_601_404),
            (12.5, 1.0, 0.000_406_952_017_444_959_45),
            (7.3, 4.0, 0.120_858_748_821_212_35),
            (40.2, 23.0, 0.014_594_429_742_206_066),
            (180.0, 150.0, 0.047_824_569_143_429_4),
            (1100.0, 1000.0, 0.014_614_408_126_295_192),
            (0.02, 3.0, 0.999_252_244_660_608_8),
        ] {
            close(chi_square_tail(statistic, freedom), p, 1e-9);
        }
        for (hits, trials, share, two_sided, upper) in [
            (12, 389, 0.01, 0.000_667_997_296_705_830_5, 0.000_667_997_296_705_830_5),
            (2, 389, 0.01, 0.602_773_948_493_921_4, 0.901_173_065_135_244),
            (430, 38_916, 0.01, 0.039_042_217_818_501_06, 0.021_194_791_334_281_045),
            (0, 500, 0.004, 0.277_307_899_999_516_1, 1.0),
            (55, 100, 0.4, 0.002_899_927_689_329_921_3, 0.001_710_927_073_729_937),
            (7, 9, 0.5, 0.179_687_5, 0.089_843_75),
        ] {
            close(binomial_two_sided(hits, trials, share), two_sided, 1e-7);
            close(binomial_upper_tail(hits, trials, share), upper, 1e-7);
        }
        // stats.binomtest(9, 389).proportion_ci(method="wilson")
        let (low, high) = wilson_interval(9.0, 389.0).unwrap();
        close(low, 0.012_218_854_720_514_365, 1e-9);
        close(high, 0.043_379_805_579_398_87, 1e-9);
    }

    #[test]
    fn large_numbers_stay_exact_and_fast() {
        let p = binomial_two_sided(100_500, 10_000_000, 0.01);
        assert!((0.10..0.13).contains(&p), "z = 1.59: {p}");
    }

    #[test]
    fn holm_by_hand() {
        assert_eq!(holm(&[0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]);
        assert_eq!(holm(&[]), Vec::<f64>::new());
    }

    #[test]
    fn wilson_by_hand() {
        let (low, high) = wilson_interval(10.0, 100.0).unwrap();
        close(low, 0.055_228, 1e-4);
        close(high, 0.174_367, 1e-4);
        assert_eq!(wilson_interval(0.0, 0.0), None);
    }
}
