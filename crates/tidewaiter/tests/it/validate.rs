//! `tidewaiter validate` and `tidewaiter schema`, as they are run.

use crate::intake::{HEADER, SCHEMA, csv};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn tidewaiter(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    command.args(arguments);
    command
}

/// A folder with `schema.toml` and `data.csv`, in which commands run so that no path of this machine is printed.
fn folder(rows: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("schema.toml"), SCHEMA).unwrap();
    std::fs::write(folder.path().join("data.csv"), csv(rows)).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let start = ["validate", "--schema", "schema.toml", "--data", "data.csv", "--today", "2021-12-31"];
    let Output { status, stdout, .. } = tidewaiter(&start).args(arguments).current_dir(folder).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap())
}

const DIRTY: &str = "D1,1,1,2021-03-01,I1,10121,CN,5,NAR,10,12,99.5,1,1,
                     D2,1,1,2021-03-01,I1,610910,QQ,5,NAR,-10,12,99.5,1,0,
                     D3,1,1,soon,I1,610910,CN,5,NAR,10,12,99.5,0,,
                     D1,1,1,2021-03-01,I1,10121,CN,5,NAR,10,12,99.5,1,1,
                     D4,1,1,2021-02-01,I1,610910,CN,5,NAR,10,12,99.5,0,0,";

