//! The person's own fields: shown as controls, read back from a form.

use crate::visit::Visit;
use roster_model::write::ItemError;
use roster_model::{Field, FieldType};
use roster_pages::input::FIELD_PREFIX;
use roster_pages::{Complaint, Control, Input};
use serde_json::{Map, Value};

/// The names and values of a posted form.
pub(crate) struct Posted(Vec<(String, String)>);

impl Posted {
    /// Reads a form as browsers send it.
    pub fn of(body: &[u8]) -> Self {
        Posted(form_urlencoded::parse(body).into_owned().collect())
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

    /// What was typed for a field, if its control was in the form.
    fn field(&self, field: &Field) -> Option<&str> {
        self.one(&format!("{FIELD_PREFIX}{}", field.name))
    }
}

/// The controls of the fields that a person may see. After a refused form: as it
/// was filled in, with the complaints.
pub(super) fn inputs(visit: &Visit, refused: Option<(&Posted, &ItemError)>) -> Vec<Input> {
    let language = visit.frame().language;
    let shown = visit.definitions.database.fields.iter();
    shown
        .filter(|field| field.manager)
        .filter_map(|field| {
            let value = visit.profile.data.get(&field.name);
            let mut input = Input::of(field, value, language)?;
            if let Some((posted, error)) = refused {
                input.control = typed(input.control, posted.field(field));
                let place = format!("/data/{}", field.name);
                let mut wrong = error.errors.iter();
                let own = wrong.find(|one| {
                    let rest = one.pointer.strip_prefix(&place);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                });
                let taken = error.field.as_deref() == Some(field.name.as_str());
                input.error = match own {
                    Some(own) => Some(Complaint::from_code(own.code)),
                    None => taken.then_some(Complaint::Taken),
                };
            }
            Some(input)
        })
        .collect()
}

/// A control with what was typed into it.
fn typed(control: Control, text: Option<&str>) -> Control {
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
        Control::Checkbox(_) => Control::Checkbox(text == "true"),
        // Browsers end lines with two characters.
        Control::Lines(_) => Control::Lines(text.replace("\r\n", "\n")),
        fixed @ Control::Fixed(_) => fixed,
    }
}

/// What the form changes: the fields whose control has another value than the
/// profile, as a merge patch of its data.
pub(super) fn data(visit: &Visit, posted: &Posted) -> Map<String, Value> {
    let mut data = Map::new();
    for input in inputs(visit, None) {
        let Some(name) = input.name.strip_prefix(FIELD_PREFIX) else {
            continue;
        };
        let Some(field) = visit.definitions.database.field(name) else {
            continue;
        };
        let given = posted.field(field);
        // Browsers leave out a box that isn't ticked; a control that the page
        // shows as it is isn't posted at all.
        let checkbox = matches!(input.control, Control::Checkbox(_));
        if (given.is_none() && !checkbox) || matches!(input.control, Control::Fixed(_)) {
            continue;
        }
        if typed(input.control.clone(), given) == input.control {
            continue;
        }
        data.insert(name.to_owned(), value(field, given.unwrap_or_default()));
    }
    data
}

fn value(field: &Field, text: &str) -> Value {
    let text = text.trim();
    match field.field_type {
        FieldType::Boolean => Value::Bool(text == "true"),
        _ if text.is_empty() => Value::Null,
        FieldType::Phones | FieldType::Tags => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(Value::from).collect()
        }
        FieldType::Integer | FieldType::Float => {
            let number = serde_json::from_str::<serde_json::Number>(text);
            number.map_or_else(|_| text.into(), Value::Number)
        }
        _ => text.into(),
    }
}
