//! Cutting CSV text into records by `csv-core`: where each begins and ends, line
//! numbers, and records that never end.

use super::quoting::{Opening, Quoting};
use super::record::{Cells, excerpt};
use super::{COLUMNS, RECORD_BYTES, line};
use crate::buffer::Buffer;
use crate::settings::{Escape, Reading};
use csv_core::{ReadRecordResult, Reader};
use roster_model::Code;

/// Slots for ends: when [`COLUMNS`] are full, the rest is used over and over, so
/// that further cells are counted and not kept.
const SLOTS: usize = COLUMNS + 64;

/// One record, header or not, as it was cut out.
pub(crate) enum RawRecord {
    Row {
        line: u64,
        cells: Cells,
        /// How many cells there were, those beyond [`COLUMNS`] included.
        count: usize,
        /// Invalid bytes replaced.
        replaced: u32,
    },
    Wrong {
        line: u64,
        code: Code,
        detail: String,
        text: String,
    },
}

#[derive(Debug)]
pub(crate) struct Cutter {
    /// Byte of the source where the buffer stands.
    pub(crate) offset: u64,
    /// Line of the source where the buffer stands.
    pub(crate) line: u64,
    /// Nothing is left.
    pub(crate) finished: bool,
    reader: Reader,
    quoting: Quoting,
    state: State,
    /// Bytes of the present record that `reader` has taken.
    scanned: usize,
    out: Vec<u8>,
    out_len: usize,
    ends: Vec<usize>,
    ends_len: usize,
    /// Cells beyond [`COLUMNS`].
    beyond: usize,
}

#[derive(Debug)]
enum State {
    Reading,
    /// `reader` has a whole record; the LF after its CR may still come.
    Whole,
    /// A record is too large: on to the next line end.
    Skipping {
        line: u64,
        text: String,
    },
}

enum Scan {
    Whole,
    More,
    TooLarge,
}

impl Cutter {
    pub(crate) fn new(reading: &Reading, offset: u64, line: u64) -> Self {
        // Not ASCII can't be: `Reading::check` refuses it. A comma is no panic.
        let delimiter = u8::try_from(reading.delimiter).unwrap_or(b',');
        let quoting = Quoting {
            delimiter,
            quote: reading.quote.byte(),
            backslash: reading.escape == Escape::Backslash,
        };
        Cutter {
            offset,
            line,
            finished: false,
            reader: quoting.reader(),
            quoting,
            state: State::Reading,
            scanned: 0,
            out: vec![0; 4_096],
            out_len: 0,
            ends: vec![0; 64],
            ends_len: 0,
            beyond: 0,
        }
    }

    /// Whether the buffer stands between records, with nothing taken from it that
    /// isn't in `offset`.
    pub(crate) fn settled(&self) -> bool {
        self.scanned == 0 && matches!(self.state, State::Reading)
    }

    /// Leaves out the first lines; whether that is done.
    pub(crate) fn skip_lines(&mut self, buffer: &mut Buffer, skip: &mut u32) -> bool {
        while *skip > 0 {
            match line::find_sure(buffer.rest(), buffer.ended()) {
                Some(end) => {
                    self.advance(buffer, end);
                    self.line += 1;
                    *skip -= 1;
                }
                None if buffer.ended() => {
                    self.advance(buffer, buffer.rest().len());
                    *skip = 0;
                }
                None => {
                    // A CR stays until it is known whether an LF follows.
                    let keep = usize::from(buffer.rest().last() == Some(&b'\r'));
                    self.advance(buffer, buffer.rest().len() - keep);
                    return false;
                }
            }
        }
        true
    }

    fn advance(&mut self, buffer: &mut Buffer, count: usize) {
        buffer.consume(count);
        self.offset += u64::try_from(count).unwrap_or_default();
    }

