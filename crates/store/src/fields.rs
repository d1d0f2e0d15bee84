//! Fields of a database, and what a change of one does to stored profiles.
//!
//! A change either suits every stored value or is refused with the number of
//! those that stand in its way. Values are looked at in slices, so that an
//! instance holds little of a database of any size; all of it is part of the
//! caller's one transaction, so that a refusal on the last slice undoes the
//! first.

use roster_model::history::Change;
use roster_model::{Database, DatabaseId, Field, FieldId, Fields, ProfileId};
use serde_json::{Value, json};

use crate::catalogue::{self, Author, Target};
use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql, databases};

mod change;
mod walk;

pub use change::{preview, preview_writes, update};
pub(crate) use walk::{Text, put_texts, text_of};
use walk::{Work, walk};

/// How many examples a refusal gives.
const EXAMPLES: usize = 10;

/// Why a change was refused.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldError {
    /// Stored values stand in the way.
    Values(Conflict),
    /// The store failed.
    Store(Error),
}

impl From<Error> for FieldError {
    fn from(error: Error) -> Self {
        FieldError::Store(error)
    }
}

/// Stored values that don't suit a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Which part of the definition they don't suit: a member of it.
    pub member: &'static str,
    /// How many profiles.
    pub count: i64,
    /// Up to ten of them with the value; `null` where there is none.
    pub examples: Vec<(ProfileId, Value)>,
}

/// Values that a change of a field turns into others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValueChanges {
    /// How many profiles have one.
    pub count: i64,
    /// Up to ten of them with the value as it is, and as it becomes.
    pub examples: Vec<(ProfileId, Value, Value)>,
}

/// The id for the next custom field of a database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn next_id(sql: &impl Sql, database: DatabaseId) -> Result<FieldId, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/fields/next_id.sql"), parameters)
        .await?;
    let id = rows.first().map_or(Ok(0), |row| row.integer(0))?;
    FieldId::new(id).ok_or_else(|| corrupt("a field's id"))
}

/// How many bytes the definitions of a database's fields take.
///
/// # Errors
/// As [`Sql::query`].
pub async fn size(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/fields/size.sql"), parameters)
        .await?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

/// Gives a database a field; gives the database's new revision.
///
/// # Errors
/// [`FieldError::Values`] for a required field where there are profiles.
pub async fn create(
    sql: &impl Sql,
    database: &Database,
    field: &Field,
    author: &Author<'_>,
) -> Result<i64, FieldError> {
    if field.required {
        check_required(sql, database.id, field).await?;
    }
    put(sql, database.id, field).await?;
    let change = Change {
        field: field.name.clone(),
        before: Value::Null,
        after: json!(field),
    };
    finish(sql, database.id, "field.created", change, author).await
}

/// Takes a field out of a database with all its values, match keys and search
/// text; gives the database's new revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(
    sql: &impl Sql,
    database: &Database,
    field: &Field,
    author: &Author<'_>,
) -> Result<i64, FieldError> {
    let mut changed = database.clone();
    changed.fields = replaced(database, field.id, None);
    if field.searchable {
        let work = Work {
            values: false,
            keys: false,
            text: Some(&changed),
            writes: true,
        };
        walk(sql, database, field, &work, author).await?;
    }
    let parameters = vec![
        Cell::Integer(database.id.get()),
        Cell::Text(path(field)),
        Cell::Integer(author.at.ms()),
    ];
    sql.query(include_str!("sql/fields/remove_values.sql"), parameters)
        .await?;
    let statement = include_str!("sql/fields/delete_keys.sql");
    sql.query(statement, kind(database.id, field)).await?;
    let statement = include_str!("sql/fields/delete.sql");
    sql.query(statement, kind(database.id, field)).await?;
    if database.card.contains(&field.name) {
        let mut settings = database.settings.clone();
        settings.card.retain(|name| *name != field.name);
        databases::update(sql, database, &settings, author).await?;
    }
    let change = Change {
        field: field.name.clone(),
        before: json!(field),
        after: Value::Null,
    };
    finish(sql, database.id, "field.deleted", change, author).await
}

async fn check_required(
    sql: &impl Sql,
    database: DatabaseId,
    field: &Field,
) -> Result<(), FieldError> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Text(path(field))];
    let rows = sql
        .query(include_str!("sql/fields/without_value.sql"), parameters)
        .await?;
    refuse("required", rows)
}

async fn check_unique(
    sql: &impl Sql,
    database: DatabaseId,
    field: &Field,
) -> Result<(), FieldError> {
    let mut parameters = kind(database, field);
    parameters.push(Cell::Text(path(field)));
    let rows = sql
        .query(include_str!("sql/fields/shared_keys.sql"), parameters)
        .await?;
    refuse("unique", rows)
}

/// A refusal, if the statement found profiles: their number and some of them.
fn refuse(member: &'static str, mut rows: Vec<Row>) -> Result<(), FieldError> {
    let Some(row) = rows.first_mut() else {
        return Ok(());
    };
    let mut conflict = Conflict {
        member,
        count: 0,
        examples: Vec::new(),
    };
    let count = row.integer(0)?;
    if count == 0 {
        return Ok(());
    }
    let examples: Vec<(i64, Value)> = serde_json::from_str(&row.text(1)?).map_err(corrupt)?;
    for (pk, value) in examples {
        conflict.add(pk, value);
    }
    conflict.count = count;
    Err(FieldError::Values(conflict))
}

impl Conflict {
    fn add(&mut self, pk: i64, value: Value) {
        self.count += 1;
        if self.examples.len() < EXAMPLES
            && let Some(id) = ProfileId::from_pk(pk)
        {
            self.examples.push((id, value));
        }
    }
}

impl ValueChanges {
    fn add(&mut self, pk: i64, before: Value, after: &Value) {
        self.count += 1;
        if self.examples.len() < EXAMPLES
            && let Some(id) = ProfileId::from_pk(pk)
        {
            self.examples.push((id, before, after.clone()));
        }
    }
}

/// The fields of a database with another one in place of `id`, or none.
fn replaced(database: &Database, id: FieldId, field: Option<&Field>) -> Fields {
    let others = database.fields.iter().filter(|other| other.id != id);
    let fields: Vec<Field> = others.chain(field).cloned().collect();
    Fields::from(fields)
}

async fn put(sql: &impl Sql, database: DatabaseId, field: &Field) -> Result<(), Error> {
    let mut parameters = kind(database, field);
    parameters.push(Cell::from(field.name.as_str()));
    parameters.push(Cell::Text(crate::json(field)?));
    sql.query(include_str!("sql/fields/put.sql"), parameters)
        .await?;
    Ok(())
}

async fn finish(
    sql: &impl Sql,
    database: DatabaseId,
    kind: &str,
    change: Change,
    author: &Author<'_>,
) -> Result<i64, FieldError> {
    let target = Target::Database(database);
    catalogue::changed(sql, target, kind, &[change], author).await?;
    Ok(databases::touch(sql, database, author.at).await?)
}

fn kind(database: DatabaseId, field: &Field) -> Vec<Cell> {
    vec![Cell::Integer(database.get()), Cell::Integer(field.id.get())]
}

/// Where the field's value stands in a profile's data. Names are letters,
/// digits and underscores, so nothing in them needs escaping.
fn path(field: &Field) -> String {
    format!("$.\"{}\"", field.name)
}
