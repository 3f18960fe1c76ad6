//! Items to declarations, and declarations in order.

use super::{SCHEMA, csv, file, read, read_bytes, schema, try_read};

#[test]
fn items_come_together_within_a_day() {
    let rows = "A,1,1,2021-03-01,I1,610910
                B,1,1,2021-03-01,I2,610910
                A,2,1,2021-03-01,I1,610910
                C,1,1,2021-03-02,I3,610910
                B,2,1,2021-03-01,I2,610910";
    let read = read_bytes(&schema(SCHEMA), csv(rows));
    assert_eq!(read.outline(), "A v1 2021-03-01 [1 2]\nB v1 2021-03-01 [1 2]\nC v1 2021-03-02 [1]\n");
    assert!(read.summary.sorted, "the last row has an earlier date than the one before it");
    assert_eq!(read.summary.items, 5);
}

#[test]
fn an_item_dated_otherwise_is_kept_apart_with_a_note() {
    let rows = "A,1,1,2021-03-01,I1,610910
                A,2,1,2021-03-04,I1,610910
                A,1,1,2021-03-04,I1,610910";
    let read = read_bytes(&schema(SCHEMA), csv(rows));
    assert_eq!(read.outline(), "A v1 2021-03-01 [1]\nA v1 2021-03-04 [2]\n");
    assert_eq!(read.notes(), ["3 header_disagrees date 2021-03-04", "4 duplicate declaration_id A"]);
}

#[test]
fn versions_are_records_of_their_own_and_duplicates_are_refused() {
    let rows = "A,1,1,2021-03-01,I1,610910
                A,1,1,2021-03-01,I1,610990
                A,1,2,2021-03-01,I1,610990
                B,2,1,2021-03-02,I1,610990
                B,1,1,2021-03-02,I1,610990
                B,2,1,2021-03-02,I1,610990";
    let read = read_bytes(&schema(SCHEMA), csv(rows));
    assert_eq!(read.outline(), "A v1 2021-03-01 [1]\nA v2 2021-03-01 [1]\nB v1 2021-03-02 [2 1]\n");
    assert_eq!(read.notes(), ["3 duplicate declaration_id A", "7 duplicate declaration_id B"]);
    let reason = "another row is the same item of the same declaration and version; the first stands";
    assert_eq!(
        read.rejects.lines().skip(1).collect::<Vec<_>>(),
        [format!("3,id,A,{reason}"), format!("7,id,B,{reason}")]
    );
    assert_eq!(read.records[0].declaration.items[0].code.unwrap().as_str(), "610910", "the first stands");
}

#[test]
fn rows_without_item_numbers_are_numbered_in_their_order() {
    let schema = schema("[roles]\ndeclaration_id = \"id\"\ndate = \"date\"\nhs_code = \"hs\"");
    let text = "id,date,hs\nA,2021-03-01,610910\nB,2021-03-01,610910\nA,2021-03-01,610990\nA,2021-03-01,610910\nA,2021-03-02,610910\n";
    let read = read_bytes(&schema, text);
    assert_eq!(read.outline(), "A v1 2021-03-01 [1 2]\nB v1 2021-03-01 [1]\nA v1 2021-03-02 [3]\n");
    assert_eq!(read.notes(), ["6 header_disagrees date 2021-03-02", "5 duplicate declaration_id A"]);
}

#[test]
fn numbered_and_unnumbered_rows_never_share_a_number() {
    let rows = "A,2,1,2021-03-01,I1,610910
                A,,1,2021-03-01,I1,610920
                A,,1,2021-03-01,I1,610930
                A,1,1,2021-03-01,I1,610940
                A,x,1,2021-03-01,I1,610950";
    let read = read_bytes(&schema(SCHEMA), csv(rows));
    assert_eq!(read.outline(), "A v1 2021-03-01 [2 3 4 1 5]\n");
    assert_eq!(read.notes(), ["6 unreadable item_number x"]);
}

