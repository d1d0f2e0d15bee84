//! Zip archives from their beginning to their end, without the directory that
//! stands behind the files: bytes come in order, and only once.

use super::archive::Step;
use super::error::UnpackError;
use super::inflate::Inflater;
use super::limits::{Limits, Meter, size};
use crate::buffer::Buffer;
use flate2::Crc;
use roster_model::Code;

/// How much of a stored file is passed on at once.
const PIECE: usize = 64 << 10;
/// Stands before every file.
const LOCAL: &[u8] = b"PK\x03\x04";
/// What may follow the last file: the directory, its end, its end as zip64.
const BEHIND: [&[u8]; 3] = [b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"];
/// May stand before the sizes behind a file.
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
/// Stands first in archives that were made to be split and were not.
const SPANNED: [&[u8]; 2] = [DESCRIPTOR, b"PK00"];
/// The fixed part of the header before a file.
const HEADER_BYTES: usize = 30;
/// Sizes stand in the extra field.
const ZIP64: u64 = 0xffff_ffff;

pub(crate) struct ZipReader {
    state: State,
    data: Vec<u8>,
    /// The bytes of the archive that `data` was made of, where they are wanted.
    raw: Option<Vec<u8>>,
}

enum State {
    Header,
    File(Box<File>),
    /// Past the last file.
    Ended,
}

/// A file of the archive.
struct File {
    /// `None` for a file that is stored as it is.
    inflater: Option<Inflater>,
    /// Compressed bytes, where the header says how many.
    length: Option<u64>,
    /// Bytes and checksum, where they are known.
    expected: Option<(u64, u32)>,
    /// They follow the file, known or not.
    descriptor: bool,
    taken: u64,
    made: u64,
    crc: Crc,
    /// All of it was taken.
    done: bool,
}

impl ZipReader {
    pub(crate) fn new() -> Self {
        ZipReader {
            state: State::Header,
            data: Vec::new(),
            raw: None,
        }
    }

    /// A reader that keeps the compressed bytes of each step, too.
    pub(crate) fn with_raw() -> Self {
        ZipReader {
            raw: Some(Vec::new()),
            ..ZipReader::new()
        }
    }

    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }

    /// The bytes of the archive that the last [`Step::Data`] was made of, and
    /// whether they are compressed.
    pub(crate) fn raw(&self) -> (&[u8], bool) {
        let compressed = matches!(&self.state, State::File(file) if file.inflater.is_some());
        (self.raw.as_deref().unwrap_or_default(), compressed)
    }

    /// `bomb` is the code of the error where it becomes too much.
    pub(crate) fn step(
        &mut self,
        buffer: &mut Buffer,
        meter: &mut Meter,
        limits: &Limits,
        bomb: Code,
    ) -> Result<Step, UnpackError> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Header => match next_header(buffer)? {
                    Next::More => {
                        self.state = State::Header;
                        return Ok(Step::More);
                    }
                    Next::Again => self.state = State::Header,
                    Next::End => {}
                    Next::File(name, file) => {
                        if let (Some(length), Some((bytes, _))) = (file.length, file.expected) {
                            meter.allow(length, bytes, limits, bomb)?;
                        }
                        self.state = State::File(file);
                        return Ok(Step::Entry(name));
                    }
                },
                State::File(mut file) if !file.done => {
                    let (before, made) = (file.taken, file.made);
                    file.step(buffer, &mut self.data, self.raw.as_mut())?;
                    meter.take(file.taken - before);
                    meter.make(file.made - made, limits, bomb)?;
                    let idle = file.taken == before && !file.done;
                    self.state = State::File(file);
                    if !self.data.is_empty() || self.raw.as_ref().is_some_and(|raw| !raw.is_empty())
                    {
                        return Ok(Step::Data);
                    }
                    if idle {
                        return Ok(Step::More);
                    }
                }
                State::File(mut file) => {
                    if file.descriptor && !file.read_descriptor(buffer)? {
                        self.state = State::File(file);
                        return Ok(Step::More);
                    }
                    file.check()?;
                    self.state = State::Header;
                    return Ok(Step::EntryEnd);
                }
                State::Ended => {
                    buffer.consume(buffer.rest().len());
                    let ended = buffer.ended();
                    return Ok(if ended { Step::End } else { Step::More });
                }
            }
        }
    }
}

