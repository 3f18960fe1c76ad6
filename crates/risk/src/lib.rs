//! Features as of a moment, models, reasons, selection and evaluation of customs risk.
