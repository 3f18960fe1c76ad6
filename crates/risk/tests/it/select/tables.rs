//! Declarations in, lanes out.

use super::{assert_table, declarations, lanes, lines, monday, rules_alone, secret};
use domain::{ControlKind, Day, Lane, SelectedBy};
use risk::select::{CapacityRule, Earlier, Examiner, Limit, Objective, Policy, RandomFloor, When, select, select_days};

#[test]
fn the_ranking_fills_lanes_and_spills_over() {
    let day = declarations(
        "id probability
         A  0.90
         B  0.80
         C  0.70
         D  0.60
         E  0.50
         F  0.40",
    );
    // Of two audits one is kept for the random floor, however unlikely it is to be drawn.
    let policy = rules_alone("physical 1, scan 1, document 2, audit 2");
    assert_table(
        &lanes(&day, &policy.clone().check().unwrap()),
        "A 1 red    physical score
         B 2 red    scan     score
         C 3 yellow document score
         D 4 yellow document score
         E 5 blue   audit    score
         F 6 green  -        none",
    );
    let mut no_spill = policy;
    no_spill.lanes[0].spill = false;
    no_spill.lanes[0].min_probability = 0.65;
    assert_table(
        &lanes(&day, &no_spill.check().unwrap()),
        "A 1 red    physical score
         B 2 red    scan     score
         D 4 yellow document score
         E 5 yellow document score
         F 6 blue   audit    score
         C 3 green  -        none",
    );
}

#[test]
fn expected_rates_limit_a_lane() {
    let day = declarations(
        "id office probability
         A  N      0.9
         B  N      0.8
         C  N      0.7
         D  N      0.6
         E  S      0.5
         F  S      0.4",
    );
    let mut policy = rules_alone("physical 9, document 9");
    policy.lanes[0].rate = Some(0.5);
    policy.lanes[1].rate = Some(1.0 / 6.0);
    assert_table(
        &lanes(&day, &policy.check().unwrap()),
        "A 1 red    physical score
         B 2 red    physical score
         C 3 red    physical score
         D 4 yellow document score
         E 5 green  -        none
         F 6 green  -        none",
    );
}

/// 5 % of eight declarations is 0.4 of one: rounded down every day, nothing would ever be examined by score.
#[test]
fn a_rate_holds_over_many_days_of_few_declarations() {
    let mut policy = rules_alone("physical 9, document 9");
    policy.lanes[0].rate = Some(0.05);
    policy.lanes[1].rate = Some(0.30);
    let policy = policy.check().unwrap();
    let (mut red, mut yellow) = (0, 0);
    for number in 0..92 {
        let rows: String = (0..8).map(|place| format!("D{place} 0.{}\n", 50 - place)).collect();
        let day = declarations(&format!("id probability\n{rows}"));
        let draw = select(&day, &policy, &secret(number)).unwrap();
        red += draw.rows.iter().filter(|row| row.lane == Lane::Red).count();
        yellow += draw.rows.iter().filter(|row| row.lane == Lane::Yellow).count();
        let stated = |place: usize| {
            let id = format!("D{place}");
            draw.rows.iter().find(|row| *day[row.candidate].id == *id).unwrap().score_probability
        };
        let total: f64 = (0..8).map(stated).sum();
        assert!((total - 2.8).abs() < 1e-8, "all lanes together take 35 % of eight in the mean, not {total}");
        assert_eq!((stated(0), stated(1), stated(3)), (1.0, 1.0, 0.0));
        assert!((stated(2) - 0.8).abs() < 1e-8, "the third is taken where 2.8 is rounded up");
    }
    assert!((28..=45).contains(&red), "{red} red of 736, expected are 36.8");
    assert!((206..=236).contains(&yellow), "{yellow} yellow of 736, expected are 220.8");
}

#[test]
fn mandatory_controls_come_first_and_cost_officer_time() {
    let day = declarations(
        "id mandatory probability items
         A  -         0.90        1
         B  -         0.80        1
         C  physical  0.01        2
         D  document  0.02        1
         E  -         0.70        1",
    );
    // One physical examination costs 60 minutes and 5 for each item: 70 for C leave room for one more at 65.
    let policy = rules_alone("physical 199min, document 30min").check().unwrap();
    assert_table(
        &lanes(&day, &policy),
        "A 1 red    physical score
         C - red    physical mandatory
         D - yellow document mandatory
         B 2 green  -        none
         E 3 green  -        none",
    );
    let draw = select(&day, &policy, &secret(1)).unwrap();
    let physical = draw.uses.iter().find(|entry| entry.control == ControlKind::Physical).unwrap();
    assert_eq!((physical.used, physical.set_apart, physical.declarations), (135, 70, 2));
    assert_eq!(draw.rows[1].minutes, 70);
}

