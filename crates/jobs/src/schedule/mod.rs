//! Scheduled imports: begins what is due, fetches files and rows, starts their imports
//! and notes how those ended.
//!
//! A run is begun by one guarded statement (`roster_store::schedules`), then fetched by the one who
//! takes its try. That is a lease, renewed while the source is waited for: when it ends (after two
//! minutes, 30 s while rows are read) the run goes on with the next try. The import of a file starts
//! when the file is whole, that of rows with the first page. It starts once: the run names it before,
//! and only an import that waits can be started.

mod download;
mod fetch;
mod import;
mod secrets;
mod settle;
mod table;

pub use download::LONGEST_MS;
pub use fetch::{Answer, Body, Fetch, FetchRequest};
pub use settle::{saved_name, settle};
pub use table::{connect, needs_column};

use download::{FetchError, FetchOutcome, LEASE_MS, download, later};
use futures_util::future::join_all;
use roster_model::Code;
use roster_model::schedule::{AllowedHosts, FileSource, PAUSES_MS, Source, TableSource, pause_ms};
use roster_model::{RunId, ScheduleId, Timestamp};
use roster_seal::Keyring;
use roster_source::{Connect, SourceError};
use roster_store::jobs::{self, KEPT_MS, State};
use roster_store::schedules::{self, Run, RunState, Schedule, Turn};
use roster_store::{Error, Sql};
use serde_json::{Map, Value, json};
use settle::{is_dry, note_seen, resolved};
use table::TableOutcome;

/// What history says scheduled imports came through.
pub const INTERFACE: &str = "schedule";

/// How many schedules and runs are looked at in one round.
const ROUND: i64 = 32;

/// What reaches sources: it sends requests and connects to databases.
pub trait Host: Fetch + Connect {}

impl<T: Fetch + Connect> Host for T {}

/// What the work depends on beside the store.
pub struct World<'a, F> {
    /// What reaches sources.
    pub fetch: &'a F,
    /// Where files may be fetched from.
    pub hosts: &'a AllowedHosts,
    /// Where connectors may lead.
    pub databases: &'a AllowedHosts,
    /// What secrets are opened with.
    pub keys: &'a Keyring,
    /// The time.
    pub now: &'a dyn Fn() -> Timestamp,
}

/// What was done for schedules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScheduleCounts {
    /// Runs that began.
    pub begun: i64,
    /// Tries at files and rows.
    pub tried: i64,
    /// Runs whose import was started or has ended.
    pub settled: i64,
}

/// Does what is due for schedules: at most 32 of each kind. Sources are read side by side, each to
/// its end.
///
/// # Errors
/// What the store meets; what else was begun is done to its end all the same.
pub async fn tick<F: Host>(sql: &impl Sql, world: &World<'_, F>) -> Result<ScheduleCounts, Error> {
    let (mut done, due) = look(sql, world, true).await?;
    done.tried = i64::try_from(due.len()).unwrap_or(i64::MAX);
    let tried = join_all(due.into_iter().map(|due| attempt(sql, world, due.run))).await;
    tried.into_iter().collect::<Result<(), Error>>()?;
    Ok(done)
}

/// A run whose next try is due.
#[derive(Clone, Copy, Debug)]
pub struct DueTry {
    /// The run.
    pub run: RunId,
    /// Whether it reads rows, which may take long, rather than a file.
    pub reads_rows: bool,
}

/// Does what takes no time: notes how imports ended and, with `begin`, begins runs that are due.
/// Gives those that are to be tried, each with [`attempt`], beside each other: those that have
/// waited the longest come first.
///
/// # Errors
/// What the store meets; what was done before stays.
pub async fn look<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    begin: bool,
) -> Result<(ScheduleCounts, Vec<DueTry>), Error> {
    let mut done = ScheduleCounts::default();
    let due = schedules::due(sql, (world.now)(), ROUND).await?;
    let of = |(run, reads_rows)| DueTry { run, reads_rows };
    let mut tries: Vec<DueTry> = due.tries.into_iter().map(of).collect();
    for run in due.imports {
        settle(sql, world, run).await?;
        done.settled += 1;
    }
    for schedule in due.schedules.into_iter().filter(|_| begin) {
        if let Some(begun) = begin_due(sql, world, schedule).await? {
            done.begun += 1;
            tries.push(begun);
        }
    }
    Ok((done, tries))
}

