//! Numbers as people read them.

/// A share as per cent.
pub(crate) fn percent(share: f64) -> String {
    let decimals = if share < 0.0995 { 1 } else { 0 };
    format!("{:.decimals$} %", share * 100.0)
}

/// A share as per cent, or a dash where there is none.
pub(crate) fn percent_or_dash(share: Option<f64>) -> String {
    share.map_or_else(|| "\u{2013}".to_owned(), percent)
}

/// A figure with three decimals, or a dash.
pub(crate) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "\u{2013}".to_owned(), |value| format!("{value:.3}"))
}

/// A whole number in groups of three digits.
pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    if number <= -0.5 { format!("\u{2212}{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [1_234_567.4, 999.6, 0.2, -1500.0].map(grouped),
            ["1\u{202f}234\u{202f}567", "1\u{202f}000", "0", "\u{2212}1\u{202f}500"]
        );
        assert_eq!([0.034, 0.0999, 0.5].map(percent), ["3.4 %", "10 %", "50 %"]);
        assert_eq!(figure(None), "\u{2013}");
    }
}
