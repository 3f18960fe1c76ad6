//! History: everything known at a moment, and nothing that became known later.
//!
//! A history is fed declarations in the order of their moments. Before a declaration is looked at, [`History::advance`]
//! lets in the results that have become known by its day; then [`History::facts`] reads what is known; then
//! [`History::observe`] adds the declaration as declared and puts the results of its inspections on the calendar for
//! the day they become known. Training, replay and serving all walk this one path, so a feature can't know the future.
//!
//! A result that became known on a day counts from that day on, for declarations that follow in the stream.

mod activity;
mod case;
mod facts;
mod generations;
mod heard;
mod key;
mod keyed;
mod known;
mod price;
mod profile;
mod state;
mod tally;

pub use activity::RECENT;
pub use case::{CaseOutcome, PastCase, PastCases};
pub use facts::{
    Amounts, CodeSwitch, Facts, Novelty, PriceFacts, ProfileFact, RepeatFacts, Seen, SplitFacts, UnitPrice,
};
pub use key::{Declared, Field, Key};
pub(crate) use key::{digest, join};
pub use keyed::{Keyed, Keying};
pub(crate) use known::repeat_key_of;
pub use price::PriceReference;
pub use profile::ProfileSpec;
pub use state::StateError;

use activity::{Activity, Recent, UsualCode};
use case::{Case, LatestCases};
use domain::{Day, GoodsItem, Header, HsCode, Inspection, LabelRules, Record};
use generations::Generations;
use heard::{Heard, News};
use key::FieldKeys;
use keyed::ItemKeys;
use price::PriceWindow;
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use tally::{Result as Outcome, Tally, Verdict};

/// A map by key. Keys are digests already, so the map takes them as their own hash; order never leaves it.
pub(crate) type KeyMap<T> = HashMap<Key, T, BuildHasherDefault<KeyHasher>>;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = key::digest(bytes);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// How a history counts; part of its state file, so that a file can't be read under other rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRules {
    /// Which findings count.
    pub labels: LabelRules,
    /// Number of further categorical columns of the schema.
    pub columns: usize,
    /// Decimals of the money that amounts are declared in: 2 for cents, 0 for yen, 3 for fils.
    pub money_decimals: u8,
}

impl HistoryRules {
    /// Minor units in one unit of the money.
    pub fn money_unit(&self) -> f64 {
        10f64.powi(i32::from(self.money_decimals))
    }
}

/// Everything known at a moment.
#[derive(Clone, Debug)]
pub struct History {
    rules: HistoryRules,
    specs: Arc<[ProfileSpec]>,
    /// The last day to which results were let in; `i32::MIN` before the first.
    day: i32,
    declarations: u64,
    overall: Tally,
    tallies: KeyMap<Tally>,
    /// Repeats, near repeats and consignments: most are met once.
    rows: Generations<Activity>,
    /// Parties and their pairs.
    parties: Generations<Activity>,
    prices: Generations<PriceWindow>,
    usual_codes: Generations<UsualCode>,
    recent: Generations<Recent>,
    /// What has been heard of each item, so that nothing counts twice.
    heard: Generations<Heard>,
    cases: KeyMap<LatestCases>,
    /// Results by the day they become known.
    calendar: BTreeMap<i32, Vec<Due>>,
}

/// A result on the calendar, with the keys it will be counted under.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Due {
    /// The item, for what has been heard of it.
    item: Key,
    keys: Vec<Key>,
    repeat: Key,
    case: Case,
    case_keys: [Option<Key>; 2],
    outcome: Outcome,
    /// Epoch day on which a finding is overturned, if it is.
    overturned_on: Option<i32>,
}

/// Places of keys that are not profiles; far above any profile's place.
mod tag {
    pub(super) const REPEAT: u64 = 1_000;
    pub(super) const NEAR_REPEAT: u64 = 1_001;
    pub(super) const IMPORTER: u64 = 1_002;
    pub(super) const DECLARANT: u64 = 1_003;
    pub(super) const CONSIGNOR: u64 = 1_004;
    pub(super) const IMPORTER_DECLARANT: u64 = 1_005;
    pub(super) const IMPORTER_ORIGIN: u64 = 1_006;
    pub(super) const IMPORTER_HS4: u64 = 1_007;
    pub(super) const IMPORTER_CONSIGNOR: u64 = 1_008;
    pub(super) const HS6_ORIGIN: u64 = 1_009;
    pub(super) const CONSIGNMENT: u64 = 1_010;
    pub(super) const USUAL_BY_HEADING: u64 = 1_020;
    pub(super) const USUAL_BY_DESCRIPTION: u64 = 1_021;
    pub(super) const RATE_OF_CODE: u64 = 1_022;
    pub(super) const SPLIT: u64 = 1_030;
    pub(super) const PRICE: u64 = 1_040;
}

