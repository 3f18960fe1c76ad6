//! What is left to spend at each office.

use super::checked::CheckedPolicy;
use super::policy::Limit;
use super::unit::{Unit, Units};
use domain::{ControlKind, Day, Lane};

/// The capacity of one office for one control.
#[derive(Clone, Copy)]
pub(super) struct Account {
    pub(super) limit: Limit,
    /// What is left of the limit, in its own measure.
    pub(super) left: u64,
}

/// The capacity of all offices, and how many declarations each lane may still take.
#[derive(Clone)]
pub(super) struct Budgets<'a> {
    policy: &'a CheckedPolicy,
    accounts: Vec<[Account; 4]>,
    allowances: [Option<f64>; 4],
}

impl<'a> Budgets<'a> {
    /// The limits of the day, less what is set apart.
    pub(super) fn new(units: &Units, policy: &'a CheckedPolicy, day: Day) -> Self {
        let account = |office: &str, control| {
            let limit = policy.limit(office, control, day);
            let (Limit::Minutes(left) | Limit::Count(left)) = limit;
            Account { limit, left }
        };
        let accounts = units.offices.iter().map(|office| ControlKind::ALL.map(|control| account(office, control)));
        let accounts = accounts.collect();
        let drawable = units.all.iter().filter(|unit| unit.set.is_none());
        let declarations: u64 = drawable.map(Unit::size).sum();
        let allowance = |lane| {
            let rule = policy.policy().lanes.iter().find(|rule| rule.lane == lane)?;
            Some(rule.rate? * declarations as f64)
        };
        let mut budgets = Self { policy, accounts, allowances: Lane::ALL.map(allowance) };
        for &(office, control, items) in &units.set_apart {
            let cost = budgets.cost(office, control, 1, items);
            budgets.take(office, control, cost);
        }
        budgets
    }

    /// The capacity of an office for a control.
    pub(super) fn account(&self, office: usize, control: ControlKind) -> Account {
        self.accounts[office][control as usize]
    }

    /// What a control costs in the measure of the office's limit.
    pub(super) fn cost(&self, office: usize, control: ControlKind, declarations: u64, items: u64) -> u64 {
        match self.account(office, control).limit {
            Limit::Minutes(_) => self.policy.minutes(control, declarations, items),
            Limit::Count(_) => declarations,
        }
    }

    /// What a control of a whole unit costs.
    pub(super) fn unit_cost(&self, unit: &Unit, control: ControlKind) -> u64 {
        self.cost(unit.office, control, unit.size(), unit.items)
    }

    /// Spends `amount`, or what is left of it.
    pub(super) fn take(&mut self, office: usize, control: ControlKind, amount: u64) {
        let left = &mut self.accounts[office][control as usize].left;
        *left = left.saturating_sub(amount);
    }

    /// What is left of the rates: how many declarations each lane may still take; no limit where `None`.
    pub(super) fn allowances(&self) -> &[Option<f64>; 4] {
        &self.allowances
    }

    /// How many declarations the lane may still take at all offices together; no limit where `None`.
    pub(super) fn allowance(&self, lane: Lane) -> Option<f64> {
        self.allowances[lane as usize]
    }

    /// Counts an expected number of `declarations` against the lane's rate.
    pub(super) fn fill(&mut self, lane: Lane, declarations: f64) {
        if let Some(allowance) = &mut self.allowances[lane as usize] {
            *allowance = (*allowance - declarations).max(0.0);
        }
    }

    /// Spends what the unit costs.
    pub(super) fn spend(&mut self, unit: &Unit, control: ControlKind) {
        self.take(unit.office, control, self.unit_cost(unit, control));
    }

    /// Whether the capacity is enough for the whole unit.
    pub(super) fn affords(&self, unit: &Unit, control: ControlKind) -> bool {
        self.unit_cost(unit, control) <= self.account(unit.office, control).left
    }

    /// Whether the capacity would do for one plain declaration. Where it would, a unit may exceed it: otherwise goods
    /// would be safe behind a consignment, or a list of items, that is too large for any officer's day.
    pub(super) fn is_open(&self, unit: &Unit, control: ControlKind) -> bool {
        self.cost(unit.office, control, 1, 1) <= self.account(unit.office, control).left
    }
}

/// How many declarations the ranking may still put into each lane, in whole numbers; no limit where `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rooms(pub(super) [Option<u64>; 4]);

impl Rooms {
    /// Whether the lane takes at least one more declaration. A unit enters whole, however many declarations it has: to
    /// share a consignment must not shelter from a lane that has room.
    pub(super) fn is_open(&self, lane: Lane) -> bool {
        self.0[lane as usize] != Some(0)
    }

    /// Takes the room of a unit, or what is left of it.
    pub(super) fn fill(&mut self, lane: Lane, unit: &Unit) {
        if let Some(left) = &mut self.0[lane as usize] {
            *left = left.saturating_sub(unit.size());
        }
    }
}
