//! Languages, and which one a text is in.

use crate::vocabulary::Vocabulary;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A language that descriptions may be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
    /// German.
    De,
    /// Dutch.
    Nl,
    /// Spanish.
    Es,
    /// Portuguese.
    Pt,
    /// Italian.
    It,
    /// Arabic.
    Ar,
    /// Russian.
    Ru,
}

impl Language {
    /// All of them, English first.
    pub const ALL: [Self; 9] =
        [Self::En, Self::Fr, Self::De, Self::Nl, Self::Es, Self::Pt, Self::It, Self::Ar, Self::Ru];

    /// The code of ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::De => "de",
            Self::Nl => "nl",
            Self::Es => "es",
            Self::Pt => "pt",
            Self::It => "it",
            Self::Ar => "ar",
            Self::Ru => "ru",
        }
    }

    /// The language of a code, in any case; `None` for another.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code.trim()))
    }

    /// The small words of a language that English does not have.
    fn small_words(self) -> &'static [&'static str] {
        match self {
            Self::En => &["the", "of", "and", "for", "with", "other", "than", "not", "or", "in", "to"],
            Self::Fr => &["le", "la", "les", "des", "du", "et", "pour", "avec", "en", "de", "un", "une", "aux", "sans"],
            Self::De => &["der", "die", "das", "und", "fur", "mit", "aus", "von", "nicht", "oder", "zum", "ohne"],
            Self::Nl => &["de", "het", "een", "en", "van", "voor", "met", "niet", "uit", "zonder", "of"],
            Self::Es => &["el", "la", "los", "las", "de", "del", "para", "con", "y", "sin", "en", "por"],
            Self::Pt => &["o", "os", "as", "de", "da", "do", "dos", "das", "para", "com", "e", "sem", "em"],
            Self::It => &["il", "lo", "gli", "di", "del", "della", "per", "con", "e", "senza", "in", "da"],
            Self::Ar | Self::Ru => &[],
        }
    }

    /// The language of the words of a folded text. A script decides alone; otherwise a language other than English needs more
    /// words of its own than English knows.
    pub fn of(words: &[&str], vocabulary: &Vocabulary) -> Self {
        let is_in = |word: &&&str, range: std::ops::RangeInclusive<char>| word.chars().any(|c| range.contains(&c));
        let share =
            |range: std::ops::RangeInclusive<char>| words.iter().filter(|word| is_in(word, range.clone())).count();
        if share('\u{0600}'..='\u{06ff}') * 2 > words.len() {
            return Self::Ar;
        }
        if share('\u{0400}'..='\u{04ff}') * 2 > words.len() {
            return Self::Ru;
        }
        let score = |language: Self| {
            let is_small = |word: &&&str| language.small_words().contains(*word);
            words.iter().filter(|word| is_small(word) || vocabulary.knows(language, word)).count()
        };
        let best =
            Self::ALL[1..7].iter().map(|language| (score(*language), *language)).rev().max_by_key(|(score, _)| *score);
        match best {
            Some((score_of_best, language)) if score_of_best > score(Self::En) && 2 * score_of_best >= words.len() => {
                language
            }
            _ => Self::En,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
