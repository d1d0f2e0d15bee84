//! What quick search looks in.

use serde_json::{Map, Value};

use crate::contact::Contact;
use crate::field::{Field, FieldType};
use crate::search::marked;
use crate::{Database, Profile, ProfileId};

/// The searchable text of one profile, folded and marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Of its searchable fields.
    pub profile: String,
    /// Of the contacts of its subscriptions.
    pub contacts: String,
}

/// The shortest word in the vocabulary, in letters: the index alone knows how shorter ones
/// go on.
pub(super) const LEAST_LETTERS: usize = 3;

/// How many letters of a word are in the vocabulary.
pub(super) const MOST_LETTERS: usize = 12;

impl Document {
    /// The words that begin with letters, in order and each once: the first twelve letters of
    /// each, as far as there are no digits and no signs of scripts without spaces between them.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let texts = [&self.profile, &self.contacts];
        let words = texts
            .into_iter()
            .flat_map(|text| text.split(super::WORD).skip(1));
        let mut words: Vec<String> = words
            .map(|word| {
                word.chars()
                    .take_while(|c| is_letter(*c))
                    .take(MOST_LETTERS)
                    .collect()
            })
            .filter(|word: &String| word.chars().nth(LEAST_LETTERS - 1).is_some())
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Whether it has text of a script without spaces.
    fn has_signs(&self) -> bool {
        self.profile.contains(super::is_sign) || self.contacts.contains(super::is_sign)
    }
}

/// Whether a character is one of a word in the vocabulary.
pub(super) fn is_letter(c: char) -> bool {
    c.is_ascii_lowercase() || (!c.is_ascii() && c.is_alphabetic() && !super::is_sign(c))
}

/// The longest part of one contact that is indexed, in characters: device
/// tokens are long, and nobody looks for the middle of one.
const CONTACT_CHARS: usize = 64;

/// Makes the document of a profile with this id, these values and subscription
/// contacts (those that are not deleted).
#[must_use]
pub fn document<'a>(
    id: ProfileId,
    data: &Map<String, Value>,
    contacts: impl Iterator<Item = &'a Contact>,
    database: &Database,
) -> Document {
    let mut document = Document::default();
    push(&mut document.profile, &marked(&id.to_string(), false));
    for field in database.fields.iter().filter(|field| field.searchable) {
        if let Some(value) = data.get(field.name.as_str()) {
            for text in texts(field, value) {
                push(&mut document.profile, &marked(&text, false));
            }
        }
    }
    for contact in contacts {
        let text = contact_text(contact);
        let text = match text.char_indices().nth(CONTACT_CHARS) {
            Some((end, _)) => text.get(..end).unwrap_or_default(),
            None => text,
        };
        push(&mut document.contacts, &marked(text, false));
    }
    document
}

/// The document of a profile that was changed, if its row in the index has to be
/// written again. Rows with text of scripts without spaces may be from when their
/// signs were not marked: any change brings them up to date.
#[must_use]
pub fn document_after(before: &Profile, after: &Profile, database: &Database) -> Option<Document> {
    let searched = || database.fields.iter().filter(|field| field.searchable);
    // Most changes touch nothing that is searched; then no text is folded.
    let untouched = searched().all(|field| {
        let value = after.data.get(&field.name);
        value == before.data.get(&field.name) && value.is_none_or(is_ascii)
    });
    let untouched = untouched
        && live_contacts(after).eq(live_contacts(before))
        && live_contacts(after).all(|contact| contact_text(contact).is_ascii());
    if untouched {
        return None;
    }
    let of = |one: &Profile| document(one.id, &one.data, live_contacts(one), database);
    let document = of(after);
    (document.has_signs() || document != of(before)).then_some(document)
}

/// The contacts that a profile is found by.
pub fn live_contacts(profile: &Profile) -> impl Iterator<Item = &Contact> {
    let live = profile.subscriptions.iter().filter(|one| !one.deleted);
    live.map(|one| &one.contact)
}

/// Whether a value has ASCII text only, so no sign of any script.
fn is_ascii(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_ascii(),
        Value::Array(items) => items.iter().all(is_ascii),
        Value::Object(members) => members
            .iter()
            .all(|(name, v)| name.is_ascii() && is_ascii(v)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Values end with a line break, which no value holds, so that nothing is found
/// across two of them.
fn push(document: &mut String, text: &str) {
    document.push_str(text);
    document.push('\n');
}

/// The texts that a value is searched by: phones by their digits, objects by
/// their JSON.
pub(super) fn texts(field: &Field, value: &Value) -> Vec<String> {
    match (field.field_type, value) {
        (FieldType::Phones, Value::Array(phones)) => phones
            .iter()
            .filter_map(Value::as_str)
            .map(|phone| phone.trim_start_matches('+').to_owned())
            .collect(),
        (FieldType::Object | FieldType::Objects, value) => vec![value.to_string()],
        (_, Value::Array(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        (_, Value::String(text)) => vec![text.clone()],
        (_, Value::Null | Value::Object(_)) => Vec::new(),
        (_, other) => vec![other.to_string()],
    }
}

/// The text that a contact is shown as.
pub(super) fn contact_shown(contact: &Contact) -> &str {
    match contact {
        Contact::Email(email) => email.given(),
        Contact::Sms(phone)
        | Contact::Whatsapp(phone)
        | Contact::Viber(phone)
        | Contact::Notify(phone) => phone.as_str(),
        Contact::Push {
            subscription_id, ..
        } => subscription_id,
        Contact::TelegramBot { id } => id,
    }
}

/// The text that a contact is searched by: phone numbers by their digits.
pub(super) fn contact_text(contact: &Contact) -> &str {
    let shown = contact_shown(contact);
    match contact {
        Contact::Email(_) | Contact::Push { .. } | Contact::TelegramBot { .. } => shown,
        Contact::Sms(_) | Contact::Whatsapp(_) | Contact::Viber(_) | Contact::Notify(_) => {
            shown.trim_start_matches('+')
        }
    }
}