/// Begins the run that a schedule is due for, if nobody else did.
async fn begin_due<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    id: ScheduleId,
) -> Result<Option<DueTry>, Error> {
    let now = (world.now)();
    let Some(schedule) = schedules::get(sql, id).await? else {
        return Ok(None);
    };
    let Some(due) = schedule.next_run_at.filter(|due| *due <= now) else {
        return Ok(None);
    };
    let begun = schedules::begin(sql, id, due, now, false, &json!({})).await?;
    // From now on, not from when it was due: what was missed runs once. If the
    // run was made before and its maker died here, this is made up for.
    let next = schedule.settings.plan.next(now);
    schedules::advance(sql, id, due, next).await?;
    let reads_rows = schedule.settings.source.table().is_some();
    Ok(begun.map(|run| DueTry { run, reads_rows }))
}

/// Begins a run of a schedule by hand, which [`look`] finds due; one that waits already
/// is due now instead. With `full` all rows of a table are read, unless the one that waits has read
/// some already. None if one is being fetched or imported.
///
/// # Errors
/// What the store meets.
pub async fn begin_by_hand(
    sql: &impl Sql,
    schedule: ScheduleId,
    now: Timestamp,
    actor: &str,
    full: bool,
) -> Result<Option<RunId>, Error> {
    if let Some(waiting) = schedules::hurry(sql, schedule, now, full).await? {
        return Ok(Some(waiting));
    }
    let mut detail = json!({ "started_by": actor });
    if let (true, Some(members)) = (full, detail.as_object_mut()) {
        members.insert("full".to_owned(), json!(true));
    }
    schedules::begin(sql, schedule, now, now, true, &detail).await
}

/// Ends a run, whatever it is about to do: what its import has done stays. False
/// if it was over.
///
/// # Errors
/// What the store meets.
pub async fn cancel<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    id: RunId,
) -> Result<bool, Error> {
    let now = (world.now)();
    let ended = schedules::cancel(sql, id, now).await?;
    let run = schedules::run(sql, id).await?;
    let Some(run) = run.filter(|run| ended || run.state == RunState::Importing) else {
        return Ok(ended);
    };
    // Rows that are still being read may be imported already.
    let Some(job) = run.job else {
        return Ok(ended);
    };
    let open: Vec<State> = State::ALL.into_iter().filter(|s| !s.is_over()).collect();
    let kept = Some(later(now, KEPT_MS));
    let turned = jobs::turn(sql, job, &open, State::Cancelled, now, kept).await?;
    settle(sql, world, id).await?;
    Ok(ended || turned.is_some())
}

/// Takes a run's next try, if it is due and nobody else has it: fetches the
/// file and starts its import.
///
/// # Errors
/// What the store meets: then the try counts as lost.
pub async fn attempt<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    id: RunId,
) -> Result<(), Error> {
    let now = (world.now)();
    let Some(run) = schedules::claim(sql, id, now, later(now, LEASE_MS)).await? else {
        return Ok(());
    };
    let Some(schedule) = schedules::get(sql, run.schedule).await? else {
        return Ok(());
    };
    if tries(&run) > PAUSES_MS.len() as i64 + 1 {
        let error = SourceError::permanent(
            Code::Lost,
            "Reading the source was cut off again and again.",
        );
        return failed(sql, world, &schedule, &run, &error).await;
    }
    let done = match &schedule.settings.source {
        Source::File(file) => of_file(sql, world, &schedule, file, &run).await,
        Source::Table(table) => of_table(sql, world, &schedule, table, &run).await,
    };
    match done {
        Ok(()) | Err(FetchError::Lost) => Ok(()),
        Err(FetchError::Source(error)) => failed(sql, world, &schedule, &run, &error).await,
        Err(FetchError::Store(error)) => Err(error),
    }
}

/// Whether a run reads all rows of a table, whatever was seen before.
fn is_full(run: &Run) -> bool {
    run.detail.get("full") == Some(&Value::Bool(true))
}

/// How many tries of a run there were, this one included: those that only went on are none.
#[must_use]
pub fn tries(run: &Run) -> i64 {
    let went_on = run.detail.get("went_on").and_then(Value::as_i64);
    run.tries - went_on.unwrap_or_default()
}

