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
///
/// A link is followed to the file it stands for, which keeps its permissions. What is no regular file (a pipe, a device) is
/// written to as it is, since it can't be replaced.
#[derive(Debug)]
pub struct NewFile {
    file: std::io::BufWriter<File>,
    /// The file under its name for the time being, and its place; `None` where it is written in place.
    part: Option<(PathBuf, PathBuf)>,
}

impl NewFile {
    /// Starts the file beside its place.
    ///
    /// # Errors
    /// Where the folder can't be written.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let existing = fs::metadata(path).ok();
        let buffered = |file| std::io::BufWriter::with_capacity(1 << 18, file);
        if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
            let file = fs::OpenOptions::new().write(true).open(path).map_err(Error::file(path))?;
            return Ok(Self { file: buffered(file), part: None });
        }
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = place.with_file_name(name);
        let file = File::create(&part).map_err(Error::file(path))?;
        if let Some(existing) = existing {
            file.set_permissions(existing.permissions()).map_err(Error::file(path))?;
        }
        Ok(Self { file: buffered(file), part: Some((part, place)) })
    }

    /// Flushes to disk and gives the file its name.
    ///
    /// # Errors
    /// Where the disk refuses; the old file stays as it was.
    pub fn finish(mut self) -> Result<(), Error> {
        let Some((part, place)) = &self.part else {
            return self.file.flush().map_err(Error::file(Path::new("output")));
        };
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(Error::file(place))?;
        fs::rename(part, place).map_err(Error::file(place))?;
        self.part = None;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some((part, _)) = &self.part {
            // Whatever stopped the run is told; that a part of a file could not be removed would only hide it.
            let _ = fs::remove_file(part);
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

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        fs::write(&real, b"old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        let device = folder.path().join("device");
        std::os::unix::fs::symlink("/dev/null", &device).unwrap();
        replace(&device, b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

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
