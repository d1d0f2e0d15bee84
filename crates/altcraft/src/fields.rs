//! The fields of a database, as far as spelling needs them: what may be a number for Altcraft
//! and is a text here, and the other way round.

use crate::api::{Api, Problem};
use crate::failure::Failure;
use crate::members::is_blank;
use roster_model::FieldType;
use roster_model::write::is_computed_by_altcraft;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// Where ids that were given by an installation before are kept.
pub(crate) const LEGACY_ID: &str = "legacy_id";
/// Words for the two options of `_sex` that are counted from 0.
const SEX: &str = "_sex";

/// The fields of a database.
#[derive(Debug, Default)]
pub struct Fields {
    by_name: HashMap<String, Field>,
}

#[derive(Debug)]
struct Field {
    kind: Kind,
    options: Vec<String>,
    system: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Date,
    Enum,
    Tags,
    Phones,
    Objects,
    /// Those that are compared by `in`.
    Plain,
    /// Those that are not.
    Other,
}

impl Fields {
    /// Those of a database.
    pub fn of<'a>(all: impl IntoIterator<Item = &'a roster_model::Field>) -> Self {
        let read = |field: &roster_model::Field| {
            let kind = match field.field_type {
                FieldType::String => Kind::Text,
                FieldType::Date => Kind::Date,
                FieldType::Enum => Kind::Enum,
                FieldType::Tags => Kind::Tags,
                FieldType::Phones => Kind::Phones,
                FieldType::Objects => Kind::Objects,
                FieldType::Integer | FieldType::Float | FieldType::Ip | FieldType::Email => {
                    Kind::Plain
                }
                FieldType::Boolean | FieldType::Object => Kind::Other,
            };
            let read = Field {
                kind,
                options: field.options.clone(),
                system: field.is_system(),
            };
            (field.name.clone(), read)
        };
        Fields {
            by_name: all.into_iter().map(read).collect(),
        }
    }

    /// Fields without options.
    #[cfg(test)]
    pub(crate) fn plain(all: &[(&str, Kind)]) -> Self {
        let read = |(name, kind): &(&str, Kind)| {
            let plain = Field {
                kind: *kind,
                options: Vec::new(),
                system: false,
            };
            ((*name).to_owned(), plain)
        };
        Fields {
            by_name: all.iter().map(read).collect(),
        }
    }

    /// Asks for them, as they are remembered. A database that isn't there ends the call.
    pub(crate) async fn ask(api: &impl Api, database: &str) -> Result<Arc<Self>, Failure> {
        Self::known(api, database, true).await
    }

    /// Asks for them as they are now.
    pub(crate) async fn current(api: &impl Api, database: &str) -> Result<Arc<Self>, Failure> {
        Self::known(api, database, false).await
    }

    async fn known(api: &impl Api, database: &str, remembered: bool) -> Result<Arc<Self>, Failure> {
        let id = database.parse().unwrap_or_default();
        api.fields(id, remembered)
            .await
            .map_err(|answer| match answer.status {
                404 => no_database(database),
                status => Problem {
                    status,
                    body: answer.body,
                }
                .into(),
            })
    }

    /// Whether ids from before are kept.
    pub(crate) fn has_legacy_ids(&self) -> bool {
        self.by_name.contains_key(LEGACY_ID)
    }

    /// The kind of a field; nothing where the database has none of that name.
    pub(crate) fn kind(&self, name: &str) -> Option<Kind> {
        self.by_name.get(name).map(|field| field.kind)
    }

    /// Whether a member of a profile's data is none that a client writes.
    pub(crate) fn is_computed(&self, name: &str) -> bool {
        match self.by_name.get(name) {
            Some(field) => field.system,
            None => name == "profile_id" || is_computed_by_altcraft(name),
        }
    }

    /// The name that a member of XML means, where underscores may be lost.
    pub(crate) fn restored(&self, name: String) -> String {
        if self.by_name.contains_key(&name) || name.starts_with('_') {
            return name;
        }
        let whole = format!("_{name}");
        let is_meant = self.by_name.contains_key(&whole) || whole == "_status";
        if is_meant { whole } else { name }
    }

    /// A value as `/v1` reads it; nothing where nothing is said.
    pub(crate) fn spelled(&self, name: &str, mut value: Value) -> Option<Value> {
        self.spell(name, &mut value).then_some(value)
    }

    /// Spells a value as `/v1` reads it; whether anything is said.
    pub(crate) fn spell(&self, name: &str, value: &mut Value) -> bool {
        let field = self.by_name.get(name);
        let is_text = field.is_some_and(|field| field.kind == Kind::Text);
        if value.is_null() || (!is_text && is_blank(value)) {
            return false;
        }
        if let Some(field) = field {
            match value {
                Value::Object(update) if is_functional(update) => {
                    if let Some(inner) = update.get_mut("value") {
                        field.spell(name, inner);
                    }
                }
                value => field.spell(name, value),
            }
        }
        true
    }

    /// A value as Altcraft shows it: an option as its number.
    pub(crate) fn shown(&self, name: &str, value: Value) -> Value {
        match (self.by_name.get(name), &value) {
            (Some(field), Value::String(text)) if field.kind == Kind::Enum => {
                field.number(name, text).unwrap_or(value)
            }
            _ => value,
        }
    }
}

