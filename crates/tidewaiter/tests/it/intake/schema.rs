//! Schemas: what is accepted, and what is said of mistakes.

use super::{SCHEMA, schema};
use crate::data::shipped_schema;
use domain::Role;
use tidewaiter::intake::Schema;

#[test]
fn the_shipped_schemas_are_read_and_written_back() {
    for (name, categorical) in [("kcs.toml", 6), ("date.toml", 0)] {
        let schema = Schema::load(&shipped_schema(name)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(schema.categorical().len(), categorical, "{name}");
        assert!(schema.has(Role::Finding) && !schema.has(Role::FindingDate), "{name}");
        assert_eq!(schema.known_after_days(), 14, "{name}");
        assert_eq!(Schema::parse(&schema.to_toml(), "again").unwrap(), schema, "{name}");
    }
}

#[test]
fn every_setting_survives_writing_and_reading() {
    let text = r#"
        name = "all \"settings\""
        [file]
        delimiter = "\t"
        quote = "'"
        encoding = "windows-1252"
        date_formats = ["%d/%m/%Y", "%Y"]
        decimal = ","
        thousands = " "
        null = ["NA", "-"]
        mass_unit = "t"
        rate_unit = "fraction"
        money_decimals = 0
        default_unit = "KGM"
        [roles]
        declaration_id = "id"
        date = { constant = "2021-03-01" }
        taxes = { derive = "`a b` / 2" }
        finding = "hit"
        [columns]
        categorical = ["c"]
        numeric = ["n"]
        [label]
        known_after_days = 30
        kinds = ["value", "origin"]
        statuses = ["final"]
        [repeats]
        repeat_key = ["c", "n"]
    "#;
    let read = schema(text);
    assert_eq!(schema(&read.to_toml()), read);
    let plain = schema(SCHEMA);
    assert_eq!(schema(&plain.to_toml()), plain);
}

#[test]
fn mistakes_are_answered_with_what_was_meant() {
    #[rustfmt::skip]
    let table = [
        ("[roles", "test.toml is no valid TOML"),
        ("[role]", "test.toml: [top level] has no key `role`; did you mean `roles`?"),
        ("[roles]\nimportr = \"x\"", "test.toml: [roles] has no key `importr`; did you mean `importer`?"),
        ("[file]\ndate_format = [\"%Y\"]", "test.toml: [file] has no key `date_format`; did you mean `date_formats`?"),
        ("[file]\ndelimiter = \";;\"", "test.toml: `file.delimiter` is one ASCII character, not \";;\""),
        ("[file]\nencoding = \"klingon\"", "test.toml: `file.encoding` names no encoding that is known: \"klingon\""),
        ("[file]\nmass_unit = \"lb\"", "test.toml: `file.mass_unit` is one of \"kg\", \"g\", \"t\", not \"lb\""),
        ("[file]\ndecimal = \",\"\nthousands = \",\"", "test.toml: `file.thousands` is the decimal mark too; give `decimal` and `thousands` different characters"),
        ("[file]\ndate_formats = [\"DD/MM/YYYY\"]", "test.toml: `file.date_formats` has \"DD/MM/YYYY\", which is no strptime format; write for example \"%d/%m/%Y\""),
        ("[label]\nknown_after_days = -1", "test.toml: `label.known_after_days` is a whole number from 0 to 3650"),
        ("[label]\nstatuses = [\"overturned\"]", "test.toml: `label.statuses` is one of \"provisional\", \"final\", \"appealed\", not \"overturned\""),
        ("[roles]\ndate = 3", "test.toml: `roles.date` is \"Column\", { derive = \"a * b\" } or { constant = \"XX\" }"),
        ("[roles]\nimporter = { derive = \"a\" }", "test.toml: `roles.importer` is no number, so it can't be derived by arithmetic; name a column or a constant"),
        ("[roles]\ncif = { derive = \"a b\" }", "test.toml: the derivation of `cif` can't be read: expected + - * / or the end here, at character 3:\n    a b\n      ^"),
        ("[roles]\ndate = \"d\"", "test.toml: the role `declaration_id` is required; add `declaration_id = \"Your column\"` under [roles]"),
    ];
    for (text, message) in table {
        let error = Schema::parse(text, "test.toml").unwrap_err().to_string();
        assert!(error.starts_with(message), "{text}\n  {error}");
    }
}

#[test]
fn outcomes_are_never_features() {
    let outcome = "[roles]\ndeclaration_id = \"id\"\ndate = \"date\"\nfinding = \"hit\"\nlane = \"colour\"\n";
    for (further, used_in) in [
        ("[columns]\ncategorical = [\"hit\"]", "[columns] categorical"),
        ("[columns]\nnumeric = [\"hit\"]", "[columns] numeric"),
        ("[repeats]\nrepeat_key = [\"colour\"]", "[repeats] repeat_key"),
        ("office = \"hit\"", "the role `office`"),
        ("taxes = { derive = \"2 * hit\" }", "the role `taxes`"),
    ] {
        let error = Schema::parse(&format!("{outcome}{further}"), "test.toml").unwrap_err().to_string();
        assert!(error.ends_with(&format!("it can't be used in {used_in}")), "{error}");
    }
}
