//! Tidiness that no compiler checks: arrows between crates, budgets of dependencies, licences, ambient inputs below the
//! binary, lengths of files, words that never reach people, links in documents. Limits are ratchets: they are raised only
//! with a decision record.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// For each crate: the crates of the workspace it may use, and how many other dependencies it may have.
const ARROWS: &[(&str, &[&str], usize)] = &[
    ("domain", &[], 4),
    ("learn", &[], 6),
    ("hsearch", &["domain", "learn"], 7),
    ("risk", &["domain", "learn"], 5),
    ("world", &["domain"], 4),
    ("tidewaiter", &["domain", "hsearch", "learn", "risk", "world"], 26),
];

/// Licences that dependencies may have; each is permissive.
const LICENCES: &[&str] = &[
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "0BSD",
];

/// What reads the clock, the environment, files, the network or chance; the binary alone may.
const AMBIENT: &[&str] = &[
    "SystemTime",
    "Instant::now",
    "Zoned::now",
    "std::env",
    "std::fs",
    "std::net",
    "thread_rng",
    "RandomState",
    "available_parallelism",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files that git tracks with one of these endings, as paths below the root.
fn tracked(endings: &[&str]) -> Vec<PathBuf> {
    let output = Command::new("git").args(["ls-files"]).current_dir(root()).output().unwrap();
    let listing = String::from_utf8(output.stdout).unwrap();
    let files = listing.lines().filter(|path| endings.iter().any(|ending| path.ends_with(ending)));
    files.map(PathBuf::from).filter(|path| root().join(path).exists()).collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn dependencies(name: &str) -> BTreeSet<String> {
    let manifest: toml::Table = text(&Path::new("crates").join(name).join("Cargo.toml")).parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().cloned().collect()
}

#[test]
fn arrows_point_down_and_dependencies_stay_few() {
    let names: BTreeSet<String> = ARROWS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let folders = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(folders.map(|name| name.into_string().unwrap()).collect::<BTreeSet<_>>(), names);
    for (name, allowed, budget) in ARROWS {
        let (ours, others): (BTreeSet<_>, BTreeSet<_>) =
            dependencies(name).into_iter().partition(|dependency| names.contains(dependency));
        let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        assert!(ours.is_subset(&allowed), "{name} uses {ours:?}, allowed are {allowed:?}");
        assert!(
            others.len() <= *budget,
            "{name} has {} dependencies, the budget is {budget}: {others:?}",
            others.len()
        );
    }
}

#[test]
fn dependencies_are_permissive_and_come_from_the_registry() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50, "cargo metadata lists the whole graph");
    for package in packages {
        let name = &package["name"];
        let licence = package["license"].as_str().unwrap_or_default().replace('/', " OR ");
        let permissive = licence
            .split(" AND ")
            .all(|part| part.split(" OR ").any(|one| LICENCES.contains(&one.trim_matches(['(', ')', ' ']))));
        assert!(permissive, "{name} has the licence {licence:?}");
        if let Some(source) = package["source"].as_str() {
            assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{name}");
        }
    }
}

#[test]
fn nothing_ambient_is_read_below_the_binary() {
    let below = |path: &PathBuf| {
        ["crates/domain/src", "crates/hsearch/src", "crates/learn/src", "crates/risk/src", "crates/world/src"]
            .iter()
            .any(|folder| path.starts_with(folder))
    };
    for path in tracked(&[".rs"]).into_iter().filter(below) {
        let code = text(&path);
        let product = code.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in product.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for word in AMBIENT {
                assert!(!line.contains(word), "{}:{}: {word}", path.display(), number + 1);
            }
        }
    }
}

/// `println!` panics where the reader of a pipe has gone away; `cli::console` has what does not.
#[test]
fn nothing_prints_past_the_console() {
    for path in tracked(&[".rs"]).into_iter().filter(|path| path.starts_with("crates/tidewaiter/src")) {
        let code = text(&path);
        for word in ["println!", "print!("] {
            assert!(!code.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn files_are_short_and_tests_are_not_ignored() {
    let mut longest: BTreeMap<usize, PathBuf> = BTreeMap::new();
    for path in tracked(&[".rs"]) {
        let code = text(&path);
        let lines = code.lines().count();
        assert!(lines <= 900, "{} has {lines} lines", path.display());
        longest.insert(lines, path.clone());
        let ignored = ["#[", "ignore"].concat();
        assert!(!code.contains(&ignored), "{}: a test is ignored", path.display());
    }
    let over: Vec<_> = longest.range(501..).collect();
    assert!(over.len() <= 3, "more than three files have over 500 lines: {over:?}");
}

#[test]
fn words_that_accuse_never_reach_people() {
    let banned = [["illi", "cit"].concat(), ["fraud", "ster"].concat()];
    let shown = |path: &PathBuf| {
        path.starts_with("crates/tidewaiter/locales")
            || path.starts_with("crates/tidewaiter/templates")
            || path.starts_with("crates/tidewaiter/src/report")
            || path.starts_with("crates/tidewaiter/src/view")
            || path.starts_with("crates/tidewaiter/src/cli")
            || path.starts_with("crates/risk/src")
    };
    for path in tracked(&[".rs", ".ftl", ".html"]).into_iter().filter(shown) {
        let code = text(&path).to_lowercase();
        assert!(banned.iter().all(|word| !code.contains(word)), "{} accuses", path.display());
    }
}

#[test]
fn documents_are_short_and_their_links_lead_somewhere() {
    assert!(text(Path::new("README.md")).lines().count() < 100, "README.md has 100 lines or more");
    for path in tracked(&[".md"]) {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let content = text(&path);
        for target in content.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            let elsewhere = file.is_empty() || file.contains("://") || file.contains(' ');
            assert!(elsewhere || root().join(&folder).join(file).exists(), "{}: {target}", path.display());
        }
    }
}

#[test]
fn every_decision_says_when_it_was_made() {
    for path in tracked(&[".md"]).into_iter().filter(|path| path.starts_with("docs/decisions")) {
        let content = text(&path);
        assert!(content.contains("20") && content.to_lowercase().contains("date"), "{} has no date", path.display());
    }
}
