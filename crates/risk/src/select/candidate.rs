//! What takes part in a draw.

use super::SelectError;
use domain::{ControlKind, Day, MandatoryControl, SelectedBy, Text};

/// A declaration that takes part in a draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Identifier of the declaration.
    pub id: Box<str>,
    /// Its version. Of several versions in one draw the highest takes part and the others share its outcome.
    pub version: u32,
    /// SHA-256 of the as-declared bytes, [`domain::canonical::digest`].
    pub digest: [u8; 32],
    /// Day of lodgement, which is the day of the draw.
    pub day: Day,
    /// Customs office.
    pub office: Text,
    /// Importer.
    pub importer: Text,
    /// Transport document.
    pub consignment: Text,
    /// Type of authorised economic operator, if the importer is one on this day.
    pub aeo: Text,
    /// Controls demanded by law or another agency.
    pub mandatory: Vec<MandatoryControl>,
    /// The score; a declaration without one takes part in everything but the ranking.
    pub score: Option<Scored>,
    /// Number of goods items.
    pub items: u32,
    /// Weight of the goods for safety, 0 for ordinary goods; see [`super::CheckedPolicy::safety_weight`].
    pub safety_weight: f64,
    /// What an earlier draw decided of it.
    pub previous: Option<Previous>,
}

impl Candidate {
    /// A candidate of which only the id and the day are known.
    pub fn new(id: &str, day: Day) -> Self {
        Self {
            id: id.into(),
            version: 1,
            digest: [0; 32],
            day,
            office: None,
            importer: None,
            consignment: None,
            aeo: None,
            mandatory: Vec::new(),
            score: None,
            items: 1,
            safety_weight: 0.0,
            previous: None,
        }
    }

    pub(super) fn office(&self) -> &str {
        self.office.as_deref().unwrap_or_default()
    }
}

/// The score of a declaration, pooled over its items.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// Calibrated probability of a finding.
    pub probability: f64,
    /// Expected extra revenue in minor units.
    pub expected_revenue_minor: f64,
    /// How unsure the model is, 0-1; taken from the probability where missing.
    pub uncertainty: Option<f64>,
    /// How new the declaration is to the model, 0-1; 0 where missing.
    pub novelty: Option<f64>,
}

impl Scored {
    /// A score of which nothing more is known.
    pub fn of(probability: f64, expected_revenue_minor: f64) -> Self {
        Self { probability, expected_revenue_minor, uncertainty: None, novelty: None }
    }

    /// The uncertainty, by default `4 p (1 - p)`: 1 for an even chance, 0 for certainty.
    pub(super) fn uncertainty(&self) -> f64 {
        self.uncertainty.unwrap_or(4.0 * self.probability * (1.0 - self.probability))
    }

    fn is_usable(&self) -> bool {
        let share = |value: f64| (0.0..=1.0).contains(&value);
        share(self.probability)
            && (0.0..1e18).contains(&self.expected_revenue_minor)
            && self.uncertainty.is_none_or(share)
            && self.novelty.is_none_or(share)
    }
}

/// What an earlier draw decided and this one may not fall behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous {
    /// The control it was selected for.
    pub control: ControlKind,
    /// Why it had been selected.
    pub selected_by: SelectedBy,
    /// What joins the two declarations.
    pub relation: Relation,
}

/// What joins a declaration with the draw of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It is a later version of the other.
    Amendment,
    /// It belongs to the same consignment.
    Consignment,
}

impl Relation {
    /// The stable name used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amendment => "amendment",
            Self::Consignment => "consignment",
        }
    }
}

pub(super) fn check(candidates: &[Candidate]) -> Result<(), SelectError> {
    if let Some(pair) = candidates.windows(2).find(|pair| pair[0].day != pair[1].day) {
        return Err(SelectError::SeveralDays(pair[0].day, pair[1].day));
    }
    match candidates.iter().find(|candidate| !candidate.score.is_none_or(|score| score.is_usable())) {
        Some(candidate) => Err(SelectError::Score(candidate.id.clone())),
        None => Ok(()),
    }
}
