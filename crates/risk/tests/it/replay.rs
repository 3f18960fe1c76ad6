//! Replay: small pasts worked out by hand, nothing unrevealed is known, a resumed replay is the replay.

use crate::common::{records, shape};
use domain::{Check, Control as Made, Day, Finding, FindingStatus, Inspection, Lane, Record, SelectedBy};
use proptest::prelude::*;
use risk::History;
use risk::evaluate::{Outcome, recorded_outcome};
use risk::replay::gap::Observed;
use risk::replay::{
    Control, Declared, Finished, Holding, LaneFigures, PeriodFigures, PeriodKind, Plan, Present, Rate, Strategy,
    Stream, Totals, Why, controls_of, replay,
};
use std::fmt::Write;

fn declared(record: Record, present: Present) -> Declared {
    let shape = shape();
    let outcome = recorded_outcome(&record, &shape.rules.labels, Day::from_epoch_days(i32::MAX), true);
    let controls = controls_of(&record);
    Declared { keyed: History::new(shape.rules).keying().keyed(record), outcome, present, controls }
}

fn examined(known_on: Day, extra_revenue_minor: Option<i64>) -> Inspection {
    let finding = |minor| Finding {
        kind: None,
        gravity: None,
        status: FindingStatus::Final,
        status_on: None,
        extra_revenue_minor: Some(minor),
    };
    Inspection {
        known_on,
        known_on_assumed: false,
        control: None,
        selected_by: None,
        selection_probability: None,
        examiner: None,
        assessed: Default::default(),
        finding: extra_revenue_minor.map(finding),
    }
}

/// A past whose every item was examined, if `is_full`, and whose tenth declaration each was drawn at random.
fn stream(count: usize, seed: u64, is_full: bool) -> Stream {
    let mut all = records(count, seed);
    for record in all.iter_mut().filter(|_| is_full) {
        let known_on = record.declaration.header.day.plus(5);
        let unseen = record.inspections.iter_mut().filter(|inspection| inspection.is_none());
        unseen.for_each(|inspection| *inspection = Some(examined(known_on, None)));
    }
    let present = |place: usize| if place.is_multiple_of(10) { Present::Drawn } else { Present::Chosen };
    let declarations = all.into_iter().enumerate().map(|(place, record)| declared(record, present(place)));
    Stream::new(shape(), declarations.collect(), PeriodKind::Week, true)
}

fn run(stream: &Stream, plan: Plan, strategy: &str, finished: &[Finished]) -> Vec<PeriodFigures> {
    let mut all = Vec::new();
    let strategy = Strategy::parse(strategy).unwrap();
    replay(stream, &plan.check().unwrap(), &strategy, finished, |figures| {
        all.push(figures);
        Control::GoOn
    })
    .unwrap();
    all
}

fn plan() -> Plan {
    Plan { rate: Rate::Fixed(0.1), ..Plan::default() }
}

/// Ten declarations a day for two weeks; the value of a declaration is its number within its week, and those of 60 and
/// above have a finding that brings ten times the number.
fn by_hand() -> Stream {
    let mut all = records(140, 1);
    for (place, record) in all.iter_mut().enumerate() {
        let number = (place % 70) as i64;
        record.declaration.items.truncate(1);
        record.inspections.truncate(1);
        record.quality.truncate(1);
        record.plausibility.truncate(1);
        record.declaration.items[0].customs_value_minor = Some(number);
        let known_on = record.declaration.header.day.plus(2);
        record.inspections[0] = Some(examined(known_on, (number >= 60).then_some(number * 10)));
    }
    // The first twenty went to red and the last five say nothing of a lane; all others were released.
    for (place, record) in all.iter_mut().enumerate() {
        record.lane = match place % 70 {
            0..20 => Some(Lane::Red),
            20..65 => Some(Lane::Green),
            _ => None,
        };
    }
    let present = |place: usize| if place % 70 < 20 { Present::Chosen } else { Present::Released };
    let declarations = all.into_iter().enumerate().map(|(place, record)| declared(record, present(place)));
    Stream::new(shape(), declarations.collect(), PeriodKind::Week, true)
}

