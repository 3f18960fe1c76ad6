//! Past cases: the latest results known of goods and parties like those of an item, for officers to look up.
//!
//! Models never read them. Only examined items make cases, and each key keeps the latest few, so that their number is
//! bounded by the number of results.

use super::key::{Declared, Field, FieldKeys, Key, join};
use super::tally::{Result as Outcome, Verdict};
use super::{History, repeat_key, tag};
use domain::{Day, FindingKind, Record};
use serde::{Deserialize, Serialize};

/// Cases kept under one key.
const KEPT: usize = 4;

/// An examined item whose result is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCase {
    /// The declaration.
    pub id: Box<str>,
    /// The item's number in it.
    pub item: u32,
    /// The day it was lodged.
    pub lodged_on: Day,
    /// The day from which the outcome counts; that of the overturning where a finding was overturned.
    pub known_on: Day,
    /// What came of it.
    pub outcome: CaseOutcome,
    /// What had been found, if the file says so.
    pub kind: Option<FindingKind>,
}

/// What came of a past case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseOutcome {
    /// Everything was in order.
    InOrder,
    /// There was a finding that counts.
    Finding,
    /// There had been a finding, and it was overturned.
    Overturned,
}

impl CaseOutcome {
    /// The stable name used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InOrder => "in_order",
            Self::Finding => "finding",
            Self::Overturned => "overturned",
        }
    }
}

/// Past cases comparable to an item, latest first, at most four of each relation; none is the item's own declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastCases {
    /// Rows that the item repeats.
    pub repeats: Vec<PastCase>,
    /// The same importer under the same heading.
    pub same_importer: Vec<PastCase>,
    /// The same subheading from the same origin, whoever imported it.
    pub same_goods: Vec<PastCase>,
}

/// An item that was examined, as the state file holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Case {
    pub(super) id: Box<str>,
    pub(super) item: u32,
    /// Epoch day of lodgement.
    pub(super) lodged: i32,
}

/// The latest cases under one key, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct LatestCases {
    cases: Vec<(Case, Known)>,
}

/// What is known of a case: from which epoch day, what, and of which kind by its place in [`FindingKind::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    day: i32,
    verdict: Verdict,
    kind: Option<u8>,
}

impl LatestCases {
    /// Adds a result that became known; the withdrawal of a finding corrects its case, if it is still kept.
    pub(super) fn add(&mut self, case: &Case, outcome: &Outcome) {
        let known = Known { day: outcome.day, verdict: outcome.verdict, kind: outcome.kind };
        if outcome.verdict == Verdict::Withdrawn {
            if let Some((_, earlier)) = self.cases.iter_mut().find(|(kept, _)| kept == case) {
                *earlier = known;
            }
            return;
        }
        if self.cases.len() == KEPT {
            self.cases.remove(0);
        }
        self.cases.push((case.clone(), known));
    }

    fn latest_first(&self, except: &str) -> Vec<PastCase> {
        self.cases.iter().rev().filter(|(case, _)| &*case.id != except).map(|(case, known)| known.of(case)).collect()
    }
}

impl Known {
    fn of(self, case: &Case) -> PastCase {
        PastCase {
            id: case.id.clone(),
            item: case.item,
            lodged_on: Day::from_epoch_days(case.lodged),
            known_on: Day::from_epoch_days(self.day),
            outcome: match self.verdict {
                Verdict::Clean => CaseOutcome::InOrder,
                Verdict::Found => CaseOutcome::Finding,
                Verdict::Withdrawn => CaseOutcome::Overturned,
            },
            kind: self.kind.and_then(|kind| FindingKind::ALL.get(usize::from(kind))).copied(),
        }
    }
}

/// The keys beside the repeat key under which a case is kept: importer x heading, subheading x origin.
pub(super) fn case_keys(keys: &FieldKeys<'_>) -> [Option<Key>; 2] {
    let key = |tag: u64, fields: &[Field]| Some(join(tag, keys.combination(fields)?));
    [key(tag::IMPORTER_HS4, &[Field::Importer, Field::Hs4]), key(tag::HS6_ORIGIN, &[Field::Hs6, Field::Origin])]
}

