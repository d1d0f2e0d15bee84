//! Puts the components' documents together, and adds what they share: access,
//! error answers, headers. All of it follows from the route tables, so that a
//! handler says nothing twice.

use crate::places;
use crate::statuses::DescribedOperation;
use roster_http::{Route, Table, Verb, kinds};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use utoipa::openapi::{ComponentsBuilder, HttpMethod, Info, OpenApi, PathItem, Paths, Tag};

/// The routes of all components.
pub fn routes() -> Vec<&'static Route> {
    roster_api::ALL
        .iter()
        .flat_map(|table| table.routes)
        .collect()
}

/// The operations of one noun, with the schemas that they mention.
fn part(table: &Table) -> OpenApi {
    let mut paths = Paths::new();
    let mut components = ComponentsBuilder::new();
    for route in table.routes {
        // `#[route]` describes every handler.
        let Some(describe) = route.operation else {
            continue;
        };
        let mut described = describe();
        described.operation.tags = Some(vec![table.tag.to_owned()]);
        let mut parameters = places::parameters(route.path);
        parameters.extend(described.operation.parameters.into_iter().flatten());
        described.operation.parameters = (!parameters.is_empty()).then_some(parameters);
        let item = PathItem::new(method(route.verb), described.operation);
        match paths.paths.get_mut(route.path) {
            Some(before) => before.merge_operations(item),
            None => {
                paths.paths.insert(route.path.to_owned(), item);
            }
        }
        components = components.schemas_from_iter(described.schemas);
    }
    let mut part = OpenApi::new(Info::default(), paths);
    part.components = Some(components.build());
    let mut tag = Tag::new(table.tag);
    tag.description = Some(table.about.to_owned());
    part.tags = Some(vec![tag]);
    part
}

/// The whole document.
pub fn document() -> Value {
    let mut info = Info::new("Roster", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "Keeps customer profiles: databases with typed fields, the resources that people \
         subscribe to, the profiles with their subscriptions and history, and a search that \
         finds a person as fast as one can type. Times are UTC; ids are opaque texts; errors \
         are problem documents (RFC 9457)."
            .to_owned(),
    );
    let mut all = OpenApi::new(info, Paths::new());
    all.merge(roster_http::openapi::openapi());
    for table in roster_api::ALL {
        all.merge(part(table));
    }
    let mut document = serde_json::to_value(all).unwrap_or_default();
    if let Some(info) = document["info"].as_object_mut() {
        info.insert(
            "license".to_owned(),
            json!({ "name": "Apache-2.0", "identifier": "Apache-2.0" }),
        );
    }
    document["servers"] = json!([{ "url": "/", "description": "Where this document comes from" }]);
    document["components"]["securitySchemes"] = json!({
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "The admin token, or an API token of /v1/tokens that has the scope \
                            named beside the operation.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-roster",
            "description": "The cookie that signing in to the console sets. It opens what the \
                            role of its user has the scopes for, wherever a token would; \
                            browsers alone can send it, from pages of this application. Over \
                            plain http its name is roster.",
        }
    });
    document["components"]["responses"] = responses();
    drop_unmentioned(&mut document);
    // Each kind of problem says more in members of its own.
    document["components"]["schemas"]["Problem"]["additionalProperties"] = json!({});
    close_bodies(&mut document);
    let schemas = document["components"]["schemas"].clone();
    for route in routes() {
        let verb = verb(route.verb);
        let operation = &mut document["paths"][route.path][verb];
        if let Some(operation) = operation.as_object_mut() {
            complete(operation, route);
            explain(operation, &schemas);
        }
    }
    let text = document.to_string();
    if let Some(responses) = document["components"]["responses"].as_object_mut() {
        // Of those, too, that no operation answers with.
        responses.retain(|name, _| text.contains(&format!("\"#/components/responses/{name}\"")));
    }
    document
}

/// Leaves out schemas that nothing refers to: a page has its items' in itself.
fn drop_unmentioned(document: &mut Value) {
    loop {
        let text = document.to_string();
        let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
            return;
        };
        let before = schemas.len();
        schemas.retain(|name, _| text.contains(&format!("\"#/components/schemas/{name}\"")));
        if schemas.len() == before {
            return;
        }
    }
}

/// Says of every object that is read that it has no other members than those described.
fn close_bodies(document: &mut Value) {
    let mut names = BTreeSet::new();
    for (_, item) in members(document.get_mut("paths")) {
        for (_, operation) in members(Some(item)) {
            let content = operation.pointer_mut("/requestBody/content/application~1json");
            if let Some(content) = content {
                close(&mut content["schema"], &mut names);
            }
        }
    }
    let mut closed = BTreeSet::new();
    while let Some(name) = names.pop_first() {
        if closed.insert(name.clone()) {
            close(&mut document["components"]["schemas"][&name], &mut names);
        }
    }
}

