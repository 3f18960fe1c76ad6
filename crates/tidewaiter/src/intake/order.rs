//! The order of rows: by date, and as they stand in the files within a date.
//!
//! Most files are in order already. A first pass that reads nothing but dates finds out; only where it fails are the
//! rows sorted, in memory as long as they fit into one run, else in temporary files that are merged.

use super::error::IntakeError;
use super::plan::Plan;
use super::rows::{Origin, Row, RowBatch};
use domain::{Conventions, Day};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};

/// Bytes of rows that are sorted in memory at a time.
const RUN_BYTES: usize = 64 << 20;

/// The days of rows. Neighbouring rows mostly have the same date, which is then read once.
pub(crate) struct Days<'a> {
    plan: &'a Plan,
    conventions: &'a Conventions,
    last: Option<(Vec<u8>, Option<Day>)>,
}

impl<'a> Days<'a> {
    pub(crate) fn new(plan: &'a Plan, conventions: &'a Conventions) -> Self {
        Self { plan, conventions, last: None }
    }

    /// The day of a row that has the date in field `position`; `None` where it can't be read.
    pub(crate) fn day(&mut self, row: Row<'_>, position: usize) -> Option<Day> {
        let field = row.field(position);
        if let Some((text, day)) = &self.last
            && text == field
        {
            return *day;
        }
        let day = self.plan.day_of(&row.text(position).0, self.conventions);
        self.last = Some((field.to_vec(), day));
        day
    }
}

/// Place of a row in the order: its day and its number among all rows. Rows without a readable date come first, so
/// that they are refused and hold nothing up.
type Key = (i32, u64);

/// Sorts rows that come in batches.
pub(crate) struct Sorter<'a> {
    run_bytes: usize,
    width: usize,
    position: usize,
    days: Days<'a>,
    held: Vec<RowBatch>,
    /// Key of each held row, with its batch and its place in it.
    keys: Vec<(Key, u32, u32)>,
    held_bytes: usize,
    rows: u64,
    runs: Vec<File>,
}

impl<'a> Sorter<'a> {
    pub(crate) fn new(plan: &'a Plan, conventions: &'a Conventions, position: usize) -> Self {
        Self::with_runs_of(RUN_BYTES, plan, conventions, position)
    }

