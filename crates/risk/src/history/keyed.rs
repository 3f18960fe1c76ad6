//! Declarations with the keys that history is told and asked under. Keys are made of what is declared alone, so a
//! declaration can be keyed on another thread, long before its moment comes.

use super::case::case_keys;
use super::facts::Amounts;
use super::heard;
use super::key::{Declared, FieldKeys, Key, join};
use super::{
    History, ProfileSpec, near_repeat_key, party_keys, price_keys, profile, rate_key, repeat_key, split_key, tag,
    usual_keys,
};
use domain::Record;
use std::borrow::{Borrow, Cow};
use std::sync::Arc;

/// Makes keys the way one history does.
#[derive(Clone, Debug)]
pub struct Keying {
    specs: Arc<[ProfileSpec]>,
    money_unit: f64,
}

/// A declaration, owned or borrowed, with its keys.
#[derive(Clone, Debug)]
pub struct Keyed<R = Record> {
    /// The declaration.
    pub record: R,
    keys: Vec<ItemKeys>,
    profiles: usize,
    money_unit: f64,
}

/// The keys of one item.
#[derive(Clone, Debug)]
pub(super) struct ItemKeys {
    /// The item itself, by its numbers.
    pub(super) heard: Key,
    /// One for each profile, `None` where a value is missing.
    pub(super) profiles: Vec<Option<Key>>,
    pub(super) repeat: Key,
    pub(super) near_repeat: Option<Key>,
    pub(super) consignment: Option<Key>,
    pub(super) parties: [Option<Key>; 8],
    pub(super) prices: [Option<Key>; 4],
    pub(super) usual: [Option<Key>; 2],
    /// The declared subheading, and the one that the description speaks for more: under which rates are known.
    pub(super) rates: [Option<Key>; 2],
    pub(super) split: Option<Key>,
    pub(super) cases: [Option<Key>; 2],
    pub(super) amounts: Amounts,
}

impl Keying {
    /// The declaration with its keys.
    pub fn keyed<R: Borrow<Record>>(&self, record: R) -> Keyed<R> {
        Keyed { keys: self.keys(record.borrow()), profiles: self.specs.len(), money_unit: self.money_unit, record }
    }

    pub(super) fn keys(&self, record: &Record) -> Vec<ItemKeys> {
        (0..record.declaration.items.len()).map(|index| self.item(Declared::of(record, index))).collect()
    }

    pub(super) fn item(&self, declared: Declared<'_>) -> ItemKeys {
        let Declared { header, item, .. } = declared;
        let keys = &FieldKeys::new(declared);
        let amounts = Amounts::of(header, item, self.money_unit);
        ItemKeys {
            heard: heard::key(header, item),
            profiles: profile::keys(&self.specs, keys),
            repeat: repeat_key(keys, item),
            near_repeat: near_repeat_key(keys),
            consignment: keys.consignment().map(|key| join(tag::CONSIGNMENT, key)),
            parties: party_keys(keys),
            prices: amounts.unit_price.as_ref().map_or([None; 4], |price| price_keys(keys, price.terms)),
            usual: usual_keys(keys),
            rates: [item.code, declared.plausibility.and_then(|verdict| verdict.better)]
                .map(|code| Some(rate_key(code?))),
            split: split_key(keys),
            cases: case_keys(keys),
            amounts,
        }
    }
}

impl<R: Borrow<Record>> Keyed<R> {
    /// The keys of its items, made anew where they were made for a history that keeps other profiles or money.
    pub(super) fn keys_for(&self, history: &History) -> Cow<'_, [ItemKeys]> {
        let keying = history.keying();
        if (self.profiles, self.money_unit) == (keying.specs.len(), keying.money_unit) {
            return self.keys.as_slice().into();
        }
        keying.keys(self.record.borrow()).into()
    }
}

impl History {
    /// What makes keys for this history.
    pub fn keying(&self) -> Keying {
        Keying { specs: Arc::clone(&self.specs), money_unit: self.rules.money_unit() }
    }
}
