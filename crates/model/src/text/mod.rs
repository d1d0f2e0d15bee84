//! Text: one pair of eyes for all of it. What is stored ([`cleaned`]), by what
//! texts are compared ([`canonical`]), what a string value may hold, and the
//! folding that search uses. Every type that reads text builds on these.

mod fold;
mod spelling;

pub use fold::{fold, fold_each};
pub(crate) use spelling::invisible;
pub use spelling::{canonical, cleaned, lower, same};

use crate::Code;
use crate::error::{Invalid, excerpt};
use std::borrow::Cow;

/// The longest string value, in characters (Unicode scalar values).
pub const MAX_STRING_CHARS: usize = 4096;

/// A string value as it is stored: [`cleaned`]. Refuses control characters (C0,
/// DEL and C1, so also line breaks and tabs) inside it with code
/// `control_character`, and more than [`MAX_STRING_CHARS`] characters with
/// `too_long`.
pub fn clean_string(text: &str) -> Result<String, Invalid> {
    clean(text, MAX_STRING_CHARS)
}

/// [`clean_string`] with another limit, counted in characters of the cleaned
/// text.
pub fn clean(text: &str, max_chars: usize) -> Result<String, Invalid> {
    let cleaned = cleaned(text);
    if let Some((at, c)) = cleaned.chars().enumerate().find(|(_, c)| c.is_control()) {
        return Err(Invalid::new(
            Code::ControlCharacter,
            format!(
                "{} has a control character (U+{:04X}) at position {at}: strings hold none, no line breaks or tabs either.",
                excerpt(text),
                u32::from(c)
            ),
        ));
    }
    // Bytes bound characters from above, so most strings are never counted.
    if cleaned.len() > max_chars {
        let chars = cleaned.chars().count();
        if chars > max_chars {
            return Err(Invalid::new(
                Code::TooLong,
                format!("{chars} characters: at most {max_chars} fit here."),
            ));
        }
    }
    Ok(cleaned.into_owned())
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
            Code::TooLong,
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

/// [`clean`] for a part of a text: white space around it stays, as one space,
/// because it is inside the whole.
pub fn clean_part(text: &str, max_chars: usize) -> Result<String, Invalid> {
    let part = clean(text, max_chars)?;
    let space = |there: bool| if there && !part.is_empty() { " " } else { "" };
    let before = space(text.starts_with(char::is_whitespace));
    let after = space(text.ends_with(char::is_whitespace));
    Ok(format!("{before}{part}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn strings_are_composed_and_checked() {
        assert_eq!(clean_string("Luja\u{301}n").unwrap(), "Luján");
        assert_eq!(clean_string(" a\u{a0}\n").unwrap(), "a");
        for wrong in ["a\nb", "a\tb", "\u{0}", "\u{7f}", "a\u{85}b"] {
            assert_eq!(
                clean_string(wrong).unwrap_err().code.as_str(),
                "control_character"
            );
        }
        assert!(clean_string(&"ж".repeat(MAX_STRING_CHARS)).is_ok());
        let long = "ж".repeat(MAX_STRING_CHARS + 1);
        assert_eq!(clean_string(&long).unwrap_err().code.as_str(), "too_long");
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
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(fold(&composed), fold(&text));
            prop_assert_eq!(fold(&decomposed), fold(&text));
        }
    }
}