#[test]
fn dirty_data_are_told_by_kind_with_examples() {
    let folder = folder(DIRTY);
    let (code, text) = run(folder.path(), &[]);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(text, @r#"
    5 rows: 3 items in 3 declarations, 2 rows refused
    lodged from 2021-02-01 to 2021-03-01; not in order of their dates, sorted while reading
    2 items inspected, 1 with a finding
    2 results have no finding date: taken as known 14 days after lodgement

    note                        role                      rows  examples
    code_repaired               hs_code                      1  line 2 "10121"
    country_unknown             origin                       1  line 3 "QQ"
    negative                    net_mass                     1  line 3 "-10"
    duplicate                   declaration_id               1  line 5 "D1"

    refused rows
            1  date: the date fits none of the schema's date_formats; add the file's format or correct the row
               line 4 "soon"
            1  id: another row is the same item of the same declaration and version; the first stands
               line 5 "D1"

    usable, with notes to look at
    "#);
}

#[test]
fn notes_and_rejects_as_json() {
    let folder = folder(
        "D1,1,1,2021-03-01,I1,10121,CN,5,NAR,10,12,99.5,1,1,
         D3,1,1,soon,I1,610910,CN,5,NAR,10,12,99.5,0,,",
    );
    let (code, text) = run(folder.path(), &["--json"]);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(text, @r#"
    {
      "verdict": "notes",
      "schema": "schema.toml",
      "files": [
        "data.csv"
      ],
      "rows": 2,
      "items": 1,
      "declarations": 1,
      "rejected": 1,
      "inspected": 1,
      "findings": 1,
      "known_on_assumed": 1,
      "known_after_days": 14,
      "strays": 0,
      "sorted": false,
      "first_day": "2021-03-01",
      "last_day": "2021-03-01",
      "notes": [
        {
          "kind": "code_repaired",
          "role": "hs_code",
          "count": 1,
          "examples": [
            {
              "file": "data.csv",
              "line": 2,
              "value": "10121"
            }
          ]
        }
      ],
      "rejects": [
        {
          "column": "date",
          "reason": "the date fits none of the schema's date_formats; add the file's format or correct the row",
          "count": 1,
          "examples": [
            {
              "file": "data.csv",
              "line": 3,
              "value": "soon"
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn exit_codes_and_the_rejects_file() {
    let clean = "D1,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5,1,1,2021-03-09";
    let refused = "D1,1,1,soon,I1,610910,CN,5,NAR,10,12,99.5,1,1,2021-03-09";
    for (rows, arguments, expected) in [
        (clean, &[][..], 0),
        (clean, &["--strict"], 0),
        (DIRTY, &[], 1),
        (DIRTY, &["--strict"], 2),
        (refused, &[], 2),
        ("", &[], 2),
        (clean, &["--declared-only"], 0),
        (clean, &["--data", "absent.csv"], 2),
    ] {
        let folder = folder(rows);
        assert_eq!(run(folder.path(), arguments).0, Some(expected), "{rows} {arguments:?}");
    }
    let folder = folder(DIRTY);
    run(folder.path(), &["--rejects", "rejects.csv"]);
    let rejects = std::fs::read_to_string(folder.path().join("rejects.csv")).unwrap();
    let places: Vec<&str> = rejects.lines().map(|line| line.rsplit_once(',').unwrap().0).collect();
    assert_eq!(places, ["line,column,value", "4,date,soon", "5,id,D1"]);
}

#[test]
fn help_says_what_the_exit_codes_mean() {
    let output = tidewaiter(&["validate", "--help"]).env("COLUMNS", "110").output().unwrap();
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @r#"
    Read files as training and scoring would, and say what is odd in them.

    Exit code 0: clean. 1: usable, with notes or refused rows to look at. 2: unusable, that is, a file that can't
    be read, a schema that does not fit, not one usable row, or, with --strict, any note at all.

    Usage: tidewaiter validate [OPTIONS] --schema <FILE> --data <FILE>...

    Options:
          --schema <FILE>
              Schema that maps the columns to roles

          --data <FILE>...
              Files to read, CSV (also gzip or Zstandard) or Parquet

          --rejects <FILE>
              Write refused rows here, as line,column,value,reason

          --declared-only
              Read only what was declared, as scoring does: columns of findings may be missing

          --strict
              Take notes as errors: exit code 2 instead of 1

          --json
              Print JSON

          --today <YYYY-MM-DD>
              Read the files as if today were this day; later dates are noted as lying in the future

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      What is odd in a file, with the refused rows in a file of their own:
        tidewaiter validate --schema schemas/kcs.toml --data train.csv --rejects refused.csv

      A day's declarations before scoring, results not read:
        tidewaiter validate --schema schemas/kcs.toml --data today.csv --declared-only --json
    "#);
}

#[test]
fn errors_name_the_mistake_and_its_cause() {
    let folder = folder("");
    std::fs::write(folder.path().join("schema.toml"), SCHEMA.replace("importer =", "importr =")).unwrap();
    let start = ["validate", "--schema", "schema.toml", "--data", "data.csv"];
    let output = tidewaiter(&start).current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message, "error: schema.toml: [roles] has no key `importr`; did you mean `importer`?\n");
}

#[test]
fn a_proposed_schema_can_be_shown() {
    let folder = folder("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5,1,1,2021-03-09");
    let command = |arguments: &[&str]| tidewaiter(arguments).current_dir(folder.path()).output().unwrap();
    let output = command(&["schema", "guess", "data.csv", "--out", "guess.toml"]);
    assert!(matches!(output.status.code(), Some(0 | 1)));
    let output = command(&["schema", "show", "guess.toml"]);
    assert_eq!(output.status.code(), Some(0));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("declaration_id         id\n") && shown.contains("roles without a source:"), "{shown}");
}

/// What a process has used at most, as the kernel counts it.
fn peak_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[test]
fn memory_does_not_grow_with_the_file() {
    const ROWS: u32 = 800_000;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("schema.toml"), SCHEMA).unwrap();
    let mut data = std::io::BufWriter::new(std::fs::File::create(folder.path().join("data.csv")).unwrap());
    writeln!(data, "{HEADER}").unwrap();
    for n in 0..ROWS {
        // Days run backwards, so that everything has to be sorted on disk.
        let (month, day) = (12 - n * 12 / ROWS, n % 28 + 1);
        writeln!(data, "DECL{n},1,1,2021-{month:02}-{day:02},IMPORTER{},610910,CN,{n},NAR,10,12,99.5,1,0,", n % 9_000)
            .unwrap();
    }
    data.into_inner().unwrap();
    let start = ["validate", "--schema", "schema.toml", "--data", "data.csv", "--today", "2021-12-31", "--json"];
    let mut child = tidewaiter(&start).current_dir(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak_kib(child.id()).unwrap_or(0).max(peak);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((json["items"].as_u64(), json["sorted"].as_bool()), (Some(u64::from(ROWS)), Some(true)));
    assert!(peak < 220 << 10, "{peak} KiB at most were in use");
}
