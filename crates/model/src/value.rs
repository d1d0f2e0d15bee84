//! Values of the ten field types in their canonical JSON.
//!
//! Each function takes whatever JSON a client may send for its type and gives
//! the one form that is stored, compared and shown, or says what is wrong.
//! Canonical values are fixed points: normalising one again changes nothing.

use crate::Code;
use crate::error::{Invalid, excerpt, excerpt_json};
use crate::json;
use crate::text::{canonical, clean, clean_string, clean_text, same};
use serde_json::{Map, Number, Value};
use std::collections::HashSet;
use std::io;

/// The most tags one value may hold.
pub const MAX_TAGS: usize = 1000;
/// The longest tag, in characters.
pub const MAX_TAG_CHARS: usize = 255;
/// The largest object, or array of objects, in bytes of compact JSON.
pub const MAX_OBJECT_BYTES: usize = 32 * 1024;
/// The deepest nesting of objects and arrays in one object, the object itself
/// being the first level.
pub const MAX_OBJECT_DEPTH: usize = 10;
/// Integers above this magnitude are not exact as JSON numbers with a
/// fraction or exponent.
const EXACT_FLOAT: f64 = 9_007_199_254_740_992.0;

/// An integer of 64 bits. Takes a JSON integer, a number like `12.0` or `1e3`
/// that is whole and at most 2⁵³ in magnitude, and decimal text.
pub fn integer(value: &Value) -> Result<Value, Invalid> {
    let out_of_range = || {
        Invalid::new(
            Code::OutOfRange,
            format!(
                "{} does not fit: an integer lies between {} and {}.",
                excerpt_json(value),
                i64::MIN,
                i64::MAX
            ),
        )
    };
    match value {
        Value::Number(number) => {
            if let Some(whole) = number.as_i64() {
                return Ok(Value::from(whole));
            }
            let float = number.as_f64().unwrap_or(f64::INFINITY);
            if float.fract() != 0.0 {
                return Err(Invalid::wrong_type(value, "a whole number"));
            }
            if float.abs() > EXACT_FLOAT {
                return Err(out_of_range());
            }
            Ok(Value::from(float as i64))
        }
        Value::String(text) => {
            let digits = canonical(text);
            let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
            if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
                return Err(Invalid::wrong_type(value, "a whole number"));
            }
            digits
                .parse::<i64>()
                .map(Value::from)
                .map_err(|_| out_of_range())
        }
        _ => Err(Invalid::wrong_type(value, "a whole number")),
    }
}

/// A finite number of 64 bits (IEEE 754), always stored as a float so that `12`
/// and `12.0` are one value; `-0` is `0`. Takes numbers and decimal text with a
/// point. A whole number that it can't hold is refused, a fraction is rounded.
pub fn float(value: &Value) -> Result<Value, Invalid> {
    let not_exact = || {
        let detail = format!(
            "{} has more digits than a number with a fraction holds: it would be changed.",
            excerpt_json(value)
        );
        Err(Invalid::new(Code::NumberNotExact, detail))
    };
    let number = match value {
        Value::Number(number) => {
            let float = number.as_f64();
            let whole = number.as_i64().map(i128::from);
            let whole = whole.or_else(|| number.as_u64().map(i128::from));
            if let (Some(whole), Some(float)) = (whole, float)
                && !is_held(whole, float)
            {
                return not_exact();
            }
            float
        }
        Value::String(text) => {
            let text = canonical(text);
            let decimal = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
            if !text.bytes().all(decimal) {
                return Err(Invalid::wrong_type(value, "a number"));
            }
            let parsed = text.parse::<f64>();
            let parsed = parsed.map_err(|_| Invalid::wrong_type(value, "a number"))?;
            let large = parsed.is_finite() && parsed.abs() >= EXACT_FLOAT;
            if large && !written_exactly(&text, parsed) {
                return not_exact();
            }
            Some(parsed)
        }
        _ => return Err(Invalid::wrong_type(value, "a number")),
    };
    number
        .and_then(|n| Number::from_f64(n + 0.0))
        .map(Value::Number)
        .ok_or_else(|| {
            Invalid::new(
                Code::OutOfRange,
                format!("{} is too large for a number.", excerpt_json(value)),
            )
        })
}

