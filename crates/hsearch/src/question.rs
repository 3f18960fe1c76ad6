//! The one question whose answer says most about the code.
//!
//! Candidates differ in what their legal texts say: of cotton or of wool, frozen or dried, for men or for women, knitted or not. Each
//! such distinction divides the probability among its answers; the one that divides it most evenly, by Shannon's entropy, is asked.
//! Where no distinction divides it better than the headings, or the subheadings of one heading, those are shown to choose from.

use crate::answer::Answer;
use crate::code::Hs6;
use crate::index::Index;
use crate::{Language, text};

/// Candidates that a question is made for.
const CANDIDATES: usize = 20;

/// Answers that a question offers.
const OPTIONS: usize = 6;

/// Least information, in bits, for which a question is asked.
const LEAST_BITS: f64 = 0.2;

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// What the goods are: nothing was said that tells.
    Anything,
    /// Which heading fits best.
    Heading,
    /// Which subheading of one heading fits best.
    Subheading,
    /// One of the distinctions that legal texts make, by its stable name: `material`, `fabric`, `person`, `state`, `power`, `packing`.
    Distinction(&'static str),
}

/// An answer that can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Stable name of the answer within its distinction; for headings and subheadings the digits.
    pub name: String,
    /// The candidates that it leaves.
    pub codes: Vec<Hs6>,
    /// Their probability together.
    pub probability: f64,
}

/// A question with its answers, the most likely first.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What it is about.
    pub topic: Topic,
    /// The answers; candidates of which the law says nothing here are left out.
    pub choices: Vec<Choice>,
    /// What an answer is expected to tell, in bits.
    pub bits: f64,
}

