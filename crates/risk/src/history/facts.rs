//! Facts: what a history knows of one item at the item's moment. Features and reasons are both made of them, so that a
//! reason always shows the numbers the model saw.

use super::activity::{Activity, RECENT, UsualCode};
use super::generations::Generations;
use super::key::{Declared, FieldKeys, Key, digest, join};
use super::keyed::{ItemKeys, Keyed};
use super::price::PriceReference;
use super::tally::{self, Tally};
use super::{History, ProfileSpec};
use domain::{Day, GoodsItem, Header, Journey, Moment, Plausibility, Quality, Record};
use std::borrow::Borrow;
use std::sync::Arc;

/// Inspections whose weight a prior has in a smoothed rate, as in DATE's risk profiles, findings / (count + 10).
const PRIOR_STRENGTH: f32 = 10.0;

/// The same for repeats of the item itself, whose results say far more of it than those of its importer or code.
const REPEAT_PRIOR_STRENGTH: f32 = 0.5;

/// Prices a reference needs before it is read.
const LEAST_PRICES: usize = 4;

/// What is known of one item at its moment.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The moment they are as of.
    pub as_of: Moment,
    /// The profiles, in the order of `profiles`.
    pub specs: Arc<[ProfileSpec]>,
    /// What the declaration shares.
    pub header: &'a Header,
    /// The item as declared.
    pub item: &'a GoodsItem,
    /// Notes on its data as declared; what is odd about results is no fact at the item's moment.
    pub quality: Vec<&'a Quality>,
    /// Amounts and their ratios.
    pub amounts: Amounts,
    /// Minor units in one unit of the money.
    pub money_unit: f64,
    /// Price references that fit.
    pub prices: PriceFacts,
    /// The share of findings among all inspections known.
    pub overall_rate: f32,
    /// For each profile of the history, what is known under it.
    pub profiles: Vec<ProfileFact>,
    /// Who and what is new.
    pub novelty: Novelty,
    /// A code other than the usual one, by heading and by description.
    pub switches: [Option<CodeSwitch>; 2],
    /// Rows that this one repeats.
    pub repeats: RepeatFacts,
    /// Shipments that this one may be split from.
    pub split: SplitFacts,
    /// Plausibility of the code, if it was known by then.
    pub plausibility: Option<Plausibility>,
    /// The code that the description speaks for more, where others have declared it.
    pub better: Option<CodeSwitch>,
    /// The journey, if it was known by then.
    pub journey: Option<Journey>,
}

/// Amounts of an item and what follows from them.
#[derive(Clone, Debug, Default)]
pub struct Amounts {
    /// Declared value in units of the currency.
    pub value: Option<f64>,
    /// Net mass, else gross mass, in kilograms.
    pub mass_kg: Option<f64>,
    /// Quantity in its unit.
    pub quantity: Option<f64>,
    /// Duty at stake in units of the currency.
    pub stake: Option<f64>,
    /// The price that is compared: by quantity where declared, else by mass.
    pub unit_price: Option<UnitPrice>,
}

/// A price for one unit.
#[derive(Clone, Debug)]
pub struct UnitPrice {
    /// Natural logarithm of the price in units of the currency.
    pub log: f32,
    /// Unit of quantity, or `kg`.
    pub unit: Box<str>,
    /// The currency, where it is that of the invoice; other values are in the administration's own money.
    pub currency: domain::Text,
    /// Digest of unit and kind of value.
    pub(super) terms: Key,
}

/// Price references for the item's unit and terms.
#[derive(Clone, Debug, Default)]
pub struct PriceFacts {
    /// From the narrowest to the widest: importer x code, code x origin, code, heading.
    pub levels: [Option<PriceReference>; 4],
}

/// What is known under one profile.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProfileFact {
    /// The key of the item's values under this profile; `None` where a value is missing.
    pub key: Option<Key>,
    /// Smoothed rate of findings; the parent's rate where nothing is known; `None` where the item has no such value.
    pub rate: Option<f32>,
    /// Decayed inspections.
    pub inspected: f32,
    /// Inspections.
    pub inspected_count: u32,
    /// Findings.
    pub found_count: u32,
    /// Days since the last finding became known.
    pub last_found_days: Option<i32>,
    /// Findings by kind, in the order of [`domain::FindingKind::ALL`].
    pub by_kind: [u16; 7],
}

