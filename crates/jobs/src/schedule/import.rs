//! The import of a run: made while its file comes, and started when there is something in it.

use super::INTERFACE;
use super::download::later;
use roster_model::{JobId, Timestamp};
use roster_store::jobs::{self, Kind, NewJob, Progress, Start, State};
use roster_store::schedules::Schedule;
use roster_store::{Error, Sql};
use serde_json::{Value, json};

/// How long a file waits to be started, in milliseconds: a day. It is started at once, unless the
/// process ends between both.
const WAITING_MS: i64 = 24 * 60 * 60 * 1000;

/// Makes the import that a file is for.
pub(super) async fn make(
    sql: &impl Sql,
    schedule: &Schedule,
    name: &str,
    now: Timestamp,
) -> Result<JobId, Error> {
    let new = NewJob {
        kind: Kind::Import,
        database: schedule.database,
        state: State::Uploading,
        name,
        actor: &schedule.created_by,
        speaks_for_all: schedule.speaks_for_all,
        interface: INTERFACE,
        at: now,
        settings: &json!({}),
        progress: &Progress::default(),
        expires_at: Some(later(now, WAITING_MS)),
    };
    jobs::create(sql, &new).await
}

/// Its file may be imported. False if it no longer waits for one.
pub(super) async fn uploaded(sql: &impl Sql, job: JobId, now: Timestamp) -> Result<bool, Error> {
    jobs::uploaded(sql, job, now, later(now, WAITING_MS)).await
}

/// Puts it into the queue, if it still waits for that.
pub(super) async fn start(
    sql: &impl Sql,
    job: JobId,
    schedule: &Schedule,
    settings: &Value,
    now: Timestamp,
) -> Result<(), Error> {
    let progress = Progress {
        phase: "waiting".to_owned(),
        ..Progress::default()
    };
    let start = Start {
        settings,
        progress: &progress,
        speaks_for_all: schedule.speaks_for_all,
        at: now,
    };
    jobs::start(sql, job, start).await?;
    Ok(())
}
