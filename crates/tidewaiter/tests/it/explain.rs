//! Explanations: they add up, and nobody reads what is not for them.

use crate::demo::{shared, tidewaiter};
use domain::Audience;
use risk::model::ModelKind;
use tidewaiter::flow::demo::Demo;
use tidewaiter::flow::explain::{Explained, Request, explain};
use tidewaiter::view::explanation::{ExplanationView, ItemView};
use tidewaiter::view::words::Words;

fn words(demo: &Demo) -> Words {
    Words::new("en", demo.schema.categorical(), demo.schema.numeric()).unwrap()
}

fn views(audience: Audience) -> Vec<ExplanationView> {
    let (_, demo) = shared();
    let words = words(demo);
    demo.today.iter().map(|explained| ExplanationView::new(explained, &words, audience, None)).collect()
}

fn items(audience: Audience) -> Vec<ItemView> {
    views(audience).into_iter().flat_map(|view| view.items).collect()
}

#[test]
fn contributions_add_up_for_every_audience_that_sees_them() {
    for audience in [Audience::Targeter, Audience::Inspector, Audience::Court] {
        for item in items(audience) {
            let score = item.score.unwrap();
            let mut sum = score.base + score.calibration + score.reserved;
            for topic in &item.topics {
                let parts: f64 = topic.reasons.iter().map(|reason| reason.contribution.unwrap()).sum();
                assert!((parts - topic.contribution.unwrap()).abs() < 1e-9, "{}", topic.id);
                sum += parts;
            }
            let log_odds = (score.probability / (1.0 - score.probability)).ln();
            assert!((sum - log_odds).abs() < 1e-6 && (score.log_odds - log_odds).abs() < 1e-6, "{sum} {log_odds}");
            assert!(audience != Audience::Targeter || score.reserved.abs() < 1e-6, "a targeter sees all");
        }
    }
}

#[test]
fn the_heaviest_item_and_the_others_add_up_to_the_declaration() {
    let mut with_others = 0;
    for view in views(Audience::Targeter) {
        let log_odds = |p: f64| (p / (1.0 - p)).ln();
        let heaviest = view.items.iter().map(|item| item.score.as_ref().unwrap().log_odds).fold(f64::MIN, f64::max);
        let others = view.other_items.as_ref().map_or(0.0, |others| others.contribution.unwrap());
        assert!((heaviest + others - log_odds(view.probability.unwrap())).abs() < 1e-6, "{}", view.declaration);
        assert_eq!(view.other_items.is_some(), view.items.len() > 1);
        with_others += usize::from(view.other_items.is_some());
    }
    assert!(with_others > 0 && views(Audience::Trader).iter().all(|view| view.other_items.is_none()));
}

#[test]
fn a_trader_reads_only_facts_of_the_own_declaration() {
    let (_, demo) = shared();
    let may = ["price-missing", "value", "mass", "charges", "valuation", "code", "route", "data-quality"];
    for (view, explained) in views(Audience::Trader).iter().zip(&demo.today) {
        let reasons = view.items.iter().flat_map(|item| &item.topics).flat_map(|topic| &topic.reasons);
        reasons.for_each(|reason| assert!(may.contains(&reason.id), "{}", reason.id));
        let json = serde_json::to_string(view).unwrap();
        for key in ["probability", "expected_revenue", "contribution", "log_odds", "model_id", "cases", "check_first"] {
            assert!(!json.contains(&format!("\"{key}\"")), "{key}");
        }
        let header = &explained.record.declaration.header;
        for party in [&header.importer, &header.declarant, &header.consignor, &header.carrier].into_iter().flatten() {
            assert!(!json.contains(&**party), "{party}");
        }
        assert!(!json.contains("median") && !json.contains("inspection") && !json.contains("finding"), "{json}");
    }
}

