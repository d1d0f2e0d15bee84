//! `POST /v1/databases/{db}/imports/{id}/start`

use crate::imports::segment::create;
use crate::imports::settings::saved_settings;
use crate::imports::shape::shown;
use roster_http::jobs::{Form, wrong_state};
use roster_http::{Call, Meaning, Problem, Reply, Scope, kinds, route};
use roster_jobs::import::FileWarning;
use roster_jobs::{JobError, import};
use roster_model::import::{ImportSettings, SegmentChoice};
use roster_model::{Code, DatabaseId, Invalid, JobId};
use roster_store::Sql;
use roster_store::jobs::{self, Job, Kind, Progress, Start, State};
use serde_json::{Value, json};

/// What an import is asked to do, checked.
pub(crate) struct ImportRequest {
    /// As it came: file settings under `file`, the others beside it.
    settings: Value,
    read: ImportSettings,
}

impl ImportRequest {
    /// Reads and checks settings, or the name of saved ones: `{"settings": "newsletter"}`.
    pub(crate) async fn of(
        call: &Call,
        database: DatabaseId,
        settings: Value,
    ) -> Result<Self, Problem> {
        if let Some(members) = settings.as_object()
            && members.len() == 1
            && let Some(Value::String(name)) = members.get("settings")
        {
            return Self::saved(call, database, name).await;
        }
        Self::check(call, database, settings).await
    }

    /// Settings that were saved under a name.
    pub(crate) async fn saved(
        call: &Call,
        database: DatabaseId,
        name: &str,
    ) -> Result<Self, Problem> {
        let settings = saved_settings(call, database, name).await?;
        Self::check(call, database, settings).await
    }

    /// The settings of a dry run, to be run for real.
    async fn of_dry_run(call: &Call, job: &Job) -> Result<Self, Problem> {
        let mut settings = job.settings.clone();
        if let Some(members) = settings.as_object_mut() {
            members.remove("dry_run");
        }
        Self::check(call, job.database, settings).await
    }

    async fn check(call: &Call, database: DatabaseId, settings: Value) -> Result<Self, Problem> {
        let read = call.by_definitions(database, |known| {
            let (_, read) = import::settings(&settings, &known.schema())?;
            let related = read.related(&known.schema());
            Ok::<_, Vec<Invalid>>((read, related))
        });
        let (read, related) = read.await?;
        may_relate(call, related)?;
        Ok(ImportRequest { read, settings })
    }
}

/// Refuses relations that the caller may not write, or whose other database isn't theirs to
/// see: it is as if there were no such type.
pub(crate) fn may_relate(call: &Call, related: Vec<(String, DatabaseId)>) -> Result<(), Problem> {
    let Some((place, _)) = related.first() else {
        return Ok(());
    };
    if related
        .iter()
        .any(|(_, across)| !call.caller.may_see(*across))
    {
        let mut invalid = Invalid::new(
            Code::UnknownRelationType,
            "The database is part of no such relation type.",
        );
        invalid.pointer.clone_from(place);
        return Err(vec![invalid].into());
    }
    call.caller.require(Scope::RelationsWrite)
}

/// Starts an import whose file is there. One of which a dry run is over is started again, as
/// long as its file is kept: with other settings, or without a body for real with those of the
/// dry run, whose counts and report it replaces.
#[route(
    post, "/v1/databases/{db}/imports/{id}/start", ImportsWrite, id = "startImport",
    query = crate::queries::WaitQuery,
    body = Option<crate::imports::openapi::settings::StartOrSaved>,
    accepted = crate::imports::openapi::preview::StartedImport,
)]
pub(crate) async fn start(call: Call) -> Result<Reply, Problem> {
    let wait = call.flag("wait")?;
    let job = call.job(Kind::Import).await?;
    let was_dry = job.is_dry_run_over();
    if job.state != State::Uploaded && !was_dry {
        return Err(wrong_state(&job));
    }
    if was_dry && job.expires_at.is_none() {
        let detail = "The file of this dry run is no longer kept: upload it again.";
        let state = job.state.as_str();
        return Err(Problem::new(kinds::WRONG_STATE, detail).with("state", state));
    }
    let body = match was_dry {
        true => call.json_or_none()?,
        false => Some(call.json()?),
    };
    let asked = match body {
        Some(settings) => ImportRequest::of(&call, job.database, settings).await?,
        None => ImportRequest::of_dry_run(&call, &job).await?,
    };
    let warnings = start_job(&call, job.database, job.id, asked, was_dry).await?;
    let form = if wait { Some(Form::Lines) } else { None };
    shown(
        &call,
        job.database,
        job.id,
        Meaning::Accepted,
        form,
        &warnings,
    )
    .await
}

/// A file that can't be read, or a store that can't.
pub(crate) fn unreadable(why: JobError) -> Problem {
    match why {
        JobError::Store(error) => error.into(),
        JobError::Failed(code, detail) => {
            Problem::new(kinds::UNREADABLE_FILE, detail).with("reason", code.as_str())
        }
    }
}

/// Refuses to mend what is no import of the database.
async fn mended(sql: &impl Sql, database: DatabaseId, id: JobId) -> Result<(), Problem> {
    let found = jobs::get(sql, id).await?;
    if found.is_some_and(|job| job.kind == Kind::Import && job.database == database) {
        return Ok(());
    }
    let mut invalid = Invalid::new(Code::NotFound, "The database has no such import.");
    invalid.pointer = "/mends".to_owned();
    Err(vec![invalid].into())
}

/// Puts an import whose file is there into the queue; makes the segment that
/// it asks for in the same transaction; a dry run makes none. `again` is for one whose dry run
/// is over. Gives what is not sure about the file.
pub(crate) async fn start_job(
    call: &Call,
    database: DatabaseId,
    job: JobId,
    asked: ImportRequest,
    again: bool,
) -> Result<Vec<FileWarning>, Problem> {
    let ImportRequest { mut settings, read } = asked;
    let definitions = call.definitions(database).await?;
    let sql = call.pool.lend().await?;
    let checked = import::check_columns(&sql, job, &settings, &definitions).await;
    drop(sql);
    let warnings = checked.map_err(unreadable)??;
    call.change(async |sql| {
        if let Some(mends) = read.mends {
            mended(sql, database, mends).await?;
        }
        if let Some(goal) = &read.segment
            && !read.dry_run
            && let SegmentChoice::Create(name) = &goal.segment
        {
            let id = create(call, sql, database, name).await?;
            if let Some(segment) = settings.get_mut("segment").and_then(Value::as_object_mut) {
                segment.remove("create");
                segment.insert("id".to_owned(), json!(id));
            }
        }
        let progress = Progress {
            phase: "waiting".to_owned(),
            ..Progress::default()
        };
        let with = Start {
            settings: &settings,
            progress: &progress,
            speaks_for_all: call.caller.speaks_for_all(),
            at: call.now,
        };
        let started = match again {
            true => jobs::start_again(sql, job, with).await?,
            false => jobs::start(sql, job, with).await?,
        };
        if !started {
            let found = jobs::get(sql, job).await?;
            return Err(match found {
                Some(job) => wrong_state(&job),
                None => Problem::not_found("import"),
            });
        }
        Ok(())
    })
    .await?;
    Ok(warnings)
}
