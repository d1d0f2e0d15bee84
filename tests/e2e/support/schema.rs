//! Whether a value is what a JSON schema says: the part of the language that the OpenAPI
//! document uses. Stricter in one thing: an object whose members are described has no
//! others.

use serde_json::Value;

/// What is wrong with a value, with its places; empty if nothing is.
pub fn misfits(schema: &Value, value: &Value, document: &Value) -> Vec<String> {
    let mut check = Check {
        document,
        wrong: Vec::new(),
    };
    check.value(schema, value, "", true);
    check.wrong
}

struct Check<'a> {
    document: &'a Value,
    wrong: Vec<String>,
}

impl<'a> Check<'a> {
    fn refuse(&mut self, place: &str, detail: &str) {
        self.wrong.push(format!("{place}: {detail}"));
    }

    /// What a schema refers to, or itself.
    fn followed(&self, schema: &'a Value) -> &'a Value {
        let link = schema["$ref"].as_str();
        match link.and_then(|link| link.strip_prefix('#')) {
            Some(pointer) => self.document.pointer(pointer).unwrap(),
            None => schema,
        }
    }

    fn value(&mut self, schema: &'a Value, value: &Value, place: &str, whole: bool) {
        let schema = self.followed(schema);
        for choice in ["oneOf", "anyOf"] {
            if let Some(choices) = schema[choice].as_array() {
                self.one_of(choices, value, place);
            }
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.value(part, value, place, false);
        }
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            Value::String(kind) => vec![kind.as_str()],
            _ => Vec::new(),
        };
        if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind, value)) {
            self.refuse(place, &format!("{value:.200} is no {}", kinds.join(" or ")));
            return;
        }
        if let Some(options) = schema["enum"].as_array()
            && !options.contains(value)
        {
            self.refuse(place, &format!("{value:.200} is no option"));
        }
        self.limits(schema, value, place);
        match value {
            Value::Object(members) => {
                for name in schema["required"].as_array().into_iter().flatten() {
                    if !members.contains_key(name.as_str().unwrap_or_default()) {
                        self.refuse(place, &format!("{name} is missing"));
                    }
                }
                for (name, value) in members {
                    let place = format!("{place}/{name}");
                    match (
                        schema["properties"].get(name),
                        &schema["additionalProperties"],
                    ) {
                        (Some(schema), _) => self.value(schema, value, &place, true),
                        (None, schema @ Value::Object(_)) => {
                            self.value(schema, value, &place, true);
                        }
                        _ if whole && !self.knows(schema, name) => {
                            self.refuse(&place, "is not described");
                        }
                        _ => {}
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&schema["items"], item, &format!("{place}/{index}"), true);
                }
            }
            _ => {}
        }
    }

    /// Whether a schema says anything of a member: itself, a part of it, or by saying
    /// of none.
    fn knows(&self, schema: &'a Value, name: &str) -> bool {
        let schema = self.followed(schema);
        let lists = ["allOf", "oneOf", "anyOf"];
        let mut parts = lists.iter().filter_map(|list| schema[*list].as_array());
        let in_parts = parts.any(|parts| parts.iter().any(|part| self.knows(part, name)));
        let says_nothing = schema.get("properties").is_none()
            && lists.iter().all(|list| schema.get(*list).is_none());
        let more = schema.get("additionalProperties");
        schema["properties"].get(name).is_some()
            || more.is_some_and(|more| *more != Value::Bool(false))
            || in_parts
            || says_nothing && more.is_none()
    }

    fn one_of(&mut self, choices: &'a [Value], value: &Value, place: &str) {
        let mut first = None;
        for choice in choices {
            let mut check = Check {
                document: self.document,
                wrong: Vec::new(),
            };
            check.value(choice, value, place, true);
            if check.wrong.is_empty() {
                return;
            }
            first = first.or(Some(check.wrong));
        }
        self.wrong.extend(first.unwrap_or_default());
    }

    fn limits(&mut self, schema: &Value, value: &Value, place: &str) {
        let count = match value {
            Value::String(text) => Some(("Length", text.chars().count())),
            Value::Array(items) => Some(("Items", items.len())),
            _ => None,
        };
        if let Some((of, count)) = count {
            let limit = |which: &str| schema[format!("{which}{of}")].as_u64();
            let count = count as u64;
            if limit("max").is_some_and(|most| count > most)
                || limit("min").is_some_and(|least| count < least)
            {
                self.refuse(place, &format!("{value:.200} has another length"));
            }
        }
        if let Some(number) = value.as_f64()
            && (schema["minimum"]
                .as_f64()
                .is_some_and(|least| number < least)
                || schema["maximum"].as_f64().is_some_and(|most| number > most))
        {
            self.refuse(place, &format!("{number} is out of range"));
        }
        if let Some(text) = value.as_str()
            && schema["format"] == "date-time"
            && text.parse::<roster_model::Timestamp>().is_err()
        {
            self.refuse(place, &format!("{text:.200} is no time"));
        }
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}
