//! Numbers as files write them, and fixed-point integers as the product keeps them.

/// How a file writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimals {
    /// The decimal mark, usually `.` or `,`.
    pub mark: char,
    /// The separator of thousands, if the file uses one: `,`, `.`, `'`, or a space (which stands for all of Unicode's
    /// narrow and non-breaking spaces too).
    pub thousands: Option<char>,
}

impl Default for Decimals {
    fn default() -> Self {
        Self { mark: '.', thousands: None }
    }
}

impl Decimals {
    fn is_thousands(self, c: char) -> bool {
        match self.thousands {
            Some(' ') => c.is_whitespace(),
            Some(separator) => c == separator,
            None => false,
        }
    }
}

/// Reads a number; `None` where the text is no number under these decimals. Separators of thousands must stand before
/// groups of three digits, so that `1,5` under a thousands comma is refused and not read as 15.
pub fn parse_number(text: &str, decimals: Decimals) -> Option<f64> {
    let text = text.trim();
    let plain = decimals.mark == '.' && decimals.thousands.is_none();
    let value: f64 = if plain { text.parse().ok()? } else { rewrite(text, decimals)?.parse().ok()? };
    value.is_finite().then_some(value)
}

fn rewrite(text: &str, decimals: Decimals) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut group = None;
    let mut fraction = false;
    for c in text.chars() {
        if c == decimals.mark && !fraction {
            fraction = true;
            if group.take().is_some_and(|digits| digits != 3) {
                return None;
            }
            out.push('.');
        } else if decimals.is_thousands(c) {
            if fraction || group.is_some_and(|digits| digits != 3) {
                return None;
            }
            group = Some(0);
        } else {
            if let (Some(digits), true) = (group.as_mut(), c.is_ascii_digit()) {
                *digits += 1;
            }
            out.push(c);
        }
    }
    (group.is_none_or(|digits| digits == 3)).then_some(out)
}

/// Reads a number into a fixed-point integer of `scale` decimals (money in minor units: 2; grams out of kilograms: 3),
/// rounding half to even. `None` where the text is no number or does not fit.
pub fn parse_scaled(text: &str, decimals: Decimals, scale: u32) -> Option<i64> {
    scale_number(parse_number(text, decimals)?, scale)
}

/// The fixed-point integer nearest to `value * 10^scale`, half to even.
pub(crate) fn scale_number(value: f64, scale: u32) -> Option<i64> {
    let scaled = (value * 10f64.powi(scale as i32)).round_ties_even();
    (scaled.abs() < 9.0e18).then_some(scaled as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_files_write_them() {
        let comma = Decimals { mark: ',', thousands: Some('.') };
        let spaced = Decimals { mark: ',', thousands: Some(' ') };
        let english = Decimals { mark: '.', thousands: Some(',') };
        for (text, decimals, expected) in [
            ("1234.5", Decimals::default(), Some(1234.5)),
            (" -3 ", Decimals::default(), Some(-3.0)),
            ("1.5e3", Decimals::default(), Some(1500.0)),
            ("1.234,5", comma, Some(1234.5)),
            ("1.234.567", comma, Some(1_234_567.0)),
            ("12,5", comma, Some(12.5)),
            ("1\u{202f}234,5", spaced, Some(1234.5)),
            ("1,234,567.25", english, Some(1_234_567.25)),
            ("1,5", english, None),
            ("1,2345", english, None),
            ("1,234", Decimals::default(), None),
            ("NaN", Decimals::default(), None),
            ("inf", Decimals::default(), None),
            ("twelve", Decimals::default(), None),
            ("", Decimals::default(), None),
        ] {
            assert_eq!(parse_number(text, decimals), expected, "{text:?}");
        }
    }

    #[test]
    fn fixed_point_rounds_half_to_even() {
        let plain = Decimals::default();
        assert_eq!(parse_scaled("0.125", plain, 2), Some(12));
        assert_eq!(parse_scaled("0.375", plain, 2), Some(38));
        assert_eq!(parse_scaled("415092.72", plain, 2), Some(41_509_272));
        assert_eq!(parse_scaled("1e300", plain, 2), None);
    }
}
