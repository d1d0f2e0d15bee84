//! What the OpenAPI document shows is what can be sent: every operation is called with
//! the examples that stand in it, on a server that has what they speak of, and answers
//! as it says when all goes well.

mod conflicts;
mod members;
mod people;
mod places;
mod round_trips;
mod shape;
mod statuses;
mod world;

use crate::support::{Answer, Client, escaped};
use places::{Place, place};
use serde_json::{Map, Value};
use world::World;

/// What an example names and only the server can give: the ids of a profile and of a
/// subscription.
const PROFILE: &str = "1a20967479554ede711e88dc";
const SUBSCRIPTION: &str = "9f2c41d0";

/// Parameters whose examples are of another moment: a revision, and a page.
const OF_A_MOMENT: [&str; 2] = ["If-Match", "cursor"];

/// One operation of the document.
struct Operation<'a> {
    method: String,
    path: &'a str,
    said: &'a Value,
}

impl<'a> Operation<'a> {
    fn all(document: &'a Value) -> Vec<Self> {
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, item)| {
            let item = item.as_object().unwrap();
            item.iter().map(move |(method, said)| Operation {
                method: method.to_uppercase(),
                path,
                said,
            })
        });
        operations.collect()
    }

    /// Whether anybody may call it.
    fn is_open(&self) -> bool {
        self.said["security"] == serde_json::json!([])
    }

    /// Whether it takes somebody's session.
    fn is_personal(&self) -> bool {
        self.said["security"].pointer("/0/session").is_some()
    }

    fn id(&self) -> &'a str {
        self.said["operationId"].as_str().unwrap()
    }

    /// Every example of its body, with how it is sent.
    fn bodies(&self, document: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let content = self.said["requestBody"]["content"].as_object();
        let mut bodies = Vec::new();
        for (kind, content) in content.into_iter().flatten() {
            let mut add = |example: &'a Value| {
                if !example.is_null() && !bodies.contains(&(kind.as_str(), example)) {
                    bodies.push((kind.as_str(), example));
                }
            };
            add(&content["example"]);
            let named = content["examples"].as_object().into_iter().flatten();
            named.for_each(|(_, example)| add(&example["value"]));
            for schema in schemas(&content["schema"], document) {
                add(&schema["example"]);
                let several = schema["examples"].as_array().into_iter().flatten();
                several.for_each(&mut add);
            }
        }
        bodies
    }

    /// The examples of its parameters in `place`.
    fn parameters(&self, place: &str) -> Vec<(&'a str, String)> {
        let all = self.said["parameters"].as_array().into_iter().flatten();
        let shown = all.filter(|one| one["in"] == place && !one["example"].is_null());
        let shown = shown.map(|one| {
            let example = match &one["example"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (one["name"].as_str().unwrap(), example)
        });
        shown
            .filter(|(name, _)| !OF_A_MOMENT.contains(name))
            .collect()
    }

    /// Whether the document has a status for when all goes well.
    fn answers(&self, status: u16) -> bool {
        let said = self.said["responses"].as_object().unwrap();
        status < 400 && said.contains_key(&status.to_string())
    }

    /// A call of it with a body, if it has one, at a place that is made for it.
    fn call(&self, world: &World, body: Option<(&str, &Value)>) -> Call {
        let place = place(world, self.id());
        let target = self.target(&place);
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, text: &str| headers.push((name.to_owned(), text.to_owned()));
        let of_document = self.parameters("header");
        of_document.iter().for_each(|(name, text)| add(name, text));
        let of_place = place.headers.iter();
        of_place.for_each(|(name, text)| add(name, text));
        let text = match (body, place.body) {
            (Some((kind, example)), _) => {
                add("content-type", kind);
                place.completed(written(kind, example, world))
            }
            (None, Some((kind, text))) => {
                add("content-type", kind);
                text.to_owned()
            }
            (None, None) => String::new(),
        };
        Call {
            method: self.method.clone(),
            target,
            headers,
            text,
            open: self.is_open() || self.is_personal(),
        }
    }

    fn target(&self, place: &Place) -> String {
        let mut query = self.parameters("query");
        query.retain(|(name, _)| place.query.iter().all(|(other, _)| other != name));
        query.extend(place.query.iter().cloned());
        let mut target = place.path(self.path);
        for (index, (name, value)) in query.iter().enumerate() {
            let joint = if index == 0 { '?' } else { '&' };
            target.push_str(&format!("{joint}{name}={}", escaped(value)));
        }
        assert!(!target.contains('{'), "{}: {target}", self.id());
        target
    }
}

/// A request that an operation takes.
struct Call {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    text: String,
    /// Whether it needs no token: it is for anybody, or has a cookie.
    open: bool,
}

impl Call {
    fn send(&self, world: &World) -> Answer {
        self.send_by(if self.open {
            &world.anybody
        } else {
            &world.api
        })
    }

    /// The same once more.
    fn again(&self) -> Call {
        Call {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            text: self.text.clone(),
            open: self.open,
        }
    }

    fn send_by(&self, client: &Client) -> Answer {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        client.send(&self.method, &self.target, &headers, &self.text)
    }
}

/// A schema, and what it refers to or is one of.
fn schemas<'a>(schema: &'a Value, document: &'a Value) -> Vec<&'a Value> {
    let mut all = vec![schema];
    if let Some(link) = schema["$ref"].as_str() {
        let pointer = link.strip_prefix('#').unwrap();
        all.extend(schemas(document.pointer(pointer).unwrap(), document));
    }
    for choice in ["oneOf", "anyOf"] {
        let choices = schema[choice].as_array().into_iter().flatten();
        all.extend(choices.flat_map(|choice| schemas(choice, document)));
    }
    all
}

/// An example as it is sent, with the ids that only the server can give.
fn written(kind: &str, example: &Value, world: &World) -> String {
    let text = match kind {
        "application/x-www-form-urlencoded" => {
            let empty = Map::new();
            let members = example.as_object().unwrap_or(&empty).iter();
            let pairs = members.map(|(name, value)| {
                let text = value.as_str().map_or(value.to_string(), str::to_owned);
                format!("{}={}", escaped(name), escaped(&text))
            });
            pairs.collect::<Vec<_>>().join("&")
        }
        _ => example.to_string(),
    };
    let text = text
        .replace(PROFILE, &world.ann)
        .replace(SUBSCRIPTION, &world.subscription);
    people::with_invitation(text, world)
}

#[test]
fn every_operation_takes_its_own_examples() {
    let world = World::new();
    let document = world.anybody.get("/v1/openapi.json").ok(200);
    let operations = Operation::all(&document);
    let mut wrong = Vec::new();
    let mut sent = 0;
    for operation in &operations {
        let mut bodies: Vec<_> = operation.bodies(&document).into_iter().map(Some).collect();
        if bodies.is_empty() {
            bodies.push(None);
        }
        for body in bodies {
            let answer = operation.call(&world, body).send(&world);
            sent += 1;
            // It needs a database of others: `sources` has them.
            if operation.id() == "previewSchedule" {
                continue;
            }
            if !operation.answers(answer.status) {
                let (status, text) = (answer.status, &answer.text);
                let shown = body.map(|(_, example)| example);
                wrong.push(format!(
                    "{} {} ({}): {status}\n  {text:.400}\n  {shown:?}",
                    operation.method,
                    operation.path,
                    operation.id()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sent >= operations.len(), "{sent}");
}
