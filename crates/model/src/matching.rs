//! Matching: by what an existing profile is found, and what it can be found by.

use crate::Code;
use crate::channel::Channel;
use crate::contact::{Contact, kind_of};
use crate::database::Database;
use crate::error::{Invalid, excerpt};
use crate::field::Field;
use crate::id::{ProfileId, ResourceId};
use crate::profile::Profile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::str::FromStr;

/// The eleven modes; names and meaning are Altcraft's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Matching {
    /// The e-mail of the profile or of an e-mail subscription.
    #[default]
    Email,
    /// The e-mail of the profile.
    EmailProfile,
    /// The e-mail of a subscription.
    EmailSub,
    /// A phone of the profile or of an SMS subscription.
    Phone,
    /// The phone of an SMS subscription.
    PhoneSub,
    /// The id; never creates.
    ProfileId,
    /// Provider and token of a push subscription.
    PushSub,
    /// A matchable field; of tags, all must be there.
    Custom,
    /// The contact of a messenger subscription (`cc_data`).
    CustomSub,
    /// E-mail or phone of the profile: either is enough.
    EmailPhone,
    /// E-mail or phone of subscriptions: either is enough.
    EmailPhoneSub,
}

impl Matching {
    /// All modes.
    pub const ALL: [Matching; 11] = [
        Matching::Email,
        Matching::EmailProfile,
        Matching::EmailSub,
        Matching::Phone,
        Matching::PhoneSub,
        Matching::ProfileId,
        Matching::PushSub,
        Matching::Custom,
        Matching::CustomSub,
        Matching::EmailPhone,
        Matching::EmailPhoneSub,
    ];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Matching::Email => "email",
            Matching::EmailProfile => "email_profile",
            Matching::EmailSub => "email_sub",
            Matching::Phone => "phone",
            Matching::PhoneSub => "phone_sub",
            Matching::ProfileId => "profile_id",
            Matching::PushSub => "push_sub",
            Matching::Custom => "custom",
            Matching::CustomSub => "custom_sub",
            Matching::EmailPhone => "email_phone",
            Matching::EmailPhoneSub => "email_phone_sub",
        }
    }

    /// Whether only subscriptions are looked at.
    pub fn is_sub(self) -> bool {
        matches!(
            self,
            Matching::EmailSub
                | Matching::PhoneSub
                | Matching::PushSub
                | Matching::CustomSub
                | Matching::EmailPhoneSub
        )
    }
}

impl fmt::Display for Matching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Matching {
    type Err = Invalid;

    /// Refuses anything but a mode's name, with code `invalid_matching`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|mode| mode.as_str() == text);
        found.ok_or_else(|| {
            Invalid::new(
                Code::InvalidMatching,
                format!(
                    "{} is no matching mode: it must be one of {}.",
                    excerpt(text),
                    Self::ALL.map(Self::as_str).join(", ")
                ),
            )
        })
    }
}

/// One text under which profiles of a database are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MatchKey {
    /// What the text is: a field's id, or 51 to 57 for a contact.
    pub kind: i64,
    /// The text; at most [`crate::field::MAX_KEY_BYTES`] bytes.
    pub value: String,
}

impl MatchKey {
    /// The keys of a field's canonical value.
    pub fn of_field(field: &Field, value: &Value) -> impl Iterator<Item = MatchKey> {
        let kind = field.id.get();
        let keys = field.keys(value).into_iter();
        keys.map(move |value| MatchKey { kind, value })
    }

    /// The key of a contact.
    pub fn of_contact(contact: &Contact) -> Self {
        MatchKey {
            kind: contact.kind(),
            value: contact.index_key(),
        }
    }

    /// What it is of: the name of a field, or the channel of a subscription; empty where the
    /// field is gone.
    pub fn name(&self, database: &Database) -> String {
        let mut channels = Channel::ALL.into_iter();
        if let Some(channel) = channels.find(|one| kind_of(*one) == self.kind) {
            return channel.to_string();
        }
        let mut fields = database.fields.iter();
        let field = fields.find(|one| one.id.get() == self.kind);
        field.map_or_else(String::new, |field| field.name.clone())
    }

