//! What profiles are sorted and grouped by: `created_at`, `updated_at`, `_status`, or a field.

use std::fmt;

use crate::error::{Invalid, excerpt};
use crate::{Code, Database, FieldType};

/// What profiles are sorted or grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// When they were made.
    Created,
    /// When they last changed.
    Updated,
    /// Their status, in the order of its numbers.
    Status,
    /// A field; of a list its first item.
    Field {
        /// Its name.
        name: String,
        /// Its type: no object.
        field_type: FieldType,
    },
}

/// An order of profiles. Those without a value come last either way; those with the same value
/// in the order of their creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// From the highest to the lowest.
    pub descending: bool,
}

impl SortKey {
    /// Reads `created_at`, `updated_at`, `_status` or the name of a field. Codes
    /// `unknown_field`, `not_sortable`.
    pub fn parse(text: &str, database: &Database) -> Result<Self, Invalid> {
        match text {
            "created_at" => return Ok(SortKey::Created),
            "updated_at" => return Ok(SortKey::Updated),
            "_status" => return Ok(SortKey::Status),
            _ => {}
        }
        let Some(field) = database.field(text) else {
            let detail = format!(
                "{} is no field of this database, nor created_at, updated_at or _status.",
                excerpt(text)
            );
            return Err(Invalid::new(Code::UnknownField, detail));
        };
        if matches!(field.field_type, FieldType::Object | FieldType::Objects) {
            let detail = format!("{} holds objects, which have no order.", excerpt(text));
            return Err(Invalid::new(Code::NotSortable, detail));
        }
        Ok(SortKey::Field {
            name: field.name.clone(),
            field_type: field.field_type,
        })
    }
}

impl Sort {
    /// The order in which profiles were made.
    pub const CREATION: Sort = Sort {
        key: SortKey::Created,
        descending: false,
    };

    /// Reads a key, with `-` before it for the highest first. Codes as [`SortKey::parse`].
    pub fn parse(text: &str, database: &Database) -> Result<Self, Invalid> {
        let (descending, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text),
        };
        Ok(Sort {
            key: SortKey::parse(name, database)?,
            descending,
        })
    }
}

impl fmt::Display for SortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SortKey::Created => "created_at",
            SortKey::Updated => "updated_at",
            SortKey::Status => "_status",
            SortKey::Field { name, .. } => name,
        })
    }
}

/// As it is read.
impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::Settings;
    use crate::standard::standard_fields;
    use crate::{DatabaseId, DatabaseSettings, Fields, Timestamp};
    use serde_json::json;

    fn database() -> Database {
        Database {
            id: DatabaseId::new(1).unwrap(),
            settings: DatabaseSettings::create(&json!({"name": "People"})).unwrap(),
            created_at: Timestamp::from_ms(0),
            updated_at: Timestamp::from_ms(0),
            fields: Fields::from(standard_fields()),
        }
    }

    #[test]
    fn an_order_is_a_key_and_a_direction() {
        let database = database();
        assert_eq!(Sort::parse("created_at", &database), Ok(Sort::CREATION));
        let newest = Sort::parse("-created_at", &database).unwrap();
        assert!(newest.descending && newest.key == SortKey::Created);
        let by_name = Sort::parse("_lname", &database).unwrap();
        assert_eq!(
            by_name.key,
            SortKey::Field {
                name: "_lname".to_owned(),
                field_type: FieldType::String
            }
        );
    }

    #[test]
    fn what_is_no_key_is_named() {
        let database = database();
        for wrong in ["", "-", "--email", "nonsense", "id"] {
            let code = Sort::parse(wrong, &database).unwrap_err().code;
            assert_eq!(code, Code::UnknownField, "{wrong}");
        }
    }
}
