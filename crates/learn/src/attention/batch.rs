//! The gradient of a batch, cut into a fixed number of parts so that no sum depends on the threads.

use super::fusion::{Adversary, Net};
use super::kernels::{AddAll, Level, NORM_EPSILON, PullBack, Records};
use super::layout::{Kind, Layout};
use super::loss::{Loss, Wanted};
use super::params::AttentionParams;
use super::row::{Backward, Forward, Keep};
use super::rows::{AttentionData, AttentionRows};
use crate::rng::Rng;

/// Marks the streams of random numbers that dropout draws from.
const DROPOUT: u64 = 1 << 62;

/// Parts of a batch.
pub(super) const PARTS: usize = 8;

/// A thread's room for rows.
#[derive(Debug)]
pub(super) struct Space {
    pub(super) forward: Forward,
    pub(super) backward: Backward,
    pub(super) leaves: Vec<u32>,
    /// Places of the row's entity vectors among all weights.
    entities: Vec<usize>,
}

impl Space {
    pub(super) fn new(layout: &Layout, level: Level) -> Self {
        let forward = Forward::new(layout, level, Keep::All);
        Self { forward, backward: Backward::new(layout), leaves: Vec::new(), entities: Vec::new() }
    }
}

/// Brings a row's entity vectors and known leaves to where the network reads them.
pub(super) fn load(net: Net<'_>, rows: &AttentionRows, row: usize, forward: &mut Forward, leaves: &mut Vec<u32>) {
    let d = net.layout.dimension();
    for ((k, &number), out) in rows.entities(row).iter().enumerate().zip(forward.top.entities.chunks_exact_mut(d)) {
        out.copy_from_slice(net.group(&net.layout.entity(k, number)));
    }
    leaves.clear();
    leaves.extend(rows.leaves(row).iter().map(|&leaf| net.layout.known_leaf(leaf)));
}

/// Brings a row to where the network reads it for a step of training, without what is dropped. The draws depend on step
/// and row alone, and so not on the thread.
fn load_for_step(net: Net<'_>, task: &Task<'_>, step: u64, row: usize, space: &mut Space) {
    let Space { forward, leaves, entities, .. } = space;
    load(net, task.data.rows, row, forward, leaves);
    entities.clear();
    entities.extend(task.data.rows.entities(row).iter().enumerate().map(|(k, &n)| net.layout.entity(k, n).start));
    let AttentionParams { leaf_dropout, entity_dropout, seed, .. } = *task.params;
    if leaf_dropout == 0.0 && entity_dropout == 0.0 {
        return;
    }
    let mut rng = Rng::for_stream(seed, DROPOUT | (step << 24) ^ row as u64);
    leaves.iter_mut().filter(|_| rng.bernoulli(leaf_dropout)).for_each(|leaf| *leaf = 0);
    let vectors = forward.top.entities.chunks_exact_mut(net.layout.dimension());
    for ((k, place), vector) in entities.iter_mut().enumerate().zip(vectors) {
        if rng.bernoulli(entity_dropout) {
            *place = net.layout.entity(k, 0).start;
            vector.fill(0.0);
        }
    }
}

/// The gradient of one part of a batch.
#[derive(Debug)]
pub(super) struct Part {
    dense: Vec<f32>,
    records: Vec<f32>,
    /// Where the vectors of `entity_gradients` belong among all weights.
    entity_places: Vec<usize>,
    entity_gradients: Vec<f32>,
    loss: f64,
}

/// Which batch a part is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch {
    /// Number of its step.
    pub(super) step: u64,
    /// Rows of all its parts.
    pub(super) rows: usize,
}

/// What all parts of a batch share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) data: &'a AttentionData<'a>,
    pub(super) params: &'a AttentionParams,
    pub(super) scale: f64,
}

impl Task<'_> {
    fn loss(&self) -> Loss {
        Loss { alpha: if self.params.architecture.single_task { 0.0 } else { self.params.alpha } }
    }
}

impl Part {
    pub(super) fn new(layout: &Layout) -> Self {
        Self {
            dense: vec![0.0; layout.dense_len()],
            records: vec![0.0; layout.leaf_rows() * layout.record_len()],
            entity_places: Vec::new(),
            entity_gradients: Vec::new(),
            loss: 0.0,
        }
    }

    /// The gradient of `rows`, out of the `batch` of a step.
    pub(super) fn run(
        &mut self,
        task: &Task<'_>,
        net: Net<'_>,
        records: &[f32],
        rows: &[usize],
        batch: Batch,
        space: &mut Space,
    ) {
        self.dense.fill(0.0);
        self.records.fill(0.0);
        self.entity_places.clear();
        self.entity_gradients.clear();
        self.loss = 0.0;
        for &row in rows {
            let wanted = Wanted {
                label: task.data.labels[row],
                revenue: task.data.target(row, task.scale),
                weight: task.data.weight(row) / batch.rows as f32,
            };
            load_for_step(net, task, batch.step, row, space);
            self.add_row(task, net, records, &wanted, space);
        }
    }

