//! A field: documents as bags of terms, ranked by BM25 (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009).

use serde::{Deserialize, Serialize};

/// Saturation of a term's frequency.
const K1: f32 = 1.2;

/// The documents of a field while it is built.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldBuilder {
    /// Term, document and how often it counts.
    entries: Vec<(u32, u32, f32)>,
    lengths: Vec<f32>,
}

/// What a field holds, ready to be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Field {
    /// Numbers of terms, rising.
    terms: Vec<u32>,
    /// Where the postings of each term begin, and where the last ones end.
    starts: Vec<u32>,
    documents: Vec<u32>,
    /// The weight of a term in a document.
    weights: Vec<f32>,
    /// Number of documents.
    count: u32,
}

impl FieldBuilder {
    /// Adds terms to a document, which counts from 0; the weight is how often they count.
    pub(crate) fn add(&mut self, document: usize, terms: &[u32], weight: f32) {
        if self.lengths.len() <= document {
            self.lengths.resize(document + 1, 0.0);
        }
        self.lengths[document] += weight * terms.len() as f32;
        self.entries.extend(terms.iter().map(|term| (*term, document as u32, weight)));
    }

    /// The field of so many documents; `length_weight` is how much long documents are discounted, 0 to 1 (BM25's b).
    pub(crate) fn finish(self, count: usize, length_weight: f32) -> Field {
        let (mut field, lengths) = self.frequencies(count);
        let mean = mean_of_filled(&lengths).max(1e-6);
        for (document, weight) in field.documents.iter().zip(&mut field.weights) {
            let length = lengths[*document as usize] / mean;
            *weight = *weight * (K1 + 1.0) / (*weight + K1 * (1.0 - length_weight + length_weight * length));
        }
        field
    }

    /// A field whose weights are the frequencies of its terms, and the lengths of its documents.
    fn frequencies(mut self, count: usize) -> (Field, Vec<f32>) {
        self.lengths.resize(count, 0.0);
        // A stable sort, so that frequencies add up in the order in which they came.
        self.entries.sort_by_key(|(term, document, _)| (*term, *document));
        let (terms, starts) = (Vec::new(), vec![0]);
        let mut field = Field { terms, starts, documents: Vec::new(), weights: Vec::new(), count: count as u32 };
        for of_term in self.entries.chunk_by(|a, b| a.0 == b.0) {
            field.terms.push(of_term[0].0);
            for same in of_term.chunk_by(|a, b| a.1 == b.1) {
                field.documents.push(same[0].1);
                field.weights.push(same.iter().map(|(_, _, weight)| weight).sum());
            }
            field.starts.push(field.documents.len() as u32);
        }
        (field, self.lengths)
    }
}

/// The mean length of documents that have any.
fn mean_of_filled(lengths: &[f32]) -> f32 {
    let filled = lengths.iter().filter(|length| **length > 0.0).count().max(1);
    (lengths.iter().map(|length| f64::from(*length)).sum::<f64>() / filled as f64) as f32
}

/// How likely each document is to have written some words: multinomials smoothed by the collection (Zhai & Lafferty, "A Study of
/// Smoothing Methods for Language Models", TOIS 2004, Dirichlet prior), with a prior for each document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Likelihood {
    terms: Field,
    /// What each term costs a document for its length.
    by_term: Vec<f32>,
    /// Logarithm of the prior.
    pub(crate) prior: Vec<f32>,
}

impl FieldBuilder {
    /// The likelihood of so many documents, of which each was met so often.
    pub(crate) fn likelihood(self, met: &[f32]) -> Likelihood {
        let count = met.len();
        let (mut terms, lengths) = self.frequencies(count);
        let total: f64 = lengths.iter().map(|length| f64::from(*length)).sum();
        let strength = f64::from(mean_of_filled(&lengths)).max(1.0);
        for bounds in terms.starts.windows(2) {
            let frequencies = &mut terms.weights[bounds[0] as usize..bounds[1] as usize];
            let in_all: f64 = frequencies.iter().map(|frequency| f64::from(*frequency)).sum();
            let expected = (strength * in_all / total.max(1.0)) as f32;
            frequencies.iter_mut().for_each(|frequency| *frequency = (*frequency / expected).ln_1p());
        }
        let all: f32 = met.iter().sum();
        Likelihood {
            terms,
            by_term: lengths.iter().map(|length| -((f64::from(*length) / strength).ln_1p() as f32)).collect(),
            prior: met.iter().map(|met| ((met + 0.2) / (all + 0.2 * count as f32)).ln()).collect(),
        }
    }
}

