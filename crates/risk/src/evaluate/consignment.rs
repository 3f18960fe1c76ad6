//! Declarations of one consignment as one: what an officer decides together is measured together.

use super::{Case, Outcome, Prediction};
use domain::{Day, Record, Text};
use std::collections::BTreeMap;

/// What makes a consignment of a declaration: transport document, office, day.
pub fn consignment_of(record: &Record) -> (Text, Text, Day) {
    let header = &record.declaration.header;
    (header.consignment.clone(), header.office.clone(), header.day)
}

/// The places of declarations that count as one, in the order of their first: those under one transport document lodged at
/// one office on one day, amended versions with them. A declaration without a transport document stands alone.
pub fn consignments(declarations: &[(Text, Text, Day)]) -> Vec<Vec<usize>> {
    let mut units: Vec<Vec<usize>> = Vec::new();
    let mut by_document: BTreeMap<(&str, &Text, Day), usize> = BTreeMap::new();
    for (place, (document, office, day)) in declarations.iter().enumerate() {
        let Some(document) = document else {
            units.push(vec![place]);
            continue;
        };
        let unit = *by_document.entry((document, office, *day)).or_insert(units.len());
        match units.get_mut(unit) {
            Some(members) => members.push(place),
            None => units.push(vec![place]),
        }
    }
    units
}

impl Case {
    /// Several declarations as one; `None` where there are none. It repeats what is known only where all of them do.
    pub fn joined(members: impl IntoIterator<Item = Self>) -> Option<Self> {
        members.into_iter().reduce(|one, other| Self {
            outcome: one.outcome.joined(other.outcome),
            stake_minor: one.stake_minor + other.stake_minor,
            repeat: one.repeat && other.repeat,
            importer_met: one.importer_met && other.importer_met,
            repeat_rate: one.repeat_rate.max(other.repeat_rate),
        })
    }
}

impl Outcome {
    /// What came of two declarations together.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        Self { found: self.found || other.found, revenue_minor: self.revenue_minor + other.revenue_minor }
    }
}

impl Prediction {
    /// What is said of several declarations together: the probability of the worst, because findings in one consignment
    /// depend on each other, and the sum of the revenues; as selection ranks them.
    pub fn joined(members: impl IntoIterator<Item = Self>) -> Self {
        members.into_iter().fold(Self::default(), |sum, other| Self {
            probability: sum.probability.max(other.probability),
            expected_revenue_minor: sum.expected_revenue_minor + other.expected_revenue_minor,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_under_one_document_and_day_count_as_one() {
        let documents: [(Option<&str>, &str, i32); 6] = [
            (Some("B1"), "A", 1),
            (None, "A", 1),
            (Some("B1"), "A", 1),
            (Some("B1"), "A", 2),
            (None, "A", 2),
            (Some("B1"), "B", 1),
        ];
        let declarations =
            documents.map(|(text, office, day)| (text.map(Box::from), Some(office.into()), Day::from_epoch_days(day)));
        assert_eq!(consignments(&declarations), [vec![0, 2], vec![1], vec![3], vec![4], vec![5]]);
    }

    #[test]
    fn a_consignment_is_as_risky_as_its_worst_declaration_and_brings_what_all_bring() {
        let prediction = |probability, expected_revenue_minor| Prediction { probability, expected_revenue_minor };
        let joined = Prediction::joined([prediction(0.2, 10.0), prediction(0.6, 5.0)]);
        assert_eq!(joined, prediction(0.6, 15.0));
        let outcome = Outcome { found: true, revenue_minor: 7.0 }.joined(Outcome::default());
        assert_eq!(outcome, Outcome { found: true, revenue_minor: 7.0 });
        assert_eq!(Case::joined([]), None);
    }
}
