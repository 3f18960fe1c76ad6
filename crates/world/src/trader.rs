//! Importers and brokers: who they are, what they buy from whom, and how they come and go.

use crate::ring::Ring;
use crate::rng::{Rng, Stream, Wheel};
use crate::scheme::Scheme;
use crate::setting::Setting;
use crate::{country::Mode, paper};
use domain::{Country, Day};

/// An importer.
#[derive(Clone, Debug)]
pub(crate) struct Trader {
    pub(crate) tin: String,
    pub(crate) ties: Vec<Tie>,
    /// Natural logarithm of its shipments' value relative to the sector's.
    pub(crate) size: f64,
    /// Slots of its brokers; the first is the usual one.
    pub(crate) brokers: [usize; 2],
    /// 0 (sloppy) to 1 (careful).
    pub(crate) care: f64,
    pub(crate) aeo: Option<&'static str>,
    pub(crate) ring: Option<usize>,
    pub(crate) shell: bool,
    pub(crate) since: Day,
    pub(crate) leaves: Day,
}

/// A standing relation with a consignor.
#[derive(Clone, Debug)]
pub(crate) struct Tie {
    pub(crate) consignor: String,
    pub(crate) country: Country,
    pub(crate) sector: usize,
    pub(crate) related: bool,
    /// Natural logarithm of the consignor's price level.
    pub(crate) level: f64,
    pub(crate) lines: Vec<Line>,
}

/// Goods bought again and again.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) good: usize,
    pub(crate) origin: Country,
    /// Natural logarithm of the price level of the quality bought.
    pub(crate) tier: f64,
    /// The last order, repeated to the gram now and then.
    pub(crate) last: Option<Order>,
}

/// What was ordered.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) mode: Mode,
    pub(crate) quantity_milli: i64,
    pub(crate) net_g: i64,
    pub(crate) gross_g: i64,
    pub(crate) fob_minor: i64,
    pub(crate) carriage_minor: i64,
}

/// A broker.
#[derive(Clone, Debug)]
pub(crate) struct Broker {
    pub(crate) code: String,
    /// Factor on honest errors.
    pub(crate) errors: f64,
    leaves: Day,
    generation: u32,
}

/// All who are in business.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    pub(crate) importers: Vec<Trader>,
    pub(crate) brokers: Vec<Broker>,
    wheel: Wheel,
    broker_wheel: Wheel,
    next_tin: u64,
    rng: Rng,
}

impl Population {
    pub(crate) fn new(setting: &Setting, rings: &[Ring]) -> Self {
        let traders = &setting.parameters().traders;
        let mut population = Self {
            importers: Vec::with_capacity(setting.importers),
            brokers: Vec::new(),
            wheel: Wheel::zipf(setting.importers, traders.importer_zipf, 6.0),
            broker_wheel: Wheel::zipf(setting.brokers, traders.broker_zipf, 2.0),
            next_tin: 0,
            rng: Rng::new(setting.seed, Stream::Traders, 0),
        };
        let start = setting.scenario.start();
        for slot in 0..setting.brokers {
            population.brokers.push(broker(setting, slot, 0, start));
        }
        for slot in 0..setting.importers {
            let mut trader = population.regular(setting, rings, slot, None, start);
            // Those in business when the world begins have been there for a while.
            trader.since = start.plus(-population.rng.days(1, 2000));
            population.importers.push(trader);
        }
        population
    }

    /// The slot of an importer, active ones more often.
    pub(crate) fn spin(&self, rng: &mut Rng) -> usize {
        self.wheel.spin(rng)
    }

    /// Lets those whose time has come leave, and others take their places.
    pub(crate) fn renew(&mut self, setting: &Setting, rings: &[Ring], day: Day) {
        for slot in 0..self.importers.len() {
            if self.importers[slot].leaves <= day {
                let heir = if self.importers[slot].shell { self.importers[slot].ring } else { None };
                self.importers[slot] = self.regular(setting, rings, slot, heir, day);
            }
        }
        for slot in 0..self.brokers.len() {
            if self.brokers[slot].leaves <= day {
                self.brokers[slot] = broker(setting, slot, self.brokers[slot].generation + 1, day);
            }
        }
    }

    /// An importer for a slot; `heir` is the ring that stood behind the shell it follows.
    fn regular(&mut self, setting: &Setting, rings: &[Ring], slot: usize, heir: Option<usize>, day: Day) -> Trader {
        let parameters = setting.parameters();
        let rng = &mut self.rng;
        let joins = parameters.irregular.by_party && rng.chance(parameters.irregular.ring_importers);
        let ring = heir.or_else(|| joins.then(|| rng.below(rings.len())));
        let shell = ring.and_then(|ring| rings.get(ring)).is_some_and(|ring| ring.scheme() == Scheme::Shell);
        let large = (slot as f64 + 1.0) / setting.importers as f64;
        let aeo = rng
            .chance(parameters.traders.aeo_share * 2.0 * (1.0 - large))
            .then(|| ["AEOC", "AEOS", "AEOF"][rng.below(3)]);
        // The largest stay three times as long as the rest.
        let yearly = parameters.traders.importer_exit_per_year * if large < 0.05 { 0.3 } else { 1.0 };
        let stay = if shell { rng.between(20.0, 90.0) } else { rng.exponential(365.25 / yearly.max(1e-6)) };
        let mut trader = Trader {
            tin: String::new(),
            ties: Vec::new(),
            size: 0.55 * rng.normal() + 0.5 * (1.0 - large),
            brokers: [self.broker_wheel.spin(rng), self.broker_wheel.spin(rng)],
            care: rng.unit(),
            aeo: aeo.filter(|_| !shell),
            ring,
            shell,
            since: day,
            leaves: day.plus(stay.clamp(5.0, 40_000.0) as i32),
        };
        if let Some(ring) = ring.and_then(|ring| rings.get(ring)) {
            trader.brokers[0] = if rng.chance(0.6) { ring.broker } else { trader.brokers[0] };
            for (consignor, country) in &ring.sources {
                let mut tie = tie(setting, rng, ring.sector, *country, consignor.clone());
                ring.choose_goods(setting, rng, &mut tie);
                trader.ties.push(tie);
            }
        }
        let own = if shell { 0 } else { 1 + rng.below(4) };
        let home = setting.sectors.spin(rng);
        for _ in 0..own {
            let sector = if rng.chance(0.75) { home } else { setting.sectors.spin(rng) };
            trader.ties.push(new_tie(setting, rng, sector, day));
        }
        trader.tin = self.tin();
        trader
    }

