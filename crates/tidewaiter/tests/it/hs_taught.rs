//! `hs teach`: what is taught acts on the next query, outlives crashes and new indexes, and is taken back without a trace in answers.

use crate::hs::{NOMENCLATURE, small, tidewaiter, written};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tidewaiter::flow::hs::taught::{Signed, Taught, TaughtError, withdraw};
use tidewaiter::flow::hs::{HsError, open};

fn teach(index: &Path, rest: &[&str]) -> (Option<i32>, String, String) {
    tidewaiter(&[&["hs", "teach", "--index", index.to_str().unwrap()], rest].concat())
}

fn taught(index: &Path, text: &str, code: &str) {
    let (exit, out, error) = teach(index, &["--by", "A. Officer", "--why", "ruling 7", text, code]);
    assert!(exit == Some(0) && out.contains("Taught"), "{out}{error}");
}

fn journal(index: &Path) -> PathBuf {
    let mut name = index.as_os_str().to_owned();
    name.push(".taught");
    PathBuf::from(name)
}

/// The first code of an answer with its probability.
fn first(index: &Path, text: &str) -> (String, f64) {
    let answer = open(index).unwrap().search(text, None).unwrap();
    let sum: f64 = answer.ranked.iter().map(|ranked| ranked.probability).sum();
    assert!(sum <= 1.0 + 1e-9, "{sum}");
    answer.ranked.first().map_or_else(Default::default, |first| (first.code.to_string(), first.probability))
}

