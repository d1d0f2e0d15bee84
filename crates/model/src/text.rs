//! Text: what a string value may hold, and the folding that search uses.

use crate::error::{Invalid, excerpt};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// The longest string value, in characters (Unicode scalar values).
pub const MAX_STRING_CHARS: usize = 4096;

/// A string value in its canonical form: Unicode NFC, otherwise as given
/// (outer white space stays). Refuses control characters (C0, DEL and C1, so
/// also line breaks and tabs) with code `control_character`, and more than
/// [`MAX_STRING_CHARS`] characters with `too_long`.
pub fn clean_string(text: &str) -> Result<String, Invalid> {
    clean(text, MAX_STRING_CHARS)
}

/// [`clean_string`] with another limit, counted in characters after NFC.
pub fn clean(text: &str, max_chars: usize) -> Result<String, Invalid> {
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| c.is_control()) {
        return Err(Invalid::new(
            "control_character",
            format!(
                "{} has a control character (U+{:04X}) at position {at}: strings hold none, no line breaks or tabs either.",
                excerpt(text),
                u32::from(c)
            ),
        ));
    }
    let cleaned: String = if text.is_ascii() {
        text.to_owned()
    } else {
        text.nfc().collect()
    };
    // Bytes bound characters from above, so most strings are never counted.
    if cleaned.len() > max_chars {
        let chars = cleaned.chars().count();
        if chars > max_chars {
            return Err(Invalid::new(
                "too_long",
                format!("{chars} characters: at most {max_chars} fit here."),
            ));
        }
    }
    Ok(cleaned)
}

/// [`clean_string`] for text that may have several lines: `\n` stays, `\r\n` and
/// `\r` become it.
pub fn clean_text(text: &str) -> Result<String, Invalid> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let cleaned: Result<Vec<String>, Invalid> = lines.split('\n').map(clean_string).collect();
    let cleaned = cleaned?.join("\n");
    // Each line was short enough; together they may not be.
    let chars = cleaned.chars().count();
    if chars > MAX_STRING_CHARS {
        return Err(Invalid::new(
            "too_long",
            format!("{chars} characters: at most {MAX_STRING_CHARS} fit here."),
        ));
    }
    Ok(cleaned)
}

/// A text with every run of line breaks and tabs as one space, those at its ends
/// as none.
pub fn one_line(text: &str) -> Cow<'_, str> {
    let is_break = |c: char| matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}');
    if !text.contains(is_break) {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    for part in text.split(is_break).filter(|part| !part.is_empty()) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(part);
    }
    Cow::Owned(joined)
}

/// The search form of a text: lower case, without diacritics, compatibility
/// forms replaced, in any script: `Luján` → `lujan`, `Ёлка` → `елка`,
/// `İzmir` → `izmir`, `Straße` → `strasse`, `Łódź` → `lodz`.
///
/// Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_each(text, |_, c| folded.push(c));
    folded
}

/// Folds like [`fold`] and gives every folded character together with the byte
/// offset in `text` of the character it comes from, so that a match in the
/// folded text can be shown in the original.
///
/// Characters fold one by one: what NFKD does beyond that, putting combining
/// marks in order, plays no part because marks are dropped.
pub fn fold_each(text: &str, mut give: impl FnMut(usize, char)) {
    for (offset, c) in text.char_indices() {
        if c.is_ascii() {
            give(offset, c.to_ascii_lowercase());
        } else {
            decompose_compatible(c, |part| {
                if !ignorable(part) {
                    for lower in part.to_lowercase() {
                        fold_lower(lower, |folded| give(offset, folded));
                    }
                }
            });
        }
    }
}

/// Letters whose diacritic is part of the letter (a stroke, a missing dot), and
/// ligatures, which Unicode does not decompose; and the final sigma.
fn fold_lower(c: char, mut give: impl FnMut(char)) {
    let text = match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ς' => "σ",
        _ => {
            // A lower-case letter may itself be composed.
            return decompose_compatible(c, |part| {
                if !ignorable(part) {
                    give(part);
                }
            });
        }
    };
    text.chars().for_each(give);
}

/// Combining marks that modify a letter (accents, points, tones), but not the
/// vowel signs of Indic scripts, which are letters to their readers; and
/// characters without a look of their own (joiners, variation selectors).
fn ignorable(c: char) -> bool {
    canonical_combining_class(c) != 0
        || matches!(u32::from(c),
            0xad | 0x34f | 0x61c | 0x180b..=0x180f | 0x200b..=0x200f | 0x202a..=0x202e
            | 0x2060..=0x2064 | 0x2066..=0x206f | 0x20d0..=0x20f0 | 0xfe00..=0xfe0f
            | 0xfeff | 0xe0100..=0xe01ef)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_are_composed_and_checked() {
        assert_eq!(clean_string("Luja\u{301}n").unwrap(), "Luján");
        assert_eq!(clean_string(" a ").unwrap(), " a ");
        for wrong in ["a\nb", "\t", "\u{0}", "\u{7f}", "\u{85}"] {
            assert_eq!(clean_string(wrong).unwrap_err().code, "control_character");
        }
        assert!(clean_string(&"ж".repeat(MAX_STRING_CHARS)).is_ok());
        let long = "ж".repeat(MAX_STRING_CHARS + 1);
        assert_eq!(clean_string(&long).unwrap_err().code, "too_long");
    }

    #[test]
    fn folding_forgets_case_and_diacritics() {
        for (given, folded) in [
            ("Luján", "lujan"),
            ("Luja\u{301}n", "lujan"),
            ("ЁЖ", "еж"),
            ("ИВАН", "иван"),
            ("İzmir", "izmir"),
            ("Işık", "isik"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδός", "οδοσ"),
            ("Ｆｕｌｌ", "full"),
            ("हिन्दी", "हिनदी"),
            ("ﬁ", "fi"),
        ] {
            assert_eq!(fold(given), folded, "{given}");
        }
    }

    #[test]
    fn every_character_folds_to_something_stable() {
        for c in '\u{0}'..=char::MAX {
            let once = fold(c.encode_utf8(&mut [0; 4]));
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn offsets_point_at_the_character_folded() {
        let mut seen = Vec::new();
        fold_each("aßЁ", |offset, c| seen.push((offset, c)));
        assert_eq!(seen, [(0, 'a'), (1, 's'), (1, 's'), (3, 'е')]);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(text in "\\PC{0,40}") {
            let once = clean_string(&text).unwrap();
            prop_assert_eq!(clean_string(&once).unwrap(), once);
        }

        #[test]
        fn composed_and_decomposed_fold_alike(text in "\\PC{0,40}") {
            let composed: String = text.nfc().collect();
            let decomposed: String = text.nfkd().collect();
            prop_assert_eq!(fold(&composed), fold(&text));
            prop_assert_eq!(fold(&decomposed), fold(&text));
        }
    }
}
