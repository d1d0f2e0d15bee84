//! `POST /v1/databases/{db}/imports` and `PUT /v1/databases/{db}/imports/{name}`
//!
//! The body is taken in as it comes and kept in the store in pieces, so a file
//! may be larger than memory. It is a file by itself, or a form of several
//! (multipart/form-data), of which a part `settings` starts the import.

use crate::imports::shape::shown;
use crate::imports::start::{ImportRequest, start_job};
use bytes::BytesMut;
use futures_util::stream;
use http::header::CONTENT_TYPE;
use roster_http::jobs::Form;
use roster_http::{Call, Meaning, Problem, Reply, Upload, kinds, route};
use roster_jobs::import::UploadWriter;
use roster_model::Code;
use roster_model::{DatabaseId, Invalid, JobId, Timestamp};
use roster_store::jobs::{self, NewJob, Progress, State};
use roster_store::spin::Pool;
use send_wrapper::SendWrapper;
use serde_json::{Value, json};

/// The largest upload, all its files together: 2 GiB.
pub(crate) const MOST_BYTES: u64 = 2 << 30;

/// The most files of one import.
const MOST_FILES: i64 = 100;

/// The largest part `settings`, in bytes.
const SETTINGS: usize = 1024 * 1024;

/// How long an upload may take, in milliseconds: a day.
const UPLOAD_MS: i64 = 24 * 60 * 60 * 1000;

/// How long an upload waits to be started, in milliseconds: 7 days.
const WAITING_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Takes a file in, and starts its import where settings come with it.
#[route(
    post, "/v1/databases/{db}/imports", ImportsWrite, id = "uploadImport",
    query = crate::imports::openapi::UploadQuery,
    request_body(content( (Vec<u8> = "application/octet-stream"), (crate::imports::openapi::settings::UploadForm = "multipart/form-data"), )),
    upload = MOST_BYTES,
    made = crate::imports::openapi::preview::StartedImport,
)]
pub(crate) async fn post(call: Call) -> Result<Reply, Problem> {
    let name = call.query("name").map(str::to_owned);
    take(call, name).await
}

/// The same for a tool that puts a file under its name, as `curl -T` does.
#[route(
    put, "/v1/databases/{db}/imports/{id}", ImportsWrite, id = "putImport",
    query = crate::imports::openapi::UploadQuery,
    request_body(content( (Vec<u8> = "application/octet-stream"), (crate::imports::openapi::settings::UploadForm = "multipart/form-data"), )),
    upload = MOST_BYTES,
    made = crate::imports::openapi::preview::StartedImport,
)]
pub(crate) async fn put(call: Call) -> Result<Reply, Problem> {
    let name = call.parameter("id").to_owned();
    take(call, Some(name)).await
}

async fn take(mut call: Call, name: Option<String>) -> Result<Reply, Problem> {
    let database = call.database()?;
    call.definitions(database).await?;
    let wait = call.flag("wait")?;
    let asked = match call.query("settings") {
        Some(saved) => Some(ImportRequest::saved(&call, database, saved).await?),
        None => None,
    };
    let boundary = boundary(&call)?;
    if wait && asked.is_none() && boundary.is_none() {
        let detail = "wait needs settings: the name of saved ones, since an import runs with what it was given.";
        return Err(Problem::parameter("wait", detail));
    }
    let upload = call.take_upload()?;
    let job = begin(&call, database, name.as_deref()).await?;
    let taken = match boundary {
        Some(boundary) => form(&call, job, upload, &boundary).await,
        None => single(&call, job, upload, name).await,
    };
    let with = match taken {
        Ok(with) => with,
        Err(problem) => {
            give_up(&call, job).await;
            return Err(problem);
        }
    };
    let sql = call.pool.lend().await?;
    jobs::uploaded(&sql, job, call.now, later(roster_http::now(), WAITING_MS)).await?;
    drop(sql);
    let asked = match with {
        Some(settings) => Some(ImportRequest::of(&call, database, settings).await?),
        None => asked,
    };
    let mut warnings = Vec::new();
    if let Some(asked) = asked {
        warnings = start_job(&call, database, job, asked, false).await?;
    }
    let form = if wait { Some(Form::Lines) } else { None };
    let path = format!("/v1/databases/{database}/imports/{job}");
    let reply = shown(&call, database, job, Meaning::Created, form, &warnings).await?;
    Ok(reply.location(&path))
}

async fn begin(call: &Call, database: DatabaseId, name: Option<&str>) -> Result<JobId, Problem> {
    let new = NewJob {
        kind: jobs::Kind::Import,
        database,
        state: State::Uploading,
        name: &clean(name.unwrap_or("import")),
        actor: &call.caller.actor,
        speaks_for_all: call.caller.speaks_for_all(),
        interface: call.caller.interface(),
        at: call.now,
        settings: &json!({}),
        progress: &Progress::default(),
        expires_at: Some(later(call.now, UPLOAD_MS)),
    };
    let sql = call.pool.lend().await?;
    Ok(jobs::create(&sql, &new).await?)
}

