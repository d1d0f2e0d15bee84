//! What comes out of a source: records, and records that are wrong.

use roster_model::Code;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Where reading can go on: between two records of a plain text source. Small
/// enough to be stored with every chunk of rows that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Byte of the source where the next record (or blank lines before it)
    /// begins: the byte to feed first.
    pub offset: u64,
    /// Line of the source at that byte, from 1.
    pub line: u64,
    /// Records before it, wrong ones included; the header isn't one.
    pub row: u64,
    /// Cells that a row must have; 0 until the first row or header is read, and
    /// for JSON.
    pub columns: u32,
    /// Which part of the source comes next.
    pub place: Place,
}

/// A part of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Lines to be skipped, the header, a JSON array's bracket.
    Start,
    /// Records.
    Records,
    /// What follows a JSON array: nothing but white space is right.
    Tail,
    /// Nothing: everything was read.
    End,
}

impl Position {
    /// The same in a text of lines that has grown since its end was met.
    #[must_use]
    pub fn grown(self) -> Self {
        let place = match self.place {
            Place::End => Place::Records,
            place => place,
        };
        Position { place, ..self }
    }

    /// The beginning of a source whose text starts at byte `offset`, which is
    /// behind a byte order mark if there is one.
    pub fn start(offset: u64) -> Self {
        Position {
            offset,
            line: 1,
            row: 0,
            columns: 0,
            place: Place::Start,
        }
    }
}

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Line of the source where it begins, from 1.
    pub line: u64,
    /// Its number among the records, from 1; the header isn't one, records that
    /// were wrong are.
    pub row: u64,
    /// Byte of the source where the next one begins.
    pub offset_after: u64,
    /// How many invalid bytes were replaced by U+FFFD in it.
    pub replaced: u32,
    /// What is to be told of it, though it can be taken.
    pub warnings: Vec<RecordWarning>,
    /// What it holds.
    pub content: Content,
}

/// Something that was not as it ought to be in a record that can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordWarning {
    /// Stable name; see the crate's documentation.
    pub code: Code,
    /// A sentence for people.
    pub detail: String,
    /// The column, from 0, or the JSON pointer of the place; `None` where it
    /// isn't known.
    pub place: Option<WarningPlace>,
}

/// Where in a record something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WarningPlace {
    /// The column's index.
    Column(usize),
    /// A JSON pointer.
    Pointer(String),
}

impl RecordWarning {
    /// What is told of a text in which letters were lost.
    pub(crate) fn letters_lost(place: Option<WarningPlace>) -> Self {
        RecordWarning {
            code: Code::LettersLost,
            detail: format!(
                "Letters that can't be read in the file's encoding stand as {}.",
                char::REPLACEMENT_CHARACTER
            ),
            place,
        }
    }
}

/// What a record holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// CSV: as many cells as there are columns; those that a row leaves out at
    /// its end are empty.
    Cells(Cells),
    /// JSON: one object.
    Object(Map<String, Value>),
}

impl Content {
    /// The cells of a CSV row.
    pub fn cells(&self) -> Option<&Cells> {
        match self {
            Content::Cells(cells) => Some(cells),
            Content::Object(_) => None,
        }
    }

    /// The object of a JSON record.
    pub fn object(&self) -> Option<&Map<String, Value>> {
        match self {
            Content::Object(object) => Some(object),
            Content::Cells(_) => None,
        }
    }
}

/// The cells of a row, in one piece of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    text: String,
    /// Where each cell ends in `text`; always on a character boundary.
    ends: Vec<u32>,
}

impl Cells {
    /// Cells that stand one behind the other in `text`; `None` where an end
    /// isn't on a character boundary.
    pub(crate) fn new(text: String, ends: Vec<u32>) -> Option<Self> {
        let whole = ends
            .iter()
            .all(|&end| text.is_char_boundary(usize::try_from(end).unwrap_or(usize::MAX)));
        whole.then_some(Cells { text, ends })
    }

    pub(crate) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// All cells, one behind the other.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Cuts off what stands beyond `count`, or adds empty ones up to there.
    pub(crate) fn resize(&mut self, count: usize) {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.ends.resize(count, end);
        let end = self.ends.last().copied().unwrap_or_default();
        self.text
            .truncate(usize::try_from(end).unwrap_or(usize::MAX));
    }

    /// The first cell that letters were lost in.
    pub(crate) fn lost(&self) -> Option<usize> {
        if !self.text.contains(char::REPLACEMENT_CHARACTER) {
            return None;
        }
        self.iter()
            .position(|cell| cell.contains(char::REPLACEMENT_CHARACTER))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none. A row has at least one.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell of column `index`, from 0.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = usize::try_from(*self.ends.get(index)?).ok()?;
        let start = match index.checked_sub(1) {
            Some(before) => usize::try_from(*self.ends.get(before)?).ok()?,
            None => 0,
        };
        self.text.get(start..end)
    }

    /// All of them, from the first column on.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

impl<'a> FromIterator<&'a str> for Cells {
    fn from_iter<I: IntoIterator<Item = &'a str>>(cells: I) -> Self {
        let mut row = Cells::default();
        for cell in cells {
            row.push(cell);
        }
        row
    }
}

/// A record that can't be taken. It counts as one row.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordError {
    /// Stable name of what is wrong; see the crate's documentation.
    pub code: Code,
    /// A sentence for people: what is wrong, how much, and what would be right.
    pub detail: String,
    /// Line of the source where the record begins, from 1; for
    /// `quote_not_closed` the line where the quote opens.
    pub line: u64,
    /// Its number among the records, from 1; 0 where no record is wrong but the
    /// source: its header, or what stands around a JSON array. Such an error
    /// isn't a row.
    pub row: u64,
    /// Byte of the source where the next record begins.
    pub offset_after: u64,
    /// Its cells as they came, for rows that are too short or too long.
    pub cells: Option<Cells>,
    /// Where there are no cells: how its text begins, at most [`TEXT_BYTES`] bytes.
    pub text: Option<String>,
    /// Nothing behind it can be read; it is the last.
    pub fatal: bool,
}

/// How much of a wrong record's text is kept, in bytes.
pub const TEXT_BYTES: usize = 1_024;

/// How `bytes` begin, as text.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    let (cut, all) = match bytes.get(..TEXT_BYTES) {
        Some(cut) => (cut, false),
        None => (bytes, true),
    };
    let mut text = String::new();
    for chunk in cut.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    if !all && text.ends_with(char::REPLACEMENT_CHARACTER) {
        text.pop();
    }
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    text
}
