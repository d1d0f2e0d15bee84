//! Stage 2: from plain UTF-8 text, pushed in pieces, to records with positions.

mod columns;
mod csv;
mod cut;
mod formula;
mod json;
mod json_array;
mod json_lines;
pub(crate) mod line;
mod quoting;
mod record;

use crate::buffer::Buffer;
use crate::settings::{Format, Reading};
pub use json::LEVELS;
pub use record::{
    Cells, Content, Place, Position, Record, RecordError, RecordWarning, TEXT_BYTES, WarningPlace,
};

/// The most bytes one record may have as it stands in the source.
pub const RECORD_BYTES: usize = 1 << 20;

/// The most cells of a row that are kept, and the most columns.
pub const COLUMNS: usize = 16_384;

/// Reads the records of one source. See the crate's documentation for the way
/// it is driven.
///
/// Holds the piece that was fed last, one record (up to [`RECORD_BYTES`] as it
/// stands and once more as cells) and nothing that grows with the source.
#[derive(Debug)]
pub struct Records {
    buffer: Buffer,
    /// Where the last record that was given out ends.
    given: Position,
    reader: Reader,
    columns: Vec<String>,
    replaced: u64,
    /// A byte order mark may still come.
    beginning: bool,
}

/// The reader of one format. Each has the same methods.
#[derive(Debug)]
enum Reader {
    Csv(Box<csv::CsvReader>),
    Lines(json_lines::LinesReader),
    Array(Box<json_array::ArrayReader>),
}

impl Reader {
    fn new(reading: &Reading, position: &Position) -> Self {
        match reading.format {
            Format::Csv => Reader::Csv(Box::new(csv::CsvReader::new(reading, position))),
            Format::JsonLines => Reader::Lines(json_lines::LinesReader::new(position)),
            Format::Json => Reader::Array(Box::new(json_array::ArrayReader::new(position))),
        }
    }

    /// The next record; `None` needs more, or has reached the end.
    fn next(
        &mut self,
        buffer: &mut Buffer,
        names: &mut Vec<String>,
    ) -> Option<Result<Record, Box<RecordError>>> {
        match self {
            Reader::Csv(reader) => reader.next(buffer, names),
            Reader::Lines(reader) => reader.next(buffer),
            Reader::Array(reader) => reader.next(buffer),
        }
    }

    /// Goes past `count` bytes that aren't text: a byte order mark.
    fn pass(&mut self, count: usize) {
        match self {
            Reader::Csv(reader) => reader.pass(count),
            Reader::Lines(reader) => reader.pass(count),
            Reader::Array(reader) => reader.pass(count),
        }
    }

    /// Whether reading could go on from [`Reader::position`] with nothing lost: it
    /// stands between two records, not inside one or before the first.
    fn settled(&self) -> bool {
        match self {
            Reader::Csv(reader) => reader.settled(),
            Reader::Lines(reader) => reader.settled(),
            Reader::Array(reader) => reader.settled(),
        }
    }

    fn position(&self) -> Position {
        match self {
            Reader::Csv(reader) => reader.position(),
            Reader::Lines(reader) => reader.position(),
            Reader::Array(reader) => reader.position(),
        }
    }
}

impl Records {
    /// Reads a source from `position` on: [`Position::start`], or one that
    /// [`Records::position`] gave for the same source and the same `reading`.
    pub fn new(reading: &Reading, position: Position) -> Self {
        Records {
            buffer: Buffer::default(),
            reader: Reader::new(reading, &position),
            beginning: position.place == Place::Start && position.offset == 0,
            given: position,
            columns: Vec::new(),
            replaced: 0,
        }
    }

    /// Takes the next piece of the source; the first begins at the position's
    /// offset. `end` says that it is the last one; it may be empty. Pieces of
    /// any size are right. Call [`Records::next_record`] until it gives `None`
    /// before the next: what was fed and not read is kept in memory.
    pub fn feed(&mut self, piece: &[u8], end: bool) {
        self.buffer.push(piece, end);
    }

    /// The next record, or what is wrong with it. `None` means that more has to
    /// be fed, or, after the end was fed, that there is nothing more.
    pub fn next_record(&mut self) -> Option<Result<Record, Box<RecordError>>> {
        if self.given.place == Place::End {
            return None;
        }
        if self.beginning {
            let mark = self.buffer.pass_mark()?;
            self.reader.pass(mark);
            self.beginning = false;
        }
        let item = self.reader.next(&mut self.buffer, &mut self.columns);
        match &item {
            Some(Ok(record)) => self.replaced += u64::from(record.replaced),
            Some(Err(_)) => {}
            None if !self.reader.settled() => return None,
            None => {}
        }
        self.given = self.reader.position();
        item
    }

    /// Where reading can go on after the last record that was given out.
    pub fn position(&self) -> &Position {
        &self.given
    }

    /// Whether everything was read.
    pub fn finished(&self) -> bool {
        self.given.place == Place::End
    }

    /// The columns' names, once [`Records::next_record`] has given a record or
    /// [`Records::finished`] says so: from the header, or `column 1`,
    /// `column 2`, … without one. An empty name becomes `column 3`, one that
    /// was there before `name (2)`. Empty for JSON and where reading went on
    /// from a stored position behind the header.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many invalid bytes were replaced so far, since this reader was made.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }
}
