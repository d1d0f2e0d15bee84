//! The fields of a database, as far as spelling needs them: what may be a number for Altcraft
//! and is a text here, and the other way round.

use crate::api::{Api, Problem};
use crate::failure::Failure;
use crate::members::{is_blank, whole};
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
    /// Whether clients count the options of `_sex` from 1, as those of others.
    sex_from_one: bool,
    /// Whether the database has a region, in which phones without `+` are.
    has_region: bool,
}

#[derive(Debug)]
struct Field {
    kind: Kind,
    options: Vec<String>,
    system: bool,
    /// Whether profiles are found by it.
    is_key: bool,
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
                is_key: field.unique || field.matchable,
            };
            (field.name.clone(), read)
        };
        Fields {
            by_name: all.into_iter().map(read).collect(),
            ..Fields::default()
        }
    }

    /// The same where the database has a region, in which phones without `+` are.
    #[must_use]
    pub fn with_region(mut self, has_region: bool) -> Self {
        self.has_region = has_region;
        self
    }

    /// The same where clients know male and female as 1 and 2, not as 0 and 1.
    #[must_use]
    pub fn with_sex_from_one(mut self, from_one: bool) -> Self {
        self.sex_from_one = from_one;
        self
    }

    /// Numbers of `_sex` as they are counted here, from 0; of a list each.
    pub(crate) fn counted_from_zero(&self, name: &str, value: Value) -> Value {
        if name != SEX || !self.sex_from_one {
            return value;
        }
        match value {
            Value::Array(all) => {
                let each = all.into_iter();
                each.map(|one| self.counted_from_zero(name, one)).collect()
            }
            one => match whole(&one) {
                Some(number @ (1 | 2)) => (number - 1).into(),
                // In words, or it would be read as if it were counted from 0.
                Some(number) => format!("{number} (neither 1 nor 2)").into(),
                None => one,
            },
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
                is_key: false,
            };
            ((*name).to_owned(), plain)
        };
        Fields {
            by_name: all.iter().map(read).collect(),
            ..Fields::default()
        }
    }

    /// Asks for them, as they are remembered. A database that isn't there ends the call.
    pub(crate) async fn ask(api: &impl Api, database: &str) -> Result<Arc<Self>, Failure> {
        Self::known(api, database, true).await
    }

    /// Asks for them to read values: as they are remembered, but as they are now where the sex or
    /// a number as a phone is among the values. Such a number is good whatever the settings of
    /// the database are, so that nothing would be refused that was misread.
    pub(crate) async fn for_values(
        api: &impl Api,
        database: &str,
        values: &Map<String, Value>,
    ) -> Result<Arc<Self>, Failure> {
        let mut values = values.iter();
        let by_settings = values.any(|(name, value)| is_read_by_settings(name, value));
        Self::known(api, database, !by_settings).await
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

    /// Whether ids from before are kept, in a field by which profiles are found.
    pub(crate) fn has_legacy_ids(&self) -> bool {
        let field = self.by_name.get(LEGACY_ID);
        field.is_some_and(|field| field.is_key)
    }

    /// Whether profiles are found by a field of a name, or told apart.
    pub(crate) fn is_key(&self, name: &str) -> bool {
        let field = self.by_name.get(name);
        matches!(name, "email" | "phones") || field.is_some_and(|field| field.is_key)
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
                        field.spell(name, inner, self.has_region);
                        *inner = self.counted_from_zero(name, inner.take());
                    }
                }
                value => {
                    field.spell(name, value, self.has_region);
                    if name == SEX {
                        *value = self.counted_from_zero(name, value.take());
                    }
                }
            }
        }
        true
    }

    /// An option's number as answers show it, where all is text: it is its place, even if some
    /// option is called like that.
    pub(crate) fn place(&self, name: &str, value: &mut Value) {
        let field = self.by_name.get(name);
        let Some(field) = field.filter(|field| field.kind == Kind::Enum) else {
            return;
        };
        let inner = match value {
            Value::Object(update) if is_functional(update) => update.get_mut("value"),
            value => Some(value),
        };
        if let Some(inner) = inner
            && let Some(place) = whole(inner)
            && field.has_place(place)
        {
            *inner = place.into();
        }
    }

    /// A phone number that came as a JSON number, as its text would be read: in the region of the
    /// database; where it has none, with the `+` that no number can begin with.
    pub(crate) fn phone(&self, value: Value) -> Value {
        phone(value, self.has_region)
    }

    /// A value as Altcraft shows it: an option as its number.
    pub(crate) fn shown(&self, name: &str, value: Value) -> Value {
        match (self.by_name.get(name), &value) {
            (Some(field), Value::String(text)) if field.kind == Kind::Enum => {
                let from_one = name != SEX || self.sex_from_one;
                field.number(text, usize::from(from_one)).unwrap_or(value)
            }
            _ => value,
        }
    }
}

