//! One text in many spellings: the form that is stored, and the one by which
//! texts are compared.
//!
//! Files bring marks that nobody sees (zero-width spaces, byte order marks, soft
//! hyphens, marks of direction), several kinds of white space, and letters put
//! together in two ways. [`cleaned`] takes away what has no meaning, so two
//! spellings that differ in nothing else are stored alike. [`canonical`] goes
//! on to what people take for the same: kinds of quotes and hyphens, full-width
//! letters, runs of white space. It is for comparing only.

use std::borrow::Cow;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The form of a text that is stored: Unicode NFC, without white space and
/// invisible characters around it, and inside without invisible ones that mean
/// nothing where they stand; other kinds of white space as plain spaces (but
/// for the ideographic one, which is seen to be wider).
///
/// What has a meaning stays: joiners between letters of scripts that join, and
/// in emoji; variation selectors; marks of direction in a text with letters
/// that run from right to left; breaks of words in scripts without spaces.
///
/// Cleaning a cleaned text changes nothing.
pub fn cleaned(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    let plain = |c: char| !invisible(c) && (c == ' ' || c.is_control() || !c.is_whitespace());
    if trimmed.is_ascii() || (trimmed.chars().all(plain) && is_nfc(trimmed)) {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(settled(trimmed, clean_once))
}

/// The form of a text by which it is compared: [`cleaned`], and also without
/// any invisible character, with plain quotes and hyphens, full-width and
/// half-width letters as usual ones, and one space for each run of white space.
///
/// Texts that are cleaned alike are canonically alike, and the canonical form
/// of a canonical text is that text.
pub fn canonical(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    // Most texts are canonical ASCII: one walk over the bytes is enough.
    let mut space = false;
    let plain = |b: u8| {
        let run = space && b == b' ';
        space = b == b' ';
        !run && b.is_ascii() && !matches!(b, b'\t'..=b'\r')
    };
    if trimmed.bytes().all(plain) {
        return Cow::Borrowed(trimmed);
    }
    let mut before = 'x';
    let plain = |c: char| {
        let run = c == ' ' && before == ' ';
        before = c;
        !run && (c == ' ' || !c.is_whitespace()) && !invisible(c) && sign(c) == c && !is_width(c)
    };
    if trimmed.chars().all(plain) && is_nfc(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(settled(trimmed, canonical_once))
}

/// Whether two texts are one to people: their canonical forms are equal.
pub fn same(a: &str, b: &str) -> bool {
    a == b || canonical(a) == canonical(b)
}

/// A text in lower case, composed; every sigma is the same one wherever it
/// stands.
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let composed = text.nfc();
    let lower = composed.flat_map(char::to_lowercase);
    // Lower-casing can leave a composed form that NFC writes otherwise.
    lower
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .nfc()
        .collect()
}

/// Applies `step` until nothing changes any more. Each step takes characters
/// away or composes them, so it ends.
fn settled(text: &str, step: impl Fn(&str) -> String) -> String {
    let mut text = step(text);
    loop {
        let next = step(&text);
        if next == text {
            return text;
        }
        text = next;
    }
}

fn clean_once(text: &str) -> String {
    let space = |c: char| match c {
        '\u{3000}' => c,
        _ if c.is_whitespace() && !c.is_control() => ' ',
        _ => c,
    };
    let seen = text.nfc().filter(|c| !invisible(*c) || depends(*c));
    let chars: Vec<char> = seen.map(space).collect();
    let leftward = chars.iter().any(|c| is_leftward(*c));
    let unspaced = chars.iter().any(|c| breaks_by_mark(*c));
    let mut kept = String::with_capacity(text.len());
    // The character before, and the last that is no variation selector.
    let (mut before, mut base) = (None::<char>, None::<char>);
    for (at, c) in chars.iter().copied().enumerate() {
        let next = chars.get(at + 1).copied();
        let visible = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !invisible(c));
        let stays = match c {
            '\u{200c}' => base.is_some_and(joins) && visible(next),
            // After a virama it chooses the form of the letter before it.
            '\u{200d}' => {
                base.is_some_and(joins) && visible(next)
                    || before.is_some_and(|c| canonical_combining_class(c) == 9)
            }
            '\u{200e}' | '\u{200f}' | '\u{61c}' => leftward,
            '\u{200b}' => unspaced,
            '\u{115f}' | '\u{1160}' => next
                .or(before)
                .is_some_and(|c| matches!(u32::from(c), 0x1100..=0x115e | 0x1161..=0x11ff)),
            _ if is_selector(c) => before.is_some_and(|base| varies(base, next)),
            _ if is_tag(c) => before.is_some_and(|c| c == '\u{1f3f4}' || is_tag(c)),
            _ => true,
        };
        if stays {
            kept.push(c);
            before = Some(c);
            base = base.filter(|_| is_selector(c)).or(Some(c));
        }
    }
    let outer = |c: char| c.is_whitespace() || invisible(c);
    let hangs = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{61c}'
            )
    };
    let trimmed = kept.trim_start_matches(outer).trim_end_matches(hangs);
    trimmed.nfc().collect()
}

