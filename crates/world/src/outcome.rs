//! What inspections found, when it became known, and what became of it.

use crate::declaration::{Declaration, Item};
use crate::policy::Choice;
use crate::rng::{Rng, Stream};
use crate::scheme::Scheme;
use crate::setting::Setting;
use crate::tariff::assess;
use domain::{Control, Day, FindingKind, FindingStatus, Gravity, Lane, SelectedBy};

/// The result of an inspection as the file of the administration has it.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) choice: Choice,
    pub(crate) control: Control,
    pub(crate) examiner: usize,
    pub(crate) known_on: Day,
    pub(crate) found: Option<Found>,
}

/// A finding.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) kind: FindingKind,
    pub(crate) gravity: Gravity,
    pub(crate) status: FindingStatus,
    pub(crate) status_on: Day,
    pub(crate) extra_minor: i64,
}

/// The outcome of a declaration: its lane, and for each item what was found, if anybody looked.
#[derive(Clone, Debug)]
pub(crate) struct Treatment {
    pub(crate) lane: Lane,
    pub(crate) outcomes: Vec<Option<Outcome>>,
}

/// Extra revenue that the truth implies: assessed minus declared taxes, in minor units.
pub(crate) fn extra_minor(setting: &Setting, item: &Item) -> i64 {
    let goods = setting.catalogue.goods();
    let due = assess(&goods[item.actual.good], &item.actual).taxes_minor();
    due - assess(&goods[item.declared.good], &item.declared).taxes_minor()
}

/// The officers of the country and what they see.
#[derive(Clone, Debug)]
pub(crate) struct Examiners {
    skills: Vec<f64>,
}

/// Chance that a control shows what is wrong, to an officer who sees everything it can show.
fn visible(control: Control, kind: FindingKind) -> f64 {
    use FindingKind::{Classification, Ipr, Origin, Paperwork, Prohibited, Quantity, Value};
    match (control, kind) {
        (Control::Document, Value | Origin) => 0.85,
        (Control::Document, Classification) => 0.75,
        (Control::Document, Paperwork) => 0.95,
        (Control::Document, Quantity) => 0.35,
        (Control::Document, Prohibited | Ipr) => 0.25,
        (Control::Scan, Quantity | Prohibited) => 0.85,
        (Control::Scan, _) => 0.3,
        (Control::Physical, Value | Origin) => 0.82,
        (Control::Audit, Prohibited | Ipr | Quantity) => 0.4,
        _ => 0.95,
    }
}

impl Examiners {
    pub(crate) fn new(setting: &Setting) -> Self {
        let results = &setting.parameters().results;
        let skill = |index: usize| {
            let mut rng = Rng::new(setting.seed, Stream::Examiners, index as u64);
            let skill = (results.skill_mean + results.skill_sd * rng.normal()).clamp(0.05, 1.0);
            if rng.chance(results.lenient_share) { skill * 0.5 } else { skill }
        };
        Self { skills: (0..setting.examiners).map(skill).collect() }
    }

    /// Treats a declaration that was selected.
    pub(crate) fn inspect(
        &self,
        setting: &Setting,
        declaration: &Declaration,
        choice: Choice,
        rng: &mut Rng,
    ) -> Treatment {
        let control = match declaration.mandatory {
            Some(agency) => Control::parse(agency.control().1).unwrap_or(Control::Document),
            None => [Control::Document, Control::Scan, Control::Physical][rng.index([0.38, 0.12, 0.5].into_iter())],
        };
        let lane = if control == Control::Document { Lane::Yellow } else { Lane::Red };
        let known_on = declaration.accepted.plus(delay(control, rng));
        let most = setting.parameters().policy.examined_items as usize;
        let total = declaration.items.len();
        let examined = total.min(most);
        let share = examined as f64 / total as f64;
        let choice = Choice { probability: choice.probability.map(|probability| probability * share), ..choice };
        let examiner = rng.below(self.skills.len());
        let mut left = examined;
        let outcomes = declaration.items.iter().enumerate().map(|(index, item)| {
            // Each set of `examined` items is equally likely (Knuth, TAOCP 3.4.2, algorithm S).
            let chosen = rng.below(total - index) < left;
            left -= usize::from(chosen);
            chosen.then(|| self.outcome(setting, item, choice, control, examiner, known_on, rng))
        });
        let outcomes = outcomes.collect();
        Treatment { lane, outcomes }
    }