#[test]
fn a_small_past_worked_out_by_hand() {
    let stream = by_hand();
    let plan = |rate| Plan { warm_up: 1, rate: Rate::Fixed(rate), ..Plan::default() };
    let mut table = String::from("strategy rate | capacity known found revenue | findings oracle oracle_revenue\n");
    for (strategy, rate) in [("price", 0.05), ("price", 0.2), ("lanes", 0.05), ("stake", 0.1)] {
        let figures = run(&stream, plan(rate), strategy, &[]);
        let [one] = figures.as_slice() else { panic!("one week is left") };
        let full = one.full.as_ref().unwrap();
        writeln!(
            table,
            "{strategy} {rate} | {} {} {} {} | {} {} {}",
            one.capacity,
            one.known,
            one.found,
            one.revenue_minor,
            full.findings,
            full.oracle_found,
            full.oracle_revenue_minor
        )
        .unwrap();
    }
    // 5 % of 70 are 3.5, rounded up: 69 + 68 + 67 + 66 = 270. 20 % hold all ten findings: 600 + ... + 690 = 6450. The lanes
    // took the first twenty, where nothing is.
    assert_eq!(
        table,
        "strategy rate | capacity known found revenue | findings oracle oracle_revenue\n\
         price 0.05 | 4 4 4 2700 | 10 4 2700\n\
         price 0.2 | 14 14 10 6450 | 10 10 6450\n\
         lanes 0.05 | 20 20 0 0 | 10 10 6450\n\
         stake 0.1 | 7 7 7 4620 | 10 7 4620\n"
    );
}

#[test]
fn kinds_of_control_are_those_of_the_files() {
    let mut all = records(140, 1);
    for (place, record) in all.iter_mut().enumerate() {
        record.lane = None;
        let known_on = record.declaration.header.day.plus(2);
        for (item, inspection) in record.inspections.iter_mut().enumerate() {
            let control = [None, Some(Made::Physical), Some(Made::Disclosure)][place % 3];
            // The first item of every sixth saw its papers checked too.
            let control = if place % 6 == 1 && item == 0 { Some(Made::Document) } else { control };
            *inspection = Some(Inspection { control, ..examined(known_on, None) });
        }
    }
    let kinds: Vec<Vec<Made>> = all.iter().map(controls_of).collect();
    assert!(kinds.iter().enumerate().all(|(place, kinds)| kinds.is_empty() == (place % 3 != 1)));
    assert!(kinds.iter().any(|kinds| kinds == &[Made::Document, Made::Physical]));
    let week = &kinds[70..];
    let count = |control: Made| week.iter().filter(|kinds| kinds.contains(&control)).count() as u64;
    let declarations = all.into_iter().map(|record| declared(record, Present::Chosen)).collect();
    let stream = Stream::new(shape(), declarations, PeriodKind::Week, true);
    let figures = run(&stream, Plan { warm_up: 1, rate: Rate::Fixed(1.0), ..Plan::default() }, "price", &[]);
    let of = |control: Option<Made>| figures[0].by_control[&control];
    assert_eq!(
        (of(Some(Made::Document)).picks, of(Some(Made::Physical)).picks),
        (count(Made::Document), count(Made::Physical))
    );
    assert_eq!(of(None).picks, week.iter().filter(|kinds| kinds.is_empty()).count() as u64);
    // A disclosure says nothing of what a control would find.
    let disclosed = week.iter().enumerate().filter(|(place, _)| (place + 70) % 3 == 2).count() as u64;
    assert_eq!(of(None).known, of(None).picks - disclosed);
    let twice = Totals::of(&[figures[0].clone(), figures[0].clone()]);
    assert_eq!(twice.by_control[&None].picks, 2 * of(None).picks);
    let other = Stream::new(
        shape(),
        stream.declarations().iter().cloned().map(|one| Declared { controls: Vec::new(), ..one }).collect(),
        PeriodKind::Week,
        true,
    );
    assert_ne!(stream.fingerprint(), other.fingerprint(), "a journal under other kinds does not go on");
}

