//! Scheduled imports: begins what is due, fetches files, starts their imports
//! and notes how those ended.
//!
//! A run is begun by one guarded statement (`roster_store::schedules`), then
//! fetched by the one who takes its try. Who doesn't make itself heard for two
//! minutes has lost the try, and the run goes on with the next one. The import
//! is started only when the file is whole, and once: it is named by the run
//! before, and only an import that waits can be started.

mod download;
mod fetch;

pub use download::LONGEST_MS;
pub use fetch::{Answer, Body, Fetch, FetchRequest, Trouble};

use download::{FetchError, FetchOutcome, LOST_MS, download, later};
use futures_util::future::join_all;
use roster_model::Code;
use roster_model::schedule::{AllowedHosts, PAUSES_MS, pause_ms};
use roster_model::{RunId, ScheduleId, Timestamp};
use roster_store::import_settings;
use roster_store::jobs::{self, KEPT_MS, Progress, Start, State};
use roster_store::schedules::{self, Run, RunState, Schedule, Turn};
use roster_store::{Error, Sql};
use serde_json::{Map, Value, json};

/// What history says scheduled imports came through.
pub const INTERFACE: &str = "schedule";

/// How many schedules and runs are looked at in one round.
const ROUND: i64 = 16;

/// What the work depends on beside the store.
pub struct World<'a, F> {
    /// What sends requests.
    pub fetch: &'a F,
    /// Where they may go.
    pub hosts: &'a AllowedHosts,
    /// The time.
    pub now: &'a dyn Fn() -> Timestamp,
}

/// What was done for schedules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScheduleCounts {
    /// Runs that began.
    pub begun: i64,
    /// Files that were fetched, or tried to be.
    pub tried: i64,
    /// Runs whose import was started or has ended.
    pub settled: i64,
}

/// Does what is due for schedules: at most 16 of each kind. Files are fetched
/// side by side, each to its end.
///
/// # Errors
/// What the store meets; what else was begun is done to its end all the same.
pub async fn tick<F: Fetch>(sql: &impl Sql, world: &World<'_, F>) -> Result<ScheduleCounts, Error> {
    let (mut done, runs) = look(sql, world).await?;
    done.tried = i64::try_from(runs.len()).unwrap_or(i64::MAX);
    let tried = join_all(runs.into_iter().map(|run| attempt(sql, world, run))).await;
    tried.into_iter().collect::<Result<(), Error>>()?;
    Ok(done)
}

/// Does what takes no time: notes how imports ended and begins runs that are due.
/// Gives those that are to be tried, each with [`attempt`], beside each other.
///
/// # Errors
/// What the store meets; what was done before stays.
pub async fn look<F: Fetch>(
    sql: &impl Sql,
    world: &World<'_, F>,
) -> Result<(ScheduleCounts, Vec<RunId>), Error> {
    let mut done = ScheduleCounts::default();
    let mut runs = Vec::new();
    let due = schedules::due(sql, (world.now)(), ROUND).await?;
    for run in due.imports {
        settle(sql, world, run).await?;
        done.settled += 1;
    }
    for schedule in due.schedules {
        if let Some(run) = begin_due(sql, world, schedule).await? {
            done.begun += 1;
            runs.push(run);
        }
    }
    runs.extend(due.tries);
    Ok((done, runs))
}

/// Begins the run that a schedule is due for, if nobody else did.
async fn begin_due<F: Fetch>(
    sql: &impl Sql,
    world: &World<'_, F>,
    id: ScheduleId,
) -> Result<Option<RunId>, Error> {
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
    Ok(begun)
}

/// Begins a run of a schedule by hand, which [`look`] finds due; one that waits already
/// is due now instead. None if one is being fetched or imported.
///
/// # Errors
/// What the store meets.
pub async fn begin_by_hand(
    sql: &impl Sql,
    schedule: ScheduleId,
    now: Timestamp,
    actor: &str,
) -> Result<Option<RunId>, Error> {
    if let Some(waiting) = schedules::hurry(sql, schedule, now).await? {
        return Ok(Some(waiting));
    }
    let detail = json!({ "started_by": actor });
    schedules::begin(sql, schedule, now, now, true, &detail).await
}

/// Ends a run, whatever it is about to do: what its import has done stays. False
/// if it was over.
///
/// # Errors
/// What the store meets.
pub async fn cancel<F: Fetch>(
    sql: &impl Sql,
    world: &World<'_, F>,
    id: RunId,
) -> Result<bool, Error> {
    let now = (world.now)();
    if schedules::cancel(sql, id, now).await? {
        return Ok(true);
    }
    let run = schedules::run(sql, id).await?;
    let Some(run) = run.filter(|run| run.state == RunState::Importing) else {
        return Ok(false);
    };
    let Some(job) = run.job else {
        return Ok(false);
    };
    let open: Vec<State> = State::ALL.into_iter().filter(|s| !s.is_over()).collect();
    let kept = Some(later(now, KEPT_MS));
    let turned = jobs::turn(sql, job, &open, State::Cancelled, now, kept).await?;
    settle(sql, world, id).await?;
    Ok(turned.is_some())
}

