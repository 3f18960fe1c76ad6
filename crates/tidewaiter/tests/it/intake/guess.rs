//! Proposed schemas.

use super::file;
use crate::data::{data_folder, shipped_schema};
use domain::Role;
use tidewaiter::intake::{Guess, Schema};

fn guess(text: &str) -> (String, Schema) {
    let guess = Guess::of_file(&file(text)).unwrap();
    let toml = guess.to_toml();
    let schema = Schema::parse(&toml, "guess").unwrap_or_else(|error| panic!("{error}\n{toml}"));
    (toml, schema)
}

/// `role = column` of all roles, for tables.
fn roles(schema: &Schema) -> Vec<(&'static str, String)> {
    schema.roles().iter().map(|(role, source)| (role.name(), source.columns().join(" "))).collect()
}

#[test]
fn a_french_file_with_decimal_commas() {
    let rows: String = (0..60)
        .map(|n| {
            format!("D{n};{:02}/03/2021;IMP{};6109{:02};CN;{},5;1 2{n:02},75;{}\n", n % 28 + 1, n % 9, n % 30, n, n % 2)
        })
        .collect();
    let text =
        format!("N° déclaration;Date;Importateur;Code SH;Pays d'origine;Poids net;Valeur en douane;Fraude\n{rows}");
    let (toml, schema) = guess(&text.replace("N° déclaration", "Numero declaration"));
    let expected = [
        ("declaration_id", "Numero declaration"),
        ("date", "Date"),
        ("importer", "Importateur"),
        ("hs_code", "Code SH"),
        ("origin", "Pays d'origine"),
        ("net_mass", "Poids net"),
        ("customs_value", "Valeur en douane"),
        ("finding", "Fraude"),
    ];
    assert_eq!(roles(&schema), expected.map(|(role, column)| (role, column.to_owned())), "{toml}");
    let file = schema.file();
    assert_eq!((file.delimiter, file.decimals.mark, file.decimals.thousands), (Some(b';'), ',', Some(' ')));
    assert_eq!(file.date_formats, ["%d/%m/%Y"], "{toml}");
}

#[test]
fn asycuda_field_names() {
    let header = "sad_reg_nber,sad_reg_date,key_cuo,key_dec,sad_consignee,itm_nber,saditm_hs_cod,saditm_cty_origcod,saditm_gross_mass,saditm_net_mass,saditm_stat_val";
    let rows: String = (0..40)
        .map(|n| format!("C{n},2021-03-{:02},10,B{},T{},1,61091000,CN,12.5,{n}.25,900\n", n % 28 + 1, n % 3, n % 7))
        .collect();
    let (toml, schema) = guess(&format!("{header}\n{rows}"));
    let names: Vec<_> = roles(&schema).into_iter().map(|(role, _)| role).collect();
    let expected = [
        "declaration_id",
        "item_number",
        "date",
        "office",
        "declarant",
        "importer",
        "hs_code",
        "origin",
        "net_mass",
        "gross_mass",
        "customs_value",
    ];
    assert_eq!(names, expected, "{toml}");
}

#[test]
fn doubts_are_said() {
    let rows: String = (0..60)
        .map(|n| format!("{n},0{}/0{}/2021,610910,{},{},{}\n", n % 9 + 1, n % 7 + 1, n % 2, n % 2 * 3, n % 5))
        .collect();
    let (toml, schema) = guess(&format!("number,day,thing,illicit,follow-up,penalty\n{rows}"));
    for doubt in [
        "# DOUBT: dates of `day` fit \"%d/%m/%Y\" and \"%m/%d/%Y\"; keep the one that is meant",
        "# DOUBT: `follow-up` looks as if it were known only after the control; it is left out",
        "# DOUBT: `penalty` looks as if it were known only after the control; it is left out",
        "# DOUBT: `day` only looks like date; its name does not say so\ndate = \"day\"",
        "# DOUBT: `number` only looks like declaration_id; its name does not say so\ndeclaration_id = \"number\"",
        "# DOUBT: no column dates the finding: it counts from known_after_days on\nfinding = \"illicit\"",
    ] {
        assert!(toml.contains(doubt), "{doubt}\n---\n{toml}");
    }
    assert!(schema.has(Role::Finding));
}

#[test]
fn a_file_without_what_is_required_says_so() {
    let guess = Guess::of_file(&file("a,b\nx,y\nx,y\n")).unwrap();
    let toml = guess.to_toml();
    assert!(toml.contains("# REQUIRED, no column found: date = \"\""), "{toml}");
    assert!(guess.doubts().count() > 0);
}

#[test]
fn the_korean_schema_is_found_again() {
    let Some(folder) = data_folder("kcs", "guessing the schema of the Korean declarations") else { return };
    let guess = Guess::of_file(&folder.join("train.csv")).unwrap();
    let guessed = Schema::parse(&guess.to_toml(), "guess").unwrap();
    let shipped = Schema::load(&shipped_schema("kcs.toml")).unwrap();
    let mut expected = shipped.roles().clone();
    expected.remove(&Role::DutyAtStake);
    assert_eq!(guessed.roles(), &expected, "{}", guess.to_toml());
    assert_eq!(guessed.categorical(), shipped.categorical());
    assert!(guess.doubts().any(|doubt| doubt.contains("`Critical Fraud`")), "{}", guess.to_toml());
}

#[test]
fn what_a_control_assessed_is_known_by_its_name_and_is_no_leak() {
    let mut text = "Declaration No,Date,HS Code,Origin,Customs Value,Taxes,Assessed HS Code,Assessed Origin,Adjusted Customs Value,Assessed Taxes,Inspected,Finding\n".to_owned();
    for number in 0..60 {
        let (code, other) = (610_910 + number % 7, 620_520 + number % 5);
        let found = number % 6 == 0;
        let assessed = if found { format!("{other},VN,{},{}", 2_000 + number, 400) } else { ",,,".to_owned() };
        text += &format!(
            "D{number},2024-03-{:02},{code},{},{},{},{assessed},1,{}\n",
            1 + number % 28,
            ["CN", "KR", "DE"][number % 3],
            1_000 + number,
            100 + number,
            u8::from(found)
        );
    }
    let (toml, _) = guess(&text);
    for line in [
        "assessed_hs_code = \"Assessed HS Code\"",
        "assessed_origin = \"Assessed Origin\"",
        "assessed_value = \"Adjusted Customs Value\"",
        "assessed_taxes = \"Assessed Taxes\"",
        "customs_value = \"Customs Value\"",
        "hs_code = \"HS Code\"",
        "taxes = \"Taxes\"",
    ] {
        assert!(toml.lines().any(|one| one == line), "{line}\n{toml}");
    }
    // A column of another kind under that name is none.
    let (toml, _) =
        guess(&text.replace("Assessed Origin", "Remark").replace("Adjusted Customs Value", "Assessed Origin"));
    assert!(!toml.contains("assessed_origin ="), "{toml}");
}
