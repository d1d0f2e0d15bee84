//! Resources: settings, counters, and what goes with a deleted one.
//!
//! The functions that write are parts of a transaction, as in
//! [`crate::databases`].

mod sendable;

pub use sendable::{SendableCounts, sendable};

use std::collections::BTreeMap;

use roster_model::history::Noun;
use roster_model::matching::MatchKey;
use roster_model::profile::Profile;
use roster_model::{
    Channel, Database, DatabaseId, Resource, ResourceId, ResourceSettings, Status, Timestamp,
    search,
};
use serde_json::value::RawValue;

use crate::catalogue::Author;
use crate::define::{self, Subject};
use crate::fields::{Text, put_texts, text_of};
use crate::packed::{corrupt, status_of};
use crate::profiles::packed_answer;
use crate::search::pending;
use crate::{Cell, Error, Row, Sql, databases};

/// How many profiles are unsubscribed at a time, and about how many bytes.
const SLICE: i64 = 500;
const SLICE_BYTES: i64 = 1_500_000;

/// A resource with the number of its revision.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceRow {
    /// Counts its changes from 1.
    pub revision: i64,
    /// The resource.
    pub resource: Resource,
}

/// Resources in a packed text:
/// `[[id, revision, created_at, updated_at, definition], …]`.
pub(crate) fn packed(text: &str) -> Result<Vec<ResourceRow>, Error> {
    let packed: Vec<(i64, i64, i64, i64, Box<RawValue>)> =
        serde_json::from_str(text).map_err(corrupt)?;
    packed
        .into_iter()
        .map(|(id, revision, created_at, updated_at, definition)| {
            let resource = Resource {
                id: ResourceId::new(id).ok_or_else(|| corrupt("a resource's id"))?,
                settings: serde_json::from_str(definition.get()).map_err(corrupt)?,
                created_at: Timestamp::from_ms(created_at),
                updated_at: Timestamp::from_ms(updated_at),
            };
            Ok(ResourceRow { revision, resource })
        })
        .collect()
}

fn subject(id: ResourceId) -> Subject {
    Subject::of_all(Noun::Resource, id)
}

fn answer(mut rows: Vec<Row>) -> Result<Vec<ResourceRow>, Error> {
    let text = rows
        .first_mut()
        .map(|row| row.optional_text(0))
        .transpose()?;
    text.flatten()
        .map_or_else(|| Ok(Vec::new()), |text| packed(&text))
}

/// One resource.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: ResourceId) -> Result<Option<ResourceRow>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/resources/get.sql"), parameters)
        .await?;
    Ok(answer(rows)?.pop())
}

/// The resources after the one with id `after` (0 for all), at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(sql: &impl Sql, after: i64, limit: i64) -> Result<Vec<ResourceRow>, Error> {
    let parameters = vec![Cell::Integer(after), Cell::Integer(limit)];
    let rows = sql
        .query(include_str!("sql/resources/page.sql"), parameters)
        .await?;
    answer(rows)
}

/// The resource that has a name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn named(sql: &impl Sql, name: &str) -> Result<Option<ResourceId>, Error> {
    let parameters = vec![Cell::from(name)];
    let rows = sql
        .query(include_str!("sql/resources/named.sql"), parameters)
        .await?;
    let id = rows.first().map(|row| row.integer(0)).transpose()?;
    Ok(id.and_then(ResourceId::new))
}

/// How many bytes the definitions of the resources have that serve a database, but for
/// one of them.
///
/// # Errors
/// As [`Sql::query`].
pub async fn size(
    sql: &impl Sql,
    database: DatabaseId,
    except: Option<ResourceId>,
) -> Result<i64, Error> {
    let except = except.map_or(Cell::Null, |id| Cell::Integer(id.get()));
    let parameters = vec![Cell::Integer(database.get()), except];
    let rows = sql
        .query(include_str!("sql/resources/size.sql"), parameters)
        .await?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

/// Makes a resource; none if its name is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    settings: ResourceSettings,
    author: &Author<'_>,
) -> Result<Option<ResourceRow>, Error> {
    let parameters = vec![
        Cell::from(settings.name.as_str()),
        Cell::Integer(author.at.ms()),
        Cell::Text(crate::json(&settings)?),
    ];
    let rows = sql
        .query(include_str!("sql/resources/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = ResourceId::new(row.integer(0)?).ok_or_else(|| corrupt("a resource's id"))?;
    subject(id).created(sql, &settings, author).await?;
    Ok(Some(ResourceRow {
        revision: 1,
        resource: Resource {
            id,
            settings,
            created_at: author.at,
            updated_at: author.at,
        },
    }))
}

/// Gives a resource other settings; the name must be free. Gives the new
/// revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &Resource,
    settings: &ResourceSettings,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let parameters = vec![
        Cell::Integer(before.id.get()),
        Cell::from(settings.name.as_str()),
        Cell::Text(crate::json(settings)?),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/resources/update.sql"), parameters)
        .await?;
    subject(before.id)
        .updated(sql, &before.settings, settings, [], author)
        .await?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(corrupt("a resource has gone inside a transaction")),
    }
}

/// How many subscriptions a resource has, by channel and status, deleted ones
/// left out; only in the databases of `only`, if given.
///
/// # Errors
/// As [`Sql::query`].
pub async fn counters(
    sql: &impl Sql,
    id: ResourceId,
    only: Option<&[DatabaseId]>,
) -> Result<Vec<(Channel, Status, i64)>, Error> {
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::from(only.map(databases::numbers).transpose()?),
    ];
    let mut rows = sql
        .query(include_str!("sql/resources/counters.sql"), parameters)
        .await?;
    let text = rows
        .first_mut()
        .map_or(Ok("[]".to_owned()), |r| r.text(0))?;
    let counts: Vec<(i64, i64, i64)> = serde_json::from_str(&text).map_err(corrupt)?;
    counts
        .into_iter()
        .map(|(channel, status, count)| {
            let channel = Channel::from_code(channel).ok_or_else(|| corrupt("a channel"))?;
            Ok((channel, status_of(status)?, count))
        })
        .collect()
}

