//! `POST /v1/databases/{db}/profiles/count`

use roster_http::{Call, Problem, Reply, Selected};
use roster_model::read::Members;
use serde::Serialize;
use serde_json::Value;

/// How often definitions may change under one request.
const TRIES: usize = 5;

/// How many profiles there are.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ProfileCount))]
pub(crate) struct Count {
    /// The number.
    count: i64,
}

/// How many profiles meet a condition. All of them are looked at, unless match
/// keys, a segment or the counters know better.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/profiles/count", tag = "profiles", operation_id = "countProfiles",
    params(crate::openapi::DatabasePath),
    request_body = crate::openapi::CountQuery,
    responses((status = 200, body = Count)),
))]
pub(crate) async fn count(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let id = call.database()?;
    let body: Value = call.json()?;
    let mut members = Members::of(&body)?;
    let asked = Selected::take(&mut members);
    members.finish()?;
    for _ in 0..TRIES {
        let (selection, version) = asked.read(&call, id).await?;
        match crate::query::count(&call, &selection, version).await? {
            Some(count) => return Ok(Reply::ok(&Count { count })),
            None => call.catalogue.forget(id),
        }
    }
    Err(roster_store::Error::Busy.into())
}