#[test]
fn mandatory_controls_are_done_even_where_capacity_is_short() {
    let day = declarations("id mandatory probability\n A physical 0.1\n B physical 0.1\n C - 0.9");
    let policy = rules_alone("physical 1").check().unwrap();
    assert_table(&lanes(&day, &policy), "A - red physical mandatory\n B - red physical mandatory\n C 1 green - none");
    assert_eq!(select(&day, &policy, &secret(1)).unwrap().uses[0].overrun(), 1);
}

#[test]
fn a_light_mandatory_control_is_no_shelter_from_a_heavy_one() {
    let day = declarations(
        "id mandatory probability
         A  document  0.90
         B  -         0.80
         C  document  0.10",
    );
    assert_table(
        &lanes(&day, &rules_alone("physical 1, document 3").check().unwrap()),
        "A - red    physical score
         B 1 yellow document score
         C - yellow document mandatory",
    );
}

#[test]
fn the_objective_decides_who_stands_first() {
    let day = declarations(
        "id probability revenue safety items
         A  0.50           100  0      1
         B  0.10         9_000  0      1
         C  0.20           100  5      1
         D  0.40           500  0      70"
            .replace('_', "")
            .as_str(),
    );
    let first = |objective, per_officer_hour| {
        let safety_weights = [("9306".to_owned(), 5.0)].into();
        let policy = Policy { objective, per_officer_hour, safety_weights, ..rules_alone("physical 1") };
        let draw = select(&day, &policy.check().unwrap(), &secret(1)).unwrap();
        let mut ranked: Vec<_> = draw.rows.iter().map(|row| (row.rank, &*day[row.candidate].id)).collect();
        ranked.sort();
        ranked.into_iter().map(|(_, id)| id).collect::<String>()
    };
    assert_eq!(first(Objective::Finding, false), "ADCB");
    assert_eq!(first(Objective::Finding, true), "ACBD", "seventy items take 410 minutes");
    assert_eq!(first(Objective::Revenue, false), "BDAC", "equal amounts stand in the order of their digests");
    assert_eq!(first(Objective::Safety, false), "CABD");
    assert_eq!(first(Objective::Weighted { finding: 1.0, revenue: 1.0, safety: 0.0 }, false), "BADC");
}

#[test]
fn credit_lowers_an_operator_in_the_ranking_but_not_below_the_floor() {
    let day = declarations(
        "id aeo  probability
         A  AEOF 0.60
         B  AEOC 0.50
         C  -    0.40
         D  -    0.10",
    );
    let aeo_credits = [("AEOF".to_owned(), 1.0), ("*".to_owned(), 0.3)].into();
    let policy = Policy { aeo_credits, ..rules_alone("physical 1, document 2") };
    assert_table(
        &lanes(&day, &policy.clone().check().unwrap()),
        "C 1 red    physical score
         B 2 yellow document score
         D 3 yellow document score
         A 4 green  -        none",
    );
    let random = RandomFloor { share: 0.125, at_least: 0, control: ControlKind::Physical };
    let draw = select(&day, &Policy { random, ..policy }.check().unwrap(), &secret(1)).unwrap();
    assert!(draw.rows.iter().all(|row| row.random_probability == 0.125 && row.probability >= 0.125));
}

#[test]
fn one_importer_does_not_take_all_officers() {
    let day = declarations(
        "id importer consignment probability
         A  X        -           0.90
         B  X        T1          0.80
         C  X        T1          0.10
         D  X        -           0.70
         E  Y        -           0.20
         F  -        -           0.15",
    );
    let policy = Policy { importer_cap_per_day: Some(2), ..rules_alone("physical 9") };
    assert_table(
        &lanes(&day, &policy.check().unwrap()),
        "A 1 red   physical score
         B 2 red   physical score
         C 2 red   physical score
         E 4 red   physical score
         F 5 red   physical score
         D 3 green -        none",
    );
}

