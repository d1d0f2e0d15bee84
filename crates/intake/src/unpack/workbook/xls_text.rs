//! XLS: texts, which may go on in the record behind.

use super::xml::broken;
use crate::unpack::error::UnpackError;

/// The units of a text that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Units {
    /// Units that are still missing.
    pub(crate) left: usize,
    /// Two bytes for a unit, otherwise one.
    wide: bool,
    /// The first half of a character beyond U+FFFF.
    half: Option<u16>,
}

impl Units {
    pub(crate) fn new(count: usize, wide: bool) -> Self {
        Units {
            left: count,
            wide,
            half: None,
        }
    }

    /// In a record that goes on with a text, its kind stands again in front.
    pub(crate) fn go_on(&mut self, flags: u8) {
        self.wide = flags & 1 != 0;
    }

    /// Takes what `bytes` hold of the text; how many bytes that was.
    pub(crate) fn take(&mut self, bytes: &[u8], into: &mut String) -> Result<usize, UnpackError> {
        let size = if self.wide { 2 } else { 1 };
        let count = self.left.min(bytes.len() / size);
        let taken = bytes.get(..count * size).unwrap_or_default();
        for unit in taken.chunks_exact(size) {
            let unit = match unit {
                [low, high] => u16::from_le_bytes([*low, *high]),
                [low] => u16::from(*low),
                _ => 0,
            };
            self.push(unit, into);
        }
        self.left -= count;
        if self.left == 0 && self.half.take().is_some() {
            into.push(char::REPLACEMENT_CHARACTER);
        }
        if self.left > 0 && count * size != bytes.len() {
            return Err(broken("one of its texts is cut in two"));
        }
        Ok(taken.len())
    }

    fn push(&mut self, unit: u16, into: &mut String) {
        if let Some(half) = self.half.take() {
            let whole = char::decode_utf16([half, unit]).next();
            if let Some(Ok(c)) = whole {
                into.push(c);
                return;
            }
            into.push(char::REPLACEMENT_CHARACTER);
        }
        match unit {
            0xd800..=0xdbff => self.half = Some(unit),
            _ => {
                let c = char::from_u32(u32::from(unit));
                into.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
    }
}

/// A whole text in a record: its flags stand at `flags`, its units behind them.
pub(crate) fn whole(record: &[u8], flags: usize, count: usize) -> Result<String, UnpackError> {
    let short = || broken("one of its records is too short");
    let wide = record.get(flags).ok_or_else(short)? & 1 != 0;
    let mut units = Units::new(count, wide);
    let mut text = String::new();
    units.take(record.get(flags + 1..).unwrap_or_default(), &mut text)?;
    if units.left > 0 {
        return Err(short());
    }
    Ok(text)
}

/// A number of two bytes.
pub(crate) fn short(record: &[u8], at: usize) -> Result<u16, UnpackError> {
    let bytes = record
        .get(at..at + 2)
        .and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or_else(|| broken("one of its records is too short"))?;
    Ok(u16::from_le_bytes(bytes))
}

/// A number of four bytes.
pub(crate) fn long(record: &[u8], at: usize) -> Result<u32, UnpackError> {
    let bytes = record
        .get(at..at + 4)
        .and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or_else(|| broken("one of its records is too short"))?;
    Ok(u32::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_in_pieces_of_both_kinds() {
        let mut text = String::new();
        let mut units = Units::new(6, true);
        assert_eq!(units.take(&[0x16, 0x04, 0x3d, 0xd8], &mut text).unwrap(), 4);
        units.go_on(1);
        assert_eq!(units.take(&[0x00, 0xde, 0x61, 0x00], &mut text).unwrap(), 4);
        units.go_on(0);
        assert_eq!(units.take(&[0xe9, b'b', b'c'], &mut text).unwrap(), 2);
        assert_eq!(text, "Ж😀aéb");
        let mut lone = Units::new(1, true);
        text.clear();
        lone.take(&[0x3d, 0xd8], &mut text).unwrap();
        assert_eq!(text, "\u{fffd}");
        assert!(Units::new(2, true).take(&[1, 0, 1], &mut text).is_err());
    }
}
