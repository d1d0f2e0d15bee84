//! What is due, and who holds it. Questions to people wait together; changes wait in
//! lanes, one for each recipient, so that a lane that is long or paused costs the
//! others nothing.

use roster_model::{MessageId, Timestamp};
use std::collections::BTreeSet;

use super::message::message;
use super::{Kind, Message};
use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// How long a message is held by the one who sends it, in milliseconds: 60 s.
pub const LEASE_MS: i64 = 60_000;

/// Whether any question is due at `now` that nobody holds. A look that takes no lock.
///
/// # Errors
/// As [`Sql::query`].
pub async fn questions_due(sql: &impl Sql, now: Timestamp) -> Result<bool, Error> {
    let statement = include_str!("../sql/outbox/questions_due.sql");
    let rows = sql.query(statement, vec![Cell::Integer(now.ms())]).await?;
    Ok(!rows.is_empty())
}

/// Gives questions that are due at `now` to a holder, for [`LEASE_MS`]; at most `limit`,
/// in the order in which they are due.
///
/// # Errors
/// As [`Sql::query`].
pub async fn claim_questions(
    sql: &impl Sql,
    now: Timestamp,
    holder: &str,
    limit: i64,
) -> Result<Vec<Message>, Error> {
    let statement = include_str!("../sql/outbox/claim_questions.sql");
    let rows = sql.query(statement, claim(now, holder, limit)).await?;
    let mut claimed = messages(rows)?;
    claimed.sort_by_key(|message| (message.due_at, message.id));
    Ok(claimed)
}

/// The recipients of changes that are due at `now` and held by nobody, but for some of
/// them and for those that are left alone then. A look that takes no lock.
///
/// # Errors
/// As [`Sql::query`].
pub async fn lanes_due(
    sql: &impl Sql,
    now: Timestamp,
    but: &BTreeSet<String>,
) -> Result<Vec<String>, Error> {
    let parameters = vec![Cell::Integer(now.ms()), Cell::Text(crate::json(but)?)];
    let statement = include_str!("../sql/outbox/lanes_due.sql");
    let rows = sql.query(statement, parameters).await?;
    rows.into_iter().map(|mut row| row.text(0)).collect()
}

/// Gives changes for a recipient that are due at `now` to a holder, for [`LEASE_MS`]; at
/// most `limit`, in the order in which they were written down.
///
/// # Errors
/// As [`Sql::query`].
pub async fn claim_lane(
    sql: &impl Sql,
    recipient: &str,
    now: Timestamp,
    holder: &str,
    limit: i64,
) -> Result<Vec<Message>, Error> {
    let mut parameters = claim(now, holder, limit);
    parameters.push(Cell::from(recipient));
    let statement = include_str!("../sql/outbox/claim_lane.sql");
    let mut claimed = messages(sql.query(statement, parameters).await?)?;
    claimed.sort_by_key(|message| message.id);
    Ok(claimed)
}

fn claim(now: Timestamp, holder: &str, limit: i64) -> Vec<Cell> {
    vec![
        Cell::Integer(now.ms()),
        Cell::from(holder),
        Cell::Integer(now.ms().saturating_add(LEASE_MS)),
        Cell::Integer(limit),
    ]
}

fn messages(rows: Vec<Row>) -> Result<Vec<Message>, Error> {
    rows.into_iter().map(message).collect()
}

/// Leaves a recipient of changes alone until a time: its receiver takes nothing.
///
/// # Errors
/// As [`Sql::query`].
pub async fn pause_lane(sql: &impl Sql, recipient: &str, until: Timestamp) -> Result<(), Error> {
    let parameters = vec![Cell::from(recipient), Cell::Integer(until.ms())];
    sql.query(include_str!("../sql/outbox/pause_lane.sql"), parameters)
        .await?;
    Ok(())
}

/// Lets changes for a recipient be sent again from `now` on.
///
/// # Errors
/// As [`Sql::query`].
pub async fn open_lane(sql: &impl Sql, recipient: &str, now: Timestamp) -> Result<(), Error> {
    let parameters = vec![Cell::from(recipient), Cell::Integer(now.ms())];
    sql.query(include_str!("../sql/outbox/open_lane.sql"), parameters)
        .await?;
    Ok(())
}

/// Gives messages back that were not tried.
///
/// # Errors
/// As [`Sql::query`].
pub async fn release(sql: &impl Sql, ids: &[MessageId], holder: &str) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let parameters = vec![Cell::Text(crate::json(&ids)?), Cell::from(holder)];
    sql.query(include_str!("../sql/outbox/release.sql"), parameters)
        .await?;
    Ok(())
}

/// When the next message of a kind is due; none if none waits.
///
/// # Errors
/// As [`Sql::query`].
pub async fn next_due(sql: &impl Sql, kind: Kind) -> Result<Option<Timestamp>, Error> {
    let statement = match kind {
        Kind::Confirmation => include_str!("../sql/outbox/next_question.sql"),
        Kind::Change => include_str!("../sql/outbox/next_change.sql"),
    };
    let rows = sql.query(statement, vec![]).await?;
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    Ok(row.optional_integer(0)?.map(Timestamp::from_ms))
}
