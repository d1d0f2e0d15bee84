//! The outbox: messages that were written down with their cause
//! ([`crate::write`]), and what becomes of them.
//!
//! A message is sent by whoever holds its lease. Who sent it and died before
//! noting so loses the lease after a while, and the message is sent a second
//! time: it is never lost. What became of it is noted only by the holder.

mod page;

pub use page::{Asked, Position, page};

use roster_model::{DatabaseId, MessageId, ProfileId, Timestamp};
use serde_json::{Value, json};

use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// How long a message is held by whoever sends it, in milliseconds: 60 s.
pub const LEASE_MS: i64 = 60_000;

/// How many tries are remembered of a message.
pub const MAX_ATTEMPTS: usize = 20;

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Asks a person to confirm a subscription.
    Confirmation,
    /// Tells a watcher of a change.
    Change,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 2] = [Kind::Confirmation, Kind::Change];

    /// The name, as in JSON and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Confirmation => "confirmation",
            Kind::Change => "change",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Where a message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It waits for its time.
    Queued,
    /// It was taken by whoever delivers it.
    Sent,
    /// It was refused, or tried too often.
    Dead,
    /// It is not to be sent any more.
    Cancelled,
    /// It waits for somebody to let it go: the contact is suppressed, or was
    /// asked too often.
    Held,
}

impl State {
    /// All states.
    pub const ALL: [State; 5] = [
        State::Queued,
        State::Sent,
        State::Dead,
        State::Cancelled,
        State::Held,
    ];

    /// The name, as in JSON and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Sent => "sent",
            State::Dead => "dead",
            State::Cancelled => "cancelled",
            State::Held => "held",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A try to send a message; stored as `[at, status, detail]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// The status of the answer; 0 where none came.
    pub status: u16,
    /// What was said, for people.
    pub detail: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// What it is for.
    pub kind: Kind,
    /// The database that it is about; none for a test of a watcher of all.
    pub database: Option<DatabaseId>,
    /// The profile that it is about; none for a test of a watcher.
    pub profile: Option<ProfileId>,
    /// Whom it is for: `email:ada@example.org`, `watcher:1`.
    pub recipient: String,
    /// Where it is on its way.
    pub state: State,
    /// Why it is there, for people; may be empty.
    pub detail: String,
    /// What it says, or what it is made of.
    pub body: Value,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it is to be sent, or was.
    pub due_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How often sending was tried since it was queued.
    pub tries: i64,
    /// The last tries, the oldest first.
    pub attempts: Vec<Attempt>,
}

/// Gives messages of a kind that are due at `now` to a holder, for [`LEASE_MS`];
/// at most `limit`, in the order in which they are due.
///
/// # Errors
/// As [`Sql::query`].
pub async fn claim(
    sql: &impl Sql,
    kind: Kind,
    now: Timestamp,
    holder: &str,
    limit: i64,
) -> Result<Vec<Message>, Error> {
    let parameters = vec![
        Cell::from(kind.as_str()),
        Cell::Integer(now.ms()),
        Cell::from(holder),
        Cell::Integer(now.ms().saturating_add(LEASE_MS)),
        Cell::Integer(limit),
    ];
    let rows = sql
        .query(include_str!("sql/outbox/claim.sql"), parameters)
        .await?;
    let mut claimed = rows
        .into_iter()
        .map(message)
        .collect::<Result<Vec<_>, _>>()?;
    claimed.sort_by_key(|message| (message.due_at, message.id));
    Ok(claimed)
}

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

/// Gives messages back that were not tried; `not_before` keeps them from being
/// tried until then.
///
/// # Errors
/// As [`Sql::query`].
pub async fn release(
    sql: &impl Sql,
    ids: &[MessageId],
    holder: &str,
    not_before: Option<Timestamp>,
) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let parameters = vec![
        Cell::Text(crate::json(&ids)?),
        Cell::from(holder),
        Cell::Integer(not_before.map_or(0, Timestamp::ms)),
    ];
    sql.query(include_str!("sql/outbox/release.sql"), parameters)
        .await?;
    Ok(())
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

/// Queues a change that is about no profile, to be sent at once.
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

/// When the next message of a kind is due; none if none waits.
///
/// # Errors
/// As [`Sql::query`].
pub async fn next_due(sql: &impl Sql, kind: Kind) -> Result<Option<Timestamp>, Error> {
    let rows = sql
        .query(
            include_str!("sql/outbox/next_due.sql"),
            vec![Cell::from(kind.as_str())],
        )
        .await?;
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    Ok(row.optional_integer(0)?.map(Timestamp::from_ms))
}

fn message(mut row: Row) -> Result<Message, Error> {
    let kind = row.text(1)?;
    let state = row.text(5)?;
    let attempts: Vec<(i64, u16, String)> =
        serde_json::from_str(&row.text(12)?).map_err(corrupt)?;
    Ok(Message {
        id: MessageId::new(row.integer(0)?).ok_or_else(|| corrupt("a message's id"))?,
        kind: Kind::named(&kind).ok_or_else(|| corrupt("a message's kind"))?,
        database: DatabaseId::new(row.integer(2)?),
        profile: ProfileId::from_pk(row.integer(3)?),
        recipient: row.text(4)?,
        state: State::named(&state).ok_or_else(|| corrupt("a message's state"))?,
        detail: row.text(6)?,
        body: serde_json::from_str(&row.text(7)?).map_err(corrupt)?,
        created_at: Timestamp::from_ms(row.integer(8)?),
        due_at: Timestamp::from_ms(row.integer(9)?),
        ended_at: row.optional_integer(10)?.map(Timestamp::from_ms),
        tries: row.integer(11)?,
        attempts: attempts
            .into_iter()
            .map(|(at, status, detail)| Attempt {
                at: Timestamp::from_ms(at),
                status,
                detail,
            })
            .collect(),
    })
}
