//! CSV and its like.

use crate::Cell;
use crate::options::{Csv, LineEnd, Quote};
use csv_core::{QuoteStyle, Terminator, WriterBuilder};
use roster_model::import::neutralise;
use std::borrow::Cow;

/// The mark at the beginning of a file by which Excel knows UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Writes rows of a CSV.
#[derive(Debug)]
pub(crate) struct CsvWriter {
    csv: csv_core::Writer,
    raw: bool,
}

impl CsvWriter {
    pub(crate) fn new(csv: &Csv) -> Self {
        let writer = WriterBuilder::new()
            .delimiter(csv.delimiter.byte())
            .terminator(match csv.line_end {
                LineEnd::Crlf => Terminator::CRLF,
                LineEnd::Lf => Terminator::Any(b'\n'),
            })
            .quote_style(match csv.quote {
                Quote::Minimal => QuoteStyle::Necessary,
                Quote::All => QuoteStyle::Always,
            })
            .build();
        CsvWriter {
            csv: writer,
            raw: csv.raw,
        }
    }

    /// The beginning of a file.
    pub(crate) fn begin(&mut self, csv: &Csv, columns: &[String], out: &mut Vec<u8>) {
        if csv.bom {
            out.extend_from_slice(BOM);
        }
        let header: Vec<Cell> = columns.iter().map(|name| Cell::from(&**name)).collect();
        self.row(&header, out);
    }

    pub(crate) fn row(&mut self, cells: &[Cell], out: &mut Vec<u8>) {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                fill(out, 2, |room| self.csv.delimiter(room).1);
            }
            let text = cell.text().unwrap_or_default();
            let text = if self.raw { text } else { marked(text) };
            // With quotes, each of them doubled, it can't become longer.
            let most = 2 * text.len() + 2;
            fill(out, most, |room| self.csv.field(text.as_bytes(), room).2);
        }
        // A closing quote or two, and the end of the line.
        fill(out, 8, |room| self.csv.terminator(room).1);
    }
}

fn marked(text: Cow<'_, str>) -> Cow<'_, str> {
    match neutralise(&text) {
        Cow::Owned(marked) => marked.into(),
        Cow::Borrowed(_) => text,
    }
}

/// Appends what `write` writes into room for `most` bytes.
fn fill(out: &mut Vec<u8>, most: usize, write: impl FnOnce(&mut [u8]) -> usize) {
    let start = out.len();
    out.resize(start + most, 0);
    let written = out.get_mut(start..).map_or(0, write);
    out.truncate(start + written);
}
