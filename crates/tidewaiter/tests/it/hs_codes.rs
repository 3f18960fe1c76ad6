//! Codes: days on which they are in force, editions, notes, national lines; `hs explain` and `hs browse`.

use crate::hs::{PARAMS, tidewaiter, written};
use domain::Day;
use hsearch::{Hs6, Index};
use serde_json::Value;
use std::path::PathBuf;
use tidewaiter::flow::hs::{Files, import, open};

const LAWS: &str = "\
hs6,text,heading_text,chapter_text,lang,valid_from,valid_to
610910,T-shirts of cotton,T-shirts and vests,Apparel knitted,en,,
610990,T-shirts of other textile materials,T-shirts and vests,Apparel knitted,en,,
611020,Pullovers of cotton,Pullovers,Apparel knitted,en,,
851712,Telephones for cellular networks,Telephone sets,Electrical machinery,en,2007-01-01,2021-12-31
851713,Smartphones,Telephone sets,Electrical machinery,en,2022-01-01,
851714,Other telephones for cellular networks,Telephone sets,Electrical machinery,en,2022-01-01,
851718,Other telephone sets,Telephone sets,Electrical machinery,en,,
610910,T-shirts de coton,T-shirts,V\u{ea}tements,fr,,
";

/// An index with everything that a code can have, and its folder.
fn index() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| vec![written(folder.path(), name, content)];
    let tariff = "code,text,lang,valid_from,valid_to\n61091000,T-shirts of cotton,en,,\n6109100010,printed ones,en,2020-01-01,\n\
        6109100020,old ones,en,,2019-12-31\n61091000,T-shirts de coton,fr,,\n85171300,Smartphones,en,,\n";
    let files = Files {
        nomenclatures: file("laws.csv", LAWS),
        tariffs: file("tariff.csv", tariff),
        instances: file("old.csv", "code,text\n852520,cellular handset\n610910,\"tee\u{7} shirt\"\n"),
        correlations: file("editions.csv", "HS 2017,HS 2022\n852520,851712\n851712,851713\n851712,ex 8517.14\n"),
        notes: file(
            "notes.csv",
            "code,text,lang\n61,Knitted goods only.,en\nXI,All textiles.,en\n61,Seulement tricot.,fr\n85,Machines.,en\n",
        ),
    };
    let out = folder.path().join("hs.index");
    let done = import(&files, &out, PARAMS).unwrap();
    assert_eq!((done.subheadings, done.lines, done.notes, done.carried_over), (7, 5, 4, 1));
    (folder, out)
}

fn day(text: &str) -> Day {
    Day::parse(text, &["%Y-%m-%d"]).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let (code, out, error) = tidewaiter(&[arguments, &["--json"]].concat());
    assert_eq!(code, Some(0), "{error}");
    serde_json::from_str(&out).unwrap()
}

/// The values of a field over a list.
fn all<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap()).collect()
}

#[test]
fn answers_have_the_codes_of_their_day() {
    let (_folder, path) = index();
    let index = open(&path).unwrap();
    let codes = |text: &str| -> Vec<String> {
        let answer = index.search_as_of("telephones for cellular networks", None, day(text)).unwrap();
        let sum: f64 = answer.ranked.iter().map(|ranked| ranked.probability).sum();
        assert!(sum <= 1.0 + 1e-9);
        answer.ranked.iter().map(|ranked| ranked.code.to_string()).collect()
    };
    let (before, after) = (codes("2021-12-31"), codes("2022-01-01"));
    assert!(before.contains(&"851712".to_owned()) && !before.contains(&"851714".to_owned()), "{before:?}");
    assert!(after.contains(&"851714".to_owned()) && !after.contains(&"851712".to_owned()), "{after:?}");
    // What the others had goes to those that are left, in proportion.
    let whole = index.search("telephones for cellular networks", None).unwrap();
    let of = |answer: &hsearch::Answer, code: &str| {
        let found = answer.ranked.iter().find(|ranked| ranked.code.to_string() == code);
        found.map_or(0.0, |ranked| ranked.probability)
    };
    let then = index.search_as_of("telephones for cellular networks", None, day("2022-01-01")).unwrap();
    let expected = of(&whole, "851714") / (1.0 - of(&whole, "851712"));
    assert!((of(&then, "851714") - expected).abs() < 1e-9 && expected > of(&whole, "851714"));
    let path = path.to_str().unwrap();
    let found = json(&["hs", "search", "--index", path, "--as-of", "2021-06-30", "telephones for cellular networks"]);
    assert_eq!(found["codes"][0]["code"], "851712");
    let after = index.to_bytes().unwrap();
    assert_eq!(Index::from_bytes(&after).unwrap().periods(Hs6::parse("851712").unwrap()).len(), 1);
}

