//! What a strategy holds in memory while it is replayed.

use super::{Declared, Period, Plan, Present, Strategy, Stream};
use crate::features::features;
use crate::history::History;
use crate::model::{ModelKind, TrainParams, TrainingSet};

/// Bytes that history keeps of an item it has met, and more of one whose result it knows, with the result itself. As these and
/// the copies below were measured in a simulated world of 170,000 items (peak of the process less that of reading the past),
/// estimates lay between 1 % below and 20 % above what a strategy with a model held.
const MET_BYTES: u64 = 450;
const RESULT_BYTES: u64 = 900;

/// Bytes of the number of a leaf.
const LEAF_BYTES: u64 = 4;

/// What decides how much memory one strategy takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Bytes of a row: the features of an item, the keys of its profiles, and its result.
    pub row_bytes: u64,
    /// Items it may learn from: at most so many are revealed to it in the end.
    pub learnt: u64,
    /// Times that these are held once more to train a model; 0 for a strategy without one.
    pub copies: u64,
    /// Leaves of trees held of each row while they are weighed anew, or read by a network.
    pub leaves: u64,
    /// Items of the largest period: their rows are held until it has picked.
    pub looked_at: u64,
    /// Items that history has met in the end.
    pub met: u64,
}

impl Holding {
    /// What a strategy comes to hold of a past.
    pub fn new(stream: &Stream, plan: &Plan, strategy: &Strategy) -> Self {
        let shape = &stream.shape;
        let history = History::new(shape.rules.clone());
        let profiles = history.profiles();
        let columns = features(profiles, shape.categorical.len(), shape.numeric.len()).len();
        let periods = stream.periods.iter().map(|period| items(&stream.declarations[period.places.clone()]));
        Self {
            row_bytes: TrainingSet::row_bytes(columns, profiles.len()),
            learnt: learnt(stream, plan, strategy),
            copies: copies(strategy),
            leaves: leaves(plan, strategy),
            looked_at: periods.max().unwrap_or_default(),
            met: items(&stream.declarations),
        }
    }

    /// Bytes: the rows it learns from, once more for each copy that training makes, those of the period it looks at, and
    /// history. What all strategies share, the past itself, is not in it.
    pub const fn bytes(&self) -> u64 {
        let rows = self.learnt * (1 + self.copies) + self.looked_at;
        rows * self.row_bytes
            + self.learnt * self.leaves * LEAF_BYTES
            + self.met * MET_BYTES
            + self.learnt * RESULT_BYTES
    }
}

/// How often training holds the rows: with the labels of the day, then those examined, then these again in an earlier and a
/// later part. Trees take one more of what they see, and one of its bins and of what other trees see beside them.
fn copies(strategy: &Strategy) -> u64 {
    match strategy.model() {
        None => 0,
        Some(ModelKind::Profile | ModelKind::Logistic) => 3,
        Some(_) => 5,
    }
}

/// Leaves of a row that training holds: one of each tree where its leaves are weighed anew, which full trainings of plain trees
/// don't; a network reads them from a table made of as many more.
fn leaves(plan: &Plan, strategy: &Strategy) -> u64 {
    let rounds = TrainParams::default().rounds as u64;
    match strategy.model() {
        None | Some(ModelKind::Profile | ModelKind::Logistic) => 0,
        Some(ModelKind::Gbdt) if plan.full_every == 1 => 0,
        Some(ModelKind::Gbdt | ModelKind::GbdtLr) => rounds,
        Some(ModelKind::Date | ModelKind::Blend) => 2 * rounds,
    }
}

