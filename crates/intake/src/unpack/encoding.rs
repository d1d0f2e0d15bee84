//! Which encoding a text is in.

use super::event::{Alternative, Doubt};
use super::languages::ENCODINGS;
use super::score;
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

/// UTF-16 without a byte order mark: read in the right order of bytes, it has line
/// ends, delimiters and digits.
pub(crate) fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let little = look(head, u16::from_le_bytes);
    let big = look(head, u16::from_be_bytes);
    let (encoding, found, other) = if little.marks >= big.marks {
        (UTF_16LE, little, big)
    } else {
        (UTF_16BE, big, little)
    };
    let pairs = head.len() / 2;
    let text = found.marks > other.marks && found.odd * 100 <= pairs;
    (text && found.marks * 50 >= pairs).then_some(encoding)
}

/// What a text of pairs of bytes is made of.
struct PairCounts {
    /// Characters of ASCII.
    marks: usize,
    /// What stands in no text: a binary file has NULs too, but makes no text of them.
    odd: usize,
}

fn look(head: &[u8], unit: fn([u8; 2]) -> u16) -> PairCounts {
    let (pairs, _) = head.as_chunks::<2>();
    let mut look = PairCounts { marks: 0, odd: 0 };
    for c in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        match c {
            Ok(c) if c.is_control() && !c.is_ascii_whitespace() => look.odd += 1,
            Ok(c) if c.is_ascii() => look.marks += 1,
            Ok(_) => {}
            Err(_) => look.odd += 1,
        }
    }
    look
}

/// An encoding that a text is taken to be in.
#[derive(Debug)]
pub(crate) struct Guess {
    pub(crate) encoding: &'static Encoding,
    pub(crate) doubt: Option<Doubt>,
}

/// How much of a line is shown.
const SHOWN_CHARS: usize = 60;
/// How much of a sample is scored.
const SCORED: usize = 64 << 10;
/// What one byte of a text is worth that is right in an encoding of several.
const MANY: f64 = 0.9;

/// The encoding of a text by a part of it that begins with the first byte beyond
/// ASCII; `last` says that the text ends with it.
pub(crate) fn guess(sample: &[u8], last: bool) -> Guess {
    let mut check = Utf8Check::default();
    check.push(sample);
    if check.valid > 0 && check.plausible() {
        return Guess {
            encoding: UTF_8,
            doubt: None,
        };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, last);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    let sample = sample.get(..SCORED).unwrap_or(sample);
    let words = score::words(sample);
    let letters: usize = words.iter().map(|word| beyond(word)).sum();
    let letters = f64::from(u32::try_from(letters).unwrap_or(u32::MAX));
    let mut scored: Vec<(&'static Encoding, f64)> = Vec::new();
    for (encoding, languages, before) in ENCODINGS {
        // What the detector takes it for, by which letters follow each other.
        let bonus = if *encoding == guessed {
            0.4 + 0.1 * letters
        } else {
            0.0
        };
        let score = score::of(&words, encoding, languages) + before + bonus;
        scored.push((encoding, score));
    }
    if check.valid > 0 {
        let float = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        // Signs of two bytes and more are hardly chance; a wrong byte may be one slip.
        scored.push((UTF_8, 2.5 * float(check.valid) - float(check.invalid)));
    }
    if !ENCODINGS.iter().any(|(encoding, ..)| *encoding == guessed) {
        let many = f64::from(u32::try_from(beyond(sample)).unwrap_or(u32::MAX));
        let wrong = guessed.decode_without_bom_handling(sample).1 && last;
        let worth = if guessed.is_single_byte() {
            0.6 * letters
        } else {
            MANY * many
        };
        scored.push((guessed, if wrong { 0.0 } else { worth }));
    }
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    let Some(&(encoding, best)) = scored.first() else {
        return Guess {
            encoding: guessed,
            doubt: None,
        };
    };
    // Of those that nearly fit as well, what makes another text.
    let margin = 0.7 + 0.12 * letters.min(20.0);
    let near = scored
        .iter()
        .skip(1)
        .filter(|(_, score)| best - score < margin);
    let line = sample_line(
        sample,
        encoding,
        &near.clone().map(|(e, _)| *e).collect::<Vec<_>>(),
    );
    let doubt = line.and_then(|line| {
        let shown = |encoding: &'static Encoding| {
            let text = encoding.decode_without_bom_handling(line).0;
            text.trim().chars().take(SHOWN_CHARS).collect::<String>()
        };
        let sample = shown(encoding);
        let mut alternatives: Vec<Alternative> = Vec::new();
        for (other, _) in near {
            let text = shown(other);
            if text != sample && alternatives.iter().all(|a| a.sample != text) {
                alternatives.push(Alternative {
                    encoding: other.name().to_owned(),
                    sample: text,
                });
            }
        }
        alternatives.truncate(3);
        (!alternatives.is_empty()).then_some(Doubt {
            sample,
            alternatives,
        })
    });
    Guess { encoding, doubt }
}

fn beyond(text: &[u8]) -> usize {
    text.iter().filter(|b| **b >= 0x80).count()
}

/// The first line that two of the encodings read differently.
fn sample_line<'a>(
    sample: &'a [u8],
    encoding: &'static Encoding,
    others: &[&'static Encoding],
) -> Option<&'a [u8]> {
    let differs = |line: &&[u8]| {
        let own = encoding.decode_without_bom_handling(line).0;
        let other = |other: &&'static Encoding| other.decode_without_bom_handling(line).0 != own;
        !line.is_ascii() && others.iter().any(other)
    };
    sample.split(|&b| b == b'\n' || b == b'\r').find(differs)
}
