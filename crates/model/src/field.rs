//! A field: what a database knows about one datum of its profiles.

mod definition;

use crate::Code;
use crate::email::Email;
use crate::error::Invalid;
use crate::id::FieldId;
use crate::phone::{Phone, Region};
use crate::text::{canonical, lower};
use crate::time::{Zone, parse_field_date};
use crate::{ip, standard, value};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// The most phone numbers one profile may have.
pub const MAX_PHONES: usize = 100;
/// Match keys longer than this many bytes are replaced by a hash.
pub const MAX_KEY_BYTES: usize = 256;

/// What kind of values a field holds. The first ten are for custom fields;
/// `email` and `phones` are those two standard fields alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// A whole number of 64 bits.
    Integer,
    /// A finite number of 64 bits (IEEE 754).
    Float,
    /// Text of at most 4,096 characters.
    String,
    /// A date, or an instant in UTC.
    Date,
    /// True or false.
    Boolean,
    /// One of the field's options.
    Enum,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A list of distinct texts.
    Tags,
    /// A JSON object.
    Object,
    /// A list of JSON objects.
    Objects,
    /// An e-mail address.
    Email,
    /// A list of distinct phone numbers.
    Phones,
}

impl FieldType {
    /// The types a custom field can have.
    pub const CUSTOM: [FieldType; 10] = [
        FieldType::Integer,
        FieldType::Float,
        FieldType::String,
        FieldType::Date,
        FieldType::Boolean,
        FieldType::Enum,
        FieldType::Ip,
        FieldType::Tags,
        FieldType::Object,
        FieldType::Objects,
    ];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            FieldType::Integer => "integer",
            FieldType::Float => "float",
            FieldType::String => "string",
            FieldType::Date => "date",
            FieldType::Boolean => "boolean",
            FieldType::Enum => "enum",
            FieldType::Ip => "ip",
            FieldType::Tags => "tags",
            FieldType::Object => "object",
            FieldType::Objects => "objects",
            FieldType::Email => "email",
            FieldType::Phones => "phones",
        }
    }

    /// Whether a profile can be found by a value of this type, so that the
    /// field may be `matchable`.
    pub fn can_match(self) -> bool {
        !matches!(self, FieldType::Object | FieldType::Objects)
    }

    /// Whether a value of this type can belong to one profile only, so that
    /// the field may be `unique`. Tags can't: sharing them is their purpose.
    pub fn can_be_unique(self) -> bool {
        self.can_match() && self != FieldType::Tags
    }

    /// Whether quick search reads values of this type as text, so that the
    /// field may be `searchable`.
    pub fn can_search(self) -> bool {
        matches!(
            self,
            FieldType::String
                | FieldType::Tags
                | FieldType::Enum
                | FieldType::Email
                | FieldType::Phones
        )
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether upper and lower case tell two texts apart where profiles are found
/// by them. Stored values keep their case either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// `C-1` and `c-1` are two.
    #[default]
    Sensitive,
    /// They are one.
    Insensitive,
}

impl Case {
    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Case::Sensitive => "sensitive",
            Case::Insensitive => "insensitive",
        }
    }

    fn is_sensitive(&self) -> bool {
        *self == Case::Sensitive
    }
}

/// The name of a custom field: a letter, then at most 63 letters, digits and
/// underscores (ASCII). A leading underscore is the system's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct FieldName(String);

impl FieldName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FieldName {
    type Err = Invalid;

    /// Code: `invalid_name`. Names that profiles use for something else
    /// (`id`, `subscriptions`) and those of the standard fields are refused
    /// with `reserved_name`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        if !starts || text.len() > 64 || !text.bytes().all(plain) {
            return Err(Invalid::new(
                Code::InvalidName,
                format!(
                    "{} is no field name: it must be a letter followed by at most 63 letters, digits and underscores.",
                    crate::error::excerpt(text)
                ),
            ));
        }
        if RESERVED.contains(&text) {
            return Err(Invalid::new(
                Code::ReservedName,
                format!("\"{text}\" has a meaning of its own in a profile: choose another name."),
            ));
        }
        Ok(FieldName(text.to_owned()))
    }
}

