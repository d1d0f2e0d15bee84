//! What an event makes of the profiles that it concerns: the activity fields,
//! where and with what they read, and statuses where the rules say so.

use super::endings::{ban, has};
use super::{WorkingSet, entry, is_agreed};
use crate::activity::noted;
use crate::agent;
use crate::ending::{Ending, Reach, is_lifted_since, weight};
use crate::history::{Kind, diff};
use crate::id::ProfileId;
use crate::lifecycle::Standing;
use crate::matching::key_delta;
use crate::origin::Party;
use crate::profile::Profile;
use crate::revise;
use crate::standing::{self, ChangeContext};
use crate::status::Status;
use crate::time::Timestamp;
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::event::{EventKind, MessageEvent};
use crate::write::outcome::{Env, Outcome, OutcomeKind};
use crate::write::refusal::Refusal;
use serde_json::{Value, json};

impl WorkingSet {
    /// Applies an event to everybody whom it concerns.
    pub(super) fn happen(
        &mut self,
        schema: &Schema,
        item: &Command,
        happened: &MessageEvent,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        let found = self.matches(&happened.selector, schema);
        let mut first = None;
        for id in &found {
            let outcome = self.happen_to(schema, item, happened, *id, env)?;
            first.get_or_insert(outcome);
        }
        // Nobody may be known by this contact, or nobody subscribed with it, but
        // nobody may write to it either.
        self.note_end(schema, happened, &found, env);
        first.ok_or_else(|| Refusal::not_found("The event concerns nobody who is known here."))
    }

    fn happen_to(
        &mut self,
        schema: &Schema,
        item: &Command,
        happened: &MessageEvent,
        id: ProfileId,
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        let before = self
            .profiles
            .get(&id)
            .filter(|p| p.database == schema.database.id);
        let before = before.ok_or_else(|| Refusal::not_found("The profile is gone."))?;
        let mut after = before.clone();
        let mut by = self.by(item, env, true);
        note(&mut after, happened, schema);
        statuses(&mut after, happened, &mut by);
        let again = std::mem::take(&mut by.again);
        let (_, lifted, _) = by.into_parts();
        let mut outcome = Outcome::unchanged(id, after.revision);
        let mut changes = diff(Some(before), &after);
        changes.extend(lifted.iter().map(standing::Resubscription::to_change));
        let keys = key_delta(schema.database, Some(before), Some(&after));
        if !changes.is_empty() {
            after.revision = after.revision.saturating_add(1);
            after.updated_at = env.now;
            let old = before.subscriptions.clone();
            revise::touch(&old, &mut after.subscriptions, env.now);
            outcome.kind = OutcomeKind::Updated;
            outcome.revision = after.revision;
        }
        let entry = entry(&after, Kind::Event, changes, item.about.clone(), env);
        self.commit(schema, Some(after), keys, entry, is_agreed(item, env), env);
        self.lift(&lifted, schema, item, env);
        self.leave_again(again, schema, env);
        Ok(outcome)
    }

    /// That the owner of a contact left, bounced or complained, where no
    /// subscription says so. What is said of a stranger reaches as far as the
    /// speaker may speak.
    fn note_end(
        &mut self,
        schema: &Schema,
        happened: &MessageEvent,
        found: &[ProfileId],
        env: &Env,
    ) {
        let (Some(contact), Some(status)) = (&happened.contact, status_of(&happened.kind)) else {
            return;
        };
        let standing = Standing {
            status,
            by: env.origin.party(true),
        };
        if !standing.is_protected() {
            return;
        }
        let database = schema.database.id;
        let mut profiles = found.iter().filter_map(|id| self.profiles.get(id));
        let known = profiles.any(|profile| has(profile, contact));
        let banned = ban(status, contact).filter(|_| known || env.speaks_for_all);
        let reach = match (status, happened.resource) {
            (Status::Unsubscribed, Some(resource)) if known => Reach::resource(resource),
            (Status::Unsubscribed, resource) => Reach {
                database: Some(database),
                resource,
            },
            _ if banned.is_some() => Reach::EVERYTHING,
            _ => Reach::database(database),
        };
        if let Some(one) = banned {
            self.ban(one);
        }
        let known = self.endings.of(contact);
        let is_said = known.iter().any(|one| {
            one.reach == reach
                && one.weight() >= weight(standing)
                && !is_lifted_since(known, one.noted_at)
        });
        if !is_said {
            self.put_ending(
                Ending {
                    contact: contact.clone(),
                    category: None,
                    reach,
                    standing,
                    at: happened.at,
                    noted_at: env.now,
                    how: env.interface.to_owned(),
                    told_in: Some(database),
                },
                None,
            );
        }
    }
}

