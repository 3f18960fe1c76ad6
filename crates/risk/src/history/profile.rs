//! Risk profiles: the combinations of declared values under which results are counted.

use super::key::{Field, FieldKeys, Key, join};

/// A combination of declared values whose past results say something of the next item that has them.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileSpec {
    /// Stable name, part of feature names and of reasons: `importer`, `hs6_origin`, `column_2`.
    pub name: String,
    /// The fields it combines.
    pub fields: Vec<Field>,
    /// Whether its rate is a feature of its own; the others are told apart by linear models only.
    pub rated: bool,
    /// Whether the weight of its evidence is a feature too: where few inspections are themselves a sign.
    pub weighed: bool,
    /// The profile whose rate stands in while little is known under this one, by its place in the list.
    pub parent: Option<usize>,
}

/// The fixed profiles: name, fields, name of the parent. A parent stands before its children.
const FIXED: &[(&str, &[Field], Option<&str>)] = {
    use Field::{Carrier, Consignor, Declarant, Departure, Hs2, Hs4, Hs6, Importer, MassBand, Mode, Office, Origin};
    use Field::{Preference, Procedure, Rate};
    &[
        ("importer", &[Importer], None),
        ("declarant", &[Declarant], None),
        ("consignor", &[Consignor], None),
        ("carrier", &[Carrier], None),
        ("office", &[Office], None),
        ("mode", &[Mode], None),
        ("procedure", &[Procedure], None),
        ("preference", &[Preference], None),
        ("hs2", &[Hs2], None),
        ("hs4", &[Hs4], Some("hs2")),
        ("hs6", &[Hs6], Some("hs4")),
        ("origin", &[Origin], None),
        ("departure", &[Departure], None),
        ("rate", &[Rate], None),
        ("mass", &[MassBand], None),
        ("route", &[Origin, Departure], Some("origin")),
        ("hs2_origin", &[Hs2, Origin], Some("hs2")),
        ("hs4_origin", &[Hs4, Origin], Some("hs4")),
        ("hs6_origin", &[Hs6, Origin], Some("hs6")),
        ("hs6_rate", &[Hs6, Rate], Some("hs6")),
        ("hs2_mass", &[Hs2, MassBand], Some("hs2")),
        ("hs4_mass", &[Hs4, MassBand], Some("hs4")),
        ("origin_mass", &[Origin, MassBand], Some("origin")),
        ("office_importer", &[Office, Importer], Some("importer")),
        ("office_hs6", &[Office, Hs6], Some("hs6")),
        ("office_origin", &[Office, Origin], Some("origin")),
        ("importer_hs4", &[Importer, Hs4], Some("importer")),
        ("importer_origin", &[Importer, Origin], Some("importer")),
        ("declarant_hs4", &[Declarant, Hs4], Some("declarant")),
        ("consignor_origin", &[Consignor, Origin], Some("consignor")),
        ("consignor_importer", &[Consignor, Importer], Some("importer")),
    ]
};

/// Profiles of parties, and of goods as finely as they are usually known: that nothing is known there says something.
const WEIGHED: [&str; 7] =
    ["importer", "declarant", "consignor", "hs6", "hs6_origin", "importer_hs4", "consignor_importer"];

/// What each further categorical column is combined with: suffix of the name, other field, name of the parent. The
/// column alone comes first.
const WITH_COLUMN: &[(&str, Field, Option<&str>)] = &[
    ("_hs4", Field::Hs4, Some("hs4")),
    ("_origin", Field::Origin, Some("origin")),
    ("_rate", Field::Rate, Some("rate")),
    ("_mass", Field::MassBand, Some("mass")),
];

/// The profiles of a schema with `columns` further categorical columns.
pub(crate) fn specs(columns: usize) -> Vec<ProfileSpec> {
    let mut specs: Vec<ProfileSpec> = Vec::new();
    let place = |name: &str| FIXED.iter().position(|(fixed, ..)| *fixed == name);
    for (name, fields, parent) in FIXED {
        let parent = parent.and_then(place);
        specs.push(ProfileSpec {
            name: (*name).to_owned(),
            fields: fields.to_vec(),
            rated: true,
            weighed: WEIGHED.contains(name),
            parent,
        });
    }
    for column in 0..columns.min(usize::from(u8::MAX)) {
        let (name, field) = (format!("column_{column}"), Field::Column(column as u8));
        specs.push(ProfileSpec { name: name.clone(), fields: vec![field], rated: true, weighed: false, parent: None });
        specs.extend(WITH_COLUMN.iter().map(|(suffix, other, parent)| ProfileSpec {
            name: format!("{name}{suffix}"),
            fields: vec![*other, field],
            rated: false,
            weighed: false,
            parent: parent.and_then(place),
        }));
    }
    specs
}

/// The key of each profile for one item, `None` where a value is missing.
pub(crate) fn keys(specs: &[ProfileSpec], fields: &FieldKeys<'_>) -> Vec<Option<Key>> {
    let place = |index: usize, key: Key| join(index as u64 + 1, key);
    specs.iter().enumerate().map(|(index, spec)| Some(place(index, fields.combination(&spec.fields)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_stand_before_their_children_and_are_wider() {
        let specs = specs(2);
        let digits = |field: &Field| matches!(field, Field::Hs2 | Field::Hs4 | Field::Hs6);
        for (index, spec) in specs.iter().enumerate() {
            let Some(parent) = spec.parent else { continue };
            let wider = &specs[parent].fields;
            assert!(parent < index && wider.len() <= spec.fields.len(), "{}", spec.name);
            assert!(wider.iter().all(|field| spec.fields.contains(field) || digits(field)), "{}", spec.name);
        }
        assert_eq!(specs.len(), FIXED.len() + 2 * (1 + WITH_COLUMN.len()));
    }

    #[test]
    fn every_named_parent_exists() {
        for (name, _, parent) in FIXED {
            assert!(parent.is_none_or(|parent| FIXED.iter().any(|(other, ..)| *other == parent)), "{name}");
        }
    }
}
