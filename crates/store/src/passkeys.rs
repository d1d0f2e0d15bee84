//! Passkeys of people who sign in to the console, and the questions that are asked of their
//! authenticators. What a key and its state say is for others to read. The functions that
//! write a person's history are parts of a transaction.

use roster_model::history::Change;
use roster_model::passkey::MAX_PASSKEYS;
use roster_model::{PasskeyId, SessionId, Timestamp, UserId};
use serde_json::Value;

use crate::catalogue::Author;
use crate::packed::corrupt;
use crate::users::{User, record, user_id};
use crate::{Cell, Error, Sql};

/// A passkey as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRow {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used last, if it was.
    pub last_used_at: Option<Timestamp>,
}

/// A new passkey.
#[derive(Clone, Debug)]
pub struct NewPasskey {
    /// What its authenticator calls it.
    pub credential: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// How its authenticator is reached; a set of bits.
    pub transports: u8,
    /// The public key.
    pub key: Vec<u8>,
    /// How often it signed, and the like.
    pub state: Vec<u8>,
}

/// What checks a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyCheck {
    /// Its id.
    pub id: PasskeyId,
    /// What authenticators know its owner by.
    pub handle: Vec<u8>,
    /// The public key.
    pub key: Vec<u8>,
    /// How often it signed, and the like.
    pub state: Vec<u8>,
}

/// Keeps a question to an authenticator under the SHA-256 of its challenge: of somebody's
/// session, or of nobody who has signed in.
///
/// # Errors
/// As [`Sql::query`].
pub async fn ask(
    sql: &impl Sql,
    challenge: &[u8; 32],
    session: Option<SessionId>,
    state: Vec<u8>,
    ends: Timestamp,
) -> Result<(), Error> {
    let parameters = vec![
        Cell::Blob(challenge.to_vec()),
        of_session(session),
        Cell::Blob(state),
        Cell::Integer(ends.ms()),
    ];
    sql.query(include_str!("sql/passkeys/ask.sql"), parameters)
        .await?;
    Ok(())
}

