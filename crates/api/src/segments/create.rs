//! `POST /v1/databases/{db}/segments`

use crate::segments::shape::{ShownSegment, check_rule, name_taken};
use roster_http::{Call, Problem, Reply, Scope, route};
use roster_model::Code;
use roster_model::segment::MAX_SEGMENTS;
use roster_model::{Invalid, SegmentSettings};
use roster_store::{databases, segments};
use serde_json::Value;

/// Makes a segment: a static one with nobody in it, a dynamic or updatable one with a
/// condition, which takes the scope `profiles:read` too.
#[route(
    post, "/v1/databases/{db}/segments", SegmentsWrite, id = "createSegment",
    once,
    new = roster_model::SegmentSettings,
    made = ShownSegment,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let settings = SegmentSettings::make(&call.json::<Value>()?)?;
    if !settings.condition.is_null() {
        // How many meet it tells what profiles are like.
        call.caller.require(Scope::ProfilesRead)?;
    }
    call.once(async |sql| {
        if databases::existing(sql, &[database]).await?.is_empty() {
            return Err(Problem::not_found("database"));
        }
        if segments::count(sql, database).await? >= MAX_SEGMENTS {
            let detail = format!("A database has at most {MAX_SEGMENTS} segments.");
            return Err(Problem::from(Invalid::new(Code::TooMany, detail)));
        }
        check_rule(&call, sql, database, None, &settings).await?;
        let made = segments::create(sql, database, settings.clone(), &call.author()).await?;
        Ok(ShownSegment::from(made.ok_or_else(name_taken)?).created())
    })
    .await
}
