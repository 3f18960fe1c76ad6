//! The catalogue of goods: `goods.toml`, read once and checked.

use domain::Country;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The catalogue of the simulated country, with its tariff.
#[derive(Clone, Debug)]
pub struct Catalogue {
    goods: Vec<Good>,
    sectors: Vec<Sector>,
}

/// A subheading as this country imports it.
#[derive(Clone, Debug)]
pub struct Good {
    /// HS 2022 subheading, six digits.
    pub hs: String,
    /// Index of its sector.
    pub sector: usize,
    /// Unit of quantity, UN/ECE Recommendation 20.
    pub unit: String,
    /// Usual price of one unit, in the country's money.
    pub price: f64,
    /// Net mass of one unit in kilograms.
    pub unit_mass_kg: f64,
    /// Rate of duty in millionths.
    pub duty_ppm: i64,
    /// Rate of excise on the duty-paid value in millionths.
    pub excise_ppm: i64,
    /// Rate of value added tax in millionths.
    pub vat_ppm: i64,
    /// Countries of origin with weights.
    pub origins: Vec<(Country, f64)>,
    /// Trade defence duty by origin in millionths.
    pub remedies: Vec<(Country, i64)>,
    /// Mandatory control of another agency.
    pub control: Option<Agency>,
    /// Whether import without a permit is prohibited.
    pub banned: bool,
    /// Commercial descriptions.
    pub texts: Vec<String>,
    /// A terse description.
    pub terse: String,
    /// Indices of goods it is confused with or declared as; neighbours of each other.
    pub near: Vec<usize>,
}

/// Goods that are traded together.
#[derive(Clone, Debug)]
pub struct Sector {
    /// Name.
    pub name: String,
    /// Median value of a goods item, in the country's money.
    pub item_value: f64,
    /// Share that arrives by air.
    pub air_share: f64,
    /// Indices of its goods.
    pub goods: Vec<usize>,
}

/// An agency beside customs that may demand a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agency {
    /// Animal health and products of animals.
    Veterinary,
    /// Plant health.
    Phytosanitary,
    /// Medicines and medical products.
    Medicines,
    /// Chemicals and waste.
    Environment,
    /// Radio and electrical equipment.
    TypeApproval,
    /// Vehicles.
    Roadworthiness,
    /// Arms and explosives.
    Interior,
    /// Overrides the sector's agency: no control.
    None,
}

