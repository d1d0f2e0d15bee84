//! Forms on websites: their settings.

use roster_model::{DatabaseId, FormId, FormSettings, Timestamp};

use crate::packed::corrupt;
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
        database: DatabaseId::new(row.integer(1)?).ok_or_else(|| corrupt("a database's id"))?,
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
    at: Timestamp,
) -> Result<Option<FormId>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::from(settings.name.as_str()),
        Cell::Integer(at.ms()),
        Cell::Text(crate::json(settings)?),
    ];
    let rows = sql
        .query(include_str!("sql/forms/create.sql"), parameters)
        .await?;
    let id = rows.first().map(|row| row.integer(0)).transpose()?;
    Ok(id.and_then(FormId::new))
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
    at: Timestamp,
) -> Result<Option<i64>, Error> {
    let parameters = vec![
        Cell::Integer(form.id.get()),
        Cell::Integer(form.revision),
        Cell::from(settings.name.as_str()),
        Cell::Integer(at.ms()),
        Cell::Text(crate::json(settings)?),
    ];
    let rows = sql
        .query(include_str!("sql/forms/update.sql"), parameters)
        .await?;
    rows.first().map(|row| row.integer(0)).transpose()
}

/// Deletes a form.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(sql: &impl Sql, id: FormId) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(id.get())];
    sql.query(include_str!("sql/forms/delete.sql"), parameters)
        .await?;
    Ok(())
}
