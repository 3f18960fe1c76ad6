//! Nomenclatures and tariffs as they are published: CSV, JSON, XLSX.

use crate::data::data_folder;
use domain::Day;
use hsearch::{Correlation, Hs6, Language, Period, Prefix, Scope, Section};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tidewaiter::intake::nomenclature::{NomenclatureError, correlation, instances, nomenclature, notes, tariff};

fn written(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path
}

fn day(text: &str) -> Day {
    Day::parse(text, &["%Y-%m-%d"]).unwrap()
}

/// A workbook of one sheet whose cells are texts, but numbers where they begin with `=`.
pub(crate) fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut file = |name: &str, content: &str| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut listed, mut related) = (String::new(), String::new());
    for (number, (name, rows)) in sheets.iter().enumerate() {
        listed.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{0}\" r:id=\"r{0}\"/>", number + 1));
        let target = format!("worksheets/sheet{}.xml", number + 1);
        related.push_str(&format!(
            "<Relationship Id=\"r{}\" Type=\"{office}/worksheet\" Target=\"{target}\"/>",
            number + 1
        ));
        let cell = |row: usize, column: usize, text: &str| {
            let at = format!("{}{row}", char::from(b'A' + column as u8));
            match text.strip_prefix('=') {
                Some(number) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
                None => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
            }
        };
        let row = |(number, row): (usize, &&[&str])| {
            let cells: String = row.iter().enumerate().map(|(column, text)| cell(number + 1, column, text)).collect();
            format!("<row r=\"{}\">{cells}</row>", number + 1)
        };
        let rows: String = rows.iter().enumerate().map(row).collect();
        let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
        file(&format!("xl/{target}"), &sheet);
    }
    file(
        "xl/workbook.xml",
        &format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>{listed}</sheets></workbook>"),
    );
    file("xl/_rels/workbook.xml.rels", &format!("<Relationships xmlns=\"{package}\">{related}</Relationships>"));
    let root = format!("<Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    file("_rels/.rels", &format!("<Relationships xmlns=\"{package}\">{root}</Relationships>"));
    zip.finish().unwrap().into_inner()
}

const TARIC: &[&[&str]] = &[
    &["Goods code", "Start date", "End date", "Language", "Hier. Pos.", "Indent", "Description"],
    &["0100000000 80", "31-12-1971", "", "FR", "=2", "", "ANIMAUX VIVANTS"],
    &["0101000000 80", "01-01-1972", "", "FR", "=4", "", "Chevaux, \u{e2}nes, mulets et bardots, vivants"],
    &["0101210000 10", "01-01-2012", "", "FR", "=6", "- ", "Chevaux"],
    &["0101210000 80", "01-01-2012", "", "FR", "=6", "- - ", "reproducteurs de race pure"],
    &["0101290000 80", "01-01-2012", "31-12-2021", "FR", "=6", "- - ", "autres"],
    &["0101291000 80", "01-01-2012", "", "FR", "=8", "- - - ", "destin\u{e9}s \u{e0} la boucherie"],
    &["0900000000 80", "31-12-1971", "", "FR", "=2", "", "CAF\u{c9}, TH\u{c9}"],
    &["0903000000 80", "01-01-1972", "", "FR", "=4", "", "Mat\u{e9}"],
    &["0905000000 80", "01-01-1972", "", "FR", "=4", "", "Vanille"],
    &["0905001000 80", "01-01-1972", "", "FR", "=8", "- ", "moulue"],
];

#[test]
fn the_european_tariff_is_read_with_its_paths_and_days() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "fr.xlsx", workbook(&[("Nomenclature FR", TARIC)]));
    let read = nomenclature(&path).unwrap();
    let told: Vec<[String; 4]> = read
        .content
        .iter()
        .map(|one| [one.code.to_string(), one.text.clone(), one.heading_text.clone(), one.chapter_text.clone()])
        .collect();
    let (horses, animals) = ("Chevaux, ânes, mulets et bardots, vivants", "ANIMAUX VIVANTS");
    let expected = [
        ["010121", "Chevaux > reproducteurs de race pure", horses, animals],
        ["010129", "Chevaux > autres", horses, animals],
        ["090300", "Maté", "Maté", "CAFÉ, THÉ"],
        ["090500", "Vanille", "Vanille", "CAFÉ, THÉ"],
    ];
    assert_eq!(told, expected.map(|row| row.map(str::to_owned)));
    assert!(read.content.iter().all(|one| one.language == Language::Fr) && read.skipped == 0);
    assert_eq!(read.content[1].valid, Period::new(Some(day("2012-01-01")), Some(day("2021-12-31"))));
    let read = tariff(&path).unwrap().content;
    let lines: Vec<(&str, &str)> = read.lines.iter().map(|line| (&*line.code, &*line.text)).collect();
    assert_eq!(lines, [("01012910", "destinés à la boucherie"), ("09050010", "moulue")]);
    let texts: Vec<&str> = read.source.instances.iter().map(|one| &*one.text).collect();
    assert_eq!(texts[2], "Chevaux, ânes, mulets et bardots, vivants > Chevaux > autres > destinés à la boucherie");
    assert_eq!(texts.len(), 5, "{texts:?}");
}

