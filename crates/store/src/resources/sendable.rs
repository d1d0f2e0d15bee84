//! How many subscriptions of a resource may be sent to: those that nothing stands
//! against, neither how their contact stands nor the control group nor a suppression list,
//! whose entries may be hashes. So they are looked at, as far as the time goes.

use std::collections::BTreeMap;

use roster_model::{Channel, Contact, DatabaseId, Resource, Status, Timestamp};
use serde_json::Value;

use crate::databases::numbers;
use crate::pace::{Budget, Pace};
use crate::packed::{corrupt, status_of};
use crate::restrictions::{self, ContactSet};
use crate::{Cell, Error, Lend, Sql};

/// How many subscriptions the first slice looks at, and any of them at most.
const FIRST: i64 = 1_000;
const MOST: i64 = 5_000;

/// How many were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendableCounts {
    /// By channel, of those who are subscribed and of those who have yet to confirm.
    pub counts: BTreeMap<(i64, i64), i64>,
    /// Whether all were looked at; else there are at least so many.
    pub is_whole: bool,
}

impl SendableCounts {
    /// How many of a channel have a status, if nothing stands against them.
    #[must_use]
    pub fn of(&self, channel: Channel, status: Status) -> i64 {
        let key = (channel.code(), status.number());
        self.counts.get(&key).copied().unwrap_or_default()
    }
}

/// Counts those of a resource, in its databases or those of `only` among them, until the
/// budget is spent. What changes meanwhile may or may not be counted.
///
/// # Errors
/// As [`Sql::query`].
pub async fn sendable(
    lend: &impl Lend,
    resource: &Resource,
    only: Option<&[DatabaseId]>,
    now: Timestamp,
    budget: &Budget,
) -> Result<SendableCounts, Error> {
    let mut databases = resource.databases.clone();
    databases.retain(|id| only.is_none_or(|only| only.contains(id)));
    let mut found = SendableCounts::default();
    let mut pace = Pace::new(FIRST, MOST);
    let mut after = 0;
    loop {
        let sql = lend.lend_slice().await?;
        let rows = pace.rows();
        let work = slice(&sql, resource, &databases, (after, rows), now, &mut found);
        let until = pace.slice(work).await?;
        drop(sql);
        match until {
            Some(until) => after = until,
            None => {
                found.is_whole = true;
                return Ok(found);
            }
        }
        if budget.is_spent() {
            return Ok(found);
        }
    }
}

/// Counts some, and says up to which profile that was; nothing at the end.
async fn slice(
    sql: &impl Sql,
    resource: &Resource,
    databases: &[DatabaseId],
    (after, rows): (i64, i64),
    now: Timestamp,
    found: &mut SendableCounts,
) -> Result<Option<i64>, Error> {
    let parameters = vec![
        Cell::Integer(resource.id.get()),
        Cell::Integer(after),
        Cell::Integer(rows),
        Cell::Text(numbers(databases)?),
        Cell::Integer(now.ms()),
    ];
    let statement = include_str!("../sql/resources/sendable.sql");
    let mut answer = sql.query(statement, parameters).await?;
    let row = answer.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let until = row.optional_integer(0)?;
    let possible: Vec<(i64, i64, i64, Value, i64)> =
        serde_json::from_str(&row.text(1)?).map_err(corrupt)?;
    // Lists are attached to databases.
    let mut by_database: BTreeMap<i64, Vec<(Channel, Status, Contact, bool)>> = BTreeMap::new();
    for (database, channel, status, stored, is_member) in possible {
        let channel = Channel::from_code(channel).ok_or_else(|| corrupt("a channel"))?;
        let contact = Contact::from_stored(channel, &stored).ok_or_else(|| corrupt("a contact"))?;
        if resource.channels.contains(&channel) {
            let place = by_database.entry(database).or_default();
            place.push((channel, status_of(status)?, contact, is_member != 0));
        }
    }
    for (database, all) in by_database {
        let database = DatabaseId::new(database).ok_or_else(|| corrupt("a database"))?;
        let mut asked = ContactSet::default();
        for (_, _, contact, _) in &all {
            asked.subscription(resource.id, contact);
        }
        let against = restrictions::load(sql, database, &asked).await?;
        for (channel, status, contact, is_member) in all {
            if !against.ends(resource.id, &contact)
                && !against.holds_back(is_member, resource.id, channel)
            {
                let key = (channel.code(), status.number());
                *found.counts.entry(key).or_default() += 1;
            }
        }
    }
    Ok(until)
}