    #[expect(clippy::too_many_arguments, reason = "what an inspection is made of")]
    fn outcome(
        &self,
        setting: &Setting,
        item: &Item,
        choice: Choice,
        control: Control,
        examiner: usize,
        known_on: Day,
        rng: &mut Rng,
    ) -> Outcome {
        let results = &setting.parameters().results;
        let (seen, mistaken) = (rng.unit(), rng.chance(results.false_finding_rate));
        let found = match item.wrong {
            Some(wrong) if seen < visible(control, wrong.kind) * self.skills[examiner] => {
                // A query about the value or a laboratory takes weeks more for some.
                let extra = extra_minor(setting, item).max(0);
                let agreed = if rng.chance(0.2) { (extra as f64 * rng.between(0.6, 1.0)) as i64 } else { extra };
                Some(found(setting, wrong.kind, wrong.scheme.gravity(), agreed, known_on, true, rng))
            }
            None if mistaken => {
                let kind = [FindingKind::Value, FindingKind::Classification, FindingKind::Paperwork][rng.below(3)];
                let goods = setting.catalogue.goods();
                let taxes = assess(&goods[item.declared.good], &item.declared).taxes_minor();
                let extra = (taxes as f64 * rng.between(0.0, 0.3)) as i64;
                Some(found(setting, kind, Gravity::Minor, extra, known_on, false, rng))
            }
            _ => None,
        };
        let queried = found.is_some() && rng.chance(0.25);
        let known_on = if queried { known_on.plus(rng.days(10, 40)) } else { known_on };
        let found = found.map(|mut found| {
            found.status_on = found.status_on.max(known_on);
            found
        });
        Outcome { choice, control, examiner, known_on, found }
    }

    /// Audits and disclosures of a declaration that was released without control.
    pub(crate) fn afterwards(&self, setting: &Setting, declaration: &Declaration, rng: &mut Rng) -> Treatment {
        let unknown = Choice { by: None, probability: None };
        let audited =
            declaration.importer.slot.is_some_and(|slot| audited(setting, slot, declaration.day)) && rng.chance(0.3);
        let examiner = rng.below(self.skills.len());
        let audit_on = declaration.day.plus(rng.days(70, 270));
        let disclosure_rate = setting.parameters().results.disclosure_rate;
        let outcomes = declaration.items.iter().map(|item| {
            let honest = item.wrong.is_some_and(|wrong| wrong.scheme == Scheme::HonestError);
            if audited {
                return Some(self.outcome(setting, item, unknown, Control::Audit, examiner, audit_on, rng));
            }
            if !(honest && rng.chance(disclosure_rate)) {
                return None;
            }
            let known_on = declaration.day.plus(rng.days(15, 150));
            let kind = item.wrong.map_or(FindingKind::Paperwork, |wrong| wrong.kind);
            let extra = extra_minor(setting, item).max(0);
            let found = Found {
                kind,
                gravity: Gravity::Minor,
                status: FindingStatus::Final,
                status_on: known_on,
                extra_minor: extra,
            };
            Some(Outcome { choice: unknown, control: Control::Disclosure, examiner, known_on, found: Some(found) })
        });
        let outcomes: Vec<_> = outcomes.collect();
        Treatment { lane: if audited { Lane::Blue } else { Lane::Green }, outcomes }
    }
}

/// Whether the importer in a slot is in the audit programme of the quarter of a day.
fn audited(setting: &Setting, slot: usize, day: Day) -> bool {
    let quarter = day.epoch_days() / 91;
    let key = (slot as u64) << 24 | quarter as u64;
    Rng::new(setting.seed, Stream::Selection, 1 << 60 | key).chance(setting.parameters().policy.audit_rate / 0.3)
}

fn delay(control: Control, rng: &mut Rng) -> i32 {
    match control {
        Control::Document => rng.days(0, 3),
        Control::Scan => rng.days(0, 1),
        _ => rng.days(1, 7),
    }
}

/// A finding with its course: provisional, final after a month, or appealed and then upheld or overturned; as it
/// stands on the day the file is taken.
fn found(
    setting: &Setting,
    kind: FindingKind,
    gravity: Gravity,
    extra_minor: i64,
    known_on: Day,
    right: bool,
    rng: &mut Rng,
) -> Found {
    let taken = setting.scenario.extracted_on();
    let appealed = rng.chance(setting.parameters().results.appeal_rate * if right { 1.0 } else { 4.0 });
    let (appeal_on, decided_on) = (known_on.plus(rng.days(5, 30)), known_on.plus(rng.days(60, 240)));
    let overturned = rng.chance(if right { 0.2 } else { 0.85 });
    let final_on = known_on.plus(30);
    let course: &[(Day, FindingStatus)] = match (appealed, overturned) {
        (false, _) => &[(known_on, FindingStatus::Provisional), (final_on, FindingStatus::Final)],
        (true, false) => &[
            (known_on, FindingStatus::Provisional),
            (appeal_on, FindingStatus::Appealed),
            (decided_on, FindingStatus::Final),
        ],
        (true, true) => &[
            (known_on, FindingStatus::Provisional),
            (appeal_on, FindingStatus::Appealed),
            (decided_on, FindingStatus::Overturned),
        ],
    };
    let reached = course.iter().rev().find(|(day, _)| *day <= taken).copied();
    let (status_on, status) = reached.unwrap_or((known_on, FindingStatus::Provisional));
    Found { kind, gravity, status, status_on, extra_minor }
}

impl Outcome {
    /// Whether the random floor chose it.
    pub(crate) fn is_random(&self) -> bool {
        self.choice.by == Some(SelectedBy::Random)
    }
}
