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
    let parameters = vec![
        Cell::Text(digest(key)),
        Cell::Integer(limit.span_ms),
        Cell::Integer(now.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/rates/hit.sql"), parameters)
        .await?;
    let count = rows.first().ok_or_else(|| corrupt("no count"))?;
    Ok(count.integer(0)? <= limit.most)
}
