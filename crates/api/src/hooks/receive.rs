//! `POST /hooks/{id}`

use crate::sealing;
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_receive::{
    DeliveryOrigin, HookSettings, WebhookRequest, accepted, apply, read, secrets,
};
use roster_store::hooks;

/// The largest delivery, in bytes.
const DELIVERY_BODY: usize = 1 << 20;

/// Receives a delivery: a body of JSON or a form, at most 1 MiB, signed as the
/// webhook says. See docs/WEBHOOKS.md.
///
/// 200 means that it need not be sent again: it was applied, had been applied before,
/// asks for nothing, or is kept for the operator to look at. The
/// answer is always the same, so that no sender learns whom the database knows. A
/// genuine delivery that is wrong in itself is kept and answered with 422; one that is
/// not genuine with 401, and nothing of it is kept. With any other answer nothing is
/// kept: send it again. 503 `secret_unreadable` says that its signature can't be checked
/// at the moment.
#[route(
    post, "/hooks/{id}", Anybody, id = "receiveDelivery",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    max_bytes = DELIVERY_BODY,
    responses( (status = 200, body = roster_receive::AcceptedDelivery), (status = 401, description = "The delivery is not genuine."), (status = 422, description = "It could not be applied; it is kept, and `errors` says why."), ),
)]
pub(crate) async fn receive(call: Call) -> Result<Reply, Problem> {
    let missing = || Problem::not_found("webhook");
    let hook = hooks::get(call.pool, call.parameter("id")).await?;
    let hook = hook.ok_or_else(missing)?;
    let settings = HookSettings::stored(&hook.name, &hook.definition);
    let settings = settings.ok_or_else(|| Problem::internal(&"a webhook's definition"))?;
    if !settings.enabled {
        return Err(missing());
    }
    let keys = sealing::opening().await?;
    let current = secrets::holding(&keys, &settings.scheme, &hook.secrets, call.now);
    let received = WebhookRequest::of_http(&call.headers, &call.body);
    let headers = |name: &str| received.header(name);
    let checked = settings
        .scheme
        .check(&headers, &received.body, &current.secrets, call.now);
    let verified = checked.map_err(|refusal| match &current.unreadable {
        // It may be signed with the one that isn't known here: its sender is to keep it.
        Some(error) => sealing::unreadable_outside(error),
        None => {
            let problem = Problem::new(kinds::NOT_GENUINE, refusal.detail);
            problem.with("reason", refusal.code.as_str())
        }
    })?;
    let known = call.definitions(hook.database).await?;
    let id = verified.id.as_deref();
    let read = read(&settings, &received, id, call.now, &known.schema());
    let sender_id = read.sender_id.clone();
    let kept = received.kept(&settings.scheme, &current.secrets);
    let became = apply(&call, &hook, read, kept, DeliveryOrigin::Sent).await?;
    accepted(sender_id, became)
}