    /// Adds the gradient of the row that `space` was loaded with.
    fn add_row(&mut self, task: &Task<'_>, net: Net<'_>, records: &[f32], wanted: &Wanted, space: &mut Space) {
        let Space { forward, backward, leaves, entities } = space;
        forward.run(net, records, leaves);
        let loss = task.loss();
        let (own, outputs) = loss.of(wanted, forward.top.logit, forward.top.revenue);
        self.loss += own;
        let weight = task.params.adversarial_weight;
        let mut moved = |logit: f32, revenue: f32| {
            let (adversarial, gradient) = loss.of(wanted, logit, revenue);
            self.loss += weight * adversarial;
            (gradient.0 * weight as f32, gradient.1 * weight as f32)
        };
        let step = task.params.adversarial_step as f32;
        let adversary = (weight > 0.0).then_some(Adversary { step, outputs_gradient: &mut moved });
        backward.run(net, forward, outputs, adversary, &mut self.dense);
        backward.scatter(net.layout, leaves, &mut self.records);
        self.entity_places.extend_from_slice(entities);
        self.entity_gradients.extend_from_slice(&backward.top.entities);
    }
}

/// Rows of the tables that occur in a batch.
#[derive(Debug)]
struct Occurring {
    flags: Vec<bool>,
    /// Where their vectors start among all weights, without repeats.
    places: Vec<usize>,
}

/// The records of the leaves and the gradient of the whole batch; everything done once a step.
#[derive(Debug)]
pub(super) struct Whole {
    level: Level,
    pub(super) records: Vec<f32>,
    pub(super) gradient: Vec<f32>,
    record_gradient: Vec<f32>,
    normalised: Vec<f32>,
    transposed: Vec<f32>,
    occurring: Occurring,
}

impl Whole {
    pub(super) fn new(layout: &Layout, level: Level) -> Self {
        let vectors = layout.len() - layout.dense_len();
        Self {
            level,
            records: vec![0.0; layout.leaf_rows() * layout.record_len()],
            gradient: vec![0.0; layout.len()],
            record_gradient: vec![0.0; layout.leaf_rows() * layout.record_len()],
            normalised: vec![0.0; layout.leaves.len()],
            transposed: vec![0.0; layout.project_w.len()],
            occurring: Occurring { flags: vec![false; vectors / layout.dimension()], places: Vec::new() },
        }
    }

    /// Projects the table of leaves.
    pub(super) fn project(&mut self, net: Net<'_>) {
        let (layout, d) = (net.layout, net.layout.dimension());
        let record_len = layout.record_len();
        let embeddings = net.group(&layout.leaves);
        if layout.architecture.self_attention {
            if layout.architecture.residual {
                normalise_table(net, &mut self.normalised);
            }
            let vectors = if layout.architecture.residual { &self.normalised[..] } else { embeddings };
            let (weights, bias) = (net.group(&layout.project_w), net.group(&layout.project_b));
            self.level.run(Records { vectors, weights, bias, record_len, records: &mut self.records });
        }
        if layout.reads_embedding() {
            for (record, embedding) in self.records.chunks_exact_mut(record_len).zip(embeddings.chunks_exact(d)) {
                record[layout.embedding_at()..].copy_from_slice(embedding);
            }
        }
    }

