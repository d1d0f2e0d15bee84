//! The description is complete, and the files that are served are its newest.

use roster_openapi::{FILES, contents, document, root, routes};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_files_are_what_the_types_say() {
    for (file, contents) in FILES.iter().zip(contents()) {
        let stored = std::fs::read_to_string(root().join(file)).unwrap_or_default();
        assert!(
            stored == contents,
            "{file} is old: write it anew with cargo run -p roster-openapi"
        );
    }
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
        assert!(!body || route.body_limit > 0, "{route:?}");
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

#[test]
fn the_page_loads_nothing() {
    let page = &contents()[1];
    for loading in ["<script", "src=", "http://", "https://", "@import", "url("] {
        // A link in an example is text.
        let found = page.matches(loading).count();
        let examples = page.matches("https://example.org").count();
        let expected = if loading == "https://" { examples } else { 0 };
        assert_eq!(found, expected, "{loading}");
    }
}
