//! The file with the secret of a draw.

use super::{Error, SelectionError};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

/// All bytes of a secret file.
///
/// # Errors
/// Where it can't be read.
pub fn read_secret(path: &Path) -> Result<Vec<u8>, SelectionError> {
    Ok(std::fs::read(path).map_err(Error::file(path))?)
}

/// Creates a secret file with 32 bytes from the operating system, readable by its owner alone. A file that exists is
/// never overwritten: a commitment to it may be published.
///
/// # Errors
/// Where the file exists or can't be written, or the system has no source of random bytes.
pub fn create_secret(path: &Path) -> Result<(), SelectionError> {
    let source = Path::new("/dev/urandom");
    let mut secret = [0; 32];
    File::open(source).and_then(|mut file| file.read_exact(&mut secret)).map_err(Error::file(source))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = |mut file: File| file.write_all(&secret).and_then(|()| file.sync_all());
    Ok(options.open(path).and_then(write).map_err(Error::file(path))?)
}
