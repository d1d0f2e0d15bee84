//! Which encoding a text is in.

use super::utf8::Utf8Check;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE};

/// The encoding that a label of the WHATWG Encoding Standard names, in any case;
/// `macroman`, too, which the standard calls `macintosh`.
pub(crate) fn by_label(label: &str) -> Option<&'static Encoding> {
    match label.trim().to_ascii_lowercase().as_str() {
        "macroman" | "mac-roman" | "mac roman" => Some(MACINTOSH),
        other => Encoding::for_label_no_replacement(other.as_bytes()),
    }
}

/// UTF-16 without a byte order mark, by the NULs that every other byte of
/// delimiters, digits and Latin letters is.
pub(crate) fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let count = |skip: usize| {
        head.iter()
            .skip(skip)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let (high, low) = (count(0), count(1));
    let pairs = head.len() / 2;
    // One of 50 is enough: a text in another alphabet has line ends and digits.
    let many = |nuls: usize, others: usize| nuls * 50 >= pairs.max(1) && nuls > others * 10;
    let (encoding, unit): (_, fn([u8; 2]) -> u16) = if many(low, high) {
        (UTF_16LE, u16::from_le_bytes)
    } else if many(high, low) {
        (UTF_16BE, u16::from_be_bytes)
    } else {
        return None;
    };
    // A binary file has NULs, too, but doesn't make text of them.
    let (pairs, _) = head.as_chunks::<2>();
    let odd = char::decode_utf16(pairs.iter().map(|&pair| unit(pair)))
        .filter(|c| !matches!(c, Ok(c) if !c.is_control() || c.is_ascii_whitespace()))
        .count();
    (odd * 100 <= pairs.len()).then_some(encoding)
}

/// The encoding of a text by a part of it that begins with the first byte beyond
/// ASCII; `last` says that the text ends with it.
pub(crate) fn guess(sample: &[u8], last: bool) -> &'static Encoding {
    let mut check = Utf8Check::default();
    check.push(sample);
    if check.valid > 0 && check.plausible() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, last);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    if guessed.is_single_byte() && is_mac_roman(sample) {
        return MACINTOSH;
    }
    guessed
}

/// Mac Roman, which the detector doesn't know: its accented letters lie where
/// Windows has punctuation and capitals that make no sense behind a small letter.
fn is_mac_roman(sample: &[u8]) -> bool {
    let (mut mac, mut windows, mut beyond) = (0, 0, 0);
    for (at, &byte) in sample.iter().enumerate() {
        if byte < 0x80 {
            continue;
        }
        beyond += 1;
        let before = at.checked_sub(1).and_then(|at| sample.get(at)).copied();
        let after = sample.get(at + 1).copied();
        let small = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_lowercase());
        let letter = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphabetic());
        let inside = letter(before) && small(after);
        match byte {
            // Not in windows-1252 at all: Å, ç, è, ê, ù.
            0x81 | 0x8d | 0x8f | 0x90 | 0x9d if small(before) || small(after) => mac += 3,
            // Ä Ç É Ñ Ü á à â ã ï ò ô õ; in Windows punctuation that stands in no word.
            0x80 | 0x82..=0x84 | 0x86..=0x89 | 0x8b | 0x95 | 0x98 | 0x99 | 0x9b if inside => {
                mac += 2;
            }
            // ä, å, é, ü; capitals in Windows.
            0x8a | 0x8c | 0x8e | 0x9f if small(before) || inside => mac += 2,
            // ñ, ß; a dash and a section sign, which do come up.
            0x96 | 0xa7 if small(before) && small(after) => mac += 1,
            0xc0..=0xff if small(before) || small(after) => windows += 1,
            _ => {}
        }
    }
    mac >= 2 && mac > 4 * windows && mac * 3 >= beyond
}
