//! Measures of an order of rows.

use crate::error::{Error, Result, check_finite, check_length, check_weights};
use std::sync::Arc;

/// Rows in descending order of a score, with what is needed to say how good the order is.
///
/// Rows with the same score form one group, and every figure is the expectation over random orders within the groups;
/// all of them are linear in the rows selected from a group, so the expectation is exact.
#[derive(Debug, Clone)]
pub struct Ranking {
    order: Arc<Order>,
    /// Row weights in descending order of score.
    weights: Vec<f64>,
}

/// What does not change when rows are weighted anew.
#[derive(Debug, Clone)]
struct Order {
    /// Row numbers in descending order of score.
    rows: Vec<u32>,
    /// Per group of equal scores, the position after its last row.
    group_ends: Vec<u32>,
    /// Labels in descending order of score.
    positive: Vec<bool>,
    /// Revenue in descending order of score; empty when not given.
    revenue: Vec<f64>,
}

/// Weight, positive weight and weighted revenue of rows taken together.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    rows: f64,
    positive: f64,
    revenue: f64,
}

impl Totals {
    fn plus(self, other: Self, share: f64) -> Self {
        Self {
            rows: self.rows + share * other.rows,
            positive: self.positive + share * other.positive,
            revenue: self.revenue + share * other.revenue,
        }
    }
}

/// Figures at the top n % of an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtTop {
    /// n.
    pub percent: f64,
    /// Rows selected: N n / 100 rounded (halves up), at least 1 and at most N; N is the sum of the weights.
    pub selected: f64,
    /// Share of the selected rows that are positive.
    pub precision: f64,
    /// Share of the positive rows that are selected; `None` without positive rows.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall, 2 TP / (selected + positives); `None` without positive rows.
    pub f1: Option<f64>,
    /// Share of the revenue that the selected rows hold; `None` without revenue.
    pub revenue: Option<f64>,
}

/// A point of the yield curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YieldPoint {
    /// Share of the rows inspected, in per cent.
    pub percent: f64,
    /// Share of the positive rows among them; `None` without positive rows.
    pub findings: Option<f64>,
    /// Share of the revenue among them; `None` without revenue.
    pub revenue: Option<f64>,
}