/// Why a catalogue can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Not TOML, or a key that does not belong there.
    #[error("goods.toml can't be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// A neighbour that is not in the catalogue.
    #[error("goods.toml: {good} names the neighbour {near}, which is not in the catalogue; add it or take it out")]
    Neighbour {
        /// The good.
        good: String,
        /// The missing neighbour.
        near: String,
    },
    /// A subheading that stands twice.
    #[error("goods.toml: {0} stands twice; merge the two entries")]
    Twice(String),
    /// A value out of its range.
    #[error("goods.toml: {good}: {what}")]
    Value {
        /// The good.
        good: String,
        /// What is wrong.
        what: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sector: Vec<SectorEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectorEntry {
    name: String,
    duty: f64,
    unit: String,
    vat: Vat,
    control: Option<Agency>,
    value: f64,
    air: f64,
    origins: BTreeMap<String, f64>,
    goods: Vec<GoodEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoodEntry {
    hs: String,
    unit: Option<String>,
    price: f64,
    kg: f64,
    duty: Option<f64>,
    excise: Option<f64>,
    vat: Option<Vat>,
    origins: Option<BTreeMap<String, f64>>,
    remedy: Option<BTreeMap<String, f64>>,
    control: Option<Agency>,
    #[serde(default)]
    ban: bool,
    text: Vec<String>,
    terse: String,
    near: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Vat {
    Standard,
    Reduced,
    Zero,
}

impl Vat {
    fn rate_ppm(self) -> i64 {
        match self {
            Self::Standard => 180_000,
            Self::Reduced => 80_000,
            Self::Zero => 0,
        }
    }
}

fn ppm(per_cent: f64) -> i64 {
    (per_cent * 10_000.0).round() as i64
}

impl Catalogue {
    /// The catalogue that is part of the program.
    pub fn embedded() -> Result<Self, CatalogueError> {
        Self::parse(include_str!("../goods.toml"))
    }

    /// Reads and checks a catalogue.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        let file: File = toml::from_str(text)?;
        let mut catalogue = Self { goods: Vec::new(), sectors: Vec::new() };
        let mut near = Vec::new();
        let mut places = BTreeMap::new();
        for entry in file.sector {
            let start = catalogue.goods.len();
            for good in &entry.goods {
                if places.insert(good.hs.clone(), catalogue.goods.len()).is_some() {
                    return Err(CatalogueError::Twice(good.hs.clone()));
                }
                near.push(good.near.clone());
                catalogue.goods.push(checked_good(good, &entry, catalogue.sectors.len())?);
            }
            let goods = (start..catalogue.goods.len()).collect();
            catalogue.sectors.push(Sector { name: entry.name, item_value: entry.value, air_share: entry.air, goods });
        }
        for (index, names) in near.iter().enumerate() {
            for neighbour in resolve(&catalogue.goods[index].hs, names, &places)? {
                catalogue.join(index, neighbour);
            }
        }
        Ok(catalogue)
    }

    /// Makes two goods neighbours of each other: who takes one for the other may err either way.
    fn join(&mut self, one: usize, other: usize) {
        for (good, near) in [(one, other), (other, one)] {
            if !self.goods[good].near.contains(&near) && good != near {
                self.goods[good].near.push(near);
            }
        }
    }

    /// All goods, in the order of the file.
    pub fn goods(&self) -> &[Good] {
        &self.goods
    }

    /// All sectors, in the order of the file.
    pub fn sectors(&self) -> &[Sector] {
        &self.sectors
    }

    /// The neighbours of a good that pay a lower duty.
    pub fn cheaper_neighbours(&self, good: usize) -> impl Iterator<Item = usize> + '_ {
        let duty_ppm = self.goods[good].duty_ppm;
        self.goods[good].near.iter().copied().filter(move |&near| self.goods[near].duty_ppm < duty_ppm)
    }
}

fn resolve(good: &str, names: &[String], places: &BTreeMap<String, usize>) -> Result<Vec<usize>, CatalogueError> {
    let find = |near: &String| {
        places.get(near).copied().ok_or_else(|| CatalogueError::Neighbour { good: good.into(), near: near.clone() })
    };
    names.iter().map(find).collect()
}

fn checked_good(entry: &GoodEntry, sector: &SectorEntry, index: usize) -> Result<Good, CatalogueError> {
    let wrong = |what| CatalogueError::Value { good: entry.hs.clone(), what };
    if entry.hs.len() != 6 || domain::HsCode::parse(&entry.hs).is_err() {
        return Err(wrong("hs must be a subheading of six digits"));
    }
    if !(entry.price > 0.0 && entry.kg > 0.0) {
        return Err(wrong("price and kg must be above zero"));
    }
    if entry.text.len() < 2 || entry.terse.is_empty() {
        return Err(wrong("at least two descriptions and a terse one are needed"));
    }
    let origins =
        countries(entry.origins.as_ref().unwrap_or(&sector.origins)).ok_or_else(|| wrong("unknown origin"))?;
    let remedies =
        countries(&entry.remedy.clone().unwrap_or_default()).ok_or_else(|| wrong("unknown remedy origin"))?;
    Ok(Good {
        hs: entry.hs.clone(),
        sector: index,
        unit: entry.unit.clone().unwrap_or_else(|| sector.unit.clone()),
        price: entry.price,
        unit_mass_kg: entry.kg,
        duty_ppm: ppm(entry.duty.unwrap_or(sector.duty)),
        excise_ppm: ppm(entry.excise.unwrap_or(0.0)),
        vat_ppm: entry.vat.unwrap_or(sector.vat).rate_ppm(),
        origins,
        remedies: remedies.into_iter().map(|(country, rate)| (country, ppm(rate))).collect(),
        control: entry.control.or(sector.control).filter(|agency| *agency != Agency::None),
        banned: entry.ban,
        texts: entry.text.clone(),
        terse: entry.terse.clone(),
        near: Vec::new(),
    })
}

fn countries(weights: &BTreeMap<String, f64>) -> Option<Vec<(Country, f64)>> {
    let known = |(code, weight): (&String, &f64)| {
        Country::parse(code).filter(|country| country.is_known()).map(|country| (country, *weight))
    };
    weights.iter().map(known).collect()
}

impl Good {
    /// Trade defence duty on goods of this origin, in millionths.
    pub fn remedy_ppm(&self, origin: Country) -> i64 {
        self.remedies.iter().find(|(country, _)| *country == origin).map_or(0, |(_, rate)| *rate)
    }
}
