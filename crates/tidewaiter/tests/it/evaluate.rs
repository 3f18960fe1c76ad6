//! `tidewaiter evaluate`: on a small simulated world, by folds, and the frozen form of its JSON.

use crate::data::{data_folder, shipped_schema};
use domain::Day;
use risk::evaluate::{
    Case, Detail, Figures, Outcome, Prediction, RepeatSkill, Sample, Slice, Warning, compare, intervals,
};
use risk::model::{ModelCard, ModelKind};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;
use tidewaiter::flow::evaluate::{Evaluation, ModelFigures, SliceFigures};
use tidewaiter::intake::{Schema, Summary};
use tidewaiter::view::evaluation::{EvaluationView, Run, text};

/// Runs a command in `folder` and gives what it printed, or what it complained about.
fn tidewaiter(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    let Output { status, stdout, stderr } = command.args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if status.success() { Ok(text(stdout)) } else { Err(text(stderr)) }
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let printed = tidewaiter(folder, arguments).unwrap_or_else(|error| panic!("{error}"));
    serde_json::from_str(&printed).unwrap()
}

/// A world of 4000 declarations: `past.csv`, `later.csv` (the last fifth), models `a.tw` and `b.tw`.
fn world() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &str| {
        tidewaiter(folder.path(), &arguments.split(' ').collect::<Vec<_>>()).unwrap_or_else(|error| panic!("{error}"))
    };
    run("simulate --seed 7 --declarations 4000 --out .");
    split(folder.path());
    let train = "train --schema schema.toml --data past.csv --today 2030-01-01";
    run(&format!("{train} --model profile --out a.tw"));
    run(&format!("{train} --model logistic --out b.tw"));
    folder
}

fn split(folder: &Path) {
    let mut reader = csv::Reader::from_path(folder.join("declarations.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let date = header.iter().position(|name| name == "lodgement_date").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut days: Vec<&str> = rows.iter().map(|row| &row[date]).collect();
    days.sort_unstable();
    let first = days[days.len() * 4 / 5].to_owned();
    for (name, is_later) in [("past.csv", false), ("later.csv", true)] {
        let mut writer = csv::Writer::from_path(folder.join(name)).unwrap();
        writer.write_record(&header).unwrap();
        let part = rows.iter().filter(|row| (row[date] >= *first) == is_later);
        part.for_each(|row| writer.write_record(row).unwrap());
        writer.flush().unwrap();
    }
}

const LATER: [&str; 10] = [
    "evaluate",
    "--schema",
    "schema.toml",
    "--history",
    "past.csv",
    "--data",
    "later.csv",
    "--today",
    "2030-01-01",
    "--json",
];

fn later(folder: &Path, more: &[&str]) -> Value {
    json(folder, &[&LATER[..], more].concat())
}

fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("no number at {pointer}"))
}

/// Every value by its type; of lists the first member stands for all, of intervals one stands for all.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => Value::from("null"),
        Value::Bool(_) => Value::from("boolean"),
        Value::Number(_) => Value::from("number"),
        Value::String(_) => Value::from("text"),
        Value::Array(list) => list.first().map(shape).into_iter().collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), shape(value))).collect::<Map<_, _>>().into(),
    }
}

/// How many consignments a file has: transport documents by day, and declarations without one.
fn consignments(path: &Path) -> f64 {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let columns = ["transport_document", "lodgement_date", "office", "declaration_no", "version"].map(column);
    let unit = |row: csv::StringRecord| match columns.map(|column| row[column].to_owned()) {
        [document, day, _, id, version] if document.is_empty() => [day, id, version],
        [document, day, office, ..] => [document, day, office],
    };
    reader.records().map(|row| unit(row.unwrap())).collect::<std::collections::BTreeSet<_>>().len() as f64
}