/// The status that an event moves to, if it moves any.
fn status_of(kind: &EventKind) -> Option<Status> {
    match kind {
        EventKind::HardBounce => Some(Status::Hardbounced),
        EventKind::Complained => Some(Status::Complained),
        EventKind::Unsubscribed => Some(Status::Unsubscribed),
        EventKind::Confirmed => Some(Status::Subscribed),
        _ => None,
    }
}

/// Moves the statuses that the event concerns. What may not move stays.
fn statuses(profile: &mut Profile, happened: &MessageEvent, by: &mut ChangeContext) {
    let Some(to) = status_of(&happened.kind) else {
        return;
    };
    // A bad address is bad for every resource, and who complains of one
    // message complains of the sender. Leaving and confirming concern one.
    let everywhere = matches!(to, Status::Hardbounced | Status::Complained);
    if happened.resource.is_none() && !everywhere {
        if to == Status::Unsubscribed
            && let Ok(standing) = profile.standing().moved(to, by.party, false)
        {
            (profile.status, profile.status_by) = (standing.status, standing.by);
        }
        return;
    }
    // Anyone who left everything, or said nothing yet, and confirms one subscription
    // is back.
    let global = profile.standing();
    let back = to == Status::Subscribed && by.party == Party::Person;
    let left = global.status == Status::Unsubscribed && global.by == Party::Person;
    if back && (left || global.status == Status::Unconfirmed) {
        (profile.status, profile.status_by) = (to, by.party);
    }
    for subscription in &mut profile.subscriptions {
        let contact = match &happened.contact {
            Some(contact) => subscription.contact.same(contact),
            None => subscription.contact.channel() == happened.channel,
        };
        let resource = happened
            .resource
            .is_none_or(|resource| resource == subscription.resource);
        // Without a contact a bounce of one resource's message is told of its
        // subscription alone.
        let meant = contact && (resource || (everywhere && happened.contact.is_some()));
        if !meant {
            continue;
        }
        let against = by.against(&subscription.contact, subscription.resource);
        let from = standing::effective(subscription, against.as_ref());
        if let Ok(standing) = from.moved(to, by.party, false) {
            if standing != subscription.standing() {
                subscription.status_at = Some(by.now);
                subscription.suspended_until = None;
            }
            (subscription.status, subscription.status_by) = (standing.status, standing.by);
            if !standing.is_protected() {
                by.lift(against, subscription.resource);
            }
        }
    }
}

/// Notes in the profile that and when it happened: Altcraft's activity fields.
fn note(profile: &mut Profile, happened: &MessageEvent, schema: &Schema) {
    let Some(activity) = noted(&happened.kind, happened.channel) else {
        return;
    };
    let date = activity.date;
    // An event that comes late tells nothing newer.
    let known = profile.data.get(date).and_then(Value::as_str);
    let known = known.and_then(|text| text.parse::<Timestamp>().ok());
    if known.is_some_and(|known| known > happened.at) {
        return;
    }
    profile.data.insert(activity.exists.to_owned(), true.into());
    profile.data.insert(date.to_owned(), json!(happened.at));
    if !matches!(
        happened.kind,
        EventKind::Opened | EventKind::Read | EventKind::Clicked | EventKind::Confirmed
    ) {
        return;
    }
    let agent = happened.user_agent.as_deref();
    let tracked = [
        ("_ip", happened.ip.as_deref()),
        ("_browser", agent.and_then(agent::browser)),
        ("_os", agent.and_then(agent::system)),
    ];
    for (name, value) in tracked {
        if let Some(value) = value
            && schema
                .database
                .field(name)
                .is_some_and(|field| !field.unique)
        {
            profile.data.insert(name.to_owned(), value.into());
        }
    }
}
