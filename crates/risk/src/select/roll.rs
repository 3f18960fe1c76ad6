//! The roll: the list of all that takes part in a draw, which the seed depends on.

use super::candidate::Candidate;
use sha2::{Digest, Sha256};

/// The places of all candidates, sorted by the bytes of the id, then the version, then the digest.
pub(super) fn order(candidates: &[Candidate]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_unstable_by_key(|place| {
        let candidate = &candidates[*place];
        (&candidate.id, candidate.version, &candidate.digest)
    });
    order
}

/// SHA-256 of the roll. One entry for each declaration, in the sorted order: the length of the id as a little-endian
/// `u32`, the id, the version as a little-endian `u32`, and the 32 bytes of the SHA-256 of the as-declared bytes.
pub(super) fn digest(candidates: &[Candidate], order: &[usize]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for candidate in order.iter().map(|place| &candidates[*place]) {
        hasher.update((candidate.id.len() as u32).to_le_bytes());
        hasher.update(candidate.id.as_bytes());
        hasher.update(candidate.version.to_le_bytes());
        hasher.update(candidate.digest);
    }
    hasher.finalize().into()
}
