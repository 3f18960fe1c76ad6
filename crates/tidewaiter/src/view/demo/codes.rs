//! Declared codes that the descriptions of the last day speak against.

use crate::flow::demo::Demo;
use crate::view::hs::codes::plain;
use crate::view::words::Words;
use domain::Plausibility;
use serde::Serialize;
use std::fmt::Write;

/// Items told.
const TOLD: usize = 3;

/// How codes of the last day stand to their descriptions.
#[derive(Debug, Serialize)]
pub struct CodesView {
    /// Goods items.
    pub items: usize,
    /// Items whose description says something.
    pub judged: usize,
    /// Items whose description speaks more for another code.
    pub with_better: usize,
    /// The least plausible of these.
    pub least_plausible: Vec<DoubtedView>,
}

/// An item whose description speaks more for another code.
#[derive(Debug, Serialize)]
pub struct DoubtedView {
    /// The declaration.
    pub id: String,
    /// Number of the item.
    pub item: u32,
    /// Its description.
    pub description: String,
    /// The declared subheading.
    pub declared: String,
    /// The better one.
    pub better: String,
    /// Probability that the declared one is right.
    pub probability: f64,
}

impl CodesView {
    pub(super) fn new(demo: &Demo) -> Self {
        let records = demo.today.iter().map(|explained| &explained.record);
        let items = records.flat_map(|record| {
            let items = record.declaration.items.iter().zip(&record.plausibility);
            items.map(|(item, verdict)| (&record.declaration.header.id, item, verdict))
        });
        let mut doubted: Vec<DoubtedView> = Vec::new();
        let (mut count, mut judged) = (0, 0);
        for (id, item, verdict) in items {
            count += 1;
            let Some(Plausibility { probability, better, .. }) = *verdict else { continue };
            judged += 1;
            if let Some((declared, better)) = item.code.zip(better) {
                doubted.push(DoubtedView {
                    id: id.to_string(),
                    item: item.number,
                    description: plain(item.description.as_deref().unwrap_or_default()),
                    declared: declared.hs6().to_owned(),
                    better: better.hs6().to_owned(),
                    probability,
                });
            }
        }
        doubted.sort_by(|a, b| a.probability.total_cmp(&b.probability).then((&a.id, a.item).cmp(&(&b.id, b.item))));
        let with_better = doubted.len();
        doubted.truncate(TOLD);
        Self { items: count, judged, with_better, least_plausible: doubted }
    }

    pub(super) fn text(&self, out: &mut String, words: &Words) {
        let [items, judged, better] = [self.items, self.judged, self.with_better].map(|count| count.to_string());
        let counts = [("items", &*items), ("judged", &judged), ("better", &better)];
        let _ = writeln!(out, "\n{}", words.text("demo-codes", &counts));
        for one in &self.least_plausible {
            let DoubtedView { id, item, description, declared, better, probability } = one;
            let _ =
                writeln!(out, "  {:>5.1} %  {id}/{item}  {declared}: {description:?} -> {better}", 100.0 * probability);
        }
    }
}