#[test]
fn a_simulated_world_is_measured_by_its_truth_with_recorded_results_apart() {
    let folder = world();
    let given = later(folder.path(), &["--model", "a.tw", "b.tw", "--truth", "truth.csv", "--bootstrap", "20"]);
    let (all, labelled) = ("/models/0/slices/all", "/models/0/labelled/slices/all");
    assert_eq!(given["labels"], "truth");
    assert_eq!(given["revenue_is"], "extra_revenue");
    assert_eq!(number(&given, &format!("{all}/n")), consignments(&folder.path().join("later.csv")));
    let (units, declarations) = (number(&given, &format!("{labelled}/n")), number(&given, "/declarations/labelled"));
    assert!(units <= declarations && units > 0.9 * declarations, "{units} of {declarations}");
    assert!(number(&given, &format!("{labelled}/n")) < 0.5 * number(&given, &format!("{all}/n")));
    for (one, other) in [("repeat", "novel"), ("importer_seen", "importer_unseen")] {
        let n = |slice| number(&given, &format!("/models/0/slices/{slice}/n"));
        assert_eq!(n(one) + n(other), n("all"), "{one} and {other}");
    }
    assert!(number(&given, &format!("{all}/auc")) > 0.5);
    insta::assert_snapshot!("shape_of_the_json", serde_json::to_string_pretty(&shape(&given)).unwrap());
}

#[test]
fn figures_hang_neither_on_the_order_of_models_nor_on_threads() {
    let folder = world();
    let first = later(folder.path(), &["--model", "a.tw", "b.tw", "--bootstrap", "0", "--threads", "1"]);
    let second = later(folder.path(), &["--model", "b.tw", "a.tw", "--bootstrap", "0", "--threads", "3"]);
    assert_eq!(first["models"][0], second["models"][1]);
    assert_eq!(first["models"][1], second["models"][0]);
    assert_eq!(first["baselines"], second["baselines"]);
    assert_eq!(first["labels"], "findings");
    assert!(first["models"][0].get("labelled").is_none());
    let warned: Vec<&str> = first["warnings"].as_array().unwrap().iter().filter_map(|w| w["id"].as_str()).collect();
    assert!(warned.contains(&"labels_of_selected_declarations_only"), "{warned:?}");
    assert!(!warned.contains(&"column_looks_like_a_leak"), "{warned:?}");
}

#[test]
fn a_history_state_file_gives_the_figures_of_its_files() {
    let folder = world();
    let state: Vec<&str> =
        "history update --schema schema.toml --state s.history --data past.csv --today 2030-01-01".split(' ').collect();
    tidewaiter(folder.path(), &state).unwrap();
    let from_files = later(folder.path(), &["--model", "a.tw", "--bootstrap", "0"]);
    let mut arguments = LATER.to_vec();
    arguments[4] = "s.history";
    arguments.extend(["--model", "a.tw", "--bootstrap", "0"]);
    assert_eq!(json(folder.path(), &arguments)["models"], from_files["models"]);
}

#[test]
fn truth_of_another_world_is_refused_with_the_row_it_does_not_know() {
    let folder = world();
    let truth = std::fs::read_to_string(folder.path().join("truth.csv")).unwrap();
    let complain = |text: &str| {
        std::fs::write(folder.path().join("other.csv"), text).unwrap();
        let arguments = [&LATER[..], &["--model", "a.tw", "--truth", "other.csv"]].concat();
        tidewaiter(folder.path(), &arguments).unwrap_err()
    };
    let head = truth.lines().next().unwrap();
    let unknown = complain(&format!("{head}\n"));
    assert!(unknown.contains("says nothing of item 1 of declaration"), "{unknown}");
    assert!(unknown.contains("give the truth.csv that was simulated together with the data"), "{unknown}");
    let column = complain("id,item,version\n");
    assert!(column.contains("has no column `irregular`"), "{column}");
    let width = head.split(',').count();
    let value = complain(&format!("{head}\nX,1,1,maybe{}\n", ",".repeat(width - 4)));
    assert!(value.contains("line 2: `irregular` is \"maybe\"; it is 0 or 1"), "{value}");
}

