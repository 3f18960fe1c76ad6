//! What goes wrong with an item: schemes, each with a signature of its own, and honest errors.

use crate::country;
use crate::declaration::{Facts, Item};
use crate::goods::Catalogue;
use crate::rng::Rng;
use crate::tariff::assess;
use domain::{FindingKind, Gravity};

/// How an item came to be irregular.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// Value below the true one; all else is true.
    Undervaluation,
    /// A neighbour of lower duty declared; value and mass are true.
    Misclassification,
    /// An origin declared that has a preference or no trade defence duty; the goods depart from where they were made.
    FalseOrigin,
    /// Less quantity and mass declared; unit price as usual, packages and containers as they are.
    Quantity,
    /// Prohibited or counterfeit goods under a plausible cover.
    Prohibited,
    /// One consignment cut into parcels of low value.
    Split,
    /// Undervaluation by importers that exist for weeks.
    Shell,
    /// An error without intent.
    HonestError,
}

impl Scheme {
    /// The schemes of campaigns, in the order of the scenario's weights.
    pub const CAMPAIGNS: [Self; 7] = [
        Self::Undervaluation,
        Self::Misclassification,
        Self::FalseOrigin,
        Self::Quantity,
        Self::Prohibited,
        Self::Split,
        Self::Shell,
    ];

    /// The name in `truth.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Undervaluation => "undervaluation",
            Self::Misclassification => "misclassification",
            Self::FalseOrigin => "false_origin",
            Self::Quantity => "quantity",
            Self::Prohibited => "prohibited",
            Self::Split => "split",
            Self::Shell => "shell",
            Self::HonestError => "honest_error",
        }
    }

    /// Gravity that a finding about it has.
    pub(crate) const fn gravity(self) -> Gravity {
        match self {
            Self::HonestError => Gravity::Minor,
            Self::Prohibited | Self::Shell => Gravity::Grave,
            _ => Gravity::Serious,
        }
    }
}

/// What is wrong with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Irregularity {
    pub(crate) scheme: Scheme,
    pub(crate) kind: FindingKind,
}

const BRANDED: [&str; 6] = ["apparel", "footwear", "electronics", "leather_bags", "consumer_chemicals", "instruments"];

/// Declares `item` (so far true) by `scheme`, and returns whether the goods lend themselves to it. `depth` is the
/// median of declared over true value.
pub(crate) fn misdeclare(catalogue: &Catalogue, scheme: Scheme, depth: f64, rng: &mut Rng, item: &mut Item) -> bool {
    let kind = match scheme {
        Scheme::Undervaluation | Scheme::Split => undervalue(rng, depth, item),
        Scheme::Shell => undervalue(rng, depth * 0.85, item),
        Scheme::Misclassification => misclassify(catalogue, rng, item),
        Scheme::FalseOrigin => misstate_origin(catalogue, rng, item),
        Scheme::Quantity => understate_quantity(rng, item),
        Scheme::Prohibited => hide_prohibited(catalogue, rng, item),
        Scheme::HonestError => err(catalogue, rng, item),
    };
    item.wrong = kind.map(|kind| Irregularity { scheme, kind });
    kind.is_some()
}

fn scaled(amount: i64, factor: f64) -> i64 {
    (amount as f64 * factor).round() as i64
}

fn undervalue(rng: &mut Rng, depth: f64, item: &mut Item) -> Option<FindingKind> {
    let factor = (depth * rng.spread(0.18)).clamp(0.15, 0.92);
    item.declared.fob_minor = scaled(item.actual.fob_minor, factor).max(1);
    Some(FindingKind::Value)
}

/// Facts about goods of the same mass and value under another subheading, in that subheading's unit.
fn reclassified(catalogue: &Catalogue, facts: &Facts, good: usize) -> Facts {
    let (old, new) = (&catalogue.goods()[facts.good], &catalogue.goods()[good]);
    let quantity_milli = match (old.unit == new.unit, new.unit.as_str()) {
        (true, _) => facts.quantity_milli,
        (_, "KGM") => facts.net_g,
        (_, unit) => whole_units(unit, facts.net_g as f64 / new.unit_mass_kg),
    };
    Facts { good, quantity_milli, ..facts.clone() }
}

/// Thousandths of a unit; counted units come in whole numbers, at least one.
pub(crate) fn whole_units(unit: &str, milli: f64) -> i64 {
    match unit {
        "NAR" | "NPR" => ((milli / 1000.0).round() as i64).max(1) * 1000,
        _ => (milli.round() as i64).max(1),
    }
}

