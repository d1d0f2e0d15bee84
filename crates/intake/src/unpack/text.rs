//! A text in any encoding becomes UTF-8, piece by piece.

use super::encoding;
use super::error::UnpackError;
use super::event::{Doubt, Output};
use crate::report;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

/// How much is looked at before anything is told: a byte order mark and the NULs
/// of UTF-16 show here.
const HEAD_BYTES: usize = 4 << 10;
/// How much is looked at from the first byte beyond ASCII on.
const SAMPLE_BYTES: usize = 256 << 10;
/// How much is decoded at once.
const PIECE: usize = 64 << 10;

/// One text on its way.
pub(crate) struct Text {
    /// What the person said.
    said: Option<&'static Encoding>,
    state: State,
    encoding: &'static Encoding,
    doubt: Option<Doubt>,
    replaced: u64,
}

/// A text that was decoded to its end.
pub(crate) struct DecodingSummary {
    /// The encoding's name.
    pub(crate) encoding: &'static str,
    /// How many bytes were replaced.
    pub(crate) replaced: u64,
    pub(crate) doubt: Option<Doubt>,
}

enum State {
    /// What came so far; less than is needed to begin.
    Head(Vec<u8>),
    /// ASCII only, which is the same in every encoding that is still possible; the
    /// last byte of it.
    Ascii(Option<u8>),
    /// From the first byte beyond ASCII on. The ASCII byte before it stands in
    /// front, if there is one; so many bytes of this were given out already.
    Sample(Vec<u8>, usize),
    Decoding(Decoder),
}

impl Text {
    pub(crate) fn new(said: Option<&'static Encoding>) -> Self {
        Text {
            said,
            state: State::Head(Vec::new()),
            encoding: UTF_8,
            doubt: None,
            replaced: 0,
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Output) -> Result<(), UnpackError> {
        self.run(bytes, false, out)
    }

    /// Decodes what is left.
    pub(crate) fn finish(&mut self, out: &mut Output) -> Result<DecodingSummary, UnpackError> {
        self.run(&[], true, out)?;
        Ok(DecodingSummary {
            encoding: self.encoding.name(),
            replaced: self.replaced,
            doubt: self.doubt.take(),
        })
    }

    fn run(&mut self, bytes: &[u8], last: bool, out: &mut Output) -> Result<(), UnpackError> {
        match &mut self.state {
            State::Head(head) => {
                head.extend_from_slice(bytes);
                if head.len() < HEAD_BYTES && !last {
                    return Ok(());
                }
                let head = std::mem::take(head);
                let start = self.begin(&head)?;
                self.run(head.get(start..).unwrap_or_default(), last, out)
            }
            State::Ascii(before) => {
                let length = Encoding::ascii_valid_up_to(bytes);
                let (ascii, rest) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
                *before = ascii.last().copied().or(*before);
                for piece in ascii.chunks(PIECE) {
                    out.bytes(piece.to_vec());
                }
                if rest.is_empty() {
                    return Ok(());
                }
                let sample: Vec<u8> = before.iter().copied().collect();
                let given = sample.len();
                self.state = State::Sample(sample, given);
                self.run(rest, last, out)
            }
            State::Sample(sample, given) => {
                sample.extend_from_slice(bytes);
                if sample.len() < SAMPLE_BYTES && !last {
                    return Ok(());
                }
                let (sample, given) = (std::mem::take(sample), *given);
                let whole = last && sample.len() <= SAMPLE_BYTES;
                let part = sample.get(..SAMPLE_BYTES).unwrap_or(&sample);
                let guess = encoding::guess(part, whole);
                self.doubt = guess.doubt;
                self.decode_as(guess.encoding);
                self.run(sample.get(given..).unwrap_or_default(), last, out)
            }
            State::Decoding(decoder) => {
                self.replaced += decode(decoder, bytes, last, out);
                Ok(())
            }
        }
    }

    fn decode_as(&mut self, encoding: &'static Encoding) {
        self.encoding = encoding;
        self.state = State::Decoding(encoding.new_decoder_without_bom_handling());
    }

    /// Decides what can be decided by how the text begins; where it starts.
    fn begin(&mut self, head: &[u8]) -> Result<usize, UnpackError> {
        let marked = Encoding::for_bom(head);
        // A report is not in the encoding of the file that it is of.
        if let Some(said) = self.said.filter(|_| report::recognise(head).is_none()) {
            self.decode_as(said);
            return Ok(match marked {
                Some((encoding, length)) if encoding == said => length,
                _ => 0,
            });
        }
        if let Some((encoding, length)) = marked {
            self.decode_as(encoding);
            return Ok(length);
        }
        // No more than is always there, so that the pieces make no difference.
        let head = head.get(..HEAD_BYTES).unwrap_or(head);
        if head.contains(&0)
            && let Some(encoding) = encoding::utf16(head)
        {
            self.decode_as(encoding);
            return Ok(0);
        }
        // A stray one is no reason to refuse a text.
        let control =
            |&&b: &&u8| b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b..=0x1f);
        if head.iter().filter(control).count() * 100 > head.len() {
            return Err(UnpackError::unsupported("a binary file"));
        }
        self.state = State::Ascii(None);
        Ok(0)
    }
}

/// Decodes all of `bytes`; how many of them, and of those before, had to be replaced.
fn decode(decoder: &mut Decoder, bytes: &[u8], last: bool, out: &mut Output) -> u64 {
    let mut replaced = 0;
    let mut rest = bytes;
    let mut text = Vec::new();
    loop {
        // Twice the bytes or a few: small pieces don't take large buffers.
        let room = (rest.len() * 2 + 16).min(PIECE);
        let start = text.len();
        text.resize(start + room, 0);
        let free = text.get_mut(start..).unwrap_or_default();
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, free, last);
        text.truncate(start + written);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, _) => {
                replaced += u64::from(length);
                text.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
        if text.len() >= PIECE {
            out.bytes(std::mem::take(&mut text));
        }
    }
    out.bytes(text);
    replaced
}
