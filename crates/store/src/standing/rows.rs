//! How contacts stand, as a write asks for it and says it: in the look-up and in
//! the statement that it makes anyway.

use std::collections::{HashMap, HashSet};

use roster_model::ending::{Ending, EndingChange, Endings, Reach};
use roster_model::{Contact, DatabaseId, MatchKey, Party, ResourceId, Standing, Timestamp};
use serde_json::{Value, json};

use super::{Hash, StandingKey, StandingKeys};
use crate::idempotency::{hex, unhex};
use crate::packed::{corrupt, status_of};
use crate::{Cell, Error, Sql};

/// Contacts that are asked about, by their hashes.
#[derive(Debug, Default)]
pub(crate) struct StandingLookup {
    contacts: HashMap<Hash, (Contact, Option<String>)>,
    links: HashMap<Hash, (ResourceId, Contact)>,
}

impl StandingLookup {
    /// Asks how a contact stands.
    pub fn contact(&mut self, keys: &StandingKeys, contact: &Contact) {
        if keys.contacts {
            let hashes = keys.hashes(contact).into_iter();
            self.contacts
                .extend(hashes.map(|hash| (hash, (contact.clone(), None))));
        }
    }

    /// Asks whether the owner of a contact left a category.
    pub fn category(&mut self, keys: &StandingKeys, contact: &Contact, category: &str) {
        if keys.contacts {
            let hashes = keys.hashes(contact).into_iter();
            self.contacts.extend(hashes.map(|hash| {
                let hash = StandingKey::hash_category(&hash, category);
                (hash, (contact.clone(), Some(category.to_owned())))
            }));
        }
    }

    /// Asks whether the owner of a contact left by an old link.
    pub fn link(&mut self, keys: &StandingKeys, resource: ResourceId, contact: &Contact) {
        if let Some(hash) = keys.link_hash(resource, contact) {
            self.links.insert(hash, (resource, contact.clone()));
        }
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.contacts.is_empty() && self.links.is_empty()
    }

    /// The hashes, for the statement.
    pub fn hashes(&self) -> Vec<String> {
        let all = self.contacts.keys().chain(self.links.keys());
        all.map(|hash| hex(hash)).collect()
    }

    /// Reads what the statement found: `[[hash, database, resource, status, party,
    /// at, noted_at, how, told_in], …]`, where an old link's database is -1.
    pub fn read(&self, text: &str, endings: &mut Endings) -> Result<(), Error> {
        type StandingRow = (String, i64, i64, i64, i64, i64, i64, String, i64);
        let rows: Vec<StandingRow> = serde_json::from_str(text).map_err(corrupt)?;
        for (hash, database, resource, status, party, at, noted_at, how, told_in) in rows {
            let hash: Hash = unhex(&hash)
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| corrupt("a hash"))?;
            let (contact, category, reach) = if database < 0 {
                let (resource, contact) = self
                    .links
                    .get(&hash)
                    .ok_or_else(|| corrupt("a link that nobody asked for"))?;
                (contact, None, Reach::resource(*resource))
            } else {
                let (contact, category) = self
                    .contacts
                    .get(&hash)
                    .ok_or_else(|| corrupt("a contact that nobody asked for"))?;
                let reach = Reach {
                    database: DatabaseId::new(database),
                    resource: ResourceId::new(resource),
                };
                (contact, category.clone(), reach)
            };
            endings.put(Ending {
                contact: contact.clone(),
                category,
                reach,
                standing: Standing {
                    status: status_of(status)?,
                    by: Party::from_code(party).ok_or_else(|| corrupt("a party"))?,
                },
                at: Timestamp::from_ms(at),
                noted_at: Timestamp::from_ms(noted_at),
                how,
                told_in: DatabaseId::new(told_in),
            });
        }
        Ok(())
    }
}

/// Asks how contacts stand, in a statement of its own.
pub(crate) async fn ask(
    sql: &impl Sql,
    asked: &StandingLookup,
    endings: &mut Endings,
) -> Result<(), Error> {
    if asked.is_empty() {
        return Ok(());
    }
    let parameters = vec![Cell::Text(crate::json(&asked.hashes())?)];
    let mut rows = sql
        .query(include_str!("../sql/standing/find.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    asked.read(&row.text(0)?, endings)
}

/// How the contacts of subscriptions stand; nothing is asked where nobody ever left.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_subscriptions<'a>(
    sql: &impl Sql,
    keys: &StandingKeys,
    subscriptions: impl IntoIterator<Item = (ResourceId, &'a Contact)>,
) -> Result<Endings, Error> {
    let mut asked = StandingLookup::default();
    for (resource, contact) in subscriptions {
        asked.contact(keys, contact);
        asked.link(keys, resource, contact);
    }
    let mut endings = Endings::default();
    ask(sql, &asked, &mut endings).await?;
    Ok(endings)
}

/// The rows of changes, as `profile_tellings` takes them: `[hash, key, database,
/// resource, status, weight, party, at, noted_at, how, told_in, at_most, hashes]`, the last two where it
/// only lifts: how much that may weigh, and the contact under every key.
pub(crate) fn put(keys: &StandingKeys, changes: &[EndingChange]) -> Result<Vec<Value>, Error> {
    let mut rows = Vec::with_capacity(changes.len());
    for change in changes {
        let own = keys.own()?;
        let contact = &change.ending.contact;
        if change.at_most.is_some() {
            // Under whichever key it is known.
            let hashes: Vec<String> = keys.hashes(contact).iter().map(|hash| hex(hash)).collect();
            for key in &keys.keys {
                rows.push(row(key.id, &key.hash(contact), change, &hashes));
            }
        } else {
            let mut hash = own.hash(contact);
            if let Some(category) = &change.ending.category {
                hash = StandingKey::hash_category(&hash, category);
            }
            rows.push(row(own.id, &hash, change, &[]));
        }
    }
    Ok(rows)
}

fn row(key: i64, hash: &Hash, change: &EndingChange, hashes: &[String]) -> Value {
    let ending = &change.ending;
    json!([
        hex(hash),
        key,
        ending.reach.database.map_or(0, DatabaseId::get),
        ending.reach.resource.map_or(0, ResourceId::get),
        if ending.is_lifted() {
            0
        } else {
            ending.standing.status.number()
        },
        ending.weight(),
        ending.standing.by.code(),
        ending.at.ms(),
        ending.noted_at.ms(),
        ending.how,
        ending.told_in.map_or(0, DatabaseId::get),
        change.at_most,
        hashes
    ])
}

/// The rows of contacts whose live subscriptions must say again what stands
/// against them: `[kind, value, channel, contact, [hash, …]]`, each contact once.
pub(crate) fn touched<'a>(
    keys: &StandingKeys,
    contacts: impl IntoIterator<Item = &'a Contact>,
) -> Vec<Value> {
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for contact in contacts {
        let channel = contact.channel().code();
        if !seen.insert((channel, contact.key())) {
            continue;
        }
        let key = MatchKey::of_contact(contact);
        let hashes: Vec<String> = keys.hashes(contact).iter().map(|hash| hex(hash)).collect();
        rows.push(json!([key.kind, key.value, channel, contact.key(), hashes]));
    }
    rows
}
