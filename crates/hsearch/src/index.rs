//! The index: what subheadings are called by law and by trade.

use crate::book::Book;
use crate::code::{Hs6, Prefix};
use crate::field::{Field, FieldBuilder, Likelihood};
use crate::lesson::Lessons;
use crate::lexicon::Lexicon;
use crate::linear::{self, Features, Linear};
use crate::query::Query;
use crate::rank::Ranker;
use crate::source::{Source, Subheading};
use crate::validity::{Period, periods};
use crate::vocabulary::Vocabulary;
use crate::{Error, Language, text};
use rust_stemmers::Stemmer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Words after which a legal text tells what it does not cover.
const EXCLUDING: [&str; 5] = ["excluding", "except", "other than", " not ", "n.e.c."];

/// Most words that the texts of a source have on average for it to be taken for what traders write.
const SHORT: f64 = 6.0;

/// Weight of an n-gram beside a word.
pub(crate) const GRAM_WEIGHT: f32 = 0.3;

/// Most subheadings, and most sources: they are numbered by sixteen bits. The Harmonized System has some 5,600 subheadings.
const MOST: usize = 1 << 16;

/// Texts of a source by which its language is told.
const SAMPLE: usize = 400;

/// How an index is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildParams {
    /// Seed of the samples that the ranker learns from.
    pub seed: u64,
    /// Threads; the index is the same for any number.
    pub threads: usize,
}

/// A subheading of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Class {
    pub(crate) code: Hs6,
    /// Its legal texts by language: its own, its heading's, its chapter's.
    pub(crate) texts: Vec<(Language, [Box<str>; 3])>,
}

/// A text with a known code, as the index keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) text: Box<str>,
    /// Its source.
    pub(crate) source: u16,
    /// Its code, at whatever level.
    pub(crate) code: Prefix,
    /// The first of its classes, and the one after the last.
    pub(crate) classes: (u32, u32),
    /// How much it counts; building alone asks for it.
    #[serde(skip)]
    pub(crate) weight: f32,
    /// Its terms, rising.
    pub(crate) terms: Vec<u32>,
    /// The n-grams of its words, rising; building alone asks for them.
    #[serde(skip)]
    grams: Vec<u32>,
    /// What the linear model reads; building alone asks for it.
    #[serde(skip)]
    pub(crate) features: Features,
    /// Whether its source has texts as traders write them; building alone asks for it.
    #[serde(skip)]
    pub(crate) is_short: bool,
}

/// What can be searched.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Fields {
    /// The own texts of subheadings.
    pub(crate) leaf: Field,
    /// The texts of their headings and chapters.
    pub(crate) path: Field,
    /// All known texts of a subheading together.
    pub(crate) trade: Field,
    /// The vocabulary's phrases for a subheading.
    pub(crate) words: Field,
    /// The n-grams of known texts and phrases.
    pub(crate) grams: Field,
    /// How likely a trader writes the words, and their n-grams, of each subheading, by the short texts alone.
    pub(crate) likelihood: Likelihood,
    /// The known texts one by one.
    pub(crate) instances: Field,
    /// The linear model of texts, phrases and legal texts.
    pub(crate) linear: Linear,
}

/// Subheadings, what they are called, and how to rank them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Index {
    pub(crate) classes: Vec<Class>,
    /// For each class, the terms of its own text in any language: what it covers, and what it says it does not. Rising.
    pub(crate) leaves: Vec<[Vec<u32>; 2]>,
    pub(crate) known: Vec<Known>,
    pub(crate) sources: Vec<Box<str>>,
    pub(crate) fields: Fields,
    pub(crate) ranker: Ranker,
    /// Words that are known.
    pub(crate) lexicon: Lexicon,
    /// When subheadings are in force; those that always are have no entry. Rising.
    pub(crate) periods: Vec<(Hs6, Vec<Period>)>,
    /// What is looked up beside what is searched.
    pub(crate) book: Book,
    #[serde(skip)]
    pub(crate) lessons: Lessons,
    #[serde(skip, default = "Vocabulary::empty")]
    pub(crate) vocabulary: Vocabulary,
}

/// The parts of an index that fields are made of.
pub(crate) struct Material<'a> {
    pub(crate) classes: &'a [Class],
    pub(crate) known: &'a [Known],
    pub(crate) vocabulary: &'a Vocabulary,
}

impl Material<'_> {
    /// The places of the classes below a code.
    pub(crate) fn range(&self, code: Prefix) -> std::ops::Range<usize> {
        range(self.classes, code)
    }
}

