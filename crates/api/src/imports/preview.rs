//! `POST /v1/databases/{db}/imports/{id}/preview`
//!
//! Looks at how a file begins without writing anything: how it would be read,
//! what its columns may be and why, and what would become of its first rows.

use crate::imports::start::{may_relate, unreadable};
use roster_http::jobs::wrong_state;
use roster_http::{Call, Problem, Reply, route};
use roster_jobs::{JobError, import};
use roster_store::jobs::{Kind, State};
use serde_json::{Value, json};

/// Looks at a file before it is imported.
#[route(
    post, "/v1/databases/{db}/imports/{id}/preview", ImportsRead, id = "previewImport",
    request_body( content = Option<crate::imports::openapi::StartImport>, description = "As an import is started. With nothing, or `file` alone, all else is proposed.", example = json!({"file": {"delimiter": ","}}), ),
    answer = crate::imports::openapi::preview::ImportPreview,
)]
pub(crate) async fn preview(call: Call) -> Result<Reply, Problem> {
    let job = call.job(Kind::Import).await?;
    if job.state == State::Uploading {
        return Err(wrong_state(&job));
    }
    let asked: Value = call.json_or_none()?.unwrap_or_else(|| json!({}));
    let (file, rest) = import::split(&asked)?;
    file.check().map_err(|invalid| invalid.at("file"))?;
    // Settings about the file alone leave the mapping to be proposed.
    let given = rest.as_object().is_some_and(|rest| !rest.is_empty());
    // What was added a moment ago must be seen.
    call.catalogue.forget(job.database);
    let definitions = call.definitions(job.database).await?;
    if given && let Ok((_, read)) = import::settings(&asked, &definitions.schema()) {
        // A dry run would say whether somebody is there.
        may_relate(&call, read.related(&definitions.schema()))?;
    }
    let sql = call.pool.lend().await?;
    let given = given.then_some(&asked);
    let seen = import::preview(&sql, job.id, &file, given, &definitions, call.now).await;
    if matches!(seen, Err(JobError::Store(_))) {
        // It may be in the middle of a transaction.
        sql.discard();
    }
    Ok(Reply::ok(&seen.map_err(unreadable)?))
}
