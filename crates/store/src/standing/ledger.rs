//! What is kept of how contacts stand: reading it by hashes or of one contact, taking
//! over what another installation keeps, lifting what stands against somebody.

use std::collections::{BTreeSet, HashMap};

use roster_model::ending::{Ending, EndingChange, Reach, weight};
use roster_model::{Contact, DatabaseId, Party, ResourceId, Standing, Status, Timestamp};
use serde_json::{Value, json};

use super::save::{list, save, write};
use super::{Hash, StandingKey, StandingKeys};
use crate::catalogue::bump;
use crate::idempotency::hex;
use crate::packed::{corrupt, status_of};
use crate::{Cell, Error, Sql};

/// One thing that is kept of a contact.
#[derive(Clone, Debug, PartialEq)]
pub struct StandingEntry {
    /// The contact's keyed hash, in lower-case hexadecimal.
    pub hash: String,
    /// The name of the key.
    pub key: String,
    /// The category that was left, where it was asked for by its name: nobody can read it
    /// from the hash.
    pub category: Option<String>,
    /// How far it reaches.
    pub reach: Reach,
    /// How the contact stands; none where that was lifted.
    pub standing: Option<Standing>,
    /// Since when.
    pub at: Timestamp,
    /// When it was told.
    pub noted_at: Timestamp,
    /// Through what, or why it was lifted.
    pub how: String,
    /// In which database it was told, if that is known.
    pub told_in: Option<DatabaseId>,
}

/// The place of an entry among all: hash, database, resource.
pub type EntryPlace = (String, i64, i64);

impl StandingEntry {
    /// Its place, to go on after it.
    #[must_use]
    pub fn place(&self) -> EntryPlace {
        let Reach { database, resource } = self.reach;
        let database = database.map_or(0, DatabaseId::get);
        let resource = resource.map_or(0, ResourceId::get);
        (self.hash.clone(), database, resource)
    }
}

type PackedRow = (
    String,
    String,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    String,
    i64,
);

fn entry(packed: PackedRow) -> Result<StandingEntry, Error> {
    let (hash, key, database, resource, status, weight, party, at, noted_at, how, told_in) = packed;
    let standing = Standing {
        status: status_of(status)?,
        by: Party::from_code(party).ok_or_else(|| corrupt("a party"))?,
    };
    Ok(StandingEntry {
        hash: hash.to_ascii_lowercase(),
        key,
        category: None,
        reach: Reach {
            database: DatabaseId::new(database),
            resource: ResourceId::new(resource),
        },
        standing: (weight > 0).then_some(standing),
        at: Timestamp::from_ms(at),
        noted_at: Timestamp::from_ms(noted_at),
        how,
        told_in: DatabaseId::new(told_in),
    })
}

/// Entries in the order of their places, after one, at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    after: Option<&EntryPlace>,
    limit: i64,
) -> Result<Vec<StandingEntry>, Error> {
    let first = (String::new(), 0, 0);
    let (hash, database, resource) = after.unwrap_or(&first);
    let parameters = vec![
        Cell::from(hash.as_str()),
        Cell::Integer(*database),
        Cell::Integer(*resource),
        Cell::Integer(limit),
    ];
    let rows: Vec<PackedRow> =
        list(sql, include_str!("../sql/standing/page.sql"), parameters).await?;
    rows.into_iter().map(entry).collect()
}

/// What is kept of a contact, under whichever key, by the places of the entries; of
/// categories, whether it left these.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_contact(
    sql: &impl Sql,
    keys: &StandingKeys,
    contact: &Contact,
    categories: &BTreeSet<String>,
) -> Result<Vec<StandingEntry>, Error> {
    let mut asked: HashMap<String, Option<&String>> = HashMap::new();
    for hash in keys.hashes(contact) {
        asked.insert(hex(&hash), None);
        let named = categories.iter();
        asked.extend(named.map(|name| {
            let hash = StandingKey::hash_category(&hash, name);
            (hex(&hash), Some(name))
        }));
    }
    let hashes: Vec<&String> = asked.keys().collect();
    let parameters = vec![Cell::Text(crate::json(&hashes)?)];
    let statement = include_str!("../sql/standing/of_contact.sql");
    let rows: Vec<PackedRow> = list(sql, statement, parameters).await?;
    let mut entries: Vec<StandingEntry> = rows.into_iter().map(entry).collect::<Result<_, _>>()?;
    for entry in &mut entries {
        let category = asked.get(&entry.hash).copied().flatten();
        entry.category = category.cloned();
    }
    entries.sort_by_key(StandingEntry::place);
    Ok(entries)
}

