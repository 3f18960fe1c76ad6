//! From goods items to declarations.
//!
//! The rows of a day are held back until the day is over (or [`WINDOW_ITEMS`] items are held), so that the items of a
//! declaration come together even where the file scatters them. A row that comes later still becomes a record of its
//! own, with the note that its header disagrees: nothing is lost, and nothing that was given out is changed.
//!
//! Rows that give no item number are numbered in their order. Which items there have been is remembered as one 64-bit
//! digest an item, about 16 bytes, for all of the stream.

use super::plan::first_u64;
use super::rows::Origin;
use super::summary::Summary;
use domain::{Day, Declaration, Header, Normalised, Quality, QualityKind, Record, Role};
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;

/// Items held back at most; more than a large administration lodges in a day would hold too much memory.
const WINDOW_ITEMS: usize = 1 << 16;

/// Says that another row is the same item of the same version of the same declaration.
#[derive(Debug)]
pub(crate) struct Duplicate {
    /// The declaration, for the rejects file.
    pub(crate) id: Box<str>,
}

/// Collects items into declarations.
#[derive(Debug, Default)]
pub(crate) struct Grouper {
    day: Option<Day>,
    open: VecDeque<Record>,
    /// Keys of the open records, in the same order.
    keys: VecDeque<u64>,
    /// Number of the first open record among all there have been.
    first_open: usize,
    /// Number of the open record of each declaration.
    by_key: FxHashMap<u64, usize>,
    /// Rows without item numbers, as digests, with their declarations.
    rows: FxHashSet<(u64, u64)>,
    held_items: usize,
    seen: Seen,
    units: Units,
}

impl Grouper {
    /// Takes the next item; `row_digest` tells whether two rows without item numbers are the same. Records that are
    /// complete go to `ready`.
    pub(crate) fn add(
        &mut self,
        mut normalised: Normalised,
        row_digest: u64,
        origin: Origin,
        summary: &mut Summary,
        ready: &mut VecDeque<Record>,
    ) -> Result<(), Duplicate> {
        let (id, version, day) = (&normalised.header.id, normalised.header.version, normalised.header.day);
        if self.day != Some(day) {
            self.release(0, ready);
            self.rows.clear();
            self.day = Some(day);
        }
        let key = declaration_key(id, version);
        let open = self.by_key.get(&key).map(|number| number - self.first_open);
        let repeated = !normalised.numbered && !self.rows.insert((key, row_digest));
        let held = open.map_or(0, |index| self.open[index].declaration.items.len());
        let number = if normalised.numbered { Some(normalised.item.number) } else { None };
        let placed = if repeated { None } else { self.seen.place(key, number, held as u32) };
        let Some(Placed { number, is_late }) = placed else { return Err(Duplicate { id: id.clone() }) };
        normalised.item.number = number;
        self.units.check(&mut normalised);
        match open {
            Some(index) => append(&mut self.open[index], &mut normalised),
            None if is_late => note(&mut normalised, Role::Date, &day.to_string()),
            None => {}
        }
        normalised.quality.iter().for_each(|quality| summary.note(quality, origin));
        summary.items += 1;
        self.hold(open, key, normalised, ready);
        Ok(())
    }

    /// Gives out whatever is still held.
    pub(crate) fn finish(&mut self, ready: &mut VecDeque<Record>) {
        self.release(0, ready);
    }

    fn hold(&mut self, open: Option<usize>, key: u64, normalised: Normalised, ready: &mut VecDeque<Record>) {
        let Normalised { header, item, lane, inspection, check, quality, .. } = normalised;
        match open {
            Some(index) => {
                let record = &mut self.open[index];
                record.declaration.items.push(item);
                record.inspections.push(inspection);
                record.checks.push(check);
                record.quality.push(quality);
                record.plausibility.push(None);
                record.lane = record.lane.or(lane);
            }
            None => {
                self.by_key.insert(key, self.first_open + self.open.len());
                self.keys.push_back(key);
                self.open.push_back(Record {
                    declaration: Declaration { header, items: vec![item] },
                    lane,
                    inspections: vec![inspection],
                    checks: vec![check],
                    quality: vec![quality],
                    plausibility: vec![None],
                    journey: None,
                });
            }
        }
        self.held_items += 1;
        self.release(WINDOW_ITEMS, ready);
    }

    /// Gives out the oldest records until no more than `items` are held.
    fn release(&mut self, items: usize, ready: &mut VecDeque<Record>) {
        while self.held_items > items
            && let (Some(record), Some(key)) = (self.open.pop_front(), self.keys.pop_front())
        {
            self.held_items -= record.declaration.items.len();
            self.by_key.remove(&key);
            self.first_open += 1;
            ready.push_back(record);
        }
    }
}

/// Where an item goes.
struct Placed {
    number: u32,
    /// Whether items of its declaration were given out before.
    is_late: bool,
}

/// Which items there have been. A declaration's own key stands for its item 1, so that a file of single items takes
/// one entry a row; a declaration without an item 1 has a marker instead.
#[derive(Debug, Default)]
struct Seen {
    keys: FxHashSet<u64>,
    /// Number given last to a row without item number, for declarations that were given out before.
    late: FxHashMap<u64, u32>,
}

/// Item number that no file can have: numbers begin at 0 at the least.
const NO_ITEM_1: u64 = u64::MAX;

