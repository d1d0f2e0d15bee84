//! Relations between profiles: what kinds there are, and the weights that each has.
//!
//! A relation type joins an object (side A) with a subject (side B): a shop with its
//! customers, a person with the one who recommended them. A pair has at most one relation
//! of a type. What the reference product has: `spec/altcraft.md` §15.

mod property;
mod weights;

pub(crate) use property::in_utc;
pub use property::{MAX_PROPERTIES, Property, PropertyType};
pub use weights::{RelationAct, RelationChange, Weights, read_weights};
pub(crate) use weights::{united_weights, weights_without};

use crate::Code;
use crate::define::settings;
use crate::error::Invalid;
use crate::id::{DatabaseId, ProfileId, RelationTypeId};
use crate::readers::{MAX_TITLE_CHARS, line_text, name_text};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

/// The most relation types that a database is part of.
pub const MAX_RELATION_TYPES: i64 = 200;

settings! {
    /// What people choose for a relation type.
    #[schema(example = json!({
        "name": "orders", "title": "Orders", "database_a": "1", "database_b": "2",
        "properties": [{"name": "orders", "type": "integer", "default": 0}]
    }))]
    pub struct RelationTypeSettings {
        /// 1 to 200 characters, unique among relation types of the same databases.
        #[schema(max_length = 200, example = "orders")]
        pub name: String = needed(name_text),
        /// What people see; at most 200 characters.
        #[schema(max_length = 200)]
        pub title: String = optional(String::new(), line_text(MAX_TITLE_CHARS)),
        /// The database of side A, the object: shops, say. It can't be changed.
        #[schema(value_type = String, example = "1")]
        pub database_a: DatabaseId = needed(DatabaseId::from_json),
        /// The database of side B, the subject: their customers. It may be the same, and
        /// can't be changed.
        #[schema(value_type = String, example = "2")]
        pub database_b: DatabaseId = needed(DatabaseId::from_json),
        /// What a relation says beside the two: at most 50.
        #[schema(max_items = 50)]
        pub properties: Vec<Property> = optional(Vec::new(), property::list),
    }
}

impl RelationTypeSettings {
    /// The property of a name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|one| one.name == name)
    }

    /// The database of a side.
    pub fn database(&self, side: Side) -> DatabaseId {
        match side {
            Side::A => self.database_a,
            Side::B => self.database_b,
        }
    }

    /// The side on which profiles of a database stand: the one that is given, or the only one
    /// that is of the database.
    ///
    /// # Errors
    /// `required` where both are of it, `not_an_option` if the given one is of another.
    pub fn side_of(&self, database: DatabaseId, given: Option<Side>) -> Result<Side, Invalid> {
        let here = |side: &Side| self.database(*side) == database;
        let own: Vec<Side> = Side::ALL.into_iter().filter(here).collect();
        match (given, own.as_slice()) {
            (None, [only]) => Ok(*only),
            (None, _) => {
                let detail =
                    "Say on which side the profile stands, a or b: both are of this database.";
                Err(Invalid::new(Code::Required, detail))
            }
            (Some(side), own) if own.contains(&side) => Ok(side),
            (Some(side), _) => {
                let detail = format!("Side {side} of the relation type is of another database.");
                Err(Invalid::new(Code::NotAnOption, detail))
            }
        }
    }

    /// Refuses other databases than those that the type has had; code `read_only`.
    ///
    /// # Errors
    /// Each database that is another one.
    pub fn check_change(&self, after: &Self) -> Result<(), Vec<Invalid>> {
        let sides = [("database_a", Side::A), ("database_b", Side::B)];
        let changed = sides
            .into_iter()
            .filter(|(_, side)| self.database(*side) != after.database(*side));
        let wrong: Vec<Invalid> = changed
            .map(|(name, side)| {
                let detail = format!(
                    "The databases of a relation type stay: this one is {}.",
                    self.database(side)
                );
                Invalid::new(Code::ReadOnly, detail).at(name)
            })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// The properties that stored weights must be looked at for, before `after` may be:
    /// those that are gone, and those whose type is another one.
    pub fn touched<'a>(&'a self, after: &'a Self) -> Vec<&'a Property> {
        let same = |one: &&Property| {
            let other = after.property(&one.name);
            other.is_some_and(|other| other.property_type == one.property_type)
        };
        self.properties.iter().filter(|one| !same(one)).collect()
    }
}

/// The type of the relation that a change of the history is about; none where it is about
/// something else: see [`crate::history::Change::field`].
pub fn type_of_change(field: &str) -> Option<RelationTypeId> {
    let rest = field.strip_prefix("relations/")?;
    rest.split('/').next()?.parse().ok()
}

/// The type, and the profile across, of the relation that a change of the history is about.
pub(crate) fn pair_of_change(field: &str) -> Option<(RelationTypeId, ProfileId)> {
    let (id, other) = field.strip_prefix("relations/")?.split_once('/')?;
    Some((id.parse().ok()?, other.parse().ok()?))
}

/// A relation type.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationType {
    /// Its id.
    pub id: RelationTypeId,
    /// What people chose.
    pub settings: RelationTypeSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Deref for RelationType {
    type Target = RelationTypeSettings;

    fn deref(&self) -> &RelationTypeSettings {
        &self.settings
    }
}

/// A side of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RelationSide)]
pub enum Side {
    /// The object.
    A,
    /// The subject.
    B,
}

impl Side {
    /// Both.
    pub const ALL: [Side; 2] = [Side::A, Side::B];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::A => "a",
            Side::B => "b",
        }
    }

    /// The one across.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Side {
    type Err = Invalid;

    /// Refuses anything but `a` and `b`, with code `not_an_option`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|side| side.as_str() == text);
        found.ok_or_else(|| Invalid::new(Code::NotAnOption, "A side is a or b."))
    }
}

#[cfg(test)]
mod tests;
