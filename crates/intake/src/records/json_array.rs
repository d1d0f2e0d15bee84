//! A JSON array of objects: the ends of its elements are found first, so that one
//! which is wrong, too deep or too large harms no other.

use super::RECORD_BYTES;
use super::json::{Fault, ObjectResult, Scanner, take, whole_but_for_line_ends};
use super::json_lines::give;
use super::line::Counter;
use super::record::{Place, Position, Record, RecordError, excerpt};
use crate::buffer::Buffer;
use roster_model::Code;

type Item = Result<Record, Box<RecordError>>;

#[derive(Debug)]
pub(crate) struct ArrayReader {
    offset: u64,
    lines: Counter,
    row: u64,
    place: Place,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The array's bracket comes, or an element, or the end: as the place says.
    Between,
    Element(Element),
    /// The element was taken; a comma or the array's end follows.
    After {
        line: u64,
        taken: ObjectResult,
        beginning: String,
    },
}

/// An element that isn't over.
#[derive(Debug)]
struct Element {
    line: u64,
    scanner: Scanner,
    /// A number, `true`, or nothing that is JSON: it ends where a comma, a
    /// bracket or white space stands.
    scalar: bool,
    scanned: usize,
    /// How it begins, once it is too large and being left out.
    beginning: Option<String>,
}

impl ArrayReader {
    pub(crate) fn new(position: &Position) -> Self {
        ArrayReader {
            offset: position.offset,
            lines: Counter::new(position.line),
            row: position.row,
            place: position.place,
            state: State::Between,
        }
    }

    pub(crate) fn position(&self) -> Position {
        Position {
            offset: self.offset,
            line: self.lines.line,
            row: self.row,
            columns: 0,
            place: self.place,
        }
    }

    pub(crate) fn settled(&self) -> bool {
        self.place != Place::Start && matches!(self.state, State::Between)
    }

    pub(crate) fn pass(&mut self, count: usize) {
        self.offset += u64::try_from(count).unwrap_or_default();
    }

    pub(crate) fn next(&mut self, buffer: &mut Buffer) -> Option<Item> {
        loop {
            match std::mem::replace(&mut self.state, State::Between) {
                State::Between => match self.between(buffer) {
                    Step::Element(element) => self.state = State::Element(element),
                    Step::Again => {}
                    Step::More => return None,
                    Step::Fatal(detail) => return Some(self.fatal(&detail)),
                },
                State::Element(mut element) => match self.element(buffer, &mut element) {
                    Progress::More => {
                        self.state = State::Element(element);
                        return None;
                    }
                    Progress::Taken(taken, beginning) => {
                        let line = element.line;
                        self.state = State::After {
                            line,
                            taken,
                            beginning,
                        };
                    }
                    Progress::Lost(fault, beginning) => {
                        return Some(self.lost(element.line, fault, beginning));
                    }
                },
                State::After {
                    line,
                    taken,
                    beginning,
                } => {
                    match self.front(buffer) {
                        Some(b',') => self.consume(buffer, 1),
                        Some(b']') => {
                            self.consume(buffer, 1);
                            self.place = Place::Tail;
                        }
                        // A comma is missing: what comes is an element or stops it.
                        Some(_) => {}
                        None if buffer.ended() => {}
                        None => {
                            self.state = State::After {
                                line,
                                taken,
                                beginning,
                            };
                            return None;
                        }
                    }
                    self.row += 1;
                    return Some(give(taken, beginning, line, &self.position()));
                }
            }
        }
    }

    fn consume(&mut self, buffer: &mut Buffer, count: usize) {
        let passed = buffer.rest().get(..count).unwrap_or_default();
        self.lines.pass(passed);
        self.pass(count);
        buffer.consume(count);
    }

    /// Goes past white space to the byte that follows; `None` where nothing
    /// follows yet. A CR at the end waits for its LF, so that no stored position
    /// lies between them.
    fn front(&mut self, buffer: &mut Buffer) -> Option<u8> {
        let rest = buffer.rest();
        let front = rest.trim_ascii_start();
        let waits = front.is_empty() && !buffer.ended() && rest.last() == Some(&b'\r');
        let (count, byte) = (rest.len() - front.len(), front.first().copied());
        self.consume(buffer, count - usize::from(waits));
        byte
    }

