//! The description is complete, and the file that is served is its newest.

use roster_openapi::{FILE, contents, document, root, routes};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_file_is_what_the_types_say() {
    let stored = std::fs::read_to_string(root().join(FILE)).unwrap_or_default();
    assert!(
        stored == contents(),
        "{FILE} is old: write it again with cargo run --bin roster-openapi"
    );
}

#[test]
fn every_route_is_described_with_its_scope_and_nothing_else_is() {
    let document = document();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for verb in item.as_object().unwrap().keys() {
            described.insert((path.as_str(), verb.clone()));
        }
    }
    let mut served = BTreeSet::new();
    for route in routes() {
        let verb = format!("{:?}", route.verb).to_lowercase();
        let operation = &document["paths"][route.path][&verb];
        let scope = operation["security"]
            .pointer("/0/token/0")
            .and_then(Value::as_str);
        assert_eq!(scope, route.scope.map(|scope| scope.as_str()), "{route:?}");
        assert!(operation["summary"].is_string(), "{route:?}");
        let body = operation["requestBody"].is_object();
        let reads = route.body_limit > 0 || route.upload_limit > 0;
        assert!(!body || reads, "{route:?}");
        served.insert((route.path, verb));
    }
    assert_eq!(served, described);
}

#[test]
fn operation_ids_are_distinct_and_references_lead_somewhere() {
    let document = document();
    let mut ids = BTreeSet::new();
    for route in routes() {
        let verb = format!("{:?}", route.verb).to_lowercase();
        let id = document["paths"][route.path][&verb]["operationId"].to_string();
        assert!(ids.insert(id.clone()), "{id}");
    }
    let mut links = Vec::new();
    collect(&document, &mut links);
    for link in links {
        let pointer = link.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{link}");
    }
}

/// The parts of a path that stand for ids.
fn placeholders(path: &str) -> BTreeSet<&str> {
    let parts = path.split('/');
    parts
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}

#[test]
fn every_parameter_of_a_path_is_described_and_every_tag() {
    let document = document();
    let tags = document["tags"].as_array().unwrap();
    let known: BTreeSet<_> = tags.iter().map(|tag| tag["name"].as_str()).collect();
    assert_eq!(
        known.len(),
        tags.len(),
        "a tag is described twice: {tags:?}"
    );
    assert!(tags.iter().all(|tag| tag["description"].is_string()));
    let mut used = BTreeSet::new();
    for route in routes() {
        let verb = format!("{:?}", route.verb).to_lowercase();
        let operation = &document["paths"][route.path][&verb];
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let of_path = parameters.filter(|one| one["in"] == "path");
        let described: BTreeSet<_> = of_path.filter_map(|one| one["name"].as_str()).collect();
        assert_eq!(described, placeholders(route.path), "{route:?}");
        let of_operation = operation["tags"].as_array().unwrap();
        used.extend(of_operation.iter().map(Value::as_str));
    }
    assert_eq!(used, known);
}

#[test]
fn everything_that_is_shared_is_referred_to() {
    let document = document();
    let mut links = Vec::new();
    collect(&document, &mut links);
    let links: BTreeSet<String> = links.into_iter().collect();
    for kind in ["schemas", "responses"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let link = format!("#/components/{kind}/{name}");
            assert!(links.contains(&link), "nothing refers to {link}");
        }
    }
}

#[test]
fn every_operation_says_what_it_answers_when_all_goes_well_and_when_not() {
    let document = document();
    for route in routes() {
        let verb = format!("{:?}", route.verb).to_lowercase();
        let operation = &document["paths"][route.path][&verb];
        let responses = operation["responses"].as_object().unwrap();
        let good = responses.keys().any(|status| status < &"400".to_owned());
        assert!(good && responses.contains_key("500"), "{route:?}");
        let has = |status: &str| responses.contains_key(status);
        assert_eq!(
            has("401"),
            route.scope.is_some()
                || route.personal
                || ["/hooks/{id}", "/v1/session", "/v1/session/passkey"].contains(&route.path)
        );
        assert!(has("413") || route.body_limit == 0, "{route:?}");
        for response in responses.values() {
            let bare = response.get("$ref").is_none() && response.get("description").is_none();
            assert!(!bare, "{route:?}: {response}");
        }
    }
}

/// A reader that knows nothing of how the document was made takes it for what
/// it says it is.
#[test]
fn an_independent_reader_understands_it() {
    let spec = oas3::from_json(document().to_string()).unwrap();
    assert!(spec.validate_version().is_ok());
    let mut operations = 0;
    for (path, method, operation) in spec.operations() {
        operations += 1;
        let place = format!("{method} {path}");
        assert!(operation.operation_id.is_some(), "{place}");
        for (status, response) in operation.responses(&spec) {
            assert!(response.description.is_some(), "{place} {status}");
        }
        for parameter in operation.parameters(&spec).unwrap() {
            assert!(parameter.schema.is_some(), "{place} {}", parameter.name);
        }
    }
    assert_eq!(operations, routes().len());
}

#[test]
fn every_body_in_json_has_an_example() {
    let document = document();
    for route in routes() {
        let verb = format!("{:?}", route.verb).to_lowercase();
        let operation = &document["paths"][route.path][&verb];
        let responses = operation["responses"].as_object().unwrap();
        let bodies = responses.values().chain([&operation["requestBody"]]);
        for body in bodies {
            let content = &body["content"]["application/json"];
            let shown = content["example"].is_null() && content["examples"].is_null();
            assert!(content.is_null() || !shown, "{route:?}: {body}");
        }
    }
}

/// docs/MAPPING.md has a row for each of them.
#[test]
fn every_member_of_an_import_is_described() {
    let page = std::fs::read_to_string(root().join("docs/MAPPING.md")).unwrap();
    let table = page
        .split_once("| member | what it says | without it |")
        .unwrap()
        .1;
    let rows = table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'));
    let document = document();
    let described = &document["components"]["schemas"]["StartImport"]["properties"];
    let mut members = 0;
    for row in rows.skip(1) {
        let names = row.split('|').nth(1).unwrap_or_default();
        for name in names.split(',').map(|name| name.trim().trim_matches('`')) {
            assert!(described[name].is_object(), "{name}");
            members += 1;
        }
    }
    assert!(members >= 25, "{members}");
}

fn collect(value: &Value, links: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(link) if name == "$ref" => links.push(link.to_owned()),
                    _ => collect(value, links),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, links)),
        _ => {}
    }
}
