//! Working on jobs within a request: for one that waits for a job, and for
//! ticks.

use roster_http::jobs::Drive;
use roster_http::{Problem, now};
use roster_jobs::{Env, holder, work};
use roster_model::{JobId, Timestamp};
use roster_store::spin::Pool;

/// How long a waiting request works between two looks at the progress, in
/// milliseconds.
const MOMENT_MS: i64 = 400;

/// Works on a job that a request waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Worker;

impl Drive for Worker {
    async fn drive(&self, pool: &'static Pool, job: JobId) -> Result<bool, Problem> {
        let until = Timestamp::from_ms(now().ms().saturating_add(MOMENT_MS));
        work_until(pool, job, until).await
    }
}

/// Works on a job until it ends or the time comes; false if there was nothing
/// to do.
pub(crate) async fn work_until(
    pool: &'static Pool,
    job: JobId,
    until: Timestamp,
) -> Result<bool, Problem> {
    let env = Env {
        now: &now,
        until,
        holder: holder(),
    };
    let sql = pool.lend_slice().await?;
    let worked = work(&sql, pool, job, &env).await;
    if worked.is_err() {
        sql.discard();
    }
    Ok(worked?)
}
