//! Where each group of weights lies in the one flat vector of a model.

use super::params::{Architecture, Fusion};
use std::ops::Range;

/// How a group is drawn at first and whether it is penalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Xavier-uniform, penalised.
    Matrix,
    /// Zero, not penalised.
    Bias,
    /// One, not penalised.
    Gain,
    /// A vector for each number, the first zero for ever; penalised where it occurs.
    Table,
}

/// One group: `rows` x `cols` weights, row-major; rows are inputs and columns outputs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) rows: usize,
    pub(super) cols: usize,
    pub(super) span: Range<usize>,
}

/// The place of every group; a group the architecture does not have is empty.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) architecture: Architecture,
    pub(super) trees: usize,
    pub(super) queries: usize,
    /// Normalisation before the projections (residual variant only).
    pub(super) pre_gain: Range<usize>,
    pub(super) pre_bias: Range<usize>,
    /// d x 3d: queries, keys and values side by side, heads side by side within each.
    pub(super) project_w: Range<usize>,
    pub(super) project_b: Range<usize>,
    pub(super) out_w: Range<usize>,
    pub(super) out_b: Range<usize>,
    pub(super) norm_gain: Range<usize>,
    pub(super) norm_bias: Range<usize>,
    /// The query when there are no entities.
    pub(super) query: Range<usize>,
    /// W of the attention network, cut into the part that meets the query and the part that meets the leaf vector.
    pub(super) attend_q: Range<usize>,
    pub(super) attend_s: Range<usize>,
    pub(super) attend_b: Range<usize>,
    pub(super) attend_h: Range<usize>,
    /// Attention over the vectors to be joined.
    pub(super) gate_w: Range<usize>,
    pub(super) gate_b: Range<usize>,
    pub(super) gate_h: Range<usize>,
    pub(super) hidden1_w: Range<usize>,
    pub(super) hidden1_b: Range<usize>,
    pub(super) hidden2_w: Range<usize>,
    pub(super) hidden2_b: Range<usize>,
    pub(super) label_w: Range<usize>,
    pub(super) label_b: Range<usize>,
    pub(super) revenue_w: Range<usize>,
    pub(super) revenue_b: Range<usize>,
    /// One vector for each leaf number, 0 included.
    pub(super) leaves: Range<usize>,
    /// Per query, one vector for each entity number, 0 included.
    pub(super) entities: Vec<Range<usize>>,
    pub(super) groups: Vec<Group>,
}

/// Hands out places one after the other.
struct Places {
    groups: Vec<Group>,
    next: usize,
}

impl Places {
    fn take(&mut self, name: &'static str, kind: Kind, there: bool, rows: usize, cols: usize) -> Range<usize> {
        let len = if there { rows * cols } else { 0 };
        let span = self.next..self.next + len;
        self.next += len;
        if there {
            self.groups.push(Group { name, kind, rows, cols, span: span.clone() });
        }
        span
    }
}

impl Layout {
    /// Places for tables of `n_leaves` leaves and of `n_entities` entities of each query, the number 0 not counted.
    pub(super) fn new(architecture: Architecture, trees: usize, n_leaves: u32, n_entities: &[u32]) -> Self {
        use Kind::{Bias, Gain, Matrix, Table};
        let a = architecture;
        let (d, queries) = (a.dimension, n_entities.len());
        let (selfish, attends, pre) = (a.self_attention, a.attention_network, a.residual);
        let gate = a.fusion == Fusion::Attention;
        let joined = if gate { d } else { d * (queries + 1) };
        let mut places = Places { groups: Vec::new(), next: 0 };
        let mut take = |name, kind, there, rows, cols| places.take(name, kind, there, rows, cols);
        Self {
            architecture,
            trees,
            queries,
            pre_gain: take("pre_gain", Gain, pre, 1, d),
            pre_bias: take("pre_bias", Bias, pre, 1, d),
            project_w: take("project_w", Matrix, selfish, d, 3 * d),
            project_b: take("project_b", Bias, selfish, 1, 3 * d),
            out_w: take("out_w", Matrix, selfish, d, d),
            out_b: take("out_b", Bias, selfish, 1, d),
            norm_gain: take("norm_gain", Gain, selfish, 1, d),
            norm_bias: take("norm_bias", Bias, selfish, 1, d),
            query: take("query", Matrix, attends && queries == 0, 1, d),
            attend_q: take("attend_q", Matrix, attends, d, d),
            attend_s: take("attend_s", Matrix, attends, d, d),
            attend_b: take("attend_b", Bias, attends, 1, d),
            attend_h: take("attend_h", Matrix, attends, d, 1),
            gate_w: take("gate_w", Matrix, gate, d, d),
            gate_b: take("gate_b", Bias, gate, 1, d),
            gate_h: take("gate_h", Matrix, gate, d, 1),
            hidden1_w: take("hidden1_w", Matrix, true, joined, d),
            hidden1_b: take("hidden1_b", Bias, true, 1, d),
            hidden2_w: take("hidden2_w", Matrix, true, d, d),
            hidden2_b: take("hidden2_b", Bias, true, 1, d),
            label_w: take("label_w", Matrix, true, d, 1),
            label_b: take("label_b", Bias, true, 1, 1),
            revenue_w: take("revenue_w", Matrix, !a.single_task, d, 1),
            revenue_b: take("revenue_b", Bias, !a.single_task, 1, 1),
            leaves: take("leaves", Table, true, n_leaves as usize + 1, d),
            entities: n_entities.iter().map(|&n| take("entities", Table, true, n as usize + 1, d)).collect(),
            groups: places.groups,
        }
    }

    /// Weights in all.
    pub(super) fn len(&self) -> usize {
        self.entities.last().unwrap_or(&self.leaves).end
    }

    /// Weights outside of the tables, which come first.
    pub(super) fn dense_len(&self) -> usize {
        self.leaves.start
    }

    pub(super) fn dimension(&self) -> usize {
        self.architecture.dimension
    }

    /// The trees padded to whole vectors of any instruction set.
    pub(super) fn padded(&self) -> usize {
        self.trees.next_multiple_of(super::kernels::WIDEST)
    }

    /// Rows of the table of leaves, 0 included.
    pub(super) fn leaf_rows(&self) -> usize {
        self.leaves.len() / self.dimension()
    }

    /// Whether leaf vectors themselves are read by a row, beside or instead of their projections.
    pub(super) fn reads_embedding(&self) -> bool {
        self.architecture.residual || !self.architecture.self_attention
    }

    /// Length of a leaf's record: projections if there is self-attention, then the embedding if it is read.
    pub(super) fn record_len(&self) -> usize {
        let d = self.dimension();
        self.embedding_at() + if self.reads_embedding() { d } else { 0 }
    }

    /// Where the embedding stands in a record.
    pub(super) fn embedding_at(&self) -> usize {
        if self.architecture.self_attention { 3 * self.dimension() } else { 0 }
    }

    /// The place of the vector of `number` in the table of `query`; unseen when the table does not reach that far.
    pub(super) fn entity(&self, query: usize, number: u32) -> Range<usize> {
        let (table, d) = (&self.entities[query], self.dimension());
        let start = table.start + number as usize * d;
        let start = if start < table.end { start } else { table.start };
        start..start + d
    }

    /// A leaf number the table knows: itself, or 0.
    pub(super) fn known_leaf(&self, number: u32) -> u32 {
        if (number as usize) < self.leaf_rows() { number } else { 0 }
    }
}
