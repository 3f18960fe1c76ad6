//! What holds for every day and every secret.

use super::{capacities, digest, monday, secret};
use domain::{ControlKind, MandatoryControl, SelectedBy};
use proptest::prelude::*;
use risk::select::{Candidate, CheckedPolicy, Draw, Limit, Policy, Previous, RandomFloor, Relation, Scored, select};
use std::collections::BTreeMap;

fn control() -> impl Strategy<Value = ControlKind> {
    prop::sample::select(ControlKind::ALL.to_vec())
}

fn candidate() -> impl Strategy<Value = Candidate> {
    let who = (0..3u8, 0..6u8, prop::option::weighted(0.4, 0..8u8), prop::option::weighted(0.2, 0..2u8));
    let score = (0.0..1.0f64, 0.0..1e6f64, prop::option::of(0.0..1.0f64));
    let bound = (prop::option::weighted(0.1, control()), prop::option::weighted(0.1, control()));
    (who, prop::option::weighted(0.9, score), bound, 1..20u32).prop_map(|(who, score, bound, items)| Candidate {
        office: Some(format!("O{}", who.0).into()),
        importer: Some(format!("I{}", who.1).into()),
        consignment: who.2.map(|number| format!("T{number}").into()),
        aeo: who.3.map(|number| ["AEOC", "AEOF"][usize::from(number)].into()),
        score: score.map(|(probability, revenue, novelty)| Scored { novelty, ..Scored::of(probability, revenue) }),
        mandatory: bound
            .0
            .map(|kind| MandatoryControl { legal_basis: "Act 7".into(), kind, agency: "food".into() })
            .into_iter()
            .collect(),
        previous: bound.1.map(|control| Previous {
            control,
            selected_by: SelectedBy::Score,
            relation: Relation::Amendment,
        }),
        items,
        ..Candidate::new("", monday())
    })
}

fn day() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(candidate(), 1..60).prop_map(|mut day| {
        for (number, candidate) in day.iter_mut().enumerate() {
            candidate.id = format!("D{number:03}").into();
            candidate.digest = digest(&format!("{}", number * 7919 % 1000));
        }
        day
    })
}

fn policy() -> impl Strategy<Value = CheckedPolicy> {
    let limits = (0..2000u64, 0..8u64, 0..300u64, 0..3u64);
    let chance = (0.001..0.3f64, 0..3u32, control(), 0.0..=1.0f64, control());
    let rest = (prop::option::of(0.0..0.5f64), prop::option::of(0..4u32), any::<bool>());
    (limits, chance, rest).prop_map(|(limits, chance, rest)| {
        let text = format!("physical {}min, scan {}, document {}min, audit {}", limits.0, limits.1, limits.2, limits.3);
        let mut policy = Policy { capacities: capacities(&text), importer_cap_per_day: rest.1, ..Policy::default() };
        policy.random = RandomFloor { share: chance.0, at_least: chance.1, control: chance.2 };
        (policy.exploration.share, policy.exploration.control) = (chance.3, chance.4);
        (policy.lanes[0].rate, policy.lanes[1].rate) = (rest.0, rest.0.map(|rate| rate * 0.37));
        policy.per_officer_hour = rest.2;
        policy.aeo_credits = [("AEOF".into(), 1.0), ("AEOC".into(), 0.4)].into();
        policy.check().unwrap()
    })
}