/// Closes a schema and those inside it; `names` gets those that it refers to.
fn close(schema: &mut Value, names: &mut BTreeSet<String>) {
    let name = schema["$ref"]
        .as_str()
        .and_then(|link| link.rsplit('/').next());
    names.extend(name.map(str::to_owned));
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    if schema.contains_key("allOf") {
        // Its parts know nothing of each other: what they have together is closed.
        schema.insert("unevaluatedProperties".to_owned(), false.into());
        return;
    }
    for choice in ["oneOf", "anyOf"] {
        items(schema.get_mut(choice)).for_each(|one| close(one, names));
    }
    if let Some(item) = schema.get_mut("items") {
        close(item, names);
    }
    if schema.contains_key("properties") {
        members(schema.get_mut("properties")).for_each(|(_, one)| close(one, names));
        schema.entry("additionalProperties").or_insert(false.into());
    }
}

/// The method as utoipa has it.
fn method(verb: Verb) -> HttpMethod {
    match verb {
        Verb::Get => HttpMethod::Get,
        Verb::Post => HttpMethod::Post,
        Verb::Put => HttpMethod::Put,
        Verb::Patch => HttpMethod::Patch,
        Verb::Delete => HttpMethod::Delete,
        Verb::Options => HttpMethod::Options,
    }
}

/// The operation's key in its path.
fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "get",
        Verb::Post => "post",
        Verb::Put => "put",
        Verb::Patch => "patch",
        Verb::Delete => "delete",
        Verb::Options => "options",
    }
}

/// The error statuses with their kinds of problem.
fn statuses() -> Vec<(u16, Vec<kinds::Kind>)> {
    let mut statuses: Vec<(u16, Vec<kinds::Kind>)> = Vec::new();
    for kind in kinds::ALL {
        match statuses.last_mut() {
            Some((status, same)) if *status == kind.status => same.push(*kind),
            _ => statuses.push((kind.status, vec![*kind])),
        }
    }
    statuses
}

/// Pages that people get instead of what they opened.
const PAGES: [(u16, &str); 6] = [
    (400, "A page: what was sent is no form of ours."),
    (
        403,
        "A page: the form was not sent from where it may be sent.",
    ),
    (404, "A page: there is no such link or form."),
    (
        410,
        "A page: what the link was for is gone, or its time is over.",
    ),
    (500, "A page: something went wrong inside."),
    (503, "A page: try again later."),
];

/// One shared answer for each error status, with an example of each kind.
fn responses() -> Value {
    let mut responses = Map::new();
    // What is not allowed on a path is no operation's answer.
    let told = statuses().into_iter().filter(|(status, _)| *status != 405);
    for (status, kinds) in told {
        let mut examples = Map::new();
        let mut titles = Vec::new();
        for kind in kinds {
            titles.push(kind.title);
            let example = json!({
                "summary": kind.title,
                "value": {
                    "type": kind.link(),
                    "title": kind.title,
                    "status": kind.status,
                    "detail": kind.title,
                    "code": kind.code,
                },
            });
            examples.insert(kind.code.to_owned(), example);
        }
        let response = json!({
            "description": format!("{}.", titles.join("; or: ")),
            "content": {
                "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/Problem" },
                    "examples": examples,
                },
            },
        });
        responses.insert(format!("Error{status}"), response);
    }
    for (status, description) in PAGES {
        let response = json!({
            "description": description,
            "content": { "text/html": { "schema": { "type": "string" } } },
        });
        responses.insert(format!("Page{status}"), response);
    }
    Value::Object(responses)
}

/// Adds to one operation what its route says.
fn complete(operation: &mut Map<String, Value>, route: &Route) {
    let security = match route.scope {
        Some(scope) => json!([{ "token": [scope.as_str()] }]),
        None if route.personal => json!([{ "session": [] }]),
        None => json!([]),
    };
    operation.insert("security".to_owned(), security);
    let described = DescribedOperation { route, operation };
    let page = described.is_page();
    let mut all: Vec<u16> = statuses().into_iter().map(|(status, _)| status).collect();
    all.extend(PAGES.map(|(status, _)| status));
    all.retain(|status| described.fails_with(*status));
    let (waits, watches) = (described.has("wait"), described.has("form"));
    let responses = operation
        .entry("responses")
        .or_insert_with(|| Value::Object(Map::new()));
    for status in all {
        // What is refused before a handler sees it is a problem document everywhere.
        let is_page = page && PAGES.iter().any(|(of, _)| *of == status);
        let name = if is_page { "Page" } else { "Error" };
        if responses.get(status.to_string()).is_none() {
            responses[status.to_string()] =
                json!({ "$ref": format!("#/components/responses/{name}{status}") });
        }
    }
    for (status, response) in members(Some(&mut *responses)) {
        // A form tells a script in JSON what people are told on a page.
        let bare = !page && response.get("content").is_none();
        let told = status.starts_with('4') && response.get("$ref").is_none();
        if told && (bare || route.path.starts_with("/f/")) {
            response["content"]["application/problem+json"] =
                json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
        }
    }
    if waits {
        let detail = "With `wait`: lines of progress until the job ends.";
        let ended = &mut responses["200"];
        let before = ended["description"].as_str().unwrap_or_default();
        let before = match before {
            "" if ended["content"].is_object() => "What was asked for.",
            before => before,
        };
        ended["description"] = format!("{before} {detail}").trim().into();
        ended["content"]["text/plain"] = lines();
    }
    if watches {
        responses["200"]["content"]["text/plain"] = lines();
    }
}