/// Takes a question away, so that nobody else answers it; its state, if it was there.
///
/// # Errors
/// As [`Sql::query`].
pub async fn answer(
    sql: &impl Sql,
    challenge: &[u8; 32],
    session: Option<SessionId>,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Error> {
    let parameters = vec![
        Cell::Blob(challenge.to_vec()),
        of_session(session),
        Cell::Integer(now.ms()),
    ];
    let mut rows = sql
        .query(include_str!("sql/passkeys/answer.sql"), parameters)
        .await?;
    rows.first_mut().map(|row| row.blob(0)).transpose()
}

/// What authenticators know a user by; none if there is no such user.
///
/// # Errors
/// As [`Sql::query`].
pub async fn handle(sql: &impl Sql, user: UserId) -> Result<Option<Vec<u8>>, Error> {
    let parameters = vec![Cell::Integer(user.get())];
    let mut rows = sql
        .query(include_str!("sql/passkeys/handle.sql"), parameters)
        .await?;
    rows.first_mut().map(|row| row.blob(0)).transpose()
}

/// What authenticators call the passkeys of a user, and how they are reached.
///
/// # Errors
/// As [`Sql::query`].
pub async fn known(sql: &impl Sql, user: UserId) -> Result<Vec<(Vec<u8>, u8)>, Error> {
    let parameters = vec![Cell::Integer(user.get())];
    let rows = sql
        .query(include_str!("sql/passkeys/known.sql"), parameters)
        .await?;
    let known = rows.into_iter().map(|mut row| {
        let transports = u8::try_from(row.integer(1)?).map_err(corrupt)?;
        Ok((row.blob(0)?, transports))
    });
    known.collect()
}

/// The passkeys of a user, the first first: at most [`MAX_PASSKEYS`].
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_user(sql: &impl Sql, user: UserId) -> Result<Vec<PasskeyRow>, Error> {
    let parameters = vec![Cell::Integer(user.get())];
    let mut rows = sql
        .query(include_str!("sql/passkeys/of_user.sql"), parameters)
        .await?;
    let text = rows
        .first_mut()
        .map_or(Ok("[]".to_owned()), |row| row.text(0))?;
    let packed: Vec<PackedPasskey> = serde_json::from_str(&text).map_err(corrupt)?;
    packed.into_iter().map(passkey).collect()
}

/// Gives a user a passkey; none if somebody has one with its credential, or they have as
/// many as one may have. History says that there is one.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    user: &User,
    new: NewPasskey,
    author: &Author<'_>,
) -> Result<Option<PasskeyRow>, Error> {
    let parameters = vec![
        Cell::Integer(user.id.get()),
        Cell::Blob(new.credential),
        Cell::from(new.name.as_str()),
        Cell::Integer(new.transports.into()),
        Cell::Blob(new.key),
        Cell::Blob(new.state),
        Cell::Integer(MAX_PASSKEYS),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/passkeys/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let made = PasskeyRow {
        id: passkey_id(row.integer(0)?)?,
        name: new.name,
        created_at: author.at,
        last_used_at: None,
    };
    let change = change(Value::Null, made.name.as_str().into());
    record(sql, user, change, author).await?;
    Ok(Some(made))
}

/// Calls a passkey of a user by another name; none if they have no such passkey.
///
/// # Errors
/// As [`Sql::query`].
pub async fn rename(
    sql: &impl Sql,
    user: UserId,
    id: PasskeyId,
    name: &str,
) -> Result<Option<PasskeyRow>, Error> {
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::Integer(user.get()),
        Cell::from(name),
    ];
    let mut rows = sql
        .query(include_str!("sql/passkeys/rename.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    passkey(serde_json::from_str(&row.text(0)?).map_err(corrupt)?).map(Some)
}

/// Removes a passkey of a user; false if they have no such passkey. History says so.
///
/// # Errors
/// As [`Sql::query`].
pub async fn remove(
    sql: &impl Sql,
    user: &User,
    id: PasskeyId,
    author: &Author<'_>,
) -> Result<bool, Error> {
    let parameters = vec![Cell::Integer(id.get()), Cell::Integer(user.id.get())];
    let mut rows = sql
        .query(include_str!("sql/passkeys/remove.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(false);
    };
    let change = change(row.text(0)?.into(), Value::Null);
    record(sql, user, change, author).await?;
    Ok(true)
}

/// Removes all passkeys of a user whose history ends, or says it in other words.
///
/// # Errors
/// As [`Sql::query`].
pub async fn remove_all(sql: &impl Sql, user: UserId) -> Result<Vec<String>, Error> {
    let parameters = vec![Cell::Integer(user.get())];
    let rows = sql
        .query(include_str!("sql/passkeys/remove_all.sql"), parameters)
        .await?;
    rows.into_iter().map(|mut row| row.text(0)).collect()
}

/// [`remove_all`], and history names each.
///
/// # Errors
/// As [`Sql::query`].
pub async fn take_away_all(sql: &impl Sql, user: &User, author: &Author<'_>) -> Result<(), Error> {
    let names = remove_all(sql, user.id).await?;
    if names.is_empty() {
        return Ok(());
    }
    record(sql, user, change(names.into(), Value::Null), author).await
}

/// What checks the signature of the passkey with a credential, if it opens its owner's
/// account: somebody who has a password, and no invitation that is open.
///
/// # Errors
/// As [`Sql::query`].
pub async fn by_credential(
    sql: &impl Sql,
    credential: &[u8],
    now: Timestamp,
) -> Result<Option<PasskeyCheck>, Error> {
    let parameters = vec![Cell::Blob(credential.to_vec()), Cell::Integer(now.ms())];
    let mut rows = sql
        .query(include_str!("sql/passkeys/by_credential.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    Ok(Some(PasskeyCheck {
        id: passkey_id(row.integer(0)?)?,
        handle: row.blob(1)?,
        key: row.blob(2)?,
        state: row.blob(3)?,
    }))
}

/// Notes that a passkey was used, and gives whose it is; none if it was used or removed at
/// the same moment, or its owner's account was closed to it.
///
/// # Errors
/// As [`Sql::query`].
pub async fn use_up(
    sql: &impl Sql,
    found: &PasskeyCheck,
    state: Vec<u8>,
    now: Timestamp,
) -> Result<Option<UserId>, Error> {
    let parameters = vec![
        Cell::Integer(found.id.get()),
        Cell::Blob(found.state.clone()),
        Cell::Blob(state),
        Cell::Integer(now.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/passkeys/use.sql"), parameters)
        .await?;
    let user = rows.first().map(|row| user_id(row.integer(0)?));
    user.transpose()
}

/// A passkey as the statements give it.
type PackedPasskey = (i64, String, i64, Option<i64>);

fn passkey(packed: PackedPasskey) -> Result<PasskeyRow, Error> {
    let (id, name, created, used) = packed;
    Ok(PasskeyRow {
        id: passkey_id(id)?,
        name,
        created_at: Timestamp::from_ms(created),
        last_used_at: used.map(Timestamp::from_ms),
    })
}

/// A passkey that came or went, by its name.
fn change(before: Value, after: Value) -> Change {
    Change {
        field: "passkey".to_owned(),
        before,
        after,
    }
}

fn of_session(session: Option<SessionId>) -> Cell {
    session.map_or(Cell::Null, |id| Cell::Integer(id.get()))
}

fn passkey_id(number: i64) -> Result<PasskeyId, Error> {
    PasskeyId::new(number).ok_or_else(|| corrupt("a passkey's id"))
}
