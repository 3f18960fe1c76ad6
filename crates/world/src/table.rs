//! The files of a world: columns, rows, and the schema that gives the columns their roles.

use crate::declaration::{Declaration, Item};
use crate::dirt::spoil;
use crate::outcome::{Outcome, Treatment, extra_minor};
use crate::rng::Rng;
use crate::scheme::Scheme;
use crate::setting::Setting;
use crate::tariff::assess;
use crate::{country, outcome};
use domain::{Day, Role};
use std::fmt::Write;

macro_rules! columns {
    ($($variant:ident = $name:literal => $role:expr,)*) => {
        /// The columns of `declarations.csv`, in their order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Column { $($variant,)* }

        impl Column {
            const ALL: &'static [(&'static str, Option<Role>)] = &[$(($name, $role),)*];
        }
    };
}

columns! {
    Number = "declaration_no" => Some(Role::DeclarationId),
    Item = "item_no" => Some(Role::ItemNumber),
    Version = "version" => Some(Role::Version),
    Document = "transport_document" => Some(Role::Consignment),
    Containers = "containers" => Some(Role::Container),
    Lodged = "lodgement_date" => Some(Role::Date),
    Accepted = "acceptance_date" => Some(Role::AcceptanceDate),
    Office = "office" => Some(Role::Office),
    Procedure = "procedure" => Some(Role::Procedure),
    Declarant = "declarant_code" => Some(Role::Declarant),
    Importer = "importer_tin" => Some(Role::Importer),
    Consignor = "consignor_code" => Some(Role::Consignor),
    Carrier = "carrier_code" => Some(Role::Carrier),
    HsCode = "hs_code" => Some(Role::HsCode),
    Origin = "origin_country" => Some(Role::Origin),
    Departure = "departure_country" => Some(Role::Departure),
    Mode = "transport_mode" => Some(Role::TransportMode),
    Quantity = "quantity" => Some(Role::Quantity),
    Unit = "quantity_unit" => Some(Role::QuantityUnit),
    NetMass = "net_mass_kg" => Some(Role::NetMass),
    GrossMass = "gross_mass_kg" => Some(Role::GrossMass),
    Packages = "packages" => None,
    InvoiceValue = "invoice_value" => Some(Role::InvoiceValue),
    CustomsValue = "customs_value" => Some(Role::CustomsValue),
    Fob = "fob_value" => Some(Role::Fob),
    Cif = "cif_value" => Some(Role::Cif),
    Freight = "freight_insurance" => Some(Role::Freight),
    Incoterm = "incoterm" => Some(Role::Incoterm),
    Currency = "invoice_currency" => Some(Role::Currency),
    Payment = "payment_terms" => None,
    Related = "related_parties" => Some(Role::RelatedParty),
    Method = "valuation_method" => Some(Role::ValuationMethod),
    Rate = "duty_rate" => Some(Role::Rate),
    Duty = "duty" => None,
    Excise = "excise" => None,
    Vat = "vat" => None,
    Taxes = "total_taxes" => Some(Role::Taxes),
    Preference = "preference" => Some(Role::Preference),
    Description = "goods_description" => Some(Role::Description),
    Aeo = "aeo_status" => Some(Role::Aeo),
    MandatoryBasis = "mandatory_basis" => Some(Role::MandatoryBasis),
    MandatoryKind = "mandatory_kind" => Some(Role::MandatoryKind),
    MandatoryAgency = "mandatory_agency" => Some(Role::MandatoryAgency),
    Lane = "lane" => Some(Role::Lane),
    Inspected = "inspected" => Some(Role::Inspected),
    SelectedBy = "selected_by" => Some(Role::SelectedBy),
    Probability = "selection_probability" => Some(Role::SelectionProbability),
    Finding = "finding" => Some(Role::Finding),
    FindingDate = "finding_date" => Some(Role::FindingDate),
    FindingControl = "finding_control" => Some(Role::FindingControl),
    FindingKind = "finding_kind" => Some(Role::FindingKind),
    FindingGravity = "finding_gravity" => Some(Role::FindingGravity),
    FindingStatus = "finding_status" => Some(Role::FindingStatus),
    FindingStatusDate = "finding_status_date" => Some(Role::FindingStatusDate),
    Examiner = "examiner" => Some(Role::Examiner),
    ExtraRevenue = "extra_revenue" => Some(Role::ExtraRevenue),
}

