//! Integration tests of the vocabulary.

mod normalise;