/// Earlier declarations of a party or a combination.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Declarations before this one; `None` where the item has no such value.
    pub declarations: Option<u32>,
    /// Days since the first.
    pub first_days: Option<i32>,
    /// Days since the last.
    pub last_days: Option<i32>,
    /// Declarations of about the last week and the last month ([`RECENT`]); `None` where the item has no such value.
    pub recent: Option<[f32; RECENT.len()]>,
}

/// Who and what is new.
#[derive(Clone, Copy, Debug, Default)]
pub struct Novelty {
    /// The importer.
    pub importer: Seen,
    /// The declarant.
    pub declarant: Seen,
    /// The consignor.
    pub consignor: Seen,
    /// The importer with this declarant.
    pub importer_declarant: Seen,
    /// The importer with this origin.
    pub importer_origin: Seen,
    /// The importer with this heading.
    pub importer_hs4: Seen,
    /// The importer with this consignor.
    pub importer_consignor: Seen,
    /// This code from this origin.
    pub hs6_origin: Seen,
    /// Other declarations under the same transport document.
    pub consignment: Seen,
}

/// A code other than the declared one, usual for this importer or for these words.
#[derive(Clone, Copy, Debug)]
pub struct CodeSwitch {
    /// The usual subheading, as a number.
    pub usual_hs6: u32,
    /// Its rate less the declared one, as a share (0.08 = eight points); `None` where a rate is missing.
    pub rate_drop: Option<f32>,
}

/// Rows that this one repeats.
#[derive(Clone, Copy, Debug, Default)]
pub struct RepeatFacts {
    /// The repeat key.
    pub key: Key,
    /// Rows with the same repeat key.
    pub exact: Seen,
    /// What inspections of them found.
    pub exact_outcome: ProfileFact,
    /// Rows alike but for small differences of amount.
    pub near: Seen,
    /// What inspections of those found.
    pub near_outcome: ProfileFact,
}

/// Shipments of the same importer, consignor and heading within a week.
#[derive(Clone, Copy, Debug, Default)]
pub struct SplitFacts {
    /// Their number.
    pub shipments: u32,
    /// The sum of their values in minor units.
    pub value_minor: f32,
}

impl ProfileFact {
    /// What a tally says as of a day.
    fn of(key: Key, tally: &Tally, prior: f32, strength: f32, day: Day) -> Self {
        let (inspected, found) = tally.decayed(day);
        Self {
            key: Some(key),
            rate: Some(tally::smoothed(inspected, found, prior, strength)),
            inspected,
            inspected_count: tally.inspected_count,
            found_count: tally.found_count,
            last_found_days: (tally.found_count > 0).then(|| day.epoch_days() - tally.last_found),
            by_kind: tally.by_kind,
        }
    }
}

impl Facts<'_> {
    /// The item with what other pillars said of it.
    pub(crate) fn declared(&self) -> Declared<'_> {
        Declared { header: self.header, item: self.item, plausibility: self.plausibility, journey: self.journey }
    }

    /// Those profiles whose rate is a feature, with their facts.
    pub fn rated_profiles(&self) -> impl Iterator<Item = (&ProfileSpec, &ProfileFact)> {
        self.specs.iter().zip(&self.profiles).filter(|(spec, _)| spec.rated)
    }
}

impl Amounts {
    /// The amounts of an item as declared, where one unit of the money has `money_unit` minor units.
    pub(super) fn of(header: &Header, item: &GoodsItem, money_unit: f64) -> Self {
        let positive = |amount: Option<i64>, scale: f64| amount.filter(|a| *a > 0).map(|a| a as f64 / scale);
        let value = positive(item.value_minor(), money_unit);
        let mass_kg = positive(item.net_mass_g.or(item.gross_mass_g), 1000.0);
        let quantity = item.quantity.as_ref().and_then(|quantity| positive(Some(quantity.milli), 1000.0));
        let unit = match (quantity, &item.quantity) {
            (Some(quantity), Some(declared)) => Some((quantity, declared.unit.clone())),
            _ => mass_kg.map(|mass| (mass, "kg".into())),
        };
        let unit_price = unit.zip(value).map(|((amount, unit), value)| UnitPrice {
            log: (value / amount).ln() as f32,
            terms: terms(header, item, &unit),
            currency: invoice_currency(header, item).map(Box::from),
            unit,
        });
        Self { value, mass_kg, quantity, stake: item.stake_minor().map(|minor| minor / money_unit), unit_price }
    }
}