impl File {
    /// Takes the next bytes; `data` is what they become, `raw` what they were.
    fn step(
        &mut self,
        buffer: &mut Buffer,
        data: &mut Vec<u8>,
        raw: Option<&mut Vec<u8>>,
    ) -> Result<(), UnpackError> {
        let left = self.length.map(|length| length - self.taken);
        let left = left.map_or(usize::MAX, |left| {
            usize::try_from(left).unwrap_or(usize::MAX)
        });
        let rest = buffer.rest();
        let input = rest.get(..left).unwrap_or(rest);
        data.clear();
        let read = match &mut self.inflater {
            Some(inflater) => {
                let progress = inflater.step(input)?;
                std::mem::swap(data, &mut inflater.out);
                self.done = progress.ended;
                let stuck = progress.read == 0 && data.is_empty() && !progress.ended;
                if (stuck && left == 0)
                    || (self.done && self.length.is_some_and(|_| left > progress.read))
                {
                    return Err(UnpackError::broken(
                        "a file in it has another size than it says",
                    ));
                }
                progress.read
            }
            None => {
                let piece = input.get(..PIECE).unwrap_or(input);
                data.extend_from_slice(piece);
                self.done = piece.len() == left;
                piece.len()
            }
        };
        if read == 0 && data.is_empty() && !self.done && buffer.ended() {
            return Err(UnpackError::cut_off());
        }
        if let Some(raw) = raw {
            raw.clear();
            raw.extend_from_slice(input.get(..read).unwrap_or_default());
        }
        self.taken += size(read);
        self.made += size(data.len());
        self.crc.update(data);
        buffer.consume(read);
        Ok(())
    }

    /// Reads the sizes and the checksum that follow the file; whether they were
    /// there. Their layout isn't said anywhere: it is the one in which the sizes
    /// are right. The wide one goes first: for an empty file its zeros look like
    /// the narrow one.
    fn read_descriptor(&mut self, buffer: &mut Buffer) -> Result<bool, UnpackError> {
        let rest = buffer.rest();
        if rest.len() < DESCRIPTOR.len() + 20 && !buffer.ended() {
            return Ok(false);
        }
        let marked = rest.starts_with(DESCRIPTOR).then_some(DESCRIPTOR.len());
        for start in marked.into_iter().chain([0]) {
            let bytes = rest.get(start..).unwrap_or_default();
            let narrow = (number(bytes, 4, 4), number(bytes, 8, 4), 12);
            let wide = (number(bytes, 4, 8), number(bytes, 12, 8), 20);
            for (taken, made, length) in [wide, narrow] {
                if (taken, made) == (Some(self.taken), Some(self.made)) {
                    let crc = number(bytes, 0, 4).and_then(|crc| u32::try_from(crc).ok());
                    self.expected = Some((self.made, crc.unwrap_or_default()));
                    buffer.consume(start + length);
                    return Ok(true);
                }
            }
        }
        if self.inflater.is_none() {
            let detail = "a file in the zip is stored without its size in front of it, as \
                          streaming tools do; pack it again with compression";
            return Err(UnpackError::new(Code::ZipNotStreamable, detail));
        }
        Err(UnpackError::broken(
            "the sizes behind a file in it are wrong",
        ))
    }

    fn check(&self) -> Result<(), UnpackError> {
        match self.expected {
            Some((bytes, crc)) if bytes == self.made && crc == self.crc.sum() => Ok(()),
            _ => Err(UnpackError::broken(
                "a file in it is damaged: its checksum is wrong",
            )),
        }
    }
}

/// What stands where a file may begin.
enum Next {
    More,
    Again,
    End,
    File(String, Box<File>),
}

