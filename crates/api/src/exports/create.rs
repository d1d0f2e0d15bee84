//! `POST /v1/databases/{db}/exports`

use crate::exports::control::shown;
use crate::exports::name::stem;
use crate::exports::stream::read;
use crate::views::with_view;
use crate::worker::Worker;
use roster_http::jobs::{Form, watch};
use roster_http::{Call, Problem, Reply, route};
use roster_model::Code;
use roster_model::text::clean;
use roster_model::{Invalid, JobId};
use roster_store::jobs::{self, Kind, NewJob, Progress, State};
use serde_json::Value;

/// The longest name of an export, in characters.
const MAX_NAME_CHARS: usize = 100;

/// Makes an export whose file is fetched later. The body is that of a streamed
/// export, and may have a `name`.
#[route(
    post, "/v1/databases/{db}/exports", ExportsWrite, id = "createExport",
    query = crate::queries::WaitQuery,
    once,
    body = Option<crate::exports::openapi::KeptExport>,
    accepted = crate::exports::openapi::ShownExport,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let wait = call.flag("wait")?;
    let database = call.database()?;
    let body: Option<Value> = call.json_or_none()?;
    let mut settings = body.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    let given = settings
        .as_object_mut()
        .and_then(|body| body.remove("name"));
    let given = given.as_ref().map(name).transpose();
    let given = given.map_err(|invalid| invalid.at("name"))?;
    with_view(&call, database, &mut settings).await?;
    let (known, _) = read(&call, database, &settings).await?;
    let name = given.unwrap_or_else(|| stem(&known.database.name, call.now));
    let reply = call
        .once(async |sql| {
            let new = NewJob {
                kind: Kind::Export,
                database,
                state: State::Queued,
                name: &name,
                actor: &call.caller.actor,
                speaks_for_all: call.caller.speaks_for_all(),
                interface: call.caller.interface(),
                at: call.now,
                settings: &settings,
                progress: &Progress::default(),
                expires_at: None,
            };
            let id = jobs::create(sql, &new).await?;
            let job = jobs::get(sql, id).await?;
            let job = job.ok_or_else(|| Problem::not_found("export"))?;
            Ok(Reply::accepted(&shown(job, &[])).location(&path(&call, id)))
        })
        .await?;
    if !wait {
        return Ok(reply);
    }
    let id = serde_json::from_slice::<Value>(reply.body()).ok();
    let id = id.and_then(|job| JobId::from_json(job.get("id")?).ok());
    let id = id.ok_or_else(|| Problem::not_found("export"))?;
    let sql = call.pool.lend().await?;
    let job = jobs::get(&sql, id).await?;
    drop(sql);
    let job = job.ok_or_else(|| Problem::not_found("export"))?;
    Ok(watch(&call, &job, Form::Lines, Worker).location(&path(&call, id)))
}

fn path(call: &Call, id: JobId) -> String {
    format!("{}/{id}", call.path.trim_end_matches('/'))
}

fn name(given: &Value) -> Result<String, Invalid> {
    let text = given
        .as_str()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let text = text
        .ok_or_else(|| Invalid::new(Code::WrongType, "A name must be a text that is not empty."))?;
    clean(text, MAX_NAME_CHARS)
}
