//! `POST /v1/databases/{db}/profiles/merge`

use crate::merges::shape::{MergeResult, if_revision, is_dry, write};
use roster_http::writing::{kept_outcome, only_outcome};
use roster_http::{Call, Problem, Reply, route};
use roster_model::DatabaseId;
use roster_model::write::{Schema, prepare_merge};
use roster_store::idempotency::Answer;
use roster_store::write::ItemResult;
use serde_json::Value;

/// Merges profiles into one: all of it, or nothing.
#[route(
    post, "/v1/databases/{db}/profiles/merge", ProfilesWrite, id = "mergeProfiles",
    if_match,
    once,
    body = crate::merges::openapi::ProfileMerge,
    responses((status = 200, body = MergeResult), (status = 201, body = MergeResult)),
)]
pub(crate) async fn merge(call: Call) -> Result<Reply, Problem> {
    let own = call.database()?;
    let body: Value = call.json()?;
    let revision = if_revision(&call)?;
    let named = |reference: &Value| {
        let id = reference.get("database_id")?;
        DatabaseId::from_json(id).ok()
    };
    let destination = body.get("destination").and_then(named).unwrap_or(own);
    // The caller may see the one of the path; another one is refused like one that isn't there.
    let database = if call.caller.may_see(destination) {
        destination
    } else {
        own
    };
    let sources = body.get("sources").and_then(Value::as_array);
    let mut beside: Vec<DatabaseId> = sources.into_iter().flatten().filter_map(named).collect();
    beside.push(own);
    beside.sort_unstable();
    beside.dedup();
    beside.retain(|id| *id != database);
    let body = with_own(body, own, database);
    let prepare = |schemas: &[Schema<'_>]| prepare_merge(&body, revision, schemas);
    write(&call, database, &beside, is_dry(&body), prepare, answer).await
}

/// The body where each reference names its database: without one it is that of the path.
fn with_own(mut body: Value, own: DatabaseId, destination: DatabaseId) -> Value {
    if own == destination {
        return body;
    }
    let sources = body.get_mut("sources").and_then(Value::as_array_mut);
    for source in sources.into_iter().flatten() {
        if let Value::Object(members) = source {
            let named = members.entry("database_id").or_insert(Value::Null);
            if named.is_null() {
                *named = own.to_string().into();
            }
        }
    }
    body
}

fn answer(results: &[ItemResult]) -> Option<Answer> {
    let outcome = only_outcome(results)?;
    kept_outcome(outcome, &MergeResult::of(outcome)?)
}
