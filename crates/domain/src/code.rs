//! Commodity codes: the six digits of the Harmonized System and the national digits behind them.

use std::fmt;

/// A commodity code of 6 to 12 digits. The first six are the HS subheading (WCO Harmonized System Convention,
/// Article 3: contracting parties may add national digits, never change the first six).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HsCode {
    digits: [u8; 12],
    length: u8,
}

/// Why a text is not a commodity code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Other characters than digits, dots and spaces.
    #[error("a commodity code has digits only, with dots or spaces between them")]
    NotDigits,
    /// Fewer than 5 or more than 12 digits.
    #[error("a commodity code has 6 to 12 digits")]
    Length,
    /// Chapter 00 or 77, which the Harmonized System does not use (77 is reserved).
    #[error("there is no such chapter in the Harmonized System")]
    Chapter,
}

impl HsCode {
    /// Reads a code as found in files: dots and spaces are dropped, a trailing `.0` left by a spreadsheet is dropped,
    /// and an odd number of digits is taken as a lost leading zero. The flag says whether anything was repaired
    /// beyond punctuation.
    pub fn parse(text: &str) -> Result<(Self, bool), CodeError> {
        let trimmed = text.trim();
        let spreadsheet = trimmed.strip_suffix(".0").filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
        let mut digits = [b'0'; 12];
        let mut length = 0;
        for byte in spreadsheet.unwrap_or(trimmed).bytes().filter(|b| !matches!(b, b'.' | b' ')) {
            if !byte.is_ascii_digit() {
                return Err(CodeError::NotDigits);
            }
            *digits.get_mut(length).ok_or(CodeError::Length)? = byte;
            length += 1;
        }
        let lost_zero = length % 2 == 1;
        if lost_zero {
            digits.rotate_right(1);
            digits[0] = b'0';
            length += 1;
        }
        if length < 6 {
            return Err(CodeError::Length);
        }
        if matches!(&digits[..2], b"00" | b"77") {
            return Err(CodeError::Chapter);
        }
        Ok((Self { digits, length: length as u8 }, lost_zero || spreadsheet.is_some()))
    }

    /// All digits as text.
    pub fn as_str(&self) -> &str {
        self.prefix(usize::from(self.length))
    }

    /// The HS subheading, six digits.
    pub fn hs6(&self) -> &str {
        self.prefix(6)
    }

    /// The HS heading, four digits.
    pub fn hs4(&self) -> &str {
        self.prefix(4)
    }

    /// The HS chapter, two digits.
    pub fn hs2(&self) -> &str {
        self.prefix(2)
    }

    /// The first `digits` digits as a number: `number(6)` of 010121 is 10121.
    pub fn number(&self, digits: usize) -> u64 {
        self.digits[..digits.min(12)].iter().fold(0, |sum, b| sum * 10 + u64::from(b - b'0'))
    }

    fn prefix(&self, length: usize) -> &str {
        std::str::from_utf8(&self.digits[..length]).unwrap_or_default()
    }
}

impl fmt::Debug for HsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HsCode({})", self.as_str())
    }
}

impl fmt::Display for HsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_and_repaired() {
        for (text, code, repaired) in [
            ("610910", "610910", false),
            ("6109.10", "610910", false),
            ("6109 10 00.10", "6109100010", false),
            ("10121", "010121", true),
            ("1012100", "01012100", true),
            ("610910.0", "610910", true),
            ("10121.0", "010121", true),
        ] {
            let (parsed, was_repaired) = HsCode::parse(text).unwrap();
            assert_eq!((parsed.as_str(), was_repaired), (code, repaired), "{text}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused_with_its_reason() {
        for (text, error) in [
            ("", CodeError::Length),
            ("6109", CodeError::Length),
            ("1234567890123", CodeError::Length),
            ("61O910", CodeError::NotDigits),
            ("770100", CodeError::Chapter),
            ("000100", CodeError::Chapter),
        ] {
            assert_eq!(HsCode::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn levels_are_prefixes() {
        let (code, _) = HsCode::parse("0101210090").unwrap();
        assert_eq!((code.hs2(), code.hs4(), code.hs6()), ("01", "0101", "010121"));
        assert_eq!((code.number(2), code.number(6)), (1, 10_121));
    }
}