/// A distinction: its name, and for each answer the name and words of legal texts that give it.
type Distinction = (&'static str, &'static [(&'static str, &'static [&'static str])]);

/// The distinctions, with English words of legal texts. An answer further up is given by its words even where one further down has
/// some too: `not knitted` before `knitted`.
const DISTINCTIONS: &[Distinction] = &[
    (
        "material",
        &[
            ("cotton", &["cotton"]),
            ("wool", &["wool", "animal hair"]),
            ("silk", &["silk"]),
            ("man-made", &["man made", "synthetic", "artificial", "nylon", "polyester"]),
            ("leather", &["leather"]),
            ("plastics", &["plastics", "plastic"]),
            ("rubber", &["rubber"]),
            ("wood", &["wood", "wooden"]),
            ("paper", &["paper", "paperboard"]),
            ("glass", &["glass"]),
            ("ceramic", &["ceramic", "porcelain", "china"]),
            ("iron-steel", &["iron", "steel"]),
            ("copper", &["copper", "brass"]),
            ("aluminium", &["aluminium"]),
            ("precious-metal", &["precious metal", "gold", "silver", "platinum"]),
        ],
    ),
    ("fabric", &[("woven", &["not knitted", "woven"]), ("knitted", &["knitted", "crocheted"])]),
    ("person", &[("women", &["women", "girls"]), ("men", &["men", "boys"]), ("babies", &["babies"])]),
    (
        "state",
        &[
            ("live", &["live"]),
            ("frozen", &["frozen"]),
            ("fresh", &["fresh", "chilled"]),
            ("dried", &["dried", "smoked", "salted"]),
            ("unroasted", &["not roasted"]),
            ("roasted", &["roasted"]),
            ("prepared", &["prepared", "preserved", "cooked"]),
        ],
    ),
    (
        "power",
        &[
            ("hand", &["hand operated", "working in the hand", "manual"]),
            ("electric", &["electric", "electrical", "battery"]),
        ],
    ),
    ("packing", &[("retail", &["retail sale"]), ("bulk", &["bulk", "not put up"])]),
];

impl Index {
    /// The question that says most about the code of an answer; `None` where the code is given, or no question helps.
    pub fn question(&self, answer: &Answer) -> Option<Question> {
        if answer.outcome == crate::Outcome::Code {
            return None;
        }
        if !answer.says_something() {
            return Some(Question { topic: Topic::Anything, choices: Vec::new(), bits: 0.0 });
        }
        let candidates = &answer.ranked[..answer.ranked.len().min(CANDIDATES)];
        let mut questions: Vec<Question> = DISTINCTIONS
            .iter()
            .map(|distinction| {
                let named = |code: Hs6| self.side(distinction, code).map(str::to_owned);
                Question::new(Topic::Distinction(distinction.0), candidates, named)
            })
            .collect();
        let first = candidates.first()?.code.heading();
        let by_heading = |code: Hs6| Some(format!("{:04}", code.heading()));
        questions.push(Question::new(Topic::Heading, candidates, by_heading));
        let by_subheading = |code: Hs6| (code.heading() == first).then(|| code.to_string());
        questions.push(Question::new(Topic::Subheading, candidates, by_subheading));
        // A question in words is easier to answer than a list of legal texts, so of equal ones it is asked.
        let worth = |question: &Question| {
            question.bits * if matches!(question.topic, Topic::Distinction(_)) { 1.25 } else { 1.0 }
        };
        let best = questions.into_iter().rev().max_by(|a, b| worth(a).total_cmp(&worth(b)))?;
        (best.bits >= LEAST_BITS && best.choices.len() > 1).then_some(best)
    }

    /// The answer of a distinction that the English legal texts of a subheading give: its own text before that of its heading.
    fn side(&self, (_, sides): &Distinction, code: Hs6) -> Option<&'static str> {
        let path = self.legal_path(code, Language::En).filter(|path| path.language == Language::En)?;
        let given = |legal: &str| {
            let words = format!(" {} ", text::words(&text::fold(legal)).join(" "));
            let has = |phrase: &&str| words.contains(&format!(" {phrase} "));
            sides.iter().find(|(_, phrases)| phrases.iter().any(&has)).map(|(name, _)| *name)
        };
        given(path.subheading).or_else(|| given(path.heading))
    }
}

impl Question {
    fn new(topic: Topic, candidates: &[crate::Ranked], named: impl Fn(Hs6) -> Option<String>) -> Self {
        let mut choices: Vec<Choice> = Vec::new();
        let mut silent = 0.0;
        for ranked in candidates {
            let Some(name) = named(ranked.code) else {
                silent += ranked.probability;
                continue;
            };
            match choices.iter_mut().find(|choice| choice.name == name) {
                Some(choice) => {
                    choice.codes.push(ranked.code);
                    choice.probability += ranked.probability;
                }
                None => choices.push(Choice { name, codes: vec![ranked.code], probability: ranked.probability }),
            }
        }
        let bits = information(&choices, silent);
        choices.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.name.cmp(&b.name)));
        choices.truncate(OPTIONS);
        Self { topic, choices, bits }
    }
}

/// What an answer is expected to tell of the candidates, in bits. Those that the law is silent on stay whatever the answer, so only the
/// part of the others counts.
fn information(choices: &[Choice], silent: f64) -> f64 {
    let told: f64 = choices.iter().map(|choice| choice.probability).sum();
    if told <= 0.0 {
        return 0.0;
    }
    let entropy: f64 = choices
        .iter()
        .map(|choice| choice.probability / told)
        .filter(|share| *share > 0.0)
        .map(|share| -share * share.log2())
        .sum();
    entropy * told / (told + silent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BuildParams, Ranked, Subheading};

    fn index(lines: &[(&str, &str, &str)]) -> Index {
        let line = |(code, heading_text, text): &(&str, &str, &str)| Subheading {
            code: Hs6::parse(code).unwrap(),
            text: (*text).to_owned(),
            heading_text: (*heading_text).to_owned(),
            chapter_text: String::new(),
            language: Language::En,
            valid: crate::Period::default(),
        };
        let lines: Vec<Subheading> = lines.iter().map(line).collect();
        Index::build(&lines, &[], BuildParams { seed: 1, threads: 1 }).unwrap()
    }

    fn asked(index: &Index, ranked: &[(&str, f64)]) -> Option<Question> {
        let mut answer = index.search("shirt or meat", None).unwrap();
        answer.ranked = ranked
            .iter()
            .map(|(code, probability)| Ranked { code: Hs6::parse(code).unwrap(), probability: *probability })
            .collect();
        answer.outcome = crate::Outcome::Ask;
        index.question(&answer)
    }

    const SHIRTS: [(&str, &str, &str); 5] = [
        ("610510", "Men's or boys' shirts, knitted or crocheted", "Of cotton"),
        ("610520", "Men's or boys' shirts, knitted or crocheted", "Of man-made fibres"),
        ("620520", "Men's or boys' shirts, not knitted or crocheted", "Of cotton"),
        ("620530", "Men's or boys' shirts, not knitted or crocheted", "Of man-made fibres"),
        ("020230", "Meat of bovine animals, frozen", "Boneless"),
    ];

    #[test]
    fn the_distinction_that_divides_best_is_asked() {
        let index = index(&SHIRTS);
        let cases = [
            ([("610510", 0.3), ("610520", 0.3), ("620520", 0.02)].as_slice(), "material", ["cotton", "man-made"]),
            (&[("610510", 0.3), ("620520", 0.25), ("610520", 0.02)], "fabric", ["knitted", "woven"]),
        ];
        for (ranked, name, choices) in cases {
            let question = asked(&index, ranked).unwrap();
            assert_eq!(question.topic, Topic::Distinction(name));
            assert_eq!(question.choices.iter().map(|choice| &*choice.name).collect::<Vec<_>>(), choices);
        }
        let material = asked(&index, cases[0].0).unwrap();
        assert_eq!(material.choices[0].codes.len(), 2);
        assert!((material.choices[0].probability - 0.32).abs() < 1e-9 && material.bits > 0.9 && material.bits < 1.0);
    }

    #[test]
    fn headings_are_shown_where_no_distinction_helps_and_nothing_is_asked_of_one_code() {
        let index = index(&SHIRTS);
        let question = asked(&index, &[("610510", 0.3), ("020230", 0.3)]).unwrap();
        assert_eq!(question.topic, Topic::Heading);
        assert_eq!(question.choices[1].name, "6105");
        assert_eq!(asked(&index, &[("610510", 0.3)]), None);
    }

    #[test]
    fn a_text_that_says_nothing_is_asked_back() {
        let index = index(&SHIRTS);
        for text in ["gift", "spare parts", "samples", ""] {
            let answer = index.search(text, None).unwrap();
            assert_eq!(answer.outcome, crate::Outcome::Ask, "{text}");
            assert_eq!(index.question(&answer).map(|question| question.topic), Some(Topic::Anything), "{text}");
        }
    }
}
