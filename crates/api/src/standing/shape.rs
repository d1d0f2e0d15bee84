//! An entry as it is shown, and who may see it.

use roster_http::{Call, Problem, kinds};
use roster_model::{
    Channel, Code, Contact, Context, DatabaseId, Invalid, ResourceId, Timestamp, Zone,
};
use roster_store::standing::ledger::StandingEntry;
use roster_store::{Sql, resources};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Something that is kept of a contact.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = StandingEntry)]
pub(crate) struct ShownStanding {
    /// The keyed hash of channel and contact, 32 hexadecimal digits.
    #[schema(example = "6f1d2c3b4a5968778695a4b3c2d1e0ff")]
    hash: String,
    /// The name of the key that it was made with.
    key: String,
    /// The only database that it holds in; all of them if `null`.
    #[schema(value_type = Option<String>, required)]
    database_id: Option<DatabaseId>,
    /// The only resource that it holds for; all of them if `null`.
    #[schema(value_type = Option<String>, required)]
    resource_id: Option<ResourceId>,
    /// The category that was left, where only that was; shown of a contact that is asked
    /// about, since the hash says nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    /// `unsubscribed`, `complained` or `hardbounced`; `null` where that was lifted.
    #[schema(required)]
    status: Option<&'static str>,
    /// Whose will it was: `person`, `provider`, `api`, `import`; who lifted it.
    by: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// When it was told.
    #[schema(value_type = String, format = DateTime)]
    noted_at: Timestamp,
    /// Through what; why, where it was lifted.
    how: String,
}

impl From<StandingEntry> for ShownStanding {
    fn from(entry: StandingEntry) -> Self {
        let by = entry
            .standing
            .map_or("api", |standing| standing.by.as_str());
        ShownStanding {
            hash: entry.hash,
            key: entry.key,
            database_id: entry.reach.database,
            resource_id: entry.reach.resource,
            category: entry.category,
            status: entry.standing.map(|standing| standing.status.as_str()),
            by,
            at: entry.at,
            noted_at: entry.noted_at,
            how: entry.how,
        }
    }
}

/// The names of the categories of all resources, or of one: what a contact may have left.
pub(crate) async fn categories(
    sql: &impl Sql,
    only: Option<ResourceId>,
) -> Result<BTreeSet<String>, Problem> {
    let mut names = BTreeSet::new();
    let mut after = 0;
    loop {
        let page = resources::page(sql, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(names);
        };
        after = last.resource.id.get();
        let meant = page.into_iter().map(|one| one.resource);
        let meant = meant.filter(|one| only.is_none_or(|id| id == one.id));
        let all = meant.flat_map(|one| one.settings.categories);
        names.extend(all.map(|category| category.name));
    }
}

/// How many resources are read at a time.
const PAGE: i64 = 1000;

/// Refuses a token for some databases: what is kept is of people of all of them.
pub(crate) fn for_all(call: &Call) -> Result<(), Problem> {
    if call.caller.databases.is_none() {
        return Ok(());
    }
    let detail = "How contacts stand is kept for all databases, and this token may know of some. \
                  It can ask about a contact.";
    Err(Problem::new(kinds::FORBIDDEN, detail))
}

/// The members by which a contact can be named.
pub(crate) const CONTACT: [&str; 6] = [
    "channel",
    "email",
    "phone",
    "provider",
    "subscription_id",
    "id",
];

/// The contact that some members name: `email`, `phone` in E.164, `provider` and
/// `subscription_id`, or `id` of a Telegram chat; none if there is no such member. The
/// channel is the one that has such contacts, of numbers `sms` unless it is said.
pub(crate) fn contact<'a>(
    member: impl Fn(&str) -> Option<&'a str>,
) -> Result<Option<Contact>, Invalid> {
    let has = |name: &str| member(name).is_some();
    let channel = match member("channel") {
        Some(name) => name
            .parse::<Channel>()
            .map_err(|invalid: Invalid| invalid.at("channel"))?,
        None if has("email") => Channel::Email,
        None if has("phone") => Channel::Sms,
        None if has("subscription_id") || has("provider") => Channel::Push,
        None if has("id") => Channel::TelegramBot,
        None => return Ok(None),
    };
    let own: &[&str] = match channel {
        Channel::Email => &["email"],
        Channel::Sms | Channel::Whatsapp | Channel::Viber | Channel::Notify => &["phone"],
        Channel::Push => &["provider", "subscription_id"],
        Channel::TelegramBot => &["id"],
    };
    let mut parts = CONTACT.iter().filter(|name| **name != "channel");
    if let Some(name) = parts.find(|name| has(name) && !own.contains(name)) {
        let detail = format!("A contact of channel {channel} has no {name}: leave it out.");
        return Err(Invalid::new(Code::NotSupported, detail).at(name));
    }
    let mut members = Map::new();
    for name in ["email", "phone", "provider", "subscription_id"] {
        if let Some(text) = member(name) {
            members.insert(name.to_owned(), Value::from(text));
        }
    }
    if let Some(id) = member("id") {
        members.insert("cc_data".to_owned(), json!({ "id": id }));
    }
    let zone = Zone::utc();
    let context = Context {
        zone: &zone,
        region: None,
    };
    let read = Contact::parse(channel, &members, &context);
    read.map(Some)
        .map_err(|invalid| named_here(invalid, channel))
}

/// A complaint about a contact, by the members that name it here: a number stands beside
/// the channel, a chat's id too.
fn named_here(invalid: Invalid, channel: Channel) -> Invalid {
    let part = match channel {
        Channel::TelegramBot => "id",
        Channel::Whatsapp | Channel::Viber | Channel::Notify => "phone",
        Channel::Email | Channel::Sms | Channel::Push => return invalid,
    };
    if invalid.code == Code::ContactMissing {
        let detail = format!("A contact of channel {channel} needs {part}.");
        return Invalid::new(invalid.code, detail).at(part);
    }
    Invalid {
        pointer: format!("/{part}"),
        ..invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contact that a query names.
    fn named(query: &[(&str, &str)]) -> Result<Option<Contact>, Invalid> {
        contact(|name| {
            query
                .iter()
                .find(|(one, _)| *one == name)
                .map(|(_, text)| *text)
        })
    }

    #[test]
    fn a_contact_is_named_whole_and_by_its_own_parts() {
        assert!(named(&[]).unwrap().is_none());
        assert!(
            named(&[("provider", "apns"), ("subscription_id", "t1")])
                .unwrap()
                .is_some()
        );
        assert!(
            named(&[("channel", "viber"), ("phone", "+4930901820")])
                .unwrap()
                .is_some()
        );
        for (query, pointer, code) in [
            // Everybody's standing was shown for this.
            (
                &[("provider", "apns")][..],
                "/subscription_id",
                Code::ContactMissing,
            ),
            (&[("channel", "viber")], "/phone", Code::ContactMissing),
            (
                &[("email", "a@x.org"), ("id", "7")],
                "/id",
                Code::NotSupported,
            ),
            (
                &[("channel", "sms"), ("provider", "apns")],
                "/provider",
                Code::NotSupported,
            ),
            (&[("id", "7 8")], "/id", Code::InvalidContact),
        ] {
            let wrong = named(query).unwrap_err();
            assert_eq!((&*wrong.pointer, wrong.code), (pointer, code), "{query:?}");
        }
    }
}
