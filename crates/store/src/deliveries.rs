//! Deliveries: what webhooks received and what became of it, kept for 30 days.

use roster_model::{ProfileId, Timestamp};
use serde_json::{Value, json};

/// How long a delivery is kept, in milliseconds: 30 days.
pub const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// One delivery as it is written.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The webhook's id.
    pub hook: String,
    /// The sender's id of it, or a hash of the body.
    pub sender_id: String,
    /// When it came.
    pub received_at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// Of which profile.
    pub profile: Option<ProfileId>,
    /// More about it: an object.
    pub detail: Value,
    /// What came: headers (secrets masked) and body; an object.
    pub request: Value,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A profile came to be.
    Created,
    /// A profile changed.
    Updated,
    /// Everything was already so.
    Unchanged,
    /// The mapping says that it is nothing to act on, or it came late.
    Skipped,
    /// It could not be applied: it can be replayed.
    Failed,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Outcome; 5] = [
        Outcome::Created,
        Outcome::Updated,
        Outcome::Unchanged,
        Outcome::Skipped,
        Outcome::Failed,
    ];

    /// The name, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Created => "created",
            Outcome::Updated => "updated",
            Outcome::Unchanged => "unchanged",
            Outcome::Skipped => "skipped",
            Outcome::Failed => "failed",
        }
    }
}

impl Delivery {
    /// The row, as statements take it.
    pub(crate) fn to_row(&self) -> Value {
        json!([
            self.hook,
            self.sender_id,
            self.received_at.ms(),
            self.outcome.as_str(),
            self.profile.map(ProfileId::pk),
            self.detail.to_string(),
            self.request.to_string(),
        ])
    }
}
