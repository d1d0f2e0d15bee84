//! What a queued confirmation asks: whether somebody wants a resource by a
//! contact.

use roster_model::{Channel, Contact, ResourceId};
use serde_json::Value;

/// A question as the write put it down (`roster_store::write`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    /// What is subscribed to.
    pub resource: ResourceId,
    /// Where it is asked.
    pub contact: Contact,
    /// 0 for the question itself, then the number of the reminder.
    pub reminder: u64,
}

impl Question {
    /// Reads a message's body; none if it is something else.
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let channel: Channel = body.get("channel")?.as_str()?.parse().ok()?;
        Some(Question {
            resource: ResourceId::from_json(body.get("resource_id")?).ok()?,
            contact: Contact::from_stored(channel, body.get("contact")?)?,
            reminder: body.get("reminder").and_then(Value::as_u64).unwrap_or(0),
        })
    }
}
