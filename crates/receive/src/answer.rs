//! What a sender is told of its delivery, and the caller who replays one.

use roster_http::{Problem, Reply, kinds};
use roster_model::ProfileId;
use roster_model::write::Refusal;
use serde::Serialize;

use crate::DeliveryOutcome;

/// What a sender is told: the same no matter whom the delivery is about, and whether they
/// are known.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Accepted)]
pub struct AcceptedDelivery {
    /// `accepted`.
    #[schema(value_type = String, example = "accepted")]
    outcome: &'static str,
    /// The sender's id of the delivery, or the SHA-256 of its body.
    #[schema(example = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W")]
    sender_id: String,
}

/// The answer to the sender of a delivery. What became of it is told where
/// deliveries are read, not to the sender.
///
/// # Errors
/// [`kinds::DELIVERY_FAILED`] where the delivery itself is wrong, so that the sender
/// sends it again, or sees it.
pub fn accepted(sender_id: String, became: DeliveryOutcome) -> Result<Reply, Problem> {
    match became {
        DeliveryOutcome::Failed(error) => Err(failed(sender_id, *error)),
        DeliveryOutcome::Applied(_)
        | DeliveryOutcome::Repeated
        | DeliveryOutcome::Skipped { .. }
        | DeliveryOutcome::Refused(_) => Ok(Reply::ok(&AcceptedDelivery {
            outcome: "accepted",
            sender_id,
        })),
    }
}

fn failed(sender_id: String, error: Refusal) -> Problem {
    let detail = format!("It is kept, and can be replayed. {}", error.detail);
    Problem::new(kinds::DELIVERY_FAILED, detail)
        .with("sender_id", sender_id)
        .with_errors(error.errors.into_vec())
}

/// What became of a delivery.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Replayed)]
pub struct Answer {
    /// `created`, `updated`, `unchanged`, `skipped`, or `repeated` where it had
    /// been applied before.
    #[schema(value_type = String, example = "created")]
    outcome: &'static str,
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    profile_id: Option<ProfileId>,
    /// The sender's id of the delivery, or the SHA-256 of its body.
    #[schema(example = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W")]
    sender_id: String,
    /// Why it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The answer to anyone who replays a delivery.
///
/// # Errors
/// [`kinds::DELIVERY_FAILED`].
pub fn answer(sender_id: String, became: DeliveryOutcome) -> Result<Reply, Problem> {
    let (outcome, profile_id, reason) = match became {
        DeliveryOutcome::Applied(outcome) => (outcome.kind.as_str(), Some(outcome.id), None),
        DeliveryOutcome::Repeated => ("repeated", None, None),
        DeliveryOutcome::Skipped { reason } => ("skipped", None, Some(reason)),
        DeliveryOutcome::Failed(error) | DeliveryOutcome::Refused(error) => {
            return Err(failed(sender_id, *error));
        }
    };
    Ok(Reply::ok(&Answer {
        outcome,
        profile_id,
        sender_id,
        reason,
    }))
}