/// Whether the digits of a large number are those of the float that it becomes.
fn written_exactly(text: &str, float: f64) -> bool {
    let whole = text.parse::<i64>();
    whole.map_or_else(
        |_| json::is_exact(text),
        |whole| is_held(i128::from(whole), float),
    )
}

/// Whether a float shows the digits of a whole number: what is written from it, by us
/// too, may have fewer than it could.
fn is_held(whole: i128, float: f64) -> bool {
    float as i128 == whole || format!("{float}") == whole.to_string()
}

/// A string: see [`clean_string`]. Numbers and booleans are not turned into
/// text, their spelling would be lost.
pub fn string(value: &Value) -> Result<Value, Invalid> {
    match value {
        Value::String(text) => clean_string(text).map(Value::String),
        _ => Err(Invalid::wrong_type(value, "a string")),
    }
}

/// A text that may have several lines: see [`clean_text`].
pub fn lines(value: &Value) -> Result<Value, Invalid> {
    match value {
        Value::String(text) => clean_text(text).map(Value::String),
        _ => Err(Invalid::wrong_type(value, "a string")),
    }
}

/// A boolean. Takes `true`, `false`, 0, 1 and their texts in any case.
pub fn boolean(value: &Value) -> Result<Value, Invalid> {
    let truth = match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => match number.as_f64() {
            Some(0.0) => Some(false),
            Some(1.0) => Some(true),
            _ => None,
        },
        Value::String(text) => match &*canonical(text) {
            "0" => Some(false),
            "1" => Some(true),
            word if word.eq_ignore_ascii_case("false") => Some(false),
            word if word.eq_ignore_ascii_case("true") => Some(true),
            _ => None,
        },
        _ => None,
    };
    truth
        .map(Value::Bool)
        .ok_or_else(|| Invalid::wrong_type(value, "true or false"))
}

/// An option of an enum: its text, or its place in the list counted from 1, as
/// a number or as text. Text that is an option is that option, even if it looks
/// like a number.
pub fn option(value: &Value, options: &[String]) -> Result<Value, Invalid> {
    let refuse = || {
        Invalid::new(
            Code::NotAnOption,
            format!(
                "{} is no option: it must be one of {}, or a number from 1 to {}.",
                excerpt_json(value),
                listed(options),
                options.len()
            ),
        )
    };
    let at = |place: i64| {
        usize::try_from(place.checked_sub(1)?)
            .ok()
            .and_then(|index| options.get(index))
    };
    let found = match value {
        Value::String(text) => {
            let text = clean_string(text)?;
            let alike = || options.iter().find(|option| same(option, &text));
            let place = || canonical(&text).parse().ok().and_then(at);
            let exact = options.iter().find(|option| **option == text);
            exact.or_else(alike).or_else(place)
        }
        Value::Number(_) => {
            let place = integer(value).map_err(|_| refuse())?;
            place.as_i64().and_then(at)
        }
        _ => return Err(Invalid::wrong_type(value, "an option's text or number")),
    };
    found.cloned().map(Value::String).ok_or_else(refuse)
}

