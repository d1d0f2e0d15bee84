//! Unpacking a file in pieces.

use roster_intake::{Begin, End, Event, FileSettings, Limits, UnpackError, Unpacker};

#[derive(Debug, PartialEq)]
pub struct Source {
    pub begin: Begin,
    pub text: String,
    pub end: End,
}

#[derive(Debug, Default, PartialEq)]
pub struct UnpackResult {
    pub sources: Vec<Source>,
    pub skipped: Vec<(String, String)>,
}

pub fn unpack(file: &[u8], name: &str, size: usize) -> Result<UnpackResult, UnpackError> {
    unpack_with(
        file,
        name,
        size,
        &FileSettings::default(),
        Limits::default(),
    )
}

/// Unpacks `file` in pieces of `size` bytes. Events must come in their order, text
/// must be UTF-8, and an error must come again.
pub fn unpack_with(
    file: &[u8],
    name: &str,
    size: usize,
    settings: &FileSettings,
    limits: Limits,
) -> Result<UnpackResult, UnpackError> {
    let mut unpacker = Unpacker::new(name, settings, limits)?;
    let mut unpacked = UnpackResult::default();
    let mut open: Option<(Begin, Vec<u8>)> = None;
    let ends = file.chunks(size).map(|piece| (piece, false));
    for (piece, end) in ends.chain([(&[][..], true)]) {
        unpacker.feed(piece, end);
        loop {
            let event = match unpacker.next_event() {
                Ok(event) => event,
                Err(error) => {
                    assert_eq!(unpacker.next_event(), Err(error.clone()));
                    return Err(error);
                }
            };
            match event {
                None => break,
                Some(Event::Begin(begin)) => {
                    assert!(open.is_none());
                    open = Some((begin, Vec::new()));
                }
                Some(Event::Bytes(bytes)) => {
                    assert!(!bytes.is_empty() && bytes.len() <= roster_intake::unpack::PIECE_BYTES);
                    open.as_mut().unwrap().1.extend(bytes);
                }
                Some(Event::End(end)) => {
                    let (begin, text) = open.take().unwrap();
                    assert_eq!(end.bytes, text.len() as u64);
                    let text = String::from_utf8(text).unwrap();
                    unpacked.sources.push(Source { begin, text, end });
                }
                Some(Event::Skipped { name, reason }) => unpacked.skipped.push((name, reason)),
            }
        }
    }
    assert!(unpacker.finished() && open.is_none());
    Ok(unpacked)
}
