//! Index files of every version open for ever.

#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

use hsearch::{BuildParams, Hs6, Index, Instance, Language, Lesson, Outcome, Period, Source, Subheading};
use std::path::Path;

/// The frozen files, and what each gives the description below to its first code.
const FROZEN: [(&str, f64); 1] = [("index-v2.twhs", 0.972_917_610_596_500_6)];

const DESCRIPTION: &str = "roasted coffee beans";

fn index() -> Index {
    let lines = [
        ("090111", "Coffee", "Coffee, not roasted, not decaffeinated"),
        ("090121", "Coffee", "Coffee, roasted, not decaffeinated"),
        ("090210", "Tea", "Green tea"),
        ("610910", "T-shirts, knitted", "T-shirts of cotton"),
    ];
    let line = |(code, heading, text): (&str, &str, &str)| Subheading {
        code: Hs6::parse(code).unwrap(),
        text: text.to_owned(),
        heading_text: heading.to_owned(),
        chapter_text: String::new(),
        language: Language::En,
        valid: Period::default(),
    };
    // Enough texts for the ranker and the judge of declared codes to be taught.
    let things = [("raw beans", "090111"), ("roasted beans", "090121"), ("leaves", "090210"), ("cotton tee", "610910")];
    let ways = ["fine", "best", "plain", "washed", "old", "new", "mixed", "loose"];
    let pairs = ways.iter().flat_map(|way| ways.iter().map(move |other| format!("{way} {other}")));
    let known = pairs.flat_map(|words| things.map(|(thing, code)| (format!("{words} {thing}"), code)));
    let instance = |(text, code): (String, &str)| Instance {
        text,
        code: Hs6::parse(code).unwrap().into(),
        language: None,
        weight: 1.0,
    };
    let source = Source { name: "rulings".to_owned(), instances: known.map(instance).collect() };
    Index::build(&lines.map(line), &[source], BuildParams { seed: 1, threads: 1 }).unwrap()
}

#[test]
fn index_files_of_every_version_open_for_ever() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for (name, when_frozen) in FROZEN {
        let path = fixtures.join(name);
        if std::env::var_os("TIDEWAITER_FREEZE").is_some() && !path.exists() {
            std::fs::write(&path, index().to_bytes().unwrap()).unwrap();
        }
        let frozen = Index::from_bytes(&std::fs::read(&path).unwrap()).unwrap();
        let answer = frozen.search(DESCRIPTION, None).unwrap();
        assert_eq!(answer.ranked[0].code.to_string(), "090121", "{name}");
        let now = answer.ranked[0].probability;
        assert!((now - when_frozen).abs() < 1e-6, "{name} gave {when_frozen} when it was frozen, now {now}");
    }
}

#[test]
fn a_damaged_foreign_or_newer_file_is_refused() {
    let bytes = index().to_bytes().unwrap();
    let refused = |bytes: &[u8]| Index::from_bytes(bytes).unwrap_err().to_string();
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(refused(&damaged).contains("damaged"));
    let mut newer = bytes.clone();
    newer[8] = 200;
    assert!(refused(&newer).contains("version 200"));
    assert!(refused(b"hs6,text\n").contains("no index"));
    assert!(refused(&bytes[..20]).contains("no index") || refused(&bytes[..20]).contains("damaged"));
}

#[test]
fn words_that_nobody_knows_get_no_code_and_no_verdict() {
    let index = index();
    let declared = Hs6::parse("090121").unwrap();
    for text in ["dcqreoaqk jaou blskvhzyq", "qqqq", "xkcdwv zzzt"] {
        let answer = index.search(text, None).unwrap();
        assert_eq!(answer.outcome, Outcome::Ask, "{text}");
        assert_eq!(index.plausibility(&answer, declared).unwrap(), None, "{text}");
    }
    let answer = index.search(DESCRIPTION, None).unwrap();
    assert!(index.plausibility(&answer, declared).unwrap().unwrap().probability > 0.5);
}

#[test]
fn more_subheadings_than_can_be_numbered_are_refused() {
    let codes =
        (1..=97_u32).flat_map(|chapter| (0..1_000_u32).map(move |rest| format!("{chapter:02}{:04}", rest + 100)));
    let line = |code: String| Subheading {
        code: Hs6::parse(&code).unwrap(),
        text: "goods".to_owned(),
        heading_text: String::new(),
        chapter_text: String::new(),
        language: Language::En,
        valid: Period::default(),
    };
    let lines: Vec<Subheading> = codes.filter(|code| Hs6::parse(code).is_some()).map(line).collect();
    let error = Index::build(&lines, &[], BuildParams { seed: 1, threads: 1 }).unwrap_err().to_string();
    assert!(lines.len() > 1 << 16 && error.contains("65536"), "{error}");
}

#[test]
fn a_lesson_makes_its_code_plausible() {
    let mut index = index();
    let wozzle = "blue wozzle";
    let code = Hs6::parse("610910").unwrap();
    assert_eq!(index.search(wozzle, None).unwrap().outcome, Outcome::Ask);
    index.teach(&[Lesson { id: 1, text: wozzle.to_owned(), code }]);
    let answer = index.search(wozzle, None).unwrap();
    assert_eq!((answer.outcome, answer.ranked[0].code), (Outcome::Code, code));
    assert_eq!(index.question(&answer), None);
}
