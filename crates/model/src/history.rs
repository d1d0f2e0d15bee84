//! The history: what changed, when, by whom and through which door.

mod noun;

pub use noun::Noun;

use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::id::{DatabaseId, ProfileId};
use crate::profile::Profile;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// What happened to a profile. Changes of subscriptions are changes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// It came to be.
    #[serde(rename = "profile.created")]
    Created,
    /// Something of it changed.
    #[serde(rename = "profile.updated")]
    Updated,
    /// It is gone.
    #[serde(rename = "profile.deleted")]
    Deleted,
    /// Something happened to a message or its reader; `about` says what. The
    /// changes are what that made of the profile.
    #[serde(rename = "profile.event")]
    Event,
    /// A relation of it came, changed or went. No revision is counted.
    #[serde(rename = "relation.changed")]
    Relation,
    /// It was merged into another profile; `about` says into which.
    #[serde(rename = "profile.merged")]
    Merged,
    /// It is there again, since the merge was undone.
    #[serde(rename = "profile.restored")]
    Restored,
    /// It entered an updatable segment, which was refreshed. No revision is counted.
    #[serde(rename = "segment.entered")]
    Entered,
    /// It left one.
    #[serde(rename = "segment.left")]
    Left,
    /// It was put into or taken out of the control group by hand. No revision is counted.
    #[serde(rename = "control_group.changed")]
    Control,
}

impl Kind {
    /// All kinds, in the order of their codes.
    pub const ALL: [Kind; 10] = [
        Kind::Created,
        Kind::Updated,
        Kind::Deleted,
        Kind::Event,
        Kind::Relation,
        Kind::Merged,
        Kind::Restored,
        Kind::Entered,
        Kind::Left,
        Kind::Control,
    ];

    /// The name, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Created => "profile.created",
            Kind::Updated => "profile.updated",
            Kind::Deleted => "profile.deleted",
            Kind::Event => "profile.event",
            Kind::Relation => "relation.changed",
            Kind::Merged => "profile.merged",
            Kind::Restored => "profile.restored",
            Kind::Entered => "segment.entered",
            Kind::Left => "segment.left",
            Kind::Control => "control_group.changed",
        }
    }

    /// The number the store keeps; never changed, never used twice.
    pub fn code(self) -> i64 {
        match self {
            Kind::Created => 1,
            Kind::Updated => 2,
            Kind::Deleted => 3,
            Kind::Event => 4,
            Kind::Relation => 5,
            Kind::Merged => 6,
            Kind::Restored => 7,
            Kind::Entered => 8,
            Kind::Left => 9,
            Kind::Control => 10,
        }
    }

    /// The kind with this code.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = Invalid;

    /// Refuses anything but a kind's name, with code `invalid_kind`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| {
            Invalid::new(
                Code::InvalidKind,
                format!(
                    "{} is no kind of change: it must be one of {}.",
                    excerpt(text),
                    Self::ALL.map(Self::as_str).join(", ")
                ),
            )
        })
    }
}

/// Every kind of entry that a history has: what happened to profiles, and to what is
/// defined.
pub const KINDS: &[&str] = &[
    Kind::Created.as_str(),
    Kind::Updated.as_str(),
    Kind::Deleted.as_str(),
    Kind::Event.as_str(),
    Kind::Relation.as_str(),
    Kind::Merged.as_str(),
    Kind::Restored.as_str(),
    Kind::Entered.as_str(),
    Kind::Left.as_str(),
    Kind::Control.as_str(),
    "profile.erased",
    "database.created",
    "database.updated",
    "database.wiped",
    "database.deleted",
    "field.created",
    "field.updated",
    "field.deleted",
    "segment.created",
    "segment.updated",
    "segment.deleted",
    "hook.created",
    "hook.updated",
    "hook.deleted",
    "resource.created",
    "resource.updated",
    "resource.deleted",
    "suppression.created",
    "suppression.updated",
    "suppression.deleted",
    "standing.imported",
    "standing.lifted",
    "token.created",
    "token.revoked",
    "watcher.created",
    "watcher.updated",
    "watcher.deleted",
    "connector.created",
    "connector.updated",
    "connector.deleted",
    "form.created",
    "form.updated",
    "form.deleted",
    "view.created",
    "view.updated",
    "view.deleted",
    "schedule.created",
    "schedule.updated",
    "schedule.deleted",
    "import_settings.created",
    "import_settings.updated",
    "import_settings.deleted",
    "relation_type.created",
    "relation_type.updated",
    "relation_type.deleted",
    "control_group.created",
    "control_group.updated",
    "control_group.deleted",
    "user.created",
    "user.updated",
    "user.deleted",
];