fn canonical_once(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfc().filter(|c| !invisible(*c)) {
        if c.is_whitespace() {
            plain.push(' ');
        } else if is_width(c) {
            decompose_compatible(c, |part| plain.push(sign(part)));
        } else {
            plain.push(sign(c));
        }
    }
    let mut canonical = String::with_capacity(plain.len());
    for word in plain.split_whitespace() {
        if !canonical.is_empty() {
            canonical.push(' ');
        }
        canonical.extend(word.nfc());
    }
    canonical
}

/// Characters that are not seen themselves: they join, part or steer others,
/// or do nothing.
pub(crate) fn invisible(c: char) -> bool {
    let c = u32::from(c);
    c >= 0xad
        && matches!(c,
            0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f
            | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164
            | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff9..=0xfffb
            | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

/// Invisible characters that mean something in some places.
fn depends(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
    ) || is_selector(c)
        || is_tag(c)
}

/// Chooses a form of the character before it.
fn is_selector(c: char) -> bool {
    matches!(u32::from(c),
        0x180b..=0x180d | 0x180f | 0xfe00..=0xfe0f | 0xe0100..=0xe01ef)
}

/// Spells out a flag after a black one.
fn is_tag(c: char) -> bool {
    matches!(u32::from(c), 0xe0020..=0xe007f)
}

/// Whether a selector after this character may choose something.
fn varies(base: char, next: Option<char>) -> bool {
    match base {
        '0'..='9' | '#' | '*' => next == Some('\u{20e3}'),
        '©' | '®' => true,
        _ => base >= '\u{1000}' && !base.is_whitespace() && !invisible(base),
    }
}

/// Whether a joiner after this character may change how it looks: in Arabic,
/// Indic and other scripts, and in emoji; not in Latin, Greek and Cyrillic.
fn joins(c: char) -> bool {
    !c.is_whitespace() && !invisible(c) && matches!(u32::from(c), 0x590..=0x1dff | 0x2070..)
}

/// Letters that run from right to left.
fn is_leftward(c: char) -> bool {
    c.is_alphabetic()
        && matches!(u32::from(c),
            0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff)
}

/// Letters of scripts in which a zero-width space parts words.
fn breaks_by_mark(c: char) -> bool {
    c.is_alphabetic() && matches!(u32::from(c), 0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff)
}

/// Forms of other characters that are only wider or narrower.
fn is_width(c: char) -> bool {
    matches!(u32::from(c), 0xff01..=0xff9f | 0xffa1..=0xffe2 | 0xffe4..=0xffee)
}

/// The plain quotation mark, apostrophe or hyphen for one of its kinds; any
/// other character is itself.
pub(super) fn sign(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    match c {
        '\u{2018}'..='\u{201b}'
        | '\u{2032}'
        | '\u{b4}'
        | '\u{1ffd}'
        | '\u{2b9}'
        | '\u{2bb}'..='\u{2bd}'
        | '\u{55a}'
        | '\u{5f3}' => '\'',
        '\u{201c}'..='\u{201f}'
        | '\u{2033}'
        | '\u{ab}'
        | '\u{bb}'
        | '\u{5f4}'
        | '\u{301d}'..='\u{301f}' => '"',
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{2043}'
        | '\u{58a}'
        | '\u{5be}'
        | '\u{fe58}'
        | '\u{fe63}' => '-',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_means_nothing_goes_and_what_means_something_stays() {
        for (given, stored) in [
            ("\u{feff}C-001\u{a0} ", "C-001"),
            ("C\u{200b}-\u{ad}001\u{200d}", "C-001"),
            ("Jean\u{a0}Dupont", "Jean Dupont"),
            ("\u{202b}Jean\u{202c} D", "Jean D"),
            ("a\u{200e}b", "ab"),
            ("Jose\u{ad}\u{301}", "José"),
            ("李\u{3000}小明", "李\u{3000}小明"),
            // Persian, Malayalam, an emoji of two, a flag, a key, a Thai break.
            ("می\u{200c}خواهم\u{200c}", "می\u{200c}خواهم"),
            ("ന\u{d4d}\u{200d}", "ന\u{d4d}\u{200d}"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
            ("❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
            ("1\u{fe0f}\u{20e3} a\u{fe0f}", "1\u{fe0f}\u{20e3} a"),
            ("葛\u{e0100}城", "葛\u{e0100}城"),
            ("ไทย\u{200b}ดี", "ไทย\u{200b}ดี"),
            ("א\u{200f}(1)", "א\u{200f}(1)"),
        ] {
            assert_eq!(cleaned(given), stored, "{given:?}");
        }
    }

    #[test]
    fn people_take_these_for_one() {
        for (a, b) in [
            ("C-001", " C‑001\u{a0}"),
            ("C-001", "Ｃ－００１"),
            ("O'Brien", "O’Brien"),
            ("ООО \"Ромашка\"", "ООО «Ромашка»"),
            ("Jean  Dupont", "Jean\u{202f}Dupont"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("ｶﾞ", "ガ"),
            ("葛\u{e0100}城", "葛城"),
        ] {
            assert!(same(a, b), "{a:?} {b:?}");
        }
        for (a, b) in [("C-001", "c-001"), ("a b", "ab"), ("m²", "m2")] {
            assert!(!same(a, b), "{a:?} {b:?}");
        }
        assert_eq!(lower("ΟΔΟΣ Σ"), lower("οδος ς"));
    }

    /// Text with much of what nobody sees.
    fn texts() -> impl Strategy<Value = String> {
        let odd = "[\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{fe0e}\u{fe0f}\u{feff}\u{a0}\u{3000}\u{2009}\u{301}\u{3099}\u{1160}\u{180b}\u{e0067} ]";
        let seen = "[a-cA0-9é’‑「ｶﾞＡ가ᄀא-בيمക\u{d4d}ไ李小👩❤🏴΢-ω#-]";
        let piece = prop_oneof![odd, seen, "\\PC"];
        proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn each_form_is_its_own(text in texts()) {
            let once = cleaned(&text).into_owned();
            prop_assert_eq!(&*cleaned(&once), &*once);
            let once = canonical(&text).into_owned();
            prop_assert_eq!(&*canonical(&once), &*once);
            prop_assert_eq!(&*cleaned(&once), &*once);
            let low = lower(&once);
            prop_assert_eq!(&lower(&canonical(&low)), &low);
        }

        #[test]
        fn what_is_stored_is_found(text in texts()) {
            let stored = cleaned(&text);
            prop_assert_eq!(canonical(&stored), canonical(&text));
        }

        #[test]
        fn what_nobody_sees_tells_no_texts_apart(
            text in texts(), odd in "[\u{ad}\u{200b}\u{200c}\u{feff}\u{2060}\u{202a}]", at in 0usize..16,
        ) {
            let mut chars: Vec<char> = text.chars().collect();
            chars.splice(at.min(chars.len())..at.min(chars.len()), odd.chars());
            let other: String = chars.into_iter().collect();
            prop_assert_eq!(canonical(&other), canonical(&text));
        }
    }
}
