//! Parquet files, column by column: typed values become the texts that a delimited file would have.
//!
//! Over the column readers of the `parquet` crate and not over its Arrow layer, which would bring six more crates for
//! values that are texts a moment later.

use super::error::IntakeError;
use super::rows::{Origin, RowBatch};
use super::source::Input;
use domain::Day;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows that are turned into texts at a time.
const CHUNK_ROWS: usize = 4_096;

/// A Parquet file, opened.
pub(crate) struct ParquetTable {
    path: PathBuf,
    file: SerializedFileReader<File>,
    decimal_mark: char,
    read: Arc<AtomicU64>,
    next_group: usize,
    rows_left: usize,
    columns: Vec<Column>,
    row: u64,
}

impl ParquetTable {
    /// Opens a file; numbers will be written with `decimal_mark`. Also gives the names of the columns, in the order of
    /// their leaves; a repeated one has no name, so that it is never found.
    pub(crate) fn open(
        input: &Input,
        decimal_mark: char,
        read: Arc<AtomicU64>,
    ) -> Result<(Self, Vec<String>), IntakeError> {
        let path = input.path.clone();
        let opened = input.file().map_err(|source| IntakeError::File { path: path.clone(), source })?;
        let file = SerializedFileReader::new(opened).map_err(|error| parquet_error(&path, &error))?;
        let leaves = file.metadata().file_metadata().schema_descr().columns();
        let name = |leaf: &Arc<ColumnDescriptor>| match leaf.max_rep_level() {
            0 => leaf.path().string(),
            _ => String::new(),
        };
        let header = leaves.iter().map(name).collect();
        let (columns, next_group, rows_left, row) = (Vec::new(), 0, 0, 0);
        Ok((Self { path, file, decimal_mark, read, next_group, rows_left, columns, row }, header))
    }

    /// Fills `batch` with the columns at `positions`; `false` at the end of the file.
    pub(crate) fn fill(&mut self, batch: &mut RowBatch, file: u32, positions: &[usize]) -> Result<bool, IntakeError> {
        self.fill_or_fail(batch, file, positions).map_err(|error| parquet_error(&self.path, &error))
    }

    fn fill_or_fail(&mut self, batch: &mut RowBatch, file: u32, positions: &[usize]) -> Result<bool, ParquetError> {
        while !batch.is_full() {
            if self.rows_left == 0 && !self.open_group(positions)? {
                return Ok(false);
            }
            let rows = self.rows_left.min(CHUNK_ROWS);
            for column in &mut self.columns {
                column.read(rows, self.decimal_mark)?;
            }
            for index in 0..rows {
                self.row += 1;
                let origin = Origin { file, line: self.row };
                batch.push(origin, self.columns.iter().map(|column| column.texts.text(index)));
            }
            self.rows_left -= rows;
        }
        Ok(true)
    }

    fn open_group(&mut self, positions: &[usize]) -> Result<bool, ParquetError> {
        if self.next_group == self.file.num_row_groups() {
            return Ok(false);
        }
        let group = self.file.get_row_group(self.next_group)?;
        self.next_group += 1;
        let metadata = group.metadata();
        self.rows_left = usize::try_from(metadata.num_rows()).unwrap_or_default();
        let size_bytes = u64::try_from(metadata.compressed_size()).unwrap_or_default();
        self.read.fetch_add(size_bytes, Ordering::Relaxed);
        let open = |position: &usize| {
            let leaf = metadata.column(*position).column_descr();
            Ok(Column {
                meaning: Meaning::of(leaf),
                present_level: leaf.max_def_level(),
                reader: group.get_column_reader(*position)?,
                levels: Vec::new(),
                texts: Texts::default(),
            })
        };
        self.columns = positions.iter().map(open).collect::<Result<_, ParquetError>>()?;
        Ok(true)
    }
}

