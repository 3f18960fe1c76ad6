//! Our own vocabulary: everyday words, kinds behind brands, abbreviations and spellings, and a glossary into the English of the
//! nomenclature. The files are in `crates/hsearch/vocabulary`.

use crate::code::Prefix;
use crate::text::{fold, stemmer, words};
use crate::{Error, Language};
use rust_stemmers::Stemmer;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

/// Words of the longest phrase.
const LONGEST: usize = 4;

const FILES: [&str; 9] = [
    include_str!("../vocabulary/en.toml"),
    include_str!("../vocabulary/fr.toml"),
    include_str!("../vocabulary/de.toml"),
    include_str!("../vocabulary/nl.toml"),
    include_str!("../vocabulary/es.toml"),
    include_str!("../vocabulary/pt.toml"),
    include_str!("../vocabulary/it.toml"),
    include_str!("../vocabulary/ar.toml"),
    include_str!("../vocabulary/ru.toml"),
];

/// A vocabulary file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: String,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    brands: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    glossary: BTreeMap<String, String>,
    #[serde(default)]
    abbreviations: BTreeMap<String, String>,
    #[serde(default)]
    spelling: BTreeMap<String, String>,
    #[serde(default)]
    vague: Vague,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vague {
    words: Vec<String>,
}

/// What is known about a phrase.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Where such goods are usually classified, most likely first.
    pub codes: Vec<Prefix>,
    /// English words for it.
    pub english: Vec<String>,
    /// Its usual form, of an abbreviation or another spelling, in the same language.
    pub usual: Vec<String>,
    /// Whether it says nothing of the goods.
    pub is_vague: bool,
}

/// The phrases of one language by the stems of their words, as first written.
#[derive(Clone, Debug, Default)]
struct Phrases(BTreeMap<String, (String, Entry)>);

/// All phrases.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// By language.
    phrases: Vec<Phrases>,
    /// Words that English texts hold.
    english: HashSet<String>,
}

/// A phrase that was met in a text.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    /// Its first word.
    pub first: usize,
    /// Its words.
    pub len: usize,
    /// What is known about it.
    pub entry: &'a Entry,
}

impl Vocabulary {
    /// A vocabulary of nothing.
    pub fn empty() -> Self {
        Self { phrases: vec![Phrases::default(); Language::ALL.len()], english: HashSet::new() }
    }

    /// The vocabulary that comes with the product.
    ///
    /// # Errors
    /// [`Error::Vocabulary`] where a file is broken; a test makes sure that none is.
    pub fn built_in() -> Result<Self, Error> {
        let mut vocabulary = Self::empty();
        for text in FILES {
            let file: File = toml::from_str(text).map_err(|error| Error::Vocabulary(error.to_string()))?;
            let language = Language::parse(&file.language)
                .ok_or_else(|| Error::Vocabulary(format!("no language `{}`", file.language)))?;
            let phrases = file.words.keys().chain(file.brands.keys()).cloned().collect::<Vec<_>>();
            if language == Language::En {
                vocabulary.take_english(phrases.iter().map(String::as_str));
            }
            vocabulary.phrases[language as usize].take(file, language)?;
        }
        Ok(vocabulary)
    }

    /// Takes the words of English texts, such as those of the nomenclature, for English.
    pub(crate) fn take_english<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        for text in texts {
            let folded = fold(text);
            self.english.extend(words(&folded).into_iter().map(str::to_owned));
        }
    }

    /// Whether a word of more than two letters is known in a language.
    pub(crate) fn knows(&self, language: Language, word: &str) -> bool {
        let is_english = language == Language::En
            && (self.english.contains(word) || word.strip_suffix('s').is_some_and(|stem| self.english.contains(stem)));
        word.len() > 2 && (is_english || self.phrases[language as usize].0.contains_key(&*stemmer(language).stem(word)))
    }

    /// The longest phrases of a language that words hold, from the left, none within another.
    pub fn hits<'a>(&'a self, language: Language, words: &[&str]) -> Vec<Hit<'a>> {
        let phrases = &self.phrases[language as usize];
        let stemmer = stemmer(language);
        let stems: Vec<Cow<'_, str>> = words.iter().map(|word| stemmer.stem(word)).collect();
        let mut hits = Vec::new();
        let mut first = 0;
        while first < words.len() {
            let most = LONGEST.min(words.len() - first);
            let longest = (1..=most).rev().find_map(|len| {
                let (_, entry) = phrases.0.get(&stems[first..first + len].join(" "))?;
                Some(Hit { first, len, entry })
            });
            first += longest.map_or(1, |hit| hit.len);
            hits.extend(longest);
        }
        hits
    }

    /// All phrases of a language with the codes of such goods.
    pub fn classified(&self, language: Language) -> impl Iterator<Item = (&str, &[Prefix])> {
        let all = self.phrases[language as usize].0.values().filter(|(_, entry)| !entry.codes.is_empty());
        all.map(|(phrase, entry)| (&**phrase, &*entry.codes))
    }
}

impl Phrases {
    fn take(&mut self, file: File, language: Language) -> Result<(), Error> {
        let stemmer = stemmer(language);
        for (phrase, codes) in file.words.into_iter().chain(file.brands) {
            let codes = codes.iter().map(|code| Prefix::parse(code)).collect::<Option<Vec<_>>>();
            let codes = codes.ok_or_else(|| Error::Vocabulary(format!("`{phrase}` has a code that is none")))?;
            let known = &mut self.entry(&phrase, &stemmer).codes;
            let new: Vec<Prefix> = codes.into_iter().filter(|code| !known.contains(code)).collect();
            known.extend(new);
        }
        for (phrase, english) in file.glossary {
            self.entry(&phrase, &stemmer).english.push(english);
        }
        for (phrase, usual) in file.abbreviations.into_iter().chain(file.spelling) {
            self.entry(&phrase, &stemmer).usual.push(usual);
        }
        file.vague.words.iter().for_each(|word| self.entry(word, &stemmer).is_vague = true);
        Ok(())
    }

    fn entry(&mut self, phrase: &str, stemmer: &Stemmer) -> &mut Entry {
        let folded = fold(phrase);
        let words = words(&folded);
        let stems: Vec<Cow<'_, str>> = words.iter().map(|word| stemmer.stem(word)).collect();
        &mut self.0.entry(stems.join(" ")).or_insert_with(|| (words.join(" "), Entry::default())).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_the_longest_phrase_is_taken() {
        let vocabulary = Vocabulary::built_in().unwrap();
        let counts: Vec<usize> = Language::ALL.iter().map(|l| vocabulary.classified(*l).count()).collect();
        assert!(counts.iter().all(|count| *count >= 1_000), "{counts:?}");
        let text = ["red", "phone", "cases"];
        let hits = vocabulary.hits(Language::En, &text);
        assert!(hits.iter().any(|hit| hit.first == 1 && hit.len == 2 && !hit.entry.codes.is_empty()), "{hits:?}");
    }
}
