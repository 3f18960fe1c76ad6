//! The same rows in every container, encoding and dialect.

use super::{Read, file, read, read_bytes, schema, try_read};
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

const SCHEMA: &str = r#"
[roles]
declaration_id = "id"
date = "date"
importer = "importer"
description = "goods"
net_mass = "net"
customs_value = "value"
rate = "rate"
finding = "finding"
finding_date = "found"
[columns]
numeric = ["net"]
[repeats]
repeat_key = ["net", "rate", "importer"]
"#;

const TEXT: &str = "id,date,importer,goods,net,value,rate,finding,found\n\
    1,2021-03-01,Größe SA,café,108.0,29780.35,8.0,true,2021-03-20\n\
    2,2021-03-02,,thé,0.5,-3.00,,false,\n\
    3,2021-03-03,Ü,,12345678.25,0.01,6.5,,\n";

fn same(one: &Read, other: &Read, what: &str) {
    assert_eq!(one.records, other.records, "{what}");
    assert_eq!(one.summary.rows, other.summary.rows, "{what}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn encodings_and_compressions_change_nothing() {
    let schema = schema(SCHEMA);
    let plain = read_bytes(&schema, TEXT);
    assert_eq!(plain.records[0].declaration.header.importer.as_deref(), Some("Größe SA"));
    let utf_16 = |bytes: fn(u16) -> [u8; 2]| TEXT.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let half = TEXT.len() / 2;
    let two_members = [gzip(&TEXT.as_bytes()[..half]), gzip(&TEXT.as_bytes()[half..])].concat();
    let files = [
        ("UTF-8 with a mark", [b"\xef\xbb\xbf", TEXT.as_bytes()].concat()),
        ("UTF-16, little-endian, with a mark", [vec![0xff, 0xfe], utf_16(u16::to_le_bytes)].concat()),
        ("UTF-16, big-endian, with a mark", [vec![0xfe, 0xff], utf_16(u16::to_be_bytes)].concat()),
        ("UTF-16 without a mark", utf_16(u16::to_le_bytes)),
        ("windows-1252", encoding_rs::WINDOWS_1252.encode(TEXT).0.into_owned()),
        ("carriage returns", TEXT.replace('\n', "\r\n").into_bytes()),
        ("no line end at the end", TEXT.trim_end().as_bytes().to_vec()),
        ("semicolons", TEXT.replace(',', ";").into_bytes()),
        ("tabs", TEXT.replace(',', "\t").into_bytes()),
        ("bars", TEXT.replace(',', "|").into_bytes()),
        ("quotes", TEXT.replace("café", "\"café\"").into_bytes()),
        ("gzip", gzip(TEXT.as_bytes())),
        ("gzip of two members", two_members),
        ("Zstandard", zstd::encode_all(TEXT.as_bytes(), 3).unwrap()),
        ("Zstandard of UTF-16", zstd::encode_all(&*utf_16(u16::to_le_bytes), 3).unwrap()),
    ];
    for (what, bytes) in files {
        let read = read_bytes(&schema, bytes);
        same(&plain, &read, what);
        assert_eq!(read.summary.strays, 0, "{what}");
    }
}

#[test]
fn declared_encoding_delimiter_and_quote() {
    let declared = schema(&format!("[file]\nencoding = \"shift_jis\"\ndelimiter = \"#\"\nquote = \"'\"\n{SCHEMA}"));
    let text = "id#date#importer#goods#net#value#rate#finding#found\nA#2021-03-01#'輸入#者'#綿のシャツ#1#2#3#0#\n";
    let read = read_bytes(&declared, encoding_rs::SHIFT_JIS.encode(text).0);
    assert_eq!(read.records[0].declaration.header.importer.as_deref(), Some("輸入#者"));
    assert_eq!(read.records[0].declaration.items[0].description.as_deref(), Some("綿のシャツ"));
}

#[test]
fn a_stray_line_in_another_encoding_keeps_its_letters() {
    let mut bytes = TEXT.as_bytes().to_vec();
    // The stray stands past the sample from which the encoding is told.
    for n in 4..4_000 {
        bytes.extend_from_slice(format!("{n},2021-03-04,I,x,1,1,1,,\n").as_bytes());
    }
    bytes.extend_from_slice(b"4000,2021-03-04,I,caf\xe9,1,1,1,,\n");
    let read = read_bytes(&schema(SCHEMA), bytes);
    let last = &read.records.last().unwrap().declaration.items[0];
    assert_eq!((last.description.as_deref(), read.summary.strays), (Some("café"), 1));
}

fn leaf(name: &str, physical: Physical, logical: Option<LogicalType>) -> Arc<Type> {
    let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    let builder = match logical {
        Some(LogicalType::Decimal(ref kind)) => {
            builder.with_precision(kind.precision).with_scale(kind.scale).with_logical_type(logical)
        }
        other => builder.with_logical_type(other),
    };
    Arc::new(builder.build().unwrap())
}

fn column<T: parquet::data_type::DataType>(
    group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
    values: &[Option<T::T>],
) {
    let mut writer = group.next_column().unwrap().unwrap();
    let there: Vec<T::T> = values.iter().flatten().cloned().collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    writer.typed::<T>().write_batch(&there, Some(&levels), None).unwrap();
    writer.close().unwrap();
}

fn text(value: &str) -> Option<ByteArray> {
    (!value.is_empty()).then(|| ByteArray::from(value))
}

/// The rows of [`TEXT`] as typed columns, two row groups.
fn typed(compression: Compression) -> Vec<u8> {
    let nanoseconds = LogicalType::timestamp(false, TimeUnit::NANOS);
    let fields = vec![
        leaf("id", Physical::INT64, None),
        leaf("date", Physical::INT32, Some(LogicalType::Date)),
        leaf("importer", Physical::BYTE_ARRAY, Some(LogicalType::String)),
        leaf("goods", Physical::BYTE_ARRAY, Some(LogicalType::String)),
        leaf("net", Physical::DOUBLE, None),
        leaf("value", Physical::INT64, Some(LogicalType::decimal(2, 12))),
        leaf("rate", Physical::DOUBLE, None),
        leaf("finding", Physical::BOOLEAN, None),
        leaf("found", Physical::INT64, Some(nanoseconds)),
    ];
    let schema = Arc::new(Type::group_type_builder("rows").with_fields(fields).build().unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let first_of_march = 18_687;
    let rows = [
        (1, "Größe SA", "café", 108.0, 2_978_035, Some(8.0), Some(true), Some(18_706i64)),
        (2, "", "thé", 0.5, -300, None, Some(false), None),
        (3, "Ü", "", 12_345_678.25, 1, Some(6.5), None, None),
    ];
    for rows in [&rows[..2], &rows[2..]] {
        let mut group = writer.next_row_group().unwrap();
        column::<Int64Type>(&mut group, &rows.iter().map(|row| Some(row.0)).collect::<Vec<_>>());
        let dates: Vec<_> = rows.iter().map(|row| Some(first_of_march - 1 + row.0 as i32)).collect();
        column::<Int32Type>(&mut group, &dates);
        column::<ByteArrayType>(&mut group, &rows.iter().map(|row| text(row.1)).collect::<Vec<_>>());
        column::<ByteArrayType>(&mut group, &rows.iter().map(|row| text(row.2)).collect::<Vec<_>>());
        column::<DoubleType>(&mut group, &rows.iter().map(|row| Some(row.3)).collect::<Vec<_>>());
        column::<Int64Type>(&mut group, &rows.iter().map(|row| Some(row.4)).collect::<Vec<_>>());
        column::<DoubleType>(&mut group, &rows.iter().map(|row| row.5).collect::<Vec<_>>());
        column::<BoolType>(&mut group, &rows.iter().map(|row| row.6).collect::<Vec<_>>());
        let day_ns = 86_400_000_000_000;
        let found: Vec<_> = rows.iter().map(|row| row.7.map(|day| day * day_ns + 3_600)).collect();
        column::<Int64Type>(&mut group, &found);
        group.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

#[test]
fn parquet_gives_the_same_records() {
    let plain = read_bytes(&schema(SCHEMA), TEXT);
    let zstd = Compression::ZSTD(ZstdLevel::try_new(3).unwrap());
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, zstd, Compression::LZ4_RAW] {
        same(&plain, &read_bytes(&schema(SCHEMA), typed(compression)), &format!("{compression:?}"));
    }
    let elsewhere = schema(&format!("[file]\ndate_formats = [\"%d/%m/%Y\"]\ndecimal = \",\"\n{SCHEMA}"));
    let typed = read_bytes(&elsewhere, typed(Compression::SNAPPY));
    for (plain, typed) in plain.records.iter().zip(&typed.records) {
        assert_eq!(plain.declaration, typed.declaration, "typed values need no conventions of texts");
        assert_eq!(plain.inspections, typed.inspections);
    }
}

#[test]
fn a_parquet_file_and_a_text_file_are_one_stream() {
    let (one, two) = (file(typed(Compression::SNAPPY)), file(TEXT));
    let read = read(&schema(SCHEMA), &[&one, &two]);
    assert_eq!((read.summary.items, read.records.len()), (3, 3));
    assert_eq!(read.notes().iter().filter(|note| note.contains("duplicate")).count(), 3);
}

#[test]
fn files_that_break_off_are_errors() {
    let long: String = (0..20_000).map(|n| format!("{n},2021-03-01,I{n},x,1,1,1,,\n")).collect();
    let whole = [TEXT.lines().next().unwrap(), "\n", &long].concat();
    let parquet = typed(Compression::SNAPPY);
    let packed = gzip(whole.as_bytes());
    let zstandard = zstd::encode_all(whole.as_bytes(), 3).unwrap();
    for (what, bytes) in [
        ("gzip", &packed[..packed.len() / 2]),
        ("Zstandard", &zstandard[..zstandard.len() / 2]),
        ("Parquet", &parquet[..parquet.len() - 20]),
    ] {
        let path = file(bytes);
        assert!(try_read(&schema(SCHEMA), &[path.to_path_buf()], true).is_err(), "{what}");
    }
}