#[test]
fn what_was_examined_in_part_is_known_in_part() {
    let whole = stream(700, 4, true);
    let is_several = |one: &&Declared| one.keyed.record.inspections.len() > 1 && one.outcome.is_some_and(|o| !o.found);
    let place = whole.declarations().iter().position(|one| is_several(&one)).unwrap();
    let mut declarations = whole.declarations().to_vec();
    declarations[place].keyed.record.inspections[1] = None;
    declarations[place].present = Present::Drawn;
    let record = declarations[place].keyed.record.clone();
    let outcome = recorded_outcome(&record, &shape().rules.labels, Day::from_epoch_days(i32::MAX), true);
    assert_eq!(outcome.map(|outcome| outcome.found), Some(false), "its control found nothing");
    let part = Stream::new(shape(), declarations, PeriodKind::Week, true);
    assert_eq!((whole.is_full(), part.is_full()), (true, false), "nobody knows what the other item holds");
    let plan = || Plan { rate: Rate::Fixed(0.5), ..Plan::default() };
    let (of_whole, of_part) = (run(&whole, plan(), "price", &[]), run(&part, plan(), "price", &[]));
    assert!(of_whole.iter().all(|one| one.full.is_some() && one.estimates.is_none()));
    assert!(of_part.iter().all(|one| one.full.is_none() && one.estimates.is_some()));
    let known = |all: &[PeriodFigures]| all.iter().map(|one| (one.known, one.found)).collect::<Vec<_>>();
    assert_eq!(known(&of_part), known(&of_whole), "its picks are controls with a result all the same");
    // The customs gap counts it among the draws, and tells how many such there are.
    let mut observed = Observed::default();
    observed.record(&record, Present::Drawn, outcome);
    observed.record(&whole.declarations()[place].keyed.record, Present::Drawn, outcome);
    assert_eq!((observed.drawn, observed.drawn_found, observed.drawn_partly), (2, 0, 1));
    let found = Some(Outcome { found: true, revenue_minor: 0.0 });
    observed.record(&record, Present::Drawn, found);
    assert_eq!(
        (observed.drawn_found, observed.drawn_partly),
        (1, 1),
        "where one item is irregular, the declaration is"
    );
}

#[test]
fn second_and_blind_controls_count_where_they_can_tell_something() {
    let stream = stream(40, 4, true);
    let record = |second: Option<bool>, blind: Option<bool>, by: SelectedBy| {
        let mut record = stream.declarations()[0].keyed.record.clone();
        record.checks = vec![Check { blind, reexamination: second }; record.inspections.len()];
        record.inspections.iter_mut().flatten().for_each(|one| one.selected_by = Some(by));
        record
    };
    let (clear, found) = (Outcome::default(), Outcome { found: true, revenue_minor: 5.0 });
    let (random, score) = (SelectedBy::Random, SelectedBy::Score);
    let table = [
        // Second control, blind, selected by, treated, first outcome: cleared, found again, elsewhere, blind, informed.
        (Some(true), None, random, Present::Drawn, Some(clear), [1, 1, 0, 0, 0]),
        (Some(false), None, random, Present::Drawn, Some(clear), [1, 0, 0, 0, 0]),
        (Some(true), None, random, Present::Drawn, Some(found), [0, 0, 1, 0, 0]),
        (Some(true), None, score, Present::Chosen, Some(clear), [0, 0, 1, 0, 0]),
        (Some(true), None, score, Present::Mandatory, Some(clear), [0, 0, 0, 0, 0]),
        (Some(true), None, random, Present::Drawn, None, [0, 0, 1, 0, 0]),
        (None, None, random, Present::Drawn, Some(clear), [0, 0, 0, 0, 0]),
        (None, Some(true), score, Present::Chosen, Some(found), [0, 0, 0, 1, 0]),
        (None, Some(false), score, Present::Chosen, Some(found), [0, 0, 0, 0, 1]),
        (None, Some(true), random, Present::Drawn, Some(found), [0, 0, 0, 0, 0]),
        (None, Some(true), SelectedBy::Exploration, Present::Chosen, Some(found), [0, 0, 0, 0, 0]),
    ];
    for (second, blind, by, present, outcome, counts) in table {
        let mut observed = Observed::default();
        observed.record(&record(second, blind, by), present, outcome);
        let of = observed.second;
        let told = [of.cleared.controls, of.cleared.found, of.elsewhere, of.blind.controls, of.informed.controls];
        assert_eq!(told, counts, "{second:?} {blind:?} {by:?} {present:?} {outcome:?}");
        assert_eq!(
            observed.found(),
            u64::from(present != Present::Mandatory && outcome == Some(found)),
            "what a second control finds is no catch"
        );
        let mut twice = observed.clone();
        twice.add(&observed);
        assert_eq!(twice.second.cleared.controls, 2 * counts[0]);
    }
}

