//! People who sign in to the console. Their passwords are kept as hashes, and never shown
//! with the rest. The functions that write are parts of a transaction.

use roster_model::history::{Change, Noun};
use roster_model::{Timestamp, UserId, UserSettings};
use serde_json::Value;

use crate::catalogue::Author;
use crate::define::Subject;
use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// A user as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Counts the changes from 1.
    pub revision: i64,
    /// What was chosen for them.
    pub settings: UserSettings,
    /// Whether they have a password: without one they were invited and have not come yet.
    pub is_active: bool,
    /// Until when their invitation is good, if they have one.
    pub invitation_ends: Option<Timestamp>,
    /// When they were made.
    pub created_at: Timestamp,
    /// When they were last changed.
    pub updated_at: Timestamp,
    /// When they were last here, to a few minutes.
    pub last_seen_at: Option<Timestamp>,
    /// How many passkeys they have.
    pub passkeys: i64,
}

/// An invitation: a secret of which only the digest is kept, and its end.
#[derive(Clone, Copy, Debug)]
pub struct Invitation {
    /// SHA-256 of its secret.
    pub secret: [u8; 32],
    /// Until when it is good.
    pub ends: Timestamp,
}

/// What opens somebody's account.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Whose it is.
    pub user: UserId,
    /// The password's hash as a PHC string; none before an invitation is accepted.
    pub password: Option<String>,
}

/// Never shows the hash.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.user)
    }
}

/// One user.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: UserId) -> Result<Option<User>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/users/get.sql"), parameters)
        .await?;
    one(rows)
}

/// The user whose invitation has a secret with this SHA-256 and is still good.
///
/// # Errors
/// As [`Sql::query`].
pub async fn invited(
    sql: &impl Sql,
    secret: &[u8; 32],
    now: Timestamp,
) -> Result<Option<User>, Error> {
    let parameters = vec![Cell::Blob(secret.to_vec()), Cell::Integer(now.ms())];
    let rows = sql
        .query(include_str!("sql/users/by_invitation.sql"), parameters)
        .await?;
    one(rows)
}

/// The users after the one with id `after` (0 for all), at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(sql: &impl Sql, after: i64, limit: i64) -> Result<Vec<User>, Error> {
    let parameters = vec![Cell::Integer(after), Cell::Integer(limit)];
    let mut rows = sql
        .query(include_str!("sql/users/page.sql"), parameters)
        .await?;
    let text = rows
        .first_mut()
        .map_or(Ok("[]".to_owned()), |row| row.text(0))?;
    let packed: Vec<PackedUser> = serde_json::from_str(&text).map_err(corrupt)?;
    packed.into_iter().map(user).collect()
}

/// How many users there are.
///
/// # Errors
/// As [`Sql::query`].
pub async fn count(sql: &impl Sql) -> Result<i64, Error> {
    let rows = sql
        .query(include_str!("sql/users/count.sql"), vec![])
        .await?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

/// How many users other than this one can sign in and may manage everything.
///
/// # Errors
/// As [`Sql::query`].
pub async fn other_admins(sql: &impl Sql, id: UserId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/users/admins.sql"), parameters)
        .await?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

/// What opens the account with this e-mail, by [`UserSettings::email_key`].
///
/// # Errors
/// As [`Sql::query`].
pub async fn credentials(sql: &impl Sql, email_key: &str) -> Result<Option<Credentials>, Error> {
    let parameters = vec![Cell::from(email_key)];
    let mut rows = sql
        .query(include_str!("sql/users/key.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    Ok(Some(Credentials {
        user: user_id(row.integer(0)?)?,
        password: row.optional_text(1)?,
    }))
}

/// The hash of a user's password; none where there is no such user, or no password.
///
/// # Errors
/// As [`Sql::query`].
pub async fn password(sql: &impl Sql, id: UserId) -> Result<Option<String>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let mut rows = sql
        .query(include_str!("sql/users/password.sql"), parameters)
        .await?;
    match rows.first_mut() {
        Some(row) => row.optional_text(0),
        None => Ok(None),
    }
}

