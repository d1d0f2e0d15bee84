//! `GET /v1/databases/{db}/imports/{id}/failed.csv`
//!
//! The rows that were not applied, each with the line, the reason and its own
//! cells as they came: a person mends them and imports the file again.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, Reply, Source};
use roster_jobs::import::Told;
use roster_model::JobId;
use roster_sheets::{Cell, Format, Options, Writer};
use roster_store::jobs::{self, Kind, failures};
use roster_store::spin::Pool;
use serde_json::json;

/// How many rows are read at a time.
const PAGE: i64 = 500;

/// The columns before the file's own.
const OWN: [&str; 6] = ["_outcome", "_file", "_line", "_code", "_column", "_reason"];

/// The rows that were not applied as a CSV file.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/imports/{id}/failed.csv", tag = "imports", operation_id = "failedRows",
    params(crate::openapi::ImportPath, crate::openapi::ReportQuery),
    responses((status = 200, content_type = "text/csv", body = String)),
))]
pub(crate) async fn failed(call: Call) -> Result<Reply, Problem> {
    call.only(&["outcome"])?;
    let outcomes: &'static [&'static str] = match call.query("outcome") {
        None | Some("failed") => &["failed"],
        Some("skipped") => &["skipped"],
        Some("warning") => &["warning"],
        Some("all") => &["failed", "skipped", "warning"],
        Some(_) => {
            let allowed = json!(["failed", "skipped", "warning", "all"]);
            let detail = "outcome must be failed, skipped, warning or all.";
            return Err(Problem::parameter("outcome", detail).with("allowed", allowed));
        }
    };
    let job = call.job(Kind::Import).await?;
    let sql = call.pool.lend().await?;
    let mut columns: Vec<String> = OWN.map(str::to_owned).to_vec();
    columns.extend(own_columns(&sql, job.id).await?);
    drop(sql);
    let mut writer = Writer::new(Options {
        format: Format::Csv,
        ..Options::default()
    })
    .map_err(|error| Problem::internal(&error))?;
    let first = writer
        .begin(&columns)
        .map_err(|error| Problem::internal(&error))?;
    let report = Report {
        pool: call.pool,
        job: job.id,
        outcomes,
        columns: columns.len(),
        writer,
        ready: Bytes::from(first),
        after: 0,
        over: false,
    };
    let name = format!("attachment; filename=\"import-{}-rows.csv\"", job.id);
    let mut reply = Reply::stream(200, "text/csv; charset=utf-8", report);
    if let Ok(value) = HeaderValue::try_from(name) {
        reply = reply.header(header::CONTENT_DISPOSITION, value);
    }
    Ok(reply)
}
