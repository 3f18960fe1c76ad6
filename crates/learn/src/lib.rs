//! Numerics that know nothing of customs: boosted trees, logistic regression, calibration, metrics.
