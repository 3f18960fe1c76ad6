//! The demo end to end, on a small world.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use tidewaiter::flow::demo::{Demo, DemoError, Request, demo};
use tidewaiter::view::evaluation::Run;

const RUN: Run = Run { wall_s: 0.0, cpu_s: None, peak_mb: None, rows_per_s: 0.0, threads: 1 };

fn request(dir: &Path, threads: usize) -> Request {
    Request { dir: dir.to_owned(), seed: 7, declarations: 3000, force: false, language: "en".to_owned(), threads }
}

fn run(dir: &Path, threads: usize) -> Result<Demo, DemoError> {
    demo(&request(dir, threads), |_| RUN, |_, _| ())
}

/// A demo that all tests share, in a folder that stays as long as they run.
pub(crate) fn shared() -> &'static (tempfile::TempDir, Demo) {
    static SHARED: OnceLock<(tempfile::TempDir, Demo)> = OnceLock::new();
    SHARED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let demo = run(&folder.path().join("demo"), 2).unwrap();
        (folder, demo)
    })
}

/// Runs a command in the folder of the shared demo.
pub(crate) fn tidewaiter(arguments: &str) -> (Option<i32>, String, String) {
    let (_, demo) = shared();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    let output = command.args(arguments.split_whitespace()).current_dir(demo.folder.dir()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn file(demo: &Demo, name: &str) -> Vec<u8> {
    std::fs::read(demo.folder.path(name)).unwrap()
}

#[test]
fn every_file_is_there_and_nothing_beside_them() {
    let (folder, demo) = shared();
    let names = |path: &Path| -> BTreeSet<String> {
        std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names(folder.path()), BTreeSet::from(["demo".to_owned()]));
    let expected = [
        "blend.tw",
        "demo.json",
        "evaluation.json",
        "gbdt.tw",
        "logistic.tw",
        "past.csv",
        "pilot",
        "policy.toml",
        "profile.tw",
        "quarter.csv",
        "report.html",
        "scores.csv",
        "secret",
        "selection.csv",
        "today.csv",
        "world",
    ];
    assert!(expected.iter().all(|name| names(demo.folder.dir()).contains(*name)));
    assert!(names(demo.folder.dir()).iter().all(|name| expected.contains(&&**name) || name.ends_with(".tw")));
    let rows = |name| csv::Reader::from_reader(&file(demo, name)[..]).records().count();
    assert_eq!(rows("selection.csv"), demo.today.len());
    assert_eq!(demo.verified_rows, demo.today.len());
    assert_eq!(rows("past.csv") + rows("quarter.csv") + rows("today.csv"), rows("world/declarations.csv"));
}

#[test]
fn the_last_day_is_scored_without_any_column_of_results() {
    let (_, demo) = shared();
    let header = String::from_utf8(file(demo, "today.csv")).unwrap().lines().next().unwrap().to_owned();
    assert!(header.contains("declaration_no") && header.contains("mandatory_basis"));
    for column in ["lane", "inspected", "finding", "examiner", "extra_revenue", "selected_by"] {
        assert!(!header.split(',').any(|name| name == column), "{column}");
    }
}

#[test]
fn commands_of_the_report_give_the_same_files() {
    let (_, demo) = shared();
    let model = demo.models[demo.chosen].0.display();
    let schema = "--schema world/schema.toml";
    let drawn = format!("{schema} --data today.csv --scores scores.csv --policy policy.toml --seed-secret-file secret");
    let (code, text, _) = tidewaiter(&format!("select verify {drawn} --selection selection.csv"));
    assert!(code == Some(0) && text.starts_with("verified: "), "{text}");
    let again = tempfile::tempdir().unwrap();
    let scores = again.path().join("scores.csv");
    let (code, _, error) = tidewaiter(&format!(
        "score {schema} --model {model} --history past.csv quarter.csv --data today.csv --out {}",
        scores.display()
    ));
    assert_eq!((code, std::fs::read(scores).unwrap()), (Some(0), file(demo, "scores.csv")), "{error}");
    let trained = again.path().join("again.tw");
    let kind = demo.model().card().kind.name();
    let (code, ..) =
        tidewaiter(&format!("train {schema} --data past.csv --model {kind} --seed 7 --out {}", trained.display()));
    assert_eq!((code, std::fs::read(trained).unwrap()), (Some(0), file(demo, &model.to_string())));
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let (_, first) = shared();
    let folder = tempfile::tempdir().unwrap();
    let second = run(folder.path(), 1).unwrap();
    for name in ["scores.csv", "selection.csv", "report.html", "blend.tw"] {
        assert_eq!(file(first, name), file(&second, name), "{name}");
    }
}

#[test]
fn the_model_is_chosen_by_training_data_alone() {
    let (_, demo) = shared();
    let quality = |place: usize| demo.models[place].1.card().validation.map_or(0.0, |(_, precision)| precision);
    assert!((0..demo.models.len()).all(|place| quality(place) <= quality(demo.chosen)));
    assert!(demo.models.iter().all(|(_, model)| model.card().as_of < demo.days.quarter));
}

#[test]
fn a_folder_with_other_things_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("letters.txt"), "mine").unwrap();
    let refused = run(folder.path(), 1).unwrap_err().to_string();
    assert!(refused.contains("--force"), "{refused}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
