//! What picks would have found, where only some declarations were inspected, estimated from those drawn at random.
//!
//! The inverse-propensity estimate (Horvitz and Thompson 1952) counts each finding of the random floor among the picks as
//! often as the floor is thin. The doubly robust one (Dudik, Langford and Li, "Doubly Robust Policy Evaluation and Learning",
//! ICML 2011) starts from what the model expects and lets the floor correct it. Both are right on average as long as the
//! floor was drawn without looking; both are told with their standard error, and never called findings.

/// A sum with the variance of its estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The sum.
    pub value: f64,
    /// Its variance.
    pub variance: f64,
}

impl Estimate {
    /// Of two independent parts together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { value: self.value + other.value, variance: self.variance + other.variance }
    }

    /// Interval of 95 % by the normal approximation, not below 0. It is rough where the floor has few findings.
    pub fn interval(self) -> (f64, f64) {
        let reach = 1.96 * self.variance.sqrt();
        ((self.value - reach).max(0.0), self.value + reach)
    }
}

/// One pick: what the model expects of it, and what was found where the random floor has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    /// Expected by the model; 0 without one.
    pub expected: f64,
    /// Found, if it was drawn at random at the time.
    pub drawn: Option<f64>,
}

/// The inverse-propensity estimate of what the picks hold; `floor` is the probability with which each was drawn, above 0.
pub fn inverse_propensity(picks: &[Chosen], floor: f64) -> Estimate {
    let model_free: Vec<Chosen> = picks.iter().map(|pick| Chosen { expected: 0.0, ..*pick }).collect();
    doubly_robust(&model_free, floor)
}

/// The doubly robust estimate of what the picks hold; `floor` is the probability with which each was drawn, above 0.
pub fn doubly_robust(picks: &[Chosen], floor: f64) -> Estimate {
    let one = |pick: &Chosen| {
        let error = pick.drawn.map_or(0.0, |found| (found - pick.expected) / floor);
        Estimate { value: pick.expected + error, variance: error * error * (1.0 - floor) }
    };
    picks.iter().map(one).fold(Estimate::default(), Estimate::plus)
}

#[cfg(test)]
mod tests {
    use super::*;
    use learn::Rng;

    #[test]
    fn by_hand() {
        let picks = [
            Chosen { expected: 0.5, drawn: Some(1.0) },
            Chosen { expected: 0.2, drawn: None },
            Chosen { expected: 0.4, drawn: Some(0.0) },
        ];
        let ips = inverse_propensity(&picks, 0.1);
        assert!((ips.value - 10.0).abs() < 1e-12 && (ips.variance - 90.0).abs() < 1e-9);
        // 1.1 expected, corrected by (0.5 - 0.4) / 0.1.
        let robust = doubly_robust(&picks, 0.1);
        assert!((robust.value - 2.1).abs() < 1e-9, "{robust:?}");
        assert!((robust.variance - (25.0 + 16.0) * 0.9).abs() < 1e-9);
    }

    #[test]
    fn both_are_right_on_average_whatever_the_model_thinks_and_a_good_model_narrows() {
        let (mut rng, runs, floor) = (Rng::new(1), 400, 0.05);
        let truth: Vec<(f64, f64)> = (0..500)
            .map(|_| {
                let p = rng.uniform() * 0.6;
                (p, f64::from(u8::from(rng.bernoulli(p))))
            })
            .collect();
        let total: f64 = truth.iter().map(|(_, found)| found).sum();
        let (mut sums, mut covered, mut narrower) = ([0.0; 3], 0, 0);
        for _ in 0..runs {
            let drawn: Vec<bool> = truth.iter().map(|_| rng.bernoulli(floor)).collect();
            let picks = |expected: &dyn Fn(f64) -> f64| -> Vec<Chosen> {
                let pick = |((p, found), drawn): (&(f64, f64), &bool)| Chosen {
                    expected: expected(*p),
                    drawn: drawn.then_some(*found),
                };
                truth.iter().zip(&drawn).map(pick).collect()
            };
            let [ips, good, bad] = [
                inverse_propensity(&picks(&|p| p), floor),
                doubly_robust(&picks(&|p| p), floor),
                doubly_robust(&picks(&|_| 0.9), floor),
            ];
            sums.iter_mut().zip([ips, good, bad]).for_each(|(sum, one)| *sum += one.value / f64::from(runs));
            let (low, high) = good.interval();
            covered += usize::from(low <= total && total <= high);
            narrower += usize::from(good.variance < ips.variance);
        }
        assert!(sums.iter().all(|mean| (mean - total).abs() < 12.0), "{sums:?} for {total}");
        assert!(covered > 360, "{covered} of {runs}");
        assert!(narrower > 300, "{narrower} of {runs}");
    }
}
