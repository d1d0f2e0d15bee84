//! What messages look like, and what several handlers share.

use roster_http::{Call, Problem};
use roster_model::{DatabaseId, MessageId, ProfileId, Timestamp};
use roster_store::Sql;
use roster_store::outbox::{self, Attempt, Message};
use serde::Serialize;
use serde_json::Value;

/// A message of the outbox.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = OutboxMessage)]
pub(crate) struct ShownMessage {
    /// Its id.
    #[schema(value_type = String, example = "17")]
    id: MessageId,
    /// The id that its recipient knows, the same at each try.
    #[schema(example = "msg_17")]
    public_id: String,
    /// `confirmation`: asks a person to confirm a subscription; `change`: tells a
    /// watcher of a change.
    #[schema(value_type = String, example = "confirmation")]
    kind: &'static str,
    /// `queued`, `sent`, `dead` (refused, or tried too often), `cancelled` or
    /// `held` (waits for somebody to let it go).
    #[schema(value_type = String, example = "queued")]
    state: &'static str,
    /// Why, as a code or a sentence; what the provider said.
    detail: String,
    /// Whom it is for: `email:ann@example.org`, `watcher:1`.
    #[schema(example = "email:ann@example.org")]
    recipient: String,
    /// The database that it is about.
    #[schema(value_type = Option<String>, required, example = "1")]
    database_id: Option<DatabaseId>,
    /// The profile that it is about.
    #[schema(value_type = Option<String>, required, example = "1a20967479554ede711e88dc")]
    profile_id: Option<ProfileId>,
    /// What it is made of (`confirmation`), or what is sent (`change`).
    #[schema(value_type = Object)]
    body: Value,
    /// How often sending was tried since it was queued.
    #[schema(example = 0)]
    tries: i64,
    /// The last tries, the oldest first; at most 20.
    attempts: Vec<ShownAttempt>,
    /// When it was written down, together with its cause.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it is to be sent, or was.
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// When it was sent, cancelled or given up.
    #[schema(value_type = Option<String>, required, format = DateTime)]
    ended_at: Option<Timestamp>,
}

/// A try to send a message.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = OutboxAttempt)]
pub(crate) struct ShownAttempt {
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The status of the answer; 0 where none came.
    #[schema(example = 503)]
    status: u16,
    /// What was said.
    detail: String,
}

impl From<Attempt> for ShownAttempt {
    fn from(attempt: Attempt) -> Self {
        ShownAttempt {
            at: attempt.at,
            status: attempt.status,
            detail: attempt.detail,
        }
    }
}

impl From<Message> for ShownMessage {
    fn from(message: Message) -> Self {
        ShownMessage {
            id: message.id,
            public_id: roster_post::public_id(message.id),
            kind: message.kind.as_str(),
            state: message.state.as_str(),
            detail: message.detail,
            recipient: message.recipient,
            database_id: message.database,
            profile_id: message.profile,
            body: message.body,
            tries: message.tries,
            attempts: message.attempts.into_iter().map(Into::into).collect(),
            created_at: message.created_at,
            due_at: message.due_at,
            ended_at: message.ended_at,
        }
    }
}

/// The message of the path, if the caller may see its database. What belongs to
/// no database is for tokens without a limit.
pub(crate) async fn found(sql: &impl Sql, call: &Call) -> Result<Message, Problem> {
    let missing = || Problem::not_found("message");
    let id: MessageId = call.id("id", "message")?;
    let found = outbox::get(sql, id).await?.ok_or_else(missing)?;
    let seen = match found.database {
        Some(database) => call.caller.may_see(database),
        None => call.caller.databases.is_none(),
    };
    if seen { Ok(found) } else { Err(missing()) }
}
