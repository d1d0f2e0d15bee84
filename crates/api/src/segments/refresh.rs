//! `/v1/databases/{db}/segments/{id}/refresh`
//!
//! A segment has one refresh at a time: its own path leads to the job that goes on, or was
//! the last.

use crate::segments::shape::{found, of_kind, segment_path};
use crate::worker::Worker;
use roster_http::jobs::{Form, ShownJob, watch};
use roster_http::{Call, INTERFACE, Problem, Reply, route};
use roster_jobs::KEPT_MS;
use roster_jobs::refresh::RefreshSettings;
use roster_model::{SegmentKind, Timestamp};
use roster_store::catalogue::Author;
use roster_store::jobs::{self, Job, Kind, NewJob, Progress, State};
use roster_store::segments::{self, SegmentRow};
use roster_store::{Sql, spin::Pool};
use std::cell::Cell;

/// How many segments that are due one tick begins to refresh.
const DUE: i64 = 16;

/// Looks again at who belongs to an updatable segment: as a job. One that goes on already is
/// shown, and none is begun.
#[route(
    post, "/v1/databases/{db}/segments/{id}/refresh", SegmentsWrite, id = "refreshSegment",
    query = crate::segments::openapi::RefreshQuery,
    once,
    responses((status = 202, body = ShownJob)),
)]
pub(crate) async fn start(call: Call) -> Result<Reply, Problem> {
    let wait = call.flag("wait")?;
    let (database, id) = segment_path(&call)?;
    let begun = Cell::new(None);
    let reply = call.once(async |sql| {
        let found = found(sql, database, id).await?;
        of_kind(&found, SegmentKind::Updatable)?;
        let job = begin(sql, &found, &call.author(), call.caller.speaks_for_all()).await?;
        begun.set(Some(job.id));
        let path = format!("/v1/databases/{database}/segments/{id}/refresh");
        Ok(Reply::accepted(&ShownJob::from(job)).location(&path))
    });
    let reply = reply.await?;
    match begun.get() {
        Some(job) if wait => {
            let sql = call.pool.lend().await?;
            let job = jobs::get(&sql, job).await?;
            drop(sql);
            let job = job.ok_or_else(|| Problem::not_found("refresh"))?;
            Ok(watch(&call, &job, Form::Lines, Worker))
        }
        _ => Ok(reply),
    }
}

/// The refresh of a segment that goes on, or else the last one.
#[route(
    get, "/v1/databases/{db}/segments/{id}/refresh", SegmentsRead, id = "getSegmentRefresh",
    answer = ShownJob,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    Ok(Reply::ok(&ShownJob::from(last(&call).await?)))
}

/// Stops a refresh after the profiles that are being looked at.
#[route(
    post, "/v1/databases/{db}/segments/{id}/refresh/pause", SegmentsWrite, id = "pauseSegmentRefresh",
    answer = ShownJob,
)]
pub(crate) async fn pause(call: Call) -> Result<Reply, Problem> {
    let job = last(&call).await?;
    let from = [State::Queued, State::Running];
    call.turn_job(&job, &from, State::Paused, None).await
}

/// Lets a paused refresh go on where it stopped.
#[route(
    post, "/v1/databases/{db}/segments/{id}/refresh/resume", SegmentsWrite, id = "resumeSegmentRefresh",
    answer = ShownJob,
)]
pub(crate) async fn resume(call: Call) -> Result<Reply, Problem> {
    let job = last(&call).await?;
    call.turn_job(&job, &[State::Paused], State::Queued, None)
        .await
}

/// Ends a refresh; who entered and who left stay so.
#[route(
    post, "/v1/databases/{db}/segments/{id}/refresh/cancel", SegmentsWrite, id = "cancelSegmentRefresh",
    answer = ShownJob,
)]
pub(crate) async fn cancel(call: Call) -> Result<Reply, Problem> {
    let job = last(&call).await?;
    let open = [State::Queued, State::Running, State::Paused];
    let kept_until = Timestamp::from_ms(call.now.ms().saturating_add(KEPT_MS));
    call.turn_job(&job, &open, State::Cancelled, Some(kept_until))
        .await
}

/// The segment's refresh.
async fn last(call: &Call) -> Result<Job, Problem> {
    let (database, id) = segment_path(call)?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, database, id).await?;
    let job = match found.refresh_job {
        Some(id) => jobs::get(&sql, id).await?,
        None => None,
    };
    job.ok_or_else(|| Problem::not_found("refresh"))
}

/// The refresh of a segment that goes on, or a new one; in the transaction of the caller.
async fn begin(
    sql: &impl Sql,
    found: &SegmentRow,
    author: &Author<'_>,
    speaks_for_all: bool,
) -> Result<Job, Problem> {
    let segment = &found.segment;
    if let Some(id) = found.refresh_job
        && let Some(job) = jobs::get(sql, id).await?
        && !job.state.is_over()
    {
        return Ok(job);
    }
    let settings = RefreshSettings {
        segment: segment.id,
    };
    let settings = serde_json::to_value(settings).map_err(|error| Problem::internal(&error))?;
    let progress = Progress {
        phase: "waiting".to_owned(),
        ..Progress::default()
    };
    let new = NewJob {
        kind: Kind::Refresh,
        database: segment.database,
        state: State::Queued,
        name: &segment.name,
        actor: author.actor,
        speaks_for_all,
        interface: author.interface,
        at: author.at,
        settings: &settings,
        progress: &progress,
        expires_at: None,
    };
    let id = jobs::create(sql, &new).await?;
    let every = segment.refresh.map_or(0, |often| often.every_ms());
    let next = Timestamp::from_ms(author.at.ms().saturating_add(every));
    segments::begin(sql, segment.id, id, next).await?;
    let job = jobs::get(sql, id).await?;
    job.ok_or_else(|| Problem::internal(&"a job has gone inside a transaction"))
}

/// Begins to refresh the segments that are due of themselves.
pub(crate) async fn begin_due(pool: &'static Pool, at: Timestamp) -> Result<(), Problem> {
    let sql = pool.lend().await?;
    let due = segments::due(&sql, at, DUE).await?;
    drop(sql);
    for (id, database) in due {
        let author = Author {
            actor: "tick",
            interface: INTERFACE,
            at,
        };
        let mut sql = pool.lend_slice().await?;
        sql.transaction(async |sql| {
            // Another tick may have been faster.
            let now_due = segments::due(sql, at, DUE).await?;
            if let Some(found) = segments::get(sql, database, id).await?
                && now_due.contains(&(id, database))
            {
                let job = begin(sql, &found, &author, true).await?;
                // One that goes on already, or stands still, is that of today.
                let every = found.segment.refresh.map_or(0, |often| often.every_ms());
                let next = Timestamp::from_ms(at.ms().saturating_add(every));
                segments::begin(sql, id, job.id, next).await?;
            }
            Ok::<_, Problem>(())
        })
        .await?;
    }
    Ok(())
}
