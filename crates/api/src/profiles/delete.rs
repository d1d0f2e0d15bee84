//! `DELETE /v1/databases/{db}/profiles/{id}`

use roster_http::{Call, Problem, Reply, route};
use roster_model::ProfileId;
use roster_model::write::{OutcomeKind, prepare_delete};
use serde::Serialize;

use crate::profiles::get::profile_path;
use crate::profiles::update::if_revision;
use crate::profiles::writing::{mark_replayed, write_one};

/// What was removed.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedProfile {
    /// The profile.
    #[schema(value_type = String)]
    id: ProfileId,
    /// `deleted`.
    #[schema(value_type = String, example = "deleted")]
    outcome: &'static str,
}

/// Deletes a profile with its subscriptions and history. An entry without
/// values stays in the history of the database.
#[route(
    delete, "/v1/databases/{db}/profiles/{id}", ProfilesWrite, id = "deleteProfile",
    if_match,
    once,
    answer = RemovedProfile,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let (database, id) = profile_path(&call)?;
    let revision = if_revision(&call, database, id).await?;
    let done = write_one(&call, |schema| Ok(prepare_delete(id, revision, schema))).await?;
    let (_, again) = done.into_members();
    let removed = RemovedProfile {
        id,
        outcome: OutcomeKind::Deleted.as_str(),
    };
    Ok(mark_replayed(Reply::ok(&removed), again))
}
