//! How well a declared HS code fits the description beside it.

use crate::Moment;

/// The verdict of the classification pillar on one item, fetched by the flow that scores. Until that pillar stands the
/// slot is empty and its features are missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plausibility {
    /// When this verdict became known; it counts for later moments only.
    pub known_at: Moment,
    /// Probability that the declared subheading is right, 0-1.
    pub probability: f64,
    /// Place of the declared subheading in the ranking, from 1.
    pub rank: u32,
}
