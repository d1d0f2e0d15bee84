//! `PATCH /v1/databases/{db}/segments/{id}`

use crate::segments::shape::{ShownSegment, check_rule, found, name_taken, segment_path};
use roster_http::{Call, Problem, Reply, Scope, route};
use roster_store::segments;
use serde_json::Value;

/// Changes a segment, as a JSON merge patch says. A static one that gets a condition becomes
/// updatable; a condition takes the scope `profiles:read` too.
#[route(
    patch, "/v1/databases/{db}/segments/{id}", SegmentsWrite, id = "updateSegment",
    if_match,
    once,
    patch = roster_model::SegmentSettings,
    answer = ShownSegment,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let (database, id) = segment_path(&call)?;
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    call.once(async |sql| {
        let mut found = found(sql, database, id).await?;
        if_match.check(found.revision)?;
        let settings = found.segment.settings.change(&patch)?;
        if settings != found.segment.settings {
            let holder = segments::named(sql, database, &settings.name).await?;
            if holder.is_some_and(|holder| holder != id) {
                return Err(name_taken());
            }
            let rule = settings.rule();
            if rule.is_some() && rule != found.segment.settings.rule() {
                call.caller.require(Scope::ProfilesRead)?;
                check_rule(&call, sql, database, Some(id), &settings).await?;
                found.segment.counted_at = None;
            }
            found.revision =
                segments::update(sql, &found.segment, &settings, &call.author()).await?;
            found.segment.settings = settings;
            found.segment.updated_at = call.now;
        }
        Ok(ShownSegment::from(found).reply())
    })
    .await
}
