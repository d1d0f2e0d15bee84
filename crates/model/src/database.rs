//! A database: settings, and the fields that its profiles have.

use crate::Code;
use crate::activity;
use crate::define::settings;
use crate::error::{Invalid, excerpt, valid};
use crate::field::{Context, Field};
use crate::id::DatabaseId;
use crate::phone::Region;
use crate::readers::{
    MAX_TITLE_CHARS, description_text, flag, line_text, name_text, tag_list, text_of,
};
use crate::time::{Timestamp, Zone};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::collections::HashMap;
use std::ops::Deref;

/// The most fields a database may have, standard ones included.
pub const MAX_FIELDS: usize = 500;
/// The most bytes that the options of all fields of a database may have together: an
/// instance keeps them in memory, and anyone who reads definitions reads them all.
pub const MAX_OPTION_BYTES: usize = 1 << 20;

/// A database as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Database {
    /// Its id.
    pub id: DatabaseId,
    /// Its settings, shown beside the id.
    #[serde(flatten)]
    pub settings: DatabaseSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings or fields were last changed.
    pub updated_at: Timestamp,
    /// Its fields.
    pub fields: Fields,
}

/// A database is used mostly for its settings, so they are reached without
/// naming them: `database.name`, `database.region`.
impl Deref for Database {
    type Target = DatabaseSettings;

    fn deref(&self) -> &DatabaseSettings {
        &self.settings
    }
}

impl Database {
    /// The field with this name, found by hash: one of its own, or one that the
    /// system keeps ([`Field::is_system`]).
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }

    /// Refuses a field, new or changed, whose options don't fit beside those of the
    /// others. Code `options_too_large`.
    pub fn check_options(&self, field: &Field) -> Result<(), Invalid> {
        let others = self.fields.iter().filter(|other| other.id != field.id);
        let bytes = |field: &Field| field.options.iter().map(String::len).sum::<usize>();
        let all = others.map(bytes).fold(bytes(field), usize::saturating_add);
        if bytes(field) == 0 || all <= MAX_OPTION_BYTES {
            return Ok(());
        }
        let detail = format!(
            "The options of all fields of a database have at most {MAX_OPTION_BYTES} bytes together; with these they have {all}."
        );
        Err(Invalid::new(Code::OptionsTooLarge, detail).at("options"))
    }

    /// What reading values for this database depends on.
    pub fn context(&self) -> Context<'_> {
        self.settings.context()
    }
}

settings! {
    /// What people choose for a database.
    #[derive(Eq)]
    #[schema(example = json!({
        "name": "Customers", "region": "DE", "time_zone": "Europe/Berlin"
    }))]
    pub struct DatabaseSettings {
        /// 1 to 200 characters, unique among databases.
        #[schema(max_length = 200, example = "Customers")]
        pub name: String = needed(name_text),
        /// What it is for; at most 2,000 characters.
        #[schema(max_length = 2000)]
        pub description: String = optional(String::new(), description_text),
        /// The ISO 3166 code of the region of phone numbers without a `+`.
        #[schema(value_type = Option<String>, example = "DE")]
        pub region: Option<Region> = optional(None, |v| text_of(v)?.parse().map(Some)),
        /// The IANA name of the zone of dates without one.
        #[schema(value_type = String, example = "Europe/Berlin")]
        pub time_zone: Zone = optional(Zone::utc(), |v| Zone::parse(text_of(v)?)),
        /// The subscription manager's language: a language tag (BCP 47) such as `en` or
        /// `pt-BR`.
        #[schema(max_length = 35, example = "en")]
        pub language: String =
            optional(DEFAULT_LANGUAGE.to_owned(), |v| language_tag(text_of(v)?)),
        /// The subscription manager's title.
        #[schema(max_length = 200)]
        pub manager_title: String = optional(String::new(), line_text(MAX_TITLE_CHARS)),
        /// The subscription manager's colour, such as `#1a7f5a`; empty for the usual one.
        #[schema(example = "#1a7f5a")]
        pub manager_color: String = optional(String::new(), |v| color(text_of(v)?)),
        /// The names of the fields that a person's card shows first, in order; at most 20. A
        /// field that is deleted is taken out.
        #[schema(max_items = 20, example = json!(["_fname", "_lname", "email"]))]
        pub card: Vec<String> = optional(Vec::new(), field_names),
        /// Whether clients of Altcraft's API know the sexes as 1 (male) and 2 (female), not as 0
        /// and 1.
        #[serde(default)]
        pub sex_from_one: bool = never_null(false, flag),
        /// Labels, distinct.
        pub tags: Vec<String> = optional(Vec::new(), tag_list),
    }
}

