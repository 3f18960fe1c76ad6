//! The world as it runs, day by day.

use crate::declaration::Declaration;
use crate::goods::{Catalogue, CatalogueError};
use crate::lodge::{Counter, Register};
use crate::outcome::{Examiners, Treatment};
use crate::policy::Memories;
use crate::ring::Ring;
use crate::rng::{Rng, Stream};
use crate::scenario::CheckedScenario;
use crate::scheme::Scheme;
use crate::setting::Setting;
use crate::table::{Row, Tally, Writer};
use crate::trader::Population;
use domain::Day;
use std::collections::BTreeMap;

/// A running world. It is advanced a day at a time; its memory grows with the population, not with the declarations.
pub struct World {
    setting: Setting,
    population: Population,
    rings: Vec<Ring>,
    memories: Memories,
    examiners: Examiners,
    register: Register,
    /// Amendments by the day on which they will be lodged.
    amendments: BTreeMap<Day, Vec<Declaration>>,
    /// Findings by the day on which they become known.
    news: BTreeMap<Day, Vec<News>>,
    day: Day,
    declarations: u64,
    /// Sum of the weights of all days, and of those that are over.
    weight: f64,
    weight_done: f64,
    lodged: u64,
    tally: Tally,
}

/// A finding that will become known.
struct News {
    slot: Option<usize>,
    tin: String,
    broker: usize,
    ring: Option<usize>,
}

/// What was lodged on a day, as rows without header lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The day.
    pub day: Day,
    /// Rows of `declarations.csv`.
    pub declarations: String,
    /// Rows of `truth.csv`.
    pub truth: String,
    /// Declarations among them, amendments not counted.
    pub count: u64,
}

/// How much is lodged on a day relative to others: weekdays, months, growth.
fn day_weight(day: Day, start: Day) -> f64 {
    const WEEK: [f64; 7] = [1.15, 1.2, 1.15, 1.15, 1.2, 0.45, 0.12];
    const YEAR: [f64; 12] = [0.86, 0.9, 1.0, 0.98, 1.0, 0.98, 0.97, 0.99, 1.04, 1.1, 1.12, 1.06];
    let (_, month, of_month) = day.ymd();
    let holiday = matches!((month, of_month), (1, 1) | (5, 1) | (12, 25) | (12, 26));
    let growth = 1.0 + 0.04 * f64::from(day.since(start)) / 365.25;
    let usual = WEEK[usize::from(day.weekday())] * YEAR[(month as usize).clamp(1, 12) - 1] * growth;
    if holiday { usual * 0.1 } else { usual }
}

impl World {
    /// A world of exactly `declarations` declarations over the months of the scenario.
    pub fn new(scenario: CheckedScenario, seed: u64, declarations: u64) -> Result<Self, CatalogueError> {
        let catalogue = Catalogue::embedded()?;
        let (start, end) = (scenario.start(), scenario.end());
        let setting = Setting::new(scenario, catalogue, seed, declarations);
        let rings: Vec<Ring> = (0..setting.rings).map(|index| Ring::new(&setting, index)).collect();
        let weight = (0..end.since(start)).map(|day| day_weight(start.plus(day), start)).sum();
        Ok(Self {
            population: Population::new(&setting, &rings),
            memories: Memories::new(&setting),
            examiners: Examiners::new(&setting),
            register: Register::default(),
            amendments: BTreeMap::new(),
            news: BTreeMap::new(),
            day: start,
            declarations,
            weight,
            weight_done: 0.0,
            lodged: 0,
            tally: Tally::default(),
            rings,
            setting,
        })
    }

    /// The parameters of this world.
    pub fn scenario(&self) -> &CheckedScenario {
        &self.setting.scenario
    }

    /// Counts over all days so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Lets a day pass and returns what was lodged on it; `None` when the world is over.
    pub fn next_day(&mut self) -> Option<Batch> {
        let end = self.setting.scenario.end();
        if self.day >= end {
            return None;
        }
        let day = self.day;
        self.settle(day);
        let quota = self.quota(day, end);
        let declarations = self.lodge(day, quota);
        let treatments = self.treat(day, &declarations);
        let batch = self.write(day, &declarations, &treatments);
        self.plan_amendments(declarations, &treatments);
        self.day = day.plus(1);
        Some(batch)
    }

    /// What becomes known on a day, and who comes and goes.
    fn settle(&mut self, day: Day) {
        for news in self.news.remove(&day).unwrap_or_default() {
            self.memories.learn(news.slot, &news.tin, news.broker, day);
            if let Some(ring) = news.ring.and_then(|ring| self.rings.get_mut(ring)) {
                ring.caught(&self.setting, day);
            }
        }
        for ring in &mut self.rings {
            ring.advance(&self.setting, day);
        }
        self.population.renew(&self.setting, &self.rings, day);
    }

