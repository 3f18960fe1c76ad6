//! Delimited text: what separates its fields, and its rows one after the other.
//!
//! Over `csv-core` and not `csv`, since a quote that is never closed would let `csv` read a whole file into one field. Where
//! a record turns out to have swallowed the lines after it, its first line is refused and reading goes on with the next.

use super::quote::{first_line, is_broken};
use super::rows::{Fault, Origin, RowBatch};
use csv_core::ReadRecordResult;
use std::io::Read;

/// A row longer than this is refused; over several lines, it comes of a quote that is never closed.
const MAX_ROW_BYTES: usize = 4 << 20;
const MAX_FIELDS: usize = 1 << 16;
const TOO_LONG: &str = "the row is longer than 4 MiB or has more than 65536 fields; close the quote that it opens";
const BROKEN: &str = "a quotation mark is opened in this row and not closed, so that it would have swallowed the rows after \
                      it, which are read by themselves; close it, or double it where it belongs to the text";
const RAGGED: &str = "the row has another number of fields than the header; quote fields that hold the delimiter";
/// Bytes of a value that are shown in messages.
const SHOWN_CHARS: usize = 60;

/// How fields are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
}

impl Dialect {
    /// The delimiter under which the sample's first rows agree best on a number of fields; where `columns` are wanted,
    /// the one that finds most of them in the header comes first.
    pub(crate) fn sniff(sample: &[u8], quote: u8, columns: &[String]) -> Self {
        let dialects = [b',', b';', b'\t', b'|'].map(|delimiter| Self { delimiter, quote });
        let rated = dialects.into_iter().map(|dialect| (dialect.rate(sample, columns), dialect));
        let best = rated.reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map_or(Self { delimiter: b',', quote }, |(_, dialect)| dialect)
    }

    /// Wanted columns found, then rows that have as many fields as the header, then fields of the header.
    fn rate(self, sample: &[u8], columns: &[String]) -> (usize, usize, usize) {
        let mut reader = CsvReader::new(Box::new(std::io::Cursor::new(sample.to_vec())), self);
        let Ok(Some(header)) = reader.header() else { return (0, 0, 0) };
        let found = columns.iter().filter(|column| header.contains(column)).count();
        if header.len() < 2 {
            return (found, 0, 0);
        }
        let mut agreeing = 0;
        for _ in 0..50 {
            match reader.next_row() {
                Ok(Taken::Row) if reader.fields().count() == header.len() => agreeing += 1,
                Ok(Taken::Row | Taken::TooLong | Taken::Broken { .. }) => {}
                _ => break,
            }
        }
        (found, agreeing, header.len())
    }
}

/// What reading a row gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Row,
    TooLong,
    /// A quote that swallowed what comes after it, and the last line that it did; the next row is the next line.
    Broken {
        last_line: u64,
    },
    End,
}

/// Rows of delimited text.
pub(crate) struct CsvReader {
    bytes: Box<dyn Read + Send>,
    core: csv_core::Reader,
    dialect: Dialect,
    /// Fields of the header; 0 until it is read.
    width: usize,
    input: Vec<u8>,
    used: usize,
    /// Where the row begins in `input`, and what of it stood before that.
    start: usize,
    before: Vec<u8>,
    row: Vec<u8>,
    row_bytes: usize,
    ends: Vec<usize>,
    row_ends: usize,
    line: u64,
}

impl CsvReader {
    pub(crate) fn new(bytes: Box<dyn Read + Send>, dialect: Dialect) -> Self {
        let core = csv_core::ReaderBuilder::new().delimiter(dialect.delimiter).quote(dialect.quote).build();
        Self {
            bytes,
            core,
            dialect,
            width: 0,
            input: Vec::new(),
            used: 0,
            start: 0,
            before: Vec::new(),
            row: vec![0; 1 << 12],
            row_bytes: 0,
            ends: vec![0; 64],
            row_ends: 0,
            line: 1,
        }
    }

    /// The names of the columns, trimmed; `None` where there is no line at all.
    pub(crate) fn header(&mut self) -> std::io::Result<Option<Vec<String>>> {
        if self.next_row()? != Taken::Row {
            return Ok(None);
        }
        self.width = self.row_ends;
        Ok(Some(self.fields().map(|field| super::encoding::text(field).0.trim().to_owned()).collect()))
    }

    /// Adds rows to `batch` until it is full, with the columns at `positions` in their order; `false` at the end. Rows
    /// whose number of fields is not `width` become faults, unless they only have empty fields more.
    pub(crate) fn fill(
        &mut self,
        batch: &mut RowBatch,
        file: u32,
        width: usize,
        positions: &[usize],
    ) -> std::io::Result<bool> {
        while !batch.is_full() {
            let read = self.next_row()?;
            let origin = Origin { file, line: self.line };
            match read {
                Taken::End => return Ok(false),
                Taken::Broken { last_line } => {
                    let row = shown(self.row[..self.row_bytes].trim_ascii_end());
                    let value = format!("lines {} to {last_line}: {row}", self.line);
                    batch.faults.push(Fault { origin, value, reason: BROKEN });
                }
                Taken::TooLong => {
                    let first_line = self.row.split(|byte| *byte == b'\n').next().unwrap_or_default();
                    batch.faults.push(Fault { origin, value: shown(first_line), reason: TOO_LONG });
                }
                Taken::Row if self.has_width(width) => {
                    let fields = positions.iter().map(|position| self.field(*position));
                    batch.push(origin, fields);
                }
                Taken::Row => batch.faults.push(Fault { origin, value: self.ragged(width), reason: RAGGED }),
            }
        }
        Ok(true)
    }

