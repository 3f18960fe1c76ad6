//! What an index is made of.

use crate::Language;
use crate::code::{Hs6, Prefix};
use crate::validity::Period;

/// A subheading of the nomenclature with its legal texts, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subheading {
    /// Its code.
    pub code: Hs6,
    /// Its own text.
    pub text: String,
    /// The text of its heading.
    pub heading_text: String,
    /// The text of its chapter.
    pub chapter_text: String,
    /// The language of the texts.
    pub language: Language,
    /// When it is in force.
    pub valid: Period,
}

/// A text that is known to belong to a code: a ruling, a line of a national tariff, a past declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// The text.
    pub text: String,
    /// Where it belongs.
    pub code: Prefix,
    /// The language, where known.
    pub language: Option<Language>,
    /// How much it counts; 1 unless said otherwise.
    pub weight: f32,
}

/// Instances from one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// What people call it, shown beside what was found in it.
    pub name: String,
    /// Its instances.
    pub instances: Vec<Instance>,
}