impl History {
    /// The latest past cases comparable to item `index` of `record` whose results are known. Call [`History::advance`]
    /// with its day first.
    pub fn past_cases(&self, record: &Record, index: usize) -> PastCases {
        let (header, item) = (&record.declaration.header, &record.declaration.items[index]);
        let keys = FieldKeys::new(Declared::of(record, index));
        let under = |key: Option<Key>| {
            let cases = key.and_then(|key| self.cases.get(&key));
            cases.map_or_else(Vec::new, |cases| cases.latest_first(&header.id))
        };
        let [same_importer, same_goods] = case_keys(&keys).map(under);
        PastCases { repeats: under(Some(repeat_key(&keys, item))), same_importer, same_goods }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::HistoryRules;
    use domain::{Declaration, Finding, FindingStatus, GoodsItem, Header, HsCode, Inspection, LabelRules};

    fn record(number: u32, importer: &str, finding: Option<(FindingStatus, i32)>) -> Record {
        let day = Day::from_epoch_days(number as i32);
        let header = Header { importer: Some(importer.into()), ..Header::new(&format!("D{number}"), day) };
        let item = GoodsItem {
            number: 1,
            code: HsCode::parse("610910").ok().map(|(code, _)| code),
            customs_value_minor: Some(i64::from(number)),
            ..GoodsItem::default()
        };
        let finding = finding.map(|(status, on)| Finding {
            kind: Some(FindingKind::Value),
            gravity: None,
            status,
            status_on: Some(Day::from_epoch_days(on)),
            extra_revenue_minor: None,
        });
        let inspection = Inspection {
            known_on: day.plus(10),
            known_on_assumed: false,
            control: None,
            selected_by: None,
            selection_probability: None,
            examiner: None,
            finding,
            assessed: None,
        };
        Record {
            declaration: Declaration { header, items: vec![item] },
            lane: None,
            inspections: vec![Some(inspection)],
            quality: vec![Vec::new()],
            plausibility: vec![None],
            checks: Vec::new(),
            journey: None,
        }
    }

    fn told(history: &mut History, day: i32) -> Vec<(String, &'static str)> {
        history.advance(Day::from_epoch_days(day));
        let cases = history.past_cases(&record(90, "I1", None), 0).same_importer;
        cases.into_iter().map(|case| (case.id.to_string(), case.outcome.name())).collect()
    }

    #[test]
    fn the_latest_known_cases_of_the_same_importer_are_told() {
        let mut history = History::new(HistoryRules { labels: LabelRules::default(), columns: 0, money_decimals: 2 });
        for number in 1..=6 {
            let finding = (number == 5).then_some((FindingStatus::Overturned, 40));
            history.observe(&record(number, if number == 2 { "I2" } else { "I1" }, finding));
        }
        let named = |cases: &[(&str, &'static str)]| -> Vec<(String, &'static str)> {
            cases.iter().map(|(id, outcome)| ((*id).to_owned(), *outcome)).collect()
        };
        assert_eq!(told(&mut history, 10), named(&[]), "no result is known yet");
        let first = named(&[("D3", "in_order"), ("D1", "in_order")]);
        assert_eq!(told(&mut history, 13), first);
        let all = [("D6", "in_order"), ("D5", "finding"), ("D4", "in_order"), ("D3", "in_order")];
        assert_eq!(told(&mut history, 30), named(&all), "the oldest made room");
        let rules = history.rules().clone();
        let mut history = History::from_bytes(&history.to_bytes().unwrap(), rules).unwrap();
        let corrected = [("D6", "in_order"), ("D5", "overturned"), ("D4", "in_order"), ("D3", "in_order")];
        assert_eq!(told(&mut history, 40), named(&corrected));
        let own = history.past_cases(&record(5, "I1", None), 0).same_importer;
        assert!(own.iter().all(|case| &*case.id != "D5"), "a declaration is no case of its own");
    }
}
