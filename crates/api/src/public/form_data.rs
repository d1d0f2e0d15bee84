//! Forms as browsers post them, and what is typed for a database's fields.

use roster_model::{Field, FieldType, json};
use roster_pages::Control;
use roster_pages::input::FIELD_PREFIX;
use serde_json::Value;

/// The names and values of a posted form.
pub(crate) struct FormData(Vec<(String, String)>);

impl FormData {
    /// Reads a form as browsers send it.
    pub fn of(body: &[u8]) -> Self {
        FormData(form_urlencoded::parse(body).into_owned().collect())
    }

    /// The value under a name; the first of several.
    pub fn one(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(other, _)| other == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// All values under a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(other, _)| other == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The last value under a name: that of a box, where a hidden control before
    /// it says no.
    pub fn last(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().rev().filter(|(other, _)| other == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// What was typed for a field, if its control was in the form.
    pub fn field(&self, field: &Field) -> Option<&str> {
        let name = format!("{FIELD_PREFIX}{}", field.name);
        match field.field_type {
            FieldType::Boolean => self.last(&name),
            _ => self.one(&name),
        }
    }
}

/// A control with what was typed into it.
pub(crate) fn typed(control: Control, text: Option<&str>) -> Control {
    let text = text.unwrap_or_default().to_owned();
    match control {
        Control::Text(_) => Control::Text(text),
        Control::Email(_) => Control::Email(text),
        Control::Tel(_) => Control::Tel(text),
        Control::Date(_) => Control::Date(text),
        Control::Number { whole, .. } => Control::Number { value: text, whole },
        Control::Select { options, .. } => Control::Select {
            options,
            chosen: text,
        },
        Control::Checkbox(_) => Control::Checkbox(ticked(&text)),
        // Browsers end lines with two characters.
        Control::Lines(_) => Control::Lines(text.replace("\r\n", "\n")),
        fixed @ Control::Fixed(_) => fixed,
    }
}

/// Whether a box was ticked. Browsers send `on`, or whatever value the page gives
/// the box, and nothing for one that isn't ticked; hidden controls beside a box
/// send a word for no.
pub(crate) fn ticked(text: &str) -> bool {
    let text = text.trim();
    let no = ["", "0", "false", "off", "no"];
    !no.iter().any(|no| text.eq_ignore_ascii_case(no))
}

/// What was typed for a field, as a write takes it.
pub(crate) fn value(field: &Field, text: &str) -> Value {
    let text = text.trim();
    match field.field_type {
        FieldType::Boolean => Value::Bool(ticked(text)),
        _ if text.is_empty() => Value::Null,
        FieldType::Phones | FieldType::Tags => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(Value::from).collect()
        }
        FieldType::Integer | FieldType::Float => {
            match serde_json::from_str::<serde_json::Number>(text) {
                Ok(number) if json::is_exact(text) => Value::Number(number),
                _ => text.into(),
            }
        }
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_ticked_by_any_value_that_is_no_no() {
        for yes in ["on", "true", "1", "yes", "ON", "agreed", " x ", "ja", "2"] {
            assert!(ticked(yes), "{yes}");
        }
        for no in ["", " ", "0", "false", "off", "no", "No", "FALSE", " Off "] {
            assert!(!ticked(no), "{no}");
        }
    }
}
