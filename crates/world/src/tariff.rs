//! Duties and taxes of the simulated country.

use crate::country;
use crate::declaration::Facts;
use crate::goods::Good;

/// Customs value up to which parcels are relieved of duties and taxes, in minor units.
pub(crate) const DE_MINIMIS_MINOR: i64 = 40_000;

/// What is due on an item, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Assessment {
    pub(crate) customs_value_minor: i64,
    pub(crate) rate_ppm: i64,
    pub(crate) duty_minor: i64,
    pub(crate) excise_minor: i64,
    pub(crate) vat_minor: i64,
}

impl Assessment {
    pub(crate) fn taxes_minor(&self) -> i64 {
        self.duty_minor + self.excise_minor + self.vat_minor
    }
}

/// Assesses `facts` about `good`: duty on the CIF value, excise on the duty-paid value, value added tax on everything.
pub(crate) fn assess(good: &Good, facts: &Facts) -> Assessment {
    let customs_value_minor = facts.cif_minor();
    if facts.relief {
        return Assessment { customs_value_minor, ..Assessment::default() };
    }
    let rate_ppm = rate_ppm(good, facts);
    let duty_minor = share(customs_value_minor, rate_ppm);
    let excise_minor = share(customs_value_minor + duty_minor, good.excise_ppm);
    let vat_minor = share(customs_value_minor + duty_minor + excise_minor, good.vat_ppm);
    Assessment { customs_value_minor, rate_ppm, duty_minor, excise_minor, vat_minor }
}

fn rate_ppm(good: &Good, facts: &Facts) -> i64 {
    let remains_ppm = match country::preference(facts.origin) {
        Some((_, remains_ppm)) if facts.preference => remains_ppm,
        _ => 1_000_000,
    };
    share(good.duty_ppm, remains_ppm) + good.remedy_ppm(facts.origin)
}

/// `amount * ppm / 10^6`, rounded half up, without overflow.
fn share(amount: i64, ppm: i64) -> i64 {
    ((i128::from(amount) * i128::from(ppm) + 500_000).div_euclid(1_000_000)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goods::Catalogue;
    use domain::Country;

    #[test]
    fn amounts_an_officer_can_check() {
        let catalogue = Catalogue::embedded().unwrap();
        let find = |hs: &str| catalogue.goods().iter().position(|good| good.hs == hs).unwrap();
        #[rustfmt::skip]
        let table = [
            // hs       origin preference  rate     duty    excise   vat
            ("610910", "CN", false,     350_000,  35_000,      0,  24_300),
            ("610910", "KE", true,            0,       0,      0,  18_000),
            ("610910", "DE", true,      175_000,  17_500,      0,  21_150),
            ("220830", "GB", false,     350_000,  35_000, 67_500,  36_450),
            ("690721", "CN", false,     600_000,  60_000,      0,  28_800),
            ("300490", "IN", false,           0,       0,      0,       0),
        ];
        for (hs, origin, preference, rate_ppm, duty, excise, vat) in table {
            let good = find(hs);
            let facts = Facts {
                good,
                origin: Country::parse(origin).unwrap(),
                quantity_milli: 1000,
                net_g: 1000,
                gross_g: 1100,
                fob_minor: 90_000,
                carriage_minor: 10_000,
                preference,
                relief: false,
            };
            let due = assess(&catalogue.goods()[good], &facts);
            assert_eq!(
                (due.rate_ppm, due.duty_minor, due.excise_minor, due.vat_minor),
                (rate_ppm, duty, excise, vat),
                "{hs}"
            );
            let relieved = assess(&catalogue.goods()[good], &Facts { relief: true, ..facts });
            assert_eq!((relieved.customs_value_minor, relieved.taxes_minor()), (100_000, 0));
        }
    }
}
