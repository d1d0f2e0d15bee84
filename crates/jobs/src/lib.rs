//! What does the work of jobs: imports, bulk updates, exports, draws of control groups.
//!
//! [`work`] takes a job's lease and does steps of it until its time is up or
//! the job ends. A step is one statement that writes what was done together
//! with the progress reached (`roster_store::jobs`), so the one who goes on, after a
//! pause, a crash or on another machine, goes on at the right place. Nothing
//! here knows of HTTP: a request that waits, a tick and a test work alike.

#![forbid(unsafe_code)]

#[cfg(any(feature = "import", feature = "update"))]
mod beside;
#[cfg(feature = "control")]
pub mod control;
#[cfg(feature = "export")]
pub mod export;
#[cfg(feature = "import")]
pub mod import;
mod lease;
#[cfg(feature = "update")]
pub mod refresh;
#[cfg(feature = "import")]
pub mod schedule;
#[cfg(feature = "update")]
pub mod update;

pub use lease::{JobError, LeasedJob};
pub use roster_store::jobs::KEPT_MS;

use roster_model::Code;
use roster_model::{JobId, Timestamp};
use roster_store::jobs::{self, Kind};
use roster_store::{Error, Guard, Lend, Sql};

/// What work depends on beside the store.
pub struct Env<'a> {
    /// The time.
    pub now: &'a dyn Fn() -> Timestamp,
    /// When to stop, after the step that is being done then.
    pub until: Timestamp,
    /// Who works: unlike every other worker, also those of other machines.
    pub holder: String,
}

impl Env<'_> {
    /// Whether there is time for another step.
    #[must_use]
    pub fn has_time(&self) -> bool {
        (self.now)() < self.until
    }
}

impl std::fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Env")
            .field("until", &self.until)
            .field("holder", &self.holder)
            .finish_non_exhaustive()
    }
}

/// A name for a worker that no other has: the standard library's hasher keys
/// come from the host's random source.
#[must_use]
pub fn holder() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let bits = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", bits(), bits())
}

/// Works on a job until it ends, is taken away, or the time is up. False if
/// there was nothing to do: it isn't due, or somebody else works on it. What can be done
/// while `sql` is busy is done with a connection for short work.
///
/// # Errors
/// What the store meets, [`Error::Busy`] above all: what was written before
/// stays, and anyone who works on the job next goes on there.
pub async fn work(
    sql: &impl Sql,
    lend: &impl Lend,
    id: JobId,
    env: &Env<'_>,
) -> Result<bool, Error> {
    let Some(job) = jobs::claim(sql, id, &env.holder, (env.now)()).await? else {
        return Ok(false);
    };
    #[cfg(not(feature = "import"))]
    let _ = lend;
    let kind = job.kind;
    let mut held = LeasedJob::new(job, env);
    let done = match kind {
        #[cfg(feature = "import")]
        Kind::Import => import::run(sql, lend, &mut held).await,
        #[cfg(feature = "update")]
        Kind::Update => update::run(sql, &mut held).await,
        #[cfg(feature = "export")]
        Kind::Export => export::run(sql, &mut held).await,
        #[cfg(feature = "update")]
        Kind::Refresh => refresh::run(sql, &mut held).await,
        #[cfg(feature = "control")]
        Kind::ControlDraw => control::run(sql, &mut held).await,
        #[allow(unreachable_patterns, reason = "depends on the features")]
        _ => Err(JobError::Failed(
            Code::NoWorker,
            format!("Nothing here does jobs of the kind {}.", kind.as_str()),
        )),
    };
    match done {
        Ok(()) => {}
        Err(JobError::Store(Error::Stale(Guard::Job))) => return Ok(true),
        Err(JobError::Store(error)) => {
            // Somebody may go on at once; if this fails too, when the lease ends.
            let _ = jobs::release(sql, id, &env.holder).await;
            return Err(error);
        }
        Err(JobError::Failed(code, detail)) => match held.fail(sql, code, &detail).await {
            Ok(()) | Err(Error::Stale(Guard::Job)) => {}
            Err(error) => return Err(error),
        },
    }
    jobs::release(sql, id, &env.holder).await?;
    Ok(true)
}
