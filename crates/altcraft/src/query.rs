//! A filter in MongoDB's manner as a condition of `/v1`.

use crate::failure::Failure;
use crate::fields::{Fields, Kind};
use crate::ids;
use crate::members::whole;
use crate::pattern::prefix;
use crate::statuses::word;
use serde_json::{Map, Value, json};

/// The operators of a field.
const OPERATORS: &str = "$in, $nin, $gt, $gte, $lt, $lte, $ne, $eq, $not, $exists, $regex";

/// Times that every profile has.
const TIMES: [(&str, &str); 2] = [("_createtime", "created_at"), ("_updatetime", "updated_at")];

/// The condition that a filter is; all of its members must hold.
pub(crate) fn condition(query: Map<String, Value>, fields: &Fields) -> Result<Value, Failure> {
    let mut parts = Vec::with_capacity(query.len());
    for (name, value) in query {
        parts.push(match &*name {
            "$and" => json!({"all": each(&name, value, fields)?}),
            "$or" => json!({"any": each(&name, value, fields)?}),
            "$not" => json!({"not": inner(&name, value, fields)?}),
            operator if operator.starts_with('$') => {
                let text = "there is no such operator: $and, $or and $not join filters.";
                return Err(wrong(operator, text));
            }
            _ => field(&name, value, fields)?,
        });
    }
    Ok(joined(parts))
}

fn joined(mut parts: Vec<Value>) -> Value {
    match parts.len() {
        1 => parts.pop().unwrap_or_default(),
        _ => json!({"all": parts}),
    }
}

fn each(name: &str, value: Value, fields: &Fields) -> Result<Vec<Value>, Failure> {
    let all = match value {
        Value::Array(all) if !all.is_empty() => all,
        one @ Value::Object(_) => vec![one],
        _ => return Err(wrong(name, "it must be a list of filters.")),
    };
    all.into_iter()
        .map(|one| inner(name, one, fields))
        .collect()
}

fn inner(name: &str, value: Value, fields: &Fields) -> Result<Value, Failure> {
    match value {
        Value::Object(query) => condition(query, fields),
        _ => Err(wrong(name, "a filter must be an object.")),
    }
}

fn wrong(name: &str, text: &str) -> Failure {
    Failure::member(&format!("query.{name}"), text)
}

/// What is asked of one field: a value, or operators.
fn field(name: &str, value: Value, fields: &Fields) -> Result<Value, Failure> {
    match value {
        Value::Object(tests) if tests.keys().any(|test| test.starts_with('$')) => {
            operators(name, tests, fields)
        }
        value => test(name, "$eq", value, fields),
    }
}

fn operators(name: &str, mut tests: Map<String, Value>, fields: &Fields) -> Result<Value, Failure> {
    let options = tests.remove("$options");
    let ignores_case = options
        .as_ref()
        .and_then(Value::as_str)
        .is_some_and(|options| options.contains('i'));
    let mut parts = Vec::with_capacity(tests.len());
    for (operator, value) in tests {
        parts.push(match &*operator {
            "$not" => match value {
                Value::Object(tests) => json!({"not": operators(name, tests, fields)?}),
                _ => return Err(wrong(name, "$not takes an object of operators.")),
            },
            "$regex" => matches(name, &value, ignores_case)?,
            operator => test(name, operator, value, fields)?,
        });
    }
    if parts.is_empty() {
        return Err(wrong(name, &format!("say what is asked: {OPERATORS}.")));
    }
    Ok(joined(parts))
}

/// One operator with its value.
fn test(name: &str, operator: &str, value: Value, fields: &Fields) -> Result<Value, Failure> {
    if name == "_status" {
        return status(operator, value);
    }
    if ids::is_id(name) && fields.kind(name).is_none() {
        let asked = ids::condition(name, operator, &value, fields)?;
        return asked.ok_or_else(|| unknown(name, operator));
    }
    let value = fields.counted_from_zero(name, value);
    let value = match (fields.kind(name), value) {
        (Some(Kind::Phones), Value::Array(all)) => {
            all.into_iter().map(|one| fields.phone(one)).collect()
        }
        (Some(Kind::Phones), one) => fields.phone(one),
        (_, value) => value,
    };
    if let Some((_, time)) = TIMES.iter().find(|(theirs, _)| *theirs == name) {
        return match compared(operator) {
            Some("ne") => Ok(json!({"not": {*time: {"eq": value}}})),
            Some(test) => Ok(json!({*time: {test: value}})),
            None => Err(unknown(name, operator)),
        };
    }
    if let Some(part) = name.strip_prefix("subscriptions.") {
        return subscription(part, operator, value);
    }
    let is = |tests: Value| {
        let mut tests = tests;
        tests["field"] = name.into();
        tests
    };
    let kind = fields.kind(name);
    let is_list = matches!(kind, Some(Kind::Tags | Kind::Phones));
    let has = |value: Value| match is_list {
        true => is(json!({"has_any": [value]})),
        false => is(json!({"eq": value})),
    };
    Ok(match (operator, value) {
        ("$eq", Value::Null) => is(json!({"exists": false})),
        ("$ne", Value::Null) => is(json!({"exists": true})),
        ("$eq", Value::Array(all)) if is_list => is(json!({"has_all": all})),
        ("$eq", value) => has(value),
        ("$ne", value) if is_list => json!({"not": has(value)}),
        ("$exists", value) => match yes(&value) {
            Some(yes) => is(json!({"exists": yes})),
            None => return Err(wrong(name, "$exists takes true or false.")),
        },
        ("$in", Value::Array(all)) => among(all, kind, &is),
        ("$nin", Value::Array(all)) => json!({"not": among(all, kind, &is)}),
        ("$in" | "$nin", _) => return Err(wrong(name, "$in and $nin take a list.")),
        (operator, value) => match compared(operator) {
            Some(test) => is(json!({test: value})),
            None => return Err(unknown(name, operator)),
        },
    })
}

