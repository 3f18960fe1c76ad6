//! Days and moments: the only notion of time below the binary.

use jiff::civil::Date;
use std::fmt;

/// A calendar day, counted from 1970-01-01 (day 0). Customs files carry days, not instants; where a file has a time
/// of day it is dropped, and the order of rows stands for the order within the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

const EPOCH: Date = Date::constant(1970, 1, 1);

impl Day {
    /// The day that lies `days` after 1970-01-01.
    pub const fn from_epoch_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn epoch_days(self) -> i32 {
        self.0
    }

    /// The day of a proleptic Gregorian date, `None` where there is no such date.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self::from_date)
    }

    /// Reads `text` with the first of the `strptime` formats that fits, such as `%Y-%m-%d` or `%d/%m/%Y %H:%M`.
    /// Years before 1900 are refused: `%Y` would take `13-01-02` for the year 13 where `%y` was meant.
    pub fn parse(text: &str, formats: &[impl AsRef<str>]) -> Option<Self> {
        Self::readings(text, formats).find(|day| !day.is_refused())
    }

    /// Whether `text` fits a format, but only as a day before 1900, which [`Day::parse`] refuses.
    pub fn is_too_early(text: &str, formats: &[impl AsRef<str>]) -> bool {
        let mut readings = Self::readings(text, formats).peekable();
        readings.peek().is_some() && readings.all(Self::is_refused)
    }

    fn is_refused(self) -> bool {
        Self::from_ymd(1900, 1, 1).is_none_or(|earliest| self < earliest)
    }

    /// The day under each format that fits.
    fn readings(text: &str, formats: &[impl AsRef<str>]) -> impl Iterator<Item = Self> {
        let read = move |format: &str| match format {
            "%Y-%m-%d" if text.len() == 10 => Self::parse_iso(text),
            format => Date::strptime(format, text).ok().map(Self::from_date),
        };
        formats.iter().filter_map(move |format| read(format.as_ref()))
    }

    /// `YYYY-MM-DD` without the general format machinery: it is most of the world's files and a hot path.
    fn parse_iso(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0i16, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i16::from(b - b'0')))
        };
        Self::from_ymd(number(0..4)?, number(5..7)? as i8, number(8..10)? as i8)
    }

    fn from_date(date: Date) -> Self {
        Self(EPOCH.until(date).map_or(0, |span| span.get_days()))
    }

    fn date(self) -> Date {
        EPOCH.checked_add(jiff::Span::new().days(self.0)).unwrap_or(Date::MAX)
    }

    /// The day `days` later (earlier where negative).
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days from `earlier` to this day; negative where `earlier` lies after it.
    pub const fn since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Year, month (1-12) and day of the month (1-31).
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// Day of the week, Monday = 0.
    pub const fn weekday(self) -> u8 {
        (self.0 + 3).rem_euclid(7) as u8
    }

    /// Day of the year, 1-366.
    pub fn day_of_year(self) -> i16 {
        self.date().day_of_year()
    }

    /// Days in this day's month, 28-31.
    pub fn days_in_month(self) -> i8 {
        self.date().days_in_month()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

/// A point in the order of declarations: the day and the position within the stream. Whatever became known at a
/// moment counts for every later moment and for none before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The day of the declaration.
    pub day: Day,
    /// The declaration's place among those read, counted from 0 over the whole stream.
    pub position: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_epoch() {
        assert_eq!(Day::from_ymd(1970, 1, 1).unwrap().epoch_days(), 0);
        assert_eq!(Day::from_ymd(2000, 3, 1).unwrap().epoch_days(), 11_017);
        assert_eq!(Day::from_epoch_days(11_017).to_string(), "2000-03-01");
        assert_eq!(Day::from_ymd(2021, 3, 1).unwrap().weekday(), 0, "1 March 2021 was a Monday");
        assert_eq!(Day::from_ymd(2023, 2, 29), None);
    }

    #[test]
    fn the_first_fitting_format_is_used() {
        let formats = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%Y %H:%M"];
        for text in ["2021-04-03", "03/04/2021", "3/4/2021", "03/04/2021 17:45"] {
            assert_eq!(Day::parse(text, &formats).map(|d| d.to_string()).as_deref(), Some("2021-04-03"), "{text}");
        }
        let short = ["%Y-%m-%d", "%y-%m-%d", "%d/%m/%Y"];
        assert_eq!(Day::parse("13-01-02", &short).map(|d| d.to_string()).as_deref(), Some("2013-01-02"));
        for text in ["2021-13-01", "2021-02-30", "0021-04-03", "yesterday", "", "2021/04/03", "20é1-04-0"] {
            assert_eq!(Day::parse(text, &formats), None, "{text}");
        }
        for (text, too_early) in
            [("1850-03-01", true), ("0021-04-03", true), ("yesterday", false), ("2021-04-03", false)]
        {
            assert_eq!(Day::is_too_early(text, &formats), too_early, "{text}");
        }
    }
}