/// The most items that may be revealed: those of the warm-up and of controls no strategy has a say in, and those of the
/// longest declarations, as many as may be picked. What was inspected at the time is known.
fn learnt(stream: &Stream, plan: &Plan, strategy: &Strategy) -> u64 {
    let warm_up = plan.warm_up.min(stream.periods.len());
    let (warm, measured) = stream.periods.split_at(warm_up);
    let (mut certain, mut lengths) = (0, Vec::new());
    for declared in warm.iter().flat_map(|period| declarations(stream, period)) {
        certain += revealed(declared);
    }
    for declared in measured.iter().flat_map(|period| declarations(stream, period)) {
        match declared.present {
            Present::Mandatory => certain += revealed(declared),
            Present::Released if strategy.is_present() => {}
            _ => lengths.push(revealed(declared)),
        }
    }
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    let picks = measured.iter().enumerate().map(|(number, period)| picks(stream, period, plan.rate.share(number)));
    let picks = if strategy.is_present() { lengths.len() } else { picks.sum::<f64>().ceil() as usize };
    certain + lengths.iter().take(picks).sum::<u64>()
}

/// How many are picked of a period: a share of what may be, or as many as were inspected at the time.
fn picks(stream: &Stream, period: &Period, share: Option<f64>) -> f64 {
    let all = declarations(stream, period).iter();
    let free = all.filter(|declared| declared.present != Present::Mandatory);
    match share {
        Some(share) => share * free.count() as f64,
        None => free.filter(|declared| declared.present != Present::Released).count() as f64,
    }
}

fn declarations<'a>(stream: &'a Stream, period: &Period) -> &'a [Declared] {
    &stream.declarations[period.places.clone()]
}

fn items(declarations: &[Declared]) -> u64 {
    declarations.iter().map(|declared| declared.keyed.record.declaration.items.len() as u64).sum()
}

/// Items that a control of a declaration reveals: all of them, if any has a result.
fn revealed(declared: &Declared) -> u64 {
    let has_results = declared.keyed.record.inspections.iter().any(Option::is_some);
    if has_results { items(std::slice::from_ref(declared)) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_rows_with_their_copies_and_history() {
        let holding = Holding { row_bytes: 800, learnt: 1_000, copies: 3, leaves: 0, looked_at: 50, met: 2_000 };
        // 4,050 rows are 3,240,000; 2,000 items met 900,000; 1,000 results 900,000.
        assert_eq!(holding.bytes(), 5_040_000);
        assert_eq!(Holding { copies: 0, ..holding }.bytes(), 2_640_000);
        // 1,000 rows x 50 trees x 4 bytes.
        assert_eq!(Holding { leaves: 50, ..holding }.bytes(), 5_240_000);
        assert_eq!(Holding { learnt: 0, met: 0, ..holding }.bytes(), 40_000);
        assert_eq!(Holding::default().bytes(), 0);
        // 10 features, 2 keys, 2 yes or no, 3 amounts, day and declaration, repeat key.
        assert_eq!(TrainingSet::row_bytes(10, 2), 40 + 16 + 2 + 12 + 8 + 8);
    }

    #[test]
    fn leaves_are_held_where_they_are_weighed_anew_or_read() {
        let rounds = TrainParams::default().rounds as u64;
        let table = [
            // Strategy, full training every so many: leaves of a row, in leaves of each tree.
            ("random", 8, 0),
            ("profile:0.9+random:0.1", 8, 0),
            ("logistic", 8, 0),
            ("gbdt", 1, 0),
            ("gbdt:0.9+random:0.1", 8, 1),
            ("gbdt+lr", 1, 1),
            ("date", 1, 2),
            ("blend:0.9+gate:0.1", 8, 2),
        ];
        for (text, full_every, times) in table {
            let plan = Plan { full_every, ..Plan::default() };
            assert_eq!(leaves(&plan, &Strategy::parse(text).unwrap()), times * rounds, "{text}, {full_every}");
        }
    }

    #[test]
    fn trees_hold_more_than_a_regression_and_chance_holds_no_copy() {
        let copies = |text: &str| copies(&Strategy::parse(text).unwrap());
        assert_eq!(["random", "lanes", "stake+novelty"].map(copies), [0, 0, 0]);
        assert_eq!(["profile:0.9+random:0.1", "logistic"].map(copies), [3, 3]);
        assert_eq!(["gbdt", "gbdt+lr:0.9+random", "date", "blend"].map(copies), [5, 5, 5, 5]);
    }
}
