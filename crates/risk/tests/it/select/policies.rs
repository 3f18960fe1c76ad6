//! Policies: what is refused and why, and the identity of what is not.

use super::capacities;
use domain::{ControlKind, Lane};
use risk::select::{Examiner, LaneRule, Objective, Policy, When};

#[test]
fn a_policy_that_can_not_be_applied_is_refused_with_what_to_do() {
    let examiner = || Examiner { name: "7".into(), office: None, minutes: 480, controls: vec![ControlKind::Scan] };
    let lane = |lane, controls: &[ControlKind]| LaneRule {
        lane,
        controls: controls.to_vec(),
        rate: None,
        min_probability: 0.0,
        spill: true,
    };
    type Change = Box<dyn Fn(&mut Policy)>;
    let table: Vec<(Change, &str)> = vec![
        (Box::new(|p| p.random.share = 0.0), "random.share is 0, but the random floor can't be zero: without"),
        (Box::new(|p| p.random.share = -0.1), "random.share is -0.1, but the random floor can't be zero"),
        (Box::new(|p| p.random.share = 1e-12), "random.share is 0.000000000001, and the least that is of use is 0.001"),
        (Box::new(|p| p.random.share = 0.000_999), "random.share is 0.000999, and the least"),
        (Box::new(|p| p.random.share = f64::NAN), "random.share is NaN; give a number from 0 to 1"),
        (Box::new(|p| p.exploration.share = 1.5), "exploration.share is 1.5; give a number from 0 to 1"),
        (Box::new(|p| p.exploration.novelty = -1.0), "exploration.novelty is -1; give a number of 0 or more"),
        (Box::new(|p| p.blind_share = 2.0), "blind.share is 2; give a number from 0 to 1"),
        (Box::new(|p| p.aeo_credits = [("AEOC".into(), 1.1)].into()), "aeo.AEOC is 1.1; give a number from 0 to 1"),
        (
            Box::new(|p| p.objective = Objective::Weighted { finding: 0.0, revenue: 0.0, safety: 0.0 }),
            "the objective gives no weight to anything",
        ),
        (Box::new(|p| p.objective = Objective::Safety), "the objective gives weight to safety, but no goods have one"),
        (Box::new(|p| p.safety_weights = [("93x".into(), 1.0)].into()), "[[safety]] hs = \"93x\": give 2 to 12 digits"),
        (Box::new(|p| p.lanes.clear()), "the policy has no lanes"),
        (Box::new(|p| p.lanes[1].lane = Lane::Red), "lane red can't be filled by the ranking twice"),
        (Box::new(|p| p.lanes[0].lane = Lane::Green), "lane green can't be filled"),
        (Box::new(|p| p.lanes[0].controls.clear()), "lane red has no controls"),
        (
            Box::new(move |p| p.lanes = vec![lane(Lane::Yellow, &[ControlKind::Scan])]),
            "control scan belongs to lane red, not to lane yellow",
        ),
        (Box::new(|p| p.lanes[0].rate = Some(7.0)), "rate of lane red is 7; give a number from 0 to 1"),
        (
            Box::new(|p| p.efforts.retain(|control, _| *control != ControlKind::Scan)),
            "control scan has no effort of at least one minute",
        ),
        (
            Box::new(|p| p.capacities = capacities("scan 3 N, scan 4 N")),
            "two capacities for scan at office N hold on the same days",
        ),
        (Box::new(move |p| p.examiners = vec![examiner(), examiner()]), "examiner 7 is listed twice"),
    ];
    assert!(Policy::default().check().is_ok());
    let mut least = Policy::default();
    least.random.share = 0.001;
    assert!(least.check().is_ok());
    for (change, message) in table {
        let mut policy = Policy::default();
        change(&mut policy);
        let refused = policy.check().unwrap_err().to_string();
        assert!(refused.starts_with(message), "{refused}");
    }
}

#[test]
fn capacities_for_different_days_do_not_clash() {
    let mut policy = Policy { capacities: capacities("scan 3, scan 4, scan 5 N"), ..Policy::default() };
    policy.capacities[0].when = When::Weekdays(vec![0, 1]);
    policy.capacities[1].when = When::Weekdays(vec![2]);
    assert!(policy.clone().check().is_ok());
    policy.capacities[1].when = When::Weekdays(vec![1, 2]);
    assert!(policy.check().is_err());
}

#[test]
fn the_identity_of_a_policy_is_frozen_and_sees_every_setting() {
    let policy = Policy {
        aeo_credits: [("AEOF".into(), 0.5)].into(),
        importer_cap_per_day: Some(3),
        capacities: capacities("physical 480min, scan 20 N"),
        safety_weights: [("93".into(), 2.0)].into(),
        ..Policy::default()
    };
    let checked = policy.clone().check().unwrap();
    assert_eq!(checked.canonical(), include_str!("../../fixtures/policy-v1.txt"));
    assert_eq!(checked.id(), "0fdf32af3129cb20");
    let changes: [fn(&mut Policy); 8] = [
        |p| p.name.push('!'),
        |p| p.objective = Objective::Revenue,
        |p| p.random.share = 0.02,
        |p| p.exploration.novelty = 0.4,
        |p| p.capacities.truncate(1),
        |p| p.importer_cap_per_day = None,
        |p| p.lanes[2].spill = false,
        |p| p.per_officer_hour = true,
    ];
    for change in changes {
        let mut changed = policy.clone();
        change(&mut changed);
        assert_ne!(changed.check().unwrap().id(), checked.id());
    }
    let mut reordered = policy;
    reordered.capacities.reverse();
    assert_eq!(reordered.check().unwrap().id(), checked.id(), "the order of capacities says nothing");
}

#[test]
fn the_longest_beginning_of_a_code_gives_its_weight() {
    let safety_weights = [("93", 2.0), ("930690", 5.0)].map(|(code, weight)| (code.to_owned(), weight)).into();
    let policy = Policy { safety_weights, ..Policy::default() }.check().unwrap();
    for (code, weight) in [("930690", 5.0), ("93069010", 5.0), ("930610", 2.0), ("610910", 0.0), ("9", 0.0)] {
        assert_eq!(policy.safety_weight(code), weight, "{code}");
    }
}
