//! What becomes of a run whose file is there: its import is started, and how that ended is noted,
//! with what was seen at the source.

use super::{Host, World, import, table, turn, with_error};
use roster_model::Code;
use roster_model::schedule::Source;
use roster_model::{RunId, ScheduleId};
use roster_store::connectors;
use roster_store::import_settings;
use roster_store::jobs::{self, State};
use roster_store::schedules::{self, RunState, Schedule};
use roster_store::{Error, Sql};
use serde_json::Value;

/// How often it is tried to note what was seen, while the schedule is being changed.
const SEEN_TRIES: usize = 3;

/// Starts the import of a run whose file is there, or notes how it ended.
///
/// # Errors
/// What the store meets.
pub async fn settle<F: Host>(sql: &impl Sql, world: &World<'_, F>, id: RunId) -> Result<(), Error> {
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
                Ok(settings) => import::start(sql, job.id, &schedule, &settings, now).await?,
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
            // It took all that it had; more may have been to come.
            if !table::has_all(&run.detail) {
                let why = "The import ended before all rows were read.";
                let detail = with_error(&run, now, Code::BrokenOff.as_str(), why);
                schedules::turn(sql, &run, &turn(RunState::Failed, now, &detail)).await?;
                return Ok(());
            }
            // What was only tried counts as not seen.
            if !is_dry(&job.settings) {
                note_seen(sql, run.schedule, &run.detail).await?;
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

/// Whether an import with these settings writes nothing.
pub(super) fn is_dry(settings: &Value) -> bool {
    settings.get("dry_run") == Some(&Value::Bool(true))
}

/// Notes what a run has seen at its source, unless the schedule has another by now.
pub(super) async fn note_seen(sql: &impl Sql, id: ScheduleId, detail: &Value) -> Result<(), Error> {
    for _ in 0..SEEN_TRIES {
        let Some(schedule) = schedules::get(sql, id).await? else {
            return Ok(());
        };
        let seen = match &schedule.settings.source {
            Source::File(file) => {
                let url = detail.get("url").and_then(Value::as_str);
                let same = url == Some(file.url.as_str());
                detail.get("seen").filter(|_| same).cloned()
            }
            Source::Table(source) => connectors::get(sql, source.connector)
                .await?
                .and_then(|found| table::seen_of(detail, source, &found.connector.settings)),
        };
        let Some(seen) = seen else { return Ok(()) };
        if schedules::saw(sql, id, schedule.revision, &seen).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// The settings of a schedule's imports: its own, or those saved under the name
/// that it has, whose name is given if they are gone.
pub(super) async fn resolved(
    sql: &impl Sql,
    schedule: &Schedule,
) -> Result<Result<Value, String>, Error> {
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
