//! Whether `/v1` has what is asked of it: each request and each answer of a script is held to
//! the API's description.

use serde_json::Value;
use std::sync::LazyLock;

static API: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../api/openapi.json")).expect("the description")
});

/// How deep schemas are followed.
const DEPTH: usize = 24;

/// Checks a request, `POST /v1/…?…`, and what is answered.
pub fn check(asked: &str, body: &Value, status: u16, answer: &Value) {
    let (verb, target) = asked.split_once(' ').expect("a verb");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let operation = operation(&verb.to_lowercase(), path);
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let known: Vec<&str> = parameters
        .filter(|one| one["in"] == "query")
        .filter_map(|one| one["name"].as_str())
        .collect();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap_or_default();
        assert!(
            known.contains(&name),
            "{asked}: there is no parameter {name}"
        );
    }
    if !body.is_null() {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert!(!schema.is_null(), "{asked} takes no body");
        if let Err(why) = fits(body, schema, true, 0) {
            panic!("{asked}: the body {why}");
        }
    }
    if status < 300 {
        let schema =
            &operation["responses"][status.to_string()]["content"]["application/json"]["schema"];
        assert!(!schema.is_null(), "{asked} never answers {status}");
        if let Err(why) = fits(answer, schema, false, 0) {
            panic!("{asked}: the answer {why}");
        }
    }
}

/// The operation of a path: the template with the most fixed parts.
fn operation(verb: &str, path: &str) -> &'static Value {
    let parts: Vec<&str> = path.split('/').collect();
    let fixed = |template: &str| -> Option<usize> {
        let theirs: Vec<&str> = template.split('/').collect();
        let same = theirs.len() == parts.len()
            && theirs
                .iter()
                .zip(&parts)
                .all(|(t, p)| t.starts_with('{') || t == p);
        same.then(|| theirs.iter().filter(|part| !part.starts_with('{')).count())
    };
    let paths = API["paths"].as_object().expect("paths");
    let found = paths
        .iter()
        .filter(|(_, operations)| operations.get(verb).is_some())
        .filter_map(|(template, operations)| Some((fixed(template)?, operations)))
        .max_by_key(|(fixed, _)| *fixed);
    let (_, operations) = found.unwrap_or_else(|| panic!("there is no {verb} {path}"));
    &operations[verb]
}

fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(name) => {
            let name = name.rsplit('/').next().unwrap_or_default();
            resolved(&API["components"]["schemas"][name])
        }
        None => schema,
    }
}

/// All members that a schema names; nothing where it leaves them open.
fn members<'a>(
    schema: &'a Value,
    found: &mut Vec<(&'a String, &'a Value)>,
    required: &mut Vec<&'a str>,
) -> bool {
    let schema = resolved(schema);
    if let Some(parts) = schema["allOf"].as_array() {
        let mut open = false;
        for part in parts {
            open |= members(part, found, required);
        }
        return open;
    }
    let Some(properties) = schema["properties"].as_object() else {
        return true;
    };
    found.extend(properties);
    let names = schema["required"].as_array().into_iter().flatten();
    required.extend(names.filter_map(Value::as_str));
    schema["additionalProperties"] != Value::Bool(false)
        && schema.get("additionalProperties").is_some()
}

fn fits(value: &Value, schema: &Value, whole: bool, depth: usize) -> Result<(), String> {
    let schema = resolved(schema);
    for choice in ["oneOf", "anyOf"] {
        if let Some(all) = schema[choice].as_array() {
            let tried: Vec<String> = all
                .iter()
                .map(|one| fits(value, one, whole, depth + 1))
                .filter_map(Result::err)
                .collect();
            return match tried.len() < all.len() {
                true => Ok(()),
                false => Err(tried.join(" or ")),
            };
        }
    }
    if depth > DEPTH || is_kind(value, schema)? {
        return Ok(());
    }
    match value {
        Value::Array(items) => items
            .iter()
            .take(20)
            .try_for_each(|item| fits(item, &schema["items"], whole, depth + 1)),
        Value::Object(given) => {
            let (mut known, mut required) = (Vec::new(), Vec::new());
            let open = members(schema, &mut known, &mut required);
            if whole && let Some(name) = required.iter().find(|name| !given.contains_key(**name)) {
                return Err(format!("lacks {name}"));
            }
            for (name, inner) in given {
                match known.iter().find(|(one, _)| *one == name) {
                    Some((_, schema)) => fits(inner, schema, whole, depth + 1)
                        .map_err(|why| format!("{name}: {why}"))?,
                    None if open => {}
                    None => return Err(format!("has {name}, which isn't known")),
                }
            }
            Ok(())
        }
        Value::String(text) => match schema["enum"].as_array() {
            Some(all) if !all.contains(value) => Err(format!("{text} is none of {all:?}")),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Whether nothing more is asked of a value than its type.
fn is_kind(value: &Value, schema: &Value) -> Result<bool, String> {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(schema["allOf"].is_null() && schema["enum"].is_null()),
    };
    let is = match value {
        Value::Null => kinds.contains(&"null"),
        Value::Bool(_) => kinds.contains(&"boolean"),
        Value::Number(number) => {
            kinds.contains(&"number") || (kinds.contains(&"integer") && !number.is_f64())
        }
        Value::String(_) => kinds.contains(&"string"),
        Value::Array(_) => kinds.contains(&"array"),
        Value::Object(_) => kinds.contains(&"object"),
    };
    match is {
        true => Ok(false),
        false => Err(format!("{value} is no {kinds:?}")),
    }
}
