//! What the administration of the past inspected: mandatory controls, a random floor, rules, and officers' own picks.

use crate::declaration::Declaration;
use crate::goods::Agency;
use crate::rng::Rng;
use crate::setting::Setting;
use crate::tariff::assess;
use domain::{Day, SelectedBy};

/// How a declaration was selected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    /// `None` where an officer picked it for reasons nobody recorded.
    pub(crate) by: Option<SelectedBy>,
    /// Known where the draw was a draw.
    pub(crate) probability: Option<f64>,
}

/// Share of declarations of its goods for which an agency demands a control.
pub(crate) fn demand(agency: Agency) -> f64 {
    match agency {
        Agency::Veterinary | Agency::Phytosanitary => 0.12,
        Agency::Medicines => 0.10,
        Agency::Environment | Agency::TypeApproval => 0.03,
        Agency::Roadworthiness => 0.08,
        Agency::Interior => 1.0,
        Agency::None => 0.0,
    }
}

impl Agency {
    /// Legal basis, kind of control and name of the agency.
    pub(crate) fn control(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Veterinary => ("Animal Health Act s 14", "physical", "Veterinary Service"),
            Self::Phytosanitary => ("Plant Protection Act s 9", "physical", "Plant Health Service"),
            Self::Medicines => ("Medicines Act s 31", "document", "Medicines Authority"),
            Self::Environment => ("Chemicals Act s 22", "document", "Environment Agency"),
            Self::TypeApproval => ("Communications Act s 40", "document", "Communications Commission"),
            Self::Roadworthiness => ("Road Traffic Act s 7", "physical", "Vehicle Inspectorate"),
            Self::Interior => ("Firearms Act s 3", "physical", "Ministry of the Interior"),
            Self::None => ("", "document", ""),
        }
    }
}

/// A count of findings that fades with a half-life of half a year.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    findings: f64,
    day: i32,
}

impl Memory {
    fn now(self, day: Day) -> f64 {
        self.findings * 0.5f64.powf(f64::from(day.epoch_days() - self.day) / 182.0)
    }

    pub(crate) fn add(&mut self, day: Day) {
        self.findings = self.now(day) + 1.0;
        self.day = day.epoch_days();
    }
}

/// What the administration remembers.
#[derive(Clone, Debug)]
pub(crate) struct Memories {
    pub(crate) importers: Vec<(String, Memory)>,
    pub(crate) brokers: Vec<Memory>,
    /// Inspections owed to or by the daily budget.
    balance: f64,
}

impl Memories {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            importers: vec![(String::new(), Memory::default()); setting.importers],
            brokers: vec![Memory::default(); setting.brokers],
            balance: 0.0,
        }
    }

    /// Records a finding about the importer in a slot and the broker.
    pub(crate) fn learn(&mut self, slot: Option<usize>, tin: &str, broker: usize, day: Day) {
        if let Some(entry) = slot.and_then(|slot| self.importers.get_mut(slot)) {
            if entry.0 != tin {
                *entry = (tin.to_owned(), Memory::default());
            }
            entry.1.add(day);
        }
        if let Some(memory) = self.brokers.get_mut(broker) {
            memory.add(day);
        }
    }

    fn importer(&self, declaration: &Declaration) -> f64 {
        let entry = declaration.importer.slot.and_then(|slot| self.importers.get(slot));
        entry.filter(|(tin, _)| *tin == declaration.importer.tin).map_or(0.0, |(_, memory)| memory.now(declaration.day))
    }

    /// Selects among the declarations of a day. Probabilities of rules are scaled so that the expected number meets the
    /// day's share of the budget; what a day leaves over, or overdraws, the next ones make up.
    pub(crate) fn select(&mut self, setting: &Setting, day: &[Declaration], rng: &mut Rng) -> Vec<Option<Choice>> {
        let policy = &setting.parameters().policy;
        let mandated = day.iter().filter(|declaration| declaration.mandatory.is_some()).count() as f64;
        let spare = 1.0 - policy.random_rate - policy.officer_rate;
        let free = day.len() as f64 - mandated;
        self.balance += policy.inspection_rate * day.len() as f64 - mandated - free * (1.0 - spare);
        let weights: Vec<f64> = day.iter().map(|declaration| self.weight(setting, declaration)).collect();
        let scale = scale(&weights, self.balance.max(0.0));
        day.iter()
            .zip(weights)
            .map(|(declaration, weight)| {
                let choice = choose(policy, declaration, (weight * scale).min(0.9), rng);
                if choice.is_some_and(|choice| choice.by == Some(SelectedBy::Score)) {
                    self.balance -= 1.0;
                }
                choice
            })
            .collect()
    }

    /// The weight of a declaration under the rules of the past; 0 where it is controlled anyway.
    fn weight(&self, setting: &Setting, declaration: &Declaration) -> f64 {
        if declaration.mandatory.is_some() {
            return 0.0;
        }
        let known = self.importer(declaration).min(3.0);
        let broker = self.brokers.get(declaration.broker).map_or(0.0, |memory| memory.now(declaration.day));
        let fresh = declaration.day.since(declaration.importer.first_seen) < 60;
        let items = declaration.items.iter().map(|item| item_points(setting, item)).fold(0.0, f64::max);
        let aeo = if declaration.importer.aeo.is_some() { -2.0 } else { 0.0 };
        (1.2 * known + 0.1 * broker.min(6.0) + f64::from(u8::from(fresh)) * 0.7 + items + aeo).exp()
    }
}

