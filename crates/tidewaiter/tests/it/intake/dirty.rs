//! Dirty data: what becomes of each case.

use super::{SCHEMA, csv, read_bytes, schema};
use domain::Record;

/// Values of the first item, as far as a case is about them.
fn value(record: &Record, name: &str) -> String {
    let item = &record.declaration.items[0];
    let number = |value: Option<i64>| value.map_or("none".to_owned(), |value| value.to_string());
    match name {
        "day" => record.declaration.header.day.to_string(),
        "code" => item.code.map_or("none".to_owned(), |code| code.to_string()),
        "origin" => item.origin.map_or("none".to_owned(), |origin| origin.to_string()),
        "net" => number(item.net_mass_g),
        "value" => number(item.customs_value_minor),
        "quantity" => item.quantity.as_ref().map_or("none".to_owned(), |q| format!("{} {}", q.milli, q.unit)),
        "known" => record.inspections[0].as_ref().map_or("not inspected".to_owned(), |inspection| {
            let found = if inspection.finding.is_some() { "finding" } else { "in order" };
            format!("{found} {}", inspection.known_on)
        }),
        _ => panic!("no value is called {name}"),
    }
}

#[test]
fn each_case_gives_a_value_and_a_note() {
    // id, item, version, date, importer, hs, origin, qty, unit, net, gross, value, inspected, finding, found
    #[rustfmt::skip]
    let table = [
        // row                                                              value      becomes                note
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5",                 "code",    "610910",              ""),
        ("D1,1,1,2021-03-01,I1,10121,CN,5,NAR,10,12,99.5",                  "code",    "010121",              "2 code_repaired hs_code 10121"),
        ("D1,1,1,2021-03-01,I1,610910.0,CN,5,NAR,10,12,99.5",               "code",    "610910",              "2 code_repaired hs_code 610910.0"),
        ("D1,1,1,2021-03-01,I1,shirts,CN,5,NAR,10,12,99.5",                 "code",    "none",                "2 code_unusable hs_code shirts"),
        ("D1,1,1,2021-03-01,I1,610910,QQ,5,NAR,10,12,99.5",                 "origin",  "QQ",                  "2 country_unknown origin QQ"),
        ("D1,1,1,2021-03-01,I1,610910,China,5,NAR,10,12,99.5",              "origin",  "none",                "2 unreadable origin China"),
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,-10,12,99.5",                "net",     "none",                "2 negative net_mass -10"),
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,0,12,99.5",                  "net",     "0",                   "2 zero net_mass 0"),
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,ten,12,99.5",                "net",     "none",                "2 unreadable net_mass ten"),
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,13,12,99.5",                 "net",     "13000",               "2 net_above_gross net_mass 13000 g > 12000 g"),
        ("D1,1,1,2022-03-01,I1,610910,CN,5,NAR,10,12,99.5",                 "day",     "2021-12-31",          "2 date_in_future date 2022-03-01"),
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5,1,1,2021-02-01",  "known",   "not inspected",       "2 finding_before_declaration finding_date 2021-02-01"),
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5,0,1,2021-04-01",  "known",   "finding 2021-04-01",  "2 finding_without_inspection finding 1"),
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5,1,maybe,2021-04-01", "known", "in order 2021-04-01", "2 unreadable finding maybe"),
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5,1,0,",            "known",   "in order 2021-03-15", ""),
        ("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5,0,0,",            "known",   "not inspected",       ""),
    ];
    for (row, name, becomes, note) in table {
        let read = read_bytes(&schema(SCHEMA), csv(row));
        assert_eq!(value(&read.records[0], name), becomes, "{row}");
        assert_eq!(read.notes(), if note.is_empty() { vec![] } else { vec![note] }, "{row}");
        assert_eq!((read.summary.items, read.summary.rejected), (1, 0), "{row}");
    }
}

#[test]
fn rows_that_can_be_neither_named_nor_dated_are_refused() {
    let rows = "D1,1,1,2021-03-01,I1,610910
                ,1,1,2021-03-01,I1,610910
                D3,1,1,yesterday,I1,610910
                D4,1,1,,I1,610910
                D5,1,1,1850-03-01,I1,610910";
    let read = read_bytes(&schema(SCHEMA), csv(rows));
    assert_eq!(read.outline(), "D1 v1 2021-03-01 [1]\n");
    let rejects: Vec<&str> = read.rejects.lines().collect();
    assert_eq!(
        rejects,
        [
            "line,column,value,reason",
            "3,id,,the row has no declaration id; give the column in the schema or complete the file",
            "4,date,yesterday,the date fits none of the schema's date_formats; add the file's format or correct the row",
            "5,date,,the date fits none of the schema's date_formats; add the file's format or correct the row",
            "6,date,1850-03-01,\"the date lies before 1900, which is refused; correct the row, or add a format with %y to \
             date_formats\"",
        ]
    );
    assert_eq!((read.summary.rows, read.summary.items, read.summary.rejected), (5, 1, 4));
}