/// Takes a run's next try, if it is due and nobody else has it: fetches the
/// file and starts its import.
///
/// # Errors
/// What the store meets: then the try counts as lost.
pub async fn attempt<F: Fetch>(
    sql: &impl Sql,
    world: &World<'_, F>,
    id: RunId,
) -> Result<(), Error> {
    let now = (world.now)();
    let Some(run) = schedules::claim(sql, id, now, later(now, LOST_MS)).await? else {
        return Ok(());
    };
    let Some(schedule) = schedules::get(sql, run.schedule).await? else {
        return Ok(());
    };
    if run.tries > PAUSES_MS.len() as i64 + 1 {
        let trouble = Trouble::for_good(Code::Lost, "Fetching was cut off again and again.");
        return failed(sql, world, &schedule, &run, &trouble).await;
    }
    match download(sql, world, &schedule, &run).await {
        Ok(FetchOutcome::File {
            job,
            name,
            bytes,
            seen,
        }) => {
            let mut detail = detail_of(&run);
            detail.insert("file".to_owned(), json!(name));
            detail.insert("bytes".to_owned(), json!(bytes));
            detail.insert("seen".to_owned(), seen);
            let url = schedule.settings.source.url.as_str();
            detail.insert("url".to_owned(), json!(url));
            let detail = Value::Object(detail);
            let to = Turn {
                job: Some(job),
                ..turn(RunState::Importing, (world.now)(), &detail)
            };
            if !schedules::turn(sql, &run, &to).await? {
                return jobs::forget(sql, job).await;
            }
            settle(sql, world, id).await
        }
        Ok(FetchOutcome::Unchanged) => {
            let to = turn(RunState::Unchanged, (world.now)(), &run.detail);
            schedules::turn(sql, &run, &to).await?;
            Ok(())
        }
        Err(FetchError::Lost) => Ok(()),
        Err(FetchError::Trouble(trouble)) => failed(sql, world, &schedule, &run, &trouble).await,
        Err(FetchError::Store(error)) => Err(error),
    }
}

/// Notes that a try failed, and when there is another.
async fn failed<F: Fetch>(
    sql: &impl Sql,
    world: &World<'_, F>,
    schedule: &Schedule,
    run: &Run,
    trouble: &Trouble,
) -> Result<(), Error> {
    let now = (world.now)();
    let detail = with_error(run, now, trouble.code.as_str(), &trouble.detail);
    let pause = pause_ms(run.tries).filter(|_| trouble.again);
    let next = pause.map(|ms| later(now, ms));
    // The next run that is planned comes sooner: then it is the next try.
    let next = next.filter(|next| schedule.next_run_at.is_none_or(|planned| *next < planned));
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

/// Starts the import of a run whose file is there, or notes how it ended.
///
/// # Errors
/// What the store meets.
pub async fn settle<F: Fetch>(
    sql: &impl Sql,
    world: &World<'_, F>,
    id: RunId,
) -> Result<(), Error> {
    let run = schedules::run(sql, id).await?;
    let Some(run) = run.filter(|run| run.state == RunState::Importing) else {
        return Ok(());
    };
    let now = (world.now)();
    let job = match run.job {
        Some(job) => jobs::get(sql, job).await?,
        None => None,
    };
    let Some(job) = job else {
        let detail = with_error(&run, now, Code::ImportGone.as_str(), "The import is gone.");
        schedules::turn(sql, &run, &turn(RunState::Failed, now, &detail)).await?;
        return Ok(());
    };
    match job.state {
        State::Uploading | State::Queued | State::Running | State::Paused => Ok(()),
        State::Uploaded => {
            let Some(schedule) = schedules::get(sql, run.schedule).await? else {
                return Ok(());
            };
            match resolved(sql, &schedule).await? {
                Ok(settings) => {
                    let progress = Progress {
                        phase: "waiting".to_owned(),
                        ..Progress::default()
                    };
                    let start = Start {
                        settings: &settings,
                        progress: &progress,
                        speaks_for_all: schedule.speaks_for_all,
                        at: now,
                    };
                    jobs::start(sql, job.id, start).await?;
                }
                Err(name) => {
                    let why = format!("The database has no import settings {name:?} any more.");
                    let detail = with_error(&run, now, Code::UnknownSettings.as_str(), &why);
                    schedules::turn(sql, &run, &turn(RunState::Failed, now, &detail)).await?;
                    jobs::forget(sql, job.id).await?;
                }
            }
            Ok(())
        }
        State::Completed => {
            if let (Some(url), Some(seen)) = (
                run.detail.get("url").and_then(Value::as_str),
                run.detail.get("seen"),
            ) {
                schedules::saw(sql, run.schedule, url, seen).await?;
            }
            schedules::turn(sql, &run, &turn(RunState::Completed, now, &run.detail)).await?;
            Ok(())
        }
        State::Failed => {
            let problem = job.problem.unwrap_or_default();
            let text = |name: &str| {
                problem
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            let detail = with_error(&run, now, text("code"), text("detail"));
            schedules::turn(sql, &run, &turn(RunState::Failed, now, &detail)).await?;
            Ok(())
        }
        State::Cancelled => {
            schedules::turn(sql, &run, &turn(RunState::Cancelled, now, &run.detail)).await?;
            Ok(())
        }
    }
}

/// The settings of a schedule's imports: its own, or those saved under the name
/// that it has, whose name is given if they are gone.
async fn resolved(sql: &impl Sql, schedule: &Schedule) -> Result<Result<Value, String>, Error> {
    let settings = &schedule.settings.settings;
    let Some(name) = saved_name(settings) else {
        return Ok(Ok(settings.clone()));
    };
    let saved = import_settings::get(sql, schedule.database, name).await?;
    Ok(saved
        .map(|saved| saved.settings)
        .ok_or_else(|| name.to_owned()))
}

/// The name of saved settings, where settings are nothing but that.
#[must_use]
pub fn saved_name(settings: &Value) -> Option<&str> {
    let members = settings.as_object().filter(|members| members.len() == 1)?;
    members.get("settings").and_then(Value::as_str)
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
