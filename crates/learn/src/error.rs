//! What can go wrong in this crate, and what to do about it.

use thiserror::Error;

/// Result of a fallible numeric operation.
pub type Result<T> = std::result::Result<T, Error>;

/// A refused parameter, an unusable input, or an unreadable model.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A parameter lies outside its range.
    #[error("parameter `{name}` is {value}; give {allowed}")]
    Parameter {
        /// Field name as it stands in the parameter struct.
        name: &'static str,
        /// The refused value, as text.
        value: String,
        /// The allowed values, in words.
        allowed: &'static str,
    },
    /// Two inputs that describe the same rows or columns differ in length.
    #[error("{what} has length {found}, expected {expected}; give one entry per row or column of the data")]
    Length {
        /// The input whose length is wrong.
        what: &'static str,
        /// The length that would fit.
        expected: usize,
        /// The length given.
        found: usize,
    },
    /// An input has no rows, or too few to compute anything from.
    #[error("{what} is empty or too small: {found} rows, at least {needed} needed")]
    TooFewRows {
        /// The input.
        what: &'static str,
        /// Rows needed.
        needed: usize,
        /// Rows given.
        found: usize,
    },
    /// A value is infinite or not a number where it must be finite.
    #[error("{what} at position {position} is {value}; clean the value or mark it missing before this step")]
    Value {
        /// The input holding the value.
        what: &'static str,
        /// Position in the flat input.
        position: usize,
        /// The refused value.
        value: f64,
    },
    /// Both classes are needed and only one is there.
    #[error("{what} needs positive and negative rows, but only one class is present; add labelled rows")]
    OneClass {
        /// The operation that needs both classes.
        what: &'static str,
    },
    /// The tree library refused or failed to train.
    #[error("boosted trees could not be trained: {0}")]
    Training(String),
    /// A model file can't be read as an XGBoost JSON model this crate supports.
    #[error("not a usable XGBoost JSON model: {0}")]
    ModelFormat(String),
    /// A linear system has no unique solution in floating point.
    #[error("the linear system is singular; raise the L2 penalty or drop collinear columns")]
    Singular,
}

/// Checks that an input describes as many rows as expected.
pub(crate) fn check_length(what: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(Error::Length { what, expected, found }) }
}

/// Checks that every value is finite.
pub(crate) fn check_finite(what: &'static str, values: impl IntoIterator<Item = f64>) -> Result<()> {
    match values.into_iter().enumerate().find(|(_, v)| !v.is_finite()) {
        Some((position, value)) => Err(Error::Value { what, position, value }),
        None => Ok(()),
    }
}

/// Checks that weights are finite, not negative, and not all zero.
pub(crate) fn check_weights(what: &'static str, weights: impl IntoIterator<Item = f64>) -> Result<()> {
    let mut total = 0.0;
    for (position, value) in weights.into_iter().enumerate() {
        if !value.is_finite() || value < 0.0 {
            return Err(Error::Value { what, position, value });
        }
        total += value;
    }
    if total > 0.0 { Ok(()) } else { Err(Error::TooFewRows { what, needed: 1, found: 0 }) }
}
