//! Bytes of a file: opened, counted, decompressed. What a file is follows from its first bytes, never from its name.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a file holds, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// Text.
    Plain,
    /// RFC 1952: 1f 8b.
    Gzip,
    /// RFC 8878: fd2fb528, little-endian.
    Zstandard,
    /// `PAR1`.
    Parquet,
}

impl Container {
    pub(crate) fn of(first: &[u8]) -> Self {
        match first {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstandard,
            [b'P', b'A', b'R', b'1', ..] => Self::Parquet,
            _ => Self::Plain,
        }
    }
}

/// A file that can be read more than once.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// The name that the user gave, for messages.
    pub(crate) path: PathBuf,
    pub(crate) container: Container,
    pub(crate) size_bytes: u64,
    /// A copy on disk of what came through a pipe, removed when the last reader is done.
    copy: Option<Arc<tempfile::NamedTempFile>>,
}

impl Input {
    /// Looks at a file. Whatever is no regular file, such as a pipe, is copied to a temporary file first.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let copy = if file.metadata()?.is_file() {
            None
        } else {
            let mut copy = tempfile::NamedTempFile::new()?;
            std::io::copy(&mut file, copy.as_file_mut())?;
            file = copy.reopen()?;
            Some(Arc::new(copy))
        };
        let size_bytes = file.metadata()?.len();
        let mut first = Vec::with_capacity(4);
        file.rewind()?;
        file.take(4).read_to_end(&mut first)?;
        Ok(Self { path: path.to_owned(), container: Container::of(&first), size_bytes, copy })
    }

    /// The file itself, from its beginning.
    pub(crate) fn file(&self) -> std::io::Result<File> {
        File::open(self.copy.as_ref().map_or(self.path.as_path(), |copy| copy.path()))
    }

    /// The decompressed bytes; `read` counts what was taken from the file.
    pub(crate) fn bytes(&self, read: Arc<AtomicU64>) -> std::io::Result<Box<dyn Read + Send>> {
        let counted = Counted { inner: self.file()?, read };
        Ok(match self.container {
            Container::Gzip => {
                Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, counted)))
            }
            Container::Zstandard => Box::new(zstd::stream::read::Decoder::new(counted)?),
            Container::Plain | Container::Parquet => Box::new(counted),
        })
    }
}

struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
