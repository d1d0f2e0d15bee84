//! `GET` and `POST /v1/databases/{db}/export`
//!
//! Profiles are read a thousand at a time and sent at once, so the first bytes
//! come early and none are kept, however many profiles there are.

use crate::exports::name::{attachment, file_name, stem};
use crate::exports::query::from_query;
use crate::views::with_view;
use bytes::Bytes;
use http::header;
use roster_http::{Call, Problem, Reply, Scope, Source, route};
use roster_jobs::JobError;
use roster_jobs::export::{Place, Request, Table, Walk};
use roster_model::DatabaseId;
use roster_model::export::Column;
use roster_sheets::Writer;
use roster_store::catalogue::Definitions;
use roster_store::spin::Pool;
use serde_json::Value;
use std::sync::Arc;

/// Exports profiles as a stream: a body says which, which columns, and in what
/// format. See docs/EXPORTS.md.
#[route(
    post, "/v1/databases/{db}/export", ExportsRead, id = "export",
    body = Option<crate::exports::openapi::StreamedExport>,
    responses((status = 200, description = "The file, as it is made.", content( (String = "text/csv"), (String = "application/jsonl"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/gzip"), ))),
)]
pub(crate) async fn by_body(call: Call) -> Result<Reply, Problem> {
    let body: Option<Value> = call.json_or_none()?;
    let body = body.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    export(&call, body).await
}

/// Exports profiles as a stream, asked for by query parameters.
#[route(
    get, "/v1/databases/{db}/export", ExportsRead, id = "exportByQuery",
    query = crate::exports::openapi::ExportQuery,
    query = crate::exports::openapi::FormatQuery,
    responses((status = 200, description = "The file, as it is made.", content( (String = "text/csv"), (String = "application/jsonl"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/gzip"), ))),
)]
pub(crate) async fn by_query(call: Call) -> Result<Reply, Problem> {
    let body = from_query(&call)?;
    export(&call, body).await
}

async fn export(call: &Call, mut body: Value) -> Result<Reply, Problem> {
    let database = call.database()?;
    with_view(call, database, &mut body).await?;
    let (known, request) = read(call, database, &body).await?;
    let sql = call.pool.lend().await?;
    let place = Place::start(&sql, database, &request, call.now).await;
    drop(sql);
    let walk = Walk::new(&known, &request, &body, place.map_err(broken)?);
    let names = Table::new(&request).names();
    let writer = Writer::begin(&request.options, &names).map_err(unwritable)?;
    let name = file_name(&stem(&known.database.name, call.now), &request.options);
    let content_type = request.options.media_type();
    let rows = Rows {
        pool: call.pool,
        request,
        walk,
        writer: Some(writer),
    };
    Ok(Reply::stream(content_type, rows).header(header::CONTENT_DISPOSITION, attachment(&name)))
}

/// Reads a request by the definitions of the moment.
pub(crate) async fn read(
    call: &Call,
    database: DatabaseId,
    body: &Value,
) -> Result<(Arc<Definitions>, Request), Problem> {
    let known = call.current(database).await?;
    let request = Request::parse(body, &known.schema())?;
    if request.columns.iter().any(Column::tells_of_relations) {
        call.caller.require(Scope::RelationsRead)?;
    }
    Ok((known, request))
}

/// Why a walk can't go on.
fn broken(why: JobError) -> Problem {
    match why {
        JobError::Store(error) => error.into(),
        JobError::Failed(_, detail) => Problem::internal(&detail),
    }
}

/// What can't be written as a table.
pub(crate) fn unwritable(error: roster_sheets::Error) -> Problem {
    Problem::internal(&error)
}

/// The rows that are still to be sent.
struct Rows {
    pool: &'static Pool,
    request: Request,
    walk: Walk,
    /// None after the last byte.
    writer: Option<Writer>,
}

impl Source for Rows {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        let Some(mut writer) = self.writer.take() else {
            return Ok(None);
        };
        let sql = self.pool.lend_slice().await?;
        let profiles = self.walk.next(&sql).await;
        drop(sql);
        let Some(profiles) = profiles.map_err(broken)? else {
            let rest = writer.finish().map_err(unwritable)?;
            return Ok(Some((rest.into(), self)));
        };
        let table = Table::new(&self.request);
        for profile in &profiles {
            let outlook = self.walk.outlook();
            table
                .write(profile, outlook, &mut writer)
                .map_err(unwritable)?;
        }
        let piece = writer.take();
        self.writer = Some(writer);
        Ok(Some((piece.into(), self)))
    }
}
