//! Values as declared against values as assessed: what controls changed, and whether what is called declared was written
//! over with what was assessed. (In a trial in Nigeria the system returned adjusted values, which tainted 3.83 % of the
//! rows that models learnt from: Kim et al., KDD 2020.)

use domain::{Assessed, FindingKind, GoodsItem, Inspection, LabelRules, Record};
use learn::significance::binomial_upper_tail;
use std::collections::BTreeMap;

/// Share of findings about a value that may leave it as it was: rounding, other items, findings settled otherwise.
const TOLERATED: f64 = 0.1;

/// Share from which it is said, and the level of the test against [`TOLERATED`].
const SAID_FROM: f64 = 0.2;
const LEVEL: f64 = 0.01;

/// A value that has a declared and an assessed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssessedField {
    /// Customs value.
    Value,
    /// Commodity code.
    Code,
    /// Country of origin.
    Origin,
    /// Duties and taxes.
    Taxes,
}

/// Items whose assessed value equals the declared one, and items where it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Equal.
    pub same: u64,
    /// Different.
    pub changed: u64,
}

/// What is known of one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adjusted {
    /// Items found in order.
    pub in_order: Changes,
    /// Items with a finding that has to change this field: of its kind, or with extra revenue for taxes.
    pub concerned: Changes,
    /// Items with another finding.
    pub other_findings: Changes,
}

impl AssessedField {
    /// All fields.
    pub const ALL: [Self; 4] = [Self::Value, Self::Code, Self::Origin, Self::Taxes];

    /// The stable name used in JSON: that of the role.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Value => "assessed_value",
            Self::Code => "assessed_hs_code",
            Self::Origin => "assessed_origin",
            Self::Taxes => "assessed_taxes",
        }
    }

    /// Whether the assessed value equals the declared one; `None` where either is missing.
    fn is_same(self, item: &GoodsItem, assessed: &Assessed) -> Option<bool> {
        Some(match self {
            Self::Value => item.value_minor()? == assessed.value_minor?,
            Self::Code => item.code? == assessed.code?,
            Self::Origin => item.origin? == assessed.origin?,
            Self::Taxes => item.taxes_minor? == assessed.taxes_minor?,
        })
    }

    /// Whether a finding has to change this field.
    fn is_concerned(self, inspection: &Inspection) -> bool {
        let Some(finding) = &inspection.finding else { return false };
        match self {
            Self::Value => finding.kind == Some(FindingKind::Value),
            Self::Code => finding.kind == Some(FindingKind::Classification),
            Self::Origin => finding.kind == Some(FindingKind::Origin),
            Self::Taxes => finding.extra_revenue_minor.is_some_and(|minor| minor > 0),
        }
    }
}

impl Changes {
    fn add(&mut self, is_same: bool) {
        self.same += u64::from(is_same);
        self.changed += u64::from(!is_same);
    }

    /// Items with both values.
    pub fn items(&self) -> u64 {
        self.same + self.changed
    }

    /// Share of them that was changed.
    pub fn changed_share(&self) -> Option<f64> {
        super::share(self.changed, self.items())
    }
}

impl Adjusted {
    /// Probability of so many unchanged values under findings that have to change them, were a tenth the rule (one-sided
    /// exact binomial test).
    pub fn p_value(&self) -> f64 {
        binomial_upper_tail(self.concerned.same, self.concerned.items(), TOLERATED)
    }

    /// Whether the declared value looks as if it had been written over with the assessed one.
    pub fn looks_overwritten(&self) -> bool {
        let same = self.concerned.changed_share().map(|changed| 1.0 - changed);
        same.is_some_and(|same| same >= SAID_FROM) && self.p_value() < LEVEL
    }
}

/// Compares declared with assessed values.
pub(super) fn add(all: &mut BTreeMap<AssessedField, Adjusted>, record: &Record, rules: &LabelRules) {
    for (item, inspection) in record.declaration.items.iter().zip(&record.inspections) {
        let Some(inspection) = inspection else { continue };
        let Some(assessed) = &inspection.assessed else { continue };
        let label = rules.label(inspection, inspection.known_on);
        for field in AssessedField::ALL {
            let Some(is_same) = field.is_same(item, assessed) else { continue };
            let adjusted = all.entry(field).or_default();
            let changes = match label {
                Some(true) if field.is_concerned(inspection) => &mut adjusted.concerned,
                Some(true) => &mut adjusted.other_findings,
                Some(false) => &mut adjusted.in_order,
                None => continue,
            };
            changes.add(is_same);
        }
    }
}
