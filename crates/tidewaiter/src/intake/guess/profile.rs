//! What the values of a column look like.

use domain::{Country, Day, Decimals, HsCode, parse_number};
use std::collections::BTreeSet;

/// Values of a column, from the beginning of a file.
pub(super) struct Profile {
    pub(super) name: String,
    /// Trimmed texts that are not empty.
    pub(super) values: Vec<String>,
    /// Different texts among them.
    pub(super) distinct: usize,
}

impl Profile {
    pub(super) fn new(name: String, texts: &[String]) -> Self {
        let values: Vec<String> = texts.iter().filter(|text| !text.is_empty()).cloned().collect();
        let distinct = values.iter().collect::<BTreeSet<_>>().len();
        Self { name, values, distinct }
    }

    /// Share of the values for which `test` holds; 0 where there are none.
    pub(super) fn share(&self, test: impl Fn(&str) -> bool) -> f64 {
        if self.values.is_empty() {
            return 0.0;
        }
        self.values.iter().filter(|value| test(value)).count() as f64 / self.values.len() as f64
    }

    pub(super) fn is_number(&self, decimals: Decimals) -> bool {
        self.share(|value| parse_number(value, decimals).is_some()) >= NEARLY_ALL
    }

    pub(super) fn is_date(&self, formats: &[String]) -> bool {
        self.share(|value| Day::parse(value, formats).is_some()) >= NEARLY_ALL
    }

    pub(super) fn is_country(&self) -> bool {
        self.share(|value| Country::parse(value).is_some_and(Country::is_known)) >= NEARLY_ALL
    }

    pub(super) fn is_code(&self) -> bool {
        let is_code = |value: &str| {
            let digits = value.bytes().filter(u8::is_ascii_digit).count();
            (5..=12).contains(&digits) && HsCode::parse(value).is_ok()
        };
        self.share(is_code) >= 0.9
    }

    pub(super) fn is_yes_or_no(&self) -> bool {
        const WORDS: [&str; 10] = ["0", "1", "0.0", "1.0", "true", "false", "yes", "no", "y", "n"];
        self.share(|value| WORDS.contains(&value.to_ascii_lowercase().as_str())) == 1.0
    }

    pub(super) fn is_unique(&self) -> bool {
        self.distinct == self.values.len() && !self.values.is_empty()
    }
}

/// A pattern stands where it holds for this share of the values: files are dirty.
const NEARLY_ALL: f64 = 0.95;

/// Date formats in use, the unmistakable ones first.
pub(super) const DATE_FORMATS: [&str; 19] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d-%b-%y",
    "%y-%m-%d",
    "%d/%m/%y",
    "%d.%m.%y",
];

/// The formats that together read the values of a column, the one that reads most of them first; empty where it holds
/// no dates. The second value names another format that reads as many.
pub(super) fn date_formats(profile: &Profile) -> (Vec<String>, Option<&'static str>) {
    let reads = |format: &str| profile.share(|value| is_date(value, format));
    let rated: Vec<(f64, &str)> = DATE_FORMATS.iter().map(|format| (reads(format), *format)).collect();
    let best = rated.iter().fold((0.0, ""), |best, next| if next.0 > best.0 { *next } else { best });
    let rival = rated.iter().find(|(share, format)| *share == best.0 && *format != best.1).map(|(_, format)| *format);
    let mut formats = vec![best.1.to_owned()];
    if rival.is_none() {
        // Only what the best can't read speaks for further formats.
        let rest = |value: &str| !is_date(value, best.1);
        let adds = |format: &str| profile.share(|value| rest(value) && is_date(value, format)) > 0.02;
        formats.extend(DATE_FORMATS.iter().filter(|format| adds(format)).take(1).map(|format| (*format).to_owned()));
    }
    if best.0 > 0.0 && profile.is_date(&formats) { (formats, rival) } else { (Vec::new(), None) }
}

/// `%Y` would take the year 20 from a two-digit year, and `%Y%m%d` any number of eight digits.
fn is_date(value: &str, format: &str) -> bool {
    Day::parse(value, &[format]).is_some_and(|day| (1950..=2100).contains(&day.ymd().0))
}

/// Conventions of numbers in use, the plainest first.
pub(super) const DECIMALS: [Decimals; 6] = [
    Decimals { mark: '.', thousands: None },
    Decimals { mark: ',', thousands: None },
    Decimals { mark: '.', thousands: Some(',') },
    Decimals { mark: ',', thousands: Some('.') },
    Decimals { mark: ',', thousands: Some(' ') },
    Decimals { mark: '.', thousands: Some('\'') },
];

/// The conventions that read most values of all columns, and whether others read as many in another way.
pub(super) fn decimals(profiles: &[Profile]) -> (Decimals, bool) {
    let values = || profiles.iter().flat_map(|profile| &profile.values).filter(|value| looks_numeric(value));
    let count = |decimals| values().filter(|value| parse_number(value, decimals).is_some()).count();
    let rated = DECIMALS.map(|decimals| (count(decimals), decimals));
    let best = rated.iter().fold(rated[0], |best, next| if next.0 > best.0 { *next } else { best });
    let reads_otherwise = |other: Decimals| {
        values().any(|value| {
            let (one, two) = (parse_number(value, best.1), parse_number(value, other));
            one.is_some() && two.is_some() && one != two
        })
    };
    let is_open = rated.iter().any(|(count, other)| *count == best.0 && *other != best.1 && reads_otherwise(*other));
    (best.1, is_open)
}

fn looks_numeric(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && value.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '\'' | '-'))
        && value.contains(['.', ','])
}
