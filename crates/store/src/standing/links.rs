//! Leaving by a link whose profile is gone. The link names its subscription by a
//! digest alone, so the one who has the address now is searched for.

use roster_model::subscription::{LinkDigest, link_digest};
use roster_model::{Contact, DatabaseId, ProfileId, ResourceId, Subscription, Timestamp};
use serde_json::Value;

use super::save::list;
use super::{StandingKeys, touched};
use crate::idempotency::hex;
use crate::packed::{corrupt, database_id, subscription};
use crate::{Cell, Error, Sql};

/// How many subscriptions are looked through at a time.
const PAGE: i64 = 10_000;

/// A subscription that somebody has.
#[derive(Clone, Debug, PartialEq)]
pub struct Holder {
    /// The database.
    pub database: DatabaseId,
    /// The profile.
    pub profile: ProfileId,
    /// The subscription.
    pub subscription: Subscription,
}

/// Where a search goes on: profile, resource, channel, contact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place(i64, i64, i64, String);

/// Keeps that the owner of a link's subscription left, for anyone who has the address
/// later. Says whether who has it now must be searched for: not again, if it was
/// done and nothing was found. Part of a transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn keep(
    sql: &impl Sql,
    keys: &StandingKeys,
    digest: &LinkDigest,
    database: DatabaseId,
    how: &str,
    at: Timestamp,
) -> Result<bool, Error> {
    let hash = hex(&keys.own()?.hash_link(digest));
    sql.query(include_str!("../sql/standing/first_link.sql"), vec![])
        .await?;
    let parameters = vec![
        Cell::Text(hash),
        Cell::Integer(at.ms()),
        Cell::from(how),
        Cell::Integer(database.get()),
    ];
    let rows = sql
        .query(include_str!("../sql/standing/keep_link.sql"), parameters)
        .await?;
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    // Who came since has been asked for as they came.
    Ok(row.integer(0)? == 0)
}

/// Notes that nobody more need be searched for.
///
/// # Errors
/// As [`Sql::query`].
pub async fn searched(
    sql: &impl Sql,
    keys: &StandingKeys,
    digest: &LinkDigest,
) -> Result<(), Error> {
    let hash = hex(&keys.own()?.hash_link(digest));
    let statement = include_str!("../sql/standing/searched_link.sql");
    sql.query(statement, vec![Cell::Text(hash)]).await?;
    Ok(())
}

/// Looks through some subscriptions for the one that a link names. Gives its
/// resource and contact, or where to go on; nothing where that was the last.
///
/// # Errors
/// As [`Sql::query`].
pub async fn search(
    sql: &impl Sql,
    digest: &LinkDigest,
    after: &Place,
) -> Result<Result<(ResourceId, Contact), Option<Place>>, Error> {
    let parameters = vec![
        Cell::Integer(after.0),
        Cell::Integer(after.1),
        Cell::Integer(after.2),
        Cell::from(after.3.as_str()),
        Cell::Integer(PAGE),
    ];
    let statement = include_str!("../sql/standing/subscriptions.sql");
    let page: Vec<(i64, i64, i64, String, Value)> = list(sql, statement, parameters).await?;
    for (_, resource, channel, _, stored) in &page {
        let channel = roster_model::Channel::from_code(*channel);
        let contact = channel.and_then(|channel| Contact::from_stored(channel, stored));
        if let (Some(resource), Some(contact)) = (ResourceId::new(*resource), contact)
            && link_digest(resource, &contact) == *digest
        {
            return Ok(Ok((resource, contact)));
        }
    }
    let next = page.into_iter().last();
    Ok(Err(next.map(|(profile, resource, channel, contact, _)| {
        Place(profile, resource, channel, contact)
    })))
}

/// Who has a live subscription to a resource with a contact, in any database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn holders(
    sql: &impl Sql,
    resource: ResourceId,
    contact: &Contact,
) -> Result<Vec<Holder>, Error> {
    let asked = touched(&StandingKeys::default(), [contact]);
    let parameters = vec![
        Cell::Text(crate::json(&asked)?),
        Cell::Integer(resource.get()),
    ];
    let statement = include_str!("../sql/standing/holders.sql");
    let found: Vec<(i64, i64, Value)> = list(sql, statement, parameters).await?;
    let found = found.into_iter().map(|(database, profile, body)| {
        Ok(Holder {
            database: database_id(database)?,
            profile: ProfileId::from_pk(profile).ok_or_else(|| corrupt("a profile's key"))?,
            subscription: subscription(&body)?,
        })
    });
    found.collect()
}
