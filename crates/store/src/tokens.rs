//! API tokens: what they may do, and never their secrets.

use roster_model::{DatabaseId, Timestamp, TokenId};

use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// What every token's secret begins with, so that one that leaked is known
/// for what it is.
pub const PREFIX: &str = "rst_";

/// A token as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What people and history call it.
    pub name: String,
    /// The beginning of its secret, by which its owner knows it.
    pub prefix: String,
    /// The names of its scopes.
    pub scopes: Vec<String>,
    /// The databases it may know of; none for all.
    pub databases: Option<Vec<DatabaseId>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// The name of the token that made it.
    pub created_by: String,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken<'a> {
    /// What people and history call it.
    pub name: &'a str,
    /// SHA-256 of its secret.
    pub secret: [u8; 32],
    /// The beginning of its secret.
    pub prefix: &'a str,
    /// The names of its scopes.
    pub scopes: &'a [&'a str],
    /// The databases it may know of; none for all.
    pub databases: Option<&'a [DatabaseId]>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// The name of the token that makes it.
    pub created_by: &'a str,
}

/// The token with this secret's SHA-256, expired or not.
///
/// # Errors
/// As [`Sql::query`].
pub async fn find(sql: &impl Sql, secret: &[u8; 32]) -> Result<Option<Token>, Error> {
    let parameters = vec![Cell::Blob(secret.to_vec())];
    let rows = sql
        .query(include_str!("sql/tokens/find.sql"), parameters)
        .await?;
    rows.into_iter().next().map(token).transpose()
}

/// One token.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: TokenId) -> Result<Option<Token>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/tokens/get.sql"), parameters)
        .await?;
    rows.into_iter().next().map(token).transpose()
}

/// The tokens after the one with id `after` (0 for all), at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(sql: &impl Sql, after: i64, limit: i64) -> Result<Vec<Token>, Error> {
    let parameters = vec![Cell::Integer(after), Cell::Integer(limit)];
    let rows = sql
        .query(include_str!("sql/tokens/page.sql"), parameters)
        .await?;
    rows.into_iter().map(token).collect()
}

/// Makes a token.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(sql: &impl Sql, new: &NewToken<'_>, now: Timestamp) -> Result<Token, Error> {
    let parameters = vec![
        Cell::from(new.name),
        Cell::Blob(new.secret.to_vec()),
        Cell::from(new.prefix),
        Cell::Text(crate::json(&new.scopes)?),
        match new.databases {
            Some(databases) => Cell::Text(crate::json(&databases)?),
            None => Cell::Null,
        },
        Cell::Integer(now.ms()),
        Cell::from(new.expires_at.map(Timestamp::ms)),
        Cell::from(new.created_by),
    ];
    let rows = sql
        .query(include_str!("sql/tokens/create.sql"), parameters)
        .await?;
    let id = rows.first().map_or(Ok(0), |row| row.integer(0))?;
    Ok(Token {
        id: token_id(id)?,
        name: new.name.to_owned(),
        prefix: new.prefix.to_owned(),
        scopes: new.scopes.iter().map(|&scope| scope.to_owned()).collect(),
        databases: new.databases.map(<[_]>::to_vec),
        created_at: now,
        expires_at: new.expires_at,
        created_by: new.created_by.to_owned(),
    })
}

/// Ends a token; false if there was none.
///
/// # Errors
/// As [`Sql::query`].
pub async fn revoke(sql: &impl Sql, id: TokenId) -> Result<bool, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/tokens/revoke.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

fn token(mut row: Row) -> Result<Token, Error> {
    Ok(Token {
        id: token_id(row.integer(0)?)?,
        name: row.text(1)?,
        prefix: row.text(2)?,
        scopes: serde_json::from_str(&row.text(3)?).map_err(corrupt)?,
        databases: match row.optional_text(4)? {
            Some(ids) => Some(serde_json::from_str(&ids).map_err(corrupt)?),
            None => None,
        },
        created_at: Timestamp::from_ms(row.integer(5)?),
        expires_at: row.optional_integer(6)?.map(Timestamp::from_ms),
        created_by: row.text(7)?,
    })
}

fn token_id(number: i64) -> Result<TokenId, Error> {
    TokenId::new(number).ok_or_else(|| corrupt("a token's id"))
}