#[test]
fn a_code_of_other_days_or_of_another_edition_names_those_that_took_its_place() {
    let (_folder, path) = index();
    let path = path.to_str().unwrap();
    let explain = ["hs", "explain", "--index", path];
    let search = ["hs", "search", "--index", path];
    for (arguments, words) in [
        (
            [&explain[..], &["--as-of", "2022-01-01", "8517.12"]].concat(),
            "2007-01-01 to 2021-12-31; then: 851713, 851714",
        ),
        ([&explain[..], &["--as-of", "2021-12-31", "851713"]].concat(), "not in force on 2021-12-31"),
        (
            [&explain[..], &["--as-of", "2022-01-01", "852520"]].concat(),
            "older edition of the Harmonized System; its goods are now in 851713, 851714",
        ),
        ([&explain[..], &["--as-of", "2020-01-01", "852520"]].concat(), "are now in 851712"),
        (
            [&explain[..], &["8525"]].concat(),
            "8525 is of an older edition of the Harmonized System; its goods are now in 851",
        ),
        ([&explain[..], &["610999"]].concat(), "`tidewaiter hs browse 6109` shows"),
        ([&explain[..], &["6177"]].concat(), "`tidewaiter hs browse 61` shows"),
        ([&explain[..], &["99"]].concat(), "`tidewaiter hs browse ` shows"),
        ([&explain[..], &["shirt"]].concat(), "`shirt` is no code"),
        ([&search[..], &["852520"]].concat(), "older edition"),
        ([&search[..], &["6109.10"]].concat(), "is a code and no description"),
    ] {
        let (code, _, error) = tidewaiter(&arguments);
        assert!(code == Some(2) && error.contains(words), "{arguments:?}: {error}");
    }
}

#[test]
fn texts_of_an_older_edition_are_found_under_the_newer_codes() {
    let folder = tempfile::tempdir().unwrap();
    let laws: String =
        LAWS.lines().filter(|line| !line.starts_with("851712")).map(|line| format!("{line}\n")).collect();
    let file = |name: &str, content: &str| vec![written(folder.path(), name, content)];
    let files = |correlations| Files {
        nomenclatures: file("laws.csv", &laws),
        instances: file("old.csv", "code,text\n851712,zorblatt handset\n"),
        correlations,
        ..Files::default()
    };
    let out = folder.path().join("hs.index");
    let done = import(&files(Vec::new()), &out, PARAMS).unwrap();
    assert_eq!((done.instances, done.left_out, done.carried_over), (0, 1, 0));
    let editions = file("editions.csv", "from,to\n851712,851713\n851712,851714\n");
    let done = import(&files(editions), &out, PARAMS).unwrap();
    assert_eq!((done.instances, done.left_out, done.carried_over), (2, 0, 1));
    let answer = open(&out).unwrap().search("zorblatt", None).unwrap();
    let mut first: Vec<String> = answer.ranked.iter().take(2).map(|ranked| ranked.code.to_string()).collect();
    first.sort();
    assert_eq!(first, ["851713", "851714"]);
}

