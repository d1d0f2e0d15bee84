//! All that is odd about files of spreadsheet programs and people, at once.

mod support;

use encoding_rs::WINDOWS_1250;
use roster_intake::{FileSettings, Position, detect};
use support::quirks::{Row, csv};
use support::read;
use support::unpack::unpack;

#[test]
fn a_file_of_a_thousand_odd_rows_is_read_to_its_end() {
    let (text, expected) = csv(1_000);
    let (bytes, _, lost) = WINDOWS_1250.encode(&text);
    assert!(!lost);
    let source = unpack(&bytes, "people.csv", 777).unwrap().sources.remove(0);
    assert_eq!(source.end.encoding, Some("windows-1250"));
    assert_eq!(source.end.doubt, None);
    assert!(source.text == text);
    let detected = detect(
        text.as_bytes(),
        true,
        "people.csv",
        &FileSettings::default(),
    );
    let items = read(
        text.as_bytes(),
        &detected.reading,
        Position::start(0),
        1 << 16,
    );
    let rows: Vec<Row> = items
        .into_iter()
        .map(|(item, _)| match item {
            Ok(record) => {
                let cells = record.content.cells().unwrap();
                Row::Fine([0, 1, 2, 3].map(|at| cells.get(at).unwrap().to_owned()))
            }
            Err(error) => Row::Wrong(error.code.as_str()),
        })
        .collect();
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row, expected);
    }
}