    /// Between elements, before the first and after the last.
    fn between(&mut self, buffer: &mut Buffer) -> Step {
        let Some(byte) = self.front(buffer) else {
            return match (buffer.ended(), self.place) {
                (false, _) => Step::More,
                (true, Place::Records) => {
                    Step::Fatal("the array isn't closed: the file seems to be cut off".to_owned())
                }
                (true, _) => {
                    self.place = Place::End;
                    Step::More
                }
            };
        };
        match (self.place, byte) {
            (Place::Start, b'[') => {
                self.consume(buffer, 1);
                self.place = Place::Records;
                Step::Again
            }
            (Place::Start, _) => Step::Fatal("a JSON array begins with \"[\"".to_owned()),
            (Place::Tail | Place::End, _) => {
                Step::Fatal("something stands behind the end of the array".to_owned())
            }
            (Place::Records, b']') => {
                self.consume(buffer, 1);
                self.place = Place::Tail;
                Step::Again
            }
            (Place::Records, b'}' | b':') => {
                let byte = char::from(byte);
                Step::Fatal(format!("\"{byte}\" stands where an element ought to begin"))
            }
            (Place::Records, _) => Step::Element(Element {
                line: self.lines.line,
                scanner: Scanner::default(),
                scalar: !matches!(byte, b'{' | b'[' | b'"'),
                scanned: 0,
                beginning: None,
            }),
        }
    }

    /// Goes on over an element.
    fn element(&mut self, buffer: &mut Buffer, element: &mut Element) -> Progress {
        loop {
            let rest = buffer.rest();
            // Never more than an element may have, so that what is found doesn't
            // depend on the pieces.
            let limit = match element.beginning {
                Some(_) => rest.len(),
                None => rest.len().min(RECORD_BYTES + 1),
            };
            let unread = rest.get(element.scanned..limit).unwrap_or_default();
            let end = if element.scalar {
                let ends = |b: &u8| b.is_ascii_whitespace() || b",]}[{\"".contains(b);
                let found = unread.iter().position(ends);
                found.or((buffer.ended() && limit == rest.len()).then_some(unread.len()))
            } else {
                element.scanner.pass(unread)
            };
            if let Some(end) = end {
                let end = element.scanned + end;
                let text = rest.get(..end).unwrap_or_default();
                let progress = judge(text, element);
                self.consume(buffer, end);
                return progress;
            }
            element.scanned = limit;
            if element.beginning.is_none() && element.scanned > RECORD_BYTES {
                element.beginning = Some(excerpt(rest));
            }
            if element.beginning.is_some() {
                self.consume(buffer, element.scanned);
                element.scanned = 0;
            }
            if !buffer
                .rest()
                .get(element.scanned..)
                .unwrap_or_default()
                .is_empty()
            {
                continue;
            }
            if !buffer.ended() {
                return Progress::More;
            }
            let beginning = element.beginning.take();
            let beginning = beginning.unwrap_or_else(|| excerpt(buffer.rest()));
            self.consume(buffer, buffer.rest().len());
            let ends = || Fault::broken("the file ends inside the record");
            let fault = element.scanner.refuse().unwrap_or_else(ends);
            return Progress::Lost(fault, beginning);
        }
    }

    /// Nothing behind this can be read, and no record is concerned.
    fn fatal(&mut self, detail: &str) -> Item {
        self.place = Place::End;
        let line = self.lines.line;
        Err(Box::new(RecordError {
            code: Code::JsonBroken,
            detail: format!("{detail} (line {line})"),
            line,
            row: 0,
            offset_after: self.offset,
            cells: None,
            text: None,
            fatal: true,
        }))
    }

    /// A record is wrong in such a way that it isn't sure where it ends.
    fn lost(&mut self, line: u64, mut fault: Fault, beginning: String) -> Item {
        self.place = Place::End;
        self.row += 1;
        fault
            .detail
            .push_str("; it isn't sure where the next record begins, so nothing more was read");
        give(Err(fault), beginning, line, &self.position()).map_err(|mut error| {
            error.fatal = true;
            error
        })
    }
}

enum Step {
    Element(Element),
    Again,
    More,
    Fatal(String),
}

enum Progress {
    More,
    Taken(ObjectResult, String),
    Lost(Fault, String),
}

/// Takes in an element whose end was found.
fn judge(text: &[u8], element: &mut Element) -> Progress {
    let beginning = element.beginning.take();
    let too_large = beginning.is_some();
    let beginning = || beginning.unwrap_or_else(|| excerpt(text));
    if element.scanner.mismatch {
        return Progress::Lost(Fault::broken("its brackets don't match"), beginning());
    }
    let refused = element.scanner.refuse();
    if let Some(fault) = refused.or(too_large.then(Fault::too_large)) {
        return Progress::Taken(Err(fault), beginning());
    }
    if text.is_empty() {
        let fault = Fault::broken("a record is missing between two commas");
        return Progress::Taken(Err(fault), String::new());
    }
    match take(text, element.line) {
        Ok(taken) => Progress::Taken(Ok(taken), String::new()),
        Err(fault) if element.scanner.torn && !whole_but_for_line_ends(text) => {
            Progress::Lost(fault, beginning())
        }
        Err(fault) => Progress::Taken(Err(fault), beginning()),
    }
}
