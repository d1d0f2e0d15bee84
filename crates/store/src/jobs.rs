//! Jobs: work that outlives a request, such as imports, bulk updates, exports.
//!
//! A job is done in steps. Anyone who does one must hold the job's lease, which
//! ends by itself when its holder dies, and a step is written in one statement
//! with the progress that it reaches: [`step`], or for steps that write
//! profiles [`crate::write::MakeStep`]. A guard refuses a step of a job that
//! was paused, cancelled or taken over meanwhile ([`crate::Guard::Job`]), so
//! none is done twice or lost.

mod files;
mod progress;
mod report;
mod state;

pub use files::{
    Chunk, File, Piece, Role, chunk, delete_of_database, empty, expire, files, forget, put_chunk,
    put_file,
};
pub use progress::{Counts, Progress};
pub use report::{ReportRow, Rows, failures, results};
pub use state::{Kind, State};

use roster_model::{DatabaseId, JobId, ProfileId, SegmentId, Timestamp};
use serde_json::{Value, json};

use crate::packed::{corrupt, database_id};
use crate::{Cell, Error, Row, Sql};

/// How long a lease lasts after a step, in milliseconds. A step takes a
/// fraction of it; after a killed process, the job stands still so long.
pub const LEASE_MS: i64 = 15_000;

/// How long files and report of an ended job are kept: 30 days, in milliseconds.
pub const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// A job as it is stored.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: Kind,
    /// The database whose profiles it is about.
    pub database: DatabaseId,
    /// Where it stands.
    pub state: State,
    /// What people call it.
    pub name: String,
    /// The name of the token that started it; history names it too.
    pub actor: String,
    /// Whether they spoke for every database.
    pub speaks_for_all: bool,
    /// The interface that it was started through.
    pub interface: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// When work on it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Until when its files and its report are kept.
    pub expires_at: Option<Timestamp>,
    /// What was asked for; its shape is the kind's.
    pub settings: Value,
    /// How far it is.
    pub progress: Progress,
    /// Why it failed: `{code, detail}`.
    pub problem: Option<Value>,
    /// Counts its steps from 0.
    pub step: i64,
    /// Until when somebody works on it.
    pub leased_until: Timestamp,
}

/// What makes a new job.
#[derive(Debug)]
pub struct NewJob<'a> {
    /// What it does.
    pub kind: Kind,
    /// The database.
    pub database: DatabaseId,
    /// Where it begins: uploading, or queued where there is nothing to wait for.
    pub state: State,
    /// What people call it.
    pub name: &'a str,
    /// Who makes it.
    pub actor: &'a str,
    /// Whether they speak for every database.
    pub speaks_for_all: bool,
    /// Through which interface.
    pub interface: &'a str,
    /// When.
    pub at: Timestamp,
    /// What is asked for.
    pub settings: &'a Value,
    /// How far it is at the start.
    pub progress: &'a Progress,
    /// When it is forgotten unless it is started.
    pub expires_at: Option<Timestamp>,
}

/// Makes a job.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(sql: &impl Sql, new: &NewJob<'_>) -> Result<JobId, Error> {
    let parameters = vec![
        Cell::from(new.kind.as_str()),
        Cell::Integer(new.database.get()),
        Cell::from(new.state.as_str()),
        Cell::from(new.name),
        Cell::from(new.actor),
        Cell::from(new.interface),
        Cell::Integer(new.at.ms()),
        Cell::Text(crate::json(new.settings)?),
        Cell::Text(crate::json(new.progress)?),
        Cell::from(new.expires_at.map(Timestamp::ms)),
        Cell::Integer(new.speaks_for_all.into()),
    ];
    let rows = sql
        .query(include_str!("sql/jobs/create.sql"), parameters)
        .await?;
    let id = rows.first().ok_or_else(|| corrupt("no job"))?.integer(0)?;
    JobId::new(id).ok_or_else(|| corrupt("a job's id"))
}

/// A job, if there is one with this id.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: JobId) -> Result<Option<Job>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/jobs/get.sql"), parameters)
        .await?;
    rows.into_iter().next().map(job).transpose()
}

/// The jobs of a kind in a database, newest first: at most `limit` before the
/// one with the id `before`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    database: DatabaseId,
    kind: Kind,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Job>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::from(kind.as_str()),
        Cell::Integer(before.unwrap_or(i64::MAX)),
        Cell::Integer(limit),
    ];
    let rows = sql
        .query(include_str!("sql/jobs/page.sql"), parameters)
        .await?;
    rows.into_iter().map(job).collect()
}

