//! The runs of schedules.

use roster_model::{JobId, RunId, ScheduleId, Timestamp};
use serde_json::Value;

use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// How many runs of a schedule are kept.
const KEPT_RUNS: i64 = 1000;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// It waits for its next try.
    Waiting,
    /// Its file is being fetched.
    Fetching,
    /// Its import goes on.
    Importing,
    /// Its import was completed.
    Completed,
    /// The file was as before, and left alone.
    Unchanged,
    /// It could not be fetched, or its import failed.
    Failed,
    /// Somebody ended it.
    Cancelled,
}

impl RunState {
    /// All states.
    pub const ALL: [RunState; 7] = [
        RunState::Waiting,
        RunState::Fetching,
        RunState::Importing,
        RunState::Completed,
        RunState::Unchanged,
        RunState::Failed,
        RunState::Cancelled,
    ];

    /// The name, as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Fetching => "fetching",
            Self::Importing => "importing",
            Self::Completed => "completed",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing will happen to it any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Fetching | Self::Importing)
    }
}

/// A run as it is stored.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Its schedule.
    pub schedule: ScheduleId,
    /// When it was to begin.
    pub due_at: Timestamp,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Where it stands.
    pub state: RunState,
    /// The import that it made.
    pub job: Option<JobId>,
    /// How many times fetching was begun.
    pub tries: i64,
    /// When fetching is tried again, or a try that goes on is given up.
    pub next_try_at: Option<Timestamp>,
    /// What else there is to tell; its shape is its maker's.
    pub detail: Value,
}

/// Begins the run of a schedule that was due at `due`, or with `by_hand` one
/// that nobody planned. None if another run goes on, or this one was made
/// before, or the schedule has changed meanwhile.
///
/// # Errors
/// As [`Sql::query`].
pub async fn begin(
    sql: &impl Sql,
    schedule: ScheduleId,
    due: Timestamp,
    at: Timestamp,
    by_hand: bool,
    detail: &Value,
) -> Result<Option<RunId>, Error> {
    let parameters = vec![
        Cell::Integer(schedule.get()),
        Cell::Integer(due.ms()),
        Cell::Integer(at.ms()),
        Cell::Integer(by_hand.into()),
        Cell::Text(crate::json(detail)?),
    ];
    let rows = sql
        .query(include_str!("../sql/schedule_runs/begin.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = RunId::new(row.integer(0)?).ok_or_else(|| corrupt("a run's id"))?;
    let parameters = vec![Cell::Integer(schedule.get()), Cell::Integer(KEPT_RUNS)];
    sql.query(include_str!("../sql/schedule_runs/trim.sql"), parameters)
        .await?;
    Ok(Some(id))
}

/// A run, if there is one with this id.
///
/// # Errors
/// As [`Sql::query`].
pub async fn run(sql: &impl Sql, id: RunId) -> Result<Option<Run>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("../sql/schedule_runs/get.sql"), parameters)
        .await?;
    rows.into_iter().next().map(read).transpose()
}

/// The runs of a schedule, newest first: at most `limit` before the one with
/// the id `before`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn runs(
    sql: &impl Sql,
    schedule: ScheduleId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Run>, Error> {
    let parameters = vec![
        Cell::Integer(schedule.get()),
        Cell::Integer(before.unwrap_or(i64::MAX)),
        Cell::Integer(limit),
    ];
    let rows = sql
        .query(include_str!("../sql/schedule_runs/page.sql"), parameters)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Takes the next try of a run, if it is due at `at` and nobody else has it.
/// Unless it is heard of again by `until`, it counts as lost.
///
/// # Errors
/// As [`Sql::query`].
pub async fn claim(
    sql: &impl Sql,
    id: RunId,
    at: Timestamp,
    until: Timestamp,
) -> Result<Option<Run>, Error> {
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::Integer(at.ms()),
        Cell::Integer(until.ms()),
    ];
    let rows = sql
        .query(include_str!("../sql/schedule_runs/claim.sql"), parameters)
        .await?;
    rows.into_iter().next().map(read).transpose()
}

