//! Dirty data, at a low rate: what spreadsheets, hurried clerks and old systems do to a file.

use crate::rng::Rng;
use crate::table::{Column, Row};
use domain::Day;

/// Spoils some cells of a row and says whether the row shall stand twice. `level` multiplies all rates. The numbers
/// of draws don't depend on the outcome, so that the level of dirt changes nothing else.
pub(crate) fn spoil(level: f64, row: &mut Row, day: Day, rng: &mut Rng) -> bool {
    let mut hit = |rate: f64| rng.unit() < rate * level;
    if hit(0.04) && row.cell(Column::HsCode).starts_with('0') {
        row.cell(Column::HsCode).remove(0);
    }
    if hit(0.0015) {
        row.cell(Column::HsCode).push_str(".0");
    }
    if hit(0.004) {
        row.cell(Column::NetMass).clear();
    }
    if hit(0.0004) {
        row.cell(Column::NetMass).insert(0, '-');
    }
    if hit(0.0012) {
        let gross = row.cell(Column::GrossMass).clone();
        let net = std::mem::replace(row.cell(Column::NetMass), gross);
        *row.cell(Column::GrossMass) = net;
    }
    if hit(0.002) {
        *row.cell(Column::Origin) = "QQ".into();
    }
    if hit(0.002) {
        row.cell(Column::Description).clear();
    }
    if hit(0.0015) {
        let unit = row.cell(Column::Unit);
        *unit = if unit == "KGM" { "NAR".into() } else { "KGM".into() };
    }
    if hit(0.0008) {
        row.cell(Column::Consignor).clear();
    }
    if hit(0.0004) {
        *row.cell(Column::Accepted) = "31/02/2024".into();
    }
    if hit(0.003) && !row.cell(Column::FindingDate).is_empty() {
        *row.cell(Column::FindingDate) = day.plus(-1).to_string();
    }
    hit(0.0003)
}