#[test]
fn a_consignment_shares_its_draw_and_splitting_it_does_not_help() {
    let day = declarations(
        "id office consignment probability revenue
         A  N      T1          0.10        400
         B  N      T1          0.10        400
         C  N      T1          0.10        400
         D  N      -           0.10        1000
         E  S      T1          0.10        900",
    );
    let policy = Policy { objective: Objective::Revenue, ..rules_alone("physical 3") }.check().unwrap();
    let table = "A 1 red   physical score
         B 1 red   physical score
         C 1 red   physical score
         E 3 red   physical score
         D 2 green -        none";
    assert_table(&lanes(&day, &policy), table);
    let draw = select(&day, &policy, &secret(1)).unwrap();
    assert_eq!(draw.rows.iter().filter(|row| row.inherited.is_some()).count(), 3, "T1 at N, not at S");
    let scarce = Policy { objective: Objective::Revenue, ..rules_alone("physical 2") }.check().unwrap();
    let draw = select(&day, &scarce, &secret(1)).unwrap();
    let lane = |id: &str| draw.rows.iter().find(|row| &*day[row.candidate].id == id).unwrap().lane;
    assert_eq!([lane("A"), lane("B"), lane("C"), lane("D")], [Lane::Red, Lane::Red, Lane::Red, Lane::Green]);
    assert_eq!(draw.uses[0].overrun(), 1, "the consignment is taken whole, and that is told");
}

/// Declarations that share a transport document, at the top of the ranking, and singles below them.
fn shared_and_singles(shared: u32, singles: u32) -> Vec<risk::select::Candidate> {
    let rows = (0..shared).map(|number| format!("T{number:02} T 0.95\n"));
    let rows = rows.chain((0..singles).map(|number| format!("D{number:03} - 0.03\n")));
    declarations(&format!("id consignment probability\n{}", rows.collect::<String>()))
}

#[test]
fn a_consignment_larger_than_what_the_rate_leaves_is_no_shelter() {
    let day = shared_and_singles(12, 88);
    let mut policy = rules_alone("physical 100, document 100");
    policy.lanes[0].rate = Some(0.05);
    policy.lanes[1].rate = Some(0.10);
    let draw = select(&day, &policy.check().unwrap(), &secret(1)).unwrap();
    let count = |start: &str, lane| {
        let here = |row: &&risk::select::Row| row.lane == lane && day[row.candidate].id.starts_with(start);
        draw.rows.iter().filter(here).count()
    };
    assert_eq!((count("T", Lane::Red), count("D", Lane::Red)), (12, 0));
    assert_eq!(count("D", Lane::Yellow), 10, "the lane that the consignment overran is full, the next is not");
    let told: Vec<_> =
        draw.lanes.iter().map(|entry| (entry.lane, entry.room, entry.by_score, entry.overrun())).collect();
    assert_eq!(told, [(Lane::Red, 5, 12, 7), (Lane::Yellow, 10, 10, 0)]);
}

#[test]
fn a_unit_too_large_for_the_officers_is_not_released_for_its_size() {
    let lane_of = |day: &[risk::select::Candidate], policy: Policy| {
        let draw = select(day, &policy.check().unwrap(), &secret(1)).unwrap();
        let first = draw.rows.iter().find(|row| row.rank == Some(1)).unwrap();
        (first.control, draw.uses.iter().map(|entry| entry.overrun()).sum::<u64>())
    };
    let day = shared_and_singles(12, 8);
    // Twelve examinations cost 780 minutes, twelve checks of documents 204.
    assert_eq!(lane_of(&day, rules_alone("physical 480min, document 300min")), (Some(ControlKind::Document), 0));
    assert_eq!(lane_of(&day, rules_alone("physical 480min, scan 12")), (Some(ControlKind::Scan), 0));
    assert_eq!(lane_of(&day, rules_alone("physical 480min, document 100min")), (Some(ControlKind::Physical), 300));
    assert_eq!(lane_of(&day, rules_alone("physical 64min, document 100min")), (Some(ControlKind::Document), 104));
    assert_eq!(lane_of(&day, rules_alone("physical 64min")), (None, 0), "no officer has time for anything");
    let mut no_spill = rules_alone("physical 480min, document 300min");
    no_spill.lanes[0].spill = false;
    assert_eq!(lane_of(&day, no_spill), (Some(ControlKind::Physical), 300));
    let many_items = declarations("id probability items\n A 0.9 80\n B 0.1 1");
    assert_eq!(lane_of(&many_items, rules_alone("physical 300min")), (Some(ControlKind::Physical), 160));
}

