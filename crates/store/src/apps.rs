//! What lets apps in: the token of a resource and the keys of a database. A token is kept as
//! its digest; a secret by which tokens are checked can't be, and is in no answer and no
//! history. The functions that write are parts of a transaction.

use roster_model::history::{Change, Noun};
use roster_model::{AppKeyId, AppKeySettings, DatabaseId, ResourceId, Timestamp};
use serde_json::{Value, json};

use crate::catalogue::Author;
use crate::define::Subject;
use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// What is known of the token of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppToken {
    /// The resource.
    pub resource: ResourceId,
    /// The beginning of it, by which its owner knows it.
    pub prefix: String,
    /// When it was made or set.
    pub created_at: Timestamp,
}

/// The resource that a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenResource {
    /// The resource.
    pub id: ResourceId,
    /// What people call it.
    pub name: String,
    /// The databases that it serves.
    pub databases: Vec<DatabaseId>,
}

/// A key of a database as it may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppKeyRow {
    /// Its id.
    pub id: AppKeyId,
    /// `HS256` or `RS256`.
    pub algorithm: String,
    /// What people chose for it.
    pub settings: AppKeySettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A key that a token may be signed with.
#[derive(Clone, Debug)]
pub struct CheckingKey {
    /// Its id.
    pub id: AppKeyId,
    /// The secret as it is stored, sealed or not, or the public key in DER.
    pub key: Vec<u8>,
    /// What people chose for it.
    pub settings: AppKeySettings,
}