    /// Sums the parts in their order, carries the gradient of the records to embeddings and projections, adds the
    /// penalty of a batch of `n_batch` rows, and returns the loss with the penalty.
    pub(super) fn collect<'p>(
        &mut self,
        net: Net<'_>,
        parts: impl Iterator<Item = &'p Part>,
        rows: (&AttentionRows, &[usize]),
        l2: f64,
    ) -> f64 {
        let (layout, d) = (net.layout, net.layout.dimension());
        self.gradient.fill(0.0);
        self.record_gradient.fill(0.0);
        let mut loss = 0.0;
        for part in parts {
            loss += part.loss;
            self.level.run(AddAll { from: &part.dense, to: &mut self.gradient[..layout.dense_len()] });
            self.level.run(AddAll { from: &part.records, to: &mut self.record_gradient });
            for (&place, gradient) in part.entity_places.iter().zip(part.entity_gradients.chunks_exact(d)) {
                self.gradient[place..place + d].iter_mut().zip(gradient).for_each(|(s, &g)| *s += g);
            }
        }
        self.pull_back(net);
        let penalty = l2 / rows.1.len().max(1) as f64;
        loss += self.penalise(net, rows.0, rows.1, penalty);
        self.keep_zeros(layout);
        loss
    }

    fn pull_back(&mut self, net: Net<'_>) {
        let (layout, d) = (net.layout, net.layout.dimension());
        let record_len = layout.record_len();
        let (dense, tables) = self.gradient.split_at_mut(layout.dense_len());
        let leaf_gradient = &mut tables[..layout.leaves.len()];
        if layout.architecture.self_attention {
            let weights = net.group(&layout.project_w);
            let width = 3 * d;
            for (o, row) in self.transposed.chunks_exact_mut(d).enumerate() {
                row.iter_mut().enumerate().for_each(|(k, t)| *t = weights[k * width + o]);
            }
            let (weights, bias) = dense[layout.project_w.start..layout.project_b.end].split_at_mut(width * d);
            let residual = layout.architecture.residual;
            let vectors = if residual { &self.normalised[..] } else { net.group(&layout.leaves) };
            self.level.run(PullBack {
                vectors,
                transposed: &self.transposed,
                record_len,
                records: &self.records,
                record_gradient: &mut self.record_gradient,
                vector_gradient: leaf_gradient,
                weights,
                bias,
            });
            if residual {
                normalise_table_back(net, leaf_gradient, dense);
            }
        }
        if layout.reads_embedding() {
            let records = self.record_gradient.chunks_exact(record_len);
            for (gradient, record) in leaf_gradient.chunks_exact_mut(d).zip(records) {
                gradient.iter_mut().zip(&record[layout.embedding_at()..]).for_each(|(s, &g)| *s += g);
            }
        }
    }

    /// Adds the penalty's gradient and returns the penalty; see `AttentionParams::l2`.
    fn penalise(&mut self, net: Net<'_>, rows: &AttentionRows, batch: &[usize], penalty: f64) -> f64 {
        if penalty == 0.0 {
            return 0.0;
        }
        let (layout, d) = (net.layout, net.layout.dimension());
        self.occurring.find(layout, rows, batch);
        let matrices = layout.groups.iter().filter(|group| group.kind == Kind::Matrix).map(|group| group.span.clone());
        let vectors = self.occurring.places.iter().map(|&place| place..place + d);
        let (mut squares, twice) = (0.0, 2.0 * penalty as f32);
        for span in matrices.chain(vectors) {
            for (gradient, &weight) in self.gradient[span.clone()].iter_mut().zip(&net.weights[span]) {
                *gradient += twice * weight;
                squares += f64::from(weight) * f64::from(weight);
            }
        }
        penalty * squares
    }

    /// The vectors of number 0 stay zero.
    fn keep_zeros(&mut self, layout: &Layout) {
        for table in layout.entities.iter().chain([&layout.leaves]) {
            self.gradient[table.start..table.start + layout.dimension()].fill(0.0);
        }
    }
}

impl Occurring {
    fn find(&mut self, layout: &Layout, rows: &AttentionRows, batch: &[usize]) {
        let (d, tables) = (layout.dimension(), layout.dense_len());
        self.places.iter().for_each(|&place| self.flags[(place - tables) / d] = false);
        self.places.clear();
        for &row in batch {
            let leaves = rows.leaves(row).iter().map(|&leaf| tables + layout.known_leaf(leaf) as usize * d);
            let entities = rows.entities(row).iter().enumerate().map(|(k, &n)| layout.entity(k, n).start);
            for place in leaves.chain(entities) {
                if !std::mem::replace(&mut self.flags[(place - tables) / d], true) {
                    self.places.push(place);
                }
            }
        }
    }
}

/// Mean and one over the deviation of a vector.
pub(super) fn moments(vector: &[f32]) -> (f32, f32) {
    let n = vector.len() as f32;
    let mean = vector.iter().sum::<f32>() / n;
    let variance = vector.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n;
    (mean, 1.0 / (variance + NORM_EPSILON).sqrt())
}

/// Layer normalisation of every leaf's embedding, before the projections.
fn normalise_table(net: Net<'_>, out: &mut [f32]) {
    let (layout, d) = (net.layout, net.layout.dimension());
    let (gain, bias) = (net.group(&layout.pre_gain), net.group(&layout.pre_bias));
    for (vector, out) in net.group(&layout.leaves).chunks_exact(d).zip(out.chunks_exact_mut(d)) {
        let (mean, inverse) = moments(vector);
        for c in 0..d {
            out[c] = (vector[c] - mean) * inverse * gain[c] + bias[c];
        }
    }
}

/// Turns the gradient of the normalised table into that of the embeddings; adds those of gain and bias to `dense`.
fn normalise_table_back(net: Net<'_>, gradient: &mut [f32], dense: &mut [f32]) {
    let (layout, d) = (net.layout, net.layout.dimension());
    let gain = net.group(&layout.pre_gain);
    let (at_gain, at_bias) = (layout.pre_gain.start, layout.pre_bias.start);
    for (vector, gradient) in net.group(&layout.leaves).chunks_exact(d).zip(gradient.chunks_exact_mut(d)) {
        let (mean, inverse) = moments(vector);
        let standard = |c: usize| (vector[c] - mean) * inverse;
        let (mut sum, mut slope) = (0.0, 0.0);
        for c in 0..d {
            dense[at_gain + c] += gradient[c] * standard(c);
            dense[at_bias + c] += gradient[c];
            gradient[c] *= gain[c];
            sum += gradient[c] / d as f32;
            slope += gradient[c] * standard(c) / d as f32;
        }
        for (c, gradient) in gradient.iter_mut().enumerate() {
            *gradient = (*gradient - sum - slope * standard(c)) * inverse;
        }
    }
}