#[test]
fn folds_keep_groups_together_and_average_over_seeds() {
    let folder = world();
    let arguments = "evaluate --schema schema.toml --model-kind profile logistic --data past.csv --folds 3 --seeds 0,1 \
                     --group-by importer_tin --today 2030-01-01 --json";
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let given = json(folder.path(), &arguments);
    assert_eq!(given["protocol"], "folds");
    assert_eq!(given["folds"]["group_by"], serde_json::json!(["importer_tin"]));
    assert_eq!(number(&given, "/folds/models/0/pooled/all/n"), number(&given, "/declarations/labelled"));
    let seeds: Vec<f64> =
        (0..2).map(|seed| number(&given, &format!("/folds/models/0/by_seed/{seed}/mean/all/auc"))).collect();
    let mean = number(&given, "/folds/models/0/mean/all/auc");
    assert!((mean - (seeds[0] + seeds[1]) / 2.0).abs() < 1e-12);
    insta::assert_snapshot!("shape_of_the_json_by_folds", serde_json::to_string_pretty(&shape(&given)).unwrap());
}

/// `later.csv` cut in two by days: `early.csv` and `late.csv`.
fn cut_later(folder: &Path) {
    let mut reader = csv::Reader::from_path(folder.join("later.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let date = header.iter().position(|name| name == "lodgement_date").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let first_late = rows[rows.len() / 2][date].to_owned();
    for (name, is_late) in [("early.csv", false), ("late.csv", true)] {
        let mut writer = csv::Writer::from_path(folder.join(name)).unwrap();
        writer.write_record(&header).unwrap();
        let part = rows.iter().filter(|row| (row[date] >= *first_late) == is_late);
        part.for_each(|row| writer.write_record(row).unwrap());
        writer.flush().unwrap();
    }
}

#[test]
fn history_is_read_as_far_as_the_day_of_a_declaration_and_no_farther() {
    let world = world();
    let folder = world.path();
    cut_later(folder);
    let common = ["--schema", "schema.toml", "--today", "2030-01-01"];
    let run = |more: &[&str]| tidewaiter(folder, &[more, &common[..]].concat()).unwrap();
    let scores = |history: &[&str], out: &str| {
        let score = ["score", "--model", "b.tw", "--data", "early.csv", "--out", out, "--history"];
        run(&[&score[..], history].concat());
        std::fs::read(folder.join(out)).unwrap()
    };
    let alone = scores(&["past.csv"], "1.csv");
    assert!(alone == scores(&["past.csv", "late.csv"], "2.csv"), "declarations that come later change nothing");

    let warned = |history: &[&str]| -> Option<String> {
        let start = ["evaluate", "--json", "--bootstrap", "0", "--model", "b.tw", "--data", "early.csv", "--history"];
        let given: Value = serde_json::from_str(&run(&[&start[..], history].concat())).unwrap();
        let warnings = given["warnings"].as_array().unwrap().clone();
        let message = warnings.iter().find(|warning| warning["id"] == "history_overlaps_data")?["message"].as_str();
        message.map(str::to_owned)
    };
    assert_eq!(warned(&["past.csv", "late.csv"]), None);
    assert!(warned(&["past.csv", "early.csv"]).unwrap().contains("stand in it themselves"));
    run(&["history", "update", "--state", "all.history", "--data", "past.csv", "late.csv"]);
    assert!(warned(&["all.history"]).unwrap().contains("dated before the last day"));
}

#[test]
fn folds_by_repeats_need_a_repeat_key_and_known_columns() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("s.toml"), "[roles]\ndeclaration_id = \"id\"\ndate = \"day\"\nfinding = \"f\"\n")
        .unwrap();
    std::fs::write(folder.path().join("d.csv"), "id,day,f\n1,2024-01-01,0\n").unwrap();
    let complain = |more: &[&str]| {
        let start = ["evaluate", "--schema", "s.toml", "--model-kind", "profile", "--data", "d.csv"];
        tidewaiter(folder.path(), &[&start[..], more].concat()).unwrap_err()
    };
    assert!(complain(&[]).contains("no [repeats] repeat_key"));
    assert!(complain(&["--group-by", "importer"]).contains("importer"));
    assert!(complain(&["--group-by", "id,f"]).contains("names `f`, the schema's finding"));
    assert!(complain(&["--folds", "1"]).contains("1 is not in 2..=50"));
}

