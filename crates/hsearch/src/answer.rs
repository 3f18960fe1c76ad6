//! What a description gets for an answer.

use crate::code::Hs6;
use crate::index::Index;
use crate::plausibility::Clarity;
use crate::signals::Candidates;
use crate::{Error, Language};
use std::collections::BTreeMap;

/// A code is given alone from this probability on.
const CODE: f64 = 0.5;

/// A heading is given from this probability on.
const HEADING: f64 = 0.5;

/// What an answer amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The first subheading is more likely right than wrong.
    Code,
    /// The heading of the first subheading is, but which subheading is open.
    Heading,
    /// Neither: something has to be asked.
    Ask,
}

impl Outcome {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Heading => "heading",
            Self::Ask => "ask",
        }
    }
}

/// A subheading with its probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// The subheading.
    pub code: Hs6,
    /// Probability that the goods belong there, as the description tells.
    pub probability: f64,
}

impl Ranked {
    /// Codes with their probabilities, the most likely first.
    pub(crate) fn falling(all: impl Iterator<Item = (Hs6, f64)>) -> Vec<Self> {
        let mut ranked: Vec<Self> = all.map(|(code, probability)| Self { code, probability }).collect();
        Self::sort(&mut ranked);
        ranked
    }

    fn sort(ranked: &mut [Self]) {
        ranked.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.code.cmp(&b.code)));
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What it amounts to.
    pub outcome: Outcome,
    /// The language that the description was taken for.
    pub language: Language,
    /// Subheadings, the most likely first. Their probabilities sum to at most 1; what is missing is for all others.
    pub ranked: Vec<Ranked>,
    /// How clear the description is.
    pub(crate) clarity: Clarity,
    /// Places of the known texts most alike, with how alike they are, 0 to 1, the most alike first.
    pub(crate) neighbours: Vec<(u32, f32)>,
}

impl Answer {
    /// The probability of each heading, the most likely first: the sum over its subheadings.
    pub fn headings(&self) -> Vec<(u32, f64)> {
        self.level(Hs6::heading)
    }

    /// The probability of each chapter, the most likely first.
    pub fn chapters(&self) -> Vec<(u32, f64)> {
        self.level(Hs6::chapter)
    }

    fn level(&self, of: impl Fn(Hs6) -> u32) -> Vec<(u32, f64)> {
        let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
        for ranked in &self.ranked {
            *sums.entry(of(ranked.code)).or_default() += ranked.probability;
        }
        let mut sums: Vec<(u32, f64)> = sums.into_iter().collect();
        sums.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        sums
    }
}

impl Index {
    /// The subheadings that a description may belong to. Its language is told by its words unless it is given.
    ///
    /// # Errors
    /// None for an index that was built or read by this crate.
    pub fn search(&self, description: &str, language: Option<Language>) -> Result<Answer, Error> {
        let query = self.query(description, language);
        let candidates = Candidates::find(self, &self.fields, &query);
        let probabilities = self.ranker.probabilities(&candidates)?;
        let codes = candidates.classes.iter().map(|class| self.classes[*class as usize].code);
        let mut ranked: Vec<Ranked> =
            codes.zip(probabilities).map(|(code, probability)| Ranked { code, probability }).collect();
        let is_taught = self.apply_lessons(description, &query, &mut ranked);
        Ranked::sort(&mut ranked);
        let mut answer = Answer {
            outcome: Outcome::Ask,
            language: query.language,
            ranked,
            clarity: candidates.clarity,
            neighbours: candidates.neighbours,
        };
        if is_taught || (query.vague < query.count && answer.clarity.known > 0.0) {
            answer.outcome = answer.amounts_to();
        }
        Ok(answer)
    }
}

impl Answer {
    pub(crate) fn amounts_to(&self) -> Outcome {
        let code = self.ranked.first().map_or(0.0, |first| first.probability);
        let heading = |first: &Ranked| {
            let of_heading = self.ranked.iter().filter(|ranked| ranked.code.heading() == first.code.heading());
            of_heading.map(|ranked| ranked.probability).sum()
        };
        let heading: f64 = self.ranked.first().map_or(0.0, heading);
        match () {
            () if code >= CODE => Outcome::Code,
            () if heading >= HEADING => Outcome::Heading,
            () => Outcome::Ask,
        }
    }
}
