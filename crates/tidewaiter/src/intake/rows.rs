//! Rows on their way through intake: the texts of the columns that are wanted, many rows in a few allocations.

use super::encoding::text;
use std::borrow::Cow;

/// Where a row stands, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Origin {
    /// Index of the file among those opened.
    pub(crate) file: u32,
    /// Line on which the row begins, from 1 (the header's); for Parquet, the number of the row.
    pub(crate) line: u64,
}

/// A row that can't be read as a row, whatever its values mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) origin: Origin,
    /// What stood there, shortened.
    pub(crate) value: String,
    pub(crate) reason: &'static str,
}

/// A number of rows of the same width. Fields are bytes: where they are no UTF-8 is settled only when they are read.
#[derive(Debug, Default)]
pub(crate) struct RowBatch {
    width: usize,
    /// The fields, one after the other; empty once they are found to be all UTF-8 and stand in `text`.
    bytes: Vec<u8>,
    text: Option<String>,
    /// End of each field in `bytes` or `text`, `width` for each row.
    ends: Vec<u32>,
    origins: Vec<Origin>,
    pub(crate) faults: Vec<Fault>,
}

/// A batch is passed on when it holds this many rows or bytes.
const BATCH_ROWS: usize = 4_096;
const BATCH_BYTES: usize = 1 << 20;

impl RowBatch {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    pub(crate) fn push<'a>(&mut self, origin: Origin, fields: impl Iterator<Item = &'a [u8]>) {
        for field in fields {
            self.bytes.extend_from_slice(field);
            self.ends.push(self.bytes.len() as u32);
        }
        self.origins.push(origin);
    }

    /// Looks once whether all fields are UTF-8, which is cheaper than doing so field by field. To be called when the
    /// batch is complete.
    pub(crate) fn seal(&mut self) {
        match String::from_utf8(std::mem::take(&mut self.bytes)) {
            Ok(text) => self.text = Some(text),
            Err(error) => self.bytes = error.into_bytes(),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.origins.len() >= BATCH_ROWS || self.bytes.len() >= BATCH_BYTES || self.faults.len() >= BATCH_ROWS
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.origins.is_empty() && self.faults.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.origins.len()
    }

    pub(crate) fn row(&self, index: usize) -> Row<'_> {
        let ends = &self.ends[index * self.width..(index + 1) * self.width];
        let start = if index * self.width == 0 { 0 } else { self.ends[index * self.width - 1] };
        let text = self.text.as_deref();
        Row { origin: self.origins[index], bytes: text.map_or(&self.bytes, str::as_bytes), text, start, ends }
    }

    /// Bytes that the batch occupies.
    pub(crate) fn size_bytes(&self) -> usize {
        self.bytes.len()
            + self.text.as_ref().map_or(0, String::len)
            + self.ends.len() * size_of::<u32>()
            + self.origins.len() * size_of::<Origin>()
    }
}

/// One row of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) origin: Origin,
    bytes: &'a [u8],
    text: Option<&'a str>,
    start: u32,
    ends: &'a [u32],
}

impl<'a> Row<'a> {
    fn range(&self, index: usize) -> std::ops::Range<usize> {
        let start = if index == 0 { self.start } else { self.ends[index - 1] };
        start as usize..self.ends[index] as usize
    }

    /// The bytes of a field.
    pub(crate) fn field(&self, index: usize) -> &'a [u8] {
        &self.bytes[self.range(index)]
    }

    /// A field as text; the flag says that it was no UTF-8.
    pub(crate) fn text(&self, index: usize) -> (Cow<'a, str>, bool) {
        // Stray bytes of two fields can be a character together, which has no place to be cut at.
        match self.text.and_then(|text| text.get(self.range(index))) {
            Some(text) => (Cow::Borrowed(text), false),
            None => text(self.field(index)),
        }
    }

    /// All fields, in order.
    pub(crate) fn fields(self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.ends.len()).map(move |index| self.field(index))
    }
}
