//! What a schema of the OpenAPI document allows, taken apart: objects with their
//! members, and values made of them.

use serde_json::{Map, Value, json};

/// How deep a schema that contains itself is followed.
const DEPTH: usize = 5;

/// One kind of object that a schema allows.
#[derive(Clone, Default)]
pub struct Shape<'a> {
    members: Vec<(&'a str, &'a Value)>,
    required: Vec<&'a str>,
    open: bool,
    /// Its own example.
    shown: Option<&'a Value>,
}

impl<'a> Shape<'a> {
    /// Whether it has members of any name.
    pub fn is_open(&self) -> bool {
        self.open
    }

    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.members.iter().map(|(name, _)| *name)
    }

    /// The least of it.
    pub fn minimal(&self, document: &Value) -> Value {
        let members = self.members.iter();
        let needed = members.filter(|(name, _)| self.required.contains(name));
        let least = needed.map(|(name, schema)| {
            let shown = self.shown.and_then(|shown| shown.get(name)).cloned();
            let value = shown.or_else(|| example(schema, document));
            ((*name).to_owned(), value.unwrap_or_default())
        });
        Value::Object(least.collect())
    }
}

/// What a schema refers to, or itself.
fn followed<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    match schema["$ref"]
        .as_str()
        .and_then(|link| link.strip_prefix('#'))
    {
        Some(pointer) => document.pointer(pointer).unwrap(),
        None => schema,
    }
}

/// The kinds of object that a schema allows.
pub fn shapes<'a>(schema: &'a Value, document: &'a Value) -> Vec<Shape<'a>> {
    let schema = followed(schema, document);
    let choices = ["oneOf", "anyOf"].map(|choice| schema[choice].as_array());
    let choices: Vec<_> = choices.into_iter().flatten().flatten().collect();
    if !choices.is_empty() {
        return choices
            .into_iter()
            .flat_map(|one| shapes(one, document))
            .collect();
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Shape::default();
        for part in parts.iter().flat_map(|part| shapes(part, document)) {
            whole.members.extend(part.members);
            whole.required.extend(part.required);
            whole.open |= part.open;
        }
        return vec![whole];
    }
    let of_object = schema["type"] == "object"
        || schema["type"]
            .as_array()
            .is_some_and(|kinds| kinds.contains(&json!("object")));
    if !of_object {
        return Vec::new();
    }
    let members = schema["properties"].as_object();
    let members = members.into_iter().flatten();
    let required = schema["required"].as_array().into_iter().flatten();
    vec![Shape {
        members: members
            .map(|(name, schema)| (name.as_str(), schema))
            .collect(),
        required: required.filter_map(Value::as_str).collect(),
        shown: schema.get("example"),
        open: schema.get("properties").is_none()
            || schema
                .get("additionalProperties")
                .is_some_and(|more| *more != json!(false)),
    }]
}

/// Every member that objects of a schema may have, also deeper inside: where it
/// stands, and the least body with it there.
pub fn variants(schema: &Value, document: &Value) -> Vec<(String, Value)> {
    inside(schema, document, DEPTH)
}

fn inside(schema: &Value, document: &Value, depth: usize) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    if depth == 0 {
        return found;
    }
    let schema = followed(schema, document);
    if let Some(items) = items(schema, document) {
        let inner = inside(items, document, depth - 1).into_iter();
        found.extend(inner.map(|(place, value)| (format!("/0{place}"), json!([value]))));
    }
    for shape in shapes(schema, document) {
        let least = shape.minimal(document);
        for (name, member) in &shape.members {
            let with = |value: Value| {
                let mut whole = least.clone();
                whole[*name] = value;
                whole
            };
            let value = example(member, document).unwrap_or_else(|| json!(1));
            found.push((format!("/{name}"), with(value)));
            let inner = inside(member, document, depth - 1).into_iter();
            found.extend(inner.map(|(place, value)| (format!("/{name}{place}"), with(value))));
        }
    }
    found
}

/// The schema of an array's items, where a schema allows one.
fn items<'a>(schema: &'a Value, document: &'a Value) -> Option<&'a Value> {
    let schema = followed(schema, document);
    let choices = ["oneOf", "anyOf"].map(|choice| schema[choice].as_array());
    let mut choices = choices.into_iter().flatten().flatten();
    schema
        .get("items")
        .or_else(|| choices.find_map(|one| items(one, document)))
}

/// The schema of what stands at a place.
pub fn at<'a>(schema: &'a Value, place: &str, document: &'a Value) -> Option<&'a Value> {
    let mut schema = schema;
    for part in place.split('/').skip(1) {
        schema = if part == "0" {
            items(schema, document)?
        } else {
            let shapes = shapes(schema, document).into_iter();
            let mut members = shapes.flat_map(|shape| shape.members);
            members.find(|(name, _)| *name == part)?.1
        };
    }
    Some(schema)
}

/// A value that a schema allows: its own example, or one made of its parts'.
pub fn example(schema: &Value, document: &Value) -> Option<Value> {
    made(schema, document, 0)
}

fn made(schema: &Value, document: &Value, depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let own = schema.get("example").or_else(|| schema["examples"].get(0));
    if let Some(own) = own.or_else(|| schema["enum"].get(0)) {
        return Some(own.clone());
    }
    let target = followed(schema, document);
    if schema.get("$ref").is_some() {
        return made(target, document, depth + 1);
    }
    for choice in ["oneOf", "anyOf"] {
        let choices = schema[choice].as_array().into_iter().flatten();
        let mut choices = choices.filter(|choice| choice["type"] != "null");
        if let Some(value) = choices.find_map(|choice| made(choice, document, depth + 1)) {
            return Some(value);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| **kind != json!("null")),
        kind => Some(kind),
    };
    Some(match kind?.as_str()? {
        "string" if schema["format"] == "date-time" => json!("2026-11-23T15:40:00.000Z"),
        "string" => json!("text"),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "boolean" => json!(true),
        "array" => json!([made(&schema["items"], document, depth + 1).unwrap_or_else(|| json!(1))]),
        _ => match shapes(schema, document).first() {
            Some(shape) => shape.minimal(document),
            None => Value::Object(Map::new()),
        },
    })
}
