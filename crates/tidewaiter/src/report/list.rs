//! The top of the inspection list.

use super::table::{grouped, percent};
use crate::flow::demo::Demo;
use crate::flow::explain::Explained;
use crate::view::explanation::{ExplanationView, ItemView};
use crate::view::words::Words;
use domain::{Audience, SelectedBy};
use risk::select::Row;

/// Declarations shown.
const SHOWN: usize = 12;

/// Reasons shown for each.
const REASONS: usize = 4;

/// One declaration of the list.
pub(super) struct Entry {
    pub(super) place: usize,
    pub(super) id: String,
    pub(super) lane: &'static str,
    pub(super) lane_text: String,
    /// Code and origin of the item that weighs most.
    pub(super) goods: String,
    pub(super) description: String,
    /// Importer, office and further items, as declared.
    pub(super) declared: Vec<(String, String)>,
    pub(super) facts: Vec<(String, String)>,
    pub(super) why: String,
    pub(super) is_blind: bool,
    pub(super) reasons: Vec<String>,
    pub(super) check: String,
    pub(super) cases: Vec<String>,
}

/// The first declarations that get a control, in the order of the selection.
pub(super) fn entries(demo: &Demo, words: &Words) -> Vec<Entry> {
    let rows = demo.selection.draws.iter().flat_map(|draw| &draw.rows).filter(|row| row.control.is_some());
    let explained = |row: &Row| demo.today.get(row.candidate);
    let shown = rows.filter_map(|row| Some((row, explained(row)?))).take(SHOWN);
    shown.enumerate().map(|(index, (row, explained))| entry(index + 1, row, explained, words)).collect()
}

fn entry(place: usize, row: &Row, explained: &Explained, words: &Words) -> Entry {
    let view = ExplanationView::new(explained, words, Audience::Targeter, None);
    let probability = |item: &&ItemView| item.score.as_ref().map_or(0.0, |score| score.probability);
    let heaviest = view.items.iter().max_by(|a, b| probability(a).total_cmp(&probability(b)));
    let text = |id: &str| words.text(id, &[]);
    let missing = || text("missing");
    let is_one_of_several = explained.record.declaration.items.len() > 1;
    let goods = if is_one_of_several { "report-goods-of-item" } else { "report-goods" };
    let number = heaviest.map_or(0, |item| item.item).to_string();
    let (code, origin) = heaviest.map_or((None, None), |item| (item.code.clone(), item.origin.clone()));
    let (code, origin) = (code.unwrap_or_else(missing), origin.unwrap_or_else(missing));
    let reasons = heaviest.map_or_else(Vec::new, |item| item.top_reasons(REASONS));
    let cases = heaviest.and_then(|item| item.cases.as_ref()).into_iter().flatten();
    let facts = [
        ("report-probability", percent(explained.scored.probability)),
        ("report-expected-revenue", grouped(explained.scored.expected_revenue_minor / 100.0)),
        ("report-chance", percent(row.probability)),
        ("report-officer-time", words.text("report-minutes", &[("minutes", &row.minutes.to_string())])),
    ];
    Entry {
        place,
        id: view.declaration.clone(),
        lane: row.lane.name(),
        lane_text: text(&format!("lane-{}", row.lane.name())),
        goods: words.text(goods, &[("item", &number), ("code", &code), ("origin", &origin)]),
        description: heaviest.and_then(|item| item.description.clone()).unwrap_or_default(),
        declared: declared(explained, words),
        facts: facts.map(|(id, value)| (text(id), value)).to_vec(),
        why: why(row, explained, words),
        is_blind: row.blind,
        reasons: reasons.into_iter().map(|reason| reason.text.clone()).collect(),
        check: heaviest.and_then(|item| item.check_first.as_ref()).map(|check| check.text.clone()).unwrap_or_default(),
        cases: cases.map(|case| case.text.clone()).collect(),
    }
}

fn declared(explained: &Explained, words: &Words) -> Vec<(String, String)> {
    let header = &explained.record.declaration.header;
    let items = explained.record.declaration.items.len().to_string();
    let party = |text: &domain::Text| text.as_deref().map_or_else(|| words.text("missing", &[]), str::to_owned);
    [
        ("report-importer", party(&header.importer)),
        ("report-declarant", party(&header.declarant)),
        ("report-office", party(&header.office)),
        ("report-items", items),
    ]
    .map(|(id, value)| (words.text(id, &[]), value))
    .to_vec()
}

/// Why a declaration was chosen, with the control it gets.
fn why(row: &Row, explained: &Explained, words: &Words) -> String {
    let control = row.control.map_or(String::new(), |control| words.text(&format!("control-{}", control.name()), &[]));
    let mandatory = explained.record.declaration.header.mandatory.first();
    let (basis, agency) = mandatory.map_or(("", ""), |control| (&control.legal_basis, &control.agency));
    let rank = row.rank.map(|rank| rank.to_string()).unwrap_or_default();
    let id = match row.selected_by {
        SelectedBy::Mandatory if !basis.is_empty() => "report-why-mandatory",
        SelectedBy::Mandatory => "report-why-carried",
        SelectedBy::Score => "report-why-score",
        SelectedBy::Random => "report-why-random",
        SelectedBy::Exploration => "report-why-exploration",
        SelectedBy::None => "report-why-none",
    };
    words.text(id, &[("control", &control), ("basis", basis), ("agency", agency), ("rank", &rank)])
}