#[test]
fn self_explanatory_texts_have_a_column_a_language() {
    let folder = tempfile::tempdir().unwrap();
    let table: &[&[&str]] = &[
        &["Combined Nomenclature, self-explanatory texts"],
        &["Code", "Parent", "Code", "Self-explanatory texts in English", "Self-explanatory texts in German"],
        &["10011000090", "", "I", "SECTION I", "ABSCHNITT I"],
        &["10121000080", "10100000080", "0101 21 00", "Pure-bred breeding horses", "Zuchtpferde, reinrassig"],
    ];
    let empty: &[&[&str]] = &[];
    let path = written(folder.path(), "cn.xlsx", workbook(&[("Info", empty), ("CN", table)]));
    let read = tariff(&path).unwrap();
    let texts: Vec<(String, Option<Language>)> =
        read.content.source.instances.iter().map(|one| (one.text.clone(), one.language)).collect();
    let expected = [("Pure-bred breeding horses", Language::En), ("Zuchtpferde, reinrassig", Language::De)];
    assert_eq!(texts, expected.map(|(text, language)| (text.to_owned(), Some(language))));
    assert_eq!((read.content.lines.len(), &*read.content.lines[0].code, read.skipped), (2, "01012100", 1));
}

#[test]
fn the_tariff_of_the_united_states_is_the_same_as_json_and_as_csv() {
    let folder = tempfile::tempdir().unwrap();
    let json = r#"[
        {"htsno": "0101", "indent": "0", "description": "Live horses, asses:", "superior": null, "units": []},
        {"htsno": "", "indent": "1", "description": "Horses:", "superior": "true", "units": null},
        {"htsno": "0101.21.00", "indent": "2", "description": "Purebred", "superior": null, "units": ["No."]},
        {"htsno": "0101.21.00.10", "indent": "3", "description": "Males", "superior": null, "units": ["No."]},
        {"htsno": "0903.00.00", "indent": "0", "description": "Mat\u00e9", "superior": null}
    ]"#;
    let csv = "HTS Number,Indent,Description,Unit\n0101,0,\"Live horses, asses:\",\n,1,Horses:,\n0101.21.00,2,Purebred,\n\
        0101.21.00.10,3,Males,No.\n0903.00.00,0,Maté,\n";
    let [json, csv] = [written(folder.path(), "hts.json", json), written(folder.path(), "hts.csv", csv)]
        .map(|path| tariff(&path).unwrap());
    assert_eq!(json.content.source, csv.content.source);
    assert_eq!(json.content.lines, csv.content.lines);
    let texts: Vec<&str> = json.content.source.instances.iter().map(|one| &*one.text).collect();
    assert_eq!(texts[1], "Live horses, asses > Horses > Purebred > Males");
    let lines: Vec<(&str, &str)> = json.content.lines.iter().map(|line| (&*line.code, &*line.text)).collect();
    assert_eq!(lines, [("01012100", "Purebred"), ("0101210010", "Males"), ("09030000", "Maté")]);
    let laws = nomenclature(&folder.path().join("hts.json")).unwrap().content;
    let told: Vec<(&str, &str)> = laws.iter().map(|one| (&*one.heading_text, &*one.text)).collect();
    assert_eq!(told, [("Live horses, asses", "Horses > Purebred"), ("Maté", "Maté")]);
}

