//! Candidates for a description, and what speaks for each.

use crate::field::{Field, Scores};
use crate::index::{Fields, GRAM_WEIGHT, Index, shared};
use crate::linear::Margins;
use crate::plausibility::Clarity;
use crate::query::Query;

/// Candidates that each way of looking contributes.
const BY_EACH: usize = 25;

/// Known texts that are looked at one by one.
const NEIGHBOURS: usize = 60;

/// Ways of looking whose scores are compared between candidates and between headings.
pub(crate) const WAYS: usize = 10;

/// Numbers that speak for or against a candidate.
pub(crate) const SIGNALS: usize = 5 * WAYS + 23;

/// Candidates with their signals.
pub(crate) struct Candidates {
    /// Places of classes, rising.
    pub(crate) classes: Vec<u32>,
    /// [`SIGNALS`] numbers for each.
    pub(crate) signals: Vec<[f32; SIGNALS]>,
    /// The nearest known texts, the nearest first, with how alike they are, 0 to 1.
    pub(crate) neighbours: Vec<(u32, f32)>,
    /// How clear the description is.
    pub(crate) clarity: Clarity,
}

/// Scores of all classes, way by way.
struct Look {
    ways: [Scores; WAYS],
    neighbours: Vec<(u32, f32)>,
    second: Scores,
    margins: Margins,
}

impl Candidates {
    /// The candidates for a query among the classes of an index, seen through fields of its own or through others made of
    /// fewer known texts.
    pub(crate) fn find(index: &Index, fields: &Fields, query: &Query) -> Self {
        if query.terms.is_empty() {
            let clarity = Clarity::default();
            return Self { classes: Vec::new(), signals: Vec::new(), neighbours: Vec::new(), clarity };
        }
        let look = Look::new(index, fields, query);
        let mut classes: Vec<u32> = look.ways.iter().flat_map(|way| way.top(BY_EACH)).map(|(class, _)| class).collect();
        classes.sort_unstable();
        classes.dedup();
        let idf = Idf::new(fields, query);
        let signals = look.signals(index, fields, query, &idf, &classes);
        let clarity = Clarity {
            words: query.count as f32,
            known: idf.known_share,
            vague: query.vague as f32 / query.count.max(1) as f32,
        };
        Self { classes, signals, neighbours: look.neighbours, clarity }
    }
}

impl Look {
    fn new(index: &Index, fields: &Fields, query: &Query) -> Self {
        let count = index.classes.len();
        let mut ways = [(); WAYS].map(|()| Scores::new(count));
        let [leaf, path, trade, words, grams, votes, best, law, likely, linear] = &mut ways;
        fields.leaf.score(&query.terms, leaf);
        fields.path.score(&query.terms, path);
        fields.trade.score(&query.terms, trade);
        fields.words.score(&query.terms, words);
        fields.grams.score(&query.grams, grams);
        fields.leaf.score(&query.terms, law);
        fields.path.score(&scaled(&query.terms, 0.6), law);
        let mut written = query.terms.clone();
        written.extend(scaled(&query.grams, GRAM_WEIGHT));
        let logarithms = fields.likelihood.score(&written);
        let floor = logarithms.iter().copied().fold(f32::INFINITY, f32::min);
        logarithms.iter().enumerate().for_each(|(class, log)| likely.add(class, log - floor));
        for vote in &query.votes {
            let range = index.range(vote.code);
            let weight = vote.share * shared(range.len().max(1)) / (1.0 + vote.place as f32) / (1.0 + vote.after);
            range.for_each(|class| votes.add(class, weight));
        }
        let margins = fields.linear.margins(&query.features);
        for class in 0..count {
            let [heading, own] = fields.linear.of(&margins, class);
            linear.add(class, (2.0 * heading + own).exp());
        }
        let mut second = Scores::new(count);
        let neighbours = neighbours(index, &fields.instances, query);
        for (place, alike) in &neighbours {
            let (first, end) = index.known[*place as usize].classes;
            let alike = alike * shared((end - first) as usize);
            for class in first as usize..end as usize {
                let before = best.get(class);
                if alike > before {
                    best.add(class, alike - before);
                    second.add(class, before - second.get(class));
                } else if alike > second.get(class) {
                    second.add(class, alike - second.get(class));
                }
            }
        }
        Self { ways, neighbours, second, margins }
    }

    fn signals(
        &self,
        index: &Index,
        fields: &Fields,
        query: &Query,
        idf: &Idf,
        classes: &[u32],
    ) -> Vec<[f32; SIGNALS]> {
        let mut rows = vec![[0.0; SIGNALS]; classes.len()];
        for (number, way) in self.ways.iter().enumerate() {
            compare(index, way, classes, number, &mut rows);
        }
        for (row, class) in rows.iter_mut().zip(classes) {
            let rest = self.alone(index, fields, query, idf, *class as usize);
            row[5 * WAYS..].copy_from_slice(&rest);
        }
        rows
    }

