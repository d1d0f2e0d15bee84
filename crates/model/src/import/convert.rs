//! The kinds of values that cells are read as.

use super::words;
use crate::field::{Field, FieldType};
use crate::standard;
use crate::text::fold;
use std::collections::HashMap;

/// What kind of value a cell is read as.
#[derive(Clone, Debug)]
pub(super) enum Conversion {
    /// As it is, on one line.
    Text,
    /// As it is, with its lines.
    Lines,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// True or false.
    Boolean,
    /// True or false, as a subscription's status.
    OptIn,
    /// A date or an instant.
    Date {
        /// It lies in the past.
        past: bool,
    },
    /// A folded text and what it stands for; other texts stay.
    Choice(HashMap<String, String>),
    /// Texts.
    List,
    /// JSON.
    Json,
}

impl Conversion {
    /// How cells for a field are read.
    pub fn of(field: &Field) -> Self {
        match field.field_type {
            FieldType::String if field.multiline => Conversion::Lines,
            FieldType::String | FieldType::Ip | FieldType::Email => Conversion::Text,
            FieldType::Integer => Conversion::Integer,
            FieldType::Float => Conversion::Float,
            FieldType::Date => Conversion::Date {
                past: field.lies_in_past(),
            },
            FieldType::Boolean => Conversion::Boolean,
            FieldType::Enum => Conversion::Choice(choices(field)),
            FieldType::Tags | FieldType::Phones => Conversion::List,
            FieldType::Object | FieldType::Objects => Conversion::Json,
        }
    }
}

/// The folded texts of an enum's options, for those that fold to one option
/// only. An option's own text always means that option.
fn choices(field: &Field) -> HashMap<String, String> {
    let mut found: HashMap<String, String> = HashMap::new();
    let mut meant_twice = Vec::new();
    for option in &field.options {
        if found.insert(fold(option), option.clone()).is_some() {
            meant_twice.push(fold(option));
        }
    }
    for folded in meant_twice {
        found.remove(&folded);
    }
    if field.standard && field.id == standard::SEX {
        let words = words::SEX.iter();
        found.extend(words.map(|(word, sex)| (fold(word), (*sex).to_owned())));
    }
    found
}
