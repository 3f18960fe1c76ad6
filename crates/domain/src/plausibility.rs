//! How well a declared HS code fits the description beside it.

use crate::{HsCode, Moment};

/// The verdict of the classification pillar on one item, fetched by the flow that reads declarations. Without an index of codes,
/// or where the description says nothing, there is none and its features are missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plausibility {
    /// When this verdict became known; it counts for later moments only.
    pub known_at: Moment,
    /// Probability that the declared subheading is right, 0-1.
    pub probability: f64,
    /// Place of the declared subheading in the ranking, from 1.
    pub rank: u32,
    /// The subheading that the description speaks for more, if there is one.
    pub better: Option<HsCode>,
}
