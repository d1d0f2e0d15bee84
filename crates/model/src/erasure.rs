//! Erasing a person: by what they are told apart, what may be kept of it, and
//! whether a text that was left somewhere is about them.

mod loan;

pub use loan::Loan;

use crate::channel::Channel;
use crate::contact::{Contact, kind_of};
use crate::email::Email;
use crate::id::ProfileId;
use crate::phone::{Phone, Region};
use crate::profile::Profile;
use crate::standard::{EMAIL, PHONES};
use crate::suppression::{Entry, Form, Kind};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use url::form_urlencoded;

/// How many last digits two spellings of one number share, whatever stands
/// before them: a region's own prefixes are no part of them.
const SHARED_DIGITS: usize = 5;

/// What stands where a text named somebody who was erased.
pub const MASK: &str = "***";

/// A token or chat id that is shorter could be any number: it is masked nowhere.
const LEAST_TOKEN: usize = 6;

/// The channels whose contacts are numbers.
const PHONE_CHANNELS: [Channel; 4] = [
    Channel::Sms,
    Channel::Whatsapp,
    Channel::Viber,
    Channel::Notify,
];

/// What tells one person apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Ids: that of the profile, and those of the profiles that were merged into it.
    ids: BTreeSet<String>,
    /// Keys of addresses.
    emails: BTreeSet<String>,
    /// Numbers in E.164.
    phones: BTreeSet<String>,
    /// Device tokens and chat ids.
    others: BTreeSet<String>,
}

