//! Bodies and queries have the members that the document says, and no others: every
//! optional one is sent, and where one that doesn't exist is sent, the server names
//! those that do.

use super::Operation;
use super::shape::{Shape, shapes, variants};
use super::world::World;
use crate::support::Answer;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A name that nothing has.
const STRANGER: &str = "no_such_member";

/// Operations whose query may name any field of the database.
const ANY_FIELD: [&str; 1] = ["listProfiles"];

/// What an answer shows and may be sent back, as it is.
const SENT_BACK: [(&str, &[&str]); 5] = [
    ("updateField", &["id", "name", "standard"]),
    ("previewField", &["id", "name", "standard"]),
    ("updateHook", &["database_id"]),
    ("createSuppression", &["is_global"]),
    ("updateSuppression", &["is_global"]),
];

/// Operations that answer with what is wrong, instead of refusing it; and one that looks
/// at nothing but which subscription is named.
const TELLING: [&str; 4] = [
    "changeRelations",
    "previewImport",
    "tellEvents",
    "restoreSubscription",
];

/// Members of contacts, which a subscription of another channel doesn't have.
const OF_CONTACTS: [&str; 4] = ["/cc_data", "/phone", "/provider", "/subscription_id"];

/// What is wrong with members in an answer: those that the server doesn't know.
fn unknown(answer: &Answer) -> Vec<String> {
    let Ok(body) = serde_json::from_str::<Value>(&answer.text) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut of = |one: &Value| {
        let detail = one["detail"].as_str().unwrap_or_default();
        let says = ["There is no member", "unknown field", "There is no query"];
        let contact = one["pointer"].as_str().unwrap_or_default();
        if detail.starts_with("A subscription of channel") && OF_CONTACTS.contains(&contact) {
            return;
        }
        if one["code"] == "unknown_member" || says.iter().any(|says| detail.contains(says)) {
            found.push(format!("{} {detail}", one["pointer"]));
        }
    };
    of(&body);
    body["errors"].as_array().into_iter().flatten().for_each(of);
    found
}

/// The names that an error lists as those that there are; none where it lists none.
fn listed(detail: &str) -> Option<BTreeSet<String>> {
    let (_, ours) = detail.split_once("here; there are ").unwrap_or_default();
    let (_, serdes) = detail.split_once(", expected ").unwrap_or_default();
    let names: BTreeSet<String> = match (ours, serdes) {
        ("", "") => return None,
        ("", serdes) => serdes
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect(),
        (ours, _) => ours
            .trim_end_matches('.')
            .split(", ")
            .map(str::to_owned)
            .collect(),
    };
    Some(names)
}

/// Operations with a body in JSON, its schema, and the first example of it.
fn bodies<'a>(operations: &'a [Operation<'a>], document: &'a Value) -> Vec<Body<'a>> {
    let with = operations.iter().filter_map(|operation| {
        let content = &operation.said["requestBody"]["content"]["application/json"];
        let schema = (!content.is_null()).then_some(&content["schema"])?;
        let shown = operation.bodies(document).into_iter();
        let mut shown = shown.filter(|(kind, _)| *kind == "application/json");
        let example = shown
            .next()
            .map_or_else(|| json!({}), |(_, one)| one.clone());
        Some(Body {
            operation,
            schema,
            example,
        })
    });
    with.collect()
}

struct Body<'a> {
    operation: &'a Operation<'a>,
    schema: &'a Value,
    example: Value,
}

impl Body<'_> {
    fn send(&self, world: &World, body: &Value) -> Answer {
        let call = self.operation.call(world, Some(("application/json", body)));
        call.send(world)
    }

    /// A body whose other members are as the example shows them, but for what is at
    /// `place`.
    fn around(&self, place: &str, body: &Value) -> Value {
        let mut body = body.clone();
        let meant = place.split('/').nth(1).unwrap_or_default();
        for (name, value) in body.as_object_mut().into_iter().flatten() {
            if let Some(shown) = self.example.get(name).filter(|_| name != meant) {
                *value = shown.clone();
            }
        }
        body
    }

    /// Whether some kind of this body has all these members.
    fn allows(&self, body: &Value, document: &Value) -> bool {
        let given: Vec<&String> = body
            .as_object()
            .into_iter()
            .flat_map(|all| all.keys())
            .collect();
        shapes(self.schema, document).iter().any(|shape| {
            let names: Vec<&str> = shape.names().collect();
            shape.is_open() || given.iter().all(|name| names.contains(&name.as_str()))
        })
    }
}

/// `base` with what `more` has, part by part.
fn merged(base: &Value, more: &Value) -> Value {
    match (base, more) {
        (Value::Object(base), Value::Object(more)) => {
            let mut both = base.clone();
            for (name, value) in more {
                let value = base
                    .get(name)
                    .map_or_else(|| value.clone(), |base| merged(base, value));
                both.insert(name.clone(), value);
            }
            Value::Object(both)
        }
        (_, more) => more.clone(),
    }
}