    /// Declarations of a day: their sum over all days is exactly what was asked for.
    fn quota(&mut self, day: Day, end: Day) -> u64 {
        self.weight_done += day_weight(day, self.setting.scenario.start());
        let due = if day.plus(1) >= end {
            self.declarations
        } else {
            (self.declarations as f64 * self.weight_done / self.weight).floor() as u64
        };
        let quota = due.saturating_sub(self.lodged);
        self.lodged += quota;
        quota
    }

    fn lodge(&mut self, day: Day, quota: u64) -> Vec<Declaration> {
        let mut declarations = self.amendments.remove(&day).unwrap_or_default();
        let mut room = quota as usize;
        let rng = Rng::new(self.setting.seed, Stream::Traffic, day.epoch_days() as u64);
        let mut counter = Counter::new(&self.setting, &self.rings, &mut self.register, day, rng);
        while room > 0 {
            let lodged = counter.next(&mut self.population, room);
            room -= lodged.len().min(room);
            declarations.extend(lodged);
        }
        declarations
    }

    fn treat(&mut self, day: Day, declarations: &[Declaration]) -> Vec<Treatment> {
        let mut rng = Rng::new(self.setting.seed, Stream::Selection, day.epoch_days() as u64);
        let choices = self.memories.select(&self.setting, declarations, &mut rng);
        let mut rng = Rng::new(self.setting.seed, Stream::Outcome, day.epoch_days() as u64);
        let mut treatments = Vec::with_capacity(declarations.len());
        for (declaration, choice) in declarations.iter().zip(choices) {
            let treatment = match choice {
                Some(choice) => self.examiners.inspect(&self.setting, declaration, choice, &mut rng),
                None => self.examiners.afterwards(&self.setting, declaration, &mut rng),
            };
            self.spread_news(declaration, &treatment);
            treatments.push(treatment);
        }
        treatments
    }

    /// Plans who learns of the findings about a declaration, and when.
    fn spread_news(&mut self, declaration: &Declaration, treatment: &Treatment) {
        for (item, outcome) in declaration.items.iter().zip(&treatment.outcomes) {
            let Some(outcome) = outcome.as_ref().filter(|outcome| outcome.found.is_some()) else { continue };
            let meant = item.wrong.is_some_and(|wrong| wrong.scheme != Scheme::HonestError);
            self.news.entry(outcome.known_on.max(declaration.day.plus(1))).or_default().push(News {
                slot: declaration.importer.slot,
                tin: declaration.importer.tin.clone(),
                broker: declaration.broker,
                ring: declaration.importer.ring.filter(|_| meant),
            });
        }
    }

    fn write(&mut self, day: Day, declarations: &[Declaration], treatments: &[Treatment]) -> Batch {
        let mut writer = Writer {
            setting: &self.setting,
            row: Row::default(),
            rng: Rng::new(self.setting.seed, Stream::Dirt, day.epoch_days() as u64),
            declarations: String::new(),
            truth: String::new(),
        };
        let taken = self.setting.scenario.extracted_on();
        let before = self.tally.declarations;
        for (declaration, treatment) in declarations.iter().zip(treatments) {
            writer.declaration(declaration, treatment);
            self.tally.add(&self.setting, declaration, treatment, taken);
        }
        let count = self.tally.declarations - before;
        Batch { day, declarations: writer.declarations, truth: writer.truth, count }
    }

    /// Some declarations that nobody looked at are amended by the trader within days: an honest error is put right, or
    /// a detail changes. Goods under control can't be amended (Kyoto Convention, general annex, standard 3.27).
    fn plan_amendments(&mut self, declarations: Vec<Declaration>, treatments: &[Treatment]) {
        let mut rng = Rng::new(self.setting.seed, Stream::Outcome, 1 << 40 | self.day.epoch_days() as u64);
        let share = self.setting.parameters().policy.amended_share;
        for (mut declaration, treatment) in declarations.into_iter().zip(treatments) {
            let untouched = treatment.outcomes.iter().all(Option::is_none) && declaration.version == 1;
            let (chosen, later) = (rng.unit(), rng.days(1, 5));
            let erred =
                |scheme| declaration.items.iter().any(|item| item.wrong.is_some_and(|wrong| wrong.scheme == scheme));
            let share = if erred(Scheme::HonestError) { share * 4.0 } else { share };
            let day = declaration.day.plus(later);
            if !untouched || chosen >= share || day >= self.setting.scenario.end() {
                continue;
            }
            declaration.version = 2;
            declaration.day = day;
            declaration.accepted = day;
            for item in &mut declaration.items {
                if item.wrong.is_some_and(|wrong| wrong.scheme == Scheme::HonestError) && rng.chance(0.7) {
                    item.declared = item.actual.clone();
                    item.wrong = None;
                }
                item.packages += u32::from(rng.chance(0.4));
            }
            self.amendments.entry(day).or_default().push(declaration);
        }
    }
}
