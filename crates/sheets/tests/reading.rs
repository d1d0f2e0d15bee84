//! What is written, other readers read back as it was.

use calamine::{Data, Reader, Xlsx};
use flate2::read::MultiGzDecoder;
use proptest::prelude::*;
use roster_sheets::{
    Cell, Csv, Delimiter, Error, Format, LineEnd, MAX_COLUMNS, Options, Quote, Writer, restore,
};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::io::{Cursor, Read};

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("c{n}")).collect()
}

/// The file of a table, put aside and taken up again after every row whose
/// number is in `pauses`.
fn file(options: &Options, columns: &[String], rows: &[Vec<Cell>], pauses: &[usize]) -> Vec<u8> {
    let mut writer = Writer::begin(options, columns).unwrap();
    let mut bytes = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        writer.row(row).unwrap();
        if pauses.contains(&index) {
            let (piece, state) = writer.suspend().unwrap();
            bytes.extend(piece);
            let kept = serde_json::to_string(&state).unwrap();
            let state = serde_json::from_str(&kept).unwrap();
            writer = Writer::resume(options, columns, state).unwrap();
        }
        bytes.extend(writer.take());
    }
    bytes.extend(writer.finish().unwrap());
    if options.gzip {
        let mut plain = Vec::new();
        MultiGzDecoder::new(&*bytes)
            .read_to_end(&mut plain)
            .unwrap();
        return plain;
    }
    bytes
}

fn cell() -> impl Strategy<Value = Cell<'static>> {
    let odd = "[=+@'\"\t\r\n,;_xX0-9A-F<>&\u{b}\u{fffe}\u{ffff} -]{0,12}|_x[0-9A-F]{4}_?\u{1}?";
    prop_oneof![
        Just(Cell::Empty),
        "\\PC{1,20}".prop_map(Cell::from),
        odd.prop_map(Cell::from),
        any::<i64>().prop_map(Cell::Integer),
        (-99i64..99).prop_map(Cell::Integer),
        prop::num::f64::NORMAL.prop_map(Cell::Float),
        prop::num::f64::SUBNORMAL.prop_map(Cell::Float),
        any::<bool>().prop_map(Cell::Boolean),
        prop::collection::vec("\\PC{0,9}", 0..4)
            .prop_map(|tags| Cell::Json(Cow::Owned(json!(tags)))),
    ]
}

fn table() -> impl Strategy<Value = (Vec<Vec<Cell<'static>>>, Vec<usize>)> {
    (1usize..6).prop_flat_map(|width| {
        (
            prop::collection::vec(prop::collection::vec(cell(), width), 0..20),
            prop::collection::vec(0usize..20, 0..4),
        )
    })
}

fn csv_options() -> impl Strategy<Value = Csv> {
    let delimiter = prop::sample::select(vec![b',', b';', b'\t', b'|', b'=', b'\'', b'a']);
    (delimiter, any::<[bool; 4]>()).prop_map(|(delimiter, [bom, all, lf, raw])| Csv {
        delimiter: Delimiter::new(delimiter).unwrap(),
        bom,
        quote: if all { Quote::All } else { Quote::Minimal },
        line_end: if lf { LineEnd::Lf } else { LineEnd::Crlf },
        raw,
    })
}

/// What a cell is where there is nothing but text.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.to_string(),
        Cell::Integer(number) => number.to_string(),
        Cell::Float(number) => json!(number).to_string(),
        Cell::Boolean(truth) => truth.to_string(),
        Cell::Json(value) => value.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_csv_is_read_back_as_it_was(
        (rows, pauses) in table(), csv in csv_options(), gzip in any::<bool>(),
    ) {
        let columns = names(rows.first().map_or(2, Vec::len));
        let options = Options { format: Format::Csv(csv), gzip };
        let bytes = file(&options, &columns, &rows, &pauses);
        let plain = match bytes.strip_prefix("\u{feff}".as_bytes()) {
            Some(rest) if csv.bom => rest,
            None if !csv.bom => &bytes[..],
            other => panic!("{other:?}"),
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(csv.delimiter.byte())
            .from_reader(plain);
        prop_assert_eq!(reader.headers().unwrap(), &columns);
        let read: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(read.len(), rows.len());
        for (read, row) in read.iter().zip(&rows) {
            for (read, cell) in read.iter().zip(row) {
                let read = if csv.raw { read } else { restore(read) };
                prop_assert_eq!(read, text(cell));
            }
        }
    }

    #[test]
    fn json_lines_are_read_back_as_they_were(
        (rows, pauses) in table(), gzip in any::<bool>(),
    ) {
        let columns = names(rows.first().map_or(2, Vec::len));
        let options = Options { format: Format::JsonLines, gzip };
        let bytes = file(&options, &columns, &rows, &pauses);
        let text = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(text.matches('\n').count(), rows.len());
        for (line, row) in text.lines().zip(&rows) {
            let read: Map<String, Value> = serde_json::from_str(line).unwrap();
            let mut want = Map::new();
            for (name, cell) in columns.iter().zip(row) {
                let value = match cell {
                    Cell::Empty => continue,
                    Cell::Text(text) => json!(text),
                    Cell::Integer(number) => json!(number),
                    Cell::Float(number) => json!(number),
                    Cell::Boolean(truth) => json!(truth),
                    Cell::Json(value) => value.clone().into_owned(),
                };
                want.insert(name.clone(), value);
            }
            prop_assert_eq!(read, want);
        }
    }

    #[test]
    fn an_xlsx_is_read_back_as_it_was(
        (rows, pauses) in table(), gzip in any::<bool>(),
    ) {
        let columns = names(rows.first().map_or(2, Vec::len));
        let options = Options { format: Format::Xlsx, gzip };
        let bytes = file(&options, &columns, &rows, &pauses);
        // The archive's own checks: checksums, sizes, order of its parts.
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        for index in 0..archive.len() {
            let mut content = Vec::new();
            archive.by_index(index).unwrap().read_to_end(&mut content).unwrap();
        }
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("Sheet1").unwrap();
        for (column, name) in columns.iter().enumerate() {
            prop_assert_eq!(
                sheet.get_value((0, column as u32)),
                Some(&Data::String(name.clone()))
            );
        }
        for (index, row) in rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let read = sheet.get_value((index as u32 + 1, column as u32));
                match (cell, read.unwrap_or(&Data::Empty)) {
                    (Cell::Integer(number), Data::Float(read)) => {
                        prop_assert_eq!(*read as i64, *number);
                        prop_assert!(number.abs() < 1_000_000_000_000_000);
                    }
                    (Cell::Float(number), Data::Float(read)) => prop_assert_eq!(read, number),
                    (Cell::Boolean(truth), Data::Bool(read)) => prop_assert_eq!(read, truth),
                    (cell, Data::String(read)) => {
                        prop_assert!(!matches!(cell, Cell::Boolean(_)));
                        prop_assert_eq!(read, &text(cell));
                    }
                    (cell, read) => {
                        prop_assert_eq!(read, &Data::Empty);
                        prop_assert_eq!(text(cell), "");
                    }
                }
            }
        }
    }
}

