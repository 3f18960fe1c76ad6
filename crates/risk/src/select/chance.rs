//! Randomness that a stranger can recompute, and the one way of drawing that is used everywhere.

use sha2::{Digest, Sha256};
use std::fmt;

/// The secret of a draw: the bytes of a file that nobody reads before the selection is out.
#[derive(Clone)]
pub struct Secret(Box<[u8]>);

impl Secret {
    /// The secret made of `bytes`, all of them; `None` where there are none.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (!bytes.is_empty()).then(|| Self(bytes.into()))
    }

    /// The commitment `SHA-256(secret)`, published before intake closes.
    pub fn commitment(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

/// Secrets never reach a message or a log.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The seed of one draw, `SHA-256(secret || roll)`, and the numbers made from it.
pub(crate) struct Seed([u8; 32]);

impl Seed {
    pub(crate) fn new(secret: &Secret, roll: &[u8; 32]) -> Self {
        Self(Sha256::new().chain_update(&secret.0).chain_update(roll).finalize().into())
    }

    /// SHA-256 of the seed, which may be published where the seed itself may not.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The first eight bytes, big-endian, of `SHA-256(seed || parts)`, where each part is its length as a little-endian
    /// `u32` and its bytes.
    pub(crate) fn number(&self, parts: &[&str]) -> u64 {
        let mut hasher = Sha256::new_with_prefix(self.0);
        for part in parts {
            hasher.update((part.len() as u32).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize()[..8]);
        u64::from_be_bytes(first)
    }

    /// The starting point of a systematic draw: the upper half of a number, uniform in 0..2^32.
    pub(crate) fn start(&self, parts: &[&str]) -> u64 {
        self.number(parts) >> 32
    }
}

/// A probability as a whole number of parts of 2^32, so that sums are exact and a draw has exactly the probability
/// that is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const NEVER: Self = Self(0);
    pub(crate) const ALWAYS: Self = Self(Self::WHOLE);
    /// The parts that make certainty.
    pub(crate) const WHOLE: u64 = 1 << 32;

    /// The smallest chance that is not below `share`.
    pub(crate) fn at_least(share: f64) -> Self {
        Self((share * Self::ALWAYS.0 as f64).ceil() as u64).min(Self::ALWAYS)
    }

    /// The largest chance that is not above `share`.
    pub(crate) fn at_most(share: f64) -> Self {
        Self((share * Self::ALWAYS.0 as f64).floor() as u64).min(Self::ALWAYS)
    }

    /// The chance with so many parts of 2^32 more.
    pub(crate) fn plus(self, parts: u64) -> Self {
        Self(self.0 + parts).min(Self::ALWAYS)
    }

    /// The probability, exact: 33 bits fit into a double.
    pub(crate) fn value(self) -> f64 {
        self.0 as f64 / Self::ALWAYS.0 as f64
    }

    /// The expected size of a draw. It is summed in whole numbers, so that it is the same in every order.
    pub(crate) fn expected(units: impl IntoIterator<Item = (Self, u64)>) -> f64 {
        let parts: u128 = units.into_iter().map(|(chance, size)| u128::from(chance.0) * u128::from(size)).sum();
        parts as f64 / Self::ALWAYS.0 as f64
    }
}

/// Draws systematically: lay the chances end to end, put a mark at `start` and after every whole 2^32 from there; a
/// unit is drawn when a mark falls on it. Each unit is drawn with exactly its chance, whatever the order, and the number
/// drawn is the sum of the chances, rounded down or up.
pub(crate) fn systematic(chances: impl IntoIterator<Item = Chance>, start: u64) -> Vec<bool> {
    let whole = Chance::ALWAYS.0;
    let marks_before = |length: u64| (length + whole - 1 - start) / whole;
    let mut length = 0;
    let mut passed = 0;
    let mut drawn = Vec::new();
    for chance in chances {
        length += chance.0;
        let marks = marks_before(length);
        drawn.push(marks > passed);
        passed = marks;
    }
    drawn
}

/// The most that a systematic draw can cost over all 2^32 starts, given each unit's chance and cost in the order of the
/// draw. Units of equal cost that follow each other may change places without any effect on it.
pub(crate) fn dearest(units: impl IntoIterator<Item = (Chance, u64)>) -> u64 {
    let whole = Chance::ALWAYS.0;
    let mut runs: Vec<(u64, u64)> = Vec::new();
    let mut length = 0;
    for (chance, cost) in units {
        length += chance.0;
        match runs.last_mut() {
            Some((end, last)) if *last == cost => *end = length,
            _ => runs.push((length, cost)),
        }
    }
    // The cost as a function of the start is a staircase: with each run's end a mark leaves one run for the next.
    let (mut begin, mut cost) = (0u64, 0u64);
    let mut steps = Vec::with_capacity(runs.len());
    for (index, &(end, each)) in runs.iter().enumerate() {
        cost += each * (end.div_ceil(whole) - begin.div_ceil(whole));
        let next = runs.get(index + 1).map_or(0, |run| run.1);
        if end % whole != 0 {
            steps.push((end % whole, next as i64 - each as i64));
        }
        begin = end;
    }
    steps.sort_unstable_by_key(|step| step.0);
    highest(cost as i64, &steps)
}

fn highest(mut cost: i64, steps: &[(u64, i64)]) -> u64 {
    let mut most = cost;
    for same_start in steps.chunk_by(|a, b| a.0 == b.0) {
        cost += same_start.iter().map(|step| step.1).sum::<i64>();
        most = most.max(cost);
    }
    most as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_seed_is_made_as_documented() {
        let secret = Secret::new(b"tide").unwrap();
        let hex = |bytes: [u8; 32]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        // printf tide | sha256sum
        assert_eq!(hex(secret.commitment()), "8a28929ac7f9a17e97a421ac2cd63ac73568ebe87bc0cee641a193d91c761577");
        let seed = Seed::new(&secret, &[0; 32]);
        // (printf tide; head -c 32 /dev/zero) | sha256sum
        assert_eq!(hex(seed.0), "3a1ae7f2e24d419f7da0731d291ddb37ec182b1986b4b52916778ec05d4762e4");
        // python: sha256(seed + b"\x01\0\0\0a" + b"\x02\0\0\0bc").digest()[:8]
        assert_eq!(format!("{:016x}", seed.number(&["a", "bc"])), "7e0f10604ba9595a");
        assert_ne!(seed.number(&["a", "bc"]), seed.number(&["ab", "c"]), "parts can't be shifted");
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert!(Secret::new(b"").is_none());
    }

    /// On a small scale every start can be tried: scale the chances to sixteenths of 2^32.
    fn sixteenths(parts: &[u64]) -> Vec<Chance> {
        parts.iter().map(|part| Chance(part << 28)).collect()
    }

    proptest! {
        #[test]
        fn each_unit_is_drawn_exactly_as_often_as_stated(parts in prop::collection::vec(0u64..=16, 0..12)) {
            let mut times = vec![0; parts.len()];
            for start in 0..16u64 {
                let drawn = systematic(sixteenths(&parts), start << 28);
                let size = drawn.iter().filter(|d| **d).count() as u64;
                let total: u64 = parts.iter().sum();
                prop_assert!(size == total / 16 || size == total.div_ceil(16));
                drawn.iter().zip(&mut times).for_each(|(drawn, times)| *times += u64::from(*drawn));
            }
            prop_assert_eq!(times, parts);
        }

        #[test]
        fn the_dearest_draw_is_found(units in prop::collection::vec((0u64..=16, 0u64..5), 0..12)) {
            let chances = sixteenths(&units.iter().map(|unit| unit.0).collect::<Vec<_>>());
            let cost_at = |start: u64| -> u64 {
                systematic(chances.clone(), start << 28).iter().zip(&units).map(|(d, unit)| u64::from(*d) * unit.1).sum()
            };
            let most = (0..16).map(cost_at).max().unwrap_or(0);
            prop_assert_eq!(dearest(chances.iter().copied().zip(units.iter().map(|unit| unit.1))), most);
        }
    }

    #[test]
    fn chances_round_towards_the_safe_side() {
        assert_eq!(Chance::at_least(0.0), Chance::NEVER);
        assert_eq!(Chance::at_least(1e-12).0, 1, "a floor never rounds to nothing");
        assert_eq!(Chance::at_least(2.0), Chance::ALWAYS);
        assert_eq!(Chance::at_most(1e-12), Chance::NEVER);
        assert_eq!(Chance::at_least(0.25).value(), 0.25);
    }
}
