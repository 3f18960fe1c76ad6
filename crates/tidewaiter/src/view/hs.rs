//! Answers about HS codes, as JSON and as text.

pub mod codes;
mod evaluation;
pub mod question;
pub mod statistics;
pub mod taught;

use crate::flow::hs::Imported;
use crate::view::words::Words;
use hsearch::text::MOST_CHARS;
use hsearch::{Answer, Index};
use question::{ContrastView, QuestionView};
use serde::Serialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use taught::RecalledView;

pub use evaluation::EvaluationView;

/// Known texts that are shown.
const NEIGHBOURS: usize = 3;

/// What `hs search --json` prints.
#[derive(Debug, Serialize)]
pub struct SearchView {
    /// The description.
    pub text: String,
    /// The language it was taken for.
    pub language: &'static str,
    /// `code`, `heading` or `ask`.
    pub outcome: &'static str,
    /// The codes, the most likely first.
    pub codes: Vec<CodeView>,
    /// The headings, the most likely first.
    pub headings: Vec<HeadingView>,
    /// The known texts most alike.
    pub neighbours: Vec<NeighbourView>,
    /// The question whose answer says most; none where the code is given.
    pub question: Option<QuestionView>,
    /// Why not the nearest siblings of the first code; none where something has to be asked.
    pub siblings: Vec<ContrastView>,
    /// The taught text that counted, where there was one.
    pub taught: Option<RecalledView>,
    /// Characters of the description that were read, where it is longer than that.
    pub cut_after: Option<usize>,
}

/// A subheading.
#[derive(Debug, Serialize)]
pub struct CodeView {
    /// Its six digits.
    pub code: String,
    /// Probability that it is right.
    pub probability: f64,
    /// Text of its chapter.
    pub chapter: String,
    /// Text of its heading.
    pub heading: String,
    /// Its own text.
    pub subheading: String,
}

/// A heading.
#[derive(Debug, Serialize)]
pub struct HeadingView {
    /// Its four digits.
    pub heading: String,
    /// Probability that it is right.
    pub probability: f64,
}

/// A known text.
#[derive(Debug, Serialize)]
pub struct NeighbourView {
    /// The text.
    pub text: String,
    /// Its code: a subheading, or a heading or chapter where no more is known.
    pub code: String,
    /// Where it is from.
    pub source: String,
    /// How alike it is, 0 to 1.
    pub alike: f64,
}

impl SearchView {
    /// The view of an answer with so many codes.
    pub fn new(index: &Index, text: &str, answer: &Answer, top: usize, words: &Words) -> Self {
        let code = |ranked: &hsearch::Ranked| {
            let path = index.legal_path(ranked.code, answer.language);
            let texts = path.map(|path| [path.chapter, path.heading, path.subheading]).unwrap_or_default();
            let [chapter, heading, subheading] = texts.map(str::to_owned);
            CodeView { code: ranked.code.to_string(), probability: ranked.probability, chapter, heading, subheading }
        };
        let heading =
            |(heading, probability): (u32, f64)| HeadingView { heading: format!("{heading:04}"), probability };
        Self {
            text: text.to_owned(),
            language: answer.language.code(),
            outcome: answer.outcome.name(),
            codes: answer.ranked.iter().take(top).map(code).collect(),
            headings: answer.headings().into_iter().take(top).map(heading).collect(),
            neighbours: index
                .neighbours(answer)
                .take(NEIGHBOURS)
                .map(|one| NeighbourView {
                    text: one.text.to_owned(),
                    code: one.code.to_string(),
                    source: one.source.to_owned(),
                    alike: one.alike,
                })
                .collect(),
            question: QuestionView::new(index, answer, words),
            siblings: ContrastView::all(index, answer, text),
            taught: None,
            cut_after: text.chars().nth(MOST_CHARS).map(|_| MOST_CHARS),
        }
    }
}

/// An answer for people.
pub fn text(view: &SearchView, words: &Words) -> String {
    let mut out = String::new();
    let verdict = match (view.outcome, view.codes.first()) {
        ("code", Some(first)) => words.text("hs-code", &[("code", &first.code), ("text", &first.subheading)]),
        ("heading", Some(first)) => {
            words.text("hs-heading", &[("heading", &first.code[..4]), ("text", &first.heading)])
        }
        _ => words.text("hs-ask", &[]),
    };
    let _ = writeln!(out, "{verdict}\n");
    for code in &view.codes {
        let _ = writeln!(out, "{:>5.1} %  {}  {}", 100.0 * code.probability, code.code, code.subheading);
        let _ = writeln!(out, "                 {}", code.heading);
    }
    if let Some(question) = &view.question {
        let _ = writeln!(out, "\n{}", question.text(words));
    }
    if !view.siblings.is_empty() {
        let _ = writeln!(out, "\n{}", words.text("hs-why-not", &[]));
    }
    for sibling in &view.siblings {
        let _ = writeln!(out, "  {}", sibling.text(words));
    }
    if !view.neighbours.is_empty() {
        let _ = writeln!(out, "\n{}", words.text("hs-alike", &[]));
    }
    for one in &view.neighbours {
        let _ = writeln!(out, "  {}  {} ({})", one.code, codes::plain(&one.text), one.source);
    }
    if let Some(taught) = &view.taught {
        let _ = writeln!(out, "\n{}", taught.text(words));
    }
    if let Some(chars) = view.cut_after {
        let _ = writeln!(out, "\n{}", words.text("hs-search-cut", &[("chars", &chars.to_string())]));
    }
    out.trim_end().to_owned()
}

/// What an import did, for people; `taught` texts were taught to the index of this name before.
pub fn imported(done: &Imported, out: &Path, taught: usize, words: &Words) -> String {
    let file = |(path, lines, skipped): &(PathBuf, usize, usize)| {
        let path = path.display().to_string();
        let arguments = [("path", &*path), ("lines", &lines.to_string()), ("skipped", &skipped.to_string())];
        words.text(if *skipped > 0 { "hs-import-file-skipped" } else { "hs-import-file" }, &arguments)
    };
    let mut lines: Vec<String> = done.files.iter().map(file).collect();
    if done.left_out > 0 {
        lines.push(words.text("hs-import-left-out", &[("texts", &done.left_out.to_string())]));
    }
    let counted = [
        (done.carried_over, "hs-import-carried", "texts"),
        (done.lines, "hs-import-lines", "lines"),
        (done.notes, "hs-import-notes", "notes"),
        (taught, "hs-import-taught", "texts"),
    ];
    let counted = counted.into_iter().filter(|(count, ..)| *count > 0);
    lines.extend(counted.map(|(count, id, name)| words.text(id, &[(name, &count.to_string())])));
    let (size, path) = (format!("{:.1}", done.bytes as f64 / 1e6), out.display().to_string());
    let arguments = [
        ("subheadings", &*done.subheadings.to_string()),
        ("texts", &done.instances.to_string()),
        ("size", &size),
        ("path", &path),
    ];
    lines.push(words.text("hs-imported", &arguments));
    lines.join("\n")
}
