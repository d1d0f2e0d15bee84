//! `POST /v1/outbox/{id}/retry`, `POST /v1/outbox/{id}/cancel`

use crate::outbox::shape::{ShownMessage, found};
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_store::outbox;

/// Queues a message that is dead, held or cancelled: it is sent with the next
/// tick, and its tries are counted again.
#[route(post, "/v1/outbox/{id}/retry", OutboxWrite, id = "retryMessage", answer = ShownMessage)]
pub(crate) async fn retry(call: Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    let message = found(&sql, &call).await?;
    if !outbox::retry(&sql, message.id, call.now).await? {
        return Err(wrong_state(
            message.state,
            "Only a message that is dead, held or cancelled can be queued again.",
        ));
    }
    if message.kind == outbox::Kind::Change {
        // Somebody looks after the receiver.
        outbox::open_lane(&sql, &message.recipient, call.now).await?;
    }
    Ok(Reply::ok(&ShownMessage::from(found(&sql, &call).await?)))
}

/// Cancels a message that is queued or held.
#[route(post, "/v1/outbox/{id}/cancel", OutboxWrite, id = "cancelMessage", answer = ShownMessage)]
pub(crate) async fn cancel(call: Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    let message = found(&sql, &call).await?;
    let why = format!("cancelled by {}", call.caller.actor);
    if !outbox::cancel(&sql, message.id, &why, call.now).await? {
        return Err(wrong_state(
            message.state,
            "Only a message that is queued or held, and not being sent just now, can be cancelled.",
        ));
    }
    Ok(Reply::ok(&ShownMessage::from(found(&sql, &call).await?)))
}

fn wrong_state(state: outbox::State, detail: &str) -> Problem {
    Problem::new(kinds::WRONG_STATE, detail).with("state", state.as_str())
}
