//! Codes that are asked for: what they are, and what to say of those that are not in force.

use super::HsError;
use domain::{Day, HsCode};
use hsearch::{Hs6, Index, Period, Prefix, Section, Standing};

/// A code that was asked for and that the index knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its chapter, heading or subheading.
    pub code: Prefix,
    /// All of its digits, where it has more than six.
    pub national: Option<HsCode>,
}

/// What is to be shown of the tree of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// All sections.
    Root,
    /// The chapters of a section.
    Section(Section),
    /// What stands below a code.
    Code(Asked),
}

/// A code as people write it, looked up as of a day.
///
/// # Errors
/// [`HsError::NoCode`] for what is none, [`HsError::OlderEdition`], [`HsError::OtherDays`] or [`HsError::UnknownCode`] for one that
/// the index does not answer with on that day.
pub fn asked(index: &Index, text: &str, day: Day) -> Result<Asked, HsError> {
    let code = Prefix::parse(text.trim()).ok_or_else(|| HsError::NoCode { text: shown(text) })?;
    let national = HsCode::parse(text).ok().map(|(code, _)| code).filter(|code| code.as_str().len() > 6);
    if code.digits() < 6 {
        let is_known = index.codes().any(|subheading| code.holds(subheading) && index.is_in_force(subheading, day));
        return if is_known { Ok(Asked { code, national: None }) } else { Err(unknown(index, code, day)) };
    }
    let subheading = code.range().0;
    match index.standing(subheading, day) {
        Standing::InForce => Ok(Asked { code, national }),
        standing => Err(refusal(index, subheading, standing, day)),
    }
}

/// A part of the tree as people write it: nothing, a section as `XI`, or a code.
///
/// # Errors
/// As [`asked`].
pub fn place(index: &Index, text: Option<&str>, day: Day) -> Result<Place, HsError> {
    let Some(text) = text else { return Ok(Place::Root) };
    let is_letters = !text.is_empty() && text.chars().all(char::is_alphabetic);
    match Section::parse(text).filter(|_| is_letters) {
        Some(section) => Ok(Place::Section(section)),
        None => asked(index, text, day).map(Place::Code),
    }
}

/// Why an index does not answer with a subheading on a day; `None` where it does.
pub fn why_not(index: &Index, code: Hs6, day: Day) -> Option<HsError> {
    match index.standing(code, day) {
        Standing::InForce => None,
        standing => Some(refusal(index, code, standing, day)),
    }
}

/// Refuses a description that is only a code: what its text should be is in the nomenclature.
///
/// # Errors
/// [`HsError::CodeAsText`] for a code that is in force, else as [`asked`].
pub fn refuse_code(index: &Index, description: &str, day: Day) -> Result<(), HsError> {
    let is_code = description.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ' '));
    match Hs6::parse(description).filter(|_| is_code) {
        Some(code) => Err(why_not(index, code, day).unwrap_or(HsError::CodeAsText { code })),
        None => Ok(()),
    }
}

fn refusal(index: &Index, code: Hs6, standing: Standing, day: Day) -> HsError {
    match standing {
        Standing::OfOlderEdition { newer } => HsError::OlderEdition { code: code.to_string(), newer: listed(&newer) },
        Standing::OfOtherDays { periods, instead } => {
            let instead = if instead.is_empty() { String::new() } else { format!("; then: {}", listed(&instead)) };
            HsError::OtherDays { code, day, periods: spoken(&periods), instead }
        }
        Standing::InForce | Standing::Unknown => unknown(index, code.into(), day),
    }
}

/// What to say of a code that is not in the nomenclature: where its goods went, or what the part of it has that is known.
fn unknown(index: &Index, code: Prefix, day: Day) -> HsError {
    let digits = code.to_string();
    let newer = index.newer(code);
    if !newer.is_empty() {
        return HsError::OlderEdition { code: digits, newer: listed(&newer) };
    }
    let known = [4, 2].into_iter().filter(|length| *length < digits.len()).find_map(|length| {
        let above = Prefix::parse(&digits[..length])?;
        let is_known = index.codes().any(|subheading| above.holds(subheading) && index.is_in_force(subheading, day));
        is_known.then(|| above.to_string())
    });
    match known {
        Some(above) => HsError::UnknownCode { code: digits, browse: above },
        None => HsError::UnknownCode { code: digits, browse: String::new() },
    }
}

/// Codes one after the other.
pub fn listed(codes: &[Hs6]) -> String {
    codes.iter().map(Hs6::to_string).collect::<Vec<_>>().join(", ")
}

/// Periods as people say them: `2007-01-01 to 2021-12-31`.
fn spoken(periods: &[Period]) -> String {
    let end = |day: Option<Day>| day.map_or_else(|| "\u{2026}".to_owned(), |day| day.to_string());
    periods.iter().map(|one| format!("{} to {}", end(one.from()), end(one.to()))).collect::<Vec<_>>().join(", ")
}

/// The beginning of a text for a message, without characters that steer a terminal.
pub fn shown(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80).collect();
    if text.chars().count() > 80 { format!("{plain}\u{2026}") } else { plain }
}
