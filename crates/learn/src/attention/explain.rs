//! Contributions of leaves and entities to a row's log-odds, that add up.
//!
//! Integrated gradients (Sundararajan, Taly and Yan 2017, "Axiomatic Attribution for Deep Networks", equation 1) along the
//! straight path of the embeddings from the baseline (every leaf the padding vector, every entity unseen: all zero) to the
//! row. At share t of the path a leaf's projection before ReLU is t W e + b, so what the path integrates, gradient times
//! embedding, is gradient times W e: no embedding is multiplied by a weight on the way. With normalisation before the
//! projection the path goes straight in what the network reads of a leaf, its normalised embedding and the embedding
//! itself; straight in the embedding alone, normalisation would do all of its turning within a thousandth of the path.
//!
//! The log-odds are smooth but for kinks where a unit switches, so the path is cut where it matters: Simpson's rule on each
//! piece, and the piece whose contributions are farthest from the known difference of the log-odds at its ends is halved,
//! until little is missed or [`MOST_NODES`] places have been looked at.

use super::batch::{load, moments};
use super::fusion::Net;
use super::layout::Layout;
use super::model::Attention;
use super::row::{Backward, Forward, Keep};
use super::rows::AttentionRows;
use crate::error::{Error, Result};

/// Places on the path that are looked at, at most; each costs a forward and a backward pass. With these the contributions
/// of the bench's rows lie within 2 % of those with 257 places for half of the rows, and within 8 % for all.
const MOST_NODES: usize = 13;

/// First cuts of the path: layer normalisation turns quickly near the baseline.
const CUTS: [f64; 4] = [0.0, 0.03, 0.3, 1.0];

/// The path is cut no finer once what is missed falls below this share of the way from base to log-odds.
const GOOD_ENOUGH: f64 = 0.003;

/// What each part of a row adds to its log-odds: `base` plus all of `trees` plus all of `entities` is `logit`.
#[derive(Debug, Clone, PartialEq)]
pub struct AttentionContributions {
    /// Log-odds of the baseline: every leaf padding, every entity unseen.
    pub base: f64,
    /// One for each tree: that of the row's leaf in it.
    pub trees: Vec<f64>,
    /// One for each query: that of the row's entity.
    pub entities: Vec<f64>,
    /// The row's log-odds.
    pub logit: f64,
    /// What the quadrature missed, summed over the pieces of the path without sign, >= 0. It has been put on the
    /// contributions, piece by piece, in proportion to their size. Small against their sizes when the quadrature is good.
    pub remainder: f64,
}

/// A leaf of the row on its way: W e, and the embedding itself if it is read. Its projection is t times that, plus offset.
struct Leaf(Vec<f32>);

impl Attention {
    /// What each leaf and each entity of row `row` adds to its log-odds.
    ///
    /// # Errors
    /// [`Error::Length`] when the rows have another number of leaves or entities than the network or there is no such row.
    pub fn contributions(&self, rows: &AttentionRows, row: usize) -> Result<AttentionContributions> {
        self.contributions_within(rows, row, MOST_NODES)
    }

    /// As [`Self::contributions`], looking at no more than so many places.
    pub(super) fn contributions_within(
        &self,
        rows: &AttentionRows,
        row: usize,
        most_nodes: usize,
    ) -> Result<AttentionContributions> {
        self.check_rows(rows)?;
        if row >= rows.n_rows() {
            return Err(Error::Length { what: "rows", expected: row + 1, found: rows.n_rows() });
        }
        let mut path = Path::new(self, rows, row);
        let nodes: Vec<Node> = CUTS.iter().map(|&t| path.node(t)).collect();
        let mut used = nodes.len();
        let mut pieces = Vec::with_capacity(MOST_NODES / 2);
        for ends in nodes.windows(2) {
            pieces.push(Piece::new(&mut path, ends[0].clone(), ends[1].clone()));
            used += 1;
        }
        let (base, logit) = (nodes[0].logit, self.logit_of(rows, row));
        while used + 2 <= most_nodes
            && let Some(worst) = worst(&pieces, GOOD_ENOUGH * (logit - base).abs())
        {
            let Piece { start, middle, end, .. } = pieces.swap_remove(worst);
            pieces.push(Piece::new(&mut path, start, middle.clone()));
            pieces.push(Piece::new(&mut path, middle, end));
            used += 2;
        }
        Ok(add_up(base, logit, &pieces, rows.trees()))
    }

