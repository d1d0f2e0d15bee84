//! A big workbook, written in pieces, is read back whole.

use calamine::{Data, Xlsx};
use roster_sheets::{Cell, Format, Options, Writer};
use std::io::Cursor;

const ROWS: i64 = 300_000;

fn row(number: i64) -> [Cell<'static>; 6] {
    [
        Cell::Integer(number),
        Cell::from(format!("person{number}@example.com")),
        Cell::from(format!("+4420{:08}", number * 7919 % 100_000_000)),
        Cell::from("Łucja & <Søren>"),
        Cell::Float(number as f64 / 8.0),
        Cell::Boolean(number % 3 == 0),
    ]
}

#[test]
fn a_workbook_of_hundreds_of_thousands_of_rows_is_read_back() {
    let columns: Vec<String> = (0..6).map(|n| format!("c{n}")).collect();
    let options = Options::new(Format::Xlsx);
    let mut writer = Writer::begin(&options, &columns).unwrap();
    let mut bytes = Vec::new();
    for number in 0..ROWS {
        writer.row(&row(number)).unwrap();
        if number % 50_000 == 49_999 {
            let (piece, state) = writer.suspend().unwrap();
            bytes.extend(piece);
            writer = Writer::resume(&options, &columns, state).unwrap();
        }
        bytes.extend(writer.take());
    }
    bytes.extend(writer.finish().unwrap());
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let mut cells = book.worksheet_cells_reader("Sheet1").unwrap();
    let mut seen = 0;
    while let Some(cell) = cells.next_cell().unwrap() {
        let (line, column) = cell.get_position();
        if line == 0 {
            continue;
        }
        let read = Data::from(cell.get_value().clone());
        let number = i64::from(line) - 1;
        match (&row(number)[column as usize], read) {
            (Cell::Integer(want), Data::Float(read)) => assert_eq!(read, *want as f64),
            (Cell::Float(want), Data::Float(read)) => assert_eq!(read, *want),
            (Cell::Boolean(want), Data::Bool(read)) => assert_eq!(read, *want),
            (Cell::Text(want), Data::String(read)) => assert_eq!(read, *want),
            (want, read) => panic!("{want:?} was read as {read:?}"),
        }
        seen += 1;
    }
    assert_eq!(seen, ROWS * 6);
}
