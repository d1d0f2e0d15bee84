//! spin.toml gives a component nothing that its code can't use: its .wasm file says what
//! it imports, and holds the name of each variable that it asks for.

use crate::support::manifest;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// What a component imports that may be granted: the interface, and where the manifest
/// grants it.
const INTERFACES: [(&str, &str); 2] = [
    ("wasi:http/client@", "allowed_outbound_hosts"),
    ("spin:sqlite/sqlite@", "sqlite_databases"),
];

fn holds(wasm: &[u8], text: &str) -> bool {
    wasm.windows(text.len()).any(|part| part == text.as_bytes())
}

fn granted(component: &Value, key: &str) -> bool {
    let list = component.get(key).and_then(Value::as_array);
    list.is_some_and(|list| !list.is_empty())
}

/// What is wrong between what a component is given and what its file can use.
fn faults(id: &str, component: &Value, wasm: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    for (interface, key) in INTERFACES {
        match (granted(component, key), holds(wasm, interface)) {
            (true, false) => faults.push(format!("{id} has {key} and no {interface}")),
            (false, true) => faults.push(format!("{id} imports {interface} and lacks {key}")),
            _ => {}
        }
    }
    let variables = component.get("variables").and_then(Value::as_table);
    for name in variables.into_iter().flat_map(Table::keys) {
        if !holds(wasm, name) {
            faults.push(format!(
                "{id} has the variable {name} and never asks for it"
            ));
        }
    }
    for key in ["key_value_stores", "ai_models", "files", "environment"] {
        if component.get(key).is_some() {
            faults.push(format!(
                "{id} has {key}, which this test knows nothing about"
            ));
        }
    }
    faults
}

#[test]
fn a_component_is_given_only_what_it_can_use() {
    let text = std::fs::read_to_string(manifest()).unwrap();
    let manifest: Table = toml::from_str(&text).unwrap();
    let components = manifest["component"].as_table().unwrap();
    let mut found = Vec::new();
    let mut given = BTreeSet::new();
    for (id, component) in components {
        let wasm = std::fs::read(component["source"].as_str().unwrap()).unwrap();
        found.extend(faults(id, component, &wasm));
        let variables = component.get("variables").and_then(Value::as_table);
        given.extend(variables.into_iter().flat_map(Table::keys));
    }
    let declared = manifest["variables"].as_table().unwrap().keys();
    for name in declared.filter(|name| !given.contains(name)) {
        found.push(format!("no component is given the variable {name}"));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_is_given_without_use_is_found() {
    let wasm = b"\0asm spin:sqlite/sqlite@3.1.0 durability".as_slice();
    let given = |text: &str| faults("it", &Value::Table(toml::from_str(text).unwrap()), wasm);
    let right = "sqlite_databases = ['default']\nvariables = { durability = '' }";
    assert_eq!(given(right), Vec::<String>::new());
    for (more, fault) in [
        (
            "allowed_outbound_hosts = ['*']",
            "it has allowed_outbound_hosts",
        ),
        ("key_value_stores = ['default']", "it has key_value_stores"),
    ] {
        let found = given(&format!("{more}\n{right}"));
        assert!(
            matches!(&found[..], [one] if one.starts_with(fault)),
            "{found:?}"
        );
    }
    let found = given("variables = { admin_token = '' }");
    assert_eq!(found.len(), 2, "{found:?}");
}

/// The pages that anybody may open are given no secret, and the code that answers
/// nothing but them goes nowhere. Webhooks are checked with secrets, so what receives them
/// is given what opens those, and nothing else.
#[test]
fn what_anybody_may_call_is_given_no_secret_but_what_checks_it() {
    let text = std::fs::read_to_string(manifest()).unwrap();
    let manifest: Table = toml::from_str(&text).unwrap();
    for (id, allowed) in [("public", &[][..]), ("hooks", &["secrets_key"])] {
        let component = &manifest["component"][id];
        assert!(!granted(component, "allowed_outbound_hosts"), "{id}");
        let variables = component["variables"].as_table().unwrap();
        let is_secret = |name: &&String| {
            let secret = manifest["variables"][name.as_str()].get("secret");
            secret == Some(&Value::Boolean(true))
        };
        let secrets: Vec<&String> = variables.keys().filter(is_secret).collect();
        assert_eq!(secrets, allowed, "{id}");
    }
}
