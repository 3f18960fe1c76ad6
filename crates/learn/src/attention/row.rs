//! One row through the network and back.
//!
//! Leaves come as records (rectified projections of their embeddings, see `kernels::Records`), so that a row never
//! multiplies an embedding by a weight before it attends.

use super::fusion::{Adversary, Net, Top, TopGradient};
use super::kernels::{
    Aligned, HeadBackward, HeadForward, Level, Mix, NormBackward, NormForward, Outer, PoolBackward, PoolForward, Then,
    WIDEST,
};
use super::layout::Layout;
use std::f32::consts::{LN_2, LOG2_E};

/// Calls a kernel of heads with the width as a constant.
macro_rules! with_width {
    ($level:expr, $width:expr, $kernel:ident { $($fields:tt)* }) => {
        match $width {
            2 => $level.run($kernel::<2> { $($fields)* }),
            4 => $level.run($kernel::<4> { $($fields)* }),
            8 => $level.run($kernel::<8> { $($fields)* }),
            _ => $level.run($kernel::<16> { $($fields)* }),
        }
    };
}

/// Room for a row's forward pass; what the backward pass reads is left in it.
#[derive(Debug)]
pub(super) struct Forward {
    level: Level,
    pub(super) top: Top,
    queries: Aligned,
    keys: Vec<f32>,
    values: Vec<f32>,
    powers: Aligned,
    inverse: Aligned,
    mixed: Aligned,
    output: Aligned,
    standard: Aligned,
    norm_inverse: Aligned,
    vectors: Aligned,
    rectified: Aligned,
    attention: Aligned,
}

/// Room for a row's backward pass, with the gradients it leaves for the leaves.
#[derive(Debug)]
pub(super) struct Backward {
    pub(super) top: TopGradient,
    vectors: Aligned,
    mixed: Aligned,
    queries: Aligned,
    keys: Vec<f32>,
    values: Vec<f32>,
    spare: Aligned,
    asked: Vec<f32>,
}

/// Whether a backward pass will follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Yes: the powers of all scores are kept.
    All,
    /// No.
    Nothing,
}

impl Forward {
    pub(super) fn new(layout: &Layout, level: Level, keep: Keep) -> Self {
        let (d, heads, trees, padded) = (layout.dimension(), layout.architecture.heads, layout.trees, layout.padded());
        let powers = match keep {
            Keep::All => heads * trees * padded,
            Keep::Nothing => trees * WIDEST,
        };
        let channels = || Aligned::new(d * padded);
        Self {
            level,
            top: Top::new(layout),
            queries: channels(),
            keys: vec![0.0; trees * d],
            values: vec![0.0; trees * d],
            powers: Aligned::new(if layout.architecture.self_attention { powers } else { 0 }),
            inverse: Aligned::new(heads * padded),
            mixed: channels(),
            output: channels(),
            standard: channels(),
            norm_inverse: Aligned::new(padded),
            vectors: channels(),
            rectified: Aligned::new(if layout.architecture.attention_network { d * padded } else { 0 }),
            attention: Aligned::new(padded),
        }
    }

    /// Weights of the leaves in the attention of the query, a number a tree; they add up to 1.
    pub(super) fn attention(&self, trees: usize) -> &[f32] {
        &self.attention[..trees]
    }

    /// Runs a row whose entity vectors stand in `top`; `leaves` are rows of `records`.
    pub(super) fn run(&mut self, net: Net<'_>, records: &[f32], leaves: &[u32]) {
        let architecture = net.layout.architecture;
        self.gather(net.layout, records, leaves);
        if architecture.self_attention {
            self.attend(net);
            self.normalise(net);
        }
        self.top.ask(net);
        self.pool(net);
        self.top.conclude(net);
    }

    /// Brings the records of the row's leaves into the order of the loops.
    fn gather(&mut self, layout: &Layout, records: &[f32], leaves: &[u32]) {
        let (d, len, padded, trees) = (layout.dimension(), layout.record_len(), layout.padded(), layout.trees);
        let width = layout.architecture.head_width();
        let scale = LOG2_E / (width as f32).sqrt();
        let embedding = if layout.architecture.self_attention { &mut self.output } else { &mut self.vectors };
        let queries = &mut self.queries;
        for (i, &leaf) in leaves.iter().enumerate() {
            let record = &records[leaf as usize * len..][..len];
            if layout.architecture.self_attention {
                for (c, &q) in record[..d].iter().enumerate() {
                    queries[c * padded + i] = q * scale;
                }
                for head in 0..layout.architecture.heads {
                    let (from, to) = (head * width, (head * trees + i) * width);
                    self.keys[to..to + width].copy_from_slice(&record[d + from..][..width]);
                    self.values[to..to + width].copy_from_slice(&record[2 * d + from..][..width]);
                }
            }
            if layout.reads_embedding() {
                for (c, &e) in record[layout.embedding_at()..].iter().enumerate() {
                    embedding[c * padded + i] = e;
                }
            }
        }
    }

