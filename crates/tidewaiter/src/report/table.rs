//! Tables of the report.

pub(super) use crate::view::number::{figure, grouped, percent, percent_or_dash};

/// A table whose first column names its rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// Columns from this one on hold numbers.
    pub(super) numbers_from: usize,
}

impl Table {
    /// Whether a column holds numbers.
    pub(super) fn is_number(&self, column: &usize) -> bool {
        *column >= self.numbers_from
    }
}
