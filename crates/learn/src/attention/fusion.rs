//! The part of the network above the leaves: query, fusion, hidden layers and heads (DATE, stages 2 and 3).

use super::layout::Layout;
use super::params::Fusion;
use std::ops::Range;

/// Slope of LeakyReLU below 0.
const LEAK: f32 = 0.01;

/// A network's weights with the places of its groups.
#[derive(Debug, Clone, Copy)]
pub(super) struct Net<'a> {
    pub(super) layout: &'a Layout,
    pub(super) weights: &'a [f32],
}

impl<'a> Net<'a> {
    pub(super) fn group(&self, span: &Range<usize>) -> &'a [f32] {
        &self.weights[span.clone()]
    }
}

/// What a row's forward pass leaves above its leaves.
#[derive(Debug, Default, Clone)]
pub(super) struct Top {
    /// Entity vectors one after the other; filled in by the caller.
    pub(super) entities: Vec<f32>,
    /// Element-wise product of the entity vectors, or the learned query.
    query: Vec<f32>,
    /// W_q q + b of the attention network.
    pub(super) asked: Vec<f32>,
    /// Weighted sum of the leaf vectors.
    pub(super) set: Vec<f32>,
    /// Rectified layer of the gate, for each vector to be joined.
    gate_layer: Vec<f32>,
    /// Weights of the vectors to be joined.
    gates: Vec<f32>,
    joined: Vec<f32>,
    hidden1: Vec<f32>,
    /// The hidden vector that both heads read.
    pub(super) hidden: Vec<f32>,
    /// Log-odds of the label.
    pub(super) logit: f32,
    /// Revenue before softplus.
    pub(super) revenue: f32,
}

/// Gradients that leave the top part.
#[derive(Debug, Default, Clone)]
pub(super) struct TopGradient {
    pub(super) entities: Vec<f32>,
    pub(super) set: Vec<f32>,
    hidden: Vec<f32>,
    hidden1: Vec<f32>,
    joined: Vec<f32>,
    query: Vec<f32>,
    layer: Vec<f32>,
}

/// out = bias + x * weights, weights being inputs x outputs.
fn affine(weights: &[f32], bias: &[f32], x: &[f32], out: &mut [f32]) {
    out.copy_from_slice(bias);
    for (&x, row) in x.iter().zip(weights.chunks_exact(bias.len())) {
        out.iter_mut().zip(row).for_each(|(o, &w)| *o += x * w);
    }
}

/// Scalar product in eight fixed partial sums.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a8, a), (b8, b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0f32; 8];
    for (a, b) in a8.iter().zip(b8) {
        (0..8).for_each(|i| sums[i] += a[i] * b[i]);
    }
    sums.iter().sum::<f32>() + a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>()
}

/// Gradients of [`affine`]: those of weights and bias are added to `dense`, that of `x` to `out`.
struct AffineBack<'a> {
    net: Net<'a>,
    weights: &'a Range<usize>,
    bias: &'a Range<usize>,
}

impl AffineBack<'_> {
    fn run(&self, x: &[f32], gradient: &[f32], dense: &mut [f32], out: &mut [f32]) {
        let n = gradient.len();
        let rows = self.net.group(self.weights).chunks_exact(n);
        let sums = dense[self.weights.clone()].chunks_exact_mut(n);
        for (((&x, row), sum), out) in x.iter().zip(rows).zip(sums).zip(out) {
            *out += dot(row, gradient);
            sum.iter_mut().zip(gradient).for_each(|(s, &g)| *s += x * g);
        }
        dense[self.bias.clone()].iter_mut().zip(gradient).for_each(|(s, &g)| *s += g);
    }
}

fn leak(values: &mut [f32]) {
    values.iter_mut().for_each(|v| *v = if *v > 0.0 { *v } else { LEAK * *v });
}

/// Turns the gradient after LeakyReLU into the one before; the sign of a value tells the sign before.
fn leak_back(values: &[f32], gradient: &mut [f32]) {
    gradient.iter_mut().zip(values).filter(|(_, v)| **v <= 0.0).for_each(|(g, _)| *g *= LEAK);
}

fn zeroed(values: &mut Vec<f32>, len: usize) {
    values.clear();
    values.resize(len, 0.0);
}

