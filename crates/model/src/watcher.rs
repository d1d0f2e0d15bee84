//! Watchers: systems that are told of changes by webhooks.

use crate::Code;
use crate::define::settings;
use crate::error::{Invalid, excerpt};
use crate::history::{Change, Entry, Kind};
use crate::id::{DatabaseId, WatcherId};
use crate::readers::{distinct, each, flag, name_text, text_of};
use crate::resource::web_url;
use crate::schedule::AllowedHosts;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

/// The most watchers that name a database, and the most that name none.
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
    /// A relation of a profile came, changed or went.
    #[serde(rename = "relation.changed")]
    RelationChanged,
    /// A profile entered an updatable segment.
    #[serde(rename = "segment.entered")]
    SegmentEntered,
    /// A profile left one.
    #[serde(rename = "segment.left")]
    SegmentLeft,
    /// A profile was put into or taken out of the control group by hand.
    #[serde(rename = "control_group.changed")]
    ControlGroupChanged,
    /// A write asks for something to be started for its profile.
    #[serde(rename = "profile.trigger_requested")]
    TriggerRequested,
}

impl ChangeType {
    /// All of them.
    pub const ALL: [ChangeType; 10] = [
        ChangeType::ProfileCreated,
        ChangeType::ProfileUpdated,
        ChangeType::ProfileDeleted,
        ChangeType::SubscriptionChanged,
        ChangeType::SubscriptionConfirmed,
        ChangeType::RelationChanged,
        ChangeType::SegmentEntered,
        ChangeType::SegmentLeft,
        ChangeType::ControlGroupChanged,
        ChangeType::TriggerRequested,
    ];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeType::ProfileCreated => "profile.created",
            ChangeType::ProfileUpdated => "profile.updated",
            ChangeType::ProfileDeleted => "profile.deleted",
            ChangeType::SubscriptionChanged => "subscription.changed",
            ChangeType::SubscriptionConfirmed => "subscription.confirmed",
            ChangeType::RelationChanged => "relation.changed",
            ChangeType::SegmentEntered => "segment.entered",
            ChangeType::SegmentLeft => "segment.left",
            ChangeType::ControlGroupChanged => "control_group.changed",
            ChangeType::TriggerRequested => "profile.trigger_requested",
        }
    }

    /// Whether an entry of the history is such a change.
    pub fn is(self, entry: &Entry) -> bool {
        let subscription = |change: &&Change| change.field.starts_with("subscriptions/");
        match self {
            ChangeType::ProfileCreated => matches!(entry.kind, Kind::Created | Kind::Restored),
            ChangeType::ProfileDeleted => matches!(entry.kind, Kind::Deleted | Kind::Merged),
            ChangeType::RelationChanged => entry.kind == Kind::Relation,
            ChangeType::SegmentEntered => entry.kind == Kind::Entered,
            ChangeType::SegmentLeft => entry.kind == Kind::Left,
            ChangeType::ControlGroupChanged => entry.kind == Kind::Control,
            // It is asked for whether or not anything changes, so no history has it.
            ChangeType::TriggerRequested => false,
            ChangeType::ProfileUpdated => {
                matches!(entry.kind, Kind::Updated | Kind::Event) && !entry.changes.is_empty()
            }
            ChangeType::SubscriptionChanged => entry.changes.iter().any(|c| subscription(&c)),
            ChangeType::SubscriptionConfirmed => {
                entry.changes.iter().filter(subscription).any(is_confirmed)
            }
        }
    }

    /// What watchers are told of an entry that is such a change, in the shape of Standard
    /// Webhooks: the same for all of them.
    pub fn message(self, entry: &Entry) -> Value {
        json!({
            "type": self.as_str(),
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

settings! {
    /// What people choose for a watcher.
    #[derive(Eq)]
    #[schema(example = json!({
        "name": "CRM", "url": "https://example.org/hooks", "events": ["subscription.confirmed"]
    }))]
    pub struct WatcherSettings {
        /// 1 to 200 characters, unique among watchers.
        #[schema(max_length = 200, example = "CRM")]
        pub name: String = needed(name_text),
        /// Where its webhooks go, an absolute http or https URL without user and password.
        #[schema(example = "https://example.org/hooks")]
        pub url: String = needed(url),
        /// Whether it gets any.
        pub enabled: bool = never_null(true, flag),
        /// Changes of which databases; of all where none is named.
        #[schema(value_type = Vec<String>, example = json!(["1"]))]
        pub databases: Vec<DatabaseId> = optional(Vec::new(), databases),
        /// Which changes; all where none is named.
        #[schema(value_type = Vec<String>, example = json!(["subscription.confirmed"]))]
        pub events: Vec<ChangeType> = optional(Vec::new(), events),
    }
}