/// Makes a user with an invitation; none if somebody has the e-mail.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    settings: UserSettings,
    invitation: &Invitation,
    author: &Author<'_>,
) -> Result<Option<User>, Error> {
    let parameters = vec![
        Cell::Text(settings.email_key()),
        Cell::Text(crate::json(&settings)?),
        Cell::Blob(invitation.secret.to_vec()),
        Cell::Integer(invitation.ends.ms()),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/users/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = user_id(row.integer(0)?)?;
    subject(id).created(sql, &settings, author).await?;
    Ok(Some(User {
        id,
        revision: 1,
        settings,
        is_active: false,
        invitation_ends: Some(invitation.ends),
        created_at: author.at,
        updated_at: author.at,
        last_seen_at: None,
        passkeys: 0,
    }))
}

/// Gives a user other settings; none if somebody else has the e-mail. What their sessions
/// may do follows at once, since it is read with each request.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &User,
    settings: UserSettings,
    author: &Author<'_>,
) -> Result<Option<User>, Error> {
    let parameters = vec![
        Cell::Integer(before.id.get()),
        Cell::Text(settings.email_key()),
        Cell::Text(crate::json(&settings)?),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/users/update.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    subject(before.id)
        .updated(sql, &before.settings, &settings, [], author)
        .await?;
    Ok(Some(User {
        revision: row.integer(0)?,
        settings,
        updated_at: author.at,
        ..before.clone()
    }))
}

/// Gives a user a new invitation; the one before is good no more. History says that there is
/// one.
///
/// # Errors
/// As [`Sql::query`].
pub async fn invite(
    sql: &impl Sql,
    user: &User,
    invitation: &Invitation,
    author: &Author<'_>,
) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(user.id.get()),
        Cell::Blob(invitation.secret.to_vec()),
        Cell::Integer(invitation.ends.ms()),
    ];
    sql.query(include_str!("sql/users/invite.sql"), parameters)
        .await?;
    let change = Change {
        field: "invitation".to_owned(),
        before: moment(user.invitation_ends),
        after: moment(Some(invitation.ends)),
    };
    record(sql, user, change, author).await
}

/// Gives a user another password, as a PHC string. An invitation that was open ends with it.
/// Gives the new revision. Their sessions are another matter
/// ([`crate::sessions::end_others`]).
///
/// # Errors
/// As [`Sql::query`].
pub async fn set_password(
    sql: &impl Sql,
    user: &User,
    password: &str,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let parameters = vec![
        Cell::Integer(user.id.get()),
        Cell::from(password),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/users/set_password.sql"), parameters)
        .await?;
    let row = rows.first();
    let row = row.ok_or_else(|| corrupt("a user has gone inside a transaction"))?;
    let revision = row.integer(0)?;
    // That there is another one says enough.
    let change = Change {
        field: "password".to_owned(),
        before: if user.is_active {
            "set".into()
        } else {
            Value::Null
        },
        after: "changed".into(),
    };
    record(sql, user, change, author).await?;
    Ok(revision)
}

/// Forgets a user, and ends their sessions; their passkeys go too.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(sql: &impl Sql, user: &User, author: &Author<'_>) -> Result<(), Error> {
    crate::sessions::end_all(sql, user.id).await?;
    crate::passkeys::remove_all(sql, user.id).await?;
    let parameters = vec![Cell::Integer(user.id.get())];
    sql.query(include_str!("sql/users/delete.sql"), parameters)
        .await?;
    subject(user.id).deleted(sql, &user.settings, author).await
}

/// Notes that a user was here.
///
/// # Errors
/// As [`Sql::query`].
pub async fn seen(sql: &impl Sql, id: UserId, now: Timestamp) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(id.get()), Cell::Integer(now.ms())];
    sql.query(include_str!("sql/users/seen.sql"), parameters)
        .await?;
    Ok(())
}

/// Writes a change beside the settings into the history.
pub(crate) async fn record(
    sql: &impl Sql,
    user: &User,
    change: Change,
    author: &Author<'_>,
) -> Result<(), Error> {
    let settings = &user.settings;
    subject(user.id)
        .updated(sql, settings, settings, [change], author)
        .await
}

/// A time in the history.
fn moment(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| at.to_string().into())
}

fn subject(id: UserId) -> Subject {
    Subject::of_all(Noun::User, id)
}

/// A user as the statements give them.
type PackedUser = (
    i64,
    i64,
    UserSettings,
    i64,
    Option<i64>,
    i64,
    i64,
    Option<i64>,
    i64,
);

fn user(packed: PackedUser) -> Result<User, Error> {
    let (id, revision, settings, is_active, invitation_ends, created, updated, seen, passkeys) =
        packed;
    Ok(User {
        id: user_id(id)?,
        revision,
        settings,
        is_active: is_active != 0,
        invitation_ends: invitation_ends.map(Timestamp::from_ms),
        created_at: Timestamp::from_ms(created),
        updated_at: Timestamp::from_ms(updated),
        last_seen_at: seen.map(Timestamp::from_ms),
        passkeys,
    })
}

/// The user of an answer with one packed user at most.
fn one(mut rows: Vec<Row>) -> Result<Option<User>, Error> {
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    user(serde_json::from_str(&row.text(0)?).map_err(corrupt)?).map(Some)
}

pub(crate) fn user_id(number: i64) -> Result<UserId, Error> {
    UserId::new(number).ok_or_else(|| corrupt("a user's id"))
}
