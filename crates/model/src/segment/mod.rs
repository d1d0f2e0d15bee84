//! Segments: profiles of one database under a name. A static one has whom somebody put into
//! it, a dynamic one those who meet its condition at the moment, an updatable one those who met
//! its condition when it was last refreshed.

mod known;
mod moves;
#[cfg(test)]
mod tests;

pub use known::{KnownSegment, SegmentRule};
pub use moves::{MAX_MOVED, Moves};

use crate::Code;
use crate::define::{Settings as _, settings};
use crate::error::{Invalid, excerpt_json, valid};
use crate::id::{DatabaseId, SegmentId};
use crate::range::Range;
use crate::readers::{choice, description_text, name_text};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::Deref;

/// The most segments a database may have.
pub const MAX_SEGMENTS: i64 = 10_000;
/// The most bytes that the condition of a segment has, as JSON.
pub const MAX_CONDITION_BYTES: usize = 64 * 1024;
/// The most bytes that the conditions of a database's segments have together: every instance
/// remembers them.
pub const MAX_ALL_BYTES: i64 = 1024 * 1024;

/// How people become members.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum SegmentKind {
    /// Somebody puts them in and takes them out.
    #[default]
    Static,
    /// They meet the condition at the moment at which they are looked at.
    Dynamic,
    /// They met the condition when the segment was last refreshed.
    Updatable,
}

impl SegmentKind {
    const NAMED: [(&'static str, SegmentKind); 3] = [
        ("static", SegmentKind::Static),
        ("dynamic", SegmentKind::Dynamic),
        ("updatable", SegmentKind::Updatable),
    ];

    /// The name, as it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            SegmentKind::Static => "static",
            SegmentKind::Dynamic => "dynamic",
            SegmentKind::Updatable => "updatable",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::NAMED.into_iter();
        all.find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }
}

/// When an updatable segment is refreshed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Refresh {
    /// Once in 24 hours, by a tick.
    Daily,
}

impl Refresh {
    /// How long after one refresh the next is due, in milliseconds.
    pub fn every_ms(self) -> i64 {
        match self {
            Refresh::Daily => 24 * 60 * 60 * 1000,
        }
    }
}

/// A segment as it is stored and shown; who is in it is another question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Segment {
    /// Its id.
    pub id: SegmentId,
    /// The database whose profiles it has.
    pub database: DatabaseId,
    /// Its settings, shown beside the id.
    #[serde(flatten)]
    pub settings: SegmentSettings,
    /// How many profiles are in it; of a dynamic one how many were at `counted_at`.
    pub members: i64,
    /// When the members of a dynamic one were counted, if ever.
    pub counted_at: Option<Timestamp>,
    /// When an updatable one was last refreshed, if ever.
    pub refreshed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings were last changed.
    pub updated_at: Timestamp,
}

/// A segment is used mostly for its settings, so they are reached without
/// naming them: `segment.name`.
impl Deref for Segment {
    type Target = SegmentSettings;

    fn deref(&self) -> &SegmentSettings {
        &self.settings
    }
}

settings! {
    /// What people choose for a segment.
    #[derive(Eq)]
    #[schema(example = json!({"name": "Guests of May", "description": "who came"}))]
    pub struct SegmentSettings {
        /// 1 to 200 characters, unique among the segments of the database.
        #[schema(max_length = 200, example = "VIP")]
        pub name: String = needed(name_text),
        /// At most 2,000 characters.
        #[schema(max_length = 2000)]
        pub description: String = optional(String::new(), description_text),
        /// `static`: people are put in and taken out. `dynamic`: those who meet the condition
        /// at the moment. `updatable`: those who met it when it was last refreshed. A static
        /// one that gets a condition becomes updatable; otherwise the kind stays.
        pub kind: SegmentKind = never_null(SegmentKind::Static, kind),
        /// Who belongs to it: a condition (docs/CONDITIONS.md), of at most 64 KiB; none for a
        /// static one. To give one takes the scope `profiles:read` too.
        #[schema(schema_with = crate::schemas::some_condition)]
        pub condition: Value = optional(Value::Null, condition),
        /// A percent window of the database, chosen before the condition.
        #[schema(schema_with = crate::schemas::some_range)]
        pub range: Value = optional(Value::Null, range),
        /// How many at most meet an updatable one, the oldest profiles first.
        #[schema(minimum = 1, example = json!(null))]
        pub limit: Option<i64> = optional(None, limit),
        /// When an updatable one is refreshed by itself.
        #[schema(example = json!(null))]
        pub refresh: Option<Refresh> = optional(None, refresh),
    }
}