impl Field {
    fn spell(&self, name: &str, value: &mut Value) {
        let other = match (self.kind, &mut *value) {
            (Kind::Tags | Kind::Phones, Value::Array(items)) => {
                items.retain(|item| !is_blank(item));
                for item in items.iter_mut().filter(|item| item.is_number()) {
                    *item = digits(item);
                }
                None
            }
            (Kind::Text, Value::Number(_)) => Some(digits(value)),
            (Kind::Tags | Kind::Phones, Value::String(_) | Value::Number(_)) => {
                Some(Value::Array(vec![digits(value)]))
            }
            (Kind::Objects, Value::Object(_)) => Some(Value::Array(vec![value.take()])),
            // What XML and forms make of an option's number, or of a time's.
            (Kind::Enum, Value::String(text)) if !self.options.contains(text) => {
                text.trim().parse::<i64>().ok().map(Value::from)
            }
            (Kind::Date, Value::String(text)) if is_epoch(text) => {
                text.trim().parse::<i64>().ok().map(Value::from)
            }
            (Kind::Enum, Value::Number(number)) if name != SEX && self.is_option(number) => {
                Some(number.to_string().into())
            }
            _ => None,
        };
        if let Some(other) = other {
            *value = other;
        }
    }

    /// Whether the digits of a number are an option themselves: then they say so, not a place.
    fn is_option(&self, number: &serde_json::Number) -> bool {
        let text = number.to_string();
        let place = number
            .as_u64()
            .and_then(|place| usize::try_from(place).ok());
        let is_place = place.is_some_and(|place| (1..=self.options.len()).contains(&place));
        !is_place && self.options.contains(&text)
    }

    /// Options are counted from 1; those of `_sex` are 0 and 1.
    fn number(&self, name: &str, text: &str) -> Option<Value> {
        let place = self.options.iter().position(|option| option == text)?;
        let first = usize::from(name != SEX);
        Some((place + first).into())
    }
}

/// Whether an object is a functional update.
pub(crate) fn is_functional(members: &Map<String, Value>) -> bool {
    let plain = |name: &str| matches!(name, "action" | "value" | "submatch");
    members.get("action").is_some_and(Value::is_string) && members.keys().all(|name| plain(name))
}

/// A number as its digits.
fn digits(value: &mut Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        other => other.take(),
    }
}

/// Whether a text is a time as a number: of ten digits or more, so that no year is one.
fn is_epoch(text: &str) -> bool {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.len() >= 9 && digits.bytes().all(|b| b.is_ascii_digit())
}

pub(crate) fn no_database(id: &str) -> Failure {
    Failure::not_found(format!("db_id: there is no database {id}."))
}
