//! The parts of a path that stand for something: `{db}`, `{id}` and the like.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, RefOr, Required, Type};

/// What `{name}` stands for after the part of the path before it, with an example.
struct Place {
    after: &'static str,
    name: &'static str,
    about: &'static str,
    example: &'static str,
}

const fn place(
    after: &'static str,
    name: &'static str,
    about: &'static str,
    example: &'static str,
) -> Place {
    Place {
        after,
        name,
        about,
        example,
    }
}

const PLACES: &[Place] = &[
    place("databases", "db", "The database's id.", "1"),
    place("fields", "name", "The field's name.", "party"),
    place(
        "profiles",
        "id",
        "The profile's id: 24 lower-case hexadecimal digits.",
        "0198c5a2f3e14b7d9a60e21f",
    ),
    place("resources", "id", "The resource's id.", "1"),
    place("relation-types", "id", "The relation type's id.", "1"),
    place(
        "relations",
        "a",
        "The id of the profile on side A.",
        "0198c5a2f3e14b7d9a60e21f",
    ),
    place(
        "{a}",
        "b",
        "The id of the profile on side B.",
        "0198c5a2f3e14b7d9a60e21f",
    ),
    place("merges", "id", "The merge's id.", "1881234567890123456"),
    place("segments", "id", "The segment's id.", "1"),
    place("app-keys", "id", "The key's id.", "1"),
    place("views", "id", "The view's id.", "1"),
    place("updates", "id", "The update's id.", "1"),
    place(
        "imports",
        "id",
        "The import's id; to PUT a file, its name.",
        "1",
    ),
    place("import-settings", "name", "Their name.", "nightly"),
    place("schedules", "id", "The schedule's id.", "1"),
    place("runs", "run", "The run's id.", "1"),
    place("connectors", "id", "The connector's id.", "1"),
    place("exports", "id", "The export's id.", "1"),
    place(
        "suppressions",
        "id",
        "The list's id; 1 is the global one.",
        "1",
    ),
    place("forms", "id", "The form's id.", "1"),
    place(
        "hooks",
        "id",
        "The webhook's id.",
        "q0Wm3yTzJc1nV5uXb8LrPdGk7sEaHf2i",
    ),
    place("deliveries", "delivery", "The delivery's id.", "12"),
    place("outbox", "id", "The message's id.", "17"),
    place("watchers", "id", "The watcher's id.", "1"),
    place("tokens", "id", "The token's id.", "1"),
    place("users", "id", "The user's id.", "1"),
    place("sessions", "id", "The session's id.", "1"),
    place("passkeys", "id", "The passkey's id.", "1"),
    place("f", "id", "The form's id.", "1"),
    place(
        "e",
        "token",
        "What the link says, signed; with `.gif` at its end it is a picture.",
        "AbC.gif",
    ),
    place("confirm", "token", "What the link says, signed.", "AbC"),
    place("unsubscribe", "token", "What the link says, signed.", "AbC"),
    place("manage", "token", "What the link says, signed.", "AbC"),
];

/// The parameters of a path, in order. One that no place describes is left out, which a
/// test of the document shows.
pub(crate) fn parameters(path: &str) -> Vec<RefOr<Parameter>> {
    let mut parameters = Vec::new();
    let mut before = "";
    for part in path.split('/') {
        let name = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        let found = PLACES
            .iter()
            .find(|place| Some(place.name) == name && place.after == before);
        parameters.extend(found.map(parameter));
        before = part;
    }
    parameters
}

fn parameter(place: &Place) -> RefOr<Parameter> {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    ParameterBuilder::new()
        .name(place.name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(place.about))
        .schema(Some(schema))
        .example(Some(place.example.into()))
        .build()
        .into()
}
