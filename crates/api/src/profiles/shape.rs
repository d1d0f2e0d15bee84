//! What answers look like.

use crate::control_group::openapi::ControlMembership;
use crate::profiles::ShownSubscription;
use roster_http::Reply;
use roster_model::Code;
use roster_model::control::ControlState;
use roster_model::profile::Profile;
use roster_model::subscription::Subscription;
use roster_model::write::{Outcome, Refusal, Room};
use roster_model::{DatabaseId, Invalid, ProfileId, SegmentId, Status, Timestamp};
use roster_store::profiles::ProfileRow;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

/// A profile.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Profile)]
pub(crate) struct ShownProfile {
    /// Its id: 24 lower-case hexadecimal digits that sort by creation time.
    #[schema(value_type = String)]
    pub id: ProfileId,
    /// Its database.
    #[schema(value_type = String)]
    pub database_id: DatabaseId,
    /// Counts its changes from 1; also the `ETag`.
    pub revision: i64,
    /// Its global status.
    #[schema(value_type = String, example = "subscribed")]
    pub status: Status,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Its values by field.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub data: Box<RawValue>,
    /// Its subscriptions, deleted ones marked as such.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<ShownSubscription>>)]
    pub subscriptions: Option<Vec<Subscription>>,
    /// The ids of the static and updatable segments that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub segments: Option<Vec<SegmentId>>,
    /// Since when it is in the control group, and whether by hand; `null` if it isn't.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ControlMembership>)]
    pub control_group: Option<Value>,
    /// Only after a change: what was left out of it, and statuses that stayed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<Invalid>>)]
    pub skipped: Vec<Value>,
}

/// What can be asked for beside fields.
pub(crate) const PARTS: [&str; 3] = ["subscriptions", "segments", "control_group"];

/// Which parts of a profile are shown.
#[derive(Debug, Default)]
pub(crate) struct SparseFields(Option<Vec<String>>);

impl SparseFields {
    /// The query parameter `fields`: names with commas between them.
    pub(crate) fn parse(given: Option<&str>) -> Self {
        Self(given.map(|given| {
            given
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        }))
    }

    /// These names; all if there are none.
    pub(crate) fn of(names: Option<Vec<String>>) -> Self {
        Self(names)
    }

    /// The names that are asked for.
    pub(crate) fn names(&self) -> &[String] {
        self.0.as_deref().unwrap_or_default()
    }

    fn shows(&self, part: &str) -> bool {
        match &self.0 {
            Some(names) => names.iter().any(|name| name == part),
            None => true,
        }
    }

    /// Whether the segments that a profile is in are shown.
    pub(crate) fn shows_segments(&self) -> bool {
        self.shows("segments")
    }

    fn control_group(&self, state: ControlState) -> Option<Value> {
        self.shows("control_group").then(|| state.to_json())
    }

    fn keep(&self, data: &mut Map<String, Value>) {
        if let Some(names) = &self.0 {
            data.retain(|name, _| names.iter().any(|kept| kept == name));
        }
    }
}

impl ShownProfile {
    /// A profile as it is shown, with the segments that it is in.
    pub(crate) fn of(
        profile: Profile,
        segments: Vec<SegmentId>,
        sparse: &SparseFields,
    ) -> Result<Self, serde_json::Error> {
        let mut data = profile.data;
        sparse.keep(&mut data);
        Ok(Self {
            id: profile.id,
            database_id: profile.database,
            revision: profile.revision,
            status: profile.status,
            created_at: profile.created_at,
            updated_at: profile.updated_at,
            data: to_raw_value(&data)?,
            subscriptions: sparse
                .shows("subscriptions")
                .then_some(profile.subscriptions),
            segments: sparse.shows_segments().then_some(segments),
            control_group: sparse.control_group(profile.control),
            skipped: Vec::new(),
        })
    }

    /// A profile whole, where nobody asks for its segments.
    pub(crate) fn whole(profile: Profile) -> Result<Self, serde_json::Error> {
        let mut shown = Self::of(profile, Vec::new(), &SparseFields::default())?;
        shown.segments = None;
        Ok(shown)
    }

    /// A profile at an earlier time: in which segments it was then, nothing says.
    pub(crate) fn as_it_was(
        profile: Profile,
        sparse: &SparseFields,
    ) -> Result<Self, serde_json::Error> {
        let mut shown = Self::of(profile, Vec::new(), sparse)?;
        (shown.segments, shown.control_group) = (None, None);
        Ok(shown)
    }

    /// A profile that was read for showing.
    pub(crate) fn read(
        shown: ProfileRow,
        sparse: &SparseFields,
    ) -> Result<Self, serde_json::Error> {
        let data = if sparse.0.is_some() {
            let mut data: Map<String, Value> = serde_json::from_str(shown.data.get())?;
            sparse.keep(&mut data);
            to_raw_value(&data)?
        } else {
            shown.data
        };
        Ok(Self {
            id: shown.id,
            database_id: shown.database,
            revision: shown.revision,
            status: shown.status,
            created_at: shown.created_at,
            updated_at: shown.updated_at,
            data,
            subscriptions: sparse.shows("subscriptions").then_some(shown.subscriptions),
            segments: sparse.shows_segments().then_some(shown.segments),
            control_group: sparse.control_group(shown.control),
            skipped: Vec::new(),
        })
    }