#[test]
fn headers_that_disagree_are_noted_and_the_first_stands() {
    let schema = schema(
        "[roles]\ndeclaration_id = \"id\"\nitem_number = \"item\"\ndate = \"date\"\nimporter = \"importer\"\noffice = \"office\"\ncontainer = \"box\"\nlane = \"lane\"",
    );
    let text = "id,item,date,importer,office,box,lane\n\
                A,1,2021-03-01,I1,10,AAAU1 BBBU2,green\n\
                A,2,2021-03-01,I2,10,BBBU2;CCCU3,red\n\
                A,3,2021-03-01,,20,,\n";
    let read = read_bytes(&schema, text);
    let header = &read.records[0].declaration.header;
    assert_eq!((header.importer.as_deref(), header.office.as_deref()), (Some("I1"), Some("10")));
    assert_eq!(header.containers.iter().map(|text| &**text).collect::<Vec<_>>(), ["AAAU1", "BBBU2", "CCCU3"]);
    let notes = ["4 header_disagrees office 20", "3 header_disagrees importer I2", "3 header_disagrees lane red"];
    assert_eq!(read.notes(), notes);
    assert_eq!(read.records[0].lane, Some(domain::Lane::Green));
}

#[test]
fn unsorted_rows_give_the_same_records_as_sorted_ones() {
    let row = |n: usize| format!("D{n},1,1,2021-{:02}-{:02},I{},610910,CN,{n},NAR", n / 40 + 1, n % 28 + 1, n % 7);
    let mut rows: Vec<String> = (0..400).map(row).collect();
    let date = |row: &String| row.split(',').nth(3).unwrap().to_owned();
    rows.iter_mut().for_each(|row| *row += ",1,2");
    let shuffled: Vec<String> = (0..400).map(|n| rows[n * 171 % 400].clone()).collect();
    let mut sorted = shuffled.clone();
    sorted.sort_by_key(date);
    let schema = schema(SCHEMA);
    let (one, two) = (read_bytes(&schema, csv(&shuffled.join("\n"))), read_bytes(&schema, csv(&sorted.join("\n"))));
    assert_eq!((one.summary.sorted, two.summary.sorted), (true, false));
    assert_eq!(one.records, two.records);
}

#[test]
fn several_files_are_one_stream_each_with_its_own_header() {
    let schema = schema("[roles]\ndeclaration_id = \"id\"\ndate = \"date\"\nimporter = \"importer\"");
    let one = file("id,date,importer\nA,2021-03-02,I1\n,2021-03-02,I1\n");
    let two = file("importer;other;id;date\nI2;x;B;2021-03-01\nI2;x;A;2021-03-02\n");
    let read = read(&schema, &[&one, &two]);
    assert_eq!(read.outline(), "B v1 2021-03-01 [1]\nA v1 2021-03-02 [1 2]\n");
    let (first, second) = (read.rejects.lines().next(), read.rejects.lines().nth(1).unwrap());
    assert_eq!(first, Some("file,line,column,value,reason"));
    assert!(second.starts_with(&format!("{},3,id,,", one.display())), "{second}");
}

#[test]
fn without_outcomes_no_outcome_is_read() {
    let text = csv("D1,1,1,2021-03-01,I1,610910,CN,5,NAR,10,12,99.5,1,1,2021-04-01");
    let schema = schema(SCHEMA);
    let path = file(&text);
    let with = try_read(&schema, &[path.to_path_buf()], true).unwrap();
    let without = try_read(&schema, &[path.to_path_buf()], false).unwrap();
    assert_eq!((with.summary.findings, without.summary.findings, without.summary.inspected), (1, 0, 0));
    assert_eq!(with.records[0].declaration, without.records[0].declaration);

    let declared_only: String =
        text.lines().map(|line| line.rsplitn(4, ',').last().unwrap().to_owned() + "\n").collect();
    let path = file(declared_only);
    let read = try_read(&schema, &[path.to_path_buf()], false).unwrap();
    assert_eq!(read.records, without.records, "the columns of findings may be absent");
    assert!(try_read(&schema, &[path.to_path_buf()], true).is_err());
}