/// The upload of a job is whole; it waits to be started until `until`. False
/// if it no longer waits for its upload.
///
/// # Errors
/// As [`Sql::query`].
pub async fn uploaded(
    sql: &impl Sql,
    id: JobId,
    at: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::Integer(at.ms()),
        Cell::Integer(until.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/jobs/uploaded.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// What an import is started with.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// What is asked for.
    pub settings: &'a Value,
    /// How far it is at the start.
    pub progress: &'a Progress,
    /// Whether the one who starts it speaks for every database; the job does only if the
    /// one who uploaded its file does too.
    pub speaks_for_all: bool,
    /// When.
    pub at: Timestamp,
}

impl Start<'_> {
    async fn run(self, sql: &impl Sql, id: JobId, statement: &str) -> Result<bool, Error> {
        let parameters = vec![
            Cell::Integer(id.get()),
            Cell::Text(crate::json(self.settings)?),
            Cell::Text(crate::json(self.progress)?),
            Cell::Integer(self.at.ms()),
            Cell::Integer(self.speaks_for_all.into()),
        ];
        Ok(!sql.query(statement, parameters).await?.is_empty())
    }
}

/// Puts an uploaded job into the queue. False if it can no longer be started.
///
/// # Errors
/// As [`Sql::query`].
pub async fn start(sql: &impl Sql, id: JobId, start: Start<'_>) -> Result<bool, Error> {
    start.run(sql, id, include_str!("sql/jobs/start.sql")).await
}

/// Puts a job into the queue again, of which a dry run is over: what that reported is gone,
/// and the files are unpacked again, by the settings of now. False if there was no dry run,
/// it goes on, or its files are no longer kept. In a transaction of its caller.
///
/// # Errors
/// As [`Sql::query`].
pub async fn start_again(sql: &impl Sql, id: JobId, start: Start<'_>) -> Result<bool, Error> {
    let statement = include_str!("sql/jobs/start_again.sql");
    if !start.run(sql, id, statement).await? {
        return Ok(false);
    }
    files::forget_run(sql, id).await?;
    Ok(true)
}

/// Turns a job to another state, if it is in one of `from`; anyone who works on it
/// can't write another step. The job as it is then, or nothing if it is in none of
/// them.
///
/// # Errors
/// As [`Sql::query`].
pub async fn turn(
    sql: &impl Sql,
    id: JobId,
    from: &[State],
    to: State,
    at: Timestamp,
    expires_at: Option<Timestamp>,
) -> Result<Option<Job>, Error> {
    let from: Vec<&str> = from.iter().map(|state| state.as_str()).collect();
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::from(to.as_str()),
        Cell::Text(crate::json(&from)?),
        Cell::Integer(at.ms()),
        Cell::from(expires_at.map(Timestamp::ms)),
    ];
    let rows = sql
        .query(include_str!("sql/jobs/turn.sql"), parameters)
        .await?;
    rows.into_iter().next().map(job).transpose()
}

/// Cancels the jobs of a database that wait, run or are paused: their profiles
/// go, in the transaction of the caller. What they report stays for its time.
///
/// # Errors
/// As [`Sql::query`].
pub async fn cancel_of_database(
    sql: &impl Sql,
    database: DatabaseId,
    at: Timestamp,
) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(at.ms()),
        Cell::Integer(at.ms().saturating_add(KEPT_MS)),
    ];
    sql.query(include_str!("sql/jobs/cancel_of_database.sql"), parameters)
        .await?;
    Ok(())
}

/// Takes a job's lease for `holder`: the job, or none if it is not due or
/// somebody else has it.
///
/// # Errors
/// As [`Sql::query`].
pub async fn claim(
    sql: &impl Sql,
    id: JobId,
    holder: &str,
    at: Timestamp,
) -> Result<Option<Job>, Error> {
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::from(holder),
        Cell::Integer(at.ms()),
        Cell::Integer(at.ms().saturating_add(LEASE_MS)),
    ];
    let rows = sql
        .query(include_str!("sql/jobs/claim.sql"), parameters)
        .await?;
    rows.into_iter().next().map(job).transpose()
}

/// Gives a job's lease back, so that another may go on at once.
///
/// # Errors
/// As [`Sql::query`].
pub async fn release(sql: &impl Sql, id: JobId, holder: &str) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(id.get()), Cell::from(holder)];
    sql.query(include_str!("sql/jobs/release.sql"), parameters)
        .await?;
    Ok(())
}

/// Jobs that wait for somebody to work on them.
#[derive(Debug, Default)]
pub struct DueJobs {
    /// The jobs, those that were touched longest ago first.
    pub jobs: Vec<(JobId, Kind)>,
    /// How many are queued or running in all.
    pub left: i64,
}

/// The jobs that nobody works on at `at`, at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn due(sql: &impl Sql, at: Timestamp, limit: i64) -> Result<DueJobs, Error> {
    let parameters = vec![Cell::Integer(at.ms()), Cell::Integer(limit)];
    let mut rows = sql
        .query(include_str!("sql/jobs/due.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let jobs: Vec<(i64, String)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    Ok(DueJobs {
        jobs: jobs
            .into_iter()
            .map(|(id, kind)| {
                let id = JobId::new(id).ok_or_else(|| corrupt("a job's id"))?;
                Ok((
                    id,
                    Kind::parse(&kind).ok_or_else(|| corrupt("a job's kind"))?,
                ))
            })
            .collect::<Result<_, Error>>()?,
        left: row.integer(1)?,
    })
}