    /// The signals of a class that need no other candidate.
    fn alone(
        &self,
        index: &Index,
        fields: &Fields,
        query: &Query,
        idf: &Idf,
        class: usize,
    ) -> [f32; SIGNALS - 5 * WAYS] {
        let code = index.classes[class].code;
        let [covered, excluded] = &index.leaves[class];
        let siblings = index.classes[class..].iter().take_while(|other| other.code.heading() == code.heading()).count()
            + index.classes[..class].iter().rev().take_while(|other| other.code.heading() == code.heading()).count();
        let has = |field: &Field, term: u32| field.has(term, class as u32);
        let head = |field: &Field| query.head.map_or(0.0, |term| f32::from(u8::from(has(field, term))));
        let known = |field: &Field| idf.share(query, |term| has(field, term));
        let leaf_idf: f32 = covered.iter().map(|term| fields.leaf.idf(*term)).sum();
        let matched: f32 = query
            .terms
            .iter()
            .filter(|(term, _)| covered.binary_search(term).is_ok())
            .map(|(t, _)| fields.leaf.idf(*t))
            .sum();
        let first_vote = query.votes.iter().filter(|vote| vote.code.holds(code)).map(|vote| vote.place).min();
        let [heading, own] = fields.linear.of(&self.margins, class);
        let vote_digits = query.votes.iter().filter(|vote| vote.code.holds(code)).map(|vote| vote.code.digits()).max();
        [
            known(&fields.leaf),
            known(&fields.path),
            known(&fields.trade),
            known(&fields.words),
            idf.share(query, |term| has(&fields.leaf, term) || has(&fields.path, term) || has(&fields.trade, term)),
            idf.share(query, |term| excluded.binary_search(&term).is_ok()),
            head(&fields.leaf),
            head(&fields.trade),
            head(&fields.words),
            if leaf_idf > 0.0 { matched / leaf_idf } else { 0.0 },
            self.second.get(class),
            f32::from(u8::from(code.is_other())),
            siblings as f32,
            covered.len() as f32,
            first_vote.map_or(9.0, |place| place as f32),
            vote_digits.map_or(0.0, f32::from),
            query.count as f32,
            query.vague as f32 / query.count.max(1) as f32,
            idf.known_share,
            fields.likelihood.prior[class],
            f32::from(u8::from(query.language == crate::Language::En)),
            heading,
            own,
        ]
    }
}

fn scaled(terms: &[(u32, f32)], by: f32) -> Vec<(u32, f32)> {
    terms.iter().map(|(term, weight)| (*term, weight * by)).collect()
}

/// Five signals of a way: the score, the score against the best, how many are better, the best score of its heading against
/// the best of all, and the score against the best of its heading.
fn compare(index: &Index, way: &Scores, classes: &[u32], number: usize, rows: &mut [[f32; SIGNALS]]) {
    let scores: Vec<f32> = classes.iter().map(|class| way.get(*class as usize)).collect();
    let best = scores.iter().copied().fold(0.0, f32::max);
    let mut falling: Vec<f32> = scores.clone();
    falling.sort_unstable_by(|a, b| b.total_cmp(a));
    let share = |score: f32, of: f32| if of > 0.0 { score / of } else { 0.0 };
    let heading = |place: usize| index.classes[classes[place] as usize].code.heading();
    let mut first = 0;
    while first < classes.len() {
        let end = (first..classes.len()).find(|place| heading(*place) != heading(first)).unwrap_or(classes.len());
        let of_heading = scores[first..end].iter().copied().fold(0.0, f32::max);
        for place in first..end {
            let better = falling.partition_point(|other| *other > scores[place]);
            rows[place][5 * number..5 * number + 5].copy_from_slice(&[
                scores[place],
                share(scores[place], best),
                if scores[place] > 0.0 { (better as f32).ln_1p() } else { 9.0 },
                share(of_heading, best),
                share(scores[place], of_heading),
            ]);
        }
        first = end;
    }
}

/// How rare the terms of a query are among the known texts.
struct Idf {
    terms: Vec<f32>,
    total: f32,
    /// Share of the terms that any field knows.
    known_share: f32,
}

impl Idf {
    fn new(fields: &Fields, query: &Query) -> Self {
        let of = |term: u32| match fields.instances.idf(term) {
            0.0 => fields.leaf.idf(term).max(fields.words.idf(term)),
            idf => idf,
        };
        let all: Vec<f32> = query.terms.iter().map(|(term, weight)| weight * of(*term)).collect();
        let known = all.iter().filter(|idf| **idf > 0.0).count();
        // A word that nobody knows is as rare as a word can be.
        let rarest = 9.0;
        let terms: Vec<f32> = all.into_iter().map(|idf| if idf > 0.0 { idf } else { rarest }).collect();
        let known_share = known as f32 / terms.len().max(1) as f32;
        Self { total: terms.iter().sum(), terms, known_share }
    }

    fn share(&self, query: &Query, is_had: impl Fn(u32) -> bool) -> f32 {
        let had = query.terms.iter().zip(&self.terms).filter(|((term, _), _)| is_had(*term)).map(|(_, idf)| idf);
        if self.total > 0.0 { had.sum::<f32>() / self.total } else { 0.0 }
    }
}

/// The known texts most alike: of those that BM25 ranks first, the share of rare words that both have among those that either
/// has.
fn neighbours(index: &Index, field: &Field, query: &Query) -> Vec<(u32, f32)> {
    let mut scores = Scores::new(index.known.len());
    field.score(&query.terms, &mut scores);
    let total: f32 = query.terms.iter().map(|(term, weight)| weight * field.idf(*term).max(1.0)).sum();
    let alike = |place: u32| {
        let terms = &index.known[place as usize].terms;
        let both = query.terms.iter().filter(|(term, _)| terms.binary_search(term).is_ok());
        let both: f32 = both.map(|(term, weight)| weight * field.idf(*term).max(1.0)).sum();
        let either = total + terms.iter().map(|term| field.idf(*term).max(1.0)).sum::<f32>() - both;
        both / either.max(1e-6)
    };
    let top = scores.top(NEIGHBOURS).into_iter();
    let mut all: Vec<(u32, f32)> = top.map(|(place, _)| (place, alike(place))).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all
}
