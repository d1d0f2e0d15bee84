//! `POST /v1/databases/{db}/profiles/{id}/erase`

use crate::exports::person::found;
use roster_http::{Call, Problem, Reply, route};
use roster_model::ProfileId;
use roster_model::write::prepare_delete;
use roster_store::erasures::{self, ErasureReport, MaskedSettings, Traces, UnfinishedJob};
use roster_store::search::vocabulary;
use roster_store::write::{Batch, BatchOutcome, run};
use roster_store::{Error, catalogue, databases, standing};
use serde::Serialize;
use std::sync::Arc;

/// What an erasure removed, and what is left to do.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Erasure {
    /// `erased`.
    #[schema(value_type = String, example = "erased")]
    outcome: &'static str,
    /// How many contacts are remembered as hashes.
    hashes: usize,
    /// How many rows of reports were about the person, and are gone.
    reported_rows: usize,
    /// Jobs that still have a file to read, which may name the person, or whose settings
    /// do (`database_id`, `id`, `kind`, `name`, `state`): cancel them, or erase again when they are over.
    #[schema(value_type = Vec<crate::exports::openapi::UnfinishedJob>)]
    unfinished: Vec<UnfinishedJob>,
    /// How many such jobs there are in databases that the token is not for.
    #[serde(skip_serializing_if = "Option::is_none")]
    unfinished_elsewhere: Option<usize>,
    /// Saved import settings, schedules, views, segments and control groups (`database_id`, `kind`, `id`) that named
    /// the person, where `***` stands now: look what they are for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<crate::exports::openapi::MaskedSettings>>)]
    masked: Vec<MaskedSettings>,
}

/// Erases a person: the profile with its subscriptions, history, memberships
/// and search text, what jobs and their reports tell of it, and the files of
/// exports and of imports that are over. In settings of jobs, of schedules and those that
/// are saved for imports `***` stands for what named them. What is left is a SHA-256 of each
/// e-mail address and phone number, with the time and who did it; and a keyed
/// hash of each contact, by which nothing is sent to anyone who is imported again.
///
/// Who was merged into the profile is the same person and is erased too, in their own database as well. What
/// the histories of others tell of the person goes: relations, and what came by a merge that was undone.
#[route(
    post, "/v1/databases/{db}/profiles/{id}/erase", ExportsWrite, id = "erasePerson",
    answer = Erasure,
)]
pub(crate) async fn erase(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let id: ProfileId = call.id("id", "profile")?;
    // That the database is there.
    call.current(database).await?;
    let sql = call.pool.lend().await?;
    let profile = found(&call, &sql, database, id).await?;
    // The profile goes last: whatever stops this half-way, it can be repeated.
    let traces = Traces::find(&sql, &profile).await?;
    let mut forgotten = ErasureReport::default();
    for id in traces.all_databases() {
        // None if it was deleted since, with all that was in it.
        if let Some(one) = databases::get(&sql, id).await? {
            erasures::forget(&sql, &one.database, &traces, call.now, &mut forgotten).await?;
        }
    }
    drop(sql);
    let hashes = call
        .change(async |sql| {
            // Nothing changes inside the transaction, so this is who is erased.
            let profile = found(&call, sql, database, id).await?;
            let traces = Traces::find(sql, &profile).await?;
            let known = catalogue::load(sql, database).await?;
            let known = known.ok_or_else(|| Problem::not_found("database"))?;
            erasures::forget_traces(sql, &traces).await?;
            let keys = known.standing.clone();
            let item = prepare_delete(id, None, &known.schema());
            let batch = Batch {
                beside: Vec::new(),
                definitions: Arc::new(known),
                items: vec![Ok(item)],
                atomic: false,
                now: call.now,
                actor: call.caller.actor.clone(),
                interface: call.caller.interface(),
                origin: roster_model::Origin::Api,
                speaks_for_all: call.caller.speaks_for_all(),
                repeatable: None,
                step: None,
                delivery: None,
                dry: false,
            };
            match run(sql, &[&batch]).await.pop() {
                Some(Ok(BatchOutcome::Written(results))) if results.iter().all(Result::is_ok) => {}
                Some(Err(error)) => return Err(error.into()),
                other => return Err(Error::Corrupt(format!("no deletion: {other:?}")).into()),
            }
            erasures::remember(sql, &traces, &call.author()).await?;
            for version in &traces.versions {
                if let Some(one) = databases::get(sql, version.database).await? {
                    vocabulary::forget_words(sql, version, &one.database).await?;
                }
                // An old file must not bring back anyone who wanted to be forgotten.
                standing::erased(sql, &keys, version, call.now).await?;
            }
            Ok::<_, Problem>(traces.person.hashes().len())
        })
        .await?;
    let (mut unfinished, mut masked) = (forgotten.unfinished, forgotten.masked);
    let all = unfinished.len();
    unfinished.retain(|one| call.caller.may_have(&[one.database_id]));
    masked.retain(|one| call.caller.may_have(&[one.database_id]));
    Ok(Reply::ok(&Erasure {
        outcome: "erased",
        hashes,
        reported_rows: forgotten.reported,
        unfinished_elsewhere: Some(all - unfinished.len()).filter(|count| *count > 0),
        unfinished,
        masked,
    }))
}