#[test]
fn the_korean_data_warn_of_repeats_and_of_the_column_made_after_the_finding() {
    let what = "evaluate warns of repeats and of the leak in the Korean data";
    let Some(kcs) = data_folder("kcs", what) else { return };
    let folder = tempfile::tempdir().unwrap();
    let schema = std::fs::read_to_string(shipped_schema("kcs.toml")).unwrap();
    let (train, valid) = (kcs.join("train.csv"), kcs.join("valid.csv"));
    let (train, valid) = (train.to_str().unwrap(), valid.to_str().unwrap());
    for (name, columns, leak) in [("clean", "[]", false), ("leak", "[\"Critical Fraud\"]", true)] {
        let own = format!("{name}.toml");
        std::fs::write(folder.path().join(&own), schema.replace("numeric = []", &format!("numeric = {columns}")))
            .unwrap();
        let learn = ["train", "--schema", &own, "--data", train, "--model", "profile", "--out", "m.tw"];
        tidewaiter(folder.path(), &learn).unwrap();
        let measure = ["evaluate", "--schema", &own, "--model", "m.tw", "--history", train, "--data", valid, "--json"];
        let given = json(folder.path(), &[&measure[..], &["--bootstrap", "0"]].concat());
        assert_eq!(number(&given, "/models/0/slices/all/n"), 8134.0);
        assert_eq!(
            number(&given, "/models/0/slices/repeat/n"),
            6681.0,
            "as a plain Python script over the columns counts them"
        );
        let lookup = number(&given, "/baselines/repeat_lookup/slices/all/auc");
        assert!((lookup - 0.976).abs() < 0.005, "DATE.md measured 0.976, this is {lookup}");
        let warnings = given["warnings"].as_array().unwrap();
        let named = |id: &str| warnings.iter().find(|warning| warning["id"] == id);
        assert_eq!(named("column_looks_like_a_leak").is_some(), leak);
        assert!(
            !leak || named("column_looks_like_a_leak").unwrap()["message"].as_str().unwrap().contains("Critical Fraud")
        );
        assert!(named("finding_date_assumed").is_some());
    }
}