/// Everything about each declaration, by id.
fn decisions(day: &[Candidate], draw: &Draw) -> BTreeMap<String, risk::select::Row> {
    let without_place = |row: &risk::select::Row| risk::select::Row { candidate: 0, ..row.clone() };
    draw.rows.iter().map(|row| (day[row.candidate].id.to_string(), without_place(row))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nothing_but_duty_and_one_large_unit_exceeds_capacity(day in day(), policy in policy(), number in 0..1000u64) {
        let draw = select(&day, &policy, &secret(number)).unwrap();
        for entry in draw.uses.iter().filter(|entry| entry.overrun() > 0) {
            let mut chosen: BTreeMap<&str, (u64, bool)> = BTreeMap::new();
            for row in &draw.rows {
                let candidate = &day[row.candidate];
                let bound = candidate.previous.is_some() || !candidate.mandatory.is_empty();
                let by_choice = matches!(row.selected_by, SelectedBy::Score | SelectedBy::Exploration) && !bound;
                if by_choice && candidate.office.as_deref() == Some(&*entry.office) && row.control == Some(entry.control) {
                    let cost = if matches!(entry.limit, Limit::Minutes(_)) { row.minutes } else { 1 };
                    let (sum, large) = chosen.entry(&row.unit).or_insert((0, candidate.items > 1));
                    *large |= *sum > 0;
                    *sum += cost;
                }
            }
            let (Limit::Minutes(limit) | Limit::Count(limit)) = entry.limit;
            let sum: u64 = chosen.values().map(|unit| unit.0).sum();
            // Without the largest unit that is more than a plain declaration, everything chosen fits.
            let most = chosen.values().filter(|unit| unit.1).map(|unit| unit.0).max().unwrap_or(0);
            prop_assert!(sum == 0 || entry.set_apart + sum - most <= limit, "{entry:?} {chosen:?}");
        }
    }

    #[test]
    fn the_floor_is_drawn_whatever_else_happens(day in day(), policy in policy(), number in 0..1000u64) {
        let draw = select(&day, &policy, &secret(number)).unwrap();
        let at_least = policy.policy().random.at_least as usize;
        for office in ["O0", "O1", "O2"] {
            let rows = || draw.rows.iter().filter(|row| {
                day[row.candidate].office.as_deref() == Some(office) && row.random_probability > 0.0
            });
            let mut units: Vec<_> = rows().map(|row| &row.unit).collect();
            let mut drawn: Vec<_> =
                rows().filter(|row| row.selected_by == SelectedBy::Random).map(|row| &row.unit).collect();
            for list in [&mut units, &mut drawn] {
                list.sort();
                list.dedup();
            }
            prop_assert!(drawn.len() >= at_least.min(units.len()), "{} of {}", drawn.len(), units.len());
        }
        for row in &draw.rows {
            let bound = day[row.candidate].previous.is_some() || !day[row.candidate].mandatory.is_empty();
            prop_assert!(bound || row.random_probability >= policy.policy().random.share);
            prop_assert!(row.probability > 0.0 && row.probability <= 1.0);
            prop_assert!(row.probability >= row.random_probability);
            prop_assert_eq!(row.control.is_some(), row.selected_by != SelectedBy::None);
            prop_assert_eq!(row.control.is_some(), row.minutes > 0);
        }
    }

    #[test]
    fn no_lane_is_lowered_and_consignments_stay_together(day in day(), policy in policy(), number in 0..1000u64) {
        let draw = select(&day, &policy, &secret(number)).unwrap();
        prop_assert_eq!(draw.rows.len(), day.len());
        let mut lanes: BTreeMap<_, _> = BTreeMap::new();
        for row in &draw.rows {
            let candidate = &day[row.candidate];
            prop_assert!(candidate.previous.is_none_or(|previous| row.control >= Some(previous.control)));
            prop_assert!(candidate.mandatory.iter().all(|mandatory| row.control >= Some(mandatory.kind)));
            let key = (candidate.office.clone(), row.unit.clone());
            prop_assert_eq!(lanes.entry(key).or_insert(row.control), &row.control);
        }
    }

    #[test]
    fn the_importer_cap_holds_for_choice(day in day(), policy in policy(), number in 0..1000u64) {
        let draw = select(&day, &policy, &secret(number)).unwrap();
        let Some(cap) = policy.policy().importer_cap_per_day else { return Ok(()) };
        let mut units: BTreeMap<_, std::collections::BTreeSet<_>> = BTreeMap::new();
        for row in &draw.rows {
            let candidate = &day[row.candidate];
            let bound = candidate.previous.is_some() || !candidate.mandatory.is_empty();
            if matches!(row.selected_by, SelectedBy::Score | SelectedBy::Exploration) && !bound {
                units.entry(&candidate.importer).or_default().insert((&candidate.office, &row.unit));
            }
        }
        prop_assert!(units.values().all(|units| units.len() <= cap as usize));
    }

    #[test]
    fn the_order_of_input_says_nothing(day in day(), policy in policy(), turn in 0..60usize) {
        let draw = select(&day, &policy, &secret(1)).unwrap();
        let mut turned = day.clone();
        turned.rotate_left(turn % day.len());
        turned.swap(0, day.len() / 2);
        let again = select(&turned, &policy, &secret(1)).unwrap();
        prop_assert_eq!(decisions(&day, &draw), decisions(&turned, &again));
        let ids = |day: &[Candidate], draw: &Draw| -> Vec<_> {
            draw.rows.iter().map(|row| day[row.candidate].id.clone()).collect()
        };
        prop_assert_eq!(ids(&day, &draw), ids(&turned, &again));
        prop_assert_eq!((draw.roll, draw.seed_digest, draw.uses), (again.roll, again.seed_digest, again.uses));
    }

    #[test]
    fn what_is_stated_does_not_depend_on_the_secret(day in day(), policy in policy()) {
        let stated = |number| -> BTreeMap<_, _> {
            let draw = select(&day, &policy, &secret(number)).unwrap();
            draw.rows.iter().map(|row| {
                let chances = [row.random_probability, row.exploration_probability];
                let numbers = [row.probability, row.score_probability, chances[0], chances[1]];
                (day[row.candidate].id.clone(), (row.rank, numbers.map(f64::to_bits)))
            }).collect()
        };
        let first = stated(0);
        for number in 1..5 {
            prop_assert_eq!(&first, &stated(number));
        }
    }

    #[test]
    fn any_change_of_a_declaration_changes_the_seed(day in day(), policy in policy(), place in 0..60usize) {
        let seed = |day: &[Candidate]| select(day, &policy, &secret(1)).unwrap().seed_digest;
        let changes: [fn(&mut Candidate); 3] =
            [|c| c.digest[31] ^= 1, |c| c.version += 1, |c| c.id = format!("{}0", c.id).into()];
        for change in changes {
            let mut changed = day.clone();
            change(&mut changed[place % day.len()]);
            prop_assert_ne!(seed(&day), seed(&changed));
        }
    }
}

/// A day in which everything that touches a probability happens at once: two offices, consignments, mandatory controls,
/// amended versions, operators, a cap, rates that come to fractions of a declaration, declarations without a score, sizes from 1 to 40 items.
fn busy_day(declarations: u64) -> (Vec<Candidate>, CheckedPolicy) {
    let candidate = |number: u64| {
        let noise = |salt: u64| (number * 2_654_435_761 + salt * 40_503) % 1009;
        let share = |salt: u64| noise(salt) as f64 / 1009.0;
        let mandatory =
            MandatoryControl { legal_basis: "Act 7".into(), kind: ControlKind::Document, agency: "food".into() };
        Candidate {
            digest: digest(&format!("{:04}", noise(9))),
            office: Some(if number.is_multiple_of(3) { "N" } else { "S" }.into()),
            importer: Some(format!("I{}", noise(1) % 20).into()),
            consignment: number.is_multiple_of(4).then(|| format!("T{}", number / 12).into()),
            aeo: number.is_multiple_of(7).then(|| "AEOC".into()),
            mandatory: if number.is_multiple_of(11) { vec![mandatory] } else { Vec::new() },
            score: (!number.is_multiple_of(13))
                .then(|| Scored { novelty: Some(share(4)), ..Scored::of(share(2).powi(3), 1e5 * share(3).powi(5)) }),
            items: 1 + (40.0 * share(5).powi(4)) as u32,
            previous: number.is_multiple_of(17).then_some(Previous {
                control: ControlKind::Document,
                selected_by: SelectedBy::Score,
                relation: Relation::Amendment,
            }),
            ..Candidate::new(&format!("D{number}"), monday())
        }
    };
    let mut policy = Policy {
        capacities: capacities("physical 2400min, scan 5, document 800min, audit 2"),
        importer_cap_per_day: Some(4),
        aeo_credits: [("AEOC".into(), 0.5)].into(),
        ..Policy::default()
    };
    policy.random.share = 0.04;
    policy.exploration.share = 0.4;
    policy.lanes[0].rate = Some(0.153);
    policy.lanes[1].rate = Some(0.057);
    ((0..declarations).map(candidate).collect(), policy.check().unwrap())
}

#[test]
fn over_many_secrets_each_declaration_is_selected_as_often_as_stated() {
    let (day, policy) = busy_day(150);
    let draws = 8_000;
    let mut selected = vec![0u32; day.len()];
    let mut by_chance = vec![[0u32; 3]; day.len()];
    let mut estimates = (0.0, 0.0);
    for number in 0..draws {
        let draw = select(&day, &policy, &secret(number)).unwrap();
        for row in &draw.rows {
            selected[row.candidate] += u32::from(row.control.is_some());
            by_chance[row.candidate][0] += u32::from(row.selected_by == SelectedBy::Random);
            by_chance[row.candidate][1] += u32::from(row.selected_by == SelectedBy::Exploration);
            by_chance[row.candidate][2] += u32::from(row.selected_by == SelectedBy::Score);
            if row.control.is_some() {
                estimates.0 += 1.0 / row.probability;
                estimates.1 += day[row.candidate].items as f64 / row.probability;
            }
        }
        for entry in &draw.uses {
            let (Limit::Minutes(limit) | Limit::Count(limit)) = entry.limit;
            // A consignment of three meets two audits that are left, and is not released for that.
            let large = if entry.control == ControlKind::Audit { 1 } else { 0 };
            assert!(entry.used <= limit + large, "{entry:?}");
        }
    }
    let draw = select(&day, &policy, &secret(0)).unwrap();
    let (mut kinds, mut at_the_edge) = ([0; 3], 0);
    for row in &draw.rows {
        let (random, exploration, score) = (row.random_probability, row.exploration_probability, row.score_probability);
        // What an earlier draw selected may bear the reason of then.
        let carried = day[row.candidate].previous.is_some();
        let stated = [
            (row.probability, selected[row.candidate]),
            (random, by_chance[row.candidate][0]),
            (exploration * (1.0 - random), by_chance[row.candidate][1]),
        ];
        let by_score = (!carried).then_some((score * (1.0 - random), by_chance[row.candidate][2]));
        for (probability, times) in stated.into_iter().chain(by_score) {
            let expected = probability * draws as f64;
            // Five standard deviations: 450 comparisons go wrong by chance once in a few thousand runs, and the
            // secrets are fixed.
            let tolerance = 5.0 * (expected * (1.0 - probability)).sqrt();
            assert!((f64::from(times) - expected).abs() <= tolerance, "{row:?}: {times} times instead of {expected}");
        }
        at_the_edge += u32::from(0.0 < score && score < 1.0);
        kinds[if row.probability == 1.0 { 0 } else { usize::from(exploration > 0.0) + 1 }] += 1;
    }
    assert!(kinds.iter().all(|number| *number >= 10), "sure, floor alone, floor and exploration: {kinds:?}");
    assert!(at_the_edge >= 1, "{at_the_edge} declarations that the rounding of a rate decides");
    let items: f64 = day.iter().map(|candidate| f64::from(candidate.items)).sum();
    assert!((estimates.0 / draws as f64 / day.len() as f64 - 1.0).abs() < 0.01, "weighting by 1/p counts everybody");
    assert!((estimates.1 / draws as f64 / items - 1.0).abs() < 0.01, "and everything they declare");
}

#[test]
fn another_secret_makes_another_draw() {
    let (day, policy) = busy_day(150);
    let outcomes: std::collections::BTreeSet<String> = (0..50)
        .map(|number| {
            let draw = select(&day, &policy, &secret(number)).unwrap();
            draw.rows
                .iter()
                .filter(|row| row.control.is_some())
                .map(|row| format!("{} ", day[row.candidate].id))
                .collect()
        })
        .collect();
    assert!(outcomes.len() > 45, "{} different lists", outcomes.len());
}

/// What is reserved for chance is little more than what chance takes, although sizes run from 1 to 40 items.
#[test]
fn little_capacity_stays_unused() {
    let (mut day, _) = busy_day(1_500);
    day.iter_mut().for_each(|candidate| candidate.office = None);
    let policy = Policy { capacities: capacities("physical 15000min"), ..Policy::default() }.check().unwrap();
    for number in 0..50 {
        let draw = select(&day, &policy, &secret(number)).unwrap();
        let physical = draw.uses.iter().find(|entry| entry.control == ControlKind::Physical).unwrap();
        assert!((13_800..=15_000).contains(&physical.used), "{physical:?}");
    }
}