/// The first few options, for a message.
fn listed(options: &[String]) -> String {
    let shown: Vec<String> = options.iter().take(5).map(|o| excerpt(o)).collect();
    let more = if options.len() > shown.len() {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", shown.join(", "))
}

/// A person's sex: the words `male` and `female` in any case, their first
/// letters, or 0 (male) and 1 (female) as numbers or text. Altcraft's clients
/// disagree about what 2 would mean, so it is refused.
pub fn sex(value: &Value) -> Result<Value, Invalid> {
    let word = match value {
        Value::String(text) => canonical(text).to_lowercase(),
        Value::Number(number) => number.to_string(),
        _ => return Err(Invalid::wrong_type(value, "male, female, 0 or 1")),
    };
    match word.as_str() {
        "male" | "m" | "0" | "0.0" => Ok(Value::from("male")),
        "female" | "f" | "1" | "1.0" => Ok(Value::from("female")),
        _ => Err(Invalid::new(
            Code::NotAnOption,
            format!(
                "{} is no option: it must be male or female, or 0 (male) or 1 (female).",
                excerpt_json(value)
            ),
        )),
    }
}

/// Tags: an array of strings, each clean, repeats dropped however they are
/// spelled, in the order in which they first appear. At most [`MAX_TAGS`] of at most
/// [`MAX_TAG_CHARS`] characters, none empty.
pub fn tags(value: &Value) -> Result<Value, Invalid> {
    let Value::Array(items) = value else {
        return Err(Invalid::wrong_type(value, "an array of strings"));
    };
    let mut seen = HashSet::new();
    let mut tags = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let tag = tag(item).map_err(|invalid| invalid.at_index(index))?;
        if seen.insert(canonical(&tag).into_owned()) {
            tags.push(Value::String(tag));
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(Invalid::new(
            Code::TooMany,
            format!("{} tags: at most {MAX_TAGS} fit.", tags.len()),
        ));
    }
    Ok(Value::Array(tags))
}

fn tag(value: &Value) -> Result<String, Invalid> {
    let Value::String(text) = value else {
        return Err(Invalid::wrong_type(value, "a string"));
    };
    let tag = clean(text, MAX_TAG_CHARS)?;
    if tag.is_empty() {
        return Err(Invalid::new(Code::Empty, "A tag must not be empty."));
    }
    Ok(tag)
}

/// An object of at most [`MAX_OBJECT_BYTES`] and [`MAX_OBJECT_DEPTH`], kept as
/// it is.
pub fn object(value: &Value) -> Result<Value, Invalid> {
    let Value::Object(members) = value else {
        return Err(Invalid::wrong_type(value, "an object"));
    };
    check_depth(members)?;
    check_size(value)?;
    Ok(value.clone())
}

/// An array of objects, each as deep as [`object`] allows, together no larger
/// than one.
pub fn objects(value: &Value) -> Result<Value, Invalid> {
    let Value::Array(items) = value else {
        return Err(Invalid::wrong_type(value, "an array of objects"));
    };
    for (index, item) in items.iter().enumerate() {
        let Value::Object(members) = item else {
            return Err(Invalid::wrong_type(item, "an object").at_index(index));
        };
        check_depth(members).map_err(|invalid| invalid.at_index(index))?;
    }
    check_size(value)?;
    Ok(value.clone())
}

fn check_depth(members: &Map<String, Value>) -> Result<(), Invalid> {
    if members
        .values()
        .all(|v| depth_within(v, MAX_OBJECT_DEPTH - 1))
    {
        return Ok(());
    }
    Err(Invalid::new(
        Code::TooDeep,
        format!("An object may be nested {MAX_OBJECT_DEPTH} levels deep at most."),
    ))
}

/// Whether `value` has at most `levels` levels of containers. Stops there, so
/// its own recursion is bounded too.
fn depth_within(value: &Value, levels: usize) -> bool {
    let below = |v: &Value| levels > 0 && depth_within(v, levels - 1);
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(below),
        Value::Object(members) => levels > 0 && members.values().all(below),
        _ => true,
    }
}

fn check_size(value: &Value) -> Result<(), Invalid> {
    if json_size(value) <= MAX_OBJECT_BYTES {
        return Ok(());
    }
    Err(Invalid::new(
        Code::TooLong,
        format!("This is larger than {MAX_OBJECT_BYTES} bytes of JSON."),
    ))
}

/// How many bytes a value has as compact JSON.
pub fn json_size(value: &Value) -> usize {
    struct Counter(usize);
    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // Neither the counter nor a `Value` can fail to serialise.
    match serde_json::to_writer(&mut counter, value) {
        Ok(()) => counter.0,
        Err(_) => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_whole_number_that_would_show_other_digits_is_refused() {
        for text in [
            "9007199254740993",
            "123456789012345678",
            "-9007199254740993",
        ] {
            let number: Value = serde_json::from_str(text).unwrap();
            for given in [number, Value::from(text)] {
                assert_eq!(float(&given).unwrap_err().code.as_str(), "number_not_exact");
            }
        }
    }

    proptest! {
        #[test]
        fn a_float_comes_back_from_its_own_digits(given in any::<f64>()) {
            let finite = if given.is_finite() { given + 0.0 } else { 0.0 };
            let shown = Value::from(format!("{finite}"));
            prop_assert_eq!(float(&shown), Ok(Value::from(finite)));
        }
    }
}
