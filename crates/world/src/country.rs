//! What the simulated country knows of its trading partners: price level, freight, mode and preferences.

use crate::rng::Rng;
use domain::Country;

/// Mode of transport at the border (UN/ECE Recommendation 19, first digit).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    Sea,
    Rail,
    Road,
    Air,
    Mail,
}

impl Mode {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Sea => "1",
            Self::Rail => "2",
            Self::Road => "3",
            Self::Air => "4",
            Self::Mail => "5",
        }
    }

    /// Freight in the country's money per kilogram, before distance and bargaining.
    pub(crate) const fn freight_per_kg(self) -> f64 {
        match self {
            Self::Sea => 0.07,
            Self::Rail => 0.06,
            Self::Road => 0.09,
            Self::Air => 2.6,
            Self::Mail => 6.0,
        }
    }
}

/// A partner: code, level of its prices (natural logarithm), distance factor of freight, share by land, region.
struct Partner(&'static str, f64, f64, f64, Region);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Region {
    /// Regional free trade area: duty-free with a certificate of origin.
    Regional,
    /// Economic partnership: half the duty with a proof of origin.
    Partnership,
    /// No preference.
    Other,
}

use Region::{Other, Partnership, Regional};

#[rustfmt::skip]
const PARTNERS: [Partner; 43] = [
    Partner("CN", -0.12, 1.1, 0.0, Other),      Partner("IN", -0.08, 0.8, 0.0, Other),
    Partner("AE",  0.02, 0.6, 0.0, Other),      Partner("JP",  0.12, 1.2, 0.0, Other),
    Partner("KR",  0.05, 1.2, 0.0, Other),      Partner("TH", -0.03, 1.0, 0.0, Other),
    Partner("VN", -0.10, 1.1, 0.0, Other),      Partner("MY",  0.00, 1.0, 0.0, Other),
    Partner("ID", -0.05, 1.0, 0.0, Other),      Partner("PK", -0.12, 0.7, 0.0, Other),
    Partner("BD", -0.15, 0.9, 0.0, Other),      Partner("LK", -0.02, 0.8, 0.0, Other),
    Partner("TR",  0.02, 0.9, 0.0, Other),      Partner("SA", -0.02, 0.6, 0.0, Other),
    Partner("US",  0.18, 1.6, 0.0, Other),      Partner("CA",  0.15, 1.7, 0.0, Other),
    Partner("MX",  0.05, 1.7, 0.0, Other),      Partner("BR",  0.00, 1.4, 0.0, Other),
    Partner("AR",  0.00, 1.5, 0.0, Other),      Partner("AU",  0.12, 1.3, 0.0, Other),
    Partner("NZ",  0.10, 1.4, 0.0, Other),      Partner("RU", -0.05, 1.2, 0.0, Other),
    Partner("UA", -0.06, 1.2, 0.0, Other),      Partner("CH",  0.35, 1.3, 0.0, Other),
    Partner("NO",  0.15, 1.3, 0.0, Other),      Partner("GB",  0.18, 1.2, 0.0, Partnership),
    Partner("DE",  0.20, 1.2, 0.0, Partnership), Partner("FR",  0.20, 1.2, 0.0, Partnership),
    Partner("IT",  0.18, 1.1, 0.0, Partnership), Partner("ES",  0.12, 1.1, 0.0, Partnership),
    Partner("NL",  0.16, 1.2, 0.0, Partnership), Partner("BE",  0.16, 1.2, 0.0, Partnership),
    Partner("IE",  0.17, 1.3, 0.0, Partnership), Partner("PL",  0.06, 1.2, 0.0, Partnership),
    Partner("FI",  0.18, 1.3, 0.0, Partnership), Partner("EG", -0.08, 0.7, 0.0, Regional),
    Partner("ZA",  0.03, 0.8, 0.1, Regional),   Partner("KE", -0.02, 0.4, 0.8, Regional),
    Partner("TZ", -0.06, 0.4, 0.9, Regional),   Partner("UG", -0.06, 0.5, 1.0, Regional),
    Partner("RW", -0.02, 0.6, 1.0, Regional),   Partner("ET", -0.04, 0.6, 0.9, Regional),
    Partner("MU",  0.05, 0.8, 0.0, Regional),
];

/// Countries whose certificates cover goods that were made elsewhere: where false origins are declared.
const COVERS: [&str; 5] = ["EG", "KE", "ZA", "PL", "IT"];

fn partner(country: Country) -> &'static Partner {
    const UNLISTED: Partner = Partner("", 0.0, 1.2, 0.0, Other);
    PARTNERS.iter().find(|partner| partner.0 == country.as_str()).unwrap_or(&UNLISTED)
}

/// Natural logarithm of the country's price level.
pub(crate) fn price_level(country: Country) -> f64 {
    partner(country).1
}

/// Factor of distance in freight.
pub(crate) fn distance(country: Country) -> f64 {
    partner(country).2
}

/// The preference that goods of an origin may claim, with the share of the duty that remains in millionths.
pub(crate) fn preference(origin: Country) -> Option<(&'static str, i64)> {
    match partner(origin).4 {
        Regional => Some(("REG", 0)),
        Partnership => Some(("EPA", 500_000)),
        Other => None,
    }
}

/// How goods travel from a country, given the share of their sector that flies.
pub(crate) fn mode(rng: &mut Rng, departure: Country, air_share: f64) -> Mode {
    if rng.chance(air_share) {
        Mode::Air
    } else if rng.chance(partner(departure).3) {
        if rng.chance(0.06) { Mode::Rail } else { Mode::Road }
    } else {
        Mode::Sea
    }
}

/// A country through which goods made elsewhere are passed off, other than their origin.
pub(crate) fn cover(rng: &mut Rng, origin: Country) -> Option<Country> {
    let covers: Vec<Country> = COVERS.iter().filter_map(|code| Country::parse(code)).collect();
    rng.pick(&covers).copied().filter(|cover| *cover != origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partner_and_cover_is_a_known_country() {
        assert!(PARTNERS.iter().all(|partner| Country::parse(partner.0).is_some_and(Country::is_known)));
        for cover in COVERS {
            let country = Country::parse(cover).unwrap();
            assert!(preference(country).is_some(), "{cover} must have a preference to abuse");
        }
    }

    #[test]
    fn land_partners_come_by_land() {
        let mut rng = Rng::new(1, crate::rng::Stream::Traffic, 0);
        let from = |rng: &mut Rng, code| mode(rng, Country::parse(code).unwrap(), 0.0);
        assert!((0..1000).all(|_| matches!(from(&mut rng, "UG"), Mode::Road | Mode::Rail)));
        assert_eq!(from(&mut rng, "CN"), Mode::Sea);
    }
}
