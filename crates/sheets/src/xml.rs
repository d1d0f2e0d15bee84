//! Text in the XML of a workbook.

/// Appends `text` as the content of an element.
///
/// What XML can't hold is written as `_xHHHH_`, a UTF-16 unit in hexadecimal, as
/// Office Open XML has it; a text that looks like that already gets its
/// underscore escaped (`_x005F_`).
pub(crate) fn escape(text: &str, out: &mut Vec<u8>) {
    let mut from = 0;
    let mut write = |until: usize, next: usize, instead: &str| {
        out.extend_from_slice(text.as_bytes().get(from..until).unwrap_or_default());
        out.extend_from_slice(instead.as_bytes());
        from = next;
    };
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'&' => write(at, at + 1, "&amp;"),
            b'<' => write(at, at + 1, "&lt;"),
            b'>' => write(at, at + 1, "&gt;"),
            b'_' if looks_escaped(text, at) => write(at, at + 1, "_x005F_"),
            // A reader of XML would make a line feed of a carriage return.
            0..=8 | 11..=31 => write(at, at + 1, &format!("_x{byte:04X}_")),
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
            0xef if text.as_bytes().get(at + 1) == Some(&0xbf) => {
                match text.as_bytes().get(at + 2) {
                    Some(0xbe) => write(at, at + 3, "_xFFFE_"),
                    Some(0xbf) => write(at, at + 3, "_xFFFF_"),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    out.extend_from_slice(text.as_bytes().get(from..).unwrap_or_default());
}

/// Whether the underscore at `at` would begin an escape in the written text:
/// `_xHHHH` followed by an underscore or by something that will be escaped.
fn looks_escaped(text: &str, at: usize) -> bool {
    let Some([b'x', digits @ .., next]) = text.as_bytes().get(at + 1..at + 7) else {
        return false;
    };
    // What begins U+FFFE also begins harmless characters; an escape too many
    // does them no harm.
    digits.iter().all(u8::is_ascii_hexdigit) && matches!(next, b'_' | 0xef | 0..=8 | 11..=31)
}