    fn with_runs_of(run_bytes: usize, plan: &'a Plan, conventions: &'a Conventions, position: usize) -> Self {
        Self {
            run_bytes,
            width: plan.width(),
            position,
            days: Days::new(plan, conventions),
            held: Vec::new(),
            keys: Vec::new(),
            held_bytes: 0,
            rows: 0,
            runs: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, batch: RowBatch) -> Result<(), IntakeError> {
        for index in 0..batch.len() {
            let day = self.days.day(batch.row(index), self.position);
            let key = (day.map_or(i32::MIN, Day::epoch_days), self.rows);
            self.keys.push((key, self.held.len() as u32, index as u32));
            self.rows += 1;
        }
        self.held_bytes += batch.size_bytes() + batch.len() * size_of::<(Key, u32, u32)>();
        self.held.push(batch);
        if self.held_bytes >= self.run_bytes {
            self.spill().map_err(IntakeError::Sort)?;
        }
        Ok(())
    }

    /// Gives out all rows in order; `send` says whether to go on.
    pub(crate) fn finish(mut self, mut send: impl FnMut(RowBatch) -> bool) -> Result<(), IntakeError> {
        if self.runs.is_empty() {
            self.keys.sort_unstable();
            let mut out = RowBatch::new(self.width);
            for (_, batch, index) in &self.keys {
                let row = self.held[*batch as usize].row(*index as usize);
                out.push(row.origin, row.fields());
                if out.is_full() && !send(std::mem::replace(&mut out, RowBatch::new(self.width))) {
                    return Ok(());
                }
            }
            send(out);
            return Ok(());
        }
        self.spill().map_err(IntakeError::Sort)?;
        (self.held, self.keys) = (Vec::new(), Vec::new());
        merge(self.runs, self.width, send).map_err(IntakeError::Sort)
    }

    fn spill(&mut self) -> std::io::Result<()> {
        self.keys.sort_unstable();
        let mut writer = BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
        for (key, batch, index) in &self.keys {
            write_row(&mut writer, *key, self.held[*batch as usize].row(*index as usize))?;
        }
        let mut file = writer.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        self.held.clear();
        self.keys.clear();
        self.held_bytes = 0;
        Ok(())
    }
}

/// A row in a run: day, number, file, line, the end of each field, the fields; all little-endian.
fn write_row(writer: &mut impl Write, key: Key, row: Row<'_>) -> std::io::Result<()> {
    writer.write_all(&key.0.to_le_bytes())?;
    writer.write_all(&key.1.to_le_bytes())?;
    writer.write_all(&row.origin.file.to_le_bytes())?;
    writer.write_all(&row.origin.line.to_le_bytes())?;
    let mut end = 0u32;
    for field in row.fields() {
        end += field.len() as u32;
        writer.write_all(&end.to_le_bytes())?;
    }
    row.fields().try_for_each(|field| writer.write_all(field))
}

/// A run that is read back, with the row that comes next.
struct Run {
    reader: BufReader<File>,
    key: Key,
    origin: Origin,
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Run {
    fn new(file: File, width: usize) -> Self {
        let reader = BufReader::with_capacity(1 << 16, file);
        Self { reader, key: (0, 0), origin: Origin::default(), ends: vec![0; width], bytes: Vec::new() }
    }

    /// Reads the next row; `false` at the end of the run.
    fn advance(&mut self) -> std::io::Result<bool> {
        let mut day = [0; 4];
        if let Err(error) = self.reader.read_exact(&mut day) {
            return if error.kind() == std::io::ErrorKind::UnexpectedEof { Ok(false) } else { Err(error) };
        }
        self.key = (i32::from_le_bytes(day), self.u64()?);
        self.origin = Origin { file: self.u32()?, line: self.u64()? };
        for index in 0..self.ends.len() {
            self.ends[index] = self.u32()?;
        }
        self.bytes.resize(self.ends.last().map_or(0, |end| *end as usize), 0);
        self.reader.read_exact(&mut self.bytes)?;
        Ok(true)
    }

    fn u32(&mut self) -> std::io::Result<u32> {
        let mut bytes = [0; 4];
        self.reader.read_exact(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn u64(&mut self) -> std::io::Result<u64> {
        let mut bytes = [0; 8];
        self.reader.read_exact(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[start as usize..*end as usize])
    }
}

fn merge(files: Vec<File>, width: usize, mut send: impl FnMut(RowBatch) -> bool) -> std::io::Result<()> {
    let mut runs: Vec<Run> = files.into_iter().map(|file| Run::new(file, width)).collect();
    let mut next = BinaryHeap::new();
    for (index, run) in runs.iter_mut().enumerate() {
        if run.advance()? {
            next.push(Reverse((run.key, index)));
        }
    }
    let mut out = RowBatch::new(width);
    while let Some(Reverse((_, index))) = next.pop() {
        let run = &mut runs[index];
        out.push(run.origin, run.fields());
        if run.advance()? {
            next.push(Reverse((run.key, index)));
        }
        if out.is_full() && !send(std::mem::replace(&mut out, RowBatch::new(width))) {
            return Ok(());
        }
    }
    send(out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Schema;
    use proptest::prelude::*;

    /// Rows as they come out: the number of the day within the month, and the line.
    fn sorted(days: &[u8], run_bytes: usize) -> Vec<(String, u64)> {
        let schema = Schema::parse("[roles]\ndeclaration_id = \"id\"\ndate = \"date\"", "test").unwrap();
        let plan = Plan::new(&schema, true);
        let conventions = schema.conventions(Day::from_epoch_days(30_000));
        let position = plan.date_position().unwrap();
        let mut sorter = Sorter::with_runs_of(run_bytes, &plan, &conventions, position);
        for (chunk, days) in days.chunks(7).enumerate() {
            let mut batch = RowBatch::new(2);
            for (index, day) in days.iter().enumerate() {
                let line = (chunk * 7 + index) as u64;
                let date = if *day == 0 { "never".to_owned() } else { format!("2021-03-{day:02}") };
                batch.push(Origin { file: 0, line }, [format!("D{line}").as_bytes(), date.as_bytes()].into_iter());
            }
            sorter.add(batch).unwrap();
        }
        let mut out = Vec::new();
        let collect = |batch: RowBatch| {
            for index in 0..batch.len() {
                let row = batch.row(index);
                assert_eq!(row.field(0), format!("D{}", row.origin.line).as_bytes());
                out.push((row.text(1).0.into_owned(), row.origin.line));
            }
            true
        };
        sorter.finish(collect).unwrap();
        out
    }

    proptest! {
        #[test]
        fn rows_come_by_day_and_then_as_they_stood(days in prop::collection::vec(0u8..5, 0..80)) {
            let in_memory = sorted(&days, usize::MAX);
            let on_disk = sorted(&days, 300);
            prop_assert_eq!(&in_memory, &on_disk);
            prop_assert_eq!(in_memory.len(), days.len());
            let key = |row: &(String, u64)| (days[row.1 as usize], row.1);
            prop_assert!(in_memory.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
        }
    }
}