    /// Whether it is a subscription's contact and not a datum of the profile.
    pub fn is_contact(&self) -> bool {
        (kind_of(crate::Channel::Email)..=kind_of(crate::Channel::Notify)).contains(&self.kind)
    }
}

/// What a write or a lookup searches a profile by, ready for the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    pub(crate) matching: Matching,
    pub(crate) keys: Vec<MatchKey>,
    /// Whether a profile must hold all keys; else one is enough.
    pub(crate) all: bool,
    pub(crate) resource: Option<ResourceId>,
    pub(crate) profile_id: Option<ProfileId>,
}

impl Selector {
    /// The mode.
    pub fn matching(&self) -> Matching {
        self.matching
    }

    /// The keys whose holders the store looks up; empty for `profile_id`.
    pub fn keys(&self) -> &[MatchKey] {
        &self.keys
    }

    /// The one profile that is meant, for `profile_id`.
    pub fn profile_id(&self) -> Option<ProfileId> {
        self.profile_id
    }

    /// The resource whose subscriptions alone count, if there is one.
    pub fn resource(&self) -> Option<ResourceId> {
        self.resource
    }

    /// Whether a profile may hold one of the keys and still not match: all are
    /// needed, or only subscriptions to one resource count.
    pub fn is_narrow(&self) -> bool {
        self.resource.is_some() || (self.all && self.keys.len() > 1)
    }

    /// Which of the profiles match, by ascending id. Exact, whatever superset
    /// the candidates are: contacts count only on live subscriptions and, if
    /// the selector names a resource, only on those of that resource.
    pub fn select<'a>(
        &self,
        candidates: impl IntoIterator<Item = &'a Profile>,
        database: &Database,
    ) -> Vec<ProfileId> {
        let matching = candidates
            .into_iter()
            .filter(|profile| self.matches(profile, database));
        let ids: BTreeSet<ProfileId> = matching.map(|profile| profile.id).collect();
        ids.into_iter().collect()
    }

    /// Whether this profile matches.
    pub fn matches(&self, profile: &Profile, database: &Database) -> bool {
        if profile.database != database.id {
            return false;
        }
        if let Some(id) = self.profile_id {
            return profile.id == id;
        }
        let mut held = self
            .keys
            .iter()
            .map(|key| self.holds(profile, database, key));
        if self.all {
            !self.keys.is_empty() && held.all(|held| held)
        } else {
            held.any(|held| held)
        }
    }

    /// Whether the profile holds a key, as far as it counts here.
    pub(crate) fn holds(&self, profile: &Profile, database: &Database, key: &MatchKey) -> bool {
        // A contact of a resource is one that is subscribed.
        if self.resource.is_none() && profile.former_keys.contains(key) {
            return true;
        }
        if key.is_contact() {
            return profile.subscriptions.iter().any(|s| {
                !s.deleted
                    && s.contact.kind() == key.kind
                    && self.resource.is_none_or(|resource| resource == s.resource)
                    && s.contact.index_key() == key.value
            });
        }
        let field = database.fields.iter().find(|f| f.id.get() == key.kind);
        field.is_some_and(|field| {
            let value = profile.data.get(&field.name);
            value.is_some_and(|value| field.keys(value).contains(&key.value))
        })
    }
}

/// Every key that a profile holds, distinct, and whether it is unique: those of its
/// matchable fields, the contacts of its live subscriptions, and those of profiles that
/// were merged into it.
pub fn profile_keys(profile: &Profile, database: &Database) -> Vec<(MatchKey, bool)> {
    key_delta(database, None, Some(profile)).new
}

/// The keys that a profile lost and got.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct KeyDelta {
    pub gone: Vec<(MatchKey, bool)>,
    pub new: Vec<(MatchKey, bool)>,
}

