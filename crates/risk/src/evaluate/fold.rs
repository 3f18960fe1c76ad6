//! Folds that anyone can recompute.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The fold of a group: SHA-256 over `{seed}|{group}`, read as a whole number with the first byte highest, modulo the
/// number of folds. In Python: `int(hashlib.sha256(f"{seed}|{group}".encode()).hexdigest(), 16) % folds`.
pub fn fold_of(seed: u64, group: &str, folds: usize) -> usize {
    let digest = Sha256::digest(format!("{seed}|{group}"));
    digest.iter().fold(0, |rest, byte| (rest * 256 + usize::from(*byte)) % folds.max(1))
}

/// The fold of each declaration, given the group of its first item. Versions of one declaration stay together, in the
/// fold of the first.
pub fn folds_of<'a>(seed: u64, declarations: impl Iterator<Item = (&'a str, &'a str)>, folds: usize) -> Vec<usize> {
    let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
    declarations.map(|(id, group)| *by_id.entry(id).or_insert_with(|| fold_of(seed, group, folds))).collect()
}