impl Top {
    pub(super) fn new(layout: &Layout) -> Self {
        let (d, items) = (layout.dimension(), layout.queries + 1);
        let zeros = |n: usize| vec![0.0; n];
        Self {
            entities: zeros(layout.queries * d),
            query: zeros(d),
            asked: zeros(d),
            set: zeros(d),
            gate_layer: zeros(items * d),
            gates: zeros(items),
            joined: zeros(layout.hidden1_w.len() / d),
            hidden1: zeros(d),
            hidden: zeros(d),
            logit: 0.0,
            revenue: 0.0,
        }
    }

    /// The query and its part of the attention network, from the entity vectors.
    pub(super) fn ask(&mut self, net: Net<'_>) {
        let layout = net.layout;
        if !layout.architecture.attention_network {
            return;
        }
        if layout.queries == 0 {
            self.query.copy_from_slice(net.group(&layout.query));
        } else {
            self.query.fill(1.0);
            for entity in self.entities.chunks_exact(layout.dimension()) {
                self.query.iter_mut().zip(entity).for_each(|(q, &e)| *q *= e);
            }
        }
        affine(net.group(&layout.attend_q), net.group(&layout.attend_b), &self.query, &mut self.asked);
    }

    /// Fusion, hidden layers and heads, from the entity vectors and the set vector.
    pub(super) fn conclude(&mut self, net: Net<'_>) {
        let layout = net.layout;
        match layout.architecture.fusion {
            Fusion::Concatenation => {
                let (entities, set) = self.joined.split_at_mut(self.entities.len());
                entities.copy_from_slice(&self.entities);
                set.copy_from_slice(&self.set);
            }
            Fusion::Attention => self.gate(net),
        }
        affine(net.group(&layout.hidden1_w), net.group(&layout.hidden1_b), &self.joined, &mut self.hidden1);
        leak(&mut self.hidden1);
        affine(net.group(&layout.hidden2_w), net.group(&layout.hidden2_b), &self.hidden1, &mut self.hidden);
        leak(&mut self.hidden);
        (self.logit, self.revenue) = heads(net, &self.hidden);
    }

    fn gate(&mut self, net: Net<'_>) {
        let (layout, d) = (net.layout, net.layout.dimension());
        let items = self.entities.chunks_exact(d).chain([&self.set[..]]);
        let score_weights = net.group(&layout.gate_h);
        for ((item, layer), gate) in items.clone().zip(self.gate_layer.chunks_exact_mut(d)).zip(&mut self.gates) {
            affine(net.group(&layout.gate_w), net.group(&layout.gate_b), item, layer);
            layer.iter_mut().for_each(|v| *v = v.max(0.0));
            *gate = dot(layer, score_weights);
        }
        let most = self.gates.iter().copied().fold(f32::MIN, f32::max);
        self.gates.iter_mut().for_each(|g| *g = (*g - most).exp());
        let total: f32 = self.gates.iter().sum();
        self.gates.iter_mut().for_each(|g| *g /= total);
        self.joined.fill(0.0);
        for (item, &gate) in items.zip(&self.gates) {
            self.joined.iter_mut().zip(item).for_each(|(j, &x)| *j += gate * x);
        }
    }
}

/// Logit and revenue before softplus of a hidden vector.
pub(super) fn heads(net: Net<'_>, hidden: &[f32]) -> (f32, f32) {
    let layout = net.layout;
    let logit = dot(hidden, net.group(&layout.label_w)) + net.weights[layout.label_b.start];
    if layout.architecture.single_task {
        return (logit, 0.0);
    }
    (logit, dot(hidden, net.group(&layout.revenue_w)) + net.weights[layout.revenue_b.start])
}

/// Adds the gradients of [`heads`] to `dense` and to the hidden vector's.
fn heads_back(net: Net<'_>, hidden: &[f32], outputs: (f32, f32), dense: &mut [f32], out: &mut [f32]) {
    let layout = net.layout;
    AffineBack { net, weights: &layout.label_w, bias: &layout.label_b }.run(hidden, &[outputs.0], dense, out);
    if !layout.architecture.single_task {
        AffineBack { net, weights: &layout.revenue_w, bias: &layout.revenue_b }.run(hidden, &[outputs.1], dense, out);
    }
}

/// An adversarial move of the hidden vector: how far, and the gradient of the outputs at a moved vector.
pub(super) struct Adversary<'a> {
    pub(super) step: f32,
    pub(super) outputs_gradient: &'a mut dyn FnMut(f32, f32) -> (f32, f32),
}

