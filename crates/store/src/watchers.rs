//! Watchers: who is told of changes, where, and with what secrets.
//!
//! Instances remember watchers with their definitions, so every change is one of
//! the catalogue. The functions that write are parts of a transaction.

use roster_model::history::{Change, Noun};
use roster_model::{Timestamp, Watcher, WatcherId, WatcherSettings};

use crate::catalogue::Author;
use crate::define::Subject;
use crate::packed::corrupt;
use crate::schedules::StoredSecret;
use crate::{Cell, Error, Row, Sql};

/// How many secrets a watcher has at most: the new one, and the one before, until
/// the receiver knows the new one.
pub const MAX_SECRETS: usize = 2;

/// A watcher with everything that is kept of it.
#[derive(Clone, Debug)]
pub struct WatcherRow {
    /// Counts its changes from 1.
    pub revision: i64,
    /// The watcher.
    pub watcher: Watcher,
    /// What its messages are signed with, the newest first.
    pub secrets: Vec<StoredSecret>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The recipient of messages to a watcher, as the outbox has it.
#[must_use]
pub fn recipient(id: WatcherId) -> String {
    format!("watcher:{id}")
}

/// The watcher whom a recipient of the outbox names.
#[must_use]
pub fn named_by(recipient: &str) -> Option<WatcherId> {
    recipient.strip_prefix("watcher:")?.parse().ok()
}

/// One watcher.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: WatcherId) -> Result<Option<WatcherRow>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/watchers/get.sql"), parameters)
        .await?;
    rows.into_iter().next().map(revised).transpose()
}

/// All watchers in order of creation; they are few, see
/// [`roster_model::watcher::MAX_WATCHERS`].
///
/// # Errors
/// As [`Sql::query`].
pub async fn all(sql: &impl Sql) -> Result<Vec<WatcherRow>, Error> {
    let rows = sql
        .query(include_str!("sql/watchers/all.sql"), vec![])
        .await?;
    rows.into_iter().map(revised).collect()
}

/// The watcher that has a name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn named(sql: &impl Sql, name: &str) -> Result<Option<WatcherId>, Error> {
    let rows = sql
        .query(
            include_str!("sql/watchers/named.sql"),
            vec![Cell::from(name)],
        )
        .await?;
    let id = rows.first().map(|row| row.integer(0)).transpose()?;
    Ok(id.and_then(WatcherId::new))
}

/// Makes a watcher; none if its name is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    settings: WatcherSettings,
    secret: StoredSecret,
    author: &Author<'_>,
) -> Result<Option<WatcherRow>, Error> {
    let secrets = vec![secret];
    let parameters = vec![
        Cell::from(settings.name.as_str()),
        Cell::Integer(author.at.ms()),
        Cell::Text(crate::json(&settings)?),
        Cell::Text(texts(&secrets)?),
    ];
    let rows = sql
        .query(include_str!("sql/watchers/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = WatcherId::new(row.integer(0)?).ok_or_else(|| corrupt("a watcher's id"))?;
    subject(id).created(sql, &settings, author).await?;
    Ok(Some(WatcherRow {
        revision: 1,
        watcher: Watcher { id, settings },
        secrets,
        created_at: author.at,
        updated_at: author.at,
    }))
}

/// Gives a watcher other settings; the name must be free. Gives the new
/// revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &Watcher,
    settings: &WatcherSettings,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let parameters = vec![
        Cell::Integer(before.id.get()),
        Cell::from(settings.name.as_str()),
        Cell::Text(crate::json(settings)?),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/watchers/update.sql"), parameters)
        .await?;
    subject(before.id)
        .updated(sql, &before.settings, settings, [], author)
        .await?;
    revision(&rows)
}

/// Gives a watcher a new secret. The newest of the old ones signs too, as long
/// as there is no newer one. Gives the new revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn add_secret(
    sql: &impl Sql,
    before: &WatcherRow,
    secret: StoredSecret,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let id = before.watcher.id;
    let old = before.secrets.iter().cloned();
    let secrets: Vec<StoredSecret> = std::iter::once(secret)
        .chain(old)
        .take(MAX_SECRETS)
        .collect();
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::Text(texts(&secrets)?),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/watchers/secrets.sql"), parameters)
        .await?;
    // How many there are says enough.
    let change = Change {
        field: "secrets".to_owned(),
        before: before.secrets.len().into(),
        after: secrets.len().into(),
    };
    let settings = &before.watcher.settings;
    subject(id)
        .updated(sql, settings, settings, [change], author)
        .await?;
    revision(&rows)
}

/// Forgets a watcher. What waits to be told to it is cancelled when it is due.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(sql: &impl Sql, watcher: &Watcher, author: &Author<'_>) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(watcher.id.get())];
    sql.query(include_str!("sql/watchers/delete.sql"), parameters)
        .await?;
    subject(watcher.id)
        .deleted(sql, &watcher.settings, author)
        .await
}

fn subject(id: WatcherId) -> Subject {
    Subject::of_all(Noun::Watcher, id)
}

fn revision(rows: &[Row]) -> Result<i64, Error> {
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(corrupt("a watcher has gone inside a transaction")),
    }
}

fn texts(secrets: &[StoredSecret]) -> Result<String, Error> {
    let texts: Vec<&str> = secrets.iter().map(|kept| kept.0.as_str()).collect();
    crate::json(&texts)
}

fn revised(mut row: Row) -> Result<WatcherRow, Error> {
    let settings = serde_json::from_str(&row.text(4)?).map_err(corrupt)?;
    let secrets: Vec<String> = serde_json::from_str(&row.text(5)?).map_err(corrupt)?;
    Ok(WatcherRow {
        revision: row.integer(1)?,
        watcher: Watcher {
            id: WatcherId::new(row.integer(0)?).ok_or_else(|| corrupt("a watcher's id"))?,
            settings,
        },
        secrets: secrets.into_iter().map(StoredSecret).collect(),
        created_at: Timestamp::from_ms(row.integer(2)?),
        updated_at: Timestamp::from_ms(row.integer(3)?),
    })
}