/// Lines of progress, for a terminal.
fn lines() -> Value {
    let example =
        "  running  42.0 %  420 read, 400 created, 10 updated, 10 unchanged, 0 skipped, 0 failed\n";
    json!({ "schema": { "type": "string" }, "example": example })
}

/// Gives every parameter its plain type, every answer a description, and every
/// body in JSON an example.
fn explain(operation: &mut Map<String, Value>, schemas: &Value) {
    for parameter in items(operation.get_mut("parameters")) {
        // A parameter that may be absent is still never `null`.
        if let Some(types) = parameter["schema"]["type"].as_array()
            && let Some(kind) = types.iter().find(|kind| *kind != "null")
        {
            parameter["schema"]["type"] = kind.clone();
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        absent_is_not_null(body);
        give_example(body, schemas);
        plain_bytes(body);
    }
    for (status, response) in members(operation.get_mut("responses")) {
        if response.get("$ref").is_some() {
            continue;
        }
        give_example(response, schemas);
        plain_bytes(response);
        if let Some(response) = response.as_object_mut() {
            let description = match status.as_str() {
                "201" => "It was made.",
                "503" => "The application can't work at the moment.",
                _ => "What was asked for.",
            };
            response
                .entry("description")
                .or_insert_with(|| description.into());
        }
    }
}

/// A body that may be absent is still never `null`.
fn absent_is_not_null(body: &mut Value) {
    for (_, content) in members(body.get_mut("content")) {
        let choices = content["schema"]["oneOf"].as_array();
        let null = json!({ "type": "null" });
        let other = match choices.map(Vec::as_slice) {
            Some([one, other]) if *other == null => one.clone(),
            _ => continue,
        };
        content["schema"] = other;
    }
}

/// Bytes have no schema: they are what their type says. Of a stream of events it is
/// that of one event.
fn plain_bytes(body: &mut Value) {
    for (kind, content) in members(body.get_mut("content")) {
        if kind == "text/event-stream" {
            content["schema"] = json!({
                "type": "object",
                "description": "One event of the stream.",
                "required": ["event", "data"],
                "properties": {
                    "event": {
                        "type": "string",
                        "description": "What it tells.",
                        "example": "progress",
                    },
                    "data": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "description": "The job as it is now.",
                    },
                },
            });
        }
        let known = ["application/octet-stream", "application/gzip"];
        let bytes = ["image/", "application/vnd."];
        if known.contains(&kind.as_str()) || bytes.iter().any(|of| kind.starts_with(of)) {
            content["schema"] = json!({});
        }
    }
}

fn items(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_array_mut).into_iter().flatten()
}

fn members(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flatten()
}

fn give_example(body: &mut Value, schemas: &Value) {
    let Some(content) = body.pointer_mut("/content/application~1json") else {
        return;
    };
    let named = content.get("example").is_some() || content.get("examples").is_some();
    if !named && let Some(example) = example(&content["schema"], schemas, 0) {
        content["example"] = example;
    }
}

/// An example that a schema allows: its own, or one made of its parts'.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Option<Value> {
    if let Some(own) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return Some(own.clone());
    }
    // A schema may contain itself.
    if depth > 20 {
        return None;
    }
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next()?;
        return example(&schemas[name], schemas, depth + 1);
    }
    if let Some(first) = schema["enum"].get(0) {
        return Some(first.clone());
    }
    for choice in ["oneOf", "anyOf"] {
        let choices = schema[choice].as_array().into_iter().flatten();
        let found = choices
            .filter(|choice| choice["type"] != "null")
            .find_map(|choice| example(choice, schemas, depth + 1));
        if found.is_some() {
            return found;
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            if let Some(Value::Object(members)) = example(part, schemas, depth + 1) {
                whole.extend(members);
            }
        }
        return Some(whole.into());
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds
            .iter()
            .find_map(|k| k.as_str().filter(|k| *k != "null")),
        kind => kind.as_str(),
    };
    Some(match kind? {
        "string" if schema["format"] == "date-time" => json!("2026-11-23T15:40:00.000Z"),
        "string" => json!("…"),
        "integer" | "number" => json!(1),
        "boolean" => json!(false),
        "array" => example(&schema["items"], schemas, depth + 1)
            .map_or_else(|| json!([]), |item| json!([item])),
        "object" => {
            let mut members = Map::new();
            for (name, part) in schema["properties"].as_object().into_iter().flatten() {
                let value = example(part, schemas, depth + 1);
                members.insert(name.clone(), value.unwrap_or_default());
            }
            members.into()
        }
        _ => return None,
    })
}
