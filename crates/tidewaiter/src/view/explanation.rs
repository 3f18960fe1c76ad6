//! The explanation of a score: for each audience what it may see, as JSON, as text, and for pages.

mod text;

pub use text::text;

use super::words::Words;
use crate::flow::explain::{Evidence, Explained};
use domain::{Audience, Explanation, GoodsItem, Reason, Score};
use learn::math::logit;
use risk::model::Rule;
use risk::{CaseOutcome, PastCase};
use serde::Serialize;
use std::collections::BTreeSet;

/// Name and version of the format.
const FORMAT: &str = "tidewaiter-explanation 1";

/// What `tidewaiter explain --json` prints. Whatever the audience may not see is left out, not emptied.
#[derive(Clone, Debug, Serialize)]
pub struct ExplanationView {
    /// `tidewaiter-explanation 1`.
    pub format: &'static str,
    /// The declaration.
    pub declaration: String,
    /// Its version.
    pub version: u32,
    /// The day it was lodged.
    pub lodged_on: String,
    /// For whom this was made.
    pub audience: &'static str,
    /// The model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// The day up to which data were used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Probability of at least one finding in the declaration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Expected extra revenue in units of the currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_revenue: Option<f64>,
    /// What the other items add to the log-odds of the item that weighs most; with the item's own they are those of the
    /// declaration. None for a single item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_items: Option<ReasonView>,
    /// Its goods items, or the one asked for.
    pub items: Vec<ItemView>,
}

/// One goods item.
#[derive(Clone, Debug, Serialize)]
pub struct ItemView {
    /// Its number.
    pub item: u32,
    /// Commodity code as declared.
    pub code: Option<String>,
    /// Origin as declared.
    pub origin: Option<String>,
    /// Description as declared.
    pub description: Option<String>,
    /// The numbers of its score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreView>,
    /// Its reasons by topic.
    pub topics: Vec<TopicView>,
    /// What to check first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_first: Option<CheckView>,
    /// The crossings of features that a network attended to most; where it looked, not what it made of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub crossings: Vec<CrossingView>,
    /// Comparable past cases, the closest relation first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<Vec<CaseView>>,
}

/// The numbers of a score. `base`, `calibration`, `reserved` and the contributions of all topics add up to `log_odds`.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreView {
    /// Calibrated probability of a finding.
    pub probability: f64,
    /// Expected extra revenue in units of the currency.
    pub expected_revenue: f64,
    /// Log-odds of the probability.
    pub log_odds: f64,
    /// Log-odds of an average item.
    pub base: f64,
    /// What calibration adds.
    pub calibration: f64,
    /// What reasons add that this audience may not see.
    pub reserved: f64,
}

/// Reasons of one topic.
#[derive(Clone, Debug, Serialize)]
pub struct TopicView {
    /// Stable id.
    pub id: &'static str,
    /// In words.
    pub text: String,
    /// What its reasons add to the log-odds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contribution: Option<f64>,
    /// The reasons, the weightiest first; for traders in the order of facts.
    pub reasons: Vec<ReasonView>,
}

/// One reason.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonView {
    /// Stable id.
    pub id: &'static str,
    /// In words.
    pub text: String,
    /// What it adds to the log-odds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contribution: Option<f64>,
}

/// A crossing of features.
#[derive(Clone, Debug, Serialize)]
pub struct CrossingView {
    /// Share of the attention. Shares are no contributions and add up to nothing.
    pub attention: f64,
    /// What holds of the item.
    pub conditions: Vec<String>,
}

/// What to check first.
#[derive(Clone, Debug, Serialize)]
pub struct CheckView {
    /// The kind of finding that is most likely.
    pub kind: &'static str,
    /// What to do, in words.
    pub text: String,
}

