//! Cells that a spreadsheet program would run as formulas: made harmless in
//! our exports, and made what they were when such a file comes back.
//!
//! A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets
//! an apostrophe before it. So does one that begins with apostrophes and then
//! one of those; else a value that had an apostrophe all along could not be
//! told from one that got it, and a file would not come back as it was.

use std::borrow::Cow;

/// The text as a cell that no spreadsheet program runs.
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if is_risky(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What [`neutralise`] was given, from what it gave. Cells that it would not
/// have given stay as they are.
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_risky(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

fn is_risky(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_could_be_a_formula_gets_an_apostrophe() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+4930123456", "'+4930123456"),
            ("-5", "'-5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("'=1", "''=1"),
            ("O'Neil", "O'Neil"),
            ("'tis", "'tis"),
            ("", ""),
            ("1=1", "1=1"),
        ] {
            assert_eq!(neutralise(text), cell);
            assert_eq!(restore(cell), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "['=+@\t\r-]{0,4}\\PC{0,8}") {
            let cell = neutralise(&text);
            prop_assert!(!is_risky(&cell));
            prop_assert_eq!(restore(&cell), &text);
        }
    }
}
