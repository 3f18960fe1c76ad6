//! Roles: what a column of an administration's file means to the product.

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a column means. A schema maps columns to roles; all code behind intake knows roles only.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[$doc])* $variant,)* }

        impl Role {
            /// All roles, in the order of their values in a [`crate::RawItem`].
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name used in schemas.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

roles! {
    /// Identifier of the declaration; required.
    DeclarationId = "declaration_id",
    /// Number of the goods item within the declaration, from 1.
    ItemNumber = "item_number",
    /// Version of the declaration; an amendment raises it.
    Version = "version",
    /// Transport document that joins declarations into a consignment.
    Consignment = "consignment",
    /// Container numbers, separated by spaces, commas or semicolons.
    Container = "container",
    /// Day of lodgement; required.
    Date = "date",
    /// Day on which the declaration was accepted.
    AcceptanceDate = "acceptance_date",
    /// Customs office.
    Office = "office",
    /// Customs procedure.
    Procedure = "procedure",
    /// Declarant or broker.
    Declarant = "declarant",
    /// Importer.
    Importer = "importer",
    /// Consignor or seller abroad.
    Consignor = "consignor",
    /// Carrier or courier.
    Carrier = "carrier",
    /// Commodity code, 6-12 digits.
    HsCode = "hs_code",
    /// Country of origin.
    Origin = "origin",
    /// Country of departure or export.
    Departure = "departure",
    /// Mode of transport at the border.
    TransportMode = "transport_mode",
    /// Quantity in supplementary units.
    Quantity = "quantity",
    /// Unit of the quantity.
    QuantityUnit = "quantity_unit",
    /// Net mass.
    NetMass = "net_mass",
    /// Gross mass.
    GrossMass = "gross_mass",
    /// Value on the invoice.
    InvoiceValue = "invoice_value",
    /// Customs value as declared.
    CustomsValue = "customs_value",
    /// Value free on board.
    Fob = "fob",
    /// Value with cost, insurance and freight.
    Cif = "cif",
    /// Freight.
    Freight = "freight",
    /// Incoterm.
    Incoterm = "incoterm",
    /// Currency of the invoice.
    Currency = "currency",
    /// Whether buyer and seller are related.
    RelatedParty = "related_party",
    /// Valuation method, 1-6 of the WTO Valuation Agreement.
    ValuationMethod = "valuation_method",
    /// Rate of duty (or of all taxes) as declared.
    Rate = "rate",
    /// Duties and taxes as declared.
    Taxes = "taxes",
    /// Preference claimed.
    Preference = "preference",
    /// Description of the goods.
    Description = "description",
    /// Duty and tax that depend on the item being as declared; by default customs value times rate, else taxes.
    DutyAtStake = "duty_at_stake",
    /// Legal basis of a mandatory control.
    MandatoryBasis = "mandatory_basis",
    /// Kind of a mandatory control: audit, document, scan, physical.
    MandatoryKind = "mandatory_kind",
    /// Agency that demands a mandatory control.
    MandatoryAgency = "mandatory_agency",
    /// Authorised economic operator status of the importer: yes or no, or its type (AEOC, AEOS, AEOF).
    Aeo = "aeo",
    /// Lane the declaration was routed to in the past.
    Lane = "lane",
    /// Whether the item was inspected.
    Inspected = "inspected",
    /// How an inspected item had been selected: mandatory, score, random, exploration.
    SelectedBy = "selected_by",
    /// Probability with which an inspected item had been selected.
    SelectionProbability = "selection_probability",
    /// Whether the inspection ended in a finding.
    Finding = "finding",
    /// Day on which the result became known.
    FindingDate = "finding_date",
    /// Control that made the finding: document, scan, physical, audit, disclosure.
    FindingControl = "finding_control",
    /// Kind of the finding: value, classification, origin, quantity, prohibited, ipr, paperwork.
    FindingKind = "finding_kind",
    /// Gravity of the finding: minor, serious, grave.
    FindingGravity = "finding_gravity",
    /// Status of the finding: provisional, final, appealed, overturned.
    FindingStatus = "finding_status",
    /// Day on which that status was reached.
    FindingStatusDate = "finding_status_date",
    /// Officer who examined.
    Examiner = "examiner",
    /// Final assessed minus declared duties, excise and VAT, without penalties.
    ExtraRevenue = "extra_revenue",
    /// Commodity code as assessed by the control.
    AssessedHsCode = "assessed_hs_code",
    /// Country of origin as assessed.
    AssessedOrigin = "assessed_origin",
    /// Customs value as assessed.
    AssessedValue = "assessed_value",
    /// Duties and taxes as assessed, without penalties.
    AssessedTaxes = "assessed_taxes",
    /// Whether the officer examined without being shown a score or reasons.
    Blind = "blind",
    /// What a second, independent control of the same item found: yes or no; empty where there was none.
    ReexaminationFinding = "reexamination_finding",
}

impl Role {
    /// Number of roles.
    pub const COUNT: usize = Self::ALL.len();

    /// The role of a stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }

    /// Whether the role tells what was decided or found after the declaration was lodged. Such roles are never read
    /// by `score` and never reach a feature of the same item.
    pub fn is_outcome(self) -> bool {
        self >= Self::Lane
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_again() {
        for (index, role) in Role::ALL.iter().enumerate() {
            assert_eq!(Role::parse(role.name()), Some(*role));
            assert_eq!(*role as usize, index);
        }
    }

    #[test]
    fn outcomes_stand_apart_from_what_is_declared() {
        assert!(Role::Finding.is_outcome() && Role::Lane.is_outcome() && Role::AssessedValue.is_outcome());
        assert!(!Role::Aeo.is_outcome() && !Role::Rate.is_outcome());
    }
}
