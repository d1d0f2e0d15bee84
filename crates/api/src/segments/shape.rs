//! What answers look like, and what several handlers share.

use roster_http::{Call, Meaning, Problem, Reply, kinds};
use roster_model::condition::Moment;
use roster_model::segment::MAX_ALL_BYTES;
use roster_model::{
    Code, Condition, DatabaseId, Invalid, JobId, Range, SegmentId, SegmentKind, SegmentSettings,
    Timestamp,
};
use roster_store::catalogue::Definitions;
use roster_store::conditions::Selection;
use roster_store::segments::{self, SegmentRow};
use roster_store::{Sql, catalogue};
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;

/// A segment: profiles of one database under a name.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Segment)]
pub(crate) struct ShownSegment {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: SegmentId,
    /// The database whose profiles it has.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    #[serde(flatten)]
    settings: SegmentSettings,
    /// How many profiles are in it. Of a dynamic one how many were at `counted_at`.
    #[schema(example = 120)]
    members: i64,
    /// When the members of a dynamic one were counted; `null` if they never were, and of
    /// other kinds. Showing the one segment counts them if that is a minute ago.
    #[schema(value_type = Option<String>, format = DateTime)]
    counted_at: Option<Timestamp>,
    /// When an updatable one was last refreshed; `null` if it never was, and of other kinds.
    #[schema(value_type = Option<String>, format = DateTime)]
    refreshed_at: Option<Timestamp>,
    /// The job that refreshes it, or did it last.
    #[schema(value_type = Option<String>)]
    refresh_job: Option<JobId>,
    /// Counts the changes of its settings from 1, members don't count; also the
    /// `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When its settings were last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<SegmentRow> for ShownSegment {
    fn from(found: SegmentRow) -> Self {
        let segment = found.segment;
        ShownSegment {
            id: segment.id,
            database_id: segment.database,
            settings: segment.settings,
            members: segment.members,
            counted_at: segment.counted_at,
            refreshed_at: segment.refreshed_at,
            refresh_job: found.refresh_job,
            revision: found.revision,
            created_at: segment.created_at,
            updated_at: segment.updated_at,
        }
    }
}

impl ShownSegment {
    /// The answer that shows it.
    pub(crate) fn reply(self) -> Reply {
        Reply::ok(&self).etag(self.revision)
    }

    /// 201 with its place.
    pub(crate) fn created(self) -> Reply {
        let path = format!("/v1/databases/{}/segments/{}", self.database_id, self.id);
        self.reply().meaning(Meaning::Created).location(&path)
    }
}

/// The database and the segment that a path names.
pub(crate) fn segment_path(call: &Call) -> Result<(DatabaseId, SegmentId), Problem> {
    Ok((call.database()?, call.id("id", "segment")?))
}

/// The segment of a path, which must be there.
pub(crate) async fn found(
    sql: &impl Sql,
    database: DatabaseId,
    id: SegmentId,
) -> Result<SegmentRow, Problem> {
    let found = segments::get(sql, database, id).await?;
    found.ok_or_else(|| Problem::not_found("segment"))
}

/// Another segment of the database has the name.
pub(crate) fn name_taken() -> Problem {
    Problem::new(
        kinds::NAME_TAKEN,
        "Another segment of the database has this name.",
    )
    .with("field", "name")
}

/// [`kinds::WRONG_SEGMENT_KIND`] unless the segment is of the kind.
pub(crate) fn of_kind(found: &SegmentRow, kind: SegmentKind) -> Result<(), Problem> {
    let own = found.segment.kind;
    if own == kind {
        return Ok(());
    }
    let (own, kind) = (own.as_str(), kind.as_str());
    let detail = format!("The segment is {own}; this is done with {kind} ones alone.");
    Err(Problem::new(kinds::WRONG_SEGMENT_KIND, detail).with("kind", own))
}

/// Whether the condition of a segment fits its database, by the definitions that hold in the
/// transaction of the caller, and the database has room for it.
pub(crate) async fn check_rule(
    call: &Call,
    sql: &impl Sql,
    database: DatabaseId,
    id: Option<SegmentId>,
    settings: &SegmentSettings,
) -> Result<(), Problem> {
    if settings.kind == SegmentKind::Static {
        return Ok(());
    }
    let known = catalogue::load(sql, database).await?;
    let known = known.ok_or_else(|| Problem::not_found("database"))?;
    let known = call.visible(Arc::new(known));
    Condition::of_segment(&settings.condition, id, &known.schema()).map_err(|wrong| {
        let wrong = wrong.into_iter().map(|one| one.at("condition"));
        Problem::from(wrong.collect::<Vec<_>>())
    })?;
    let own = json!(settings.condition).to_string().len();
    let others = segments::total_bytes(sql, database).await?;
    if others.saturating_add(i64::try_from(own).unwrap_or(i64::MAX)) > MAX_ALL_BYTES {
        let detail = "The conditions of a database's segments have at most 1 MiB together.";
        return Err(Invalid::new(Code::TooLong, detail).at("condition").into());
    }
    Ok(())
}

/// Who is in a segment at this moment, and the definitions by which that is so.
pub(crate) async fn members_of(
    call: &Call,
    database: DatabaseId,
    id: SegmentId,
) -> Result<(Selection, Arc<Definitions>), Problem> {
    // What makes people members may have changed elsewhere.
    let known = call.current(database).await?;
    let condition = Condition::of_members(&json!(id), &known.schema()).map_err(|wrong| {
        let detail = wrong.into_iter().next().map(|one| one.detail);
        let detail = detail.unwrap_or_else(|| "The segment can't be read.".to_owned());
        Problem::new(kinds::SEGMENT_UNFIT, detail)
    })?;
    let moment = Moment {
        now: call.now,
        zone: known.database.time_zone.clone(),
    };
    let selection = Selection::new(database, &condition, Range::ALL, &moment);
    Ok((selection, known))
}
