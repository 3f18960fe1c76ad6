//! What is asked back, and why not the siblings, as JSON and as text.

use super::codes::plain;
use crate::view::words::Words;
use hsearch::{Answer, Choice, Index, Topic};
use serde::Serialize;
use std::fmt::Write;

/// Siblings that a code is told apart from.
const SIBLINGS: usize = 3;

/// A question with its answers.
#[derive(Debug, Serialize)]
pub struct QuestionView {
    /// `anything`, `heading`, `subheading` or the name of a distinction such as `material`.
    pub topic: &'static str,
    /// The question in words.
    pub text: String,
    /// What an answer is expected to tell, in bits.
    pub bits: f64,
    /// The answers, the most likely first; none where the description says nothing.
    pub choices: Vec<ChoiceView>,
}

/// An answer that can be chosen.
#[derive(Debug, Serialize)]
pub struct ChoiceView {
    /// Stable name; for headings and subheadings the digits.
    pub name: String,
    /// The answer in words.
    pub text: String,
    /// The candidates that it leaves.
    pub codes: Vec<String>,
    /// Their probability together.
    pub probability: f64,
}

/// A sibling, and what sets it apart.
#[derive(Debug, Serialize)]
pub struct ContrastView {
    /// Its six digits.
    pub code: String,
    /// Its probability.
    pub probability: f64,
    /// Words that only its own text has.
    pub its_words: Vec<String>,
    /// Words that only the text of the first code has.
    pub own_words: Vec<String>,
    /// Those of them that the description has.
    pub described: Vec<String>,
}

impl QuestionView {
    /// The question that an answer leaves open.
    pub(super) fn new(index: &Index, answer: &Answer, words: &Words) -> Option<Self> {
        let question = index.question(answer)?;
        let topic = match question.topic {
            Topic::Anything => "anything",
            Topic::Heading => "heading",
            Topic::Subheading => "subheading",
            Topic::Distinction(name) => name,
        };
        let label = |choice: &Choice| {
            let path = choice.codes.first().and_then(|code| index.legal_path(*code, answer.language));
            match question.topic {
                Topic::Heading => path.map(|path| plain(path.heading)).unwrap_or_default(),
                Topic::Subheading => path.map(|path| plain(path.subheading)).unwrap_or_default(),
                _ => words.text(&format!("hs-choice-{}", choice.name), &[]),
            }
        };
        let choices = question.choices.iter().map(|choice| ChoiceView {
            name: choice.name.clone(),
            text: label(choice),
            codes: choice.codes.iter().map(ToString::to_string).collect(),
            probability: choice.probability,
        });
        let text = words.text(&format!("hs-question-{topic}"), &[]);
        Some(Self { topic, text, bits: question.bits, choices: choices.collect() })
    }

    pub(super) fn text(&self, words: &Words) -> String {
        let mut out = words.text("hs-question", &[("question", &self.text)]);
        for choice in &self.choices {
            let codes = if choice.codes.len() > 1 || choice.codes.first() != Some(&choice.name) {
                format!(" ({})", choice.codes.join(", "))
            } else {
                String::new()
            };
            let name = if choice.name.starts_with(|c: char| c.is_ascii_digit()) { &*choice.name } else { "" };
            let label = [name, &choice.text].join(" ");
            let _ = write!(out, "\n{:>5.1} %  {}{codes}", 100.0 * choice.probability, label.trim());
        }
        out
    }
}

impl ContrastView {
    /// The siblings of the first code of an answer.
    pub(super) fn all(index: &Index, answer: &Answer, description: &str) -> Vec<Self> {
        let Some(first) = answer.ranked.first().filter(|_| answer.outcome != hsearch::Outcome::Ask) else {
            return Vec::new();
        };
        let contrasts = index.contrasts(answer, description, first.code, SIBLINGS);
        let view = |one: hsearch::Contrast| Self {
            code: one.code.to_string(),
            probability: one.probability,
            its_words: one.its_words,
            described: one
                .own_words
                .iter()
                .filter(|(_, is_described)| *is_described)
                .map(|(word, _)| word.clone())
                .collect(),
            own_words: one.own_words.into_iter().map(|(word, _)| word).collect(),
        };
        contrasts.into_iter().map(view).collect()
    }

    pub(super) fn text(&self, words: &Words) -> String {
        let listed = |all: &[String]| all.join(" ");
        let id = match (self.described.is_empty(), self.its_words.is_empty()) {
            (false, _) => "hs-contrast-described",
            (true, false) => "hs-contrast-its",
            (true, true) => "hs-contrast-none",
        };
        let (its, described) = (listed(&self.its_words), listed(&self.described));
        words.text(id, &[("code", &self.code), ("its", &its), ("described", &described)])
    }
}
