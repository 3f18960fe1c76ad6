//! Decayed counts of inspections and findings: what risk profiles rest on.

use domain::{Day, FindingKind};
use serde::{Deserialize, Serialize};

/// Days after which an inspection weighs half.
pub(super) const HALF_LIFE_DAYS: f32 = 270.0;

/// What is known of the inspections under one key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Inspections, each halved every [`HALF_LIFE_DAYS`] since it became known.
    inspected: f32,
    /// Findings among them, decayed likewise.
    found: f32,
    /// Day up to which both are decayed.
    decayed_to: i32,
    /// Inspections, undecayed.
    pub(crate) inspected_count: u32,
    /// Findings, undecayed; an overturned one is taken out again.
    pub(crate) found_count: u32,
    /// Day of the last finding, as epoch days; meaningless while `found_count` is 0.
    pub(crate) last_found: i32,
    /// Findings by kind, in the order of [`FindingKind::ALL`].
    pub(crate) by_kind: [u16; 7],
}

/// One result that became known, or the withdrawal of one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Result {
    /// The day it counts from.
    pub(crate) day: i32,
    /// Weight of the inspection, at most 1.
    pub(crate) weight: f32,
    /// What it says.
    pub(crate) verdict: Verdict,
    /// Place of the kind of the finding in [`FindingKind::ALL`].
    pub(crate) kind: Option<u8>,
}

/// What a result says of its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Verdict {
    /// Everything was in order.
    Clean,
    /// A finding that counts.
    Found,
    /// A finding that had counted was overturned: the inspection stays, the finding goes.
    Withdrawn,
}

impl Result {
    pub(crate) fn kind_index(kind: FindingKind) -> Option<u8> {
        FindingKind::ALL.iter().position(|other| *other == kind).map(|index| index as u8)
    }

    /// The overturning, on `day`, of this finding: it takes out what has not decayed of it by then.
    pub(crate) fn withdrawn_on(self, day: i32) -> Self {
        Self { day, weight: self.weight * decay(self.day, day), verdict: Verdict::Withdrawn, ..self }
    }
}

impl Tally {
    /// Adds a result. One that is heard late weighs what it would have by now.
    pub(crate) fn add(&mut self, result: &Result) {
        let late = if self.inspected_count > 0 { decay(result.day, self.decayed_to) } else { 1.0 };
        let result = &Result { weight: result.weight * late, ..*result };
        self.decay_to(result.day);
        let kind = result.kind.map(usize::from).filter(|kind| *kind < self.by_kind.len());
        match result.verdict {
            Verdict::Clean | Verdict::Found => {
                self.inspected += result.weight;
                self.inspected_count = self.inspected_count.saturating_add(1);
            }
            Verdict::Withdrawn => {
                self.found = (self.found - result.weight).max(0.0);
                self.found_count = self.found_count.saturating_sub(1);
                if let Some(kind) = kind {
                    self.by_kind[kind] = self.by_kind[kind].saturating_sub(1);
                }
            }
        }
        if result.verdict == Verdict::Found {
            self.found += result.weight;
            self.found_count = self.found_count.saturating_add(1);
            self.last_found = if self.found_count > 1 { self.last_found.max(result.day) } else { result.day };
            if let Some(kind) = kind {
                self.by_kind[kind] = self.by_kind[kind].saturating_add(1);
            }
        }
    }

    fn decay_to(&mut self, day: i32) {
        if self.inspected_count > 0 {
            let factor = decay(self.decayed_to, day);
            self.inspected *= factor;
            self.found *= factor;
        }
        self.decayed_to = self.decayed_to.max(day);
    }

    /// Decayed inspections and findings as of `day`.
    pub(crate) fn decayed(&self, day: Day) -> (f32, f32) {
        let factor = decay(self.decayed_to, day.epoch_days());
        (self.inspected * factor, self.found * factor)
    }

    /// The smoothed rate of findings as of `day`: (findings + `strength` x `prior`) / (inspections + `strength`), on
    /// decayed counts. With `prior` 0 and no decay it is the risk profile of DATE (KDD 2020), findings / (count + 10).
    pub(crate) fn rate(&self, day: Day, prior: f32, strength: f32) -> f32 {
        let (inspected, found) = self.decayed(day);
        smoothed(inspected, found, prior, strength)
    }
}

/// (findings + `strength` x `prior`) / (inspections + `strength`).
pub(super) fn smoothed(inspected: f32, found: f32, prior: f32, strength: f32) -> f32 {
    (found + strength * prior) / (inspected + strength)
}

fn decay(from: i32, to: i32) -> f32 {
    let days = to.saturating_sub(from).max(0);
    if days == 0 { 1.0 } else { (-(days as f32) / HALF_LIFE_DAYS).exp2() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(day: i32, verdict: Verdict) -> Result {
        Result { day, weight: 1.0, verdict, kind: Some(0) }
    }

    #[test]
    fn inspections_weigh_half_after_a_half_life() {
        let mut tally = Tally::default();
        tally.add(&result(0, Verdict::Found));
        tally.add(&result(HALF_LIFE_DAYS as i32, Verdict::Clean));
        let (inspected, found) = tally.decayed(Day::from_epoch_days(HALF_LIFE_DAYS as i32));
        assert!((inspected - 1.5).abs() < 1e-6 && (found - 0.5).abs() < 1e-6);
        assert!((tally.rate(Day::from_epoch_days(270), 0.1, 10.0) - 1.5 / 11.5).abs() < 1e-6);
    }

    #[test]
    fn a_withdrawn_finding_leaves_a_clean_inspection() {
        let mut overturned = Tally::default();
        overturned.add(&result(10, Verdict::Found));
        overturned.add(&result(10, Verdict::Found).withdrawn_on(40));
        let mut clean = Tally::default();
        clean.add(&result(10, Verdict::Clean));
        let day = Day::from_epoch_days(40);
        assert_eq!(overturned.decayed(day), clean.decayed(day));
        assert_eq!((overturned.found_count, overturned.inspected_count), (0, 1));
    }
}
