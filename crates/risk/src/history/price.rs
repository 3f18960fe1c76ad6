//! Price references: the median of recent unit prices and their spread, under one key.

use serde::{Deserialize, Serialize};

/// Unit prices kept per key. Older ones give way, so that a reference follows trend and season.
pub(super) const WINDOW: usize = 64;

/// Spread below which a reference is not trusted to be that exact, as a standard deviation of log prices.
const SMALLEST_SPREAD: f32 = 0.1;

/// The latest logarithms of unit prices under one key, as declared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct PriceWindow {
    logs: Vec<f32>,
    /// Prices ever seen; the next one goes to place `seen % WINDOW`.
    seen: u32,
}

/// A reference as read at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceReference {
    /// Median of the logarithms of the latest unit prices.
    pub median_log: f32,
    /// Their robust standard deviation: 1.4826 x the median absolute deviation, and no less than 0.1.
    pub spread_log: f32,
    /// Prices ever seen under the key.
    pub seen: u32,
}

impl PriceWindow {
    pub(crate) fn add(&mut self, log_price: f32) {
        let place = self.seen as usize % WINDOW;
        match self.logs.get_mut(place) {
            Some(slot) => *slot = log_price,
            None => self.logs.push(log_price),
        }
        self.seen = self.seen.wrapping_add(1);
    }

    /// The reference, where at least `least` prices are known.
    pub(crate) fn reference(&self, least: usize) -> Option<PriceReference> {
        if self.logs.len() < least.max(1) {
            return None;
        }
        let mut buffer = [0.0f32; WINDOW];
        let logs = &mut buffer[..self.logs.len()];
        logs.copy_from_slice(&self.logs);
        let median_log = median(logs);
        logs.iter_mut().for_each(|log| *log = (*log - median_log).abs());
        let spread_log = (1.4826 * median(logs)).max(SMALLEST_SPREAD);
        Some(PriceReference { median_log, spread_log, seen: self.seen })
    }
}

impl PriceReference {
    /// How many spreads `log_price` lies above the median, shrunk towards 0 where few prices are known:
    /// z x n / (n + 5), held within +-8.
    pub fn robust_z(&self, log_price: f32) -> f32 {
        let known = (self.seen as usize).min(WINDOW) as f32;
        ((log_price - self.median_log) / self.spread_log * known / (known + 5.0)).clamp(-8.0, 8.0)
    }
}

/// The lower median, which is a price that was really declared.
fn median(values: &mut [f32]) -> f32 {
    let middle = (values.len() - 1) / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_robust_against_a_wild_price() {
        let mut window = PriceWindow::default();
        for log in [1.0, 1.2, 0.8, 1.1, 0.9, 9.0] {
            window.add(log);
        }
        let reference = window.reference(1).unwrap();
        assert_eq!((reference.median_log, reference.seen), (1.0, 6));
        assert!((reference.spread_log - 1.4826 * 0.1).abs() < 1e-5, "{reference:?}");
        assert_eq!(window.reference(7), None);
    }

    #[test]
    fn old_prices_give_way() {
        let mut window = PriceWindow::default();
        (0..WINDOW).for_each(|_| window.add(1.0));
        (0..WINDOW).for_each(|_| window.add(2.0));
        let reference = window.reference(1).unwrap();
        assert_eq!((reference.median_log, reference.seen as usize), (2.0, 2 * WINDOW));
        assert!(reference.robust_z(0.0) < 0.0 && reference.robust_z(-1e9) == -8.0);
    }
}