/// The rate that wider profiles let expect: their excesses over the overall rate added in log-odds.
fn combined(mut rates: impl Iterator<Item = f32> + Clone, overall: f32) -> f32 {
    let all = rates.clone();
    match (rates.next(), rates.next()) {
        (None, _) => overall,
        (Some(rate), None) => rate,
        (Some(_), Some(_)) => {
            let logit = |p: f32| (p / (1.0 - p)).ln();
            let sum = all.map(|rate| logit(rate) - logit(overall)).sum::<f32>() + logit(overall);
            1.0 / (1.0 + (-sum).exp())
        }
    }
}

/// The value that [`GoodsItem::value_minor`] takes: prices of different terms are never compared.
fn value_kind(item: &GoodsItem) -> &'static str {
    match (item.customs_value_minor, item.cif_minor, item.fob_minor) {
        (Some(_), ..) => "customs",
        (None, Some(_), _) => "cif",
        (None, None, Some(_)) => "fob",
        _ => "invoice",
    }
}

/// The currency of the value that [`GoodsItem::value_minor`] takes, where it is that of the invoice.
fn invoice_currency<'a>(header: &'a Header, item: &GoodsItem) -> Option<&'a str> {
    header.currency.as_deref().filter(|_| value_kind(item) == "invoice")
}

/// Prices of different units, kinds of value, and for invoices currencies and incoterms, are never compared.
fn terms(header: &Header, item: &GoodsItem, unit: &str) -> Key {
    let terms = FieldKeys::terms(unit, value_kind(item));
    match value_kind(item) {
        "invoice" => {
            let text = |text: Option<&str>| text.map_or(0, |text| digest(text.as_bytes()));
            join(terms, join(text(header.currency.as_deref()), text(header.incoterm.as_deref())))
        }
        _ => terms,
    }
}

/// An item declared under another code than a usual one.
fn switch(usual: &UsualCode, item: &GoodsItem) -> CodeSwitch {
    let rate = item.rate_ppm.filter(|_| usual.rate_ppm >= 0);
    let rate_drop = rate.map(|rate| (f64::from(usual.rate_ppm) - rate as f64) as f32 / 1e6);
    CodeSwitch { usual_hs6: usual.hs6, rate_drop }
}