impl TopGradient {
    /// From the gradients of logit and revenue to those of the entity vectors and the set vector, without the path
    /// through the query; adds those of the weights to `dense`.
    pub(super) fn conclude(
        &mut self,
        net: Net<'_>,
        top: &Top,
        outputs: (f32, f32),
        adversary: Option<Adversary<'_>>,
        dense: &mut [f32],
    ) {
        let (layout, d) = (net.layout, net.layout.dimension());
        zeroed(&mut self.hidden, d);
        heads_back(net, &top.hidden, outputs, dense, &mut self.hidden);
        if let Some(adversary) = adversary {
            // The move counts as a constant (Goodfellow et al. 2015): no gradient passes through the sign.
            let moves = self.hidden.iter().map(|g| if *g == 0.0 { 0.0 } else { g.signum() * adversary.step });
            let moved: Vec<f32> = top.hidden.iter().zip(moves).map(|(h, m)| h + m).collect();
            let (logit, revenue) = heads(net, &moved);
            let outputs = (adversary.outputs_gradient)(logit, revenue);
            heads_back(net, &moved, outputs, dense, &mut self.hidden);
        }
        leak_back(&top.hidden, &mut self.hidden);
        zeroed(&mut self.hidden1, d);
        let layer = AffineBack { net, weights: &layout.hidden2_w, bias: &layout.hidden2_b };
        layer.run(&top.hidden1, &self.hidden, dense, &mut self.hidden1);
        leak_back(&top.hidden1, &mut self.hidden1);
        zeroed(&mut self.joined, top.joined.len());
        let layer = AffineBack { net, weights: &layout.hidden1_w, bias: &layout.hidden1_b };
        layer.run(&top.joined, &self.hidden1, dense, &mut self.joined);
        zeroed(&mut self.entities, top.entities.len());
        zeroed(&mut self.set, d);
        match layout.architecture.fusion {
            Fusion::Concatenation => {
                let (entities, set) = self.joined.split_at(top.entities.len());
                self.entities.copy_from_slice(entities);
                self.set.copy_from_slice(set);
            }
            Fusion::Attention => self.gate(net, top, dense),
        }
    }

    fn gate(&mut self, net: Net<'_>, top: &Top, dense: &mut [f32]) {
        let (layout, d) = (net.layout, net.layout.dimension());
        let items = || top.entities.chunks_exact(d).chain([&top.set[..]]);
        let mean = dot(&self.joined, &top.joined);
        let outs = self.entities.chunks_exact_mut(d).chain([&mut self.set[..]]);
        let layer_back = AffineBack { net, weights: &layout.gate_w, bias: &layout.gate_b };
        let layers = top.gate_layer.chunks_exact(d);
        for (((item, out), layer), &gate) in items().zip(outs).zip(layers).zip(&top.gates) {
            let score = gate * (dot(&self.joined, item) - mean);
            out.iter_mut().zip(&self.joined).for_each(|(o, &g)| *o = gate * g);
            zeroed(&mut self.layer, d);
            let weights = net.group(&layout.gate_h).iter().zip(&mut dense[layout.gate_h.clone()]);
            for ((gradient, &value), (&weight, sum)) in self.layer.iter_mut().zip(layer).zip(weights) {
                *sum += score * value;
                *gradient = if value > 0.0 { score * weight } else { 0.0 };
            }
            layer_back.run(item, &self.layer, dense, out);
        }
    }

    /// From the gradient of the query's part of the attention network to the entity vectors (added) or the learned query.
    pub(super) fn ask(&mut self, net: Net<'_>, top: &Top, asked: &[f32], dense: &mut [f32]) {
        let (layout, d) = (net.layout, net.layout.dimension());
        zeroed(&mut self.query, d);
        let layer = AffineBack { net, weights: &layout.attend_q, bias: &layout.attend_b };
        layer.run(&top.query, asked, dense, &mut self.query);
        if layout.queries == 0 {
            dense[layout.query.clone()].iter_mut().zip(&self.query).for_each(|(s, &g)| *s += g);
            return;
        }
        for (k, out) in self.entities.chunks_exact_mut(d).enumerate() {
            for (c, out) in out.iter_mut().enumerate() {
                let others = (0..layout.queries).filter(|&l| l != k).map(|l| top.entities[l * d + c]);
                *out += self.query[c] * others.product::<f32>();
            }
        }
    }
}