impl Field {
    fn spell(&self, name: &str, value: &mut Value, has_region: bool) {
        let other = match (self.kind, &mut *value) {
            (Kind::Tags | Kind::Phones, Value::Array(items)) => {
                items.retain(|item| !is_blank(item));
                for item in items.iter_mut().filter(|item| item.is_number()) {
                    *item = self.digits(item, has_region);
                }
                None
            }
            (Kind::Text, Value::Number(_)) => Some(digits(value)),
            (Kind::Tags | Kind::Phones, Value::String(_) | Value::Number(_)) => {
                Some(Value::Array(vec![self.digits(value, has_region)]))
            }
            (Kind::Objects, Value::Object(_)) => Some(Value::Array(vec![value.take()])),
            // What XML and forms make of an option's number, or of a time's.
            (Kind::Enum, Value::String(text)) if !self.options.contains(text) => {
                text.trim().parse::<i64>().ok().map(Value::from)
            }
            (Kind::Date, Value::String(text)) if is_epoch(text) => {
                text.trim().parse::<i64>().ok().map(Value::from)
            }
            (Kind::Enum | Kind::Date, Value::Number(number)) if number.is_f64() => {
                whole(value).map(Value::from)
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

    /// A number as its digits, and a phone number as one.
    fn digits(&self, value: &mut Value, has_region: bool) -> Value {
        match self.kind {
            Kind::Phones => phone(value.take(), has_region),
            _ => digits(value),
        }
    }

    /// Whether the digits of a number are an option themselves: then they say so, not a place.
    fn is_option(&self, number: &serde_json::Number) -> bool {
        let text = number.to_string();
        let is_place = number.as_i64().is_some_and(|place| self.has_place(place));
        !is_place && self.options.contains(&text)
    }

    /// Whether an option has this number, counted from 1.
    fn has_place(&self, place: i64) -> bool {
        usize::try_from(place).is_ok_and(|place| (1..=self.options.len()).contains(&place))
    }

    /// Options are counted from 1; those of `_sex` from 0, unless the database says otherwise.
    fn number(&self, text: &str, first: usize) -> Option<Value> {
        let place = self.options.iter().position(|option| option == text)?;
        Some((place + first).into())
    }
}

/// Whether a member is the sex or has a phone as a number, or is a filter that asks for one of
/// them. Without its underscore the sex may be meant, too.
fn is_read_by_settings(name: &str, value: &Value) -> bool {
    let inside = |value: &Value| match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| is_read_by_settings(name, value)),
        _ => false,
    };
    match value {
        _ if name == SEX || name == "sex" => true,
        value if matches!(name, "phone" | "phones") => holds_number(value),
        Value::Array(all) if name.starts_with('$') => all.iter().any(inside),
        value if name.starts_with('$') => inside(value),
        _ => false,
    }
}

/// Whether a value is a number, or has one in it.
fn holds_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Array(all) => all.iter().any(holds_number),
        Value::Object(members) => members.values().any(holds_number),
        _ => false,
    }
}

/// Whether an object is a functional update.
pub(crate) fn is_functional(members: &Map<String, Value>) -> bool {
    let plain = |name: &str| matches!(name, "action" | "value" | "submatch");
    members.get("action").is_some_and(Value::is_string) && members.keys().all(|name| plain(name))
}

/// A whole number as its digits. Any other is no longer as it was written (`1.10`, `1e23`): it
/// stays a number, for `/v1` to refuse.
fn digits(value: &mut Value) -> Value {
    match value {
        Value::Number(number) if !number.is_f64() => Value::String(number.to_string()),
        other => other.take(),
    }
}

/// A phone number that came as a JSON number, which can't begin with `+`. Where no region says
/// what its digits are, it is with the calling code if it is long enough to have one.
pub(crate) fn phone(value: Value, has_region: bool) -> Value {
    match value.as_u64() {
        Some(number) if !has_region && number >= 10_000_000_000 => format!("+{number}").into(),
        Some(number) => number.to_string().into(),
        None => value,
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
