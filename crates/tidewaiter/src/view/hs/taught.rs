//! What was taught to an index, as JSON and as text.

use super::codes::plain;
use crate::flow::hs::taught::{Record, Signed, Taught};
use crate::view::words::Words;
use hsearch::Recalled;
use serde::Serialize;

/// Who did something, when and why.
#[derive(Debug, Serialize)]
pub struct SignedView {
    /// Who.
    pub by: String,
    /// The moment.
    pub when: String,
    /// Why, where it was said.
    pub why: Option<String>,
}

/// A taught text, as `hs teach --list --json` prints it.
#[derive(Debug, Serialize)]
pub struct TaughtView {
    /// Its number.
    pub id: u64,
    /// The text.
    pub text: String,
    /// The code as it was given.
    pub code: String,
    /// Who taught it.
    pub taught: SignedView,
    /// Who withdrew it.
    pub withdrawn: Option<SignedView>,
    /// Whether it acts on answers: it was not withdrawn, and the index has its code.
    pub has_effect: bool,
}

/// The taught text that a description brought to mind.
#[derive(Debug, Serialize)]
pub struct RecalledView {
    /// Its number.
    pub id: u64,
    /// The text.
    pub text: String,
    /// The codes: one, or those that took the place of the one that was taught.
    pub codes: Vec<String>,
    /// How alike it is, 0 to 1; 1 where its words are the same.
    pub alike: f64,
    /// Who taught it.
    pub taught: SignedView,
}

impl From<&Signed> for SignedView {
    fn from(signed: &Signed) -> Self {
        Self { by: signed.by.clone(), when: signed.when.clone(), why: signed.why.clone() }
    }
}

impl TaughtView {
    /// All taught texts, in the order in which they were taught.
    pub fn all(taught: &Taught) -> Vec<Self> {
        let view = |record: &Record| Self {
            id: record.id,
            text: record.text.clone(),
            code: record.code.clone(),
            taught: (&record.taught).into(),
            withdrawn: record.withdrawn.as_ref().map(SignedView::from),
            has_effect: record.withdrawn.is_none() && !taught.without_effect.contains(&record.id),
        };
        taught.records.iter().map(view).collect()
    }
}

impl RecalledView {
    /// The taught text that came to mind.
    pub fn new(taught: &Taught, recalled: Recalled) -> Option<Self> {
        let record = taught.record(recalled.id)?;
        Some(Self {
            id: record.id,
            text: record.text.clone(),
            codes: recalled.codes.iter().map(hsearch::Hs6::to_string).collect(),
            alike: recalled.alike,
            taught: (&record.taught).into(),
        })
    }

    /// A line for people.
    pub fn text(&self, words: &Words) -> String {
        let why = self.taught.why.as_ref().map(|why| format!(": {}", plain(why))).unwrap_or_default();
        let arguments = [
            ("id", &*self.id.to_string()),
            ("text", &plain(&self.text)),
            ("codes", &self.codes.join(", ")),
            ("by", &plain(&self.taught.by)),
            ("day", self.taught.when.get(..10).unwrap_or_default()),
            ("why", &why),
        ];
        words.text("hs-recalled", &arguments)
    }
}

/// Taught texts for people, one a line.
pub fn list(all: &[TaughtView], words: &Words) -> String {
    if all.is_empty() {
        return words.text("hs-taught-none", &[]);
    }
    let line = |one: &TaughtView| {
        let state = match (&one.withdrawn, one.has_effect) {
            (Some(by), _) => words
                .text("hs-taught-withdrawn", &[("by", &plain(&by.by)), ("day", by.when.get(..10).unwrap_or_default())]),
            (None, false) => words.text("hs-taught-unknown", &[]),
            (None, true) => String::new(),
        };
        let why = one.taught.why.as_ref().map(|why| format!(": {}", plain(why))).unwrap_or_default();
        let (day, by) = (one.taught.when.get(..10).unwrap_or_default(), plain(&one.taught.by));
        format!("{:>4}  {:10}  {}  ({by}, {day}{why}){state}", one.id, one.code, plain(&one.text))
    };
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}
