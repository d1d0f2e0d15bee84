//! What a list is narrowed to: `?<field>=<value>`, and the fields it shows.

use crate::profiles::shape::PARTS;
use roster_http::{Call, Problem};
use roster_model::condition::DateValue;
use roster_model::matching::MatchKey;
use roster_model::profile::Profile;
use roster_model::{
    Database, DatabaseId, Field, FieldType, Invalid, Status, Zone, error::excerpt,
    json as read_json,
};
use serde_json::{Value, json};

/// One condition: a field equals a value, or a list of it has it.
pub(crate) enum Condition<'a> {
    Field {
        field: &'a Field,
        value: Value,
        /// Whose days count.
        zone: &'a Zone,
    },
    Status(Status),
}

impl<'a> Condition<'a> {
    /// Reads `name=text` against the database's fields.
    pub(crate) fn parse(name: &str, text: &str, database: &'a Database) -> Result<Self, Problem> {
        let wrong =
            |invalid: Invalid| Problem::parameter(name, format!("{name}: {}", invalid.detail));
        if name == "_status" || name == "status" {
            let given = match text.parse::<i64>() {
                Ok(number) => Value::from(number),
                Err(_) => Value::from(text),
            };
            return Status::from_json(&given).map(Self::Status).map_err(wrong);
        }
        let Some(field) = database.field(name) else {
            let detail = format!("The database has no field {}.", excerpt(name));
            return Err(Problem::parameter(name, detail));
        };
        let given = match field.field_type {
            FieldType::Tags | FieldType::Phones => Value::from(vec![text]),
            FieldType::Object | FieldType::Objects => read_json::read(text.as_bytes())
                .map_err(|wrong| Problem::parameter(name, format!("{name}: {}", wrong.detail)))?,
            _ => Value::from(text),
        };
        let value = field
            .normalise(&given, &database.context())
            .map_err(wrong)?;
        let zone = &database.time_zone;
        Ok(Self::Field { field, value, zone })
    }

    /// The match key that exactly the profiles with this value hold. Dates have none:
    /// a day is met by all times of that day.
    pub(crate) fn key(&self) -> Option<MatchKey> {
        match self {
            Self::Field { field, .. } if field.field_type == FieldType::Date => None,
            Self::Field { field, value, .. } if field.matchable || field.unique => {
                let value = field.keys(value).into_iter().next()?;
                let kind = field.id.get();
                Some(MatchKey { kind, value })
            }
            Self::Field { .. } | Self::Status(_) => None,
        }
    }

    /// The match key that at most one profile holds.
    pub(crate) fn unique_key(&self) -> Option<MatchKey> {
        match self {
            Self::Field { field, .. } if field.unique => self.key(),
            Self::Field { .. } | Self::Status(_) => None,
        }
    }

    /// The name of the field, for those that are about one.
    pub(crate) fn field_name(&self) -> Option<&str> {
        match self {
            Self::Field { field, .. } => Some(&field.name),
            Self::Status(_) => None,
        }
    }

    /// The same as a part of a condition.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Status(status) => json!({ "status": [status.as_str()] }),
            Self::Field { field, value, .. } => {
                let test = match field.field_type {
                    FieldType::Tags | FieldType::Phones => "has_all",
                    _ => "eq",
                };
                json!({ "field": field.name, test: value })
            }
        }
    }

    /// Whether a profile meets it.
    pub(crate) fn holds(&self, profile: &Profile) -> bool {
        match self {
            Self::Field { field, .. } => profile
                .data
                .get(&field.name)
                .is_some_and(|stored| self.accepts(stored)),
            Self::Status(status) => profile.status == *status,
        }
    }

    /// Whether a stored value of the field meets it.
    pub(crate) fn accepts(&self, stored: &Value) -> bool {
        let Self::Field { field, value, zone } = self else {
            return false;
        };
        match (field.field_type, stored, value) {
            (FieldType::Tags | FieldType::Phones, Value::Array(stored), Value::Array(asked)) => {
                asked.iter().all(|asked| stored.contains(asked))
            }
            (FieldType::Date, Value::String(stored), Value::String(asked)) => {
                let dates = DateValue::read(stored).zip(DateValue::read(asked));
                dates.is_some_and(|(stored, asked)| stored.compare(asked, zone).is_eq())
            }
            (FieldType::Email | FieldType::String, stored, asked) => field.same(stored, asked),
            (_, stored, asked) => stored == asked,
        }
    }
}

/// Refuses names that are no field's, so that a misspelt one is not lost.
pub(crate) async fn check_names(
    call: &Call,
    database: DatabaseId,
    names: &[String],
) -> Result<(), Problem> {
    let mut fresh = false;
    loop {
        let definitions = call.definitions(database).await?;
        let unknown = names.iter().find(|name| {
            !PARTS.contains(&name.as_str()) && definitions.database.field(name).is_none()
        });
        match unknown {
            None => return Ok(()),
            // The field may be newer than what this instance remembers.
            Some(_) if !fresh => {
                call.catalogue.forget(database);
                fresh = true;
            }
            Some(name) => {
                let detail = format!("The database has no field {}.", excerpt(name));
                return Err(Problem::parameter("fields", detail));
            }
        }
    }
}
