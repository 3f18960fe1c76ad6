//! A dual attentive network over the leaves of boosted trees: stages 2 and 3 of DATE.
//!
//! Kim, Tsai, Singh, Choi, Ibok, Li and Cha, "DATE: Dual Attentive Tree-aware Embedding for Customs Fraud Detection", KDD
//! 2020. Stage 1, the trees whose leaves come in as numbers, is the caller's; so are the vocabularies. Built from the
//! paper's description, with these differences: number 0 is the zero vector for ever, so that unseen leaves and entities
//! have a meaning; the revenue head ends in softplus instead of ReLU, which dies; heads start at the base rate; absent
//! vectors are not penalised.
//!
//! | section of the paper | here |
//! |---|---|
//! | leaf embeddings, self-attention over them, ReLU after every projection | `row`, `kernels/heads` |
//! | attention of importer (.) HS over the leaf vectors | `row`, `kernels/pool` |
//! | fusion, hidden vector, two heads | `fusion` |
//! | joint loss, penalty, adversarial term | `loss`, `batch` |
//! | RAdam within Lookahead, best epoch by F1 at the top | `optimiser`, `train` |
//!
//! A row is one leaf of each tree and one entity of each query (importer and HS in DATE). The model is an [`Attention`];
//! [`CheckedAttentionParams::fit`] makes one, the same to the bit for any number of threads on one kind of processor.

mod batch;
mod explain;
mod fusion;
mod kernels;
mod layout;
mod loss;
mod model;
mod optimiser;
mod params;
mod row;
mod rows;
#[cfg(test)]
mod tests;
mod train;

pub use explain::AttentionContributions;
pub use model::{Attention, AttentionScore, PredictedRevenue};
pub use params::{Architecture, AttentionParams, CheckedAttentionParams, Fusion};
pub use rows::{AttentionData, AttentionRows};
pub use train::{Epoch, FittedAttention};
