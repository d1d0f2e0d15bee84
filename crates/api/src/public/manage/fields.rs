//! The person's own fields: shown as controls, read back from a form.

use crate::public::form_data::{FormData, typed, value};
use crate::public::visit::Visit;
use roster_model::write::Refusal;
use roster_pages::input::FIELD_PREFIX;
use roster_pages::{Complaint, Control, Input};
use serde_json::{Map, Value};

/// The controls of the fields that a person may see. After a refused form: as it
/// was filled in, with the complaints.
pub(super) fn inputs(visit: &Visit, refused: Option<(&FormData, &Refusal)>) -> Vec<Input> {
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

/// What the form changes: the fields whose control has another value than the
/// profile, as a merge patch of its data.
pub(super) fn data(visit: &Visit, posted: &FormData) -> Map<String, Value> {
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