/// SHA-256 of a text, in hexadecimal: what may be kept of somebody who is erased.
pub fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Person {
    /// The person of a profile: its id, and the contacts in its data and its
    /// subscriptions, deleted ones too.
    pub fn of(profile: &Profile) -> Self {
        let mut person = Person::default();
        person.add(profile);
        person
    }

    /// Adds another profile of the same person: one that was merged into theirs, or theirs as
    /// it was before.
    pub fn add(&mut self, profile: &Profile) {
        self.add_id(profile.id);
        if let Some(Value::String(email)) = profile.data.get("email")
            && let Ok(email) = Email::parse(email)
        {
            self.emails.insert(email.key().to_owned());
        }
        if let Some(Value::Array(phones)) = profile.data.get("phones") {
            let texts = phones.iter().filter_map(Value::as_str);
            self.phones.extend(texts.map(str::to_owned));
        }
        // By what those were found who were merged into it. What is long stands there as a hash.
        for key in &profile.former_keys {
            if key.kind == EMAIL.get() || key.kind == kind_of(Channel::Email) {
                self.emails.insert(key.value.clone());
            } else if key.kind == PHONES.get() || PHONE_CHANNELS.map(kind_of).contains(&key.kind) {
                self.phones.insert(key.value.clone());
            }
        }
        for subscription in &profile.subscriptions {
            self.add_contact(&subscription.contact);
        }
    }

    /// Adds the id of a profile of which nothing else is known any more.
    pub fn add_id(&mut self, id: ProfileId) {
        self.ids.insert(id.to_string());
    }

    fn add_contact(&mut self, contact: &Contact) {
        match contact {
            Contact::Email(email) => {
                self.emails.insert(email.key().to_owned());
            }
            Contact::Sms(phone)
            | Contact::Whatsapp(phone)
            | Contact::Viber(phone)
            | Contact::Notify(phone) => {
                self.phones.insert(phone.as_str().to_owned());
            }
            Contact::Push {
                subscription_id, ..
            } => {
                self.others.insert(subscription_id.clone());
            }
            Contact::TelegramBot { id } => {
                self.others.insert(id.clone());
            }
        }
    }

    /// What is kept of an erased person: for each address and number its kind
    /// (`email`, `phone`) and SHA-256 in hexadecimal, of the address's key
    /// ([`Email::key`]) or the number in E.164.
    pub fn hashes(&self) -> Vec<(String, &'static str)> {
        let emails = self.emails.iter().map(|text| (digest(text), "email"));
        let phones = self.phones.iter().map(|text| (digest(text), "phone"));
        emails.chain(phones).collect()
    }

    /// Entries of suppression lists that name the person in plain text, each with
    /// the one that says the same by a hash.
    pub fn suppressed(&self) -> Vec<(String, Entry)> {
        let hashed = |kind| {
            move |plain: &String| {
                let entry = Entry {
                    kind,
                    form: Form::Sha256,
                    subdomains: false,
                    key: digest(plain),
                };
                (plain.clone(), entry)
            }
        };
        let emails = self.emails.iter().map(hashed(Kind::Email));
        let phones = self.phones.iter().map(hashed(Kind::Phone));
        emails.chain(phones).collect()
    }

    /// The plain texts that name the person: their ids and their contacts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let contacts = self.emails.iter().chain(&self.phones).chain(&self.others);
        self.ids.iter().chain(contacts).map(String::as_str)
    }

    /// The ids of the profiles that are theirs.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(String::as_str)
    }

    /// Whether a body that somebody sent names the person: JSON, a form, or any
    /// other text.
    pub fn is_in_body(&self, body: &str, region: Option<Region>) -> bool {
        if let Ok(value) = serde_json::from_str::<Value>(body) {
            return self.is_in(&value, region);
        }
        let mut pairs = form_urlencoded::parse(body.as_bytes());
        pairs.any(|(_, value)| self.is_named_by(&value, region)) || self.is_named_by(body, region)
    }

    /// Whether a text that was made up of others, such as an id, has one of those
    /// that name the person in it.
    pub fn is_part_of(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.names().any(|name| text.contains(name))
    }

    /// Whether any text in `value` names the person: their id, or one of their
    /// contacts however it is spelled. `region` is that of numbers without `+`.
    pub fn is_in(&self, value: &Value, region: Option<Region>) -> bool {
        match value {
            Value::String(text) => self.is_named_by(text, region),
            Value::Number(number) => self.is_named_by(&number.to_string(), region),
            Value::Array(items) => items.iter().any(|item| self.is_in(item, region)),
            Value::Object(members) => members.values().any(|item| self.is_in(item, region)),
            Value::Null | Value::Bool(_) => false,
        }
    }

    /// Puts [`MASK`] in the place of each text and number inside `value` that names the
    /// person; whether there was any. Names of members stay.
    pub fn mask(&self, value: &mut Value, region: Option<Region>) -> bool {
        let named = match value {
            Value::String(text) => self.is_told_by(text, region),
            Value::Number(number) => self.is_told_by(&number.to_string(), region),
            Value::Array(items) => {
                return items
                    .iter_mut()
                    .fold(false, |any, item| self.mask(item, region) | any);
            }
            Value::Object(members) => {
                return members
                    .values_mut()
                    .fold(false, |any, item| self.mask(item, region) | any);
            }
            Value::Null | Value::Bool(_) => false,
        };
        if named {
            *value = Value::from(MASK);
        }
        named
    }

    /// Whether the name of a file or the like names the person, perhaps with an ending.
    pub fn is_in_name(&self, name: &str, region: Option<Region>) -> bool {
        let lower = name.to_lowercase();
        self.is_told_by(name, region) || self.emails.iter().any(|email| lower.contains(email))
    }

    /// [`Person::is_named_by`], but for tokens that are too short to tell.
    fn is_told_by(&self, text: &str, region: Option<Region>) -> bool {
        let tokens = self.others.iter();
        let mut tokens = tokens.filter(|one| one.len() >= LEAST_TOKEN);
        self.has_id(text) || tokens.any(|one| text.contains(one)) || self.has_contact(text, region)
    }

    fn is_named_by(&self, text: &str, region: Option<Region>) -> bool {
        self.has_id(text)
            || self.others.iter().any(|other| text.contains(other))
            || self.has_contact(text, region)
    }

    fn has_id(&self, text: &str) -> bool {
        self.ids.iter().any(|id| text.contains(id))
    }

    fn has_contact(&self, text: &str, region: Option<Region>) -> bool {
        let mut parts = text.split([',', ';', '|', '\n', '\r', '\t']);
        parts.any(|part| self.has_email(part) || self.has_phone(part, region))
    }

    fn has_email(&self, part: &str) -> bool {
        let apart = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '(' | ')');
        let whole = std::iter::once(part.trim());
        whole
            .chain(part.split(apart))
            .filter(|word| word.contains('@'))
            .filter_map(|word| Email::parse(word.trim_start_matches("mailto:")).ok())
            .any(|email| self.emails.contains(email.key()))
    }

    fn has_phone(&self, part: &str, region: Option<Region>) -> bool {
        let digits: String = part.chars().filter(char::is_ascii_digit).collect();
        let Some(start) = digits.len().checked_sub(SHARED_DIGITS) else {
            return false;
        };
        // Reading a number takes long, so only those that may be meant are read.
        let ending = digits.get(start..).unwrap_or_default();
        if !self.phones.iter().any(|phone| phone.ends_with(ending)) {
            return false;
        }
        let given = part.trim().trim_start_matches('\'');
        let plus = format!("+{digits}");
        [given, &plus]
            .into_iter()
            .filter_map(|text| Phone::parse(text, region).ok())
            .any(|phone| self.phones.contains(phone.as_str()))
    }
}

#[cfg(test)]
mod tests;
