//! Writing tables in every dialect, and reading them in pieces.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod office;
pub mod quirks;
pub mod unpack;

use proptest::prelude::*;
use roster_intake::{Content, Escape, Position, Quote, Reading, Record, RecordError, Records};

/// What reading a source gives, in an order-keeping form that can be compared.
pub type Item = Result<Record, Box<RecordError>>;

/// Reads `source` from `position` on, in pieces of `size` bytes; every item with
/// the position after it.
pub fn read(
    source: &[u8],
    reading: &Reading,
    position: Position,
    size: usize,
) -> Vec<(Item, Position)> {
    let from = usize::try_from(position.offset).unwrap();
    let mut records = Records::new(reading, position);
    let mut items = Vec::new();
    let mut drain = |records: &mut Records| {
        while let Some(item) = records.next_record() {
            let position = records.position().clone();
            let offset = match &item {
                Ok(record) => record.offset_after,
                Err(error) => error.offset_after,
            };
            assert_eq!(offset, position.offset);
            items.push((item, position));
        }
    };
    for piece in source[from..].chunks(size) {
        records.feed(piece, false);
        drain(&mut records);
    }
    records.feed(&[], true);
    drain(&mut records);
    assert!(records.finished());
    items
}

/// The rows of a source in which nothing is wrong.
pub fn rows(source: &[u8], reading: &Reading) -> Vec<Vec<String>> {
    let items = read(source, reading, Position::start(0), 1 << 20);
    let cells = |item: Item| match item.expect("a row that is fine").content {
        Content::Cells(cells) => cells.iter().map(str::to_owned).collect(),
        Content::Object(_) => panic!("no cells"),
    };
    items.into_iter().map(|(item, _)| cells(item)).collect()
}

/// What is wrong and what is fine, briefly: line, row, and the code or the cells.
pub fn outline(source: &str, reading: &Reading) -> Vec<String> {
    let items = read(source.as_bytes(), reading, Position::start(0), 7);
    let show = |item: &Item| match item {
        Ok(record) => {
            let cells = record.content.cells().unwrap();
            let cells: Vec<&str> = cells.iter().collect();
            format!("{} {} {}", record.line, record.row, cells.join("/"))
        }
        Err(error) => format!("{} {} {}", error.line, error.row, error.code.as_str()),
    };
    items.iter().map(|(item, _)| show(item)).collect()
}

/// A way to write a table.
#[derive(Clone, Debug)]
pub struct Style {
    pub reading: Reading,
    pub line_end: &'static str,
    /// Quote cells that don't need it, too.
    pub quote_all: bool,
    /// The last row has a line end.
    pub closed: bool,
}

pub fn style() -> impl Strategy<Value = Style> {
    (
        prop_oneof![Just(','), Just(';'), Just('\t'), Just('|'), Just(':')],
        prop_oneof![Just(Quote::Double), Just(Quote::Single), Just(Quote::None)],
        prop_oneof![Just(Escape::Doubled), Just(Escape::Backslash)],
        any::<[bool; 3]>(),
        prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    )
        .prop_map(
            |(delimiter, quote, escape, [header, quote_all, closed], line_end)| Style {
                reading: Reading {
                    delimiter,
                    quote,
                    escape,
                    header,
                    ..Reading::default()
                },
                line_end,
                quote_all,
                closed,
            },
        )
}

/// Cells of characters that have a part to play in some dialect, and others.
pub fn cell() -> impl Strategy<Value = String> {
    let special = prop::sample::select(
        ",;\t|:\"'\\\n\r ae\u{e9}\u{436}\u{2192}\u{1f600}"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop_oneof![
        3 => "[a-z0-9 ]{0,6}",
        2 => prop::collection::vec(special, 0..6).prop_map(String::from_iter),
    ]
}

/// A table of one to five columns, fit for `style`.
pub fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1..5_usize).prop_flat_map(|columns| {
        prop::collection::vec(prop::collection::vec(cell(), columns), 1..12)
    })
}

/// `table` as `style` has it. Where quotes are not to be had, cells lose what
/// would need them, in `table` too.
pub fn write(table: &mut [Vec<String>], style: &Style) -> String {
    let reading = &style.reading;
    let quote = match reading.quote {
        Quote::Double => Some('"'),
        Quote::Single => Some('\''),
        Quote::None => None,
    };
    let mut text = String::new();
    let count = table.len();
    for (index, row) in table.iter_mut().enumerate() {
        let alone = row.len() == 1;
        for (column, cell) in row.iter_mut().enumerate() {
            if column > 0 {
                text.push(reading.delimiter);
            }
            let Some(quote) = quote else {
                cell.retain(|c| c != reading.delimiter && c != '\n' && c != '\r');
                if alone && cell.is_empty() {
                    cell.push('x');
                }
                text.push_str(cell);
                continue;
            };
            let special = [reading.delimiter, quote, '\n', '\r'];
            let needed = cell.contains(special) || (alone && cell.is_empty());
            if !needed && !style.quote_all {
                text.push_str(cell);
                continue;
            }
            text.push(quote);
            for c in cell.chars() {
                match reading.escape {
                    Escape::Doubled if c == quote => text.push(quote),
                    Escape::Backslash if c == quote || c == '\\' => text.push('\\'),
                    _ => {}
                }
                text.push(c);
            }
            text.push(quote);
        }
        if style.closed || index + 1 < count {
            text.push_str(style.line_end);
        }
    }
    text
}
