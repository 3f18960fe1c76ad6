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
