//! What a change of a profile says of how its contacts stand, no matter who has them:
//! that messages to them ended, or that somebody agreed again.

use super::WorkingSet;
use crate::contact::Contact;
use crate::ending::{Ending, EndingChange, Reach, contacts_of, reach_of, weight};
use crate::history::{Change, Entry};
use crate::id::ResourceId;
use crate::lifecycle::Standing;
use crate::profile::Profile;
use crate::standing::{ChangeContext, Resubscription};
use crate::status::Status;
use crate::subscription::Subscription;
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::outcome::{BlockedContact, Env};
use serde_json::Value;
use std::sync::Arc;

impl Resubscription {
    /// What history shows of it.
    pub(crate) fn to_change(&self) -> Change {
        Change {
            field: self.ended.history_field(self.resource),
            before: self.ended.to_history(),
            after: Value::Null,
        }
    }
}

impl WorkingSet {
    /// Who does what an item says.
    pub(super) fn by(&self, item: &Command, env: &Env, explicit: bool) -> ChangeContext {
        ChangeContext {
            now: env.now,
            origin: env.origin,
            party: env.origin.party(explicit),
            database: item.database,
            resubscribe: item.resubscribe,
            global: Status::Subscribed,
            endings: Arc::clone(&self.endings),
            ended: Vec::new(),
            lifted: Vec::new(),
            again: Vec::new(),
            kept: Vec::new(),
            asks: Vec::new(),
        }
    }

    /// Notes that contacts agreed again.
    pub(super) fn lift(
        &mut self,
        lifted: &[Resubscription],
        schema: &Schema,
        item: &Command,
        env: &Env,
    ) {
        for one in lifted {
            let reason = item.about.as_deref().and_then(|about| about.get("reason"));
            let ending = Ending {
                contact: one.ended.contact.clone(),
                category: one.ended.category.clone(),
                reach: Reach::resource(one.resource),
                standing: Standing {
                    status: Status::Subscribed,
                    by: one.party,
                },
                at: env.now,
                // The one who told the end may have a clock that is ahead.
                noted_at: env.now.max(one.ended.noted_at),
                how: reason
                    .and_then(Value::as_str)
                    .unwrap_or(env.interface)
                    .to_owned(),
                told_in: Some(schema.database.id),
            };
            self.put_ending(ending, None);
        }
    }

    /// Notes that contacts left once more, whose subscriptions say so since before.
    pub(super) fn leave_again(
        &mut self,
        again: Vec<(ResourceId, Contact, Standing)>,
        schema: &Schema,
        env: &Env,
    ) {
        for (resource, contact, standing) in again {
            let ending = Ending {
                contact,
                category: None,
                reach: reach_of(standing.status, resource),
                standing,
                at: env.now,
                noted_at: env.now,
                how: env.interface.to_owned(),
                told_in: Some(schema.database.id),
            };
            self.put_ending(ending, None);
        }
    }

