//! Reading JSON without changing its numbers.
//!
//! Numbers become 64 bits: an integer, or a floating-point number of 15 to 17
//! digits. `123456789012345678901234567890` would come back as another number,
//! and so would `9007199254740993.0`. Such a number is *not exact*, and is either
//! refused ([`read`], [`check`]) or read as the text of its digits ([`as_text`]),
//! but never changed.
//!
//! Fractions of up to 17 digits count as exact: that is how programs write what
//! they hold in 64 bits themselves, and it comes back as the same 64 bits.

use crate::Code;
use crate::error::{Invalid, excerpt};
use serde_json::Value;
use std::ops::Range;

/// Numbers with fewer digits are exact, whatever they are.
const SURE_DIGITS: usize = 15;
/// How many digits of a fraction make a number of 64 bits certain.
const CERTAIN_DIGITS: usize = 17;

/// Reads JSON. Codes: `invalid_json`, `number_not_exact` with the number's place.
pub fn read(text: &[u8]) -> Result<Value, Invalid> {
    let value = serde_json::from_slice(text)
        .map_err(|error| Invalid::new(Code::InvalidJson, format!("This is no JSON: {error}.")))?;
    check(text)?;
    Ok(value)
}

/// Refuses a text, which must be JSON, with a number that is not exact. Code:
/// `number_not_exact` with the number's place.
pub fn check(text: &[u8]) -> Result<(), Invalid> {
    if first(text, 0).is_none() {
        return Ok(());
    }
    let Some((range, pointer)) = all(text).into_iter().next() else {
        return Ok(());
    };
    let number = String::from_utf8_lossy(text.get(range).unwrap_or_default());
    let detail = format!(
        "{} has more digits than 64 bits hold and would be changed: send it as a text.",
        excerpt(&number)
    );
    let mut invalid = Invalid::new(Code::NumberNotExact, detail);
    invalid.pointer = pointer;
    Err(invalid)
}

/// The same JSON with each number that is not exact as a text of its digits, and
/// the places of these; `None` where there is none.
pub fn as_text(text: &str) -> Option<(String, Vec<String>)> {
    first(text.as_bytes(), 0)?;
    let mut changed = String::with_capacity(text.len() + 16);
    let mut pointers = Vec::new();
    let mut from = 0;
    for (range, pointer) in all(text.as_bytes()) {
        changed.push_str(text.get(from..range.start)?);
        changed.push('"');
        changed.push_str(text.get(range.clone())?);
        changed.push('"');
        from = range.end;
        pointers.push(pointer);
    }
    changed.push_str(text.get(from..)?);
    Some((changed, pointers))
}

/// Whether a number, as JSON or a person spells it with a point, comes back as it
/// is from 64 bits. A text that is no number is exact.
pub fn is_exact(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let exponent = number.contains(['e', 'E']);
    if digits <= SURE_DIGITS && !exponent {
        return true;
    }
    if number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return true;
    }
    let Ok(float) = number.parse::<f64>() else {
        return true;
    };
    if !float.is_finite() {
        return false;
    }
    let Some(given) = Decimal::of(number) else {
        return true;
    };
    let kept = Decimal::of(&format!("{float:e}"));
    let whole = given.exponent >= 0;
    kept.as_ref() == Some(&given)
        || (!whole && float != 0.0 && given.digits.len() <= CERTAIN_DIGITS)
}

/// The value of a number: its digits without zeros at either end, times a power of
/// ten.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn of(number: &str) -> Option<Self> {
        let unsigned = number.strip_prefix(['-', '+']).unwrap_or(number);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let significant = digits.trim_start_matches('0');
        let short = significant.trim_end_matches('0');
        if short.is_empty() {
            return Some(Decimal {
                negative: false,
                digits: String::new(),
                exponent: 0,
            });
        }
        let zeros = i64::try_from(significant.len() - short.len()).ok()?;
        Some(Decimal {
            negative: number.starts_with('-'),
            digits: short.to_owned(),
            exponent: exponent.checked_add(zeros)?,
        })
    }
}

/// Where the first number from byte `at` on stands that is not exact. `at` is
/// outside of strings.
fn first(text: &[u8], mut at: usize) -> Option<Range<usize>> {
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => at = string_end(text, at),
            b'0'..=b'9' | b'-' => {
                let rest = text.get(at..).unwrap_or_default();
                let part = |b: &u8| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                let length = rest.iter().take_while(|b| part(b)).count();
                let number = rest.get(..length).unwrap_or_default();
                // Few digits and no exponent: most numbers are no more than that.
                let plain =
                    length <= SURE_DIGITS && !number.iter().any(|b| matches!(b, b'e' | b'E'));
                if !plain && str::from_utf8(number).is_ok_and(|number| !is_exact(number)) {
                    return Some(at..at + length);
                }
                at += length;
            }
            _ => at += 1,
        }
    }
    None
}

