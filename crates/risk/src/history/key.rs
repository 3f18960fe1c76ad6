//! Keys: 64-bit digests of the values that history is kept under.

use domain::{GoodsItem, Header, HsCode, Journey, Plausibility, Record};
use std::cell::OnceCell;

/// A stable 64-bit digest of one or several values. History files hold keys only, never a party's name, and the same
/// values give the same key on every machine and in every version.
pub type Key = u64;

/// FNV-1a over the bytes, then the finaliser of MurmurHash3, whose avalanche FNV lacks.
pub(crate) fn digest(bytes: &[u8]) -> Key {
    finish(
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)),
    )
}

/// A key out of two; not symmetric, so that office x importer differs from importer x office.
pub(crate) fn join(first: Key, second: Key) -> Key {
    finish(first.rotate_left(23) ^ second.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn finish(mut hash: u64) -> Key {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// A declared value that history is kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Importer.
    Importer,
    /// Declarant or broker.
    Declarant,
    /// Consignor.
    Consignor,
    /// Carrier.
    Carrier,
    /// Customs office.
    Office,
    /// Mode of transport.
    Mode,
    /// Procedure.
    Procedure,
    /// Preference claimed.
    Preference,
    /// HS subheading.
    Hs6,
    /// HS heading.
    Hs4,
    /// HS chapter.
    Hs2,
    /// Country of origin.
    Origin,
    /// Country of departure.
    Departure,
    /// Rate of duty.
    Rate,
    /// Net (else gross) mass.
    Mass,
    /// Order of magnitude of the mass: the nearest power of two of kilograms.
    MassBand,
    /// Declared value.
    Value,
    /// Order of magnitude of the value: the nearest power of two.
    ValueBand,
    /// Price for a kilogram, to two significant digits.
    UnitPrice,
    /// Whether the goods come from another country than that of their origin.
    Transshipped,
    /// Description, in lower case and without punctuation.
    Description,
    /// HS heading that the description speaks for: the declared one unless another fits better.
    DescribedHs4,
    /// HS subheading that the description speaks for.
    DescribedHs6,
    /// What became known of the journey: whether there were alerts and openings, and how long it was silent and late.
    Journey,
    /// A further categorical column, by its place in the schema.
    Column(u8),
}

/// What fields are made of: one item under its header, and what other pillars said of it by its day.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a> {
    /// What the declaration shares.
    pub header: &'a Header,
    /// The item.
    pub item: &'a GoodsItem,
    /// How plausible its code is.
    pub plausibility: Option<Plausibility>,
    /// The journey.
    pub journey: Option<Journey>,
}

impl<'a> Declared<'a> {
    /// An item of which no other pillar said anything.
    pub fn alone(header: &'a Header, item: &'a GoodsItem) -> Self {
        Self { header, item, plausibility: None, journey: None }
    }

    /// Item `index` of a record, with what was known of it on the day of the declaration.
    pub(crate) fn of(record: &'a Record, index: usize) -> Self {
        let Record { declaration, .. } = record;
        Self {
            header: &declaration.header,
            item: &declaration.items[index],
            plausibility: record.known_plausibility(index),
            journey: record.known_journey(),
        }
    }

    /// The code that the description speaks for; `None` where nobody judged it.
    fn described(&self) -> Option<HsCode> {
        let verdict = self.plausibility?;
        verdict.better.or(self.item.code)
    }
}

impl Field {
    /// A place of its own for each field, further columns last.
    fn place(self) -> usize {
        match self {
            Self::Importer => 0,
            Self::Declarant => 1,
            Self::Consignor => 2,
            Self::Carrier => 3,
            Self::Office => 4,
            Self::Mode => 5,
            Self::Procedure => 6,
            Self::Preference => 7,
            Self::Hs6 => 8,
            Self::Hs4 => 9,
            Self::Hs2 => 10,
            Self::Origin => 11,
            Self::Departure => 12,
            Self::Rate => 13,
            Self::Mass => 14,
            Self::MassBand => 15,
            Self::Value => 16,
            Self::ValueBand => 17,
            Self::UnitPrice => 18,
            Self::Transshipped => 19,
            Self::Description => 20,
            Self::DescribedHs4 => 21,
            Self::DescribedHs6 => 22,
            Self::Journey => 23,
            Self::Column(index) => 24 + usize::from(index),
        }
    }

    /// The value as an officer would write it; `None` where the declaration has none. One unit of the money has
    /// `money_unit` minor units.
    pub fn text(self, declared: Declared<'_>, money_unit: f64) -> Option<String> {
        let Declared { header, item, journey, .. } = declared;
        let owned = |text: &domain::Text| text.as_deref().map(str::to_owned);
        let value = item.value_minor().map(|minor| minor as f64 / money_unit);
        let mass_g = item.net_mass_g.or(item.gross_mass_g);
        match self {
            Self::Importer => owned(&header.importer),
            Self::Declarant => owned(&header.declarant),
            Self::Consignor => owned(&header.consignor),
            Self::Carrier => owned(&header.carrier),
            Self::Office => owned(&header.office),
            Self::Mode => header.mode.as_ref().map(|mode| mode.0.to_string()),
            Self::Procedure => owned(&header.procedure),
            Self::Preference => owned(&item.preference),
            Self::Hs6 => item.code.map(|code| code.hs6().to_owned()),
            Self::Hs4 => item.code.map(|code| code.hs4().to_owned()),
            Self::Hs2 => item.code.map(|code| code.hs2().to_owned()),
            Self::Origin => item.origin.map(|country| country.to_string()),
            Self::Departure => header.departure.map(|country| country.to_string()),
            Self::Rate => item.rate_ppm.map(|rate| format!("{} %", rate as f64 / 1e4)),
            Self::Mass => mass_g.map(|mass| format!("{} kg", mass as f64 / 1e3)),
            Self::MassBand => mass_g.map(|mass| format!("about {} kg", rounded(mass as f64 / 1e3))),
            Self::Value => value.map(|value| format!("{value:.2}")),
            Self::ValueBand => value.map(|value| format!("about {}", rounded(value))),
            Self::UnitPrice => value
                .zip(mass_g)
                .filter(|(_, mass)| *mass > 0)
                .map(|(value, mass)| format!("about {} a kg", rounded(value / mass as f64 * 1e3))),
            Self::Transshipped => item.origin.zip(header.departure).map(|(from, by)| format!("{from} sent from {by}")),
            Self::Description => owned(&item.description),
            Self::DescribedHs4 => declared.described().map(|code| code.hs4().to_owned()),
            Self::DescribedHs6 => declared.described().map(|code| code.hs6().to_owned()),
            Self::Journey => journey.map(|journey| journey_pattern(journey).map(|part| part.to_string()).join("-")),
            Self::Column(index) => item.categorical.get(usize::from(index)).and_then(owned),
        }
    }
}

/// A number to one significant digit: as fine as a band is.
fn rounded(number: f64) -> f64 {
    if number <= 0.0 {
        return 0.0;
    }
    let power = 10f64.powf(number.log10().floor());
    // Dividing by whole numbers keeps the digits of small ones clean.
    if power >= 1.0 { (number / power).round() * power } else { (number / power).round() / power.recip().round() }
}

/// Fields whose keys are remembered once made: the fixed ones and the first further columns.
const REMEMBERED: usize = 32;

/// The keys of all fields of one item; `None` where the declaration has no value. Most fields stand in several
/// combinations, so each key is made once.
pub(crate) struct FieldKeys<'a> {
    declared: Declared<'a>,
    made: [OnceCell<Option<Key>>; REMEMBERED],
}

