//! One datum of a person in a form: its label, control, value and complaint.

use crate::complaint::Complaint;
use crate::language::Language;
use roster_model::{Field, FieldType};
use serde_json::Value;

/// What stands before a field's name in the names of the controls that
/// [`Input::of`] makes, so that no field can be taken for something else.
pub const FIELD_PREFIX: &str = "field.";

/// One labelled control. Texts are shown escaped.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The name it is posted under.
    pub name: String,
    /// What people read.
    pub label: String,
    /// What else they should know; may be empty.
    pub help: String,
    /// The control with its value.
    pub control: Control,
    /// Whether it must be filled.
    pub required: bool,
    /// What the browser may fill in: a token of the HTML attribute
    /// `autocomplete`, or empty.
    pub autocomplete: String,
    /// What is wrong with the value.
    pub error: Option<Complaint>,
}

/// The kinds of controls, with the value as it was typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// One line of text.
    Text(String),
    /// An e-mail address that can be typed.
    Email(String),
    /// A contact that is only shown; it is not posted.
    Fixed(String),
    /// A phone number.
    Tel(String),
    /// A date, `YYYY-MM-DD`.
    Date(String),
    /// A number.
    Number {
        /// The number, or what was typed instead.
        value: String,
        /// Whether it must be whole.
        whole: bool,
    },
    /// One of several options, or none.
    Select {
        /// Values and what people read.
        options: Vec<(String, String)>,
        /// The value chosen; empty for none.
        chosen: String,
    },
    /// Yes or no: posted with the value `true` if checked, else not at all.
    Checkbox(bool),
    /// A list, one item a line; or a text of several lines.
    Lines(String),
}

impl Input {
    /// The control for a database's field and its canonical value; `None` if
    /// the field can't be shown (objects).
    ///
    /// Standard fields whose title nobody changed are labelled in the page's
    /// language. The e-mail address is only shown: who could change it could
    /// take over somebody else's subscriptions.
    pub fn of(field: &Field, value: Option<&Value>, language: Language) -> Option<Self> {
        let text = value.map(in_words).unwrap_or_default();
        let (label, autocomplete) = standard(field, language);
        let control = match field.field_type {
            FieldType::Email => Control::Fixed(text),
            FieldType::Phones | FieldType::Tags => Control::Lines(text),
            FieldType::String if field.multiline => Control::Lines(text),
            FieldType::Integer => Control::Number {
                value: text,
                whole: true,
            },
            FieldType::Float => Control::Number {
                value: text,
                whole: false,
            },
            // An instant would lose its time in a control for days.
            FieldType::Date if text.is_empty() || text.len() == 10 => Control::Date(text),
            FieldType::Date | FieldType::String | FieldType::Ip => Control::Text(text),
            FieldType::Boolean => Control::Checkbox(value == Some(&Value::Bool(true))),
            FieldType::Enum => Control::Select {
                options: options(field, language),
                chosen: text,
            },
            FieldType::Object | FieldType::Objects => return None,
        };
        Some(Input {
            name: format!("{FIELD_PREFIX}{}", field.name),
            label,
            help: match control {
                Control::Lines(_) if !field.multiline => language.texts().lines_help.to_owned(),
                _ => String::new(),
            },
            required: field.required && !matches!(control, Control::Checkbox(_)),
            autocomplete: autocomplete.to_owned(),
            control,
            error: None,
        })
    }
}