#[test]
fn a_code_is_explained_with_all_that_is_known_of_it() {
    let (_folder, path) = index();
    let path = path.to_str().unwrap();
    let explain = |rest: &[&str]| json(&[&["hs", "explain", "--index", path, "--as-of", "2026-01-01"], rest].concat());
    let view = explain(&["6109.10"]);
    assert_eq!(all(&view["path"], "code"), ["XI", "61", "6109", "610910"]);
    assert_eq!(view["path"][2]["text"], "T-shirts and vests");
    assert_eq!(all(&view["notes"], "text"), ["All textiles.", "Knitted goods only."]);
    assert_eq!(all(&view["siblings"], "code"), ["610990"]);
    assert_eq!(all(&view["lines"], "code"), ["61091000", "6109100010"], "one line ended in 2019");
    assert_eq!((all(&view["texts"], "text").len(), &view["texts_known"]), (5, &Value::from(5)));
    let french = explain(&["--lang", "fr", "610910"]);
    assert_eq!(french["path"][3]["text"], "T-shirts de coton");
    assert_eq!(all(&french["notes"], "text"), ["All textiles.", "Seulement tricot."]);
    assert_eq!(all(&french["lines"], "text"), ["T-shirts de coton"]);
    let heading = explain(&["6109"]);
    assert_eq!(
        (all(&heading["below"], "code"), all(&heading["siblings"], "code")),
        (vec!["610910", "610990"], vec!["6110"])
    );
    let national = explain(&["6109100010"]);
    assert_eq!(
        (all(&national["lines"], "text"), &national["national_known"]),
        (vec!["printed ones"], &Value::from(true))
    );
    assert_eq!(explain(&["8517130000"])["national_known"], true, "zeros fill a code up");
    assert_eq!(explain(&["6109100099"])["national_known"], false);
    let ended = explain(&["6109100020"]);
    assert_eq!(
        (&ended["national_known"], &ended["national_other_days"][0]["to"]),
        (&false.into(), &"2019-12-31".into())
    );
    let (_, text, _) = tidewaiter(&["hs", "explain", "--index", path, "6109100020"]);
    assert!(text.contains("line 6109100020 is in force from \u{2026} to 2019-12-31"), "{text}");
    let phone = explain(&["851713"]);
    assert_eq!((&phone["older"][0], &phone["valid"][0]["from"]), (&Value::from("851712"), &Value::from("2022-01-01")));
    let (code, text, _) = tidewaiter(&["hs", "explain", "--index", path, "610910"]);
    assert!(code == Some(0) && text.contains("Knitted goods only.") && text.contains("printed ones"), "{text}");
    assert!(!text.contains('\u{7}'), "what steers a terminal is not printed");
}

#[test]
fn the_tree_is_walked_from_sections_down() {
    let (_folder, path) = index();
    let path = path.to_str().unwrap();
    let below_on = |day: &str, rest: &[&str]| {
        let view = json(&[&["hs", "browse", "--index", path, "--as-of", day], rest].concat());
        all(&view["below"], "code").iter().map(|code| (*code).to_owned()).collect::<Vec<_>>()
    };
    let below = |rest: &[&str]| below_on("2026-01-01", rest);
    assert_eq!(below(&[]), ["XI", "XVI"]);
    assert_eq!(below(&["XI"]), ["61"]);
    assert_eq!(below(&["61"]), ["6109", "6110"]);
    assert_eq!(below(&["8517"]), ["851713", "851714", "851718"], "those of the day");
    assert_eq!(below_on("2021-01-01", &["8517"]), ["851712", "851718"]);
    assert!(below(&["610910"]).is_empty());
    let (code, text, _) = tidewaiter(&["hs", "browse", "--index", path]);
    assert!(code == Some(0) && text.contains("Textiles and textile goods [3]"), "{text}");
    let (code, _, error) = tidewaiter(&["hs", "browse", "--index", path, "97"]);
    assert!(code == Some(2) && error.contains("no 97"), "{error}");
}
