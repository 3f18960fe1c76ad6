//! How often answers are right.

use crate::answer::{Answer, Outcome};
use crate::code::Hs6;
use crate::index::Index;
use crate::plausibility::WRONG_SHARE;
use learn::metrics::{Binning, Predictions, Ranking};
use learn::significance::wilson_interval;

/// Among how many first codes the right one is looked for.
pub const PLACES: [usize; 4] = [1, 3, 5, 10];

/// A share, 0 to 1, with its interval of 95 % (Wilson 1927).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// The share.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The first codes of the surest part of the answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// Which part of the answers, 0 to 1.
    pub part: f64,
    /// Least probability of a first code among them.
    pub probability: f64,
    /// How many are right.
    pub right: Share,
}

/// The answers of one outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutcomeFigures {
    /// The outcome.
    pub outcome: Outcome,
    /// Which part of the answers have it, 0 to 1.
    pub part: f64,
    /// How many of their first codes are right.
    pub code_right: Share,
    /// How many of the headings of their first codes are right.
    pub heading_right: Share,
}

/// How often answers are right.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Answers.
    pub answers: usize,
    /// By digits, 2, 4 and 6: how often a code with the right first digits is among the first of [`PLACES`].
    pub right: [(u8, [Share; 4]); 3],
    /// Expected calibration error of the first code's probability, ten bins of equal size.
    pub calibration_error: f64,
    /// The surest tenth, two tenths and so on.
    pub coverage: Vec<Coverage>,
    /// Code, heading and ask.
    pub outcomes: [OutcomeFigures; 3],
}

/// How well right codes are told from near wrong ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JudgedFigures {
    /// Probability that a right code is found more plausible than a near wrong one of some other text.
    pub auc: f64,
    /// Expected calibration error of the probability that a declared code is right, where one in ten is wrong; ten bins of equal size.
    pub calibration_error: f64,
    /// Share of codes that were not judged, because the description says nothing.
    pub unjudged: f64,
}

impl JudgedFigures {
    /// Figures of answers with the right codes, each of which is judged beside a near wrong one drawn with a seed; `None` where nothing
    /// is judged.
    ///
    /// # Errors
    /// None for answers of the index.
    pub fn new(index: &Index, answers: &[(Hs6, &Answer)], seed: u64) -> Result<Option<Self>, crate::Error> {
        let (mut probabilities, mut right, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (code, answer)) in answers.iter().enumerate() {
            let wrong_share = WRONG_SHARE / (1.0 - WRONG_SHARE);
            for (declared, is_right) in [(*code, true), (index.near(*code, seed, place as u64), false)] {
                if let Some(verdict) = index.plausibility(answer, declared)? {
                    probabilities.push(verdict.probability);
                    right.push(is_right);
                    weights.push(if is_right { 1.0 } else { wrong_share });
                }
            }
        }
        if probabilities.is_empty() {
            return Ok(None);
        }
        let Some(auc) = Ranking::new(&probabilities, &right)?.auc() else { return Ok(None) };
        let predictions = Predictions::new(&probabilities, &right)?.with_weights(&weights)?;
        Ok(Some(Self {
            auc,
            calibration_error: predictions.calibration_error(Binning::EqualMass(10)),
            unjudged: 1.0 - probabilities.len() as f64 / (2 * answers.len()) as f64,
        }))
    }
}

impl Figures {
    /// Figures of answers with the right codes; `None` without an answer.
    ///
    /// # Errors
    /// None for answers of an index: their probabilities lie between 0 and 1.
    pub fn new(answers: &[(Hs6, &Answer)]) -> learn::Result<Option<Self>> {
        if answers.is_empty() {
            return Ok(None);
        }
        let mut sure: Vec<(f64, bool)> = answers.iter().map(|(code, answer)| first(*code, answer)).collect();
        sure.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (probabilities, right): (Vec<f64>, Vec<bool>) = sure.iter().copied().unzip();
        let predictions = Predictions::new(&probabilities, &right)?;
        Ok(Some(Self {
            answers: answers.len(),
            right: [(2, Hs6::chapter as fn(Hs6) -> u32), (4, Hs6::heading), (6, Hs6::number)]
                .map(|(digits, of)| (digits, PLACES.map(|places| among_first(answers, places, of)))),
            calibration_error: predictions.calibration_error(Binning::EqualMass(10)),
            coverage: (1..=10).map(|tenths| coverage(&sure, tenths)).collect(),
            outcomes: [Outcome::Code, Outcome::Heading, Outcome::Ask].map(|outcome| of_outcome(answers, outcome)),
        }))
    }
}

