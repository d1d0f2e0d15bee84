//! `POST /v1/databases/{db}/updates`

pub(crate) mod control;
mod dry_run;
pub(crate) mod report;
mod undo;

use crate::worker::Worker;
use roster_http::jobs::{Form, ShownJob, watch};
use roster_http::{Call, Problem, Reply, Scope, Table, route};
use roster_model::{BulkUpdate, DatabaseId, Invalid, JobId};
use roster_store::jobs::{self, Job, Kind, NewJob, Progress, State};
use roster_store::{Sql, databases};
use serde_json::Value;
use std::cell::Cell;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "updates",
    about: "Bulk updates: changes of many profiles alike",
    routes: &[
        control::list,
        create,
        control::get,
        control::pause,
        control::resume,
        control::cancel,
        control::events,
        report::failed,
        undo::import,
        undo::update,
    ],
};

/// Changes the profiles of a database or a segment that meet a condition: now
/// only counted and shown (`dry_run`), or as a job.
#[route(
    post, "/v1/databases/{db}/updates", ImportsWrite, id = "updateProfiles",
    query = crate::segments::openapi::UpdateQuery,
    once,
    body = crate::segments::openapi::NewUpdate,
    responses((status = 200, body = dry_run::DryRun), (status = 202, body = ShownJob)),
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let wait = call.flag("wait")?;
    let database = call.database()?;
    let mut settings: Value = call.json()?;
    let update = call.by_definitions(database, |known| {
        BulkUpdate::parse(&settings, &known.schema()).map_err(Problem::from)
    });
    let update = update.await?;
    // Only what is written is kept under it; a wrong one is refused all the same.
    call.idempotency()?;
    if update.dry_run {
        return dry_run::answer(&call, database, &settings).await;
    }
    if update.bulk.deletes() {
        // One by one it takes this right too.
        call.caller.require(Scope::ProfilesWrite)?;
    }
    if update.bulk.deletes() && update.query.is_everybody() {
        call.confirmed(&call.definitions(database).await?.database.name)?;
    }
    if let Some(members) = settings.as_object_mut() {
        members.remove("dry_run");
    }
    let made = Cell::new(None);
    let reply = call.once(async |sql| {
        if databases::existing(sql, &[database]).await?.is_empty() {
            return Err(Problem::not_found("database"));
        }
        let job = queue(&call, sql, database, &update.name, &settings).await?;
        made.set(Some(job.id));
        Ok(queued(job))
    });
    let reply = reply.await?;
    match made.get() {
        Some(id) if wait => waiting(&call, id).await,
        _ => Ok(reply),
    }
}

/// Puts a bulk update into the queue, in the transaction of its caller.
pub(crate) async fn queue(
    call: &Call,
    sql: &impl Sql,
    database: DatabaseId,
    name: &str,
    settings: &Value,
) -> Result<Job, Problem> {
    let progress = Progress {
        phase: "waiting".to_owned(),
        ..Progress::default()
    };
    let new = NewJob {
        kind: Kind::Update,
        database,
        state: State::Queued,
        name,
        actor: &call.caller.actor,
        speaks_for_all: call.caller.speaks_for_all(),
        interface: call.caller.interface(),
        at: call.now,
        settings,
        progress: &progress,
        expires_at: None,
    };
    let id = jobs::create(sql, &new).await?;
    let job = jobs::get(sql, id).await?;
    job.ok_or_else(|| Problem::internal(&"a job has gone inside a transaction"))
}

/// 202 with the job and its place.
pub(crate) fn queued(job: Job) -> Reply {
    let path = format!("/v1/databases/{}/updates/{}", job.database, job.id);
    Reply::accepted(&ShownJob::from(job)).location(&path)
}

/// Lines of progress until the job ends.
pub(crate) async fn waiting(call: &Call, id: JobId) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    let job = jobs::get(&sql, id).await?;
    drop(sql);
    let job = job.ok_or_else(|| Problem::not_found("update"))?;
    Ok(watch(call, &job, Form::Lines, Worker))
}

/// What is wrong with an update that was checked already, when it is read
/// against newer definitions.
pub(crate) fn parsed(
    settings: &Value,
    known: &roster_store::catalogue::Definitions,
) -> Result<BulkUpdate, Vec<Invalid>> {
    BulkUpdate::parse(settings, &known.schema())
}
