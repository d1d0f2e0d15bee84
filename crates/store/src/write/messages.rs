//! What a write has to say to others, as rows of the outbox and of the global
//! suppression list: written with it, or not at all.

use std::collections::HashMap;

use roster_model::history::Entry;
use roster_model::relation::type_of_change;
use roster_model::suppression::{Form, Forms, Kind, keys};
use roster_model::watcher::ChangeType;
use roster_model::write::{BlockedContact, Changes, ConfirmationRequest};
use roster_model::{Contact, DatabaseId, Timestamp, Watcher};
use serde_json::{Value, json};

use super::suppressed::ListEntries;
use crate::catalogue::Definitions;
use crate::{Cell, Error, json, watchers};

/// How many confirmations one contact gets within 24 hours, no matter who asks for
/// them; reminders not counted.
pub const MAX_CONFIRMATIONS: i64 = 3;

const HOUR_MS: i64 = 3_600_000;

/// Marks, messages and banned contacts, in the order of `apply.sql`; `now` is the
/// time of the write, which may ask somebody and change nothing.
pub(super) fn of(
    changes: &Changes,
    definitions: &HashMap<DatabaseId, &Definitions>,
    suppressed: &ListEntries,
    now: Timestamp,
) -> Result<Vec<Cell>, Error> {
    let marks: Vec<Value> = changes
        .marks
        .iter()
        .map(|marked| {
            let mark = &marked.mark;
            json!([mark.scope, mark.key, marked.at, i64::from(marked.once)])
        })
        .collect();
    let mut messages = Vec::new();
    // The statement doesn't see its own messages, so those to one contact are
    // counted here.
    let mut asked: HashMap<String, i64> = HashMap::new();
    for ask in &changes.asks {
        if let Some(definitions) = definitions.get(&ask.database) {
            let before = asked.entry(recipient(&ask.contact)).or_default();
            let most = MAX_CONFIRMATIONS.saturating_sub(*before).max(0);
            *before += 1;
            confirmations(ask, now.ms(), most, definitions, suppressed, &mut messages)?;
        }
    }
    for entry in &changes.history {
        let watchers = definitions.get(&entry.database).map(|d| &d.watchers);
        let Some(watchers) = watchers.filter(|watchers| !watchers.is_empty()) else {
            continue;
        };
        let sees = |one: &Watcher, change| {
            change != ChangeType::RelationChanged || sees(one, entry, definitions)
        };
        change_messages(entry, watchers, &sees, &mut messages)?;
    }
    for asked in &changes.starts {
        let watchers = definitions.get(&asked.database).map(|d| &*d.watchers);
        let watchers = watchers.unwrap_or_default();
        message(
            ChangeType::TriggerRequested,
            asked,
            watchers,
            &|_| true,
            &mut messages,
        )?;
    }
    let banned: Vec<Value> = changes.banned.iter().filter_map(ban).collect();
    Ok(vec![
        Cell::Text(json(&marks)?),
        Cell::Text(json(&messages)?),
        Cell::Text(json(&banned)?),
    ])
}

/// The watchers' messages of an entry: those who ask for such changes and may see this one.
pub(crate) fn change_messages(
    entry: &Entry,
    watchers: &[Watcher],
    sees: &dyn Fn(&Watcher, ChangeType) -> bool,
    messages: &mut Vec<Value>,
) -> Result<(), Error> {
    for change in ChangeType::ALL.into_iter().filter(|one| one.is(entry)) {
        message(change, entry, watchers, &|one| sees(one, change), messages)?;
    }
    Ok(())
}

/// The message of one kind of change to those who ask for it and may see it.
fn message(
    change: ChangeType,
    entry: &Entry,
    watchers: &[Watcher],
    sees: &dyn Fn(&Watcher) -> bool,
    messages: &mut Vec<Value>,
) -> Result<(), Error> {
    // One text for all: there may be fifty of them.
    let meant = watchers
        .iter()
        .filter(|one| one.settings.asks_for(change) && sees(one));
    let recipients: Vec<String> = meant.map(|one| watchers::recipient(one.id)).collect();
    if recipients.is_empty() {
        return Ok(());
    }
    let body = json(&change.message(entry))?;
    let (at, held, most) = (entry.at.ms(), "", Value::Null);
    let (database, profile) = (entry.database.get(), entry.profile.pk());
    messages.push(json!([
        "change", database, profile, recipients, body, at, at, held, most
    ]));
    Ok(())
}

/// Whether a watcher watches both databases of the relation that an entry is about: one
/// alone would learn of the other.
fn sees(watcher: &Watcher, entry: &Entry, definitions: &HashMap<DatabaseId, &Definitions>) -> bool {
    let id = entry.changes.first();
    let id = id.and_then(|change| type_of_change(&change.field));
    let types = definitions
        .get(&entry.database)
        .map(|one| &one.relation_types);
    let mut types = types.into_iter().flatten();
    types.find(|one| Some(one.id) == id).is_some_and(|one| {
        watcher.settings.watches(one.database_a) && watcher.settings.watches(one.database_b)
    })
}

/// The question and its reminders; held if the contact got `most` already.
fn confirmations(
    ask: &ConfirmationRequest,
    at: i64,
    most: i64,
    definitions: &Definitions,
    suppressed: &ListEntries,
    messages: &mut Vec<Value>,
) -> Result<(), Error> {
    let mut resources = definitions.resources.iter();
    let Some(resource) = resources.find(|resource| resource.id == ask.resource) else {
        return Ok(());
    };
    let opt_in = &resource.double_opt_in;
    let held = if suppressed.has(&ask.contact, definitions) {
        "suppressed"
    } else {
        ""
    };
    let hours = std::iter::once(0).chain(opt_in.reminder_hours.iter().copied());
    for (reminder, hours) in hours.enumerate() {
        let body = json!({
            "resource_id": ask.resource,
            "channel": ask.contact.channel(),
            "contact": ask.contact.to_stored(),
            "reminder": reminder,
        });
        messages.push(json!([
            "confirmation",
            ask.database.get(),
            ask.profile.pk(),
            [recipient(&ask.contact)],
            json(&body)?,
            at,
            at.saturating_add(hours.saturating_mul(HOUR_MS)),
            held,
            most
        ]));
    }
    Ok(())
}

/// Whom a message is for: the channel and the contact's key.
#[must_use]
pub fn recipient(contact: &Contact) -> String {
    format!("{}:{}", contact.channel(), contact.key())
}

/// The row of an entry in the global list: `[key, kind, bit of its form, reason]`.
fn ban(banned: &BlockedContact) -> Option<Value> {
    let kind = match &banned.contact {
        Contact::Email(_) => Kind::Email,
        Contact::Sms(_) | Contact::Whatsapp(_) | Contact::Viber(_) | Contact::Notify(_) => {
            Kind::Phone
        }
        // A device or a chat is not on lists; its subscription says all.
        Contact::Push { .. } | Contact::TelegramBot { .. } => return None,
    };
    let mut forms = Forms::NONE;
    forms.add(kind, Form::Plain, false);
    let key = keys(&banned.contact, forms).into_iter().next()?;
    let bit = forms.bits().trailing_zeros();
    Some(json!([key, kind.number(), bit, banned.reason]))
}