/// Forgets an upload that did not come to its end; the next tick removes it.
async fn give_up(call: &Call, job: JobId) {
    if let Ok(sql) = call.pool.lend().await {
        let from = [State::Uploading];
        let gone = jobs::turn(&sql, job, &from, State::Cancelled, call.now, Some(call.now));
        // If the store can't be written now, the upload ends when it expires.
        let _ = gone.await;
    }
}

async fn single(
    call: &Call,
    job: JobId,
    mut upload: Upload,
    name: Option<String>,
) -> Result<Option<Value>, Problem> {
    let mut file = UploadWriter::new(call.pool, job, 0);
    while let Some(piece) = upload.next().await? {
        file.take(&piece).await?;
    }
    end(file, &clean(name.as_deref().unwrap_or("import"))).await?;
    Ok(None)
}

async fn form(
    call: &Call,
    job: JobId,
    upload: Upload,
    boundary: &str,
) -> Result<Option<Value>, Problem> {
    // The form's reader has errors of its own; ours wait beside it.
    let pieces = stream::unfold(upload, async |mut upload| {
        let piece = upload.next().await;
        match piece {
            Ok(None) => None,
            Ok(Some(piece)) => Some((Ok(piece), upload)),
            Err(problem) => Some((Err(UploadProblem(problem)), upload)),
        }
    });
    // The reader could be moved between threads; here there is only one.
    let mut form = multer::Multipart::new(SendWrapper::new(pieces), boundary);
    let mut settings = None;
    let mut number = 0;
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("settings") {
            let mut text = BytesMut::new();
            while let Some(piece) = field.chunk().await.map_err(broken)? {
                if text.len() + piece.len() > SETTINGS {
                    let detail = format!("settings has at most {SETTINGS} bytes.");
                    return Err(Problem::new(kinds::BODY_TOO_LARGE, detail));
                }
                text.extend_from_slice(&piece);
            }
            let read = roster_model::json::read(&text);
            settings = Some(read.map_err(|error| {
                Problem::new(kinds::INVALID_JSON, format!("settings: {error}"))
            })?);
            continue;
        }
        let Some(name) = field.file_name().map(str::to_owned) else {
            let detail = "A form has files, and a part settings at most.";
            return Err(Invalid::new(Code::UnknownMember, detail)
                .at(field.name().unwrap_or_default())
                .into());
        };
        if number >= MOST_FILES {
            let detail = format!("An import has at most {MOST_FILES} files.");
            return Err(Invalid::new(Code::TooMany, detail).into());
        }
        let mut file = UploadWriter::new(call.pool, job, number);
        while let Some(piece) = field.chunk().await.map_err(broken)? {
            file.take(&piece).await?;
        }
        end(file, &clean(&name)).await?;
        number += 1;
    }
    if number == 0 {
        return Err(Problem::new(kinds::EMPTY_FILE, "The form has no file."));
    }
    Ok(settings)
}

/// A problem on its way through the form's reader.
#[derive(Debug)]
struct UploadProblem(Problem);

impl std::fmt::Display for UploadProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl std::error::Error for UploadProblem {}

fn broken(error: multer::Error) -> Problem {
    match error {
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<UploadProblem>() {
            Ok(stopped) => stopped.0,
            Err(cause) => Problem::new(kinds::INCOMPLETE_BODY, cause.to_string()),
        },
        other => Problem::new(
            kinds::INCOMPLETE_BODY,
            format!("The form can't be read: {other}."),
        ),
    }
}

/// Notes a file that came; one without a byte is refused.
async fn end(file: UploadWriter<'_, Pool>, name: &str) -> Result<(), Problem> {
    if file.end(name).await? == 0 {
        let detail = format!("The file {name} is empty.");
        return Err(Problem::new(kinds::EMPTY_FILE, detail));
    }
    Ok(())
}

/// The boundary of a form; none for a body that is a file by itself.
fn boundary(call: &Call) -> Result<Option<String>, Problem> {
    let Some(given) = call.headers.get(CONTENT_TYPE) else {
        return Ok(None);
    };
    let given = given.to_str().unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("multipart/form-data") {
        return Ok(None);
    }
    let boundary = multer::parse_boundary(given);
    boundary.map(Some).map_err(|_| {
        Problem::new(
            kinds::INVALID_HEADER,
            "content-type: multipart/form-data needs a boundary.",
        )
    })
}

/// A file's name without path and control characters, at most 200 characters.
fn clean(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = name.chars().filter(|c| !c.is_control());
    let shown: String = shown.take(200).collect();
    if shown.trim().is_empty() {
        "import".to_owned()
    } else {
        shown
    }
}

fn later(at: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_ms(at.ms().saturating_add(ms))
}