fn next_header(buffer: &mut Buffer) -> Result<Next, UnpackError> {
    let rest = buffer.rest();
    let more = || match buffer.ended() {
        true => Err(UnpackError::cut_off()),
        false => Ok(Next::More),
    };
    let Some(mark) = rest.get(..4) else {
        return more();
    };
    if BEHIND.contains(&mark) {
        return Ok(Next::End);
    }
    if SPANNED.contains(&mark) {
        buffer.consume(mark.len());
        return Ok(Next::Again);
    }
    if mark != LOCAL {
        return Err(UnpackError::broken("no file begins where one ought to"));
    }
    let names = (number(rest, 26, 2), number(rest, 28, 2));
    let (Some(name_bytes), Some(extra_bytes)) = (names.0.and_then(index), names.1.and_then(index))
    else {
        return more();
    };
    let extra_start = HEADER_BYTES + name_bytes;
    let Some(extra) = rest.get(extra_start..extra_start + extra_bytes) else {
        return more();
    };
    let name = rest.get(HEADER_BYTES..extra_start).unwrap_or_default();
    let field = |at: usize, length: usize| number(rest, at, length).unwrap_or_default();
    let (flags, method, crc) = (field(6, 2), field(8, 2), field(14, 4));
    let (mut length, mut bytes) = (field(18, 4), field(22, 4));
    // The plain size stands before the compressed one there, each only if needed.
    let mut wide = zip64(extra).unwrap_or_default();
    for size in [&mut bytes, &mut length] {
        if *size == ZIP64
            && let Some(long) = number(wide, 0, 8)
        {
            *size = long;
            wide = wide.get(8..).unwrap_or_default();
        }
    }
    // Encrypted, in one way or another.
    if flags & 0x2041 != 0 || method == 99 {
        return Err(UnpackError::encrypted());
    }
    let inflater = match method {
        0 => None,
        8 => Some(Inflater::raw()),
        _ => {
            let name = method_name(method);
            let detail = format!("the zip is compressed with {name}; pack it again with Deflate");
            return Err(UnpackError::new(Code::UnsupportedCompression, detail));
        }
    };
    let descriptor = flags & 0x8 != 0;
    let later = descriptor && bytes == 0 && length == 0;
    let file = File {
        // Nothing but an empty file is stored with its size behind it.
        length: (!later || inflater.is_none()).then_some(length),
        expected: (!later).then_some((bytes, u32::try_from(crc).unwrap_or_default())),
        descriptor,
        inflater,
        taken: 0,
        made: 0,
        crc: Crc::new(),
        done: false,
    };
    let name = text(name, flags & 0x800 != 0);
    buffer.consume(extra_start + extra_bytes);
    Ok(Next::File(name, Box::new(file)))
}

/// The field of an entry's extra fields that holds its long sizes.
fn zip64(extra: &[u8]) -> Option<&[u8]> {
    let mut rest = extra;
    loop {
        let (id, length) = (number(rest, 0, 2)?, index(number(rest, 2, 2)?)?);
        let field = rest.get(4..4 + length)?;
        if id == 1 {
            return Some(field);
        }
        rest = rest.get(4 + length..)?;
    }
}

/// A number of `length` bytes, the lowest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let field = bytes.get(at..at + length)?;
    let digits = field.iter().rev();
    Some(digits.fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

fn index(number: u64) -> Option<usize> {
    usize::try_from(number).ok()
}

/// Names that aren't UTF-8 come from old tools; most who read this have them in
/// Cyrillic. They are labels only.
fn text(name: &[u8], utf8: bool) -> String {
    match str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) if utf8 => String::from_utf8_lossy(name).into_owned(),
        Err(_) => encoding_rs::IBM866.decode(name).0.into_owned(),
    }
}

fn method_name(method: u64) -> String {
    let name = match method {
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "xz",
        98 => "PPMd",
        _ => return format!("method {method}"),
    };
    name.to_owned()
}
