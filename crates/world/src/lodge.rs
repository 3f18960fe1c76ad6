//! From a shipment to the declarations lodged for it: who errs, who misdeclares, and what the papers say.

use crate::country::Mode;
use crate::declaration::{Declaration, Importer, Item};
use crate::describe::{describe, vague};
use crate::goods::Agency;
use crate::paper;
use crate::ring::{Campaign, Ring};
use crate::rng::Rng;
use crate::scheme::{Irregularity, Scheme, misdeclare};
use crate::setting::Setting;
use crate::shipment::{Shipment, carriage_minor, gross_g, ship};
use crate::tariff::DE_MINIMIS_MINOR;
use crate::trader::{Population, Trader};
use domain::{Country, Day, FindingKind};
use std::collections::BTreeMap;

/// Numbers of declarations, counted by office and year.
#[derive(Clone, Debug, Default)]
pub(crate) struct Register(BTreeMap<(&'static str, i16), u32>);

impl Register {
    fn number(&mut self, office: &'static str, day: Day) -> String {
        let year = day.ymd().0;
        let serial = self.0.entry((office, year)).or_default();
        *serial += 1;
        format!("{year}{office}{serial:07}")
    }
}

/// A transport document that others may share on the same day.
#[derive(Clone, Debug)]
struct OpenDocument {
    mode: Mode,
    departure: Country,
    document: String,
    containers: Vec<String>,
    carrier: String,
}

/// Lodges declarations of one day.
pub(crate) struct Counter<'a> {
    setting: &'a Setting,
    rings: &'a [Ring],
    register: &'a mut Register,
    day: Day,
    rng: Rng,
    open: Vec<OpenDocument>,
}

impl<'a> Counter<'a> {
    pub(crate) fn new(setting: &'a Setting, rings: &'a [Ring], register: &'a mut Register, day: Day, rng: Rng) -> Self {
        Self { setting, rings, register, day, rng, open: Vec::new() }
    }

    /// The declarations of the next shipment: one, or several where a consignment is split. Never more than `room`.
    pub(crate) fn next(&mut self, population: &mut Population, room: usize) -> Vec<Declaration> {
        let one_off = self.rng.chance(self.setting.parameters().traders.one_off_share);
        if one_off {
            let mut trader = population.one_off(self.setting, &mut self.rng, self.day);
            let parcel = self.rng.chance(0.35);
            let mut shipment = ship(self.setting, &mut trader, parcel, &mut self.rng, self.day);
            self.corrupt_one_off(&mut shipment);
            return vec![self.declare(population, &trader, None, shipment)];
        }
        let slot = population.spin(&mut self.rng);
        let ring = population.importers[slot].ring;
        let campaign = ring.and_then(|ring| self.rings.get(ring)).and_then(|ring| ring.active(self.day));
        let campaign = campaign.filter(|campaign| self.rng.chance(campaign.intensity)).cloned();
        if campaign.as_ref().is_some_and(|campaign| campaign.scheme == Scheme::Split) {
            return self.split(population, slot, room);
        }
        let parcel = self.rng.chance(0.03);
        let setting = self.setting;
        let mut shipment = ship(setting, &mut population.importers[slot], parcel, &mut self.rng, self.day);
        if let Some(campaign) = &campaign {
            self.corrupt(campaign, &mut shipment);
        }
        let trader = population.importers[slot].header();
        vec![self.declare(population, &trader, Some((slot, campaign.is_some())), shipment)]
    }

    fn corrupt(&mut self, campaign: &Campaign, shipment: &mut Shipment) {
        let share = self.setting.parameters().irregular.item_share;
        for item in &mut shipment.items {
            if !self.rng.chance(share) || item.actual.relief {
                continue;
            }
            let (catalogue, rng) = (&self.setting.catalogue, &mut self.rng);
            // Goods that don't lend themselves to the scheme pass as they are, or below their value.
            if !misdeclare(catalogue, campaign.scheme, campaign.depth, rng, item) && rng.chance(0.4) {
                misdeclare(catalogue, Scheme::Undervaluation, campaign.depth, rng, item);
            }
        }
    }

    /// Those who come once: mostly used cars and household goods below their value.
    fn corrupt_one_off(&mut self, shipment: &mut Shipment) {
        let irregular = &self.setting.parameters().irregular;
        if !irregular.by_party || !self.rng.chance(irregular.one_off_rate) {
            return;
        }
        let scheme = [Scheme::Undervaluation, Scheme::Quantity, Scheme::Prohibited, Scheme::Misclassification];
        let scheme = scheme[self.rng.index([0.6, 0.15, 0.1, 0.15].into_iter())];
        for item in &mut shipment.items {
            misdeclare(&self.setting.catalogue, scheme, irregular.undervaluation_depth, &mut self.rng, item);
        }
    }

    /// Errors without intent; in a world without party signal, every irregularity.
    fn err(&mut self, factor: f64, items: &mut [Item]) {
        let irregular = &self.setting.parameters().irregular;
        for item in items.iter_mut().filter(|item| item.wrong.is_none()) {
            if irregular.by_party {
                if self.rng.chance(irregular.honest_rate * factor) {
                    misdeclare(&self.setting.catalogue, Scheme::HonestError, 1.0, &mut self.rng, item);
                }
            } else if self.rng.chance(irregular.rate) {
                self.corrupt_anywhere(item);
            }
        }
    }

    /// Some scheme that the goods lend themselves to; every item can be undervalued.
    fn corrupt_anywhere(&mut self, item: &mut Item) {
        let (catalogue, depth) = (&self.setting.catalogue, self.setting.parameters().irregular.undervaluation_depth);
        let schemes = [
            Scheme::Undervaluation,
            Scheme::Misclassification,
            Scheme::FalseOrigin,
            Scheme::Quantity,
            Scheme::Prohibited,
            Scheme::HonestError,
        ];
        let scheme = schemes[self.rng.index([0.25, 0.16, 0.1, 0.1, 0.04, 0.35].into_iter())];
        if !misdeclare(catalogue, scheme, depth, &mut self.rng, item) {
            misdeclare(catalogue, Scheme::Undervaluation, depth, &mut self.rng, item);
        }
    }

    /// One consignment as parcels of low value, under several names or one, on one transport document or several.
    fn split(&mut self, population: &mut Population, slot: usize, room: usize) -> Vec<Declaration> {
        let setting = self.setting;
        let mut shipment = ship(setting, &mut population.importers[slot], false, &mut self.rng, self.day);
        shipment.items.truncate(1);
        shipment.mode = [Mode::Air, Mode::Mail][self.rng.below(2)];
        let pieces = 3 + self.rng.below(6);
        let target = self.rng.between(0.45, 0.95) * DE_MINIMIS_MINOR as f64;
        let shared = self.rng.chance(0.6);
        let borrowed_names = self.rng.chance(0.5);
        let mut trader = population.importers[slot].header();
        let mut declarations: Vec<Declaration> = Vec::new();
        for _ in 0..pieces.min(room) {
            let items: Vec<Item> = shipment.items.iter().map(|item| self.piece(item, shipment.mode, target)).collect();
            if borrowed_names {
                trader.tin = population.tin();
                trader.since = self.day;
            }
            let part = Shipment { tie: shipment.tie, mode: shipment.mode, items };
            let mut declaration = self.declare(population, &trader, Some((slot, true)), part);
            if borrowed_names {
                declaration.importer.slot = None;
            }
            if let Some(first) = declarations.first().filter(|_| shared) {
                declaration.document = first.document.clone();
                declaration.carrier = first.carrier.clone();
            }
            declarations.push(declaration);
        }
        declarations
    }

    /// A piece of an item worth about `target_minor`, relieved where it must not be.
    fn piece(&mut self, item: &Item, mode: Mode, target_minor: f64) -> Item {
        let mut piece = item.clone();
        let good = &self.setting.catalogue.goods()[item.actual.good];
        let facts = &mut piece.actual;
        let unit_minor = facts.fob_minor as f64 / facts.quantity_milli as f64;
        let target_milli = target_minor * self.rng.between(0.85, 1.0) / unit_minor;
        facts.quantity_milli = crate::scheme::whole_units(&good.unit, target_milli).min(facts.quantity_milli);
        let factor = facts.quantity_milli as f64 / item.actual.quantity_milli as f64;
        let scale = |amount: i64| ((amount as f64 * factor).round() as i64).max(1);
        facts.net_g = scale(facts.net_g);
        facts.gross_g = gross_g(facts.net_g, &mut self.rng);
        facts.fob_minor = scale(facts.fob_minor).min(DE_MINIMIS_MINOR * 93 / 100);
        let carriage_minor = carriage_minor(mode, facts.origin, facts.gross_g, facts.fob_minor, &mut self.rng);
        facts.carriage_minor = carriage_minor.min(DE_MINIMIS_MINOR - facts.fob_minor);
        facts.relief = false;
        piece.declared = piece.actual.clone();
        piece.declared.relief = true;
        piece.packages = 1;
        piece.wrong = Some(Irregularity { scheme: Scheme::Split, kind: FindingKind::Value });
        piece
    }

    fn declare(
        &mut self,
        population: &Population,
        trader: &Trader,
        regular: Option<(usize, bool)>,
        shipment: Shipment,
    ) -> Declaration {
        let Shipment { tie, mode, mut items } = shipment;
        let tie = &trader.ties[tie];
        let ring = trader.ring.filter(|_| regular.is_some_and(|(_, dirty)| dirty));
        let usual = if self.rng.chance(0.85) { trader.brokers[0] } else { trader.brokers[1] };
        let broker = match ring.and_then(|ring| self.rings.get(ring)) {
            Some(ring) if self.rng.chance(0.6) => ring.broker,
            _ => usual,
        };
        let clerk = &population.brokers[broker];
        self.err((1.6 - 1.2 * trader.care) * clerk.errors, &mut items);
        self.retell(&mut items);
        let office = paper::office(&mut self.rng, mode);
        let departure = self.departure(tie.country, &items);
        let papers = self.papers(mode, departure, &items);
        let procedure = if items.iter().all(|item| item.declared.relief) { "LOWV" } else { self.procedure() };
        let (incoterm, currency, payment) = self.terms();
        Declaration {
            number: self.register.number(office, self.day),
            version: 1,
            day: self.day,
            accepted: self.day.plus(i32::from(self.rng.chance(0.2))),
            office,
            procedure,
            broker,
            declarant: clerk.code.clone(),
            importer: Importer {
                tin: trader.tin.clone(),
                slot: regular.map(|(slot, _)| slot),
                ring: trader.ring,
                aeo: trader.aeo,
                first_seen: trader.since,
            },
            consignor: tie.consignor.clone(),
            carrier: papers.carrier,
            document: papers.document,
            containers: papers.containers,
            departure,
            mode,
            incoterm,
            currency,
            payment,
            related: tie.related,
            mandatory: self.mandatory(&items),
            items,
        }
    }

    /// Descriptions follow what is declared: a false code has mostly a false text, or one that says nothing.
    fn retell(&mut self, items: &mut [Item]) {
        for item in items.iter_mut().filter(|item| item.declared.good != item.actual.good) {
            let honest = item.wrong.is_some_and(|wrong| wrong.scheme == Scheme::HonestError);
            if honest {
                continue;
            }
            item.description = match self.rng.index([0.6, 0.25, 0.15].into_iter()) {
                0 => describe(&self.setting.catalogue, item.declared.good, 0.5, &mut self.rng),
                1 => vague(&mut self.rng),
                _ => describe(&self.setting.catalogue, item.actual.good, 0.5, &mut self.rng),
            };
        }
    }

    /// Goods depart from the consignor's country, where they were made, or a hub; a false origin is mostly made to fit.
    fn departure(&mut self, consignor: Country, items: &[Item]) -> Country {
        let false_origin = items.iter().find(|item| {
            item.wrong.is_some_and(|wrong| wrong.kind == FindingKind::Origin && wrong.scheme == Scheme::FalseOrigin)
        });
        if let Some(item) = false_origin.filter(|_| self.rng.chance(0.7)) {
            return item.declared.origin;
        }
        let hub = self.rng.chance(0.07).then(|| ["AE", "SG", "NL"][self.rng.below(3)]);
        let direct = self.rng.chance(0.5);
        let made_in = items.first().map_or(consignor, |item| item.actual.origin);
        // Who sells goods made elsewhere has them sent from there as often as from home.
        hub.and_then(Country::parse).unwrap_or(if direct { made_in } else { consignor })
    }

    fn papers(&mut self, mode: Mode, departure: Country, items: &[Item]) -> OpenDocument {
        let share = self.setting.parameters().policy.groupage_share;
        let fitting =
            self.open.iter().filter(|open| open.mode == mode && open.departure == departure).collect::<Vec<_>>();
        if !fitting.is_empty() && self.rng.chance(share * 1.8) {
            return fitting[self.rng.below(fitting.len())].clone();
        }
        // Containers and wagons carry what there is, whatever is declared.
        let gross_t = items.iter().map(|item| item.actual.gross_g).sum::<i64>() as f64 / 1e6;
        let count =
            if matches!(mode, Mode::Sea | Mode::Rail) { (gross_t / 22.0).ceil().clamp(1.0, 12.0) as usize } else { 0 };
        let bulk = gross_t > 400.0;
        let papers = OpenDocument {
            mode,
            departure,
            document: paper::transport_document(&mut self.rng, mode, departure),
            containers: (0..if bulk { 0 } else { count }).map(|_| paper::container(&mut self.rng)).collect(),
            carrier: paper::carrier(&mut self.rng, mode, i32::from(self.day.ymd().0)),
        };
        self.open.push(papers.clone());
        papers
    }

    fn procedure(&mut self) -> &'static str {
        ["4000", "4071", "4051", "6123"][self.rng.index([0.93, 0.045, 0.015, 0.01].into_iter())]
    }

    fn terms(&mut self) -> (&'static str, &'static str, &'static str) {
        let terms = ["FOB", "CIF", "CFR", "FCA", "EXW", "CPT", "DAP"];
        let incoterm = terms[self.rng.index([0.36, 0.28, 0.13, 0.08, 0.05, 0.04, 0.06].into_iter())];
        let currency = ["USD", "EUR", "CNY", "GBP", "ZAR"][self.rng.index([0.78, 0.12, 0.05, 0.03, 0.02].into_iter())];
        let payment = ["TT", "LC", "DA", "DP", "OA"][self.rng.index([0.62, 0.12, 0.06, 0.08, 0.12].into_iter())];
        (incoterm, currency, payment)
    }

    /// A control another agency demands: for a share of declarations of its goods that differs by agency.
    fn mandatory(&mut self, items: &[Item]) -> Option<Agency> {
        items.iter().find_map(|item| {
            let agency = self.setting.catalogue.goods()[item.declared.good].control?;
            self.rng.chance(crate::policy::demand(agency) / (items.len() as f64).sqrt()).then_some(agency)
        })
    }
}