    /// The row's log-odds by the same way as predictions take.
    fn logit_of(&self, rows: &AttentionRows, row: usize) -> f64 {
        let mut leaves = Vec::new();
        let mut forward = Forward::new(&self.layout, self.level, Keep::Nothing);
        load(self.net(), rows, row, &mut forward, &mut leaves);
        forward.run(self.net(), &self.records, &leaves);
        f64::from(forward.top.logit)
    }
}

/// A place on the path.
#[derive(Debug, Clone)]
struct Node {
    t: f64,
    logit: f64,
    /// Gradient times embedding of each tree, then of each entity.
    rates: Vec<f64>,
}

/// A piece of the path.
struct Piece {
    start: Node,
    middle: Node,
    end: Node,
    /// Contributions by Simpson's rule.
    parts: Vec<f64>,
    /// The difference of the log-odds at the ends less the sum of the parts.
    missing: f64,
}

impl Piece {
    fn new(path: &mut Path<'_>, start: Node, end: Node) -> Self {
        let middle = path.node(0.5 * (start.t + end.t));
        let share = (end.t - start.t) / 6.0;
        let rates = start.rates.iter().zip(&middle.rates).zip(&end.rates);
        let parts: Vec<f64> = rates.map(|((a, m), b)| share * (a + 4.0 * m + b)).collect();
        let missing = end.logit - start.logit - parts.iter().sum::<f64>();
        Self { start, middle, end, parts, missing }
    }
}

/// The piece that misses most; none when all together miss no more than `enough`.
fn worst(pieces: &[Piece], enough: f64) -> Option<usize> {
    let missed = |i: &usize| pieces[*i].missing.abs();
    let all: f64 = pieces.iter().map(|piece| piece.missing.abs()).sum();
    (0..pieces.len()).filter(|_| all > enough).max_by(|a, b| missed(a).total_cmp(&missed(b)))
}

/// Sums the pieces, what is missing put on each piece's parts in proportion to their size.
fn add_up(base: f64, logit: f64, pieces: &[Piece], trees: usize) -> AttentionContributions {
    let mut sums = vec![0.0; pieces.first().map_or(0, |piece| piece.parts.len())];
    let (mut base, mut remainder) = (base, 0.0);
    for piece in pieces {
        let size: f64 = piece.parts.iter().map(|part| part.abs()).sum();
        let stretch = if size > 0.0 { piece.missing / size } else { 0.0 };
        sums.iter_mut().zip(&piece.parts).for_each(|(sum, part)| *sum += part + stretch * part.abs());
        remainder += piece.missing.abs();
    }
    // The end of the path and the prediction round differently.
    let rounding = logit - base - sums.iter().sum::<f64>();
    let size: f64 = sums.iter().map(|sum| sum.abs()).sum();
    if size > 0.0 {
        sums.iter_mut().for_each(|sum| *sum += rounding * sum.abs() / size);
    } else {
        base += rounding;
    }
    let entities = sums.split_off(trees);
    AttentionContributions { base, trees: sums, entities, logit, remainder }
}

/// The path from the baseline to a row.
struct Path<'a> {
    net: Net<'a>,
    leaves: Vec<Leaf>,
    /// Bias of the projections, with that of the normalisation before them.
    offset: Vec<f32>,
    /// Entity vectors of the row.
    ends: Vec<f32>,
    records: Vec<f32>,
    record_gradient: Vec<f32>,
    dense: Vec<f32>,
    numbers: Vec<u32>,
    forward: Forward,
    backward: Backward,
}

