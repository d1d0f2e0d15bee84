//! Cells of a CSV that a spreadsheet program could take for a formula, and how
//! they are made harmless so that the importer can undo it exactly.
//!
//! A text is *dangerous* if its first character, passing over white space and
//! characters that can't be seen, is one of `=` `+` `-` `@` or a full-width or
//! small form of these, or if it begins with a tab or a line break. A number
//! as JSON spells it (`-5`, `-5.25`, `-1e-7`) is not, whatever its sign: the
//! worst that a program makes of it is that number.
//!
//! **Neutralising** puts an apostrophe before a text that is dangerous, or would
//! be without the apostrophes it begins with. **Restoring** takes one apostrophe
//! away where the rest is such a text. So `=1` goes as `'=1`, `'=1` as `''=1`,
//! and both come back; `'tis` and `-5` go and come back untouched. For every
//! text `t`: `restore(neutralise(t)) == t`.
//!
//! Phone numbers begin with `+` and are treated like every other text. That is
//! for the best: programs would make a number of `+442079460018`, show
//! `4.42E+11` and save it without the plus, but they leave `'+442079460018` alone.

use std::borrow::Cow;

/// The text that a CSV cell gets for `text`.
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if needs_mark(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that [`neutralise`] made `cell` from. Cells that it can't have
/// made come back as they are, so this does no harm to files from elsewhere; but
/// it is for CSV and its like only, since no other format is neutralised.
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_mark(rest) => rest,
        _ => cell,
    }
}

fn needs_mark(text: &str) -> bool {
    is_dangerous(text.trim_start_matches('\''))
}

fn is_dangerous(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let seen = text.trim_start_matches(passed_over);
    let sign = seen.starts_with([
        '=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫',
    ]);
    // What was passed over makes a text of it even if a number follows.
    sign && !(seen.len() == text.len() && is_number(text))
}

/// White space, control characters, and characters without a look of their own.
fn passed_over(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(u32::from(c), 0xad | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0x2066..=0x206f | 0xfeff)
}

/// A number as JSON spells it.
fn is_number(text: &str) -> bool {
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    rest = match rest.strip_prefix('0') {
        Some(after) => after,
        None => match digits(rest) {
            Some(after) => after,
            None => return false,
        },
    };
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = match digits(fraction) {
            Some(after) => after,
            None => return false,
        };
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        rest = match digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)) {
            Some(after) => after,
            None => return false,
        };
    }
    rest.is_empty()
}

/// What comes after one or more digits.
fn digits(text: &str) -> Option<&str> {
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (after.len() < text.len()).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_marked_and_other_text_is_not() {
        for dangerous in [
            "=1+1",
            "+1",
            "+442079460018",
            "-2+3",
            "-",
            "-05",
            "-5,0",
            "@SUM(A1)",
            "\t=1",
            "\rx",
            "\nx",
            " =1",
            "\u{feff}=1",
            "\u{200b}\u{a0}@x",
            " -5",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "'=1",
            "''+1",
            "'＝1",
        ] {
            let cell = neutralise(dangerous);
            assert_eq!(cell, format!("'{dangerous}"), "{dangerous:?}");
            assert_eq!(restore(&cell), dangerous);
        }
        for harmless in [
            "",
            "a=b",
            "1-2",
            "-5",
            "-5.25",
            "-0",
            "-1e300",
            "-1E-7",
            "'tis",
            "'",
            "'-5",
            "12",
            "a@b.c",
            "[\"=1\"]",
            "{\"a\":-1}",
            "−5",
        ] {
            assert_eq!(neutralise(harmless), harmless);
            assert_eq!(restore(harmless), harmless);
        }
    }

    proptest! {
        #[test]
        fn restoring_undoes_neutralising(text in "['=+\\-@\t\r ＝－5.e\u{200b}a]{0,6}|\\PC{0,20}") {
            let cell = neutralise(&text);
            prop_assert_eq!(restore(&cell), &text);
            let first = cell.chars().next();
            prop_assert!(
                is_number(&cell)
                    || !first.is_some_and(|c| "=+-@\t\r\n＝＋－＠".contains(c)),
                "{cell:?}"
            );
        }
    }
}
