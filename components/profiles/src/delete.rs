//! `DELETE /v1/databases/{db}/profiles/{id}`

use roster_http::{Call, Problem, Reply};
use roster_model::ProfileId;
use roster_model::write::{OutcomeKind, prepare_delete};
use serde::Serialize;

use crate::get::profile_path;
use crate::update::if_revision;
use crate::writing::{told_again, write_one};

/// What was removed.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RemovedProfile))]
pub(crate) struct Removed {
    /// The profile.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    id: ProfileId,
    /// `deleted`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "deleted"))]
    outcome: &'static str,
}

/// Deletes a profile with its subscriptions and history. An entry without
/// values stays in the history of the database.
#[cfg_attr(feature = "openapi", utoipa::path(
    delete, path = "/v1/databases/{db}/profiles/{id}", tag = "profiles", operation_id = "deleteProfile",
    params(crate::openapi::ProfilePath, roster_http::openapi::IfMatchHeader, roster_http::openapi::IdempotencyKey),
    responses((status = 200, body = Removed)),
))]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let (database, id) = profile_path(&call)?;
    let revision = if_revision(&call, database, id).await?;
    let done = write_one(&call, |schema| Ok(prepare_delete(id, revision, schema))).await?;
    let (_, again) = done.told();
    let removed = Removed {
        id,
        outcome: OutcomeKind::Deleted.as_str(),
    };
    Ok(told_again(Reply::ok(&removed), again))
}