#[test]
fn the_british_tariff_is_read_by_its_parents() {
    let folder = tempfile::tempdir().unwrap();
    let table = "\"id\",\"commodity__sid\",\"commodity__code\",\"commodity__suffix\",\"commodity__description\",\"commodity__validity_start\",\"commodity__validity_end\",\"parent__sid\",\"parent__code\",\"parent__suffix\"\n\
        \"1\",\"27623\",\"0100000000\",\"80\",\"LIVE ANIMALS\",\"1971-12-31\",\"#NA\",\"#NA\",\"#NA\",\"#NA\"\n\
        \"2\",\"27624\",\"0101000000\",\"80\",\"Live horses\",\"1972-01-01\",\"#NA\",\"27623\",\"0100000000\",\"80\"\n\
        \"3\",\"93796\",\"0101210000\",\"10\",\"Horses\",\"2012-01-01\",\"#NA\",\"27624\",\"0101000000\",\"80\"\n\
        \"4\",\"93797\",\"0101210000\",\"80\",\"Pure-bred\",\"2012-01-01\",\"#NA\",\"93796\",\"0101210000\",\"10\"\n\
        \"5\",\"93798\",\"0101290000\",\"80\",\"Other\",\"2012-01-01\",\"#NA\",\"93796\",\"0101210000\",\"10\"\n\
        \"6\",\"93799\",\"0101291000\",\"80\",\"For slaughter\",\"2012-01-01\",\"2020-12-31\",\"93798\",\"0101290000\",\"80\"\n";
    let path = written(folder.path(), "uk_commodities.csv", table);
    let laws = nomenclature(&path).unwrap().content;
    let told: Vec<[&str; 3]> = laws.iter().map(|one| [&*one.text, &*one.heading_text, &*one.chapter_text]).collect();
    assert_eq!(
        told,
        [["Horses > Pure-bred", "Live horses", "LIVE ANIMALS"], ["Horses > Other", "Live horses", "LIVE ANIMALS"]]
    );
    let lines = tariff(&path).unwrap().content.lines;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((&*line.code, &*line.text, line.valid.to()), ("01012910", "For slaughter", Some(day("2020-12-31"))));
    // The same by indents, as the tariff's interface names its columns.
    let table = "goods_nomenclature_item_id,productline_suffix,number_indents,description,validity_start_date\n\
        0100000000,80,0,LIVE ANIMALS,1971-12-31T00:00:00\n0101000000,80,0,Live horses,1972-01-01\n0101210000,10,1,Horses,\n0101210000,80,2,Pure-bred,\n";
    let laws = nomenclature(&written(folder.path(), "uk.csv", table)).unwrap().content;
    assert_eq!((&*laws[0].text, &*laws[0].heading_text), ("Horses > Pure-bred", "Live horses"));
}

#[test]
fn our_own_tables_have_days_and_lists_of_objects_are_tables() {
    let folder = tempfile::tempdir().unwrap();
    let own = "hs6,text,heading_text,chapter_text,lang,valid_from,valid_to\n851712,Mobile telephones,Telephones,Machinery,en,2007-01-01,2021-12-31\n\
        851713,Smartphones,Telephones,Machinery,en,2022-01-01,\n851712,Mobiles again,Telephones,Machinery,en,2030-01-01,\n999999,Not specified,,,en,,\n";
    let read = nomenclature(&written(folder.path(), "own.csv", own)).unwrap();
    let told: Vec<(&str, Period)> = read.content.iter().map(|one| (&*one.text, one.valid)).collect();
    let period = |from: &str, to: Option<&str>| Period::new(Some(day(from)), to.map(day));
    let expected = [
        ("Mobiles again", period("2030-01-01", None)),
        ("Mobile telephones", period("2007-01-01", Some("2021-12-31"))),
        ("Smartphones", period("2022-01-01", None)),
    ];
    assert_eq!((told, read.skipped), (expected.to_vec(), 1), "chapter 99 is none of the Harmonized System");
    let listed = r#"{"hscodes": [{"section": "I", "hscode": "01", "description": "Animals; live"},
        {"section": "I", "hscode": "0101", "description": "Horses; live"},
        {"section": "I", "hscode": "010121", "description": "Horses; live, pure-bred"}]}"#;
    let laws = nomenclature(&written(folder.path(), "hscodes.json", listed)).unwrap().content;
    assert_eq!((&*laws[0].heading_text, &*laws[0].chapter_text), ("Horses; live", "Animals; live"));
    let odoo = "code;description;unit_id\n01012100;\"Pure-bred breeding horses\";intrastat_unit_pce\n";
    let read = tariff(&written(folder.path(), "cn8_2023_en.csv", odoo)).unwrap().content;
    assert_eq!((&*read.lines[0].code, read.lines[0].language), ("01012100", Language::En));
}

