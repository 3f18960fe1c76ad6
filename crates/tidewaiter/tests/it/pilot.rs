//! The pilot: stopped and resumed, on a full and on a partial past, its files, its page, its refusals.

use crate::data::{data_folder, shipped_schema};
use domain::Day;
use risk::replay::{PeriodKind, Plan, Rate, Strategy};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;
use tidewaiter::flow::pilot::{Pilot, PilotError, PilotRequest};
use tidewaiter::intake::Schema;

fn tidewaiter(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tidewaiter")).args(arguments).output().unwrap()
}

/// A small world, simulated once.
fn world() -> &'static Path {
    static WORLD: OnceLock<tempfile::TempDir> = OnceLock::new();
    WORLD
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let out = folder.path().to_str().unwrap();
            let output = tidewaiter(&["simulate", "--seed", "5", "--declarations", "4000", "--out", out, "--force"]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            folder
        })
        .path()
}

fn path(name: &str) -> String {
    world().join(name).to_str().unwrap().to_owned()
}

fn pilot(out: &Path, more: &[&str]) -> Output {
    let (schema, data) = (path("schema.toml"), path("declarations.csv"));
    let usual = ["pilot", "--schema", &schema, "--data", &data, "--period", "month", "--out", out.to_str().unwrap()];
    tidewaiter(&[&usual[..], more].concat())
}

fn full(out: &Path, more: &[&str]) -> Output {
    let truth = path("truth.csv");
    let strategies = "lanes,random,profile:0.9+random:0.1,apt(profile+novelty)+random:0.1";
    pilot(out, &[&["--truth", &truth, "--rate", "10%", "--strategies", strategies], more].concat())
}

fn json(out: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap()
}

fn strategy<'a>(report: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    report["strategies"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
}

