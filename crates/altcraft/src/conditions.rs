//! The conditions of Altcraft's segments as those of `/v1`, as far as they are documented:
//! queries of name, operator and values, joined by `condition`, in a window of percent.

use crate::failure::Failure;
use crate::fields::{Fields, Kind};
use crate::members::{is_blank, optional_text, present, whole};
use crate::query::condition;
use serde_json::{Map, Value, json};

/// `condition`, `range` and `limit` of a segment; nothing where it has no conditions.
pub(crate) fn definition(
    members: &Map<String, Value>,
    fields: &Fields,
) -> Result<Option<Map<String, Value>>, Failure> {
    let all = match members.get("segment") {
        Some(Value::Array(all)) => all.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        Some(given) if !is_blank(given) => {
            return Err(Failure::member(
                "segment",
                "it must be a list of conditions.",
            ));
        }
        _ => return Ok(None),
    };
    let first = match (all.len(), all.into_iter().next()) {
        (_, None) => return Ok(None),
        (1, Some(Value::Object(first))) => first,
        (1, _) => return Err(Failure::member("segment[0]", "it must be an object.")),
        _ => {
            let text = "a segment is of one database here: send one condition.";
            return Err(Failure::member("segment", text));
        }
    };
    let mut parts = Vec::new();
    let queries = match first.get("queries") {
        Some(Value::Array(all)) => all.as_slice(),
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    };
    for (index, query) in queries.iter().enumerate() {
        let place = format!("segment[0].queries[{index}]");
        let Value::Object(query) = query else {
            return Err(Failure::member(&place, "it must be an object."));
        };
        parts.push(one(query, fields, &place)?);
    }
    let join = optional_text(&first, "condition")?.unwrap_or_default();
    let whole_condition = match join.to_ascii_lowercase().as_str() {
        "or" if !parts.is_empty() => json!({"any": parts}),
        "or" | "and" | "" => json!({"all": parts}),
        _ => return Err(Failure::member("segment[0].condition", "it is and, or or.")),
    };
    let mut definition = Map::from_iter([("condition".to_owned(), whole_condition)]);
    let percent = |name: &str| present(&first, name).and_then(whole);
    let (from, to) = (
        percent("percent_from").unwrap_or(0),
        percent("percent_to").unwrap_or(100),
    );
    if (from, to) != (0, 100) {
        definition.insert("range".to_owned(), json!({"from": from, "to": to}));
    }
    if let Some(limit) = percent("limit").filter(|limit| *limit > 0) {
        definition.insert("limit".to_owned(), limit.into());
    }
    Ok(Some(definition))
}

/// One query: `{compo, name, operator, type, value: [{name, value}]}`.
fn one(query: &Map<String, Value>, fields: &Fields, place: &str) -> Result<Value, Failure> {
    let name = optional_text(query, "name")?;
    let name = name.ok_or_else(|| Failure::missing(&format!("{place}.name")))?;
    let operator = optional_text(query, "operator")?.unwrap_or_else(|| "equal".to_owned());
    let mut values: Vec<Value> = match query.get("value") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(all)) => all.iter().map(value).collect(),
        Some(one) => vec![value(one)],
    };
    values.retain(|value| !value.is_null());
    let is_list = matches!(fields.kind(&name), Some(Kind::Tags | Kind::Phones));
    let filter = |test: Value| condition(Map::from_iter([(name.clone(), test)]), fields);
    let plain = |test: &str, value: Option<Value>| match value {
        Some(value) => Ok(json!({"field": name, test: value})),
        None => Err(Failure::missing(&format!("{place}.value"))),
    };
    let word = operator.to_ascii_lowercase();
    let word = word.trim_start_matches('$');
    let first = values.first().cloned();
    let need =
        |value: Option<Value>| value.ok_or_else(|| Failure::missing(&format!("{place}.value")));
    match word {
        "eq" | "equal" | "equals" | "is" | "in" | "=" | "==" if is_list => {
            filter(json!({"$in": values}))
        }
        "eq" | "equal" | "equals" | "is" | "=" | "==" if values.len() < 2 => {
            filter(json!({"$eq": need(first)?}))
        }
        "eq" | "equal" | "equals" | "is" | "in" | "=" | "==" => filter(json!({"$in": values})),
        "ne" | "not_equal" | "not_equals" | "is_not" | "nin" | "not_in" | "!=" => {
            filter(json!({"$nin": values}))
        }
        "gt" | "greater" | "more" | "after" | ">" => filter(json!({"$gt": need(first)?})),
        "gte" | "ge" | "greater_or_equal" | ">=" => filter(json!({"$gte": need(first)?})),
        "lt" | "less" | "before" | "<" => filter(json!({"$lt": need(first)?})),
        "lte" | "le" | "less_or_equal" | "<=" => filter(json!({"$lte": need(first)?})),
        "contains" | "contain" | "like" => plain("contains", first),
        "not_contains" | "not_contain" => Ok(json!({"not": plain("contains", first)?})),
        "starts_with" | "start" | "begins" | "begins_with" => plain("starts_with", first),
        "ends_with" | "end" | "ends" => plain("ends_with", first),
        "exists" | "exist" | "not_empty" | "filled" => plain("empty", Some(false.into())),
        "not_exists" | "not_exist" | "empty" => plain("empty", Some(true.into())),
        _ => {
            let text = "this operator isn't known here: equal, not_equal, in, not_in, gt, gte, lt, \
                lte, contains, starts_with, ends_with, exists, not_exists are.";
            Err(Failure::member(&format!("{place}.operator"), text))
        }
    }
}

/// The value of `{name, value}`, or one that stands alone.
fn value(given: &Value) -> Value {
    match given {
        Value::Object(members) => {
            let own = members.get("value").or_else(|| members.get("name"));
            own.cloned().unwrap_or_default()
        }
        plain => plain.clone(),
    }
}
