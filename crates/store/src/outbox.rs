//! The outbox: messages that were written down with their cause
//! ([`crate::write`]), and what becomes of them.
//!
//! A message is sent by the holder of its lease. Who sent it and died before
//! noting so loses the lease after a while, and the message is sent a second
//! time: it is never lost. What became of it is noted only by the holder.

mod due;
mod message;
mod page;

pub use due::{
    LEASE_MS, claim_lane, claim_questions, lanes_due, next_due, open_lane, pause_lane,
    questions_due, release,
};
pub use message::{Attempt, Kind, Message, State};
pub use page::{MessageFilter, Position, page};

use roster_model::{DatabaseId, MessageId, Timestamp};
use serde_json::{Value, json};

use crate::packed::corrupt;
use crate::{Cell, Error, Sql};
use message::message;

/// How many tries are remembered of a message.
pub const MAX_ATTEMPTS: usize = 20;

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Where it is now.
    pub state: State,
    /// Why, for people.
    pub detail: String,
    /// When it is tried again; only where it stays queued.
    pub due_at: Option<Timestamp>,
    /// The try that was made; none where it ended untried.
    pub attempt: Option<Attempt>,
}

/// Notes what became of a message, if the holder still has it; whether it had.
///
/// # Errors
/// As [`Sql::query`].
pub async fn finish(
    sql: &impl Sql,
    message: &Message,
    holder: &str,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<bool, Error> {
    let attempts = message.attempts.iter().chain(&outcome.attempt);
    let skipped = (message.attempts.len() + usize::from(outcome.attempt.is_some()))
        .saturating_sub(MAX_ATTEMPTS);
    let attempts: Vec<Value> = attempts
        .skip(skipped)
        .map(|attempt| json!([attempt.at.ms(), attempt.status, attempt.detail]))
        .collect();
    // What is held waits, so that it has not ended either.
    let ended = !matches!(outcome.state, State::Queued | State::Held);
    let parameters = vec![
        Cell::Integer(message.id.get()),
        Cell::from(holder),
        Cell::from(outcome.state.as_str()),
        Cell::from(outcome.detail.as_str()),
        Cell::Integer(outcome.due_at.unwrap_or(message.due_at).ms()),
        Cell::from(ended.then_some(now.ms())),
        Cell::Integer(outcome.attempt.is_some().into()),
        Cell::Text(crate::json(&attempts)?),
    ];
    let rows = sql
        .query(include_str!("sql/outbox/finish.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// A message.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: MessageId) -> Result<Option<Message>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/outbox/get.sql"), parameters)
        .await?;
    rows.into_iter().next().map(message).transpose()
}

/// Queues a message that is dead, held or cancelled again; whether it was.
///
/// # Errors
/// As [`Sql::query`].
pub async fn retry(sql: &impl Sql, id: MessageId, now: Timestamp) -> Result<bool, Error> {
    let parameters = vec![Cell::Integer(id.get()), Cell::Integer(now.ms())];
    let rows = sql
        .query(include_str!("sql/outbox/retry.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// Cancels a message that is queued or held, and not being sent at the moment;
/// whether it was.
///
/// # Errors
/// As [`Sql::query`].
pub async fn cancel(
    sql: &impl Sql,
    id: MessageId,
    detail: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::Integer(now.ms()),
        Cell::from(detail),
    ];
    let rows = sql
        .query(include_str!("sql/outbox/cancel.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// Queues a change that is about no profile, to be sent at once, also where the
/// recipient is left alone at the moment.
///
/// # Errors
/// As [`Sql::query`].
pub async fn put_change(
    sql: &impl Sql,
    database: Option<DatabaseId>,
    recipient: &str,
    body: &Value,
    now: Timestamp,
) -> Result<MessageId, Error> {
    let parameters = vec![
        Cell::from(Kind::Change.as_str()),
        Cell::Integer(database.map_or(0, DatabaseId::get)),
        Cell::from(recipient),
        Cell::Text(crate::json(body)?),
        Cell::Integer(now.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/outbox/put.sql"), parameters)
        .await?;
    open_lane(sql, recipient, now).await?;
    let id = rows.first().ok_or_else(|| corrupt("no id"))?.integer(0)?;
    MessageId::new(id).ok_or_else(|| corrupt("a message's id"))
}

/// How many messages there are, by kind and state; those that are none may be
/// missing. Only of the databases of `only`, if given.
///
/// # Errors
/// As [`Sql::query`].
pub async fn counts(
    sql: &impl Sql,
    only: Option<&[DatabaseId]>,
) -> Result<Vec<(Kind, State, i64)>, Error> {
    let only = only.map(crate::databases::numbers).transpose()?;
    let mut rows = sql
        .query(
            include_str!("sql/outbox/counts.sql"),
            vec![Cell::from(only)],
        )
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no counts"))?;
    let counts: Vec<(String, String, i64)> =
        serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let counts = counts.into_iter().map(|(kind, state, count)| {
        let kind = Kind::named(&kind).ok_or_else(|| corrupt("a message's kind"))?;
        let state = State::named(&state).ok_or_else(|| corrupt("a message's state"))?;
        Ok((kind, state, count))
    });
    counts.collect()
}