impl<'a> Path<'a> {
    fn new(model: &'a Attention, rows: &AttentionRows, row: usize) -> Self {
        let (net, layout) = (model.net(), &model.layout);
        let mut forward = Forward::new(layout, model.level, Keep::All);
        let mut numbers = Vec::new();
        load(net, rows, row, &mut forward, &mut numbers);
        let records = vec![0.0; layout.trees * layout.record_len()];
        Self {
            net,
            leaves: numbers.iter().map(|&leaf| Leaf::new(net, leaf)).collect(),
            offset: offset(net),
            ends: forward.top.entities.clone(),
            record_gradient: records.clone(),
            records,
            dense: vec![0.0; layout.dense_len()],
            numbers: (0u32..).take(layout.trees).collect(),
            forward,
            backward: Backward::new(layout),
        }
    }

    /// Log-odds at share `t` of the path.
    fn forward(&mut self, t: f64) -> f64 {
        let t = t as f32;
        let len = self.net.layout.record_len();
        let width = self.offset.len();
        for (leaf, record) in self.leaves.iter().zip(self.records.chunks_exact_mut(len)) {
            for ((out, &slope), &offset) in record.iter_mut().zip(&leaf.0).zip(&self.offset) {
                *out = (t * slope + offset).max(0.0);
            }
            record[width..].iter_mut().zip(&leaf.0[width..]).for_each(|(out, &e)| *out = t * e);
        }
        self.forward.top.entities.iter_mut().zip(&self.ends).for_each(|(out, &e)| *out = t * e);
        self.forward.run(self.net, &self.records, &self.numbers);
        f64::from(self.forward.top.logit)
    }

    /// Log-odds and gradient times embedding at share `t`.
    fn node(&mut self, t: f64) -> Node {
        let logit = self.forward(t);
        let layout = self.net.layout;
        let (len, width, d) = (layout.record_len(), self.offset.len(), layout.dimension());
        self.record_gradient.fill(0.0);
        self.backward.run(self.net, &mut self.forward, (1.0, 0.0), None, &mut self.dense);
        self.backward.scatter(layout, &self.numbers, &mut self.record_gradient);
        let records = self.records.chunks_exact(len).zip(self.record_gradient.chunks_exact(len));
        let mut rates = Vec::with_capacity(layout.trees + layout.queries);
        for (leaf, (record, gradient)) in self.leaves.iter().zip(records) {
            let alive = |c: usize| f32::from(u8::from(record[c] > 0.0));
            let projected: f32 = (0..width).map(|c| alive(c) * gradient[c] * leaf.0[c]).sum();
            let direct: f32 = (width..len).map(|c| gradient[c] * leaf.0[c]).sum();
            rates.push(f64::from(projected + direct));
        }
        let gradients = self.backward.top.entities.chunks_exact(d).zip(self.ends.chunks_exact(d));
        rates.extend(
            gradients.map(|(gradient, end)| gradient.iter().zip(end).map(|(g, e)| f64::from(g * e)).sum::<f64>()),
        );
        Node { t, logit, rates }
    }
}

impl Leaf {
    fn new(net: Net<'_>, leaf: u32) -> Self {
        let (layout, d) = (net.layout, net.layout.dimension());
        let embedding = &net.group(&layout.leaves)[leaf as usize * d..][..d];
        let mut start = embedding.to_vec();
        if layout.architecture.residual {
            let (mean, inverse) = moments(embedding);
            let gain = net.group(&layout.pre_gain);
            start.iter_mut().zip(gain).for_each(|(e, g)| *e = (*e - mean) * inverse * g);
        }
        let mut slope = project(layout, net, &start);
        if layout.reads_embedding() {
            slope.extend_from_slice(embedding);
        }
        Self(slope)
    }
}

/// Vector times the projections, without bias; nothing without self-attention.
fn project(layout: &Layout, net: Net<'_>, vector: &[f32]) -> Vec<f32> {
    let width = layout.project_b.len();
    let mut out = vec![0.0; width];
    for (&x, row) in vector.iter().zip(net.group(&layout.project_w).chunks_exact(width.max(1))) {
        out.iter_mut().zip(row).for_each(|(o, &w)| *o += x * w);
    }
    out
}

fn offset(net: Net<'_>) -> Vec<f32> {
    let layout = net.layout;
    let mut offset = project(layout, net, net.group(&layout.pre_bias));
    offset.iter_mut().zip(net.group(&layout.project_b)).for_each(|(o, &b)| *o += b);
    offset
}
