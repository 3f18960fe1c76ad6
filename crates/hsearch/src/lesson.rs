//! Texts whose codes an officer has taught: they act on the next query, without the ranker being taught anew.

use crate::answer::Ranked;
use crate::code::Hs6;
use crate::index::Index;
use crate::query::Query;
use crate::{Language, text};
use std::collections::{BTreeMap, BTreeSet};

/// Probability that goes to the code of a text that was taught word for word.
const SAME: f64 = 0.95;

/// Most probability that goes to the code of a text that is only alike.
const LIKE: f64 = 0.9;

/// Texts that are less alike than this are not brought to mind.
const LEAST_ALIKE: f64 = 0.5;

/// A text with the code that it was taught to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Its number; of two lessons of the same text the higher one counts.
    pub id: u64,
    /// The text.
    pub text: String,
    /// Its code.
    pub code: Hs6,
}

/// A lesson that a description brings to mind.
#[derive(Clone, Debug, PartialEq)]
pub struct Recalled {
    /// The lesson's number.
    pub id: u64,
    /// How alike the texts are, 0 to 1: the share of rare words that both have among those that either has. 1 where all words are the
    /// same in the same order.
    pub alike: f64,
    /// Whether they are the same, word for word.
    pub is_same: bool,
    /// The codes: one, or those that took the place of the one that was taught.
    pub codes: Vec<Hs6>,
}

/// The lessons of an index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lessons {
    all: Vec<Prepared>,
    /// The last lesson of each text, by its words.
    by_words: BTreeMap<String, usize>,
    /// The lessons that have a term.
    by_term: BTreeMap<u32, Vec<usize>>,
}

#[derive(Clone, Debug)]
struct Prepared {
    id: u64,
    codes: Vec<Hs6>,
    /// Rising.
    terms: Vec<u32>,
}

impl Index {
    /// Takes lessons to heart, in the place of those taken before. A code of an older edition becomes its newer ones. Gives the numbers
    /// of lessons that have no effect, because neither the nomenclature nor an older edition has their code, or because their text has
    /// no word.
    pub fn teach(&mut self, lessons: &[Lesson]) -> Vec<u64> {
        let mut taught = Lessons::default();
        let mut without_effect = Vec::new();
        let mut rising: Vec<&Lesson> = lessons.iter().collect();
        rising.sort_by_key(|lesson| lesson.id);
        for lesson in rising {
            let codes = match self.holds(lesson.code) {
                true => vec![lesson.code],
                false => self.newer(lesson.code.into()),
            };
            let words = words_of(&lesson.text);
            if codes.is_empty() || words.is_empty() {
                without_effect.push(lesson.id);
                continue;
            }
            let mut terms: Vec<u32> = self.plain_query(&lesson.text).terms.iter().map(|(term, _)| *term).collect();
            terms.sort_unstable();
            let place = taught.all.len();
            terms.iter().for_each(|term| taught.by_term.entry(*term).or_default().push(place));
            taught.by_words.insert(words, place);
            taught.all.push(Prepared { id: lesson.id, codes, terms });
        }
        self.lessons = taught;
        without_effect
    }

    /// The lesson that a description brings to mind: that of the same text, or else the most alike of those that are alike enough to
    /// change the answer.
    pub fn recalled(&self, description: &str, language: Option<Language>) -> Option<Recalled> {
        if self.lessons.all.is_empty() {
            return None;
        }
        self.recall(description, &self.query(description, language))
    }

    fn recall(&self, description: &str, query: &Query) -> Option<Recalled> {
        let lessons = &self.lessons;
        if let Some(place) = lessons.by_words.get(&words_of(description)) {
            let Prepared { id, codes, .. } = &lessons.all[*place];
            return Some(Recalled { id: *id, alike: 1.0, is_same: true, codes: codes.clone() });
        }
        let sharing = query.terms.iter().filter_map(|(term, _)| lessons.by_term.get(term)).flatten();
        let sharing: BTreeSet<usize> = sharing.copied().collect();
        let alike = |place: &usize| (self.alike(query, &lessons.all[*place].terms), lessons.all[*place].id, *place);
        let best = sharing.iter().map(alike).max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let (alike, id, place) = best.filter(|(alike, ..)| *alike >= LEAST_ALIKE)?;
        Some(Recalled { id, alike, is_same: false, codes: lessons.all[place].codes.clone() })
    }

    /// The share of rare terms that a query and a lesson have in common.
    fn alike(&self, query: &Query, terms: &[u32]) -> f64 {
        // What no known text has is as rare as can be.
        let rarest = (self.known.len() as f32).ln_1p();
        let rarity = |term: u32| match self.fields.instances.idf(term) {
            0.0 => rarest.max(1.0),
            idf => idf.max(1.0),
        };
        let both: f32 = query
            .terms
            .iter()
            .filter(|(term, _)| terms.binary_search(term).is_ok())
            .map(|(term, _)| rarity(*term))
            .sum();
        let asked: f32 = query.terms.iter().map(|(term, _)| rarity(*term)).sum();
        let taught: f32 = terms.iter().map(|term| rarity(*term)).sum();
        f64::from(both / (asked + taught - both).max(1e-6))
    }

    /// Gives probability to the codes of the lesson that a description brings to mind, and takes it from all others in proportion.
    /// Whether the very same text was taught.
    pub(crate) fn apply_lessons(&self, description: &str, query: &Query, ranked: &mut Vec<Ranked>) -> bool {
        let Some(recalled) = (!self.lessons.all.is_empty()).then(|| self.recall(description, query)).flatten() else {
            return false;
        };
        let weight = if recalled.is_same { SAME } else { LIKE * (recalled.alike - LEAST_ALIKE) / (1.0 - LEAST_ALIKE) };
        ranked.iter_mut().for_each(|one| one.probability *= 1.0 - weight);
        for code in &recalled.codes {
            let share = weight / recalled.codes.len() as f64;
            match ranked.iter_mut().find(|one| one.code == *code) {
                Some(one) => one.probability += share,
                None => ranked.push(Ranked { code: *code, probability: share }),
            }
        }
        recalled.is_same
    }
}

/// The words of a text with one space between them: texts of the same words are the same.
fn words_of(description: &str) -> String {
    text::words(&text::fold(description)).join(" ")
}
