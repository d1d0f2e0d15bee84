//! Rates: how often something was done from somewhere, so that nobody fills
//! others' mailboxes through our forms.

use roster_model::Timestamp;
use roster_model::erasure::digest;

use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// How much of something there may be in a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// At most so many.
    pub most: i64,
    /// In so many milliseconds; at most a day, since counts are forgotten after
    /// two.
    pub span_ms: i64,
}

/// Counts one more under `key`; whether it is within the limit. The key may name a
/// person's address or where they are, so only its hash is kept.
///
/// # Errors
/// As [`Sql::query`].
pub async fn hit(sql: &impl Sql, key: &str, limit: Limit, now: Timestamp) -> Result<bool, Error> {
    Ok(wait(sql, key, limit, now).await?.is_none())
}

/// [`hit`] that says how many milliseconds are left until there may be one more; none
/// within the limit.
///
/// # Errors
/// As [`Sql::query`].
pub async fn wait(
    sql: &impl Sql,
    key: &str,
    limit: Limit,
    now: Timestamp,
) -> Result<Option<i64>, Error> {
    let parameters = vec![
        Cell::Text(digest(key)),
        Cell::Integer(limit.span_ms),
        Cell::Integer(now.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/rates/hit.sql"), parameters)
        .await?;
    let count = rows.first().ok_or_else(|| corrupt("no count"))?;
    if count.integer(0)? <= limit.most {
        return Ok(None);
    }
    let end = count.integer(1)?.saturating_add(limit.span_ms);
    Ok(Some(end.saturating_sub(now.ms()).max(0)))
}

/// Counts one less under `key`, where what was counted turned out to be none of those that
/// are limited.
///
/// # Errors
/// As [`Sql::query`].
pub async fn take_back(sql: &impl Sql, key: &str) -> Result<(), Error> {
    let parameters = vec![Cell::Text(digest(key))];
    sql.query(include_str!("sql/rates/take_back.sql"), parameters)
        .await?;
    Ok(())
}