/// Names without a leading underscore that a profile's data already uses.
const RESERVED: [&str; 4] = ["email", "phones", "id", "subscriptions"];

impl From<FieldName> for String {
    fn from(name: FieldName) -> String {
        name.0
    }
}

/// What reading a value depends on beside its field: settings of the database.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The zone of dates that come without one.
    pub zone: &'a Zone,
    /// The region of phone numbers that come without a `+`.
    pub region: Option<&'a Region>,
}

/// A field of a database, or of a resource's subscriptions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its id within the database or resource.
    pub id: FieldId,
    /// Its name, the key in a profile's data.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Whether it is one of the fields that every database has.
    pub standard: bool,
    /// What people see; at most 200 characters.
    pub title: String,
    /// What it is for; at most 2,000 characters.
    pub description: String,
    /// Whether every profile must have a value.
    pub required: bool,
    /// Whether no two profiles may have the same value.
    pub unique: bool,
    /// Whether profiles can be matched by it; true if it is unique.
    pub matchable: bool,
    /// Whether its values are told apart by upper and lower case.
    #[serde(default, skip_serializing_if = "Case::is_sensitive")]
    pub case: Case,
    /// Whether quick search finds its text.
    pub searchable: bool,
    /// Whether the subscription manager shows it.
    pub manager: bool,
    /// Whether its dates lie in the past, so that a year of two digits is the last one
    /// that ends so.
    #[serde(default)]
    pub past: bool,
    /// Whether a text may have several lines.
    #[serde(default)]
    pub multiline: bool,
    /// The canonical value of new profiles that bring none.
    pub default: Option<Value>,
    /// The options of an enum, in order; empty for other types.
    pub options: Vec<String>,
    /// Where it stands among the fields, ascending.
    pub position: i64,
}

impl Field {
    /// A custom field of this name and type with everything else off or empty.
    pub fn new(id: FieldId, name: &str, field_type: FieldType) -> Self {
        Field {
            id,
            name: name.to_owned(),
            field_type,
            standard: false,
            title: String::new(),
            description: String::new(),
            required: false,
            unique: false,
            matchable: false,
            case: Case::Sensitive,
            searchable: false,
            manager: false,
            past: false,
            multiline: false,
            default: None,
            options: Vec::new(),
            position: 0,
        }
    }

    /// Whether its dates lie in the past; those of birth and registration always do.
    pub fn lies_in_past(&self) -> bool {
        self.past
            || (self.standard && [standard::BIRTH_DATE, standard::REG_DATE].contains(&self.id))
    }

    /// Whether the system keeps it: it can be read wherever a field can be named,
    /// and written by nobody.
    pub fn is_system(&self) -> bool {
        self.standard && standard::SYSTEM_FIELDS.contains(&self.id.get())
    }

    /// Refuses a field that the system keeps; code `read_only`.
    pub fn writable(&self) -> Result<&Self, Invalid> {
        if self.is_system() {
            return Err(read_only(&self.name));
        }
        Ok(self)
    }

    /// The canonical form of a value that a client sent for this field; the
    /// pointer of an error is inside that value.
    ///
    /// `null` means "clear" and is the caller's to handle; here it has the
    /// wrong type. Normalising a canonical value gives the same value.
    pub fn normalise(&self, value: &Value, ctx: &Context) -> Result<Value, Invalid> {
        match self.field_type {
            FieldType::Integer => value::integer(value),
            FieldType::Float => value::float(value),
            FieldType::String => match value {
                Value::Number(number) if self.standard && self.id == standard::POSTAL_CODE => {
                    Ok(Value::String(number.to_string()))
                }
                _ if self.multiline => value::lines(value),
                _ => value::string(value),
            },
            FieldType::Date => parse_field_date(value, ctx.zone).map(Value::String),
            FieldType::Boolean => value::boolean(value),
            FieldType::Enum if self.standard && self.id == standard::SEX => value::sex(value),
            FieldType::Enum => value::option(value, &self.options),
            FieldType::Ip => match value {
                Value::String(text) => ip::parse_ip(text).map(Value::String),
                _ => Err(Invalid::wrong_type(value, "an IP address as a string")),
            },
            FieldType::Tags => value::tags(value),
            FieldType::Object => value::object(value),
            FieldType::Objects => value::objects(value),
            FieldType::Email => match value {
                Value::String(text) => {
                    let (given, _) = Email::parse(text)?.into_parts();
                    Ok(Value::String(given))
                }
                _ => Err(Invalid::wrong_type(value, "an e-mail address as a string")),
            },
            FieldType::Phones => phones(value, ctx.region.copied()),
        }
    }

