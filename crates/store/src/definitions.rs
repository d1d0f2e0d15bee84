//! Definitions that have no table of their own: one path keeps them all, whatever their
//! kind. The functions that write are parts of a transaction, and record what they do.

use roster_model::define::Definition;
use roster_model::{DatabaseId, Timestamp};

use crate::catalogue::Author;
use crate::define::Subject;
use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// A definition as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct DefinitionRow<S> {
    /// Its id, unique among all kinds.
    pub id: i64,
    /// Its database.
    pub database: DatabaseId,
    /// Counts its changes from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What was chosen for it.
    pub settings: S,
}

type PackedRow = (i64, i64, i64, i64, String);

fn unpacked<S: Definition>(
    database: DatabaseId,
    packed: PackedRow,
) -> Result<DefinitionRow<S>, Error> {
    let (id, revision, created_at, updated_at, settings) = packed;
    Ok(DefinitionRow {
        id,
        database,
        revision,
        created_at: Timestamp::from_ms(created_at),
        updated_at: Timestamp::from_ms(updated_at),
        settings: serde_json::from_str(&settings).map_err(corrupt)?,
    })
}

fn subject<S: Definition>(database: DatabaseId, id: i64) -> Subject {
    Subject::of_database(S::NOUN, database, id)
}

/// How many of its kind a database has; none if there is no such database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn count<S: Definition>(
    sql: &impl Sql,
    database: DatabaseId,
) -> Result<Option<i64>, Error> {
    let parameters = vec![Cell::from(S::NOUN.as_str()), Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/definitions/count.sql"), parameters)
        .await?;
    let row = rows.first().ok_or_else(|| corrupt("no count"))?;
    Ok((row.integer(1)? != 0).then_some(row.integer(0)?))
}

/// Makes a definition; none if its name is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create<S: Definition>(
    sql: &impl Sql,
    database: DatabaseId,
    settings: S,
    author: &Author<'_>,
) -> Result<Option<DefinitionRow<S>>, Error> {
    let parameters = vec![
        Cell::from(S::NOUN.as_str()),
        Cell::Integer(database.get()),
        Cell::from(settings.name()),
        Cell::Integer(author.at.ms()),
        Cell::Text(crate::json(&settings)?),
    ];
    let rows = sql
        .query(include_str!("sql/definitions/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = row.integer(0)?;
    subject::<S>(database, id)
        .created(sql, &settings, author)
        .await?;
    Ok(Some(DefinitionRow {
        id,
        database,
        revision: 1,
        created_at: author.at,
        updated_at: author.at,
        settings,
    }))
}

/// One definition of a database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get<S: Definition>(
    sql: &impl Sql,
    database: DatabaseId,
    id: i64,
) -> Result<Option<DefinitionRow<S>>, Error> {
    let parameters = vec![
        Cell::from(S::NOUN.as_str()),
        Cell::Integer(database.get()),
        Cell::Integer(id),
    ];
    let rows = sql
        .query(include_str!("sql/definitions/get.sql"), parameters)
        .await?;
    let Some(mut row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let packed = (
        row.integer(0)?,
        row.integer(1)?,
        row.integer(2)?,
        row.integer(3)?,
        row.text(4)?,
    );
    unpacked(database, packed).map(Some)
}

/// The definitions of a kind after the one with id `after` (0 for all), at most `limit`;
/// none if there is no such database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page<S: Definition>(
    sql: &impl Sql,
    database: DatabaseId,
    after: i64,
    limit: i64,
) -> Result<Option<Vec<DefinitionRow<S>>>, Error> {
    let parameters = vec![
        Cell::from(S::NOUN.as_str()),
        Cell::Integer(database.get()),
        Cell::Integer(after),
        Cell::Integer(limit),
    ];
    let mut rows = sql
        .query(include_str!("sql/definitions/page.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    if row.integer(1)? == 0 {
        return Ok(None);
    }
    let packed: Vec<PackedRow> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let kept = packed.into_iter().map(|one| unpacked(database, one));
    kept.collect::<Result<_, _>>().map(Some)
}

/// Gives a definition other settings; none if it is at another revision, or if the name
/// is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update<S: Definition>(
    sql: &impl Sql,
    before: DefinitionRow<S>,
    settings: S,
    author: &Author<'_>,
) -> Result<Option<DefinitionRow<S>>, Error> {
    let parameters = vec![
        Cell::Integer(before.id),
        Cell::Integer(before.revision),
        Cell::from(settings.name()),
        Cell::Integer(author.at.ms()),
        Cell::Text(crate::json(&settings)?),
    ];
    let rows = sql
        .query(include_str!("sql/definitions/update.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let revision = row.integer(0)?;
    subject::<S>(before.database, before.id)
        .updated(sql, &before.settings, &settings, [], author)
        .await?;
    Ok(Some(DefinitionRow {
        revision,
        updated_at: before.updated_at.max(author.at),
        settings,
        ..before
    }))
}

/// Deletes a definition; false if it is at another revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete<S: Definition>(
    sql: &impl Sql,
    before: &DefinitionRow<S>,
    author: &Author<'_>,
) -> Result<bool, Error> {
    let parameters = vec![Cell::Integer(before.id), Cell::Integer(before.revision)];
    let rows = sql
        .query(include_str!("sql/definitions/delete.sql"), parameters)
        .await?;
    if rows.is_empty() {
        return Ok(false);
    }
    subject::<S>(before.database, before.id)
        .deleted(sql, &before.settings, author)
        .await?;
    Ok(true)
}
