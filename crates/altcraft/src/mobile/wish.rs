//! What an app says of a subscription: its status, categories and fields, and nothing else. All
//! that names it (resource, contact) comes from whom the app was let in for.

use super::error::Refusal;
use super::shown::has_category;
use crate::members::{flag, is_blank, object, optional_text, whole};
use roster_model::Status;
use serde_json::{Map, Value, json};

/// Whether a status is a no, for good or for now.
pub(super) fn is_no(status: Status) -> bool {
    matches!(status, Status::Unsubscribed | Status::Suspended)
}

/// The status that members say, if they say one: an app can say three. `at` names them.
pub(super) fn status(given: &Map<String, Value>, at: &str) -> Result<Option<Status>, Refusal> {
    let Some(said) = given.get("status").filter(|value| !is_blank(value)) else {
        return Ok(None);
    };
    let status = match (whole(said), said.as_str()) {
        (Some(number), _) => Status::ALL.into_iter().find(|one| one.number() == number),
        (None, Some(word)) => Status::ALL
            .into_iter()
            .find(|one| one.as_str() == word.trim()),
        (None, None) => None,
    };
    match status {
        Some(status @ (Status::Subscribed | Status::Unsubscribed | Status::Suspended)) => {
            Ok(Some(status))
        }
        _ => {
            let text = "it must be subscribed, unsubscribed or suspended.";
            Err(Refusal::member(&format!("{at}.status"), text))
        }
    }
}

/// What is said of one subscription.
pub(super) struct Wish {
    /// None makes no subscription, and leaves that of one which is there.
    pub status: Option<Status>,
    cats: Cats,
    custom: Map<String, Value>,
}

impl Wish {
    /// Reads members; `resource` has the categories, and may be `null` where none are said.
    pub fn read(
        given: &mut Map<String, Value>,
        resource: &Value,
        at: &str,
    ) -> Result<Self, Refusal> {
        let mut custom = Map::new();
        for name in ["fields", "custom_fields"] {
            custom.extend(object(given, name)?.unwrap_or_default());
        }
        custom.retain(|_, value| !value.is_null());
        Ok(Wish {
            status: status(given, at)?,
            cats: Cats::read(given, resource, at)?,
            custom,
        })
    }

    /// The categories that it has from now on, where something is said of them.
    pub fn chosen(&self) -> Option<Value> {
        self.cats.chosen()
    }

    /// The subscription that `identity` names, in the words of `/v1`. Who leaves in an app has
    /// left themselves.
    pub fn subscription(self, identity: Map<String, Value>) -> Value {
        let mut one = identity;
        let status = self.status.map(Status::as_str);
        one.insert("status".to_owned(), json!(status));
        if self.status == Some(Status::Unsubscribed) {
            one.insert("left_by".to_owned(), "person".into());
        }
        if let Some(chosen) = self.cats.chosen() {
            one.insert("cats".to_owned(), chosen);
            if !self.cats.left.is_empty() {
                one.insert("left_cats".to_owned(), self.cats.left());
            }
        }
        if !self.custom.is_empty() {
            one.insert("custom_fields".to_owned(), Value::Object(self.custom));
        }
        Value::Object(one)
    }
}

/// The categories of a subscription: all that it has, and those that were turned off. An empty
/// list says nothing, since SDKs send one where nothing was said.
#[derive(Default)]
struct Cats {
    chosen: Vec<String>,
    left: Vec<String>,
}

impl Cats {
    fn read(given: &Map<String, Value>, resource: &Value, at: &str) -> Result<Self, Refusal> {
        let wrong = |text: &str| Refusal::member(&format!("{at}.cats"), text);
        let mut cats = Cats::default();
        let all = match given.get("cats") {
            None | Some(Value::Null) => return Ok(cats),
            Some(Value::Array(all)) => all,
            Some(_) => return Err(wrong("it must be a list.")),
        };
        for one in all {
            let (name, is_on) = match one {
                Value::String(name) => (Some(name.trim().to_owned()), true),
                Value::Object(one) => (
                    optional_text(one, "name")?,
                    flag(one, "active")?.unwrap_or(true),
                ),
                _ => (None, true),
            };
            let name = name.filter(|name| !name.is_empty());
            let name = name.ok_or_else(|| wrong("a category has a name."))?;
            match is_on {
                true => cats.chosen.push(name),
                // What the resource doesn't have can't be left.
                false if has_category(resource, &name) => cats.left.push(name),
                false => {}
            }
        }
        Ok(cats)
    }

    fn chosen(&self) -> Option<Value> {
        let is_said = !self.chosen.is_empty() || !self.left.is_empty();
        is_said.then(|| self.chosen.iter().map(String::as_str).collect())
    }

    fn left(&self) -> Value {
        let one = |name: &String| json!({"name": name, "left_by": "person"});
        self.left.iter().map(one).collect()
    }
}