#[test]
fn an_amended_version_never_gets_a_lower_lane() {
    let day = declarations(
        "id version previous mandatory probability
         A  2        physical -         0.01
         B  2        document -         0.02
         C  3        document -         0.95
         D  2        audit    document  0.01
         E  1        -        -         0.90",
    );
    assert_table(
        &lanes(&day, &rules_alone("physical 2, document 2").check().unwrap()),
        "A/2 - red    physical score
         C/3 - red    physical score
         B/2 - yellow document score
         D/2 - yellow document mandatory
         E   1 green  -        none",
    );
}

#[test]
fn of_several_versions_in_one_draw_the_newest_counts() {
    let day = declarations("id version probability\n A 1 0.01\n A 2 0.90\n B 1 0.50");
    assert_table(
        &lanes(&day, &rules_alone("physical 1").check().unwrap()),
        "A/2 1 red   physical score
         A   1 red   physical score
         B   2 green -        none",
    );
}

#[test]
fn later_days_remember_earlier_ones() {
    let days = declarations(
        "day id version office consignment mandatory probability
         0   A  1       N      T1          -         0.9
         0   B  1       N      -           physical  0.1
         0   C  1       N      T2          -         0.2
         1   A  2       N      T1          -         0.01
         1   D  1       N      T1          -         0.01
         1   E  1       S      T1          -         0.01
         1   B  2       N      -           -         0.01
         1   F  1       N      T2          -         0.01",
    );
    let policy = rules_alone("physical 2 N").check().unwrap();
    let draws = select_days(&days, &policy, &secret(1), &mut Earlier::default()).unwrap();
    assert_table(
        &lines(&days, &draws[0]),
        "A 1 red   physical score
         B - red   physical mandatory
         C 2 green -        none",
    );
    assert_table(
        &lines(&days, &draws[1]),
        "A/2 - red   physical score
         B/2 - red   physical mandatory
         D   - red   physical score
         E   1 green -        none
         F   2 green -        none",
    );
    assert!(draws[1].rows[..3].iter().all(|row| row.probability == 1.0 && row.inherited.is_some()));
    assert_ne!(draws[0].seed_digest, draws[1].seed_digest);
}

#[test]
fn a_declaration_without_a_score_is_not_lost() {
    let day = declarations("id mandatory probability\n A - 0.5\n B - -\n C document -");
    let mut policy = rules_alone("physical 9, document 9");
    policy.random = RandomFloor { share: 0.25, at_least: 0, control: ControlKind::Physical };
    policy.exploration.share = 0.5;
    let draw = select(&day, &policy.check().unwrap(), &secret(3)).unwrap();
    let row = |id: &str| draw.rows.iter().find(|row| &*day[row.candidate].id == id).unwrap();
    assert_eq!((row("B").rank, row("B").random_probability), (None, 0.25));
    assert_eq!(row("B").exploration_probability, 1.0, "nobody knows less than about a declaration without a score");
    assert_eq!(row("C").selected_by, SelectedBy::Mandatory);
}

#[test]
fn the_capacity_that_says_most_holds() {
    let rule = |office: Option<&str>, when, count| CapacityRule {
        office: office.map(Into::into),
        control: ControlKind::Physical,
        when,
        limit: Limit::Count(count),
    };
    let christmas = Day::from_ymd(2026, 12, 25).unwrap();
    let mut policy = rules_alone("document 0");
    policy.capacities = vec![
        rule(None, When::Always, 4),
        rule(None, When::Weekdays(vec![5, 6]), 3),
        rule(None, When::Date(christmas), 0),
        rule(Some("N"), When::Always, 2),
        rule(Some("N"), When::Weekdays(vec![6]), 1),
    ];
    let policy = policy.check().unwrap();
    for (office, day, expected) in [
        ("S", monday(), 4),
        ("S", monday().plus(5), 3),
        ("S", christmas, 0),
        ("N", monday(), 2),
        ("N", monday().plus(5), 2),
        ("N", monday().plus(6), 1),
        ("N", christmas, 2),
    ] {
        let mut declarations = declarations("id probability\n A .5\n B .5\n C .5\n D .5\n E .5");
        for declaration in &mut declarations {
            (declaration.office, declaration.day) = (Some(office.into()), day);
        }
        let draw = select(&declarations, &policy, &secret(1)).unwrap();
        assert_eq!(draw.rows.iter().filter(|row| row.lane == Lane::Red).count(), expected, "{office} on {day}");
    }
}

