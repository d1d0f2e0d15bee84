//! Sessions of people who signed in, by the digest of their secret.

use roster_model::session::{self, IDLE_MS, MAX_SESSIONS, WHOLE_MS};
use roster_model::{SessionId, Timestamp, UserId, UserSettings};

use crate::packed::corrupt;
use crate::users::user_id;
use crate::{Cell, Error, Sql};

/// A session with whose it is: all that a request needs, in one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionWithUser {
    /// Its id.
    pub id: SessionId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last, to a few minutes.
    pub last_seen_at: Timestamp,
    /// Whose it is.
    pub user: UserId,
    /// What they may do, as it is now.
    pub settings: UserSettings,
}

/// A session as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last, to a few minutes.
    pub last_seen_at: Timestamp,
    /// The browser, as it calls itself.
    pub agent: String,
}

/// The session with this secret's SHA-256, if it hasn't ended.
///
/// # Errors
/// As [`Sql::query`].
pub async fn find(
    sql: &impl Sql,
    secret: &[u8; 32],
    now: Timestamp,
) -> Result<Option<SessionWithUser>, Error> {
    let parameters = vec![Cell::Blob(secret.to_vec())];
    let mut rows = sql
        .query(include_str!("sql/sessions/find.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    let packed: (i64, i64, i64, i64, UserSettings) =
        serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let (id, created, seen, user, settings) = packed;
    let found = SessionWithUser {
        id: session_id(id)?,
        created_at: Timestamp::from_ms(created),
        last_seen_at: Timestamp::from_ms(seen),
        user: user_id(user)?,
        settings,
    };
    let end = session::end(found.created_at, found.last_seen_at);
    Ok((end > now).then_some(found))
}

/// The open sessions of a user, the one that was used last first.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_user(
    sql: &impl Sql,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<SessionRow>, Error> {
    let parameters = vec![
        Cell::Integer(user.get()),
        ago(now, IDLE_MS),
        ago(now, WHOLE_MS),
        Cell::Integer(MAX_SESSIONS),
    ];
    let mut rows = sql
        .query(include_str!("sql/sessions/of_user.sql"), parameters)
        .await?;
    let text = rows
        .first_mut()
        .map_or(Ok("[]".to_owned()), |row| row.text(0))?;
    let packed: Vec<(i64, i64, i64, String)> = serde_json::from_str(&text).map_err(corrupt)?;
    let listed = packed.into_iter().map(|(id, created, seen, agent)| {
        Ok(SessionRow {
            id: session_id(id)?,
            created_at: Timestamp::from_ms(created),
            last_seen_at: Timestamp::from_ms(seen),
            agent,
        })
    });
    listed.collect()
}

/// Begins a session; part of a transaction. Those that ended are forgotten by the way, and
/// of too many of one person the ones that were used least lately.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    user: UserId,
    secret: &[u8; 32],
    agent: &str,
    now: Timestamp,
) -> Result<SessionId, Error> {
    let ended = vec![ago(now, IDLE_MS), ago(now, WHOLE_MS)];
    sql.query(include_str!("sql/sessions/sweep.sql"), ended)
        .await?;
    let room = vec![Cell::Integer(user.get()), Cell::Integer(MAX_SESSIONS - 1)];
    sql.query(include_str!("sql/sessions/make_room.sql"), room)
        .await?;
    let parameters = vec![
        Cell::Integer(user.get()),
        Cell::Blob(secret.to_vec()),
        Cell::Integer(now.ms()),
        Cell::from(agent),
    ];
    let rows = sql
        .query(include_str!("sql/sessions/create.sql"), parameters)
        .await?;
    crate::users::seen(sql, user, now).await?;
    session_id(rows.first().map_or(Ok(0), |row| row.integer(0))?)
}

/// Notes that a session is in use.
///
/// # Errors
/// As [`Sql::query`].
pub async fn seen(sql: &impl Sql, found: &SessionWithUser, now: Timestamp) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(found.id.get()), Cell::Integer(now.ms())];
    sql.query(include_str!("sql/sessions/seen.sql"), parameters)
        .await?;
    crate::users::seen(sql, found.user, now).await
}

/// Ends one session of a user; false if they have no such session.
///
/// # Errors
/// As [`Sql::query`].
pub async fn end(sql: &impl Sql, user: UserId, id: SessionId) -> Result<bool, Error> {
    let parameters = vec![Cell::Integer(id.get()), Cell::Integer(user.get())];
    let rows = sql
        .query(include_str!("sql/sessions/end.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// Ends all sessions of a user but one.
///
/// # Errors
/// As [`Sql::query`].
pub async fn end_others(sql: &impl Sql, user: UserId, kept: SessionId) -> Result<(), Error> {
    end_but(sql, user, kept.get()).await
}

/// Ends all sessions of a user.
///
/// # Errors
/// As [`Sql::query`].
pub async fn end_all(sql: &impl Sql, user: UserId) -> Result<(), Error> {
    end_but(sql, user, 0).await
}

async fn end_but(sql: &impl Sql, user: UserId, kept: i64) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(user.get()), Cell::Integer(kept)];
    sql.query(include_str!("sql/sessions/end_others.sql"), parameters)
        .await?;
    Ok(())
}

fn ago(now: Timestamp, ms: i64) -> Cell {
    Cell::Integer(now.ms().saturating_sub(ms))
}

fn session_id(number: i64) -> Result<SessionId, Error> {
    SessionId::new(number).ok_or_else(|| corrupt("a session's id"))
}
