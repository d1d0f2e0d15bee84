//! Import settings that are kept under a name, to be used again.

use roster_model::history::Noun;
use roster_model::{DatabaseId, Timestamp};
use serde_json::Value;

use crate::catalogue::Author;
use crate::define::Subject;
use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// Saved import settings.
#[derive(Debug)]
pub struct SavedSettings {
    /// Their name, distinct within the database.
    pub name: String,
    /// Counts their changes from 1.
    pub revision: i64,
    /// When they were first saved.
    pub created_at: Timestamp,
    /// When they last changed.
    pub updated_at: Timestamp,
    /// As they were given.
    pub settings: Value,
}

/// What a database keeps, by name: at most `limit` whose names come after `after`;
/// no name comes before the empty one.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    database: DatabaseId,
    after: &str,
    limit: i64,
) -> Result<Vec<SavedSettings>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::from(after),
        Cell::Integer(limit),
    ];
    let rows = sql
        .query(include_str!("sql/import_settings/page.sql"), parameters)
        .await?;
    rows.into_iter().map(saved).collect()
}

/// Those with a name, if there are any.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(
    sql: &impl Sql,
    database: DatabaseId,
    name: &str,
) -> Result<Option<SavedSettings>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::from(name)];
    let rows = sql
        .query(include_str!("sql/import_settings/get.sql"), parameters)
        .await?;
    rows.into_iter().next().map(saved).transpose()
}

/// How many a database keeps.
///
/// # Errors
/// As [`Sql::query`].
pub async fn count(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/import_settings/count.sql"), parameters)
        .await?;
    rows.first().ok_or_else(|| corrupt("no count"))?.integer(0)
}

/// Keeps settings under a name, in place of `before`, those that had it. Part of a
/// transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn put(
    sql: &impl Sql,
    database: DatabaseId,
    name: &str,
    before: Option<&SavedSettings>,
    settings: &Value,
    author: &Author<'_>,
) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::from(name),
        Cell::Text(crate::json(settings)?),
        Cell::Integer(author.at.ms()),
    ];
    sql.query(include_str!("sql/import_settings/put.sql"), parameters)
        .await?;
    let subject = Subject::of_database(Noun::ImportSettings, database, name);
    match before {
        None => subject.created(sql, settings, author).await,
        Some(before) => {
            let before = &before.settings;
            subject.updated(sql, before, settings, [], author).await
        }
    }
}

/// Forgets saved settings. Part of a transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(
    sql: &impl Sql,
    database: DatabaseId,
    saved: &SavedSettings,
    author: &Author<'_>,
) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::from(saved.name.as_str()),
    ];
    sql.query(include_str!("sql/import_settings/delete.sql"), parameters)
        .await?;
    Subject::of_database(Noun::ImportSettings, database, &saved.name)
        .deleted(sql, &saved.settings, author)
        .await
}

fn saved(mut row: Row) -> Result<SavedSettings, Error> {
    Ok(SavedSettings {
        name: row.text(0)?,
        revision: row.integer(1)?,
        created_at: Timestamp::from_ms(row.integer(2)?),
        updated_at: Timestamp::from_ms(row.integer(3)?),
        settings: serde_json::from_str(&row.text(4)?).map_err(corrupt)?,
    })
}
