//! Features: facts as numbers. One walk gives names, subjects and values, so that they can't fall out of step.
//!
//! The formulas stand in `docs/MODEL.md`. Missing values are NaN; models know what to do with them.

use crate::history::{Facts, PriceReference, ProfileFact, ProfileSpec, Seen};
use domain::QualityKind;

/// What a feature speaks of. Contributions of features with one subject are told to officers as one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Declared value, its size and roundness.
    Value,
    /// Mass and quantity.
    Mass,
    /// Unit price against its references.
    UnitPrice,
    /// Rate, duty and tax.
    Tax,
    /// Freight, FOB against CIF.
    Charges,
    /// Valuation method and relation of the parties.
    Valuation,
    /// The commodity code itself.
    Code,
    /// Origin and departure.
    Origin,
    /// A further categorical column itself, by its place in the schema.
    Column(u16),
    /// Past findings under a profile, by its place in the history's list.
    Profile(u16),
    /// The importer: how long known and how active.
    Importer,
    /// The declarant: how long known, and whether new to the importer.
    Declarant,
    /// The consignor: how long known, and whether new to the importer.
    Consignor,
    /// Goods or origins new to the importer.
    Assortment,
    /// A code other than the usual one.
    CodeSwitch,
    /// Earlier rows that this one repeats.
    Repeat,
    /// Earlier rows that are nearly the same.
    NearRepeat,
    /// Shipments that look like parts of one.
    Split,
    /// Day and month.
    Calendar,
    /// Notes on the data.
    Quality,
    /// Plausibility of the code.
    Plausibility,
    /// The journey.
    Journey,
    /// A further numeric column, by its place in the schema.
    Number(u16),
}

/// The name and subject of a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Stable name, as in `docs/MODEL.md` and in model files.
    pub name: String,
    /// What it speaks of.
    pub subject: Subject,
}

impl Feature {
    /// Whether it is made of the declaration alone, without any history.
    pub fn is_declared(&self) -> bool {
        match self.subject {
            Subject::Value
            | Subject::Mass
            | Subject::Tax
            | Subject::Charges
            | Subject::Valuation
            | Subject::Code
            | Subject::Origin
            | Subject::Column(_)
            | Subject::Number(_) => true,
            Subject::UnitPrice => self.name.ends_with(".log"),
            _ => false,
        }
    }
}

/// The features of a history with these profiles and of a schema with `columns` further categorical and `numbers`
/// further numeric columns.
pub fn features(profiles: &[ProfileSpec], columns: usize, numbers: usize) -> Vec<Feature> {
    let mut features = Vec::new();
    let mut add = |subject, name: &str| features.push(Feature { name: name.to_owned(), subject });
    for (subject, name) in FIXED {
        add(*subject, name);
    }
    for (index, profile) in profiles.iter().enumerate().filter(|(_, profile)| profile.rated) {
        add(Subject::Profile(index as u16), &format!("{}.rate", profile.name));
        if profile.weighed {
            add(Subject::Profile(index as u16), &format!("{}.evidence", profile.name));
        }
    }
    for column in 0..columns {
        add(Subject::Column(column as u16), &format!("column_{column}.ordinal"));
    }
    for number in 0..numbers {
        add(Subject::Number(number as u16), &format!("number_{number}"));
    }
    features
}

/// The values of the features of one item, in the order of [`features`], appended to `out`.
pub fn values(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let start = out.len();
    amounts(facts, out);
    prices(facts, out);
    taxes(facts, out);
    novelty(facts, out);
    signs(facts, out);
    slots(facts, out);
    out.push(facts.better.and_then(|better| better.rate_drop).unwrap_or(if facts.plausibility.is_some() {
        0.0
    } else {
        f32::NAN
    }));
    recent(facts, out);
    debug_assert_eq!(out.len() - start, FIXED.len());
    for (spec, profile) in facts.rated_profiles() {
        out.push(excess(profile, facts.overall_rate));
        if spec.weighed {
            out.push(if profile.rate.is_some() { profile.inspected.ln_1p() } else { f32::NAN });
        }
    }
    out.extend(facts.item.categorical.iter().map(|text| ordinal(text.as_deref())));
    out.extend(facts.item.numeric.iter().map(|number| *number as f32));
}

