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
        .map(|number| format!("D{number},1,1,2021-03-01,I{number},610910,CN,5,NAR,10,12,99.5,1,{},\n", number % 2))
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
        for kind in ["profile", "logistic", "gbdt", "gbdt+lr", "blend"] {
            assert!(text.contains(kind), "{path:?} does not name {kind}");
        }
    }
}
