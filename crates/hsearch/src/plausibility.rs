//! How plausible a declared code is beside the description.
//!
//! A ranker's probability of the declared code is no answer: with a short description every code has a small one. What tells is
//! how it stands against the others, at each level of the tree. A logistic regression learns that on texts the ranker did not
//! learn from, each time with its right code and with a near one, as codes are declared wrongly: most often from the same
//! heading, often from the same chapter.

use crate::answer::{Answer, Ranked};
use crate::code::Hs6;
use crate::index::Index;
use crate::{Error, Outcome};
use learn::logistic::{LinearData, Logistic, LogisticParams};
use learn::{Matrix, Rng};
use serde::{Deserialize, Serialize};

/// The share of wrong codes that a verdict assumes before it looks. Administrations that know theirs move the log-odds.
pub const WRONG_SHARE: f64 = 0.1;

/// Texts that are needed to learn from.
const LEAST_TEXTS: usize = 100;

/// Least probability that is told from none.
const FLOOR: f64 = 1e-4;

/// Numbers by which a declared code is judged.
const SIGNALS: usize = 10;

/// The verdict on a declared code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plausible {
    /// Probability that the declared code is right, where one in ten is wrong.
    pub probability: f64,
    /// Its place among the ranked codes, from 1; one after the last where it is not among them.
    pub rank: u32,
    /// The code that the description speaks for more, if there is one.
    pub better: Option<Ranked>,
}

/// How clear a description is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Clarity {
    /// Words that tell.
    pub(crate) words: f32,
    /// Share of them that any text knows.
    pub(crate) known: f32,
    /// Share of them that are vague.
    pub(crate) vague: f32,
}

/// Turns what was ranked into log-odds that a declared code is right.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Judge(Logistic);

/// A text that the ranker did not learn from: what was ranked for it, and its right code.
pub(crate) struct Checked {
    pub(crate) ranked: Vec<Ranked>,
    pub(crate) clarity: Clarity,
    pub(crate) right: Hs6,
}

impl Judge {
    /// A judge taught on texts with right codes, each also with a wrong one among `codes` (rising); `None` of too few texts.
    pub(crate) fn taught(checked: &[Checked], codes: &[Hs6], seed: u64) -> Result<Option<Self>, Error> {
        if checked.len() < LEAST_TEXTS || codes.len() < 2 {
            return Ok(None);
        }
        let (mut rows, mut labels) = (Matrix::new(SIGNALS), Vec::new());
        for (place, one) in checked.iter().enumerate() {
            let wrong = near(codes, one.right, &mut Rng::for_stream(seed, place as u64));
            for (declared, label) in [(one.right, 1.0), (wrong, 0.0)] {
                rows.push_row(&signals(&one.ranked, one.clarity, declared))?;
                labels.push(label);
            }
        }
        let data = LinearData { dense: &rows, sparse: None, weights: None };
        Ok(Some(Self(LogisticParams::default().check()?.fit(&data, &labels)?)))
    }

    fn probability(&self, ranked: &[Ranked], clarity: Clarity, declared: Hs6) -> Result<f64, Error> {
        // Half of the codes that it was taught on were wrong.
        let share = ((1.0 - WRONG_SHARE) / WRONG_SHARE).ln();
        Ok(learn::math::sigmoid(self.0.log_odds(&signals(ranked, clarity, declared), &[])? + share))
    }
}

impl Index {
    /// How plausible a declared code is for the description of an answer. `None` where the description says nothing, the code is not
    /// in the nomenclature, or too few texts are known to judge by.
    ///
    /// # Errors
    /// None for an index that was built or read by this crate.
    pub fn plausibility(&self, answer: &Answer, declared: Hs6) -> Result<Option<Plausible>, Error> {
        let Some(judge) = self.ranker.judge().filter(|_| answer.says_something() && self.holds(declared)) else {
            return Ok(None);
        };
        let place = answer.ranked.iter().position(|ranked| ranked.code == declared);
        let own = place.map_or(0.0, |place| answer.ranked[place].probability);
        Ok(Some(Plausible {
            probability: judge.probability(&answer.ranked, answer.clarity, declared)?,
            rank: place.unwrap_or(answer.ranked.len()) as u32 + 1,
            better: answer.ranked.first().copied().filter(|first| first.code != declared && first.probability > own),
        }))
    }

    /// A code of the nomenclature near another, such as it might be declared instead: the same for the same seed and stream. The
    /// code itself where there is no other.
    pub fn near(&self, code: Hs6, seed: u64, stream: u64) -> Hs6 {
        let codes: Vec<Hs6> = self.codes().collect();
        near(&codes, code, &mut Rng::for_stream(seed, stream))
    }
}

