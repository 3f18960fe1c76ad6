//! Codes of the Harmonized System at any of its levels.

use domain::HsCode;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A subheading: the six digits of the Harmonized System as a number, 010121 as 10121.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hs6(u32);

impl Hs6 {
    /// The subheading of a commodity code as files have it: `8517.13`, `8517130000`, `8111000` without its first zero. Read as
    /// declarations are ([`HsCode::parse`]).
    pub fn parse(text: &str) -> Option<Self> {
        let (code, _) = HsCode::parse(text).ok()?;
        u32::try_from(code.number(6)).ok().map(Self)
    }

    /// Its first four digits.
    pub fn heading(self) -> u32 {
        self.0 / 100
    }

    /// Its first two digits.
    pub fn chapter(self) -> u32 {
        self.0 / 10_000
    }

    /// All six digits as a number: 10121 of 010121.
    pub fn number(self) -> u32 {
        self.0
    }

    /// Whether its last digits are those that the System keeps for what is named nowhere else.
    pub fn is_other(self) -> bool {
        self.0 % 10 == 9 || self.0 % 100 == 90
    }
}

impl fmt::Display for Hs6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// A chapter, heading or subheading: two, four or six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Prefix {
    number: u32,
    digits: u8,
}

impl Prefix {
    /// The prefix of a text of two, four, six or more digits; what follows the sixth is cut off. Three digits are a heading
    /// without its first zero.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
        let number = || digits.parse().ok().filter(|number| *number > 0);
        match digits.len() {
            2 => Some(Self { number: number()?, digits: 2 }),
            3 | 4 => Some(Self { number: number()?, digits: 4 }),
            _ => Hs6::parse(text).map(Self::from),
        }
    }

    /// How many digits it has: 2, 4 or 6.
    pub fn digits(self) -> u8 {
        self.digits
    }

    /// The chapter, heading or subheading that a subheading belongs to, by 2, 4 or 6 digits.
    pub(crate) fn of(code: Hs6, digits: u8) -> Self {
        Self { number: code.0 / 10_u32.pow(6 - u32::from(digits)), digits }
    }

    /// Its chapter.
    pub fn chapter(self) -> u32 {
        self.range().0.chapter()
    }

    /// Whether a subheading is below it, or is it.
    pub fn holds(self, code: Hs6) -> bool {
        code.0 / 10_u32.pow(6 - u32::from(self.digits)) == self.number
    }

    /// The first and the last number that a subheading below it can have.
    pub fn range(self) -> (Hs6, Hs6) {
        let scale = 10_u32.pow(6 - u32::from(self.digits));
        (Hs6(self.number * scale), Hs6((self.number + 1) * scale - 1))
    }
}

impl From<Hs6> for Prefix {
    fn from(code: Hs6) -> Self {
        Self { number: code.0, digits: 6 }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$}", self.number, width = usize::from(self.digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        let code = Hs6::parse("8517.13.00 00").unwrap();
        assert_eq!((code.to_string(), code.heading(), code.chapter()), ("851713".to_owned(), 8517, 85));
        assert_eq!(Hs6::parse("010121").unwrap().to_string(), "010121");
        assert!([" ", "8517", "0", "abc123", "000000", "770100"].iter().all(|text| Hs6::parse(text).is_none()));
        assert_eq!(Hs6::parse("8111000").unwrap().to_string(), "081110");
        let heading = Prefix::parse("0101").unwrap();
        assert!(heading.holds(Hs6::parse("010121").unwrap()) && !heading.holds(Hs6::parse("010221").unwrap()));
        assert_eq!((heading.to_string(), heading.range().0.to_string()), ("0101".to_owned(), "010100".to_owned()));
        assert!(Prefix::parse("1").is_none() && Prefix::parse("").is_none());
    }
}
