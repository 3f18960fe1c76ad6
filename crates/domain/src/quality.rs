//! What was wrong or odd in a row, kept beside the item it became.

use crate::Role;

/// One remark on the data of an item. Notes never stop a run; they are counted, shown and used as features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quality {
    /// What was noticed.
    pub kind: QualityKind,
    /// The role it concerns.
    pub role: Role,
    /// The value as it stood in the file.
    pub value: Box<str>,
}

/// What can be odd in a row that is still usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QualityKind {
    /// A role of the schema has no value in this row.
    Missing,
    /// A value that can't be read as its role demands; the item goes on without it.
    Unreadable,
    /// An HS code that had lost its leading zero or was written as a decimal; repaired.
    CodeRepaired,
    /// A text that is no HS code; the item goes on without a code.
    CodeUnusable,
    /// A country code that is neither in ISO 3166-1 nor in customs use; kept as written.
    CountryUnknown,
    /// A mass, quantity or value below zero; the item goes on without it.
    Negative,
    /// A mass, quantity or value of zero; kept.
    Zero,
    /// Net mass above gross mass; both kept.
    NetAboveGross,
    /// A date after the day on which the data are read. A date of lodgement is taken as that day, others are kept.
    DateInFuture,
    /// A finding that became known before the declaration was lodged; the finding is left out.
    FindingBeforeDeclaration,
    /// A finding on an item marked as not inspected; taken as inspected.
    FindingWithoutInspection,
    /// A quantity unit other than the one most items of this HS subheading use.
    UnitMixed,
    /// Items of one declaration that disagree on a value of its header; the first stands.
    HeaderDisagrees,
    /// Another row with the same declaration, item and version; the first stands.
    Duplicate,
}

impl QualityKind {
    /// All kinds, in the order in which reports list them.
    pub const ALL: [Self; 14] = [
        Self::Missing,
        Self::Unreadable,
        Self::CodeRepaired,
        Self::CodeUnusable,
        Self::CountryUnknown,
        Self::Negative,
        Self::Zero,
        Self::NetAboveGross,
        Self::DateInFuture,
        Self::FindingBeforeDeclaration,
        Self::FindingWithoutInspection,
        Self::UnitMixed,
        Self::HeaderDisagrees,
        Self::Duplicate,
    ];

    /// The stable name used in reports and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::CodeRepaired => "code_repaired",
            Self::CodeUnusable => "code_unusable",
            Self::CountryUnknown => "country_unknown",
            Self::Negative => "negative",
            Self::Zero => "zero",
            Self::NetAboveGross => "net_above_gross",
            Self::DateInFuture => "date_in_future",
            Self::FindingBeforeDeclaration => "finding_before_declaration",
            Self::FindingWithoutInspection => "finding_without_inspection",
            Self::UnitMixed => "unit_mixed",
            Self::HeaderDisagrees => "header_disagrees",
            Self::Duplicate => "duplicate",
        }
    }
}
