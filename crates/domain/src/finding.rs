//! What inspections found, with the day it became known.

use crate::{Country, Day, HsCode, SelectedBy};

macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[$variant_doc])* $variant,)* }

        impl $type {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name used in files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The value of a stable name, in either case.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name().eq_ignore_ascii_case(text.trim()))
            }
        }
    };
}

named! {
    /// The control that led to a result.
    Control {
        /// Check of documents.
        Document = "document",
        /// Non-intrusive inspection.
        Scan = "scan",
        /// Physical examination.
        Physical = "physical",
        /// Audit after clearance.
        Audit = "audit",
        /// Voluntary disclosure by the trader; never a positive label.
        Disclosure = "disclosure",
    }
}

named! {
    /// What was wrong.
    FindingKind {
        /// Customs value.
        Value = "value",
        /// Tariff classification.
        Classification = "classification",
        /// Origin.
        Origin = "origin",
        /// Quantity or mass.
        Quantity = "quantity",
        /// Prohibited or restricted goods.
        Prohibited = "prohibited",
        /// Intellectual property rights.
        Ipr = "ipr",
        /// Paperwork without effect on duties.
        Paperwork = "paperwork",
    }
}

named! {
    /// How grave a finding is.
    Gravity {
        /// An error.
        Minor = "minor",
        /// Negligence.
        Serious = "serious",
        /// Intent.
        Grave = "grave",
    }
}

named! {
    /// Where a finding stands in procedure.
    FindingStatus {
        /// Recorded by the officer, not yet assessed.
        Provisional = "provisional",
        /// Assessed and past appeal, or not appealed.
        Final = "final",
        /// Under appeal.
        Appealed = "appealed",
        /// Set aside; it is unlearned from that day on.
        Overturned = "overturned",
    }
}

/// An irregularity found in an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was wrong, if the file says so.
    pub kind: Option<FindingKind>,
    /// How grave it is, if the file says so.
    pub gravity: Option<Gravity>,
    /// Where it stands; final where the file does not say.
    pub status: FindingStatus,
    /// The day on which that status was reached.
    pub status_on: Option<Day>,
    /// Final assessed minus declared duties, excise and VAT, without penalties, in minor units.
    pub extra_revenue_minor: Option<i64>,
}

/// What a control took the item to be, kept apart from what was declared. Nothing of it is ever a feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assessed {
    /// Commodity code.
    pub code: Option<HsCode>,
    /// Country of origin.
    pub origin: Option<Country>,
    /// Customs value in minor units.
    pub value_minor: Option<i64>,
    /// Duties and taxes in minor units, without penalties.
    pub taxes_minor: Option<i64>,
}

/// The result of an inspection of one item. It is a label, never a feature of the same item.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// The day from which the result counts.
    pub known_on: Day,
    /// Whether that day was assumed (lodgement plus the schema's `known_after_days`) for want of a finding date.
    pub known_on_assumed: bool,
    /// The control, if the file says so.
    pub control: Option<Control>,
    /// How the item had been selected, if the file says so.
    pub selected_by: Option<SelectedBy>,
    /// Probability with which it had been selected, if the file says so.
    pub selection_probability: Option<f64>,
    /// The officer who examined.
    pub examiner: crate::Text,
    /// What was found; `None` where everything was in order.
    pub finding: Option<Finding>,
    /// Values as assessed; `None` where the file has none.
    pub assessed: Option<Box<Assessed>>,
}

/// What is known of how an item was controlled, beside what the control found. Nothing of it is a label or a feature: it tells
/// how much controls see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Whether the officer examined without being shown a score or reasons, if the file says so.
    pub blind: Option<bool>,
    /// Whether a second, independent control of the item found anything; `None` where there was none.
    pub reexamination: Option<bool>,
}

/// Which findings count as positives: chosen by the administration, the same in training, history and evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelRules {
    /// Kinds that count; a finding without a kind always counts.
    pub kinds: Vec<FindingKind>,
    /// Statuses that count; overturned never does.
    pub statuses: Vec<FindingStatus>,
}

impl Default for LabelRules {
    fn default() -> Self {
        Self {
            kinds: FindingKind::ALL.to_vec(),
            statuses: vec![FindingStatus::Provisional, FindingStatus::Final, FindingStatus::Appealed],
        }
    }
}

impl LabelRules {
    /// What `inspection` says of its item on `day`: `None` while nothing is known (or the finding is of a kind or
    /// status that was not chosen, or a voluntary disclosure), else whether there is a finding that counts.
    ///
    /// A finding that was overturned counts until the day of its overturning, and as "in order" from that day on.
    /// An overturned finding without such a day is taken as overturned from the start.
    pub fn label(&self, inspection: &Inspection, day: Day) -> Option<bool> {
        if inspection.known_on > day || inspection.control == Some(Control::Disclosure) {
            return None;
        }
        let Some(finding) = &inspection.finding else { return Some(false) };
        let chosen = finding.kind.is_none_or(|kind| self.kinds.contains(&kind));
        if finding.status == FindingStatus::Overturned {
            let still_stood = finding.status_on.is_some_and(|overturned| day < overturned);
            return if chosen || !still_stood { Some(still_stood) } else { None };
        }
        (chosen && self.statuses.contains(&finding.status)).then_some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inspection(control: &str, finding: Option<(&str, &str, Option<i32>)>) -> Inspection {
        Inspection {
            known_on: Day::from_epoch_days(100),
            known_on_assumed: false,
            control: Control::parse(control),
            selected_by: None,
            selection_probability: None,
            examiner: None,
            finding: finding.map(|(kind, status, status_on)| Finding {
                kind: FindingKind::parse(kind),
                gravity: None,
                status: FindingStatus::parse(status).unwrap(),
                status_on: status_on.map(Day::from_epoch_days),
                extra_revenue_minor: None,
            }),
            assessed: None,
        }
    }

    #[test]
    fn labels_by_day() {
        let rules = LabelRules { kinds: vec![FindingKind::Value], ..LabelRules::default() };
        let (value_final, value_overturned) =
            (Some(("value", "final", None)), Some(("value", "overturned", Some(120))));
        #[rustfmt::skip]
        let table = [
            // control       finding                                 day  label
            ("physical",     None,                                    99, None),
            ("physical",     None,                                   100, Some(false)),
            ("physical",     value_final,                             99, None),
            ("physical",     value_final,                            100, Some(true)),
            ("disclosure",   value_final,                            200, None),
            ("physical",     Some(("origin", "final", None)),        200, None),
            ("physical",     Some(("", "final", None)),              200, Some(true)),
            ("physical",     value_overturned,                       119, Some(true)),
            ("physical",     value_overturned,                       120, Some(false)),
            ("physical",     Some(("value", "overturned", None)),    100, Some(false)),
        ];
        for (control, finding, day, label) in table {
            let inspection = inspection(control, finding);
            assert_eq!(rules.label(&inspection, Day::from_epoch_days(day)), label, "{control} {finding:?} {day}");
        }
    }
}
