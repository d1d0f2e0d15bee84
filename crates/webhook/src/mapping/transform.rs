//! Turning a value as a sender has it into what a field takes.

use super::place::text_of;
use roster_model::Code;
use roster_model::error::{Invalid, excerpt, excerpt_json};
use roster_model::import::{Century, DateFormat};
use roster_model::{Timestamp, Zone, parse_date, parse_field_date, value};
use serde_json::Value;

/// The longest separator, in characters.
const MAX_SEPARATOR: usize = 8;
/// Texts with fewer digits are no epoch time: 20011231 is a date.
const EPOCH_DIGITS: usize = 9;

/// One step of the way.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Transform {
    Lower,
    Upper,
    Trim,
    Number,
    Text,
    Boolean,
    First,
    Date(DateEncoding),
    Split(String),
}

/// How a date is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DateEncoding {
    /// RFC 3339, a date, or a number of epoch seconds or milliseconds.
    Any,
    Seconds,
    Milliseconds,
    Format(DateFormat),
}

impl Transform {
    /// Reads a name, `{"date": "unix" | "unix_ms" | FORMAT}` or `{"split":
    /// SEPARATOR}`. Codes: `invalid_transform`, `invalid_date_format`.
    pub fn parse(given: &Value) -> Result<Self, Invalid> {
        if let Value::Object(members) = given {
            let mut members = members.iter();
            return match (members.next(), members.next()) {
                (Some((name, Value::String(how))), None) => match &**name {
                    "date" => dated(how).map(Transform::Date).map_err(|w| w.at(name)),
                    "split" => separator(how).map(Transform::Split).map_err(|w| w.at(name)),
                    _ => Err(unknown(given)),
                },
                _ => Err(unknown(given)),
            };
        }
        Ok(match given.as_str() {
            Some("lower") => Transform::Lower,
            Some("upper") => Transform::Upper,
            Some("trim") => Transform::Trim,
            Some("number") => Transform::Number,
            Some("text") => Transform::Text,
            Some("boolean") => Transform::Boolean,
            Some("first") => Transform::First,
            Some("date") => Transform::Date(DateEncoding::Any),
            Some("split") => Transform::Split(",".to_owned()),
            _ => return Err(unknown(given)),
        })
    }

    /// The value after it; of an array each element, but for `first`. `null`
    /// means that nothing is left. `century` is that of years of two digits. Codes: `wrong_type`, `invalid_number`,
    /// `invalid_date`, `out_of_range`.
    pub fn apply(&self, given: Value, century: Century) -> Result<Value, Invalid> {
        match (self, given) {
            (Transform::First, Value::Array(items)) => {
                Ok(items.into_iter().next().unwrap_or_default())
            }
            (Transform::First, one) => Ok(one),
            (_, Value::Array(items)) => {
                let mut all = Vec::with_capacity(items.len());
                for item in items {
                    match self.one(item, century)? {
                        Value::Array(more) => all.extend(more),
                        one => all.push(one),
                    }
                }
                Ok(Value::Array(all))
            }
            (_, one) => self.one(one, century),
        }
    }

    fn one(&self, given: Value, century: Century) -> Result<Value, Invalid> {
        match (self, given) {
            (_, Value::Null) => Ok(Value::Null),
            (Transform::Lower, Value::String(text)) => Ok(text.to_lowercase().into()),
            (Transform::Upper, Value::String(text)) => Ok(text.to_uppercase().into()),
            (Transform::Trim, Value::String(text)) => Ok(text.trim().into()),
            (Transform::Split(at), Value::String(text)) => {
                let parts = text.split(&**at).map(str::trim);
                Ok(parts.filter(|p| !p.is_empty()).map(Value::from).collect())
            }
            (Transform::Number, given) => number(given),
            (Transform::Boolean, given) => boolean(given),
            (Transform::Date(how), given) => date(how, &given, century),
            (Transform::Text, given) => match text_of(&given) {
                Some(text) => Ok(text.into()),
                None => Err(Invalid::wrong_type(
                    &given,
                    "a text, a number, true or false",
                )),
            },
            // Letters, spaces and separators are a matter of texts only.
            (
                Transform::Lower
                | Transform::Upper
                | Transform::Trim
                | Transform::Split(_)
                | Transform::First,
                other,
            ) => Ok(other),
        }
    }
}

