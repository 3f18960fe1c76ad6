//! Shares of several scorers in one, by how they do on the later part.

use learn::calibration::{Calibrator, Outcomes};
use learn::math::softplus;
use learn::metrics::Ranking;

/// What a scorer counts for in a mix: slope x its log-odds + offset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weight {
    pub(super) slope: f64,
    pub(super) offset: f64,
}

impl Weight {
    /// Brings log-odds to the scale of the outcomes, so that parts can be added.
    fn to_scale(column: &[f64], positive: &[bool]) -> learn::Result<Self> {
        let scale = Calibrator::platt(&Outcomes { log_odds: column, positive, weights: None })?;
        let offset = scale.log_odds(0.0);
        Ok(Self { slope: scale.log_odds(1.0) - offset, offset })
    }

    /// A share of it.
    fn times(self, share: f64) -> Self {
        Self { slope: self.slope * share, offset: self.offset * share }
    }

    /// The column it makes of another.
    fn of(self, column: &[f64]) -> Vec<f64> {
        column.iter().map(|x| self.slope * x + self.offset).collect()
    }
}

/// Mixes whose order of the later part is this close to the best can't be told from it on some thousand rows.
const TIE: f64 = 0.004;

/// The shares, in tenths that add to one, with the highest mean of AUC and average precision; where many mixes are as
/// good as the best within [`TIE`], their mean, unless a part alone is better. A mean of good mixes holds on new rows
/// what the single best one owes to chance.
fn best_shares(columns: &[Vec<f64>], positive: &[bool]) -> Vec<f64> {
    let quality = |shares: &[f64]| {
        let mix = |row: usize| columns.iter().zip(shares).map(|(column, share)| share * column[row]).sum();
        ordering(&(0..positive.len()).map(mix).collect::<Vec<f64>>(), positive)
    };
    let mixes = mixes(columns.len());
    let qualities: Vec<f64> = mixes.iter().map(|shares| quality(shares)).collect();
    let best = qualities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let good: Vec<&Vec<f64>> =
        mixes.iter().zip(&qualities).filter(|(_, q)| **q >= best - TIE).map(|(m, _)| m).collect();
    let mean: Vec<f64> = (0..columns.len())
        .map(|part| good.iter().map(|shares| shares[part]).sum::<f64>() / good.len().max(1) as f64)
        .collect();
    let alone = mixes.iter().zip(&qualities).filter(|(shares, _)| shares.contains(&1.0)).map(|(_, quality)| *quality);
    if quality(&mean) >= alone.fold(f64::NEG_INFINITY, f64::max) {
        return mean;
    }
    let winner = qualities.iter().position(|quality| *quality == best);
    winner.map_or(mean, |winner| mixes[winner].clone())
}

/// The weights that order the later part best; see [`best_shares`].
pub(super) fn best_weights(columns: &[Vec<f64>], positive: &[bool]) -> learn::Result<Vec<Weight>> {
    weighed(columns, positive, |scaled| best_shares(scaled, positive))
}

/// The weights that the outcomes of the later part make likely; see [`likely_shares`].
pub(super) fn likely_weights(columns: &[Vec<f64>], positive: &[bool], weights: &[f32]) -> learn::Result<Vec<Weight>> {
    weighed(columns, positive, |scaled| likely_shares(scaled, positive, weights))
}

/// Brings each column to scale, and gives it its share.
fn weighed(
    columns: &[Vec<f64>],
    positive: &[bool],
    shares: impl FnOnce(&[Vec<f64>]) -> Vec<f64>,
) -> learn::Result<Vec<Weight>> {
    let scales = columns.iter().map(|column| Weight::to_scale(column, positive)).collect::<learn::Result<Vec<_>>>()?;
    let scaled: Vec<Vec<f64>> = columns.iter().zip(&scales).map(|(column, scale)| scale.of(column)).collect();
    Ok(scales.iter().zip(shares(&scaled)).map(|(scale, share)| scale.times(share)).collect())
}