    fn has_width(&self, width: usize) -> bool {
        self.row_ends >= width && self.fields().skip(width).all(<[u8]>::is_empty)
    }

    fn ragged(&self, width: usize) -> String {
        let first = shown(self.fields().next().unwrap_or_default());
        format!("{} fields, not {width}: {first}", self.row_ends)
    }

    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.row_ends).map(|index| self.field(index))
    }

    fn field(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.row[start..self.ends[index]]
    }

    fn next_row(&mut self) -> std::io::Result<Taken> {
        (self.row_bytes, self.row_ends) = (0, 0);
        self.before.clear();
        self.start = self.used;
        let mut too_long = false;
        let mut begun = false;
        loop {
            if self.used == self.input.len() {
                self.refill()?;
            }
            if !begun {
                self.skip_line_ends();
                begun = self.used < self.input.len() || self.input.is_empty();
                self.line = self.core.line();
                self.start = self.used;
                if !begun {
                    continue;
                }
            }
            let (result, read, written, ended) = self.core.read_record(
                &self.input[self.used..],
                &mut self.row[self.row_bytes..],
                &mut self.ends[self.row_ends..],
            );
            self.used += read;
            self.row_bytes += written;
            self.row_ends += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.row.len() >= MAX_ROW_BYTES && !too_long && self.has_lines() => {
                    return Ok(self.give_back());
                }
                ReadRecordResult::OutputFull if self.row.len() >= MAX_ROW_BYTES => {
                    // The rest of the row is read over its own beginning.
                    too_long = true;
                    self.row_bytes = 4 * SHOWN_CHARS;
                }
                ReadRecordResult::OutputEndsFull if too_long || self.ends.len() >= MAX_FIELDS => {
                    too_long = true;
                    self.row_ends = 0;
                }
                ReadRecordResult::OutputFull => self.row.resize(self.row.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record if too_long => return Ok(Taken::TooLong),
                ReadRecordResult::Record if self.is_broken() => return Ok(self.give_back()),
                ReadRecordResult::Record => return Ok(Taken::Row),
                ReadRecordResult::End => return Ok(Taken::End),
            }
        }
    }

    /// Whether the row as read so far runs over several lines.
    fn has_lines(&self) -> bool {
        let row = &self.row[..self.row_bytes];
        row.contains(&b'\n') || row.contains(&b'\r')
    }

    fn is_broken(&self) -> bool {
        let at_end = self.input.is_empty();
        if self.width == 0 || !(at_end || self.has_lines()) {
            return false;
        }
        let raw = [&self.before, &self.input[self.start..self.used]].concat();
        is_broken(&raw, self.dialect, self.width, at_end)
    }

    /// Gives back all of the row but its first line, which stays as the row.
    fn give_back(&mut self) -> Taken {
        let mut raw = std::mem::take(&mut self.before);
        raw.extend_from_slice(&self.input[self.start..self.used]);
        let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        let last_line = self.line + lines(raw.trim_ascii_end());
        let rest = raw.split_off(first_line(&raw));
        self.input = [&rest, &self.input[self.used..]].concat();
        self.used = 0;
        self.core.reset();
        self.core.set_line(self.line + lines(&raw));
        self.row_bytes = raw.len();
        self.row.resize(self.row.len().max(raw.len()), 0);
        self.row[..raw.len()].copy_from_slice(&raw);
        Taken::Broken { last_line }
    }

    /// Passes empty lines between rows, so that a row's line is the one on which it begins.
    fn skip_line_ends(&mut self) {
        let rest = &self.input[self.used..];
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if blank > 0 {
            // With nothing but line ends before it, the parser only counts lines and gives no row.
            let (_, read, _, _) = self.core.read_record(&rest[..blank], &mut self.row[..], &mut self.ends[..]);
            self.used += read;
        }
    }

    fn refill(&mut self) -> std::io::Result<()> {
        if self.before.len() <= 4 * MAX_ROW_BYTES {
            self.before.extend_from_slice(&self.input[self.start..]);
        }
        self.input.resize(1 << 16, 0);
        (self.used, self.start) = (0, 0);
        let count = loop {
            match self.bytes.read(&mut self.input) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.input.truncate(count);
        Ok(())
    }
}

/// The beginning of a value, for messages.
pub(crate) fn shown(field: &[u8]) -> String {
    let (text, _) = super::encoding::text(&field[..field.len().min(4 * SHOWN_CHARS)]);
    let cut: String = text.chars().take(SHOWN_CHARS).collect();
    if cut.len() < field.len() { format!("{cut}…") } else { cut }
}
