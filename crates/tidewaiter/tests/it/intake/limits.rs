//! Files at the edge: empty, ragged, huge, or no tables at all.

use super::{SCHEMA, csv, file, read_bytes, schema, try_read};
use crate::data::{data_folder, shipped_schema};
use proptest::prelude::*;
use tidewaiter::intake::Schema;

fn error(bytes: &[u8]) -> String {
    let path = file(bytes);
    match try_read(&schema(SCHEMA), &[path.to_path_buf()], true) {
        Ok(_) => panic!("read without an error"),
        Err(error) => error.to_string().replace(&path.display().to_string(), "FILE"),
    }
}

#[test]
fn files_without_a_header_or_with_another_one() {
    assert_eq!(error(b""), "FILE is empty: it has not even a header; remove it from the list");
    assert_eq!(error(b"\n\n"), "FILE is empty: it has not even a header; remove it from the list");
    let header = super::HEADER.replace("date", "Date ").replace(",value", ",cost").replace("found", "importer");
    let lacking = "FILE lacks columns of the schema:\n  `date` for role `date`; did you mean `Date`?\n  \
                   `value` for role `customs_value`\n  `found` for role `finding_date`";
    let twice = "FILE has the column `importer` twice; rename one of them";
    assert_eq!(error(header.as_bytes()), twice);
    assert_eq!(error(header.replace("finding,importer", "finding,other").as_bytes()), lacking);
    let absent = try_read(&schema(SCHEMA), &["absent.csv".into()], true).err().unwrap();
    assert_eq!(absent.to_string(), "can't read absent.csv");
}

#[test]
fn a_header_alone_gives_nothing() {
    let read = read_bytes(&schema(SCHEMA), csv(""));
    assert_eq!((read.records.len(), read.summary.rows, read.summary.first_day), (0, 0, None));
    assert_eq!(read.rejects, "line,column,value,reason\n");
}