impl Seen {
    /// The number of an item: its own where it has one and that is new, else the next free one. `None` for a duplicate.
    fn place(&mut self, key: u64, number: Option<u32>, held: u32) -> Option<Placed> {
        let is_known = self.keys.contains(&key);
        let is_late = is_known && held == 0;
        let number = match number {
            Some(number) => number,
            None if is_late => self.next_late(key),
            None => (held + 1..).find(|number| !self.has(key, *number))?,
        };
        if is_known && self.has(key, number) {
            return None;
        }
        if number == 1 {
            self.keys.remove(&item_key(key, NO_ITEM_1));
        } else {
            self.keys.insert(item_key(key, u64::from(number)));
            if !is_known {
                self.keys.insert(item_key(key, NO_ITEM_1));
            }
        }
        self.keys.insert(key);
        Some(Placed { number, is_late })
    }

    fn has(&self, key: u64, number: u32) -> bool {
        match number {
            1 => self.keys.contains(&key) && !self.keys.contains(&item_key(key, NO_ITEM_1)),
            _ => self.keys.contains(&item_key(key, u64::from(number))),
        }
    }

    fn next_late(&mut self, key: u64) -> u32 {
        let last = self.late.get(&key).copied().unwrap_or(0);
        let number = (last + 1..u32::MAX).find(|number| !self.has(key, *number)).unwrap_or(u32::MAX);
        self.late.insert(key, number);
        number
    }
}

fn declaration_key(id: &str, version: u32) -> u64 {
    first_u64(Sha256::new().chain_update(version.to_le_bytes()).chain_update(id))
}

/// Spreads the number over the key's bits (the multiplier is 2^64 over the golden ratio, made odd).
fn item_key(key: u64, number: u64) -> u64 {
    key.rotate_left(32) ^ number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn note(normalised: &mut Normalised, role: Role, value: &str) {
    normalised.quality.push(Quality { kind: QualityKind::HeaderDisagrees, role, value: value.into() });
}

/// Notes what a further item's header says otherwise. Containers and mandatory controls are often given by item: they
/// are united.
fn append(record: &mut Record, normalised: &mut Normalised) {
    let first = &mut record.declaration.header;
    for (role, value) in disagreements(first, &normalised.header) {
        note(normalised, role, &value);
    }
    if let (Some(first), Some(other)) = (record.lane, normalised.lane)
        && first != other
    {
        note(normalised, Role::Lane, other.name());
    }
    let header = &mut normalised.header;
    for container in header.containers.drain(..) {
        if !first.containers.contains(&container) {
            first.containers.push(container);
        }
    }
    for control in header.mandatory.drain(..) {
        if !first.mandatory.contains(&control) {
            first.mandatory.push(control);
        }
    }
}

/// Values of `other` that differ from those of `first`, where both have one.
fn disagreements(first: &Header, other: &Header) -> Vec<(Role, String)> {
    fn differs<T: PartialEq>(first: &Option<T>, other: &Option<T>, text: impl Fn(&T) -> String) -> Option<String> {
        let (first, other) = (first.as_ref()?, other.as_ref()?);
        (first != other).then(|| text(other))
    }
    let texts = [
        (Role::Consignment, &first.consignment, &other.consignment),
        (Role::Office, &first.office, &other.office),
        (Role::Procedure, &first.procedure, &other.procedure),
        (Role::Declarant, &first.declarant, &other.declarant),
        (Role::Importer, &first.importer, &other.importer),
        (Role::Consignor, &first.consignor, &other.consignor),
        (Role::Carrier, &first.carrier, &other.carrier),
        (Role::Incoterm, &first.incoterm, &other.incoterm),
        (Role::Currency, &first.currency, &other.currency),
    ];
    let rest = [
        (Role::AcceptanceDate, differs(&first.acceptance_day, &other.acceptance_day, Day::to_string)),
        (Role::Departure, differs(&first.departure, &other.departure, ToString::to_string)),
        (Role::TransportMode, differs(&first.mode, &other.mode, |mode| mode.0.to_string())),
        (Role::Aeo, differs(&first.aeo, &other.aeo, |aeo| aeo.kind.to_string())),
    ];
    let texts = texts.into_iter().map(|(role, first, other)| (role, differs(first, other, ToString::to_string)));
    texts.chain(rest).filter_map(|(role, value)| Some((role, value?))).collect()
}

/// Which units the quantities of each subheading have had.
#[derive(Debug, Default)]
struct Units {
    by_hs6: FxHashMap<u64, Vec<(Box<str>, u64)>>,
}

/// Units that are counted for a subheading; what comes beyond is a text out of place and no unit.
const UNITS: usize = 16;

impl Units {
    /// Notes a unit other than the one most items of the subheading have had so far; of equals, the first seen.
    fn check(&mut self, normalised: &mut Normalised) {
        let item = &normalised.item;
        let (Some(code), Some(quantity)) = (&item.code, &item.quantity) else { return };
        let counts = self.by_hs6.entry(code.number(6)).or_default();
        match counts.iter().position(|(unit, _)| *unit == quantity.unit) {
            Some(index) => counts[index].1 += 1,
            None if counts.len() < UNITS => counts.push((quantity.unit.clone(), 1)),
            None => {}
        }
        let usual = counts.iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
        if usual.is_some_and(|(unit, _)| *unit != quantity.unit) {
            let (kind, role, value) = (QualityKind::UnitMixed, Role::QuantityUnit, quantity.unit.clone());
            normalised.quality.push(Quality { kind, role, value });
        }
    }
}