/// What changes between two states of one profile. Costs next to nothing for
/// what is equal in both.
pub(crate) fn key_delta(
    database: &Database,
    before: Option<&Profile>,
    after: Option<&Profile>,
) -> KeyDelta {
    let mut delta = KeyDelta::default();
    let is_merged = |profile: Option<&Profile>| profile.is_some_and(|p| !p.former_keys.is_empty());
    if is_merged(before) || is_merged(after) {
        let (old, new) = (all_keys(database, before), all_keys(database, after));
        let without = |keys: &BTreeMap<MatchKey, bool>, other: &BTreeMap<MatchKey, bool>| {
            let left = keys.iter().filter(|(key, _)| !other.contains_key(key));
            left.map(|(key, unique)| (key.clone(), *unique)).collect()
        };
        delta.gone = without(&old, &new);
        delta.new = without(&new, &old);
        return delta;
    }
    for field in database.fields.iter().filter(|f| f.matchable || f.unique) {
        let old = before.and_then(|profile| profile.data.get(&field.name));
        let new = after.and_then(|profile| profile.data.get(&field.name));
        if old != new {
            let keys = |value: Option<&Value>| {
                let value = value.into_iter();
                value.flat_map(|v| MatchKey::of_field(field, v)).collect()
            };
            delta.add(keys(old), keys(new), field.unique);
        }
    }
    let contacts = |profile: Option<&Profile>| {
        let subscriptions = profile.map_or(&[][..], |p| &p.subscriptions);
        let live = subscriptions.iter().filter(|s| !s.deleted);
        live.map(|s| MatchKey::of_contact(&s.contact)).collect()
    };
    if !same_contacts(before, after) {
        delta.add(contacts(before), contacts(after), false);
    }
    delta
}

/// All keys of a profile, former ones too, as far as the fields are still matched by.
fn all_keys(database: &Database, profile: Option<&Profile>) -> BTreeMap<MatchKey, bool> {
    let Some(profile) = profile else {
        return BTreeMap::new();
    };
    let mut keys = BTreeMap::new();
    for field in database.fields.iter().filter(|f| f.matchable || f.unique) {
        let kind = field.id.get();
        let former = profile.former_keys.iter().filter(|key| key.kind == kind);
        let own = profile.data.get(&field.name).into_iter();
        let own = own.flat_map(|value| MatchKey::of_field(field, value));
        keys.extend(former.cloned().chain(own).map(|key| (key, field.unique)));
    }
    let former = profile.former_keys.iter().filter(|key| key.is_contact());
    let live = profile.subscriptions.iter().filter(|one| !one.deleted);
    let live = live.map(|one| MatchKey::of_contact(&one.contact));
    keys.extend(former.cloned().chain(live).map(|key| (key, false)));
    keys
}

/// Subscriptions keep place and identity, so only new ones and turns of
/// `deleted` change the set of contacts.
fn same_contacts(before: Option<&Profile>, after: Option<&Profile>) -> bool {
    let list = |p: Option<&Profile>| p.map_or(0, |p| p.subscriptions.len());
    list(before) == list(after)
        && match (before, after) {
            (Some(before), Some(after)) => {
                let pairs = before.subscriptions.iter().zip(&after.subscriptions);
                pairs
                    .into_iter()
                    .all(|(a, b)| a.deleted == b.deleted && a.is(b.resource, &b.contact))
            }
            _ => list(before) == 0,
        }
}

/// Up to this many keys lists are compared without hashing.
const FEW: usize = 16;

impl KeyDelta {
    fn add(&mut self, old: Vec<MatchKey>, new: Vec<MatchKey>, unique: bool) {
        // A list may repeat itself: two resources, one contact.
        let without = |list: &[MatchKey], other: &[MatchKey]| -> Vec<(MatchKey, bool)> {
            let mut left: Vec<_> = if list.len().max(other.len()) <= FEW {
                list.iter().filter(|key| !other.contains(key)).collect()
            } else {
                let other: HashSet<&MatchKey> = other.iter().collect();
                list.iter().filter(|key| !other.contains(key)).collect()
            };
            left.sort_unstable();
            left.dedup();
            left.into_iter().map(|key| (key.clone(), unique)).collect()
        };
        self.gone.append(&mut without(&old, &new));
        if old.is_empty() && new.len() == 1 {
            // By far the most common: one value, which was not there.
            self.new.extend(new.into_iter().map(|key| (key, unique)));
        } else {
            self.new.append(&mut without(&new, &old));
        }
    }
}