/// Columns of `truth.csv`.
const TRUTH: &str = "id,item,version,irregular,kind,scheme,extra_revenue,assessed_hs_code,assessed_origin,\
assessed_quantity,assessed_net_mass_kg,assessed_customs_value,assessed_taxes";

/// The header line of `declarations.csv`.
pub fn declarations_header() -> String {
    let names: Vec<&str> = Column::ALL.iter().map(|(name, _)| *name).collect();
    names.join(",") + "\n"
}

/// The header line of `truth.csv`.
pub fn truth_header() -> String {
    format!("{TRUTH}\n")
}

/// The schema of `declarations.csv`, as TOML.
pub fn schema(world: &str) -> String {
    let mut text = format!(
        "# The simulated administration: one row a goods item of a version of a declaration. Amounts are in its money,\n\
         # masses in kilograms, rates in per cent. A voluntary disclosure is a result of control \"disclosure\".\n\
         name = \"world-{world}\"\n\n[file]\ndelimiter = \",\"\nencoding = \"utf-8\"\ndate_formats = [\"%Y-%m-%d\"]\n\
         mass_unit = \"kg\"\nrate_unit = \"percent\"\nmoney_decimals = 2\n\n[roles]\n"
    );
    for (name, role) in Column::ALL {
        if let Some(role) = role {
            text.push_str(&format!("{} = \"{name}\"\n", role.name()));
        }
    }
    text.push_str(
        "\n[columns]\ncategorical = [\"payment_terms\"]\nnumeric = [\"packages\", \"duty\", \"excise\", \"vat\"]\n\n\
         [label]\nknown_after_days = 14\n\n[repeats]\n\
         repeat_key = [\"importer_tin\", \"consignor_code\", \"hs_code\", \"origin_country\", \"quantity\", \"net_mass_kg\", \
         \"customs_value\"]\n",
    );
    text
}

/// One row, cell by cell.
#[derive(Clone, Debug)]
pub(crate) struct Row(Vec<String>);

impl Default for Row {
    fn default() -> Self {
        Self(vec![String::new(); Column::ALL.len()])
    }
}

impl Row {
    /// The text of a cell.
    pub(crate) fn cell(&mut self, column: Column) -> &mut String {
        &mut self.0[column as usize]
    }

    fn clear(&mut self) {
        self.0.iter_mut().for_each(String::clear);
    }

    fn put(&mut self, column: Column, value: &str) {
        self.cell(column).push_str(value);
    }

    fn show(&mut self, column: Column, value: impl std::fmt::Display) {
        // Writing to a string can't fail.
        let _ = write!(self.cell(column), "{value}");
    }

    fn write_to(&self, out: &mut String) {
        for (index, cell) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            if cell.contains([',', '"', '\n']) {
                out.push('"');
                out.push_str(&cell.replace('"', "\"\""));
                out.push('"');
            } else {
                out.push_str(cell);
            }
        }
        out.push('\n');
    }
}

struct Minor(i64);

impl std::fmt::Display for Minor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

/// Thousandths, without trailing zeros.
struct Milli(i64);

impl std::fmt::Display for Milli {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 % 1000 {
            0 => write!(f, "{}", self.0 / 1000),
            rest if rest % 100 == 0 => write!(f, "{}.{}", self.0 / 1000, rest / 100),
            rest if rest % 10 == 0 => write!(f, "{}.{:02}", self.0 / 1000, rest / 10),
            rest => write!(f, "{}.{rest:03}", self.0 / 1000),
        }
    }
}

/// Writes rows of declarations and of the truth about them.
pub(crate) struct Writer<'a> {
    pub(crate) setting: &'a Setting,
    pub(crate) row: Row,
    pub(crate) rng: Rng,
    pub(crate) declarations: String,
    pub(crate) truth: String,
}

