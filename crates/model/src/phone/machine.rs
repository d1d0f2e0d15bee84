//! Numbers as machines leave them: a plus that got lost, a fraction that a
//! spreadsheet put there, an exponent.
//!
//! A wrong number is worse than none: where two readings stay plausible, the
//! number is refused, and the message says what would be right.

use super::Region;
use super::{library, short};
use crate::Code;
use crate::text::canonical;
use std::borrow::Cow;

/// Why a number is refused: a stable code and a reason.
pub(super) type Refusal = (Code, &'static str);

/// A number from this many digits on has nothing behind a point but what a
/// machine put there.
const WHOLE: usize = 7;

/// The text as a person would have written it: canonical, its digits ASCII, and
/// without what a number format added. Codes: `phone_digits_lost`,
/// `ambiguous_phone`.
pub(super) fn unformatted(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let text = canonical(text);
    let text = match text.chars().any(|c| digit(c).is_some()) {
        true => Cow::Owned(text.chars().map(|c| digit(c).unwrap_or(c)).collect()),
        false => text,
    };
    let unsigned = text.trim_start_matches(['+', '\'', '=', '"']);
    if let Some((mantissa, exponent)) = unsigned.split_once(['E', 'e'])
        && is_number(mantissa)
        && let Ok(exponent) = exponent.trim_start_matches('+').parse::<usize>()
    {
        let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
        // Fewer decimals than that, and some of the digits are gone.
        if whole.len() != 1 || decimals.len() != exponent {
            let why = "its last digits are lost: make the column text, and enter the number again";
            return Err((Code::PhoneDigitsLost, why));
        }
        let plus = if text.starts_with('+') { "+" } else { "" };
        return Ok(Cow::Owned(format!("{plus}{whole}{decimals}")));
    }
    let Some((whole, zeros)) = unsigned.split_once(['.', ',']) else {
        return Ok(text);
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_float = is_digits(whole) && !zeros.is_empty() && zeros.bytes().all(|b| b == b'0');
    match zeros.len() {
        1 if is_float && whole.len() >= WHOLE => {}
        2 if is_float && whole.len() >= WHOLE => {
            let why = "the zeros at its end may be decimals or digits: leave out the point";
            return Err((Code::AmbiguousPhone, why));
        }
        _ => return Ok(text),
    }
    let end = text.len() - zeros.len() - 1;
    Ok(Cow::Owned(text.get(..end).unwrap_or_default().to_owned()))
}

fn is_number(text: &str) -> bool {
    let mut points = 0;
    let plain = text.bytes().all(|b| {
        points += usize::from(b == b'.' || b == b',');
        b.is_ascii_digit() || b == b'.' || b == b','
    });
    plain && points <= 1 && text.starts_with(|c: char| c.is_ascii_digit())
}

/// A decimal digit of another script as ASCII.
fn digit(c: char) -> Option<char> {
    let zero = match u32::from(c) {
        0x660..=0x669 => 0x660,
        0x6f0..=0x6f9 => 0x6f0,
        0x966..=0x96f => 0x966,
        0x9e6..=0x9ef => 0x9e6,
        0xe50..=0xe59 => 0xe50,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}

/// The number if it is one that lost its plus, in a region whose calling code
/// it begins with; `None` if it is to be read as dialled there.
///
/// Where the region's numbers have a trunk prefix (the 0 of most, the 8 of
/// Russia), a number without it is no number as dialled, so the international
/// reading wins if it is valid. Where they have none, both readings can be
/// valid: then nobody knows. Code: `ambiguous_phone`.
pub(super) fn without_plus(number: &str, region: Region) -> Result<Option<String>, Refusal> {
    let punctuation = |c: char| " -.()/".contains(c);
    if !number.chars().all(|c| c.is_ascii_digit() || punctuation(c)) {
        return Ok(None);
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if !digits.starts_with(&region.calling_code.to_string()) {
        return Ok(None);
    }
    let trunk = short::trunk(&digits, region);
    if trunk == Some(true) {
        return Ok(None);
    }
    let international = format!("+{digits}");
    let international = match short::valid(&international, Some(region)) {
        Some(phone) => phone,
        None => match library::parse(&international, Some(region)) {
            Ok(phone) => phone,
            Err(_) => return Ok(None),
        },
    };
    if trunk == Some(false) {
        return Ok(Some(international));
    }
    let national = short::valid(number, Some(region));
    let national = national.or_else(|| library::parse(number, Some(region)).ok());
    match national {
        Some(national) if national != international => {
            let why = "it may be dialled within the country or lack its plus: write it with + and the country calling code";
            Err((Code::AmbiguousPhone, why))
        }
        _ => Ok(Some(international)),
    }
}
