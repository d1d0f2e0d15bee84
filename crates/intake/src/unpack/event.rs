//! What comes out of a file.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The most bytes of one [`Event::Bytes`].
pub const PIECE_BYTES: usize = 256 << 10;

/// What comes out of a file, in order: for every source its beginning, its bytes,
/// its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A source begins.
    Begin(Begin),
    /// The next bytes of the source: UTF-8 without a byte order mark, at most
    /// [`PIECE_BYTES`], never none. A character may be cut in two.
    Bytes(Vec<u8>),
    /// The source has ended.
    End(End),
    /// A file of an archive isn't taken.
    Skipped {
        /// Its name in the archive.
        name: String,
        /// Why, in a few words.
        reason: String,
    },
}

/// A source begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// The file's name: the one in the archive, or of the upload without `.gz`.
    pub name: String,
    /// The sheet, for a workbook.
    pub sheet: Option<String>,
    /// The names of all sheets of the workbook.
    pub sheets: Vec<String>,
}

/// A source has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The encoding that it was in, by its name in the WHATWG Encoding Standard;
    /// `None` for a sheet.
    pub encoding: Option<&'static str>,
    /// Bytes of the file that are no character in that encoding; each was replaced
    /// by U+FFFD.
    pub replaced: u64,
    /// How many bytes came out.
    pub bytes: u64,
    /// What else the encoding may be, where that is nearly as likely.
    pub doubt: Option<Doubt>,
}

/// An encoding that is not sure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// A line as it is read.
    pub sample: String,
    /// How it would be read otherwise, the likeliest first.
    pub alternatives: Vec<Alternative>,
}

/// Another encoding of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// Its name in the WHATWG Encoding Standard.
    pub encoding: String,
    /// The line in it.
    pub sample: String,
}

/// Events that wait to be fetched.
#[derive(Debug, Default)]
pub(crate) struct Output {
    events: VecDeque<Event>,
    /// Bytes of the present source.
    bytes: u64,
    /// Sources that have begun.
    pub(crate) sources: u64,
}

impl Output {
    pub(crate) fn begin(&mut self, begin: Begin) {
        self.bytes = 0;
        self.sources += 1;
        self.events.push_back(Event::Begin(begin));
    }

    pub(crate) fn bytes(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.bytes += super::limits::size(bytes.len());
            self.events.push_back(Event::Bytes(bytes));
        }
    }

    pub(crate) fn end(
        &mut self,
        encoding: Option<&'static str>,
        replaced: u64,
        doubt: Option<Doubt>,
    ) {
        self.events.push_back(Event::End(End {
            encoding,
            replaced,
            bytes: self.bytes,
            doubt,
        }));
    }

    pub(crate) fn skipped(&mut self, name: &str, reason: impl Into<String>) {
        self.events.push_back(Event::Skipped {
            name: name.to_owned(),
            reason: reason.into(),
        });
    }

    pub(crate) fn next(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
}