#[test]
fn a_correlation_leads_to_the_newer_edition_whichever_way_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let code = |text: &str| Hs6::parse(text).unwrap();
    let mut expected = Correlation::default();
    expected.add(code("851712"), code("851713"));
    expected.add(code("851712"), code("851714"));
    let own = written(folder.path(), "own.csv", "from,to\n8517.12,8517.13\n8517.12,8517.14\n,851714\n");
    let read = correlation(&own).unwrap();
    assert_eq!((read.content, read.skipped), (expected.clone(), 1));
    let conversions: &[&[&str]] = &[&["From HS2022", "To HS2017"], &["851713", "851712"]];
    let correlations: &[&[&str]] = &[
        &["Correlation of editions"],
        &["HS 2022", "HS 2017", "Relationship"],
        &["=851713", "ex 8517.12", "n:1"],
        &["=851714", "851712", "n:1"],
    ];
    let book = workbook(&[("HS2022-HS2017 Conversions", conversions), ("HS2022-HS2017 Correlations", correlations)]);
    assert_eq!(correlation(&written(folder.path(), "un.xlsx", book)).unwrap().content, expected);
    let wrong = correlation(&written(folder.path(), "wrong.csv", "a,b\n851712,851713\n")).unwrap_err();
    assert!(wrong.to_string().contains("no correlation of editions"), "{wrong}");
}

#[test]
fn notes_belong_to_what_a_column_or_the_name_of_the_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let table = "code,section,text,lang\n61,,Knitted only,en\n,XI,Textiles,fr\n6109.10,,\"Cotton, mostly\",\nXI,,Section again,\nno,,x,\n";
    let read = notes(&written(folder.path(), "notes.csv", table)).unwrap();
    let at = |text: &str| Scope::Code(Prefix::parse(text).unwrap());
    let section = Scope::Section(Section::parse("11").unwrap());
    let told: Vec<(Scope, &str, Language)> =
        read.content.iter().map(|one| (one.scope, &*one.text, one.language)).collect();
    let expected = [
        (at("61"), "Knitted only", Language::En),
        (section, "Textiles", Language::Fr),
        (at("610910"), "Cotton, mostly", Language::En),
        (section, "Section again", Language::En),
    ];
    assert_eq!((told, read.skipped), (expected.to_vec(), 1));
    for (name, scope, language) in [
        ("chapter_61.txt", at("61"), Language::En),
        ("6109_fr.txt", at("6109"), Language::Fr),
        ("section_XI.md", section, Language::En),
    ] {
        let read = notes(&written(folder.path(), name, " This chapter covers.\n")).unwrap().content;
        assert_eq!(
            (read[0].scope, &*read[0].text, read[0].language),
            (scope, "This chapter covers.", language),
            "{name}"
        );
    }
    let unnamed = notes(&written(folder.path(), "readme.txt", "words")).unwrap_err();
    assert!(unnamed.to_string().contains("chapter_61.txt"), "{unnamed}");
}

#[test]
fn a_file_that_only_looks_like_json_or_a_workbook_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let json = nomenclature(&written(folder.path(), "a.json", "[{\"htsno\": ")).unwrap_err();
    assert!(matches!(json, NomenclatureError::Json { .. }) && json.to_string().contains("a list of objects"), "{json}");
    let sheet = instances(&written(folder.path(), "a.xlsx", "PK\u{3}\u{4}no more")).unwrap_err();
    assert!(matches!(sheet, NomenclatureError::Sheet { .. }) && sheet.to_string().contains("save it again"), "{sheet}");
    let empty = tariff(&written(folder.path(), "b.json", "[]")).unwrap_err();
    assert!(matches!(empty, NomenclatureError::Columns { .. }), "{empty}");
}

#[test]
fn real_tables_are_read_as_they_were_before() {
    let Some(folder) = data_folder("hs", "readers of nomenclatures") else { return };
    let laws = nomenclature(&folder.join("nomenclature_hs2022_en.csv")).unwrap();
    assert_eq!((laws.content.len(), laws.skipped), (5_612, 0));
    assert!(laws.content.iter().all(|one| one.valid.is_open()));
    let read = tariff(&folder.join("cn8_2023_fr.csv")).unwrap();
    assert!(read.content.lines.len() > 9_700 && read.content.lines.iter().all(|line| line.language == Language::Fr));
    assert_eq!(read.content.source, instances(&folder.join("cn8_2023_fr.csv")).unwrap().content);
    assert_eq!(Hs6::parse(&read.content.lines[0].code).unwrap().to_string(), "010121");
}
