//! From a description of goods to HS codes.
//!
//! An [`Index`] is built from the nomenclature and from texts whose codes are known ([`Index::build`]). Asked with a
//! description, it gives subheadings with probabilities that can be trusted, and says whether they suffice for a code, for
//! a heading, or whether something has to be asked ([`Index::search`]). Nothing here reads files, clocks or the network.

mod answer;
mod book;
mod code;
mod contrast;
mod correlation;
mod evidence;
mod field;
mod figures;
mod file;
mod index;
mod language;
mod lesson;
mod lexicon;
mod linear;
mod plausibility;
mod query;
mod question;
mod rank;
mod signals;
mod source;
pub mod text;
mod validity;
pub mod vocabulary;

pub use answer::{Answer, Outcome, Ranked};
pub use book::{Book, Branch, KnownText, Note, Scope, Section, Standing, TariffLine};
pub use code::{Hs6, Prefix};
pub use contrast::Contrast;
pub use correlation::Correlation;
pub use evidence::{LegalPath, Neighbour};
pub use figures::{Coverage, Figures, JudgedFigures, OutcomeFigures, PLACES, Share};
pub use index::{BuildParams, Index};
pub use language::Language;
pub use lesson::{Lesson, Recalled};
pub use plausibility::{Plausible, WRONG_SHARE};
pub use question::{Choice, Question, Topic};
pub use source::{Instance, Source, Subheading};
pub use validity::Period;

/// Why there is no index, or no answer from one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing to index.
    #[error("the nomenclature has no subheading; give a file with a code of six digits and a text on each line")]
    NoNomenclature,
    /// More than an index can number.
    #[error(
        "{count} {what} are more than the {most} that an index can hold; give national lines with --tariff or --instances"
    )]
    TooMany {
        /// Subheadings or sources.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// A broken vocabulary.
    #[error("the vocabulary can't be read: {0}; this is a defect of Tidewaiter, please report it")]
    Vocabulary(String),
    /// Numerics.
    #[error(transparent)]
    Learn(#[from] learn::Error),
    /// A file that is no index.
    #[error("this is no index of Tidewaiter; make one with `tidewaiter hs import`")]
    Format,
    /// An index of another version.
    #[error(
        "this index has version {found}, and this program reads version {expected}; make it anew with `tidewaiter hs import`"
    )]
    Version {
        /// Of the file.
        found: u32,
        /// Of the program.
        expected: u32,
    },
    /// A damaged index.
    #[error("the index is damaged: {0}; make it anew with `tidewaiter hs import`")]
    Damaged(String),
}
