//! What a sender is told of its delivery.

use roster_http::{Problem, Reply, kinds};
use roster_model::ProfileId;
use serde::Serialize;

use crate::Became;

/// What became of a delivery.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Received))]
pub struct Answer {
    /// `created`, `updated`, `unchanged`, `skipped`, or `repeated` where it had
    /// been applied before.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "created"))]
    outcome: &'static str,
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    profile_id: Option<ProfileId>,
    /// The sender's id of the delivery, or the SHA-256 of its body.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W")
    )]
    sender_id: String,
    /// Why it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The answer to a delivery.
///
/// # Errors
/// [`kinds::DELIVERY_FAILED`], so that the sender sends it again, or sees it.
/// Profiles that match are named in what is kept, not to the sender.
pub fn answer(sender_id: String, became: Became) -> Result<Reply, Problem> {
    let (outcome, profile_id, reason) = match became {
        Became::Applied(outcome) => (outcome.kind.as_str(), Some(outcome.id), None),
        Became::Repeated => ("repeated", None, None),
        Became::Skipped { reason } => ("skipped", None, Some(reason)),
        Became::Failed(error) => {
            let detail = format!("It is kept, and can be replayed. {}", error.detail);
            return Err(Problem::new(kinds::DELIVERY_FAILED, detail)
                .with("sender_id", sender_id)
                .with_errors(error.errors.into_vec()));
        }
    };
    Ok(Reply::ok(&Answer {
        outcome,
        profile_id,
        sender_id,
        reason,
    }))
}
