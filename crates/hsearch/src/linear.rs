//! A linear model in two levels: which heading, then which of its subheadings, by words, pairs of words and pieces of words.
//!
//! One machine for each heading would learn from all texts; nearly all of them are far from it and teach nothing. So a heading's
//! machine learns from its own texts, from those that a mean of its texts takes for its own, and from a few others; a subheading's
//! from the texts of its heading. Weights are few, and kept by feature.

use crate::code::Hs6;
use crate::index::Material;
use crate::{Error, Language, text};
use learn::Rng;
use learn::parallel::each;
use learn::svm::{Problem, SparseWeights, SvmParams, ValuedRows};
use rust_stemmers::Stemmer;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Headings that a text is most like and does not belong to: it teaches them what they are not.
const NEAR: usize = 12;

/// Further headings, drawn.
const DRAWN: usize = 4;

/// A feature of more than this share of texts tells headings apart too little to look for near ones by.
const COMMON: f32 = 0.05;

/// Weights below this add nothing to a margin that anybody would see.
const LEAST_WEIGHT: f64 = 0.05;

/// Characters of the shortest and the longest piece of a word.
const PIECES: (usize, usize) = (3, 5);

/// Texts whose near headings a thread looks for at a time.
const TOGETHER: usize = 512;

/// A text as hashed features, each with how often it stands there; rising.
pub(crate) type Features = Vec<(u32, f32)>;

/// The model.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Linear {
    /// Hashed features that more than one text has, rising.
    features: Vec<u32>,
    /// How rare each is.
    idf: Vec<f32>,
    /// For each class, the place of its heading.
    heading_of: Vec<u16>,
    headings: Machines,
    classes: Machines,
}

/// The weights of machines by feature.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Machines {
    biases: Vec<f32>,
    /// Where the weights of each feature begin, and where the last ones end.
    starts: Vec<u32>,
    machines: Vec<u16>,
    weights: Vec<f32>,
}

/// Margins of a text: for each class that of its heading, and its own among its siblings.
pub(crate) struct Margins {
    headings: Vec<f32>,
    classes: Vec<f32>,
}

/// The features of a text.
pub(crate) fn features(description: &str, stemmer: &Stemmer) -> Features {
    let folded = text::fold(description);
    let words = text::words(&folded);
    let terms = text::terms(&words, stemmer);
    let mut all = terms.clone();
    all.extend(terms.windows(2).map(|pair| text::pair(pair[0], pair[1])));
    for word in words.iter().filter(|word| text::tells(word)) {
        (PIECES.0..=PIECES.1).for_each(|length| text::pieces(word, length, &mut all));
    }
    all.sort_unstable();
    all.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f32)).collect()
}

/// Texts with the classes they belong to.
struct Texts<'a> {
    features: Vec<Cow<'a, Features>>,
    classes: Vec<(u32, u32)>,
}

impl<'a> Texts<'a> {
    /// The known texts that shall be in, the legal texts, and the phrases of the vocabulary.
    fn of(material: &Material<'a>, is_in: &dyn Fn(usize) -> bool) -> Self {
        let mut texts = Self { features: Vec::new(), classes: Vec::new() };
        for (_, known) in material.known.iter().enumerate().filter(|(place, _)| is_in(*place)) {
            texts.add(Cow::Borrowed(&known.features), known.classes);
        }
        for (class, place) in material.classes.iter().zip(0..) {
            for (language, [own, heading, _]) in &class.texts {
                let legal = format!("{heading} {own}");
                texts.add(Cow::Owned(features(&legal, &text::stemmer(*language))), (place, place + 1));
            }
        }
        for language in Language::ALL {
            let stemmer = text::stemmer(language);
            for (phrase, codes) in material.vocabulary.classified(language) {
                let classes = codes.first().map(|code| material.range(*code)).unwrap_or_default();
                texts.add(Cow::Owned(features(phrase, &stemmer)), (classes.start as u32, classes.end as u32));
            }
        }
        texts
    }

    fn add(&mut self, features: Cow<'a, Features>, classes: (u32, u32)) {
        if !features.is_empty() && classes.0 < classes.1 {
            self.features.push(features);
            self.classes.push(classes);
        }
    }
}

