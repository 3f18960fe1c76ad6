//! The vocabulary of customs risk: declarations, goods items, findings, scores, reasons; values only, no input or output.
