//! `tidewaiter assess`: the frozen form of its JSON, its text, its page, simulated worlds with honest and broken draws.

use crate::data::{data_folder, shipped_schema};
use crate::intake::{SCHEMA, csv};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    command.args(arguments).current_dir(folder).output().unwrap()
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = run(folder, arguments);
    assert_eq!(status.code(), Some(0), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(folder, arguments)).unwrap()
}

const ROWS: &str = "D1,1,1,2021-01-04,I1,610910,CN,5,NAR,10,12,99.5,1,1,2021-01-09
                    D2,1,1,2021-01-05,I2,610910,VN,5,NAR,8,9,80,1,0,2021-01-06
                    D2,2,1,2021-01-05,I2,640399,VN,2,NAR,3,4,20,0,,
                    D3,1,1,2021-02-01,I1,640399,CN,5,NAR,10,9,70,1,0,
                    D4,1,1,2021-02-02,,10121,QQ,5,NAR,-10,12,99.5,0,0,
                    D5,1,1,2021-02-03,I3,850440,CN,1,NAR,2,3,15,1,1,2021-03-01
                    D6,1,1,2021-03-04,I1,610910,CN,5,NAR,10,12,99.5,1,1,2021-03-09
                    D7,1,1,soon,I1,610910,CN,5,NAR,10,12,99.5,0,,";

fn small() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("schema.toml"), SCHEMA).unwrap();
    std::fs::write(folder.path().join("data.csv"), csv(ROWS)).unwrap();
    folder
}

const SMALL: [&str; 7] = ["assess", "--schema", "schema.toml", "--data", "data.csv", "--today", "2021-12-31"];

#[test]
fn the_json_is_frozen() {
    let folder = small();
    insta::assert_snapshot!(printed(folder.path(), &[&SMALL[..], &["--json"]].concat()));
}

#[test]
fn the_text_is_for_people() {
    let folder = small();
    let text = printed(folder.path(), &SMALL);
    insta::assert_snapshot!(text);
    for missing in ["assess-", "{$", "{ $", "control-", "quality-"] {
        assert!(!text.contains(missing), "{missing}");
    }
}

#[test]
fn what_was_not_done_says_so() {
    let folder = small();
    std::fs::write(folder.path().join("empty.csv"), csv("")).unwrap();
    let start = ["assess", "--schema", "schema.toml", "--data"];
    for (file, reason) in [("empty.csv", "not one usable row"), ("absent.csv", "absent.csv")] {
        let output = run(folder.path(), &[&start[..], &[file]].concat());
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.starts_with("error: ") && message.contains(reason), "{message}");
    }
    let output = run(folder.path(), &[&SMALL[..], &["--random-share", "1.5"]].concat());
    assert_eq!(output.status.code(), Some(2));
}

/// A world of `declarations`, and the arguments that assess it.
fn world(seed: u64, declarations: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (seed, declarations) = (seed.to_string(), declarations.to_string());
    printed(folder.path(), &["simulate", "--seed", &seed, "--declarations", &declarations, "--out", "."]);
    folder
}

fn assess_world(folder: &Path, data: &str) -> Value {
    json(folder, &["assess", "--schema", "schema.toml", "--data", data, "--today", "2030-01-01", "--json"])
}

/// Writes `changed.csv`, its rows changed.
fn change(folder: &Path, change: impl Fn(&csv::StringRecord, &mut Vec<String>)) {
    let mut reader = csv::Reader::from_path(folder.join("declarations.csv")).unwrap();
    let head = reader.headers().unwrap().clone();
    let mut writer = csv::Writer::from_path(folder.join("changed.csv")).unwrap();
    writer.write_record(&head).unwrap();
    for record in reader.records() {
        let mut fields: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        change(&head, &mut fields);
        writer.write_record(&fields).unwrap();
    }
    writer.flush().unwrap();
}

fn place(head: &csv::StringRecord, name: &str) -> usize {
    head.iter().position(|field| field == name).unwrap()
}

#[test]
fn a_broken_draw_of_a_simulated_world_is_caught_and_honest_ones_are_not_beyond_the_level() {
    let worlds: Vec<_> = (0..10).map(|seed| world(100 + seed, 12_000)).collect();
    let assignment = |folder: &Path, data: &str| {
        let random = &assess_world(folder, data)["random"];
        assert!(random["drawn"].as_u64() > Some(25), "{random}");
        random["assignment"].as_str().unwrap().to_owned()
    };
    let kept = worlds.iter().filter(|world| assignment(world.path(), "declarations.csv") == "kept").count();
    // Of ten at the level of 5 % three or more are suspected in one case of a hundred.
    assert!(kept >= 8, "{kept} of 10 honest draws are kept");
    let mut caught = 0;
    for world in &worlds {
        // Officers at the busiest office take what was drawn out, and call what they pick drawn.
        change(world.path(), |head, fields| {
            let (office, by) = (place(head, "office"), place(head, "selected_by"));
            if fields[office] == "SEA01" && fields[by] == "random" {
                fields[by] = String::new();
            } else if fields[office] == "SEA02" && fields[by].is_empty() && fields[place(head, "inspected")] == "1" {
                fields[by] = "random".to_owned();
            }
        });
        caught += usize::from(assignment(world.path(), "changed.csv") == "broken");
    }
    assert!(caught >= 9, "{caught} of 10 broken draws are caught");
}