impl History {
    /// What is known of item `index` of `record` at its moment. Call [`History::advance`] with its day first; labels
    /// of the record itself are not looked at.
    pub fn facts<'a>(&self, record: &'a Record, index: usize) -> Facts<'a> {
        let keys = self.keying().item(Declared::of(record, index));
        self.facts_by(record, index, &keys)
    }

    /// As [`Self::facts`], of every item of a declaration whose keys are made.
    pub fn facts_keyed<'a>(&self, keyed: &'a Keyed<impl Borrow<Record>>) -> Vec<Facts<'a>> {
        let (record, keys) = (keyed.record.borrow(), keyed.keys_for(self));
        keys.iter().enumerate().map(|(index, keys)| self.facts_by(record, index, keys)).collect()
    }

    fn facts_by<'a>(&self, record: &'a Record, index: usize, keys: &ItemKeys) -> Facts<'a> {
        let (header, item) = (&record.declaration.header, &record.declaration.items[index]);
        let day = header.day;
        Facts {
            as_of: Moment { day: Day::from_epoch_days(self.day.max(day.epoch_days())), position: self.declarations },
            specs: Arc::clone(&self.specs),
            header,
            item,
            quality: record.quality.get(index).into_iter().flatten().filter(|note| !note.role.is_outcome()).collect(),
            prices: PriceFacts { levels: keys.prices.map(|key| self.prices.get(key?)?.reference(LEAST_PRICES)) },
            amounts: keys.amounts.clone(),
            money_unit: self.rules.money_unit(),
            overall_rate: self.overall_rate(day),
            profiles: self.profile_facts(&keys.profiles, day),
            novelty: self.novelty(keys, day),
            switches: self.switches(keys.usual, item),
            repeats: self.repeats(keys.repeat, keys.near_repeat, day),
            split: self.split(keys.split, day),
            plausibility: record.known_plausibility(index),
            better: keys.rates[1].and_then(|key| Some(switch(self.usual_codes.get(key)?, item))),
            journey: record.known_journey(),
        }
    }

    /// The share of findings among all inspections known, smoothed by ten inspections at 10 %.
    pub fn overall_rate(&self, day: Day) -> f32 {
        self.overall.rate(day, 0.1, PRIOR_STRENGTH)
    }

    fn profile_facts(&self, keys: &[Option<Key>], day: Day) -> Vec<ProfileFact> {
        let overall = self.overall_rate(day);
        let none = &Tally::default();
        // All look-ups come first: the memory then fetches many at a time, and fetching is most of their cost.
        let tallies: Vec<&Tally> =
            keys.iter().map(|key| key.and_then(|key| self.tallies.get(&key)).unwrap_or(none)).collect();
        let mut facts: Vec<ProfileFact> = Vec::with_capacity(keys.len());
        for ((spec, key), tally) in self.specs.iter().zip(keys).zip(tallies) {
            let Some(key) = *key else {
                facts.push(ProfileFact::default());
                continue;
            };
            let prior = combined(spec.parents.iter().filter_map(|parent| facts[*parent].rate), overall);
            facts.push(ProfileFact::of(key, tally, prior, PRIOR_STRENGTH, day));
        }
        facts
    }

    fn outcome(&self, key: Key, prior: f32, day: Day) -> ProfileFact {
        let none = Tally::default();
        ProfileFact::of(key, self.tallies.get(&key).unwrap_or(&none), prior, REPEAT_PRIOR_STRENGTH, day)
    }

    fn seen(activities: &Generations<Activity>, key: Option<Key>, day: Day) -> Seen {
        let Some(key) = key else { return Seen::default() };
        let activity = activities.get(key);
        Seen {
            declarations: Some(activity.map_or(0, |activity| activity.declarations)),
            first_days: activity.map(|activity| day.epoch_days() - activity.first),
            last_days: activity.map(|activity| day.epoch_days() - activity.last),
            recent: Some(activity.map_or_else(Default::default, |activity| activity.recent(day.epoch_days()))),
        }
    }

    fn novelty(&self, keys: &ItemKeys, day: Day) -> Novelty {
        let [importer, declarant, consignor, importer_declarant, importer_origin, rest @ ..] =
            keys.parties.map(|key| Self::seen(&self.parties, key, day));
        let [importer_hs4, importer_consignor, hs6_origin] = rest;
        Novelty {
            importer,
            declarant,
            consignor,
            importer_declarant,
            importer_origin,
            importer_hs4,
            importer_consignor,
            hs6_origin,
            consignment: Self::seen(&self.rows, keys.consignment, day),
        }
    }

    fn switches(&self, keys: [Option<Key>; 2], item: &GoodsItem) -> [Option<CodeSwitch>; 2] {
        let declared = item.code.map(|code| code.number(6) as u32);
        keys.map(|key| {
            let usual = self.usual_codes.get(key?).filter(|usual| Some(usual.hs6) != declared)?;
            Some(switch(usual, item))
        })
    }

    pub(super) fn repeats(&self, exact: Key, near: Option<Key>, day: Day) -> RepeatFacts {
        let overall = self.overall_rate(day);
        RepeatFacts {
            key: exact,
            exact: Self::seen(&self.rows, Some(exact), day),
            exact_outcome: self.outcome(exact, overall, day),
            near: Self::seen(&self.rows, near, day),
            near_outcome: near.map_or_else(ProfileFact::default, |key| self.outcome(key, overall, day)),
        }
    }

    fn split(&self, key: Option<Key>, day: Day) -> SplitFacts {
        let recent = key.and_then(|key| self.recent.get(key));
        let (shipments, value_minor) = recent.map_or((0, 0.0), |recent| recent.near(day.epoch_days()));
        SplitFacts { shipments, value_minor }
    }
}
