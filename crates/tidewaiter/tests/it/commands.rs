//! What holds for every command: closed pipes, files left behind, help, errors.

use crate::intake::{SCHEMA, csv};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn tidewaiter(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    command.args(arguments).current_dir(folder);
    command
}

/// A folder with a schema and a few declarations.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("schema.toml"), SCHEMA).unwrap();
    let rows: String = (0..50)
        .map(|number| {
            let (month, found) = (1 + number / 10, number % 2);
            format!("D{number},1,1,2021-{month:02}-01,I{number},610910,CN,5,NAR,10,12,99.5,1,{found},\n")
        })
        .collect();
    std::fs::write(folder.path().join("data.csv"), csv(&rows)).unwrap();
    folder
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = folder();
    let validate = ["validate", "--schema", "schema.toml", "--data", "data.csv", "--today", "2021-12-31"];
    for arguments in [
        &validate[..],
        &[&validate[..], &["--json"]].concat(),
        &["schema", "show", "schema.toml"],
        &["schema", "guess", "data.csv"],
    ] {
        let mut child = tidewaiter(folder.path(), arguments);
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let Output { status, stderr, .. } = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&stderr);
        assert!(matches!(status.code(), Some(0 | 1)) && !said.contains("error"), "{arguments:?}: {status} {said}");
    }
}

fn help(path: &[String]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    let output = command.args(path).arg("--help").output().unwrap();
    assert!(output.status.success(), "{path:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// All commands below a command, at every depth, each with its help.
fn commands_below(path: &[String]) -> Vec<(Vec<String>, String)> {
    let text = help(path);
    let listed = text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // Descriptions that go on are indented further.
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let below = names.flat_map(|name| commands_below(&[path, &[name.to_owned()]].concat())).collect::<Vec<_>>();
    [vec![(path.to_vec(), text.clone())], below].concat()
}

#[test]
fn each_help_has_an_example() {
    let commands = commands_below(&[]);
    let names: Vec<String> = commands.iter().map(|(path, _)| path.join(" ")).collect();
    for name in ["demo", "schema guess", "schema show", "select commit", "select verify", "history update", "validate"]
    {
        assert!(names.iter().any(|known| known == name), "{name} is not among {names:?}");
    }
    for (path, text) in commands.iter().filter(|(path, _)| !path.is_empty()) {
        let name = path.join(" ");
        let example = text.split_once("Example").map(|(_, rest)| rest).unwrap_or_default();
        assert!(example.contains(&format!("tidewaiter {name}")), "`tidewaiter {name} --help` has no example:\n{text}");
    }
}

#[test]
fn each_list_of_kinds_of_models_is_complete() {
    for (path, text) in commands_below(&[]).iter().filter(|(_, text)| text.contains("logistic")) {
        for kind in ["profile", "logistic", "gbdt", "gbdt+lr", "date", "blend"] {
            assert!(text.contains(kind), "{path:?} does not name {kind}");
        }
    }
}

#[test]
fn summaries_of_scoring_and_of_history_are_json_on_request() {
    let folder = folder();
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = tidewaiter(folder.path(), arguments).args(["--today", "2021-12-31"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let files = ["--schema", "schema.toml", "--data", "data.csv", "--json"];
    let update = json(&[&["history", "update", "--state", "state"], &files[..]].concat());
    let expected = serde_json::json!({
        "state": "state", "declarations_added": 50, "declarations_read": 50, "rejected": 0, "declarations": 50,
        "last_day": "2021-05-01",
    });
    assert_eq!(update, expected);
    let train = json(&[&["train", "--model", "profile", "--out", "m.tw"], &files[..]].concat());
    let mut score = json(&[&["score", "--model", "m.tw", "--out", "scores.csv"], &files[..]].concat());
    assert!(score["rows_per_s"].take().as_f64().unwrap() > 0.0);
    let expected = serde_json::json!({
        "out": "scores.csv", "model_id": train["model_id"], "items": 50, "declarations": 50, "rejected": 0,
        "first_day": "2021-01-01", "last_day": "2021-05-01", "rows_per_s": null,
    });
    assert_eq!(score, expected);
}

#[test]
fn a_failed_run_leaves_no_part_of_a_file() {
    let folder = folder();
    let names = || {
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let files = ["--schema", "schema.toml", "--today", "2021-12-31"];
    let train = ["train", "--model", "profile", "--out", "m.tw", "--data", "data.csv"];
    assert!(tidewaiter(folder.path(), &[&train[..], &files].concat()).output().unwrap().status.success());
    let before = names();
    let score = ["score", "--model", "m.tw", "--out", "scores.csv", "--data", "absent.csv"];
    let output = tidewaiter(folder.path(), &[&score[..], &files].concat()).output().unwrap();
    assert_eq!((output.status.code(), names()), (Some(2), before));
}

#[test]
fn an_error_is_said_once() {
    let folder = folder();
    std::fs::write(folder.path().join("policy.toml"), "[random]\nshare = 0\n").unwrap();
    let file = |name: &str| folder.path().join(name);
    std::fs::write(file("secret"), "0123456789abcdef0123456789abcdef").unwrap();
    std::fs::write(file("scores.csv"), "id\n").unwrap();
    let select = ["--data", "data.csv", "--scores", "scores.csv", "--seed-secret-file", "secret", "--out", "out.csv"];
    let select = [&["select", "--schema", "schema.toml", "--model", "data.csv"], &select[..]].concat();
    for (arguments, words) in [
        ([&select[..], &["--policy", "policy.toml"]].concat(), "the random floor can't be zero"),
        ([&select[..], &["--policy", "absent.toml"]].concat(), "No such file"),
        (vec!["validate", "--schema", "schema.toml", "--data", "absent.csv"], "No such file"),
        (vec!["validate", "--schema", "absent.toml", "--data", "data.csv"], "No such file"),
    ] {
        let output = tidewaiter(folder.path(), &arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(said.matches(words).count(), 1, "{said}");
    }
}
