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
//!
//! # Example
//!
//! Four importers and a tree of two leaves. The even importers are found out in leaf 1 and the odd ones in leaf 2, so
//! that neither importer nor leaf tells anything alone.
//!
//! ```
//! use learn::attention::{Architecture, AttentionData, AttentionParams, AttentionRows};
//!
//! # fn main() -> learn::Result<()> {
//! let leaves: Vec<u32> = (0..400).map(|i| 1 + i / 4 % 2).collect();
//! let importers: Vec<u32> = (0..400).map(|i| 1 + i % 4).collect();
//! let found = |leaf: u32, importer: u32| leaf == 1 + importer % 2;
//! let labels: Vec<f32> = leaves.iter().zip(&importers).map(|(&l, &i)| f32::from(u8::from(found(l, i)))).collect();
//! let rows = AttentionRows::new(1, leaves, 1, importers)?;
//!
//! let architecture = Architecture { dimension: 8, heads: 2, ..Architecture::default() };
//! let params = AttentionParams { architecture, epochs: 60, batch: 16, ..AttentionParams::default() }.check()?;
//! let data = AttentionData { rows: &rows, labels: &labels, revenue: None, weights: None };
//! let model = params.fit(&data, None)?.model;
//! for (score, label) in model.predict(&rows, 1)?.iter().zip(&labels) {
//!     assert_eq!(score.logit > 0.0, *label == 1.0);
//! }
//!
//! // What leaf and importer add to the log-odds of the first row, over those of a row of which nothing is known.
//! let reasons = model.contributions(&rows, 0)?;
//! let sum = reasons.base + reasons.trees[0] + reasons.entities[0];
//! assert!((sum - reasons.logit).abs() < 1e-9);
//! # Ok(())
//! # }
//! ```

mod average;
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
pub use params::{Architecture, AttentionParams, BestEpoch, CheckedAttentionParams, Fusion};
pub use rows::{AttentionData, AttentionRows};
pub use train::{Epoch, FittedAttention};