/// The index behind the string that begins at `at`.
fn string_end(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(rest) = text.get(at..) {
        match rest.iter().position(|b| matches!(b, b'"' | b'\\')) {
            Some(found) if rest.get(found) == Some(&b'"') => return at + found + 1,
            Some(found) => at += found + 2,
            None => break,
        }
    }
    text.len()
}

/// All numbers that are not exact, with their JSON pointers. Walks the whole text,
/// so [`first`] is asked before.
fn all(text: &[u8]) -> Vec<(Range<usize>, String)> {
    enum Level {
        Array(usize),
        Object(String),
    }
    let mut levels: Vec<Level> = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'[' => levels.push(Level::Array(0)),
            b'{' => levels.push(Level::Object(String::new())),
            b']' | b'}' => {
                levels.pop();
            }
            b',' => {
                if let Some(Level::Array(index)) = levels.last_mut() {
                    *index += 1;
                }
            }
            b'"' => {
                let end = string_end(text, at);
                let after = text.get(end..).unwrap_or_default().trim_ascii_start();
                if after.first() == Some(&b':')
                    && let Some(Level::Object(name)) = levels.last_mut()
                {
                    let key = text.get(at..end).unwrap_or_default();
                    *name = serde_json::from_slice(key).unwrap_or_default();
                }
                at = end;
                continue;
            }
            b'0'..=b'9' | b'-' => {
                let rest = text.get(at..).unwrap_or_default();
                let ends = |b: &u8| b.is_ascii_whitespace() || b",]}".contains(b);
                let length = rest.iter().position(ends).unwrap_or(rest.len());
                let number = text.get(..at + length).unwrap_or_default();
                if let Some(range) = first(number, at) {
                    let pointer = levels.iter().rev().fold(
                        Invalid::new(Code::Invalid, ""),
                        |place, level| match level {
                            Level::Array(index) => place.at_index(*index),
                            Level::Object(name) => place.at(name),
                        },
                    );
                    found.push((range, pointer.pointer));
                }
                at += length.max(1);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_that_64_bits_hold_are_exact_and_others_are_not() {
        for number in [
            "0",
            "-0",
            "12",
            "1.5",
            "-1e3",
            "1e23",
            "1E+5",
            "9223372036854775807",
            "18446744073709551615",
            "-9223372036854775808",
            "9007199254740993",
            "9007199254740992.0",
            "0.1",
            "52.520006599999997",
            "1.7976931348623157e308",
            "100000000000000000000",
            "123456789012345.67",
            "1.50000000000000000000",
        ] {
            assert!(is_exact(number), "{number}");
        }
        for number in [
            "123456789012345678901234567890",
            "9007199254740993.0",
            "-9007199254740993.0",
            "18446744073709551617",
            "1234567890123456.78",
            "0.12345678901234567890123",
            "1e400",
            "1e-400",
            "9.007199254740993e15",
        ] {
            assert!(!is_exact(number), "{number}");
        }
    }

    #[test]
    fn the_place_of_a_number_is_named() {
        let text =
            br#"{"a":"123456789012345678901234567890","b/c":[1,{"d\"":-123456789012345678901}]}"#;
        let invalid = read(text).unwrap_err();
        assert_eq!(
            (invalid.code.as_str(), &*invalid.pointer),
            ("number_not_exact", "/b~1c/1/d\"")
        );
        assert_eq!(read(b"12345678901234567890123").unwrap_err().pointer, "");
        assert_eq!(read(b"{").unwrap_err().code.as_str(), "invalid_json");
        assert!(read(br#"{"a":[1,2.5,"\"",-3e2]}"#).is_ok());
    }

    #[test]
    fn numbers_become_texts_of_their_digits() {
        let text = r#"[{"n":123456789012345678901234567890,"m":1},9007199254740993.0]"#;
        let (changed, pointers) = as_text(text).unwrap();
        assert_eq!(
            changed,
            r#"[{"n":"123456789012345678901234567890","m":1},"9007199254740993.0"]"#
        );
        assert_eq!(pointers, ["/0/n", "/1"]);
        assert_eq!(
            as_text(r#"{"n":12,"t":"123456789012345678901234567890"}"#),
            None
        );
    }

    proptest! {
        #[test]
        fn what_a_program_writes_is_exact(float in proptest::num::f64::NORMAL, whole in any::<i64>()) {
            let whole = whole.to_string();
            prop_assert!(is_exact(&Value::from(float).to_string()));
            prop_assert!(is_exact(&whole));
        }

        #[test]
        fn what_is_exact_comes_back(text in "-?(0|[1-9][0-9]{0,24})(\\.0{1,3})?") {
            if is_exact(&text) {
                let value: Value = serde_json::from_str(&text).unwrap();
                let back = value.to_string();
                let (given, back) = (Decimal::of(&text).unwrap(), Decimal::of(&back).unwrap());
                prop_assert!(given == back);
            }
        }

        #[test]
        fn any_text_is_walked(text in "[\\[\\]{}:,\"\\\\ 0-9eE.+a-]{0,60}") {
            let _ = check(text.as_bytes());
            let _ = as_text(&text);
        }
    }
}