    fn attend(&mut self, net: Net<'_>) {
        let layout = net.layout;
        let (width, padded, trees) = (layout.architecture.head_width(), layout.padded(), layout.trees);
        let kept = self.powers.len() >= layout.architecture.heads * trees * padded;
        for head in 0..layout.architecture.heads {
            let (channels, leaves) = (head * width * padded, head * trees * width);
            let powers = if kept { head * trees * padded..(head + 1) * trees * padded } else { 0..self.powers.len() };
            let powers = &mut self.powers[powers];
            with_width!(
                self.level,
                width,
                HeadForward {
                    queries: &self.queries[channels..channels + width * padded],
                    keys: &self.keys[leaves..leaves + trees * width],
                    values: &self.values[leaves..leaves + trees * width],
                    powers,
                    inverse: &mut self.inverse[head * padded..(head + 1) * padded],
                    out: &mut self.mixed[channels..channels + width * padded],
                }
            );
        }
    }

    /// Output projection, the embedding added to it or ReLU, layer normalisation.
    fn normalise(&mut self, net: Net<'_>) {
        let (layout, d) = (net.layout, net.layout.dimension());
        let then = if layout.architecture.residual { Then::Add } else { Then::Rectify };
        let mix = Mix::forward(net.group(&layout.out_w), d, &self.mixed, &mut self.output);
        self.level.run(mix.bias(net.group(&layout.out_b)).then(then));
        self.level.run(NormForward {
            gain: net.group(&layout.norm_gain),
            bias: net.group(&layout.norm_bias),
            input: &self.output,
            standard: &mut self.standard,
            inverse: &mut self.norm_inverse,
            output: &mut self.vectors,
        });
    }

    fn pool(&mut self, net: Net<'_>) {
        let (layout, d) = (net.layout, net.layout.dimension());
        if layout.architecture.attention_network {
            let mix = Mix::forward(net.group(&layout.attend_s), d, &self.vectors, &mut self.rectified);
            self.level.run(mix.bias(&self.top.asked).then(Then::Rectify));
        }
        // Without the attention network there are no scores, and the softmax of nothing is the mean.
        self.level.run(PoolForward {
            score_weights: net.group(&layout.attend_h),
            rectified: &self.rectified,
            vectors: &self.vectors,
            trees: layout.trees,
            weights: &mut self.attention,
            sum: &mut self.top.set,
        });
    }
}

impl Backward {
    pub(super) fn new(layout: &Layout) -> Self {
        let (d, padded, trees) = (layout.dimension(), layout.padded(), layout.trees);
        Self {
            top: TopGradient::default(),
            vectors: Aligned::new(d * padded),
            mixed: Aligned::new(d * padded),
            queries: Aligned::new(d * padded),
            keys: vec![0.0; trees * d],
            values: vec![0.0; trees * d],
            spare: Aligned::new(padded),
            asked: vec![0.0; d],
        }
    }

    /// From the gradients of logit and revenue (before softplus) to those of entity vectors (left in `top`), weights
    /// outside of the tables (added to `dense`) and records (added to `records`). Spoils parts of `forward`.
    pub(super) fn run(
        &mut self,
        net: Net<'_>,
        forward: &mut Forward,
        outputs: (f32, f32),
        adversary: Option<Adversary<'_>>,
        dense: &mut [f32],
    ) {
        self.top.conclude(net, &forward.top, outputs, adversary, dense);
        self.pool(net, forward, dense);
        if net.layout.architecture.self_attention {
            self.normalise(net, forward, dense);
            self.attend(net, forward);
        }
    }