/// The features that every schema has, in the order in which [`values`] writes them.
const FIXED: &[(Subject, &str)] = &[
    (Subject::Value, "value.log"),
    (Subject::Value, "value.roundness"),
    (Subject::Mass, "mass.log"),
    (Subject::Mass, "mass.roundness"),
    (Subject::Mass, "mass.gross_over_net"),
    (Subject::Mass, "quantity.log"),
    (Subject::Code, "hs6"),
    (Subject::Origin, "origin.ordinal"),
    (Subject::Origin, "departure.ordinal"),
    (Subject::Origin, "origin_is_departure"),
    (Subject::UnitPrice, "price_per_kg.log"),
    (Subject::UnitPrice, "unit_price.log"),
    (Subject::UnitPrice, "unit_price.z_importer_hs6"),
    (Subject::UnitPrice, "unit_price.z_hs6_origin"),
    (Subject::UnitPrice, "unit_price.z_hs6"),
    (Subject::UnitPrice, "unit_price.z_hs4"),
    (Subject::UnitPrice, "unit_price.z_narrowest"),
    (Subject::Tax, "rate"),
    (Subject::Tax, "stake.log"),
    (Subject::Tax, "tax_over_value"),
    (Subject::Tax, "tax_per_unit.log"),
    (Subject::Charges, "fob_over_cif"),
    (Subject::Charges, "freight_over_value"),
    (Subject::Valuation, "valuation.method"),
    (Subject::Valuation, "valuation.related_party"),
    (Subject::Importer, "importer.declarations"),
    (Subject::Importer, "importer.first_days"),
    (Subject::Importer, "importer.last_days"),
    (Subject::Declarant, "declarant.declarations"),
    (Subject::Declarant, "importer_declarant.declarations"),
    (Subject::Consignor, "consignor.declarations"),
    (Subject::Consignor, "importer_consignor.declarations"),
    (Subject::Assortment, "importer_origin.declarations"),
    (Subject::Assortment, "importer_hs4.declarations"),
    (Subject::Assortment, "hs6_origin.declarations"),
    (Subject::Split, "consignment.declarations"),
    (Subject::CodeSwitch, "code_switch.heading_rate_drop"),
    (Subject::CodeSwitch, "code_switch.description_rate_drop"),
    (Subject::Repeat, "repeat.declarations"),
    (Subject::Repeat, "repeat.last_days"),
    (Subject::Repeat, "repeat.rate"),
    (Subject::Repeat, "repeat.share"),
    (Subject::Repeat, "repeat.evidence"),
    (Subject::NearRepeat, "near_repeat.declarations"),
    (Subject::NearRepeat, "near_repeat.rate"),
    (Subject::NearRepeat, "near_repeat.evidence"),
    (Subject::Split, "split.shipments"),
    (Subject::Split, "split.value_share"),
    (Subject::Calendar, "calendar.weekday"),
    (Subject::Calendar, "calendar.month"),
    (Subject::Calendar, "calendar.days_to_month_end"),
    (Subject::Quality, "quality.missing"),
    (Subject::Quality, "quality.other"),
    (Subject::Plausibility, "plausibility.probability"),
    (Subject::Plausibility, "plausibility.rank"),
    (Subject::Journey, "journey.alerts"),
    (Subject::Journey, "journey.openings"),
    (Subject::Journey, "journey.silent_hours"),
    (Subject::Journey, "journey.delay_hours"),
    (Subject::Plausibility, "plausibility.rate_drop"),
    (Subject::Importer, "importer.week"),
    (Subject::Importer, "importer.month"),
    (Subject::Declarant, "declarant.week"),
    (Subject::Declarant, "declarant.month"),
    (Subject::Consignor, "consignor.week"),
    (Subject::Consignor, "consignor.month"),
    (Subject::Declarant, "importer_declarant.week"),
    (Subject::Declarant, "importer_declarant.month"),
    (Subject::Consignor, "importer_consignor.week"),
    (Subject::Consignor, "importer_consignor.month"),
    (Subject::Assortment, "importer_origin.week"),
    (Subject::Assortment, "importer_origin.month"),
    (Subject::Assortment, "importer_hs4.week"),
    (Subject::Assortment, "importer_hs4.month"),
    (Subject::Assortment, "hs6_origin.week"),
    (Subject::Assortment, "hs6_origin.month"),
];