impl Index {
    /// Builds an index, and teaches its ranker on the known texts themselves: each is asked for as if it, or its whole source,
    /// were not in the index.
    ///
    /// # Errors
    /// [`Error::NoNomenclature`] without a subheading, [`Error::TooMany`] with more than an index can number, or where the numerics refuse.
    pub fn build(nomenclature: &[Subheading], sources: &[Source], params: BuildParams) -> Result<Self, Error> {
        let classes = classes(nomenclature);
        if classes.is_empty() {
            return Err(Error::NoNomenclature);
        }
        for (what, count) in [("subheadings", classes.len()), ("files of texts", sources.len())] {
            if count > MOST {
                return Err(Error::TooMany { what, count, most: MOST });
            }
        }
        let vocabulary = vocabulary_for(&classes)?;
        let known = known(&classes, sources, &vocabulary);
        let leaves = classes.iter().map(leaf_terms).collect();
        let material = Material { classes: &classes, known: &known, vocabulary: &vocabulary };
        let fields = Fields::build(&material, &|_| true, params)?;
        let names = sources.iter().map(|source| source.name.as_str().into()).collect();
        let (ranker, periods) = (Ranker::none(), periods(nomenclature));
        let (book, lessons) = (Book::default(), Lessons::default());
        let sources = names;
        let lexicon = Lexicon::of(&classes, &known, &vocabulary);
        let mut index =
            Self { classes, leaves, known, sources, fields, ranker, lexicon, periods, book, lessons, vocabulary };
        index.ranker = Ranker::taught(&index, params)?;
        for known in &mut index.known {
            (known.grams, known.features) = (Vec::new(), Vec::new());
        }
        Ok(index)
    }

    /// Number of subheadings.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Its subheadings, rising.
    pub fn codes(&self) -> impl Iterator<Item = Hs6> {
        self.classes.iter().map(|class| class.code)
    }

    /// Whether there are none; never so.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Number of known texts.
    pub fn instances(&self) -> usize {
        self.known.len()
    }

    /// A description by its words as they are written; enough to compare it with others.
    pub(crate) fn plain_query(&self, description: &str) -> Query {
        Query::read(description, None, &self.vocabulary, &Lexicon::default())
    }

    pub(crate) fn query(&self, description: &str, language: Option<Language>) -> Query {
        Query::read(description, language, &self.vocabulary, &self.lexicon)
    }

    pub(crate) fn material(&self) -> Material<'_> {
        Material { classes: &self.classes, known: &self.known, vocabulary: &self.vocabulary }
    }

    /// The places of the classes below a code.
    pub(crate) fn range(&self, code: Prefix) -> std::ops::Range<usize> {
        range(&self.classes, code)
    }
}

/// The vocabulary that comes with the product, which takes the words of English legal texts for English.
pub(crate) fn vocabulary_for(classes: &[Class]) -> Result<Vocabulary, Error> {
    let mut vocabulary = Vocabulary::built_in()?;
    let english = classes.iter().flat_map(|class| &class.texts).filter(|(language, _)| *language == Language::En);
    vocabulary.take_english(english.flat_map(|(_, texts)| texts.iter().map(|text| &**text)));
    Ok(vocabulary)
}

fn range(classes: &[Class], code: Prefix) -> std::ops::Range<usize> {
    let (first, last) = code.range();
    classes.partition_point(|class| class.code < first)..classes.partition_point(|class| class.code <= last)
}

fn classes(nomenclature: &[Subheading]) -> Vec<Class> {
    let mut classes: BTreeMap<Hs6, Class> = BTreeMap::new();
    for one in nomenclature {
        let class = classes.entry(one.code).or_insert_with(|| Class { code: one.code, texts: Vec::new() });
        if !class.texts.iter().any(|(language, _)| *language == one.language) {
            let texts = [&one.text, &one.heading_text, &one.chapter_text].map(|text| text.as_str().into());
            class.texts.push((one.language, texts));
        }
    }
    classes.into_values().collect()
}

/// The terms of a text, in its order, those that tell alone.
fn terms(text: &str, stemmer: &Stemmer) -> Vec<u32> {
    let folded = text::fold(text);
    text::terms(&text::words(&folded), stemmer)
}

fn rising(mut terms: Vec<u32>) -> Vec<u32> {
    terms.sort_unstable();
    terms.dedup();
    terms
}

fn grams(text: &str) -> Vec<u32> {
    let mut out = Vec::new();
    let folded = text::fold(text);
    text::words(&folded).into_iter().filter(|word| text::tells(word)).for_each(|word| text::grams(word, &mut out));
    rising(out)
}

fn leaf_terms(class: &Class) -> [Vec<u32>; 2] {
    let (mut covered, mut excluded) = (Vec::new(), Vec::new());
    for (language, [leaf, ..]) in &class.texts {
        let lower = leaf.to_ascii_lowercase();
        let cut = EXCLUDING.iter().filter_map(|word| lower.find(word)).min();
        let cut = cut.filter(|cut| leaf.is_char_boundary(*cut)).unwrap_or(leaf.len());
        let stemmer = text::stemmer(*language);
        covered.extend(terms(&leaf[..cut], &stemmer));
        excluded.extend(terms(&leaf[cut..], &stemmer));
    }
    [rising(covered), rising(excluded)]
}

