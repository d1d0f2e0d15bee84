//! What public links are signed with. The newest key signs, all verify.

use roster_model::Timestamp;

use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// A key.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkKey {
    /// Names it in links; a newer key has a greater number.
    pub id: u32,
    /// The secret.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for LinkKey {
    /// Shows the number only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// All keys, the oldest first; there is one from the start.
///
/// # Errors
/// As [`Sql::query`].
pub async fn all(sql: &impl Sql) -> Result<Vec<LinkKey>, Error> {
    let rows = sql
        .query(include_str!("sql/link_keys/all.sql"), vec![])
        .await?;
    rows.into_iter()
        .map(|mut row| {
            let id = u32::try_from(row.integer(0)?).map_err(|_| corrupt("a key's id"))?;
            let secret = row.blob(1)?.try_into();
            let secret = secret.map_err(|_| corrupt("a key without 32 bytes"))?;
            Ok(LinkKey { id, secret })
        })
        .collect()
}

/// Adds a key, which signs from now on; gives its number. Links that older keys
/// signed stay good. The 32 bytes must be from a secure source of randomness.
///
/// # Errors
/// As [`Sql::query`].
pub async fn rotate(sql: &impl Sql, secret: [u8; 32], now: Timestamp) -> Result<u32, Error> {
    let parameters = vec![Cell::Blob(secret.to_vec()), Cell::Integer(now.ms())];
    let rows = sql
        .query(include_str!("sql/link_keys/put.sql"), parameters)
        .await?;
    let id = rows.first().ok_or_else(|| corrupt("no id"))?.integer(0)?;
    u32::try_from(id).map_err(|_| corrupt("a key's id"))
}
