//! What was found: whether a profile meets a query, where, and how well.

use serde_json::{Map, Value};

use crate::condition::DateValue;
use crate::contact::Contact;
use crate::field::{Field, FieldType};
use crate::search::document::{contact_shown, contact_text, texts};
use crate::search::{Identity, Query, Scope, Term, WORD, Word, is_sign, marked_with_places};
use crate::text::fold;
use crate::{Database, Email, ProfileId, Status};

/// How well a profile meets a query; better ones come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The whole query is its e-mail, phone, contact or id.
    Exact,
    /// Every word begins a word of it.
    Prefix,
    /// Every word occurs in it.
    Inside,
}

/// One place where a query was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The field's name, `id`, `_status`, or `subscriptions/<channel>`.
    pub field: String,
    /// The text that holds it, as it is shown.
    pub value: String,
    /// Where in `value`: from and to (not included), in Unicode characters,
    /// ascending, without overlaps. Empty when the value as a whole is meant.
    pub ranges: Vec<(u32, u32)>,
}

/// A profile that meets a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// How well.
    pub tier: Tier,
    /// Where; at least one place.
    pub matches: Vec<Match>,
}

/// A text of the profile in which words are looked for.
struct Place {
    field: String,
    shown: String,
    /// What is shown but not searched before the text: the plus of a phone.
    offset: u32,
    characters: Vec<char>,
    places: Vec<u32>,
    /// What names the profile here.
    identity: Option<Identity>,
    ranges: Vec<(u32, u32)>,
}

impl Place {
    fn new(field: &str, shown: &str, searched: &str, identity: Option<Identity>) -> Self {
        let (characters, places) = marked_with_places(searched);
        Self {
            field: field.to_owned(),
            shown: shown.to_owned(),
            offset: u32::from(shown.len() > searched.len()),
            characters,
            places,
            identity,
            ranges: Vec::new(),
        }
    }

    /// Looks for a form; notes the first place at the beginning of a word, else
    /// the first anywhere, and tells whether it was at the beginning of one.
    fn find(&mut self, form: &[char]) -> Option<bool> {
        let mut first = None;
        for (at, window) in self.characters.windows(form.len().max(1)).enumerate() {
            if window != form {
                continue;
            }
            let marked = |places: usize| {
                let before = at.checked_sub(places);
                before.and_then(|before| self.characters.get(before)) == Some(&WORD)
            };
            // What begins with punctuation or the mark has no word before it.
            let begins = match form.first() {
                Some(c) if is_sign(*c) => marked(1) && marked(2),
                Some(c) => !c.is_alphanumeric() || marked(1),
                None => false,
            };
            if begins || first.is_none() {
                first = Some((at, begins));
            }
            if begins {
                break;
            }
        }
        let (at, begins) = first?;
        let from = self.places.get(at)? + self.offset;
        let to = self.places.get(at + form.len() - 1)? + self.offset + 1;
        self.ranges.push((from, to));
        Some(begins)
    }

    fn into_match(mut self) -> Match {
        self.ranges.sort_unstable();
        let mut ranges: Vec<(u32, u32)> = Vec::with_capacity(self.ranges.len());
        for (from, to) in self.ranges {
            match ranges.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => ranges.push((from, to)),
            }
        }
        Match {
            field: self.field,
            value: self.shown,
            ranges,
        }
    }
}

/// A profile as far as a search looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its id.
    pub id: ProfileId,
    /// Its global status.
    pub status: Status,
    /// Its values.
    pub data: &'a Map<String, Value>,
    /// The contacts of its subscriptions that are not deleted.
    pub contacts: &'a [Contact],
}

impl Query {
    /// Whether a profile meets all terms within the scope, where, and how well.
    #[must_use]
    pub fn check(&self, subject: Subject<'_>, database: &Database, scope: Scope) -> Option<Hit> {
        let mut places = places(subject, database, scope);
        let mut fields: Vec<Match> = Vec::new();
        let mut all_begin = true;
        for term in &self.terms {
            match term {
                Term::Text(word) => all_begin &= find(word, &mut places)?,
                Term::Field { name, value, word } => {
                    let found = find_in_field(name, value, word.as_ref(), subject, database)?;
                    all_begin &= found.begins;
                    if !fields.contains(&found.place) {
                        fields.push(found.place);
                    }
                }
            }
        }
        let exact = places
            .iter()
            .filter_map(|place| place.identity.as_ref())
            .any(|identity| self.identities.contains(identity));
        let tier = match (exact, all_begin) {
            (true, _) => Tier::Exact,
            (false, true) => Tier::Prefix,
            (false, false) => Tier::Inside,
        };
        fields.extend(
            places
                .into_iter()
                .filter(|place| !place.ranges.is_empty())
                .map(Place::into_match),
        );
        Some(Hit {
            tier,
            matches: fields,
        })
    }
}

impl Query {
    /// Whether a profile of which only one value is known could meet the terms
    /// about that field (none: about the global status, given by its number).
    #[must_use]
    pub fn accepts(&self, field: Option<&str>, value: &Value, database: &Database) -> bool {
        let mut data = Map::new();
        let mut status = Status::default();
        match field {
            Some(field) => {
                data.insert(field.to_owned(), value.clone());
            }
            None => match value.as_i64().and_then(Status::from_number) {
                Some(known) => status = known,
                None => return false,
            },
        }
        // Any id will do: terms about a field don't look at it.
        let Some(id) = ProfileId::from_pk(1) else {
            return false;
        };
        let subject = Subject {
            id,
            status,
            data: &data,
            contacts: &[],
        };
        self.terms.iter().all(|term| match term {
            Term::Field {
                name,
                value: asked,
                word,
            } if name == field.unwrap_or("_status") => {
                find_in_field(name, asked, word.as_ref(), subject, database).is_some()
            }
            Term::Field { .. } | Term::Text(_) => true,
        })
    }
}