impl Ranking {
    /// Orders rows by descending score, all with weight 1.
    ///
    /// # Errors
    /// [`Error::TooFewRows`] without rows, [`Error::Length`] when the inputs differ in length, [`Error::Value`] for a
    /// score that is not finite.
    pub fn new(scores: &[f64], positive: &[bool]) -> Result<Self> {
        check_length("labels", scores.len(), positive.len())?;
        check_finite("score", scores.iter().copied())?;
        if scores.is_empty() || scores.len() > u32::MAX as usize {
            return Err(Error::TooFewRows { what: "the ranking", needed: 1, found: 0 });
        }
        let mut rows: Vec<u32> = (0..scores.len() as u32).collect();
        // Row numbers break ties so that the floating-point sums do not depend on the sorting algorithm.
        rows.sort_unstable_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]).then(a.cmp(&b)));
        let score = |position: usize| scores[rows[position] as usize];
        let ends = (1..=rows.len()).filter(|&end| end == rows.len() || score(end) != score(end - 1));
        let group_ends = ends.map(|end| end as u32).collect();
        let positive = rows.iter().map(|&i| positive[i as usize]).collect();
        let weights = vec![1.0; rows.len()];
        Ok(Self { order: Arc::new(Order { rows, group_ends, positive, revenue: Vec::new() }), weights })
    }

    /// Adds what each row brings, for [`AtTop::revenue`] and [`YieldPoint::revenue`].
    ///
    /// # Errors
    /// [`Error::Length`] without one value per row, [`Error::Value`] for a value that is negative or not finite.
    pub fn with_revenue(mut self, revenue: &[f64]) -> Result<Self> {
        check_length("revenue", self.len(), revenue.len())?;
        check_finite("revenue", revenue.iter().map(|&r| if r < 0.0 { f64::NEG_INFINITY } else { r }))?;
        let order = Arc::make_mut(&mut self.order);
        order.revenue = order.rows.iter().map(|&i| revenue[i as usize]).collect();
        Ok(self)
    }

    /// The same order under other row weights, given in the order of the rows; also the way a bootstrap resamples, the
    /// weights being how often each row was drawn. Costs no sorting.
    ///
    /// # Errors
    /// [`Error::Length`] without one weight per row, [`Error::Value`] for a weight that is negative or not finite,
    /// [`Error::TooFewRows`] when all weights are 0.
    pub fn with_weights(&self, weights: &[f64]) -> Result<Self> {
        check_length("weights", self.len(), weights.len())?;
        check_weights("weight", weights.iter().copied())?;
        let weights = self.order.rows.iter().map(|&i| weights[i as usize]).collect();
        Ok(Self { order: Arc::clone(&self.order), weights })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there are no rows; never true of a ranking that [`new`](Self::new) made.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    fn groups(&self) -> impl Iterator<Item = Totals> + '_ {
        let mut start = 0;
        self.order.group_ends.iter().map(move |&end| {
            let span = start..end as usize;
            start = span.end;
            self.totals_of(span)
        })
    }

    fn totals_of(&self, span: std::ops::Range<usize>) -> Totals {
        let mut totals = Totals::default();
        for i in span {
            let weight = self.weights[i];
            totals.rows += weight;
            totals.positive += weight * f64::from(u8::from(self.order.positive[i]));
            totals.revenue += weight * self.order.revenue.get(i).unwrap_or(&0.0);
        }
        totals
    }

    fn totals(&self) -> Totals {
        self.groups().fold(Totals::default(), |sum, group| sum.plus(group, 1.0))
    }

    /// Area under the ROC curve: the probability that a random positive row scores above a random negative one, ties
    /// counting half (Mann and Whitney 1947). `None` when a class is missing.
    pub fn auc(&self) -> Option<f64> {
        let (mut above, mut area, mut negatives) = (0.0, 0.0, 0.0);
        for group in self.groups() {
            let negative = group.rows - group.positive;
            area += negative * (above + 0.5 * group.positive);
            above += group.positive;
            negatives += negative;
        }
        (above > 0.0 && negatives > 0.0).then(|| area / (above * negatives))
    }

    /// Area under the precision-recall curve as average precision: the sum over distinct scores of the gain in recall times
    /// the precision there, with tied rows as one threshold (scikit-learn's `average_precision_score`). `None` without
    /// positive rows.
    pub fn average_precision(&self) -> Option<f64> {
        let (mut so_far, mut sum) = (Totals::default(), 0.0);
        for group in self.groups() {
            so_far = so_far.plus(group, 1.0);
            if group.positive > 0.0 {
                sum += group.positive * so_far.positive / so_far.rows;
            }
        }
        (so_far.positive > 0.0).then(|| sum / so_far.positive)
    }

    /// Totals of the first `wanted` rows, a group at the border counting in proportion.
    fn first(&self, wanted: &[f64]) -> Vec<Totals> {
        let mut out = Vec::with_capacity(wanted.len());
        let mut so_far = Totals::default();
        for group in self.groups() {
            while let Some(&goal) = wanted.get(out.len()).filter(|&&goal| goal <= so_far.rows + group.rows) {
                let share = if group.rows > 0.0 { (goal - so_far.rows) / group.rows } else { 0.0 };
                out.push(so_far.plus(group, share));
            }
            so_far = so_far.plus(group, 1.0);
        }
        out.resize(wanted.len(), so_far);
        out
    }

    fn selected(&self, percent: f64, rows: f64) -> f64 {
        (rows * percent / 100.0 + 0.5).floor().max(1.0).min(rows)
    }

    /// Figures of the top `percent` % of the rows, `percent` in (0, 100].
    pub fn at_top(&self, percent: f64) -> AtTop {
        let all = self.totals();
        let selected = self.selected(percent, all.rows);
        let top = self.first(&[selected]).first().copied().unwrap_or_default();
        AtTop {
            percent,
            selected,
            precision: top.positive / selected,
            recall: ratio(top.positive, all.positive),
            f1: (all.positive > 0.0).then(|| 2.0 * top.positive / (selected + all.positive)),
            revenue: ratio(top.revenue, all.revenue),
        }
    }

    /// Share of findings and of revenue against the share inspected, at 1, 2, ... 100 %.
    pub fn yield_curve(&self) -> Vec<YieldPoint> {
        let all = self.totals();
        let percents: Vec<f64> = (1..=100u8).map(f64::from).collect();
        let wanted: Vec<f64> = percents.iter().map(|&p| self.selected(p, all.rows)).collect();
        let points = percents.iter().zip(self.first(&wanted));
        let point = |(&percent, top): (&f64, Totals)| YieldPoint {
            percent,
            findings: ratio(top.positive, all.positive),
            revenue: ratio(top.revenue, all.revenue),
        };
        points.map(point).collect()
    }
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
