//! A declaration of the world: what is declared beside what is true.

use crate::country::Mode;
use crate::goods::Agency;
use crate::scheme::Irregularity;
use domain::{Country, Day};

/// What is said, or what is so, of one goods item. Amounts in minor units, masses in grams, quantities in thousandths.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Facts {
    /// Index in the catalogue.
    pub(crate) good: usize,
    pub(crate) origin: Country,
    pub(crate) quantity_milli: i64,
    pub(crate) net_g: i64,
    pub(crate) gross_g: i64,
    pub(crate) fob_minor: i64,
    /// Freight and insurance.
    pub(crate) carriage_minor: i64,
    /// Whether the preference of the origin is claimed (or due).
    pub(crate) preference: bool,
    /// Whether relief for low-value parcels is claimed (or due).
    pub(crate) relief: bool,
}

impl Facts {
    /// Customs value on CIF terms.
    pub(crate) fn cif_minor(&self) -> i64 {
        self.fob_minor + self.carriage_minor
    }
}

/// A goods item.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) declared: Facts,
    pub(crate) actual: Facts,
    pub(crate) wrong: Option<Irregularity>,
    pub(crate) description: String,
    pub(crate) packages: u32,
    pub(crate) valuation_method: u8,
}

/// A declaration with its goods items.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) number: String,
    pub(crate) version: u32,
    pub(crate) day: Day,
    pub(crate) accepted: Day,
    pub(crate) office: &'static str,
    pub(crate) procedure: &'static str,
    pub(crate) broker: usize,
    pub(crate) declarant: String,
    pub(crate) importer: Importer,
    pub(crate) consignor: String,
    pub(crate) carrier: String,
    pub(crate) document: String,
    pub(crate) containers: Vec<String>,
    pub(crate) departure: Country,
    pub(crate) mode: Mode,
    pub(crate) incoterm: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) payment: &'static str,
    pub(crate) related: bool,
    pub(crate) mandatory: Option<Agency>,
    pub(crate) items: Vec<Item>,
}

/// The importer as the rest of the world must know it.
#[derive(Clone, Debug)]
pub(crate) struct Importer {
    pub(crate) tin: String,
    /// Its slot in the population; `None` for those who come once.
    pub(crate) slot: Option<usize>,
    pub(crate) ring: Option<usize>,
    pub(crate) aeo: Option<&'static str>,
    pub(crate) first_seen: Day,
}