    /// Notes what ended, or began again, by a change of a profile that is stored
    /// already. `agreed` says whether they agreed again, and not somebody who had ended
    /// it for them; `speaks_for_all`, whether what is said of strangers holds in every
    /// database.
    pub(super) fn note_endings(
        &mut self,
        before: Option<&Profile>,
        entry: &Entry,
        agreed: bool,
        speaks_for_all: bool,
    ) {
        let after = self.profiles.get(&entry.profile);
        let mut endings = Vec::new();
        let mut banned = Vec::new();
        let holds_everywhere =
            |contact: &Contact| speaks_for_all || before.is_some_and(|before| has(before, contact));
        let note = |contact: &Contact, reach, standing, at, noted_at| Ending {
            contact: contact.clone(),
            category: None,
            reach,
            standing,
            at,
            noted_at,
            how: entry.interface.clone(),
            told_in: Some(entry.database),
        };
        match after {
            Some(after) => {
                for (place, one) in after.subscriptions.iter().enumerate() {
                    let was = before.and_then(|before| before.subscription(one, place));
                    endings.extend(categories_left(was, one, entry));
                    let was = was.map(Subscription::standing);
                    let standing = one.standing();
                    if !standing.is_protected() || was == Some(standing) {
                        continue;
                    }
                    let mut reach = reach_of(one.status, one.resource);
                    let mut own = ban(one.status, &one.contact);
                    if own.is_some() && !holds_everywhere(&one.contact) {
                        (reach, own) = (Reach::database(entry.database), None);
                    }
                    let known = self
                        .endings
                        .against(&one.contact, entry.database, one.resource);
                    if known.is_some_and(|known| known.weight() >= weight(standing)) {
                        continue;
                    }
                    let at = one.status_at.unwrap_or(entry.at).min(entry.at);
                    endings.push(note(&one.contact, reach, standing, at, entry.at));
                    if was.is_none_or(|was| was.status != one.status) {
                        banned.extend(own);
                    }
                }
            }
            // Anyone who is deleted stays as they stood.
            None => {
                let subscriptions = before.map_or(&[][..], |before| &before.subscriptions);
                for one in subscriptions.iter().filter(|s| s.standing().is_protected()) {
                    // How far a bad address or a complaint reaches was noted when it
                    // was said.
                    let reach = match reach_of(one.status, one.resource) {
                        Reach::EVERYTHING => Reach::database(entry.database),
                        reach => reach,
                    };
                    let at = one.status_at.unwrap_or(one.created_at);
                    endings.push(note(
                        &one.contact,
                        reach,
                        one.standing(),
                        at,
                        one.updated_at,
                    ));
                }
            }
        }
        let mut lifted = Vec::new();
        let whole = |profile: &Profile| (profile.standing(), profile.standing().is_protected());
        let everything = Reach::database(entry.database);
        match (before.map(whole), after.map(whole)) {
            // Who was ended as a whole is back. What was ended for them is lifted, and
            // not what else stands against the contact.
            (Some((was, true)), Some((standing, false))) => {
                let most = if agreed { i64::MAX } else { weight(was) };
                for contact in after.map(contacts_of).unwrap_or_default() {
                    let back = note(&contact, everything, standing, entry.at, entry.at);
                    lifted.push((back, most));
                }
            }
            (was, Some((standing, true))) => {
                let again = was.is_some_and(|(was, _)| was == standing);
                if was.is_none_or(|(was, _)| was.status != standing.status) {
                    for contact in after.map(addresses_of).unwrap_or_default() {
                        if let Some(own) = ban(standing.status, &contact)
                            && holds_everywhere(&contact)
                        {
                            let (reach, at) = (Reach::EVERYTHING, entry.at);
                            endings.push(note(&contact, reach, standing, at, at));
                            banned.push(own);
                        }
                    }
                }
                let known = before.filter(|_| again).map(contacts_of);
                let known = known.unwrap_or_default();
                for contact in after.map(contacts_of).unwrap_or_default() {
                    if !known.iter().any(|one| one.same(&contact)) {
                        endings.push(note(&contact, everything, standing, entry.at, entry.at));
                    }
                }
            }
            (Some((standing, true)), None) => {
                let at = before.map_or(entry.at, |before| before.updated_at);
                for contact in before.map(contacts_of).unwrap_or_default() {
                    endings.push(note(&contact, everything, standing, at, at));
                }
            }
            _ => {}
        }
        for ending in endings {
            self.put_ending(ending, None);
        }
        for (ending, most) in lifted {
            self.put_ending(ending, Some(most));
        }
        for one in banned {
            self.ban(one);
        }
    }

    /// Notes how a contact stands.
    pub(super) fn put_ending(&mut self, ending: Ending, at_most: Option<i64>) {
        let change = EndingChange { ending, at_most };
        let before = Arc::make_mut(&mut self.endings).apply(&change);
        self.ended.push((change, before));
    }

    /// Puts a contact on the global suppression list, once.
    pub(super) fn ban(&mut self, banned: BlockedContact) {
        let same =
            |one: &BlockedContact| one.contact.same(&banned.contact) && one.reason == banned.reason;
        if !self.banned.iter().any(same) {
            self.banned.push(banned);
        }
    }
}

/// The categories that a subscription says were left, and didn't say before.
fn categories_left<'a>(
    was: Option<&'a Subscription>,
    one: &'a Subscription,
    entry: &'a Entry,
) -> impl Iterator<Item = Ending> {
    let left = one.left_categories.iter();
    let known = move |name: &String| was.and_then(|was| was.left_categories.get(name));
    let new = left.filter(move |(name, left)| known(name) != Some(*left));
    new.map(|(name, left)| Ending {
        contact: one.contact.clone(),
        category: Some(name.clone()),
        reach: Reach::resource(one.resource),
        standing: left.standing(),
        at: left.at,
        noted_at: entry.at,
        how: entry.interface.clone(),
        told_in: Some(entry.database),
    })
}

/// Whether a profile has a contact, so that it is known in the profile's database.
pub(super) fn has(profile: &Profile, contact: &Contact) -> bool {
    contacts_of(profile).iter().any(|one| one.same(contact))
}

/// What a profile's bounce or complaint is about, where nobody says of which contact: its
/// e-mail addresses, and whatever it has where it has none.
fn addresses_of(profile: &Profile) -> Vec<Contact> {
    let all = contacts_of(profile);
    let is_email = |one: &Contact| matches!(one, Contact::Email(_));
    if all.iter().any(is_email) {
        return all.into_iter().filter(is_email).collect();
    }
    all
}

/// Who bounced for good or complained enters the global suppression list.
pub(super) fn ban(status: Status, contact: &Contact) -> Option<BlockedContact> {
    let reason = match status {
        Status::Hardbounced => "hard_bounce",
        Status::Complained => "complained",
        _ => return None,
    };
    let contact = contact.clone();
    Some(BlockedContact { contact, reason })
}