/// The most fields of a card.
const MAX_CARD: usize = 20;

/// Names of fields, distinct, in the order in which they are given.
fn field_names(value: &Value) -> Result<Vec<String>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return Err(vec![Invalid::wrong_type(
            value,
            "an array of fields' names",
        )]);
    };
    if items.len() > MAX_CARD {
        let detail = format!("{} fields: at most {MAX_CARD} fit here.", items.len());
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    let mut names: Vec<String> = Vec::with_capacity(items.len());
    let mut wrong = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match text_of(item) {
            Ok(name) if names.iter().any(|known| known == name) => {}
            Ok(name) => names.push(name.to_owned()),
            Err(invalid) => wrong.push(invalid.at_index(index)),
        }
    }
    valid(names, wrong)
}

/// The language of a database that names none.
const DEFAULT_LANGUAGE: &str = "en";

impl DatabaseSettings {
    /// Refuses a card with fields that the database doesn't have. Code `unknown_field`.
    pub fn check_card(&self, fields: &Fields) -> Result<(), Vec<Invalid>> {
        let named = self.card.iter().enumerate();
        let unknown = named.filter(|(_, name)| fields.get(name).is_none());
        let wrong = unknown.map(|(index, name)| {
            let detail = format!("The database has no field {}.", excerpt(name));
            let invalid = Invalid::new(Code::UnknownField, detail);
            invalid.at_index(index).at("card")
        });
        valid((), wrong.collect())
    }

    /// What reading values depends on.
    pub fn context(&self) -> Context<'_> {
        Context {
            zone: &self.time_zone,
            region: self.region.as_ref(),
        }
    }
}

/// A colour as HTML writes it, or nothing.
fn color(text: &str) -> Result<String, Invalid> {
    let color = text.trim().to_ascii_lowercase();
    let digits = color.strip_prefix('#').unwrap_or_default();
    let hex = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if color.is_empty() || hex {
        return Ok(color);
    }
    let detail = format!("{} is no colour: it must be like #1a7f5a.", excerpt(text));
    Err(Invalid::new(Code::InvalidColor, detail))
}

/// A language tag in the shape of BCP 47, the language in lower case, a
/// two-letter country in upper case. Whether a translation exists is the
/// subscription manager's question.
fn language_tag(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let letters =
        (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
    let plain = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if !letters || text.len() > 35 || !parts.clone().all(plain) {
        return Err(Invalid::new(
            Code::InvalidLanguage,
            format!(
                "{} is no language tag: it must be like en or pt-BR.",
                excerpt(text)
            ),
        ));
    }
    let mut tag = language.to_ascii_lowercase();
    for part in parts {
        tag.push('-');
        if part.len() == 2 {
            tag.push_str(&part.to_ascii_uppercase());
        } else {
            tag.push_str(part);
        }
    }
    Ok(tag)
}

/// The fields of a database in the order they are shown, with an index by
/// name. Reads like a slice.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    list: Vec<Field>,
    by_name: HashMap<String, usize>,
}

impl Fields {
    /// The field with this name, also one that the system keeps: it is not in the
    /// list, and can be read all the same.
    pub fn get(&self, name: &str) -> Option<&Field> {
        match self.by_name.get(name) {
            Some(index) => self.list.get(*index),
            None => activity::field(name),
        }
    }

    /// The fields, as a list that can be changed and turned back.
    pub fn into_vec(self) -> Vec<Field> {
        self.list
    }
}

impl From<Vec<Field>> for Fields {
    /// Puts the fields in order of position, then id.
    fn from(mut list: Vec<Field>) -> Self {
        list.sort_by_key(|field| (field.position, field.id));
        let names = list.iter().enumerate();
        let by_name = names
            .map(|(index, field)| (field.name.clone(), index))
            .collect();
        Fields { list, by_name }
    }
}

impl Deref for Fields {
    type Target = [Field];

    fn deref(&self) -> &[Field] {
        &self.list
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = &'a Field;
    type IntoIter = std::slice::Iter<'a, Field>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}
