//! The files' form: schema, numbers on papers, dirty data.

use crate::table::{default_world, simulate};
use std::collections::{HashMap, HashSet};

#[test]
fn the_schema_names_columns_that_exist_and_roles_that_are_known() {
    let schema: toml::Table = toml::from_str(&world::schema("default")).unwrap();
    let columns: HashSet<&str> = default_world().columns().collect();
    let roles = schema["roles"].as_table().unwrap();
    for (role, column) in roles {
        assert!(domain::Role::parse(role).is_some(), "role {role}");
        assert!(columns.contains(column.as_str().unwrap()), "column {column}");
    }
    let lists = [&schema["columns"]["categorical"], &schema["columns"]["numeric"], &schema["repeats"]["repeat_key"]];
    for column in lists.into_iter().flat_map(|list| list.as_array().unwrap()) {
        assert!(columns.contains(column.as_str().unwrap()), "column {column}");
    }
    let named: HashSet<&str> = roles.values().filter_map(toml::Value::as_str).collect();
    assert_eq!(columns.iter().filter(|column| !named.contains(**column)).count(), 5, "all others have a role");
}

#[test]
fn containers_carry_the_check_digit_of_iso_6346() {
    let mut seen = 0;
    for row in default_world().cells() {
        for number in row.get("containers").split_whitespace() {
            let digit = world::container_check_digit(&number[..10]).map(|digit| digit.to_string());
            assert_eq!(digit.as_deref(), Some(&number[10..]), "{number}");
            seen += 1;
        }
    }
    assert!(seen > 10_000);
}

#[test]
fn papers_join_declarations_into_consignments() {
    let mut documents: HashMap<&str, HashSet<(&str, &str)>> = HashMap::new();
    for row in default_world().cells().filter(|row| row.get("version") == "1") {
        documents.entry(row.get("transport_document")).or_default().insert(row.declaration());
    }
    let shared = documents.values().filter(|declarations| declarations.len() > 1).count();
    assert!(shared as f64 > 0.02 * documents.len() as f64, "{shared} of {}", documents.len());
}

#[test]
fn amounts_follow_the_tariff() {
    let table = simulate("[dirt]\nlevel = 0.0", 9, 3000);
    for row in table.cells() {
        let cents = |column: &str| (row.number(column) * 100.0).round() as i64;
        assert_eq!(cents("fob_value") + cents("freight_insurance"), cents("cif_value"));
        assert_eq!(cents("duty") + cents("excise") + cents("vat"), cents("total_taxes"));
        let duty = row.number("customs_value") * row.number("duty_rate") / 100.0;
        assert!((duty - row.number("duty")).abs() < 0.0051, "{:?}", row.declaration());
        assert!(row.number("net_mass_kg") > 0.0 && row.number("quantity") > 0.0);
    }
}

#[test]
fn dirt_can_be_switched_off_and_changes_nothing_else() {
    let clean = simulate("[dirt]\nlevel = 0.0", 9, 3000);
    let dirty = simulate("[dirt]\nlevel = 10.0", 9, 3000);
    assert_eq!(clean.world.tally(), dirty.world.tally());
    let odd = |table: &crate::table::Table| {
        table
            .cells()
            .filter(|row| {
                row.get("hs_code").len() != 6 || row.get("net_mass_kg").is_empty() || row.get("origin_country") == "QQ"
            })
            .count()
    };
    assert_eq!(odd(&clean), 0);
    assert!(odd(&dirty) > 100);
    assert!(dirty.rows.len() > clean.rows.len(), "some rows stand twice");
}

#[test]
fn amendments_follow_their_declarations() {
    let table = default_world();
    let mut first: HashMap<&str, &str> = HashMap::new();
    let mut amended = 0;
    for row in table.cells().filter(|row| row.get("item_no") == "1") {
        match row.get("version") {
            "1" => drop(first.insert(row.get("declaration_no"), row.get("lodgement_date"))),
            _ => {
                amended += 1;
                assert!(first[row.get("declaration_no")] < row.get("lodgement_date"));
            }
        }
    }
    assert!((200..2000).contains(&amended), "{amended}");
}
