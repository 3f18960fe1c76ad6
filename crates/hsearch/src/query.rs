//! A description as the index is asked for it.

use crate::code::Prefix;
use crate::lexicon::{Lexicon, may_be_cut};
use crate::linear::{self, Features};
use crate::vocabulary::Vocabulary;
use crate::{Language, text};

/// Weight of English words that a glossary gives for a word of another language.
const GLOSSARY: f32 = 0.9;

/// Weight of the words that an abbreviation or spelling stands for, beside the words as written.
const RESTORED: f32 = 0.9;

/// Words of a description, from its beginning, that are read into others where nobody knows them.
const MOST_READ: usize = 24;

/// Weight of what a word that nobody knows may stand for.
const READ: f32 = 0.7;

/// A description, read.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) language: Language,
    /// Stems that tell, each once, with weights; those that glossaries and spellings add last.
    pub(crate) terms: Vec<(u32, f32)>,
    /// What the linear model reads.
    pub(crate) features: Features,
    /// The n-grams of the words as written, each once.
    pub(crate) grams: Vec<(u32, f32)>,
    /// The last word before the first that only joins: in English, what the thing is.
    pub(crate) head: Option<u32>,
    /// Codes of phrases from the vocabulary: the code, its place in the entry, the share of the words that its phrase is, and the share
    /// of the words that come after it.
    pub(crate) votes: Vec<Vote>,
    /// Words that tell.
    pub(crate) count: usize,
    /// How many of them are vague.
    pub(crate) vague: usize,
}

/// A phrase of the vocabulary speaking for a code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vote {
    pub(crate) code: Prefix,
    /// 0 for the most likely code of the phrase.
    pub(crate) place: usize,
    /// Words of the phrase among all words that tell.
    pub(crate) share: f32,
    /// Words after the phrase, among all: an English description ends with what the thing is.
    pub(crate) after: f32,
}

const JOINING: [&str; 14] =
    ["of", "for", "with", "in", "from", "to", "and", "or", "by", "on", "without", "made", "used", "containing"];

impl Query {
    pub(crate) fn read(
        description: &str,
        language: Option<Language>,
        vocabulary: &Vocabulary,
        lexicon: &Lexicon,
    ) -> Self {
        let folded = text::fold(description);
        let words = text::words(&folded);
        let language = language.unwrap_or_else(|| Language::of(&words, vocabulary));
        let telling: Vec<&str> = words.iter().copied().filter(|word| text::tells(word)).collect();
        let mut query = Self {
            language,
            terms: Vec::new(),
            features: linear::features(description, &text::stemmer(language)),
            grams: Vec::new(),
            head: None,
            votes: Vec::new(),
            count: telling.len(),
            vague: 0,
        };
        let stemmer = text::stemmer(language);
        let mut grams = Vec::new();
        text::terms(&words, &stemmer).into_iter().for_each(|term| query.add_term(term, 1.0));
        telling.iter().for_each(|word| text::grams(word, &mut grams));
        grams.sort_unstable();
        grams.dedup();
        query.grams = grams.into_iter().map(|gram| (gram, 1.0)).collect();
        let head = telling.iter().position(|word| JOINING.contains(word)).unwrap_or(telling.len());
        query.head = telling[..head].last().or(telling.last()).map(|word| text::term(word, &stemmer));
        let mut vague = vec![false; words.len()];
        query.consult(language, &words, vocabulary, &mut vague);
        if language != Language::En {
            query.consult(Language::En, &words, vocabulary, &mut vague);
        }
        query.correct(language, &words, may_be_cut(description), (vocabulary, lexicon));
        query.vague = words.iter().zip(&vague).filter(|(word, vague)| text::tells(word) && **vague).count();
        query
    }

    fn add_term(&mut self, term: u32, weight: f32) {
        match self.terms.iter_mut().find(|(known, _)| *known == term) {
            Some((_, known)) => *known = known.max(weight),
            None => self.terms.push((term, weight)),
        }
    }

    /// What the vocabulary of a language says of the words.
    fn consult(&mut self, language: Language, words: &[&str], vocabulary: &Vocabulary, vague: &mut [bool]) {
        for hit in vocabulary.hits(language, words) {
            let place = (hit.first, hit.len, words.len());
            if hit.entry.is_vague {
                vague[hit.first..hit.first + hit.len].fill(true);
            }
            self.vote(&hit.entry.codes, place);
            for usual in &hit.entry.usual {
                self.restore(language, usual, RESTORED, place, vocabulary);
            }
            for english in &hit.entry.english {
                self.restore(Language::En, english, GLOSSARY, place, vocabulary);
            }
        }
    }

    /// Takes in what words that nobody knows may stand for.
    fn correct(
        &mut self,
        language: Language,
        words: &[&str],
        is_cut: bool,
        (vocabulary, lexicon): (&Vocabulary, &Lexicon),
    ) {
        let telling = words.iter().enumerate().filter(|(_, word)| text::tells(word));
        for (place, word) in telling.take(MOST_READ) {
            if let Some(read) = lexicon.read(word, is_cut && place + 1 == words.len()) {
                self.restore(language, &read, READ, (place, 1, words.len()), vocabulary);
            }
        }
    }

    /// Takes in other words of a language for a phrase, and what the vocabulary says of them.
    fn restore(
        &mut self,
        language: Language,
        others: &str,
        weight: f32,
        place: (usize, usize, usize),
        vocabulary: &Vocabulary,
    ) {
        let folded = text::fold(others);
        let others = text::words(&folded);
        text::terms(&others, &text::stemmer(language)).into_iter().for_each(|term| self.add_term(term, weight));
        for hit in vocabulary.hits(language, &others) {
            self.vote(&hit.entry.codes, place);
        }
    }

    fn vote(&mut self, codes: &[Prefix], (first, len, words): (usize, usize, usize)) {
        let words = words.max(1) as f32;
        let votes = codes.iter().enumerate().map(|(place, code)| Vote {
            code: *code,
            place,
            share: len as f32 / words,
            after: (words - (first + len) as f32) / words,
        });
        self.votes.extend(votes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vague_word_counts_once_however_many_languages_know_it() {
        let vocabulary = Vocabulary::built_in().unwrap();
        // `article` is vague in French and in English.
        let query = Query::read("article café", Some(Language::Fr), &vocabulary, &Lexicon::default());
        assert_eq!((query.count, query.vague), (2, 1));
        let query = Query::read("2 articles", Some(Language::Fr), &vocabulary, &Lexicon::default());
        assert_eq!((query.count, query.vague), (1, 1));
    }

    #[test]
    fn words_of_a_glossary_are_looked_up_in_english() {
        let vocabulary = Vocabulary::built_in().unwrap();
        let query = Query::read("algodon", Some(Language::Es), &vocabulary, &Lexicon::default());
        let cotton = text::term("cotton", &text::stemmer(Language::En));
        assert!(query.terms.iter().any(|(term, weight)| *term == cotton && *weight < 1.0));
        let english: Vec<Prefix> =
            vocabulary.hits(Language::En, &["cotton"]).iter().flat_map(|h| h.entry.codes.clone()).collect();
        assert!(english.iter().all(|code| query.votes.iter().any(|vote| vote.code == *code)));
    }
}
