//! `POST /v1/databases/{db}/segments`

use crate::shape::{ShownSegment, name_taken};
use roster_http::{Call, Problem, Reply};
use roster_model::segment::MAX_SEGMENTS;
use roster_model::{Invalid, SegmentSettings};
use roster_store::{databases, segments};
use serde_json::Value;

/// Makes a static segment with nobody in it.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/segments", tag = "segments", operation_id = "createSegment",
    params(crate::openapi::DatabasePath, roster_http::openapi::IdempotencyKey),
    request_body = crate::openapi::NewSegment,
    responses((status = 201, body = ShownSegment)),
))]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let database = call.database()?;
    let settings = SegmentSettings::create(&call.json::<Value>()?)?;
    call.once(async |sql| {
        if databases::existing(sql, &[database]).await?.is_empty() {
            return Err(Problem::not_found("database"));
        }
        if segments::count(sql, database).await? >= MAX_SEGMENTS {
            let detail = format!("A database has at most {MAX_SEGMENTS} segments.");
            return Err(Problem::from(Invalid::new("too_many", detail)));
        }
        let made = segments::create(sql, database, settings.clone(), &call.author()).await?;
        Ok(ShownSegment::from(made.ok_or_else(name_taken)?).created())
    })
    .await
}