impl Writer<'_> {
    /// Writes all items of a declaration.
    pub(crate) fn declaration(&mut self, declaration: &Declaration, treatment: &Treatment) {
        let taken = self.setting.scenario.extracted_on();
        for (index, (item, outcome)) in declaration.items.iter().zip(&treatment.outcomes).enumerate() {
            self.row.clear();
            self.header(declaration);
            self.row.show(Column::Item, index + 1);
            self.goods(item);
            self.amounts(declaration, item);
            self.row.put(Column::Lane, treatment.lane.name());
            self.outcome(outcome.as_ref().filter(|outcome| outcome.known_on <= taken));
            let twice = spoil(self.setting.parameters().dirt.level, &mut self.row, declaration.day, &mut self.rng);
            self.row.write_to(&mut self.declarations);
            if twice {
                self.row.write_to(&mut self.declarations);
            }
            self.truth(declaration, index, item);
        }
    }

    fn header(&mut self, declaration: &Declaration) {
        let row = &mut self.row;
        row.put(Column::Number, &declaration.number);
        row.show(Column::Version, declaration.version);
        row.put(Column::Document, &declaration.document);
        for (index, container) in declaration.containers.iter().enumerate() {
            row.put(Column::Containers, if index > 0 { " " } else { "" });
            row.put(Column::Containers, container);
        }
        row.show(Column::Lodged, declaration.day);
        row.show(Column::Accepted, declaration.accepted);
        row.put(Column::Office, declaration.office);
        row.put(Column::Procedure, declaration.procedure);
        row.put(Column::Declarant, &declaration.declarant);
        row.put(Column::Importer, &declaration.importer.tin);
        row.put(Column::Consignor, &declaration.consignor);
        row.put(Column::Carrier, &declaration.carrier);
        row.put(Column::Departure, declaration.departure.as_str());
        row.put(Column::Mode, declaration.mode.code());
        row.put(Column::Incoterm, declaration.incoterm);
        row.put(Column::Currency, declaration.currency);
        row.put(Column::Payment, declaration.payment);
        row.put(Column::Related, if declaration.related { "1" } else { "0" });
        row.put(Column::Aeo, declaration.importer.aeo.unwrap_or_default());
        if let Some(agency) = declaration.mandatory {
            let (basis, kind, name) = agency.control();
            row.put(Column::MandatoryBasis, basis);
            row.put(Column::MandatoryKind, kind);
            row.put(Column::MandatoryAgency, name);
        }
    }

    fn goods(&mut self, item: &Item) {
        let good = &self.setting.catalogue.goods()[item.declared.good];
        let row = &mut self.row;
        row.put(Column::HsCode, &good.hs);
        row.put(Column::Origin, item.declared.origin.as_str());
        row.show(Column::Quantity, Milli(item.declared.quantity_milli));
        row.put(Column::Unit, &good.unit);
        row.show(Column::NetMass, Milli(item.declared.net_g));
        row.show(Column::GrossMass, Milli(item.declared.gross_g));
        row.show(Column::Packages, item.packages);
        row.put(Column::Description, &item.description);
    }

    fn amounts(&mut self, declaration: &Declaration, item: &Item) {
        let declared = &item.declared;
        let due = assess(&self.setting.catalogue.goods()[declared.good], declared);
        let invoice_minor = match declaration.incoterm {
            "CIF" | "DAP" => declared.cif_minor(),
            "CFR" | "CPT" => declared.cif_minor() - declared.fob_minor * 3 / 1000,
            "EXW" => declared.fob_minor * 97 / 100,
            _ => declared.fob_minor,
        };
        let row = &mut self.row;
        row.show(Column::InvoiceValue, Minor(invoice_minor));
        row.show(Column::CustomsValue, Minor(due.customs_value_minor));
        row.show(Column::Fob, Minor(declared.fob_minor));
        row.show(Column::Cif, Minor(declared.cif_minor()));
        row.show(Column::Freight, Minor(declared.carriage_minor));
        row.show(Column::Method, item.valuation_method);
        row.show(Column::Rate, due.rate_ppm as f64 / 10_000.0);
        row.show(Column::Duty, Minor(due.duty_minor));
        row.show(Column::Excise, Minor(due.excise_minor));
        row.show(Column::Vat, Minor(due.vat_minor));
        row.show(Column::Taxes, Minor(due.taxes_minor()));
        if let Some((program, _)) = country::preference(declared.origin).filter(|_| declared.preference) {
            row.put(Column::Preference, program);
        }
    }

    fn outcome(&mut self, outcome: Option<&Outcome>) {
        let row = &mut self.row;
        let Some(outcome) = outcome else {
            row.put(Column::Inspected, "0");
            return;
        };
        row.put(Column::Inspected, "1");
        row.put(Column::SelectedBy, outcome.choice.by.map_or("", domain::SelectedBy::name));
        if let Some(probability) = outcome.choice.probability {
            row.show(Column::Probability, format_args!("{probability:.6}"));
        }
        row.put(Column::Finding, if outcome.found.is_some() { "1" } else { "0" });
        row.show(Column::FindingDate, outcome.known_on);
        row.put(Column::FindingControl, outcome.control.name());
        row.show(Column::Examiner, format_args!("E{:03}", outcome.examiner + 1));
        if let Some(found) = &outcome.found {
            row.put(Column::FindingKind, found.kind.name());
            row.put(Column::FindingGravity, found.gravity.name());
            row.put(Column::FindingStatus, found.status.name());
            row.show(Column::FindingStatusDate, found.status_on);
            row.show(Column::ExtraRevenue, Minor(found.extra_minor));
        }
    }

    fn truth(&mut self, declaration: &Declaration, index: usize, item: &Item) {
        let good = &self.setting.catalogue.goods()[item.actual.good];
        let due = assess(good, &item.actual);
        let wrong = item.wrong;
        let extra = if wrong.is_some() { outcome::extra_minor(self.setting, item).max(0) } else { 0 };
        // Writing to a string can't fail.
        let _ = writeln!(
            self.truth,
            "{},{},{},{},{},{},{},{},{},{},{},{},{}",
            declaration.number,
            index + 1,
            declaration.version,
            u8::from(wrong.is_some()),
            wrong.map_or("", |wrong| wrong.kind.name()),
            wrong.map_or("", |wrong| wrong.scheme.name()),
            Minor(extra),
            good.hs,
            item.actual.origin,
            Milli(item.actual.quantity_milli),
            Milli(item.actual.net_g),
            Minor(due.customs_value_minor),
            Minor(due.taxes_minor()),
        );
    }
}

