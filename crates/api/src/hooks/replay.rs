//! `POST /v1/hooks/{id}/deliveries/{delivery}/replay`

use super::deliveries::kept;
use super::found;
use roster_http::{Call, Problem, Reply, route};
use roster_receive::{DeliveryOrigin, WebhookRequest, answer, apply, read};

/// Applies a delivery as the mapping is now. What was applied already is
/// `repeated`, unless it shall be applied `again`; news that is older than what is
/// known stays `skipped`.
#[route(
    post, "/v1/hooks/{id}/deliveries/{delivery}/replay", HooksWrite, id = "replayDelivery",
    query = crate::hooks::openapi::ReplayQuery,
    max_bytes = 0,
    responses((status = 200, body = roster_receive::Answer), (status = 422, description = "It failed again.")),
)]
pub(crate) async fn replay(call: Call) -> Result<Reply, Problem> {
    let again = call.flag("again")?;
    let (hook, settings) = found(call.pool, &call).await?;
    let delivery = kept(&call, &hook).await?.delivery;
    let received = WebhookRequest::of_kept(&delivery.request);
    let received = received.ok_or_else(|| Problem::internal(&"a delivery's request"))?;
    // A year of two digits says what it said when it came.
    let (id, came) = (&*delivery.sender_id, delivery.received_at);
    let known = call.definitions(hook.database).await?;
    let read = read(&settings, &received, Some(id), came, &known.schema());
    let by = &call.caller.actor;
    let how = DeliveryOrigin::Replayed { by, again };
    let became = apply(&call, &hook, read, delivery.request, how).await?;
    answer(delivery.sender_id, became)
}