/// A try at a file: it is fetched, and its import started.
async fn of_file<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    schedule: &Schedule,
    source: &FileSource,
    run: &Run,
) -> Result<(), FetchError> {
    if run.detail.get("reached").is_some() {
        let why = "The source was changed while the run went on: run the schedule again.";
        return Err(SourceError::permanent(Code::SourceChanged, why).into());
    }
    match download(sql, world, schedule, source, run).await? {
        FetchOutcome::File {
            job,
            name,
            bytes,
            seen,
        } => {
            let mut detail = detail_of(run);
            detail.insert("file".to_owned(), json!(name));
            detail.insert("bytes".to_owned(), json!(bytes));
            detail.insert("seen".to_owned(), seen);
            detail.insert("url".to_owned(), json!(source.url.as_str()));
            let detail = Value::Object(detail);
            let to = Turn {
                job: Some(job),
                ..turn(RunState::Importing, (world.now)(), &detail)
            };
            if !schedules::turn(sql, run, &to).await? {
                return Ok(jobs::forget(sql, job).await?);
            }
            Ok(settle(sql, world, run.id).await?)
        }
        FetchOutcome::Unchanged => {
            let to = turn(RunState::Unchanged, (world.now)(), &run.detail);
            schedules::turn(sql, run, &to).await?;
            Ok(())
        }
    }
}

/// A try at rows of a table: they are read as far as it comes.
async fn of_table<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    schedule: &Schedule,
    source: &TableSource,
    run: &Run,
) -> Result<(), FetchError> {
    let settings = resolved(sql, schedule).await?;
    let settings = settings.map_err(|name| {
        let why = format!("The database has no import settings {name:?} any more.");
        SourceError::permanent(Code::UnknownSettings, why)
    })?;
    match table::read(sql, world, schedule, source, run, &settings).await? {
        TableOutcome::Importing(detail) => {
            let to = turn(RunState::Importing, (world.now)(), &detail);
            schedules::turn(sql, run, &to).await?;
            Ok(settle(sql, world, run.id).await?)
        }
        TableOutcome::Unchanged(detail) => {
            let to = turn(RunState::Unchanged, (world.now)(), &detail);
            if schedules::turn(sql, run, &to).await? && !is_dry(&settings) {
                note_seen(sql, schedule.id, &detail).await?;
            }
            Ok(())
        }
        TableOutcome::Yielded(detail) => {
            let mut detail = detail.as_object().cloned().unwrap_or_default();
            let went_on = detail.get("went_on").and_then(Value::as_i64);
            detail.insert("went_on".to_owned(), json!(went_on.unwrap_or_default() + 1));
            let detail = Value::Object(detail);
            let now = (world.now)();
            let to = Turn {
                next_try_at: Some(now),
                ..turn(RunState::Waiting, now, &detail)
            };
            schedules::turn(sql, run, &to).await?;
            Ok(())
        }
    }
}

/// Notes that a try failed, and when there is another.
async fn failed<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    schedule: &Schedule,
    run: &Run,
    error: &SourceError,
) -> Result<(), Error> {
    let now = (world.now)();
    let pause = pause_ms(tries(run)).filter(|_| error.retry);
    let next = pause.map(|ms| later(now, ms));
    // The next run that is planned comes sooner: then it is the next try.
    let next = next.filter(|next| schedule.next_run_at.is_none_or(|planned| *next < planned));
    if next.is_none() && table::give_up(sql, world, schedule, run, error).await? {
        // The import ends with the error when it has all rows that came, and so does the run.
        let Some(kept) = schedules::run(sql, run.id).await? else {
            return Ok(());
        };
        let to = turn(RunState::Importing, now, &kept.detail);
        schedules::turn(sql, run, &to).await?;
        return settle(sql, world, run.id).await;
    }
    // What the try has kept meanwhile stays.
    let kept = schedules::run(sql, run.id).await?;
    let detail = with_error(
        kept.as_ref().unwrap_or(run),
        now,
        error.code.as_str(),
        &error.detail,
    );
    let to = match next {
        Some(next) => Turn {
            next_try_at: Some(next),
            ..turn(RunState::Waiting, now, &detail)
        },
        None => turn(RunState::Failed, now, &detail),
    };
    schedules::turn(sql, run, &to).await?;
    Ok(())
}

fn turn(to: RunState, at: Timestamp, detail: &Value) -> Turn<'_> {
    Turn {
        to,
        at,
        job: None,
        next_try_at: None,
        detail,
    }
}

/// What there is to tell of a run.
fn detail_of(run: &Run) -> Map<String, Value> {
    run.detail.as_object().cloned().unwrap_or_default()
}

/// What there is to tell of a run, with one more thing that went wrong.
fn with_error(run: &Run, at: Timestamp, code: &str, why: &str) -> Value {
    let mut detail = detail_of(run);
    let error = json!({ "at": at, "code": code, "detail": why });
    let errors = detail.entry("errors").or_insert_with(|| json!([]));
    if let Some(errors) = errors.as_array_mut() {
        errors.push(error);
    }
    Value::Object(detail)
}
