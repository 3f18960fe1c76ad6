//! The report: well-formed, readable without colour, sight or script, and safe whatever a declaration holds.

use crate::demo::shared;
use std::collections::BTreeSet;
use tidewaiter::flow::demo::{Demo, Request, demo};
use tidewaiter::view::evaluation::Run;
use tidewaiter::view::words::Words;

fn page(demo: &Demo) -> String {
    let words = Words::new("en", demo.schema.categorical(), demo.schema.numeric()).unwrap();
    tidewaiter::report::page(demo, &words).unwrap()
}

/// The names of all tags in order, with a slash before closing ones; panics where text holds a bare bracket.
fn tags(page: &str) -> Vec<(String, String)> {
    let mut rest = page;
    let mut tags = Vec::new();
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').unwrap();
        let inside = &rest[start + 1..end];
        let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        tags.push((name.trim_end_matches('/').to_ascii_lowercase(), attributes.to_owned()));
        assert!(!inside.contains('<'), "{inside}");
        rest = &rest[end + 1..];
    }
    tags
}

fn values<'a>(tags: &'a [(String, String)], attribute: &str) -> Vec<&'a str> {
    let start = format!("{attribute}=\"");
    let value = |attributes: &'a str| {
        let at =
            attributes.find(&start).filter(|at| *at == 0 || attributes.as_bytes()[at - 1].is_ascii_whitespace())?;
        attributes[at + start.len()..].split('"').next()
    };
    tags.iter().filter_map(|(_, attributes)| value(attributes)).collect()
}

/// Whether a page is well-formed, runs and fetches nothing, and points at what it has.
pub(crate) fn is_sound(page: &str) {
    is_balanced(page);
    is_alone(page);
    is_structured(page);
}

#[test]
fn tags_are_balanced() {
    let (_, demo) = shared();
    is_balanced(&page(demo));
}

fn is_balanced(page: &str) {
    let mut open: Vec<String> = Vec::new();
    for (name, attributes) in tags(page) {
        let is_void = ["meta", "!doctype"].contains(&&*name) || attributes.ends_with('/');
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name)),
            None if !is_void => open.push(name),
            None => {}
        }
    }
    assert_eq!(open, Vec::<String>::new());
}

#[test]
fn nothing_is_run_or_fetched() {
    let (_, demo) = shared();
    is_alone(&page(demo));
}

fn is_alone(page: &str) {
    for forbidden in ["<script", "http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "javascript:"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(values(&tags(page), "href").iter().all(|target| target.starts_with('#')));
    assert!(!tags(page).iter().any(|(_, attributes)| attributes.contains(" on") && attributes.contains("=\"java")));
}

#[test]
fn every_plot_has_its_title_description_and_table() {
    let (_, demo) = shared();
    let page = page(demo);
    let figures: Vec<&str> =
        page.split("<figure>").skip(1).map(|part| part.split("</figure>").next().unwrap()).collect();
    assert_eq!(figures.len(), 4);
    for figure in figures {
        for needed in ["<svg ", "role=\"img\"", "<title ", "<desc ", "<details>", "<caption>", "<tbody>"] {
            assert_eq!(figure.matches(needed).count(), 1, "{needed} in {figure}");
        }
    }
}

#[test]
fn structure_is_there_for_those_who_listen() {
    let (_, demo) = shared();
    is_structured(&page(demo));
}

fn is_structured(page: &str) {
    let tags = tags(page);
    let count = |name: &str| tags.iter().filter(|(tag, _)| tag == name).count();
    assert!(page.contains("<html lang=\"en\" dir=\"ltr\">"));
    for landmark in ["header", "nav", "main", "footer", "h1"] {
        assert_eq!(count(landmark), 1, "{landmark}");
    }
    assert_eq!(count("table"), count("caption"));
    assert!(tags.iter().filter(|(tag, _)| tag == "th").all(|(_, attributes)| attributes.contains("scope=")));
    let ids = values(&tags, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    let targets = values(&tags, "href").into_iter().map(|target| &target[1..]);
    let named = values(&tags, "aria-labelledby").into_iter().flat_map(str::split_whitespace);
    targets.chain(named).for_each(|target| assert!(unique.contains(target), "{target}"));
}

#[test]
fn words_are_those_of_the_product() {
    let (_, demo) = shared();
    let page = page(demo);
    let body = &page[page.find("<body>").unwrap()..];
    for missing in [">report-", ">lane-", ">quality-", ">slice-", "control-", "{$", "{ $"] {
        assert!(!body.contains(missing), "{missing}");
    }
    for word in ["illicit", "fraudster"] {
        assert!(!page.to_ascii_lowercase().contains(word), "{word}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let folder = tempfile::tempdir().unwrap();
    let request = Request {
        dir: folder.path().to_owned(),
        seed: 7,
        declarations: 3000,
        force: false,
        language: "en".to_owned(),
        threads: 1,
    };
    let run = Run { wall_s: 0.0, cpu_s: None, peak_mb: None, rows_per_s: 0.0, threads: 1 };
    let mut demo = demo(&request, |_| run.clone(), |_, _| ()).unwrap();
    let hostile = "</q><script>alert(1)</script>\" onload=\"x' &amp; \u{202e}";
    for explained in &mut demo.today {
        let declaration = &mut explained.record.declaration;
        declaration.header.id = hostile.into();
        declaration.header.importer = Some(hostile.into());
        declaration.header.office = Some(hostile.into());
        for item in &mut declaration.items {
            item.description = Some(hostile.into());
        }
    }
    for told in &mut demo.selection.told {
        told.reasons = vec![hostile.into()];
    }
    let page = page(&demo);
    assert!(page.contains("script") && !page.contains("<script"), "the text is there, the tag is not");
    assert!(!page.contains("\" onload=\"") && !page.contains("</q><script"));
    tags(&page);
}
