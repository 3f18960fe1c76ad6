//! Who is picked.

use super::board::{Board, View};
use super::explore::{diverse, uncertainty};
use super::{Component, Part, Strategy};
use learn::Rng;

/// Why a declaration was picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It promised most.
    Promise,
    /// It might teach something.
    Exploration,
    /// By chance.
    Chance,
    /// It was inspected at the time.
    Present,
}

impl Why {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Promise => "promise",
            Self::Exploration => "exploration",
            Self::Chance => "chance",
            Self::Present => "present",
        }
    }

    /// The value of a stable name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Promise, Self::Exploration, Self::Chance, Self::Present].into_iter().find(|why| why.name() == text)
    }
}

impl From<Component> for Why {
    fn from(component: Component) -> Self {
        match component {
            Component::Random => Self::Chance,
            Component::Present => Self::Present,
            component if component.is_exploration() => Self::Exploration,
            _ => Self::Promise,
        }
    }
}

/// A declaration that was picked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pick {
    /// Its place in the stream.
    pub place: usize,
    /// Why.
    pub why: Why,
    /// What the model gave it: probability of a finding.
    pub probability: f64,
    /// What the model gave it: expected extra revenue in minor units.
    pub expected_minor: f64,
}

/// How a period is picked.
pub(super) struct Draw<'a> {
    pub(super) strategy: &'a Strategy,
    pub(super) by_revenue: bool,
    /// Share of exploration of a strategy that adapts.
    pub(super) explored: Option<f64>,
    /// Whether gATE trusts the model.
    pub(super) is_gate_open: bool,
    pub(super) seed: u64,
    pub(super) number: usize,
}

impl Draw<'_> {
    /// Picks `capacity` declarations, or all there are, ordered by place.
    pub(super) fn picks(&self, board: &Board<'_>, capacity: usize) -> learn::Result<Vec<Pick>> {
        let mut why: Vec<Option<Why>> = vec![None; board.views.len()];
        let parts = self.parts();
        let offset = Rng::for_stream(self.seed, (self.number * 16 + 15) as u64).uniform();
        let counts = counts(&parts, capacity.min(board.views.len()), offset);
        for (place, (part, count)) in parts.iter().zip(counts).enumerate() {
            let mut rng = Rng::for_stream(self.seed, (self.number * 16 + place) as u64);
            let free: Vec<usize> = (0..why.len()).filter(|view| why[*view].is_none()).collect();
            let mut chosen = self.choose(board, &free, part.component, count, &mut rng)?;
            if part.component != Component::Present {
                fill(&mut chosen, &free, count, &mut rng);
            }
            chosen.into_iter().for_each(|view| why[view] = Some(part.component.into()));
        }
        let pick = |(view, why): (&View, Option<Why>)| {
            let View { place, probability, expected_minor, .. } = *view;
            why.map(|why| Pick { place, why, probability, expected_minor })
        };
        Ok(board.views.iter().zip(why).filter_map(pick).collect())
    }

    /// The parts with their shares of this period.
    fn parts(&self) -> Vec<Part> {
        let mut parts = self.strategy.parts().to_vec();
        if let (Some(explored), [exploit, explore, ..]) = (self.explored, parts.as_mut_slice()) {
            explore.share = exploit.share * explored;
            exploit.share -= explore.share;
        }
        // Chance comes last, so that it draws from all that nothing else picked: that is what makes it a floor.
        parts.sort_by_key(|part| part.component == Component::Random);
        parts
    }

    fn choose(
        &self,
        board: &Board<'_>,
        free: &[usize],
        component: Component,
        count: usize,
        rng: &mut Rng,
    ) -> learn::Result<Vec<usize>> {
        let has_model = board.model.is_some();
        let by = |key: &dyn Fn(&View) -> f64, rng: &mut Rng| highest(board, free, count, key, rng);
        Ok(match component {
            Component::Present => free.iter().copied().filter(|view| board.views[*view].was_inspected).collect(),
            Component::Price => by(&|view| view.value_minor, rng),
            Component::Stake => by(&|view| view.stake_minor, rng),
            Component::Novelty => by(&|view| view.novelty, rng),
            Component::Model(_) if has_model && self.by_revenue => by(&|view| view.expected_minor, rng),
            Component::Model(_) if has_model => by(&|view| view.probability, rng),
            Component::Uncertainty if has_model => by(&|view| uncertainty(view.probability), rng),
            Component::Badge | Component::Bate => diverse(board, free, component, count, rng.next_u64())?,
            Component::Gate if self.is_gate_open => diverse(board, free, component, count, rng.next_u64())?,
            // Chance, and whatever has no model to go by yet.
            _ => Vec::new(),
        })
    }
}

/// The free views with the highest keys; equal keys in random order.
fn highest(board: &Board<'_>, free: &[usize], count: usize, key: &dyn Fn(&View) -> f64, rng: &mut Rng) -> Vec<usize> {
    let mut order = free.to_vec();
    rng.shuffle(&mut order);
    order.sort_by(|a, b| key(&board.views[*b]).total_cmp(&key(&board.views[*a])));
    order.truncate(count);
    order
}

/// Draws by chance what is still missing.
fn fill(chosen: &mut Vec<usize>, free: &[usize], count: usize, rng: &mut Rng) {
    if chosen.len() >= count {
        return;
    }
    let rest: Vec<usize> = free.iter().copied().filter(|view| !chosen.contains(view)).collect();
    let drawn = rng.sample(rest.len(), count - chosen.len());
    chosen.extend(drawn.into_iter().map(|place| rest[place]));
}

/// How many each part picks: shares of the capacity, rounded so that they add up to it. The offset, uniform in [0, 1), makes
/// each count right on average, so that a small share of a small capacity is not rounded away for ever.
fn counts(parts: &[Part], capacity: usize, offset: f64) -> Vec<usize> {
    let (mut share, mut given) = (0.0, 0);
    let mut count = |part: &Part| {
        share += part.share;
        let is_last = share > 1.0 - 1e-9;
        let until = if is_last { capacity } else { ((share * capacity as f64 + offset) as usize).min(capacity) };
        let count = until.saturating_sub(given);
        given = until;
        count
    };
    parts.iter().map(&mut count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_capacity() {
        let counted = |text: &str, capacity, offset| counts(Strategy::parse(text).unwrap().parts(), capacity, offset);
        assert_eq!(counted("gbdt:0.9+random:0.1", 30, 0.5), [27, 3]);
        assert_eq!(counted("gbdt:0.9+random:0.1", 4, 0.5), [4, 0]);
        assert_eq!(counted("gbdt:0.9+random:0.1", 4, 0.3), [3, 1]);
        assert_eq!(counted("date:0.8+gate:0.1+random:0.1", 25, 0.5), [20, 3, 2]);
        assert_eq!(counted("gbdt", 0, 0.9), [0]);
    }
}