#[test]
fn a_full_past_tells_what_was_found_of_all_there_was() {
    let folder = tempfile::tempdir().unwrap();
    let output = full(folder.path(), &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = json(folder.path());
    assert_eq!(
        (report["format"].as_str(), report["past"]["outcomes"].as_str()),
        (Some("tidewaiter-pilot 1"), Some("truth"))
    );
    assert_eq!(report["baseline"], "lanes");
    let profile = strategy(&report, "profile:0.9+random:0.1");
    for one in ["precision", "recall", "normalised_found", "found_ratio", "auc", "brier"] {
        assert!(!profile[one].is_null(), "{one}");
    }
    assert!(profile["estimated_found"].is_null(), "a full past needs no estimate");
    let number = |of: &serde_json::Value, key: &str| of[key].as_f64().unwrap();
    assert!(number(profile, "found") > 1.5 * number(strategy(&report, "random"), "found"));
    // The CSV has a line for each period, and its sums are those of the report.
    let mut reader = csv::Reader::from_path(folder.path().join("periods.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let of_profile = rows.iter().filter(|row| &row[0] == "profile:0.9+random:0.1");
    assert_eq!(of_profile.map(|row| row[5].parse::<f64>().unwrap()).sum::<f64>(), number(profile, "found"));
    assert!(!folder.path().join("journal.jsonl").exists(), "a finished pilot leaves no journal");
}

#[test]
fn a_pilot_that_was_stopped_goes_on_and_comes_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, stopped) = (folder.path().join("whole"), folder.path().join("stopped"));
    assert!(full(&whole, &[]).status.success());
    // A journal that breaks off in the middle of a line, as a stopped machine leaves it.
    let truth = path("truth.csv");
    let journal = stopped.join("journal.jsonl");
    let mut child = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    let strategies = "lanes,random,profile:0.9+random:0.1,apt(profile+novelty)+random:0.1";
    let (schema, data) = (path("schema.toml"), path("declarations.csv"));
    child.args(["pilot", "--schema", &schema, "--data", &data, "--truth", &truth, "--period", "month"]);
    child.args(["--rate", "10%", "--strategies", strategies, "--threads", "1", "--out", stopped.to_str().unwrap()]);
    let mut child = child.spawn().unwrap();
    let lines = || fs::read_to_string(&journal).map_or(0, |text| text.lines().count());
    while lines() < 12 && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(lines() >= 12 && !stopped.join("report.json").exists(), "it was stopped on its way");
    let text = fs::read(&journal).unwrap();
    fs::write(&journal, &text[..text.len() - 10]).unwrap();
    let refused = full(&stopped, &[]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--resume") && refused.status.code() == Some(2));
    let other = full(&stopped, &["--resume", "--seed", "9"]);
    assert!(String::from_utf8_lossy(&other.stderr).contains("another past or plan"));
    let resumed = full(&stopped, &["--resume"]);
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
    for name in ["report.json", "periods.csv", "report.html", "policy.toml"] {
        assert_eq!(fs::read(stopped.join(name)).unwrap(), fs::read(whole.join(name)).unwrap(), "{name}");
    }
}

/// A replay within the process, which leaves its journal, under two strategies and two threads.
fn replayed(out: &Path, memory_mb: u64, resume: bool) -> Result<Pilot, PilotError> {
    let world = world();
    let strategies = ["random", "stake"].map(|name| Strategy::parse(name).unwrap());
    let request = PilotRequest {
        schema: &Schema::load(&world.join("schema.toml")).unwrap(),
        data: &[world.join("declarations.csv")],
        truth: Some(&world.join("truth.csv")),
        strategies: &strategies,
        plan: Plan { warm_up: 1, ..Plan::default() },
        rate: Some(Rate::Fixed(0.1)),
        period: PeriodKind::Month,
        out,
        resume,
        today: Day::from_epoch_days(30_000),
        threads: 2,
        memory_mb,
    };
    tidewaiter::flow::pilot::pilot(&request, &|_, _| ())
}

#[test]
fn without_memory_strategies_run_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    replayed(folder.path(), 1, false).unwrap();
    let text = fs::read_to_string(folder.path().join("journal.jsonl")).unwrap();
    let names: Vec<&str> = text
        .lines()
        .skip(1)
        .map(|line| if line.contains("\"random\",\"period\"") { "random" } else { "stake" })
        .collect();
    assert!(names.len() > 10 && names.is_sorted(), "{names:?}");
}

#[test]
fn memory_and_threads_change_no_figure() {
    let files = |memory: &str, threads: &str| {
        let folder = tempfile::tempdir().unwrap();
        let output = full(folder.path(), &["--memory-mb", memory, "--threads", threads]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        ["report.json", "periods.csv", "report.html"].map(|name| fs::read(folder.path().join(name)).unwrap())
    };
    let one = files("1", "1");
    for (memory, threads) in [("1", "3"), ("60", "3"), ("4096", "3")] {
        assert!(files(memory, threads) == one, "{memory} MB, {threads} threads");
    }
}

#[test]
fn a_journal_without_lanes_is_refused_and_one_with_them_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let before = replayed(folder.path(), 100, false).unwrap();
    let path = folder.path().join("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let resumed = replayed(folder.path(), 1, true).unwrap();
    for (one, other) in before.tracks.iter().zip(&resumed.tracks) {
        assert_eq!(one.periods, other.periods);
        assert!(one.periods.iter().all(|period| period.by_lane.len() > 2), "the world routes to several lanes");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "nothing was replayed again");
    fs::write(&path, text.replace("tidewaiter-pilot-journal 3", "tidewaiter-pilot-journal 2")).unwrap();
    let refused = replayed(folder.path(), 100, true).unwrap_err().to_string();
    assert!(refused.contains("another past or plan"), "{refused}");
    fs::write(&path, text.replace("\"green\"", "\"violet\"")).unwrap();
    let refused = replayed(folder.path(), 100, true).unwrap_err().to_string();
    assert!(refused.contains("line 2"), "{refused}");
}

#[test]
fn the_lanes_of_the_time_add_up_and_stand_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    assert!(full(folder.path(), &[]).status.success());
    let report = json(folder.path());
    for one in report["strategies"].as_array().unwrap() {
        let lanes = one["by_lane"].as_object().unwrap();
        assert!(lanes.keys().all(|lane| ["green", "blue", "yellow", "red"].contains(&&**lane)), "{lanes:?}");
        let sum = |key: &str| lanes.values().map(|lane| lane[key].as_u64().unwrap()).sum::<u64>();
        for key in ["picks", "known", "found"] {
            assert_eq!(sum(key), one[key].as_u64().unwrap(), "{key}");
        }
        let offices = one["by_office"].as_object().unwrap().values();
        let declarations: u64 = offices.map(|office| office["declarations"].as_u64().unwrap()).sum();
        assert_eq!(sum("declarations"), declarations);
    }
    let green = |name: &str, key: &str| strategy(&report, name)["by_lane"]["green"][key].as_u64().unwrap();
    assert_eq!(green("lanes", "picks"), 0, "what was released was not inspected");
    let profile = "profile:0.9+random:0.1";
    let (picks, found) = (green(profile, "picks"), green(profile, "found"));
    assert!(picks > found && found > 0);
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    let share = 100.0 * found as f64 / picks as f64;
    assert!(share > 10.0 && page.contains(&format!("<bdi>{picks} ({share:.0} %)</bdi>")), "{picks} {share}");
    assert!(page.contains("Green lane"));
}

#[test]
fn a_partial_past_is_estimated_and_never_counted() {
    let folder = tempfile::tempdir().unwrap();
    let output = pilot(folder.path(), &["--strategies", "lanes,profile:0.9+random:0.1"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = json(folder.path());
    assert_eq!((report["past"]["outcomes"].as_str(), report["plan"]["rate"].as_str()), (Some("part"), Some("present")));
    let profile = strategy(&report, "profile:0.9+random:0.1");
    for one in ["recall", "normalised_found", "found_ratio", "auc", "brier"] {
        assert!(profile[one].is_null(), "{one} can't be known");
    }
    let green = &profile["by_lane"]["green"];
    assert!(green["picks"].as_u64() > Some(0) && green["known"] == 0, "nobody looked at what was released: {green}");
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains(&format!("<bdi>{} (\u{2013})", green["picks"])), "an unknown yield is a dash");
    assert!(profile["estimated_found"]["high"].as_f64() > profile["estimated_found"]["low"].as_f64());
    let gap = &report["customs_gap"]["whole"];
    assert!(gap["drawn"].as_u64().unwrap() > 10 && !gap["rate"].is_null());
    let picks = |name: &str| strategy(&report, name)["picks"].as_u64().unwrap();
    assert_eq!(picks("lanes"), picks("profile:0.9+random:0.1"), "as many as were inspected at the time");
}

#[test]
fn hours_by_kind_of_control_are_told_where_the_kind_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let strategies = ["--strategies", "lanes,profile:0.9+random:0.1", "--hours-per-inspection", "1"];
    let hours = ["--hours", "physical=3,document=0.5,audit=8"];
    assert!(pilot(folder.path(), &[&strategies[..], &hours].concat()).status.success());
    let report = json(folder.path());
    assert_eq!(report["plan"]["hours"], serde_json::json!({"physical": 3.0, "document": 0.5, "audit": 8.0}));
    for name in ["lanes", "profile:0.9+random:0.1"] {
        let one = strategy(&report, name);
        let picks = one["by_control"].as_object().unwrap();
        let count = |kind: &str| picks.get(kind).map_or(0.0, |count| count.as_f64().unwrap());
        let told = 3.0 * count("physical") + 0.5 * count("document") + 8.0 * count("audit");
        assert_eq!(one["officer_hours"].as_f64().unwrap(), told + count("scan") + count(""), "{name}");
        // A simulated declaration has one control at the most.
        assert_eq!(picks.values().filter_map(serde_json::Value::as_f64).sum::<f64>(), one["picks"].as_f64().unwrap());
    }
    let lanes = strategy(&report, "lanes");
    assert!(lanes["by_control"].get("").is_none() && lanes["by_control"]["physical"].as_f64().unwrap() > 10.0);
    let per_hour = lanes["revenue"].as_f64().unwrap() / lanes["officer_hours"].as_f64().unwrap();
    assert!((lanes["revenue_per_hour"].as_f64().unwrap() / per_hour - 1.0).abs() < 1e-9, "all results are known");
    let others = strategy(&report, "profile:0.9+random:0.1");
    assert!(others["by_control"][""].as_u64().unwrap() > 0, "what nobody looked at has no kind");
    let known_only = others["revenue"].as_f64().unwrap() / others["officer_hours"].as_f64().unwrap();
    assert!(
        others["revenue_per_hour"].as_f64().unwrap() > known_only,
        "unknown results brought nothing and took no hours"
    );
    let policy = fs::read_to_string(folder.path().join("policy.toml")).unwrap();
    assert!(policy.contains("[effort.physical]\nminutes = 180\n"), "{policy}");
    assert!(fs::read_to_string(folder.path().join("report.html")).unwrap().contains("revenue per officer-hour"));
}

/// The small world with columns of second and of blind controls: every draw without a finding examined again, every sixth of
/// these in vain the first time; every third pick by score blind.
fn with_second_controls(folder: &Path) -> (String, String) {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path("declarations.csv")).unwrap();
    let head = reader.headers().unwrap().clone();
    let at = |name: &str| head.iter().position(|column| column == name).unwrap();
    let (by, finding, number) = (at("selected_by"), at("finding"), at("declaration_no"));
    let (data, schema) = (folder.join("data.csv"), folder.join("schema.toml"));
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(&data).unwrap();
    writer.write_record(head.iter().chain(["again", "unseen"])).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let digits: u64 =
            row[number].bytes().filter(u8::is_ascii_digit).fold(0, |sum, digit| sum * 7 + u64::from(digit));
        let chosen = |of: u64| if digits.is_multiple_of(of) { "yes" } else { "no" };
        let again = if &row[by] == "random" && &row[finding] == "0" { chosen(6) } else { "" };
        writer.write_record(row.iter().chain([again, if &row[by] == "score" { chosen(3) } else { "" }])).unwrap();
    }
    writer.flush().unwrap();
    let roles = "[roles]\nreexamination_finding = \"again\"\nblind = \"unseen\"\n";
    fs::write(&schema, fs::read_to_string(path("schema.toml")).unwrap().replace("[roles]\n", roles)).unwrap();
    (schema.to_str().unwrap().to_owned(), data.to_str().unwrap().to_owned())
}