fn places(subject: Subject<'_>, database: &Database, scope: Scope) -> Vec<Place> {
    let mut places = Vec::new();
    if scope != Scope::Subscriptions {
        for field in database.fields.iter().filter(|field| field.searchable) {
            let Some(value) = subject.data.get(field.name.as_str()) else {
                continue;
            };
            for text in texts(field, value) {
                places.push(place_of(field, &text));
            }
        }
        let id = subject.id.to_string();
        places.push(Place::new("id", &id, &id, Some(Identity::Text(id.clone()))));
    }
    if scope != Scope::Profiles {
        for contact in subject.contacts {
            let field = format!("subscriptions/{}", contact.channel().as_str());
            let text = contact_text(contact);
            let identity = match contact {
                Contact::Email(email) => Some(Identity::Email(email.key().to_owned())),
                Contact::Sms(_) | Contact::Whatsapp(_) | Contact::Viber(_) | Contact::Notify(_) => {
                    Some(Identity::Phone(text.to_owned()))
                }
                Contact::TelegramBot { id }
                    if id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') =>
                {
                    Some(Identity::Text(id.clone()))
                }
                Contact::TelegramBot { .. } => None,
                Contact::Push { .. } => None,
            };
            places.push(Place::new(&field, contact_shown(contact), text, identity));
        }
    }
    places
}

fn place_of(field: &Field, text: &str) -> Place {
    match field.field_type {
        FieldType::Phones => {
            let identity = Identity::Phone(text.to_owned());
            Place::new(&field.name, &format!("+{text}"), text, Some(identity))
        }
        FieldType::Email => {
            let identity = Email::parse(text)
                .ok()
                .map(|email| Identity::Email(email.key().to_owned()));
            Place::new(&field.name, text, text, identity)
        }
        _ => Place::new(&field.name, text, text, None),
    }
}

/// Looks for a word in all places, and marks every one that holds it.
fn find(word: &Word, places: &mut [Place]) -> Option<bool> {
    let mut found = None;
    for form in &word.forms {
        let form: Vec<char> = form.chars().collect();
        for place in places.iter_mut() {
            if let Some(begins) = place.find(&form) {
                found = Some(found.unwrap_or(false) | begins);
            }
        }
    }
    found
}

struct FieldMatch {
    place: Match,
    begins: bool,
}

/// Whether one field meets `name:value`: text fields by substring, all others
/// by being equal.
fn find_in_field(
    name: &str,
    asked: &str,
    word: Option<&Word>,
    subject: Subject<'_>,
    database: &Database,
) -> Option<FieldMatch> {
    let exact = |field: &str, value: String| FieldMatch {
        place: Match {
            field: field.to_owned(),
            value,
            ranges: Vec::new(),
        },
        begins: true,
    };
    if name == "_status" {
        let asked = match asked.parse::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(asked),
        };
        let asked = Status::from_json(&asked).ok()?;
        return (asked == subject.status)
            .then(|| exact("_status", subject.status.as_str().to_owned()));
    }
    let field = database.field(name)?;
    let value = subject.data.get(field.name.as_str())?;
    if !compared_whole(field) {
        let mut places: Vec<Place> = texts(field, value)
            .into_iter()
            .map(|text| place_of(field, &text))
            .collect();
        let begins = match word {
            Some(word) => find(word, &mut places)?,
            None => places
                .iter_mut()
                .find_map(|place| place.find(&fold(asked).chars().collect::<Vec<_>>()))?,
        };
        let place = places.into_iter().find(|place| !place.ranges.is_empty())?;
        return Some(FieldMatch {
            place: place.into_match(),
            begins,
        });
    }
    let shown = equal(field, value, asked, database)?;
    Some(exact(&field.name, shown))
}

/// Whether `name:value` on a field asks for the whole value, or for any part
/// of its text.
#[must_use]
pub fn compared_whole(field: &Field) -> bool {
    match field.field_type {
        FieldType::Integer
        | FieldType::Float
        | FieldType::Date
        | FieldType::Boolean
        | FieldType::Enum
        | FieldType::Ip
        | FieldType::Tags => true,
        FieldType::String
        | FieldType::Email
        | FieldType::Phones
        | FieldType::Object
        | FieldType::Objects => false,
    }
}

/// The part of a value that equals what is asked, as it is shown.
fn equal(field: &Field, value: &Value, asked: &str, database: &Database) -> Option<String> {
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match (field.field_type, value) {
        (FieldType::Tags, Value::Array(tags)) => {
            let wanted = fold(asked);
            let tag = tags.iter().filter_map(Value::as_str);
            tag.into_iter()
                .find(|tag| fold(tag) == wanted)
                .map(str::to_owned)
        }
        (FieldType::Enum, Value::String(option)) if fold(option) == fold(asked) => {
            Some(option.clone())
        }
        // As conditions compare: a day means any time of that day.
        (FieldType::Date, Value::String(date)) => {
            let wanted = field
                .normalise(&Value::from(asked), &database.context())
                .ok()?;
            let wanted = DateValue::read(wanted.as_str()?)?;
            let same = DateValue::read(date)?.compare(wanted, &database.time_zone);
            same.is_eq().then(|| date.clone())
        }
        _ => {
            let asked = Value::from(asked);
            let wanted = field.normalise(&asked, &database.context()).ok()?;
            (wanted == *value).then(|| shown(value))
        }
    }
}
