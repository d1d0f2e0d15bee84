//! Numbers as people write them: with groups of three digits, and a point or
//! a comma before the fraction.

use std::borrow::Cow;

/// The number in the one form that programs read: digits, a point, an
/// exponent. `None` if it is no number as people write it where `decimal` (a
/// point or a comma) stands before the fraction.
///
/// Digits may be grouped by three, with spaces, apostrophes, or whichever of
/// point and comma is not `decimal`. Groups of other lengths are refused: in
/// `1,5` the comma is somebody's decimal, and the number is not fifteen.
pub(super) fn plain(text: &str, decimal: char) -> Option<Cow<'_, str>> {
    let text = text.trim();
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return (!text.is_empty()).then_some(Cow::Borrowed(text));
    }
    let (sign, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mut plain = String::with_capacity(text.len());
    plain.push_str(sign);
    ungroup(whole, decimal, &mut plain)?;
    if let Some(fraction) = fraction {
        if !is_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        if whole.is_empty() {
            plain.push('0');
        }
        if !fraction.is_empty() {
            plain.push('.');
            plain.push_str(fraction);
        }
    } else if whole.is_empty() {
        return None;
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !is_digits(digits) {
            return None;
        }
        plain.push('e');
        plain.push_str(exponent);
    }
    Some(Cow::Owned(plain))
}

/// Adds the digits of a whole number to `plain`, without what groups them.
fn ungroup(whole: &str, decimal: char, plain: &mut String) -> Option<()> {
    let is_mark = |c: char| {
        matches!(
            c,
            ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '’' | '.' | ','
        ) && c != decimal
    };
    let mark = whole.chars().find(|c| !c.is_ascii_digit());
    let Some(mark) = mark else {
        plain.push_str(whole);
        return Some(());
    };
    if !is_mark(mark) {
        return None;
    }
    for (index, group) in whole.split(mark).enumerate() {
        let fits = match index {
            0 => (1..=3).contains(&group.len()),
            _ => group.len() == 3,
        };
        if !fits || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        plain.push_str(group);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, decimal, number) in [
            ("0", '.', "0"),
            (" 1234 ", '.', "1234"),
            ("1 234 567", '.', "1234567"),
            ("1\u{a0}234,5", ',', "1234.5"),
            ("1\u{202f}234", ',', "1234"),
            ("1,234.50", '.', "1234.50"),
            ("1.234,50", ',', "1234.50"),
            ("1'234.5", '.', "1234.5"),
            ("-1,5", ',', "-1.5"),
            ("\u{2212}5", '.', "-5"),
            ("+5", '.', "5"),
            (".5", '.', "0.5"),
            ("5.", '.', "5"),
            ("1e-7", '.', "1e-7"),
            ("1,5E+3", ',', "1.5e+3"),
        ] {
            assert_eq!(plain(text, decimal).as_deref(), Some(number), "{text}");
        }
        for (text, decimal) in [
            ("", '.'),
            ("-", '.'),
            (".", '.'),
            ("1,5", '.'),
            ("1.5", ','),
            ("1,23,456", '.'),
            ("1,234 567", '.'),
            ("1 2", '.'),
            ("12 34", '.'),
            ("0x10", '.'),
            ("5 %", '.'),
            ("1e", '.'),
            ("NaN", '.'),
            ("inf", '.'),
            ("٣", '.'),
        ] {
            assert_eq!(plain(text, decimal), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn numbers_of_programs_stay_what_they_are(number in proptest::num::f64::NORMAL) {
            let text = serde_json::Value::from(number).to_string();
            let read = plain(&text, '.').unwrap();
            prop_assert_eq!(read.parse::<f64>().unwrap(), number);
        }

        #[test]
        fn whatever_is_read_is_a_number(text in "[-+ 0-9.,'eE]{0,12}", comma in any::<bool>()) {
            if let Some(read) = plain(&text, if comma { ',' } else { '.' }) {
                prop_assert!(read.parse::<f64>().is_ok(), "{}", read);
            }
        }
    }
}
