//! What the OpenAPI document says that an operation answers: every answer of every
//! test is held against it, so a status, a type or a member that it doesn't have fails
//! the test that meets it.

use super::http::Answer;
use super::schema::misfits;
use super::server::root;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The statuses of one operation.
struct Operation {
    method: String,
    /// The path's parts; `None` where any text can stand.
    parts: Vec<Option<String>>,
    /// Each with the types that its answer can have and their schemas; without any where
    /// it is empty.
    statuses: HashMap<u16, Vec<(String, Value)>>,
}

/// The committed document, which its own tests hold to be what the code says.
fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let text = std::fs::read(root().join("crates/api/openapi.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    })
}

/// Its operations.
fn operations() -> &'static [Operation] {
    static OPERATIONS: OnceLock<Vec<Operation>> = OnceLock::new();
    OPERATIONS.get_or_init(|| {
        let document = document();
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, item)| {
            let parts: Vec<_> = path.split('/').map(part).collect();
            let item = item.as_object().unwrap();
            item.iter().map(move |(method, operation)| {
                let statuses = operation["responses"].as_object().unwrap().iter();
                let statuses =
                    statuses.map(|(status, said)| (status.parse().unwrap(), types(document, said)));
                Operation {
                    method: method.to_uppercase(),
                    parts: parts.clone(),
                    statuses: statuses.collect(),
                }
            })
        });
        operations.collect()
    })
}

/// The types that an answer can have, with their schemas.
fn types(document: &Value, said: &Value) -> Vec<(String, Value)> {
    let link = said["$ref"]
        .as_str()
        .and_then(|link| link.strip_prefix('#'));
    let said = link.map_or(said, |link| document.pointer(link).unwrap());
    let content = said["content"].as_object();
    content
        .into_iter()
        .flatten()
        .map(|(kind, content)| (kind.clone(), content["schema"].clone()))
        .collect()
}

fn part(part: &str) -> Option<String> {
    let any = part.starts_with('{') && part.ends_with('}');
    (!any).then(|| part.to_owned())
}

/// What an answer of an operation has that the document doesn't say: another status, a
/// body of another type, or one that its schema doesn't allow. What the document doesn't
/// know at all (another application's paths, methods that are refused) is none of its
/// business.
pub(super) fn objection(method: &str, target: &str, answer: &Answer) -> Option<String> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let given: Vec<&str> = path.split('/').collect();
    let method = if method == "HEAD" { "GET" } else { method };
    let fits = |operation: &&Operation| {
        let mut both = operation.parts.iter().zip(&given);
        operation.method == method
            && operation.parts.len() == given.len()
            && both.all(|(part, given)| match part {
                Some(text) => text == given,
                None => !given.is_empty(),
            })
    };
    let found = operations().iter().filter(fits);
    // As the routes do it: what stands there as text comes before what can be any.
    let found = found.min_by_key(|operation| {
        let any = operation.parts.iter().map(Option::is_none);
        any.collect::<Vec<_>>()
    });
    let operation = found?;
    let Some(types) = operation.statuses.get(&answer.status) else {
        return Some("it has no such status".to_owned());
    };
    if answer.bytes.is_empty() {
        return None;
    }
    let kind = answer.header("content-type").unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default();
    let Some((_, schema)) = types.iter().find(|(kind, _)| kind == essence) else {
        return Some(format!("it has no body of type {essence}"));
    };
    let is_json = essence == "application/json" || essence.ends_with("+json");
    let body = is_json.then(|| serde_json::from_slice(&answer.bytes).unwrap());
    let wrong = misfits(schema, &body?, document());
    (!wrong.is_empty()).then(|| wrong.join("; "))
}
