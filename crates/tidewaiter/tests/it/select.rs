//! Selecting from files, and proving it afterwards.

use domain::{ControlKind, Lane, SelectedBy};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tidewaiter::flow::select::{Inputs, Selection, Verdict, create_secret, select, verify};
use tidewaiter::view::selection::{SelectionView, table};

const SCHEMA: &str = r#"
name = "test"
[file]
date_formats = ["%Y-%m-%d"]
[roles]
declaration_id = "id"
item_number = "item"
version = "version"
date = "date"
office = "office"
importer = "importer"
consignment = "consignment"
hs_code = "hs"
customs_value = "value"
aeo = "aeo"
mandatory_basis = "basis"
mandatory_kind = "kind"
mandatory_agency = "agency"
finding = "finding"
"#;

const POLICY: &str = r#"
name = "test"
importer_cap_per_day = 3
[objective]
kind = "revenue"
[[lane]]
lane = "red"
controls = ["physical"]
rate = 0.23
[[lane]]
lane = "yellow"
controls = ["document"]
rate = 0.07
[[capacity]]
control = "physical"
hours = 20
[[capacity]]
control = "document"
count = 5
[random]
share = 0.05
[exploration]
share = 0.3
[blind]
share = 0.5
[[examiner]]
name = "Amina"
hours = 8
[[examiner]]
name = "Brook"
hours = 8
"#;

/// A folder with everything a selection needs.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.put("model.tw", "a model");
        desk.put("schema.toml", SCHEMA);
        desk.put("policy.toml", POLICY);
        desk.put("secret", "0123456789abcdef0123456789abcdef");
        let (data, scores) = declarations();
        desk.put("data.csv", &data);
        desk.put("scores.csv", &scores);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn with<T>(&self, work: impl FnOnce(&Inputs) -> T) -> T {
        let [schema, scores, model, policy, secret] =
            ["schema.toml", "scores.csv", "model.tw", "policy.toml", "secret"].map(|name| self.path(name));
        work(&Inputs {
            schema: &schema,
            data: &[self.path("data.csv")],
            scores: &scores,
            model: Some(&model),
            policy: &policy,
            secret: &secret,
            previous: &[],
            date: None,
            today: domain::Day::from_ymd(2026, 6, 1).unwrap(),
        })
    }

    fn select(&self) -> Result<Selection, String> {
        self.with(|inputs| select(inputs, |_| ()).map_err(|error| error.to_string()))
    }

    fn verify(&self) -> Result<Verdict, String> {
        self.with(|inputs| verify(inputs, &self.path("selection.csv"), None, |_| ()).map_err(|error| error.to_string()))
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_tidewaiter")).args(arguments).current_dir(self.0.path()).output().unwrap()
    }
}