fn misclassify(catalogue: &Catalogue, rng: &mut Rng, item: &mut Item) -> Option<FindingKind> {
    let cheaper: Vec<usize> = catalogue.cheaper_neighbours(item.actual.good).collect();
    item.declared = reclassified(catalogue, &item.actual, *rng.pick(&cheaper)?);
    Some(FindingKind::Classification)
}

fn misstate_origin(catalogue: &Catalogue, rng: &mut Rng, item: &mut Item) -> Option<FindingKind> {
    let good = &catalogue.goods()[item.actual.good];
    let origin = country::cover(rng, item.actual.origin)?;
    let declared = Facts { origin, preference: good.duty_ppm > 0, ..item.actual.clone() };
    if assess(good, &declared).taxes_minor() >= assess(good, &item.actual).taxes_minor() {
        return None;
    }
    item.declared = declared;
    Some(FindingKind::Origin)
}

fn understate_quantity(rng: &mut Rng, item: &mut Item) -> Option<FindingKind> {
    let factor = rng.between(0.5, 0.85);
    let declared = &mut item.declared;
    let unit_milli = if declared.quantity_milli % 1000 == 0 { 1000 } else { 1 };
    declared.quantity_milli = (scaled(declared.quantity_milli, factor) / unit_milli).max(1) * unit_milli;
    declared.net_g = scaled(declared.net_g, factor).max(1);
    declared.fob_minor = scaled(declared.fob_minor, factor).max(1);
    if rng.chance(0.5) {
        declared.gross_g = scaled(declared.gross_g, factor).max(1);
    }
    if *declared == item.actual { None } else { Some(FindingKind::Quantity) }
}

fn hide_prohibited(catalogue: &Catalogue, rng: &mut Rng, item: &mut Item) -> Option<FindingKind> {
    let good = &catalogue.goods()[item.actual.good];
    let branded = BRANDED.contains(&catalogue.sectors()[good.sector].name.as_str());
    if branded && rng.chance(0.5) {
        item.declared.fob_minor = scaled(item.actual.fob_minor, rng.between(0.4, 0.75)).max(1);
        item.actual.fob_minor = item.declared.fob_minor;
        return Some(FindingKind::Ipr);
    }
    let banned: Vec<usize> = (0..catalogue.goods().len()).filter(|&good| catalogue.goods()[good].banned).collect();
    let hidden = *rng.pick(&banned)?;
    let cover = *rng.pick(&catalogue.goods()[hidden].near)?;
    let (hidden_facts, mut cover_facts) =
        (reclassified(catalogue, &item.actual, hidden), reclassified(catalogue, &item.actual, cover));
    let cover_price = catalogue.goods()[cover].price * rng.spread(0.3);
    cover_facts.fob_minor = scaled(cover_facts.quantity_milli, cover_price / 10.0).max(1);
    item.actual = hidden_facts;
    item.declared = cover_facts;
    Some(FindingKind::Prohibited)
}

/// Errors that an importer or broker makes without meaning to; only such as leave tax unpaid or papers wanting.
fn err(catalogue: &Catalogue, rng: &mut Rng, item: &mut Item) -> Option<FindingKind> {
    let kind = match rng.index([0.26, 0.30, 0.12, 0.14, 0.18].into_iter()) {
        0 => {
            item.declared.carriage_minor = 0;
            FindingKind::Value
        }
        1 => {
            let (own, near) = (item.actual.good, &catalogue.goods()[item.actual.good].near);
            let duty_ppm = catalogue.goods()[own].duty_ppm;
            let fitting: Vec<usize> =
                near.iter().copied().filter(|&good| catalogue.goods()[good].duty_ppm <= duty_ppm).collect();
            item.declared = reclassified(catalogue, &item.actual, *rng.pick(&fitting)?);
            FindingKind::Classification
        }
        2 => return understate_slightly(rng, item),
        3 => {
            country::preference(item.actual.origin).filter(|_| catalogue.goods()[item.actual.good].duty_ppm > 0)?;
            item.actual.preference = false;
            item.declared.preference = true;
            FindingKind::Origin
        }
        _ => FindingKind::Paperwork,
    };
    Some(kind)
}

fn understate_slightly(rng: &mut Rng, item: &mut Item) -> Option<FindingKind> {
    let factor = rng.between(0.85, 0.98);
    let (declared, actual) = (&mut item.declared, &item.actual);
    declared.net_g = scaled(actual.net_g, factor).max(1);
    declared.fob_minor = scaled(actual.fob_minor, factor).max(1);
    Some(FindingKind::Quantity)
}