fn unknown(given: &Value) -> Invalid {
    let detail = format!(
        "{} is no transform: one is lower, upper, trim, number, text, boolean, date, split, first, {{\"date\": …}} or {{\"split\": …}}.",
        excerpt_json(given)
    );
    Invalid::new(Code::InvalidTransform, detail)
}

fn dated(how: &str) -> Result<DateEncoding, Invalid> {
    Ok(match how {
        "unix" => DateEncoding::Seconds,
        "unix_ms" => DateEncoding::Milliseconds,
        format => DateEncoding::Format(DateFormat::parse(format)?),
    })
}

fn separator(text: &str) -> Result<String, Invalid> {
    if text.is_empty() || text.chars().count() > MAX_SEPARATOR {
        let detail = format!("A separator has 1 to {MAX_SEPARATOR} characters.");
        return Err(Invalid::new(Code::InvalidTransform, detail));
    }
    Ok(text.to_owned())
}

fn number(given: Value) -> Result<Value, Invalid> {
    let text = match &given {
        Value::Number(_) => return Ok(given),
        Value::String(text) => Value::from(text.trim()),
        _ => return Err(Invalid::wrong_type(&given, "a number")),
    };
    if text == "" {
        return Ok(Value::Null);
    }
    let read = value::integer(&text).or_else(|_| value::float(&text));
    read.map_err(|_| {
        let detail = format!("{} is no number.", excerpt_json(&given));
        Invalid::new(Code::InvalidNumber, detail)
    })
}

fn boolean(given: Value) -> Result<Value, Invalid> {
    if let Value::String(text) = &given {
        match &*text.trim().to_lowercase() {
            "" => return Ok(Value::Null),
            "yes" | "y" | "on" => return Ok(Value::Bool(true)),
            "no" | "n" | "off" => return Ok(Value::Bool(false)),
            trimmed => return value::boolean(&Value::from(trimmed)),
        }
    }
    value::boolean(&given)
}

/// The canonical text of a date: see [`parse_field_date`]. Times without an offset
/// are UTC.
fn date(how: &DateEncoding, given: &Value, century: Century) -> Result<Value, Invalid> {
    if let Value::String(text) = given
        && text.trim().is_empty()
    {
        return Ok(Value::Null);
    }
    let epoch = |unit: i64| {
        let count = match given {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let ms = count.map(|count| (count * unit as f64).round());
        match ms {
            // Milliseconds of more than a million years are no date.
            Some(ms) if ms.abs() < 1e17 => {
                let at = Timestamp::from_ms(ms as i64);
                let held = at.ms() != ms as i64;
                if held {
                    Err(invalid_date(given))
                } else {
                    Ok(at.to_string())
                }
            }
            _ => Err(invalid_date(given)),
        }
    };
    let canonical = match how {
        DateEncoding::Any => parse_field_date(&counted(given), &Zone::utc()),
        DateEncoding::Seconds => epoch(1000),
        DateEncoding::Milliseconds => epoch(1),
        DateEncoding::Format(format) => match given
            .as_str()
            .and_then(|text| format.read(text, Some(century)))
        {
            Some(read) => parse_field_date(&Value::from(read), &Zone::utc()),
            None => Err(Invalid::new(
                Code::InvalidDate,
                format!(
                    "{} is no date like {}.",
                    excerpt_json(given),
                    excerpt(format.as_str())
                ),
            )),
        },
    };
    canonical.map(Value::String)
}

fn invalid_date(given: &Value) -> Invalid {
    let detail = format!(
        "{} is no number of seconds or milliseconds in the years 1 to 9999.",
        excerpt_json(given)
    );
    Invalid::new(Code::InvalidDate, detail)
}

/// A text of many digits is a number, since forms and headers know texts only.
fn counted(given: &Value) -> Value {
    let text = given.as_str().map(str::trim).unwrap_or_default();
    let digits = text.len() >= EPOCH_DIGITS && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(number) if digits => Value::from(number),
        _ => given.clone(),
    }
}

/// When something happened: like the transform `date`, of a date its first
/// moment in UTC. Codes as there.
pub(super) fn instant(given: &Value) -> Result<Timestamp, Invalid> {
    let text = parse_date(&counted(given), &Zone::utc())?;
    if text.contains('T') {
        return text.parse();
    }
    format!("{text}T00:00:00Z").parse()
}
