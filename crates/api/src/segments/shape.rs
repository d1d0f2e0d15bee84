//! What answers look like, and what several handlers share.

use roster_http::{Call, Meaning, Problem, Reply, kinds};
use roster_model::{DatabaseId, SegmentId, Timestamp};
use roster_store::Sql;
use roster_store::segments::{self, SegmentRow};
use serde::Serialize;

/// A static segment: profiles of one database that somebody put together.
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
    settings: roster_model::SegmentSettings,
    /// How many profiles are in it.
    #[schema(example = 120)]
    members: i64,
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
