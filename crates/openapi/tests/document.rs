//! The description is complete, and the files that are served are its newest.

use roster_model::{Context, DatabaseSettings, Field, Invalid, ResourceSettings, Zone, standard};
use roster_openapi::{FILES, contents, document, root, routes};
use serde_json::{Value, json};
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

/// Some bodies are read as plain JSON, so that everything wrong with them is
/// reported at once; what is said of them must be what is read.
#[test]
fn every_member_that_a_body_may_have_is_known_to_its_reader() {
    let zone = Zone::utc();
    let context = Context {
        zone: &zone,
        region: None,
    };
    let database = |body: &Value| DatabaseSettings::create(body).err();
    let resource = |body: &Value| ResourceSettings::create(body, &context).err();
    let field = |body: &Value| Field::create(standard::FIRST_CUSTOM_FIELD, body, &context).err();
    type Read<'a> = &'a dyn Fn(&Value) -> Option<Vec<Invalid>>;
    let bodies: [(&str, Read); 6] = [
        ("NewDatabase", &database),
        ("DatabasePatch", &database),
        ("NewResource", &resource),
        ("ResourcePatch", &resource),
        ("NewField", &field),
        ("FieldPatch", &field),
    ];
    let document = document();
    for (name, read) in bodies {
        let schema = &document["components"]["schemas"][name];
        for member in schema["properties"].as_object().unwrap().keys() {
            let wrong = read(&json!({ member: null })).unwrap_or_default();
            let unknown = wrong.iter().any(|invalid| invalid.code == "unknown_field");
            assert!(!unknown, "{name} {member}");
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
