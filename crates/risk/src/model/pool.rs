//! From items to the declaration: calibrated pooling.
//!
//! Items of one declaration share importer, broker and fate, so `1 - prod(1 - p)` overstates long declarations and the
//! highest item alone understates them. Pooling places the truth between the two by what was found in the past.

use learn::math::{logit, sigmoid};
use serde::{Deserialize, Serialize};

/// Multi-item declarations of each outcome needed before pooling is fitted.
const LEAST_OF_EACH_OUTCOME: usize = 25;

/// What it costs, in units of the log loss, to take items for less or more dependent than half way: some dozens of
/// findings, most of them in short declarations, must not say that the items of long ones are independent.
const PRIOR_WEIGHT: f64 = 10.0;

/// log-odds of a declaration = `offset` + `highest` x log-odds of its highest item + `spread` x (log-odds under
/// independence less those of the highest item). A single item keeps its own probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pooling {
    /// Added to the log-odds.
    pub offset: f64,
    /// Weight of the highest item.
    pub highest: f64,
    /// Weight of what independence would add, 0 (items share their fate) to 1 (independent).
    pub spread: f64,
}

impl Default for Pooling {
    /// Half way between the highest item and independence; taken where too few multi-item declarations were examined.
    fn default() -> Self {
        Self { offset: 0.0, highest: 1.0, spread: 0.5 }
    }
}

impl Pooling {
    /// Probability of at least one finding in a declaration with these items, inside (0, 1).
    pub fn probability(&self, items: &[f64]) -> f64 {
        match items {
            [] => f64::EPSILON,
            [single] => *single,
            items => {
                let (highest, spread) = inputs(items);
                // A finding in any item is one in the declaration, so it is never less likely.
                sigmoid((self.offset + self.highest * highest + self.spread * spread).max(highest))
            }
        }
    }

    /// Fits the spread, in tenths, on examined declarations: the probabilities of their items, made without knowing the
    /// outcome, and whether anything was found. Offset and slope stay as they are: what was examined was chosen by other
    /// rules for long declarations than for short ones, and what fits there would shift the two against each other.
    pub fn fit(declarations: &[(Vec<f64>, bool)]) -> Self {
        let multiple: Vec<&(Vec<f64>, bool)> = declarations.iter().filter(|(items, _)| items.len() > 1).collect();
        let found = multiple.iter().filter(|(_, found)| *found).count();
        if found < LEAST_OF_EACH_OUTCOME || multiple.len() - found < LEAST_OF_EACH_OUTCOME {
            return Self::default();
        }
        let rows: Vec<((f64, f64), f64)> =
            multiple.iter().map(|(items, found)| (inputs(items), f64::from(u8::from(*found)))).collect();
        let loss = |pooling: &Self| {
            let unlikely = PRIOR_WEIGHT * (pooling.spread - 0.5).powi(2);
            unlikely + rows.iter().map(|(row, found)| pooling.loss(*row, *found)).sum::<f64>()
        };
        let candidates = (0..=10).map(|tenths| Self { spread: f64::from(tenths) / 10.0, ..Self::default() });
        candidates.min_by(|a, b| loss(a).total_cmp(&loss(b))).unwrap_or_default()
    }

    fn loss(&self, (highest, spread): (f64, f64), found: f64) -> f64 {
        let p = sigmoid(self.offset + self.highest * highest + self.spread * spread).clamp(1e-12, 1.0 - 1e-12);
        -(found * p.ln() + (1.0 - found) * (1.0 - p).ln())
    }
}

/// Log-odds of the highest item, and what independence would add to them.
fn inputs(items: &[f64]) -> (f64, f64) {
    let clamped = items.iter().map(|p| p.clamp(1e-9, 1.0 - 1e-9));
    let highest = clamped.clone().fold(1e-9, f64::max);
    let none: f64 = clamped.map(|p| (-p).ln_1p()).sum();
    let independent = (-none.exp_m1()).clamp(1e-9, 1.0 - 1e-9);
    (logit(highest), (logit(independent) - logit(highest)).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use learn::Rng;

    #[test]
    fn a_single_item_keeps_its_probability() {
        let pooling = Pooling { offset: 1.0, highest: 2.0, spread: 3.0 };
        assert_eq!(pooling.probability(&[0.3]), 0.3);
        assert!(pooling.probability(&[]) > 0.0);
    }

    /// Declarations of three items at 10 % each; `shared` says whether they share one fate.
    fn declarations(shared: bool) -> Vec<(Vec<f64>, bool)> {
        let mut rng = Rng::new(7);
        let mut found = || {
            let mut any = false;
            for _ in 0..if shared { 1 } else { 3 } {
                any |= rng.bernoulli(0.1);
            }
            any
        };
        (0..4000).map(|_| (vec![0.1; 3], found())).collect()
    }

    #[test]
    fn pooling_finds_what_items_share() {
        let shared = Pooling::fit(&declarations(true)).probability(&[0.1; 3]);
        let independent = Pooling::fit(&declarations(false)).probability(&[0.1; 3]);
        assert!((shared - 0.1).abs() < 0.02, "{shared}");
        assert!((independent - 0.271).abs() < 0.03, "{independent}");
    }

    #[test]
    fn a_declaration_is_never_less_likely_than_its_highest_item() {
        let pooling = Pooling { offset: -2.0, highest: 0.9, spread: 0.4 };
        assert!(pooling.probability(&[0.3, 0.01]) >= 0.3 - 1e-12);
    }

    #[test]
    fn too_few_declarations_leave_the_middle() {
        assert_eq!(Pooling::fit(&declarations(true)[..40]), Pooling::default());
    }
}