impl<'a> FieldKeys<'a> {
    pub(crate) fn new(declared: Declared<'a>) -> Self {
        Self { declared, made: [const { OnceCell::new() }; REMEMBERED] }
    }

    pub(crate) fn field(&self, field: Field) -> Option<Key> {
        match self.made.get(field.place()) {
            Some(made) => *made.get_or_init(|| self.make(field)),
            None => self.make(field),
        }
    }

    fn make(&self, field: Field) -> Option<Key> {
        let Declared { header, item, journey, .. } = self.declared;
        let text = |text: &domain::Text| text.as_ref().map(|text| digest(text.as_bytes()));
        let number = |value: Option<i64>| value.map(|value| digest(&value.to_le_bytes()));
        match field {
            Field::Importer => text(&header.importer),
            Field::Declarant => text(&header.declarant),
            Field::Consignor => text(&header.consignor),
            Field::Carrier => text(&header.carrier),
            Field::Office => text(&header.office),
            Field::Mode => header.mode.as_ref().map(|mode| digest(mode.0.as_bytes())),
            Field::Procedure => text(&header.procedure),
            Field::Preference => text(&item.preference),
            Field::Hs6 => item.code.map(|code| digest(code.hs6().as_bytes())),
            Field::Hs4 => item.code.map(|code| digest(code.hs4().as_bytes())),
            Field::Hs2 => item.code.map(|code| digest(code.hs2().as_bytes())),
            Field::Origin => item.origin.map(|country| digest(country.as_str().as_bytes())),
            Field::Departure => header.departure.map(|country| digest(country.as_str().as_bytes())),
            Field::Rate => number(item.rate_ppm),
            Field::Mass => number(item.net_mass_g.or(item.gross_mass_g)),
            Field::MassBand => self.mass_band(1.0),
            Field::Value => number(item.value_minor()),
            Field::ValueBand => item.value_minor().map(|value| digest(&[(value.max(1) as f64).log2().round() as u8])),
            Field::UnitPrice => self.unit_price(),
            Field::Transshipped => item.origin.zip(header.departure).map(|(from, by)| digest(&[u8::from(from != by)])),
            Field::Description => item.description.as_deref().and_then(description),
            Field::DescribedHs4 => self.declared.described().map(|code| digest(code.hs4().as_bytes())),
            Field::DescribedHs6 => self.declared.described().map(|code| digest(code.hs6().as_bytes())),
            Field::Journey => journey.map(|journey| digest(&journey_pattern(journey))),
            Field::Column(index) => item.categorical.get(usize::from(index)).and_then(text),
        }
    }