fn amounts(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let (item, amounts) = (facts.item, &facts.amounts);
    let mass_g = item.net_mass_g.or(item.gross_mass_g);
    let (origin, departure) =
        (item.origin.as_ref().map(|c| c.as_str()), facts.header.departure.as_ref().map(|c| c.as_str()));
    let gross_over_net = item.gross_mass_g.zip(item.net_mass_g.filter(|net| *net > 0));
    out.extend([
        log(amounts.value),
        roundness(item.value_minor()),
        log(amounts.mass_kg),
        roundness(mass_g),
        gross_over_net.map_or(f32::NAN, |(gross, net)| (gross as f64 / net as f64) as f32),
        log(amounts.quantity),
        item.code.map_or(f32::NAN, |code| code.number(6) as f32),
        ordinal(origin),
        ordinal(departure),
        origin.zip(departure).map_or(f32::NAN, |(origin, departure)| f32::from(u8::from(origin == departure))),
    ]);
}

fn prices(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let amounts = &facts.amounts;
    let per_kg = amounts.value.zip(amounts.mass_kg).map(|(value, mass)| value / mass);
    let unit_log = amounts.unit_price.as_ref().map(|price| price.log);
    out.extend([log(per_kg), unit_log.unwrap_or(f32::NAN)]);
    let z = |reference: &Option<PriceReference>| reference.as_ref().zip(unit_log).map(|(r, log)| r.robust_z(log));
    let levels = facts.prices.levels.each_ref().map(z);
    out.extend(levels.map(|z| z.unwrap_or(f32::NAN)));
    // The importer's own price level is no reference: who always declares too low would look normal.
    out.push(levels[1..].iter().copied().flatten().next().unwrap_or(f32::NAN));
}

fn taxes(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let (item, amounts) = (facts.item, &facts.amounts);
    let ratio = |part: Option<i64>, whole: Option<i64>| match (part, whole) {
        (Some(part), Some(whole)) if whole > 0 => (part as f64 / whole as f64) as f32,
        _ => f32::NAN,
    };
    let tax = item.taxes_minor.map(|minor| minor as f64 / facts.money_unit).or(amounts.stake);
    let units = amounts.quantity.or(amounts.mass_kg);
    out.extend([
        item.rate_ppm.map_or(f32::NAN, |rate| rate as f32 / 1e6),
        amounts.stake.map_or(f32::NAN, |stake| stake.max(0.0).ln_1p() as f32),
        tax.zip(amounts.value).map_or(f32::NAN, |(tax, value)| (tax / value) as f32),
        tax.zip(units).map_or(f32::NAN, |(tax, units)| (tax.max(0.0) / units).ln_1p() as f32),
        ratio(item.fob_minor, item.cif_minor),
        ratio(item.freight_minor, item.value_minor()),
        item.valuation_method.map_or(f32::NAN, f32::from),
        item.related_party.map_or(f32::NAN, |related| f32::from(u8::from(related))),
    ]);
}

fn novelty(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let novelty = &facts.novelty;
    out.extend([
        seen(&novelty.importer),
        days(novelty.importer.first_days),
        days(novelty.importer.last_days),
        seen(&novelty.declarant),
        seen(&novelty.importer_declarant),
        seen(&novelty.consignor),
        seen(&novelty.importer_consignor),
        seen(&novelty.importer_origin),
        seen(&novelty.importer_hs4),
        seen(&novelty.hs6_origin),
        seen(&novelty.consignment),
    ]);
    out.extend(facts.switches.map(|switch| switch.map_or(0.0, |switch| switch.rate_drop.unwrap_or(0.0))));
}

/// How busy parties and goods have been of late.
fn recent(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let novelty = &facts.novelty;
    let all = [
        &novelty.importer,
        &novelty.declarant,
        &novelty.consignor,
        &novelty.importer_declarant,
        &novelty.importer_consignor,
        &novelty.importer_origin,
        &novelty.importer_hs4,
        &novelty.hs6_origin,
    ];
    out.extend(all.iter().flat_map(|seen| seen.recent.map_or([f32::NAN; 2], |counts| counts.map(f32::ln_1p))));
}