/// A canonical value as it is typed; lists have one item a line.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let lines: Vec<String> = items.iter().map(in_words).collect();
            lines.join("\n")
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// A field's label, and what the browser may fill it with.
fn standard(field: &Field, language: Language) -> (String, &'static str) {
    let t = language.texts();
    let (title, own, autocomplete) = match field.name.as_str() {
        "email" => ("Email", t.field_email, "email"),
        "phones" => ("Phones", t.field_phones, ""),
        "_fname" => ("Name", t.field_first_name, "given-name"),
        "_lname" => ("Last name", t.field_last_name, "family-name"),
        "_bdate" => ("Date of birth", t.field_birth_date, "bday"),
        "_sex" => ("Gender", t.field_sex, ""),
        "_city" => ("City", t.field_city, "address-level2"),
        "_country" => ("Country", t.field_country, "country-name"),
        "_region" => ("Region", t.field_region, "address-level1"),
        "_postal_code" => ("Postal code", t.field_postal_code, "postal-code"),
        _ => ("", "", ""),
    };
    let named = [&field.title, &field.name];
    let label = match named.into_iter().find(|text| !text.is_empty()) {
        Some(text) if field.standard && *text == title => own.to_owned(),
        Some(text) => text.clone(),
        None => String::new(),
    };
    (label, if field.standard { autocomplete } else { "" })
}

fn options(field: &Field, language: Language) -> Vec<(String, String)> {
    let t = language.texts();
    let named = field.options.iter().map(|option| {
        let title = match option.as_str() {
            "male" if field.standard => t.option_male,
            "female" if field.standard => t.option_female,
            other => other,
        };
        (option.clone(), title.to_owned())
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_model::standard::standard_fields;
    use serde_json::json;

    fn field(name: &str) -> Field {
        let mut fields = standard_fields().into_iter();
        fields.find(|f| f.name == name).unwrap()
    }

    #[test]
    fn standard_fields_are_labelled_in_the_pages_language_unless_renamed() {
        let mut name = field("_fname");
        let input = Input::of(&name, Some(&json!("Ada")), Language::Ru).unwrap();
        assert_eq!(
            (input.label.as_str(), input.name.as_str()),
            ("Имя", "field._fname")
        );
        assert_eq!(input.control, Control::Text("Ada".to_owned()));
        assert_eq!(input.autocomplete, "given-name");
        name.title = "Как вас зовут".to_owned();
        assert_eq!(
            Input::of(&name, None, Language::En).unwrap().label,
            "Как вас зовут"
        );
        name.title = String::new();
        assert_eq!(
            Input::of(&name, None, Language::En).unwrap().label,
            "_fname"
        );
    }

    #[test]
    fn every_kind_of_field_has_a_control_that_keeps_its_value() {
        let control = |kind, value: Value| {
            let mut field = field("_city");
            field.field_type = kind;
            Input::of(&field, Some(&value), Language::En).map(|i| i.control)
        };
        let text = |text: &str| text.to_owned();
        assert_eq!(
            control(FieldType::Tags, json!(["a", "b"])),
            Some(Control::Lines(text("a\nb")))
        );
        assert_eq!(
            control(FieldType::Float, json!(0.5)),
            Some(Control::Number {
                value: text("0.5"),
                whole: false
            })
        );
        assert_eq!(
            control(FieldType::Boolean, json!(true)),
            Some(Control::Checkbox(true))
        );
        assert_eq!(
            control(FieldType::Date, json!("2000-02-29")),
            Some(Control::Date(text("2000-02-29")))
        );
        assert_eq!(
            control(FieldType::Date, json!("2000-02-29T00:00:00.000Z")),
            Some(Control::Text(text("2000-02-29T00:00:00.000Z")))
        );
        assert_eq!(
            control(FieldType::Email, json!("a@example.org")),
            Some(Control::Fixed(text("a@example.org")))
        );
        assert_eq!(control(FieldType::Object, json!({})), None);
    }

    #[test]
    fn options_keep_their_value_whatever_people_read() {
        let sex = Input::of(&field("_sex"), Some(&json!("male")), Language::Ru).unwrap();
        let Control::Select { options, chosen } = sex.control else {
            panic!("no select");
        };
        assert_eq!(chosen, "male");
        assert_eq!(
            options.first().unwrap(),
            &("male".to_owned(), "Мужской".to_owned())
        );
    }
}