impl Linear {
    /// A model of the known texts that shall be in.
    pub(crate) fn build(
        material: &Material<'_>,
        is_in: &dyn Fn(usize) -> bool,
        (seed, threads): (u64, usize),
    ) -> Result<Self, Error> {
        let texts = Texts::of(material, is_in);
        let codes: Vec<Hs6> = material.classes.iter().map(|class| class.code).collect();
        let mut headings: Vec<u32> = codes.iter().map(|code| code.heading()).collect();
        headings.dedup();
        let place = |code: &Hs6| headings.binary_search(&code.heading()).unwrap_or_default() as u16;
        let mut model = Self { heading_of: codes.iter().map(place).collect(), ..Self::counting(&texts) };
        let bias = model.features.len() as u32;
        let mut rows = ValuedRows::new(model.features.len() + 1);
        for features in &texts.features {
            let mut row = model.row(features);
            row.push((bias, 1.0));
            rows.push_row(&row)?;
        }
        let params = SvmParams { cost: 2.0, positive_factor: 3.0, passes: 8, seed, threads, ..SvmParams::default() };
        let params = SvmParams { least_weight: LEAST_WEIGHT, ..params }.check()?;
        let of_headings = model.heading_problems(&texts, &rows, headings.len(), seed, threads)?;
        model.headings = Machines::new(params.fit(&rows, &of_headings)?, bias);
        model.classes = Machines::new(params.fit(&rows, &model.class_problems(&texts))?, bias);
        Ok(model)
    }

    /// The features that at least two texts have.
    fn counting(texts: &Texts) -> Self {
        let mut all: Vec<u32> =
            texts.features.iter().flat_map(|features| features.iter()).map(|(feature, _)| *feature).collect();
        all.sort_unstable();
        let count = texts.features.len() as f32;
        let held = all.chunk_by(|a, b| a == b).filter(|same| same.len() > 1);
        let (features, idf) =
            held.map(|same| (same[0], ((1.0 + count) / (1.0 + same.len() as f32)).ln() + 1.0)).unzip();
        Self { features, idf, ..Self::default() }
    }

    /// A text as columns with values of unit length.
    fn row(&self, features: &Features) -> Vec<(u32, f32)> {
        let known = |(feature, times): &(u32, f32)| {
            let column = self.features.binary_search(feature).ok()?;
            Some((column as u32, (1.0 + times.ln()) * self.idf[column]))
        };
        let mut row: Vec<(u32, f32)> = features.iter().filter_map(known).collect();
        let length = row.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(1e-6);
        row.iter_mut().for_each(|(_, value)| *value /= length);
        row
    }

    fn heading_problems(
        &self,
        texts: &Texts,
        rows: &ValuedRows,
        headings: usize,
        seed: u64,
        threads: usize,
    ) -> Result<Vec<Problem>, Error> {
        let own = |place: usize| {
            let (first, end) = texts.classes[place];
            let (first, last) = (self.heading_of[first as usize], self.heading_of[end as usize - 1]);
            (first == last).then_some(first)
        };
        let near = Near::new(self, rows, headings, own);
        let places: Vec<usize> = (0..rows.n_rows()).filter(|place| own(*place).is_some()).collect();
        let groups: Vec<&[usize]> = places.chunks(TOGETHER).collect();
        let others = each(&groups, threads, |group| near.of(rows, group, own, seed))?;
        let mut problems = vec![Problem::new(); headings];
        for (place, others) in places.iter().zip(others.into_iter().flatten()) {
            own(*place).into_iter().for_each(|heading| problems[usize::from(heading)].push((*place as u32, true)));
            others.into_iter().for_each(|heading| problems[usize::from(heading)].push((*place as u32, false)));
        }
        Ok(problems)
    }

    /// For each class the texts of its heading, its own ones being positive.
    fn class_problems(&self, texts: &Texts) -> Vec<Problem> {
        let mut siblings: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        self.heading_of
            .iter()
            .enumerate()
            .for_each(|(class, heading)| siblings.entry(*heading).or_default().push(class));
        let mut problems = vec![Problem::new(); self.heading_of.len()];
        for (place, (class, end)) in texts.classes.iter().enumerate() {
            let siblings = &siblings[&self.heading_of[*class as usize]];
            if end - class == 1 && siblings.len() > 1 {
                siblings.iter().for_each(|one| problems[*one].push((place as u32, *one == *class as usize)));
            }
        }
        problems
    }

    /// The margins of a text.
    pub(crate) fn margins(&self, features: &Features) -> Margins {
        let row = self.row(features);
        Margins { headings: self.headings.margins(&row), classes: self.classes.margins(&row) }
    }