fn parquet_error(path: &std::path::Path, error: &ParquetError) -> IntakeError {
    IntakeError::Parquet { path: path.to_owned(), message: error.to_string() }
}

/// What the numbers and bytes of a column stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Plain,
    Unsigned,
    /// Days since 1970-01-01.
    Date,
    /// Since 1970-01-01, so many to the day. The time of day is dropped, as everywhere in intake.
    Timestamp {
        per_day: i64,
    },
    Decimal {
        scale: usize,
    },
}

const MILLIS_PER_DAY: i64 = 86_400_000;

impl Meaning {
    fn of(leaf: &ColumnDescriptor) -> Self {
        let timestamp = |factor: i64| Self::Timestamp { per_day: MILLIS_PER_DAY * factor };
        match (leaf.logical_type_ref(), leaf.converted_type()) {
            (Some(LogicalType::Timestamp(kind)), _) if kind.unit == TimeUnit::NANOS => timestamp(1_000_000),
            (Some(LogicalType::Timestamp(kind)), _) if kind.unit == TimeUnit::MICROS => timestamp(1_000),
            (Some(LogicalType::Timestamp(_)), _) | (_, ConvertedType::TIMESTAMP_MILLIS) => timestamp(1),
            (_, ConvertedType::TIMESTAMP_MICROS) => timestamp(1_000),
            (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => Self::Date,
            (Some(LogicalType::Decimal(_)), _) | (_, ConvertedType::DECIMAL) => {
                Self::Decimal { scale: usize::try_from(leaf.type_scale()).unwrap_or_default() }
            }
            (Some(LogicalType::Integer(kind)), _) if !kind.is_signed => Self::Unsigned,
            (_, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64) => {
                Self::Unsigned
            }
            _ => Self::Plain,
        }
    }

    fn write_integer(self, value: i64, unsigned: u64, mark: char, out: &mut Vec<u8>) {
        match self {
            Self::Plain => write_text(out, value),
            Self::Unsigned => write_text(out, unsigned),
            Self::Date => write_day(value, out),
            Self::Timestamp { per_day } => write_day(value.div_euclid(per_day), out),
            Self::Decimal { scale } => write_decimal(i128::from(value), scale, mark, out),
        }
    }

    fn write_bytes(self, bytes: &[u8], mark: char, out: &mut Vec<u8>) {
        match self {
            Self::Decimal { scale } => match big_endian(bytes) {
                Some(value) => write_decimal(value, scale, mark, out),
                None => out.push(b'?'),
            },
            _ => out.extend_from_slice(bytes),
        }
    }
}

/// One wanted column of the present row group.
struct Column {
    meaning: Meaning,
    /// Definition level of a value that is there.
    present_level: i16,
    reader: ColumnReader,
    levels: Vec<i16>,
    texts: Texts,
}

/// The texts of a chunk of a column.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn text(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }
}

impl Column {
    fn read(&mut self, rows: usize, mark: char) -> Result<(), ParquetError> {
        let Self { meaning, present_level, reader, levels, texts } = self;
        let (meaning, level) = (*meaning, *present_level);
        match reader {
            ColumnReader::BoolColumnReader(reader) => {
                chunk(reader, rows, level, levels, texts, |value, out| write_text(out, value))
            }
            ColumnReader::Int32ColumnReader(reader) => chunk(reader, rows, level, levels, texts, |value, out| {
                meaning.write_integer(i64::from(*value), u64::from(*value as u32), mark, out);
            }),
            ColumnReader::Int64ColumnReader(reader) => chunk(reader, rows, level, levels, texts, |value, out| {
                meaning.write_integer(*value, *value as u64, mark, out);
            }),
            ColumnReader::Int96ColumnReader(reader) => chunk(reader, rows, level, levels, texts, |value, out| {
                write_day(value.to_millis().div_euclid(MILLIS_PER_DAY), out);
            }),
            ColumnReader::FloatColumnReader(reader) => {
                chunk(reader, rows, level, levels, texts, |value, out| write_number(*value, mark, out))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                chunk(reader, rows, level, levels, texts, |value, out| write_number(*value, mark, out))
            }
            ColumnReader::ByteArrayColumnReader(reader) => chunk(reader, rows, level, levels, texts, |value, out| {
                meaning.write_bytes(value.data(), mark, out);
            }),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                chunk(reader, rows, level, levels, texts, |value, out| meaning.write_bytes(value.data(), mark, out))
            }
        }
    }
}

