//! Measures of probabilities.

use crate::error::{Error, Result, check_length, check_weights};

/// Probabilities are kept this far from 0 and 1 in the logarithm, so that one confident error costs 36 nats, not infinity
/// (the spacing of `f64` at 1, as scikit-learn does).
const LOG_CLAMP: f64 = f64::EPSILON;

/// Predicted probabilities beside what came true.
#[derive(Debug, Clone)]
pub struct Predictions {
    probabilities: Vec<f64>,
    positive: Vec<bool>,
    weights: Vec<f64>,
}

/// How probabilities are cut into bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binning {
    /// Bins of equal width over [0, 1].
    EqualWidth(usize),
    /// Bins of about equal weight, in order of probability; equal probabilities stay in one bin.
    EqualMass(usize),
}

/// One bin of a reliability table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// Smallest probability in the bin.
    pub lowest: f64,
    /// Largest probability in the bin.
    pub highest: f64,
    /// Sum of the row weights.
    pub weight: f64,
    /// Mean predicted probability.
    pub predicted: f64,
    /// Share of positive rows.
    pub observed: f64,
}

/// A decision threshold and how it fares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThresholdScore {
    /// Rows with at least this probability are called positive.
    pub threshold: f64,
    /// F1 = 2 TP / (called positive + positive).
    pub f1: f64,
}

impl Predictions {
    /// Takes probabilities and labels, all rows with weight 1.
    ///
    /// # Errors
    /// [`Error::TooFewRows`] without rows, [`Error::Length`] when the inputs differ in length, [`Error::Value`] for a
    /// number outside [0, 1].
    pub fn new(probabilities: &[f64], positive: &[bool]) -> Result<Self> {
        check_length("labels", probabilities.len(), positive.len())?;
        if probabilities.is_empty() {
            return Err(Error::TooFewRows { what: "the predictions", needed: 1, found: 0 });
        }
        if let Some(position) = probabilities.iter().position(|p| !(0.0..=1.0).contains(p)) {
            return Err(Error::Value { what: "probability", position, value: probabilities[position] });
        }
        let weights = vec![1.0; positive.len()];
        Ok(Self { probabilities: probabilities.to_vec(), positive: positive.to_vec(), weights })
    }

    /// The same predictions under other row weights.
    ///
    /// # Errors
    /// [`Error::Length`] without one weight per row, [`Error::Value`] for a weight that is negative or not finite,
    /// [`Error::TooFewRows`] when all weights are 0.
    pub fn with_weights(mut self, weights: &[f64]) -> Result<Self> {
        check_length("weights", self.positive.len(), weights.len())?;
        check_weights("weight", weights.iter().copied())?;
        self.weights = weights.to_vec();
        Ok(self)
    }

    fn rows(&self) -> impl Iterator<Item = (f64, bool, f64)> + '_ {
        let labels = self.positive.iter().zip(&self.weights);
        self.probabilities.iter().zip(labels).map(|(&p, (&y, &w))| (p, y, w))
    }

    fn weighted_mean(&self, loss: impl Fn(f64, bool) -> f64) -> f64 {
        let (sum, total) = self.rows().fold((0.0, 0.0), |(s, t), (p, y, w)| (s + w * loss(p, y), t + w));
        sum / total
    }

    /// Brier score: mean of (p - y)^2 (Brier 1950).
    pub fn brier(&self) -> f64 {
        self.weighted_mean(|p, y| (p - f64::from(u8::from(y))).powi(2))
    }

    /// Log loss: mean of -ln of the probability given to what came true, in nats; probabilities are kept 2.2e-16 away from
    /// 0 and 1.
    pub fn log_loss(&self) -> f64 {
        self.weighted_mean(|p, y| {
            let p = p.clamp(LOG_CLAMP, 1.0 - LOG_CLAMP);
            if y { -p.ln() } else { -(-p).ln_1p() }
        })
    }

    /// Bins in ascending order of probability, empty ones left out.
    pub fn reliability(&self, binning: Binning) -> Vec<ReliabilityBin> {
        let mut rows: Vec<(f64, bool, f64)> = self.rows().filter(|&(_, _, w)| w > 0.0).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = rows.iter().map(|&(_, _, w)| w).sum();
        let mut bins: Vec<(usize, ReliabilityBin)> = Vec::new();
        let (mut before, mut at_value) = (0.0, 0.0);
        for (i, &(p, y, weight)) in rows.iter().enumerate() {
            if i == 0 || rows[i - 1].0 != p {
                at_value = before;
            }
            let bin = match binning {
                Binning::EqualWidth(n) => bin_number(p, n),
                Binning::EqualMass(n) => bin_number(at_value / total, n),
            };
            before += weight;
            if bins.last().is_none_or(|&(last, _)| last != bin) {
                let empty = ReliabilityBin { lowest: p, highest: p, weight: 0.0, predicted: 0.0, observed: 0.0 };
                bins.push((bin, empty));
            }
            if let Some((_, sums)) = bins.last_mut() {
                sums.highest = p;
                sums.weight += weight;
                sums.predicted += weight * p;
                sums.observed += weight * f64::from(u8::from(y));
            }
        }
        let finish = |b: ReliabilityBin| ReliabilityBin {
            predicted: b.predicted / b.weight,
            observed: b.observed / b.weight,
            ..b
        };
        bins.into_iter().map(|(_, b)| finish(b)).collect()
    }

    /// Expected calibration error: mean over the rows of |observed - predicted| of their bin (Naeini, Cooper and
    /// Hauskrecht 2015).
    pub fn calibration_error(&self, binning: Binning) -> f64 {
        let bins = self.reliability(binning);
        let total: f64 = bins.iter().map(|b| b.weight).sum();
        bins.iter().map(|b| b.weight * (b.observed - b.predicted).abs()).sum::<f64>() / total
    }

    /// F1 when rows with at least `threshold` are called positive; `None` when there is nothing positive, called or true.
    pub fn f1_at(&self, threshold: f64) -> Option<f64> {
        let (mut hits, mut called, mut positive) = (0.0, 0.0, 0.0);
        for (p, y, w) in self.rows() {
            let call = p >= threshold;
            called += if call { w } else { 0.0 };
            positive += if y { w } else { 0.0 };
            hits += if call && y { w } else { 0.0 };
        }
        (called + positive > 0.0).then(|| 2.0 * hits / (called + positive))
    }

    /// The threshold among 0.10, 0.11, ... 0.50 with the highest F1, the smallest of equals (the protocol of DATE, KDD 2020):
    /// choose it on validation rows, then use [`f1_at`](Self::f1_at) on test rows. `None` without positive rows.
    pub fn best_f1_threshold(&self) -> Option<ThresholdScore> {
        if !self.rows().any(|(_, y, w)| y && w > 0.0) {
            return None;
        }
        let thresholds = (10..=50u8).map(|t| f64::from(t) / 100.0);
        let scored = thresholds.filter_map(|threshold| Some(ThresholdScore { threshold, f1: self.f1_at(threshold)? }));
        scored.reduce(|best, next| if next.f1 > best.f1 { next } else { best })
    }
}

fn bin_number(share: f64, bins: usize) -> usize {
    ((share * bins as f64) as usize).min(bins.saturating_sub(1))
}