    /// Cuts the next record out of the buffer and leaves the buffer behind it.
    /// `None` needs more, or has reached the end.
    pub(crate) fn next(&mut self, buffer: &mut Buffer) -> Option<RawRecord> {
        if let State::Skipping { .. } = self.state {
            return self.skip_large(buffer);
        }
        if self.scanned == 0 && !self.skip_blank(buffer) {
            return None;
        }
        let bytes = buffer.rest();
        if matches!(self.state, State::Reading) {
            match self.scan(bytes, buffer.ended()) {
                Scan::Whole => self.state = State::Whole,
                Scan::More => return None,
                Scan::TooLarge => return self.too_large(buffer),
            }
        }
        let mut end = self.scanned;
        let closed_by_cr = end.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'\r');
        if closed_by_cr {
            match bytes.get(end) {
                Some(b'\n') => end += 1,
                Some(_) => {}
                None if buffer.ended() => {}
                None => return None,
            }
        }
        Some(self.whole(buffer, end))
    }

    /// Blank lines before a record; whether there is a record behind them.
    fn skip_blank(&mut self, buffer: &mut Buffer) -> bool {
        while let Some(b'\n' | b'\r') = buffer.rest().first() {
            let Some(end) = line::find_sure(buffer.rest(), buffer.ended()) else {
                return false;
            };
            self.advance(buffer, end);
            self.line += 1;
        }
        if !buffer.rest().is_empty() {
            return true;
        }
        if buffer.ended() {
            self.finished = true;
        }
        false
    }

    /// Drives `csv-core` up to the end of a record. It is never shown more than
    /// a record may have, so what it finds doesn't depend on the pieces.
    fn scan(&mut self, bytes: &[u8], ended: bool) -> Scan {
        let limit = bytes.len().min(RECORD_BYTES + 1);
        loop {
            let rest = bytes.get(self.scanned..limit).unwrap_or_default();
            if rest.is_empty() {
                if limit > RECORD_BYTES {
                    return Scan::TooLarge;
                }
                if !ended {
                    return Scan::More;
                }
            }
            let out = self.out.get_mut(self.out_len..).unwrap_or_default();
            let ends = self.ends.get_mut(self.ends_len..).unwrap_or_default();
            let (result, read, written, cells) = self.reader.read_record(rest, out, ends);
            self.scanned += read;
            self.out_len += written;
            self.ends_len += cells;
            if self.ends_len > COLUMNS {
                self.beyond += self.ends_len - COLUMNS;
                self.ends_len = COLUMNS;
            }
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => return Scan::Whole,
                ReadRecordResult::OutputFull => self.out.resize(self.out.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() < SLOTS => {
                    self.ends.resize((self.ends.len() * 4).min(SLOTS), 0);
                }
                ReadRecordResult::OutputEndsFull | ReadRecordResult::InputEmpty => {}
            }
        }
    }

    /// A record of `end` bytes, its line end included.
    fn whole(&mut self, buffer: &mut Buffer, end: usize) -> RawRecord {
        let last = buffer.ended() && end == buffer.rest().len();
        let raw = buffer.rest().get(..end).unwrap_or_default();
        let line = self.line;
        let breaks = line::count(raw);
        let count = self.ends_len + self.beyond;
        if last && let Some(opening) = self.quoting.open_at_end(raw) {
            return self.unclosed(buffer, opening, "never closes");
        }
        if breaks > 1
            && let Some(opening) = self.quoting.strayed(raw)
        {
            return self.unclosed(buffer, opening, "closes in the middle of a later cell");
        }
        let (cells, replaced) = self.cells();
        self.line += breaks;
        self.advance(buffer, end);
        self.clear();
        RawRecord::Row {
            line,
            cells,
            count,
            replaced,
        }
    }

    /// The cells that `csv-core` has written, and how many invalid bytes were
    /// replaced in them.
    fn cells(&self) -> (Cells, u32) {
        let out = self.out.get(..self.out_len).unwrap_or_default();
        let ends = self.ends.get(..self.ends_len).unwrap_or_default();
        if let Ok(text) = str::from_utf8(out) {
            let short = |&end: &usize| u32::try_from(end).unwrap_or(u32::MAX);
            let cells = Cells::new(text.to_owned(), ends.iter().map(short).collect());
            if let Some(cells) = cells {
                return (cells, 0);
            }
        }
        let mut cells = Cells::default();
        let mut replaced = 0;
        let mut start = 0;
        for &end in ends {
            let mut cell = String::new();
            for chunk in out.get(start..end).unwrap_or_default().utf8_chunks() {
                cell.push_str(chunk.valid());
                if !chunk.invalid().is_empty() {
                    cell.push(char::REPLACEMENT_CHARACTER);
                    replaced += u32::try_from(chunk.invalid().len()).unwrap_or_default();
                }
            }
            cells.push(&cell);
            start = end;
        }
        (cells, replaced)
    }

    /// A quote that never closes has swallowed what follows: only the lines up
    /// to the one where it opens are lost.
    fn unclosed(&mut self, buffer: &mut Buffer, opening: Opening, how: &str) -> RawRecord {
        let raw = buffer.rest().get(..opening.resume).unwrap_or_default();
        let text = excerpt(raw);
        let line = self.line + opening.lines_before;
        self.line += line::count(raw);
        self.advance(buffer, opening.resume);
        self.reader = self.quoting.reader();
        self.clear();
        let detail = format!(
            "the quote that opens on line {line} {how}; \
             reading went on with the line after it"
        );
        RawRecord::Wrong {
            line,
            code: Code::QuoteNotClosed,
            detail,
            text,
        }
    }

    /// A record is longer than it may be: because a quote never closes, or it is
    /// left out up to the next line end.
    fn too_large(&mut self, buffer: &mut Buffer) -> Option<RawRecord> {
        let raw = buffer.rest().get(..=RECORD_BYTES).unwrap_or_default();
        let opening = self.quoting.open_at_end(raw);
        if let Some(opening) = opening.filter(|opening| opening.resume < raw.len()) {
            let how = format!("doesn't close within {} KiB", RECORD_BYTES >> 10);
            return Some(self.unclosed(buffer, opening, &how));
        }
        // The last byte stays, and a CR before it: they may end a line.
        let mut taken = raw.len().saturating_sub(1);
        if taken.checked_sub(1).and_then(|at| raw.get(at)) == Some(&b'\r') {
            taken -= 1;
        }
        let lines = line::count(raw.get(..taken).unwrap_or_default());
        self.state = State::Skipping {
            line: self.line,
            text: excerpt(raw),
        };
        self.line += lines;
        self.advance(buffer, taken);
        self.skip_large(buffer)
    }

    /// Leaves out the rest of a record that is too large.
    fn skip_large(&mut self, buffer: &mut Buffer) -> Option<RawRecord> {
        let end = match line::find_sure(buffer.rest(), buffer.ended()) {
            Some(end) => {
                self.line += 1;
                end
            }
            None if buffer.ended() => buffer.rest().len(),
            None => {
                let keep = usize::from(buffer.rest().last() == Some(&b'\r'));
                self.advance(buffer, buffer.rest().len() - keep);
                return None;
            }
        };
        self.advance(buffer, end);
        let State::Skipping { line, text } = std::mem::replace(&mut self.state, State::Reading)
        else {
            return None;
        };
        self.reader = self.quoting.reader();
        self.clear();
        Some(RawRecord::Wrong {
            line,
            code: Code::RecordTooLarge,
            detail: format!(
                "the row has more than {} KiB; it was left out up to the next line end",
                RECORD_BYTES >> 10
            ),
            text,
        })
    }

    /// Makes ready for the next record.
    fn clear(&mut self) {
        self.state = State::Reading;
        self.scanned = 0;
        self.out_len = 0;
        self.ends_len = 0;
        self.beyond = 0;
    }
}