#[test]
fn second_controls_correct_the_gap_and_touch_nothing_else() {
    let (folder, plain) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let strategies = ["--strategies", "lanes,profile:0.9+random:0.1"];
    assert!(pilot(plain.path(), &strategies).status.success());
    let (schema, data) = with_second_controls(folder.path());
    let out = folder.path().to_str().unwrap();
    let arguments = ["pilot", "--schema", &schema, "--data", &data, "--period", "month", "--out", out];
    let output = tidewaiter(&[&arguments[..], &strategies].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (with, without) = (json(folder.path()), json(plain.path()));
    assert_eq!(with["strategies"], without["strategies"], "no strategy learns from a second control");
    let (gap, before) = (&with["customs_gap"]["whole"], &without["customs_gap"]["whole"]);
    for key in ["drawn", "drawn_found", "rate", "caught", "caught_share", "revenue_gap", "drawn_partly"] {
        assert_eq!(gap[key], before[key], "{key}: the uncorrected figures stay");
    }
    assert!(before["corrected_rate"].is_null() && before["reexamined"] == 0);
    let text = |out: &Path| fs::read_to_string(out.join("report.html")).unwrap();
    assert!(text(plain.path()).contains("examined again, and at least 30 are needed"));
    let number = |of: &serde_json::Value, key: &str| of[key]["estimate"].as_f64().unwrap();
    let count = |key: &str| gap[key].as_f64().unwrap();
    assert!(count("reexamined") >= 30.0 && count("reexamined_found") >= 2.0, "{gap}");
    let (p, q) = (count("drawn_found") / count("drawn"), count("reexamined_found") / count("reexamined"));
    assert!((number(gap, "corrected_rate") - (p + (1.0 - p) * q)).abs() < 1e-9);
    assert!(number(gap, "corrected_caught_share") < number(gap, "caught_share"));
    assert!(text(folder.path()).contains("Corrected by that") && !gap["informed_less_blind"].is_null());
}

#[test]
fn the_proposed_policy_is_one_that_select_reads() {
    let folder = tempfile::tempdir().unwrap();
    assert!(full(folder.path(), &[]).status.success());
    let text = fs::read_to_string(folder.path().join("policy.toml")).unwrap();
    let policy = tidewaiter::view::policy::parse(&text).unwrap();
    policy.check().unwrap();
    assert!(text.contains("[random]"));
}

/// The page of a pilot of the small world.
pub(crate) fn page_of_a_small_pilot() -> String {
    let folder = tempfile::tempdir().unwrap();
    assert!(pilot(folder.path(), &["--strategies", "lanes,profile:0.9+random:0.1"]).status.success());
    fs::read_to_string(folder.path().join("report.html")).unwrap()
}

#[test]
fn the_page_is_whole_and_every_plot_has_its_table() {
    let folder = tempfile::tempdir().unwrap();
    assert!(full(folder.path(), &[]).status.success());
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    let count = |what: &str| page.matches(what).count();
    assert_eq!(count("<svg"), count("</figure>"));
    assert_eq!(count("<figure>"), count("<details>"));
    assert!(count("<svg") >= 4, "{}", count("<svg"));
    assert_eq!((count("<table"), count("<caption")), (count("</table"), count("<table")));
    for forbidden in ["<script", "http:", "https:", "src=", "NaN", "pilot-", "inf "] {
        assert!(!page.replace("Made by tidewaiter pilot", "").contains(forbidden), "{forbidden}");
    }
}

#[test]
fn what_can_not_be_run_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let table: [(&[&str], &str); 7] = [
        (&["--strategies", "gdbt"], "no part of a strategy"),
        (&["--rate", "0%"], "a share is written"),
        (&["--hours-per-inspection", "0"], "above 0"),
        (&["--hours", "xray=3"], "document, scan, physical, audit"),
        (&["--hours", "scan=3,scan=2"], "twice"),
        (&["--warm-up", "30"], "nothing is left to measure"),
        (&["--warm-up", "0"], "at least one period"),
    ];
    for (arguments, part) in table {
        let output = pilot(folder.path(), arguments);
        let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
        assert!(output.status.code() == Some(2) && said.contains(part), "{arguments:?}: {said}");
    }
    // A run that failed before its first period is nothing to go on with.
    assert!(pilot(folder.path(), &["--strategies", "random"]).status.success());
}

#[test]
fn the_korean_data_replay_from_the_shipped_schema() {
    let Some(kcs) = data_folder("kcs", "a replay of the Korean data") else { return };
    let folder = tempfile::tempdir().unwrap();
    let schema = shipped_schema("kcs.toml");
    let files = ["train.csv", "valid.csv"].map(|name| kcs.join(name).to_str().unwrap().to_owned());
    let usual = ["pilot", "--schema", schema.to_str().unwrap(), "--data", &files[0], &files[1], "--period", "month"];
    let out = folder.path().to_str().unwrap();
    let refused = tidewaiter(&[&usual[..], &["--out", out, "--strategies", "lanes"]].concat());
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("the files don't tell"),
        "nothing says what was inspected"
    );
    let output = tidewaiter(&[&usual[..], &["--out", out, "--strategies", "random,profile:0.9+random:0.1"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = json(folder.path());
    assert_eq!(
        (report["past"]["outcomes"].as_str(), report["past"]["revenue_is"].as_str()),
        (Some("all"), Some("duty_at_stake"))
    );
    let precision = |name: &str| strategy(&report, name)["precision"].as_f64().unwrap();
    assert!(precision("profile:0.9+random:0.1") > 1.5 * precision("random"));
}
