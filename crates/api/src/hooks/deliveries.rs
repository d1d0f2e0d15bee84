//! `GET /v1/hooks/{id}/deliveries` and `GET /v1/hooks/{id}/deliveries/{delivery}`

use super::found;
use super::shape::ShownDelivery;
use roster_http::{Call, Problem, Reply, route};
use roster_store::deliveries::{self, DeliveryRow, Filter, Outcome};
use roster_store::hooks::Hook;

/// What a webhook received in the last 30 days, newest first; without the
/// requests. What was not genuine is not kept.
#[route(
    get, "/v1/hooks/{id}/deliveries", HooksRead, id = "listDeliveries",
    query = crate::hooks::openapi::DeliveriesQuery,
    page = ShownDelivery,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<i64>()?;
    let filter = Filter {
        outcome: outcome(&call)?,
        from: call.time("from")?,
        to: call.time("to")?,
        sender_id: call.query("sender_id"),
    };
    let (hook, _) = found(call.pool, &call).await?;
    let read = async |before: Option<&i64>, rows| {
        deliveries::page(call.pool, &hook.id, &filter, before.copied(), rows).await
    };
    let page = paging.read(read, |kept| kept.id, |kept| Ok(ShownDelivery::from(kept)));
    Ok(Reply::ok(&page.await?))
}

/// One delivery with what came.
#[route(
    get, "/v1/hooks/{id}/deliveries/{delivery}", HooksRead, id = "getDelivery",
    answer = ShownDelivery,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let (hook, _) = found(call.pool, &call).await?;
    let kept = kept(&call, &hook).await?;
    Ok(Reply::ok(&ShownDelivery::from(kept)))
}

/// The delivery of the path.
pub(super) async fn kept(call: &Call, hook: &Hook) -> Result<DeliveryRow, Problem> {
    let id: i64 = call.id("delivery", "delivery")?;
    let kept = deliveries::get(call.pool, &hook.id, id).await?;
    kept.ok_or_else(|| Problem::not_found("delivery"))
}

fn outcome(call: &Call) -> Result<Option<Outcome>, Problem> {
    let Some(text) = call.query("outcome") else {
        return Ok(None);
    };
    let found = Outcome::named(text);
    found.map(Some).ok_or_else(|| {
        let all = Outcome::ALL.map(Outcome::as_str).join(", ");
        Problem::parameter("outcome", format!("outcome must be one of {all}."))
    })
}
