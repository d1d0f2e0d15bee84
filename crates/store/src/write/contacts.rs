//! What a write says of how contacts stand, and whose subscriptions have to say so.

use std::collections::HashMap;

use roster_model::ending::Endings;
use roster_model::write::Changes;
use roster_model::{Contact, DatabaseId, Profile};

use crate::catalogue::Definitions;
use crate::{Cell, Error, json, standing};

/// Rows of `standing`, and the contacts whose live subscriptions are looked at
/// again, in the order of `apply.sql`. `endings` is all that is known then.
pub(super) fn of(
    changes: &Changes,
    definitions: &HashMap<DatabaseId, &Definitions>,
    endings: &Endings,
) -> Result<Vec<Cell>, Error> {
    let keys = definitions.values().next().map(|one| &one.standing);
    let Some(keys) = keys.filter(|_| !endings.is_empty() || !changes.endings.is_empty()) else {
        return Ok(vec![Cell::from("[]"); 2]);
    };
    let rows = standing::put(keys, &changes.endings)?;
    // A category that was left says nothing of the subscription as a whole.
    let said = changes.endings.iter().map(|change| &change.ending);
    let said = said.filter(|ending| ending.category.is_none());
    let said = said.map(|ending| &ending.contact);
    let created = changes.created.iter().flat_map(|one| written(None, one));
    let updated = changes.updated.iter();
    let updated = updated.flat_map(|(before, after)| written(Some(before), after));
    let known = created.chain(updated);
    let known = known.filter(|contact| !endings.of(contact).is_empty());
    let touched = standing::touched(keys, said.chain(known));
    Ok(vec![Cell::Text(json(&rows)?), Cell::Text(json(&touched)?)])
}

/// The contacts of subscriptions that are new or came back.
fn written<'a>(
    before: Option<&'a Profile>,
    after: &'a Profile,
) -> impl Iterator<Item = &'a Contact> {
    let all = after.subscriptions.iter().enumerate();
    let new = all.filter(move |(place, one)| {
        let was = before.and_then(|before| before.subscription(one, *place));
        was.is_none_or(|was| was.deleted && !one.deleted)
    });
    new.map(|(_, one)| &one.contact)
}