/// The shares, in tenths that add to one, that the outcomes of the later part make likely: the mean of all mixes, each
/// weighed by its likelihood. Few outcomes leave the shares nearly equal, many single out the best mix.
fn likely_shares(scaled: &[Vec<f64>], positive: &[bool], weights: &[f32]) -> Vec<f64> {
    let mixes = mixes(scaled.len());
    let loss = |shares: &Vec<f64>| -> f64 {
        let mix = |row: usize| scaled.iter().zip(shares).map(|(column, share)| share * column[row]).sum::<f64>();
        let loss = |row: usize| softplus(if positive[row] { -mix(row) } else { mix(row) });
        (0..positive.len()).map(|row| f64::from(weights[row]) * loss(row)).sum()
    };
    let losses: Vec<f64> = mixes.iter().map(loss).collect();
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let weights: Vec<f64> = losses.iter().map(|loss| (least - loss).exp()).collect();
    let total: f64 = weights.iter().sum();
    let mean = |part: usize| mixes.iter().zip(&weights).map(|(mix, weight)| mix[part] * weight).sum::<f64>() / total;
    (0..scaled.len()).map(mean).collect()
}

/// The mean of AUC and average precision; 0 where there is only one class.
fn ordering(scores: &[f64], positive: &[bool]) -> f64 {
    let measure = |ranking: Ranking| Some(ranking.auc()? + ranking.average_precision()?);
    Ranking::new(scores, positive).ok().and_then(measure).unwrap_or_default() / 2.0
}

/// All shares in tenths that add to one.
fn mixes(parts: usize) -> Vec<Vec<f64>> {
    let shares = |tenths: Vec<u8>| tenths.into_iter().map(|tenths| f64::from(tenths) / 10.0).collect();
    grid(parts, 10).into_iter().map(shares).collect()
}

/// All ways to give `tenths` tenths to `parts` parts.
fn grid(parts: usize, tenths: u8) -> Vec<Vec<u8>> {
    if parts == 1 {
        return vec![vec![tenths]];
    }
    let with_first =
        |first: u8| grid(parts - 1, tenths - first).into_iter().map(move |rest| [vec![first], rest].concat());
    (0..=tenths).flat_map(with_first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_holds_every_corner_and_adds_up() {
        let grid = grid(3, 10);
        assert_eq!(grid.len(), 66);
        assert!(grid.iter().all(|shares| shares.iter().sum::<u8>() == 10));
        assert!([[10, 0, 0], [0, 10, 0], [0, 0, 10]].iter().all(|corner| grid.contains(&corner.to_vec())));
    }

    #[test]
    fn a_blend_orders_no_worse_than_its_best_part() {
        let positive = [true, false, true, false, true, false, false, true];
        let columns = [
            vec![0.9, 0.8, 0.1, 0.2, 0.7, 0.3, 0.4, 0.6],
            vec![0.1, 0.2, 0.9, 0.3, 0.5, 0.6, 0.1, 0.4],
            vec![0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
        ];
        let shares = best_shares(&columns, &positive);
        let mixed: Vec<f64> =
            (0..8).map(|row| columns.iter().zip(&shares).map(|(column, share)| column[row] * share).sum()).collect();
        let best = columns.iter().map(|column| ordering(column, &positive)).fold(0.0, f64::max);
        assert!(ordering(&mixed, &positive) >= best);
    }

    #[test]
    fn outcomes_single_out_the_better_part_when_there_are_enough() {
        let good = |n: usize| (0..n).map(|row| if row % 3 == 0 { 1.0 } else { -1.0 }).collect::<Vec<f64>>();
        let bad = |n: usize| (0..n).map(|row| if row % 2 == 0 { 1.0 } else { -1.0 }).collect::<Vec<f64>>();
        // Every third row is positive, but for one in seven.
        let positive = |n: usize| (0..n).map(|row| (row % 3 == 0) != (row % 7 == 0)).collect::<Vec<bool>>();
        let scaled = |column: Vec<f64>, n| Weight::to_scale(&column, &positive(n)).unwrap().of(&column);
        let share = |n| likely_shares(&[scaled(good(n), n), scaled(bad(n), n)], &positive(n), &vec![1.0; n])[0];
        assert!((0.5..0.8).contains(&share(12)), "{}", share(12));
        assert!(share(2000) > 0.9, "{}", share(2000));
    }
}