/// Yes or no, also as text and number.
fn yes(value: &Value) -> Option<bool> {
    match (value, whole(value)) {
        (Value::Bool(yes), _) => Some(*yes),
        (_, Some(number)) => Some(number != 0),
        (Value::String(text), _) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// Being one of a list; `null` in it is having no value.
fn among(all: Vec<Value>, kind: Option<Kind>, is: &impl Fn(Value) -> Value) -> Value {
    let (nothing, all): (Vec<Value>, Vec<Value>) = all.into_iter().partition(Value::is_null);
    let mut parts = Vec::new();
    if !nothing.is_empty() {
        parts.push(is(json!({"exists": false})));
    }
    match kind {
        _ if all.is_empty() => {}
        Some(Kind::Tags | Kind::Phones) => parts.push(is(json!({"has_any": all}))),
        Some(Kind::Date | Kind::Other) => {
            parts.extend(all.into_iter().map(|one| is(json!({"eq": one}))));
        }
        _ => parts.push(is(json!({"in": all}))),
    }
    match parts.len() {
        // Nobody is one of none.
        0 => json!({"not": {}}),
        1 => parts.pop().unwrap_or_default(),
        _ => json!({"any": parts}),
    }
}

/// How `/v1` calls a comparison.
fn compared(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "$eq" => "eq",
        "$ne" => "ne",
        "$gt" => "gt",
        "$gte" => "ge",
        "$lt" => "lt",
        "$lte" => "le",
        _ => return None,
    })
}

fn unknown(name: &str, operator: &str) -> Failure {
    let text = format!("{operator} is no operator of it: there are {OPERATORS}.");
    wrong(name, &text)
}

/// The global status, by numbers or words.
fn status(operator: &str, value: Value) -> Result<Value, Failure> {
    let all = match value {
        Value::Array(all) => all,
        one => vec![one],
    };
    let read = |one: &Value| {
        whole(one)
            .and_then(word)
            .map(Value::from)
            .or_else(|| one.is_string().then(|| one.clone()))
    };
    let all: Option<Vec<Value>> = all.iter().map(read).collect();
    let all = all.ok_or_else(|| wrong("_status", "it is a number from 0 to 6, or its word."))?;
    let is = json!({"status": all});
    match operator {
        "$eq" | "$in" => Ok(is),
        "$ne" | "$nin" => Ok(json!({"not": is})),
        // Every profile has one.
        "$exists" => Ok(json!({})),
        _ => Err(unknown("_status", operator)),
    }
}

/// Having a live subscription of which one part is so.
fn subscription(part: &str, operator: &str, value: Value) -> Result<Value, Failure> {
    let name = match part {
        "resource_id" | "channel" | "status" => part,
        "cats" => "category",
        _ => {
            let text = "of subscriptions, resource_id, channel, status and cats can be asked for.";
            return Err(wrong(&format!("subscriptions.{part}"), text));
        }
    };
    let one = |value: Value| {
        let value = match (name, whole(&value)) {
            ("resource_id", Some(id)) => id.to_string().into(),
            _ => value,
        };
        json!({"subscription": {name: value}})
    };
    match (operator, value) {
        ("$eq", value) => Ok(one(value)),
        ("$ne", value) => Ok(json!({"not": one(value)})),
        ("$in", Value::Array(all)) if !all.is_empty() => {
            Ok(json!({"any": all.into_iter().map(one).collect::<Vec<_>>()}))
        }
        _ => Err(unknown(&format!("subscriptions.{part}"), operator)),
    }
}

