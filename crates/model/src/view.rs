//! A saved view: which profiles a list or an export shows, and what of each.

use crate::Code;
use crate::define::{Definition, settings};
use crate::error::{Invalid, excerpt, excerpt_json};
use crate::export::MAX_COLUMNS;
use crate::history::Noun;
use crate::readers::{description_text, name_text, text_of};
use serde_json::Value;

settings! {
    /// What people choose for a saved view.
    #[schema(example = json!({
        "name": "Paris", "columns": ["email", "_fname"],
        "condition": {"field": "_city", "eq": "Paris"}
    }))]
    pub struct ViewSettings {
        /// 1 to 200 characters, unique among the views of the database.
        #[schema(max_length = 200, example = "Paris")]
        pub name: String = needed(name_text),
        /// At most 2,000 characters.
        #[schema(max_length = 2000)]
        pub description: String = optional(String::new(), description_text),
        /// What is shown of each profile, in order: names of fields, and `id`, `_status`,
        /// `created_at`, `updated_at`, `control_group`; everything if empty.
        #[schema(max_items = 510, example = json!(["email", "_fname"]))]
        pub columns: Vec<String> = optional(Vec::new(), columns),
        /// Which profiles: a condition (docs/CONDITIONS.md); everybody if `{}`.
        #[schema(schema_with = crate::schemas::condition)]
        pub condition: Value = optional(Value::Object(serde_json::Map::new()), condition),
    }
}

impl Definition for ViewSettings {
    const NOUN: Noun = Noun::View;
    const LIMIT: i64 = 1000;

    fn name(&self) -> &str {
        &self.name
    }
}

/// Distinct names of columns. Whether the database has them is checked where it is known.
fn columns(value: &Value) -> Result<Vec<String>, Invalid> {
    let Value::Array(items) = value else {
        return Err(Invalid::wrong_type(value, "an array of names"));
    };
    if items.len() > MAX_COLUMNS {
        let detail = format!("{} columns: at most {MAX_COLUMNS} fit.", items.len());
        return Err(Invalid::new(Code::TooMany, detail));
    }
    let mut columns: Vec<String> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let name = text_of(item).map_err(|invalid| invalid.at_index(index))?;
        if columns.iter().any(|other| other == name) {
            let detail = format!("{} stands in the list twice.", excerpt(name));
            return Err(Invalid::new(Code::Repeated, detail).at_index(index));
        }
        columns.push(name.to_owned());
    }
    Ok(columns)
}

/// An object. It is read as a condition where the database is known.
fn condition(value: &Value) -> Result<Value, Invalid> {
    match value {
        Value::Object(_) => Ok(value.clone()),
        _ => {
            let detail = format!("A condition is an object, not {}.", excerpt_json(value));
            Err(Invalid::new(Code::WrongType, detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::Settings;
    use serde_json::json;

    #[test]
    fn a_view_is_read_patched_and_refused_with_places() {
        let view = ViewSettings::create(&json!({"name": " Paris ", "columns": ["email"]})).unwrap();
        assert_eq!(view.name, "Paris");
        assert_eq!(view.condition, json!({}));
        let asks = json!({"condition": {"field": "_city", "eq": "Paris"}});
        let asking = view.patch(&asks).unwrap();
        assert_eq!(asking.condition, asks["condition"]);
        assert_eq!(asking.columns, ["email"]);
        // The whole condition is replaced, not merged.
        let other = json!({"condition": {"status": ["subscribed"]}, "columns": null});
        let other = asking.patch(&other).unwrap();
        assert_eq!(other.condition, json!({"status": ["subscribed"]}));
        assert!(other.columns.is_empty());
        for (body, pointer, code) in [
            (json!({}), "/name", Code::Required),
            (
                json!({"name": "a", "columns": "email"}),
                "/columns",
                Code::WrongType,
            ),
            (
                json!({"name": "a", "columns": ["a", "a"]}),
                "/columns/1",
                Code::Repeated,
            ),
            (
                json!({"name": "a", "columns": [1]}),
                "/columns/0",
                Code::WrongType,
            ),
            (
                json!({"name": "a", "condition": []}),
                "/condition",
                Code::WrongType,
            ),
            (
                json!({"name": "a", "order": "x"}),
                "/order",
                Code::UnknownField,
            ),
        ] {
            let wrong = ViewSettings::create(&body).unwrap_err();
            assert_eq!(
                (&*wrong[0].pointer, wrong[0].code),
                (pointer, code),
                "{body}"
            );
        }
    }
}
