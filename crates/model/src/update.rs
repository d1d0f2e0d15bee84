//! A bulk update: whose profiles are changed, and how.

use crate::Code;
use crate::error::{Invalid, excerpt_json};
use crate::id::SegmentId;
use crate::profile_query::ProfileQuery;
use crate::read::{Members, any};
use crate::readers::{flag, name_text};
use crate::write::{Bulk, Schema};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// A bulk update, checked against its database.
#[derive(Clone, Debug)]
pub struct BulkUpdate {
    /// What people call it; empty if they don't.
    pub name: String,
    /// Whose profiles.
    pub query: ProfileQuery,
    /// Whether only to say how many there are, and what would become of some.
    pub dry_run: bool,
    /// What is done to each of them.
    pub bulk: Arc<Bulk>,
}

impl BulkUpdate {
    /// Reads a bulk update:
    ///
    /// | member | what | if absent |
    /// | --- | --- | --- |
    /// | `condition` | a [`crate::Condition`] | everybody |
    /// | `segment` | only members of this segment | all |
    /// | `range` | a [`crate::Range`] | everybody |
    /// | `limit` | how many at most, the oldest profiles first | all |
    /// | `set` | fields, as in a write; functional updates too | nothing |
    /// | `status` | the global status | as it is |
    /// | `subscriptions` | subscriptions, each with where its contact comes from | nothing |
    /// | `add_to_segments`, `remove_from_segments` | ids of static segments | none |
    /// | `delete` | delete the profiles; alone | false |
    /// | `dry_run` | only look | false |
    /// | `name` | what people call it | none |
    ///
    /// # Errors
    /// Everything that is wrong: `required` (nothing to do), `contradiction`,
    /// `not_supported`, `out_of_range`, `unknown_field` and the codes of the
    /// parts, each with its JSON pointer.
    pub fn parse(json: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let name = members.optional("name", name_text);
        let query = ProfileQuery::take(&mut members, schema);
        let dry_run = members.optional("dry_run", flag);
        let mut bulk = Bulk::take(&mut members, json, schema);
        members.finish()?;
        bulk.about(&query.condition);
        Ok(BulkUpdate {
            name: name.unwrap_or_default(),
            query,
            dry_run: dry_run.unwrap_or(false),
            bulk: Arc::new(bulk),
        })
    }

    /// The update that moves members of a segment by a condition, as
    /// [`BulkUpdate::parse`] reads it, from `condition` (which must be there),
    /// `action` (`add` or `remove`), and any of `segment`, `range`, `limit` and
    /// `name`.
    ///
    /// # Errors
    /// `required`, `not_an_option`, `unknown_field`; not those of the parts,
    /// which are looked at when it is read.
    pub fn of_members(json: &Value, id: SegmentId) -> Result<Value, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let mut settings = Map::new();
        for name in ["condition", "segment", "range", "limit", "name"] {
            if let Some(given) = members.optional(name, any) {
                settings.insert(name.to_owned(), given.clone());
            }
        }
        if !settings.contains_key("condition") {
            let detail = "Whose members are meant: condition, or {} for everybody.";
            members.refuse("condition", Invalid::new(Code::Required, detail));
        }
        let list = members.required("action", |given| match given.as_str() {
            Some("add") => Ok("add_to_segments"),
            Some("remove") => Ok("remove_from_segments"),
            _ => {
                let detail = format!("{} is not add or remove.", excerpt_json(given));
                Err(Invalid::new(Code::NotAnOption, detail))
            }
        });
        members.finish()?;
        if let Some(list) = list {
            settings.insert(list.to_owned(), json!([id]));
        }
        Ok(Value::Object(settings))
    }
}