/// How many keys a generation holds: what an administration of a million items a year meets in one to two years, in at
/// most 400 MB for both generations of all maps. Seven eighths of a power of two fill a hash map without growing it.
mod limit {
    pub(super) const ACTIVITIES: usize = 7 << 18;
    pub(super) const USUAL_CODES: usize = 7 << 17;
    pub(super) const PRICES: usize = 7 << 15;
    pub(super) const RECENT: usize = 7 << 15;
    pub(super) const HEARD: usize = 7 << 18;
}

impl History {
    /// An empty history.
    pub fn new(rules: HistoryRules) -> Self {
        let specs = profile::specs(rules.columns).into();
        Self {
            rules,
            specs,
            day: i32::MIN,
            declarations: 0,
            overall: Tally::default(),
            tallies: KeyMap::default(),
            rows: Generations::new(limit::ACTIVITIES),
            parties: Generations::new(limit::ACTIVITIES),
            prices: Generations::new(limit::PRICES),
            usual_codes: Generations::new(limit::USUAL_CODES),
            recent: Generations::new(limit::RECENT),
            heard: Generations::new(limit::HEARD),
            cases: KeyMap::default(),
            calendar: BTreeMap::new(),
        }
    }

    /// The rules it counts by.
    pub fn rules(&self) -> &HistoryRules {
        &self.rules
    }

    /// The profiles it keeps, in the order of [`Facts::profiles`].
    pub fn profiles(&self) -> &[ProfileSpec] {
        &self.specs
    }

    /// Declarations observed so far.
    pub fn declarations(&self) -> u64 {
        self.declarations
    }

    /// The day up to which results have been let in; `None` while nothing was observed.
    pub fn day(&self) -> Option<Day> {
        (self.day > i32::MIN).then(|| Day::from_epoch_days(self.day))
    }

    /// Lets in all results that are known by `day`. Days never go back: an earlier day changes nothing.
    pub fn advance(&mut self, day: Day) {
        self.day = self.day.max(day.epoch_days());
        while let Some(entry) = self.calendar.first_entry().filter(|entry| *entry.key() <= self.day) {
            for due in entry.remove() {
                self.count(due);
            }
        }
    }

    /// Counts a result under every key it concerns, and puts its overturning, if any, on the calendar.
    ///
    /// Repeats of a row teach nothing new about importers or codes, so only the item whose result is the first of its
    /// repeat key enters the profiles, with all that is heard of it; every result enters the tally of the repeats.
    fn count(&mut self, mut due: Due) {
        for key in due.case_keys.into_iter().flatten().chain([due.repeat]) {
            self.cases.entry(key).or_default().add(&due.case, &due.outcome);
        }
        let repeats = self.tallies.entry(due.repeat).or_default();
        let heard = self.heard.meet(due.item, Heard::default);
        heard.is_profiled |= due.outcome.verdict != Verdict::Withdrawn && repeats.inspected_count == 0;
        if !heard.is_profiled {
            due.keys.clear();
        }
        repeats.add(&due.outcome);
        if !due.keys.is_empty() {
            self.overall.add(&due.outcome);
        }
        for key in &due.keys {
            self.tallies.entry(*key).or_default().add(&due.outcome);
        }
        if let Some(day) = due.overturned_on.take() {
            due.outcome = due.outcome.withdrawn_on(day);
            self.calendar.entry(day).or_default().push(due);
        }
    }

    /// Adds a declaration as declared, and puts the results of its inspections on the calendar. Call
    /// [`Self::advance`] with its day first. A declaration that was observed before counts once, and what is new of its
    /// results is taken in: a finding that came later, or that it was overturned.
    pub fn observe(&mut self, record: &Record) {
        self.observe_keyed(&self.keying().keyed(record));
    }

