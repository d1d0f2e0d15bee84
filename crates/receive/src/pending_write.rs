//! The write that a delivery asks for: once, in order, and told as its doing.

use roster_model::Code;
use roster_model::write::{Command, Mark, Refusal, Request, Schema, prepare_write};
use roster_model::{Invalid, Timestamp};
use roster_store::hooks::{mark_scope, order_scope};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A write that is not yet prepared.
#[derive(Clone, Debug)]
pub(crate) struct PendingWrite {
    /// The webhook's id.
    pub hook: String,
    /// The members beside `data`.
    pub request: Map<String, Value>,
    /// Fields and subscriptions.
    pub data: Value,
    /// When it happened, which is never later than now.
    pub at: Option<Timestamp>,
    /// What history keeps of it.
    pub about: Map<String, Value>,
    /// The sender's id, for what must not be done twice.
    pub once: Option<String>,
    /// What the mapping left out; pointers are inside the request.
    pub left_out: Vec<Invalid>,
    /// Whether a subscription is among that.
    pub not_subscribed: bool,
}

impl PendingWrite {
    /// Checks it against the definitions.
    pub fn prepare(&self, schema: &Schema<'_>) -> Result<Command, Refusal> {
        let command = prepare_write(&self.request, &self.data, schema);
        let command = command.map_err(|error| self.blamed(error, schema))?;
        let mut command = command.without(self.left_out.iter().cloned(), self.not_subscribed);
        if let Some(at) = self.at
            && let Some(key) = subject(&command)
        {
            let scope = order_scope(&self.hook);
            command = command.in_order(Mark { scope, key }, at);
        }
        if let Some(id) = &self.once {
            command = command.once(Mark::of(mark_scope(&self.hook), id));
        }
        Ok(command.about(&self.about).leaving_taken())
    }

    /// A refusal; where nobody is meant, because what says who could not be read,
    /// with that for its reason.
    fn blamed(&self, error: Refusal, schema: &Schema<'_>) -> Refusal {
        if error.code != Code::MatchValueMissing {
            return error;
        }
        let Ok(request) = Request::parse(&self.request, schema, false) else {
            return error;
        };
        let unread = self.left_out.iter().filter(|one| request.is_about(one));
        Refusal::all(unread.cloned().collect()).unwrap_or(error)
    }
}

/// Whom it is about: what it matches by, as a hash, since this stays known when
/// the person is gone. None if it always makes somebody new.
fn subject(command: &Command) -> Option<String> {
    let selector = command.selector()?;
    let text = match selector.profile_id() {
        Some(id) => format!("id:{id}"),
        None => {
            let key = selector.keys().first()?;
            format!("{}:{}", key.kind, key.value)
        }
    };
    Some(hex::encode(Sha256::digest(text)))
}
