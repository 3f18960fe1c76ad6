//! Officer-hours by the kind of control.

use domain::Control;
use risk::replay::{ControlFigures, Totals};
use std::collections::BTreeMap;

/// Most hours that a control can take.
const MOST: f64 = 1000.0;

/// Hours that a control takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    plain: f64,
    by_kind: BTreeMap<Control, f64>,
}

/// Why hours can't be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// No number, or one out of range.
    #[error("`{0}`: hours are a number above 0 and up to 1000")]
    Number(String),
    /// No kind of control.
    #[error(
        "`{0}` is no kind of control that takes hours; there are document, scan, physical, audit: --hours physical=3,document=0.5"
    )]
    Kind(String),
    /// A kind with hours twice.
    #[error("`{0}` has hours twice; give each kind once")]
    Twice(&'static str),
}

impl Hours {
    /// So many hours for each control, of whatever kind.
    pub const fn plain_only(plain: f64) -> Self {
        Self { plain, by_kind: BTreeMap::new() }
    }

    /// The same with hours for kinds of their own.
    ///
    /// # Errors
    /// [`HoursError::Twice`].
    pub fn with_kinds(mut self, kinds: &[(Control, f64)]) -> Result<Self, HoursError> {
        for (control, hours) in kinds {
            if self.by_kind.insert(*control, *hours).is_some() {
                return Err(HoursError::Twice(control.name()));
            }
        }
        Ok(self)
    }

    /// Reads a number of hours.
    ///
    /// # Errors
    /// [`HoursError::Number`].
    pub fn parse(text: &str) -> Result<f64, HoursError> {
        let hours = text.trim().parse::<f64>().ok().filter(|hours| *hours > 0.0 && *hours <= MOST);
        hours.ok_or_else(|| HoursError::Number(text.to_owned()))
    }

    /// Reads hours of a kind, such as `physical=3`.
    ///
    /// # Errors
    /// [`HoursError`] but for `Twice`.
    pub fn parse_kind(text: &str) -> Result<(Control, f64), HoursError> {
        let (kind, hours) = text.split_once('=').ok_or_else(|| HoursError::Kind(text.to_owned()))?;
        let control = Control::parse(kind).filter(|control| *control != Control::Disclosure);
        Ok((control.ok_or_else(|| HoursError::Kind(kind.to_owned()))?, Self::parse(hours)?))
    }

    /// Hours where the kind is not known or has none of its own.
    pub const fn plain(&self) -> f64 {
        self.plain
    }

    /// The kinds with hours of their own.
    pub fn by_kind(&self) -> impl Iterator<Item = (Control, f64)> {
        self.by_kind.iter().map(|(control, hours)| (*control, *hours))
    }

    /// Hours of a control.
    pub fn of(&self, control: Option<Control>) -> f64 {
        control.and_then(|control| self.by_kind.get(&control)).copied().unwrap_or(self.plain)
    }

    /// Hours of a strategy's inspections.
    pub fn of_picks(&self, totals: &Totals) -> f64 {
        self.sum(totals, |of| of.picks)
    }

    /// Hours of those whose result is known.
    pub fn of_known(&self, totals: &Totals) -> f64 {
        self.sum(totals, |of| of.known)
    }

    /// Hours of a mean inspection of a strategy.
    pub fn mean(&self, totals: &Totals) -> f64 {
        if totals.picks == 0 { self.plain } else { self.of_picks(totals) / totals.picks as f64 }
    }

    fn sum(&self, totals: &Totals, count: impl Fn(&ControlFigures) -> u64) -> f64 {
        totals.by_control.iter().map(|(control, of)| count(of) as f64 * self.of(*control)).sum()
    }
}

/// Inspections by the kind of control they had at the time.
pub(super) fn counts(totals: &Totals) -> BTreeMap<&'static str, u64> {
    totals.by_control.iter().map(|(control, of)| (control.map_or("", Control::name), of.picks)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_by_kind_worked_out_by_hand() {
        let figures = |picks, known| ControlFigures { picks, known };
        let by_control =
            [(None, figures(10, 0)), (Some(Control::Document), figures(4, 3)), (Some(Control::Audit), figures(1, 1))];
        let totals = Totals { picks: 15, by_control: by_control.into_iter().collect(), ..Totals::default() };
        let plain = Hours::plain_only(2.0);
        let kinds = plain.clone().with_kinds(&[(Control::Document, 0.5), (Control::Physical, 3.0)]).unwrap();
        // Audits have no hours of their own: 10 x 2 + 4 x 0.5 + 1 x 2, of the known 3 x 0.5 + 1 x 2.
        assert_eq!((plain.of_picks(&totals), kinds.of_picks(&totals)), (30.0, 24.0));
        assert_eq!((kinds.of_known(&totals), kinds.mean(&totals)), (3.5, 1.6));
        assert_eq!(kinds.mean(&Totals::default()), 2.0);
        assert_eq!(counts(&totals), BTreeMap::from([("", 10), ("document", 4), ("audit", 1)]));
    }

    #[test]
    fn what_can_not_be_read_says_what_is_wanted() {
        assert_eq!(Hours::parse_kind("Physical=3"), Ok((Control::Physical, 3.0)));
        for (text, part) in [
            ("physical", "--hours"),
            ("disclosure=1", "--hours"),
            ("xray=1", "document"),
            ("scan=0", "above 0"),
            ("scan=2000", "1000"),
        ] {
            let error = Hours::parse_kind(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        let twice = Hours::plain_only(2.0).with_kinds(&[(Control::Scan, 1.0), (Control::Scan, 2.0)]);
        assert_eq!(twice, Err(HoursError::Twice("scan")));
    }
}
