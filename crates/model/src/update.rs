//! A bulk update: whose profiles are changed, and how.

use crate::condition::Condition;
use crate::definition::{flag, name_text};
use crate::error::{Invalid, excerpt_json};
use crate::id::SegmentId;
use crate::range::Range;
use crate::read::Members;
use crate::write::{Bulk, Schema};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// A bulk update, checked against its database.
#[derive(Clone, Debug)]
pub struct BulkUpdate {
    /// What people call it; empty if they don't.
    pub name: String,
    /// Whose profiles: those in the range that meet the condition, up to the
    /// limit, the oldest profiles first.
    pub condition: Condition,
    /// A window of the whole database, chosen before the condition is looked at.
    pub range: Range,
    /// How many at most, of those who meet the condition.
    pub limit: Option<i64>,
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
    /// | `condition` | a [`Condition`] | everybody |
    /// | `segment` | only members of this static segment | all |
    /// | `range` | a [`Range`] | everybody |
    /// | `limit` | how many at most; 0 for no limit | no limit |
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
        let name = members.take("name", name_text).flatten();
        let selected = Selected::take(&mut members, schema);
        let dry_run = members.take("dry_run", flag).flatten();
        let bulk = Bulk::take(&mut members, json, schema);
        members.finish()?;
        Ok(BulkUpdate {
            name: name.unwrap_or_default(),
            condition: selected.condition,
            range: selected.range,
            limit: selected.limit,
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
            if let Some(Some(given)) = members.take(name, |given| Ok(given.clone())) {
                settings.insert(name.to_owned(), given);
            }
        }
        if !settings.contains_key("condition") {
            let detail = "Whose members are meant: condition, or {} for everybody.";
            members.refuse("condition", Invalid::new("required", detail));
        }
        let list = members.required("action", |given| match given.as_str() {
            Some("add") => Ok("add_to_segments"),
            Some("remove") => Ok("remove_from_segments"),
            _ => {
                let detail = format!("{} is not add or remove.", excerpt_json(given));
                Err(Invalid::new("not_an_option", detail))
            }
        });
        members.finish()?;
        if let Some(list) = list {
            settings.insert(list.to_owned(), json!([id]));
        }
        Ok(Value::Object(settings))
    }

    /// Whether nothing narrows it, so that it is about everybody.
    pub fn is_about_everybody(&self) -> bool {
        self.condition.is_everybody() && self.range == Range::ALL && self.limit.is_none()
    }
}

/// Which profiles of a database are meant.
pub(crate) struct Selected {
    pub condition: Condition,
    pub range: Range,
    pub limit: Option<i64>,
}

impl Selected {
    /// Reads `condition`, `segment`, `range` and `limit`.
    pub(crate) fn take(members: &mut Members, schema: &Schema) -> Self {
        let condition = members.take_all("condition", |v| Condition::parse(v, schema));
        let mut condition = condition.flatten().unwrap_or_else(Condition::everybody);
        if let Some(segment) = members.take("segment", |v| schema.segment(v)).flatten() {
            condition = condition.within(segment);
        }
        let range = members.take_all("range", Range::parse).flatten();
        let limit = members.take("limit", limit).flatten();
        Selected {
            condition,
            range: range.unwrap_or(Range::ALL),
            limit: limit.filter(|limit| *limit > 0),
        }
    }
}

fn limit(value: &Value) -> Result<i64, Invalid> {
    let number = value.as_i64().filter(|number| *number >= 0);
    number.ok_or_else(|| {
        let detail = format!(
            "{} is no limit: it must be a whole number, 0 for none.",
            excerpt_json(value)
        );
        Invalid::new("out_of_range", detail)
    })
}