/// The probability of the first code, and whether it is right.
fn first(code: Hs6, answer: &Answer) -> (f64, bool) {
    answer.ranked.first().map_or((0.0, false), |first| (first.probability, first.code == code))
}

fn share(hits: usize, of: usize) -> Share {
    let (low, high) = wilson_interval(hits as f64, of as f64).unwrap_or_default();
    Share { share: hits as f64 / of.max(1) as f64, low, high }
}

fn among_first(answers: &[(Hs6, &Answer)], places: usize, of: fn(Hs6) -> u32) -> Share {
    let is_hit =
        |(code, answer): &&(Hs6, &Answer)| answer.ranked.iter().take(places).any(|ranked| of(ranked.code) == of(*code));
    share(answers.iter().filter(is_hit).count(), answers.len())
}

fn coverage(sure: &[(f64, bool)], tenths: usize) -> Coverage {
    let part = &sure[..(sure.len() * tenths).div_ceil(10)];
    Coverage {
        part: tenths as f64 / 10.0,
        probability: part.last().map_or(0.0, |(probability, _)| *probability),
        right: share(part.iter().filter(|(_, right)| *right).count(), part.len()),
    }
}

fn of_outcome(answers: &[(Hs6, &Answer)], outcome: Outcome) -> OutcomeFigures {
    let of: Vec<&(Hs6, &Answer)> = answers.iter().filter(|(_, answer)| answer.outcome == outcome).collect();
    let right = |digits: fn(Hs6) -> u32| {
        let is_right = |(code, answer): &&&(Hs6, &Answer)| {
            answer.ranked.first().is_some_and(|first| digits(first.code) == digits(*code))
        };
        share(of.iter().filter(is_right).count(), of.len())
    };
    OutcomeFigures {
        outcome,
        part: of.len() as f64 / answers.len() as f64,
        code_right: right(Hs6::number),
        heading_right: right(Hs6::heading),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::answer::Ranked;
    use crate::plausibility::Clarity;

    fn answer(outcome: Outcome, ranked: &[(&str, f64)]) -> Answer {
        let ranked = ranked.iter().map(|(code, probability)| Ranked { code: code_of(code), probability: *probability });
        let (clarity, neighbours) = (Clarity::default(), Vec::new());
        Answer { outcome, language: Language::En, ranked: ranked.collect(), clarity, neighbours }
    }

    fn code_of(text: &str) -> Hs6 {
        Hs6::parse(text).unwrap()
    }

    #[test]
    fn four_answers_worked_out_by_hand() {
        let answers = [
            ("090121", answer(Outcome::Code, &[("090121", 0.9), ("090111", 0.1)])),
            ("090111", answer(Outcome::Heading, &[("090121", 0.4), ("610910", 0.3), ("090111", 0.2)])),
            ("851713", answer(Outcome::Ask, &[("852110", 0.3)])),
            ("610910", answer(Outcome::Ask, &[])),
        ];
        let pairs: Vec<(Hs6, &Answer)> = answers.iter().map(|(code, answer)| (code_of(code), answer)).collect();
        let figures = Figures::new(&pairs).unwrap().unwrap();
        let shares = figures.right.map(|(digits, shares)| (digits, shares.map(|share| share.share)));
        assert_eq!(shares, [(2, [0.75; 4]), (4, [0.5; 4]), (6, [0.25, 0.5, 0.5, 0.5])]);
        // Four bins of one answer: |1 - .9|, |0 - .4|, |0 - .3| and 0, over four.
        assert!((figures.calibration_error - 0.2).abs() < 1e-9, "{}", figures.calibration_error);
        let surest = figures.coverage[0];
        assert_eq!((surest.part, surest.probability, surest.right.share), (0.1, 0.9, 1.0));
        assert_eq!(figures.coverage[9].right.share, 0.25);
        let by_outcome = figures.outcomes.map(|one| (one.part, one.code_right.share, one.heading_right.share));
        assert_eq!(by_outcome, [(0.25, 1.0, 1.0), (0.25, 0.0, 1.0), (0.5, 0.0, 0.0)]);
        assert_eq!(Figures::new(&[]).unwrap(), None);
    }
}