/// Points of the rules about goods: a price list that nobody keeps up to date, chapters, preferences, taxes at stake.
fn item_points(setting: &Setting, item: &crate::declaration::Item) -> f64 {
    const CHAPTERS: [&str; 8] = ["22", "24", "40", "61", "62", "64", "85", "87"];
    let declared = &item.declared;
    let good = &setting.catalogue.goods()[declared.good];
    let price = declared.fob_minor as f64 * 10.0 / declared.quantity_milli.max(1) as f64;
    let mut points = 0.0;
    if price < 0.6 * good.price {
        points += 1.3;
    }
    if CHAPTERS.contains(&&good.hs[..2]) {
        points += 0.4;
    }
    if declared.preference {
        points += 0.3;
    }
    let taxes = assess(good, declared).taxes_minor() as f64 / 100.0;
    points + 0.15 * (taxes / 1000.0).max(1.0).ln().min(4.0)
}

/// The factor by which weights become probabilities (at most 0.9) that add up to `budget`.
fn scale(weights: &[f64], budget: f64) -> f64 {
    let total = |scale: f64| weights.iter().map(|weight| (weight * scale).min(0.9)).sum::<f64>();
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if total(middle) < budget { low = middle } else { high = middle }
    }
    low
}

fn choose(policy: &crate::scenario::Policy, declaration: &Declaration, rule: f64, rng: &mut Rng) -> Option<Choice> {
    let (random, by_rule, by_officer) = (rng.unit(), rng.unit(), rng.unit());
    if declaration.mandatory.is_some() {
        return Some(Choice { by: Some(SelectedBy::Mandatory), probability: Some(1.0) });
    }
    let probability = Some(1.0 - (1.0 - rule) * (1.0 - policy.random_rate));
    if random < policy.random_rate {
        return Some(Choice { by: Some(SelectedBy::Random), probability });
    }
    if by_rule < rule {
        return Some(Choice { by: Some(SelectedBy::Score), probability });
    }
    // Officers sense a little: what is wrong is picked twice as often.
    let wrong = declaration.items.iter().any(|item| item.wrong.is_some());
    let odds = if wrong { 2.0 } else { 1.0 };
    (by_officer < policy.officer_rate * odds).then_some(Choice { by: None, probability: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_to_the_budget() {
        let weights = [1.0, 2.0, 50.0, 0.0];
        let scale = scale(&weights, 2.0);
        let probabilities: Vec<f64> = weights.iter().map(|weight| (weight * scale).min(0.9)).collect();
        assert!((probabilities.iter().sum::<f64>() - 2.0).abs() < 1e-6, "{probabilities:?}");
        assert_eq!(probabilities[3], 0.0);
    }

    #[test]
    fn memories_fade() {
        let mut memory = Memory::default();
        memory.add(Day::from_epoch_days(1000));
        assert!((memory.now(Day::from_epoch_days(1182)) - 0.5).abs() < 1e-9);
        memory.add(Day::from_epoch_days(1182));
        assert!((memory.now(Day::from_epoch_days(1182)) - 1.5).abs() < 1e-9);
    }
}