/// Reads `rows` values as texts; a missing one is empty.
fn chunk<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    present_level: i16,
    levels: &mut Vec<i16>,
    texts: &mut Texts,
    write: impl Fn(&T::T, &mut Vec<u8>),
) -> Result<(), ParquetError> {
    levels.clear();
    texts.bytes.clear();
    texts.ends.clear();
    let mut values = Vec::with_capacity(rows);
    let mut read = 0;
    while read < rows {
        let (records, _, _) = reader.read_records(rows - read, Some(levels), None, &mut values)?;
        if records == 0 {
            return Err(ParquetError::EOF("a column has fewer values than its row group has rows".to_owned()));
        }
        read += records;
    }
    let mut values = values.iter();
    for index in 0..rows {
        // A required column has no levels.
        if levels.get(index).is_none_or(|level| *level == present_level)
            && let Some(value) = values.next()
        {
            write(value, &mut texts.bytes);
        }
        texts.ends.push(texts.bytes.len());
    }
    Ok(())
}

fn write_text(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    // Writing to memory does not fail.
    let _ = write!(out, "{value}");
}

fn write_day(days: i64, out: &mut Vec<u8>) {
    match i32::try_from(days) {
        Ok(days) => write_text(out, Day::from_epoch_days(days)),
        Err(_) => write_text(out, days),
    }
}

/// The shortest text that gives the same number; nothing for one that is not finite.
fn write_number(value: impl std::fmt::Display + Into<f64> + Copy, mark: char, out: &mut Vec<u8>) {
    if value.into().is_finite() {
        let start = out.len();
        write_text(out, value);
        if mark != '.'
            && let Some(point) = out[start..].iter().position(|byte| *byte == b'.')
        {
            out[start + point] = mark as u8;
        }
    }
}

fn write_decimal(value: i128, scale: usize, mark: char, out: &mut Vec<u8>) {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    match scale {
        0 => write_text(out, format_args!("{sign}{whole}")),
        _ => write_text(out, format_args!("{sign}{whole}{mark}{fraction}")),
    }
}

/// Two's complement, big-endian, up to 16 bytes.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first()? & 0x80 == 0 { 0 } else { -1 };
    (bytes.len() <= 16).then(|| bytes.iter().fold(sign, |sum, byte| sum << 8 | i128::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn typed_values_become_the_texts_of_files() {
        let decimal = Meaning::Decimal { scale: 2 };
        for (written, expected) in [
            (text(|out| write_number(2.5, ',', out)), "2,5"),
            (text(|out| write_number(f64::NAN, '.', out)), ""),
            (text(|out| write_number(1e20, '.', out)), "100000000000000000000"),
            (text(|out| write_decimal(-5, 2, '.', out)), "-0.05"),
            (text(|out| write_decimal(12_345, 2, ',', out)), "123,45"),
            (text(|out| write_decimal(7, 0, '.', out)), "7"),
            (text(|out| decimal.write_bytes(&[0xff, 0x85], '.', out)), "-1.23"),
            (text(|out| Meaning::Date.write_integer(18_628, 0, '.', out)), "2021-01-01"),
            (text(|out| Meaning::Timestamp { per_day: 86_400 }.write_integer(-1, 0, '.', out)), "1969-12-31"),
            (text(|out| Meaning::Unsigned.write_integer(-1, 4_294_967_295, '.', out)), "4294967295"),
        ] {
            assert_eq!(written, expected);
        }
    }
}
