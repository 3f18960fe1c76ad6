//! Words that are known, and what a word that is not may stand for: two words written as one, a word that was cut off where a form
//! had no more room, a word with one letter wrong.

use crate::Language;
use crate::index::{Class, Known};
use crate::text;
use crate::vocabulary::Vocabulary;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A word that stands in fewer texts may be a mistake itself.
const LEAST_TEXTS: u32 = 2;

/// Texts that a word needs to stand in to be read into another.
const LEAST_READ: u32 = 3;

/// Letters of the shortest part of two words written as one.
const SHORTEST_PART: usize = 3;

/// Letters of the shortest word in which a letter may be wrong.
const SHORTEST_WRONG: usize = 5;

/// Letters of the longest word that is read; the longest of trade, chemicals apart, have some thirty.
const LONGEST: usize = 40;

/// Letters of the shortest beginning of a word that was cut off.
const SHORTEST_CUT: usize = 4;

/// Characters from which on a description may have been cut off: forms of post and couriers have 30 to 35.
const LONG: usize = 24;

/// Known words with the number of texts they stand in, rising.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Lexicon {
    words: Vec<(Box<str>, u32)>,
    /// The letters that they are written with, rising.
    letters: Vec<char>,
}

impl Lexicon {
    /// The words of legal texts, known texts and the vocabulary.
    pub(crate) fn of(classes: &[Class], known: &[Known], vocabulary: &Vocabulary) -> Self {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let mut count = |description: &str, times: u32| {
            let folded = text::fold(description);
            let mut words: Vec<&str> = text::words(&folded).into_iter().filter(|word| text::tells(word)).collect();
            words.sort_unstable();
            words.dedup();
            words.into_iter().for_each(|word| *counts.entry(word.to_owned()).or_default() += times);
        };
        known.iter().for_each(|one| count(&one.text, 1));
        for (_, texts) in classes.iter().flat_map(|class| &class.texts) {
            count(&texts[0], 1);
        }
        for language in Language::ALL {
            vocabulary.classified(language).for_each(|(phrase, _)| count(phrase, LEAST_READ));
        }
        let words: Vec<(Box<str>, u32)> = counts
            .into_iter()
            .filter(|(_, count)| *count >= LEAST_TEXTS)
            .map(|(word, count)| (word.into(), count))
            .collect();
        let mut letters: Vec<char> = words.iter().flat_map(|(word, _)| word.chars()).collect();
        letters.sort_unstable();
        letters.dedup();
        Self { words, letters }
    }

    /// In how many texts a word stands.
    fn count(&self, word: &str) -> u32 {
        self.words.binary_search_by(|(known, _)| (**known).cmp(word)).map_or(0, |place| self.words[place].1)
    }

    /// What a word of a description may stand for; nothing for a word that is known. `is_cut` says that it may have been cut off.
    pub(crate) fn read(&self, word: &str, is_cut: bool) -> Option<String> {
        if self.words.is_empty() || self.count(word) > 0 {
            return None;
        }
        let letters: Vec<char> = word.chars().take(LONGEST + 1).collect();
        if letters.len() > LONGEST {
            return None;
        }
        self.parted(&letters)
            .or_else(|| self.completed(word, letters.len()).filter(|_| is_cut))
            .or_else(|| self.corrected(&letters))
    }

    /// Two known words written as one: the pair whose rarer word is the most frequent.
    fn parted(&self, letters: &[char]) -> Option<String> {
        let parts = SHORTEST_PART..=letters.len().checked_sub(SHORTEST_PART)?;
        let pair = |at: usize| {
            let [first, second] = [&letters[..at], &letters[at..]].map(|part| part.iter().collect::<String>());
            let count = self.count(&first).min(self.count(&second));
            (count >= LEAST_READ).then(|| (count, format!("{first} {second}")))
        };
        parts.filter_map(pair).max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, words)| words)
    }

    /// The most frequent word that begins so.
    fn completed(&self, start: &str, letters: usize) -> Option<String> {
        if letters < SHORTEST_CUT {
            return None;
        }
        let first = self.words.partition_point(|(word, _)| **word < *start);
        let longer = self.words[first..].iter().take_while(|(word, _)| word.starts_with(start));
        let best = longer.filter(|(_, count)| *count >= LEAST_READ).max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        best.map(|(word, _)| word.to_string())
    }

    /// The most frequent word that differs by one letter too many, too few, wrong, or by two letters that changed places.
    fn corrected(&self, letters: &[char]) -> Option<String> {
        if letters.len() < SHORTEST_WRONG {
            return None;
        }
        let mut best: Option<(u32, String)> = None;
        let mut try_word = |word: &[char]| {
            let word: String = word.iter().collect();
            let count = self.count(&word);
            let is_better = best.as_ref().is_none_or(|(most, other)| (count, &*word) > (*most, &**other));
            if count >= LEAST_READ && is_better {
                best = Some((count, word));
            }
        };
        for at in 0..=letters.len() {
            let (before, after) = letters.split_at(at);
            if let [_, rest @ ..] = after {
                try_word(&[before, rest].concat());
                for letter in self.alike(letters) {
                    try_word(&[before, &[letter], rest].concat());
                }
            }
            if let [first, second, rest @ ..] = after {
                try_word(&[before, &[*second, *first], rest].concat());
            }
            for letter in self.alike(letters) {
                try_word(&[before, &[letter], after].concat());
            }
        }
        best.map(|(_, word)| word)
    }

    /// The letters of the script that a word is written in.
    fn alike(&self, letters: &[char]) -> impl Iterator<Item = char> {
        let is_ascii = letters.iter().all(char::is_ascii);
        let block = letters.first().map_or(0, |letter| u32::from(*letter) >> 8);
        self.letters.iter().copied().filter(move |letter| match is_ascii {
            true => letter.is_ascii(),
            false => u32::from(*letter) >> 8 == block,
        })
    }
}

/// Whether a description is so long that its last word may have been cut off.
pub(crate) fn may_be_cut(description: &str) -> bool {
    description.trim_end().chars().nth(LONG - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG_WORD: &str = "pneumonoultramicroscopicsilicovolcanoconiosis";

    fn lexicon() -> Lexicon {
        let mut words: Vec<(Box<str>, u32)> =
            [LONG_WORD, "body", "polisher", "shirt", "short", "ruffle", "ruffled", "чайник", "rare"]
                .map(|word| (word.into(), if word == "rare" { 1 } else { word.len() as u32 }))
                .to_vec();
        words.sort();
        let mut letters: Vec<char> = words.iter().flat_map(|(word, _)| word.chars()).collect();
        letters.sort_unstable();
        letters.dedup();
        Lexicon { words, letters }
    }

    #[test]
    fn unknown_words_are_read_as_known_ones() {
        let cases = [
            ("bodypolisher", false, Some("body polisher")),
            ("shrit", false, Some("shirt")),
            ("shirrt", false, Some("shirt")),
            ("shirt", true, None),
            ("ruff", true, Some("ruffled")),
            ("ruff", false, None),
            ("polishe", false, Some("polisher")),
            ("чйаник", false, Some("чайник")),
            ("xyz", true, None),
            ("bodyrare", false, None),
            ("pneumonoultramicroscopicsilicovolcanoconiosus", false, None),
        ];
        for (word, is_cut, read) in cases {
            assert_eq!(lexicon().read(word, is_cut).as_deref(), read, "{word}");
        }
        assert_eq!(Lexicon::default().read("shrit", false), None);
        assert!(may_be_cut("zw collection embroidered ruff") && !may_be_cut("zw collection"));
    }
}
