//! A profile as it was: its history is taken back from the newest entry on
//! (spec/people.md §5.3). Unlike undoing it changes nobody, so nothing stands in its way.

use crate::history::{Change, Kind};
use crate::profile::Profile;
use crate::status::Status;
use crate::subscription::Subscription;
use serde_json::Value;

/// Takes one entry back. Entries that came by a merge are another profile's: leave them out.
pub fn rewind(profile: &mut Profile, kind: Kind, changes: &[Change]) {
    for change in changes.iter().rev() {
        if change.field == "_status" {
            if let Ok(status) = Status::from_json(&change.before) {
                profile.status = status;
            }
        } else if change.field.starts_with("subscriptions/") {
            rewind_subscription(&mut profile.subscriptions, change);
        } else if !change.field.contains('/') {
            match &change.before {
                Value::Null => profile.data.remove(&change.field),
                before => profile.data.insert(change.field.clone(), before.clone()),
            };
        }
    }
    let counted = match kind {
        Kind::Updated => true,
        Kind::Event => !changes.is_empty(),
        Kind::Created
        | Kind::Deleted
        | Kind::Relation
        | Kind::Merged
        | Kind::Restored
        | Kind::Entered
        | Kind::Left
        | Kind::Control => false,
    };
    if counted {
        profile.revision = profile.revision.saturating_sub(1).max(1);
    }
}

fn rewind_subscription(list: &mut Vec<Subscription>, change: &Change) {
    let place = list
        .iter()
        .position(|one| one.history_field() == change.field);
    match (place, &change.before) {
        (Some(place), Value::Null) => {
            list.remove(place);
        }
        (Some(place), before) => {
            if let Some(one) = list.get_mut(place) {
                one.set_shown(before);
            }
        }
        // One that a split took away: what it was is not known well enough to show it.
        (None, _) => {}
    }
}