impl WatcherSettings {
    /// Refuses one more watcher beside `others` where there are enough, with code
    /// `too_many`. Each database has its own share, so that anyone who may make watchers
    /// of some uses up nobody else's.
    pub fn check_limit<'a>(
        &self,
        others: impl Iterator<Item = &'a WatcherSettings> + Clone,
    ) -> Result<(), Invalid> {
        let refuse = |what: &str| {
            let detail = format!("At most {MAX_WATCHERS} watchers {what}.");
            Err(Invalid::new(Code::TooMany, detail))
        };
        let is_of_all = |other: &&WatcherSettings| other.databases.is_empty();
        if self.databases.is_empty() && others.clone().filter(is_of_all).count() >= MAX_WATCHERS {
            return refuse("are told of all databases");
        }
        for id in &self.databases {
            let same = others.clone().filter(|other| other.databases.contains(id));
            if same.count() >= MAX_WATCHERS {
                return refuse(&format!("name the database {id}"));
            }
        }
        Ok(())
    }

    /// Refuses an address whose host is not allowed, with code `host_not_allowed`.
    pub fn check_host(&self, allowed: &AllowedHosts) -> Result<(), Invalid> {
        let checked = Url::parse(&self.url).map_or_else(
            |_| Err(Invalid::new(Code::InvalidUrl, "This is no URL.")),
            |url| allowed.check(&url),
        );
        checked.map_err(|invalid| invalid.at("url"))
    }

    /// Whether it is told of changes in a database.
    pub fn watches(&self, database: DatabaseId) -> bool {
        self.enabled && (self.databases.is_empty() || self.databases.contains(&database))
    }

    /// Whether it is to be told of changes of a type.
    pub fn asks_for(&self, change: ChangeType) -> bool {
        self.events.is_empty() || self.events.contains(&change)
    }
}

fn url(value: &Value) -> Result<String, Invalid> {
    let url = web_url(text_of(value)?)?;
    let parsed = Url::parse(&url).map_err(|_| {
        let detail = "A watcher has an address, such as https://example.org/hooks.";
        Invalid::new(Code::InvalidUrl, detail)
    })?;
    if !parsed.username().is_empty() || parsed.password().is_some() {
        // Without the text: it holds a password.
        let detail = "User and password don't stand in the URL, which everybody sees: messages are signed with the watcher's secret.";
        return Err(Invalid::new(Code::InvalidUrl, detail));
    }
    Ok(url)
}

fn list<T: PartialEq>(
    value: &Value,
    read: impl Fn(&Value) -> Result<T, Invalid>,
) -> Result<Vec<T>, Vec<Invalid>> {
    let Some(items) = value.as_array().filter(|items| items.len() <= 500) else {
        let detail = "This must be an array of at most 500.";
        return Err(vec![Invalid::new(Code::WrongType, detail)]);
    };
    each(items, read).map(distinct)
}

fn databases(value: &Value) -> Result<Vec<DatabaseId>, Vec<Invalid>> {
    list(value, DatabaseId::from_json)
}

fn events(value: &Value) -> Result<Vec<ChangeType>, Vec<Invalid>> {
    list(value, |item| {
        let name = text_of(item)?;
        let found = ChangeType::ALL.into_iter().find(|t| t.as_str() == name);
        found.ok_or_else(|| {
            let names = ChangeType::ALL.map(ChangeType::as_str).join(", ");
            let detail = format!("{} is no change: it must be one of {names}.", excerpt(name));
            Invalid::new(Code::NotAnOption, detail)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::Settings;

    fn settings(databases: &[i64]) -> WatcherSettings {
        let databases: Vec<String> = databases.iter().map(i64::to_string).collect();
        let body = json!({"name": "x", "url": "https://example.org/", "databases": databases});
        WatcherSettings::create(&body).unwrap()
    }

    #[test]
    fn each_database_has_its_own_share_of_watchers() {
        let full = vec![settings(&[1]); MAX_WATCHERS];
        let code = |new: &WatcherSettings| {
            new.check_limit(full.iter())
                .map_err(|one| one.code.as_str())
        };
        for databases in [&[1][..], &[2, 1]] {
            assert_eq!(code(&settings(databases)), Err("too_many"), "{databases:?}");
        }
        for databases in [&[2][..], &[]] {
            assert_eq!(code(&settings(databases)), Ok(()), "{databases:?}");
        }
        let of_all = vec![settings(&[]); MAX_WATCHERS];
        assert!(settings(&[]).check_limit(of_all.iter()).is_err());
        assert!(settings(&[1]).check_limit(of_all.iter()).is_ok());
    }

    #[test]
    fn an_address_that_nobody_can_be_told_at_is_refused() {
        for odd in [
            "",
            "https://",
            "ftp://example.org/",
            "https://user:pw@example.org/",
            "https://user@example.org/",
            "https://exa mple.org/",
            "https://example.org:99999/",
        ] {
            let wrong = WatcherSettings::create(&json!({"name": "x", "url": odd})).unwrap_err();
            let told = wrong.iter().find(|one| one.pointer == "/url");
            assert!(told.is_some_and(|one| !one.detail.contains("pw")), "{odd}");
        }
        // Settings that are kept may have such a one from before.
        let patched = settings(&[1]).patch(&json!({"url": "https://a:b@example.org/"}));
        assert_eq!(patched.unwrap_err()[0].code.as_str(), "invalid_url");
    }
}