fn signs(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let (repeats, split) = (&facts.repeats, &facts.split);
    let value_minor = facts.item.value_minor().unwrap_or_default() as f32;
    let day = facts.header.day;
    let (_, month, day_of_month) = day.ymd();
    let missing = facts.quality.iter().filter(|note| note.kind == QualityKind::Missing).count();
    out.extend([
        seen(&repeats.exact),
        days(repeats.exact.last_days),
        known_excess(&repeats.exact_outcome, facts.overall_rate),
        share(&repeats.exact_outcome),
        repeats.exact_outcome.inspected.ln_1p(),
        seen(&repeats.near),
        known_excess(&repeats.near_outcome, facts.overall_rate),
        repeats.near_outcome.inspected.ln_1p(),
        split.shipments as f32,
        if split.shipments == 0 { 0.0 } else { split.value_minor / (split.value_minor + value_minor).max(1.0) },
        f32::from(day.weekday()),
        f32::from(month),
        f32::from(day.days_in_month() - day_of_month),
        missing as f32,
        (facts.quality.len() - missing) as f32,
    ]);
}

fn slots(facts: &Facts<'_>, out: &mut Vec<f32>) {
    out.extend(facts.plausibility.map_or([f32::NAN; 2], |p| [p.probability as f32, p.rank as f32]));
    out.extend(facts.journey.map_or([f32::NAN; 4], |journey| {
        [journey.alerts as f32, journey.openings as f32, journey.silent_hours as f32, journey.delay_hours as f32]
    }));
}

/// How far the log-odds of a profile's rate lie above those of all inspections.
fn excess(profile: &ProfileFact, overall: f32) -> f32 {
    profile.rate.map_or(f32::NAN, |rate| logit(rate) - logit(overall))
}

/// Like [`excess`], but missing where nothing is known: a repeat without a known result is no evidence of anything.
fn known_excess(profile: &ProfileFact, overall: f32) -> f32 {
    if profile.inspected_count == 0 { f32::NAN } else { excess(profile, overall) }
}

/// A text as a number that keeps the order of texts: its first four letters and digits in base 37. It lets trees cut
/// a categorical column into ranges without a dictionary.
fn ordinal(text: Option<&str>) -> f32 {
    let Some(text) = text else { return f32::NAN };
    let mut symbols = text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| match byte {
        b'0'..=b'9' => byte - b'0' + 1,
        letter => letter.to_ascii_uppercase() - b'A' + 11,
    });
    (0..4).fold(0.0, |sum, _| sum * 37.0 + f32::from(symbols.next().unwrap_or(0)))
}

/// The plain share of findings among inspections, which unlike a smoothed rate tells "always" from "mostly".
fn share(profile: &ProfileFact) -> f32 {
    if profile.inspected_count == 0 { f32::NAN } else { profile.found_count as f32 / profile.inspected_count as f32 }
}

fn logit(probability: f32) -> f32 {
    let p = probability.clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}

fn log(amount: Option<f64>) -> f32 {
    amount.filter(|amount| *amount > 0.0).map_or(f32::NAN, |amount| amount.ln() as f32)
}

fn seen(seen: &Seen) -> f32 {
    seen.declarations.map_or(f32::NAN, |count| (count as f32).ln_1p())
}

fn days(days: Option<i32>) -> f32 {
    days.map_or(f32::NAN, |days| (days.max(0) as f32).ln_1p())
}

/// Trailing zeros of a fixed-point amount less those of its scale's smallest unit: invented amounts tend to be round.
fn roundness(amount: Option<i64>) -> f32 {
    let Some(mut amount) = amount.filter(|amount| *amount != 0) else { return f32::NAN };
    let mut zeros = 0u8;
    while amount % 10 == 0 {
        amount /= 10;
        zeros += 1;
    }
    f32::from(zeros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roundness_counts_trailing_zeros() {
        assert_eq!([Some(120_000), Some(41_509_272), Some(-50)].map(roundness), [4.0, 0.0, 1.0]);
        assert!(roundness(None).is_nan() && roundness(Some(0)).is_nan());
    }

    #[test]
    fn ordinals_keep_the_order_of_texts() {
        let values = ["1", "11", "A", "CN", "DE", "FCN1"].map(|text| ordinal(Some(text)));
        assert!(values.is_sorted_by(|a, b| a < b), "{values:?}");
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<&str> = FIXED.iter().map(|(_, name)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FIXED.len());
    }
}