impl SegmentSettings {
    /// A static segment of this name.
    pub fn of_name(name: String) -> Self {
        SegmentSettings {
            name,
            description: String::new(),
            kind: SegmentKind::Static,
            condition: Value::Null,
            range: Value::Null,
            limit: None,
            refresh: None,
        }
    }

    /// Reads a new segment's settings; [`crate::define::Settings::create`] with the rules
    /// between members.
    ///
    /// # Errors
    /// Those of members, `required` (a condition, or the kind that has one) and
    /// `not_supported` (what this kind doesn't have).
    pub fn make(json: &Value) -> Result<Self, Vec<Invalid>> {
        let made = Self::create(json)?;
        let is_said = json.get("kind").is_some();
        if made.kind == SegmentKind::Static && !made.condition.is_null() && !is_said {
            let detail = "A segment with a condition is dynamic or updatable: say which.";
            return Err(vec![Invalid::new(Code::Required, detail).at("kind")]);
        }
        made.check()?;
        Ok(made)
    }

    /// The settings as a merge patch changes them.
    ///
    /// # Errors
    /// As [`SegmentSettings::make`]; `not_supported` where the kind would change.
    pub fn change(&self, patch: &Value) -> Result<Self, Vec<Invalid>> {
        let mut changed = self.patch(patch)?;
        let gets_condition = self.kind == SegmentKind::Static && !changed.condition.is_null();
        if gets_condition && changed.kind == SegmentKind::Static {
            changed.kind = SegmentKind::Updatable;
        }
        let may = gets_condition && changed.kind == SegmentKind::Updatable;
        if changed.kind != self.kind && !may {
            let detail = "The kind of a segment stays, but for a static one that becomes updatable with a condition.";
            return Err(vec![Invalid::new(Code::NotSupported, detail).at("kind")]);
        }
        changed.check()?;
        Ok(changed)
    }

    /// The rules between members.
    fn check(&self) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut refuse = |name: &str, detail: &str| {
            wrong.push(Invalid::new(Code::NotSupported, detail).at(name));
        };
        if self.kind == SegmentKind::Static {
            for (name, is_given) in [
                ("condition", !self.condition.is_null()),
                ("range", !self.range.is_null()),
            ] {
                if is_given {
                    refuse(name, "A static segment has whom somebody puts into it.");
                }
            }
        }
        if self.kind != SegmentKind::Updatable {
            if self.limit.is_some() {
                refuse("limit", "Only an updatable segment has a limit.");
            }
            if self.refresh.is_some() {
                refuse("refresh", "Only an updatable segment is refreshed.");
            }
        }
        if self.kind != SegmentKind::Static && self.condition.is_null() {
            let detail = "Say who belongs to it; {} means everybody.";
            wrong.push(Invalid::new(Code::Required, detail).at("condition"));
        }
        valid((), wrong)
    }

    /// Who belongs to it, if a condition says so.
    pub fn rule(&self) -> Option<SegmentRule> {
        (self.kind != SegmentKind::Static).then(|| SegmentRule {
            condition: self.condition.clone(),
            range: known::range_of(&self.range),
        })
    }
}

fn kind(value: &Value) -> Result<SegmentKind, Invalid> {
    choice(value, &SegmentKind::NAMED)
}

/// An object. It is read as a condition where the database is known.
fn condition(value: &Value) -> Result<Value, Invalid> {
    if !value.is_object() {
        return Err(Invalid::wrong_type(
            value,
            "a condition, which is an object",
        ));
    }
    if crate::value::json_size(value) > MAX_CONDITION_BYTES {
        let detail = "The condition of a segment has at most 64 KiB.";
        return Err(Invalid::new(Code::TooLong, detail));
    }
    Ok(value.clone())
}

fn range(value: &Value) -> Result<Value, Vec<Invalid>> {
    Range::parse(value).map(|_| value.clone())
}

fn limit(value: &Value) -> Result<Option<i64>, Invalid> {
    let given = value.as_i64().filter(|limit| *limit > 0);
    given.map(Some).ok_or_else(|| {
        let detail = format!(
            "This must be a whole number above 0, not {}.",
            excerpt_json(value)
        );
        Invalid::new(Code::OutOfRange, detail)
    })
}

fn refresh(value: &Value) -> Result<Option<Refresh>, Invalid> {
    choice(value, &[("daily", Some(Refresh::Daily))])
}
