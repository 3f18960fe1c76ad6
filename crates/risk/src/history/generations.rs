//! A map that forgets what was not met for long, so that a history's memory has a bound.

use super::{Key, KeyMap};
use std::collections::hash_map::Entry;

/// A map of two generations. What is met goes to the young one; when that is full it becomes the old one, and the old
/// one is forgotten. So a key is kept while it is among the latest `limit` distinct keys, and gone after twice as many.
/// What is forgotten depends on the stream alone, never on the machine.
#[derive(Clone, Debug)]
pub(crate) struct Generations<T> {
    young: KeyMap<T>,
    old: KeyMap<T>,
    limit: usize,
}

impl<T> Generations<T> {
    /// An empty map; `limit` must be above 0.
    pub(crate) fn new(limit: usize) -> Self {
        Self { young: KeyMap::default(), old: KeyMap::default(), limit: limit.max(1) }
    }

    /// The map with these entries, the young ones first.
    pub(crate) fn holding(self, [young, old]: [Vec<(Key, T)>; 2]) -> Self {
        Self { young: young.into_iter().collect(), old: old.into_iter().collect(), ..self }
    }

    /// What is kept under a key.
    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        self.young.get(&key).or_else(|| self.old.get(&key))
    }

    /// What is kept under a key, or else `make`; the key counts as met.
    pub(crate) fn meet(&mut self, key: Key, make: impl FnOnce() -> T) -> &mut T {
        if self.young.len() >= self.limit {
            self.old = std::mem::take(&mut self.young);
        }
        match self.young.entry(key) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(self.old.remove(&key).unwrap_or_else(make)),
        }
    }
}

impl<T: Clone> Generations<T> {
    /// The entries of both generations, the young ones first, each sorted by key.
    pub(crate) fn sorted(&self) -> [Vec<(Key, T)>; 2] {
        [&self.young, &self.old].map(super::sorted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_met_stays_and_what_is_not_goes() {
        let mut map = Generations::new(3);
        for round in 0..20u64 {
            *map.meet(7, || 0) += 1;
            *map.meet(100 + round, || 0) += 1;
        }
        assert_eq!(map.get(7), Some(&20));
        assert_eq!((map.get(100), map.get(119)), (None, Some(&1)));
        let kept = (100..120).filter(|key| map.get(*key).is_some()).count();
        assert!((2..=6).contains(&kept), "{kept}");
    }

    #[test]
    fn a_map_written_and_read_goes_on_as_it_was() {
        let mut map = Generations::new(4);
        (0..10u64).for_each(|key| *map.meet(key, || 0) += key);
        let mut again = Generations::new(4).holding(map.sorted());
        for key in [3, 9, 20, 21, 22, 8] {
            assert_eq!(map.meet(key, || 1), again.meet(key, || 1));
            assert_eq!(map.sorted(), again.sorted());
        }
    }
}
