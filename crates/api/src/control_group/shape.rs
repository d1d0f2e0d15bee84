//! What answers look like.

use roster_http::{Problem, Reply};
use roster_model::{ControlGroupSettings, DatabaseId, Timestamp};
use roster_store::Sql;
use roster_store::control::{self, ControlGroupRow, NextSet};
use serde::Serialize;
use serde_json::Value;

/// The control group of a database.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ControlGroup)]
pub(crate) struct ShownControlGroup {
    /// The database.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    #[serde(flatten)]
    settings: ControlGroupSettings,
    /// Counts how often all were drawn again, from 1.
    #[schema(example = 1)]
    generation: i64,
    /// Since when it is this generation.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// When all are drawn again; `null` if that isn't settled.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_rotation_at: Option<Timestamp>,
    /// How many profiles are in; 0 until the first draw is done.
    #[schema(example = 50)]
    members: i64,
    /// The draw that is going on; `null` if none is. Until it is done, those who were in
    /// before are.
    draw: Option<ShownDraw>,
    /// Counts its changes from 1; also the `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// How far a draw is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ControlDraw)]
pub(crate) struct ShownDraw {
    /// `queued`, `running`, or `failed`: then `problem` says why, and settings that mend it
    /// begin another.
    #[schema(example = "running")]
    state: &'static str,
    /// How many profiles were looked at.
    done: i64,
    /// How many there are; 0 while that isn't known.
    total: i64,
    /// Why it failed: `{code, detail}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    problem: Option<Value>,
}

impl From<NextSet> for ShownDraw {
    fn from(next: NextSet) -> Self {
        ShownDraw {
            state: next.state.map_or("failed", |state| state.as_str()),
            done: next.progress.done,
            total: next.progress.total,
            problem: next.problem,
        }
    }
}

impl From<ControlGroupRow> for ShownControlGroup {
    fn from(row: ControlGroupRow) -> Self {
        ShownControlGroup {
            database_id: row.database,
            settings: row.settings,
            generation: row.generation,
            started_at: row.generation_at,
            next_rotation_at: row.next_rotation_at,
            members: row.current.map_or(0, |set| set.members),
            draw: row.next.map(ShownDraw::from),
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl ShownControlGroup {
    /// The answer that shows it.
    pub(crate) fn reply(&self) -> Reply {
        Reply::ok(self).etag(self.revision)
    }
}

/// The control group of a database, which must be there.
pub(crate) async fn found(
    sql: &impl Sql,
    database: DatabaseId,
) -> Result<ControlGroupRow, Problem> {
    let found = control::get(sql, database).await?;
    found.ok_or_else(|| Problem::not_found("control group"))
}
