//! Line ends: LF, CRLF and CR, in any mixture.

/// How many line ends stand in `bytes`. CRLF is one. A CR at the very end counts,
/// so an LF that comes right after `bytes` must not be counted again.
pub(crate) fn count(bytes: &[u8]) -> u64 {
    let mut found = 0;
    let mut rest = bytes;
    while let Some(end) = find(rest) {
        found += 1;
        rest = &rest[end..];
    }
    found
}

/// Where the first line end in `bytes` is over: the index after it. A CR that is
/// the last byte counts as a whole line end.
pub(crate) fn find(bytes: &[u8]) -> Option<usize> {
    let at = memchr::memchr2(b'\n', b'\r', bytes)?;
    let crlf = bytes.get(at..at + 2) == Some(b"\r\n");
    Some(at + if crlf { 2 } else { 1 })
}

/// Like [`find`], where more bytes may follow (`ended` is false): a CR that is
/// the last byte isn't a line end yet, since an LF may belong to it.
pub(crate) fn find_sure(bytes: &[u8], ended: bool) -> Option<usize> {
    find(bytes).filter(|&end| ended || end < bytes.len() || bytes.last() != Some(&b'\r'))
}

/// Counts lines over pieces that may cut a CRLF in two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counter {
    pub(crate) line: u64,
    after_cr: bool,
}

impl Counter {
    pub(crate) fn new(line: u64) -> Self {
        Counter {
            line,
            after_cr: false,
        }
    }

    pub(crate) fn pass(&mut self, bytes: &[u8]) {
        self.line += count(bytes);
        if self.after_cr && bytes.first() == Some(&b'\n') {
            self.line -= 1;
        }
        if let Some(last) = bytes.last() {
            self.after_cr = *last == b'\r';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crlf_in_two_pieces_counts_once() {
        let mut counter = Counter::new(1);
        for piece in [&b"a\r"[..], b"", b"\nb\r", b"c\n", b"\n"] {
            counter.pass(piece);
        }
        assert_eq!(counter.line, 5);
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        assert_eq!(count(b""), 0);
        assert_eq!(count(b"a\nb\r\nc\rd\r\r\n\n"), 6);
        assert_eq!(find(b"ab\r\nc"), Some(4));
        assert_eq!(find(b"ab\rc"), Some(3));
        assert_eq!(find_sure(b"ab\r", false), None);
        assert_eq!(find_sure(b"ab\r", true), Some(3));
        assert_eq!(find_sure(b"ab\n", false), Some(3));
    }
}
