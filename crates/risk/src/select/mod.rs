//! Selection: which declarations are controlled, how, by whom, and with what probability they had to be.
//!
//! A pure function of three values: the [`Candidate`]s of a day, a [`CheckedPolicy`] and a [`Secret`]. The order of
//! work is what makes every stated probability exact; `docs/SELECTION.md` derives it:
//!
//! 1. Declarations of one consignment become one unit. What must be controlled anyway (mandatory controls, amended
//!    versions and late members of what an earlier draw picked) is set apart and its officer-time deducted.
//! 2. The **random floor** is reserved at its dearest possible outcome, a number that does not depend on the draw.
//! 3. Exploration gets its budget, again a number that does not depend on the draw.
//! 4. The **ranking** spends the rest. It never looks at the draws: given the declarations and how the rates of the day
//!    are rounded, it is certain. It is done for each of the few roundings there are, so that its probabilities are known.
//! 5. The floor is drawn among all units that are not set apart, and **exploration** among those the ranking left, each
//!    systematically, with starting points of their own made from the seed.
//!
//! ```
//! use domain::{ControlKind, Day};
//! use risk::select::{Candidate, CapacityRule, Limit, Policy, Scored, Secret, When, select};
//!
//! let capacity = CapacityRule {
//!     office: None,
//!     control: ControlKind::Physical,
//!     when: When::Always,
//!     limit: Limit::Count(10),
//! };
//! let policy = Policy { capacities: vec![capacity], ..Policy::default() }.check()?;
//! let day = Day::from_ymd(2026, 3, 2).expect("a date");
//! let candidates: Vec<_> = (0..100u8)
//!     .map(|number| Candidate {
//!         digest: [number; 32],
//!         score: Some(Scored::of(f64::from(number) / 200.0, 0.0)),
//!         ..Candidate::new(&format!("D{number}"), day)
//!     })
//!     .collect();
//! let draw = select(&candidates, &policy, &Secret::new(b"not yet published").expect("bytes"))?;
//! assert_eq!(draw.rows.len(), 100);
//! assert!(draw.rows.iter().all(|row| row.probability > 0.0), "everybody may be controlled");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod budget;
mod candidate;
mod chance;
mod checked;
mod days;
mod draws;
mod examiner;
mod outcome;
mod policy;
mod ranking;
mod roll;
mod rounding;
mod unit;

pub use candidate::{Candidate, Previous, Relation, Scored};
pub use chance::Secret;
pub use checked::{CheckedPolicy, PolicyError};
pub use days::{Earlier, select_days};
pub use outcome::{Draw, LaneUse, Row, Use};
pub use policy::{CapacityRule, Effort, Examiner, Exploration, LaneRule, Limit, Objective, Policy, RandomFloor, When};

/// Why a selection could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// Candidates of more than one day in one draw.
    #[error("declarations of {0} and {1} in one draw; give each day a draw of its own")]
    SeveralDays(domain::Day, domain::Day),
    /// A score that is no number.
    #[error(
        "the score of declaration {0} is not usable: give a probability from 0 to 1 and an expected revenue of 0 or more"
    )]
    Score(Box<str>),
}

/// Selects among the candidates of one day.
///
/// The result depends on nothing but the values given, not even on their order.
///
/// # Errors
/// Refuses candidates of several days, and scores that are no numbers.
pub fn select(candidates: &[Candidate], policy: &CheckedPolicy, secret: &Secret) -> Result<Draw, SelectError> {
    candidate::check(candidates)?;
    let Some(day) = candidates.first().map(|candidate| candidate.day) else { return Ok(Draw::default()) };
    let order = roll::order(candidates);
    let roll = roll::digest(candidates, &order);
    let seed = chance::Seed::new(secret, &roll);
    let units = unit::Units::of(candidates, &order, &seed);
    let mut budgets = budget::Budgets::new(&units, policy, day);
    let floor = draws::Floor::plan(&units, policy, &mut budgets);
    let exploration = draws::Budget::plan(&units, policy, &mut budgets);
    let ranking = ranking::rank(&units, candidates, policy);
    let outlook = rounding::Outlook::new(&ranking, &units, candidates, policy, &budgets);
    let explored = draws::explore(&units, candidates, policy, &outlook.at_most(), &exploration, &budgets);
    let score_chances = outlook.chances();
    let (picked, rooms) = outlook.realise(seed.start(&["rates"]));
    let lanes = outcome::lane_uses(policy, &units, &picked, &rooms);
    let drawn = outcome::Drawn {
        floor: draws::draw(&units, &floor.chances, &seed, "random"),
        exploration: draws::draw(&units, &explored, &seed, "exploration"),
        score_chances,
        floor_chances: floor.chances,
        exploration_chances: explored,
        blind: draws::blind(&ranking, &picked, policy, &seed),
        ranking,
        picked,
    };
    let mut rows = outcome::rows(candidates, &units, policy, &drawn);
    examiner::assign(&mut rows, &units, policy, &seed);
    let uses = outcome::uses(candidates, &units, policy, &rows, &budgets);
    let rows = outcome::sorted(candidates, &units, rows);
    Ok(Draw { day: Some(day), rows, uses, lanes, roll, seed_digest: seed.digest() })
}
