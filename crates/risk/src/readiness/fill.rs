//! How many items have a value of each role that the schema names.

use domain::{GoodsItem, Header, Inspection, Record, Role};
use std::collections::{BTreeMap, BTreeSet};

/// How often a role has a usable value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// Items with one.
    pub filled: u64,
    /// Items that could have one: all of them, for roles of results those inspected, for roles of findings those with a
    /// finding.
    pub of: u64,
}

/// Counts values by role.
#[derive(Clone, Debug, Default)]
pub(super) struct Fills(BTreeMap<Role, Fill>);

impl Fills {
    pub(super) fn new(roles: &BTreeSet<Role>) -> Self {
        Self(roles.iter().map(|role| (*role, Fill::default())).collect())
    }

    pub(super) fn add(&mut self, record: &Record) {
        let header = &record.declaration.header;
        for (index, (item, inspection)) in record.declaration.items.iter().zip(&record.inspections).enumerate() {
            let check = record.checks.get(index).copied().unwrap_or_default();
            for (role, fill) in &mut self.0 {
                let filled = match inspection {
                    _ if *role == Role::Lane => Some(record.lane.is_some()),
                    _ if *role == Role::Inspected => Some(inspection.is_some()),
                    _ if !role.is_outcome() => Some(is_declared(*role, header, item)),
                    Some(_) if *role == Role::Blind => Some(check.blind.is_some()),
                    Some(_) if *role == Role::ReexaminationFinding => Some(check.reexamination.is_some()),
                    Some(inspection) => is_told(*role, inspection),
                    None => None,
                };
                fill.of += u64::from(filled.is_some());
                fill.filled += u64::from(filled == Some(true));
            }
        }
    }

    pub(super) fn finish(self) -> BTreeMap<Role, Fill> {
        self.0
    }
}

fn is_declared(role: Role, header: &Header, item: &GoodsItem) -> bool {
    match role {
        Role::Consignment => header.consignment.is_some(),
        Role::Container => !header.containers.is_empty(),
        Role::AcceptanceDate => header.acceptance_day.is_some(),
        Role::Office => header.office.is_some(),
        Role::Procedure => header.procedure.is_some(),
        Role::Declarant => header.declarant.is_some(),
        Role::Importer => header.importer.is_some(),
        Role::Consignor => header.consignor.is_some(),
        Role::Carrier => header.carrier.is_some(),
        Role::Departure => header.departure.is_some(),
        Role::TransportMode => header.mode.is_some(),
        Role::Incoterm => header.incoterm.is_some(),
        Role::Currency => header.currency.is_some(),
        Role::Aeo => header.aeo.is_some(),
        Role::MandatoryBasis | Role::MandatoryKind | Role::MandatoryAgency => !header.mandatory.is_empty(),
        Role::HsCode => item.code.is_some(),
        Role::Origin => item.origin.is_some(),
        Role::Quantity => item.quantity.is_some(),
        Role::NetMass => item.net_mass_g.is_some(),
        Role::GrossMass => item.gross_mass_g.is_some(),
        Role::InvoiceValue => item.invoice_value_minor.is_some(),
        Role::CustomsValue => item.customs_value_minor.is_some(),
        Role::Fob => item.fob_minor.is_some(),
        Role::Cif => item.cif_minor.is_some(),
        Role::Freight => item.freight_minor.is_some(),
        Role::RelatedParty => item.related_party.is_some(),
        Role::ValuationMethod => item.valuation_method.is_some(),
        Role::Rate => item.rate_ppm.is_some(),
        Role::Taxes => item.taxes_minor.is_some(),
        Role::Preference => item.preference.is_some(),
        Role::Description => item.description.is_some(),
        Role::DutyAtStake => item.duty_at_stake_minor.is_some(),
        // Identifiers, the day and units always have a value: without one the row is refused or a usual one is taken.
        _ => true,
    }
}

/// Whether an inspection tells a role; `None` where it can't.
fn is_told(role: Role, inspection: &Inspection) -> Option<bool> {
    let (finding, assessed) = (inspection.finding.as_ref(), inspection.assessed.as_deref());
    Some(match role {
        Role::SelectedBy => inspection.selected_by.is_some(),
        Role::SelectionProbability => inspection.selection_probability.is_some(),
        Role::FindingDate => !inspection.known_on_assumed,
        Role::FindingControl => inspection.control.is_some(),
        Role::Examiner => inspection.examiner.is_some(),
        Role::FindingKind => finding?.kind.is_some(),
        Role::FindingGravity => finding?.gravity.is_some(),
        Role::FindingStatusDate => finding?.status_on.is_some(),
        Role::ExtraRevenue => finding?.extra_revenue_minor.is_some(),
        Role::FindingStatus => finding.map(|_| true)?,
        Role::AssessedHsCode => assessed.is_some_and(|assessed| assessed.code.is_some()),
        Role::AssessedOrigin => assessed.is_some_and(|assessed| assessed.origin.is_some()),
        Role::AssessedValue => assessed.is_some_and(|assessed| assessed.value_minor.is_some()),
        Role::AssessedTaxes => assessed.is_some_and(|assessed| assessed.taxes_minor.is_some()),
        _ => true,
    })
}