    /// The margin of a class's heading, and its own.
    pub(crate) fn of(&self, margins: &Margins, class: usize) -> [f32; 2] {
        let heading = self.heading_of.get(class).map_or(0, |heading| usize::from(*heading));
        let margin = |all: &[f32], place: usize| all.get(place).copied().unwrap_or_default();
        [margin(&margins.headings, heading), margin(&margins.classes, class)]
    }
}

/// Means of the texts of headings, by which near headings are found.
struct Near {
    /// For each feature, the headings that have it with its part of their mean.
    by_feature: Vec<Vec<(u16, f32)>>,
    headings: usize,
}

impl Near {
    fn new(model: &Linear, rows: &ValuedRows, headings: usize, own: impl Fn(usize) -> Option<u16>) -> Self {
        let mut by_feature: Vec<Vec<(u16, f32)>> = vec![Vec::new(); model.features.len()];
        let mut order: Vec<(u16, usize)> =
            (0..rows.n_rows()).filter_map(|place| own(place).map(|heading| (heading, place))).collect();
        order.sort_unstable();
        let common = (1.0 / COMMON).ln() + 1.0;
        for of_heading in order.chunk_by(|a, b| a.0 == b.0) {
            let share = 1.0 / (of_heading.len() as f32).sqrt();
            for (heading, place) in of_heading {
                for (column, value) in rows.row(*place) {
                    let Some(mean) = by_feature.get_mut(column as usize) else { continue };
                    match mean.last_mut() {
                        _ if model.idf[column as usize] < common => {}
                        Some((last, sum)) if last == heading => *sum += value * share,
                        _ => mean.push((*heading, value * share)),
                    }
                }
            }
        }
        Self { by_feature, headings }
    }

    /// For each of some texts the headings, other than its own, that it is most like, and some drawn ones.
    fn of(&self, rows: &ValuedRows, places: &[usize], own: impl Fn(usize) -> Option<u16>, seed: u64) -> Vec<Vec<u16>> {
        let mut scores = vec![0.0f32; self.headings];
        let others = |place: &usize| {
            scores.fill(0.0);
            for (column, value) in rows.row(*place) {
                let mean = self.by_feature.get(column as usize).into_iter().flatten();
                mean.for_each(|(heading, part)| scores[usize::from(*heading)] += part * value);
            }
            let mut order: Vec<u16> = (0..self.headings as u16).filter(|one| Some(*one) != own(*place)).collect();
            let falling = |a: &u16, b: &u16| scores[usize::from(*b)].total_cmp(&scores[usize::from(*a)]).then(a.cmp(b));
            if order.len() > NEAR {
                order.select_nth_unstable_by(NEAR - 1, falling);
                let mut rng = Rng::for_stream(seed, *place as u64);
                for drawn in 0..DRAWN.min(order.len() - NEAR) {
                    let other = NEAR + drawn + rng.below(order.len() - NEAR - drawn);
                    order.swap(NEAR + drawn, other);
                }
                order.truncate(NEAR + DRAWN);
            }
            order.sort_unstable();
            order
        };
        places.iter().map(others).collect()
    }
}

impl Machines {
    fn new(solved: Vec<SparseWeights>, bias: u32) -> Self {
        let own =
            |weights: &SparseWeights| weights.last().filter(|(column, _)| *column == bias).map(|(_, weight)| *weight);
        // A machine that saw no text says no.
        let bias_of = |weights: &SparseWeights| if weights.is_empty() { -1.0 } else { own(weights).unwrap_or(0.0) };
        let biases = solved.iter().map(bias_of).collect();
        let mut entries: Vec<(u32, u16, f32)> = Vec::new();
        for (machine, weights) in solved.iter().enumerate() {
            let kept = weights.iter().filter(|(column, _)| *column != bias);
            entries.extend(kept.map(|(column, weight)| (*column, machine as u16, *weight)));
        }
        entries.sort_unstable_by_key(|(column, machine, _)| (*column, *machine));
        let mut starts = vec![0; bias as usize + 1];
        entries.iter().for_each(|(column, ..)| starts[*column as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let (machines, weights) = entries.into_iter().map(|(_, machine, weight)| (machine, weight)).unzip();
        Self { biases, starts, machines, weights }
    }

    fn margins(&self, row: &[(u32, f32)]) -> Vec<f32> {
        let mut margins = self.biases.clone();
        for (column, value) in row {
            let [first, end] = [0, 1].map(|next| self.starts.get(*column as usize + next).map_or(0, |at| *at as usize));
            for (machine, weight) in self.machines[first..end].iter().zip(&self.weights[first..end]) {
                margins[usize::from(*machine)] += weight * value;
            }
        }
        margins
    }
}
