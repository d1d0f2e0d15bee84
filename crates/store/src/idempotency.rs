//! Answers kept for 24 hours, so that a repeated POST happens once.
//!
//! An answer is stored in the transaction that did the work: either both are
//! there or neither.

use roster_model::Timestamp;

use crate::{Cell, Error, Sql};

/// How long an answer is kept, in milliseconds.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// A request that came with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// A digest of the key, its caller and the route, in hexadecimal.
    pub key: String,
    /// SHA-256 of what was asked.
    pub request: Vec<u8>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, JSON.
    pub body: String,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyLookup {
    /// Nothing: do the work.
    Nothing,
    /// The same request was answered.
    Answer(Answer),
    /// Another request has this key.
    Other,
}

/// Looks a request up.
///
/// # Errors
/// As [`Sql::query`].
pub async fn find(
    sql: &impl Sql,
    asked: &KeyedRequest,
    now: Timestamp,
) -> Result<KeyLookup, Error> {
    let parameters = vec![
        Cell::from(asked.key.as_str()),
        Cell::Integer(now.ms() - KEPT_MS),
    ];
    let mut rows = sql
        .query(include_str!("sql/idempotency/find.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(KeyLookup::Nothing);
    };
    if row.blob(0)? != asked.request {
        return Ok(KeyLookup::Other);
    }
    Ok(KeyLookup::Answer(Answer {
        status: u16::try_from(row.integer(1)?)
            .map_err(|_| Error::Corrupt("a stored status".to_owned()))?,
        body: row.text(2)?,
    }))
}

/// Keeps an answer and drops those that are too old.
///
/// # Errors
/// As [`Sql::query`].
pub async fn keep(
    sql: &impl Sql,
    asked: &KeyedRequest,
    answer: &Answer,
    now: Timestamp,
) -> Result<(), Error> {
    let oldest = vec![Cell::Integer(now.ms() - KEPT_MS)];
    sql.query(include_str!("sql/idempotency/forget.sql"), oldest)
        .await?;
    let parameters = vec![
        Cell::from(asked.key.as_str()),
        Cell::from(asked.request.clone()),
        Cell::Integer(i64::from(answer.status)),
        Cell::from(answer.body.as_str()),
        Cell::Integer(now.ms()),
    ];
    sql.query(include_str!("sql/idempotency/keep.sql"), parameters)
        .await?;
    Ok(())
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The bytes that hexadecimal digits stand for; none when they aren't such.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}
