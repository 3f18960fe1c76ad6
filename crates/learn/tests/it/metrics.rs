//! Known answers for the metrics.