/// What is written with a step of a job.
#[derive(Clone, Debug)]
pub struct Step {
    /// The job.
    pub job: JobId,
    /// Who holds its lease.
    pub holder: String,
    /// The step that this is: [`Job::step`] when it was read.
    pub step: i64,
    /// The state afterwards: running, or an end.
    pub state: State,
    /// The progress afterwards.
    pub progress: Progress,
    /// Why it failed.
    pub problem: Option<Value>,
    /// Until when the lease lasts afterwards.
    pub leased_until: Timestamp,
    /// Until when files and report are kept; unchanged if absent.
    pub expires_at: Option<Timestamp>,
    /// What became of profiles: `[[pk, outcome], …]`; nothing if empty.
    pub results: Vec<(i64, u8)>,
    /// Rows that were not applied as they are.
    pub failures: Vec<ReportRow>,
    /// Who enters which static segment; only in a step that writes profiles.
    pub members: Vec<(SegmentId, ProfileId)>,
}

impl Step {
    /// As the statements take it.
    pub(crate) fn to_row(&self) -> Value {
        json!([
            self.job.get(),
            self.holder,
            self.step,
            self.state.as_str(),
            self.progress,
            self.problem,
            self.leased_until.ms(),
            self.expires_at.map(Timestamp::ms),
            (!self.results.is_empty()).then_some(&self.results),
            self.failures
                .iter()
                .map(ReportRow::to_row)
                .collect::<Vec<_>>(),
        ])
    }
}

/// Writes a step that changes no profiles, with files' rows and one piece of a
/// file.
///
/// # Errors
/// [`crate::Guard::Job`] when the job is no longer held, and as [`Sql::query`].
pub async fn step(
    sql: &impl Sql,
    step: &Step,
    at: Timestamp,
    files: &[File],
    piece: Option<Piece>,
) -> Result<(), Error> {
    let files: Vec<Value> = files.iter().map(File::to_row).collect();
    let failures: Vec<Value> = step.failures.iter().map(ReportRow::to_row).collect();
    let mut parameters = vec![
        Cell::Integer(step.job.get()),
        Cell::from(step.holder.as_str()),
        Cell::Integer(step.step),
        Cell::Integer(at.ms()),
        Cell::from(step.state.as_str()),
        Cell::Text(crate::json(&step.progress)?),
        Cell::from(step.problem.as_ref().map(crate::json).transpose()?),
        Cell::Integer(step.leased_until.ms()),
        Cell::from(step.expires_at.map(Timestamp::ms)),
        Cell::from(if step.results.is_empty() {
            None
        } else {
            Some(crate::json(&step.results)?)
        }),
        Cell::Text(crate::json(&failures)?),
        Cell::Text(crate::json(&files)?),
    ];
    match piece {
        Some(piece) => parameters.extend([
            Cell::Integer(piece.file),
            Cell::Integer(piece.begins),
            Cell::Blob(piece.bytes),
        ]),
        None => parameters.extend([Cell::Null, Cell::Null, Cell::Null]),
    }
    sql.query(include_str!("sql/jobs/step.sql"), parameters)
        .await?;
    Ok(())
}

impl Job {
    /// Whether it was started to see what it would do, and that is over.
    #[must_use]
    pub fn is_dry_run_over(&self) -> bool {
        self.state.is_over() && self.settings.get("dry_run") == Some(&Value::Bool(true))
    }
}

fn job(mut row: Row) -> Result<Job, Error> {
    let at = |ms: Option<i64>| ms.map(Timestamp::from_ms);
    let value = |text: String| serde_json::from_str(&text).map_err(corrupt);
    Ok(Job {
        id: JobId::new(row.integer(0)?).ok_or_else(|| corrupt("a job's id"))?,
        kind: Kind::parse(&row.text(1)?).ok_or_else(|| corrupt("a job's kind"))?,
        database: database_id(row.integer(2)?)?,
        state: State::parse(&row.text(3)?).ok_or_else(|| corrupt("a job's state"))?,
        name: row.text(4)?,
        actor: row.text(5)?,
        interface: row.text(6)?,
        created_at: Timestamp::from_ms(row.integer(7)?),
        updated_at: Timestamp::from_ms(row.integer(8)?),
        started_at: at(row.optional_integer(9)?),
        ended_at: at(row.optional_integer(10)?),
        expires_at: at(row.optional_integer(11)?),
        settings: value(row.text(12)?)?,
        progress: serde_json::from_str(&row.text(13)?).map_err(corrupt)?,
        problem: row.optional_text(14)?.map(value).transpose()?,
        step: row.integer(15)?,
        leased_until: Timestamp::from_ms(row.integer(16)?),
        speaks_for_all: row.integer(17)? != 0,
    })
}