#[test]
fn a_csv_is_what_rfc_4180_says() {
    let columns = ["a".to_owned(), "b,c".to_owned()];
    let rows = [
        vec![Cell::from("x \"y\""), Cell::from("two\nlines")],
        vec![Cell::Empty, Cell::from("+442079460018")],
        vec![Cell::Float(12.0), Cell::Boolean(true)],
    ];
    let written = |csv| {
        let options = Options::new(Format::Csv(csv));
        String::from_utf8(file(&options, &columns, &rows, &[])).unwrap()
    };
    assert_eq!(
        written(Csv::default()),
        "a,\"b,c\"\r\n\"x \"\"y\"\"\",\"two\nlines\"\r\n,'+442079460018\r\n12.0,true\r\n"
    );
    let other = Csv {
        delimiter: Delimiter::new(b';').unwrap(),
        bom: true,
        quote: Quote::All,
        line_end: LineEnd::Lf,
        raw: true,
    };
    assert_eq!(
        written(other),
        "\u{feff}\"a\";\"b,c\"\n\"x \"\"y\"\"\";\"two\nlines\"\n\"\";\"+442079460018\"\n\"12.0\";\"true\"\n"
    );
}

#[test]
fn a_table_without_rows_is_a_file_with_a_header() {
    let columns = names(2);
    for gzip in [false, true] {
        let options = |format| Options { format, gzip };
        let csv = file(&options(Format::Csv(Csv::default())), &columns, &[], &[]);
        assert_eq!(csv, b"c0,c1\r\n");
        assert_eq!(file(&options(Format::JsonLines), &columns, &[], &[]), b"");
        let xlsx = file(&options(Format::Xlsx), &columns, &[], &[]);
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(xlsx)).unwrap();
        assert_eq!(book.worksheet_range("Sheet1").unwrap().height(), 1);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let xlsx = Options::new(Format::Xlsx);
    let error = Writer::begin(&xlsx, &names(MAX_COLUMNS + 1)).unwrap_err();
    assert_eq!(error, Error::TooManyColumns(MAX_COLUMNS));
    assert!(Writer::begin(&xlsx, &names(MAX_COLUMNS)).is_ok());

    let mut writer = Writer::begin(&xlsx, &names(2)).unwrap();
    let error = writer.row(&[Cell::Empty]).unwrap_err();
    assert_eq!(
        error,
        Error::WrongWidth {
            columns: 2,
            cells: 1
        }
    );
    let (_, state) = writer.suspend().unwrap();
    let lines = Options::new(Format::JsonLines);
    assert_eq!(
        Writer::resume(&lines, &names(2), state).unwrap_err(),
        Error::WrongState
    );
    for odd in [b'"', b'\r', b'\n', 0, 0x80, 0xff] {
        assert_eq!(Delimiter::new(odd), None, "{odd}");
    }
}

#[test]
fn a_text_in_a_zip_is_read_back() {
    let lines: Vec<String> = (0..50_000).map(|n| format!("{n:032x}\n")).collect();
    for text in [&lines[..], &[]] {
        let mut zip = roster_sheets::Zip::begin("list.md5.txt").unwrap();
        let mut bytes = zip.take();
        for piece in text.chunks(1000) {
            zip.write(piece.concat().as_bytes()).unwrap();
            let piece = zip.take();
            assert!(piece.len() < 200_000);
            bytes.extend(piece);
        }
        bytes.extend(zip.finish().unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(archive.len(), 1);
        let mut read = String::new();
        let mut file = archive.by_name("list.md5.txt").unwrap();
        file.read_to_string(&mut read).unwrap();
        assert_eq!(read, text.concat());
    }
}
