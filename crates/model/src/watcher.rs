//! Watchers: systems that are told of changes by webhooks.

use crate::definition::{flag, name_text, text_of};
use crate::error::{Invalid, excerpt};
use crate::history::{Change, Entry, Kind};
use crate::id::{DatabaseId, WatcherId};
use crate::read::Members;
use crate::resource::web_url;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The most watchers of an installation.
pub const MAX_WATCHERS: usize = 50;

/// What a watcher may be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChangeType {
    /// A profile came to be.
    #[serde(rename = "profile.created")]
    ProfileCreated,
    /// A profile changed.
    #[serde(rename = "profile.updated")]
    ProfileUpdated,
    /// A profile is gone.
    #[serde(rename = "profile.deleted")]
    ProfileDeleted,
    /// A subscription came to be or changed.
    #[serde(rename = "subscription.changed")]
    SubscriptionChanged,
    /// Somebody confirmed a subscription.
    #[serde(rename = "subscription.confirmed")]
    SubscriptionConfirmed,
}

impl ChangeType {
    /// All of them.
    pub const ALL: [ChangeType; 5] = [
        ChangeType::ProfileCreated,
        ChangeType::ProfileUpdated,
        ChangeType::ProfileDeleted,
        ChangeType::SubscriptionChanged,
        ChangeType::SubscriptionConfirmed,
    ];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeType::ProfileCreated => "profile.created",
            ChangeType::ProfileUpdated => "profile.updated",
            ChangeType::ProfileDeleted => "profile.deleted",
            ChangeType::SubscriptionChanged => "subscription.changed",
            ChangeType::SubscriptionConfirmed => "subscription.confirmed",
        }
    }

    /// Whether an entry of the history is such a change.
    pub fn is(self, entry: &Entry) -> bool {
        let subscription = |change: &&Change| change.field.starts_with("subscriptions/");
        match self {
            ChangeType::ProfileCreated => entry.kind == Kind::Created,
            ChangeType::ProfileDeleted => entry.kind == Kind::Deleted,
            ChangeType::ProfileUpdated => {
                matches!(entry.kind, Kind::Updated | Kind::Event) && !entry.changes.is_empty()
            }
            ChangeType::SubscriptionChanged => entry.changes.iter().any(|c| subscription(&c)),
            ChangeType::SubscriptionConfirmed => {
                entry.changes.iter().filter(subscription).any(is_confirmed)
            }
        }
    }
}

fn is_confirmed(change: &Change) -> bool {
    let member = |value: &Value, name| value.get(name).and_then(Value::as_str).map(str::to_owned);
    member(&change.before, "status").as_deref() == Some("unconfirmed")
        && member(&change.after, "status").as_deref() == Some("subscribed")
        && matches!(
            member(&change.after, "status_by").as_deref(),
            Some("person" | "provider")
        )
}

/// A watcher as it is stored and shown; its secrets are no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Watcher {
    /// Its id.
    pub id: WatcherId,
    /// What was chosen for it.
    #[serde(flatten)]
    pub settings: WatcherSettings,
}

/// What people choose for a watcher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatcherSettings {
    /// 1 to 200 characters; unique among watchers.
    pub name: String,
    /// Where it is told, an absolute http or https URL.
    pub url: String,
    /// Whether it is told at all.
    pub enabled: bool,
    /// Of which databases; of all where none is named.
    pub databases: Vec<DatabaseId>,
    /// Of what, distinct; of all where none is named.
    pub events: Vec<ChangeType>,
}

impl WatcherSettings {
    /// Reads a new watcher's settings: `name`, `url`, and any of `enabled`,
    /// `databases`, `events`.
    ///
    /// Codes: `required`, `invalid_url`, `not_an_option`, `too_many`,
    /// `unknown_field`, and those of names and ids.
    pub fn create(json: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let mut settings = WatcherSettings {
            name: String::new(),
            url: String::new(),
            enabled: true,
            databases: Vec::new(),
            events: Vec::new(),
        };
        settings.name = members.required("name", name_text).unwrap_or_default();
        settings.url = members.required("url", url).unwrap_or_default();
        settings.take(&mut members);
        members.finish()?;
        Ok(settings)
    }

    /// The settings as a JSON merge patch (RFC 7396) changes them.
    pub fn patch(&self, patch: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let mut settings = self.clone();
        if let Some(name) = members.not_null("name", name_text) {
            settings.name = name;
        }
        if let Some(url) = members.not_null("url", url) {
            settings.url = url;
        }
        settings.take(&mut members);
        members.finish()?;
        Ok(settings)
    }

    fn take(&mut self, members: &mut Members) {
        if let Some(enabled) = members.not_null("enabled", flag) {
            self.enabled = enabled;
        }
        members.put("databases", &mut self.databases, databases);
        members.put("events", &mut self.events, events);
    }

    /// Whether it is told of changes in a database.
    pub fn watches(&self, database: DatabaseId) -> bool {
        self.enabled && (self.databases.is_empty() || self.databases.contains(&database))
    }

    /// What it is told of an entry: a message for each type of change that it
    /// is and that is asked for, in the shape of Standard Webhooks.
    pub fn messages(&self, entry: &Entry) -> impl Iterator<Item = Value> {
        let types = ChangeType::ALL.into_iter();
        types
            .filter(|kind| self.events.is_empty() || self.events.contains(kind))
            .filter(|kind| kind.is(entry))
            .map(|kind| {
                json!({
                    "type": kind.as_str(),
                    "timestamp": entry.at,
                    "data": {
                        "database_id": entry.database,
                        "profile_id": entry.profile,
                        "actor": entry.actor,
                        "interface": entry.interface,
                        "changes": entry.changes,
                        "about": entry.about.as_deref(),
                    },
                })
            })
    }
}

fn url(value: &Value) -> Result<String, Invalid> {
    let url = web_url(text_of(value)?)?;
    if url.is_empty() {
        let detail = "A watcher has an address, such as https://example.org/hooks.";
        return Err(Invalid::new("invalid_url", detail));
    }
    Ok(url)
}

fn list<T: PartialEq>(
    value: &Value,
    read: impl Fn(&Value) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let Some(items) = value.as_array().filter(|items| items.len() <= 500) else {
        return Err(Invalid::new(
            "wrong_type",
            "This must be an array of at most 500.",
        ));
    };
    let mut list = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let item = read(item).map_err(|invalid| invalid.at_index(index))?;
        if !list.contains(&item) {
            list.push(item);
        }
    }
    Ok(list)
}

fn databases(value: &Value) -> Result<Vec<DatabaseId>, Invalid> {
    list(value, DatabaseId::from_json)
}

fn events(value: &Value) -> Result<Vec<ChangeType>, Invalid> {
    list(value, |item| {
        let name = text_of(item)?;
        let found = ChangeType::ALL.into_iter().find(|t| t.as_str() == name);
        found.ok_or_else(|| {
            let names = ChangeType::ALL.map(ChangeType::as_str).join(", ");
            let detail = format!("{} is no change: it must be one of {names}.", excerpt(name));
            Invalid::new("not_an_option", detail)
        })
    })
}
