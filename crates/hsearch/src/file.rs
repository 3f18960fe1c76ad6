//! An index as a file.

use crate::Error;
use crate::index::{Index, vocabulary_for};
use sha2::{Digest, Sha256};

/// How a file begins; the version follows as four bytes, the lowest first, then the SHA-256 of the rest.
const MARK: &[u8; 8] = b"TW-HSIDX";

/// The version that is written and read.
const VERSION: u32 = 2;

impl Index {
    /// The index as bytes.
    ///
    /// # Errors
    /// None in practice: everything that an index holds can be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let body = postcard::to_allocvec(self).map_err(|error| Error::Damaged(error.to_string()))?;
        let head = [&MARK[..], &VERSION.to_le_bytes(), &Sha256::digest(&body)].concat();
        Ok([head, body].concat())
    }

    /// Opens an index.
    ///
    /// # Errors
    /// [`Error::Format`], [`Error::Version`] or [`Error::Damaged`] for what is no index of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let rest = bytes.strip_prefix(&MARK[..]).ok_or(Error::Format)?;
        let (version, rest) = rest.split_first_chunk::<4>().ok_or(Error::Format)?;
        let found = u32::from_le_bytes(*version);
        if found != VERSION {
            return Err(Error::Version { found, expected: VERSION });
        }
        let (digest, body) = rest.split_at_checked(32).ok_or(Error::Format)?;
        if Sha256::digest(body).as_slice() != digest {
            return Err(Error::Damaged("its checksum is wrong".to_owned()));
        }
        let mut index: Self = postcard::from_bytes(body).map_err(|error| Error::Damaged(error.to_string()))?;
        index.vocabulary = vocabulary_for(&index.classes)?;
        Ok(index)
    }
}
