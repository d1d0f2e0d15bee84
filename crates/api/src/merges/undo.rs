//! `POST /v1/databases/{db}/profiles/merges/{id}/undo`

use crate::merges::shape::{UndoneMerge, is_dry, write};
use roster_http::writing::{kept_outcome, only_outcome};
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_model::read::Members;
use roster_model::readers::flag;
use roster_model::write::{MergeRecord, Schema, prepare_unmerge};
use roster_model::{DatabaseId, MergeId};
use roster_store::idempotency::Answer;
use roster_store::merges::{self, StoredMerge};
use roster_store::write::ItemResult;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Undoes a merge: the sources are there again, and the profile that they had become gives
/// back what nobody has changed since. Nobody is reachable by it who was not.
#[route(
    post, "/v1/databases/{db}/profiles/merges/{id}/undo", ProfilesWrite, id = "undoMerge",
    once,
    body = Option<crate::merges::openapi::Undo>,
    answer = UndoneMerge,
)]
pub(crate) async fn undo(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let id: MergeId = call.id("id", "merge")?;
    let body: Option<Value> = call.json_or_none()?;
    let body = body.unwrap_or_else(|| Value::Object(Map::new()));
    let mut members = Members::of(&body)?;
    members.optional("dry_run", flag);
    members.finish()?;
    if let Some(reply) = call.replay().await? {
        return Ok(reply);
    }
    // That the database is there.
    call.definitions(database).await?;
    let stored = {
        let sql = call.pool.lend().await?;
        merges::get(&sql, database, id).await?
    };
    let record: Arc<MergeRecord> = match stored {
        None => return Err(Problem::not_found("merge")),
        Some(StoredMerge::Undone(at)) => {
            let detail = format!("The merge was undone at {at}.");
            return Err(Problem::new(kinds::ALREADY_UNDONE, detail));
        }
        Some(StoredMerge::Done(record)) => Arc::from(record),
    };
    let mut beside: Vec<DatabaseId> = record.sources.iter().map(|one| one.database).collect();
    beside.sort_unstable();
    beside.dedup();
    beside.retain(|one| *one != database);
    if beside.iter().any(|id| !call.caller.may_see(*id)) {
        return Err(Problem::not_found("merge"));
    }
    let prepare = |schemas: &[Schema<'_>]| {
        // The database of a source may be gone.
        prepare_unmerge(Arc::clone(&record), schemas)
    };
    write(&call, database, &beside, is_dry(&body), prepare, answer).await
}

fn answer(results: &[ItemResult]) -> Option<Answer> {
    let outcome = only_outcome(results)?;
    kept_outcome(outcome, &UndoneMerge::of(outcome)?)
}