fn model_id() -> String {
    Sha256::digest("a model")[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Two days, two offices, consignments, mandatory controls, an amended version, and declarations without a score.
fn declarations() -> (String, String) {
    let mut data =
        String::from("id,item,version,date,office,importer,consignment,hs,value,aeo,basis,kind,agency,finding\n");
    let mut scores =
        String::from("id,item,level,probability,expected_revenue,reason_1,reason_2,reason_3,model_id,as_of\n");
    let model = model_id();
    for number in 0..120u32 {
        let (day, office) = (2 + number / 60, ["N", "S"][number as usize % 2]);
        let consignment = if number % 5 == 0 { format!("T{}", number / 10) } else { String::new() };
        let mandatory = if number % 17 == 0 { "Food Act 3,document,health" } else { ",," };
        let (importer, items) = (number % 23, 1 + number * number % 7);
        let shares: Vec<f64> = (1..=3).map(|salt| f64::from((number * 7919 * salt) % 101) / 101.0).collect();
        for item in 1..=items {
            data += &format!(
                "D{number},{item},1,2026-03-0{day},{office},I{importer},{consignment},610910,{},,{mandatory},\n",
                1000 + number
            );
        }
        if number % 13 != 0 {
            let level = if items == 1 { "1,declaration" } else { ",declaration" };
            scores += &format!(
                "D{number},{level},{:.9},{:.2},\"price, low\",new importer,,{model},2026-03-01\n",
                shares[0] * shares[1],
                5000.0 * shares[2]
            );
            scores += &format!("D{number},1,item,0.5,1.00,,,,{model},2026-03-01\n").repeat(usize::from(items > 1));
        }
    }
    data += "D7,1,2,2026-03-03,S,I7,,610910,5,,,,,\n";
    (data, scores)
}

fn cells(bytes: &[u8]) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(bytes).records().collect::<Result<_, _>>().unwrap()
}

#[test]
fn what_is_selected_is_verified() {
    let desk = Desk::new();
    let selection = desk.select().unwrap();
    let bytes = table(&selection).unwrap();
    desk.put("selection.csv", &bytes);
    assert_eq!(desk.verify(), Ok(Verdict::Same { rows: 121 }));
    let view = SelectionView::new(&selection, "selection.csv");
    assert_eq!((view.declarations, view.without_score, view.draws.len()), (121, 10, 2));
    assert_eq!(view.lanes.values().sum::<usize>(), 121);
    assert!(["mandatory", "random", "score", "exploration", "none"].iter().all(|by| view.selected_by[by] > 0));
    assert!(view.blind > 0 && view.expected_findings > 0.0 && view.expected_revenue > 0.0);
    for row in cells(&bytes) {
        let blind = &row[14] == "yes";
        assert_eq!(row[11].is_empty(), blind || row[9].is_empty(), "{row:?}");
        assert!(row[8].parse::<f64>().unwrap() > 0.0);
        assert_eq!(row.len(), 30);
    }
    let of = |id: &str, version: u32| {
        let rows = || selection.draws.iter().flat_map(|draw| &draw.rows);
        let is = |row: &&risk::select::Row| {
            let candidate = &selection.candidates[row.candidate];
            (&*candidate.id, candidate.version) == (id, version)
        };
        rows().find(is).unwrap().clone()
    };
    assert!(of("D7", 2).lane >= of("D7", 1).lane);
    assert!(of("D17", 1).control >= Some(ControlKind::Document) && of("D17", 1).selected_by != SelectedBy::None);
    assert!(of("D17", 1).lane >= Lane::Yellow);
}

#[test]
fn tampering_with_anything_is_found() {
    let desk = Desk::new();
    // What later items of a declaration say of its header is noted and not taken, so it is no part of what is declared.
    let first_items = |line: &&str| line.split(',').nth(1).is_some_and(|item| item == "1" || item == "item");
    let data = std::fs::read_to_string(desk.path("data.csv")).unwrap();
    desk.put("data.csv", data.lines().filter(first_items).collect::<Vec<_>>().join("\n"));
    desk.put("selection.csv", table(&desk.select().unwrap()).unwrap());
    for name in ["data.csv", "scores.csv", "secret", "selection.csv"] {
        let original = std::fs::read(desk.path(name)).unwrap();
        // Past the head of the data, which names columns of results that selecting does not read.
        let begin = if name == "data.csv" { data.find('\n').unwrap() } else { 0 };
        for place in (begin..original.len()).step_by(original.len() / 30 + 1) {
            let mut tampered = original.clone();
            tampered[place] = if tampered[place] == b'7' { b'3' } else { b'7' };
            desk.put(name, &tampered);
            assert!(!matches!(desk.verify(), Ok(Verdict::Same { .. })), "byte {place} of {name}");
        }
        desk.put(name, &original);
    }
    for (from, to) in [("hours = 20", "hours = 21"), ("0.05", "0.06"), ("revenue", "finding"), ("Brook", "Bruno")] {
        desk.put("policy.toml", POLICY.replace(from, to));
        assert!(!matches!(desk.verify(), Ok(Verdict::Same { .. })), "{from}");
    }
    desk.put("policy.toml", format!("# layout says nothing\n{POLICY}"));
    assert!(matches!(desk.verify(), Ok(Verdict::Same { .. })));
}

#[test]
fn verification_names_the_row_and_the_column() {
    let desk = Desk::new();
    let bytes = table(&desk.select().unwrap()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let write = |lines: &[&str]| desk.put("selection.csv", lines.join("\n") + "\n");
    let differs = || match desk.verify() {
        Ok(Verdict::Differs { line, id, difference }) => (line, id, difference),
        other => panic!("{other:?}"),
    };
    let row: Vec<&str> = lines[3].split(',').collect();
    let green = lines[3].replacen(",red,", ",green,", 1);
    let mut changed = lines.clone();
    changed[3] = &green;
    write(&changed);
    assert_eq!(differs(), (4, row[3].to_owned(), "lane should be \"red\" and is \"green\"".to_owned()));
    write(&lines[..lines.len() - 1]);
    assert_eq!(differs().2, "this row is missing");
    write(&[&lines[..], &[lines[5]]].concat());
    assert_eq!(differs().2, "this row should not be there");
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let desk = Desk::new();
    let refused = |name: &str, from: &str, to: &str| {
        let original = std::fs::read_to_string(desk.path(name)).unwrap();
        desk.put(name, original.replacen(from, to, 1));
        let message = desk.select().unwrap_err();
        desk.put(name, &original);
        message
    };
    let model = model_id();
    assert!(refused("scores.csv", &model, "0000").contains("were made by model"));
    assert!(refused("model.tw", "a model", "another").starts_with(&format!("the scores were made by model {model}")));
    assert!(
        refused("scores.csv", "D1,", "X1,")
            .starts_with("1 declarations in the scores are not in the data, such as `X1`")
    );
    assert!(refused("scores.csv", "probability", "p").contains("has no column `probability`"));
    assert!(refused("scores.csv", "declaration,0.", "declaration,7.").contains("line 2: probability is 7"));
    assert!(refused("policy.toml", "0.05", "0").contains("the random floor can't be zero"));
    let unknown = "objective.kind = \"money\" is unknown: write finding, revenue, safety or weighted";
    assert!(refused("policy.toml", "\"revenue\"", "\"money\"").contains(unknown));
    assert!(refused("policy.toml", "\"revenue\"", "\"money\"\nfinding = 0.5").contains(unknown));
    assert!(refused("policy.toml", "\"revenue\"", "\"revenue\"\nfinding = 0.5").contains("need kind = \"weighted\""));
    assert!(refused("policy.toml", "hours = 20", "ours = 20").contains("unknown field `ours`"));
    assert!(refused("policy.toml", "\"physical\"", "\"look\"").contains("there is no control \"look\""));
    assert!(refused("secret", "0123456789abcdef0123456789abcdef", "").contains("is empty; make one with"));
}

#[test]
fn earlier_selections_bind_later_ones() {
    let desk = Desk::new();
    let first = domain::Day::from_ymd(2026, 3, 2);
    let both = table(&desk.select().unwrap()).unwrap();
    let one = desk.with(|inputs| select(&Inputs { date: first, ..inputs.clone() }, |_| ())).unwrap();
    desk.put("first.csv", table(&one).unwrap());
    let previous = [desk.path("first.csv")];
    let second = desk.with(|inputs| {
        let date = domain::Day::from_ymd(2026, 3, 3);
        select(&Inputs { date, previous: &previous, ..inputs.clone() }, |_| ())
    });
    let rows_of_second: Vec<_> = cells(&both).into_iter().filter(|row| &row[0] == "2026-03-03").collect();
    assert_eq!(cells(&table(&second.unwrap()).unwrap()), rows_of_second, "day by day or in one go");
    assert_eq!(rows_of_second.len(), 61);
}

#[test]
fn a_new_secret_is_private_and_never_overwritten() {
    let desk = Desk::new();
    create_secret(&desk.path("new")).unwrap();
    let secret = std::fs::read(desk.path("new")).unwrap();
    assert_eq!(secret.len(), 32);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(desk.path("new")).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(create_secret(&desk.path("new")).is_err());
    assert_eq!(std::fs::read(desk.path("new")).unwrap(), secret);
}

#[test]
fn a_mandatory_control_without_a_legal_basis_is_done_and_told() {
    let desk = Desk::new();
    let data = std::fs::read_to_string(desk.path("data.csv")).unwrap();
    desk.put("data.csv", data.replace("Food Act 3,document,health", ",document,"));
    let files = ["--schema", "schema.toml", "--data", "data.csv", "--scores", "scores.csv", "--policy", "policy.toml"];
    let rest = ["--seed-secret-file", "secret", "--model", "model.tw", "--out", "out.csv"];
    let output = desk.run(&[&["select"], &files[..], &rest].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("rows have a mandatory control without a usable mandatory_basis; it is done"), "{said}");
    assert!(said.contains("without a usable mandatory_agency"), "{said}");
    let rows = cells(&std::fs::read(desk.path("out.csv")).unwrap());
    let mandatory: Vec<_> = rows.iter().filter(|row| !row[18].is_empty()).collect();
    assert!(
        mandatory.len() >= 7 && mandatory.iter().all(|row| &row[18] == "legal basis not given (customs): document")
    );
    assert!(mandatory.iter().all(|row| &row[5] != "green" && &row[8] == "1"));
    let validated = desk.run(&["validate", "--schema", "schema.toml", "--data", "data.csv", "--json"]);
    let view: serde_json::Value = serde_json::from_slice(&validated.stdout).unwrap();
    let noted = |role: &str| view["notes"].as_array().unwrap().iter().any(|note| note["role"] == role);
    assert!(noted("mandatory_basis") && noted("mandatory_agency") && !noted("mandatory_kind"));
}

#[test]
fn the_command_selects_commits_and_verifies() {
    let desk = Desk::new();
    let commit = desk.run(&["select", "commit", "--new", "--seed-secret-file", "today.secret"]);
    let commitment = String::from_utf8(commit.stdout).unwrap().trim().to_owned();
    assert_eq!(commitment.len(), 64);
    let common = ["--schema", "schema.toml", "--data", "data.csv", "--scores", "scores.csv", "--policy", "policy.toml"];
    let secret = ["--seed-secret-file", "today.secret"];
    let selected =
        desk.run(&[&["select"], &common[..], &secret, &["--model", "model.tw", "--out", "out.csv", "--json"]].concat());
    assert!(selected.status.success(), "{selected:?}");
    let view: serde_json::Value = serde_json::from_slice(&selected.stdout).unwrap();
    assert_eq!(view["commitment"], commitment.as_str());
    assert_eq!(view["selected_by"]["none"].as_u64().unwrap() + view["selected"].as_u64().unwrap(), 121);
    let verify = |commitment: &str| {
        let rest = ["--selection", "out.csv", "--commitment", commitment];
        desk.run(&[&["select", "verify"], &common[..], &secret, &rest].concat()).status.code()
    };
    assert_eq!(verify(&commitment), Some(0));
    assert_eq!(verify(&commitment.replace(['0', '1', '2', '3'], "f")), Some(1));
    assert_eq!(desk.run(&["select"]).status.code(), Some(2));
}

/// Runs the script of the documentation, which shares nothing with the product. Without a Python it is left out, but not
/// under continuous integration.
#[test]
fn a_stranger_can_recompute_the_draw() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify_draw.py");
    if Command::new("python3").arg("--version").output().is_err() {
        let [ci, require_data] = ["CI", "TIDEWAITER_REQUIRE_DATA"].map(|name| std::env::var(name).ok());
        let may_skip = crate::data::may_skip(ci.as_deref(), require_data.as_deref());
        assert!(may_skip, "docs/verify_draw.py needs python3; install it");
        eprintln!("not run, there is no python3: docs/verify_draw.py");
        return;
    }
    let desk = Desk::new();
    let bytes = table(&desk.select().unwrap()).unwrap();
    let run = |bytes: &[u8], secret: &str| {
        desk.put("selection.csv", bytes);
        let output =
            Command::new("python3").arg(&script).args(["selection.csv", secret]).current_dir(desk.0.path()).output();
        output.unwrap()
    };
    let right = run(&bytes, "secret");
    assert_eq!(right.status.code(), Some(0), "{right:?}");
    assert!(String::from_utf8_lossy(&right.stdout).starts_with("121 rows, 0 not as drawn"));
    let text = String::from_utf8(bytes.clone()).unwrap();
    let moved = text.replacen(",random,", ",none,", 1);
    assert_eq!(run(moved.as_bytes(), "secret").status.code(), Some(1));
    desk.put("other", "another secret");
    assert_eq!(run(&bytes, "other").status.code(), Some(1));
}

#[test]
fn the_policies_that_ship_can_be_applied() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    for name in ["default", "small-office"] {
        let policy = tidewaiter::flow::select::read_policy(&folder.join(format!("{name}.toml"))).unwrap();
        assert_eq!(policy.policy().name, name);
    }
}
