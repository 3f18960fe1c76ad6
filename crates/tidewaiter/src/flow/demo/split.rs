//! Cutting the simulated declarations by date: what is past, the quarter that followed, and the last day.

use super::super::Error;
use super::super::write::NewFile;
use super::DemoError;
use super::folder::{DECLARATIONS, Folder, PAST, QUARTER, TODAY};
use crate::intake::{Schema, Source};
use csv::ByteRecord;
use domain::{Day, Role};
use std::path::Path;

/// The days at which the data were cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first day of the past.
    pub first: Day,
    /// The first day of the last quarter.
    pub quarter: Day,
    /// The last day, which is scored and selected from.
    pub last: Day,
}

impl Days {
    /// Three calendar months up to and with that of the last day are the quarter.
    fn new(first: Day, last: Day) -> Self {
        let (year, month, _) = last.ymd();
        let (year, month) = if month > 2 { (year, month - 2) } else { (year - 1, month + 10) };
        Self { first, quarter: Day::from_ymd(year, month, 1).unwrap_or(last), last }
    }
}

/// Writes `past.csv`, `quarter.csv` and `today.csv`. The last holds no column that tells what was decided or found.
pub(super) fn split(folder: &Folder, schema: &Schema) -> Result<Days, DemoError> {
    let path = folder.path(DECLARATIONS);
    let mut reader = reader(&path)?;
    let header = reader.byte_headers().map_err(Error::table(&path))?.clone();
    let days = days(&path, &header, schema)?;
    let place = date_column(&path, &header, schema)?;
    let declared: Vec<usize> = (0..header.len()).filter(|column| !is_outcome(&header[*column], schema)).collect();
    let mut past = Table::new(folder.path(PAST), &header)?;
    let mut quarter = Table::new(folder.path(QUARTER), &header)?;
    let mut today = Table::new(folder.path(TODAY), &pick(&header, &declared))?;
    let mut row = ByteRecord::new();
    while reader.read_byte_record(&mut row).map_err(Error::table(&path))? {
        match day_of(&path, &row, place)? {
            day if day < days.quarter => past.write(&row)?,
            day if day < days.last => quarter.write(&row)?,
            _ => today.write(&pick(&row, &declared))?,
        }
    }
    for table in [past, quarter, today] {
        table.finish()?;
    }
    Ok(days)
}

fn reader(path: &Path) -> Result<csv::Reader<std::fs::File>, Error> {
    csv::Reader::from_path(path).map_err(Error::table(path))
}

fn days(path: &Path, header: &ByteRecord, schema: &Schema) -> Result<Days, DemoError> {
    let place = date_column(path, header, schema)?;
    let mut reader = reader(path)?;
    let mut row = ByteRecord::new();
    let mut range: Option<(Day, Day)> = None;
    while reader.read_byte_record(&mut row).map_err(Error::table(path))? {
        let day = day_of(path, &row, place)?;
        range = Some(range.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
    }
    let (first, last) = range.ok_or_else(|| wrong(path, "it holds no declarations"))?;
    Ok(Days::new(first, last))
}

fn day_of(path: &Path, row: &ByteRecord, place: usize) -> Result<Day, DemoError> {
    let text = String::from_utf8_lossy(&row[place]);
    Day::parse(&text, &["%Y-%m-%d"]).ok_or_else(|| wrong(path, &format!("`{text}` is no day")))
}

fn date_column(path: &Path, header: &ByteRecord, schema: &Schema) -> Result<usize, DemoError> {
    let place = match schema.roles().get(&Role::Date) {
        Some(Source::Column(name)) => header.iter().position(|column| column == name.as_bytes()),
        _ => None,
    };
    place.ok_or_else(|| wrong(path, "it has no column of lodgement dates"))
}

fn is_outcome(column: &[u8], schema: &Schema) -> bool {
    schema
        .roles()
        .iter()
        .any(|(role, source)| role.is_outcome() && matches!(source, Source::Column(name) if name.as_bytes() == column))
}

fn pick(row: &ByteRecord, columns: &[usize]) -> ByteRecord {
    columns.iter().map(|column| &row[*column]).collect()
}

fn wrong(path: &Path, problem: &str) -> DemoError {
    DemoError::World { path: path.to_owned(), problem: problem.to_owned() }
}

/// A table that takes its name when it is complete.
struct Table {
    out: csv::Writer<NewFile>,
    path: std::path::PathBuf,
}

impl Table {
    fn new(path: std::path::PathBuf, header: &ByteRecord) -> Result<Self, Error> {
        let mut table = Self { out: csv::Writer::from_writer(NewFile::create(&path)?), path };
        table.write(header)?;
        Ok(table)
    }

    fn write(&mut self, row: &ByteRecord) -> Result<(), Error> {
        self.out.write_byte_record(row).map_err(Error::table(&self.path))
    }

    fn finish(self) -> Result<(), Error> {
        let Self { out, path } = self;
        out.into_inner().map_err(|error| Error::file(&path)(error.into_error()))?.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_quarter_is_three_calendar_months() {
        for (last, quarter) in
            [((2025, 12, 31), (2025, 10, 1)), ((2026, 2, 3), (2025, 12, 1)), ((2026, 3, 1), (2026, 1, 1))]
        {
            let day = |(year, month, day)| Day::from_ymd(year, month, day).unwrap();
            assert_eq!(Days::new(day((2024, 1, 1)), day(last)).quarter, day(quarter));
        }
    }
}
