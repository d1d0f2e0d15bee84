//! A property of relations: a name, a type, and the value that new relations have of it.

use super::weights::check_size;
use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::field::{Context, Field, FieldName, FieldType};
use crate::read::{Members, any};
use crate::readers::{MAX_TITLE_CHARS, choice, each, line_text, text_of};
use crate::standard::FIRST_CUSTOM_FIELD;
use crate::time::Zone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most properties that a relation type has.
pub const MAX_PROPERTIES: usize = 50;

/// The longest text of a weight, in characters.
const MAX_TEXT_CHARS: usize = 255;

/// What the values of a property are: types of fields that have one plain value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PropertyType {
    /// A whole number of 64 bits.
    Integer,
    /// A finite number of 64 bits.
    Float,
    /// True or false.
    Boolean,
    /// A text of one line, at most 255 characters.
    String,
    /// A day or an instant, as date fields have it.
    Date,
}

impl PropertyType {
    /// All types by name.
    const ALL: [(&str, PropertyType); 5] = [
        ("integer", PropertyType::Integer),
        ("float", PropertyType::Float),
        ("boolean", PropertyType::Boolean),
        ("string", PropertyType::String),
        ("date", PropertyType::Date),
    ];

    /// The type of fields whose rules its values follow.
    pub fn field_type(self) -> FieldType {
        match self {
            PropertyType::Integer => FieldType::Integer,
            PropertyType::Float => FieldType::Float,
            PropertyType::Boolean => FieldType::Boolean,
            PropertyType::String => FieldType::String,
            PropertyType::Date => FieldType::Date,
        }
    }

    /// Whether its values can be added to.
    pub fn is_number(self) -> bool {
        matches!(self, PropertyType::Integer | PropertyType::Float)
    }
}

/// A property of the relations of a type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RelationProperty)]
pub struct Property {
    /// A letter and at most 63 letters, digits and underscores.
    #[schema(pattern = "^[A-Za-z][A-Za-z0-9_]{0,63}$", example = "orders")]
    pub name: String,
    /// What people see; at most 200 characters.
    #[schema(max_length = 200)]
    #[serde(default)]
    pub title: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub property_type: PropertyType,
    /// The value of new relations that bring none.
    #[schema(example = json!(0))]
    #[serde(default)]
    pub default: Option<Value>,
}

impl Property {
    /// Reads one. Codes: those of names and values, `required`, `unknown_field`.
    fn read(json: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let name = members.required("name", |value| {
            let name: FieldName = text_of(value)?.parse()?;
            Ok::<_, Invalid>(name.as_str().to_owned())
        });
        let title = members.optional("title", line_text(MAX_TITLE_CHARS));
        let property_type = members.required("type", |value| choice(value, &PropertyType::ALL));
        let default = members.optional("default", any);
        let property = name
            .zip(property_type)
            .map(|(name, property_type)| Property {
                name,
                title: title.unwrap_or_default(),
                property_type,
                default: None,
            });
        let property = match (property, default) {
            (Some(mut property), Some(given)) => {
                match property.normalise(given) {
                    Ok(value) => property.default = Some(value),
                    Err(wrong) => members.refuse("default", wrong),
                }
                Some(property)
            }
            (property, _) => property,
        };
        members.finish()?;
        // What is missing was noted, so that `finish` has refused it.
        property.ok_or_else(|| vec![Invalid::new(Code::Required, "A member is missing.")])
    }

    /// The same as a field of its type, for what fields and their tests have in common.
    pub fn field(&self) -> Field {
        Field::new(
            FIRST_CUSTOM_FIELD,
            &self.name,
            self.property_type.field_type(),
        )
    }

    /// The canonical form of a value. Codes: those of a field of the type, `too_long`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn normalise(&self, value: &Value) -> Result<Value, Invalid> {
        let value = in_utc(|context| self.field().normalise(value, context))?;
        if value
            .as_str()
            .is_some_and(|text| text.chars().count() > MAX_TEXT_CHARS)
        {
            let detail = format!("A text of a relation has at most {MAX_TEXT_CHARS} characters.");
            return Err(Invalid::new(Code::TooLong, detail));
        }
        Ok(value)
    }
}

/// Reads something of weights: a date without a zone is one of UTC, so that it means the
/// same in both databases.
pub(crate) fn in_utc<T>(read: impl FnOnce(&Context) -> T) -> T {
    let zone = Zone::utc();
    read(&Context {
        zone: &zone,
        region: None,
    })
}

/// Reads the whole list; each name stands once.
pub(super) fn list(value: &Value) -> Result<Vec<Property>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return Err(vec![Invalid::wrong_type(value, "an array of properties")]);
    };
    if items.len() > MAX_PROPERTIES {
        let detail = format!("{} properties: at most {MAX_PROPERTIES} fit.", items.len());
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    let properties = each(items, Property::read)?;
    let mut wrong = Vec::new();
    for (index, one) in properties.iter().enumerate() {
        if properties
            .iter()
            .take(index)
            .any(|other| other.name == one.name)
        {
            let detail = format!("There are two properties {}.", excerpt(&one.name));
            let invalid = Invalid::new(Code::Repeated, detail);
            wrong.push(invalid.at("name").at_index(index));
        }
    }
    let defaults = properties.iter();
    let defaults = defaults.filter_map(|one| Some((one.name.clone(), one.default.clone()?)));
    if let Err(one) = check_size(&defaults.collect()) {
        wrong.push(one);
    }
    crate::error::valid(properties, wrong)
}
