//! Several days, one draw each, in which later days remember what earlier ones decided.

use super::candidate::{Candidate, Previous, Relation};
use super::chance::Secret;
use super::checked::CheckedPolicy;
use super::outcome::{Draw, Row};
use super::{SelectError, select};
use domain::{ControlKind, Day, SelectedBy};
use std::collections::BTreeMap;

/// What earlier draws decided, by declaration and by consignment.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    declarations: BTreeMap<Box<str>, (ControlKind, SelectedBy)>,
    consignments: BTreeMap<(Box<str>, Box<str>), (ControlKind, SelectedBy)>,
}

impl Earlier {
    /// Notes that a declaration was selected. A consignment is bound only by what was drawn or ranked: a mandatory
    /// control concerns the declaration that the law names.
    pub fn note(
        &mut self,
        id: &str,
        office: &str,
        consignment: Option<&str>,
        control: ControlKind,
        selected_by: SelectedBy,
    ) {
        let heavier = |entry: &mut (ControlKind, SelectedBy)| {
            if control > entry.0 {
                *entry = (control, selected_by);
            }
        };
        let decided = (control, selected_by);
        self.declarations.entry(id.into()).and_modify(heavier).or_insert(decided);
        if let Some(name) = consignment.filter(|_| selected_by != SelectedBy::Mandatory) {
            self.consignments.entry((office.into(), name.into())).and_modify(heavier).or_insert(decided);
        }
    }

    /// What binds a candidate: the heaviest of what was decided of an earlier version and of its consignment.
    pub fn of(&self, candidate: &Candidate) -> Option<Previous> {
        let previous = |relation| {
            move |&(control, selected_by): &(ControlKind, SelectedBy)| Previous { control, selected_by, relation }
        };
        let version = self.declarations.get(&candidate.id).map(previous(Relation::Amendment));
        let sibling = candidate.consignment.as_deref().and_then(|name| {
            self.consignments.get(&(candidate.office().into(), name.into())).map(previous(Relation::Consignment))
        });
        match (version, sibling) {
            (Some(version), Some(sibling)) if sibling.control > version.control => Some(sibling),
            (version, sibling) => version.or(sibling),
        }
    }

    fn note_draw(&mut self, candidates: &[Candidate], rows: &[Row]) {
        for row in rows {
            let candidate = &candidates[row.candidate];
            if let Some(control) = row.control {
                let consignment = candidate.consignment.as_deref();
                self.note(&candidate.id, candidate.office(), consignment, control, row.selected_by);
            }
        }
    }
}

/// Selects day by day. [`Row::candidate`] of each draw is the place in `candidates`.
///
/// # Errors
/// As [`select`].
pub fn select_days(
    candidates: &[Candidate],
    policy: &CheckedPolicy,
    secret: &Secret,
    earlier: &mut Earlier,
) -> Result<Vec<Draw>, SelectError> {
    let mut days: BTreeMap<Day, Vec<usize>> = BTreeMap::new();
    for (place, candidate) in candidates.iter().enumerate() {
        days.entry(candidate.day).or_default().push(place);
    }
    let mut draws = Vec::with_capacity(days.len());
    for places in days.into_values() {
        let of_day: Vec<Candidate> = places
            .iter()
            .map(|place| {
                let candidate = &candidates[*place];
                Candidate { previous: candidate.previous.or_else(|| earlier.of(candidate)), ..candidate.clone() }
            })
            .collect();
        let mut draw = select(&of_day, policy, secret)?;
        earlier.note_draw(&of_day, &draw.rows);
        draw.rows.iter_mut().for_each(|row| row.candidate = places[row.candidate]);
        draws.push(draw);
    }
    Ok(draws)
}