impl Likelihood {
    /// The logarithm of prior times likelihood of each document, up to what all have in common.
    pub(crate) fn score(&self, terms: &[(u32, f32)]) -> Vec<f32> {
        let known = terms.iter().filter(|(term, _)| self.terms.postings(*term).len() > 0);
        let length: f32 = known.map(|(_, weight)| weight).sum();
        let mut scores: Vec<f32> =
            self.prior.iter().zip(&self.by_term).map(|(prior, by_term)| prior + length * by_term).collect();
        for (term, weight) in terms {
            for (document, logarithm) in self.terms.postings(*term) {
                scores[document as usize] += weight * logarithm;
            }
        }
        scores
    }
}

impl Field {
    /// The documents of a term with its weight in each.
    pub(crate) fn postings(&self, term: u32) -> impl ExactSizeIterator<Item = (u32, f32)> {
        let span = match self.terms.binary_search(&term) {
            Ok(place) => self.starts[place] as usize..self.starts[place + 1] as usize,
            Err(_) => 0..0,
        };
        self.documents[span.clone()].iter().copied().zip(self.weights[span].iter().copied())
    }

    /// Whether a document has a term.
    pub(crate) fn has(&self, term: u32, document: u32) -> bool {
        let Ok(place) = self.terms.binary_search(&term) else { return false };
        let span = self.starts[place] as usize..self.starts[place + 1] as usize;
        self.documents[span].binary_search(&document).is_ok()
    }

    /// How rare a term is: the idf of BM25, which is above 0 for every term; 0 for a term that no document has.
    pub(crate) fn idf(&self, term: u32) -> f32 {
        let holders = self.postings(term).len() as f32;
        if holders == 0.0 {
            return 0.0;
        }
        ((self.count as f32 - holders + 0.5) / (holders + 0.5)).ln_1p()
    }

    /// Adds the scores of all documents for weighted terms.
    pub(crate) fn score(&self, terms: &[(u32, f32)], scores: &mut Scores) {
        for (term, weight) in terms {
            let factor = weight * self.idf(*term);
            for (document, in_document) in self.postings(*term) {
                scores.add(document as usize, factor * in_document);
            }
        }
    }
}

/// Scores of documents, most of them 0.
#[derive(Clone, Debug)]
pub(crate) struct Scores {
    values: Vec<f32>,
    touched: Vec<u32>,
}

impl Scores {
    pub(crate) fn new(count: usize) -> Self {
        Self { values: vec![0.0; count], touched: Vec::new() }
    }

    pub(crate) fn add(&mut self, document: usize, score: f32) {
        if self.values[document] == 0.0 {
            self.touched.push(document as u32);
        }
        self.values[document] += score;
    }

    pub(crate) fn get(&self, document: usize) -> f32 {
        self.values[document]
    }

    /// The documents with the highest scores, the highest first; equal ones by number.
    pub(crate) fn top(&self, count: usize) -> Vec<(u32, f32)> {
        let mut all: Vec<(u32, f32)> = self.touched.iter().map(|at| (*at, self.values[*at as usize])).collect();
        all.sort_unstable_by_key(|(document, _)| *document);
        all.dedup();
        let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if all.len() > count && count > 0 {
            all.select_nth_unstable_by(count - 1, order);
            all.truncate(count);
        }
        all.sort_unstable_by(order);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_term_in_a_short_document_weighs_most() {
        let mut builder = FieldBuilder::default();
        builder.add(0, &[1, 2, 2], 1.0);
        builder.add(1, &[1], 1.0);
        builder.add(0, &[3], 1.0);
        builder.add(2, &[1, 4, 5, 6, 7, 8], 1.0);
        let field = builder.finish(4, 0.75);
        let mut scores = Scores::new(4);
        field.score(&[(1, 1.0)], &mut scores);
        assert_eq!(scores.top(9).iter().map(|(document, _)| *document).collect::<Vec<_>>(), [1, 0, 2]);
        assert!(field.idf(2) > field.idf(1) && field.idf(9) == 0.0);
        // By hand: idf = ln(1 + 3.5 / 1.5), frequency 2, length 4 of a mean of 11 / 3.
        let mut scores = Scores::new(4);
        field.score(&[(2, 1.0)], &mut scores);
        let by_hand = (1.0_f32 + 3.5 / 1.5).ln() * 2.0 * 2.2 / (2.0 + 1.2 * (0.25 + 0.75 * 4.0 / (11.0 / 3.0)));
        assert!((scores.get(0) - by_hand).abs() < 1e-5);
    }
}