#[test]
fn the_yield_of_each_lane_worked_out_by_hand() {
    let stream = by_hand();
    let plan = Plan { warm_up: 1, rate: Rate::Fixed(0.2), ..Plan::default() };
    let mut table = String::from("strategy lane | declarations picks known found\n");
    for strategy in ["price", "lanes"] {
        let figures = run(&stream, plan.clone(), strategy, &[]);
        let twice = Totals::of(&[figures[0].clone(), figures[0].clone()]);
        for (lane, of) in &figures[0].by_lane {
            let name = lane.map_or("none", Lane::name);
            let LaneFigures { declarations, picks, known, found } = *of;
            writeln!(table, "{strategy} {name} | {declarations} {picks} {known} {found}").unwrap();
            let sum = [declarations, picks, known, found].map(|count| 2 * count);
            let total = twice.by_lane[lane];
            assert_eq!([total.declarations, total.picks, total.known, total.found], sum, "{strategy} {name}");
        }
    }
    // By price the 14 picks are 56 to 69: nine of them green, of which 60 to 64 have a finding, and five without a lane.
    assert_eq!(
        table,
        "strategy lane | declarations picks known found\n\
         price none | 5 5 5 5\n\
         price green | 45 9 9 5\n\
         price red | 20 0 0 0\n\
         lanes none | 5 0 0 0\n\
         lanes green | 45 0 0 0\n\
         lanes red | 20 20 20 0\n"
    );
}

#[test]
fn lanes_are_counted_and_never_seen() {
    let of = |lane: fn(usize) -> Option<Lane>, is_full| {
        let stream = stream(700, 8, is_full);
        let declarations = stream.declarations().iter().cloned().enumerate().map(|(place, mut declared)| {
            declared.keyed.record.lane = lane(place);
            declared
        });
        let stream = Stream::new(shape(), declarations.collect(), PeriodKind::Week, true);
        (stream.fingerprint(), run(&stream, plan(), "gbdt:0.8+random:0.2", &[]))
    };
    for is_full in [true, false] {
        let (print, figures) = of(|_| None, is_full);
        let (other_print, other) = of(|place| Some(Lane::ALL[place % 4]), is_full);
        assert_ne!(print, other_print, "a journal under other lanes tells other figures");
        for (one, other) in figures.iter().zip(&other) {
            assert_eq!(one.picks, other.picks);
            assert_eq!((one.by_lane.len(), other.by_lane.len()), (1, 4));
            for figures in [one, other] {
                let sum = |count: fn(&LaneFigures) -> u64| figures.by_lane.values().map(count).sum::<u64>();
                assert_eq!(
                    [sum(|of| of.declarations), sum(|of| of.picks), sum(|of| of.known), sum(|of| of.found)],
                    [figures.declarations, figures.picks.len() as u64, figures.known, figures.found]
                );
            }
        }
        assert_eq!(other.iter().all(|one| one.known == one.capacity), is_full, "part of this past has no result");
    }
}

