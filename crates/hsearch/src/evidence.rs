//! What an answer rests on: legal texts and the known texts most alike.

use crate::Language;
use crate::answer::Answer;
use crate::code::{Hs6, Prefix};
use crate::index::{Class, Index};

/// The legal texts of a subheading, from chapter to subheading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalPath<'a> {
    /// The language they are in.
    pub language: Language,
    /// Text of the chapter.
    pub chapter: &'a str,
    /// Text of the heading.
    pub heading: &'a str,
    /// Text of the subheading.
    pub subheading: &'a str,
}

/// A known text beside a description.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour<'a> {
    /// The text.
    pub text: &'a str,
    /// Its code: a subheading, or a heading or chapter where no more is known.
    pub code: Prefix,
    /// Where it is from.
    pub source: &'a str,
    /// How alike it is, 0 to 1: the share of rare words that both have among those that either has.
    pub alike: f64,
}

impl Index {
    /// The legal texts of a subheading in a language, or in another where it has none in that; `None` for a code that is not in the
    /// nomenclature.
    pub fn legal_path(&self, code: Hs6, language: Language) -> Option<LegalPath<'_>> {
        let place = self.classes.binary_search_by_key(&code, |class| class.code).ok()?;
        let Class { texts, .. } = &self.classes[place];
        let texts = texts.iter().find(|(of, _)| *of == language).or(texts.first())?;
        let (language, [subheading, heading, chapter]) = texts;
        Some(LegalPath { language: *language, chapter, heading, subheading })
    }

    /// Whether a code is in the nomenclature.
    pub fn holds(&self, code: Hs6) -> bool {
        self.classes.binary_search_by_key(&code, |class| class.code).is_ok()
    }

    /// The known texts most alike to the description of an answer, the most alike first.
    pub fn neighbours<'a>(&'a self, answer: &'a Answer) -> impl Iterator<Item = Neighbour<'a>> {
        answer.neighbours.iter().map(|(place, alike)| {
            let known = &self.known[*place as usize];
            Neighbour {
                text: &known.text,
                code: known.code,
                source: &self.sources[usize::from(known.source)],
                alike: f64::from(*alike),
            }
        })
    }
}
