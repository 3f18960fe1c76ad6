//! What a history has met before, asked one item at a time; for evaluation.

use super::key::{Declared, Field, FieldKeys, join};
use super::{History, Key, repeat_key, tag};
use domain::{Day, GoodsItem, Header, Record};

impl History {
    /// Whether every item of a declaration repeats an observed one by its repeat key.
    pub fn repeats_throughout(&self, record: &Record) -> bool {
        let header = &record.declaration.header;
        let known = |item| self.rows.get(repeat_key_of(header, item)).is_some();
        record.declaration.items.iter().all(known)
    }

    /// Whether the importer of a declaration was observed before; `false` where it names none.
    pub fn has_met_importer(&self, header: &Header) -> bool {
        let item = GoodsItem::default();
        let key = FieldKeys::new(Declared::alone(header, &item)).combination(&[Field::Importer]);
        key.is_some_and(|key| self.parties.get(join(tag::IMPORTER, key)).is_some())
    }

    /// The smoothed rate of findings among known inspections of the same repeat key, highest among the items of a
    /// declaration: what a dictionary of repeats would answer.
    pub fn repeat_rate(&self, record: &Record, day: Day) -> f64 {
        let header = &record.declaration.header;
        let rate = |item| {
            let exact = repeat_key_of(header, item);
            f64::from(self.repeats(exact, None, day).exact_outcome.rate.unwrap_or_default())
        };
        record.declaration.items.iter().map(rate).fold(0.0, f64::max)
    }
}

/// The key by which an item counts as a repeat of another: the schema's, else importer, code, origin, departure, mass
/// and value.
pub(crate) fn repeat_key_of(header: &Header, item: &GoodsItem) -> Key {
    repeat_key(&FieldKeys::new(Declared::alone(header, item)), item)
}
