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
    /// The wider profiles whose rates stand in while little is known under this one, by their places in the list. Of
    /// two, the prior adds both excesses in log-odds, as if they were independent.
    pub parents: Vec<usize>,
}

/// The fixed profiles: name, fields, names of the wider profiles. Wider ones stand before narrower ones.
const FIXED: &[(&str, &[Field], &[&str])] = {
    use Field::{Carrier, Consignor, Declarant, Departure, Hs2, Hs4, Hs6, Importer, MassBand, Mode, Office, Origin};
    use Field::{Preference, Procedure, Rate, Transshipped, UnitPrice, ValueBand};
    &[
        ("importer", &[Importer], &[]),
        ("declarant", &[Declarant], &[]),
        ("consignor", &[Consignor], &[]),
        ("carrier", &[Carrier], &[]),
        ("office", &[Office], &[]),
        ("mode", &[Mode], &[]),
        ("procedure", &[Procedure], &[]),
        ("preference", &[Preference], &[]),
        ("hs2", &[Hs2], &[]),
        ("hs4", &[Hs4], &["hs2"]),
        ("hs6", &[Hs6], &["hs4"]),
        ("origin", &[Origin], &[]),
        ("departure", &[Departure], &[]),
        ("rate", &[Rate], &[]),
        ("mass", &[MassBand], &[]),
        ("route", &[Origin, Departure], &["origin"]),
        ("hs2_origin", &[Hs2, Origin], &["hs2", "origin"]),
        ("hs4_origin", &[Hs4, Origin], &["hs4", "origin"]),
        ("hs6_origin", &[Hs6, Origin], &["hs6", "origin"]),
        ("hs6_rate", &[Hs6, Rate], &["hs6", "rate"]),
        ("hs2_mass", &[Hs2, MassBand], &["hs2", "mass"]),
        ("hs4_mass", &[Hs4, MassBand], &["hs4", "mass"]),
        ("origin_mass", &[Origin, MassBand], &["origin", "mass"]),
        ("office_importer", &[Office, Importer], &["importer"]),
        ("office_hs6", &[Office, Hs6], &["hs6", "office"]),
        ("office_origin", &[Office, Origin], &["origin", "office"]),
        ("importer_hs4", &[Importer, Hs4], &["importer", "hs4"]),
        ("importer_origin", &[Importer, Origin], &["importer", "origin"]),
        ("declarant_hs4", &[Declarant, Hs4], &["declarant", "hs4"]),
        ("consignor_origin", &[Consignor, Origin], &["consignor", "origin"]),
        ("consignor_importer", &[Consignor, Importer], &["importer", "consignor"]),
        ("transshipped_hs2", &[Hs2, Transshipped], &["hs2"]),
        ("transshipped_mass", &[MassBand, Transshipped], &["mass"]),
        ("value_hs2", &[Hs2, ValueBand], &["hs2"]),
        ("unit_price_hs6", &[Hs6, UnitPrice], &["hs6"]),
    ]
};

/// Profiles of what other pillars say, after all others: keys carry the place of their profile, and files of history keep keys.
const OF_PILLARS: &[(&str, &[Field], &[&str])] = {
    use Field::{DescribedHs4, DescribedHs6, Hs6, Journey};
    &[
        ("described_hs4", &[DescribedHs4], &[]),
        ("hs6_described", &[Hs6, DescribedHs6], &["hs6"]),
        ("journey", &[Journey], &[]),
    ]
};

/// Profiles of parties, and of goods as finely as they are usually known: that nothing is known there says something.
const WEIGHED: [&str; 7] =
    ["importer", "declarant", "consignor", "hs6", "hs6_origin", "importer_hs4", "consignor_importer"];

/// What each further categorical column is combined with: suffix of the name, other field, name of the parent. The
/// column alone comes first.
const WITH_COLUMN: &[(&str, Field, &str)] = &[
    ("_hs4", Field::Hs4, "hs4"),
    ("_origin", Field::Origin, "origin"),
    ("_rate", Field::Rate, "rate"),
    ("_mass", Field::MassBand, "mass"),
];

/// The profiles of a schema with `columns` further categorical columns.
pub(crate) fn specs(columns: usize) -> Vec<ProfileSpec> {
    let mut specs: Vec<ProfileSpec> = Vec::new();
    let place = |name: &str| FIXED.iter().position(|(fixed, ..)| *fixed == name);
    let fixed = |(name, fields, parents): &(&str, &[Field], &[&str])| ProfileSpec {
        name: (*name).to_owned(),
        fields: fields.to_vec(),
        rated: true,
        weighed: WEIGHED.contains(name),
        parents: parents.iter().filter_map(|parent| place(parent)).collect(),
    };
    specs.extend(FIXED.iter().map(fixed));
    for column in 0..columns.min(usize::from(u8::MAX)) {
        let (name, field) = (format!("column_{column}"), Field::Column(column as u8));
        let alone = specs.len();
        specs.push(ProfileSpec {
            name: name.clone(),
            fields: vec![field],
            rated: true,
            weighed: false,
            parents: Vec::new(),
        });
        specs.extend(WITH_COLUMN.iter().map(|(suffix, other, parent)| ProfileSpec {
            name: format!("{name}{suffix}"),
            fields: vec![*other, field],
            rated: false,
            weighed: false,
            parents: place(parent).into_iter().chain([alone]).collect(),
        }));
    }
    specs.extend(OF_PILLARS.iter().map(fixed));
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
            for parent in &spec.parents {
                let wider = &specs[*parent].fields;
                assert!(*parent < index && wider.len() <= spec.fields.len(), "{}", spec.name);
                assert!(wider.iter().all(|field| spec.fields.contains(field) || digits(field)), "{}", spec.name);
            }
        }
        assert_eq!(specs.len(), FIXED.len() + 2 * (1 + WITH_COLUMN.len()) + OF_PILLARS.len());
    }

    #[test]
    fn every_named_parent_exists() {
        for (name, _, parents) in FIXED.iter().chain(OF_PILLARS) {
            assert!(parents.iter().all(|parent| FIXED.iter().any(|(other, ..)| other == parent)), "{name}");
        }
    }
}