/// A comparable past case.
#[derive(Clone, Debug, Serialize)]
pub struct CaseView {
    /// `repeat`, `same_importer` or `same_goods`.
    pub relation: &'static str,
    /// The declaration.
    pub declaration: String,
    /// The item.
    pub item: u32,
    /// The day it was lodged.
    pub lodged_on: String,
    /// The day from which the outcome counts.
    pub known_on: String,
    /// `in_order`, `finding` or `overturned`.
    pub outcome: &'static str,
    /// What had been found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// All of it in words.
    pub text: String,
}

impl ExplanationView {
    /// What `audience` may see of an explained declaration; of one item only where `item` names its number.
    pub fn new(explained: &Explained, words: &Words, audience: Audience, item: Option<u32>) -> Self {
        let (header, scored) = (&explained.record.declaration.header, &explained.scored);
        let is_told = sees_scores(audience);
        let goods = explained.record.declaration.items.iter();
        let items = goods.zip(scored.items.iter().zip(&explained.evidence));
        let wanted = items.filter(|(goods, _)| item.is_none_or(|number| number == goods.number));
        let first = scored.items.first().filter(|_| is_told);
        Self {
            format: FORMAT,
            declaration: header.id.to_string(),
            version: header.version,
            lodged_on: header.day.to_string(),
            audience: audience.name(),
            model_id: first.map(|score| score.model().0.to_string()),
            as_of: first.map(|score| score.as_of().day.to_string()),
            probability: is_told.then_some(scored.probability),
            expected_revenue: is_told.then_some(scored.expected_revenue_minor / 100.0),
            other_items: other_items(&scored.explanation, words, audience),
            items: wanted
                .map(|(goods, (score, evidence))| ItemView::new(goods, score, evidence, words, audience))
                .collect(),
        }
    }
}

fn other_items(explanation: &Explanation, words: &Words, audience: Audience) -> Option<ReasonView> {
    let Explanation::Reasons(tree) = explanation else { return None };
    let leaf = tree.parts.iter().find(|part| part.id == "other-items" && audience.may_see(part.audience))?;
    let contribution = sees_scores(audience).then_some(leaf.contribution);
    Some(ReasonView { id: leaf.id, text: words.reason(leaf), contribution })
}

/// A score, its lane and how it came about are never told to a trader.
fn sees_scores(audience: Audience) -> bool {
    audience > Audience::Trader
}

/// What others declared and what came of it is for officers.
fn sees_cases(audience: Audience) -> bool {
    audience >= Audience::Inspector
}

impl ItemView {
    fn new(goods: &GoodsItem, score: &Score, evidence: &Evidence, words: &Words, audience: Audience) -> Self {
        let tree = match score.explanation() {
            Explanation::Reasons(tree) => Some(tree),
            Explanation::SkippedInBulk => None,
        };
        let topics = tree.map_or_else(Vec::new, |tree| topics(tree, words, audience));
        let officer = sees_cases(audience);
        Self {
            item: goods.number,
            code: goods.code.map(|code| code.as_str().to_owned()),
            origin: goods.origin.map(|origin| origin.to_string()),
            description: goods.description.as_deref().map(str::to_owned),
            score: tree.filter(|_| sees_scores(audience)).map(|tree| ScoreView::new(score, tree, &topics)),
            topics,
            check_first: officer
                .then(|| CheckView { kind: evidence.check_first.name(), text: words.check(evidence.check_first) }),
            crossings: match audience {
                Audience::Targeter => evidence.rules.iter().map(|rule| CrossingView::new(rule, words)).collect(),
                _ => Vec::new(),
            },
            cases: officer.then(|| cases(evidence, words)),
        }
    }

    /// The reasons that raise the score most, highest first.
    pub fn top_reasons(&self, count: usize) -> Vec<&ReasonView> {
        let weight = |reason: &ReasonView| reason.contribution.unwrap_or_default();
        let all = self.topics.iter().flat_map(|topic| &topic.reasons);
        let mut raising: Vec<&ReasonView> = all.filter(|reason| weight(reason) > 0.0).collect();
        raising.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        raising.truncate(count);
        raising
    }
}

