//! Subscriptions whose suspension is over.

use roster_model::{DatabaseId, ProfileId, Subscription, Timestamp};
use serde_json::{Value, json};

use crate::packed::{corrupt, database_id, subscription};
use crate::{Cell, Error, Sql};

/// A subscription that is to be woken.
#[derive(Clone, Debug, PartialEq)]
pub struct Sleeper {
    /// The database.
    pub database: DatabaseId,
    /// The profile.
    pub profile: ProfileId,
    /// The profile's revision when this was read.
    pub revision: i64,
    /// The subscription.
    pub subscription: Subscription,
}

/// Subscriptions whose suspension is over at `now`, those that have waited
/// longest first, at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn due(sql: &impl Sql, now: Timestamp, limit: i64) -> Result<Vec<Sleeper>, Error> {
    let parameters = vec![Cell::Integer(now.ms()), Cell::Integer(limit)];
    let rows = sql
        .query(include_str!("sql/waking/due.sql"), parameters)
        .await?;
    rows.into_iter()
        .map(|mut row| {
            let stored: Value = serde_json::from_str(&row.text(3)?).map_err(corrupt)?;
            Ok(Sleeper {
                database: database_id(row.integer(0)?)?,
                profile: ProfileId::from_pk(row.integer(1)?)
                    .ok_or_else(|| corrupt("a profile's key"))?,
                revision: row.integer(2)?,
                subscription: subscription(&stored)?,
            })
        })
        .collect()
}

/// No longer looks at subscriptions that can't be written, because their
/// resource has changed. They count as subscribed all the same
/// ([`Subscription::effective_status`]).
///
/// # Errors
/// As [`Sql::query`].
pub async fn leave(sql: &impl Sql, sleepers: &[&Sleeper]) -> Result<(), Error> {
    if sleepers.is_empty() {
        return Ok(());
    }
    let keys: Vec<Value> = sleepers
        .iter()
        .map(|sleeper| {
            let subscription = &sleeper.subscription;
            json!([
                sleeper.profile.pk(),
                subscription.resource.get(),
                subscription.contact.channel().code(),
                subscription.contact.key(),
            ])
        })
        .collect();
    let parameters = vec![Cell::Text(crate::json(&keys)?)];
    sql.query(include_str!("sql/waking/leave.sql"), parameters)
        .await?;
    Ok(())
}