/// The resource whose token has this SHA-256.
///
/// # Errors
/// As [`Sql::query`].
pub async fn find_token(sql: &impl Sql, secret: &[u8; 32]) -> Result<Option<TokenResource>, Error> {
    let parameters = vec![Cell::Blob(secret.to_vec())];
    let mut rows = sql
        .query(include_str!("sql/apps/find_token.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    let (id, name, databases): (i64, String, Vec<DatabaseId>) =
        serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    Ok(Some(TokenResource {
        id: ResourceId::new(id).ok_or_else(|| corrupt("a resource's id"))?,
        name,
        databases,
    }))
}

/// What is known of the token of a resource; none if it has none.
///
/// # Errors
/// As [`Sql::query`].
pub async fn token(sql: &impl Sql, resource: ResourceId) -> Result<Option<AppToken>, Error> {
    let parameters = vec![Cell::Integer(resource.get())];
    let mut rows = sql
        .query(include_str!("sql/apps/token.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    Ok(Some(AppToken {
        resource,
        prefix: row.text(0)?,
        created_at: Timestamp::from_ms(row.integer(1)?),
    }))
}

/// Gives a resource a token in place of the one that it has; none if another resource has
/// this one.
///
/// # Errors
/// As [`Sql::query`].
pub async fn put_token(
    sql: &impl Sql,
    resource: ResourceId,
    secret: &[u8; 32],
    prefix: &str,
    author: &Author<'_>,
) -> Result<Option<AppToken>, Error> {
    let before = token(sql, resource).await?;
    let parameters = vec![
        Cell::Integer(resource.get()),
        Cell::Blob(secret.to_vec()),
        Cell::from(prefix),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/apps/put_token.sql"), parameters)
        .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let before = before.map(|token| token.prefix.into());
    let change = token_change(before.unwrap_or_default(), prefix.into());
    record_token(sql, resource, change, author).await?;
    Ok(Some(AppToken {
        resource,
        prefix: prefix.to_owned(),
        created_at: author.at,
    }))
}

/// Takes a resource's token away; false if it has none.
///
/// # Errors
/// As [`Sql::query`].
pub async fn remove_token(
    sql: &impl Sql,
    resource: ResourceId,
    author: &Author<'_>,
) -> Result<bool, Error> {
    let parameters = vec![Cell::Integer(resource.get())];
    let mut rows = sql
        .query(include_str!("sql/apps/remove_token.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(false);
    };
    let change = token_change(row.text(0)?.into(), Value::Null);
    record_token(sql, resource, change, author).await?;
    Ok(true)
}

/// A token that came or went, by its beginning.
fn token_change(before: Value, after: Value) -> Change {
    Change {
        field: "app_token".to_owned(),
        before,
        after,
    }
}

async fn record_token(
    sql: &impl Sql,
    resource: ResourceId,
    change: Change,
    author: &Author<'_>,
) -> Result<(), Error> {
    // No instance remembers tokens.
    let subject = Subject::of_all(Noun::Resource, resource).remembered(false);
    subject
        .updated(sql, &json!({}), &json!({}), [change], author)
        .await
}

/// All keys of a database, in order of creation; at most
/// [`roster_model::app::MAX_APP_KEYS`]. None if there is no such database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn keys(sql: &impl Sql, database: DatabaseId) -> Result<Option<Vec<AppKeyRow>>, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let mut rows = sql
        .query(include_str!("sql/apps/keys.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    let packed: Vec<(i64, String, AppKeySettings, i64, i64)> =
        serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let keys = packed
        .into_iter()
        .map(|(id, algorithm, settings, created_at, updated_at)| {
            Ok(AppKeyRow {
                id: key_id(id)?,
                algorithm,
                settings,
                created_at: Timestamp::from_ms(created_at),
                updated_at: Timestamp::from_ms(updated_at),
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok(Some(keys))
}

/// The keys of a database by which tokens of an algorithm are checked, those that have ended
/// too.
///
/// # Errors
/// As [`Sql::query`].
pub async fn checking(
    sql: &impl Sql,
    database: DatabaseId,
    algorithm: &str,
) -> Result<Vec<CheckingKey>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::from(algorithm)];
    let mut rows = sql
        .query(include_str!("sql/apps/checking.sql"), parameters)
        .await?;
    let text = rows
        .first_mut()
        .map_or(Ok("[]".to_owned()), |row| row.text(0))?;
    let packed: Vec<(i64, String, AppKeySettings)> =
        serde_json::from_str(&text).map_err(corrupt)?;
    packed
        .into_iter()
        .map(|(id, key, settings)| {
            Ok(CheckingKey {
                id: key_id(id)?,
                key: bytes(&key)?,
                settings,
            })
        })
        .collect()
}

/// Makes a key; none if one of the database has the name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create_key(
    sql: &impl Sql,
    database: DatabaseId,
    settings: AppKeySettings,
    algorithm: &str,
    key: Vec<u8>,
    author: &Author<'_>,
) -> Result<Option<AppKeyRow>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::from(settings.name.as_str()),
        Cell::from(algorithm),
        Cell::Blob(key),
        Cell::Text(crate::json(&settings)?),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/apps/create_key.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let made = AppKeyRow {
        id: key_id(row.integer(0)?)?,
        algorithm: algorithm.to_owned(),
        settings,
        created_at: author.at,
        updated_at: author.at,
    };
    record_key(sql, database, Value::Null, history(&made)?, made.id, author).await?;
    Ok(Some(made))
}

/// Gives a key other settings; none if another one of the database has the name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update_key(
    sql: &impl Sql,
    database: DatabaseId,
    before: AppKeyRow,
    settings: AppKeySettings,
    author: &Author<'_>,
) -> Result<Option<AppKeyRow>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(before.id.get()),
        Cell::from(settings.name.as_str()),
        Cell::Text(crate::json(&settings)?),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/apps/update_key.sql"), parameters)
        .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let was = history(&before)?;
    let changed = AppKeyRow {
        settings,
        updated_at: author.at,
        ..before
    };
    record_key(sql, database, was, history(&changed)?, changed.id, author).await?;
    Ok(Some(changed))
}

/// Deletes a key: what it signed opens nothing any more.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete_key(
    sql: &impl Sql,
    database: DatabaseId,
    key: &AppKeyRow,
    author: &Author<'_>,
) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Integer(key.id.get())];
    sql.query(include_str!("sql/apps/delete_key.sql"), parameters)
        .await?;
    record_key(sql, database, history(key)?, Value::Null, key.id, author).await
}

/// What history keeps of a key: never the key itself.
fn history(key: &AppKeyRow) -> Result<Value, Error> {
    crate::define::with(&key.settings, "algorithm", key.algorithm.as_str().into())
}

async fn record_key(
    sql: &impl Sql,
    database: DatabaseId,
    before: Value,
    after: Value,
    id: AppKeyId,
    author: &Author<'_>,
) -> Result<(), Error> {
    let change = Change {
        field: format!("app_keys/{id}"),
        before,
        after,
    };
    // No instance remembers keys.
    let subject = Subject::database(database).remembered(false);
    subject
        .updated(sql, &json!({}), &json!({}), [change], author)
        .await
}

/// The bytes that hexadecimal digits are.
fn bytes(hex: &str) -> Result<Vec<u8>, Error> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    hex.as_bytes()
        .chunks(2)
        .map(|pair| {
            let value = match *pair {
                [high, low] => digit(high).zip(digit(low)),
                _ => None,
            };
            let (high, low) = value.ok_or_else(|| corrupt("a key"))?;
            u8::try_from(high * 16 + low).map_err(corrupt)
        })
        .collect()
}

fn key_id(number: i64) -> Result<AppKeyId, Error> {
    AppKeyId::new(number).ok_or_else(|| corrupt("the id of an app's key"))
}
