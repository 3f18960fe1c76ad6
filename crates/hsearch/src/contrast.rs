//! Why not the nearest siblings: how the law tells a code from those beside it.

use crate::answer::Answer;
use crate::code::Hs6;
use crate::index::Index;
use crate::text;

/// Words of legal texts that tell nothing by themselves.
const JOINING: [&str; 8] = ["or", "and", "than", "the", "of", "in", "with", "for"];

/// A sibling, and what sets it apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    /// The sibling: another subheading of the same heading.
    pub code: Hs6,
    /// Its probability; 0 where it was no candidate.
    pub probability: f64,
    /// Words of its own text that the text of the code does not have, as they stand there.
    pub its_words: Vec<String>,
    /// Words of the code's text that the sibling's does not have, and whether the description has them.
    pub own_words: Vec<(String, bool)>,
}

impl Index {
    /// The siblings of a code nearest to a description: the most likely ones, then those that follow it in the nomenclature.
    pub fn contrasts(&self, answer: &Answer, description: &str, code: Hs6, count: usize) -> Vec<Contrast> {
        let probability =
            |sibling: Hs6| answer.ranked.iter().find(|one| one.code == sibling).map_or(0.0, |one| one.probability);
        let mut siblings: Vec<(f64, Hs6)> = self
            .codes()
            .filter(|sibling| sibling.heading() == code.heading() && *sibling != code)
            .map(|sibling| (probability(sibling), sibling))
            .collect();
        let distance = |sibling: Hs6| sibling.number().abs_diff(code.number());
        siblings.sort_by(|a, b| b.0.total_cmp(&a.0).then(distance(a.1).cmp(&distance(b.1))));
        let stemmer = text::stemmer(answer.language);
        let folded = text::fold(description);
        let described = text::terms(&text::words(&folded), &stemmer);
        let own = self.own_words(code, answer);
        let contrast = |(probability, sibling): (f64, Hs6)| {
            let its = self.own_words(sibling, answer);
            let only = |words: &[(String, u32)], others: &[(String, u32)]| -> Vec<(String, u32)> {
                words.iter().filter(|(_, term)| others.iter().all(|(_, other)| other != term)).cloned().collect()
            };
            let own_words = only(&own, &its).into_iter().map(|(word, term)| (word, described.contains(&term)));
            Contrast {
                code: sibling,
                probability,
                own_words: own_words.collect(),
                its_words: only(&its, &own).into_iter().map(|(word, _)| word).collect(),
            }
        };
        siblings.into_iter().take(count).map(contrast).collect()
    }

    /// The words of a subheading's own text that tell, each once, with their terms.
    fn own_words(&self, code: Hs6, answer: &Answer) -> Vec<(String, u32)> {
        let Some(path) = self.legal_path(code, answer.language) else { return Vec::new() };
        let stemmer = text::stemmer(path.language);
        let folded = text::fold(path.subheading);
        let mut words: Vec<(String, u32)> = Vec::new();
        for word in text::words(&folded).into_iter().filter(|word| text::tells(word) && !JOINING.contains(word)) {
            let term = text::term(word, &stemmer);
            if words.iter().all(|(_, known)| *known != term) {
                words.push((word.to_owned(), term));
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BuildParams, Language, Period, Subheading};

    #[test]
    fn siblings_are_told_apart_by_the_words_that_only_one_has() {
        let line = |code: &str, text: &str| Subheading {
            code: Hs6::parse(code).unwrap(),
            text: text.to_owned(),
            heading_text: "Coffee".to_owned(),
            chapter_text: String::new(),
            language: Language::En,
            valid: Period::default(),
        };
        let lines = [
            line("090111", "Coffee, not roasted, not decaffeinated"),
            line("090112", "Coffee, not roasted, decaffeinated"),
            line("090121", "Coffee, roasted"),
            line("610910", "T-shirts of cotton"),
        ];
        let index = Index::build(&lines, &[], BuildParams { seed: 1, threads: 1 }).unwrap();
        let asked = "roasted coffee beans";
        let answer = index.search(asked, None).unwrap();
        let code = Hs6::parse("090121").unwrap();
        let contrasts = index.contrasts(&answer, asked, code, 2);
        assert_eq!(contrasts.len(), 2, "only siblings");
        let first = &contrasts[contrasts.iter().position(|one| one.code.to_string() == "090111").unwrap()];
        assert_eq!(first.its_words, ["not", "decaffeinated"]);
        assert!(first.own_words.is_empty());
        let other = index.contrasts(&answer, asked, contrasts[0].code, 3);
        let roasted = other.iter().find(|one| one.code == code).unwrap();
        assert!(roasted.own_words.iter().all(|(_, is_described)| !is_described), "{roasted:?}");
    }
}