#[test]
fn every_member_of_every_body_is_taken() {
    let world = World::new();
    let document = world.anybody.get("/v1/openapi.json").ok(200);
    let operations = Operation::all(&document);
    let mut wrong = Vec::new();
    let mut sent = 0;
    for body in bodies(&operations, &document) {
        let mut all = body.example.clone();
        let mut tried = Vec::new();
        for (place, part) in variants(body.schema, &document) {
            // At the top, all together; what excludes each other is refused as that.
            let more = merged(&part, &all);
            if place.matches('/').count() == 1 && body.allows(&more, &document) {
                all = more;
            }
            tried.push((place.clone(), body.around(&place, &part)));
            tried.push((place, merged(&body.example, &part)));
        }
        tried.push(("all".to_owned(), all));
        tried.retain(|(_, sending)| body.allows(sending, &document));
        for (place, sending) in tried {
            let answer = body.send(&world, &sending);
            sent += 1;
            // A cursor is of a moment.
            let of_a_moment = place.ends_with("/cursor") || place == "all";
            let broken = answer.status == 400 && !of_a_moment || answer.status >= 500;
            let strange = unknown(&answer);
            if broken || !strange.is_empty() {
                wrong.push(format!(
                    "{} {place}: {} {strange:?} {:.300}\n    {sending}",
                    body.operation.id(),
                    answer.status,
                    answer.text
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sent > 500, "{sent}");
}

/// A part of a body, with where it stands in it.
struct Part<'a> {
    place: String,
    shape: Shape<'a>,
    /// The body with the stranger in this part.
    strange: Value,
}

/// Every object of a body in which a stranger can stand.
fn parts<'a>(body: &Body<'a>, document: &'a Value) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for shape in shapes(body.schema, document) {
        let mut strange = body.around("", &shape.minimal(document));
        strange[STRANGER] = json!(0);
        parts.push(Part {
            place: String::new(),
            shape,
            strange,
        });
    }
    for (place, part) in variants(body.schema, document) {
        let schema = super::shape::at(body.schema, &place, document);
        for shape in schema
            .into_iter()
            .flat_map(|schema| shapes(schema, document))
        {
            let mut part = part.clone();
            let Some(inner) = part.pointer_mut(&place).filter(|inner| inner.is_object()) else {
                continue;
            };
            inner[STRANGER] = json!(0);
            parts.push(Part {
                place: place.clone(),
                shape,
                strange: body.around(&place, &part),
            });
        }
    }
    parts
}

#[test]
fn no_body_has_a_member_that_is_not_described() {
    let world = World::new();
    let document = world.anybody.get("/v1/openapi.json").ok(200);
    let operations = Operation::all(&document);
    let mut wrong = Vec::new();
    let mut held = 0;
    for body in bodies(&operations, &document) {
        let all = parts(&body, &document);
        for part in &all {
            let id = body.operation.id();
            if part.shape.is_open() || TELLING.contains(&id) {
                continue;
            }
            let mut answer = body.send(&world, &part.strange);
            let place = &part.place;
            let mut strange = unknown(&answer);
            if strange.is_empty() && place.is_empty() {
                // Where more must be there than the document can say.
                let mut shown = body.example.clone();
                shown[STRANGER] = json!(0);
                answer = body.send(&world, &shown);
                strange = unknown(&answer);
            }
            let about = strange.iter().find(|one| one.contains(STRANGER));
            let Some(about) = about else {
                let text = &answer.text;
                wrong.push(format!(
                    "{id} {place} takes anything: {} {text:.300}\n   {}",
                    answer.status, part.strange
                ));
                continue;
            };
            let Some(known) = listed(about) else {
                // Its words are held against the document by crates/openapi/tests/members.rs.
                continue;
            };
            held += 1;
            let same = all.iter().filter(|other| other.place == *place);
            let described: BTreeSet<_> = same.flat_map(|other| other.shape.names()).collect();
            let back = SENT_BACK.iter().filter(|(of, _)| *of == id);
            let back: Vec<&str> = back.flat_map(|(_, names)| *names).copied().collect();
            let is_known = |name: &str| described.contains(name) || back.contains(&name);
            let missing: Vec<_> = known.iter().filter(|name| !is_known(name)).collect();
            if !missing.is_empty() {
                wrong.push(format!("{id} {place} lacks {missing:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(held > 50, "{held}");
}

#[test]
fn queries_have_the_parameters_that_are_described() {
    let world = World::new();
    let document = world.anybody.get("/v1/openapi.json").ok(200);
    let mut wrong = Vec::new();
    for operation in Operation::all(&document) {
        // What people open is opened with whatever a mail program adds to links.
        if operation.said["security"] == json!([]) || ANY_FIELD.contains(&operation.id()) {
            continue;
        }
        let bodies = operation.bodies(&document);
        let mut call = operation.call(&world, bodies.first().copied());
        let joint = if call.target.contains('?') { '&' } else { '?' };
        call.target.push_str(&format!("{joint}{STRANGER}=1"));
        let answer = call.send(&world);
        let id = operation.id();
        let problem: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let detail = problem["detail"].as_str().unwrap_or_default();
        if answer.status != 400 || !detail.starts_with("There is no query parameter") {
            wrong.push(format!(
                "{id} takes any parameter: {} {detail}",
                answer.status
            ));
            continue;
        }
        let known = listed(detail).unwrap_or_default();
        let described = operation.said["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        let described = described.filter(|one| one["in"] == "query");
        let described: BTreeSet<String> = described
            .filter_map(|one| one["name"].as_str().map(str::to_owned))
            .collect();
        if known != described {
            wrong.push(format!(
                "{id} has {known:?} and is said to have {described:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
