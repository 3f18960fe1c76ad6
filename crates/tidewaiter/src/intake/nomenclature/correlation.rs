//! Tables of correlation between editions of the Harmonized System.

use super::table::{Table, field};
use super::{NomenclatureError, ReadFile};
use hsearch::{Correlation, Hs6};
use std::path::Path;

/// Reads a correlation: columns `from` and `to`; or two columns whose heads name editions by their years, as `HS 2017` and `HS 2022`
/// or `From HS2022` and `To HS2017`: the later year is the newer edition, whichever way the table leads. Of a workbook, the sheets of
/// correlations count, else all sheets.
///
/// # Errors
/// [`NomenclatureError`] for a file that has no such columns or lines.
pub fn correlation(path: &Path) -> Result<ReadFile<Correlation>, NomenclatureError> {
    let tables = Table::read_all(path)?;
    let of_correlations = |table: &&Table| table.sheet.to_lowercase().contains("correlation");
    let narrow: Vec<&Table> = tables.iter().filter(of_correlations).collect();
    let chosen: Vec<&Table> = if narrow.is_empty() { tables.iter().collect() } else { narrow };
    let (mut content, mut skipped, mut are_some) = (Correlation::default(), 0, false);
    for table in &chosen {
        let Some((older, newer)) = editions(table) else { continue };
        are_some = true;
        for line in &table.lines {
            match (code(field(line, Some(older))), code(field(line, Some(newer)))) {
                (Some(older), Some(newer)) => content.add(older, newer),
                _ => skipped += 1,
            }
        }
    }
    match chosen.first() {
        Some(table) if !are_some => Err(table.unknown("correlation of editions")),
        Some(table) if content.is_empty() => Err(table.empty()),
        _ => Ok(ReadFile { content, skipped }),
    }
}

/// The columns of the older and of the newer edition.
fn editions(table: &Table) -> Option<(usize, usize)> {
    if let (Some(from), Some(to)) = (table.column(&["from"]), table.column(&["to"])) {
        return Some((from, to));
    }
    let dated = table.header().iter().enumerate();
    let mut dated: Vec<(u32, usize)> = dated.filter_map(|(place, head)| Some((year(head)?, place))).collect();
    dated.sort_unstable();
    dated.dedup_by_key(|(year, _)| *year);
    match dated[..] {
        [(_, older), (_, newer)] => Some((older, newer)),
        _ => None,
    }
}

/// The year that a head names, from 1988 on, when the Harmonized System began.
fn year(head: &str) -> Option<u32> {
    let digits: Vec<&str> = head.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4).collect();
    digits.iter().filter_map(|digits| digits.parse().ok()).find(|year| (1988..2100).contains(year))
}

/// A code of a correlation; `ex` says that only a part of it is meant.
fn code(text: &str) -> Option<Hs6> {
    let lower = text.trim().to_lowercase();
    Hs6::parse(lower.strip_prefix("ex").unwrap_or(&lower).trim_matches(['.', ' ', '*']))
}