#[test]
fn a_taught_text_comes_first_and_its_like_profit_until_it_is_withdrawn() {
    let (_folder, index) = small();
    let text = "roasted coffee gadget zorblatt";
    let before = open(&index).unwrap().search(text, None).unwrap();
    assert_ne!(first(&index, text).0, "851713");
    taught(&index, text, "8517.13");
    let (code, probability) = first(&index, "ROASTED coffee gadget, Zorblatt!");
    assert!(code == "851713" && probability >= 0.95, "{code} {probability}");
    // One word more: it profits, in part.
    let alike = |index: &Path| {
        let answer = open(index).unwrap().search("coffee gadget zorblatt roasted new", None).unwrap();
        answer.ranked.iter().find(|one| one.code.to_string() == "851713").map_or(0.0, |one| one.probability)
    };
    assert!(alike(&index) > 0.3 && alike(&index) < 0.95, "{}", alike(&index));
    assert_eq!(first(&index, "roasted coffee").0, "090121", "what is not alike stays as it was");
    let path = index.to_str().unwrap();
    let (_, out, _) = tidewaiter(&["hs", "search", "--index", path, text]);
    assert!(out.contains("Taught as 851713 by A. Officer") && out.contains("ruling 7"), "{out}");
    let (exit, out, _) = teach(&index, &["--withdraw", "1", "--by", "B. Officer"]);
    assert!(exit == Some(0) && out.contains("No. 1 is withdrawn"), "{out}");
    assert_eq!(open(&index).unwrap().search(text, None).unwrap(), before);
    let (exit, _, error) = teach(&index, &["--withdraw", "1", "--by", "B. Officer"]);
    assert!(exit == Some(2) && error.contains("withdrawn before"), "{error}");
    let (_, list, _) = teach(&index, &["--list", "--json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    let one = &list[0];
    assert_eq!(
        (&one["code"], &one["taught"]["by"], &one["withdrawn"]["by"]),
        (&"851713".into(), &"A. Officer".into(), &"B. Officer".into())
    );
    assert!(one["taught"]["when"].as_str().unwrap().ends_with('Z') && one["has_effect"] == false);
}

#[test]
fn of_two_teachings_the_last_counts_and_vague_words_can_be_taught() {
    let (_folder, index) = small();
    taught(&index, "gift", "090230");
    taught(&index, "gift", "640411");
    assert_eq!(first(&index, "gift").0, "640411");
    assert_eq!(open(&index).unwrap().search("gift", None).unwrap().outcome, hsearch::Outcome::Code);
    let signed = || Signed { by: "me".to_owned(), when: String::new(), why: None };
    withdraw(&index, 2, signed()).unwrap();
    assert_eq!(first(&index, "gift").0, "090230", "the one before counts again");
    taught(&index, "4711", "090230");
    assert_eq!(first(&index, "4711").0, "090230");
    assert!(matches!(withdraw(&index, 9, signed()), Err(TaughtError::NoLesson { id: 9 })));
}

#[test]
fn what_cant_be_taught_is_refused_and_nothing_is_written() {
    let (_folder, index) = small();
    let long = "x".repeat(5_000);
    for (arguments, words) in [
        (vec!["--by", "A", "phone", "851712"], "has no 851712"),
        (vec!["--by", "A", "phone", "8517"], "is no subheading"),
        (vec!["--by", "A", "phone", "no"], "is no subheading"),
        (vec!["--by", "A", " -- ", "851713"], "no word"),
        (vec!["--by", "A", "", "851713"], "no word"),
        (vec!["--by", "A", &long, "851713"], "4000 are read"),
        (vec!["--by", " ", "phone", "851713"], "say who"),
        (vec!["phone", "851713"], "--by"),
    ] {
        let (exit, _, error) = teach(&index, &arguments);
        assert!(exit == Some(2) && error.contains(words), "{arguments:?}: {error}");
    }
    assert!(Taught::read(&index).unwrap().records.is_empty());
}

#[test]
fn a_new_index_keeps_what_was_taught_and_tells_what_has_no_effect() {
    let (folder, index) = small();
    taught(&index, "zorblatt", "851713");
    taught(&index, "wozzle", "090121");
    let laws: String =
        NOMENCLATURE.lines().filter(|line| !line.starts_with("0901")).map(|line| format!("{line}\n")).collect();
    let laws = written(folder.path(), "fewer.csv", &laws);
    let (exit, out, _) =
        tidewaiter(&["hs", "import", "--nomenclature", laws.to_str().unwrap(), "--out", index.to_str().unwrap()]);
    assert!(exit == Some(0) && out.contains("kept: 2 texts"), "{out}");
    assert_eq!(first(&index, "zorblatt").0, "851713");
    let (_, list, _) = teach(&index, &["--list"]);
    let lines: Vec<&str> = list.lines().collect();
    assert!(!lines[0].contains("without effect") && lines[1].contains("without effect"), "{list}");
}

#[test]
fn a_line_that_a_crash_cut_off_is_no_line_and_one_that_was_changed_is_told() {
    let (_folder, index) = small();
    taught(&index, "zorblatt", "851713");
    let whole = fs::read(journal(&index)).unwrap();
    taught(&index, "wozzle", "090121");
    let both = fs::read(journal(&index)).unwrap();
    for cut in 1..both.len() {
        fs::write(journal(&index), &both[..cut]).unwrap();
        let read = Taught::read(&index).unwrap_or_else(|error| panic!("{cut}: {error}")).records.len();
        let expected = usize::from(cut >= whole.len()) + usize::from(cut == both.len());
        assert_eq!(read, expected, "{cut} bytes of {}", both.len());
    }
    // What was cut off makes room for the next.
    fs::write(journal(&index), &both[..both.len() - 5]).unwrap();
    taught(&index, "gizmo", "640411");
    let texts: Vec<String> = Taught::read(&index).unwrap().records.iter().map(|record| record.text.clone()).collect();
    assert_eq!(texts, ["zorblatt", "gizmo"]);
    let mut changed = whole.clone();
    let place = changed.windows(8).position(|part| part == b"zorblatt").unwrap();
    changed[place] = b'Z';
    fs::write(journal(&index), &changed).unwrap();
    let error = open(&index).unwrap_err();
    assert!(matches!(error, HsError::Taught(TaughtError::Damaged { line: 2, .. })), "{error}");
    for foreign in ["a file of somebody", "another head\n"] {
        fs::write(journal(&index), foreign).unwrap();
        let (exit, _, error) = teach(&index, &["--by", "A", "phone", "851713"]);
        assert!(exit == Some(2) && error.contains("begins with"), "{error}");
        assert_eq!(fs::read(journal(&index)).unwrap(), foreign.as_bytes(), "it is left as it was");
    }
}

#[test]
fn officers_may_teach_at_the_same_time() {
    let (_folder, index) = small();
    let officers: Vec<_> = (0..8)
        .map(|number| {
            let index = index.clone();
            std::thread::spawn(move || taught(&index, &format!("gizmo number {number}"), "640411"))
        })
        .collect();
    officers.into_iter().for_each(|officer| officer.join().unwrap());
    let mut ids: Vec<u64> = Taught::read(&index).unwrap().records.iter().map(|record| record.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=8).collect::<Vec<u64>>());
}

#[test]
fn who_teaches_waits_for_who_is_at_it() {
    let (_folder, index) = small();
    taught(&index, "gizmo", "640411");
    let held = fs::File::open(journal(&index)).unwrap();
    held.lock().unwrap();
    let officer = std::thread::spawn({
        let index = index.clone();
        move || taught(&index, "wozzle", "640411")
    });
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert_eq!(Taught::read(&index).unwrap().records.len(), 1);
    held.unlock().unwrap();
    officer.join().unwrap();
    assert_eq!(Taught::read(&index).unwrap().records.len(), 2);
}

/// A journal of version 1, as it was first written. It is opened for ever.
const VERSION_1: &str = "tidewaiter taught texts 1
f55856b9059afce60389936b63c0d0e2 {\"id\":1,\"when\":\"2026-11-30T20:26:02Z\",\"by\":\"A. Officer\",\"why\":\"ruling 7\",\"text\":\"wozzle bracelet, \\\"gold\\\"\",\"code\":\"71171900\"}
a7f700b47fb8be62a7389d31744927e9 {\"id\":2,\"when\":\"2026-11-30T20:27:00Z\",\"by\":\"A. Officer\",\"text\":\"чёрный чай\",\"code\":\"090230\"}
7ce026c44fa06f9e6711cb64dcdefacb {\"id\":3,\"when\":\"2026-12-01T08:00:00Z\",\"by\":\"B. Officer\",\"why\":\"overruled\",\"withdraws\":1}
";

#[test]
fn a_journal_of_the_first_version_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("hs.index");
    fs::write(journal(&index), VERSION_1).unwrap();
    let taught = Taught::read(&index).unwrap();
    let texts: Vec<(&str, &str)> = taught.records.iter().map(|one| (&*one.text, &*one.code)).collect();
    assert_eq!(texts, [("wozzle bracelet, \"gold\"", "71171900"), ("чёрный чай", "090230")]);
    let withdrawn = taught.records[0].withdrawn.as_ref().unwrap();
    assert_eq!((&*withdrawn.by, withdrawn.why.as_deref()), ("B. Officer", Some("overruled")));
    assert_eq!(taught.lessons().len(), 1);
}
