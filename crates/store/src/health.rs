//! Whether the store takes writes: reading goes on where the disk is full, and
//! nobody would notice before the first write is lost.

use roster_model::Timestamp;

use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// How long a write that went well is believed, in milliseconds.
pub const BELIEVED_MS: i64 = 10_000;

/// The name of the write among the rates; what else is there are hashes.
const KEY: &str = "health";

/// Writes a row of its own if nothing was written there for ten seconds.
///
/// # Errors
/// [`Error::Full`] where the disk is full or read-only, and as [`Sql::query`]. That
/// somebody else is writing is none.
pub async fn check(sql: &impl Sql, now: Timestamp) -> Result<(), Error> {
    let rows = sql
        .query(include_str!("sql/health/last.sql"), vec![Cell::from(KEY)])
        .await?;
    let last = rows.first().ok_or_else(|| corrupt("no answer"))?;
    // The clock may have been ahead.
    let since = now.ms().saturating_sub(last.integer(0)?);
    if (0..BELIEVED_MS).contains(&since) {
        return Ok(());
    }
    let parameters = vec![Cell::from(KEY), Cell::Integer(now.ms())];
    let written = sql.query(include_str!("sql/health/write.sql"), parameters);
    match written.await {
        Ok(_) | Err(Error::Busy) => Ok(()),
        Err(error) => Err(error),
    }
}