    /// An importer that comes once.
    pub(crate) fn one_off(&mut self, setting: &Setting, rng: &mut Rng, day: Day) -> Trader {
        let sector = setting.one_off_sectors.spin(rng);
        Trader {
            tin: self.tin(),
            ties: vec![new_tie(setting, rng, sector, day)],
            size: -0.9 + 0.6 * rng.normal(),
            brokers: [self.broker_wheel.spin(rng), self.broker_wheel.spin(rng)],
            care: 0.6 * rng.unit(),
            aeo: None,
            ring: None,
            shell: false,
            since: day,
            leaves: day,
        }
    }

    /// A tax number that nobody has had.
    pub(crate) fn tin(&mut self) -> String {
        self.next_tin += 1;
        paper::tin(self.next_tin)
    }
}

fn broker(setting: &Setting, slot: usize, generation: u32, day: Day) -> Broker {
    let mut rng = Rng::new(setting.seed, Stream::Brokers, (slot as u64) << 20 | u64::from(generation));
    let stay = rng.exponential(365.25 / setting.parameters().traders.broker_exit_per_year.max(1e-6));
    Broker {
        code: format!("D{:05}", slot * 10 + generation as usize % 10),
        errors: rng.spread(0.5),
        leaves: day.plus(stay.clamp(30.0, 40_000.0) as i32),
        generation,
    }
}

/// A consignor of a country and sector: few sell most, and names renew over the years.
pub(crate) fn consignor(setting: &Setting, rng: &mut Rng, country: Country, sector: usize, day: Day) -> String {
    let pool = (setting.importers as f64 / 50.0).max(4.0);
    let rank = pool.powf(rng.unit()) as i32;
    let epoch = (day.epoch_days() + rank * 97) / 900 % 10;
    format!("{country}{sector:02}{:05}", rank * 10 + epoch)
}

pub(crate) fn new_tie(setting: &Setting, rng: &mut Rng, sector: usize, day: Day) -> Tie {
    let goods = &setting.catalogue.sectors()[sector].goods;
    let good = rng.pick(goods).copied().unwrap_or_default();
    let country = origin_of(setting, rng, good);
    let consignor = consignor(setting, rng, country, sector, day);
    tie(setting, rng, sector, country, consignor)
}

fn tie(setting: &Setting, rng: &mut Rng, sector: usize, country: Country, consignor: String) -> Tie {
    let parameters = setting.parameters();
    let level = parameters.prices.consignor_sd * rng.normal();
    let mut tie = Tie {
        consignor,
        country,
        sector,
        related: rng.chance(parameters.traders.related_share),
        level,
        lines: Vec::new(),
    };
    for _ in 0..1 + rng.below(6) {
        let line = new_line(setting, rng, &tie);
        tie.lines.push(line);
    }
    tie
}

/// Goods that a consignor sells: mostly made in its own country.
pub(crate) fn new_line(setting: &Setting, rng: &mut Rng, tie: &Tie) -> Line {
    let goods = &setting.catalogue.sectors()[tie.sector].goods;
    let sold = |good: usize| setting.catalogue.goods()[good].origins.iter().any(|(origin, _)| *origin == tie.country);
    let mut good = rng.pick(goods).copied().unwrap_or_default();
    for _ in 0..4 {
        // Prohibited goods come openly only now and then, with a permit.
        let open = !setting.catalogue.goods()[good].banned || rng.chance(0.1);
        if sold(good) && open {
            break;
        }
        good = rng.pick(goods).copied().unwrap_or_default();
    }
    let origin = if sold(good) && rng.chance(0.87) { tie.country } else { origin_of(setting, rng, good) };
    Line { good, origin, tier: setting.parameters().prices.tier_sd * rng.normal(), last: None }
}

fn origin_of(setting: &Setting, rng: &mut Rng, good: usize) -> Country {
    let origins = &setting.catalogue.goods()[good].origins;
    let index = rng.index(origins.iter().map(|(_, weight)| *weight));
    origins[index].0
}

impl Trader {
    /// What a declaration needs of its importer: all but the lines of its ties.
    pub(crate) fn header(&self) -> Self {
        let bare = |tie: &Tie| Tie { consignor: tie.consignor.clone(), lines: Vec::new(), ..*tie };
        Self { tin: self.tin.clone(), ties: self.ties.iter().map(bare).collect(), ..*self }
    }
}

impl Tie {
    /// How this tie's goods travel.
    pub(crate) fn mode(&self, setting: &Setting, rng: &mut Rng) -> Mode {
        crate::country::mode(rng, self.country, setting.catalogue.sectors()[self.sector].air_share)
    }
}