impl CrossingView {
    fn new(rule: &Rule, words: &Words) -> Self {
        let conditions = rule.conditions.iter().map(|condition| words.condition(condition));
        Self { attention: rule.attention, conditions: conditions.collect() }
    }
}

impl ScoreView {
    fn new(score: &Score, tree: &Reason, topics: &[TopicView]) -> Self {
        let leaf = |id: &str| tree.parts.iter().find(|part| part.id == id).map_or(0.0, |part| part.contribution);
        let (base, calibration) = (leaf("base"), leaf("calibration"));
        let seen: f64 = topics.iter().filter_map(|topic| topic.contribution).sum();
        Self {
            probability: score.probability(),
            expected_revenue: score.expected_revenue_minor() / 100.0,
            log_odds: logit(score.probability()),
            base,
            calibration,
            reserved: tree.contribution - base - calibration - seen,
        }
    }
}

fn topics(tree: &Reason, words: &Words, audience: Audience) -> Vec<TopicView> {
    let with_numbers = sees_scores(audience);
    let topic = |group: &Reason| {
        let mut leaves = group.leaves();
        leaves.retain(|leaf| audience.may_see(leaf.audience));
        if with_numbers {
            leaves.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
        }
        let reason = |leaf: &&Reason| ReasonView {
            id: leaf.id,
            text: words.reason(leaf),
            contribution: with_numbers.then_some(leaf.contribution),
        };
        let sum = leaves.iter().map(|leaf| leaf.contribution).sum();
        TopicView {
            id: group.id,
            text: words.text(group.id, &[]),
            contribution: with_numbers.then_some(sum),
            reasons: leaves.iter().map(reason).collect(),
        }
    };
    let mut topics: Vec<TopicView> = tree.parts.iter().filter(|part| !part.parts.is_empty()).map(topic).collect();
    topics.retain(|topic| !topic.reasons.is_empty());
    let weight = |topic: &TopicView| topic.contribution.unwrap_or_default().abs();
    topics.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    topics
}

/// The cases of all relations, each told once, under its closest relation.
fn cases(evidence: &Evidence, words: &Words) -> Vec<CaseView> {
    let cases = &evidence.cases;
    let relations =
        [("repeat", &cases.repeats), ("same_importer", &cases.same_importer), ("same_goods", &cases.same_goods)];
    let mut told = BTreeSet::new();
    let all = relations.into_iter().flat_map(|(relation, cases)| cases.iter().map(move |case| (relation, case)));
    all.filter(|(_, case)| told.insert((case.id.clone(), case.item)))
        .map(|(relation, case)| case_view(relation, case, words))
        .collect()
}

fn case_view(relation: &'static str, case: &PastCase, words: &Words) -> CaseView {
    let kind = case.kind.filter(|_| case.outcome != CaseOutcome::InOrder).map(|kind| kind.name());
    let found = kind.map(|kind| words.text(&format!("term-{kind}"), &[])).unwrap_or_default();
    let outcome = match (case.outcome, kind) {
        (CaseOutcome::Finding, None) => "case-finding-unnamed",
        (CaseOutcome::Finding, Some(_)) => "case-finding",
        (CaseOutcome::Overturned, _) => "case-overturned",
        (CaseOutcome::InOrder, _) => "case-in-order",
    };
    let (item, lodged_on, known_on) = (case.item.to_string(), case.lodged_on.to_string(), case.known_on.to_string());
    let text = words.text(
        &format!("case-{}", relation.replace('_', "-")),
        &[
            ("declaration", &case.id),
            ("item", &item),
            ("lodged", &lodged_on),
            ("outcome", &words.text(outcome, &[("kind", &found), ("known", &known_on)])),
        ],
    );
    CaseView {
        relation,
        declaration: case.id.to_string(),
        item: case.item,
        lodged_on,
        known_on,
        outcome: case.outcome.name(),
        kind,
        text,
    }
}
