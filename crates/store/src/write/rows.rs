//! The rows that changes come to, as the statement that writes takes them.

use std::collections::HashMap;

use roster_model::profile::Profile;
use roster_model::search::{Document, document, document_after, live_contacts};
use roster_model::write::{Changes, Relation, RelationKey};
use roster_model::{Database, DatabaseId, ProfileId, SegmentId, Timestamp};
use serde_json::{Value, json};

use crate::catalogue::Definitions;
use crate::history::Compact;
use crate::packed::corrupt;
use crate::{Cell, Error, json};

/// The rows that changes come to, in the order of `apply.sql`.
pub(super) fn of(
    changes: &Changes,
    definitions: &HashMap<DatabaseId, &Definitions>,
) -> Result<Vec<Cell>, Error> {
    let mut subscriptions = Vec::new();
    let mut search_put = Vec::new();
    let mut created = Vec::with_capacity(changes.created.len());
    for profile in &changes.created {
        let pk = profile.id.pk();
        created.push(json!([
            pk,
            profile.database.get(),
            profile.revision,
            profile.status.number(),
            profile.created_at.ms(),
            profile.updated_at.ms(),
            json(&profile.data)?,
            profile.status_by.code(),
            former_keys(profile)?
        ]));
        put_subscriptions(&mut subscriptions, None, profile)?;
        let database = database_of(profile, definitions)?;
        let document = document(profile.id, &profile.data, live_contacts(profile), database);
        search_put.push(search_row(pk, &document));
    }
    let mut updated = Vec::with_capacity(changes.updated.len());
    for (before, after) in &changes.updated {
        let pk = after.id.pk();
        updated.push(json!([
            pk,
            after.revision,
            after.status.number(),
            after.updated_at.ms(),
            json(&after.data)?,
            after.status_by.code(),
            former_keys(after)?
        ]));
        put_subscriptions(&mut subscriptions, Some(before), after)?;
        if let Some(document) = document_after(before, after, database_of(after, definitions)?) {
            search_put.push(search_row(pk, &document));
        }
    }
    let deleted: Vec<i64> = changes.deleted.iter().map(|gone| gone.id.pk()).collect();
    let keys_gone: Vec<Value> = changes
        .keys_gone
        .iter()
        .flat_map(|gone| {
            // A unique key that two profiles had when its form changed has no
            // slot of its own.
            let own = Some(gone.profile.pk()).filter(|_| gone.slot == 0);
            [Some(gone.slot), own]
                .into_iter()
                .flatten()
                .map(|slot| json!([gone.database.get(), gone.key.kind, gone.key.value, slot]))
        })
        .collect();
    let keys_new: Vec<Value> = changes
        .keys_new
        .iter()
        .map(|new| {
            json!([
                new.database.get(),
                new.key.kind,
                new.key.value,
                new.slot,
                new.profile.pk()
            ])
        })
        .collect();
    let mut history = Vec::with_capacity(changes.history.len());
    for entry in &changes.history {
        history.push(json!([
            entry.database.get(),
            entry.profile.pk(),
            entry.at.ms(),
            entry.kind.as_str(),
            entry.actor,
            entry.interface,
            json(&Compact(&entry.changes))?,
            entry.about.as_deref().map(json).transpose()?
        ]));
    }
    Ok(vec![
        Cell::Text(json(&created)?),
        Cell::Text(json(&updated)?),
        Cell::Text(json(&deleted)?),
        Cell::Text(json(&keys_gone)?),
        Cell::Text(json(&keys_new)?),
        Cell::Text(json(&subscriptions)?),
        Cell::Text(json(&history)?),
        Cell::Text(json(&search_put)?),
        Cell::Text(json(&members(&changes.members_gone))?),
        Cell::Text(json(&members(&changes.members_put))?),
    ])
}

/// The rows of the relations that changed: as they were when they were read, and as they
/// are now.
pub(super) fn relations(
    changed: &[(RelationKey, Option<Relation>)],
    before: &HashMap<RelationKey, String>,
) -> Result<Cell, Error> {
    let mut rows = Vec::with_capacity(changed.len());
    for (key, after) in changed {
        let weights = after.as_ref().map(|one| json(&one.weights)).transpose()?;
        rows.push(json!([
            key.relation_type.get(),
            key.a.pk(),
            key.b.pk(),
            before.get(key),
            weights,
            after.as_ref().map(|one| one.created_at.ms()),
            after.as_ref().map(|one| one.updated_at.ms())
        ]));
    }
    Ok(Cell::Text(json(&rows)?))
}

/// What is stored of the keys of profiles that were merged into one; nothing for most.
fn former_keys(profile: &Profile) -> Result<Option<String>, Error> {
    if profile.former_keys.is_empty() {
        return Ok(None);
    }
    let keys = profile.former_keys.iter();
    let keys: Vec<(i64, &str)> = keys.map(|key| (key.kind, key.value.as_str())).collect();
    Ok(Some(json(&keys)?))
}

/// Who enters the control group, and who was put in or taken out by hand; an empty list
/// where nobody is.
pub(super) fn control(changes: &Changes) -> Result<Cell, Error> {
    if changes.control_entries.is_empty() && changes.control_changes.is_empty() {
        return Ok(Cell::from("[]"));
    }
    let entered = changes.control_entries.iter().map(|one| {
        let (set, lot) = (one.entrance.set.get(), one.entrance.lot);
        json!([set, one.profile.pk(), lot, one.at.ms()])
    });
    let moved = changes.control_changes.iter().map(|one| {
        let number = |by_hand: Option<bool>| by_hand.map(i64::from);
        json!([
            one.database.get(),
            one.profile.pk(),
            number(one.before),
            number(one.after),
            one.reason,
            one.actor
        ])
    });
    let both = [entered.collect::<Vec<Value>>(), moved.collect()];
    Ok(Cell::Text(json(&both)?))
}

fn search_row(pk: i64, document: &Document) -> Value {
    json!([pk, document.profile, document.contacts, document.words()])
}

fn members(pairs: &[(SegmentId, ProfileId)]) -> Vec<(i64, i64)> {
    let pairs = pairs.iter();
    pairs
        .map(|(segment, id)| (segment.get(), id.pk()))
        .collect()
}

/// The rows of the subscriptions that differ from what is stored.
fn put_subscriptions(
    rows: &mut Vec<Value>,
    before: Option<&Profile>,
    after: &Profile,
) -> Result<(), Error> {
    for (place, subscription) in after.subscriptions.iter().enumerate() {
        let stored = before.and_then(|before| {
            before
                .subscriptions
                .iter()
                .find(|old| old.is(subscription.resource, &subscription.contact))
        });
        if stored == Some(subscription) {
            continue;
        }
        rows.push(json!([
            after.id.pk(),
            subscription.resource.get(),
            subscription.contact.channel().code(),
            subscription.contact.key(),
            after.database.get(),
            subscription.status.number(),
            i64::from(subscription.deleted),
            json(&subscription.to_stored())?,
            place,
            subscription.wakes_at().map(Timestamp::ms)
        ]));
    }
    Ok(())
}

fn database_of<'a>(
    profile: &Profile,
    definitions: &HashMap<DatabaseId, &'a Definitions>,
) -> Result<&'a Database, Error> {
    let definitions = definitions.get(&profile.database);
    definitions
        .map(|one| &one.database)
        .ok_or_else(|| corrupt("a profile of another database"))
}