    fn pool(&mut self, net: Net<'_>, forward: &mut Forward, dense: &mut [f32]) {
        let (layout, d, level) = (net.layout, net.layout.dimension(), forward.level);
        level.run(PoolBackward {
            score_weights: net.group(&layout.attend_h),
            vectors: &forward.vectors,
            weights: &forward.attention,
            sum_gradient: &self.top.set,
            rectified: &mut forward.rectified,
            vector_gradient: &mut self.vectors,
            spare: &mut self.spare,
            score_weight_gradient: &mut dense[layout.attend_h.clone()],
            bias_gradient: &mut self.asked,
        });
        if !layout.architecture.attention_network {
            return;
        }
        // The query's layer takes the bias along, so the leaves' layer adds to no bias.
        self.top.ask(net, &forward.top, &self.asked, dense);
        level.run(Outer {
            input: &forward.vectors,
            output_gradient: &forward.rectified,
            padded: layout.padded(),
            weights: &mut dense[layout.attend_s.clone()],
            bias: &mut self.asked,
        });
        let weights = net.group(&layout.attend_s);
        level.run(Mix::backward(weights, d, &forward.rectified, &mut self.vectors).then(Then::Add));
    }

    fn normalise(&mut self, net: Net<'_>, forward: &mut Forward, dense: &mut [f32]) {
        let (layout, d, level) = (net.layout, net.layout.dimension(), forward.level);
        let (gain, bias) = neighbours(dense, &layout.norm_gain, &layout.norm_bias);
        level.run(NormBackward {
            gain: net.group(&layout.norm_gain),
            standard: &forward.standard,
            inverse: &forward.norm_inverse,
            rectified: (!layout.architecture.residual).then_some(&forward.output),
            gradient: &mut self.vectors,
            gain_gradient: gain,
            bias_gradient: bias,
        });
        let (weights, bias) = neighbours(dense, &layout.out_w, &layout.out_b);
        let padded = layout.padded();
        level.run(Outer { input: &forward.mixed, output_gradient: &self.vectors, padded, weights, bias });
        level.run(Mix::backward(net.group(&layout.out_w), d, &self.vectors, &mut self.mixed));
    }

    fn attend(&mut self, net: Net<'_>, forward: &Forward) {
        let layout = net.layout;
        let (width, padded, trees) = (layout.architecture.head_width(), layout.padded(), layout.trees);
        for head in 0..layout.architecture.heads {
            let channels = head * width * padded..(head + 1) * width * padded;
            let leaves = head * trees * width..(head + 1) * trees * width;
            with_width!(
                forward.level,
                width,
                HeadBackward {
                    queries: &forward.queries[channels.clone()],
                    keys: &forward.keys[leaves.clone()],
                    values: &forward.values[leaves.clone()],
                    powers: &forward.powers[head * trees * padded..(head + 1) * trees * padded],
                    inverse: &forward.inverse[head * padded..(head + 1) * padded],
                    out: &forward.mixed[channels.clone()],
                    out_gradient: &mut self.mixed[channels.clone()],
                    spare: &mut self.spare,
                    query_gradient: &mut self.queries[channels.clone()],
                    key_gradient: &mut self.keys[leaves.clone()],
                    value_gradient: &mut self.values[leaves.clone()],
                }
            );
        }
    }

    /// Adds the gradients of the row's leaves to those of the records.
    pub(super) fn scatter(&self, layout: &Layout, leaves: &[u32], records: &mut [f32]) {
        let (d, len, padded, trees) = (layout.dimension(), layout.record_len(), layout.padded(), layout.trees);
        let width = layout.architecture.head_width();
        let scale = 1.0 / (width as f32).sqrt();
        for (i, &leaf) in leaves.iter().enumerate() {
            let record = &mut records[leaf as usize * len..][..len];
            if layout.architecture.self_attention {
                for (c, sum) in record[..d].iter_mut().enumerate() {
                    *sum += self.queries[c * padded + i] * scale;
                }
                for head in 0..layout.architecture.heads {
                    let (to, from) = (head * width, (head * trees + i) * width);
                    let keys = record[d + to..][..width].iter_mut().zip(&self.keys[from..]);
                    keys.for_each(|(sum, &g)| *sum += g * LN_2);
                    let values = record[2 * d + to..][..width].iter_mut().zip(&self.values[from..]);
                    values.for_each(|(sum, &g)| *sum += g);
                }
            }
            if layout.reads_embedding() {
                for (c, sum) in record[layout.embedding_at()..].iter_mut().enumerate() {
                    *sum += self.vectors[c * padded + i];
                }
            }
        }
    }
}

/// Two groups of which the second follows right upon the first.
fn neighbours<'a>(
    dense: &'a mut [f32],
    first: &std::ops::Range<usize>,
    second: &std::ops::Range<usize>,
) -> (&'a mut [f32], &'a mut [f32]) {
    dense[first.start..second.end].split_at_mut(first.len())
}
