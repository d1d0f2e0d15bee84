//! Bytes that were pushed in and not yet read.

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes in front of the reader.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    ended: bool,
}

impl Buffer {
    /// Appends a piece; `end` says that it is the last.
    pub(crate) fn push(&mut self, piece: &[u8], end: bool) {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(piece);
        self.ended |= end;
    }

    /// What stands in front.
    pub(crate) fn rest(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Whether nothing will be pushed any more.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Goes past UTF-8's byte order mark if it stands in front: how many bytes
    /// that was. `None` where more is needed to know.
    pub(crate) fn pass_mark(&mut self) -> Option<usize> {
        let rest = self.rest();
        if rest.starts_with(MARK) {
            self.consume(MARK.len());
            return Some(MARK.len());
        }
        let open = MARK.starts_with(rest) && !self.ended;
        (!open).then_some(0)
    }

    /// Goes on by `count` bytes, at most to the end.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.bytes.len());
    }
}