#[test]
fn ragged_rows_are_refused_with_their_line() {
    let schema = schema("[roles]\ndeclaration_id = \"id\"\ndate = \"date\"\ndescription = \"goods\"");
    let text = "id,date,goods\n\nA,2021-03-01,\"two\nlines, one field\"\nB,2021-03-01\nC,2021-03-01,x,y\nD,2021-03-01,x,,\nE,2021-03-01,x\n";
    let read = read_bytes(&schema, text);
    assert_eq!(read.outline(), "A v1 2021-03-01 [1]\nD v1 2021-03-01 [1]\nE v1 2021-03-01 [1]\n");
    assert_eq!(read.records[0].declaration.items[0].description.as_deref(), Some("two\nlines, one field"));
    let reason = "the row has another number of fields than the header; quote fields that hold the delimiter";
    let rejects: Vec<&str> = read.rejects.lines().skip(1).collect();
    assert_eq!(rejects, [format!("5,,\"2 fields, not 3: B\",{reason}"), format!("6,,\"4 fields, not 3: C\",{reason}")]);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row_and_no_memory() {
    let schema = schema("[roles]\ndeclaration_id = \"id\"\ndate = \"date\"\ndescription = \"goods\"");
    let filler: String = (0..400_000).map(|number| format!("F{number},2021-03-01,some goods\n")).collect();
    let text = format!("id,date,goods\nA,2021-03-01,x\nB,2021-03-01,\"open\n{filler}");
    let read = read_bytes(&schema, text);
    assert_eq!((read.summary.rows, read.summary.items, read.summary.rejected), (400_002, 400_001, 1));
    let reject = read.rejects.lines().nth(1).unwrap();
    assert!(reject.starts_with("3,,\"lines 3 to ") && reject.contains("opened in this row and not closed"), "{reject}");
}

#[test]
fn a_quote_closed_in_the_wrong_place_costs_its_own_row_alone() {
    let schema =
        schema("[roles]\ndeclaration_id = \"id\"\ndate = \"date\"\ndescription = \"goods\"\nimporter = \"who\"");
    let head = "id,date,goods,who\nA,2021-03-01,\"two\nlines, one field\",I1\n";
    let rest = "Q2,2021-03-01,bags,I2\nQ3,2021-03-01,\"shoes\",I3\nQ4,2021-03-01,\"a\n\"\"big\"\" box\",I4\n";
    for (broken, lines) in [
        ("Q1,2021-03-01,\"Name1,I1\n", "4 to 6"),
        ("Q1,\"2021-03-01,hats,I1\n", "4 to 6"),
        ("\"Q1,2021-03-01,hats,I1\n", "4 to 6"),
        ("Q1,2021-03-01,\"a \"\"hat,I1\r\n", "4 to 6"),
    ] {
        let read = read_bytes(&schema, format!("{head}{broken}{rest}"));
        let expected = "A v1 2021-03-01 [1]\nQ2 v1 2021-03-01 [1]\nQ3 v1 2021-03-01 [1]\nQ4 v1 2021-03-01 [1]\n";
        assert_eq!(read.outline(), expected, "{broken}");
        let rejects: Vec<&str> = read.rejects.lines().skip(1).collect();
        assert_eq!(rejects.len(), 1, "{rejects:?}");
        assert!(rejects[0].starts_with(&format!("4,,\"lines {lines}: ")), "{rejects:?}");
        assert!(rejects[0].contains("a quotation mark is opened in this row and not closed"), "{rejects:?}");
        assert_eq!((read.summary.rows, read.summary.rejected), (5, 1));
        assert_eq!(read.records[3].declaration.items[0].description.as_deref(), Some("a\n\"big\" box"));
    }
    let last = read_bytes(&schema, format!("{head}{rest}Q5,2021-03-01,\"open,I5"));
    assert_eq!((last.summary.items, last.summary.rejected), (4, 1));
    assert!(last.rejects.contains("8,,\"lines 8 to 8: Q5"), "{}", last.rejects);
}

#[test]
fn a_large_field_is_kept() {
    let schema = schema("[roles]\ndeclaration_id = \"id\"\ndate = \"date\"\ndescription = \"goods\"");
    let goods = "long ".repeat(400_000);
    let read = read_bytes(&schema, format!("id,date,goods\nA,2021-03-01,{goods}\nB,2021-03-01,x\n"));
    assert_eq!(read.records[0].declaration.items[0].description.as_deref(), Some(goods.trim_end()));
    assert_eq!(read.records.len(), 2);
}

#[test]
fn real_korean_declarations_are_read_whole() {
    let Some(folder) = data_folder("kcs", "reading the Korean declarations") else { return };
    let schema = Schema::load(&shipped_schema("kcs.toml")).unwrap();
    let files = [folder.join("train.csv"), folder.join("valid.csv")];
    let read = try_read(&schema, &files, true).unwrap();
    let summary = &read.summary;
    assert_eq!((summary.rows, summary.items, summary.declarations, summary.rejected), (45_519, 45_519, 45_519, 0));
    assert_eq!((summary.inspected, summary.known_on_assumed), (45_519, 45_519));
    let notes: Vec<String> = summary
        .quality
        .iter()
        .map(|((kind, role), tally)| format!("{} {} {}", kind.name(), role.name(), tally.count))
        .collect();
    // Nothing is unreadable: what is noted is missing, zero, or the code ZZ for an unknown country.
    let expected = [
        "missing consignor 4510",
        "country_unknown origin 24",
        "country_unknown departure 29",
        "zero net_mass 340",
        "zero customs_value 437",
    ];
    assert_eq!(notes, expected);
    let first = &read.records[0].declaration;
    assert_eq!((&*first.header.id, first.items[0].code.unwrap().as_str()), ("97061800", "440890"));
    assert!(read.records.iter().all(|record| record.declaration.items[0].repeat_key.is_some()));
}

/// Bytes that are nearly a table, so that more than the header's errors is reached.
fn nearly_csv() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(b"A,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5,1,0,2021-04-01\n".to_vec()),
        2 => Just(b"A".to_vec()),
        2 => Just(b",".to_vec()),
        1 => Just(b"\"".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"2021-03-02".to_vec()),
        1 => Just(b"-1e400".to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_under_a_header_are_items_or_rejects(body in nearly_csv()) {
        let text = [super::HEADER.as_bytes(), b"\n", &body].concat();
        let path = file(text);
        let schema = schema(&format!("[file]\ndelimiter = \",\"\nencoding = \"utf-8\"\n{SCHEMA}"));
        let read = try_read(&schema, &[path.to_path_buf()], true).unwrap();
        let summary = &read.summary;
        prop_assert_eq!(summary.rows, summary.items + summary.rejected);
        let items: usize = read.records.iter().map(|record| record.declaration.items.len()).sum();
        prop_assert_eq!(items as u64, summary.items);
        let days: Vec<_> = read.records.iter().map(|record| record.declaration.header.day).collect();
        prop_assert!(days.is_sorted(), "records come by day");
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), magic in 0usize..4) {
        let magic: &[u8] = [&b""[..], b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"][magic];
        let path = file([magic, &bytes].concat());
        let _ = try_read(&schema(SCHEMA), &[path.to_path_buf()], true);
        let _ = tidewaiter::intake::Guess::of_file(&path);
    }
}
