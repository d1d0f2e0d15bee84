//! Puts the components' documents together, and adds what they share: access,
//! error answers, headers. All of it follows from the route tables, so that a
//! handler says nothing twice.

use roster_http::{Route, Verb, kinds};
use serde_json::{Map, Value, json};
use utoipa::openapi::{Info, OpenApi, Paths};

/// The routes of all components.
pub fn routes() -> Vec<&'static Route> {
    let tables = [
        roster_access::ROUTES,
        roster_databases::ROUTES,
        roster_resources::ROUTES,
    ];
    tables.into_iter().flatten().collect()
}

fn parts() -> [OpenApi; 4] {
    [
        roster_http::openapi::openapi(),
        roster_access::openapi::openapi(),
        roster_databases::openapi::openapi(),
        roster_resources::openapi::openapi(),
    ]
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
    for part in parts() {
        let tags = part.tags.clone();
        all.merge(part);
        if let Some(tags) = tags {
            all.tags.get_or_insert_default().extend(tags);
        }
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
        }
    });
    document["components"]["responses"] = responses();
    for route in routes() {
        let verb = verb(route.verb);
        let operation = &mut document["paths"][route.path][verb];
        if let Some(operation) = operation.as_object_mut() {
            complete(operation, route);
        }
    }
    document
}

/// The operation's key in its path.
fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "get",
        Verb::Post => "post",
        Verb::Put => "put",
        Verb::Patch => "patch",
        Verb::Delete => "delete",
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

/// One shared answer for each error status, with an example of each kind.
fn responses() -> Value {
    let mut responses = Map::new();
    for (status, kinds) in statuses() {
        let mut examples = Map::new();
        let mut titles = Vec::new();
        for kind in kinds {
            titles.push(kind.title);
            let example = json!({
                "summary": kind.title,
                "value": {
                    "type": format!("/v1/docs#{}", kind.code),
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
    Value::Object(responses)
}

/// Adds to one operation what its route says.
fn complete(operation: &mut Map<String, Value>, route: &Route) {
    let security = match route.scope {
        Some(scope) => json!([{ "token": [scope.as_str()] }]),
        None => json!([]),
    };
    operation.insert("security".to_owned(), security);
    let has = |name: &str| {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let mut parameters = parameters.into_iter().flatten();
        parameters.any(|parameter| parameter["name"] == name)
    };
    let writes = route.verb != Verb::Get;
    let applies = |status: u16| match status {
        401 | 403 => route.scope.is_some(),
        404 => route.path.contains('{') || has("database"),
        405 => false,
        409 => writes || route.path.ends_with("/match"),
        412 => has("If-Match"),
        413 | 415 => route.body_limit > 0,
        422 => route.body_limit > 0,
        507 => writes,
        // Parameters, the store and the unforeseen can fail everywhere.
        _ => route.scope.is_some() || status >= 500,
    };
    let mut added = Vec::new();
    for (status, _) in statuses() {
        if applies(status) {
            added.push(status);
        }
    }
    let responses = operation
        .entry("responses")
        .or_insert_with(|| Value::Object(Map::new()));
    for status in added {
        if responses.get(status.to_string()).is_none() {
            responses[status.to_string()] =
                json!({ "$ref": format!("#/components/responses/Error{status}") });
        }
    }
}
