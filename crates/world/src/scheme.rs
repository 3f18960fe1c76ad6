//! What goes wrong with an item: schemes, each with a signature of its own, and honest errors.

use crate::country;
use crate::declaration::{Facts, Item};
use crate::goods::Catalogue;
use crate::rng::Rng;
use crate::tariff::assess;
use domain::{Country, FindingKind, Gravity};

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

    /// Whether the scheme saves anything on goods of this kind and origin.
    pub(crate) fn pays(self, catalogue: &Catalogue, good: usize, origin: Country) -> bool {
        let entry = &catalogue.goods()[good];
        match self {
            Self::Misclassification => catalogue.cheaper_neighbours(good).next().is_some(),
            Self::FalseOrigin => {
                entry.remedy_ppm(origin) > 0 || entry.duty_ppm > 0 && country::preference(origin).is_none()
            }
            _ => entry.duty_ppm + entry.excise_ppm + entry.vat_ppm > 0,
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
        Scheme::Quantity => understate_quantity(catalogue, rng, item),
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
fn reclassified(catalogue: &Catalogue, facts: &Facts, good: usize, rng: &mut Rng) -> Facts {
    let (old, new) = (&catalogue.goods()[facts.good], &catalogue.goods()[good]);
    let quantity_milli = match (old.unit == new.unit, new.unit.as_str()) {
        (true, _) => facts.quantity_milli,
        (_, "KGM") => facts.net_g,
        (_, unit) => whole_units(unit, facts.net_g as f64 / new.unit_mass_kg * rng.spread(0.07)),
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
    let due_minor = |facts: &Facts| assess(&catalogue.goods()[facts.good], facts).taxes_minor();
    let cheaper: Vec<Facts> = catalogue
        .cheaper_neighbours(item.actual.good)
        .map(|good| reclassified(catalogue, &item.actual, good, rng))
        .filter(|facts| due_minor(facts) < due_minor(&item.actual))
        .collect();
    item.declared = rng.pick(&cheaper)?.clone();
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

fn understate_quantity(catalogue: &Catalogue, rng: &mut Rng, item: &mut Item) -> Option<FindingKind> {
    let factor = rng.between(0.5, 0.85);
    lessen(catalogue, factor, item);
    if rng.chance(0.75) {
        item.declared.gross_g = scaled(item.declared.gross_g, factor).max(1);
    }
    (item.declared != item.actual).then_some(FindingKind::Quantity)
}

/// Declares `factor` of the quantity, mass and value there is.
fn lessen(catalogue: &Catalogue, factor: f64, item: &mut Item) {
    let (declared, actual) = (&mut item.declared, &item.actual);
    declared.net_g = scaled(actual.net_g, factor).max(1);
    declared.fob_minor = scaled(actual.fob_minor, factor).max(1);
    let unit = catalogue.goods()[declared.good].unit.as_str();
    declared.quantity_milli = match unit {
        "KGM" => declared.net_g,
        unit => whole_units(unit, actual.quantity_milli as f64 * factor),
    };
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
    let hidden_facts = reclassified(catalogue, &item.actual, hidden, rng);
    let mut cover_facts = reclassified(catalogue, &item.actual, cover, rng);
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
            // Part of the freight is left out of the customs value.
            item.declared.carriage_minor = scaled(item.actual.carriage_minor, rng.between(0.1, 0.6));
            FindingKind::Value
        }
        1 => {
            let (own, near) = (item.actual.good, &catalogue.goods()[item.actual.good].near);
            let duty_ppm = catalogue.goods()[own].duty_ppm;
            let fitting: Vec<usize> =
                near.iter().copied().filter(|&good| catalogue.goods()[good].duty_ppm <= duty_ppm).collect();
            item.declared = reclassified(catalogue, &item.actual, *rng.pick(&fitting)?, rng);
            FindingKind::Classification
        }
        2 => {
            lessen(catalogue, rng.between(0.85, 0.98), item);
            FindingKind::Quantity
        }
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
