//! What an index keeps to be looked up rather than searched: national lines, notes, editions; and the tree of codes.

use crate::Language;
use crate::code::{Hs6, Prefix};
use crate::correlation::Correlation;
use crate::index::{Class, Index};
use crate::validity::Period;
use domain::Day;
use serde::{Deserialize, Serialize};

/// The first and the last chapter of each section of the Harmonized System, from I to XXI.
const SECTIONS: [(u32, u32); 21] = [
    (1, 5),
    (6, 14),
    (15, 15),
    (16, 24),
    (25, 27),
    (28, 38),
    (39, 40),
    (41, 43),
    (44, 46),
    (47, 49),
    (50, 63),
    (64, 67),
    (68, 70),
    (71, 71),
    (72, 83),
    (84, 85),
    (86, 89),
    (90, 92),
    (93, 93),
    (94, 96),
    (97, 97),
];

/// A section of the Harmonized System, I to XXI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Section(u8);

impl Section {
    /// All sections in their order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=SECTIONS.len() as u8).map(Self)
    }

    /// The section of a chapter; `None` for one that the Harmonized System does not use.
    pub fn of_chapter(chapter: u32) -> Option<Self> {
        Self::all().find(|section| section.chapters().contains(&chapter))
    }

    /// The section of a number as it is written: `XI`, `xi`, `11`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::all().find(|section| section.roman().eq_ignore_ascii_case(text) || section.0.to_string() == text)
    }

    /// Its number, 1 to 21.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Its number as the law writes it.
    pub fn roman(self) -> String {
        let ones = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
        format!("{}{}", "X".repeat(usize::from(self.0 / 10)), ones[usize::from(self.0 % 10)])
    }

    /// Its chapters.
    pub fn chapters(self) -> std::ops::RangeInclusive<u32> {
        let (first, last) = SECTIONS[usize::from(self.0) - 1];
        first..=last
    }
}

/// A line of a national tariff, below a subheading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffLine {
    /// Its digits, more than six.
    pub code: String,
    /// What it has below its subheading.
    pub text: String,
    /// The language of the text.
    pub language: Language,
    /// The tariff.
    pub source: String,
    /// When it is in force.
    pub valid: Period,
}

/// What a note belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// A section.
    Section(Section),
    /// A chapter, heading or subheading.
    Code(Prefix),
}

impl Scope {
    /// Whether what is noted holds for a code.
    fn covers(self, code: Prefix) -> bool {
        match self {
            Self::Section(section) => section.chapters().contains(&code.chapter()),
            Self::Code(noted) => noted.digits() <= code.digits() && noted.holds(code.range().0),
        }
    }
}

/// A note of the law, or of an administration, on a part of the nomenclature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What it belongs to.
    pub scope: Scope,
    /// The note.
    pub text: String,
    /// Its language.
    pub language: Language,
    /// Where it is from.
    pub source: String,
}

/// What is looked up beside what is searched.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Book {
    /// Lines of national tariffs.
    pub lines: Vec<TariffLine>,
    /// Notes.
    pub notes: Vec<Note>,
    /// Which codes took the place of which.
    pub correlation: Correlation,
}

/// How a code stands to an index on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is in the nomenclature and in force.
    InForce,
    /// It is in the nomenclature, and in force on other days.
    OfOtherDays {
        /// When it is in force.
        periods: Vec<Period>,
        /// The codes that have its goods on the day, as far as is known.
        instead: Vec<Hs6>,
    },
    /// It is of an older edition.
    OfOlderEdition {
        /// The codes that have its goods now.
        newer: Vec<Hs6>,
    },
    /// Neither the nomenclature nor an older edition has it.
    Unknown,
}

/// A chapter, heading or subheading of the nomenclature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch<'a> {
    /// Its code.
    pub code: Prefix,
    /// Its own text; empty where the nomenclature has none.
    pub text: &'a str,
    /// The language of the text.
    pub language: Language,
    /// How many subheadings it holds, or 1 for one.
    pub subheadings: usize,
}

/// A known text of a subheading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownText<'a> {
    /// The text.
    pub text: &'a str,
    /// Where it is from.
    pub source: &'a str,
}

impl Index {
    /// Keeps lines, notes and correlation with the index.
    #[must_use]
    pub fn with_book(mut self, mut book: Book) -> Self {
        book.lines.sort_by(|a, b| (&a.code, a.language, &a.source).cmp(&(&b.code, b.language, &b.source)));
        book.notes.sort_by_key(|note| note.scope);
        self.book = book;
        self
    }

