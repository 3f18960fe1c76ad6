//! Numbers that stand on papers: containers, transport documents, parties, declarations.

use crate::country::Mode;
use crate::rng::Rng;
use domain::Country;

/// The check digit of a container number's first ten characters (ISO 6346:2022, annex A). Letters count from 10,
/// leaving out the multiples of 11; position i weighs 2^i; the sum modulo 11, and 10 counts as 0.
pub fn container_check_digit(first_ten: &str) -> Option<u8> {
    let value = |c: u8| match c {
        b'0'..=b'9' => Some(u32::from(c - b'0')),
        b'A' => Some(10),
        b'B'..=b'K' => Some(u32::from(c - b'B') + 12),
        b'L'..=b'U' => Some(u32::from(c - b'L') + 23),
        b'V'..=b'Z' => Some(u32::from(c - b'V') + 34),
        _ => None,
    };
    if first_ten.len() != 10 {
        return None;
    }
    let terms = first_ten.bytes().enumerate().map(|(i, c)| value(c).map(|value| value << i));
    let sum: u32 = terms.sum::<Option<u32>>()?;
    Some((sum % 11 % 10) as u8)
}

/// Owner codes that no carrier uses (they are not in the register of the Bureau International des Containers' examples).
const OWNERS: [&str; 8] = ["TWAU", "QZLU", "OBXU", "KRVU", "NWJU", "HXYU", "ZQPU", "VDDU"];

/// A container number.
pub(crate) fn container(rng: &mut Rng) -> String {
    let owner = OWNERS[rng.below(OWNERS.len())];
    let mut number = format!("{owner}{:06}", rng.below(1_000_000));
    let digit = container_check_digit(&number).unwrap_or_default();
    number.push(char::from(b'0' + digit));
    number
}

/// The number of a transport document.
pub(crate) fn transport_document(rng: &mut Rng, mode: Mode, departure: Country) -> String {
    match mode {
        Mode::Sea => format!("BL{departure}{:08}", rng.below(100_000_000)),
        Mode::Rail => format!("CIM{:07}", rng.below(10_000_000)),
        Mode::Road => format!("CMR{departure}{:07}", rng.below(10_000_000)),
        Mode::Air => {
            // An air waybill's last digit is the serial number modulo 7 (IATA Resolution 600a).
            let serial = rng.below(10_000_000);
            format!("{:03}-{serial:07}{}", 100 + rng.below(24) * 7, serial % 7)
        }
        Mode::Mail => format!("CN{:09}{departure}", rng.below(1_000_000_000)),
    }
}

/// The tax number of the `count`th importer: a bijection, so that numbers neither repeat nor tell their order.
pub(crate) fn tin(count: u64) -> String {
    const RANGE: u128 = 9_000_000_000;
    let mixed = (u128::from(count) * 7_654_324_321 + 123_456_789) % RANGE;
    format!("{}", 1_000_000_000 + mixed)
}

/// Offices by mode, with weights.
pub(crate) fn office(rng: &mut Rng, mode: Mode) -> &'static str {
    let (offices, weights): (&[&'static str], &[f64]) = match mode {
        Mode::Sea => (&["SEA01", "SEA02", "DEP01", "DEP02"], &[0.58, 0.17, 0.17, 0.08]),
        Mode::Rail => (&["DEP01", "DEP02"], &[0.7, 0.3]),
        Mode::Road => (&["LND01", "LND02", "LND03", "LND04"], &[0.4, 0.3, 0.2, 0.1]),
        Mode::Air => (&["AIR01", "AIR02"], &[0.88, 0.12]),
        Mode::Mail => (&["PST01"], &[1.0]),
    };
    offices[rng.index(weights.iter().copied())]
}

/// The code of a carrier; few carry most.
pub(crate) fn carrier(rng: &mut Rng, mode: Mode, year: i32) -> String {
    let (prefix, count) = match mode {
        Mode::Sea => ("SEA", 14.0),
        Mode::Rail => ("RAI", 2.0),
        Mode::Road => ("RD", 60.0),
        Mode::Air => ("AIR", 22.0),
        Mode::Mail => ("PST", 1.0),
    };
    let rank = f64::powf(count, rng.unit()) as i32;
    // Now and then a carrier of a rank gives way to another: ranks renew every few years, each in its own year.
    format!("{prefix}{:03}", rank * 10 + (year + rank) / 3 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;
    use std::collections::BTreeSet;

    #[test]
    fn check_digits_of_iso_6346() {
        // The example of the standard, a number in common use as an example, and two worked by hand: the sums are
        // 5373 = 11 * 488 + 5 and 10 = 11 * 0 + 10, which counts as 0.
        for (number, digit) in [("CSQU305438", 3), ("MSKU907032", 3), ("TEMU608246", 5), ("A000000000", 0)] {
            assert_eq!(container_check_digit(number), Some(digit), "{number}");
        }
        assert_eq!(container_check_digit("CSQU30543"), None);
        assert_eq!(container_check_digit("csqu305438"), None);
    }

    #[test]
    fn containers_carry_their_check_digit() {
        let mut rng = Rng::new(1, Stream::Traffic, 0);
        for _ in 0..200 {
            let number = container(&mut rng);
            let digit = container_check_digit(&number[..10]).map(|digit| digit.to_string());
            assert_eq!(digit.as_deref(), Some(&number[10..]), "{number}");
        }
    }

    #[test]
    fn tax_numbers_do_not_repeat() {
        let numbers: BTreeSet<String> = (0..20_000).map(tin).collect();
        assert_eq!(numbers.len(), 20_000);
        assert!(numbers.iter().all(|number| number.len() == 10));
    }
}
