//! Forms on websites: their settings. The functions that write are parts of a transaction.

use roster_model::history::Noun;
use roster_model::{DatabaseId, FormId, FormSettings, Timestamp};

use crate::catalogue::Author;
use crate::define::Subject;
use crate::packed::{corrupt, database_id};
use crate::{Cell, Error, Row, Sql};

/// A form as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its id.
    pub id: FormId,
    /// Whose profiles it makes.
    pub database: DatabaseId,
    /// Counts its changes from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What was chosen for it.
    pub settings: FormSettings,
}

fn form(mut row: Row) -> Result<Form, Error> {
    Ok(Form {
        id: FormId::new(row.integer(0)?).ok_or_else(|| corrupt("a form's id"))?,
        database: database_id(row.integer(1)?)?,
        revision: row.integer(2)?,
        created_at: Timestamp::from_ms(row.integer(3)?),
        updated_at: Timestamp::from_ms(row.integer(4)?),
        settings: serde_json::from_str(&row.text(5)?).map_err(corrupt)?,
    })
}

/// Makes a form; none if its name is taken in the database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    database: DatabaseId,
    settings: &FormSettings,
    author: &Author<'_>,
) -> Result<Option<FormId>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::from(settings.name.as_str()),
        Cell::Integer(author.at.ms()),
        Cell::Text(crate::json(settings)?),
    ];
    let rows = sql
        .query(include_str!("sql/forms/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = FormId::new(row.integer(0)?).ok_or_else(|| corrupt("a form's id"))?;
    subject(database, id).created(sql, settings, author).await?;
    Ok(Some(id))
}

/// One form.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: FormId) -> Result<Option<Form>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/forms/get.sql"), parameters)
        .await?;
    rows.into_iter().next().map(form).transpose()
}

/// The forms after the one with id `after` (0 for all), of some databases or of
/// all, at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    after: i64,
    databases: Option<&[DatabaseId]>,
    limit: i64,
) -> Result<Vec<Form>, Error> {
    let databases: Option<Vec<i64>> = databases.map(|ids| ids.iter().map(|id| id.get()).collect());
    let databases = databases.map(|ids| crate::json(&ids)).transpose()?;
    let parameters = vec![
        Cell::Integer(after),
        Cell::from(databases),
        Cell::Integer(limit),
    ];
    let rows = sql
        .query(include_str!("sql/forms/page.sql"), parameters)
        .await?;
    rows.into_iter().map(form).collect()
}

/// How many forms a database has.
///
/// # Errors
/// As [`Sql::query`].
pub async fn count(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/forms/count.sql"), parameters)
        .await?;
    rows.first().ok_or_else(|| corrupt("no count"))?.integer(0)
}

/// Gives a form other settings; none if it is at another revision, or if its name
/// is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    form: &Form,
    settings: &FormSettings,
    author: &Author<'_>,
) -> Result<Option<i64>, Error> {
    let parameters = vec![
        Cell::Integer(form.id.get()),
        Cell::Integer(form.revision),
        Cell::from(settings.name.as_str()),
        Cell::Integer(author.at.ms()),
        Cell::Text(crate::json(settings)?),
    ];
    let rows = sql
        .query(include_str!("sql/forms/update.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    subject(form.database, form.id)
        .updated(sql, &form.settings, settings, [], author)
        .await?;
    row.integer(0).map(Some)
}

/// Deletes a form.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(sql: &impl Sql, form: &Form, author: &Author<'_>) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(form.id.get())];
    sql.query(include_str!("sql/forms/delete.sql"), parameters)
        .await?;
    subject(form.database, form.id)
        .deleted(sql, &form.settings, author)
        .await
}

fn subject(database: DatabaseId, id: FormId) -> Subject {
    Subject::of_database(Noun::Form, database, id)
}
