//! When codes are in force, and answers as of a day.

use crate::answer::{Answer, Outcome};
use crate::code::Hs6;
use crate::index::Index;
use crate::source::Subheading;
use crate::{Error, Language};
use domain::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The days on which a code is in force, the first and the last among them; open where a file gives no day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Period {
    /// The first day, in days since 1970-01-01.
    from: Option<i32>,
    /// The last day.
    to: Option<i32>,
}

impl Period {
    /// From a first day to a last day, either of them open.
    pub fn new(from: Option<Day>, to: Option<Day>) -> Self {
        Self { from: from.map(Day::epoch_days), to: to.map(Day::epoch_days) }
    }

    /// The first day, where there is one.
    pub fn from(self) -> Option<Day> {
        self.from.map(Day::from_epoch_days)
    }

    /// The last day, where there is one.
    pub fn to(self) -> Option<Day> {
        self.to.map(Day::from_epoch_days)
    }

    /// Whether it has neither a first nor a last day.
    pub fn is_open(self) -> bool {
        self == Self::default()
    }

    /// Whether a day lies in it.
    pub fn holds(self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day.epoch_days()) && self.to.is_none_or(|to| day.epoch_days() <= to)
    }
}

/// The periods of those subheadings that are not in force for ever, rising by code. A code of several files is in force where any
/// of them says so.
pub(crate) fn periods(nomenclature: &[Subheading]) -> Vec<(Hs6, Vec<Period>)> {
    let mut periods: BTreeMap<Hs6, Vec<Period>> = BTreeMap::new();
    for one in nomenclature {
        let known = periods.entry(one.code).or_default();
        if !known.contains(&one.valid) {
            known.push(one.valid);
        }
    }
    periods.into_iter().filter(|(_, known)| !known.iter().any(|period| period.is_open())).collect()
}

impl Index {
    /// The periods in which a subheading of the nomenclature is in force; none where it is so without bounds.
    pub fn periods(&self, code: Hs6) -> &[Period] {
        let place = self.periods.binary_search_by_key(&code, |(code, _)| *code);
        place.map_or(&[], |place| &self.periods[place].1)
    }

    /// Whether a subheading of the nomenclature is in force on a day.
    pub fn is_in_force(&self, code: Hs6, day: Day) -> bool {
        let periods = self.periods(code);
        periods.is_empty() || periods.iter().any(|period| period.holds(day))
    }

    /// The subheadings that a description may belong to on a day: as [`Index::search`], without those that are not in force then.
    /// What they had goes to the others in proportion.
    ///
    /// # Errors
    /// None for an index that was built or read by this crate.
    pub fn search_as_of(&self, description: &str, language: Option<Language>, day: Day) -> Result<Answer, Error> {
        let mut answer = self.search(description, language)?;
        if self.periods.is_empty() {
            return Ok(answer);
        }
        // An answer that asks although its probabilities would suffice does so because the words are vague.
        let is_vague = answer.outcome == Outcome::Ask && answer.amounts_to() != Outcome::Ask;
        let all: f64 = answer.ranked.iter().map(|ranked| ranked.probability).sum();
        answer.ranked.retain(|ranked| self.is_in_force(ranked.code, day));
        let left: f64 = answer.ranked.iter().map(|ranked| ranked.probability).sum();
        // Never less than what is left, as all together are at most 1.
        let possible = (1.0 - (all - left)).max(left);
        answer.ranked.iter_mut().for_each(|ranked| ranked.probability /= possible);
        answer.outcome = if is_vague { Outcome::Ask } else { answer.amounts_to() };
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<Day> {
        Day::parse(text, &["%Y-%m-%d"])
    }

    #[test]
    fn both_ends_of_a_period_are_in_it() {
        let period = Period::new(day("2017-01-01"), day("2021-12-31"));
        let table = [("2016-12-31", false), ("2017-01-01", true), ("2021-12-31", true), ("2022-01-01", false)];
        for (text, is_in) in table {
            assert_eq!(period.holds(day(text).unwrap()), is_in, "{text}");
        }
        assert!(Period::default().is_open() && Period::default().holds(day("1950-01-01").unwrap()));
        assert!(!period.is_open() && period.from() == day("2017-01-01") && period.to() == day("2021-12-31"));
    }
}