/// Whether profiles of other databases than `own` have subscriptions to a resource,
/// deleted ones too.
///
/// # Errors
/// As [`Sql::query`].
pub async fn has_elsewhere(
    sql: &impl Sql,
    id: ResourceId,
    own: &[DatabaseId],
) -> Result<bool, Error> {
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::from(databases::numbers(own)?),
    ];
    let rows = sql
        .query(include_str!("sql/resources/elsewhere.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// Deletes a resource and every subscription to it, with their match keys and
/// search text; gives how many subscriptions there were, deleted ones left out.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(
    sql: &impl Sql,
    resource: &Resource,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let counts = counters(sql, resource.id, None).await?;
    let total = counts.iter().map(|(_, _, count)| count).sum::<i64>();
    unsubscribe_all(sql, resource.id, author.at).await?;
    for statement in [
        include_str!("sql/resources/delete_counts.sql"),
        include_str!("sql/apps/remove_token.sql"),
        include_str!("sql/resources/delete.sql"),
    ] {
        sql.query(statement, vec![Cell::Integer(resource.id.get())])
            .await?;
    }
    let before = define::with(&resource.settings, "subscriptions", total.into())?;
    subject(resource.id).deleted(sql, &before, author).await?;
    Ok(total)
}

async fn unsubscribe_all(sql: &impl Sql, id: ResourceId, at: Timestamp) -> Result<(), Error> {
    let mut known = BTreeMap::new();
    pending::fold_all(sql).await?;
    // First, and all at once: see `fields::walk`.
    let parameters = vec![Cell::Integer(id.get())];
    sql.query(include_str!("sql/resources/search_gone.sql"), parameters)
        .await?;
    loop {
        let parameters = vec![
            Cell::Integer(id.get()),
            Cell::Integer(SLICE),
            Cell::Integer(SLICE_BYTES),
        ];
        let rows = sql
            .query(include_str!("sql/resources/subscribers.sql"), parameters)
            .await?;
        let profiles = packed_answer(rows)?;
        if profiles.is_empty() {
            return Ok(());
        }
        let mut keys: Vec<(i64, i64, String, i64)> = Vec::new();
        let mut texts: Vec<Text> = Vec::with_capacity(profiles.len());
        for profile in profiles {
            let database = match known.get(&profile.database) {
                Some(database) => database,
                None => {
                    let loaded = databases::get(sql, profile.database).await?;
                    let loaded = loaded.ok_or_else(|| corrupt("a profile without a database"))?;
                    known.entry(profile.database).or_insert(loaded.database)
                }
            };
            let (gone, text) = without(profile, id, database);
            keys.extend(gone);
            texts.push(text);
        }
        let profiles: Vec<[i64; 1]> = texts.iter().map(|(pk, ..)| [*pk]).collect();
        let profiles = crate::json(&profiles)?;
        let keys = vec![Cell::Text(crate::json(&keys)?)];
        sql.query(include_str!("sql/resources/unsubscribe_keys.sql"), keys)
            .await?;
        let touched = vec![Cell::from(profiles.as_str()), Cell::Integer(at.ms())];
        sql.query(include_str!("sql/resources/touch_profiles.sql"), touched)
            .await?;
        put_texts(sql, &texts).await?;
        let gone = vec![Cell::Integer(id.get()), Cell::from(profiles.as_str())];
        sql.query(include_str!("sql/resources/unsubscribe.sql"), gone)
            .await?;
        let kept = vec![Cell::Text(profiles)];
        sql.query(include_str!("sql/resources/renumber.sql"), kept)
            .await?;
    }
}

/// What a profile loses with a resource: the keys of contacts that no other
/// subscription has; and the search text it keeps.
fn without(
    mut profile: Profile,
    id: ResourceId,
    database: &Database,
) -> (Vec<(i64, i64, String, i64)>, Text) {
    let pk = profile.id.pk();
    let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut profile.subscriptions)
        .into_iter()
        .filter(|subscription| !subscription.deleted)
        .partition(|subscription| subscription.resource == id);
    let mut keys = Vec::with_capacity(gone.len());
    for subscription in gone {
        if kept
            .iter()
            .any(|other| other.contact.same(&subscription.contact))
        {
            continue;
        }
        let key = MatchKey::of_contact(&subscription.contact);
        keys.push((profile.database.get(), key.kind, key.value, pk));
    }
    let contacts = kept.iter().map(|subscription| &subscription.contact);
    let document = search::document(profile.id, &profile.data, contacts, database);
    (keys, text_of(pk, document))
}
