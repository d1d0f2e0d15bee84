//! What each provider wants a message to look like. Messages that come here
//! were checked.

pub(crate) mod json;
pub(crate) mod mailgun;
pub(crate) mod mailpit;
pub(crate) mod postmark;
pub(crate) mod sendgrid;

use serde_json::{Map, Value};

/// The body of a request.
pub(crate) enum Body {
    /// JSON.
    Json(Value),
    /// `application/x-www-form-urlencoded`.
    Form(String),
}

/// An object under construction, without what is empty.
#[derive(Default)]
struct Members(Map<String, Value>);

impl Members {
    /// Adds a member unless it is an empty text, list or object, or `null`.
    fn put(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !is_empty {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    fn body(self) -> Body {
        Body::Json(Value::Object(self.0))
    }
}

/// Headers as an object: each name is there once.
fn header_map(headers: &[(String, String)]) -> Map<String, Value> {
    let pairs = headers.iter().map(|(k, v)| (k.clone(), v.as_str().into()));
    pairs.collect()
}
