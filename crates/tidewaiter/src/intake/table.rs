//! One interface over the formats of files: a header, and batches of rows with the wanted columns.

use super::csv::{CsvReader, Dialect};
use super::encoding;
use super::error::IntakeError;
use super::parquet::ParquetTable;
use super::rows::RowBatch;
use super::schema::FileFormat;
use super::source::{Container, Input};
use encoding_rs::Encoding;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Bytes at the beginning of a file from which its encoding and delimiter are found out.
const SAMPLE_BYTES: u64 = 1 << 16;

/// How a text file is written, as declared or found out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextFormat {
    pub(crate) encoding: &'static Encoding,
    pub(crate) dialect: Dialect,
}

impl TextFormat {
    /// The declared format, completed by what the file's beginning tells. A byte order mark overrules the declaration.
    pub(crate) fn find(input: &Input, declared: &FileFormat, columns: &[String]) -> Result<Self, IntakeError> {
        let mut sample = Vec::new();
        let mut bytes = input.bytes(Arc::default()).map_err(|source| file_error(input, source))?;
        bytes.by_ref().take(SAMPLE_BYTES).read_to_end(&mut sample).map_err(|source| file_error(input, source))?;
        let marked = Encoding::for_bom(&sample).map(|(encoding, _)| encoding);
        let encoding = marked.or(declared.encoding).unwrap_or_else(|| encoding::sniff(&sample));
        let (text, _) = encoding.decode_with_bom_removal(&sample);
        let dialect = match declared.delimiter {
            Some(delimiter) => Dialect { delimiter, quote: declared.quote },
            None => Dialect::sniff(text.as_bytes(), declared.quote, columns),
        };
        Ok(Self { encoding, dialect })
    }
}

pub(crate) fn file_error(input: &Input, source: std::io::Error) -> IntakeError {
    IntakeError::File { path: input.path.clone(), source }
}

/// A file of rows, opened.
pub(crate) enum Table {
    /// Delimited text.
    Text {
        reader: Box<CsvReader>,
        /// Fields of the header.
        width: usize,
    },
    /// Parquet.
    Parquet(Box<ParquetTable>),
}

impl Table {
    /// Opens a file and reads its header; `read` counts the bytes taken from it.
    pub(crate) fn open(
        input: &Input,
        declared: &FileFormat,
        columns: &[String],
        read: Arc<AtomicU64>,
    ) -> Result<(Self, Vec<String>), IntakeError> {
        match input.container {
            Container::Parquet => {
                let (table, header) = ParquetTable::open(input, declared.decimals.mark, read)?;
                Ok((Self::Parquet(Box::new(table)), header))
            }
            Container::Plain | Container::Gzip | Container::Zstandard => {
                let format = TextFormat::find(input, declared, columns)?;
                let bytes = input.bytes(read).map_err(|source| file_error(input, source))?;
                let mut reader = Box::new(CsvReader::new(encoding::utf_8(bytes, format.encoding), format.dialect));
                let header = reader.header().map_err(|source| file_error(input, source))?;
                let header = header.ok_or_else(|| IntakeError::Empty { path: input.path.clone() })?;
                Ok((Self::Text { reader, width: header.len() }, header))
            }
        }
    }

    /// Fills `batch` with the columns at `positions`; `false` at the end of the file.
    pub(crate) fn fill(
        &mut self,
        input: &Input,
        file: u32,
        batch: &mut RowBatch,
        positions: &[usize],
    ) -> Result<bool, IntakeError> {
        match self {
            Self::Text { reader, width } => {
                reader.fill(batch, file, *width, positions).map_err(|source| file_error(input, source))
            }
            Self::Parquet(table) => table.fill(batch, file, positions),
        }
    }
}