/// Counts over what was written, for summaries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Declarations, amendments not counted.
    pub declarations: u64,
    /// Second versions.
    pub amendments: u64,
    /// Rows of goods items, second versions included.
    pub items: u64,
    /// Irregular items by scheme, in the order of [`Scheme::CAMPAIGNS`], honest errors last.
    pub irregular: [u64; 8],
    /// Extra revenue that the truth implies, in minor units.
    pub extra_minor: i64,
    /// Declarations (versions) inspected at the border.
    pub inspected: u64,
    /// Of these, by the random floor.
    pub random: u64,
    /// Of these, by mandatory controls.
    pub mandatory: u64,
    /// Items with a result in the file.
    pub results: u64,
    /// Findings in the file, overturned ones included.
    pub findings: u64,
    /// Extra revenue of these findings, in minor units.
    pub found_minor: i64,
}

impl Tally {
    pub(crate) fn add(&mut self, setting: &Setting, declaration: &Declaration, treatment: &Treatment, taken: Day) {
        self.declarations += u64::from(declaration.version == 1);
        self.amendments += u64::from(declaration.version > 1);
        self.items += declaration.items.len() as u64;
        for item in &declaration.items {
            let Some(wrong) = item.wrong else { continue };
            let place = Scheme::CAMPAIGNS.iter().position(|scheme| *scheme == wrong.scheme).unwrap_or(7);
            self.irregular[place] += 1;
            self.extra_minor += extra_minor(setting, item).max(0);
        }
        let at_border = matches!(treatment.lane, domain::Lane::Yellow | domain::Lane::Red);
        self.inspected += u64::from(at_border);
        self.mandatory += u64::from(declaration.mandatory.is_some());
        self.random += u64::from(treatment.outcomes.iter().flatten().any(Outcome::is_random));
        for outcome in treatment.outcomes.iter().flatten().filter(|outcome| outcome.known_on <= taken) {
            self.results += 1;
            self.findings += u64::from(outcome.found.is_some());
            self.found_minor += outcome.found.as_ref().map_or(0, |found| found.extra_minor);
        }
    }

    /// Irregular items.
    pub fn irregular_items(&self) -> u64 {
        self.irregular.iter().sum()
    }
}
