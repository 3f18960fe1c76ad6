//! From an importer's order to true goods items with prices, masses and freight.

use crate::country::{self, Mode};
use crate::declaration::{Facts, Item};
use crate::describe::describe;
use crate::rng::Rng;
use crate::scheme::whole_units;
use crate::setting::Setting;
use crate::tariff::DE_MINIMIS_MINOR;
use crate::trader::{Line, Order, Tie, Trader, new_line};
use domain::{Country, Day};

/// What an importer buys from one consignor at one time.
pub(crate) struct Shipment {
    pub(crate) tie: usize,
    pub(crate) mode: Mode,
    pub(crate) items: Vec<Item>,
}

/// Items of a declaration: most have one to three, few have dozens, none more than 80.
fn item_count(rng: &mut Rng) -> usize {
    if rng.chance(0.56) {
        return 1;
    }
    ((1.0 - rng.unit()).powf(-1.0 / 1.15) * 1.45).floor().clamp(1.0, 80.0) as usize
}

/// A true shipment of `trader`. A parcel is of low value, of one item, and comes by mail or courier.
pub(crate) fn ship(setting: &Setting, trader: &mut Trader, parcel: bool, rng: &mut Rng, day: Day) -> Shipment {
    let tie = rng.below(trader.ties.len());
    let count = if parcel { 1 } else { item_count(rng) };
    let size = trader.size;
    let care = trader.care;
    let related = &mut trader.ties[tie];
    let mode = match parcel {
        true => [Mode::Mail, Mode::Air][rng.below(2)],
        false => related.mode(setting, rng),
    };
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        let own = rng.below(related.lines.len() + 1 + count / 3);
        let mut passing = None;
        if own >= related.lines.len() {
            passing = Some(new_line(setting, rng, related));
        }
        let level = related.level + if related.related { -0.12 } else { 0.0 };
        let line = match &mut passing {
            Some(line) => line,
            None => &mut related.lines[own],
        };
        let value = item_value(setting, line, size, count, parcel, rng);
        let order = order(setting, line, level, value, mode, rng, day);
        items.push(item(setting, line, &order, mode, care, rng));
    }
    for item in &mut items {
        item.valuation_method = method(related, rng);
    }
    Shipment { tie, mode, items }
}

fn method(tie: &Tie, rng: &mut Rng) -> u8 {
    let weights =
        if tie.related { [0.9, 0.03, 0.02, 0.02, 0.0, 0.03] } else { [0.965, 0.01, 0.008, 0.002, 0.0, 0.015] };
    1 + rng.index(weights.into_iter()) as u8
}

/// The value aimed at, in major units; heavy-tailed.
fn item_value(setting: &Setting, line: &Line, size: f64, count: usize, parcel: bool, rng: &mut Rng) -> f64 {
    if parcel {
        return rng.between(12.0, DE_MINIMIS_MINOR as f64 / 100.0 * 0.8);
    }
    let sector = &setting.catalogue.sectors()[setting.catalogue.goods()[line.good].sector];
    sector.item_value * (size + 1.3 * rng.normal()).exp() / (count as f64).sqrt()
}

/// Goods for about `value`: sometimes exactly what was ordered the last time.
fn order(setting: &Setting, line: &mut Line, level: f64, value: f64, mode: Mode, rng: &mut Rng, day: Day) -> Order {
    let again = rng.chance(0.16);
    if let Some(last) = line.last.clone().filter(|last| again && last.mode == mode) {
        return last;
    }
    let good = &setting.catalogue.goods()[line.good];
    let noise = setting.parameters().prices.noise_sd * rng.normal();
    let usual = setting.prices.level(line.good, line.origin, day) + level + line.tier + noise;
    let mut units = value / (good.price * usual.exp());
    if rng.chance(0.5) {
        units = rounded(units);
    }
    let quantity_milli = whole_units(&good.unit, units * 1000.0);
    // Those who order more pay a little less a unit.
    let discount = 0.03 * (value / 10_000.0).max(0.01).ln().clamp(-2.0, 3.0);
    let price = good.price * (usual - discount).exp();
    let net_kg = match good.unit.as_str() {
        "KGM" => quantity_milli as f64 / 1000.0,
        _ => quantity_milli as f64 / 1000.0 * good.unit_mass_kg * rng.spread(0.07),
    };
    let net_g = ((net_kg * 1000.0).round() as i64).max(1);
    let gross_g = gross_g(net_g, rng);
    let fob_minor = ((price * quantity_milli as f64 / 10.0).round() as i64).max(50);
    let carriage_minor = carriage_minor(mode, line.origin, gross_g, fob_minor, rng);
    let order = Order { mode, quantity_milli, net_g, gross_g, fob_minor, carriage_minor };
    line.last = Some(order.clone());
    order
}

/// Gross mass: most packing weighs a few per cent of the goods, some much more.
pub(crate) fn gross_g(net_g: i64, rng: &mut Rng) -> i64 {
    let packing = 0.06 * rng.spread(0.9);
    (net_g as f64 * (1.0 + packing)).round() as i64 + 1
}

/// Freight and insurance.
pub(crate) fn carriage_minor(mode: Mode, origin: Country, gross_g: i64, fob_minor: i64, rng: &mut Rng) -> i64 {
    let fob = fob_minor as f64 / 100.0;
    let freight = mode.freight_per_kg() * country::distance(origin) * gross_g as f64 / 1000.0 * rng.spread(0.4) + 4.0;
    // Bulk cargo goes for less than its mass would cost, valuables for more.
    let freight = freight.min(rng.between(0.4, 1.4) * fob).max(0.004 * fob);
    ((freight + 0.003 * fob) * 100.0).round() as i64
}

/// To two leading digits, as people order.
fn rounded(units: f64) -> f64 {
    let scale = 10f64.powi(units.max(1.0).log10().floor() as i32 - 1);
    (units / scale).round().max(1.0) * scale
}

fn item(setting: &Setting, line: &Line, order: &Order, mode: Mode, care: f64, rng: &mut Rng) -> Item {
    let good = &setting.catalogue.goods()[line.good];
    let gross_kg = order.gross_g as f64 / 1000.0;
    let claims = good.duty_ppm > 0 && country::preference(line.origin).is_some() && rng.chance(0.82);
    let mut actual = Facts {
        good: line.good,
        origin: line.origin,
        quantity_milli: order.quantity_milli,
        net_g: order.net_g,
        gross_g: order.gross_g,
        fob_minor: order.fob_minor,
        carriage_minor: order.carriage_minor,
        preference: claims,
        relief: false,
    };
    actual.relief =
        matches!(mode, Mode::Mail | Mode::Air) && actual.cif_minor() <= DE_MINIMIS_MINOR && good.excise_ppm == 0;
    Item {
        declared: actual.clone(),
        actual,
        wrong: None,
        description: describe(&setting.catalogue, line.good, care, rng),
        packages: packages(gross_kg, rng),
        valuation_method: 1,
    }
}

fn packages(gross_kg: f64, rng: &mut Rng) -> u32 {
    let each = 18.0 * rng.spread(0.6);
    (gross_kg / each).round().clamp(1.0, 99_999.0) as u32
}
