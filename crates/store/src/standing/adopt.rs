//! What was known before how contacts stand had a place of its own: statuses of
//! subscriptions and of whole profiles, and people who were erased.

use roster_model::ending::{Ending, EndingChange, Reach, contacts_of, weight};
use roster_model::{Channel, DatabaseId, Standing, Status, Subscription};
use serde_json::{Value, json};

use super::StandingKeys;
use super::save::{ERASED, LEFT, list, load, save, write};
use crate::idempotency::{hex, unhex};
use crate::packed::{corrupt, profiles, subscription};
use crate::{Cell, Error, Sql};

/// How many rows are taken over at a time.
const PAGE: i64 = 2000;

/// Channels whose contacts are numbers.
const NUMBERS: [Channel; 4] = [
    Channel::Sms,
    Channel::Whatsapp,
    Channel::Viber,
    Channel::Notify,
];

/// Takes it over: a part of the migration, in its transaction.
///
/// # Errors
/// As [`Sql::query`].
pub(crate) async fn adopt(sql: &impl Sql) -> Result<(), Error> {
    let keys = load(sql).await?;
    adopt_erasures(sql, &keys).await?;
    adopt_subscriptions(sql, &keys).await?;
    adopt_profiles(sql, &keys).await
}

/// Anyone who was erased has left the database: the hash of their contact is all
/// there is.
async fn adopt_erasures(sql: &impl Sql, keys: &StandingKeys) -> Result<(), Error> {
    let own = keys.own()?;
    let statement = include_str!("../sql/standing/erased.sql");
    let mut after = String::new();
    loop {
        let parameters = vec![Cell::from(after.as_str()), Cell::Integer(PAGE)];
        let page: Vec<(String, i64, String, i64)> = list(sql, statement, parameters).await?;
        let Some((last, ..)) = page.last() else {
            return Ok(());
        };
        let next = last.clone();
        let mut rows = Vec::new();
        for (digest, database, kind, at) in page {
            let digest = unhex(&digest).ok_or_else(|| corrupt("a hash"))?;
            let channels = match kind.as_str() {
                "email" => &[Channel::Email][..],
                _ => &NUMBERS,
            };
            for channel in channels {
                let hash = hex(&own.hash_digest(channel.code(), &digest));
                rows.push(json!([
                    hash,
                    own.id,
                    database,
                    0,
                    LEFT.status.number(),
                    weight(LEFT),
                    LEFT.by.code(),
                    at,
                    at,
                    ERASED,
                    database
                ]));
            }
        }
        write(sql, &rows, &[]).await?;
        after = next;
    }
}

async fn adopt_subscriptions(sql: &impl Sql, keys: &StandingKeys) -> Result<(), Error> {
    let statement = include_str!("../sql/standing/ended.sql");
    // Profile, resource, channel, contact: where to go on.
    let mut after = (0_i64, 0_i64, 0_i64, String::new());
    loop {
        let parameters = vec![
            Cell::Integer(after.0),
            Cell::Integer(after.1),
            Cell::Integer(after.2),
            Cell::from(after.3.as_str()),
            Cell::Integer(PAGE),
        ];
        let page: Vec<(i64, i64, i64, String, i64, Value)> =
            list(sql, statement, parameters).await?;
        let Some((profile, resource, channel, contact, ..)) = page.last() else {
            return Ok(());
        };
        after = (*profile, *resource, *channel, contact.clone());
        let mut changes = Vec::with_capacity(page.len());
        for (.., database, body) in &page {
            changes.push(of_subscription(&subscription(body)?, *database));
        }
        save(sql, keys, &changes).await?;
    }
}

fn of_subscription(one: &Subscription, database: i64) -> EndingChange {
    let everywhere = matches!(one.status, Status::Complained | Status::Hardbounced);
    let ending = Ending {
        contact: one.contact.clone(),
        category: None,
        reach: if everywhere {
            Reach::EVERYTHING
        } else {
            Reach::resource(one.resource)
        },
        standing: one.standing(),
        at: one.status_at.unwrap_or(one.created_at),
        noted_at: one.updated_at,
        how: String::new(),
        told_in: DatabaseId::new(database),
    };
    EndingChange {
        ending,
        at_most: None,
    }
}

async fn adopt_profiles(sql: &impl Sql, keys: &StandingKeys) -> Result<(), Error> {
    let statement = include_str!("../sql/standing/ended_profiles.sql");
    let mut after = 0;
    loop {
        let parameters = vec![Cell::Integer(after), Cell::Integer(PAGE)];
        let mut rows = sql.query(statement, parameters).await?;
        let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
        let page = profiles(&row.text(0)?)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.id.pk();
        let mut changes = Vec::new();
        for profile in &page {
            let standing = Standing {
                status: profile.status,
                by: profile.status_by,
            };
            let ending = |contact| Ending {
                contact,
                category: None,
                reach: Reach::database(profile.database),
                standing,
                at: profile.updated_at,
                noted_at: profile.updated_at,
                how: String::new(),
                told_in: Some(profile.database),
            };
            changes.extend(
                contacts_of(profile)
                    .into_iter()
                    .map(|contact| EndingChange {
                        ending: ending(contact),
                        at_most: None,
                    }),
            );
        }
        save(sql, keys, &changes).await?;
    }
}