    /// As [`Self::observe`], of a declaration whose keys are made.
    pub fn observe_keyed(&mut self, keyed: &Keyed<impl Borrow<Record>>) {
        let (record, keys) = (keyed.record.borrow(), keyed.keys_for(self));
        self.add(record, &keys);
        self.schedule(record, &keys);
    }

    /// Adds a declaration as declared, without looking at any results. What was observed before counts once.
    pub fn observe_declared(&mut self, record: &Record) {
        self.observe_declared_keyed(&self.keying().keyed(record));
    }

    /// As [`Self::observe_declared`], of a declaration whose keys are made.
    pub fn observe_declared_keyed(&mut self, keyed: &Keyed<impl Borrow<Record>>) {
        self.add(keyed.record.borrow(), &keyed.keys_for(self));
    }

    fn add(&mut self, record: &Record, keys: &[ItemKeys]) {
        let header = &record.declaration.header;
        let day = header.day.epoch_days();
        let (mut rows, mut parties) = (Vec::new(), Vec::new());
        for (item, keys) in record.declaration.items.iter().zip(keys) {
            if self.heard.get(keys.heard).is_some() {
                continue;
            }
            self.heard.meet(keys.heard, Heard::default);
            rows.extend([Some(keys.repeat), keys.near_repeat, keys.consignment].into_iter().flatten());
            parties.extend(keys.parties.into_iter().flatten());
            self.add_item(day, item, keys);
        }
        if rows.is_empty() {
            return;
        }
        self.declarations += 1;
        for (seen, activities) in [(&mut rows, &mut self.rows), (&mut parties, &mut self.parties)] {
            // A party counts once a declaration, however many items it has there.
            seen.sort_unstable();
            seen.dedup();
            seen.iter().for_each(|key| activities.meet(*key, || Activity::start(day)).add(day));
        }
    }

    /// Whether an item of a declaration was observed before.
    pub fn has_heard_of(&self, record: &Record) -> bool {
        let header = &record.declaration.header;
        record.declaration.items.iter().any(|item| self.heard.get(heard::key(header, item)).is_some())
    }

    fn add_item(&mut self, day: i32, item: &GoodsItem, keys: &ItemKeys) {
        if let Some(unit_price) = &keys.amounts.unit_price {
            for key in keys.prices.into_iter().flatten() {
                self.prices.meet(key, PriceWindow::default).add(unit_price.log);
            }
        }
        if let Some(code) = item.code {
            let (hs6, rate) = (code.number(6) as u32, item.rate_ppm.map_or(-1, |rate| rate as i32));
            for key in keys.usual.into_iter().chain([keys.rates[0]]).flatten() {
                self.usual_codes.meet(key, || UsualCode::start(hs6, rate)).add(hs6, rate);
            }
        }
        if let Some(key) = keys.split {
            let value = item.value_minor().unwrap_or_default() as f32;
            self.recent.meet(key, Recent::default).add(day, value);
        }
    }

    /// Puts what the inspections of a declaration say, and history hasn't heard yet, on the calendar.
    fn schedule(&mut self, record: &Record, keys: &[ItemKeys]) {
        let header = &record.declaration.header;
        for ((item, inspection), keys) in record.declaration.items.iter().zip(&record.inspections).zip(keys) {
            if let Some(inspection) = inspection {
                self.schedule_item(header, item, inspection, keys);
            }
        }
    }

    fn schedule_item(&mut self, header: &Header, item: &GoodsItem, inspection: &Inspection, keys: &ItemKeys) {
        let labels = &self.rules.labels;
        let Some(found) = labels.label(inspection, inspection.known_on) else { return };
        let overturned_on = inspection.finding.as_ref().and_then(|finding| finding.status_on);
        let overturned_on = overturned_on.filter(|day| found && labels.label(inspection, *day) == Some(false));
        let heard = self.heard.meet(keys.heard, Heard::default);
        let news = heard.take(found, overturned_on.is_some());
        if news == News::Nothing {
            return;
        }
        let case = Case { id: header.id.clone(), item: item.number, lodged: header.day.epoch_days() };
        let mut due = Due::new(keys, case, inspection, found);
        if news == News::Result {
            due.overturned_on = overturned_on.map(Day::epoch_days);
        } else {
            // Without a date an overturning counts from the day it was heard.
            let day = overturned_on.map_or(self.day.max(due.outcome.day), Day::epoch_days);
            due.outcome = due.outcome.withdrawn_on(day);
        }
        self.calendar.entry(due.outcome.day).or_default().push(due);
    }
}

