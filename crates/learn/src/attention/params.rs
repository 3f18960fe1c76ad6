//! Parameters of the network, checked before anything runs.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// How the entity vectors and the vector of the leaves become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Fusion {
    /// Put one after the other, as in the paper.
    #[default]
    Concatenation,
    /// Weighted sum with weights from a small attention network over them.
    Attention,
}

/// What the network is made of; part of every fitted model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Architecture {
    /// Length of every vector (d of the paper), 8..=64, `heads` times 2, 4, 8 or 16.
    pub dimension: usize,
    /// Heads of the self-attention.
    pub heads: usize,
    /// Multi-head self-attention over a row's leaves and layer normalisation; without it the leaf embeddings go
    /// straight on.
    pub self_attention: bool,
    /// Attention of the query over the leaf vectors; without it their mean is taken.
    pub attention_network: bool,
    /// How entity vectors and leaf vector are joined.
    pub fusion: Fusion,
    /// Only the label head, no revenue head.
    pub single_task: bool,
    /// Layer normalisation before the self-attention, and the leaf embedding added to its output, which is then not
    /// rectified. Needs `self_attention`.
    pub residual: bool,
}

impl Default for Architecture {
    /// The paper's network: d = 16, 4 heads, both attentions, concatenation, two tasks, no residual.
    fn default() -> Self {
        Self {
            dimension: 16,
            heads: 4,
            self_attention: true,
            attention_network: true,
            fusion: Fusion::Concatenation,
            single_task: false,
            residual: false,
        }
    }
}

/// Which epoch is the best on validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BestEpoch {
    /// That of the greatest mean F1 at the top 1, 2, 5 and 10 %: the paper's. It rests on the few findings up there.
    TopF1,
    /// That of the least cross entropy once the log-odds are brought to scale: every row has its say.
    Likelihood,
    /// The last, whatever validation says: with [`AttentionParams::averaging`] it is a mean over the passes, and owes nothing
    /// to the luck of a few findings.
    Last,
}

/// Unchecked parameters of the network and its training. Fill in, then [`check`](Self::check).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttentionParams {
    /// What the network is made of.
    pub architecture: Architecture,
    /// Passes over the rows, 1..=1000.
    pub epochs: usize,
    /// Rows a step, 1..=65 536.
    pub batch: usize,
    /// Learning rate, in (0, 1].
    pub learning_rate: f64,
    /// Weight of the squared error of the scaled revenue against the cross entropy (alpha of the paper), >= 0.
    pub alpha: f64,
    /// Penalty (lambda of the paper), >= 0: l2 / batch times the sum of squares of the weight matrices, and of the leaf
    /// and entity vectors that occur in the batch, is added to a batch's loss. Biases, normalisation and vectors that do
    /// not occur are left alone: the optimiser scales steps by the size of the gradient, and a penalty on absent vectors,
    /// their only gradient, would drive those of rare entities to zero at full speed however small it is.
    pub l2: f64,
    /// Weight of the loss at the adversarially moved hidden vector, >= 0; 0 leaves it out.
    pub adversarial_weight: f64,
    /// How far each entry of the hidden vector is moved, along the sign of its gradient (FGSM), >= 0.
    pub adversarial_step: f64,
    /// How often a leaf of a row is read as padding in training, drawn anew each time, in [0, 1): the row's own label has
    /// shaped its leaves, so that the network must not come to trust single ones.
    pub leaf_dropout: f64,
    /// How often an entity of a row is read as unseen in training, in [0, 1).
    pub entity_dropout: f64,
    /// The network kept is a mean of the weights over the steps, each counting so many times as much as the one after it,
    /// in [0, 1); 0 keeps the weights of the last step alone.
    pub averaging: f64,
    /// Which epoch is the best on validation.
    pub best_epoch: BestEpoch,
    /// Seed of the first weights, of the shuffling and of dropout.
    pub seed: u64,
    /// Threads, at least 1; more than 8 are not used in training. The model does not depend on it.
    pub threads: usize,
}

impl Default for AttentionParams {
    /// The paper's: 5 epochs, batches of 128, learning rate 0.005, alpha 10, penalty 0.01, no adversarial term (its step,
    /// if switched on, 0.05); seed 0, one thread.
    fn default() -> Self {
        Self {
            architecture: Architecture::default(),
            epochs: 5,
            batch: 128,
            learning_rate: 0.005,
            alpha: 10.0,
            l2: 0.01,
            adversarial_weight: 0.0,
            adversarial_step: 0.05,
            leaf_dropout: 0.0,
            entity_dropout: 0.0,
            averaging: 0.0,
            best_epoch: BestEpoch::TopF1,
            seed: 0,
            threads: 1,
        }
    }
}

