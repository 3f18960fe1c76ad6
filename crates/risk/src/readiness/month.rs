//! Calendar months, and what is counted of each.

use domain::Day;
use std::fmt;

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month of a day.
    pub fn of(day: Day) -> Self {
        let (year, month, _) = day.ymd();
        Self(i32::from(year) * 12 + i32::from(month) - 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// `part / whole`; `None` where there is no whole.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_written_and_ordered() {
        let month = |year, month| Month::of(Day::from_ymd(year, month, 17).unwrap());
        assert_eq!(month(2024, 1).to_string(), "2024-01");
        assert_eq!(month(1999, 12).to_string(), "1999-12");
        assert!(month(1999, 12) < month(2000, 1));
    }
}