#[test]
fn a_column_made_after_the_inspection_is_found_in_a_simulated_world() {
    let world = world(7, 12_000);
    let before = assess_world(world.path(), "declarations.csv");
    assert_eq!(before["leaks"], Value::Array(Vec::new()));
    change(world.path(), |head, fields| {
        let found = !["", "0"].contains(&&*fields[place(head, "finding")]);
        fields[place(head, "preference")] = if found { "REVIEWED".to_owned() } else { "NONE".to_owned() };
    });
    let after = assess_world(world.path(), "changed.csv");
    assert_eq!(after["leaks"][0]["column"], "preference");
    assert_eq!(after["warnings"][0]["id"], "column_looks_like_a_leak");
    assert_eq!(after["capabilities"][1]["grade"], "not_yet");
}

#[test]
fn kcs_is_told_as_what_it_is() {
    let Some(kcs) = data_folder("kcs", "assess on the Korean data") else { return };
    let (schema, data) = (shipped_schema("kcs.toml"), kcs.join("train.csv"));
    let arguments = ["assess", "--schema", schema.to_str().unwrap(), "--data", data.to_str().unwrap(), "--json"];
    let view = json(&kcs, &arguments);
    assert_eq!((view["data"]["items"].as_u64(), view["data"]["months"].as_u64()), (Some(37_385), Some(12)));
    assert_eq!(view["results"]["all"]["findings"].as_u64(), Some(8_114));
    let warnings: Vec<&str> =
        view["warnings"].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(warnings, ["selection_unknown", "repeats_carry_results"]);
    let grades = view["capabilities"].as_array().unwrap().iter().map(|one| one["grade"].as_str().unwrap());
    let expected = ["usable_with_gaps", "usable_with_gaps", "usable_with_gaps", "ready", "not_yet", "not_yet"];
    assert_eq!(grades.collect::<Vec<_>>(), expected);
}

#[test]
fn the_page_has_its_plots_with_tables_and_no_script() {
    let world = world(7, 6_000);
    let arguments = ["assess", "--schema", "schema.toml", "--data", "declarations.csv", "--today", "2030-01-01"];
    let text = printed(world.path(), &[&arguments[..], &["--out", "told"]].concat());
    assert!(text.contains("assessment.html"), "{text}");
    let page = std::fs::read_to_string(world.path().join("told/assessment.html")).unwrap();
    let written: Value =
        serde_json::from_str(&std::fs::read_to_string(world.path().join("told/assessment.json")).unwrap()).unwrap();
    assert_eq!(written, assess_world(world.path(), "declarations.csv"));
    let figures: Vec<&str> =
        page.split("<figure>").skip(1).map(|part| part.split("</figure>").next().unwrap()).collect();
    assert_eq!((figures.len(), page.matches("<svg ").count()), (5, 5));
    for table in ["Days from lodgement", "Goods items of a declaration", "Tests of the random draw"] {
        assert!(page.contains(table), "{table}");
    }
    for figure in figures {
        for needed in ["<svg ", "role=\"img\"", "<title ", "<desc ", "<details>", "<caption>", "<tbody>"] {
            assert_eq!(figure.matches(needed).count(), 1, "{needed} in {figure}");
        }
        assert!(!figure.contains("NaN") && !figure.contains("inf"), "{figure}");
    }
    crate::report::is_sound(&page);
    let body = &page[page.find("<body>").unwrap()..];
    for missing in [">assess-", ">report-", ">lane-", ">quality-", "control-", "{$", "{ $"] {
        assert!(!body.contains(missing), "{missing}");
    }
}

#[test]
fn hostile_names_stay_texts() {
    let folder = small();
    let hostile = SCHEMA.replace("importer = \"importer\"", "importer = \"importer\"\noffice = \"unit\"");
    std::fs::write(folder.path().join("schema.toml"), hostile).unwrap();
    let rows = ROWS.replace("NAR", "<script>x</script>");
    std::fs::write(folder.path().join("data.csv"), csv(&rows)).unwrap();
    printed(folder.path(), &[&SMALL[..], &["--out", "."]].concat());
    let page = std::fs::read_to_string(folder.path().join("assessment.html")).unwrap();
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"));
    crate::report::is_sound(&page);
}