/// Parameters that have passed [`AttentionParams::check`]; train with [`fit`](Self::fit).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedAttentionParams(AttentionParams);

impl CheckedAttentionParams {
    /// The parameters as they were given.
    pub fn get(&self) -> &AttentionParams {
        &self.0
    }
}

fn require(ok: bool, name: &'static str, value: impl ToString, allowed: &'static str) -> Result<()> {
    if ok { Ok(()) } else { Err(Error::Parameter { name, value: value.to_string(), allowed }) }
}

impl Architecture {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first field out of range.
    pub fn check(&self) -> Result<()> {
        let Self { dimension, heads, .. } = *self;
        require((8..=64).contains(&dimension), "dimension", dimension, "8..=64")?;
        let whole = heads >= 1 && dimension.is_multiple_of(heads);
        let width_fits = whole && [2, 4, 8, 16].contains(&(dimension / heads));
        require(width_fits, "heads", heads, "a number of heads with dimension / heads = 2, 4, 8 or 16")?;
        require(self.self_attention || !self.residual, "residual", "true", "false without self_attention")
    }

    /// Length of a head's query, key and value.
    pub(super) fn head_width(&self) -> usize {
        self.dimension / self.heads
    }
}

impl AttentionParams {
    /// Checks every range.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first field out of range and what is allowed.
    pub fn check(self) -> Result<CheckedAttentionParams> {
        self.architecture.check()?;
        require((1..=1000).contains(&self.epochs), "epochs", self.epochs, "1..=1000")?;
        require((1..=65_536).contains(&self.batch), "batch", self.batch, "1..=65536")?;
        let rate = self.learning_rate;
        require(rate > 0.0 && rate <= 1.0, "learning_rate", rate, "a number above 0 and up to 1")?;
        let at_least_zero = [
            ("alpha", self.alpha),
            ("l2", self.l2),
            ("adversarial_weight", self.adversarial_weight),
            ("adversarial_step", self.adversarial_step),
        ];
        for (name, value) in at_least_zero {
            require(value.is_finite() && value >= 0.0, name, value, "a finite number >= 0")?;
        }
        let shares = [
            ("leaf_dropout", self.leaf_dropout),
            ("entity_dropout", self.entity_dropout),
            ("averaging", self.averaging),
        ];
        for (name, value) in shares {
            require((0.0..1.0).contains(&value), name, value, "a number from 0 up to, not including, 1")?;
        }
        require(self.threads >= 1, "threads", self.threads, "at least 1")?;
        Ok(CheckedAttentionParams(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_pass_and_each_bad_value_names_its_field() {
        assert!(AttentionParams::default().check().is_ok());
        let base = AttentionParams::default;
        let shape = |architecture| AttentionParams { architecture, ..base() };
        let paper = Architecture::default;
        let bad = [
            ("dimension", shape(Architecture { dimension: 4, ..paper() })),
            ("dimension", shape(Architecture { dimension: 128, ..paper() })),
            ("heads", shape(Architecture { heads: 0, ..paper() })),
            ("heads", shape(Architecture { heads: 3, ..paper() })),
            ("heads", shape(Architecture { heads: 16, ..paper() })),
            ("residual", shape(Architecture { residual: true, self_attention: false, ..paper() })),
            ("epochs", AttentionParams { epochs: 0, ..base() }),
            ("batch", AttentionParams { batch: 0, ..base() }),
            ("learning_rate", AttentionParams { learning_rate: f64::NAN, ..base() }),
            ("alpha", AttentionParams { alpha: -1.0, ..base() }),
            ("l2", AttentionParams { l2: f64::INFINITY, ..base() }),
            ("adversarial_weight", AttentionParams { adversarial_weight: -0.1, ..base() }),
            ("adversarial_step", AttentionParams { adversarial_step: f64::NAN, ..base() }),
            ("averaging", AttentionParams { averaging: 1.0, ..base() }),
            ("averaging", AttentionParams { averaging: f64::NAN, ..base() }),
            ("threads", AttentionParams { threads: 0, ..base() }),
        ];
        for (field, params) in bad {
            match params.check() {
                Err(Error::Parameter { name, .. }) => assert_eq!(name, field),
                other => panic!("{field}: {other:?}"),
            }
        }
    }
}
