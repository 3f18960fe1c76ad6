//! How plausible declared codes are beside the descriptions: what the pillar of HS codes says of declarations as they are read.

use super::Error;
use crate::intake::Schema;
use domain::{HsCode, Moment, Plausibility, Record};
use hsearch::{Hs6, Index, Plausible};
use learn::parallel::each;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::sync::{Mutex, PoisonError};

/// Verdicts that are remembered; then the oldest half is forgotten. A verdict and its description take some 150 bytes.
const REMEMBERED: usize = 1 << 17;

/// Bytes at the beginning of an index that tell it from any other: mark, version and checksum.
const HEAD: usize = 44;

/// The judge that was used last. Training, measuring and replaying read the same declarations one after the other; what was asked in
/// one reading need not be asked in the next. No verdict depends on it.
static KEPT: Mutex<Option<Judge>> = Mutex::new(None);

/// A description with the code declared for it.
type Question = (Box<str>, HsCode);

/// Judges declared codes by an index, and remembers its verdicts.
pub(super) struct Judge {
    /// The first bytes of the index's file, which hold its checksum.
    head: Vec<u8>,
    index: Index,
    threads: usize,
    remembered: usize,
    young: HashMap<Question, Option<Plausible>>,
    old: HashMap<Question, Option<Plausible>>,
}

impl Judge {
    fn new(index: Index, threads: usize, remembered: usize) -> Self {
        Self { head: Vec::new(), index, threads, remembered, young: HashMap::new(), old: HashMap::new() }
    }

    /// The judge that a schema names; `None` where it names no index. It knows nothing that officers taught: that may come from the
    /// very inspections whose results a model shall learn to foresee.
    ///
    /// # Errors
    /// [`Error::Hs`] for an index that can't be opened.
    pub(super) fn of(schema: &Schema) -> Result<Option<Self>, Error> {
        let Some(path) = schema.hs_index() else { return Ok(None) };
        let mut head = Vec::with_capacity(HEAD);
        let file = File::open(path).map_err(Error::file(path))?;
        file.take(HEAD as u64).read_to_end(&mut head).map_err(Error::file(path))?;
        let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(judge) = kept.filter(|judge| judge.head == head) {
            return Ok(Some(judge));
        }
        let index = super::hs::open_untaught(path).map_err(|error| Error::Hs(Box::new(error)))?;
        let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get().min(8));
        Ok(Some(Self { head, ..Self::new(index, threads, REMEMBERED) }))
    }

    /// Keeps the judge for whoever opens the same index next.
    pub(super) fn keep(self) {
        *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(self);
    }

    /// Fills in how plausible the codes of some declarations are. An index knows no day, so what it says counts as known when
    /// the declaration is lodged.
    ///
    /// # Errors
    /// None for an index that was opened.
    pub(super) fn judge(&mut self, records: &mut [Record]) -> Result<(), Error> {
        self.answer(records)?;
        for record in records {
            let known_at = Moment { day: record.declaration.header.day, position: 0 };
            for (item, verdict) in record.declaration.items.iter().zip(&mut record.plausibility) {
                let known = question(item).and_then(|question| self.known(&question));
                *verdict = known.map(|plausible| Plausibility {
                    known_at,
                    probability: plausible.probability,
                    rank: plausible.rank,
                    better: plausible
                        .better
                        .and_then(|better| HsCode::parse(&better.code.to_string()).ok())
                        .map(|(code, _)| code),
                });
            }
        }
        Ok(())
    }

    fn known(&self, question: &Question) -> Option<Plausible> {
        *self.young.get(question).or_else(|| self.old.get(question))?
    }

    /// Answers what was not asked before.
    fn answer(&mut self, records: &[Record]) -> Result<(), Error> {
        // Before anything is looked up: what is forgotten now is asked again, and not taken for answered.
        if self.young.len() >= self.remembered {
            self.old = std::mem::take(&mut self.young);
        }
        let items = records.iter().flat_map(|record| &record.declaration.items);
        let mut seen = HashSet::new();
        let is_new = |question: &Question| !self.young.contains_key(question) && !self.old.contains_key(question);
        let new = items.filter_map(question).filter(|one| is_new(one) && seen.insert(one.clone()));
        let new: Vec<Question> = new.collect();
        let verdicts = each(&new, self.threads, |(text, code)| self.verdict(text, *code))?;
        for (question, verdict) in new.into_iter().zip(verdicts) {
            self.young.insert(question, verdict?);
        }
        Ok(())
    }

    fn verdict(&self, text: &str, code: HsCode) -> Result<Option<Plausible>, hsearch::Error> {
        let Some(declared) = Hs6::parse(code.hs6()) else { return Ok(None) };
        self.index.plausibility(&self.index.search(text, None)?, declared)
    }
}

fn question(item: &domain::GoodsItem) -> Option<Question> {
    Some((item.description.clone()?, item.code?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::starter;
    use domain::{Day, Declaration, GoodsItem, Header};
    use hsearch::BuildParams;

    fn record(descriptions: &[&str]) -> Record {
        let item = |text: &&str| GoodsItem {
            description: Some((*text).into()),
            code: HsCode::parse("020714").ok().map(|(code, _)| code),
            ..GoodsItem::default()
        };
        let items: Vec<GoodsItem> = descriptions.iter().map(item).collect();
        Record {
            quality: vec![Vec::new(); items.len()],
            plausibility: vec![None; items.len()],
            inspections: vec![None; items.len()],
            checks: Vec::new(),
            declaration: Declaration { header: Header::new("D1", Day::from_epoch_days(0)), items },
            lane: None,
            journey: None,
        }
    }

    #[test]
    fn a_verdict_is_the_same_however_little_is_remembered() {
        let index = starter::index(BuildParams { seed: 1, threads: 2 }).unwrap();
        let batches = [&["frozen chicken", "live horses"][..], &["bacon", "laptops"], &["frozen chicken", "kaolin"]];
        let judged = |remembered| {
            let mut judge = Judge::new(index.clone(), 2, remembered);
            let verdicts = batches.map(|batch| {
                let mut records = [record(batch)];
                judge.judge(&mut records).unwrap();
                records[0].plausibility.clone()
            });
            verdicts.concat()
        };
        let all = judged(1 << 10);
        assert!(all.iter().all(Option::is_some) && all[0] != all[1]);
        assert_eq!(judged(1), all);
        assert_eq!(judged(2), all);
    }
}
