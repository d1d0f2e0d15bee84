//! Suppression lists: settings, and to which databases they are attached. What
//! stands on them is in [`entries`], how it gets there and away in [`changes`].
//!
//! The functions that write are parts of a transaction, as in
//! [`crate::databases`]. Anyone who writes profiles remembers the lists of a
//! database with its definitions, so the catalogue's version grows when a list
//! is made, deleted or attached otherwise, and when one first holds a kind of
//! entry that must be looked for.

pub mod changes;
pub mod entries;
pub mod history;

use roster_model::history::Noun;
use roster_model::suppression::{Forms, Suppression, SuppressionSettings};
use roster_model::{DatabaseId, SuppressionId, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::catalogue::Author;
use crate::databases::numbers;
use crate::define::{self, Subject};
use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// A list with the number of its revision.
#[derive(Clone, Debug, PartialEq)]
pub struct SuppressionRow {
    /// Counts the changes of its settings from 1; entries don't count.
    pub revision: i64,
    /// The list.
    pub list: Suppression,
}

/// A list that holds for a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedList {
    /// The list.
    pub list: SuppressionId,
    /// Its name.
    pub name: String,
    /// Which kinds of entries it has ever held.
    pub forms: Forms,
}

/// What the column `definition` holds.
#[derive(Deserialize)]
struct StoredDefinition {
    description: String,
    databases: Vec<DatabaseId>,
}

type PackedRow = (i64, i64, i64, i64, i64, i64, i64, String, StoredDefinition);

fn packed(mut rows: Vec<Row>) -> Result<Vec<SuppressionRow>, Error> {
    let text = rows
        .first_mut()
        .map(|row| row.optional_text(0))
        .transpose()?;
    let Some(text) = text.flatten() else {
        return Ok(Vec::new());
    };
    let packed: Vec<PackedRow> = serde_json::from_str(&text).map_err(corrupt)?;
    packed.into_iter().map(revised).collect()
}

fn revised(packed: PackedRow) -> Result<SuppressionRow, Error> {
    let (id, is_global, revision, forms, entries, created_at, updated_at, name, stored) = packed;
    let list = Suppression {
        id: list_id(id)?,
        settings: SuppressionSettings {
            name,
            description: stored.description,
            databases: stored.databases,
        },
        is_global: is_global != 0,
        forms: Forms::from_bits(forms),
        entries,
        created_at: Timestamp::from_ms(created_at),
        updated_at: Timestamp::from_ms(updated_at),
    };
    Ok(SuppressionRow { revision, list })
}

fn subject(id: SuppressionId) -> Subject {
    Subject::of_all(Noun::Suppression, id)
}

fn list_id(number: i64) -> Result<SuppressionId, Error> {
    SuppressionId::new(number).ok_or_else(|| corrupt("a suppression list's id"))
}

/// The text in the only column of the only row.
fn only_text(mut rows: Vec<Row>) -> Result<String, Error> {
    rows.first_mut()
        .ok_or_else(|| corrupt("no answer"))?
        .text(0)
}

/// What the column `definition` holds of some settings.
fn definition(settings: &SuppressionSettings) -> String {
    let (description, databases) = (&settings.description, &settings.databases);
    json!({ "description": description, "databases": databases }).to_string()
}

/// One list.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: SuppressionId) -> Result<Option<SuppressionRow>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/suppressions/get.sql"), parameters)
        .await?;
    Ok(packed(rows)?.pop())
}

/// The lists after the one with id `after` (0 for all), at most `limit`; where
/// `only` is given, the global one and those attached to none but these
/// databases, at least one.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    after: i64,
    limit: i64,
    only: Option<&[DatabaseId]>,
) -> Result<Vec<SuppressionRow>, Error> {
    let parameters = vec![
        Cell::Integer(after),
        Cell::Integer(limit),
        Cell::from(only.map(numbers).transpose()?),
    ];
    let rows = sql
        .query(include_str!("sql/suppressions/page.sql"), parameters)
        .await?;
    packed(rows)
}

