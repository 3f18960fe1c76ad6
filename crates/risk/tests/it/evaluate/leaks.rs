use super::{examined, item};
use domain::{Day, GoodsItem, LabelRules};
use risk::evaluate::LeakWatch;

const LAST: Day = Day::from_epoch_days(10_000);

/// 1000 declarations, every fifth with a finding; `change` gives each item its columns.
fn leaks(change: impl Fn(usize, bool, &mut GoodsItem)) -> Vec<String> {
    let names = ["stamp".to_owned()];
    let mut watch = LeakWatch::new(LabelRules::default(), &names, &["amount".to_owned()]);
    for number in 0..1000usize {
        let found = number.is_multiple_of(5);
        let mut goods = item("610910", 1_000 + number as i64, 20_000 + (number as i64 * 7_919) % 50_000);
        (goods.categorical, goods.numeric) = (vec![None], vec![f64::NAN]);
        change(number, found, &mut goods);
        watch.add(&examined(&format!("D{number}"), 100, found, goods), LAST);
    }
    watch.leaks().into_iter().map(|leak| leak.column).collect()
}

#[test]
fn clean_columns_raise_no_alarm() {
    let clean = leaks(|number, found, goods| {
        // Known at lodgement, and twice as often where something is found: skill, not a leak.
        let marked = number.is_multiple_of(3) || (found && number % 2 == 0);
        goods.categorical = vec![Some(if marked { "A" } else { "B" }.into())];
        goods.numeric = vec![(number % 97) as f64 + if found { 20.0 } else { 0.0 }];
    });
    assert_eq!(clean, [""; 0]);
}

#[test]
fn an_identifier_is_no_leak() {
    assert_eq!(leaks(|number, _, goods| goods.categorical = vec![Some(format!("X{number}").into())]), [""; 0]);
}

#[test]
fn a_column_made_of_the_result_is_found_whether_text_number_or_gap() {
    let text = leaks(|_, found, goods| goods.categorical = vec![Some(if found { "yes" } else { "no" }.into())]);
    assert_eq!(text, ["stamp"]);
    let number = leaks(|number, found, goods| goods.numeric = vec![if found { 10_000.0 } else { 0.0 } + number as f64]);
    assert_eq!(number, ["amount"]);
    let gap = leaks(|number, found, goods| goods.numeric = vec![if found { number as f64 } else { f64::NAN }]);
    assert_eq!(gap, ["amount"]);
}

#[test]
fn a_value_that_stands_for_a_third_of_the_findings_is_found() {
    let pure = leaks(|number, found, goods| {
        goods.categorical = vec![Some(if found && number.is_multiple_of(15) { "seized" } else { "other" }.into())];
    });
    assert_eq!(pure, ["stamp"]);
}

#[test]
fn rows_that_repeat_with_their_label_do_not_make_columns_look_like_leaks() {
    let repeated = leaks(|number, found, goods| {
        // Fifty different rows, each twenty times with the same result.
        let row = (number % 50) as u64;
        goods.repeat_key = Some(row);
        goods.net_mass_g = Some(1_000 + row as i64);
        assert_eq!(found, row.is_multiple_of(5));
    });
    assert_eq!(repeated, [""; 0]);
}

#[test]
fn unexamined_items_and_too_few_results_say_nothing() {
    let mut watch = LeakWatch::new(LabelRules::default(), &["stamp".to_owned()], &[]);
    for number in 0..1000i64 {
        let found = number % 100 == 0;
        let stamp = if found { "yes" } else { "no" };
        let goods = GoodsItem { categorical: vec![Some(stamp.into())], ..item("610910", 1_000 + number, 20_000) };
        let mut record = examined(&format!("D{number}"), 100, found, goods);
        if !found {
            record.inspections = vec![None];
        }
        watch.add(&record, LAST);
    }
    assert_eq!(watch.leaks(), []);
}

/// 1000 declarations of eight items, of which every fourth has a finding in one; `stamp` gives the column of each item.
fn leaks_of_declarations(stamp: impl Fn(usize, usize, bool) -> String) -> Vec<String> {
    let mut watch = LeakWatch::new(LabelRules::default(), &["stamp".to_owned()], &[]);
    for number in 0..1000usize {
        let found = number.is_multiple_of(4);
        let goods = |place: usize| {
            let mut goods = item("610910", 1_000 + (number * 8 + place) as i64, 20_000);
            goods.categorical = vec![Some(stamp(number, place, found).into())];
            goods
        };
        let mut record = examined(&format!("D{number}"), 100, found, goods(0));
        let clear = examined("", 100, false, goods(0)).inspections[0].clone();
        for place in 1..8 {
            record.declaration.items.push(goods(place));
            record.inspections.push(clear.clone());
        }
        watch.add(&record, LAST);
    }
    watch.leaks().into_iter().map(|leak| leak.column).collect()
}

#[test]
fn what_was_decided_of_a_declaration_is_found_although_it_says_little_of_its_items() {
    assert_eq!(leaks_of_declarations(|_, _, found| if found { "held" } else { "released" }.to_owned()), ["stamp"]);
    // A fifth of the findings is enough if nothing else has the value.
    let pure = |number: usize, _, found| if found && number.is_multiple_of(12) { "seized" } else { "other" }.to_owned();
    assert_eq!(leaks_of_declarations(pure), ["stamp"]);
    // Skill is no leak, nor an identifier, nor a column of items.
    let skill = |number: usize, _, found| {
        if found && number.is_multiple_of(8) || number.is_multiple_of(3) { "A" } else { "B" }.to_owned()
    };
    assert_eq!(leaks_of_declarations(skill), [""; 0]);
    assert_eq!(leaks_of_declarations(|number, _, _| format!("X{number}")), [""; 0]);
    assert_eq!(leaks_of_declarations(|_, place, found| format!("{}", place % 2 == usize::from(found))), [""; 0]);
}
