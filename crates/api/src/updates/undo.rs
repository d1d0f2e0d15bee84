//! `POST /v1/databases/{db}/imports/{id}/undo` and `…/updates/{id}/undo`

use crate::updates::{queue, queued};
use roster_http::{Call, DEFINITION_TRIES, Problem, Reply, Scope, kinds, route, whole_budget};
use roster_jobs::update::undo::{items, settings, source, sum};
use roster_model::import::ImportSettings;
use roster_model::read::Members;
use roster_model::readers::flag;
use roster_model::write::RevertConflict;
use roster_model::{Origin, ProfileId};
use roster_store::catalogue::Definitions;
use roster_store::jobs::{self, Counts, Job, Kind, State};
use roster_store::relation_types;
use roster_store::undo::{DoneEntry, EntryRanges, entries, step_before, total};
use roster_store::write::{Batch, preview};
use roster_store::{Error, Guard};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many entries are looked at together.
const ENTRIES: i64 = 1_000;
/// How many profiles are shown.
const SAMPLE: usize = 20;
/// What undoing would do, as far as one request can look.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct UndoPreview {
    /// How many changes the job made.
    changes: i64,
    /// How many of them were looked at: fewer where that takes longer than a request may.
    looked_at: i64,
    /// Profiles that would be removed, since the job made them and nobody has touched them.
    removed: i64,
    /// Changes that would be taken back.
    reverted: i64,
    /// Profiles that would be there again.
    restored: i64,
    /// Changes of which nothing is left to take back.
    unchanged: i64,
    /// Changes of which all stays, since somebody has changed it or would be woken.
    kept: i64,
    /// Changes that can't be taken back.
    failed: i64,
    /// Memberships in static segments that would be taken back.
    memberships: i64,
    /// The first profiles, those of which something stays before others; at most 20.
    sample: Vec<UndoPreviewProfile>,
}

/// What would become of a profile.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct UndoPreviewProfile {
    /// The profile.
    #[schema(value_type = String)]
    profile: ProfileId,
    /// `deleted`, `updated`, `created`, `unchanged`, or the code of what is in the way.
    #[schema(value_type = String, example = "updated")]
    outcome: &'static str,
    /// What would stay.
    #[schema(value_type = Vec<crate::merges::shape::ShownRevertConflict>)]
    kept: Vec<RevertConflict>,
}

/// Undoes an import as a job: profiles that it made and nobody has touched are removed, values that
/// are as it made them become what they were. With `dry_run` it is only looked at. An import that
/// relates people takes `relations:write` too.
#[route(
    post, "/v1/databases/{db}/imports/{id}/undo", ImportsWrite, id = "undoImport",
    once,
    body = Option<crate::merges::openapi::Undo>,
    responses((status = 200, body = UndoPreview), (status = 202, body = roster_http::jobs::ShownJob)),
)]
pub(crate) async fn import(call: Call) -> Result<Reply, Problem> {
    undo(call, Kind::Import).await
}

/// Undoes a bulk update, or an undoing, as a job. With `dry_run` it is only looked at.
#[route(
    post, "/v1/databases/{db}/updates/{id}/undo", ImportsWrite, id = "undoUpdate",
    once,
    body = Option<crate::merges::openapi::Undo>,
    responses((status = 200, body = UndoPreview), (status = 202, body = roster_http::jobs::ShownJob)),
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    undo(call, Kind::Update).await
}

async fn undo(call: Call, kind: Kind) -> Result<Reply, Problem> {
    let body: Option<Value> = call.json_or_none()?;
    let body = body.unwrap_or_else(|| Value::Object(Map::new()));
    let mut members = Members::of(&body)?;
    let dry = members.optional("dry_run", flag).unwrap_or(false);
    members.finish()?;
    // One by one it takes this right too.
    call.caller.require(Scope::ProfilesWrite)?;
    let job = call.job(kind).await?;
    may_take_back(&call, &job).await?;
    if !matches!(
        job.state,
        State::Completed | State::Failed | State::Cancelled
    ) {
        let detail = "This can be done once the job has ended: cancel it, or wait.";
        let state = job.state.as_str();
        return Err(Problem::new(kinds::WRONG_STATE, detail).with("state", state));
    }
    // A preview is kept under none; a wrong one is refused all the same.
    call.idempotency()?;
    if dry {
        call.caller.require(Scope::ProfilesRead)?;
        return look(&call, &job).await;
    }
    call.once(async |sql| {
        let (changes, members) = total(sql, job.id).await?;
        if changes + members == 0 {
            let detail = "It changed nothing, or what it did is no longer kept.";
            return Err(Problem::new(kinds::NOTHING_TO_UNDO, detail));
        }
        let name = format!("Undo of {} {}", kind.as_str(), job.id);
        let made = queue(&call, sql, job.database, &name, &settings(job.id)).await?;
        Ok(queued(made))
    })
    .await
}