/// An entry of another installation, with this one's databases and resources.
#[derive(Clone, Debug)]
pub struct ForeignEntry {
    /// The contact's keyed hash.
    pub hash: Hash,
    /// The name of the key, which must be known.
    pub key: String,
    /// How far it reaches here.
    pub reach: Reach,
    /// How the contact stands; none where that was lifted.
    pub standing: Option<Standing>,
    /// Since when.
    pub at: Timestamp,
    /// When it was told.
    pub noted_at: Timestamp,
    /// Through what.
    pub how: String,
}

/// Keeps another installation's key, unless one of its name is there; says whether it
/// was new. Part of a transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn put_key(
    sql: &impl Sql,
    name: &str,
    secret: &[u8; 32],
    at: Timestamp,
) -> Result<bool, Error> {
    let parameters = vec![
        Cell::from(name),
        Cell::Text(hex(secret)),
        Cell::Integer(at.ms()),
    ];
    let statement = include_str!("../sql/standing/put_key.sql");
    let added = !sql.query(statement, parameters).await?.is_empty();
    if added {
        // Instances remember the keys with the definitions.
        bump(sql).await?;
    }
    Ok(added)
}

/// Takes entries over, as if what they say had been told here: the newer and the
/// weightier counts. The subscriptions of those contacts say nothing of it, since
/// nobody can tell whose they are; anyone who writes or asks about one is told.
///
/// # Errors
/// As [`Sql::query`]; [`Error::Corrupt`] for a key that isn't known.
pub async fn take_over(
    sql: &impl Sql,
    keys: &StandingKeys,
    entries: &[ForeignEntry],
) -> Result<(), Error> {
    let mut rows: Vec<Value> = Vec::with_capacity(entries.len());
    for one in entries {
        let mut known = keys.keys.iter();
        let key = known.find(|key| key.name == one.key);
        let key = key.ok_or_else(|| corrupt("a key that nobody has"))?;
        let standing = one.standing;
        rows.push(json!([
            hex(&one.hash),
            key.id,
            one.reach.database.map_or(0, DatabaseId::get),
            one.reach.resource.map_or(0, ResourceId::get),
            standing.map_or(0, |standing| standing.status.number()),
            standing.map_or(0, weight),
            standing.unwrap_or_default().by.code(),
            one.at.ms(),
            one.noted_at.ms(),
            one.how,
            0
        ]));
    }
    write(sql, &rows, &[]).await
}

/// Lifts what stands against a contact: for one resource, or whatever stands, and of
/// categories these. Gives the entries that counted until now.
///
/// # Errors
/// As [`Sql::query`].
pub async fn lift(
    sql: &impl Sql,
    keys: &StandingKeys,
    contact: &Contact,
    categories: &BTreeSet<String>,
    resource: Option<ResourceId>,
    reason: &str,
    at: Timestamp,
) -> Result<Vec<StandingEntry>, Error> {
    let mut entries = of_contact(sql, keys, contact, categories).await?;
    entries.retain(|one| {
        let meant = resource.is_none_or(|id| one.reach.resource.is_none_or(|own| own == id));
        one.standing.is_some() && meant
    });
    // The one who told an end may have a clock that is ahead.
    let at = entries.iter().fold(at, |at, one| at.max(one.noted_at));
    let mut reaches: Vec<(Reach, Option<String>)> = Vec::new();
    for one in &entries {
        // For one resource everything else that the entry stands for stays.
        let reach = match resource {
            Some(id) => Reach {
                resource: Some(id),
                ..one.reach
            },
            None => one.reach,
        };
        let one = (reach, one.category.clone());
        if !reaches.contains(&one) {
            reaches.push(one);
        }
    }
    let changes: Vec<EndingChange> = reaches
        .into_iter()
        .map(|(reach, category)| EndingChange {
            ending: Ending {
                contact: contact.clone(),
                category,
                reach,
                standing: Standing {
                    status: Status::Subscribed,
                    by: Party::Api,
                },
                at,
                noted_at: at,
                how: reason.to_owned(),
                told_in: reach.database,
            },
            at_most: None,
        })
        .collect();
    if !changes.is_empty() {
        save(sql, keys, &changes).await?;
    }
    Ok(entries)
}