    fn unit_price(&self) -> Option<Key> {
        let mass_g = self.declared.item.net_mass_g.or(self.declared.item.gross_mass_g).filter(|mass| *mass > 0)?;
        let per_kg = self.declared.item.value_minor().filter(|value| *value > 0)? as f64 / mass_g as f64 * 10.0;
        let magnitude = per_kg.log10().floor();
        let digits = (per_kg / 10f64.powf(magnitude - 1.0)).round();
        Some(digest(&[(magnitude as i8).to_le_bytes()[0], digits as u8]))
    }

    /// The order of magnitude of the mass, in steps of one `steps`-th of a doubling.
    pub(crate) fn mass_band(&self, steps: f64) -> Option<Key> {
        let mass_g = self.declared.item.net_mass_g.or(self.declared.item.gross_mass_g).filter(|mass| *mass > 0)?;
        Some(digest(&(((mass_g as f64 / 1000.0).log2() * steps).round() as i64).to_le_bytes()))
    }

    /// The transport document.
    pub(crate) fn consignment(&self) -> Option<Key> {
        self.declared.header.consignment.as_ref().map(|text| digest(text.as_bytes()))
    }

    /// The unit and the kind of value a price is made of; prices of different terms are never compared.
    pub(crate) fn terms(unit: &str, value: &str) -> Key {
        join(digest(unit.as_bytes()), digest(value.as_bytes()))
    }

    /// The key of a combination; `None` where any of its values is missing.
    pub(crate) fn combination(&self, fields: &[Field]) -> Option<Key> {
        let seed = fields.len() as u64;
        fields.iter().try_fold(seed, |key, field| Some(join(key, self.field(*field)?)))
    }
}

/// A journey in four steps each: alerts, openings, silence and delay, by powers of four.
fn journey_pattern(journey: Journey) -> [u8; 4] {
    let step = |amount: f64| (amount.max(0.0).ln_1p() / 4f64.ln()).floor().min(3.0) as u8;
    [f64::from(journey.alerts), f64::from(journey.openings), journey.silent_hours, journey.delay_hours].map(step)
}

/// The words of a description whatever their case and punctuation; `None` where there are none.
fn description(text: &str) -> Option<Key> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| digest(word.to_lowercase().as_bytes())).reduce(join)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Day;

    #[test]
    fn keys_are_frozen_because_history_files_hold_them() {
        assert_eq!(digest(b"610910"), 9_587_094_099_279_327_936);
        assert_ne!(join(1, 2), join(2, 1));
    }

    #[test]
    fn a_combination_needs_all_its_values() {
        let header = Header { importer: Some("I7".into()), ..Header::new("D1", Day::from_epoch_days(0)) };
        let item = GoodsItem { description: Some("Shirts, COTTON".into()), ..GoodsItem::default() };
        let keys = FieldKeys::new(Declared::alone(&header, &item));
        assert!(keys.combination(&[Field::Importer]).is_some());
        assert_eq!(keys.combination(&[Field::Importer, Field::Office]), None);
        assert_eq!(keys.field(Field::Description), description("shirts cotton"));
    }
}
