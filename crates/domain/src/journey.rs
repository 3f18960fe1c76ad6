//! What transit control knows of an item's journey.

use crate::Moment;

/// Summary of the journey of the consignment an item belongs to, made by the transit pillar and fetched by the flow
/// that scores. Until that pillar stands the slot is empty and its features are missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Journey {
    /// When this summary became known; it counts for later moments only.
    pub known_at: Moment,
    /// Alerts raised on the trip.
    pub alerts: u32,
    /// Seal or door openings outside an allowed place.
    pub openings: u32,
    /// Hours without any message.
    pub silent_hours: f64,
    /// Hours by which the trip exceeded its planned time; negative where it was early.
    pub delay_hours: f64,
}
