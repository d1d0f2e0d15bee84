//! What schedules and their runs look like.

use roster_http::{Meaning, Reply};
use roster_model::schedule::SHOWN_RUNS;
use roster_model::{DatabaseId, JobId, RunId, ScheduleId, Timestamp};
use roster_store::schedules::{Run, Schedule};
use serde::Serialize;
use serde_json::{Value, json};

/// What went wrong when a source was read.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes what fetching writes down")]
struct FetchError {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The stable name of the reason.
    code: String,
    /// What happened, and what would help.
    detail: String,
}

/// A schedule as it is shown.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Schedule)]
pub(crate) struct ShownSchedule {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: ScheduleId,
    /// Its database.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    /// What people call it.
    name: String,
    /// Whether it runs by itself.
    enabled: bool,
    /// When it runs: `{cron, time_zone}`, `{every_minutes}` or `{every_hours}`.
    #[schema(value_type = Object)]
    plan: Value,
    /// What it fetches: `{url, headers, auth, secret_set}` of a file, `{connector, table or
    /// query, key, watermark, page_rows}` of rows. The secret itself and the values of headers
    /// (`***`) are never shown.
    #[schema(value_type = Object)]
    source: Value,
    /// Whether a file that is as it was the last time is not imported.
    skip_unchanged: bool,
    /// The body that starts its imports.
    #[schema(value_type = Object)]
    settings: Value,
    /// The next five runs; none while it is not enabled.
    #[schema(value_type = Vec<String>)]
    next_runs: Vec<Timestamp>,
    /// The latest watermark that a completed run has met, as the database writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    watermark: Option<Value>,
    /// Who made it; its imports are this one's.
    created_by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts its changes from 1; also the `ETag`.
    revision: i64,
}

impl ShownSchedule {
    /// As it is at a moment.
    pub fn new(schedule: Schedule, now: Timestamp) -> Self {
        let settings = schedule.settings;
        let mut source = settings.source.to_shown();
        if let (Some(members), Some(_)) = (source.as_object_mut(), settings.source.file()) {
            members.insert("secret_set".to_owned(), json!(schedule.secret.is_some()));
        }
        let watermark = settings.source.table().and_then(|table| {
            let reached = schedule
                .seen
                .get("watermark")
                .filter(|one| !one.is_null())?;
            let place = schedule.seen.get("place")?;
            (place.get("source") == Some(&table.place())).then(|| reached.clone())
        });
        // What is due and hasn't begun yet comes first.
        let next_runs = schedule.next_run_at.map_or_else(Vec::new, |next| {
            let mut runs = vec![next];
            runs.extend(settings.plan.upcoming(next.max(now), SHOWN_RUNS - 1));
            runs
        });
        ShownSchedule {
            id: schedule.id,
            database_id: schedule.database,
            name: settings.name,
            enabled: settings.enabled,
            plan: settings.plan.to_json(),
            source,
            skip_unchanged: settings.skip_unchanged,
            settings: settings.settings,
            next_runs,
            watermark,
            created_by: schedule.created_by,
            created_at: schedule.created_at,
            updated_at: schedule.updated_at,
            revision: schedule.revision,
        }
    }

    /// The answer that shows it.
    pub fn reply(&self) -> Reply {
        Reply::ok(self).etag(self.revision)
    }

    /// The answer that shows it as new.
    pub fn created(&self) -> Reply {
        let path = format!("/v1/databases/{}/schedules/{}", self.database_id, self.id);
        self.reply().meaning(Meaning::Created).location(&path)
    }
}

/// A run of a schedule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ScheduleRun)]
pub(crate) struct ShownRun {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: RunId,
    /// Its schedule.
    #[schema(value_type = String, example = "1")]
    schedule_id: ScheduleId,
    /// `waiting`, `fetching`, `importing`, `completed`, `unchanged`, `failed` or
    /// `cancelled`.
    #[schema(value_type = String, example = "completed")]
    state: &'static str,
    /// When it was to begin.
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Who started it by hand; `null` if it was planned.
    started_by: Option<String>,
    /// Its import.
    #[schema(value_type = Option<String>)]
    import_id: Option<JobId>,
    /// The name of the file that was fetched, or of the table.
    file: Option<String>,
    /// How many bytes it had.
    bytes: Option<i64>,
    /// How many rows of a table were handed to the import.
    rows: Option<i64>,
    /// How many were left out, since they are as they were.
    rows_unchanged: Option<i64>,
    /// How many tries there were. Rows are read for two minutes at a time; going on is no try.
    tries: i64,
    /// When it is tried again.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_try_at: Option<Timestamp>,
    /// What went wrong, in order: `{at, code, detail}`.
    #[schema(value_type = Vec<FetchError>)]
    errors: Value,
}

impl From<Run> for ShownRun {
    fn from(run: Run) -> Self {
        let member = |name: &str| run.detail.get(name);
        let text = |name: &str| member(name).and_then(Value::as_str).map(str::to_owned);
        let tries = roster_jobs::schedule::tries(&run);
        ShownRun {
            started_by: text("started_by"),
            file: text("file"),
            bytes: member("bytes").and_then(Value::as_i64),
            rows: member("rows").and_then(Value::as_i64),
            rows_unchanged: member("rows_unchanged").and_then(Value::as_i64),
            errors: member("errors").cloned().unwrap_or_else(|| json!([])),
            // While it is being fetched this is when the try is given up.
            next_try_at: run
                .next_try_at
                .filter(|_| run.state == roster_store::schedules::RunState::Waiting),
            id: run.id,
            schedule_id: run.schedule,
            state: run.state.as_str(),
            due_at: run.due_at,
            started_at: run.started_at,
            ended_at: run.ended_at,
            import_id: run.job,
            tries,
        }
    }
}
