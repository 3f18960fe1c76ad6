//! Writing files whole or not at all.

use super::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Puts `bytes` in the place of `path`: a reader sees the old file or the new one, never half of one.
///
/// # Errors
/// Where the folder can't be written; the old file stays as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = NewFile::create(path)?;
    file.write_all(bytes).map_err(Error::file(path))?;
    file.finish()
}

/// A file that takes its name only when it is complete. Dropped before that, it leaves nothing behind.
#[derive(Debug)]
pub struct NewFile {
    file: std::io::BufWriter<File>,
    part: PathBuf,
    path: PathBuf,
    is_finished: bool,
}

impl NewFile {
    /// Starts the file beside its place.
    ///
    /// # Errors
    /// Where the folder can't be written.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = path.with_file_name(name);
        let file = File::create(&part).map_err(Error::file(&part))?;
        Ok(Self {
            file: std::io::BufWriter::with_capacity(1 << 18, file),
            part,
            path: path.to_owned(),
            is_finished: false,
        })
    }

    /// Flushes to disk and gives the file its name.
    ///
    /// # Errors
    /// Where the disk refuses; the old file stays as it was.
    pub fn finish(mut self) -> Result<(), Error> {
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(Error::file(&self.part))?;
        fs::rename(&self.part, &self.path).map_err(Error::file(&self.path))?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_finished {
            // Whatever stopped the run is told; that a part of a file could not be removed would only hide it.
            let _ = fs::remove_file(&self.part);
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finished_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scores.csv");
        let names = || fs::read_dir(folder.path()).unwrap().count();
        let mut file = NewFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(names(), 0);
        replace(&path, b"whole").unwrap();
        NewFile::create(&path).unwrap().write_all(b"half").unwrap();
        assert_eq!((names(), fs::read(&path).unwrap()), (1, b"whole".to_vec()));
    }
}
