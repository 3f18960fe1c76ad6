//! From the codes of one edition of the Harmonized System to those of the next.

use crate::code::{Hs6, Prefix};
use crate::source::Instance;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Which codes took the place of which, over one edition or several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correlation {
    /// For each older code, the newer ones, rising.
    newer: BTreeMap<Hs6, BTreeSet<Hs6>>,
}

impl Correlation {
    /// Notes that goods of an older code belong, all or in part, to a newer one.
    pub fn add(&mut self, older: Hs6, newer: Hs6) {
        self.newer.entry(older).or_default().insert(newer);
    }

    /// Takes in another table, of the same editions or of others.
    pub fn extend(&mut self, other: Self) {
        for (older, newer) in other.newer {
            self.newer.entry(older).or_default().extend(newer);
        }
    }

    /// How many older codes have newer ones.
    pub fn len(&self) -> usize {
        self.newer.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.newer.is_empty()
    }

    /// The codes that took the place of a subheading, or of those of a heading or chapter, over as many editions as it takes to come
    /// to those that are held; rising. None where no table leads there.
    pub fn newer(&self, code: Prefix, is_held: impl Fn(Hs6) -> bool) -> Vec<Hs6> {
        let (first, last) = code.range();
        let mut open: Vec<Hs6> = self.newer.range(first..=last).map(|(older, _)| *older).collect();
        let (mut met, mut held): (BTreeSet<Hs6>, _) = (open.iter().copied().collect(), BTreeSet::new());
        while let Some(older) = open.pop() {
            for newer in self.newer.get(&older).into_iter().flatten() {
                if !met.insert(*newer) {
                    continue;
                }
                if is_held(*newer) {
                    held.insert(*newer);
                } else {
                    open.push(*newer);
                }
            }
        }
        held.into_iter().collect()
    }

    /// The codes that one took the place of, rising, itself left out.
    pub fn older(&self, code: Hs6) -> Vec<Hs6> {
        let of = self.newer.iter().filter(|(older, newer)| **older != code && newer.contains(&code));
        of.map(|(older, _)| *older).collect()
    }

    /// Texts with the codes that are held, rising: where a code is of an older edition, the text gets each of the newer ones, which
    /// share its weight. Also how many texts were carried over.
    pub fn carried_over(&self, instances: Vec<Instance>, held: &BTreeSet<Hs6>) -> (Vec<Instance>, usize) {
        let mut out = Vec::with_capacity(instances.len());
        let mut carried = 0;
        for instance in instances {
            let (first, last) = instance.code.range();
            let is_known = held.range(first..=last).next().is_some();
            let newer = if is_known { Vec::new() } else { self.newer(instance.code, |code| held.contains(&code)) };
            if newer.is_empty() {
                out.push(instance);
                continue;
            }
            carried += 1;
            let weight = instance.weight / newer.len() as f32;
            let with = |code: Hs6| Instance { code: Prefix::from(code), weight, ..instance.clone() };
            out.extend(newer.into_iter().map(with));
        }
        (out, carried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Hs6 {
        Hs6::parse(text).unwrap()
    }

    fn telephones() -> Correlation {
        let mut correlation = Correlation::default();
        // Over two editions, and one that only changed its place and came back.
        for (older, newer) in [("852520", "851712"), ("851712", "851713"), ("851712", "851714"), ("851713", "851712")] {
            correlation.add(code(older), code(newer));
        }
        correlation
    }

    #[test]
    fn codes_are_followed_over_editions_to_those_that_are_held() {
        let correlation = telephones();
        let is_held = |held: Hs6| held == code("851713") || held == code("851714");
        assert_eq!(correlation.newer(code("852520").into(), is_held), [code("851713"), code("851714")]);
        assert_eq!(correlation.newer(code("851712").into(), |held| held == code("851714")), [code("851714")]);
        assert!(correlation.newer(code("010121").into(), is_held).is_empty());
        assert!(correlation.newer(code("851712").into(), |_| false).is_empty(), "a circle ends");
        let heading = Prefix::parse("8525").unwrap();
        assert_eq!(correlation.newer(heading, is_held), [code("851713"), code("851714")]);
        assert_eq!(correlation.older(code("851714")), [code("851712")]);
    }

    #[test]
    fn newer_codes_share_the_weight_of_a_text() {
        let text = |text: &str, at: &str| Instance {
            text: text.to_owned(),
            code: Prefix::parse(at).unwrap(),
            language: None,
            weight: 1.0,
        };
        let held = ["010121", "851713", "851714"].map(code).into();
        let given = vec![
            text("phone", "851712"),
            text("horse", "010121"),
            text("any phone", "8517"),
            text("old phone", "8525"),
            text("cow", "0102"),
        ];
        let (carried, count) = telephones().carried_over(given, &held);
        let told: Vec<(&str, String, f32)> =
            carried.iter().map(|one| (&*one.text, one.code.to_string(), one.weight)).collect();
        let expected = [
            ("phone", "851713", 0.5),
            ("phone", "851714", 0.5),
            ("horse", "010121", 1.0),
            ("any phone", "8517", 1.0),
            ("old phone", "851713", 0.5),
            ("old phone", "851714", 0.5),
            ("cow", "0102", 1.0),
        ];
        assert_eq!(told, expected.map(|(text, code, weight)| (text, code.to_owned(), weight)));
        assert_eq!(count, 2);
    }
}
