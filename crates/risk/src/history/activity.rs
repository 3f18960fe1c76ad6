//! Who has been seen before, and how they usually declare.

use serde::{Deserialize, Serialize};

/// When a key was declared; `u32` counts and epoch days keep ten million of them small.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Activity {
    /// Declarations (not items) in which the key stood.
    pub(crate) declarations: u32,
    /// Epoch day of the first.
    pub(crate) first: i32,
    /// Epoch day of the last.
    pub(crate) last: i32,
    /// Declarations as of the last, each counting less by its age ([`RECENT`]).
    recent: [f32; RECENT.len()],
}

/// Days after which an earlier declaration counts 1/e: of a week, and of a month.
pub const RECENT: [f32; 2] = [7.0, 30.0];

/// When a key was declared, as state files before version 3 knew it.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Activity2 {
    declarations: u32,
    first: i32,
    last: i32,
}

impl From<Activity2> for Activity {
    fn from(activity: Activity2) -> Self {
        let Activity2 { declarations, first, last } = activity;
        Self { declarations, first, last, recent: Default::default() }
    }
}

impl Activity {
    pub(crate) fn start(day: i32) -> Self {
        Self { declarations: 0, first: day, last: day, recent: Default::default() }
    }

    pub(crate) fn add(&mut self, day: i32) {
        self.declarations = self.declarations.saturating_add(1);
        self.recent = self.recent(day).map(|count| count + 1.0);
        self.last = self.last.max(day);
    }

    /// Declarations of about the last week and month, as of a day.
    pub(crate) fn recent(&self, day: i32) -> [f32; RECENT.len()] {
        let age = (day - self.last).max(0) as f32;
        let decayed = |place: usize| self.recent[place] * (-age / RECENT[place]).exp();
        std::array::from_fn(decayed)
    }
}

/// The code a party usually declares for something: by majority vote (Boyer and Moore), with its rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct UsualCode {
    /// HS subheading as a number.
    pub(crate) hs6: u32,
    /// Rate last declared with it, in millionths; -1 where none was.
    pub(crate) rate_ppm: i32,
    votes: u16,
}

impl UsualCode {
    pub(crate) fn start(hs6: u32, rate_ppm: i32) -> Self {
        Self { hs6, rate_ppm, votes: 0 }
    }

    pub(crate) fn add(&mut self, hs6: u32, rate_ppm: i32) {
        if self.hs6 == hs6 {
            self.votes = self.votes.saturating_add(1).min(20);
            self.rate_ppm = rate_ppm;
        } else if self.votes == 0 {
            *self = Self { hs6, rate_ppm, votes: 1 };
        } else {
            self.votes -= 1;
        }
    }
}

/// The last few shipments of one importer from one consignor under one heading: what split consignments look like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Recent {
    /// Epoch day and value in minor units, oldest first.
    shipments: Vec<(i32, f32)>,
}

impl Recent {
    /// Days within which shipments count as near each other.
    pub(crate) const DAYS: i32 = 7;
    const KEPT: usize = 16;

    pub(crate) fn add(&mut self, day: i32, value_minor: f32) {
        self.shipments.retain(|(earlier, _)| day - earlier <= Self::DAYS);
        if self.shipments.len() == Self::KEPT {
            self.shipments.remove(0);
        }
        self.shipments.push((day, value_minor));
    }

    /// Number and sum of values of the shipments in the [`Self::DAYS`] before and on `day`.
    pub(crate) fn near(&self, day: i32) -> (u32, f32) {
        let near = self.shipments.iter().filter(|(earlier, _)| (0..=Self::DAYS).contains(&(day - earlier)));
        near.fold((0, 0.0), |(count, sum), (_, value)| (count + 1, sum + value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_declarations_count_less_by_their_age() {
        let mut activity = Activity::start(0);
        [0, 0, 7].into_iter().for_each(|day| activity.add(day));
        let [week, month] = activity.recent(14);
        let expected = [7.0f32, 30.0].map(|days| (2.0 * (-7.0 / days).exp() + 1.0) * (-7.0 / days).exp());
        assert!((week - expected[0]).abs() < 1e-5 && (month - expected[1]).abs() < 1e-5, "{week} {month}");
    }

    #[test]
    fn the_usual_code_outlives_an_exception() {
        let mut usual = UsualCode::start(610_910, 120_000);
        (0..3).for_each(|_| usual.add(610_910, 120_000));
        usual.add(610_990, 40_000);
        assert_eq!((usual.hs6, usual.rate_ppm), (610_910, 120_000));
        (0..4).for_each(|_| usual.add(610_990, 40_000));
        assert_eq!((usual.hs6, usual.rate_ppm), (610_990, 40_000));
    }

    #[test]
    fn near_shipments_are_those_of_a_week() {
        let mut recent = Recent::default();
        for (day, value) in [(0, 5.0), (5, 6.0), (9, 7.0)] {
            recent.add(day, value);
        }
        assert_eq!(recent.near(9), (2, 13.0));
        assert_eq!(recent.near(30), (0, 0.0));
    }
}