impl Answer {
    /// Whether the description had a word that tells and is known.
    pub(crate) fn says_something(&self) -> bool {
        let is_taught = self.outcome != Outcome::Ask && self.clarity.known == 0.0;
        !self.ranked.is_empty() && (is_taught || (self.clarity.vague < 1.0 && self.clarity.known > 0.0))
    }
}

fn signals(ranked: &[Ranked], clarity: Clarity, declared: Hs6) -> [f32; SIGNALS] {
    let sum = |is_in: &dyn Fn(Hs6) -> bool| -> f64 {
        ranked.iter().filter(|one| is_in(one.code)).map(|one| one.probability).sum()
    };
    let log = |probability: f64| probability.max(FLOOR).ln() as f32;
    let own = sum(&|code| code == declared);
    let first = ranked.first().map_or(0.0, |first| first.probability);
    let place = ranked.iter().position(|one| one.code == declared);
    let best_level = |of: fn(Hs6) -> u32| ranked.first().is_some_and(|first| of(first.code) == of(declared));
    [
        log(own),
        log(first),
        log(own) - log(first),
        log(sum(&|code| code.heading() == declared.heading())),
        log(sum(&|code| code.chapter() == declared.chapter())),
        place.map_or(0.0, |place| 1.0 / (place + 1) as f32),
        f32::from(u8::from(best_level(Hs6::heading))),
        f32::from(u8::from(best_level(Hs6::chapter))),
        clarity.known,
        clarity.words.ln_1p(),
    ]
}

/// Another code near one of `codes`, which rise: half the time from its heading, half of the rest from its chapter, otherwise
/// from anywhere. Where a heading or chapter has no other, the next wider is drawn from.
fn near(codes: &[Hs6], code: Hs6, rng: &mut Rng) -> Hs6 {
    let choice = rng.next_u64() % 4;
    let levels: [fn(Hs6) -> u32; 2] = [Hs6::heading, Hs6::chapter];
    for level in levels.iter().skip(usize::from(choice >= 2) + usize::from(choice == 3)) {
        let first = codes.partition_point(|other| level(*other) < level(code));
        let end = codes.partition_point(|other| level(*other) <= level(code));
        if let Some(other) = other(&codes[first..end], code, rng) {
            return other;
        }
    }
    other(codes, code, rng).unwrap_or(code)
}

fn other(codes: &[Hs6], code: Hs6, rng: &mut Rng) -> Option<Hs6> {
    let others: Vec<Hs6> = codes.iter().copied().filter(|other| *other != code).collect();
    let place = rng.next_u64().checked_rem(others.len() as u64)?;
    others.get(place as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(texts: &[&str]) -> Vec<Hs6> {
        texts.iter().map(|text| Hs6::parse(text).unwrap()).collect()
    }

    #[test]
    fn a_near_code_is_another_and_mostly_of_the_same_heading_or_chapter() {
        let all = codes(&["010121", "010129", "010221", "020130", "610910"]);
        let drawn: Vec<Hs6> = (0..400).map(|stream| near(&all, all[0], &mut Rng::for_stream(1, stream))).collect();
        let share = |code: &str| drawn.iter().filter(|one| one.to_string() == code).count();
        assert_eq!(share("010121"), 0);
        assert!((240..310).contains(&share("010129")), "{}", share("010129"));
        assert!(share("610910") > 10 && share("010221") > 30);
        assert_eq!(near(&all[..1], all[0], &mut Rng::for_stream(1, 1)), all[0]);
    }

    #[test]
    fn what_stands_first_is_more_plausible_than_any_other_code() {
        let all = codes(&["010121", "010129", "010221", "020130", "610910", "611020"]);
        let mut rng = Rng::for_stream(3, 0);
        let checked: Vec<Checked> = (0..400)
            .map(|number| {
                let right = all[number % all.len()];
                let first = if rng.next_u64().is_multiple_of(5) { all[(number + 1) % all.len()] } else { right };
                let ranked = vec![Ranked { code: first, probability: 0.7 }, Ranked { code: all[0], probability: 0.1 }];
                Checked { ranked, clarity: Clarity { words: 3.0, known: 1.0, vague: 0.0 }, right }
            })
            .collect();
        let judge = Judge::taught(&checked, &all, 1).unwrap().unwrap();
        let ranked = [Ranked { code: all[0], probability: 0.7 }, Ranked { code: all[1], probability: 0.1 }];
        let chance = |code| judge.probability(&ranked, Clarity { words: 3.0, known: 1.0, vague: 0.0 }, code).unwrap();
        let [own, sibling, stranger] = [all[0], all[1], all[4]].map(chance);
        assert!(own > 0.9 && own - sibling > 0.1 && own - stranger > 0.1, "{own} {sibling} {stranger}");
        assert!(Judge::taught(&checked[..9], &all, 1).unwrap().is_none());
    }
}
