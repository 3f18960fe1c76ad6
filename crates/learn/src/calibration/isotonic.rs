//! Isotonic regression as a strictly rising broken line.

use super::{LEAST_SLOPE, Outcomes};

/// Rows pooled into one level.
#[derive(Clone, Copy, Default)]
struct Block {
    weight: f64,
    positive: f64,
    score: f64,
    /// Half rows of either class added so far.
    prior: f64,
}

impl Block {
    fn merged(self, other: Self) -> Self {
        Self {
            weight: self.weight + other.weight,
            positive: self.positive + other.positive,
            score: self.score + other.score,
            prior: self.prior.max(other.prior),
        }
    }

    fn rate(&self) -> f64 {
        (self.positive + self.prior) / (self.weight + 2.0 * self.prior)
    }
}

/// Mean scores and smoothed log-odds of the blocks, both rising.
pub(super) fn fit(outcomes: &Outcomes<'_>) -> (Vec<f64>, Vec<f64>) {
    let mut rows: Vec<usize> = (0..outcomes.log_odds.len()).filter(|&i| outcomes.weight(i) > 0.0).collect();
    rows.sort_by(|&a, &b| outcomes.log_odds[a].total_cmp(&outcomes.log_odds[b]));
    let mut singles: Vec<(f64, Block)> = Vec::new();
    for row in rows {
        let (x, weight) = (outcomes.log_odds[row], outcomes.weight(row));
        let positive = if outcomes.positive[row] { weight } else { 0.0 };
        let block = Block { weight, positive, score: weight * x, prior: 0.0 };
        match singles.last_mut() {
            Some((score, last)) if *score == x => *last = last.merged(block),
            _ => singles.push((x, block)),
        }
    }
    let pooled = pool(singles.into_iter().map(|(_, block)| block));
    let smoothed = pool(pooled.into_iter().map(|block| Block { prior: 0.5, ..block }));
    let score = smoothed.iter().map(|b| b.score / b.weight).collect();
    let log_odds = smoothed.iter().map(|b| crate::math::logit(b.rate())).collect();
    (score, log_odds)
}

/// Pools neighbours until the rates rise strictly.
fn pool(blocks: impl Iterator<Item = Block>) -> Vec<Block> {
    let mut pooled: Vec<Block> = Vec::new();
    for mut block in blocks {
        while let Some(last) = pooled.pop_if(|last| last.rate() >= block.rate()) {
            block = last.merged(block);
        }
        pooled.push(block);
    }
    pooled
}

/// The broken line through the knots, level outside them, plus the least slope.
pub(super) fn interpolate(scores: &[f64], log_odds: &[f64], x: f64) -> f64 {
    let (Some(&first), Some(&last)) = (log_odds.first(), log_odds.last()) else { return x };
    let right = scores.partition_point(|&knot| knot <= x);
    let line = if right == 0 {
        first
    } else if right >= scores.len().min(log_odds.len()) {
        last
    } else {
        let share = (x - scores[right - 1]) / (scores[right] - scores[right - 1]);
        log_odds[right - 1] + share * (log_odds[right] - log_odds[right - 1])
    };
    let middle = scores.get(scores.len() / 2).copied().unwrap_or(0.0);
    line + LEAST_SLOPE * (x - middle)
}
