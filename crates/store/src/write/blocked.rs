//! Contacts of profiles that come from another database by a merge, and stand on a
//! suppression list there that doesn't hold where they go.

use std::collections::HashSet;

use roster_model::suppression::keys;
use roster_model::{Contact, Profile, ProfileId, Timestamp};

use super::Batch;
use super::known::{ExtraLookups, ask as look};
use crate::catalogue::Definitions;
use crate::{Error, Sql};

/// A contact, whose it is, where it comes from and where it goes.
pub(super) struct MovedContact<'a> {
    profile: ProfileId,
    contact: &'a Contact,
    from: &'a Definitions,
    into: &'a Definitions,
}

/// The contacts of profiles that are of other databases than the batch's.
pub(super) fn candidates<'a>(batch: &'a Batch, profiles: &[&'a Profile]) -> Vec<MovedContact<'a>> {
    let into = &*batch.definitions;
    let contacts = profiles.iter().flat_map(|profile| {
        let mut beside = batch.beside.iter().map(|one| &**one);
        let from = beside.find(|one| one.database.id == profile.database);
        let from = from.filter(|one| one.database.id != into.database.id);
        let subscriptions = profile.subscriptions.iter().filter(|one| !one.deleted);
        from.into_iter()
            .flat_map(move |from| subscriptions.clone().map(move |one| (from, one)))
            .map(|(from, one)| MovedContact {
                profile: profile.id,
                contact: &one.contact,
                from,
                into,
            })
    });
    contacts.collect()
}

/// Those of them that stand on a list there, and on none here.
pub(super) async fn among(
    sql: &impl Sql,
    moved: Vec<MovedContact<'_>>,
    now: Timestamp,
) -> Result<Vec<(ProfileId, Contact)>, Error> {
    let mut asked = HashSet::new();
    for one in &moved {
        let lists = one.from.suppression.iter().chain(&one.into.suppression);
        for (list, forms) in lists.filter(|(_, forms)| !forms.is_empty()) {
            let keys = keys(one.contact, *forms).into_iter();
            asked.extend(keys.map(|key| (list.get(), key)));
        }
    }
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let also = ExtraLookups::of_lists(asked.into_iter().collect());
    let found = look(sql, Vec::new(), &[], &also, now).await?.suppressed;
    let blocked = moved
        .into_iter()
        .filter(|one| found.has(one.contact, one.from) && !found.has(one.contact, one.into));
    Ok(blocked
        .map(|one| (one.profile, one.contact.clone()))
        .collect())
}