/// Refuses to take back what the caller may not do. Relations that an import made or ended
/// take the right to relate, also where the undoing of it is undone.
async fn may_take_back(call: &Call, job: &Job) -> Result<(), Problem> {
    let mut first = job.clone();
    while let Some(before) = source(&first.settings) {
        let sql = call.pool.lend().await?;
        let Some(found) = jobs::get(&sql, before).await? else {
            return Ok(());
        };
        first = found;
    }
    let types = match first.kind {
        Kind::Import => ImportSettings::relation_types(&first.settings),
        Kind::Update | Kind::Export | Kind::Refresh | Kind::ControlDraw => BTreeSet::new(),
    };
    if types.is_empty() {
        return Ok(());
    }
    call.caller.require(Scope::RelationsWrite)?;
    if call.caller.databases.is_none() {
        return Ok(());
    }
    let sql = call.pool.lend().await?;
    for id in types {
        // Of a type that is gone nothing is left to take back.
        if let Some(found) = relation_types::get(&sql, id).await? {
            let of = &found.relation_type;
            if !call.caller.may_have(&[of.database_a, of.database_b]) {
                return Err(Problem::not_found(job.kind.as_str()));
            }
        }
    }
    Ok(())
}

async fn look(call: &Call, job: &Job) -> Result<Reply, Problem> {
    let (changes, memberships) = {
        let sql = call.pool.lend().await?;
        total(&sql, job.id).await?
    };
    let ranges = {
        let sql = call.pool.lend().await?;
        EntryRanges::of(&sql, job.id).await?
    };
    let mut seen = PreviewTally::default();
    let budget = whole_budget();
    let mut before = i64::MAX;
    while !budget.is_spent() {
        let sql = call.pool.lend_slice().await?;
        let Some(step) = step_before(&sql, job.id, before).await? else {
            break;
        };
        drop(sql);
        before = step.step;
        let mut end = step.entries.1;
        while end > step.entries.0 && !budget.is_spent() {
            let sql = call.pool.lend_slice().await?;
            let some = entries(&sql, (step.entries.0, end), ENTRIES, job.id).await?;
            drop(sql);
            end = some.last().map_or(step.entries.0, |entry| entry.id);
            seen.add(call, job, &ranges, &some).await?;
        }
    }
    let counts = seen.counts;
    let mut sample = seen.kept;
    sample.append(&mut seen.others);
    sample.truncate(SAMPLE);
    Ok(Reply::ok(&UndoPreview {
        changes,
        looked_at: counts.read,
        removed: counts.deleted,
        reverted: counts.updated,
        restored: counts.created,
        unchanged: counts.unchanged,
        kept: counts.skipped,
        failed: counts.failed,
        memberships,
        sample,
    }))
}

/// What was looked at so far.
#[derive(Default)]
struct PreviewTally {
    counts: Counts,
    kept: Vec<UndoPreviewProfile>,
    others: Vec<UndoPreviewProfile>,
}

impl PreviewTally {
    async fn add(
        &mut self,
        call: &Call,
        job: &Job,
        ranges: &EntryRanges,
        some: &[DoneEntry],
    ) -> Result<(), Problem> {
        for _ in 0..DEFINITION_TRIES {
            let known = call.definitions(job.database).await?;
            let (ids, batch) = batch(call, job, &known, ranges, some);
            let sql = call.pool.lend_slice().await?;
            let results = match preview(&sql, &batch).await {
                Ok((results, _)) => results,
                Err(Error::Stale(Guard::Catalogue)) => {
                    call.catalogue.forget(job.database);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            self.counts.add(&sum(&ids, &results, 0).0);
            for (id, result) in ids.into_iter().zip(results) {
                let is_refused = result.is_err();
                let (outcome, kept) = match result {
                    Ok(outcome) => {
                        let kept = outcome.undo.map(|undo| undo.kept).unwrap_or_default();
                        (outcome.kind.as_str(), kept)
                    }
                    Err(error) => (error.code.as_str(), Vec::new()),
                };
                let stays = is_refused || !kept.is_empty();
                let list = if stays {
                    &mut self.kept
                } else {
                    &mut self.others
                };
                if list.len() < SAMPLE {
                    list.push(UndoPreviewProfile {
                        profile: id,
                        outcome,
                        kept,
                    });
                }
            }
            return Ok(());
        }
        Err(Error::Busy.into())
    }
}

fn batch(
    call: &Call,
    job: &Job,
    known: &Arc<Definitions>,
    ranges: &EntryRanges,
    some: &[DoneEntry],
) -> (Vec<ProfileId>, Batch) {
    let (ids, items) = items(some, job.id, ranges, &known.schema());
    let batch = Batch {
        beside: Vec::new(),
        definitions: Arc::clone(known),
        items,
        atomic: false,
        now: call.now,
        actor: call.caller.actor.clone(),
        interface: call.caller.interface(),
        origin: Origin::Import,
        speaks_for_all: call.caller.speaks_for_all(),
        repeatable: None,
        step: None,
        delivery: None,
        dry: true,
    };
    (ids, batch)
}
