//! Who examines, drawn as well.

use super::chance::Seed;
use super::checked::CheckedPolicy;
use super::outcome::Row;
use super::policy::Examiner;
use super::unit::Units;

/// Gives each unit that is controlled to one officer of its office. Units come in an order made by chance; among the
/// officers who are trained for the control and have time for all of it, chance picks one in proportion to the time they
/// have left. Units for which nobody has time stay without an officer.
pub(super) fn assign(rows: &mut [Vec<Row>], units: &Units, policy: &CheckedPolicy, seed: &Seed) {
    let examiners = &policy.policy().examiners;
    if examiners.is_empty() {
        return;
    }
    let mut left: Vec<u64> = examiners.iter().map(|examiner| examiner.minutes).collect();
    let mut order: Vec<(u64, usize)> = Vec::new();
    for (index, (unit, rows)) in units.all.iter().zip(rows.iter()).enumerate() {
        if rows.iter().any(|row| row.control.is_some()) {
            order.push((seed.number(&["examiner", &units.offices[unit.office], &unit.key]), index));
        }
    }
    order.sort_unstable_by(|a, b| (a.0, &units.all[a.1].key).cmp(&(b.0, &units.all[b.1].key)));
    for (number, index) in order {
        let office = &*units.offices[units.all[index].office];
        let minutes = rows[index].iter().map(|row| row.minutes).sum();
        let fits = |examiner: &Examiner| {
            let control = rows[index][0].control;
            examiner.office.as_deref().is_none_or(|name| name == office)
                && control.is_some_and(|control| examiner.controls.contains(&control))
        };
        if let Some(place) = pick(examiners, &left, fits, minutes, number) {
            left[place] -= minutes;
            rows[index].iter_mut().for_each(|row| row.examiner = Some(examiners[place].name.as_str().into()));
        }
    }
}

/// The examiner on whose stretch the number falls, when the minutes left of all who fit are laid end to end.
fn pick(
    examiners: &[Examiner],
    left: &[u64],
    fits: impl Fn(&Examiner) -> bool,
    minutes: u64,
    number: u64,
) -> Option<usize> {
    let free = || (0..left.len()).filter(|place| left[*place] >= minutes.max(1) && fits(&examiners[*place]));
    let total: u64 = free().map(|place| left[place]).sum();
    let mut point = ((u128::from(number) * u128::from(total)) >> 64) as u64;
    free().find(|place| {
        let here = point < left[*place];
        point = point.saturating_sub(left[*place]);
        here
    })
}