    /// How a code stands on a day.
    pub fn standing(&self, code: Hs6, day: Day) -> Standing {
        let is_held = |code: Hs6| self.holds(code) && self.is_in_force(code, day);
        let newer = || self.book.correlation.newer(code.into(), is_held);
        match self.holds(code) {
            true if self.is_in_force(code, day) => Standing::InForce,
            true => Standing::OfOtherDays { periods: self.periods(code).to_vec(), instead: newer() },
            false => Some(newer())
                .filter(|newer| !newer.is_empty())
                .map_or(Standing::Unknown, |newer| Standing::OfOlderEdition { newer }),
        }
    }

    /// The codes of the nomenclature that took the place of one of an older edition, or of those of a heading, rising.
    pub fn newer(&self, code: Prefix) -> Vec<Hs6> {
        self.book.correlation.newer(code, |code| self.holds(code))
    }

    /// The codes of older editions whose goods a subheading has, rising.
    pub fn older(&self, code: Hs6) -> Vec<Hs6> {
        self.book.correlation.older(code)
    }

    /// The national lines with these first digits, rising, in every language and of every period.
    pub fn lines(&self, digits: &str) -> &[TariffLine] {
        let lines = &self.book.lines;
        let first = lines.partition_point(|line| &*line.code < digits);
        let count = lines[first..].iter().take_while(|line| line.code.starts_with(digits)).count();
        &lines[first..first + count]
    }

    /// The notes that hold for a code, from the section down; of each scope those in a language, or in another where there are none.
    pub fn notes(&self, code: Prefix, language: Language) -> Vec<&Note> {
        let holding: Vec<&Note> = self.book.notes.iter().filter(|note| note.scope.covers(code)).collect();
        let of_scope = holding.chunk_by(|a, b| a.scope == b.scope);
        of_scope
            .flat_map(|notes| {
                let chosen = if notes.iter().any(|note| note.language == language) {
                    language
                } else {
                    notes.first().map_or(language, |note| note.language)
                };
                notes.iter().copied().filter(move |note| note.language == chosen)
            })
            .collect()
    }

    /// The known texts of a subheading, in the order in which they were read.
    pub fn known_texts(&self, code: Hs6) -> impl Iterator<Item = KnownText<'_>> {
        let of = self.known.iter().filter(move |known| known.code == Prefix::from(code));
        of.map(|known| KnownText { text: &known.text, source: &self.sources[usize::from(known.source)] })
    }

    /// The chapters that have a subheading in force on a day, rising, with their texts.
    pub fn chapters(&self, language: Language, day: Day) -> Vec<Branch<'_>> {
        self.branches(0..self.classes.len(), 2, language, day)
    }

    /// What stands directly below a code on a day: the headings of a chapter, the subheadings of a heading, nothing of a subheading.
    pub fn below(&self, code: Prefix, language: Language, day: Day) -> Vec<Branch<'_>> {
        if code.digits() == 6 { Vec::new() } else { self.branches(self.range(code), code.digits() + 2, language, day) }
    }

    fn branches(&self, range: std::ops::Range<usize>, digits: u8, language: Language, day: Day) -> Vec<Branch<'_>> {
        let in_force: Vec<&Class> =
            self.classes[range].iter().filter(|class| self.is_in_force(class.code, day)).collect();
        let prefix = |class: &Class| Prefix::of(class.code, digits);
        let branch = |classes: &[&'_ Class]| (prefix(classes[0]), classes.len());
        let grouped = in_force.chunk_by(|a, b| prefix(a) == prefix(b)).map(branch);
        let texts = grouped.filter_map(|(code, subheadings)| {
            let path = self.legal_path(self.classes[self.range(code).start].code, language)?;
            let text = match digits {
                2 => path.chapter,
                4 => path.heading,
                _ => path.subheading,
            };
            Some(Branch { code, text, language: path.language, subheadings })
        });
        texts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_read_as_the_law_writes_them() {
        let table = [("I", 1, "I"), ("xi", 11, "XI"), ("14", 14, "XIV"), ("XXI", 21, "XXI"), (" ix ", 9, "IX")];
        for (text, number, roman) in table {
            let section = Section::parse(text).unwrap();
            assert_eq!((section.number(), &*section.roman()), (number, roman));
        }
        assert!(Section::parse("XXII").is_none() && Section::parse("").is_none());
        assert_eq!([1, 61, 76, 97].map(|chapter| Section::of_chapter(chapter).unwrap().number()), [1, 11, 15, 21]);
        assert!(Section::of_chapter(98).is_none() && Section::of_chapter(0).is_none());
    }

    #[test]
    fn a_note_holds_for_what_is_below_it_and_not_above() {
        let at = |text: &str| Prefix::parse(text).unwrap();
        let table =
            [("09", "0903", true), ("0903", "090300", true), ("090300", "0903", false), ("0902", "0903", false)];
        for (noted, code, holds) in table {
            assert_eq!(Scope::Code(at(noted)).covers(at(code)), holds, "{noted} {code}");
        }
        assert!(Scope::Section(Section(2)).covers(at("0903")) && !Scope::Section(Section(2)).covers(at("1501")));
    }
}
