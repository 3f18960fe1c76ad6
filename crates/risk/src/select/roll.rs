//! The roll: the list of all that takes part in a draw, which the seed depends on.

use super::candidate::Candidate;
use sha2::{Digest, Sha256};

/// SHA-256 of the roll. One entry for each declaration, sorted by the bytes of the id, then the version, then the
/// digest: the length of the id as a little-endian `u32`, the id, the version as a little-endian `u32`, and the 32 bytes
/// of the SHA-256 of the as-declared bytes.
pub(super) fn digest(candidates: &[Candidate]) -> [u8; 32] {
    let mut sorted: Vec<&Candidate> = candidates.iter().collect();
    sorted.sort_unstable_by_key(|candidate| (&candidate.id, candidate.version, &candidate.digest));
    let mut hasher = Sha256::new();
    for candidate in sorted {
        hasher.update((candidate.id.len() as u32).to_le_bytes());
        hasher.update(candidate.id.as_bytes());
        hasher.update(candidate.version.to_le_bytes());
        hasher.update(candidate.digest);
    }
    hasher.finalize().into()
}
