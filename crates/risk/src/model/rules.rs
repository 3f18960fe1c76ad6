//! What the network of `date` looks at: the crossings of features, leaves of its trees, that a row's query attends to most.
//!
//! Attention says where the network looked, not what it made of it: rules are shown beside the reasons and never summed.

use super::date::DateScorer;
use super::rows::Rows;
use super::scorer::Scorer;
use super::{Feature, Model};

/// A crossing of features that a row falls into.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Share of the attention, 0..=1.
    pub attention: f64,
    /// What holds of the row, in the order in which the tree asks.
    pub conditions: Vec<Condition>,
}

/// What a rule says of one feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The feature's stable name.
    pub feature: String,
    /// The row's value is missing; there are no bounds then.
    pub is_missing: bool,
    /// The value is this or more.
    pub at_least: Option<f64>,
    /// The value is less than this.
    pub below: Option<f64>,
}

impl Model {
    /// The `count` crossings that the network attends to most for a row, the highest first; none where the model has no
    /// network for it.
    ///
    /// # Errors
    /// Where the rows have another number of features than the model was trained on.
    pub fn rules(&self, rows: &Rows, row: usize, count: usize) -> learn::Result<Vec<Rule>> {
        match network(&self.branch(rows.repeats[row]).scorer) {
            Some(date) => date.rules(&self.features, rows, row, count),
            None => Ok(Vec::new()),
        }
    }
}

/// The network in a scorer, however deep it lies.
pub(super) fn network(scorer: &Scorer) -> Option<&DateScorer> {
    match scorer {
        Scorer::Date(date) => Some(date),
        Scorer::Blend(parts) => parts.iter().find_map(|part| network(&part.scorer)),
        _ => None,
    }
}

impl DateScorer {
    fn rules(&self, features: &[Feature], rows: &Rows, row: usize, count: usize) -> learn::Result<Vec<Rule>> {
        let dense = rows.dense.row(row);
        let attention = self.network.attention_weights(&self.encode(&rows.select(&[row]), 1)?, 1)?;
        let mut trees: Vec<(usize, f32)> = attention.row(0).iter().copied().enumerate().collect();
        trees.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let rule = |(tree, attention): (usize, f32)| Rule {
            attention: f64::from(attention),
            conditions: self.conditions(features, tree, dense),
        };
        // Different trees may come to the same crossing; it is told once.
        let mut rules: Vec<Rule> = Vec::with_capacity(count);
        for rule in trees.into_iter().map(rule).filter(|rule| !rule.conditions.is_empty()) {
            if rules.len() == count {
                break;
            }
            if rules.iter().all(|told| told.conditions != rule.conditions) {
                rules.push(rule);
            }
        }
        Ok(rules)
    }

    /// What the cuts on the way to a row's leaf say, those of one feature as one interval.
    fn conditions(&self, features: &[Feature], tree: usize, dense: &[f32]) -> Vec<Condition> {
        let mut conditions: Vec<Condition> = Vec::new();
        for cut in self.forest.trees()[tree].path_of(dense) {
            let (value, threshold) = (dense[cut.feature as usize], f64::from(cut.threshold));
            let name = &features[cut.feature as usize].name;
            let place = conditions.iter().position(|condition| condition.feature == *name).unwrap_or(conditions.len());
            if place == conditions.len() {
                let feature = name.clone();
                conditions.push(Condition { feature, is_missing: value.is_nan(), at_least: None, below: None });
            }
            let condition = &mut conditions[place];
            match (value.is_nan(), value < cut.threshold) {
                (true, _) => {}
                (false, true) => condition.below = Some(condition.below.map_or(threshold, |b| b.min(threshold))),
                (false, false) => condition.at_least = Some(condition.at_least.map_or(threshold, |a| a.max(threshold))),
            }
        }
        conditions
    }
}
