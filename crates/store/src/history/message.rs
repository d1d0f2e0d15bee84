//! Whom a message went to, by what events tell of it.

use roster_model::{DatabaseId, ProfileId, ResourceId};

use crate::{Cell, Error, Sql, json};

/// Whom events of a message concern in one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRecipient {
    /// The database.
    pub database: DatabaseId,
    /// The profile; the first of several.
    pub profile: ProfileId,
    /// Whether it is the only one there.
    pub alone: bool,
    /// The resource, where its events name one.
    pub resource: Option<ResourceId>,
    /// The channel, where its events name one.
    pub channel: Option<String>,
}

/// Whom events of the message with a sender's id concern, in each of these databases that has
/// some; in all with none given.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_message(
    sql: &impl Sql,
    message: &str,
    databases: Option<&[DatabaseId]>,
) -> Result<Vec<MessageRecipient>, Error> {
    let ids = databases.map(|all| all.iter().map(|id| id.get()).collect::<Vec<i64>>());
    let ids = ids.map(|ids| json(&ids)).transpose()?;
    let parameters = vec![Cell::from(message), Cell::from(ids)];
    let rows = sql
        .query(include_str!("../sql/history/of_message.sql"), parameters)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        let (first, last) = (row.integer(1)?, row.integer(2)?);
        let resource = row.optional_integer(3)?;
        let known = DatabaseId::new(row.integer(0)?).zip(ProfileId::from_pk(first));
        if let Some((database, profile)) = known {
            found.push(MessageRecipient {
                database,
                profile,
                alone: first == last,
                resource: resource.and_then(ResourceId::new),
                channel: row.optional_text(4)?,
            });
        }
    }
    Ok(found)
}
