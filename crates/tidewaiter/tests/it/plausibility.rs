//! Descriptions judge declared codes: the small index, its figures, what is asked back, and what reaches scores and reasons.

use crate::demo::shared;
use crate::hs::{tidewaiter, written};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The index that is made without any nomenclature.
fn starter(folder: &Path) -> PathBuf {
    let index = folder.join("hs.index");
    let (code, out, error) = tidewaiter(&["hs", "import", "--out", index.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{error}");
    assert!(out.contains("hs install"), "{out}");
    index
}

fn json(arguments: &[&str]) -> Value {
    let (code, out, error) = tidewaiter(&[arguments, &["--json"]].concat());
    assert_eq!(code, Some(0), "{error}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn without_a_nomenclature_a_small_index_finds_asks_and_tells_right_codes_from_near_ones() {
    let folder = tempfile::tempdir().unwrap();
    let index = starter(folder.path());
    let index = index.to_str().unwrap();
    let found = json(&["hs", "search", "--index", index, "frozen chicken leg quarters"]);
    assert_eq!(found["codes"][0]["code"], "020714");
    let vague = json(&["hs", "search", "--index", index, "spare parts"]);
    assert_eq!((&vague["outcome"], &vague["question"]["topic"]), (&"ask".into(), &"anything".into()));
    let typed = json(&["hs", "search", "--index", index, "frozne chiken qarters"]);
    let first = typed["codes"].as_array().unwrap().iter().take(3).any(|one| one["code"] == "020714");
    assert!(first, "words with a letter wrong are read: {typed}");
    let known = "text,hs6\nfrozen chicken quarters,020714\nsmoked bacon,021019\nriding horses,010129\nday old chicks,010511\n\
        chilled beef,020130\nfrozen lamb shoulder,020442\n";
    let known = written(folder.path(), "known.csv", known);
    let judged = &json(&["hs", "evaluate", "--index", index, "--data", known.to_str().unwrap()])["declared_codes"];
    assert!(judged["auc"].as_f64().unwrap() > 0.8, "{judged}");
}

#[test]
fn figures_of_a_code_show_nobody_unless_asked_inside() {
    let folder = shared().1.folder.dir();
    let index = folder.join("world/hs.index");
    let (schema, past) = (folder.join("world/schema.toml"), folder.join("past.csv"));
    let [index, schema, past] = [&index, &schema, &past].map(|path| path.to_str().unwrap());
    let explain = |code: &str, further: &[&str]| {
        let asked = ["hs", "explain", "--index", index, "--schema", schema, "--data", past, "--json", code];
        tidewaiter(&[&asked[..], further].concat())
    };
    let (mut told, mut withheld, mut refused) = (0, 0, 0);
    for code in ["610910", "020714", "010121", "851713", "220300", "870323", "930200"] {
        let (status, out, error) = explain(code, &[]);
        if status != Some(0) {
            assert!(error.contains("--inside") || error.contains("930200"), "{error}");
            refused += 1;
            continue;
        }
        let outside: Value = serde_json::from_str::<Value>(&out).unwrap()["statistics"].take();
        assert!(outside["importers"].as_u64().unwrap() >= 5);
        let origins = outside["origins"].as_array().unwrap();
        assert!(origins.iter().all(|origin| origin["importers"].as_u64().unwrap() >= 5), "{outside}");
        let inside: Value =
            serde_json::from_str::<Value>(&explain(code, &["--inside"]).1).unwrap()["statistics"].take();
        assert_eq!(inside["origins_withheld"], 0);
        assert!(inside["origins"].as_array().unwrap().len() >= origins.len());
        told += 1;
        withheld += outside["origins_withheld"].as_u64().unwrap();
    }
    assert!(told > 0 && withheld > 0 && refused > 0, "{told} {withheld} {refused}");
}

#[test]
fn a_model_of_judged_descriptions_is_not_used_without_the_index() {
    let demo = &shared().1;
    let folder = demo.folder.dir();
    let schema = std::fs::read_to_string(folder.join("world/schema.toml")).unwrap();
    let (without, _) = schema.split_once("\n[descriptions]").unwrap();
    let other = tempfile::tempdir().unwrap();
    let without = written(other.path(), "schema.toml", without);
    let model = folder.join(&demo.models[demo.chosen].0);
    let out = other.path().join("scores.csv");
    let score = |schema: &Path| {
        let paths = [schema, &model, &folder.join("today.csv"), &out].map(|path| path.to_str().unwrap().to_owned());
        let [schema, model, today, out] = paths;
        tidewaiter(&["score", "--schema", &schema, "--model", &model, "--data", &today, "--out", &out])
    };
    let refused = score(&without);
    assert!(refused.0 != Some(0) && refused.2.contains("hs_index"), "{}", refused.2);
    assert_eq!(score(&folder.join("world/schema.toml")).0, Some(0));
}

#[test]
fn declarations_of_a_demo_are_judged() {
    let (_, demo) = shared();
    let verdicts = || demo.today.iter().flat_map(|explained| explained.record.plausibility.iter().flatten());
    assert!(verdicts().any(|verdict| verdict.better.is_some()) && verdicts().any(|verdict| verdict.better.is_none()));
}
