//! Two real files of people, in encodings and line ends that they don't have. They
//! lie outside the repository; without them the test says that it skips.

mod support;

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};
use roster_intake::{
    Event, FileSettings, Limits, LineEnd, Position, Prober, Records, Unpacker, detect,
};
use std::path::Path;

/// How a text is written.
type Encode = fn(&str) -> Vec<u8>;
/// Line, row and cells.
type Row = (u64, u64, Vec<String>);

fn file(name: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join("../shared/data").join(name)).ok()
}

/// From the bytes of a file to its rows, as an import goes.
fn read(bytes: &[u8], size: usize) -> (Vec<String>, LineEnd, Vec<Row>) {
    let settings = FileSettings::default();
    let mut prober = Prober::default();
    for piece in bytes.chunks(size) {
        prober.push(piece);
    }
    let text = match prober.finish().in_place(&settings) {
        Some(start) => bytes[usize::try_from(start).unwrap()..].to_vec(),
        None => unpack(bytes, size),
    };
    let detected = detect(&text, true, "people.csv", &settings);
    assert_eq!(detected.reading.delimiter, ',');
    assert!(detected.reading.header);
    let mut records = Records::new(&detected.reading, Position::start(0));
    let mut rows = Vec::new();
    for piece in text.chunks(size).chain([&[][..]]) {
        records.feed(piece, piece.is_empty());
        while let Some(record) = records.next_record() {
            let record = record.unwrap();
            assert_eq!(record.replaced, 0);
            let cells = record.content.cells().unwrap().iter().map(str::to_owned);
            rows.push((record.line, record.row, cells.collect()));
        }
    }
    assert!(records.finished());
    (records.columns().to_vec(), detected.line_end, rows)
}

fn unpack(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut unpacker =
        Unpacker::new("people.csv", &FileSettings::default(), Limits::default()).unwrap();
    let mut text = Vec::new();
    for piece in bytes.chunks(size).chain([&[][..]]) {
        unpacker.feed(piece, piece.is_empty());
        while let Some(event) = unpacker.next_event().unwrap() {
            match event {
                Event::Bytes(bytes) => text.extend(bytes),
                Event::End(end) => assert_eq!(end.replaced, 0),
                Event::Begin(_) | Event::Skipped { .. } => {}
            }
        }
    }
    text
}

/// What another library reads.
fn expected(text: &str) -> (Vec<String>, Vec<Row>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let strings = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let columns = strings(reader.headers().unwrap());
    let rows = reader.records().zip(1..).map(|(record, row)| {
        let record = record.unwrap();
        (row + 1, row, strings(&record))
    });
    (columns, rows.collect())
}

#[test]
fn five_encodings_and_three_line_ends_give_the_same_rows() {
    let names = ["legislators-current.csv", "legislators-historical.csv"];
    for (name, size) in names.into_iter().zip([997, 1 << 16]) {
        let Some(text) = file(name) else {
            eprintln!("skipped: {name} is not here");
            continue;
        };
        let text = text.replace("\r\n", "\n");
        // Two letters and a mark of Hawaii are in no encoding of one byte.
        let western = text.replace('ō', "ó").replace('ū', "ú").replace('ʻ', "’");
        let bytes = |text: &str, encoding: &'static Encoding| encoding.encode(text).0.into_owned();
        let encodings: [(&str, Encode); 5] = [
            ("UTF-8", |text| text.as_bytes().to_vec()),
            ("UTF-8 with a mark", |text| {
                format!("\u{feff}{text}").into_bytes()
            }),
            ("UTF-16LE with a mark", |text| {
                let units = format!("\u{feff}{text}");
                units.encode_utf16().flat_map(u16::to_le_bytes).collect()
            }),
            ("UTF-16BE", |text| {
                text.encode_utf16().flat_map(u16::to_be_bytes).collect()
            }),
            ("windows-1252", |text| {
                WINDOWS_1252.encode(text).0.into_owned()
            }),
        ];
        for (line_end, kind) in [
            ("\n", LineEnd::Lf),
            ("\r\n", LineEnd::Crlf),
            ("\r", LineEnd::Cr),
        ] {
            for (encoding, encode) in encodings {
                let text = if encoding == "windows-1252" {
                    &western
                } else {
                    &text
                };
                let (columns, rows) = expected(text);
                let bytes = encode(&text.replace('\n', line_end));
                let found = read(&bytes, size);
                assert_eq!(found.0, columns, "{name} {encoding} {line_end:?}");
                assert_eq!(found.1, kind);
                assert!(found.2 == rows, "{name} {encoding} {line_end:?}");
            }
        }
        let (columns, rows) = expected(&western);
        let found = read(&bytes(&western, MACINTOSH), size);
        assert!((found.0, found.2) == (columns, rows), "{name} Mac Roman");
    }
}
