//! Tar archives, block by block.

use super::archive::Step;
use super::error::UnpackError;
use crate::buffer::Buffer;
use tar::{EntryType, Header};

const BLOCK: usize = 512;
/// How much is passed on at once.
const PIECE: usize = 64 << 10;
/// The longest name, and the longest list of attributes.
const NAME_BYTES: u64 = 64 << 10;

#[derive(Default)]
pub(crate) struct TarReader {
    state: State,
    /// A name that stands before the entry it belongs to.
    long_name: Option<String>,
    data: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
enum State {
    #[default]
    Header,
    /// Of a file: bytes that are left of it, and then to the end of its block.
    Data {
        left: u64,
        padding: u64,
    },
    /// Of something else: bytes to be left out.
    Skip(u64),
    /// A long name or attributes, with so many bytes, and bytes to the block's end.
    Name {
        length: usize,
        padding: u64,
        pax: bool,
    },
    End,
}

impl TarReader {
    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }

    pub(crate) fn step(&mut self, buffer: &mut Buffer) -> Result<Step, UnpackError> {
        loop {
            match self.state {
                State::Header => {
                    let Some(block) = buffer.rest().get(..BLOCK) else {
                        return match (buffer.ended(), buffer.rest().is_empty()) {
                            (false, _) => Ok(Step::More),
                            (true, true) => Ok(Step::End),
                            (true, false) => Err(UnpackError::cut_off()),
                        };
                    };
                    if block.iter().all(|&b| b == 0) {
                        self.state = State::End;
                        continue;
                    }
                    let entry = self.header(block)?;
                    buffer.consume(BLOCK);
                    if let Some(step) = entry {
                        return Ok(step);
                    }
                }
                State::Data { left: 0, padding } => {
                    self.state = State::Skip(padding);
                    return Ok(Step::EntryEnd);
                }
                State::Data { left, padding } => {
                    let most = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
                    let rest = buffer.rest();
                    let piece = rest.get(..most).unwrap_or(rest);
                    if piece.is_empty() {
                        return more(buffer);
                    }
                    self.data.clear();
                    self.data.extend_from_slice(piece);
                    let count = piece.len();
                    buffer.consume(count);
                    self.state = State::Data {
                        left: left - super::limits::size(count),
                        padding,
                    };
                    return Ok(Step::Data);
                }
                State::Skip(0) => self.state = State::Header,
                State::Skip(left) => {
                    let most = usize::try_from(left).unwrap_or(usize::MAX);
                    let count = buffer.rest().len().min(most);
                    if count == 0 {
                        return more(buffer);
                    }
                    buffer.consume(count);
                    self.state = State::Skip(left - super::limits::size(count));
                }
                State::Name {
                    length,
                    padding,
                    pax,
                } => {
                    let Some(bytes) = buffer.rest().get(..length) else {
                        return more(buffer);
                    };
                    let name = if pax { pax_path(bytes) } else { Some(bytes) };
                    if let Some(name) = name {
                        self.long_name = Some(text(name));
                    }
                    buffer.consume(length);
                    self.state = State::Skip(padding);
                }
                State::End => {
                    buffer.consume(buffer.rest().len());
                    return Ok(if buffer.ended() {
                        Step::End
                    } else {
                        Step::More
                    });
                }
            }
        }
    }

    /// Takes in a header; a step where it begins a file or something to report.
    fn header(&mut self, block: &[u8]) -> Result<Option<Step>, UnpackError> {
        let broken = |_| UnpackError::broken("one of its headers is damaged");
        let header = Header::from_byte_slice(block);
        let (before, field, after) = (0..148, 148..156, 156..BLOCK);
        let sum = |range: std::ops::Range<usize>| -> u32 {
            let bytes = block.get(range).unwrap_or_default();
            bytes.iter().map(|&b| u32::from(b)).sum()
        };
        let spaces = u32::from(b' ') * u32::try_from(field.len()).unwrap_or_default();
        if header.cksum().map_err(broken)? != sum(before) + spaces + sum(after) {
            return Err(UnpackError::broken("one of its headers is damaged"));
        }
        let length = header.entry_size().map_err(broken)?;
        let padding = length.wrapping_neg() % super::limits::size(BLOCK);
        let kind = header.entry_type();
        if matches!(kind, EntryType::GNULongName | EntryType::XHeader) {
            if length > NAME_BYTES {
                return Err(UnpackError::broken("a name in it is too long"));
            }
            self.state = State::Name {
                length: usize::try_from(length).unwrap_or_default(),
                padding,
                pax: kind == EntryType::XHeader,
            };
            return Ok(None);
        }
        if matches!(kind, EntryType::XGlobalHeader | EntryType::GNULongLink) {
            self.state = State::Skip(length.saturating_add(padding));
            return Ok(None);
        }
        let name = self.long_name.take();
        let name = name.unwrap_or_else(|| text(&header.path_bytes()));
        let regular = matches!(kind, EntryType::Regular | EntryType::Continuous);
        // Old archives have no directories but names that end in a slash.
        if regular && !name.ends_with('/') {
            self.state = State::Data {
                left: length,
                padding,
            };
            return Ok(Some(Step::Entry(name)));
        }
        self.state = State::Skip(length.saturating_add(padding));
        Ok(match kind {
            EntryType::Directory | EntryType::Regular => None,
            EntryType::GNUSparse => Some(Step::Skipped(name, "it is a sparse file")),
            EntryType::Link | EntryType::Symlink => Some(Step::Skipped(name, "it is a link")),
            _ => Some(Step::Skipped(name, "it isn't a file")),
        })
    }
}

fn more(buffer: &Buffer) -> Result<Step, UnpackError> {
    if buffer.ended() {
        return Err(UnpackError::cut_off());
    }
    Ok(Step::More)
}

fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|&b| b == 0).next().unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// The path in a list of attributes, each `<length> <key>=<value>\n`.
fn pax_path(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    let mut path = None;
    while !rest.is_empty() {
        let space = memchr::memchr(b' ', rest)?;
        let length = str::from_utf8(rest.get(..space)?).ok()?.parse().ok()?;
        let attribute = rest.get(space + 1..length)?.strip_suffix(b"\n")?;
        path = attribute.strip_prefix(b"path=").or(path);
        rest = rest.get(length..)?;
    }
    path
}