#[test]
fn what_a_strategy_holds_is_what_it_may_learn_from() {
    let stream = by_hand();
    let holding = |strategy: &str, plan: &Plan| Holding::new(&stream, plan, &Strategy::parse(strategy).unwrap());
    let plan = |rate| Plan { warm_up: 1, rate, ..Plan::default() };
    let fifth = holding("price", &plan(Rate::Fixed(0.2)));
    // Every declaration has one item: 70 of the warm-up, a fifth of 70 after it.
    assert_eq!((fifth.learnt, fifth.copies, fifth.looked_at, fifth.met), (84, 0, 70, 140));
    let learnt = |strategy: &str, rate| holding(strategy, &plan(rate)).learnt;
    assert_eq!(learnt("price", Rate::Fixed(0.05)), 74, "3.5 picks may become four");
    assert_eq!(learnt("price", Rate::Falling { first: 0.5, last: 0.1, step: 0.1 }), 105);
    assert_eq!((learnt("price", Rate::Present), learnt("lanes", Rate::Fixed(0.5))), (90, 90), "as many as at the time");
    let trained = holding("gbdt", &plan(Rate::Fixed(0.2)));
    let copies = trained.bytes() - fifth.bytes();
    assert_eq!(copies, 5 * 84 * trained.row_bytes, "84 rows five times more");
    let all = holding("price", &Plan { warm_up: 2, ..plan(Rate::Fixed(0.2)) });
    assert_eq!(all.learnt, 140, "a warm-up of all reveals all");
    // No strategy learns more than it says.
    let stream = self::stream(1400, 9, false);
    let plan = Plan { rate: Rate::Fixed(0.1), ..Plan::default() };
    let holding = Holding::new(&stream, &plan, &Strategy::parse("random").unwrap());
    let items = |place: usize| stream.declarations()[place].keyed.record.declaration.items.len() as u64;
    let warm: u64 = (0..stream.periods()[plan.warm_up - 1].places.end).map(items).sum();
    let picked = run(&stream, plan, "random", &[]).into_iter().flat_map(|one| one.picks);
    let revealed = warm + picked.map(|pick| items(pick.place)).sum::<u64>();
    assert!(holding.learnt + 20 > revealed && holding.learnt < holding.met / 2, "{holding:?} {revealed}");
}

#[test]
fn shares_capacity_and_the_yield_by_reason() {
    let stream = stream(1400, 2, true);
    let figures = run(&stream, plan(), "gbdt:0.8+random:0.2", &[]);
    assert_eq!(figures.len(), 16);
    let picks: usize = figures.iter().map(|one| one.picks.len()).sum();
    assert_eq!(picks, 112, "a tenth of 1120");
    let chance: u64 = figures.iter().filter_map(|one| one.by_why.get(&Why::Chance)).map(|why| why.picks).sum();
    assert!((20..=25).contains(&chance), "{chance}");
    for one in &figures {
        assert_eq!(one.by_why.values().map(|why| why.found).sum::<u64>(), one.found);
        assert_eq!(one.by_office.values().map(|office| office.picks).sum::<u64>(), one.capacity);
        assert!(one.picks.windows(2).all(|pair| pair[0].place < pair[1].place));
    }
    let rate = |strategy: &str| {
        let all = run(&stream, plan(), strategy, &[]);
        all.iter().map(|one| one.found).sum::<u64>() as f64 / all.iter().map(|one| one.known).sum::<u64>() as f64
    };
    let (model, chance) = (rate("gbdt"), rate("random"));
    assert!(model > 1.5 * chance, "{model} against {chance}");
}

#[test]
fn a_replay_that_was_stopped_goes_on_as_if_it_had_not_been() {
    let stream = stream(700, 3, true);
    for strategy in ["gbdt:0.8+random:0.2", "apt(gbdt+uncertainty)", "adapt(profile+novelty)+random:0.1"] {
        let whole = run(&stream, plan(), strategy, &[]);
        let finished: Vec<Finished> = whole[..3]
            .iter()
            .map(|one| Finished { period: one.period, picks: one.picks.clone(), drift: one.drift.or(one.stability) })
            .collect();
        assert_eq!(run(&stream, plan(), strategy, &finished), whole[3..], "{strategy}");
        let other = Finished { period: 7, ..finished[0].clone() };
        let error =
            replay(&stream, &plan().check().unwrap(), &Strategy::parse(strategy).unwrap(), &[other], |_| Control::GoOn);
        assert!(error.unwrap_err().to_string().contains("--resume"));
    }
}

#[test]
fn threads_change_nothing() {
    let stream = stream(700, 4, true);
    let of = |threads| run(&stream, Plan { threads, ..plan() }, "apt(gbdt+uncertainty)+random:0.1", &[]);
    assert_eq!(of(1), of(3));
}

