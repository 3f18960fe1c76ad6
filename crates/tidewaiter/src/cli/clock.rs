//! The clock: the one place of the product that reads it.

use domain::Day;

/// The day on which the command runs, in the local time of the machine.
pub fn today() -> Day {
    let date = jiff::Zoned::now().date();
    Day::from_ymd(date.year(), date.month(), date.day()).unwrap_or(Day::from_epoch_days(0))
}

/// The moment at which the command runs, in universal time, as `2026-01-31T09:30:00Z`.
pub fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

/// The argument that stands in for the clock, so that a run can be repeated later with the same result.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Today {
    /// Read the files as if today were this day; later dates are noted as lying in the future
    #[arg(long = "today", value_name = "YYYY-MM-DD", value_parser = parse_day)]
    day: Option<Day>,
}

impl Today {
    /// The day given, else that of the clock.
    pub fn day(self) -> Day {
        self.day.unwrap_or_else(today)
    }
}

/// Reads a day given as an argument.
pub(super) fn parse_day(text: &str) -> Result<Day, String> {
    Day::parse(text, &["%Y-%m-%d"]).ok_or_else(|| "a day is written as 2026-01-31".to_owned())
}