    /// The texts under which a canonical value is found by matching, distinct.
    ///
    /// An e-mail gives its [`Email::key`], phones and tags one text each,
    /// numbers and booleans their JSON text (a whole float without `.0`), the
    /// other types the value itself; objects give none. Texts are in the form by
    /// which they are compared ([`canonical`], in lower case where the field
    /// asks for that); empty ones give none. A text longer than
    /// [`MAX_KEY_BYTES`] is replaced by U+0001 and the hexadecimal SHA-256 of
    /// it: no value begins with a control character, so the two kinds never
    /// meet, and an index stays narrow.
    pub fn keys(&self, canonical: &Value) -> Vec<String> {
        match (self.field_type, canonical) {
            (FieldType::Object | FieldType::Objects, _) => Vec::new(),
            (FieldType::Email, Value::String(text)) => vec![short_key(Email::stored(text).key())],
            (_, Value::String(text)) => self.text_key(text).into_iter().collect(),
            (_, Value::Bool(truth)) => vec![truth.to_string()],
            (FieldType::Float, Value::Number(number)) => {
                vec![number.as_f64().unwrap_or_default().to_string()]
            }
            (_, Value::Number(number)) => vec![number.to_string()],
            (_, Value::Array(items)) => items
                .iter()
                .filter_map(Value::as_str)
                .filter_map(|text| self.text_key(text))
                .collect(),
            (_, Value::Null | Value::Object(_)) => Vec::new(),
        }
    }

    /// Whether two canonical values are one value however it is spelled: their
    /// keys are the same, each in its place.
    pub fn same(&self, a: &Value, b: &Value) -> bool {
        a == b || {
            let keys = self.keys(a);
            !keys.is_empty() && keys == self.keys(b)
        }
    }

    /// The key of a text; an empty one tells nobody apart.
    fn text_key(&self, text: &str) -> Option<String> {
        let plain = canonical(text);
        let key = match self.case {
            Case::Sensitive => plain,
            Case::Insensitive => Cow::Owned(lower(&plain)),
        };
        (!key.is_empty()).then(|| short_key(&key))
    }
}

/// The complaint about a name that the system keeps.
pub(crate) fn read_only(name: &str) -> Invalid {
    let detail = format!("{name} is kept by the system and can't be written.");
    Invalid::new(Code::ReadOnly, detail)
}

pub(crate) fn short_key(text: &str) -> String {
    if text.len() <= MAX_KEY_BYTES {
        return text.to_owned();
    }
    let mut key = String::from("\u{1}");
    for byte in Sha256::digest(text.as_bytes()) {
        key.push_str(&format!("{byte:02x}"));
    }
    key
}

/// A list of distinct numbers, in the order in which they first appear; one
/// number alone, as text or as digits, is a list of one.
fn phones(value: &Value, region: Option<Region>) -> Result<Value, Invalid> {
    let one = |item: &Value| match item {
        Value::String(text) => Phone::parse(text, region),
        Value::Number(number) => Phone::parse(&number.to_string(), region),
        _ => Err(Invalid::wrong_type(item, "a phone number as a string")),
    };
    let mut phones: Vec<Value> = Vec::new();
    match value {
        Value::Array(items) => {
            if items.len() > MAX_PHONES {
                return Err(Invalid::new(
                    Code::TooMany,
                    format!("{} phone numbers: at most {MAX_PHONES} fit.", items.len()),
                ));
            }
            for (index, item) in items.iter().enumerate() {
                let phone = one(item).map_err(|invalid| invalid.at_index(index))?;
                let phone = Value::String(phone.into());
                if !phones.contains(&phone) {
                    phones.push(phone);
                }
            }
        }
        _ => phones.push(Value::String(one(value)?.into())),
    }
    Ok(Value::Array(phones))
}