#[test]
fn a_network_goes_on_between_full_trainings_and_explores() {
    let stream = stream(700, 5, true);
    let plan = Plan { full_every: 4, rate: Rate::Fixed(0.3), ..plan() };
    let whole = run(&stream, plan.clone(), "date:0.7+bate:0.3", &[]);
    let trainings: Vec<&str> = whole.iter().map(|one| one.training.name()).collect();
    assert_eq!(trainings, ["full", "refreshed", "refreshed", "refreshed", "full", "refreshed"]);
    assert!(whole.iter().all(|one| one.drift.is_some() && one.by_why[&Why::Exploration].picks > 0));
    let finished: Vec<Finished> = whole[..2]
        .iter()
        .map(|one| Finished { period: one.period, picks: one.picks.clone(), drift: one.drift })
        .collect();
    assert_eq!(
        run(&stream, plan, "date:0.7+bate:0.3", &finished),
        whole[2..],
        "the network is trained up to the same state"
    );
}

#[test]
fn a_finding_that_is_overturned_later_still_stands_when_a_share_is_learnt_from_it() {
    let of = |overturned: Option<Day>| {
        let mut all: Vec<Record> =
            stream(4200, 7, true).declarations().iter().map(|one| one.keyed.record.clone()).collect();
        for finding in all.iter_mut().flat_map(|record| record.inspections.iter_mut().flatten()) {
            if let (Some(finding), Some(_)) = (&mut finding.finding, overturned) {
                (finding.status, finding.status_on) = (FindingStatus::Overturned, overturned);
            }
        }
        let declarations = all.into_iter().map(|record| declared(record, Present::Chosen)).collect();
        let stream = Stream::new(shape(), declarations, PeriodKind::Week, true);
        run(&stream, plan(), "apt(profile+novelty)", &[]).into_iter().map(|one| one.picks).collect::<Vec<_>>()
    };
    assert_eq!(of(None), of(Some(Day::from_epoch_days(18_500))), "all of this past lies before that day");
}

#[test]
fn a_partial_past_gives_estimates_and_never_the_figures_of_a_full_one() {
    let stream = stream(1400, 6, false);
    assert!(!stream.is_full() && stream.floor().is_some_and(|floor| floor > 0.05 && floor < 0.11));
    let figures = run(&stream, plan(), "gbdt", &[]);
    assert!(figures.iter().all(|one| one.full.is_none() && one.estimates.is_some()));
    assert!(figures.iter().any(|one| one.known < one.capacity), "the result of some picks is not known");
    let lanes = run(&stream, plan(), "lanes", &[]);
    assert!(lanes.iter().all(|one| one.estimates.is_none()), "the draw is part of what was done at the time");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// What was not picked can be anything: no pick and no figure of what is known hangs on it.
    #[test]
    fn no_strategy_sees_an_unrevealed_label(seed in 0u64..1000, which in 0usize..5) {
        let strategy = ["gbdt:0.8+random:0.2", "profile", "logistic:0.8+uncertainty:0.2", "apt(profile+novelty)", "date:0.9+gate:0.1"][which];
        let stream = stream(420, seed, true);
        let plan = Plan { warm_up: 2, ..plan() };
        let before = run(&stream, plan.clone(), strategy, &[]);
        let picked: Vec<usize> = before.iter().flat_map(|one| one.picks.iter().map(|pick| pick.place)).collect();
        let warm = stream.periods()[1].places.end;
        let changed = stream.declarations().iter().enumerate().map(|(place, declared)| {
            let mut record = declared.keyed.record.clone();
            if place >= warm && !picked.contains(&place) {
                for inspection in record.inspections.iter_mut().flatten() {
                    let was_found = inspection.finding.is_some();
                    *inspection = examined(inspection.known_on, (!was_found).then_some(123_456));
                }
            }
            self::declared(record, declared.present)
        });
        let after = Stream::new(shape(), changed.collect(), PeriodKind::Week, true);
        let after = run(&after, plan, strategy, &[]);
        for (one, other) in before.iter().zip(&after) {
            prop_assert_eq!(&one.picks, &other.picks);
            prop_assert_eq!((one.found, one.revenue_minor, one.training), (other.found, other.revenue_minor, other.training));
        }
        let findings = |all: &[PeriodFigures]| all.iter().filter_map(|one| one.full.as_ref()).map(|full| full.findings).sum::<u64>();
        prop_assert!(findings(&before) != findings(&after), "the change was one");
    }
}
