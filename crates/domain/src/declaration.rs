//! What a trader declared.

use crate::{Check, Country, Day, HsCode, Inspection, Lane, Plausibility, Quality};

/// A text as declared; `None` where the file had none.
pub type Text = Option<Box<str>>;

/// UN/ECE Recommendation 20 code for "number of articles", taken where a schema declares no unit.
pub const UNIT_PIECES: &str = "NAR";

/// A declaration as declared: a header and its goods items. Nothing in it is ever changed by a later finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// What all items share.
    pub header: Header,
    /// One or more goods items, in the order of the file.
    pub items: Vec<GoodsItem>,
}

/// What all items of a declaration share.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Identifier, unique together with the version.
    pub id: Box<str>,
    /// Version, 1 for the first; an amendment raises it.
    pub version: u32,
    /// Transport document that joins declarations into a consignment.
    pub consignment: Text,
    /// Container numbers.
    pub containers: Vec<Box<str>>,
    /// Day of lodgement.
    pub day: Day,
    /// Day of acceptance.
    pub acceptance_day: Option<Day>,
    /// Customs office.
    pub office: Text,
    /// Customs procedure.
    pub procedure: Text,
    /// Declarant or broker.
    pub declarant: Text,
    /// Importer.
    pub importer: Text,
    /// Consignor or seller abroad.
    pub consignor: Text,
    /// Carrier or courier.
    pub carrier: Text,
    /// Country of departure.
    pub departure: Option<Country>,
    /// Mode of transport at the border.
    pub mode: Option<Mode>,
    /// Incoterm.
    pub incoterm: Text,
    /// Currency of the invoice.
    pub currency: Text,
    /// Status of the importer as authorised economic operator.
    pub aeo: Option<AeoStatus>,
    /// Controls demanded by law or another agency.
    pub mandatory: Vec<MandatoryControl>,
}

/// One goods item as declared. Amounts are in minor units of the declared currency's accounting unit, masses in grams.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct GoodsItem {
    /// Number within the declaration, from 1.
    pub number: u32,
    /// Commodity code.
    pub code: Option<HsCode>,
    /// Country of origin.
    pub origin: Option<Country>,
    /// Quantity in supplementary units.
    pub quantity: Option<Quantity>,
    /// Net mass in grams.
    pub net_mass_g: Option<i64>,
    /// Gross mass in grams.
    pub gross_mass_g: Option<i64>,
    /// Invoice value.
    pub invoice_value_minor: Option<i64>,
    /// Customs value.
    pub customs_value_minor: Option<i64>,
    /// Value free on board.
    pub fob_minor: Option<i64>,
    /// Value with cost, insurance and freight.
    pub cif_minor: Option<i64>,
    /// Freight.
    pub freight_minor: Option<i64>,
    /// Whether buyer and seller are related.
    pub related_party: Option<bool>,
    /// Valuation method, 1-6.
    pub valuation_method: Option<u8>,
    /// Rate of duty or of all taxes, in millionths.
    pub rate_ppm: Option<i64>,
    /// Duties and taxes.
    pub taxes_minor: Option<i64>,
    /// Duty at stake as derived by the schema.
    pub duty_at_stake_minor: Option<i64>,
    /// Preference claimed.
    pub preference: Text,
    /// Description of the goods.
    pub description: Text,
    /// Further categorical columns, in the order of the schema.
    pub categorical: Vec<Text>,
    /// Further numeric columns, in the order of the schema; NaN where missing.
    pub numeric: Vec<f64>,
    /// The schema's repeat key: a digest of the columns by which rows count as repeats of each other.
    pub repeat_key: Option<u64>,
}

/// A quantity with its unit; quantities of different units are never compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Thousandths of the unit.
    pub milli: i64,
    /// Unit as declared, in capitals.
    pub unit: Box<str>,
}

/// Mode of transport at the border (UN/ECE Recommendation 19, first digit).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mode(pub Box<str>);

/// Status of an authorised economic operator. Whether it is valid on a day is proven by the flow that selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AeoStatus {
    /// Type as declared: `AEOC`, `AEOS`, `AEOF`, or `AEO` where the file says only yes.
    pub kind: Box<str>,
}

/// A control that the law or another agency demands, whatever the risk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MandatoryControl {
    /// Legal basis; empty where the file does not give it.
    pub legal_basis: Box<str>,
    /// Kind of control.
    pub kind: crate::ControlKind,
    /// Agency that demands it.
    pub agency: Box<str>,
}

/// A declaration with what became known of it later, kept apart, and the notes on its data.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What was declared.
    pub declaration: Declaration,
    /// The lane it was routed to, if the file says so.
    pub lane: Option<Lane>,
    /// For each item, what an inspection found; `None` where nobody looked.
    pub inspections: Vec<Option<Inspection>>,
    /// For each item, how it was controlled; empty where the files say nothing.
    pub checks: Vec<Check>,
    /// For each item, the notes on its data.
    pub quality: Vec<Vec<Quality>>,
    /// For each item, how plausible its code is; `None` where the classification pillar said nothing.
    pub plausibility: Vec<Option<Plausibility>>,
    /// The journey of the consignment; `None` until the transit pillar fills it.
    pub journey: Option<crate::Journey>,
}

impl Record {
    /// How plausible the code of an item is, as far as that was known on the day of the declaration.
    pub fn known_plausibility(&self, index: usize) -> Option<Plausibility> {
        let day = self.declaration.header.day;
        self.plausibility.get(index).copied().flatten().filter(|verdict| verdict.known_at.day <= day)
    }

    /// The journey, as far as it was known on the day of the declaration.
    pub fn known_journey(&self) -> Option<crate::Journey> {
        self.journey.filter(|journey| journey.known_at.day <= self.declaration.header.day)
    }
}

impl Header {
    /// A header of which only the id and the day of lodgement are known.
    pub fn new(id: &str, day: Day) -> Self {
        Self {
            id: id.into(),
            version: 1,
            consignment: None,
            containers: Vec::new(),
            day,
            acceptance_day: None,
            office: None,
            procedure: None,
            declarant: None,
            importer: None,
            consignor: None,
            carrier: None,
            departure: None,
            mode: None,
            incoterm: None,
            currency: None,
            aeo: None,
            mandatory: Vec::new(),
        }
    }
}

impl GoodsItem {
    /// The declared value a control would question, in minor units: customs value, else CIF, FOB, invoice value.
    pub fn value_minor(&self) -> Option<i64> {
        self.customs_value_minor.or(self.cif_minor).or(self.fob_minor).or(self.invoice_value_minor)
    }

    /// Duty at stake in minor units: as derived by the schema, else value times rate, else taxes.
    pub fn stake_minor(&self) -> Option<f64> {
        let by_rate = || Some(self.value_minor()? as f64 * self.rate_ppm? as f64 / 1e6);
        self.duty_at_stake_minor
            .map(|minor| minor as f64)
            .or_else(by_rate)
            .or(self.taxes_minor.map(|minor| minor as f64))
    }
}
