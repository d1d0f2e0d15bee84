//! Ids of profiles: ours, their first 16 digits (`_xxh`), and those from before.

use crate::failure::Failure;
use crate::fields::{Fields, LEGACY_ID};
use crate::members::hex_id;
use roster_model::ProfileId;
use serde_json::{Value, json};

/// What a filter asks ids by.
const NAMES: [&str; 4] = ["_id", "id", "_xxh", "xxh"];

/// Whether a filter's name asks for ids.
pub(crate) fn is_id(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Our id of the profile whose `_xxh` this is: 16 hexadecimal digits, which are its key.
pub(crate) fn of_xxh(given: &Value) -> Option<String> {
    let text = given.as_str()?.trim();
    let is_hex = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let key = i64::from_str_radix(Some(text).filter(|_| is_hex)?, 16).ok()?;
    Some(ProfileId::from_pk(key)?.to_string())
}

/// What one operator of a filter asks of ids; nothing where it is no operator of them.
///
/// # Errors
/// What is no id.
pub(crate) fn condition(
    name: &str,
    operator: &str,
    value: &Value,
    fields: &Fields,
) -> Result<Option<Value>, Failure> {
    let order = match operator {
        "$eq" | "$in" => return some(name, value, fields).map(Some),
        "$ne" | "$nin" => return Ok(Some(json!({"not": some(name, value, fields)?}))),
        // Every profile has one.
        "$exists" => return Ok(Some(json!({}))),
        "$gt" => "gt",
        "$gte" => "ge",
        "$lt" => "lt",
        "$lte" => "le",
        _ => return Ok(None),
    };
    match read(name, value)? {
        Id::Ours(id) => Ok(Some(json!({"id": {order: id}}))),
        Id::Other(_) => {
            let text = "ids from before are in no order that is known here.";
            Err(wrong(name, text))
        }
    }
}

/// Having one of some ids.
fn some(name: &str, value: &Value, fields: &Fields) -> Result<Value, Failure> {
    let all = match value {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for one in all.iter().filter(|one| !one.is_null()) {
        match read(name, one)? {
            Id::Ours(id) => ours.push(Value::from(id)),
            Id::Other(id) => others.push(Value::from(id)),
        }
    }
    let mut parts = Vec::new();
    if !ours.is_empty() {
        parts.push(json!({"id": ours}));
    }
    if !others.is_empty() && fields.has_legacy_ids() {
        parts.push(json!({"field": LEGACY_ID, "in": others}));
    }
    Ok(match parts.len() {
        // Nobody has any of them.
        0 => json!({"not": {}}),
        1 => parts.pop().unwrap_or_default(),
        _ => json!({"any": parts}),
    })
}

enum Id {
    Ours(String),
    /// From before, or nobody's.
    Other(String),
}

fn read(name: &str, given: &Value) -> Result<Id, Failure> {
    if name.ends_with("xxh") {
        let id = of_xxh(given).map(Id::Ours);
        return id.ok_or_else(|| wrong(name, "it has 16 hexadecimal digits."));
    }
    let id = hex_id(given).ok_or_else(|| wrong(name, "an id has 24 hexadecimal digits."))?;
    Ok(match id.parse::<ProfileId>() {
        Ok(_) => Id::Ours(id),
        Err(_) => Id::Other(id),
    })
}

fn wrong(name: &str, text: &str) -> Failure {
    Failure::member(&format!("query.{name}"), text)
}
