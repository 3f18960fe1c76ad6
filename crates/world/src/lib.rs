//! A seeded simulator of import traffic for the demo, lessons, tests and benchmarks.
