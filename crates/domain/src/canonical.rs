//! Canonical bytes of a declaration as declared: what draws, fingerprints and the log are computed over.
//!
//! Version 1. One byte of version, then fields in a fixed order, each as a tag byte, a little-endian `u32` length and
//! the bytes of the value; a missing value is left out. Integers are eight bytes, little-endian; items follow the
//! header, each as a field of its own. Outcomes, notes and anything derived are not part of it. The format is frozen
//! by a golden test; a change needs a new version, and version 1 stays readable for ever.

use crate::{Declaration, GoodsItem, Header};
use sha2::{Digest, Sha256};

/// Version of the format, the first byte of all canonical bytes.
pub const VERSION: u8 = 1;

/// The canonical bytes of a declaration.
pub fn bytes(declaration: &Declaration) -> Vec<u8> {
    let mut writer = Writer(vec![VERSION]);
    header(&mut writer, &declaration.header);
    for goods_item in &declaration.items {
        let mut inner = Writer(Vec::new());
        item(&mut inner, goods_item);
        writer.field(64, &inner.0);
    }
    writer.0
}

/// SHA-256 of the canonical bytes.
pub fn digest(declaration: &Declaration) -> [u8; 32] {
    Sha256::digest(bytes(declaration)).into()
}

struct Writer(Vec<u8>);

impl Writer {
    fn field(&mut self, tag: u8, value: &[u8]) {
        self.0.push(tag);
        self.0.extend_from_slice(&(value.len() as u32).to_le_bytes());
        self.0.extend_from_slice(value);
    }

    fn text(&mut self, tag: u8, value: Option<&str>) {
        if let Some(value) = value {
            self.field(tag, value.as_bytes());
        }
    }

    fn integer(&mut self, tag: u8, value: Option<i64>) {
        if let Some(value) = value {
            self.field(tag, &value.to_le_bytes());
        }
    }
}

fn header(writer: &mut Writer, header: &Header) {
    writer.text(1, Some(&header.id));
    writer.integer(2, Some(i64::from(header.version)));
    writer.text(3, header.consignment.as_deref());
    for container in &header.containers {
        writer.text(4, Some(container));
    }
    writer.integer(5, Some(i64::from(header.day.epoch_days())));
    writer.integer(6, header.acceptance_day.map(|day| i64::from(day.epoch_days())));
    let texts =
        [&header.office, &header.procedure, &header.declarant, &header.importer, &header.consignor, &header.carrier];
    for (tag, text) in (7..).zip(texts) {
        writer.text(tag, text.as_deref());
    }
    writer.text(13, header.departure.as_ref().map(|country| country.as_str()));
    writer.text(14, header.mode.as_ref().map(|mode| &*mode.0));
    writer.text(15, header.incoterm.as_deref());
    writer.text(16, header.currency.as_deref());
    writer.text(17, header.aeo.as_ref().map(|aeo| &*aeo.kind));
    for control in &header.mandatory {
        writer.text(18, Some(&control.legal_basis));
        writer.text(19, Some(control.kind.name()));
        writer.text(20, Some(&control.agency));
    }
}

fn item(writer: &mut Writer, item: &GoodsItem) {
    writer.integer(1, Some(i64::from(item.number)));
    writer.text(2, item.code.as_ref().map(|code| code.as_str()));
    writer.text(3, item.origin.as_ref().map(|country| country.as_str()));
    writer.integer(4, item.quantity.as_ref().map(|quantity| quantity.milli));
    writer.text(5, item.quantity.as_ref().map(|quantity| &*quantity.unit));
    let amounts = [
        item.net_mass_g,
        item.gross_mass_g,
        item.invoice_value_minor,
        item.customs_value_minor,
        item.fob_minor,
        item.cif_minor,
        item.freight_minor,
        item.related_party.map(i64::from),
        item.valuation_method.map(i64::from),
        item.rate_ppm,
        item.taxes_minor,
    ];
    for (tag, amount) in (6..).zip(amounts) {
        writer.integer(tag, amount);
    }
    writer.text(17, item.preference.as_deref());
    writer.text(18, item.description.as_deref());
    // Position says which column a value stands in, so a missing one is written as an empty field.
    for text in &item.categorical {
        writer.field(19, text.as_deref().unwrap_or_default().as_bytes());
    }
    for number in &item.numeric {
        let bits = if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() };
        writer.field(20, &bits.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Country, Day, HsCode, Quantity};

    fn sample() -> Declaration {
        Declaration {
            header: Header {
                importer: Some("I7".into()),
                departure: Country::parse("CN"),
                containers: vec!["CSQU3054383".into()],
                ..Header::new("D1", Day::from_ymd(2021, 3, 1).unwrap())
            },
            items: vec![GoodsItem {
                number: 1,
                code: HsCode::parse("610910").ok().map(|(code, _)| code),
                quantity: Some(Quantity { milli: 1_500_000, unit: "NAR".into() }),
                net_mass_g: Some(300_000),
                customs_value_minor: Some(41_509_272),
                categorical: vec![None, Some("A".into())],
                numeric: vec![f64::NAN, 2.5],
                ..GoodsItem::default()
            }],
        }
    }

    #[test]
    fn version_1_is_frozen() {
        let hex: String = digest(&sample()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, include_str!("../tests/fixtures/canonical-v1.sha256").trim());
    }

    #[test]
    fn every_declared_value_changes_the_bytes() {
        let changes: [fn(&mut Declaration); 6] = [
            |d| d.header.importer = None,
            |d| d.header.version = 2,
            |d| d.items[0].net_mass_g = Some(1),
            |d| d.items[0].categorical.swap(0, 1),
            |d| d.items[0].numeric[0] = 0.0,
            |d| d.items.push(GoodsItem::default()),
        ];
        for change in changes {
            let mut changed = sample();
            change(&mut changed);
            assert_ne!(bytes(&changed), bytes(&sample()));
        }
    }
}
