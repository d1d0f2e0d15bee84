//! Quotes that never close: finding where one opened, after the fact.
//!
//! `csv-core` doesn't tell where a cell stood, so a record in doubt is read a
//! second time, cell by cell. Only wrong records pay for that.

use super::line;
use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// How cells are told apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quoting {
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
    pub(crate) backslash: bool,
}

/// Where a quote opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    /// Index of the first byte after its line.
    pub(crate) resume: usize,
    /// Lines of the record before its line.
    pub(crate) lines_before: u64,
}

impl Quoting {
    /// A reader that stands between records. (A clone of one that was built
    /// doesn't work: `csv-core` leaves its states behind.)
    pub(crate) fn reader(self) -> Reader {
        let mut reader = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .quote(self.quote.unwrap_or(b'"'))
            .quoting(self.quote.is_some())
            .escape(self.backslash.then_some(b'\\'))
            .build();
        // It drops a byte order mark at its first read, but only where all three
        // bytes come at once. It must not depend on the pieces, so this is its
        // first read.
        reader.read_record(b"\n", &mut [0], &mut [0]);
        reader
    }

    /// Where the quote opened that is still open at the end of `raw`.
    pub(crate) fn open_at_end(self, raw: &[u8]) -> Option<Opening> {
        let start = self.cells(raw).pop()?;
        match self.close(raw.get(start..)?) {
            Closing::Open => Some(after_line(raw, start)),
            _ => None,
        }
    }

    /// The same for the first quoted cell that holds a line break and whose
    /// quote closes where no cell ends: a sign that it ought to have closed
    /// before, and that the quote which closes it opens something else.
    pub(crate) fn strayed(self, raw: &[u8]) -> Option<Opening> {
        self.cells(raw).into_iter().find_map(|start| {
            let cell = raw.get(start..)?;
            let Closing::At(end) = self.close(cell) else {
                return None;
            };
            let after = cell.get(end..).unwrap_or_default();
            let next = after
                .iter()
                .copied()
                .find(|&c| c != b' ' && c != b'\t' || c == self.delimiter);
            let strays = next.is_some_and(|c| c != self.delimiter && c != b'\r' && c != b'\n');
            (strays && line::find(cell).is_some_and(|at| at < end)).then(|| after_line(raw, start))
        })
    }

    /// Where the cells of a record begin.
    fn cells(self, raw: &[u8]) -> Vec<usize> {
        let mut reader = self.reader();
        let mut starts = vec![0];
        let mut sink = [0; 4_096];
        let mut at = 0;
        while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
            let (result, read, _) = reader.read_field(rest, &mut sink);
            at += read;
            match result {
                ReadFieldResult::Field { record_end: false } => starts.push(at),
                ReadFieldResult::OutputFull => {}
                _ => break,
            }
        }
        starts
    }

    /// Where the quote that `cell` begins with closes.
    fn close(self, cell: &[u8]) -> Closing {
        let Some(quote) = self.quote.filter(|quote| cell.first() == Some(quote)) else {
            return Closing::Unquoted;
        };
        let mut at = 1;
        while let Some(&byte) = cell.get(at) {
            let doubled = byte == quote && cell.get(at + 1) == Some(&quote);
            if doubled || (self.backslash && byte == b'\\') {
                at += 2;
            } else if byte == quote {
                return Closing::At(at + 1);
            } else {
                at += 1;
            }
        }
        Closing::Open
    }
}

enum Closing {
    Unquoted,
    Open,
    /// The index after the closing quote.
    At(usize),
}

/// The line that holds `at`.
fn after_line(raw: &[u8], at: usize) -> Opening {
    let (before, from) = raw.split_at_checked(at).unwrap_or((raw, &[]));
    Opening {
        resume: line::find(from).map_or(raw.len(), |end| at + end),
        lines_before: line::count(before),
    }
}