/// The first declaration of the day by the model that looks at all features.
fn blended() -> Explained {
    let (_, demo) = shared();
    let (_, model) = demo.models.iter().find(|(_, model)| model.card().kind == ModelKind::Blend).unwrap();
    let request = Request {
        schema: &demo.schema,
        model,
        history: &[demo.folder.path("past.csv"), demo.folder.path("quarter.csv")],
        data: &[demo.folder.path("today.csv")],
        id: &demo.today[0].record.declaration.header.id,
        today: demo.days.last.plus(365),
    };
    explain(&request, |_, _| ()).unwrap()
}

#[test]
fn a_trader_is_told_the_facts_and_an_officer_what_they_mean() {
    let (_, demo) = shared();
    let (explained, words) = (blended(), words(demo));
    let told = |audience| {
        let view = ExplanationView::new(&explained, &words, audience, None);
        let reasons = view.items[0].topics.iter().flat_map(|topic| &topic.reasons);
        reasons.map(|reason| reason.id).collect::<Vec<_>>()
    };
    let (trader, targeter) = (told(Audience::Trader), told(Audience::Targeter));
    assert!(trader.contains(&"value") && trader.contains(&"mass"), "{trader:?}");
    assert!(trader.len() < targeter.len() && trader.iter().all(|id| targeter.contains(id)));
    for id in ["price-low", "price-high", "price-unreferenced", "rate", "split", "code-switch", "calendar"] {
        assert!(!trader.contains(&id), "{id}");
    }
}

#[test]
fn a_court_reads_no_cases_of_others_and_an_inspector_no_suspicion_of_parties() {
    assert!(items(Audience::Court).iter().all(|item| item.cases.is_none() && item.check_first.is_none()));
    let inspector = items(Audience::Inspector);
    let mut told = inspector.iter().flat_map(|item| &item.topics).flat_map(|topic| &topic.reasons);
    assert!(told.all(|reason| !reason.id.starts_with("profile-") && !reason.id.starts_with("importer-")));
    assert!(inspector.iter().any(|item| item.cases.as_ref().is_some_and(|cases| !cases.is_empty())));
}

#[test]
fn past_cases_were_known_before_and_are_told_once() {
    for view in views(Audience::Targeter) {
        for item in &view.items {
            let cases = item.cases.as_ref().unwrap();
            let mut names: Vec<_> = cases.iter().map(|case| (&case.declaration, case.item)).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), cases.len());
            assert!(cases.iter().all(|case| case.known_on <= view.lodged_on && case.declaration != view.declaration));
        }
    }
}

#[test]
fn every_text_has_its_words() {
    let (_, demo) = shared();
    let words = words(demo);
    for view in views(Audience::Targeter) {
        let text = tidewaiter::view::explanation::text(&view, &words);
        assert!(!text.contains("{$") && !text.contains("explain-") && !text.contains("case-"), "{text}");
    }
}

#[test]
fn the_command_tells_what_was_scored_in_bulk() {
    let (_, demo) = shared();
    let first = &demo.today[0].record.declaration.header.id;
    let model = demo.models[demo.chosen].0.display();
    let command = format!(
        "explain --schema world/schema.toml --model {model} --history past.csv quarter.csv --data today.csv --id"
    );
    let (code, json, error) = tidewaiter(&format!("{command} {first} --json"));
    assert_eq!(code, Some(0), "{error}");
    let expected = serde_json::to_string_pretty(&views(Audience::Targeter)[0]).unwrap();
    assert_eq!(json.trim_end(), expected);
    let (code, text, _) = tidewaiter(&format!("{command} {first} --item 1 --audience inspector"));
    assert!(code == Some(0) && text.contains("Item 1: ") && text.contains("log-odds"), "{text}");
    let (code, _, error) = tidewaiter(&format!("{command} nobody"));
    assert!(code == Some(2) && error.contains("no declaration `nobody`"), "{error}");
    let (code, _, error) = tidewaiter(&format!("{command} {first} --item 99"));
    assert!(code == Some(2) && error.contains("has no item 99; it has 1"), "{error}");
}