/// Twenty declarations made up so that every figure can be checked by hand; see the snapshot.
fn made_up() -> Evaluation {
    let cases = (0..20).map(|place| Case {
        outcome: Outcome {
            found: place % 4 == 0,
            revenue_minor: if place % 4 == 0 { f64::from(place + 1) * 100.0 } else { 0.0 },
        },
        stake_minor: f64::from((place * 7) % 20) * 10.0,
        repeat: place < 12,
        importer_met: true,
        repeat_rate: if place < 12 && place % 4 == 0 { 0.875 } else { 0.25 },
    });
    let sample = Sample { cases: cases.collect() };
    let predict = |probability: fn(usize) -> f64| -> Vec<Prediction> {
        let prediction = |place| Prediction {
            probability: probability(place),
            expected_revenue_minor: probability(place) * sample.cases[place].stake_minor,
        };
        (0..20).map(prediction).collect()
    };
    let first = predict(|place| if place % 2 == 0 { 0.5 } else { 0.125 });
    let second = predict(|place| if place % 4 == 0 { 0.75 } else { 0.0625 });
    let model = |name: &str, own: &[Prediction], first: Option<&[Prediction]>| ModelFigures {
        path: PathBuf::from(name),
        id: "0123456789abcdef".to_owned(),
        card: Some(card()),
        slices: Slice::USUAL.iter().map(|slice| slice_figures(&sample, *slice, own, first)).collect(),
        labelled: None,
    };
    Evaluation {
        summary: Summary { declarations: 25, items: 31, rows: 31, ..Summary::default() },
        labelled: 20,
        has_truth: false,
        as_of: Day::from_ymd(2026, 3, 31),
        has_extra_revenue: true,
        models: vec![model("first.tw", &first, None), model("second.tw", &second, Some(&first))],
        lookup: Some(ModelFigures { card: None, ..model("", &sample.repeat_lookup(), None) }),
        folds: None,
        warnings: vec![
            Warning::Repeats(RepeatSkill { model: 1, repeat_share: 0.6, auc: 0.98, auc_novel: 0.6, auc_lookup: 0.97 }),
            Warning::FindingDateAssumed { items: 20, days: 14 },
            Warning::BeforeAsOf { model: 0, declarations: 3 },
            Warning::SelectedOnly { labelled: 20, declarations: 25, random: 2 },
        ],
        items_scored: 62,
        scoring: Duration::from_millis(500),
    }
}

fn card() -> ModelCard {
    ModelCard {
        kind: ModelKind::Gbdt,
        seed: 3,
        as_of: Day::from_ymd(2025, 12, 31).unwrap(),
        schema: "made up".to_owned(),
        declarations: 100,
        examined: 50,
        found: 10,
        not_yet_known: 0,
        known_on_assumed: 0,
        selection_probability_known: 0,
        data_sha256: String::new(),
        validation: None,
        parent: None,
    }
}

fn slice_figures(sample: &Sample, slice: Slice, own: &[Prediction], first: Option<&[Prediction]>) -> SliceFigures {
    let places = sample.places(slice);
    let part = sample.select(&places);
    let pick = |all: &[Prediction]| places.iter().map(|place| all[*place]).collect::<Vec<_>>();
    let bootstrap = learn::metrics::Bootstrap { replicates: 100, ..Default::default() }.check().unwrap();
    SliceFigures {
        slice,
        figures: Figures::of(&part, &pick(own)).unwrap(),
        detail: Detail::of(&part, &pick(own)).unwrap(),
        intervals: intervals(&part, &pick(own), &bootstrap).unwrap(),
        differences: first
            .map(|first| compare(&part, &pick(first), &pick(own), &bootstrap).unwrap())
            .unwrap_or_default(),
    }
}

fn view_of_made_up() -> EvaluationView {
    let schema = "name = \"made up\"\n[roles]\ndeclaration_id = \"id\"\ndate = \"day\"\n";
    let schema = Schema::parse(schema, "made-up.toml").unwrap();
    // What a run cost stands at fixed values here.
    let run = Run { wall_s: 1.5, cpu_s: Some(1.25), peak_mb: Some(64.0), rows_per_s: 124.0, threads: 2 };
    EvaluationView::new(&schema, &made_up(), run)
}

#[test]
fn the_json_of_a_made_up_evaluation() {
    let mut value = serde_json::to_value(view_of_made_up()).unwrap();
    // A hundred points say no more than four.
    for model in value["models"].as_array_mut().unwrap() {
        for slice in model["slices"].as_object_mut().unwrap().values_mut() {
            let points = slice["yield"].as_array_mut().unwrap();
            assert_eq!(points.len(), 100);
            points.retain(|point| [10, 25, 50, 100].iter().any(|percent| point["percent"] == *percent));
        }
    }
    insta::assert_snapshot!("json_of_a_made_up_evaluation", serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn the_table_of_a_made_up_evaluation() {
    insta::assert_snapshot!("table_of_a_made_up_evaluation", text(&view_of_made_up()));
}