    /// The answer that shows it.
    pub(crate) fn reply(&self) -> Reply {
        Reply::ok(self).etag(self.revision)
    }
}

/// What a write of one profile did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WriteResult<'a> {
    /// The profile.
    #[schema(value_type = String)]
    pub id: ProfileId,
    /// `created`, `updated` or `unchanged`.
    #[schema(value_type = String, example = "created")]
    pub outcome: &'static str,
    /// The profile's revision afterwards.
    pub revision: i64,
    /// Values and subscriptions that were left out, and statuses that stayed though another
    /// was asked for, with the reason.
    #[schema(value_type = Vec<Invalid>)]
    pub skipped: &'a [Invalid],
    /// What was written but is worth knowing, such as a contact on a suppression
    /// list.
    #[serde(skip_serializing_if = "<[Invalid]>::is_empty")]
    #[schema(value_type = Option<Vec<Invalid>>)]
    pub notes: &'a [Invalid],
    /// Values of the fields that `show` names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub data: Option<&'a Map<String, Value>>,
}

impl<'a> WriteResult<'a> {
    /// What an outcome looks like.
    pub(crate) fn of(outcome: &'a Outcome) -> Self {
        Self {
            id: outcome.id,
            outcome: outcome.kind.as_str(),
            revision: outcome.revision,
            skipped: &outcome.skipped,
            notes: &outcome.notes,
            data: outcome.shown.as_deref(),
        }
    }
}

/// What a batch did.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct BatchResult {
    /// Profiles that were made.
    pub created: usize,
    /// Items that changed a profile.
    pub updated: usize,
    /// Items that changed nothing.
    pub unchanged: usize,
    /// Items that were refused.
    pub failed: usize,
    /// One result for each item, in order.
    pub results: Vec<ShownItem>,
    /// For what else they tell.
    #[serde(skip)]
    pub room: Room,
}

/// What became of one item of a batch.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BatchItem)]
pub(crate) struct ShownItem {
    /// Its place in `data`, from 0.
    pub index: usize,
    /// `created`, `updated`, `unchanged` or `error`.
    #[schema(value_type = String, example = "created")]
    pub outcome: &'static str,
    /// The profile, unless it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub id: Option<ProfileId>,
    /// The profile's revision afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    /// Values and subscriptions that were left out, and statuses that stayed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Invalid>)]
    pub skipped: Vec<Invalid>,
    /// What was written but is worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Invalid>)]
    pub notes: Vec<Invalid>,
    /// Values of the fields that `show` names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub data: Option<Box<Map<String, Value>>>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ShownError>,
}

/// Why an item was refused.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BatchError)]
pub(crate) struct ShownError {
    /// The HTTP status that it would have had alone.
    pub status: u16,
    /// The stable name of the reason.
    #[schema(value_type = String, example = "invalid_email")]
    pub code: Code,
    /// JSON pointer into the item.
    pub pointer: String,
    /// What was wrong and what would be right.
    pub detail: String,
    /// The field of a duplicate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The profiles that stand in the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub candidates: Vec<ProfileId>,
    /// Everything that is wrong, when it is more than one thing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Invalid>)]
    pub errors: Vec<Invalid>,
}

impl BatchResult {
    /// Adds the results of the next items.
    pub(crate) fn add(&mut self, results: Vec<Result<Outcome, Refusal>>) {
        for result in results {
            let index = self.results.len();
            self.results.push(match result {
                Ok(mut outcome) => {
                    self.room.fit_all(&mut outcome.skipped);
                    self.room.fit_all(&mut outcome.notes);
                    let name = outcome.kind.as_str();
                    match name {
                        "created" => self.created += 1,
                        "unchanged" => self.unchanged += 1,
                        _ => self.updated += 1,
                    }
                    ShownItem {
                        index,
                        outcome: name,
                        id: Some(outcome.id),
                        revision: Some(outcome.revision),
                        skipped: outcome.skipped,
                        notes: outcome.notes,
                        data: outcome.shown,
                        error: None,
                    }
                }
                Err(error) => {
                    self.failed += 1;
                    ShownItem {
                        index,
                        outcome: "error",
                        id: None,
                        revision: None,
                        skipped: Vec::new(),
                        notes: Vec::new(),
                        data: None,
                        error: Some(ShownError::from(self.room.fit_error(error))),
                    }
                }
            });
        }
    }
}

impl From<Refusal> for ShownError {
    fn from(error: Refusal) -> Self {
        let several = error.errors.len() > 1;
        Self {
            status: roster_http::refusal_status(error.kind),
            code: error.code,
            pointer: error.pointer,
            detail: error.detail,
            field: error.field.map(String::from),
            candidates: error.candidates.into_vec(),
            errors: if several {
                error.errors.into_vec()
            } else {
                Vec::new()
            },
        }
    }
}
