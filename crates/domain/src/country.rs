//! Countries as declared: ISO 3166-1 alpha-2 codes.

use std::fmt;

/// A country code of two capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// ISO 3166-1 alpha-2 officially assigned codes, with those that customs files use beside them: EU (goods of Union
/// origin), XI (Northern Ireland), XK (Kosovo), XC and XL (Ceuta, Melilla), XS (Serbia in older files), AN, CS, ZR, YU.
const KNOWN: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ \
FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT \
JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP \
MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE \
RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV \
TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW EU XI XK XC XL XS AN CS ZR YU";

/// Place of a code of two capital letters in [`IS_KNOWN`].
const fn place(first: u8, second: u8) -> usize {
    (first - b'A') as usize * 26 + (second - b'A') as usize
}

/// Whether each code is in [`KNOWN`]: every row of a file is looked up, twice.
static IS_KNOWN: [bool; 26 * 26] = {
    let mut is_known = [false; 26 * 26];
    let mut entry = 0;
    while entry < KNOWN.len() {
        is_known[place(KNOWN.as_bytes()[entry], KNOWN.as_bytes()[entry + 1])] = true;
        entry += 3;
    }
    is_known
};

impl Country {
    /// Reads a two-letter code in either case; `None` where the text is no such code. The code need not be known.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 2] = text.trim().as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Self(bytes.map(|b| b.to_ascii_uppercase())))
    }

    /// Whether the code is assigned by ISO 3166-1 or in customs use.
    pub fn is_known(self) -> bool {
        IS_KNOWN[place(self.0[0], self.0[1])]
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown_codes() {
        for (text, known) in [("KR", true), ("kr", true), (" ZW ", true), ("YU", true), ("AD", true), ("QQ", false)] {
            assert_eq!(Country::parse(text).map(Country::is_known), Some(known), "{text}");
        }
        for text in ["", "K", "KOR", "4R", "é"] {
            assert_eq!(Country::parse(text), None, "{text}");
        }
    }
}
