//! What an export is asked for: a JSON body, or query parameters that say the
//! same.

use crate::exports::openapi::FormatQuery;
use roster_http::{Call, Problem, QueryNames};
use serde_json::{Map, Value};

/// Which of [`FormatQuery`] are true or false; the others are words.
const FLAGS: [&str; 3] = ["bom", "raw", "gzip"];
/// Query parameters that are JSON.
const JSON: [&str; 2] = ["condition", "range"];

/// The body that the query parameters stand for.
///
/// # Errors
/// [`roster_http::kinds::INVALID_PARAMETER`].
pub(crate) fn from_query(call: &Call) -> Result<Value, Problem> {
    let mut body = format_members(call)?;
    for name in JSON {
        if let Some(text) = call.query(name) {
            body.insert(name.to_owned(), json(name, text)?);
        }
    }
    if let Some(names) = call.query("fields") {
        body.insert("fields".to_owned(), names_of(names));
    }
    if let Some(text) = call.query("subscriptions") {
        let value = match text {
            "none" | "json" => Value::from(text),
            _ => json("subscriptions", text)?,
        };
        body.insert("subscriptions".to_owned(), value);
    }
    if let Some(segment) = call.query("segment") {
        body.insert("segment".to_owned(), Value::from(segment));
    }
    if let Some(view) = call.query("view") {
        body.insert("view".to_owned(), Value::from(view));
    }
    if let Some(text) = call.query("limit") {
        let limit = text
            .parse::<i64>()
            .map_err(|_| Problem::parameter("limit", "limit must be a whole number above 0."))?;
        body.insert("limit".to_owned(), Value::from(limit));
    }
    Ok(Value::Object(body))
}

/// The members that say what the file is written as.
pub(crate) fn format_members(call: &Call) -> Result<Map<String, Value>, Problem> {
    let mut members = Map::new();
    for &name in FormatQuery::NAMES {
        let Some(word) = call.query(name) else {
            continue;
        };
        let value = match FLAGS.contains(&name) {
            true => Value::from(call.flag(name)?),
            false => Value::from(word),
        };
        members.insert(name.to_owned(), value);
    }
    Ok(members)
}

/// Names between commas.
pub(crate) fn names_of(text: &str) -> Value {
    let names = text.split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).collect()
}

fn json(name: &str, text: &str) -> Result<Value, Problem> {
    roster_model::json::read(text.as_bytes())
        .map_err(|wrong| Problem::parameter(name, format!("{name}: {}", wrong.detail)))
}