#[test]
fn a_share_of_picks_by_score_is_blind_and_spread_over_the_ranking() {
    let table: String = (0..100).map(|number| format!("D{number:02} 0.{:02}\n", 99 - number)).collect();
    let day = declarations(&format!("id probability\n{table}"));
    let policy = Policy { blind_share: 0.25, ..rules_alone("physical 40") }.check().unwrap();
    let draw = select(&day, &policy, &secret(5)).unwrap();
    let blind: Vec<u32> = draw.rows.iter().filter(|row| row.blind).filter_map(|row| row.rank).collect();
    assert_eq!(blind.len(), 10);
    assert!(blind.windows(2).all(|pair| pair[1] - pair[0] == 4), "{blind:?}");
    assert!(draw.rows.iter().all(|row| !row.blind || row.selected_by == SelectedBy::Score));
}

#[test]
fn examiners_are_drawn_within_their_time_and_training() {
    let examiner = |name: &str, office: Option<&str>, minutes, controls: &[ControlKind]| Examiner {
        name: name.into(),
        office: office.map(Into::into),
        minutes,
        controls: controls.to_vec(),
    };
    let table: String = (0..30).map(|n| format!("D{n:02} {} 0.{:02} {}\n", ["N", "S"][n % 2], 99 - n, n / 4)).collect();
    let day = declarations(&format!("id office probability consignment\n{table}"));
    let both = [ControlKind::Physical, ControlKind::Document];
    let mut policy = rules_alone("physical 8, document 4");
    policy.examiners = vec![
        examiner("Amina", Some("N"), 480, &both),
        examiner("Brook", Some("N"), 480, &both),
        examiner("Chidi", Some("S"), 300, &[ControlKind::Physical]),
    ];
    let policy = policy.check().unwrap();
    let mut amina = 0;
    for number in 0..200 {
        let draw = select(&day, &policy, &secret(number)).unwrap();
        for (examiner, minutes) in [("Amina", 480), ("Brook", 480), ("Chidi", 300)] {
            let mine = draw.rows.iter().filter(|row| row.examiner.as_deref() == Some(examiner));
            assert!(mine.map(|row| row.minutes).sum::<u64>() <= minutes);
        }
        for row in &draw.rows {
            let office = day[row.candidate].office.as_deref();
            match row.examiner.as_deref() {
                Some("Chidi") => assert_eq!((office, row.control), (Some("S"), Some(ControlKind::Physical))),
                Some(_) => assert_eq!(office, Some("N")),
                // The floor draws one, for which nobody is trained.
                None if row.control == Some(ControlKind::Audit) => {}
                None => assert!(office == Some("S") || row.control.is_none(), "N has time for all it selects"),
            }
            let sibling = draw.rows.iter().find(|other| other.unit == row.unit && other.examiner != row.examiner);
            assert!(sibling.is_none_or(|other| day[other.candidate].office.as_deref() != office));
        }
        let of_first = draw.rows.iter().find(|row| &*day[row.candidate].id == "D00").unwrap();
        amina += u32::from(of_first.examiner.as_deref() == Some("Amina"));
    }
    assert!((70..=130).contains(&amina), "either of two equals about half of the time, not {amina} of 200");
}

#[test]
fn candidates_that_make_no_sense_are_refused() {
    let policy = rules_alone("physical 1").check().unwrap();
    let message = |table: &str| select(&declarations(table), &policy, &secret(1)).unwrap_err().to_string();
    assert!(message("id day\n A 0\n B 1").starts_with("declarations of 2026-03-02 and 2026-03-03 in one draw"));
    assert!(message("id probability\n A NaN").starts_with("the score of declaration A is not usable"));
    assert!(message("id probability revenue\n A 0.1 -5").contains("expected revenue of 0 or more"));
    assert_eq!(select(&[], &policy, &secret(1)).unwrap().rows.len(), 0);
}
