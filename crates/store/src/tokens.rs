//! API tokens: what they may do, and never their secrets.

use roster_model::history::Noun;
use roster_model::{DatabaseId, Timestamp, TokenId};
use serde_json::json;

use crate::catalogue::Author;
use crate::define::Subject;
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
    one(rows)
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
    one(rows)
}

/// The tokens after the one with id `after` (0 for all), at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(sql: &impl Sql, after: i64, limit: i64) -> Result<Vec<Token>, Error> {
    let parameters = vec![Cell::Integer(after), Cell::Integer(limit)];
    let mut rows = sql
        .query(include_str!("sql/tokens/page.sql"), parameters)
        .await?;
    let text = rows
        .first_mut()
        .map_or(Ok("[]".to_owned()), |r| r.text(0))?;
    let packed: Vec<PackedRow> = serde_json::from_str(&text).map_err(corrupt)?;
    packed.into_iter().map(token).collect()
}

/// Makes a token; part of a transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    new: &NewToken<'_>,
    author: &Author<'_>,
) -> Result<Token, Error> {
    let parameters = vec![
        Cell::from(new.name),
        Cell::Blob(new.secret.to_vec()),
        Cell::from(new.prefix),
        Cell::Text(crate::json(&new.scopes)?),
        match new.databases {
            Some(databases) => Cell::Text(crate::json(&databases)?),
            None => Cell::Null,
        },
        Cell::Integer(author.at.ms()),
        Cell::from(new.expires_at.map(Timestamp::ms)),
        Cell::from(new.created_by),
    ];
    let rows = sql
        .query(include_str!("sql/tokens/create.sql"), parameters)
        .await?;
    let id = token_id(rows.first().map_or(Ok(0), |row| row.integer(0))?)?;
    let settings = json!({
        "name": new.name,
        "scopes": new.scopes,
        "databases": new.databases,
        "expires_at": new.expires_at,
    });
    subject(id).created(sql, &settings, author).await?;
    Ok(Token {
        id,
        name: new.name.to_owned(),
        prefix: new.prefix.to_owned(),
        scopes: new.scopes.iter().map(|&scope| scope.to_owned()).collect(),
        databases: new.databases.map(<[_]>::to_vec),
        created_at: author.at,
        expires_at: new.expires_at,
        created_by: new.created_by.to_owned(),
    })
}

/// Ends a token; part of a transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn revoke(sql: &impl Sql, token: &Token, author: &Author<'_>) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(token.id.get())];
    sql.query(include_str!("sql/tokens/revoke.sql"), parameters)
        .await?;
    let before = json!({
        "name": token.name,
        "scopes": token.scopes,
        "databases": token.databases,
        "expires_at": token.expires_at,
    });
    subject(token.id)
        .ended(sql, "revoked", &before, author)
        .await
}

fn subject(id: TokenId) -> Subject {
    Subject::of_all(Noun::Token, id)
}

/// A token as the statements give it.
type PackedRow = (
    i64,
    String,
    String,
    Vec<String>,
    Option<Vec<DatabaseId>>,
    i64,
    Option<i64>,
    String,
);

fn token(packed: PackedRow) -> Result<Token, Error> {
    let (id, name, prefix, scopes, databases, created_at, expires_at, created_by) = packed;
    Ok(Token {
        id: token_id(id)?,
        name,
        prefix,
        scopes,
        databases,
        created_at: Timestamp::from_ms(created_at),
        expires_at: expires_at.map(Timestamp::from_ms),
        created_by,
    })
}

/// The token of an answer with one packed token at most.
fn one(mut rows: Vec<Row>) -> Result<Option<Token>, Error> {
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    token(serde_json::from_str(&row.text(0)?).map_err(corrupt)?).map(Some)
}

fn token_id(number: i64) -> Result<TokenId, Error> {
    TokenId::new(number).ok_or_else(|| corrupt("a token's id"))
}