/// A pattern that is a text, perhaps at the beginning or the end.
fn matches(name: &str, pattern: &Value, ignores_case: bool) -> Result<Value, Failure> {
    let found = pattern.as_str().and_then(prefix);
    let (test, text) = found.ok_or_else(|| {
        let text = "$regex takes plain text after ^, before $, or alone; letters that mean more \
            are written with a backslash.";
        wrong(name, text)
    })?;
    let mut asked = json!({"field": name, test: text});
    if ignores_case {
        asked["ignore_case"] = true.into();
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields::plain(&[
            ("_lname", Kind::Text),
            ("_city", Kind::Text),
            ("phones", Kind::Phones),
            ("labels", Kind::Tags),
            ("_bdate", Kind::Date),
            ("points", Kind::Plain),
            ("vip", Kind::Other),
        ])
    }

    fn of(query: Value) -> Result<Value, u16> {
        let query = query.as_object().cloned().unwrap_or_default();
        condition(query, &fields()).map_err(|failure| failure.error)
    }

    #[test]
    fn filters_are_conditions() {
        for (query, expected) in [
            (json!({}), json!({"all": []})),
            (
                json!({"$or": [{"_lname": "A"}, {"_city": "B"}]}),
                json!({"any": [{"field": "_lname", "eq": "A"}, {"field": "_city", "eq": "B"}]}),
            ),
            (
                json!({"points": {"$gt": 1, "$lte": 5}}),
                json!({"all": [{"field": "points", "gt": 1}, {"field": "points", "le": 5}]}),
            ),
            (
                json!({"labels": "a"}),
                json!({"field": "labels", "has_any": ["a"]}),
            ),
            (
                json!({"_lname": null}),
                json!({"field": "_lname", "exists": false}),
            ),
            (
                json!({"_lname": {"$exists": true}}),
                json!({"field": "_lname", "exists": true}),
            ),
            (
                json!({"_lname": {"$in": ["a", "b"]}}),
                json!({"field": "_lname", "in": ["a", "b"]}),
            ),
            (
                json!({"_bdate": {"$in": ["2000-01-01", null]}}),
                json!({"any": [{"field": "_bdate", "exists": false}, {"field": "_bdate", "eq": "2000-01-01"}]}),
            ),
            (
                json!({"_lname": {"$not": {"$in": ["a"]}}}),
                json!({"not": {"field": "_lname", "in": ["a"]}}),
            ),
            (
                json!({"_lname": {"$regex": "^Ab\\.c", "$options": "i"}}),
                json!({"field": "_lname", "starts_with": "Ab.c", "ignore_case": true}),
            ),
            (json!({"_status": 0}), json!({"status": ["subscribed"]})),
            (
                json!({"_status": {"$nin": [1, "suspended"]}}),
                json!({"not": {"status": ["unsubscribed", "suspended"]}}),
            ),
            (
                json!({"_createtime": {"$gte": "2026-01-01"}}),
                json!({"created_at": {"ge": "2026-01-01"}}),
            ),
            (
                json!({"subscriptions.resource_id": 5}),
                json!({"subscription": {"resource_id": "5"}}),
            ),
            (
                json!({"_id": "1A20967479554ede711e88dc"}),
                json!({"id": ["1a20967479554ede711e88dc"]}),
            ),
            (
                json!({"_xxh": {"$nin": ["1a20967479554ede"]}}),
                json!({"not": {"id": ["1a20967479554ede711e88dc"]}}),
            ),
            (
                json!({"_id": {"$gt": "1a20967479554ede711e88dc"}}),
                json!({"id": {"gt": "1a20967479554ede711e88dc"}}),
            ),
            // No id of ours, and the database keeps none from before.
            (
                json!({"_id": {"$in": ["5b0f3a4c7e1d2a0001c0ffee"]}}),
                json!({"not": {}}),
            ),
            (
                json!({"$not": {"vip": true}}),
                json!({"not": {"field": "vip", "eq": true}}),
            ),
        ] {
            assert_eq!(of(query.clone()), Ok(expected), "{query}");
        }
    }

    #[test]
    fn unknown_operators_are_refused() {
        for query in [
            json!({"$nor": []}),
            json!({"$where": "sleep(1)"}),
            json!({"_lname": {"$elemMatch": {}}}),
            json!({"_lname": {"$regex": "a.*b"}}),
            json!({"_lname": {"$regex": "(a|b)"}}),
            json!({"$or": []}),
            json!({"$or": 1}),
            json!({"_id": "1"}),
            json!({"_id": {"$gt": "5b0f3a4c7e1d2a0001c0ffee"}}),
            json!({"_xxh": "1a20967479554ede711e88dc"}),
            json!({"_status": 9}),
        ] {
            assert_eq!(of(query.clone()), Err(400), "{query}");
        }
    }
}