#[test]
fn declared_conventions_are_followed() {
    #[rustfmt::skip]
    let table = [
        // conventions                                  date          value          becomes
        (r#"date_formats = ["%d/%m/%Y"]"#,             "03/04/2021", "1234.5",       ("2021-04-03", "123450")),
        (r#"date_formats = ["%m/%d/%Y"]"#,             "03/04/2021", "1234.5",       ("2021-03-04", "123450")),
        (r#"date_formats = ["%Y-%m-%d", "%d.%m.%y"]"#, "03.04.21",   "1234.5",       ("2021-04-03", "123450")),
        (r#"date_formats = ["%Y%m%d"]"#,               "20210403",   "1234.5",       ("2021-04-03", "123450")),
        ("decimal = \",\"",                            "2021-04-03", "1234,5",       ("2021-04-03", "123450")),
        ("decimal = \",\"\nthousands = \".\"",         "2021-04-03", "1.234,5",      ("2021-04-03", "123450")),
        ("decimal = \",\"\nthousands = \" \"",         "2021-04-03", "1\u{a0}234,5", ("2021-04-03", "123450")),
        ("thousands = \",\"",                          "2021-04-03", "1,234.5",      ("2021-04-03", "123450")),
        ("money_decimals = 0",                         "2021-04-03", "1234.5",       ("2021-04-03", "1234")),
        ("null = [\"-\"]",                             "2021-04-03", "-",            ("2021-04-03", "none")),
    ];
    for (conventions, date, amount, (day, becomes)) in table {
        let schema = schema(&format!("[file]\n{conventions}\n{SCHEMA}"));
        let text = format!("{}\nD1;1;1;{date};I1;610910;CN;5;NAR;10;12;{amount};;;\n", super::HEADER.replace(',', ";"));
        let read = read_bytes(&schema, text);
        assert_eq!(value(&read.records[0], "day"), day, "{conventions}");
        assert_eq!(value(&read.records[0], "value"), becomes, "{conventions}");
    }
}

#[test]
fn masses_are_grams_whatever_the_file_uses() {
    for (unit, grams) in [("g", "2"), ("kg", "2500"), ("t", "2500000")] {
        let schema = schema(&format!("[file]\nmass_unit = \"{unit}\"\n{SCHEMA}"));
        let read = read_bytes(&schema, csv("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,2.5,3"));
        assert_eq!(value(&read.records[0], "net"), grams, "{unit}");
    }
}

#[test]
fn units_are_compared_with_what_the_subheading_mostly_uses() {
    let rows = "D1,1,1,2021-03-01,I1,610910,CN,5,NAR
                D2,1,1,2021-03-01,I1,610910,CN,5,KGM
                D3,1,1,2021-03-01,I1,610990,CN,5,KGM
                D4,1,1,2021-03-01,I1,610910,CN,5,nar
                D5,1,1,2021-03-01,I1,610910,CN,5,KGM
                D6,1,1,2021-03-01,I1,610910,CN,5,KGM
                D7,1,1,2021-03-01,I1,610910,CN,5,NAR";
    let read = read_bytes(&schema(SCHEMA), csv(rows));
    let mixed = ["3 unit_mixed quantity_unit KGM", "6 unit_mixed quantity_unit KGM"];
    assert_eq!(read.notes(), mixed, "NAR is first; KGM overtakes it on line 7; on line 8 both stand at three");
}

#[test]
fn derived_and_constant_roles() {
    let schema = schema(
        r#"
        [file]
        decimal = ","
        [roles]
        declaration_id = "id"
        date = "date"
        customs_value = { derive = "`unit price` * qty + freight / 2" }
        origin = { constant = "KR" }
        "#,
    );
    let read = read_bytes(&schema, "id;date;unit price;qty;freight\nD1;2021-03-01;2,5;4;1\nD2;2021-03-01;2,5;;1\n");
    assert_eq!(value(&read.records[0], "value"), "1050");
    assert_eq!(value(&read.records[0], "origin"), "KR");
    assert_eq!(value(&read.records[1], "value"), "none", "a number is missing");
}
