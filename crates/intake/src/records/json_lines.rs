//! JSON Lines: every line is an object; a line that is wrong harms no other.

use super::json::{Fault, ObjectResult, Scanner, take};
use super::record::{Content, Place, Position, Record, RecordError, excerpt};
use super::{RECORD_BYTES, line};
use crate::buffer::Buffer;

#[derive(Debug)]
pub(crate) struct LinesReader {
    at: Position,
    /// How the line begins that is too large and being left out.
    skipping: Option<String>,
    /// Bytes of the present line that hold no line end.
    scanned: usize,
}

impl LinesReader {
    pub(crate) fn new(position: &Position) -> Self {
        LinesReader {
            at: position.clone(),
            skipping: None,
            scanned: 0,
        }
    }

    pub(crate) fn position(&self) -> Position {
        self.at.clone()
    }

    pub(crate) fn settled(&self) -> bool {
        self.skipping.is_none()
    }

    pub(crate) fn pass(&mut self, count: usize) {
        self.at.offset += u64::try_from(count).unwrap_or_default();
    }

    pub(crate) fn next(&mut self, buffer: &mut Buffer) -> Option<Result<Record, Box<RecordError>>> {
        if self.at.place == Place::Start {
            self.at.place = Place::Records;
        }
        loop {
            let rest = buffer.rest();
            if rest.is_empty() && buffer.ended() && self.skipping.is_none() {
                self.at.place = Place::End;
                return None;
            }
            let unread = rest.get(self.scanned..).unwrap_or_default();
            let end = match line::find_sure(unread, buffer.ended()) {
                Some(end) => self.scanned + end,
                None if buffer.ended() => rest.len(),
                None => {
                    self.wait(buffer);
                    return None;
                }
            };
            let text = rest.get(..end).unwrap_or_default();
            let begins = self.at.line;
            let taken = if let Some(beginning) = self.skipping.take() {
                Some((Err(Fault::too_large()), beginning))
            } else {
                read(text, begins).map(|taken| {
                    let beginning = taken.as_ref().err().map(|_| excerpt(text));
                    (taken, beginning.unwrap_or_default())
                })
            };
            self.pass(end);
            buffer.consume(end);
            self.scanned = 0;
            self.at.line += 1;
            if let Some((taken, beginning)) = taken {
                self.at.row += 1;
                return Some(give(taken, beginning, begins, &self.at));
            }
        }
    }

    /// Remembers what was looked at, and lets go of a line that is too large.
    fn wait(&mut self, buffer: &mut Buffer) {
        let rest = buffer.rest();
        // A CR stays: an LF may follow.
        let keep = usize::from(rest.last() == Some(&b'\r'));
        self.scanned = rest.len() - keep;
        if self.skipping.is_none() && self.scanned > RECORD_BYTES {
            self.skipping = Some(excerpt(rest));
        }
        if self.skipping.is_some() {
            let count = self.scanned;
            self.pass(count);
            buffer.consume(count);
            self.scanned = 0;
        }
    }
}

/// `None` for a blank line.
pub(crate) fn read(text: &[u8], begins: u64) -> Option<ObjectResult> {
    // Without its line end only: white space counts, whether it came in one piece
    // with the rest or not.
    let length = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    if length > RECORD_BYTES {
        return Some(Err(Fault::too_large()));
    }
    let text = text.trim_ascii();
    if text.is_empty() {
        return None;
    }
    let mut scanner = Scanner::default();
    scanner.pass(text);
    if let Some(fault) = scanner.refuse() {
        return Some(Err(fault));
    }
    Some(take(text, begins))
}

/// A record or an error of what was taken; `after` is the position behind it.
pub(crate) fn give(
    taken: ObjectResult,
    beginning: String,
    line: u64,
    after: &Position,
) -> Result<Record, Box<RecordError>> {
    match taken {
        Ok(object) => Ok(Record {
            line,
            row: after.row,
            offset_after: after.offset,
            replaced: object.replaced,
            warnings: object.warnings,
            content: Content::Object(object.members),
        }),
        Err(Fault { code, detail }) => Err(Box::new(RecordError {
            code,
            detail,
            line,
            row: after.row,
            offset_after: after.offset,
            cells: None,
            text: Some(beginning),
            fatal: false,
        })),
    }
}
