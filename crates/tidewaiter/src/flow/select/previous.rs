//! Earlier selections.

use super::{Error, SelectionError};
use domain::{ControlKind, SelectedBy};
use risk::select::Earlier;
use std::path::PathBuf;

/// What some selection files decided, all together.
pub(super) fn read(paths: &[PathBuf]) -> Result<Earlier, SelectionError> {
    let mut earlier = Earlier::default();
    for path in paths {
        let mut reader = csv::Reader::from_path(path).map_err(Error::table(path))?;
        let head = reader.headers().map_err(Error::table(path))?.clone();
        let place = |column: &'static str| {
            let missing = || SelectionError::Column { path: path.clone(), column, command: "select" };
            head.iter().position(|name| name == column).ok_or_else(missing)
        };
        let [id, office, consignment] = [place("id")?, place("office")?, place("consignment")?];
        let [control, selected_by] = [place("control")?, place("selected_by")?];
        for record in reader.records() {
            let record = record.map_err(Error::table(path))?;
            let consignment = Some(&record[consignment]).filter(|name| !name.is_empty());
            let by = SelectedBy::parse(&record[selected_by]).unwrap_or(SelectedBy::None);
            if let Some(control) = ControlKind::parse(&record[control]) {
                earlier.note(&record[id], &record[office], consignment, control, by);
            }
        }
    }
    Ok(earlier)
}
