//! Members of a call, read as clients write them: numbers as text, `null` for nothing,
//! one where several could be.

use crate::failure::Failure;
use roster_model::{Code, json};
use serde_json::{Map, Value};

/// A member that says something.
pub(crate) fn present<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !is_blank(value))
}

/// Whether a value says nothing.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// The whole number of a value, also as text.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|f| f.fract() == 0.0)?;
            format!("{float:.0}").parse().ok()
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// An id that is a number, as the text that paths and bodies of `/v1` have.
pub(crate) fn id(members: &Map<String, Value>, name: &str) -> Result<String, Failure> {
    let found = optional_id(members, name)?;
    found.ok_or_else(|| Failure::missing(name))
}

/// The same where it may be left out.
pub(crate) fn optional_id(
    members: &Map<String, Value>,
    name: &str,
) -> Result<Option<String>, Failure> {
    let Some(given) = present(members, name) else {
        return Ok(None);
    };
    id_of(given, name).map(Some)
}

/// The id that a value is.
pub(crate) fn id_of(given: &Value, name: &str) -> Result<String, Failure> {
    let number = whole(given).filter(|id| *id > 0);
    let number = number.ok_or_else(|| Failure::member(name, "an id is a whole number above 0."))?;
    Ok(number.to_string())
}

/// Ids of a list; one alone is a list of one.
pub(crate) fn ids(members: &Map<String, Value>, name: &str) -> Result<Vec<Value>, Failure> {
    let all = match present(members, name) {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    all.iter()
        .map(|one| id_of(one, name).map(Value::from))
        .collect()
}

/// A profile's id: 24 hexadecimal digits in lower case.
pub(crate) fn profile_id(members: &Map<String, Value>, name: &str) -> Result<String, Failure> {
    match present(members, name) {
        None => Err(Failure::missing(name)),
        Some(given) => hex_id(given).ok_or_else(|| no_profile_id(name)),
    }
}

pub(crate) fn no_profile_id(name: &str) -> Failure {
    Failure::member(name, "a profile's id has 24 hexadecimal digits.")
}

/// The id of a profile that a value is.
pub(crate) fn hex_id(given: &Value) -> Option<String> {
    let text = given.as_str()?.trim();
    let is_hex = text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_hex.then(|| text.to_ascii_lowercase())
}

/// Yes or no.
pub(crate) fn flag(members: &Map<String, Value>, name: &str) -> Result<Option<bool>, Failure> {
    match present(members, name) {
        None => Ok(None),
        Some(Value::Bool(yes)) => Ok(Some(*yes)),
        Some(given) => match (whole(given), given.as_str().map(str::trim)) {
            (Some(0), _) => Ok(Some(false)),
            (Some(1), _) => Ok(Some(true)),
            (_, Some(word)) if word.eq_ignore_ascii_case("true") => Ok(Some(true)),
            (_, Some(word)) if word.eq_ignore_ascii_case("false") => Ok(Some(false)),
            _ => Err(Failure::member(name, "it must be true or false.")),
        },
    }
}

/// A text; a number's digits.
pub(crate) fn text(members: &Map<String, Value>, name: &str) -> Result<String, Failure> {
    let found = optional_text(members, name)?;
    found.ok_or_else(|| Failure::missing(name))
}

/// The same where it may be left out.
pub(crate) fn optional_text(
    members: &Map<String, Value>,
    name: &str,
) -> Result<Option<String>, Failure> {
    match present(members, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(Failure::member(name, "it must be a text.")),
    }
}

/// A list; one alone is a list of one.
pub(crate) fn list(members: &mut Map<String, Value>, name: &str) -> Result<Vec<Value>, Failure> {
    match members.remove(name) {
        None | Some(Value::Null) => Err(Failure::missing(name)),
        Some(Value::Array(items)) => Ok(items),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Vec::new()),
        Some(one) => Ok(vec![one]),
    }
}

/// An object, also as the only one of a list, and written as JSON in a text: XML and forms
/// can't name `$or` in another way.
pub(crate) fn object(
    members: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<Map<String, Value>>, Failure> {
    let given = match members.remove(name) {
        Some(Value::Array(mut items)) if items.len() == 1 => items.pop(),
        given => given,
    };
    match given {
        None => Ok(None),
        Some(Value::Object(members)) => Ok(Some(members)),
        // An element of XML that has nothing in it, and what PHP makes of an empty object.
        Some(Value::Array(items)) if items.is_empty() => Ok(Some(Map::new())),
        Some(given) if is_blank(&given) => Ok(None),
        Some(Value::String(text)) => match json::read(text.as_bytes()) {
            Ok(Value::Object(members)) => Ok(Some(members)),
            Err(invalid) if invalid.code == Code::NumberNotExact => {
                Err(Failure::of_value(&invalid.at(name)))
            }
            _ => Err(Failure::member(name, "it must be an object.")),
        },
        Some(_) => Err(Failure::member(name, "it must be an object.")),
    }
}

/// How many items a page has: 1,000 where nothing is said, and at most.
pub(crate) fn limit(members: &Map<String, Value>) -> Result<usize, Failure> {
    let Some(given) = present(members, "limit") else {
        return Ok(1_000);
    };
    let limit = whole(given).and_then(|limit| usize::try_from(limit).ok());
    match limit {
        Some(0) => Ok(1_000),
        Some(limit) => Ok(limit.min(1_000)),
        None => Err(Failure::member("limit", "it must be a whole number.")),
    }
}

/// An id of ours as the number that clients know.
pub(crate) fn number(id: &Value) -> Value {
    match whole(id) {
        Some(number) => number.into(),
        None => id.clone(),
    }
}