impl Due {
    fn new(keys: &ItemKeys, case: Case, inspection: &Inspection, found: bool) -> Self {
        let kind = inspection.finding.as_ref().and_then(|finding| finding.kind).and_then(Outcome::kind_index);
        let verdict = if found { Verdict::Found } else { Verdict::Clean };
        Self {
            item: keys.heard,
            keys: keys.profiles.iter().copied().flatten().chain(keys.near_repeat).collect(),
            repeat: keys.repeat,
            case,
            case_keys: keys.cases,
            outcome: Outcome { day: inspection.known_on.epoch_days(), weight: 1.0, verdict, kind },
            overturned_on: None,
        }
    }
}

/// The key by which rows repeat each other: the schema's, else importer, code, origin, departure, mass and value.
fn repeat_key(keys: &FieldKeys<'_>, item: &GoodsItem) -> Key {
    let by_default = || {
        let fields = [Field::Importer, Field::Hs6, Field::Origin, Field::Departure, Field::Mass, Field::Value];
        fields.iter().fold(0, |key, field| join(key, keys.field(*field).unwrap_or_default()))
    };
    join(tag::REPEAT, item.repeat_key.unwrap_or_else(by_default))
}

/// Rows that are alike but for small differences of amount: same code, route, rate and order of magnitude of mass.
fn near_repeat_key(keys: &FieldKeys<'_>) -> Option<Key> {
    let goods = keys.combination(&[Field::Hs6, Field::Origin, Field::Departure, Field::Rate])?;
    Some(join(tag::NEAR_REPEAT, join(goods, keys.mass_band(4.0)?)))
}

/// Parties, their pairs, and goods from an origin, in the order of [`Novelty`]'s fields.
fn party_keys(keys: &FieldKeys<'_>) -> [Option<Key>; 8] {
    let key = |tag: u64, fields: &[Field]| Some(join(tag, keys.combination(fields)?));
    [
        key(tag::IMPORTER, &[Field::Importer]),
        key(tag::DECLARANT, &[Field::Declarant]),
        key(tag::CONSIGNOR, &[Field::Consignor]),
        key(tag::IMPORTER_DECLARANT, &[Field::Importer, Field::Declarant]),
        key(tag::IMPORTER_ORIGIN, &[Field::Importer, Field::Origin]),
        key(tag::IMPORTER_HS4, &[Field::Importer, Field::Hs4]),
        key(tag::IMPORTER_CONSIGNOR, &[Field::Importer, Field::Consignor]),
        key(tag::HS6_ORIGIN, &[Field::Hs6, Field::Origin]),
    ]
}

/// Price references from the narrowest to the widest: importer x code, code x origin, code, heading.
fn price_keys(keys: &FieldKeys<'_>, terms: Key) -> [Option<Key>; 4] {
    let levels: [&[Field]; 4] =
        [&[Field::Importer, Field::Hs6], &[Field::Hs6, Field::Origin], &[Field::Hs6], &[Field::Hs4]];
    let mut place = tag::PRICE;
    levels.map(|fields| {
        place += 1;
        Some(join(join(place, terms), keys.combination(fields)?))
    })
}

fn usual_keys(keys: &FieldKeys<'_>) -> [Option<Key>; 2] {
    let key = |tag: u64, fields: &[Field]| Some(join(tag, keys.combination(fields)?));
    [
        key(tag::USUAL_BY_HEADING, &[Field::Importer, Field::Hs4]),
        key(tag::USUAL_BY_DESCRIPTION, &[Field::Importer, Field::Description]),
    ]
}

/// Where the rate that is declared with a subheading is kept.
fn rate_key(code: HsCode) -> Key {
    join(tag::RATE_OF_CODE, key::digest(code.hs6().as_bytes()))
}

fn split_key(keys: &FieldKeys<'_>) -> Option<Key> {
    Some(join(tag::SPLIT, keys.combination(&[Field::Importer, Field::Consignor, Field::Hs4])?))
}

/// The entries of a map, sorted by key.
fn sorted<T: Clone>(map: &KeyMap<T>) -> Vec<(Key, T)> {
    let mut entries: Vec<(Key, T)> = map.iter().map(|(key, value)| (*key, value.clone())).collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}
