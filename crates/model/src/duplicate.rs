//! Profiles that may be one person: by what, and how sure that is (spec/people.md §3.8).

use crate::Code;
use crate::channel::Channel;
use crate::contact::kind_of;
use crate::database::Database;
use crate::error::{Invalid, excerpt};
use crate::field::{Field, FieldType};
use crate::profile::Profile;
use crate::standard::{EMAIL, PHONES};
use crate::text::{canonical, fold};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// By what profiles look like one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DuplicateKind {
    /// An address of a profile or a subscription.
    Email,
    /// A number of a profile or of a subscription of any channel.
    Phone,
    /// A device of push subscriptions.
    Push,
    /// A chat of subscriptions.
    TelegramBot,
    /// The value of a field that is matched by: its name.
    Field(String),
    /// First name, last name and date of birth.
    NameBirthday,
}

/// The words for those that are no field's name.
const NAME_BIRTHDAY: &str = "name_birthday";

impl DuplicateKind {
    /// The name, as in JSON.
    pub fn as_str(&self) -> &str {
        match self {
            DuplicateKind::Email => "email",
            DuplicateKind::Phone => "phone",
            DuplicateKind::Push => "push",
            DuplicateKind::TelegramBot => "telegram_bot",
            DuplicateKind::Field(name) => name,
            DuplicateKind::NameBirthday => NAME_BIRTHDAY,
        }
    }

    /// All that a database has.
    pub fn all(database: &Database) -> Vec<Self> {
        let fields = database.fields.iter().filter(|field| is_own(field));
        let fields = fields.map(|field| DuplicateKind::Field(field.name.clone()));
        [
            DuplicateKind::Email,
            DuplicateKind::Phone,
            DuplicateKind::Push,
            DuplicateKind::TelegramBot,
        ]
        .into_iter()
        .chain(fields)
        .chain([DuplicateKind::NameBirthday])
        .collect()
    }

    /// The one with this name. Code: `not_an_option`.
    ///
    /// # Errors
    /// That there is none.
    pub fn parse(text: &str, database: &Database) -> Result<Self, Invalid> {
        let all = Self::all(database);
        let found = all.iter().find(|one| one.as_str() == text).cloned();
        found.ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(Self::as_str).collect();
            let detail = format!(
                "Nobody is found twice by {}: it must be one of {}.",
                excerpt(text),
                names.join(", ")
            );
            Invalid::new(Code::NotAnOption, detail)
        })
    }

    /// The kinds of match keys that mean the same; none for what no key is kept of.
    pub fn keys(&self, database: &Database) -> Vec<i64> {
        match self {
            DuplicateKind::Email => vec![EMAIL.get(), kind_of(Channel::Email)],
            DuplicateKind::Phone => vec![
                PHONES.get(),
                kind_of(Channel::Sms),
                kind_of(Channel::Whatsapp),
                kind_of(Channel::Viber),
                kind_of(Channel::Notify),
            ],
            DuplicateKind::Push => vec![kind_of(Channel::Push)],
            DuplicateKind::TelegramBot => vec![kind_of(Channel::TelegramBot)],
            DuplicateKind::Field(name) => {
                let field = database.field(name);
                field.map(|field| field.id.get()).into_iter().collect()
            }
            DuplicateKind::NameBirthday => Vec::new(),
        }
    }
}

/// Whether equal values of a field are a reason to look: tags are there to be shared, and so
/// are options.
fn is_own(field: &Field) -> bool {
    let shared = matches!(
        field.field_type,
        FieldType::Tags | FieldType::Enum | FieldType::Boolean
    );
    field.matchable && !shared && field.id != EMAIL && field.id != PHONES
}

/// Name and date of birth as they tell people apart, without case and accents; none where
/// one of them is missing.
pub fn name_key(first: &str, last: &str, born: &str) -> Option<String> {
    let plain = |text: &str| fold(&canonical(text)).trim().to_owned();
    let (first, last) = (plain(first), plain(last));
    // A date has its day first, whatever time stands behind it.
    let day = born.get(..10)?;
    let named = !first.is_empty() && !last.is_empty();
    named.then(|| format!("{last}\n{first}\n{day}"))
}

/// How sure it is that profiles are one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Something speaks against it.
    Low,
    /// One thing speaks for it.
    Medium,
    /// More than one thing does.
    High,
}

impl Confidence {
    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// What else profiles agree on, and where they differ, of names, birth and sex.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Fields of which all have the same value.
    pub agree: Vec<&'static str>,
    /// Fields of which two have different values.
    pub differ: Vec<&'static str>,
}

/// The fields that are looked at.
const COMPARED: [&str; 4] = ["_fname", "_lname", "_bdate", "_sex"];

impl Evidence {
    /// What speaks for and against some profiles being one.
    pub fn of<'a>(profiles: impl IntoIterator<Item = &'a Profile>) -> Self {
        let all: Vec<&Map<String, Value>> = profiles.into_iter().map(|one| &one.data).collect();
        let mut evidence = Evidence::default();
        for name in COMPARED {
            let given = all.iter().filter_map(|data| data.get(name)?.as_str());
            let texts: Vec<String> = given
                .map(|text| match name {
                    "_bdate" => text.get(..10).unwrap_or(text).to_owned(),
                    _ => fold(&canonical(text)).trim().to_owned(),
                })
                .collect();
            let distinct: BTreeSet<&String> = texts.iter().collect();
            match distinct.len() {
                0 => {}
                1 if texts.len() == all.len() => evidence.agree.push(name),
                1 => {}
                _ => evidence.differ.push(name),
            }
        }
        evidence
    }

    /// How sure it is. A number is often shared by a family, so a name alone that differs
    /// speaks against it.
    pub fn confidence(&self, kind: &DuplicateKind) -> Confidence {
        let shared = matches!(kind, DuplicateKind::Phone | DuplicateKind::Push);
        let person = ["_bdate", "_sex"]
            .iter()
            .any(|one| self.differ.contains(one));
        let other_name = self.differ.contains(&"_fname");
        if person || (shared && other_name) {
            return Confidence::Low;
        }
        let named = self.agree.contains(&"_fname") && self.agree.contains(&"_lname");
        let strong = matches!(kind, DuplicateKind::Email | DuplicateKind::Field(_));
        match kind {
            _ if other_name => Confidence::Medium,
            DuplicateKind::NameBirthday => Confidence::Medium,
            _ if named || strong => Confidence::High,
            _ => Confidence::Medium,
        }
    }
}

#[cfg(test)]
mod tests;
