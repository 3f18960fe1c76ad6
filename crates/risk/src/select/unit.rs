//! Units: what is drawn, ranked and examined together.

use super::candidate::{Candidate, Previous};
use super::chance::Seed;
use super::checked::CheckedPolicy;
use domain::ControlKind;
use std::collections::BTreeMap;

/// Declarations that share their draw: those of one consignment at one office, or one declaration by itself.
pub(super) struct Unit {
    /// Place of the office in [`Units::offices`].
    pub(super) office: usize,
    /// Places among the candidates, sorted by id.
    pub(super) members: Vec<usize>,
    /// Goods items of all members.
    pub(super) items: u64,
    /// The control that is sure without any draw, for a unit that stands outside it.
    pub(super) set: Option<Set>,
    /// The key, `consignment:...` or `declaration:...`.
    pub(super) key: Box<str>,
    /// Orders units of the same size by chance.
    pub(super) order: u64,
}

/// Why a declaration stands outside the draw.
#[derive(Clone, Copy)]
pub(super) struct Set {
    /// The heaviest control it gets in any case.
    pub(super) control: ControlKind,
    /// What an earlier draw decided, where that is the reason.
    pub(super) previous: Option<Previous>,
}

impl Unit {
    pub(super) fn size(&self) -> u64 {
        self.members.len() as u64
    }

    /// The importers of all members, each once.
    pub(super) fn importers<'a>(&self, candidates: &'a [Candidate]) -> Vec<&'a str> {
        let mut names: Vec<&str> =
            self.members.iter().filter_map(|place| candidates[*place].importer.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The units of a draw, sorted by office, number of declarations, number of items, and then by chance.
pub(super) struct Units {
    pub(super) all: Vec<Unit>,
    /// Offices in the order of their names.
    pub(super) offices: Vec<Box<str>>,
    /// For each candidate that is an older version, the place of the newest version among the candidates.
    pub(super) superseded: BTreeMap<usize, usize>,
    /// Each control that is mandatory or carried over: place of the office, kind, number of goods items.
    pub(super) set_apart: Vec<(usize, ControlKind, u64)>,
}

impl Units {
    /// Groups candidates, given their places in the order of the roll.
    pub(super) fn of(candidates: &[Candidate], roll: &[usize], seed: &Seed) -> Self {
        let offices = office_names(candidates);
        let mut units = Self {
            all: Vec::with_capacity(candidates.len()),
            superseded: BTreeMap::new(),
            set_apart: Vec::new(),
            offices,
        };
        let mut drawable: Vec<(usize, bool, &str, usize)> = Vec::with_capacity(candidates.len());
        for versions in roll.chunk_by(|a, b| candidates[*a].id == candidates[*b].id) {
            let Some((&newest, older)) = versions.split_last() else { continue };
            units.superseded.extend(older.iter().map(|place| (*place, newest)));
            let candidate = &candidates[newest];
            let office = units.offices.binary_search_by(|name| (**name).cmp(candidate.office())).unwrap_or_default();
            if let Some(set) = set(candidate) {
                let sure = sure_controls(candidate).map(|control| (office, control, u64::from(candidate.items)));
                units.set_apart.extend(sure);
                units.all.push(Unit { set: Some(set), ..unit(candidates, office, vec![newest], seed) });
            } else {
                let (shared, name) =
                    candidate.consignment.as_deref().map_or((false, &*candidate.id), |name| (true, name));
                drawable.push((office, shared, name, newest));
            }
        }
        // The sort is stable, so that the members of a unit stay in the order of their ids.
        drawable.sort_by_key(|entry| (entry.0, entry.1, entry.2));
        for group in drawable.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
            let members = group.iter().map(|entry| entry.3).collect();
            units.all.push(unit(candidates, group[0].0, members, seed));
        }
        units.all.sort_unstable_by(|a, b| {
            let order = |unit: &Unit| (unit.office, unit.size(), unit.items, unit.order);
            order(a).cmp(&order(b)).then_with(|| a.key.cmp(&b.key))
        });
        units
    }

    /// The units of each office, as ranges of [`Units::all`].
    pub(super) fn by_office(&self) -> Vec<std::ops::Range<usize>> {
        let start = |office: usize| self.all.partition_point(|unit| unit.office < office);
        (0..self.offices.len()).map(|office| start(office)..start(office + 1)).collect()
    }
}

fn office_names(candidates: &[Candidate]) -> Vec<Box<str>> {
    let mut names: Vec<&str> = candidates.iter().map(Candidate::office).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(Into::into).collect()
}

fn unit(candidates: &[Candidate], office: usize, members: Vec<usize>, seed: &Seed) -> Unit {
    let first = &candidates[members[0]];
    let key = match first.consignment.as_deref().filter(|_| set(first).is_none()) {
        Some(name) => format!("consignment:{name}"),
        None => format!("declaration:{}", first.id),
    };
    Unit {
        office,
        items: members.iter().map(|place| u64::from(candidates[*place].items)).sum(),
        set: None,
        order: seed.number(&["order", first.office(), &key]),
        key: key.into(),
        members,
    }
}

/// Each kind of control that a declaration gets in any case, once.
fn sure_controls(candidate: &Candidate) -> impl Iterator<Item = ControlKind> {
    let is_sure = |kind: &ControlKind| {
        candidate.mandatory.iter().any(|control| control.kind == *kind)
            || candidate.previous.is_some_and(|previous| previous.control == *kind)
    };
    ControlKind::ALL.into_iter().filter(is_sure)
}

fn set(candidate: &Candidate) -> Option<Set> {
    let control = sure_controls(candidate).max()?;
    let mandatory = candidate.mandatory.iter().map(|mandatory| mandatory.kind).max();
    let previous = candidate.previous.filter(|previous| mandatory.is_none_or(|kind| kind < previous.control));
    Some(Set { control, previous })
}

/// The minutes of the controls a declaration gets in any case.
pub(super) fn sure_minutes(candidate: &Candidate, policy: &CheckedPolicy) -> u64 {
    sure_controls(candidate).map(|control| policy.minutes(control, 1, u64::from(candidate.items))).sum()
}