/// The list that has a name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn named(sql: &impl Sql, name: &str) -> Result<Option<SuppressionId>, Error> {
    let parameters = vec![Cell::from(name)];
    let rows = sql
        .query(include_str!("sql/suppressions/named.sql"), parameters)
        .await?;
    let id = rows.first().map(|row| row.integer(0)).transpose()?;
    Ok(id.and_then(SuppressionId::new))
}

/// How many lists are attached to that of some databases which has most; how many
/// are attached to none, the global one included, if none is named.
///
/// # Errors
/// As [`Sql::query`].
pub async fn count(sql: &impl Sql, databases: &[DatabaseId]) -> Result<i64, Error> {
    let parameters = vec![Cell::Text(crate::json(&databases)?)];
    let rows = sql
        .query(include_str!("sql/suppressions/count.sql"), parameters)
        .await?;
    rows.first().ok_or_else(|| corrupt("no count"))?.integer(0)
}

/// Makes a list without entries; none if its name is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    settings: SuppressionSettings,
    author: &Author<'_>,
) -> Result<Option<SuppressionRow>, Error> {
    let parameters = vec![
        Cell::from(settings.name.as_str()),
        Cell::Integer(author.at.ms()),
        Cell::Text(definition(&settings)),
    ];
    let rows = sql
        .query(include_str!("sql/suppressions/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = list_id(row.integer(0)?)?;
    subject(id).created(sql, &settings, author).await?;
    Ok(Some(SuppressionRow {
        revision: 1,
        list: Suppression {
            id,
            settings,
            is_global: false,
            forms: Forms::NONE,
            entries: 0,
            created_at: author.at,
            updated_at: author.at,
        },
    }))
}

/// Gives a list other settings; the name must be free. Gives the new revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &Suppression,
    settings: &SuppressionSettings,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let parameters = vec![
        Cell::Integer(before.id.get()),
        Cell::from(settings.name.as_str()),
        Cell::Text(definition(settings)),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/suppressions/update.sql"), parameters)
        .await?;
    // A name is nothing that writers must know.
    subject(before.id)
        .remembered(settings.databases != before.databases)
        .updated(sql, &before.settings, settings, [], author)
        .await?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(corrupt("a list has gone inside a transaction")),
    }
}

/// Deletes a list and what is told of it. Its entries are to be gone already
/// ([`changes::forget_slice`]); `entries` says how many there were. The global
/// list stays.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(
    sql: &impl Sql,
    list: &Suppression,
    entries: i64,
    author: &Author<'_>,
) -> Result<(), Error> {
    for statement in [
        include_str!("sql/suppressions/delete.sql"),
        include_str!("sql/suppressions/delete_history.sql"),
    ] {
        let parameters = vec![Cell::Integer(list.id.get())];
        sql.query(statement, parameters).await?;
    }
    let before = define::with(&list.settings, "entries", entries.into())?;
    subject(list.id).deleted(sql, &before, author).await
}

/// The lists that hold for a database, the global one first.
///
/// # Errors
/// As [`Sql::query`].
pub async fn attached(sql: &impl Sql, database: DatabaseId) -> Result<Vec<AttachedList>, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/suppressions/attached.sql"), parameters)
        .await?;
    let packed: Vec<(i64, String, i64)> =
        serde_json::from_str(&only_text(rows)?).map_err(corrupt)?;
    let attached = packed.into_iter().map(|(id, name, forms)| {
        Ok(AttachedList {
            list: list_id(id)?,
            name,
            forms: Forms::from_bits(forms),
        })
    });
    attached.collect()
}

/// Takes a database that is deleted out of the lists that hold for it. Part of
/// the transaction that deletes it, which bumps the catalogue.
///
/// # Errors
/// As [`Sql::query`].
pub async fn leave(sql: &impl Sql, database: DatabaseId, at: Timestamp) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Integer(at.ms())];
    sql.query(include_str!("sql/suppressions/leave.sql"), parameters)
        .await?;
    Ok(())
}
