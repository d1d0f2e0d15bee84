//! Webhooks that create profiles: what people defined, and the secrets that
//! senders share with us.
//!
//! No write depends on them, so a change of one is recorded but does not change
//! the catalogue's version. The functions that write are parts of a transaction,
//! as in [`crate::databases`].

use std::fmt;

use roster_model::history::Noun;
use roster_model::{DatabaseId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::catalogue::Author;
use crate::databases::numbers;
use crate::define::Subject;
use crate::packed::{corrupt, database_id};
use crate::{Cell, Error, Row, Sql};

/// A webhook as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Hook {
    /// Its id, which is also its address: nobody can guess it.
    pub id: String,
    /// The database that it writes to.
    pub database: DatabaseId,
    /// What people and history call it; unique in its database.
    pub name: String,
    /// Counts its changes from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What people chose beside the name: an object.
    pub definition: Value,
    /// The secrets, the oldest first.
    pub secrets: Vec<HookSecret>,
}

/// A secret of a webhook. It is never shown whole, not in logs either.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookSecret {
    /// The secret as it is stored: sealed, or as people copy it.
    pub secret: String,
    /// Since when it holds.
    pub added_at: Timestamp,
    /// Until when, if another one takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl HookSecret {
    /// Whether it still holds at a time.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| at < end)
    }
}

impl fmt::Debug for HookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookSecret(…)")
    }
}

/// What is written of a webhook.
#[derive(Clone, Copy, Debug)]
pub struct HookData<'a> {
    /// What people and history call it.
    pub name: &'a str,
    /// What people chose: an object.
    pub definition: &'a Value,
    /// The secrets, the oldest first.
    pub secrets: &'a [HookSecret],
}

/// One webhook.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: &str) -> Result<Option<Hook>, Error> {
    let rows = sql
        .query(include_str!("sql/hooks/get.sql"), vec![Cell::from(id)])
        .await?;
    rows.into_iter().next().map(hook).transpose()
}

/// The webhooks in order of creation, at most `limit`: those after the one that
/// was made at the time (in ms) and has the id of `after`, and only those of the
/// databases `only`, if given.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    after: Option<(i64, &str)>,
    limit: i64,
    only: Option<&[DatabaseId]>,
) -> Result<Vec<Hook>, Error> {
    let (at, id) = after.unwrap_or((i64::MIN, ""));
    let parameters = vec![
        Cell::Integer(at),
        Cell::from(id),
        Cell::Integer(limit),
        Cell::from(only.map(numbers).transpose()?),
    ];
    let rows = sql
        .query(include_str!("sql/hooks/page.sql"), parameters)
        .await?;
    rows.into_iter().map(hook).collect()
}

/// How many webhooks a database has.
///
/// # Errors
/// As [`Sql::query`].
pub async fn count(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/hooks/count.sql"), parameters)
        .await?;
    rows.first().ok_or_else(|| corrupt("no count"))?.integer(0)
}

/// The id of the webhook of a database that has a name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn named(
    sql: &impl Sql,
    database: DatabaseId,
    name: &str,
) -> Result<Option<String>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::from(name)];
    let mut rows = sql
        .query(include_str!("sql/hooks/named.sql"), parameters)
        .await?;
    rows.first_mut().map(|row| row.text(0)).transpose()
}

/// Makes a webhook with an id that nobody can guess, which is the caller's to
/// bring; none if its name is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    database: DatabaseId,
    id: &str,
    put: HookData<'_>,
    author: &Author<'_>,
) -> Result<Option<Hook>, Error> {
    let parameters = vec![
        Cell::from(id),
        Cell::Integer(database.get()),
        Cell::from(put.name),
        Cell::Integer(author.at.ms()),
        Cell::Text(crate::json(put.definition)?),
        Cell::Text(crate::json(put.secrets)?),
    ];
    let rows = sql
        .query(include_str!("sql/hooks/create.sql"), parameters)
        .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let hook = Hook {
        id: id.to_owned(),
        database,
        name: put.name.to_owned(),
        revision: 1,
        created_at: author.at,
        updated_at: author.at,
        definition: put.definition.clone(),
        secrets: put.secrets.to_vec(),
    };
    subject(&hook).created(sql, &told(&hook), author).await?;
    Ok(Some(hook))
}

/// Changes a webhook; its name must be free. Gives it as it is now. History
/// tells that secrets changed, not what they are.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &Hook,
    put: HookData<'_>,
    author: &Author<'_>,
) -> Result<Hook, Error> {
    let parameters = vec![
        Cell::from(before.id.as_str()),
        Cell::from(put.name),
        Cell::Integer(author.at.ms()),
        Cell::Text(crate::json(put.definition)?),
        Cell::Text(crate::json(put.secrets)?),
    ];
    let rows = sql
        .query(include_str!("sql/hooks/update.sql"), parameters)
        .await?;
    let row = rows.first();
    let row = row.ok_or_else(|| corrupt("a webhook has gone inside a transaction"))?;
    let after = Hook {
        name: put.name.to_owned(),
        revision: row.integer(0)?,
        updated_at: Timestamp::from_ms(row.integer(1)?),
        definition: put.definition.clone(),
        secrets: put.secrets.to_vec(),
        ..before.clone()
    };
    subject(before)
        .updated(sql, &told(before), &told(&after), [], author)
        .await?;
    Ok(after)
}

/// Deletes a webhook with its deliveries; profiles stay as they are.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(sql: &impl Sql, hook: &Hook, author: &Author<'_>) -> Result<(), Error> {
    for statement in [
        include_str!("sql/hooks/delete_deliveries.sql"),
        include_str!("sql/hooks/forget_marks.sql"),
        include_str!("sql/hooks/delete.sql"),
    ] {
        sql.query(statement, vec![Cell::from(hook.id.as_str())])
            .await?;
    }
    subject(hook).deleted(sql, &told(hook), author).await
}

/// What marks deliveries of a webhook that were applied.
#[must_use]
pub fn mark_scope(id: &str) -> String {
    format!("hook/{id}")
}

/// What marks how new the news is that a webhook brought of somebody.
#[must_use]
pub fn order_scope(id: &str) -> String {
    format!("hook-order/{id}")
}

/// How history calls a webhook: by the beginning of its id, since anyone who knows
/// all of it can post there.
#[must_use]
pub fn short_id(id: &str) -> String {
    let known: String = id.chars().take(6).collect();
    format!("{known}…")
}

fn subject(hook: &Hook) -> Subject {
    Subject::of_database(Noun::Hook, hook.database, short_id(&hook.id))
}

/// What history tells of a webhook.
fn told(hook: &Hook) -> Value {
    let mut told = hook.definition.clone();
    if let Some(members) = told.as_object_mut() {
        let secrets = hook.secrets.iter();
        let since: Vec<Timestamp> = secrets.map(|secret| secret.added_at).collect();
        members.insert("name".to_owned(), json!(hook.name));
        members.insert("secrets_of".to_owned(), json!(since));
    }
    told
}

fn hook(mut row: Row) -> Result<Hook, Error> {
    Ok(Hook {
        id: row.text(0)?,
        database: database_id(row.integer(1)?)?,
        name: row.text(2)?,
        revision: row.integer(3)?,
        created_at: Timestamp::from_ms(row.integer(4)?),
        updated_at: Timestamp::from_ms(row.integer(5)?),
        definition: serde_json::from_str(&row.text(6)?).map_err(corrupt)?,
        secrets: serde_json::from_str(&row.text(7)?).map_err(corrupt)?,
    })
}
