//! `PATCH /v1/databases/{db}/profiles/{id}`

use roster_http::{Call, Problem, Reply, route};
use roster_model::write::{Schema, prepare_patch};
use roster_model::{DatabaseId, ProfileId};
use serde_json::Value;

use crate::profiles::get::{found, found_written, profile_path, shown};
use crate::profiles::shape::SparseFields;
use crate::profiles::writing::{mark_replayed, write_one};

/// Changes a profile with a JSON merge patch of `data` and `status`.
#[route(
    patch, "/v1/databases/{db}/profiles/{id}", ProfilesWrite, id = "updateProfile",
    if_match,
    once,
    body = crate::profiles::openapi::Patch,
    answer = crate::profiles::shape::ShownProfile,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let (database, id) = profile_path(&call)?;
    let patch: Value = call.json()?;
    let revision = if_revision(&call, database, id).await?;
    let prepare = |schema: &Schema<'_>| prepare_patch(id, &patch, revision, schema);
    let (mut told, again) = write_one(&call, prepare).await?.into_members();
    let written = told.get("revision").and_then(Value::as_i64);
    let profile = found_written(&call, database, id, written).await?;
    let mut shown = shown(profile, &SparseFields::default())?;
    if let Some(Value::Array(skipped)) = told.remove("skipped") {
        shown.skipped = skipped;
    }
    Ok(mark_replayed(shown.reply(), again))
}

/// The revision that the header `If-Match` asks for; none without it.
pub(crate) async fn if_revision(
    call: &Call,
    database: DatabaseId,
    id: ProfileId,
) -> Result<Option<i64>, Problem> {
    let if_match = call.if_match()?;
    match if_match.revisions() {
        None => Ok(None),
        Some([revision]) => Ok(Some(*revision)),
        // Of several, the one that it has; the write checks again.
        Some(_) => {
            let revision = found(call, database, id).await?.revision;
            if_match.check(revision)?;
            Ok(Some(revision))
        }
    }
}