fn known(classes: &[Class], sources: &[Source], vocabulary: &Vocabulary) -> Vec<Known> {
    let mut all = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let of_source = language_of(source, vocabulary);
        for instance in &source.instances {
            let classes = range(classes, instance.code);
            let stemmer = text::stemmer(instance.language.unwrap_or(of_source));
            let terms = rising(terms(&instance.text, &stemmer));
            if classes.is_empty() || terms.is_empty() {
                continue;
            }
            all.push(Known {
                is_short: false,
                text: instance.text.as_str().into(),
                source: number as u16,
                code: instance.code,
                classes: (classes.start as u32, classes.end as u32),
                weight: instance.weight,
                grams: grams(&instance.text),
                features: linear::features(&instance.text, &stemmer),
                terms,
            });
        }
    }
    mark_short(&mut all, sources.len());
    all
}

/// Marks the texts of sources whose texts have few words on average.
fn mark_short(known: &mut [Known], sources: usize) {
    let mut sums = vec![(0_usize, 0_usize); sources];
    for one in known.iter() {
        let sum = &mut sums[usize::from(one.source)];
        *sum = (sum.0 + 1, sum.1 + one.terms.len());
    }
    for one in known {
        let (count, terms) = sums[usize::from(one.source)];
        one.is_short = terms as f64 <= SHORT * count as f64;
    }
}

/// The language of most texts of a source.
fn language_of(source: &Source, vocabulary: &Vocabulary) -> Language {
    let step = source.instances.len().div_ceil(SAMPLE).max(1);
    let mut counts = [0_usize; Language::ALL.len()];
    for instance in source.instances.iter().step_by(step) {
        let folded = text::fold(&instance.text);
        counts[Language::of(&text::words(&folded), vocabulary) as usize] += 1;
    }
    // The first of the most frequent: English where nothing tells.
    let best = (0..counts.len()).rev().max_by_key(|place| counts[*place]);
    Language::ALL[best.unwrap_or_default()]
}

/// A text that stands for several subheadings says less of each.
pub(crate) fn shared(classes: usize) -> f32 {
    1.0 / (classes as f32).sqrt()
}

impl Fields {
    /// The fields of those known texts that shall be in.
    pub(crate) fn build(
        material: &Material<'_>,
        is_in: &dyn Fn(usize) -> bool,
        params: BuildParams,
    ) -> Result<Self, Error> {
        let (mut leaf, mut path) = (FieldBuilder::default(), FieldBuilder::default());
        for (place, class) in material.classes.iter().enumerate() {
            for (language, [own, heading, chapter]) in &class.texts {
                let stemmer = text::stemmer(*language);
                leaf.add(place, &terms(own, &stemmer), 1.0);
                path.add(place, &terms(heading, &stemmer), 1.0);
                path.add(place, &terms(chapter, &stemmer), 0.5);
            }
        }
        let (mut trade, mut all_grams) = (FieldBuilder::default(), FieldBuilder::default());
        let mut instances = FieldBuilder::default();
        let (mut short, mut met) = (FieldBuilder::default(), vec![0.0; material.classes.len()]);
        for (place, known) in material.known.iter().enumerate().filter(|(place, _)| is_in(*place)) {
            let classes = known.classes.0 as usize..known.classes.1 as usize;
            let weight = known.weight * shared(classes.len());
            for class in classes {
                trade.add(class, &known.terms, weight);
                all_grams.add(class, &known.grams, weight);
                if known.is_short {
                    short.add(class, &known.terms, weight);
                    short.add(class, &known.grams, weight * GRAM_WEIGHT);
                    met[class] += weight;
                }
            }
            instances.add(place, &known.terms, 1.0);
        }
        let count = material.classes.len();
        let words = words(material, &mut all_grams);
        Ok(Self {
            leaf: leaf.finish(count, 0.5),
            path: path.finish(count, 0.5),
            trade: trade.finish(count, 0.6),
            words: words.finish(count, 0.4),
            grams: all_grams.finish(count, 0.6),
            likelihood: short.likelihood(&met),
            instances: instances.finish(material.known.len(), 0.6),
            linear: Linear::build(material, is_in, (params.seed, params.threads))?,
        })
    }
}

/// The phrases of the vocabulary as texts of subheadings; those of a place further back count less.
fn words(material: &Material<'_>, all_grams: &mut FieldBuilder) -> FieldBuilder {
    let mut field = FieldBuilder::default();
    for language in Language::ALL {
        let stemmer = text::stemmer(language);
        for (phrase, codes) in material.vocabulary.classified(language) {
            let (terms, grams) = (terms(phrase, &stemmer), grams(phrase));
            for (place, code) in codes.iter().enumerate() {
                let classes = range(material.classes, *code);
                let weight = shared(classes.len().max(1)) / (1.0 + place as f32);
                for class in classes {
                    field.add(class, &terms, weight);
                    all_grams.add(class, &grams, weight);
                }
            }
        }
    }
    field
}