/// Says that a try still goes on. False if it was given up meanwhile: then it
/// must stop.
///
/// # Errors
/// As [`Sql::query`].
pub async fn hold(sql: &impl Sql, run: &Run, until: Timestamp) -> Result<bool, Error> {
    let parameters = vec![
        Cell::Integer(run.id.get()),
        Cell::Integer(run.tries),
        Cell::Integer(until.ms()),
    ];
    let rows = sql
        .query(include_str!("../sql/schedule_runs/hold.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// What becomes of a run.
#[derive(Debug)]
pub struct Turn<'a> {
    /// The state.
    pub to: RunState,
    /// When this is; an end, if the state is one.
    pub at: Timestamp,
    /// The import, if there is one now.
    pub job: Option<JobId>,
    /// When the next try is due.
    pub next_try_at: Option<Timestamp>,
    /// What there is to tell.
    pub detail: &'a Value,
}

/// Turns a run to another state. False if it was not as `run` says any more:
/// then it is somebody else's.
///
/// # Errors
/// As [`Sql::query`].
pub async fn turn(sql: &impl Sql, run: &Run, turn: &Turn<'_>) -> Result<bool, Error> {
    let ended = turn.to.is_over().then_some(turn.at.ms());
    let parameters = vec![
        Cell::Integer(run.id.get()),
        Cell::Integer(run.tries),
        Cell::from(run.state.as_str()),
        Cell::from(turn.to.as_str()),
        Cell::from(ended),
        Cell::from(turn.job.map(JobId::get)),
        Cell::from(turn.next_try_at.map(Timestamp::ms)),
        Cell::Text(crate::json(turn.detail)?),
    ];
    let rows = sql
        .query(include_str!("../sql/schedule_runs/turn.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// Makes a schedule's run that waits to be tried again due at once, and with `full` one that reads
/// all, if it has read nothing yet; none if there is none.
///
/// # Errors
/// As [`Sql::query`].
pub async fn hurry(
    sql: &impl Sql,
    schedule: ScheduleId,
    at: Timestamp,
    full: bool,
) -> Result<Option<RunId>, Error> {
    let parameters = vec![
        Cell::Integer(schedule.get()),
        Cell::Integer(at.ms()),
        Cell::Integer(full.into()),
    ];
    let rows = sql
        .query(include_str!("../sql/schedule_runs/hurry.sql"), parameters)
        .await?;
    let id = rows.first().map(|row| row.integer(0)).transpose()?;
    id.map(|id| RunId::new(id).ok_or_else(|| corrupt("a run's id")))
        .transpose()
}

/// Ends a run that waits or is being fetched; anyone who fetches it notices. False if
/// it is neither.
///
/// # Errors
/// As [`Sql::query`].
pub async fn cancel(sql: &impl Sql, id: RunId, at: Timestamp) -> Result<bool, Error> {
    let parameters = vec![Cell::Integer(id.get()), Cell::Integer(at.ms())];
    let rows = sql
        .query(include_str!("../sql/schedule_runs/cancel.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// Ends a schedule's run that waits for a try, if there is one; without `all` only if it has read
/// something, since any other does what the schedule says now. An import of it that waits
/// for more rows makes do with those that came. Part of a transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn give_up(
    sql: &impl Sql,
    schedule: ScheduleId,
    at: Timestamp,
    all: bool,
) -> Result<(), Error> {
    // One that is being read goes on.
    close_files(sql, schedule, &[RunState::Waiting]).await?;
    let parameters = vec![
        Cell::Integer(schedule.get()),
        Cell::Integer(at.ms()),
        Cell::Integer(all.into()),
    ];
    sql.query(include_str!("../sql/schedule_runs/give_up.sql"), parameters)
        .await?;
    Ok(())
}

/// Forgets the import of a run that somebody holds: nothing came of it.
///
/// # Errors
/// As [`Sql::query`].
pub async fn forget_job(sql: &impl Sql, run: &Run, job: JobId) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(run.id.get()), Cell::Integer(run.tries)];
    sql.query(
        include_str!("../sql/schedule_runs/forget_job.sql"),
        parameters,
    )
    .await?;
    crate::jobs::forget(sql, job).await
}

/// Ends the files that imports of a schedule wait for more rows of, where runs are in one of
/// these states.
pub(super) async fn close_files(
    sql: &impl Sql,
    schedule: ScheduleId,
    states: &[RunState],
) -> Result<(), Error> {
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let parameters = vec![
        Cell::Integer(schedule.get()),
        Cell::Text(crate::json(&states)?),
    ];
    sql.query(include_str!("../sql/schedules/close_files.sql"), parameters)
        .await?;
    Ok(())
}

fn read(mut row: Row) -> Result<Run, Error> {
    let state = row.text(5)?;
    let state = RunState::ALL.into_iter().find(|s| s.as_str() == state);
    let job = row.optional_integer(6)?.map(JobId::new);
    Ok(Run {
        id: RunId::new(row.integer(0)?).ok_or_else(|| corrupt("a run's id"))?,
        schedule: ScheduleId::new(row.integer(1)?).ok_or_else(|| corrupt("a schedule's id"))?,
        due_at: Timestamp::from_ms(row.integer(2)?),
        started_at: Timestamp::from_ms(row.integer(3)?),
        ended_at: row.optional_integer(4)?.map(Timestamp::from_ms),
        state: state.ok_or_else(|| corrupt("a run's state"))?,
        job: job.flatten(),
        tries: row.integer(7)?,
        next_try_at: row.optional_integer(8)?.map(Timestamp::from_ms),
        detail: serde_json::from_str(&row.text(9)?).map_err(corrupt)?,
    })
}