/// Reads a kind of entry that is asked for: one of [`KINDS`]. Code `invalid_kind`.
pub fn kind(text: &str) -> Result<&'static str, Invalid> {
    let found = KINDS.iter().copied().find(|kind| *kind == text);
    found.ok_or_else(|| {
        let detail = format!(
            "{} is no kind of entry: it must be one of {}.",
            excerpt(text),
            KINDS.join(", ")
        );
        Invalid::new(Code::InvalidKind, detail)
    })
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Change {
    /// A field's name, `_status`, `subscriptions/<resource>/<channel>/<contact>`,
    /// `relations/<type>/<id of the other profile>`, `segments/<id>`, or `control_group`.
    pub field: String,
    /// The old value; `null` if there was none, or, of a profile that came back, if it is what
    /// it was.
    pub before: Value,
    /// The new value; `null` if there is none any more.
    pub after: Value,
}

/// One entry: everything that one write changed in one profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The profile.
    pub profile: ProfileId,
    /// Its database.
    pub database: DatabaseId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: Kind,
    /// Who did it: the name of the token.
    pub actor: String,
    /// Through which door, such as `api`.
    pub interface: String,
    /// Per field, in the order status, data by name, subscriptions. Empty for
    /// a deletion: who is deleted leaves no copy behind.
    pub changes: Vec<Change>,
    /// What is known of the act: consent (act, IP address, user agent, page,
    /// wording), a reason, an event. An object, if anything is known.
    pub about: Option<Arc<Value>>,
}

/// The changes from `before` (nothing, for a new profile) to `after`.
pub fn diff(before: Option<&Profile>, after: &Profile) -> Vec<Change> {
    let mut changes = Vec::new();
    let old_status = before.map(|p| p.status);
    if old_status != Some(after.status) {
        changes.push(Change {
            field: "_status".to_owned(),
            before: old_status.map_or(Value::Null, |s| s.as_str().into()),
            after: after.status.as_str().into(),
        });
    }
    diff_data(before, after, &mut changes);
    let old = before.map_or(&[][..], |p| &p.subscriptions);
    for (place, now) in after.subscriptions.iter().enumerate() {
        let was = before.and_then(|before| before.subscription(now, place));
        if was.is_none_or(|was| !was.same_content(now)) {
            changes.push(Change {
                field: now.history_field(),
                before: was.map_or(Value::Null, |s| s.to_history()),
                after: now.to_history(),
            });
        }
    }
    // Nothing but undoing takes one away.
    let gone = old.iter().enumerate();
    let gone = gone.filter(|(place, was)| after.subscription(was, *place).is_none());
    changes.extend(gone.map(|(_, was)| Change {
        field: was.history_field(),
        before: was.to_last_history(),
        after: Value::Null,
    }));
    changes
}

/// The changes of a profile that comes back as `after`: all that it has. Where it is not as
/// it was when it went, `before` says how that was.
pub fn diff_restored(went: &Profile, after: &Profile) -> Vec<Change> {
    let mut changes = diff(None, after);
    for other in diff(Some(went), after) {
        match changes.iter_mut().find(|one| one.field == other.field) {
            Some(own) => own.before = other.before,
            None => changes.push(other),
        }
    }
    changes
}

fn diff_data(before: Option<&Profile>, after: &Profile, changes: &mut Vec<Change>) {
    let mut push = |field: &str, old: Option<&Value>, new: Option<&Value>| {
        changes.push(Change {
            field: field.to_owned(),
            before: old.cloned().unwrap_or_default(),
            after: new.cloned().unwrap_or_default(),
        });
    };
    let old = before.map(|p| &p.data);
    for (name, value) in &after.data {
        let was = old.and_then(|data| data.get(name));
        if was != Some(value) {
            push(name, was, Some(value));
        }
    }
    for (name, was) in old.into_iter().flatten() {
        if !after.data.contains_key(name) {
            push(name, Some(was), None);
        }
    }
}
