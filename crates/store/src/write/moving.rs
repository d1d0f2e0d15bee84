//! What must be known of profiles that are merged or split, or whose merge is undone, beside
//! themselves: one question each, and only for such writes.

use std::collections::HashSet;

use roster_model::matching::MatchKey;
use roster_model::write::{Command, MAX_MERGED_RELATIONS};
use roster_model::{DatabaseId, Profile, Timestamp};

use super::known::{ExtraLookups, Preload, ask as look};
use super::{Batch, blocked};
use crate::standing::{self, StandingLookup};
use crate::{Error, Sql, merges};

pub(super) async fn ask(
    known: &mut Preload,
    sql: &impl Sql,
    batches: &[&Batch],
    now: Timestamp,
) -> Result<(), Error> {
    let moving = |item: &&Command| item.moves_profiles();
    let mut standing = StandingLookup::default();
    let mut parts = Vec::new();
    let mut undone = Vec::new();
    let mut destinations = Vec::new();
    let mut keys: Vec<(DatabaseId, MatchKey)> = Vec::new();
    let mut ends: Vec<i64> = Vec::new();
    let mut elsewhere = Vec::new();
    let mut any = false;
    for batch in batches {
        for item in batch.items.iter().flatten().filter(moving) {
            any = true;
            let schema = batch.definitions.schema();
            let profiles = item.moved_among(&known.profiles, &known.merged);
            for profile in &profiles {
                parts.push(profile.id.pk());
                let hashes = &batch.definitions.standing;
                for one in profile.subscriptions.iter().filter(|_| !hashes.is_idle()) {
                    standing.contact(hashes, &one.contact);
                    standing.link(hashes, one.resource, &one.contact);
                    for name in &one.categories {
                        standing.category(hashes, &one.contact, name);
                    }
                }
            }
            let mut back: Vec<&Profile> = item.removed().into_iter().collect();
            if let Some(undo) = item.unmerge() {
                undone.push(undo.record.id);
                destinations.push(undo.record.destination.pk());
                back.extend(&undo.record.sources);
                let related = undo.record.relations.iter();
                ends.extend(related.flat_map(|(key, ..)| [key.a.pk(), key.b.pk()]));
            }
            let hashes = &batch.definitions.standing;
            let subscriptions = back.into_iter().flat_map(|one| &one.subscriptions);
            for one in subscriptions.filter(|_| !hashes.is_idle()) {
                standing.contact(hashes, &one.contact);
                standing.link(hashes, one.resource, &one.contact);
                for name in &one.categories {
                    standing.category(hashes, &one.contact, name);
                }
            }
            elsewhere.extend(blocked::candidates(batch, &profiles));
            keys.extend(item.keys_elsewhere(&profiles, &schema));
        }
    }
    if !any {
        return Ok(());
    }
    standing::ask(sql, &standing, &mut known.endings).await?;
    if !undone.is_empty() {
        known.undone = merges::undone(sql, &undone).await?;
        known.chains = merges::chains(sql, &destinations).await?;
        known.touched = merges::touched(sql, &undone).await?;
    }
    if !ends.is_empty() {
        ends.sort_unstable();
        ends.dedup();
        known.ends = merges::ends(sql, &ends).await?;
        parts.extend(&ends);
        let now = known.ends.iter().filter_map(|(_, now)| Some((*now)?.pk()));
        parts.extend(now);
    }
    known.blocked = blocked::among(sql, elsewhere, now).await?;
    parts.sort_unstable();
    parts.dedup();
    // One more than may be: so that it is seen that there are too many.
    let most = MAX_MERGED_RELATIONS as i64 + 1;
    let relations = merges::relations_of(sql, &parts, most).await?;
    known.take_relations(relations);
    if !keys.is_empty() {
        hold(known, sql, &keys, now).await?;
    }
    Ok(())
}

/// Finds out who holds keys that come from another database, and guards them.
async fn hold(
    known: &mut Preload,
    sql: &impl Sql,
    keys: &[(DatabaseId, MatchKey)],
    now: Timestamp,
) -> Result<(), Error> {
    let asked = keys
        .iter()
        .map(|(database, key)| (*database, key))
        .collect();
    let more = look(sql, asked, &[], &ExtraLookups::default(), now).await?;
    let seen: HashSet<_> = known.profiles.iter().map(|one| one.id).collect();
    let new = more.profiles.into_iter();
    known
        .profiles
        .extend(new.filter(|one| !seen.contains(&one.id)));
    known.holders.extend(more.holders);
    let inner = |list: &str| list.trim_start_matches('[').len();
    if inner(&known.asked) <= 1 {
        known.asked = more.asked;
    } else if inner(&more.asked) > 1 {
        let first = known.asked.trim_end().strip_suffix(']').unwrap_or("[");
        let rest = more.asked.trim_start().strip_prefix('[').unwrap_or("]");
        known.asked = format!("{first},{rest}");
    }
    Ok(())
}
